//! Judges an answer: pure, from what is expected and what came to the list of what differs.
//!
//! The order is fixed: status, headers, body. Everything that differs is collected, so that one
//! run tells all. How the request was sent is not known here.

mod body;
mod mismatch;

use api_types::{
    endpoint::{Family, Operation},
    json::Json,
};
use serde::de::IgnoredAny;

pub use self::mismatch::{Mismatch, Where};
use crate::{
    case::{ExpectedAnswer, ExpectedBody, VariableError, Variables},
    exchange::Answer,
};

/// How much of an answer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// The order of members counts in error bodies only.
    #[default]
    Usual,
    /// The order of members counts everywhere.
    Order,
}

/// How an answer may say where its body ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// By `content-length` alone, as on the Connector APIs (contract RL-8-3).
    #[default]
    Length,
    /// In chunks too: many of the other APIs write their answers piece by piece.
    LengthOrChunks,
}

impl Framing {
    /// That of an operation's answers.
    #[must_use]
    pub fn of(operation: Operation) -> Self {
        match operation.family() {
            Family::Connectors => Self::Length,
            Family::Documents => Self::LengthOrChunks,
        }
    }
}

/// What judging an answer gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What differs, in the order in which it was looked at.
    pub mismatches: Vec<Mismatch>,
    /// The answer that was expected, as text, with what matched a placeholder filled in.
    pub expected: String,
    /// The answer that came, as text.
    pub actual: String,
}

/// Every response but these has the product header (contract RL-8-1).
const WITHOUT_PRODUCT: [u16; 4] = [401, 403, 413, 417];
const PRODUCT_HEADER: &str = "x-elastic-product";
const PRODUCT: &str = "Elasticsearch";
const CONTENT_TYPE: &str = "content-type";
const CONTENT_LENGTH: &str = "content-length";

/// Judges an answer; placeholders with a name keep their values in `variables`.
///
/// # Errors
/// If the expectation uses a variable that no answer has given.
pub fn judge(
    expected: &ExpectedAnswer,
    answer: &Answer,
    strictness: Strictness,
    framing: Framing,
    variables: &mut Variables,
) -> Result<Judgement, VariableError> {
    let mut sides = Sides::default();
    sides.status(expected.status, answer.status);
    sides.headers(expected, answer, framing, variables)?;
    match &expected.body {
        ExpectedBody::Empty => sides.empty_body(answer),
        ExpectedBody::Exactly(_) | ExpectedBody::Members { .. } => match parse(&answer.body) {
            Err(reason) => sides.no_json(expected, answer, &reason),
            Ok(actual) => {
                sides.envelope_status(&actual, answer.status);
                let rules = body::Rules { strictness, error: answer.status >= 400 };
                let wanted = body::judge(&expected.body, &actual, rules, variables)?;
                sides.mismatches.extend(wanted.mismatches);
                sides.text(&wanted.expected.to_pretty(), &actual.to_pretty());
            }
        },
    }
    Ok(Judgement { mismatches: sides.mismatches, expected: sides.expected, actual: sides.actual })
}

/// Reads JSON by the standard, which is stricter than what the server itself accepts, and refuses
/// members that are there twice.
fn parse(body: &[u8]) -> Result<Json, String> {
    if body.is_empty() {
        return Err("there is no body".to_owned());
    }
    serde_json::from_slice::<IgnoredAny>(body).map_err(|error| error.to_string())?;
    Json::parse(body).map_err(|error| error.to_string())
}

/// Both answers as text, written side by side, and what differs.
#[derive(Default)]
struct Sides {
    mismatches: Vec<Mismatch>,
    expected: String,
    actual: String,
}

impl Sides {
    fn text(&mut self, expected: &str, actual: &str) {
        for (side, text) in [(&mut self.expected, expected), (&mut self.actual, actual)] {
            side.push_str(text);
            if !text.is_empty() && !text.ends_with('\n') {
                side.push('\n');
            }
        }
    }

    fn found(&mut self, place: Where, expected: impl Into<String>, actual: impl Into<String>) {
        self.mismatches.push(Mismatch::new(place, expected, actual));
    }

