//! What a report knows of fuzzing beside what every report has.

use std::time::Duration;

use super::model::Report;

/// What a run of random sequences came to.
#[derive(Clone, Debug, Default)]
pub struct FuzzFacts {
    /// The seed; `None` if a replay file was played.
    pub seed: Option<u64>,
    /// The replay file that was played, if it was one.
    pub replayed: Option<String>,
    /// How many sequences were played.
    pub cases: u64,
    /// How many calls these made.
    pub calls: u64,
    /// How long that took, without shrinking.
    pub took: Duration,
    /// How many sequences were played at a time, each on a server of its own.
    pub workers: usize,
    /// What was visited; `None` where clients called at once, because the state that a call found
    /// is not known there.
    pub visited: Option<Visited>,
    /// What is wrong, if something is and one call after the other shows it.
    pub violation: Option<ShownViolation>,
    /// What several clients did at once.
    pub at_once: Option<AtOnce>,
}

/// Which pairs of a state and an operation were visited, and which errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visited {
    /// `connector.update_status`: a row for each status that it asks for.
    pub statuses: VisitTable,
    /// The other operations on connectors.
    pub connectors: VisitTable,
    /// The operations on sync jobs.
    pub jobs: VisitTable,
    /// Errors, how often each.
    pub errors: Vec<VisitedError>,
    /// After how many sequences every pair had been visited; `None` if some never were.
    pub all_after: Option<u64>,
}

/// States across, operations down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitTable {
    /// The states.
    pub states: Vec<&'static str>,
    /// The operations.
    pub rows: Vec<VisitRow>,
}

/// The visits of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitRow {
    /// Its dotted name.
    pub operation: &'static str,
    /// The status that it asks for, of `connector.update_status`.
    pub to: Option<&'static str>,
    /// How often it was called in each state.
    pub cells: Vec<Visit>,
}

/// How often an operation was called in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// So often, at least once.
    Times(u64),
    /// Never.
    Never,
    /// The run was not to call the operation.
    LeftOut,
}

/// How often an error was called for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitedError {
    /// The dotted name of the operation.
    pub operation: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// The type of the error.
    pub kind: &'static str,
    /// How often.
    pub times: u64,
}

/// A sequence whose last step is answered wrongly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownViolation {
    /// The steps, one a line; what they are numbered with in the script and the replay file is
    /// their place here, from 1.
    pub steps: Vec<String>,
    /// The dotted name of the operation that was answered wrongly.
    pub operation: Option<&'static str>,
    /// The rule of the contract; `None` for what holds for every answer.
    pub rule: Option<String>,
    /// Where the answer is wrong, `body /status`.
    pub place: String,
    /// What had to be there.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// The answer: its status and body.
    pub answer: String,
    /// A script for `sh` that shows it on an empty server.
    pub script: String,
    /// The replay file.
    pub replay: String,
    /// How it was found; `None` if a replay file was played.
    pub found: Option<FoundBy>,
    /// Where the replay file was written.
    pub saved: Option<String>,
    /// Where the script was written.
    pub saved_script: Option<String>,
}

/// How a violation was found and shrunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundBy {
    /// The number of the sequence, from 1.
    pub case: u64,
    /// How many steps it had.
    pub steps: usize,
    /// How many sequences were played to shrink it.
    pub replays: u32,
    /// Whether it showed again on an empty server; if not, nothing was left out.
    pub shown_again: bool,
}

/// What several clients did at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtOnce {
    /// How many clients there were.
    pub clients: usize,
    /// How many scenarios could not be decided.
    pub undecided: u64,
    /// The calls that no order explains.
    pub timeline: Option<Timeline>,
}

/// Calls that overlap, and how far an order of them explains the answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The number of the scenario, from 1.
    pub case: u64,
    /// The calls before, one after the other, one a line.
    pub before: Vec<String>,
    /// How many clients there are. A lane more reads everything at the end.
    pub clients: usize,
    /// The calls, in the order in which they began.
    pub calls: Vec<TimelineCall>,
    /// So many instants there are; a call lasts from one to another, `1..=ticks`.
    pub ticks: usize,
}

