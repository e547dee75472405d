//! What every report is made of, whatever was judged: a server, a client, a test suite, traffic.
//!
//! The runs have results of their own ([`crate::outcome::RunReport`],
//! [`crate::client_run::ClientReport`] and so on); each is made into this, and every report is a
//! function of it and of nothing else.

use std::{collections::BTreeMap, time::Duration};

use api_types::{Version, endpoint::Operation};

use super::fuzz::FuzzFacts;
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
    /// `connector-conformance fuzz`
    Fuzz,
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
    /// The version whose operations and statuses are looked for.
    pub es_version: Version,
    /// What is known of a judged server beside that.
    pub server: Option<JudgedServer>,
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
    /// What is known of fuzzing beside that.
    pub fuzz: Option<FuzzFacts>,
}

/// What is known of a server that was judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedServer {
    /// Its URL.
    pub url: String,
    /// Its version, if it tells one.
    pub version: Option<String>,
    /// Whether it is a mock that can be emptied.
    pub is_mock: bool,
    /// What the cases made on it and could not delete again.
    pub left_behind: Vec<String>,
}

/// Where an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A case file.
    Case,
    /// An example of the documentation.
    Example,
    /// A test of the suite that was observed.
    Test,
    /// A request that somebody sent.
    Request,
    /// Sequences of calls that were made up.
    Sequence,
}

/// Something that was judged.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it comes from.
    pub kind: EntryKind,
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
    /// The step of the case that shows it, if the case has several.
    pub step: Option<StepPlace>,
    /// The request and the answer, if there were any.
    pub exchange: Option<ShownExchange>,
}

/// A step of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPlace {
    /// Where the step is written.
    pub place: Place,
    /// The precondition that it belongs to.
    pub precondition: Option<String>,
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
        self.entries.iter().for_each(|entry| tally.count(entry.verdict));
        tally
    }

    /// What became of the whole.
    #[must_use]
    pub fn verdict(&self) -> RunVerdict {
        match self.tally() {
            Tally { failed: 1.., .. } | Tally { unexpected: 1.., .. } => RunVerdict::Failed,
            Tally { errored: 1.., .. } => RunVerdict::Errored,
            Tally { .. } => RunVerdict::Passed,
        }
    }

    /// The exit code that the run earns.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.verdict().exit_code()
    }

    /// Other things worth saying, a line each.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let left = self.server.iter().flat_map(|server| &server.left_behind);
        left.map(|left| format!("left behind: {left}")).chain(self.notes.iter().cloned()).collect()
    }

    /// How long all of it took.
    #[must_use]
    pub fn total_time(&self) -> Duration {
        self.spent.last().map(|(_, spent)| *spent).unwrap_or_default()
    }
}

/// What became of a whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunVerdict {
    /// Nothing is wrong that was not known.
    Passed,
    /// Something is wrong, or something is right that was known to be wrong.
    Failed,
    /// Nothing is wrong, but something could not be judged.
    Errored,
}

impl RunVerdict {
    /// The word for programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Errored => "errored",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Errored => "not judged",
        }
    }

    const fn exit_code(self) -> u8 {
        match self {
            Self::Passed => exit_code::PASSED,
            Self::Failed => exit_code::FAILED,
            Self::Errored => exit_code::ERRORED,
        }
    }
}

impl Subject {
    /// The word for programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Suite => "suite",
            Self::Traffic => "traffic",
            Self::Fuzz => "fuzz",
        }
    }

    /// What the entries are called, in the plural.
    #[must_use]
    pub const fn entries(self) -> &'static str {
        match self {
            Self::Server | Self::Client => "cases",
            Self::Suite => "tests",
            Self::Traffic => "requests",
            Self::Fuzz => "sequences",
        }
    }
}

impl EntryKind {
    /// The word for programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Example => "example",
            Self::Test => "test",
            Self::Request => "request",
            Self::Sequence => "sequence",
        }
    }
}

impl Entry {
    /// An entry that holds nothing else.
    pub(crate) fn new(kind: EntryKind, id: String, name: String, verdict: EntryVerdict) -> Self {
        Self {
            kind,
            id,
            name,
            because: None,
            operation: None,
            status: None,
            place: None,
            proves: Vec::new(),
            pages: Vec::new(),
            documented: Vec::new(),
            verdict,
            reason: None,
            problems: Vec::new(),
            duration: Duration::ZERO,
        }
    }

    /// Where the expectation comes from, `contract SJ-12-3; page.asciidoc:26`.
    #[must_use]
    pub fn expected_by(&self) -> String {
        let contract = format!("contract {}", self.proves.join(", "));
        let contract = (!self.proves.is_empty()).then_some(contract);
        contract.into_iter().chain(self.pages.iter().cloned()).collect::<Vec<_>>().join("; ")
    }
}

impl EntryVerdict {
    /// Every verdict, the ones to look at first before the others.
    pub const ALL: &'static [Self] = &[
        Self::Failed,
        Self::UnexpectedPass,
        Self::Errored,
        Self::KnownFailure,
        Self::Unsupported,
        Self::Skipped,
        Self::Passed,
    ];

    /// The word for programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Errored => "errored",
            Self::Skipped => "skipped",
            Self::Unsupported => "unsupported",
            Self::KnownFailure => "known_failure",
            Self::UnexpectedPass => "unexpected_pass",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Errored => "not judged",
            Self::Skipped => "skipped",
            Self::Unsupported => "unsupported",
            Self::KnownFailure => "known failure",
            Self::UnexpectedPass => "unexpected pass",
        }
    }
}

impl Tally {
    /// How many have this verdict.
    #[must_use]
    pub const fn of(self, verdict: EntryVerdict) -> usize {
        match verdict {
            EntryVerdict::Passed => self.passed,
            EntryVerdict::Failed => self.failed,
            EntryVerdict::Errored => self.errored,
            EntryVerdict::Skipped => self.skipped,
            EntryVerdict::Unsupported => self.unsupported,
            EntryVerdict::KnownFailure => self.known,
            EntryVerdict::UnexpectedPass => self.unexpected,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn total(self) -> usize {
        EntryVerdict::ALL.iter().map(|verdict| self.of(*verdict)).sum()
    }

    /// Counts one more.
    pub(crate) const fn count(&mut self, verdict: EntryVerdict) {
        *match verdict {
            EntryVerdict::Passed => &mut self.passed,
            EntryVerdict::Failed => &mut self.failed,
            EntryVerdict::Errored => &mut self.errored,
            EntryVerdict::Skipped => &mut self.skipped,
            EntryVerdict::Unsupported => &mut self.unsupported,
            EntryVerdict::KnownFailure => &mut self.known,
            EntryVerdict::UnexpectedPass => &mut self.unexpected,
        } += 1;
    }
}
