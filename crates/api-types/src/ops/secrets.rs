//! Bodies of the secret operations (contract SC-2, SC-3).

use super::{Fields, RequestBody};
use crate::schema::{Field, Kind, Schema};

/// The body of `connector.secret_post`.
#[derive(Clone, PartialEq, Eq)]
pub struct PostSecret {
    /// `value`; validation refuses its absence.
    pub value: String,
}

impl RequestBody for PostSecret {
    const SCHEMA: &'static Schema =
        &Schema::body("post_secret_request", &[Field::optional("value", Kind::String)]);

    fn from_fields(mut fields: Fields) -> Self {
        Self { value: fields.required_string("value") }
    }
}

/// The body of `connector.secret_put`.
#[derive(Clone, PartialEq, Eq)]
pub struct PutSecret {
    /// `value`
    pub value: String,
}

impl RequestBody for PutSecret {
    const SCHEMA: &'static Schema =
        &Schema::body("connector_secret_put_request", &[Field::required("value", Kind::String)]);

    fn from_fields(mut fields: Fields) -> Self {
        Self { value: fields.required_string("value") }
    }
}

/// Shows that there is a secret, never which.
macro_rules! redacted {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).field("value", &"[redacted]").finish()
            }
        }
    };
}

redacted!(PostSecret);
redacted!(PutSecret);
