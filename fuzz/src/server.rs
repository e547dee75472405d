//! A server to ask, and its answers.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use api_types::{Timestamp, Version, json::Json};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT, CONTENT_TYPE},
};
use mock_server::{Clock, InProcess, MockServer};

use crate::answer::Format;

/// The connector that is there.
pub(crate) const CONNECTOR: &str = "c";
/// The secret that is there.
pub(crate) const SECRET: &str = "s";

const WORLD: [(&str, &str, &str); 4] = [
    ("PUT", "/_connector/c", r#"{"index_name":"search-c","service_type":"s3","name":"C"}"#),
    ("PUT", "/_connector/n", r#"{"is_native":true,"index_name":"content-n"}"#),
    (
        "PUT",
        "/_connector/c/_configuration",
        r#"{"configuration":{"key":{"label":"Key","type":"str","value":"v","order":1,"depends_on":[],"validations":[],"options":[]}}}"#,
    ),
    ("PUT", "/_connector/_secret/s", r#"{"value":"v"}"#),
];

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    /// The media type of the body; none without a body.
    pub(crate) content_type: Option<&'a str>,
    pub(crate) accept: Option<&'a str>,
    pub(crate) body: Bytes,
}

impl<'a> Request<'a> {
    /// A request without a body.
    pub(crate) const fn new(method: &'a str, target: &'a str) -> Self {
        Self { method, target, content_type: None, accept: None, body: Bytes::new() }
    }

    /// The same with a body of JSON.
    pub(crate) fn json(self, body: impl Into<Bytes>) -> Self {
        self.body(Format::Json, body)
    }

    /// The same with a body of that format.
    pub(crate) fn body(self, format: Format, body: impl Into<Bytes>) -> Self {
        Self { content_type: Some(format.media_type()), body: body.into(), ..self }
    }
}

/// What a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) product: bool,
    pub(crate) body: Bytes,
}

/// A server that answers the same whenever it is asked the same from its start.
#[derive(Clone, Debug)]
pub(crate) struct Server(InProcess);

thread_local! {
    static SERVERS: RefCell<BTreeMap<Version, Server>> = const { RefCell::new(BTreeMap::new()) };
}

impl Server {
    /// The server of a version in this thread, as it was left.
    pub(crate) fn of(version: Version) -> Self {
        SERVERS.with_borrow_mut(|servers| {
            servers.entry(version).or_insert_with(|| Self::new(version)).clone()
        })
    }

    fn new(version: Version) -> Self {
        let noon = Timestamp::parse("2026-01-01T12:00:00Z");
        let clock =
            noon.map_or_else(|_| Clock::system(), |noon| Clock::manual(noon, Duration::ZERO));
        Self(MockServer::builder().es_version(version).clock(clock).rng_seed(1).in_process())
    }

    /// Empties it.
    pub(crate) fn reset(&self) {
        self.0.reset();
    }

    /// Empties it and puts a connector, a native one, a secret and a sync job into it, as far as
    /// its version has them; the id of the job.
    pub(crate) fn furnish(&self) -> String {
        self.reset();
        for (method, target, body) in WORLD {
            self.ask(&Request::new(method, target).json(body));
        }
        let job = Request::new("POST", "/_connector/_sync_job").json(r#"{"id":"c"}"#);
        let answer = Json::parse(&self.ask(&job).body).unwrap_or_default();
        answer.get("id").and_then(Json::as_str).unwrap_or("j").to_owned()
    }

    /// Asks it.
    pub(crate) fn ask(&self, request: &Request<'_>) -> Answer {
        let mut headers = HeaderMap::new();
        for (name, value) in [(CONTENT_TYPE, request.content_type), (ACCEPT, request.accept)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        }
        let answer = self.0.handle(request.method, request.target, &headers, request.body.clone());
        let header = |name: &str| {
            let value = answer.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Answer {
            status: answer.status().as_u16(),
            content_type: header("content-type"),
            product: header("x-elastic-product").as_deref() == Some("Elasticsearch"),
            body: answer.into_body(),
        }
    }
}