/// A call of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineCall {
    /// The client, from 0; the number of clients for the looks at the end.
    pub client: usize,
    /// What was asked, `PUT /_connector/c {}`.
    pub request: String,
    /// What was answered, `200 {"result":"updated"}`.
    pub answer: String,
    /// The instant at which it began.
    pub from: usize,
    /// The instant at which it was answered.
    pub until: usize,
    /// Its place in the order that explains the most, from 1; `None` if it has none.
    pub place: Option<usize>,
    /// Why it can have no place, if it is one of those that come next.
    pub why: Option<String>,
}

impl FuzzFacts {
    /// How many calls were made in a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let calls = f64::from(u32::try_from(self.calls).unwrap_or(u32::MAX));
        let seconds = self.took.as_secs_f64();
        if seconds > 0.0 { calls / seconds } else { 0.0 }
    }

    /// `2,000 sequences, 54,321 calls`; scenarios, if clients called at once.
    #[must_use]
    pub fn told(&self) -> String {
        let (one, more) = match self.at_once {
            Some(_) => ("scenario", "scenarios"),
            None => ("sequence", "sequences"),
        };
        let cases = counted(self.cases, one, more);
        let calls = counted(self.calls, "call", "calls");
        let clients = match &self.at_once {
            Some(at_once) => {
                let clients = u64::try_from(at_once.clients).unwrap_or_default();
                format!(" of {} at once", counted(clients, "client", "clients"))
            }
            None => String::new(),
        };
        format!("{cases}{clients}, {calls}")
    }
}

impl Visited {
    /// The tables with the words over them.
    #[must_use]
    pub const fn tables(&self) -> [(&'static str, &VisitTable); 3] {
        [
            ("Connectors: update_status, by the status it asks for", &self.statuses),
            ("Connectors: other operations", &self.connectors),
            ("Sync jobs", &self.jobs),
        ]
    }

    /// `203 of 231 pairs of state and operation`
    #[must_use]
    pub fn told(&self) -> String {
        let cells = || self.tables().into_iter().flat_map(|(_, table)| table.cells());
        let all = cells().filter(|cell| *cell != Visit::LeftOut).count();
        let visited = cells().filter(|cell| matches!(cell, Visit::Times(_))).count();
        format!("{visited} of {all} pairs of state and operation")
    }

    /// Errors without regard to the operation: status, type, how often, and by how many operations.
    #[must_use]
    pub fn errors_by_type(&self) -> Vec<(u16, &'static str, u64, usize)> {
        let mut kinds: Vec<(u16, &'static str)> =
            self.errors.iter().map(|error| (error.status, error.kind)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let sum = |(status, kind): (u16, &'static str)| {
            let same = || {
                let errors = self.errors.iter();
                errors.filter(move |error| (error.status, error.kind) == (status, kind))
            };
            (status, kind, same().map(|error| error.times).sum(), same().count())
        };
        kinds.into_iter().map(sum).collect()
    }
}

impl VisitTable {
    /// Every cell.
    pub fn cells(&self) -> impl Iterator<Item = Visit> {
        self.rows.iter().flat_map(|row| row.cells.iter().copied())
    }

    /// The states in which nothing was called, although something was to be; none if that is so
    /// of every state.
    #[must_use]
    pub fn never_reached(&self) -> Vec<&'static str> {
        let states = self.states.iter().enumerate().filter(|(at, _)| {
            let mut cells = self.rows.iter().filter_map(|row| row.cells.get(*at));
            let is_wanted = cells.clone().any(|cell| *cell != Visit::LeftOut);
            is_wanted && cells.all(|cell| !matches!(cell, Visit::Times(_)))
        });
        let never: Vec<_> = states.map(|(_, state)| *state).collect();
        if never.len() == self.states.len() { Vec::new() } else { never }
    }
}

impl VisitRow {
    /// What the row is called: the operation without what all of them begin with, or the status
    /// that it asks for.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let operation = self.operation;
        self.to.unwrap_or_else(|| operation.strip_prefix("connector.").unwrap_or(operation))
    }
}

impl ShownViolation {
    /// How it was found and how to see it again, as a sentence or two.
    #[must_use]
    pub fn told(&self, seed: Option<u64>) -> String {
        let Some(FoundBy { case, steps, replays, shown_again }) = self.found else {
            return "the replay file shows it".to_owned();
        };
        let seed = seed.map(|seed| format!("; --seed {seed} repeats it")).unwrap_or_default();
        let before = counted(u64::try_from(steps).unwrap_or_default(), "step", "steps");
        if !shown_again {
            return format!(
                "found in sequence {case} ({before}); played again from an empty server it did not show, so nothing could be left out"
            );
        }
        let replays = counted(replays.into(), "replay", "replays");
        let now = self.steps.len();
        format!("found in sequence {case} ({before}), shrunk to {now} with {replays}{seed}")
    }
}

impl Timeline {
    /// What the lane of a client is called.
    #[must_use]
    pub fn lane(&self, client: usize) -> String {
        if client < self.clients {
            format!("client {}", client + 1)
        } else {
            "at the end".to_owned()
        }
    }

