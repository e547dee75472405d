//! What an operation answers, before it becomes bytes.

use api_types::json::{Json, Object};
use bytes::Bytes;

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Where a new document is: the header `Location`.
    pub(crate) location: Option<String>,
    pub(crate) body: ReplyBody,
}

/// The body of a successful answer.
#[derive(Debug)]
pub(crate) enum ReplyBody {
    /// A value that is still to be written.
    Value(Json),
    /// JSON text without white space, taken from stored documents.
    Text(Bytes),
    /// The same, which `filter_path` leaves as it is.
    Whole(Bytes),
    /// A value and its JSON text in a layout of its own.
    Laid { value: Json, text: Bytes },
}

impl Reply {
    pub(crate) fn value(status: u16, value: impl Into<Json>) -> Self {
        Self { status, location: None, body: ReplyBody::Value(value.into()) }
    }

    pub(crate) const fn text(text: Bytes) -> Self {
        Self { status: 200, location: None, body: ReplyBody::Text(text) }
    }

    /// A text that `filter_path` leaves as it is.
    pub(crate) const fn whole(text: Bytes) -> Self {
        Self { status: 200, location: None, body: ReplyBody::Whole(text) }
    }

    /// The same with the place of a new document.
    pub(crate) fn at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// `{"acknowledged":true}`
    pub(crate) fn acknowledged() -> Self {
        Self::value(200, Object::new().with("acknowledged", true))
    }
}
