//! The result of a run as plain data. All reports are made of it, and of nothing else.

use std::time::Duration;

use api_types::endpoint::Operation;

use crate::{
    case::{CaseKind, Place},
    divergence::DocumentationDivergence,
    exchange::{Answer, CurlCredentials, Request},
    exit_code,
    judge::Judgement,
};

/// A whole run.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The server's URL.
    pub url: String,
    /// What the server says of itself.
    pub server: ServerInfo,
    /// How `curl` proves who asks.
    pub credentials: CurlCredentials,
    /// The cases in the order in which they were played.
    pub results: Vec<CaseResult>,
    /// The differences between documentation and server that cases of this run show.
    pub documented: Vec<DocumentationDivergence>,
    /// What could not be cleaned up.
    pub left_behind: Vec<String>,
}

/// What a server says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerInfo {
    /// The version, if it tells one.
    pub version: Option<String>,
    /// Whether it is a mock that can be emptied.
    pub is_mock: bool,
}

/// What became of a case.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The case's id.
    pub id: String,
    /// What it shows.
    pub name: String,
    /// Where it is from.
    pub kind: CaseKind,
    /// Its operation.
    pub operation: Operation,
    /// The status it is about.
    pub status: u16,
    /// Where it is written.
    pub place: Place,
    /// The rules of the contract that it proves.
    pub proves: Vec<String>,
    /// The lines of the documentation that it rests on.
    pub pages: Vec<String>,
    /// The recorded differences that it shows.
    pub documented: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it took.
    pub duration: Duration,
}

/// What became of a case.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Every answer was as expected.
    Passed,
    /// An answer was not.
    Failed(Box<Failure>),
    /// There was no answer to judge.
    Errored(Box<Breakdown>),
    /// It was not played.
    Skipped(String),
}

/// The answer that made a case fail.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Where the step is written.
    pub place: Place,
    /// The precondition that the step belongs to.
    pub precondition: Option<String>,
    /// The request.
    pub request: Request,
    /// The answer.
    pub answer: Answer,
    /// What differs.
    pub judgement: Judgement,
}

/// The request that got no answer to judge.
#[derive(Clone, Debug)]
pub struct Breakdown {
    /// Where the step is written.
    pub place: Place,
    /// The request, if it could be made.
    pub request: Option<Request>,
    /// What happened.
    pub message: String,
}

/// How many cases of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Every answer was as expected.
    pub passed: usize,
    /// An answer was not.
    pub failed: usize,
    /// There was no answer to judge.
    pub errored: usize,
    /// It was not played.
    pub skipped: usize,
}

impl Counts {
    /// The counts of these results.
    pub fn of<'a>(results: impl IntoIterator<Item = &'a CaseResult>) -> Self {
        let mut counts = Self::default();
        for result in results {
            *counts.of_outcome(&result.outcome) += 1;
        }
        counts
    }

    fn of_outcome(&mut self, outcome: &Outcome) -> &mut usize {
        match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Failed(_) => &mut self.failed,
            Outcome::Errored(_) => &mut self.errored,
            Outcome::Skipped(_) => &mut self.skipped,
        }
    }

    /// All of them.
    #[must_use]
    pub const fn total(self) -> usize {
        self.passed + self.failed + self.errored + self.skipped
    }
}

impl RunReport {
    /// How many cases of each outcome.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::of(&self.results)
    }

    /// The exit code that the run earns.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.counts() {
            Counts { failed: 1.., .. } => exit_code::FAILED,
            Counts { errored: 1.., .. } => exit_code::ERRORED,
            Counts { .. } => exit_code::PASSED,
        }
    }
}
