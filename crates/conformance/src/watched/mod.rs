//! A server with a watcher in front of it, in the process of a test: what the client under test
//! sends is written down, and the test says in sentences what it expects of that.
//!
//! The assertions judge by the endpoint table and the contract, as `connector-conformance observe`
//! does. They fail by a panic that shows the requests, what was expected and what came.

mod compared;
mod requests;
mod station;
mod told;

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use api_types::{Version, endpoint::Operation};

pub use self::{requests::Requests, station::WatchedError};
use self::{station::Station, told::listed};
use crate::{
    fail::fail,
    own_mock::OwnMock,
    report::{EntryVerdict, Style, one_line, wrong_entry},
    suggest::did_you_mean,
    target::BaseUrl,
    traffic::{Answers, Route, Traffic, route},
    wire::Recorded,
};

/// A server and a watcher before it. Each has an address of its own, any number run side by side,
/// and dropping it ends it.
///
/// It answers from threads of its own, so that a client that blocks is answered too.
/// What a client sent is there for the assertions as soon as the client has the end of the answer.
#[derive(Debug)]
pub struct Watched {
    version: Version,
    station: Station,
    /// How many of the first exchanges are no longer looked at.
    forgotten: AtomicUsize,
    /// Kept running; nothing if the server is somebody else's.
    _mock: Option<OwnMock>,
}

/// What to watch.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct WatchedBuilder {
    version: Option<Version>,
    upstream: Option<String>,
}

impl Watched {
    /// Starts a mock of the newest version and watches it.
    ///
    /// # Panics
    /// If there is no free port on the loopback interface.
    pub async fn start() -> Self {
        match Self::builder().start().await {
            Ok(watched) => watched,
            Err(error) => fail(&error.to_string()),
        }
    }

    /// To watch a mock of another version, or another server.
    pub fn builder() -> WatchedBuilder {
        WatchedBuilder::default()
    }

    /// Where the client under test is to send its requests, `http://127.0.0.1:49152`.
    #[must_use]
    pub fn url(&self) -> &str {
        self.station.url()
    }

    /// What was seen, in the order of the requests: for everything that no assertion here says.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Recorded> {
        self.station.recorder().since(self.forgotten.load(Ordering::SeqCst))
    }

    /// Forgets what was seen until now, so that the requests which prepare a test are not judged.
    /// The server keeps its state.
    pub fn forget(&self) {
        self.forgotten.store(self.station.recorder().count(), Ordering::SeqCst);
    }

    /// Expects a request of the operation, named as in [`Operation::name`]
    /// (`connector.sync_job_claim`). More is said of it with the methods of what this returns.
    ///
    /// # Panics
    /// If there was none, or there is no such operation.
    #[track_caller]
    pub fn saw(&self, operation: &str) -> Requests<'_> {
        let requests = Requests::new(self, known(operation));
        if requests.exchanges().is_empty() {
            self.fail_with(&format!("expected a request of {operation}, none came"));
        }
        requests
    }

    /// Expects that there was no request of the operation.
    ///
    /// # Panics
    /// If there was one, or there is no such operation.
    #[track_caller]
    pub fn never_saw(&self, operation: &str) {
        let came = Requests::new(self, known(operation)).exchanges().len();
        if came > 0 {
            self.fail_with(&format!("expected no request of {operation}, {came} came"));
        }
    }

    /// Expects requests of these operations in this order and no others. What is not for the
    /// Connector APIs does not count.
    ///
    /// # Panics
    /// If it was otherwise, or there is no such operation.
    #[track_caller]
    pub fn saw_exactly<'o>(&self, operations: impl IntoIterator<Item = &'o str>) {
        let wanted: Vec<Operation> = operations.into_iter().map(known).collect();
        let routes: Vec<Route> = self.exchanges().iter().map(|one| self.route(one)).collect();
        let ours = routes.iter().filter(|route| !matches!(route, Route::Foreign));
        let came: Vec<Option<Operation>> =
            ours.map(|route| route.row().map(|row| row.operation)).collect();
        if came.iter().copied().eq(wanted.iter().copied().map(Some)) {
            return;
        }
        let names: Vec<&str> = wanted.iter().map(|operation| operation.name()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        self.fail_with(&format!("expected exactly these requests: {names}; others came"));
    }

    /// Expects that every request is well-formed by the contract: path, query, headers and body. What
    /// is not for the Connector APIs is not judged.
    ///
    /// # Panics
    /// If one is not, or there was none.
    #[track_caller]
    pub fn all_requests_are_valid(&self) {
        let traffic = self.traffic();
        if traffic.requests() == 0 {
            self.fail_with("expected valid requests of the Connector APIs, none came");
        }
        let entries = traffic.entries();
        let wrong: Vec<_> =
            entries.iter().filter(|entry| entry.verdict == EntryVerdict::Failed).collect();
        if !wrong.is_empty() {
            let things = if wrong.len() == 1 { "1 thing is" } else { "several things are" };
            let told: String = wrong.iter().map(|entry| wrong_entry(entry, Style::Plain)).collect();
            fail(&format!("expected only valid requests, {things} wrong with them\n{told}"));
        }
    }

    /// Expects that the client did nothing that the server accepts and the Connector Protocol
    /// forbids, such as claiming a job that has ended.
    ///
    /// # Panics
    /// If it did, or there was no request.
    #[track_caller]
    pub fn keeps_to_the_protocol(&self) {
        let traffic = self.traffic();
        if traffic.requests() == 0 {
            self.fail_with("expected requests that keep to the Connector Protocol, none came");
        }
        let advice = traffic.watcher.advice.iter().map(|advice| {
            format!("\n{}\n  {}\n", one_line(&advice.request), one_line(&advice.text))
        });
        let told: String = advice.collect();
        if !told.is_empty() {
            let sentence = "expected requests that keep to the Connector Protocol; the server accepted these, which do not";
            fail(&format!("{sentence}\n{told}"));
        }
    }

    /// Expects that the operation was answered with each of these statuses.
    ///
    /// # Panics
    /// If one was not seen, if the operation never has it, or there is no such operation.
    #[track_caller]
    pub fn covers(&self, operation: &str, statuses: impl IntoIterator<Item = u16>) {
        let operation = known(operation);
        let documented: BTreeSet<u16> =
            operation.endpoints().flat_map(|row| row.statuses).copied().collect();
        let traffic = self.traffic();
        let seen = |status| traffic.watcher.coverage.contains_key(&(operation, status));
        let missing: Vec<u16> = statuses.into_iter().filter(|status| !seen(*status)).collect();
        if missing.is_empty() {
            return;
        }
        if let Some(never) = missing.iter().find(|status| !documented.contains(status)) {
            let all = joined(documented.iter());
            fail(&format!("{operation} is never answered with {never}; its statuses are {all}"));
        }
        let all = joined(missing.iter());
        self.fail_with(&format!("expected {operation} to be answered with {all}, it never was"));
    }

    /// Everything that was seen, judged. The server is a means: only requests are judged.
    fn traffic(&self) -> Traffic {
        let mut traffic = Traffic::new(self.version, Answers::Trusted);
        self.exchanges().iter().for_each(|exchange| traffic.see(exchange, &|| None));
        traffic
    }

    fn route(&self, exchange: &Recorded) -> Route {
        let (method, target) = exchange.line();
        route(method, target, self.version)
    }

    /// Fails with the sentence and the list of what came.
    #[track_caller]
    fn fail_with(&self, sentence: &str) -> ! {
        fail(&format!("{sentence}\n\n{}", listed(self)))
    }
}

