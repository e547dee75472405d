//! The result of judging a client, as plain data.

use std::time::Duration;

use api_types::{Version, endpoint::Operation};

use super::finding::Finding;
use crate::{
    case::{Case, CaseKind, ClientCase, Place},
    driver::ClientInfo,
    exit_code,
    wire::Recorded,
};

/// A whole run.
#[derive(Clone, Debug)]
pub struct ClientReport {
    /// What the driver says of its client.
    pub client: ClientInfo,
    /// The driver's command.
    pub command: String,
    /// The version that the mock answered as.
    pub es_version: Version,
    /// The cases in the order in which they were played.
    pub results: Vec<ClientCaseResult>,
    /// Everything that went over the wire.
    pub exchanges: Vec<Recorded>,
    /// Where the time went.
    pub spent: Spent,
}

/// Where the time of a run went. Of lanes that went on at once every one is counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// Until the driver was ready.
    pub start: Duration,
    /// Waiting for the driver.
    pub driver: Duration,
    /// Putting the mock into the state that cases begin with.
    pub preparing: Duration,
    /// Starting drivers again that broke, or that must not have called before.
    pub restarts: Duration,
    /// Everything that the lanes did, judging included.
    pub lanes: Duration,
    /// From the beginning to the end.
    pub total: Duration,
}

impl Spent {
    /// Adds what a lane spent.
    pub(super) fn add(&mut self, lane: &Self) {
        self.start += lane.start;
        self.driver += lane.driver;
        self.preparing += lane.preparing;
        self.restarts += lane.restarts;
        self.lanes += lane.lanes;
    }

    /// What is left of the lanes' time: judging, and writing down what went over the wire.
    #[must_use]
    pub fn judging(&self) -> Duration {
        let other = self.start + self.driver + self.preparing + self.restarts;
        self.lanes.saturating_sub(other)
    }
}

/// What became of a case.
#[derive(Clone, Debug)]
pub struct ClientCaseResult {
    /// The case's id.
    pub id: String,
    /// What it shows.
    pub name: String,
    /// Where it is from.
    pub kind: CaseKind,
    /// Why it matters, if the case says so.
    pub because: Option<String>,
    /// The operation that was called.
    pub operation: Operation,
    /// The status that the case is about, if it is about one.
    pub status: Option<u16>,
    /// Where it is written.
    pub place: Place,
    /// The rules of the contract that it rests on.
    pub proves: Vec<String>,
    /// The lines of the documentation that it rests on.
    pub pages: Vec<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// How long it took.
    pub duration: Duration,
}

/// What became of a case.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The client did everything right.
    Passed,
    /// It did not.
    Failed(Vec<Finding>),
    /// It has no such operation or parameter, or refuses by itself what the server would refuse.
    Unsupported(String),
    /// The driver crashed, hung or talked rubbish.
    Broken(String),
    /// It was not played.
    Skipped(String),
}

/// How many cases of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientCounts {
    /// The client did everything right.
    pub passed: usize,
    /// It did not.
    pub failed: usize,
    /// It cannot do this.
    pub unsupported: usize,
    /// The driver broke.
    pub broken: usize,
    /// It was not played.
    pub skipped: usize,
}

impl ClientReport {
    /// How many cases of each verdict.
    #[must_use]
    pub fn counts(&self) -> ClientCounts {
        let mut counts = ClientCounts::default();
        for result in &self.results {
            *match &result.verdict {
                Verdict::Passed => &mut counts.passed,
                Verdict::Failed(_) => &mut counts.failed,
                Verdict::Unsupported(_) => &mut counts.unsupported,
                Verdict::Broken(_) => &mut counts.broken,
                Verdict::Skipped(_) => &mut counts.skipped,
            } += 1;
        }
        counts
    }

    /// The exit code that the run earns.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.counts() {
            ClientCounts { failed: 1.., .. } => exit_code::FAILED,
            ClientCounts { broken: 1.., .. } => exit_code::ERRORED,
            ClientCounts { .. } => exit_code::PASSED,
        }
    }
}

/// A case of either kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    /// One that servers are judged by too.
    Usual(&'a Case),
    /// One with a wire of its own.
    Wire(&'a ClientCase),
}

impl ClientCaseResult {
    pub(super) fn new(source: Source<'_>, verdict: Verdict, duration: Duration) -> Self {
        match source {
            Source::Usual(case) => Self {
                id: case.id.clone(),
                name: case.name.clone(),
                kind: case.kind,
                because: None,
                operation: case.operation,
                status: Some(case.status()),
                place: case.place.clone(),
                proves: case.proves.clone(),
                pages: case.pages.clone(),
                verdict,
                duration,
            },
            Source::Wire(case) => Self {
                id: case.id.clone(),
                name: case.name.clone(),
                kind: CaseKind::Case,
                because: Some(case.because.clone()),
                operation: case.operation,
                status: None,
                place: case.place.clone(),
                proves: case.proves.clone(),
                pages: Vec::new(),
                verdict,
                duration,
            },
        }
    }
}
