//! One thing in which an answer differs from what was expected.

use std::fmt;

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where.
    pub place: Where,
    /// What was expected there, for people.
    pub expected: String,
    /// What is there, for people.
    pub actual: String,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// The status.
    Status,
    /// A header, its name in lower case.
    Header(String),
    /// The member `status` of an error body, which repeats the status of HTTP.
    Envelope,
    /// A value in the body, by JSON pointer; the empty one is the whole body.
    Body(String),
}

impl Mismatch {
    pub(crate) fn new(
        place: Where,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self { place, expected: expected.into(), actual: actual.into() }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (expected, actual) = (shortened(&self.expected), shortened(&self.actual));
        write!(f, "{}: expected {expected}, got {actual}", self.place)
    }
}

/// Long values are told in full by the comparison of the whole answers.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => f.write_str("status"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Envelope => f.write_str("status in the error body"),
            Self::Body(pointer) if pointer.is_empty() => f.write_str("body"),
            Self::Body(pointer) => write!(f, "body {pointer}"),
        }
    }
}
