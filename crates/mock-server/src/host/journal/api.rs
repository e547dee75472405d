//! The journal for tests of Rust. It is what the control routes give; nothing here judges.

use std::fmt;

use api_types::{
    Timestamp,
    json::{Json, Object},
};

use super::{
    Sender, Spaces,
    shown::{self, Space, View},
};
use crate::host::Host;

/// What a server received and answered: the journal of a space.
///
/// ```
/// use bytes::Bytes;
/// use http::HeaderMap;
/// use mock_server::{Expectation, MockServer};
///
/// let server = MockServer::builder().in_process();
/// let answer = server.handle("GET", "/_connector/c", &HeaderMap::new(), Bytes::new());
/// assert_eq!(answer.status(), 404);
///
/// let journal = server.journal();
/// assert_eq!(journal.requests().len(), 1);
/// let get = || Expectation::saw("connector.get").with_id("c");
/// journal.assert_verified([get().once().answered(404), get().answered(200).never()]);
/// ```
#[derive(Clone, Debug)]
pub struct Journal<'h> {
    host: &'h Host,
    space: String,
}

/// A request that was received, and its answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Received {
    /// The number within the space, from 1.
    pub number: u64,
    /// What the clock of the space showed.
    pub at: Timestamp,
    /// Who sent it.
    pub by: Sender,
    /// The dotted name of the operation; `None` if none has this method and path.
    pub operation: Option<&'static str>,
    /// The method as it was sent.
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    /// The status of the answer.
    pub status: u16,
    /// What the Connector Protocol forbids of it, as sentences.
    pub advice: Vec<String>,
    /// Everything that was kept, as `GET /_mock/requests/NUMBER` gives it; without secrets.
    pub json: String,
}

/// What is expected of the requests that were received. `docs/control.md` says what each member
/// means.
#[derive(Clone, Debug)]
#[must_use = "an expectation says nothing until it is verified"]
pub struct Expectation(Object);

/// Whether the requests were what was expected. Displayed, it is the message for a failed test.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether every expectation holds.
    pub verified: bool,
    /// Whether requests were dropped that could make another verdict of it.
    pub incomplete: bool,
    /// What came, and what was nearest.
    pub message: String,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<'h> Journal<'h> {
    pub(crate) const fn new(host: &'h Host, space: String) -> Self {
        Self { host, space }
    }

    /// The journal of another space.
    #[must_use]
    pub fn in_space(self, name: impl Into<String>) -> Self {
        Self { space: name.into(), ..self }
    }

    fn spaces(&self) -> Spaces {
        Spaces::One(self.space.clone())
    }

    /// The requests that are kept, in the order in which they were answered.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        let journal = &self.host.journal;
        let kept = journal.kept(&self.spaces());
        let requests = kept.entries.iter().map(|entry| {
            let exchange = journal.exchange(entry);
            let advice = entry.advice.get().map(Vec::as_slice).unwrap_or_default();
            let json = shown::shown(&exchange, View::Whole, Space::Known, journal.version);
            Received {
                number: entry.number,
                at: entry.at,
                by: entry.by,
                operation: exchange.operation(),
                method: entry.method().to_owned(),
                target: entry.target().to_owned(),
                status: entry.status,
                advice: advice.iter().map(|(kind, what)| kind.text(what)).collect(),
                json: Json::Object(json).to_compact(),
            }
        });
        requests.collect()
    }

    /// How many requests were dropped from the journal.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.host.journal.kept(&self.spaces()).dropped
    }

    /// Forgets what was received; numbers begin anew.
    pub fn clear(&self) {
        if let Ok(space) = self.host.space(&self.space) {
            space.journal.clear();
        }
    }

    /// Judges whether the requests were what is expected, as `POST /_mock/verify` does.
    #[must_use]
    pub fn verify(&self, expected: impl IntoIterator<Item = Expectation>) -> Verdict {
        let expected = expected.into_iter().map(|one| Json::Object(one.0)).collect::<Json>();
        let asked = Object::new().with("expect", expected);
        match self.host.journal.verify(&self.spaces(), &asked) {
            Ok(answer) => {
                let is = |name: &str| answer.get(name).and_then(Json::as_bool) == Some(true);
                let message = answer.get("message").and_then(Json::as_str).unwrap_or_default();
                Verdict {
                    verified: is("verified"),
                    incomplete: is("incomplete"),
                    message: message.to_owned(),
                }
            }
            Err(error) => {
                let reply = error.reply(api_types::error::Traces::Hidden);
                let reason = reply.body.at("error.reason").and_then(Json::as_str);
                let message = format!("nothing was verified: {}", reason.unwrap_or_default());
                Verdict { verified: false, incomplete: false, message }
            }
        }
    }

    /// Expects the requests to be so.
    ///
    /// # Panics
    /// If they are not, with what came and what was nearest.
    #[track_caller]
    #[expect(clippy::panic, reason = "a test whose expectation does not hold has failed")]
    pub fn assert_verified(&self, expected: impl IntoIterator<Item = Expectation>) {
        let verdict = self.verify(expected);
        if !verdict.verified {
            panic!("{verdict}");
        }
    }
}