    /// The lanes in which there are calls.
    pub fn lanes(&self) -> impl Iterator<Item = usize> {
        (0..=self.clients).filter(|lane| self.calls.iter().any(|call| call.client == *lane))
    }
}

impl Report {
    /// Several clients at once, if they were and no order explains what they saw.
    pub(super) fn timeline(&self) -> Option<&Timeline> {
        self.fuzz.as_ref()?.at_once.as_ref()?.timeline.as_ref()
    }

    /// A sequence that shows what is wrong.
    pub(super) fn shown_violation(&self) -> Option<&ShownViolation> {
        self.fuzz.as_ref()?.violation.as_ref()
    }
}

/// `1 step`, `2,000 steps`
pub(super) fn counted(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { more })
}

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A few characters: `12`, `9.8k`, `12k`, `3.4M`.
pub(super) fn compact(number: u64) -> String {
    let with = |unit: u64, letter: char| {
        let (whole, tenth) = (number / unit, number % unit / (unit / 10));
        match whole {
            0..10 if tenth > 0 => format!("{whole}.{tenth}{letter}"),
            _ => format!("{whole}{letter}"),
        }
    };
    match number {
        0..1_000 => number.to_string(),
        1_000..1_000_000 => with(1_000, 'k'),
        1_000_000..1_000_000_000 => with(1_000_000, 'M'),
        _ => with(1_000_000_000, 'G'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_stay_short() {
        let shown =
            [0, 999, 1_000, 1_249, 9_999, 12_345, 999_999, 1_000_000, 3_456_789].map(compact);
        assert_eq!(shown, ["0", "999", "1k", "1.2k", "9.9k", "12k", "999k", "1M", "3.4M"]);
        assert_eq!(compact(u64::MAX), "18446744073G");
        assert_eq!([7, 1_000, 1_234_567].map(grouped), ["7", "1,000", "1,234,567"]);
        assert_eq!(counted(1, "step", "steps"), "1 step");
        assert_eq!(counted(0, "step", "steps"), "0 steps");
    }

    #[test]
    fn a_state_in_which_nothing_was_called_is_told() {
        let row = |cells: [Visit; 3]| VisitRow { operation: "o", to: None, cells: cells.to_vec() };
        let table = VisitTable {
            states: vec!["a", "b", "c"],
            rows: vec![
                row([Visit::Times(3), Visit::Never, Visit::LeftOut]),
                row([Visit::Never, Visit::Never, Visit::LeftOut]),
            ],
        };
        assert_eq!(table.never_reached(), ["b"]);
        let visited = Visited { jobs: table, ..Visited::default() };
        assert_eq!(visited.told(), "1 of 4 pairs of state and operation");
    }
}