    fn status(&mut self, expected: u16, actual: u16) {
        if expected != actual {
            self.found(Where::Status, expected.to_string(), actual.to_string());
        }
        self.text(&expected.to_string(), &actual.to_string());
    }

    fn headers(
        &mut self,
        expected: &ExpectedAnswer,
        answer: &Answer,
        framing: Framing,
        variables: &Variables,
    ) -> Result<(), VariableError> {
        let named = |name: &str| expected.headers.iter().any(|(given, _)| given == name);
        if !named(CONTENT_TYPE) && expected.body != ExpectedBody::Empty {
            self.media_type(answer.header(CONTENT_TYPE));
        }
        if !named(PRODUCT_HEADER) && !WITHOUT_PRODUCT.contains(&answer.status) {
            self.header(PRODUCT_HEADER, PRODUCT, answer.header(PRODUCT_HEADER));
        }
        for (name, value) in &expected.headers {
            self.header(name, &variables.expand(value)?, answer.header(name));
        }
        let length = answer.body.len().to_string();
        if answer.header(CONTENT_LENGTH) != Some(&length) {
            let is_empty = expected.body == ExpectedBody::Empty && answer.body.is_empty();
            let is_in_chunks = framing == Framing::LengthOrChunks
                && answer.header("transfer-encoding") == Some("chunked")
                && answer.header(CONTENT_LENGTH).is_none();
            // The answer to HEAD has the length of the body that it leaves out.
            if !is_empty && !is_in_chunks {
                self.header(CONTENT_LENGTH, &length, answer.header(CONTENT_LENGTH));
            }
        }
        self.text("\n", "\n");
        Ok(())
    }

    fn header(&mut self, name: &str, expected: &str, actual: Option<&str>) {
        if actual != Some(expected) {
            let actual = actual.unwrap_or("no such header");
            self.found(Where::Header(name.to_owned()), expected, actual);
        }
        let actual = actual.map(|value| format!("{name}: {value}")).unwrap_or_default();
        self.text(&format!("{name}: {expected}"), &actual);
    }

    /// The media type must be JSON, plain or of Elasticsearch's own kind.
    fn media_type(&mut self, actual: Option<&str>) {
        let type_of = |value: &str| value.split(';').next().unwrap_or_default().trim().to_owned();
        let is_json = actual.map(type_of).is_some_and(|media_type| {
            ["application/json", "application/vnd.elasticsearch+json"].contains(&&*media_type)
        });
        let expected = match actual {
            Some(actual) if is_json => actual,
            _ => "application/json",
        };
        self.header(CONTENT_TYPE, expected, actual);
    }

    fn empty_body(&mut self, answer: &Answer) {
        if !answer.body.is_empty() {
            let actual = String::from_utf8_lossy(&answer.body).into_owned();
            self.found(Where::Body(String::new()), "no body", format!("{} bytes", actual.len()));
            self.text("", &actual);
        }
    }

    fn no_json(&mut self, expected: &ExpectedAnswer, answer: &Answer, reason: &str) {
        let place = Where::Body(String::new());
        self.found(place, "JSON", format!("no JSON: {reason}"));
        let wanted = match &expected.body {
            ExpectedBody::Exactly(body) => body.to_pretty(),
            ExpectedBody::Members { has, .. } => Json::Object(has.clone()).to_pretty(),
            ExpectedBody::Empty => String::new(),
        };
        self.text(&wanted, &String::from_utf8_lossy(&answer.body));
    }

    /// An error body repeats the status (contract RL-2-10).
    fn envelope_status(&mut self, body: &Json, status: u16) {
        // Documents have members of these names too; there the status is a text.
        let said = body.get("error").and(body.get("status"));
        let is_envelope = status >= 400 || matches!(said, Some(Json::Number(_)));
        if let Some(said) = said.filter(|_| is_envelope)
            && *said != Json::from(i64::from(status))
        {
            self.found(Where::Envelope, status.to_string(), said.to_compact());
        }
    }
}

#[cfg(test)]
mod tests;
