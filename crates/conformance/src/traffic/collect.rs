//! Collects what the judging of traffic finds, and makes a report of it. Its size is bounded,
//! however much traffic there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use api_types::{
    Version,
    endpoint::{Endpoint, Family, Operation},
    protocol::AdviceKind,
};

use super::{
    answer_judge,
    fault::{Fault, FaultKind},
    request_judge::{self, RequestJudgement},
    route::{Route, split},
    shown::{cut, shown},
};
use crate::{
    coverage::Watcher,
    report::{Entry, EntryKind, EntryVerdict, Problem},
    wire::Recorded,
};

/// Whether answers are judged too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// They are: the server is somebody else's.
    Judged,
    /// They are not: the server is a means.
    Trusted,
}

/// Judges exchanges one after the other.
#[derive(Debug)]
pub struct Traffic {
    version: Version,
    answers: Answers,
    /// What the exchanges cover and change.
    pub watcher: Watcher,
    found: BTreeMap<String, Found>,
    /// Findings that there was no place for.
    more: usize,
    operations: BTreeMap<Operation, Requests>,
    requests: usize,
    foreign: BTreeMap<String, usize>,
    unread: BTreeMap<&'static str, usize>,
    unanswered: usize,
    first_unanswered: Option<String>,
}

/// A finding, met for the first time.
#[derive(Debug)]
struct Found {
    entry: Entry,
    first: usize,
    /// What was printed before, and so on.
    when: String,
    times: usize,
    /// The places of the next ones.
    others: Vec<usize>,
}

/// The requests of an operation.
#[derive(Debug, Default)]
struct Requests {
    right: usize,
    wrong: usize,
    took: Duration,
}

/// So many different findings are kept.
const MOST: usize = 500;
/// So many different lines of requests that are not judged are told.
const MOST_FOREIGN: usize = 20;
/// So many places of a repeated finding are told.
const MOST_PLACES: usize = 5;

impl Traffic {
    /// Nothing has been seen yet; the server is of this version.
    #[must_use]
    pub fn new(version: Version, answers: Answers) -> Self {
        Self {
            version,
            answers,
            watcher: Watcher::new(version),
            found: BTreeMap::new(),
            more: 0,
            operations: BTreeMap::new(),
            requests: 0,
            foreign: BTreeMap::new(),
            unread: BTreeMap::new(),
            unanswered: 0,
            first_unanswered: None,
        }
    }

    /// How many requests of the Connector APIs there were.
    #[must_use]
    pub const fn requests(&self) -> usize {
        self.requests
    }

    /// How many other requests there were.
    #[must_use]
    pub fn others(&self) -> usize {
        self.foreign.values().sum()
    }

    /// Judges an exchange. `circumstances` is asked where something is found for the first time.
    pub fn see(&mut self, exchange: &Recorded, circumstances: &dyn Fn() -> Option<String>) {
        let judgement = request_judge::judge(&exchange.request, self.version);
        if matches!(judgement.route, Route::Foreign) {
            self.count_foreign(exchange);
            self.watcher.follow(exchange);
            return;
        }
        self.requests += 1;
        if let Some(why) = judgement.unread {
            *self.unread.entry(why).or_default() += 1;
        }
        if exchange.answer.is_none() {
            self.unanswered += 1;
            let (method, target) = exchange.line();
            let problem = exchange.problem.as_deref().unwrap_or("no answer");
            self.first_unanswered
                .get_or_insert_with(|| format!("{method} {}: {problem}", cut(target)));
        }
        let answers = match self.answers {
            Answers::Judged => answer_judge::judge(exchange, &judgement, self.version),
            Answers::Trusted => Vec::new(),
        };
        self.count(exchange, &judgement, &answers);
        for fault in judgement.faults.iter().chain(&answers) {
            self.found(fault, exchange, &judgement, circumstances);
        }
    }

    fn count(&mut self, exchange: &Recorded, judgement: &RequestJudgement, answers: &[Fault]) {
        self.watcher.see(exchange);
        let Some(row) = judgement.route.row() else { return };
        let requests = self.operations.entry(row.operation).or_default();
        requests.took += exchange.took.unwrap_or_default();
        if !judgement.faults.is_empty() || !answers.is_empty() {
            requests.wrong += 1;
        } else {
            requests.right += 1;
        }
        let is_accepted = exchange.status().is_some_and(|status| status < 300);
        if let Some(pointer) = judgement.dropped.first().filter(|_| is_accepted) {
            let (method, target) = exchange.line();
            let what = format!("{} was sent the member {pointer}", row.operation);
            let line = format!("{method} {}", cut(target));
            self.watcher.advise(AdviceKind::MemberDropped, &what, &line);
        }
    }

    fn count_foreign(&mut self, exchange: &Recorded) {
        let (method, target) = exchange.line();
        let (path, _) = split(target);
        // Names of indices and ids would make every line another one.
        let segments = path.split('/').map(|segment| match segment {
            "" => "",
            known if known.starts_with('_') => known,
            _ => "*",
        });
        let line = format!("{method} {}", segments.collect::<Vec<_>>().join("/"));
        let is_full = self.foreign.len() >= MOST_FOREIGN && !self.foreign.contains_key(&line);
        let line = if is_full { "others".to_owned() } else { line };
        *self.foreign.entry(line).or_default() += 1;
    }

