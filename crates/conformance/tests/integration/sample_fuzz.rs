//! Reports of fuzzing, made by hand: a violation after some steps, and one of several clients.

use std::{collections::BTreeMap, time::Duration};

use api_types::endpoint::Operation;
use conformance::report::{
    AtOnce, Entry, EntryKind, EntryVerdict, FoundBy, FuzzFacts, Problem, Report, ShownExchange,
    ShownViolation, Subject, Timeline, TimelineCall, Visit, VisitRow, VisitTable, Visited,
    VisitedError,
};

use crate::sample;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn visited() -> Visited {
    use Visit::{LeftOut, Never, Times};
    let row = |operation, to, cells: [Visit; 3]| VisitRow { operation, to, cells: cells.to_vec() };
    let table = |states: [&'static str; 3], rows| VisitTable { states: states.to_vec(), rows };
    let error = |operation, status, kind, times| VisitedError { operation, status, kind, times };
    Visited {
        statuses: table(
            ["created", "needs_configuration", "missing"],
            vec![row(
                "connector.update_status",
                Some("connected"),
                [Times(1_234), Times(7), Never],
            )],
        ),
        connectors: table(
            ["created", "needs_configuration", "missing"],
            vec![
                row("connector.put", None, [Times(99), Times(100), Times(9)]),
                row("connector.check_in", None, [LeftOut, LeftOut, LeftOut]),
            ],
        ),
        jobs: table(
            ["pending", "completed", "missing"],
            vec![row("connector.sync_job_cancel", None, [Times(54_321), Never, Times(10)])],
        ),
        errors: vec![
            error("connector.put", 400, "status_exception", 12),
            error("connector.sync_job_cancel", 400, "status_exception", 1_300),
            error("connector.sync_job_cancel", 404, "resource_not_found_exception", 10),
        ],
        all_after: None,
    }
}

fn violation() -> ShownViolation {
    ShownViolation {
        steps: texts(&[
            "PUT /_connector/fuzz-c0 {\"index_name\":\"fuzz-i0\"}",
            "POST /_connector/_sync_job {\"id\":\"fuzz-c0\"}",
            "PUT /_connector/_sync_job/<id of step 2>/_cancel",
            "GET /_connector/_sync_job/<id of step 2>",
        ]),
        operation: Some("connector.sync_job_get"),
        rule: Some("SJ-12-2".to_owned()),
        place: "body /status".to_owned(),
        expected: "\"canceled\"".to_owned(),
        actual: "\"pending\"".to_owned(),
        answer: "200\n\n{\"id\":\"j\",\"status\":\"pending\"}".to_owned(),
        script: "#!/bin/sh\nset -eu\ncurl -sS http://127.0.0.1:9200/\n".to_owned(),
        replay: "{\n  \"connector_fuzz\" : 1\n}\n".to_owned(),
        found: Some(FoundBy { case: 90, steps: 27, replays: 311, shown_again: true }),
        saved: Some("found.json".to_owned()),
        saved_script: None,
    }
}

fn entry(id: &str, name: &str, problem: Problem) -> Entry {
    Entry {
        kind: EntryKind::Sequence,
        name: name.to_owned(),
        operation: None,
        status: None,
        place: None,
        proves: Vec::new(),
        pages: Vec::new(),
        problems: vec![problem],
        duration: Duration::ZERO,
        ..sample::entry(id, EntryVerdict::Failed)
    }
}

fn whole(facts: FuzzFacts, entry: Entry) -> Report {
    Report {
        subject: Subject::Fuzz,
        name: "Elasticsearch 9.6.0".to_owned(),
        counterpart: "a mock of Elasticsearch 9.6.0".to_owned(),
        entries: vec![entry],
        coverage: BTreeMap::new(),
        advice: Vec::new(),
        documented: Vec::new(),
        spent: vec![("all", facts.took)],
        fuzz: Some(facts),
        ..sample::report()
    }
}

/// A violation that one call after the other shows, with everything such a report can have.
pub(crate) fn sequence() -> Report {
    let shown = violation();
    let problem = Problem {
        title: "the answer to connector.sync_job_get is not the expected one".to_owned(),
        kind: "SJ-12-2/status/200".to_owned(),
        place: shown.place.clone(),
        expected: shown.expected.clone(),
        actual: shown.actual.clone(),
        step: None,
        exchange: Some(ShownExchange {
            request: "GET /_connector/_sync_job/j\n".to_owned(),
            curl: Some(shown.script.clone()),
            expected: None,
            answer: shown.answer.clone(),
        }),
    };
    let facts = FuzzFacts {
        seed: Some(u64::MAX),
        cases: 2_000,
        calls: 54_321,
        took: Duration::from_secs(4),
        workers: 2,
        visited: Some(visited()),
        violation: Some(shown),
        ..FuzzFacts::default()
    };
    let name = "After 3 steps connector.sync_job_get answers with something else";
    let entry = Entry {
        operation: Some(Operation::SyncJobGet),
        proves: texts(&["SJ-12-2"]),
        ..entry("fuzz/SJ-12-2/status/200", name, problem)
    };
    let coverage = BTreeMap::from([((Operation::SyncJobGet, 200), 12)]);
    Report { coverage, ..whole(facts, entry) }
}

/// A violation that several clients show.
pub(crate) fn at_once() -> Report {
    let call = |client, request: &str, (from, until), place, why: Option<&str>| TimelineCall {
        client,
        request: request.to_owned(),
        answer: "200 {\"result\":\"updated\"}".to_owned(),
        from,
        until,
        place,
        why: why.map(str::to_owned),
    };
    let timeline = Timeline {
        case: 4,
        before: texts(&["PUT /_connector/c {}"]),
        clients: 2,
        calls: vec![
            call(0, "PUT /_connector/c/_name {\"name\":\"a\"}", (1, 3), Some(1), None),
            call(1, "PUT /_connector/c/_name {\"name\":\"b\"}", (2, 4), Some(2), None),
            call(
                2,
                "GET /_connector/c",
                (5, 6),
                None,
                Some("/name would have to be \"b\", not \"a\""),
            ),
            call(2, "GET /_connector", (7, 8), None, None),
        ],
        ticks: 8,
    };
    let exchange = ShownExchange { request: timeline.to_text(), ..ShownExchange::default() };
    let problem = Problem {
        title: "no order of the calls explains every answer".to_owned(),
        kind: "no-order".to_owned(),
        exchange: Some(exchange),
        ..Problem::default()
    };
    let facts = FuzzFacts {
        seed: Some(7),
        cases: 4,
        calls: 67,
        took: Duration::from_millis(500),
        workers: 1,
        at_once: Some(AtOnce { clients: 2, undecided: 1, timeline: Some(timeline) }),
        ..FuzzFacts::default()
    };
    whole(facts, entry("fuzz/no-order", "No order of the calls explains the answers", problem))
}
