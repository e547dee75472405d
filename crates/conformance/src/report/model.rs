//! What every report is made of, whatever was judged: a server, a client, a test suite, traffic.
//!
//! The runs have results of their own ([`crate::outcome::RunReport`],
//! [`crate::client_run::ClientReport`] and so on); each is made into this, and every report but the
//! first two of `server` is a function of it.

use std::{collections::BTreeMap, time::Duration};

use api_types::endpoint::Operation;

use crate::{case::Place, coverage::Transitions, divergence::DocumentationDivergence, exit_code};

/// What was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `connector-conformance server`
    Server,
    /// `connector-conformance client`
    Client,
    /// `connector-conformance observe`
    Suite,
    /// `connector-conformance proxy`
    Traffic,
}

/// A whole report.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was judged.
    pub subject: Subject,
    /// Its name, `elasticsearch-py 9.5.1 (Python 3.11.7, sync)`.
    pub name: String,
    /// What it was judged with or against, `a mock of Elasticsearch 9.6.0`.
    pub counterpart: String,
    /// What was judged one by one, in order.
    pub entries: Vec<Entry>,
    /// How often each operation was answered with each status.
    pub coverage: BTreeMap<(Operation, u16), usize>,
    /// The changes of status that were seen.
    pub transitions: Transitions,
    /// What the server accepts and the Connector Protocol forbids.
    pub advice: Vec<Advice>,
    /// Recorded differences between documentation and server that were met.
    pub documented: Vec<DocumentationDivergence>,
    /// Other things worth saying, a line each: what was left behind, what could not be read.
    pub notes: Vec<String>,
    /// Where the time went; the last one is the whole.
    pub spent: Vec<(&'static str, Duration)>,
}

/// Something that was judged.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The unique name.
    pub id: String,
    /// What it shows, as a sentence.
    pub name: String,
    /// Why it matters, if that is not plain from the name.
    pub because: Option<String>,
    /// The operation it is about.
    pub operation: Option<Operation>,
    /// The status it is about.
    pub status: Option<u16>,
    /// Where it is written.
    pub place: Option<Place>,
    /// The rules of the contract that it rests on.
    pub proves: Vec<String>,
    /// The lines of the documentation that it rests on.
    pub pages: Vec<String>,
    /// The recorded differences between documentation and server that it shows.
    pub documented: Vec<String>,
    /// What became of it.
    pub verdict: EntryVerdict,
    /// Why it was skipped, not judged or not supported; why a failure is known.
    pub reason: Option<String>,
    /// What is wrong, if something is.
    pub problems: Vec<Problem>,
    /// How long it took.
    pub duration: Duration,
}

/// What became of something that was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryVerdict {
    /// Everything was right.
    Passed,
    /// Something was wrong.
    Failed,
    /// It could not be judged: no answer, a driver that broke.
    Errored,
    /// It was not played.
    Skipped,
    /// The client has no such operation or parameter.
    Unsupported,
    /// Something was wrong, and the list of known failures has it.
    KnownFailure,
    /// Everything was right, although the list of known failures has it.
    UnexpectedPass,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// What is wrong, as a sentence or a few words.
    pub title: String,
    /// Its kind, for programs: `path-encoding`, `status`.
    pub kind: String,
    /// Where: `path`, `body /a/0`, `header content-type`.
    pub place: String,
    /// What was expected there.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// The request and the answer, if there were any.
    pub exchange: Option<ShownExchange>,
}

/// An exchange, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownExchange {
    /// The request as it was sent.
    pub request: String,
    /// A command that sends the same.
    pub curl: Option<String>,
    /// The whole answer that was expected, if that is known.
    pub expected: Option<String>,
    /// The answer that came.
    pub answer: String,
}

/// What the server accepts and the Connector Protocol forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Its kind, for programs: `claim-of-an-ended-job`.
    pub kind: &'static str,
    /// What was done and why it is wrong, as sentences.
    pub text: String,
    /// The request, `PUT /_connector/_sync_job/j/_claim`.
    pub request: String,
    /// How often.
    pub times: usize,
}

/// How many entries of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Everything was right.
    pub passed: usize,
    /// Something was wrong.
    pub failed: usize,
    /// Could not be judged.
    pub errored: usize,
    /// Were not played.
    pub skipped: usize,
    /// The client cannot do this.
    pub unsupported: usize,
    /// Failures that were known.
    pub known: usize,
    /// Passes that the list of known failures did not expect.
    pub unexpected: usize,
}

impl Report {
    /// How many entries of each verdict.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for entry in &self.entries {
            *match entry.verdict {
                EntryVerdict::Passed => &mut tally.passed,
                EntryVerdict::Failed => &mut tally.failed,
                EntryVerdict::Errored => &mut tally.errored,
                EntryVerdict::Skipped => &mut tally.skipped,
                EntryVerdict::Unsupported => &mut tally.unsupported,
                EntryVerdict::KnownFailure => &mut tally.known,
                EntryVerdict::UnexpectedPass => &mut tally.unexpected,
            } += 1;
        }
        tally
    }

    /// The exit code that the run earns.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.tally() {
            Tally { failed: 1.., .. } | Tally { unexpected: 1.., .. } => exit_code::FAILED,
            Tally { errored: 1.., .. } => exit_code::ERRORED,
            Tally { .. } => exit_code::PASSED,
        }
    }
}

impl EntryVerdict {
    /// The word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Errored => "errored",
            Self::Skipped => "skipped",
            Self::Unsupported => "unsupported",
            Self::KnownFailure => "known failure",
            Self::UnexpectedPass => "unexpected pass",
        }
    }
}
