//! What is fuzzed: anything that answers requests, one at a time.

use api_types::{
    endpoint::{Endpoint, Operation},
    json::Json,
};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::model::{Call, Window};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// The body as JSON.
    pub body: Option<String>,
}

/// An answer, read.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header `x-elastic-product`.
    pub product: Option<String>,
    /// The header `content-type`.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
    /// The body as JSON; `None` if it is none.
    pub json: Option<Json>,
}

impl Answer {
    /// Reads what was answered.
    #[must_use]
    pub fn new(
        status: u16,
        product: Option<String>,
        content_type: Option<String>,
        body: Bytes,
    ) -> Self {
        let json = Json::parse(&body).ok();
        Self { status, product, content_type, body, json }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TargetError(pub String);

/// Something that answers.
pub trait Target {
    /// Sends a request and brings back the answer.
    ///
    /// # Errors
    /// If there is none.
    fn send(&mut self, request: &Request) -> Result<Answer, TargetError>;

    /// Takes the server back to having nothing, as far as it is ours.
    ///
    /// # Errors
    /// If that cannot be done.
    fn clear(&mut self) -> Result<(), TargetError>;

    /// Takes the server back to what it was before, as far as that can be done.
    ///
    /// # Errors
    /// If that cannot be done.
    fn leave(&mut self) -> Result<(), TargetError> {
        self.clear()
    }

    /// Between which instants the server's clock is now, as far as that can be told.
    fn now(&mut self) -> Window;

    /// Whether nobody else uses the server, and it has nothing after [`Target::clear`].
    fn is_alone(&self) -> bool;
}

/// What needs no encoding in a segment of a path or a value of the query.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b',');

impl Request {
    /// The request of a call.
    #[must_use]
    pub fn of(call: &Call) -> Self {
        let rows = call.operation.endpoints();
        let row = rows.into_iter().find(|row| row.path.contains('{') == call.id.is_some());
        let (method, path) =
            row.map_or(("GET", "/"), |row: &Endpoint| (row.method.as_str(), row.path));
        let mut target = String::with_capacity(64);
        let path = match (&call.index, path.strip_prefix("/{index}")) {
            (Some(index), Some(rest)) => {
                target.push('/');
                target.extend(utf8_percent_encode(index, ENCODED));
                rest
            }
            _ => path,
        };
        match (path.split_once('{'), &call.id) {
            (Some((before, after)), Some(id)) => {
                target.push_str(before);
                target.extend(utf8_percent_encode(id, ENCODED));
                target.push_str(after.split_once('}').map_or("", |(_, rest)| rest));
            }
            _ => target.push_str(path),
        }
        for (at, (name, value)) in call.query.iter().enumerate() {
            target.push(if at == 0 { '?' } else { '&' });
            target.push_str(name);
            target.push('=');
            target.extend(utf8_percent_encode(value, ENCODED));
        }
        Self { method, target, body: call.body.as_ref().map(Json::to_compact) }
    }
}

/// Whether an operation only reads.
#[must_use]
pub const fn is_read(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::List | Operation::Get | Operation::SyncJobList | Operation::SyncJobGet
    )
}
