//! A server without a connection, for callers in the same process.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Response};

use crate::{
    added_fault::AddedFault,
    host::{Host, ReceivedRequests as Journal, Worker, faults::BadFault, state_text},
    request::RawRequest,
    seed::Seed,
    sources::Clock,
};

/// A mock Elasticsearch that is called, not connected to.
///
/// It answers what [`MockServer`](crate::MockServer) answers, status, headers and body, without a
/// port, a thread or a runtime. Clones are the same server; any number of threads may call it at
/// once.
///
/// What belongs to the connection is not done here: a body is taken as it is, whatever
/// `content-encoding`, `content-length` and `expect` say, and may have any length.
///
/// Documents may be nested a thousand levels deep, and values are dropped and written recursively:
/// whoever sends such bodies calls from a thread with a large stack (the servers with a connection
/// take 16 MiB).
///
/// ```
/// use bytes::Bytes;
/// use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
/// use mock_server::MockServer;
///
/// let server = MockServer::builder().rng_seed(7).in_process();
/// let mut headers = HeaderMap::new();
/// headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
///
/// let body = Bytes::from_static(br#"{"name":"drive"}"#);
/// let created = server.handle("PUT", "/_connector/c1", &headers, body);
/// assert_eq!(created.status(), 201);
/// assert_eq!(created.body().as_ref(), br#"{"id":"c1","result":"created"}"#);
///
/// let list = || server.handle("GET", "/_connector?size=0", &HeaderMap::new(), Bytes::new());
/// assert_eq!(list().body().as_ref(), br#"{"count":1,"results":[]}"#);
/// server.reset();
/// assert_eq!(list().body().as_ref(), br#"{"count":0,"results":[]}"#);
/// ```
#[derive(Clone, Debug)]
pub struct InProcess {
    host: Arc<Host>,
}

impl InProcess {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }

    /// Answers a request.
    ///
    /// `target` is what stands in the request line: the path, percent-encoded, and the query after
    /// `?`. A method or a path that nobody serves is answered as Elasticsearch answers it.
    #[must_use]
    pub fn handle(
        &self,
        method: &str,
        target: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response<Bytes> {
        self.host.handle(RawRequest {
            peer: None,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers.clone(),
            body,
        })
    }

    /// Makes requests fail by a rule like `PUT */_claim 503 x2`; `docs/control.md` describes rules.
    /// What belongs to the connection is not done: there are no delays, an answer that would break
    /// off is whole, and one that would not come is what a proxy says of that, 502.
    ///
    /// # Errors
    /// If the text is no rule.
    pub fn add_fault(&self, rule: &str) -> Result<AddedFault, BadFault> {
        self.host.add_fault(rule)
    }

    /// Plays Elastic's connector service as the script says, or not at all, as `PUT` and `DELETE
    /// /_mock/worker` do.
    pub fn set_worker(&self, script: Option<Worker>) {
        self.host.first().set_worker(script);
    }

    /// Puts all state, all counters, the clock, the faults, the journal and the worker back to the
    /// start, as `POST /_mock/reset` does.
    pub fn reset(&self) {
        self.host.first().reset();
    }

    /// All state as a document, as `GET /_mock/state` answers it.
    #[must_use]
    pub fn state(&self) -> String {
        state_text(&self.host.first().app)
    }

    /// Puts the state of a document in the place of all state, as `PUT /_mock/state` does.
    pub fn set_state(&self, state: &Seed) {
        self.host.first().begin_anew_with(state);
    }

    /// What the server received, as `GET /_mock/requests` gives it; judged as `POST /_mock/verify`
    /// does.
    #[must_use]
    pub fn journal(&self) -> Journal<'_> {
        self.host.received()
    }

    /// The clock of the server.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.host.clock()
    }
}