    fn found(
        &mut self,
        fault: &Fault,
        exchange: &Recorded,
        judgement: &RequestJudgement,
        circumstances: &dyn Fn() -> Option<String>,
    ) {
        let (method, target) = exchange.line();
        let operation = judgement.route.row().map(|row| row.operation);
        let about = match operation {
            Some(operation) => format!("{operation} {}", fault.place),
            None => format!("{method} {}", cut(split(target).0)),
        };
        let id = format!("{}: {about}", fault.kind.id());
        if let Some(known) = self.found.get_mut(&id) {
            known.times += 1;
            if known.others.len() < MOST_PLACES {
                known.others.push(exchange.number);
            }
            return;
        }
        if self.found.len() >= MOST {
            self.more += 1;
            return;
        }
        let when = when(exchange, circumstances());
        let line = format!("{method} {}", cut(target));
        let problem = Problem {
            title: fault.kind.sentence().to_owned(),
            kind: fault.kind.id().to_owned(),
            step: None,
            place: fault.place.clone(),
            expected: fault.expected.clone(),
            actual: fault.actual.clone(),
            exchange: Some(shown(exchange, operation)),
        };
        let entry = Entry {
            operation,
            status: exchange.status(),
            proves: fault.rules.iter().map(|rule| (*rule).to_owned()).collect(),
            problems: vec![problem],
            duration: exchange.took.unwrap_or_default(),
            ..Entry::new(
                EntryKind::Request,
                id.clone(),
                format!("{line}: {}", fault.kind.sentence()),
                EntryVerdict::Failed,
            )
        };
        let found = Found { entry, first: exchange.number, when, times: 1, others: Vec::new() };
        self.found.insert(id, found);
    }

    /// What the ids of findings look like; `*` stands for any text.
    pub(crate) fn forms(answers: Answers) -> Vec<String> {
        let is_looked_for = |kind: &&FaultKind| match answers {
            Answers::Judged => true,
            Answers::Trusted => !kind.is_of_answers(),
        };
        let operations = Operation::ALL.iter().map(|operation| format!("{} *", operation.name()));
        let methods = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"];
        let methods = methods.map(|method| format!("{method} /*"));
        let abouts: Vec<String> = operations.chain(methods).collect();
        let kinds = FaultKind::ALL.iter().filter(is_looked_for);
        kinds
            .flat_map(|kind| abouts.iter().map(|about| format!("{}: {about}", kind.id())))
            .collect()
    }

    /// The findings in the order in which they were made, then the operations in the order of the
    /// endpoint table.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let mut found: Vec<&Found> = self.found.values().collect();
        found.sort_by_key(|found| found.first);
        let entries = found.into_iter().map(Found::entry);
        let known: BTreeSet<Operation> = Endpoint::of(Family::Connectors)
            .filter(|row| row.is_in(self.version))
            .map(|row| row.operation)
            .collect();
        let operations = known.into_iter().filter_map(|operation| self.operation(operation));
        entries.chain(operations).collect()
    }

    fn operation(&self, operation: Operation) -> Option<Entry> {
        let id = operation.name().to_owned();
        let Some(requests) = self.operations.get(&operation) else {
            let name = "the operation was not called".to_owned();
            return Some(Entry {
                operation: Some(operation),
                reason: Some("it was not called".to_owned()),
                ..Entry::new(EntryKind::Request, id, name, EntryVerdict::Skipped)
            });
        };
        if requests.right == 0 {
            // The findings tell.
            return None;
        }
        let what = match self.answers {
            Answers::Judged => "as the contract has it",
            Answers::Trusted => "well-formed",
        };
        let name =
            format!("{} of {} requests {what}", requests.right, requests.right + requests.wrong);
        Some(Entry {
            operation: Some(operation),
            duration: requests.took,
            ..Entry::new(EntryKind::Request, id, name, EntryVerdict::Passed)
        })
    }

    /// What else is worth saying.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.foreign.is_empty() {
            let lines = self.foreign.iter().map(|(line, times)| format!("{line} ({times})"));
            let lines = lines.collect::<Vec<_>>().join(", ");
            notes.push(format!("not for the Connector APIs and not judged: {lines}"));
        }
        for (why, times) in &self.unread {
            notes.push(format!("bodies that were not looked into, because {why}: {times}"));
        }
        if let Some(first) = &self.first_unanswered {
            let times = self.unanswered;
            notes.push(format!("requests without a whole answer: {times}; the first was {first}"));
        }
        if self.more > 0 {
            notes.push(format!("{} more findings were not kept", self.more));
        }
        notes
    }
}

impl Found {
    fn entry(&self) -> Entry {
        let mut when = self.when.clone();
        if self.times > 1 {
            let others: Vec<String> = self.others.iter().map(usize::to_string).collect();
            let dots = if self.others.len() + 1 < self.times { " and so on" } else { "" };
            let more = match self.times - 1 {
                1 => "once more: request".to_owned(),
                more => format!("{more} more times: requests"),
            };
            when = format!("{when}; {more} {}{dots}", others.join(", "));
        }
        Entry { because: Some(when), ..self.entry.clone() }
    }
}

/// `request 3, 0.120 s after the start, x-opaque-id [test_a], after …`
fn when(exchange: &Recorded, circumstances: Option<String>) -> String {
    let mut when =
        format!("request {}, {:.3} s after the start", exchange.number, exchange.at.as_secs_f64());
    if let Some(id) = exchange.request.head.header("x-opaque-id") {
        when = format!("{when}, x-opaque-id [{id}]");
    }
    if let Some(circumstances) = circumstances {
        when = format!("{when}, {circumstances}");
    }
    when
}