/// `200, 400 and 404`
fn joined<'s>(statuses: impl Iterator<Item = &'s u16>) -> String {
    let mut statuses: Vec<String> = statuses.map(u16::to_string).collect();
    let last = statuses.pop().unwrap_or_default();
    if statuses.is_empty() { last } else { format!("{} and {last}", statuses.join(", ")) }
}

/// The operation of that name.
#[track_caller]
fn known(name: &str) -> Operation {
    let Some(operation) = Operation::from_name(name) else {
        let hint = did_you_mean(name, Operation::ALL.iter().map(|one| one.name()));
        fail(&format!("[{name}] is no operation of the Connector APIs{hint}"))
    };
    operation
}

impl WatchedBuilder {
    /// Answers as this version, and judges by its contract. The default is the newest one.
    pub const fn es_version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// Watches the server at this URL, `http://HOST:PORT`, instead of a mock of its own: a mock
    /// with settings, a cluster. Every byte is passed on, credentials too.
    pub fn in_front_of(mut self, url: impl Into<String>) -> Self {
        self.upstream = Some(url.into());
        self
    }

    /// Starts to watch.
    ///
    /// # Errors
    /// If there is no free port, or the URL is not that of a server.
    #[expect(clippy::unused_async, reason = "starting may wait one day; callers should not notice")]
    pub async fn start(self) -> Result<Watched, WatchedError> {
        self.start_blocking()
    }

    /// The same for tests that are not asynchronous.
    ///
    /// # Errors
    /// If there is no free port, or the URL is not that of a server.
    pub fn start_blocking(self) -> Result<Watched, WatchedError> {
        let version = self.version.unwrap_or(Version::NEWEST);
        let (mock, upstream) = match self.upstream {
            Some(url) => (None, url.parse::<BaseUrl>()?),
            None => {
                let mock = OwnMock::start(version)?;
                let url = mock.url().clone();
                (Some(mock), url)
            }
        };
        if !upstream.path().is_empty() {
            return Err(WatchedError::Path(upstream));
        }
        let station = Station::start(upstream)?;
        Ok(Watched { version, station, forgotten: AtomicUsize::new(0), _mock: mock })
    }
}
