//! An exchange, taken out of the journal to be looked at.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use api_types::{Timestamp, protocol::AdviceKind};
use bytes::Bytes;
use http::{HeaderMap, Response};

use super::batch::PARTS;
use crate::{request::RawRequest, store::Change};

/// So many bytes of a body, or of a version of a document, are kept.
pub(super) const MOST_KEPT: usize = 64 * 1024;

/// Headers whose values are not kept.
const SECRET_HEADERS: [&str; 6] = [
    "authorization",
    "cookie",
    "es-secondary-authorization",
    "proxy-authorization",
    "set-cookie",
    "x-mock-token",
];

/// What stands in the place of a secret.
pub(super) const REDACTED: &str = "[redacted]";

/// Who sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sender {
    /// A client.
    Client,
    /// The scripted worker of the mock server.
    Worker,
}

impl Sender {
    const ALL: [Self; 2] = [Self::Client, Self::Worker];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Worker => "worker",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sender| sender.name() == name)
    }
}

/// An exchange.
pub(super) struct Entry {
    /// The number within the space, from 1.
    pub(super) number: u64,
    /// The number within the process, which is never used again.
    pub(super) order: u64,
    pub(super) space: Arc<str>,
    /// What the clock of the space showed.
    pub(super) at: Timestamp,
    pub(super) by: Sender,
    pub(super) status: u16,
    /// The parts, one behind the other.
    pub(super) text: Box<[u8]>,
    /// Where each of them ends.
    pub(super) ends: [usize; PARTS],
    /// How long the body of the request was.
    pub(super) request_length: usize,
    /// The body of the answer, if it is not in the text.
    pub(super) answer: Option<Bytes>,
    /// How long the body of the answer was.
    pub(super) answer_length: usize,
    pub(super) changes: Vec<Change>,
    /// What the Connector Protocol forbids of it.
    pub(super) advice: OnceLock<Vec<(AdviceKind, String)>>,
}

/// Bodies may have secrets in them.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, space, .. } = self;
        let mut shown = f.debug_struct("Entry");
        shown.field("number", number).field("space", space).finish_non_exhaustive()
    }
}

impl Entry {
    fn part(&self, index: usize) -> &[u8] {
        let start = match index {
            0 => 0,
            index => self.ends.get(index - 1).copied().unwrap_or_default(),
        };
        let end = self.ends.get(index).copied().unwrap_or_default();
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn method(&self) -> &str {
        std::str::from_utf8(self.part(0)).unwrap_or_default()
    }

    /// Path and query as they were sent.
    pub(super) fn target(&self) -> &str {
        std::str::from_utf8(self.part(1)).unwrap_or_default()
    }

    /// Names and values in their order.
    pub(super) fn request_headers(&self) -> impl Iterator<Item = (String, String)> {
        read_headers(self.part(2))
    }

    /// The body of the request, or its beginning.
    pub(super) fn request_body(&self) -> &[u8] {
        self.part(3)
    }

    /// Names and values in their order.
    pub(super) fn answer_headers(&self) -> impl Iterator<Item = (String, String)> {
        read_headers(self.part(4))
    }

    /// The body of the answer, or its beginning.
    pub(super) fn answer_body(&self) -> &[u8] {
        self.answer.as_deref().unwrap_or_else(|| self.part(5))
    }

    /// The memory that it takes, about.
    pub(super) fn size(&self) -> usize {
        let answer = self.answer.as_ref().map_or(0, Bytes::len);
        size_of::<Self>() + self.text.len() + answer + texts_length(&self.changes)
    }
}

/// The parts of the text of an exchange.
pub(super) struct Parts<'p> {
    pub(super) request: &'p RawRequest,
    pub(super) response: &'p Response<Bytes>,
    /// The body of the answer, if it is to be in the text.
    pub(super) answer: &'p [u8],
}

impl Parts<'_> {
    /// Writes the parts, and says how long each is.
    pub(super) fn write(&self, text: &mut Vec<u8>) -> [usize; PARTS] {
        let RawRequest { method, target, headers, body, .. } = self.request;
        let of_request = write_headers(headers, text, &[method.as_bytes(), target.as_bytes()]);
        let of_answer = write_headers(self.response.headers(), text, &[kept(body)]);
        text.extend_from_slice(self.answer);
        [method.len(), target.len(), of_request, kept(body).len(), of_answer, self.answer.len()]
    }
}

/// How long the texts of documents are that are kept.
fn texts_length(changes: &[Change]) -> usize {
    let length = |text: &Option<Bytes>| short(text.as_ref()).map_or(0, <[u8]>::len);
    let lengths = changes.iter().map(|one| one.id.len() + length(&one.before) + length(&one.after));
    lengths.sum()
}

/// The version of a document, if it is kept.
pub(super) fn short(text: Option<&Bytes>) -> Option<&[u8]> {
    text.map(Bytes::as_ref).filter(|text| text.len() <= MOST_KEPT)
}

/// As much of a body as is kept.
pub(super) fn kept(body: &[u8]) -> &[u8] {
    body.get(..MOST_KEPT).unwrap_or(body)
}

fn value_of<'v>(name: &str, value: &'v [u8]) -> &'v [u8] {
    if SECRET_HEADERS.contains(&name) { REDACTED.as_bytes() } else { value }
}

/// Writes what comes before, and a line for each header; says how long the lines are. Neither name nor
/// value can have a line break in it.
fn write_headers(headers: &HeaderMap, text: &mut Vec<u8>, before: &[&[u8]]) -> usize {
    before.iter().for_each(|part| text.extend_from_slice(part));
    let start = text.len();
    for (name, value) in headers {
        text.extend_from_slice(name.as_str().as_bytes());
        text.push(b':');
        text.extend_from_slice(value_of(name.as_str(), value.as_bytes()));
        text.push(b'\n');
    }
    text.len() - start
}

fn read_headers(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    text.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some((text(name), text(value.get(1..).unwrap_or_default())))
    })
}
