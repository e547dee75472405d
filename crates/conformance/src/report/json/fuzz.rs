//! What the report for programs says of fuzzing.

use serde::Serialize;

use crate::report::fuzz::{
    AtOnce, FuzzFacts, ShownViolation, Timeline, TimelineCall, Visit, VisitTable, Visited,
};

#[derive(Serialize)]
pub(super) struct Fuzz<'a> {
    /// A text, because a number of 64 bits is not safe in every reader of JSON.
    seed: Option<String>,
    replayed: Option<&'a str>,
    sequences: u64,
    calls: u64,
    seconds: f64,
    calls_per_second: f64,
    at_a_time: usize,
    visited: Option<Visits<'a>>,
    violation: Option<Violation<'a>>,
    at_once: Option<Concurrent<'a>>,
}

#[derive(Serialize)]
struct Visits<'a> {
    all_after: Option<u64>,
    connectors: Vec<Pair>,
    sync_jobs: Vec<Pair>,
    errors: Vec<Error<'a>>,
}

#[derive(Serialize)]
struct Pair {
    state: &'static str,
    operation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
    times: u64,
}

#[derive(Serialize)]
struct Error<'a> {
    operation: &'a str,
    status: u16,
    r#type: &'a str,
    times: u64,
}

#[derive(Serialize)]
struct Violation<'a> {
    operation: Option<&'static str>,
    contract: Option<&'a str>,
    #[serde(rename = "where")]
    place: &'a str,
    expected: &'a str,
    actual: &'a str,
    answer: &'a str,
    steps: &'a [String],
    script: &'a str,
    replay: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Found>,
}

#[derive(Serialize)]
struct Found {
    sequence: u64,
    steps: usize,
    replays: u32,
    shown_again: bool,
}

#[derive(Serialize)]
struct Concurrent<'a> {
    clients: usize,
    undecided: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeline: Option<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    scenario: u64,
    before: &'a [String],
    clients: usize,
    calls: Vec<Call<'a>>,
}

#[derive(Serialize)]
struct Call<'a> {
    client: usize,
    request: &'a str,
    answer: &'a str,
    from: usize,
    until: usize,
    place: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

/// What is known of fuzzing.
pub(super) fn fuzz(facts: &FuzzFacts) -> Fuzz<'_> {
    Fuzz {
        seed: facts.seed.map(|seed| seed.to_string()),
        replayed: facts.replayed.as_deref(),
        sequences: facts.cases,
        calls: facts.calls,
        seconds: facts.took.as_secs_f64(),
        calls_per_second: facts.rate(),
        at_a_time: facts.workers,
        visited: facts.visited.as_ref().map(visits),
        violation: facts.violation.as_ref().map(violation),
        at_once: facts.at_once.as_ref().map(at_once),
    }
}

fn visits(visited: &Visited) -> Visits<'_> {
    let errors = visited.errors.iter().map(|error| Error {
        operation: error.operation,
        status: error.status,
        r#type: error.kind,
        times: error.times,
    });
    Visits {
        all_after: visited.all_after,
        connectors: pairs(&visited.statuses).chain(pairs(&visited.connectors)).collect(),
        sync_jobs: pairs(&visited.jobs).collect(),
        errors: errors.collect(),
    }
}

/// The pairs that were to be visited.
fn pairs(table: &VisitTable) -> impl Iterator<Item = Pair> {
    table.rows.iter().flat_map(|row| {
        row.cells.iter().zip(&table.states).filter_map(|(cell, state)| {
            let times = match cell {
                Visit::Times(times) => *times,
                Visit::Never => 0,
                Visit::LeftOut => return None,
            };
            Some(Pair { state, operation: row.operation, to: row.to, times })
        })
    })
}

fn violation(shown: &ShownViolation) -> Violation<'_> {
    Violation {
        operation: shown.operation,
        contract: shown.rule.as_deref(),
        place: &shown.place,
        expected: &shown.expected,
        actual: &shown.actual,
        answer: &shown.answer,
        steps: &shown.steps,
        script: &shown.script,
        replay: &shown.replay,
        found: shown.found.map(|found| Found {
            sequence: found.case,
            steps: found.steps,
            replays: found.replays,
            shown_again: found.shown_again,
        }),
    }
}

fn at_once(at_once: &AtOnce) -> Concurrent<'_> {
    let AtOnce { clients, undecided, timeline } = at_once;
    Concurrent {
        clients: *clients,
        undecided: *undecided,
        timeline: timeline.as_ref().map(|timeline| {
            let Timeline { case, before, clients, calls, .. } = timeline;
            let calls = calls.iter().map(call).collect();
            Line { scenario: *case, before, clients: *clients, calls }
        }),
    }
}

fn call(call: &TimelineCall) -> Call<'_> {
    let TimelineCall { client, request, answer, from, until, place, why } = call;
    Call {
        client: *client,
        request,
        answer,
        from: *from,
        until: *until,
        place: *place,
        why: why.as_deref(),
    }
}
