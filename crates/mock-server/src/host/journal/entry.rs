//! An exchange as it is kept: small, and with nothing in it that holds more memory than it counts.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use api_types::{Timestamp, protocol::AdviceKind};
use bytes::Bytes;
use http::{HeaderMap, Response};

use crate::{request::RawRequest, store::Change};

/// So many bytes of a body, or of a version of a document, are kept.
pub(super) const MOST_KEPT: usize = 64 * 1024;

/// An answer up to this length is copied; a longer one is shared with whoever has it.
const COPIED: usize = 512;

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

/// An exchange. What a connection read is copied: kept as it is, it would hold the whole buffer of
/// the connection.
pub(super) struct Entry {
    /// The number within the space, from 1.
    pub(super) number: u64,
    /// The number within the process, which is never used again.
    pub(super) order: u64,
    pub(super) space: Arc<str>,
    /// What the clock of the space showed.
    pub(super) at: Timestamp,
    pub(super) status: u16,
    /// Method, target, headers and body of the request, headers of the answer.
    text: Box<[u8]>,
    /// Where each of them ends.
    ends: [usize; 5],
    /// How long the body of the request was.
    pub(super) request_length: usize,
    answer: Bytes,
    /// How long the body of the answer was.
    pub(super) answer_length: usize,
    pub(super) changes: Box<[Change]>,
    /// What the Connector Protocol forbids of it, once that was asked for.
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
    /// Keeps an exchange; number, order and space are given to it by the journal.
    pub(super) fn new(
        at: Timestamp,
        request: &RawRequest,
        response: &Response<Bytes>,
        changes: Vec<Change>,
    ) -> Self {
        let body = kept(&request.body);
        let lengths = headers_length(&request.headers) + headers_length(response.headers());
        let method = request.method.len() + request.target.len();
        let mut text = Vec::with_capacity(method + lengths + body.len());
        let mut ends = [0; 5];
        text.extend_from_slice(request.method.as_bytes());
        ends[0] = text.len();
        text.extend_from_slice(request.target.as_bytes());
        ends[1] = text.len();
        write_headers(&request.headers, &mut text);
        ends[2] = text.len();
        text.extend_from_slice(body);
        ends[3] = text.len();
        write_headers(response.headers(), &mut text);
        ends[4] = text.len();
        let answer = response.body();
        let is_shared = (COPIED..=MOST_KEPT).contains(&answer.len());
        Self {
            number: 0,
            order: 0,
            space: Arc::default(),
            at,
            status: response.status().as_u16(),
            text: text.into_boxed_slice(),
            ends,
            request_length: request.body.len(),
            answer: if is_shared { answer.clone() } else { Bytes::copy_from_slice(kept(answer)) },
            answer_length: answer.len(),
            changes: changes.into_iter().map(without_long_texts).collect(),
            advice: OnceLock::new(),
        }
    }

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
        &self.answer
    }

    /// The memory that it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        let texts = |change: &Change| {
            let length =
                |text: &Option<Bytes>| text.as_ref().map_or(0, |text| allocated(text.len()));
            let texts = length(&change.before) + length(&change.after);
            size_of::<Change>() + allocated(change.id.len()) + texts
        };
        let changes: usize = self.changes.iter().map(texts).sum();
        let texts = allocated(self.text.len()) + allocated(self.answer.len());
        allocated(size_of::<Self>()) + texts + changes
    }
}

/// What so many bytes take of the memory.
const fn allocated(length: usize) -> usize {
    const BESIDE: usize = 16;
    length + BESIDE
}

fn kept(body: &[u8]) -> &[u8] {
    body.get(..MOST_KEPT).unwrap_or(body)
}

fn without_long_texts(change: Change) -> Change {
    let short = |text: Option<Bytes>| text.filter(|text| text.len() <= MOST_KEPT);
    Change { before: short(change.before), after: short(change.after), ..change }
}

fn value_of<'v>(name: &str, value: &'v [u8]) -> &'v [u8] {
    if SECRET_HEADERS.contains(&name) { REDACTED.as_bytes() } else { value }
}

fn headers_length(headers: &HeaderMap) -> usize {
    let length = |name: &str, value: &[u8]| name.len() + value_of(name, value).len() + 2;
    headers.iter().map(|(name, value)| length(name.as_str(), value.as_bytes())).sum()
}

/// A line for each header. Neither name nor value can have a line break in it.
fn write_headers(headers: &HeaderMap, text: &mut Vec<u8>) {
    for (name, value) in headers {
        text.extend_from_slice(name.as_str().as_bytes());
        text.push(b':');
        text.extend_from_slice(value_of(name.as_str(), value.as_bytes()));
        text.push(b'\n');
    }
}

fn read_headers(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    text.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some((text(name), text(value.get(1..).unwrap_or_default())))
    })
}
