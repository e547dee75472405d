//! What an operation answers, before it becomes bytes.

use api_types::json::{Json, Object};
use bytes::Bytes;

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Where a new document is: the header `Location`.
    pub(crate) location: Option<String>,
    /// Whether the body is laid out for people unless the request says otherwise.
    pub(crate) is_laid_out: bool,
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
        let body = ReplyBody::Value(value.into());
        Self { status, location: None, is_laid_out: false, body }
    }

    pub(crate) const fn text(text: Bytes) -> Self {
        Self { status: 200, location: None, is_laid_out: false, body: ReplyBody::Text(text) }
    }

    /// A text that `filter_path` leaves as it is.
    pub(crate) const fn whole(text: Bytes) -> Self {
        Self { status: 200, location: None, is_laid_out: false, body: ReplyBody::Whole(text) }
    }

    /// The same with the place of a new document.
    pub(crate) fn at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// The same, laid out for people unless the request says otherwise.
    pub(crate) fn laid_out(self) -> Self {
        Self { is_laid_out: true, ..self }
    }

    /// `{"acknowledged":true}`
    pub(crate) fn acknowledged() -> Self {
        Self::value(200, Object::new().with("acknowledged", true))
    }
}
