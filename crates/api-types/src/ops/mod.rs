//! The request bodies of the operations: their schemas and what they become.

mod connectors;
mod documents;
mod secrets;
mod sync_jobs;
mod updates;

pub use connectors::{PutConnector, UpdateConnectorError, UpdateConnectorStatus};
pub use documents::UpdateDocument;
pub use secrets::{PostSecret, PutSecret};
pub use sync_jobs::{ClaimSyncJob, PostSyncJob, SetSyncJobError, UpdateSyncJobStats};
pub use updates::{
    LastSync, UpdateApiKeyId, UpdateConfiguration, UpdateFeatures, UpdateFiltering,
    UpdateFilteringValidation, UpdateIndexName, UpdateName, UpdateNative, UpdatePipeline,
    UpdateScheduling, UpdateServiceType,
};

use crate::{
    json::{Json, Object},
    schema::Schema,
    version::Version,
    wire_enum::WireEnum,
};

/// A request body that a schema describes.
pub trait RequestBody: Sized {
    /// What the body may hold.
    const SCHEMA: &'static Schema;

    /// What it may hold for a server of this version (contract CN-9).
    #[must_use]
    fn schema(version: Version) -> &'static Schema {
        let _ = version;
        Self::SCHEMA
    }

    /// Takes the values out of an object that the schema has accepted.
    fn from_fields(fields: Fields) -> Self;
}

/// The members of an object that a schema has accepted: each has a value of its kind.
#[derive(Debug)]
pub struct Fields(Object);

impl From<Object> for Fields {
    fn from(object: Object) -> Self {
        Self(object)
    }
}

impl Fields {
    /// The text of a string; `None` if it is absent or null.
    pub fn string(&mut self, name: &str) -> Option<String> {
        match self.0.remove(name)? {
            Json::String(text) => Some(text.into_owned()),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => None,
        }
    }

    /// The text of a string that the schema requires.
    pub fn required_string(&mut self, name: &str) -> String {
        self.string(name).unwrap_or_default()
    }

    /// The value of a boolean.
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        self.0.remove(name)?.as_bool()
    }

    /// The value of an integer.
    pub fn long(&mut self, name: &str) -> Option<i64> {
        self.0.remove(name)?.as_i64()
    }

    /// An object of any content.
    pub fn object(&mut self, name: &str) -> Option<Object> {
        match self.0.remove(name)? {
            Json::Object(object) => Some(object),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => None,
        }
    }

    /// An array of any content.
    pub fn array(&mut self, name: &str) -> Option<Vec<Json>> {
        match self.0.remove(name)? {
            Json::Array(elements) => Some(elements),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
                None
            }
        }
    }

    /// The value as it is.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        self.0.remove(name)
    }

    /// A value of an enumeration.
    pub fn value<E: WireEnum>(&mut self, name: &str) -> Option<E> {
        E::parse(&self.string(name)?).ok()
    }
}