impl Expectation {
    /// At least one request of an operation, by its dotted name; `*` stands for anything.
    pub fn saw(operation: impl Into<String>) -> Self {
        Self(Object::new().with("operation", operation.into()))
    }

    /// No request of an operation.
    pub fn never_saw(operation: impl Into<String>) -> Self {
        Self::saw(operation).never()
    }

    /// At least one request, of any kind.
    pub fn any() -> Self {
        Self(Object::new())
    }

    /// A request of each kind, one after the other; others may be in between.
    pub fn in_order(expected: impl IntoIterator<Item = Self>) -> Self {
        let matchers = expected.into_iter().map(|one| Json::Object(one.0)).collect::<Json>();
        Self(Object::new().with("in_order", matchers))
    }

    fn with(self, name: &'static str, value: impl Into<Json>) -> Self {
        Self(self.0.with(name, value))
    }

    /// With this method.
    pub fn with_method(self, method: impl Into<String>) -> Self {
        self.with("method", method.into())
    }

    /// With this path; `*` stands for anything.
    pub fn with_path(self, path: impl Into<String>) -> Self {
        self.with("path", path.into())
    }

    /// About the connector, the sync job or the secret of this id.
    pub fn with_id(self, id: impl Into<String>) -> Self {
        self.with("id", id.into())
    }

    /// With this parameter in the query, after decoding.
    pub fn with_query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let query = self.0.get("query").and_then(Json::as_object).cloned().unwrap_or_default();
        self.with("query", query.with(name.into(), value.into()))
    }

    /// With a JSON body that has these members, and may have others. A text that is no JSON is never
    /// the body of a request.
    pub fn with_body(self, body: impl fmt::Display) -> Self {
        let text = body.to_string();
        let body = Json::parse(text.as_bytes());
        self.with("body", body.unwrap_or_else(|_| Json::from(text)))
    }

    /// Sent by the scripted worker. Without this, what clients sent is meant.
    pub fn by_worker(self) -> Self {
        self.with("by", Sender::Worker.name())
    }

    /// Answered with this status.
    pub fn answered(self, status: u16) -> Self {
        self.with("status", i64::from(status))
    }

    /// Exactly so many.
    pub fn times(self, number: u32) -> Self {
        self.with("exactly", i64::from(number))
    }

    /// Exactly one.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// At least so many.
    pub fn at_least(self, number: u32) -> Self {
        self.with("at_least", i64::from(number))
    }

    /// At most so many.
    pub fn at_most(self, number: u32) -> Self {
        self.with("at_most", i64::from(number))
    }

    /// None.
    pub fn never(self) -> Self {
        self.with("never", true)
    }

    /// Only those after the first request of another kind count.
    pub fn after(self, other: Self) -> Self {
        self.with("after", other.0)
    }

    /// Only those before the first request of another kind count.
    pub fn before(self, other: Self) -> Self {
        self.with("before", other.0)
    }
}
