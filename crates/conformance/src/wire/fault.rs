//! What the gateway does in the server's place, so that a client meets what a real network and a
//! newer server may send.

use std::{fmt::Write as _, time::Duration};

use api_types::endpoint::{Endpoint, Method, Operation};

use super::message::{Message, StartLine};

/// An effect and the requests that it is for.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The operation that it is for; `None` for every request.
    pub operation: Option<Operation>,
    /// How many requests it is for; `None` for all of them.
    pub times: Option<usize>,
    /// What happens.
    pub effect: Effect,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// This is answered, and the server does not see the request.
    Answer {
        /// The status.
        status: u16,
        /// All headers but `content-length`.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// The connection is reset, and the server does not see the request.
    Reset,
    /// The server answers, and the answer is changed on its way.
    Change(Change),
}

/// How an answer is changed on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// It is held back so long.
    pub delay: Duration,
    /// Headers that are taken out, in lower case.
    pub without: Vec<String>,
    /// Headers that are put in or replaced.
    pub with: Vec<(String, String)>,
    /// The body is replaced.
    pub body: Option<Vec<u8>>,
    /// Only so much of the body comes, and then the connection ends.
    pub cut: Option<Cut>,
}

/// How an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The connection is reset in the middle of the body.
    Reset,
    /// The connection is closed in the middle of the body.
    Close,
}

/// Bytes for a client and what becomes of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) bytes: Vec<u8>,
    pub(super) end: Option<Cut>,
}

impl Fault {
    /// Whether the fault is for this request.
    pub(super) fn is_for(&self, request: &Message) -> bool {
        let StartLine::Request { method, target } = &request.head.start else { return false };
        let Some(operation) = self.operation else { return true };
        let path = target.split('?').next().unwrap_or_default();
        let row = Method::from_name(method).and_then(|method| Endpoint::find(method, path));
        row.is_some_and(|row| row.operation == operation)
    }
}

/// An answer of the gateway's own.
pub(super) fn canned(status: u16, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "content-length: {}\r\n\r\n", body.len());
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Unknown")
}

impl Change {
    /// The answer, changed. Where it says `connection: close` it is the last one.
    pub(super) fn apply(&self, answer: &Message) -> Reply {
        let StartLine::Answer { status } = answer.head.start else {
            return Reply { bytes: answer.raw.clone(), end: None };
        };
        let replaced = |name: &str| {
            let same = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(name);
            self.with.iter().any(|header| same(&header))
        };
        let framing = ["content-length", "transfer-encoding"];
        let kept = answer.head.headers.iter().filter(|(name, _)| {
            let lower = name.to_ascii_lowercase();
            // Another body is sent as it is written, whatever the server did to its own.
            let is_of_the_old_body = self.body.is_some() && lower == "content-encoding";
            let is_known = framing.contains(&&*lower) || is_of_the_old_body;
            !self.without.contains(&lower) && !is_known && !replaced(&lower)
        });
        let headers: Vec<_> = kept.chain(&self.with).cloned().collect();
        let body = self.body.as_ref().unwrap_or(&answer.body);
        let mut bytes = canned(status, &headers, body);
        if self.cut.is_some() {
            bytes.truncate(bytes.len() - body.len().div_ceil(2));
        }
        let closes = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close")
        };
        let is_last = headers.iter().any(closes).then_some(Cut::Close);
        Reply { bytes, end: self.cut.or(is_last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::message::{MessageReader, Side};

    fn check(change: &Change, expected: &str, end: Option<Cut>) {
        let text = "HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{\"id\":1}";
        let mut reader = MessageReader::new(Side::Answers);
        reader.push(text.as_bytes());
        let answer = reader.next(Some("GET")).unwrap().unwrap();
        let reply = change.apply(&answer);
        assert_eq!(String::from_utf8(reply.bytes).unwrap(), expected);
        assert_eq!(reply.end, end);
    }

    #[test]
    fn headers_and_bodies_are_changed_and_the_length_follows() {
        let change = Change { without: vec!["x-elastic-product".to_owned()], ..Change::default() };
        let expected = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{\"id\":1}";
        check(&change, expected, None);
        let change = Change {
            with: vec![("Content-Type".to_owned(), "text/html".to_owned())],
            body: Some(b"<p>".to_vec()),
            ..Change::default()
        };
        let expected = "HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\nContent-Type: text/html\r\ncontent-length: 3\r\n\r\n<p>";
        check(&change, expected, None);
    }

    #[test]
    fn another_body_is_not_packed_as_the_old_one_was() {
        let text = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 1\r\n\r\nx";
        let mut reader = MessageReader::new(Side::Answers);
        reader.push(text.as_bytes());
        let packed = reader.next(Some("GET")).unwrap().unwrap();
        let applied = |change: &Change| String::from_utf8(change.apply(&packed).bytes).unwrap();
        let change = Change { body: Some(b"{".to_vec()), ..Change::default() };
        assert_eq!(applied(&change), "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{");
        assert_eq!(applied(&Change::default()), text);
    }

    #[test]
    fn an_answer_that_closes_the_connection_is_whole_and_the_last() {
        let with = vec![("connection".to_owned(), "close".to_owned())];
        let change = Change { with, ..Change::default() };
        let expected = "HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 8\r\n\r\n{\"id\":1}";
        check(&change, expected, Some(Cut::Close));
    }

    #[test]
    fn a_cut_answer_promises_more_than_it_has() {
        let change = Change { cut: Some(Cut::Close), ..Change::default() };
        let expected = "HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{\"id";
        check(&change, expected, Some(Cut::Close));
    }
}
