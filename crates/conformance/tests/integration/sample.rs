//! A report made by hand that has everything a report can have.

use std::{collections::BTreeMap, time::Duration};

use api_types::{Version, connector::ConnectorStatus, endpoint::Operation, sync_job::SyncStatus};
use conformance::{
    case::Place,
    coverage::Transitions,
    divergence::DocumentationDivergence,
    report::{
        Advice, Entry, EntryKind, EntryVerdict, Problem, Report, ShownExchange, StepPlace, Subject,
    },
};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub(crate) fn entry(id: &str, verdict: EntryVerdict) -> Entry {
    Entry {
        kind: EntryKind::Case,
        id: id.to_owned(),
        name: "A sentence about it".to_owned(),
        because: None,
        operation: Some(Operation::SyncJobGet),
        status: Some(200),
        place: Some(Place { file: "cases/sync_job_get.yml".to_owned(), line: 7 }),
        proves: texts(&["SJ-8-1", "SJ-8-2"]),
        pages: texts(&["get-connector-sync-job-api.asciidoc:26"]),
        documented: Vec::new(),
        verdict,
        reason: None,
        problems: Vec::new(),
        duration: Duration::from_millis(3),
    }
}

/// A client that sends another path and body: one exchange, two things wrong, no whole answer.
fn of_a_client() -> Entry {
    let exchange = ShownExchange {
        request: "PUT /_connector/a/b/_name HTTP/1.1\r\ncontent-type: application/json\r\n\r\n{\"name\":\"x\"}".to_owned(),
        answer: "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
        ..ShownExchange::default()
    };
    let problem = |title: &str, kind: &str, place: &str, expected: &str, actual: &str| Problem {
        title: title.to_owned(),
        kind: kind.to_owned(),
        place: place.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        step: None,
        exchange: Some(exchange.clone()),
    };
    Entry {
        because: Some("An id with a slash reaches another connector.".to_owned()),
        operation: Some(Operation::UpdateName),
        status: None,
        pages: Vec::new(),
        problems: vec![
            problem(
                "the client did not percent-encode the id in the path",
                "path-encoding",
                "path",
                "/_connector/a%2Fb/_name",
                "/_connector/a/b/_name",
            ),
            problem(
                "the client sent another body than it was given",
                "body-differs",
                "body /name",
                "\"x\\u0000\"",
                "\"x\"",
            ),
        ],
        duration: Duration::from_millis(2130),
        ..entry("client/an-id-is-encoded", EntryVerdict::Failed)
    }
}

/// A server that answers with something else: the whole answers are known.
fn of_a_server() -> Entry {
    let exchange = ShownExchange {
        request: "GET /_connector/_sync_job/j\n".to_owned(),
        curl: Some("curl -sS -i -X GET http://localhost:9200/_connector/_sync_job/j".to_owned()),
        expected: Some("200\n\n{\n  \"id\" : \"j\",\n  \"status\" : \"canceled\"\n}".to_owned()),
        answer:
            "200\n\n{\n  \"id\" : \"j\",\n  \"status\" : \"error\",\n  \"error\" : \"<b>&amp;\"\n}"
                .to_owned(),
    };
    let step = StepPlace {
        place: Place { file: "preconditions/named.yml".to_owned(), line: 12 },
        precondition: Some("running job".to_owned()),
    };
    let problem = |place: &str, expected: &str, actual: &str| Problem {
        title: "the answer is not the expected one".to_owned(),
        kind: "body".to_owned(),
        place: place.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
        step: Some(step.clone()),
        exchange: Some(exchange.clone()),
    };
    Entry {
        documented: texts(&["cancel-spelling"]),
        problems: vec![
            problem("body /status", "\"canceled\"", "\"error\""),
            problem("body /error", "no such member", "\"<b>&amp;\""),
        ],
        ..entry("sync_job_get/a-canceled-job", EntryVerdict::Failed)
    }
}

fn unanswered() -> Entry {
    let reason = "no answer: connection reset";
    Entry {
        reason: Some(reason.to_owned()),
        problems: vec![Problem {
            title: reason.to_owned(),
            kind: "no-answer".to_owned(),
            exchange: Some(ShownExchange {
                request: "GET /_connector/_sync_job/j\n".to_owned(),
                ..ShownExchange::default()
            }),
            ..Problem::default()
        }],
        ..entry("sync_job_get/no-answer", EntryVerdict::Errored)
    }
}

fn entries() -> Vec<Entry> {
    let with = |reason: &str, entry: Entry| Entry { reason: Some(reason.to_owned()), ..entry };
    let known = Entry {
        problems: of_a_server().problems,
        ..entry("known/one", EntryVerdict::KnownFailure)
    };
    vec![
        Entry {
            kind: EntryKind::Example,
            documented: texts(&["cancel-spelling"]),
            ..entry("examples/sync_job_get/docs-1", EntryVerdict::Passed)
        },
        of_a_client(),
        of_a_server(),
        unanswered(),
        with("it needs version 9.1.0", entry("sync_job_get/new", EntryVerdict::Skipped)),
        with("it needs version 9.1.0", entry("sync_job_get/newer", EntryVerdict::Skipped)),
        with("there is no method secret_put", entry("secret_put/one", EntryVerdict::Unsupported)),
        with("issue 12", known),
        with("issue 13", entry("known/two", EntryVerdict::UnexpectedPass)),
        Entry {
            kind: EntryKind::Test,
            operation: None,
            status: None,
            place: None,
            proves: Vec::new(),
            pages: Vec::new(),
            ..entry("tests/test_x.py::test_y[a b]", EntryVerdict::Passed)
        },
    ]
}

/// Everything that a report can have.
pub(crate) fn report() -> Report {
    let transitions = Transitions {
        connector: BTreeMap::from([
            ((None, ConnectorStatus::Created), 4),
            ((Some(ConnectorStatus::Connected), ConnectorStatus::Connected), 2),
        ]),
        sync_job: BTreeMap::from([
            ((None, SyncStatus::Pending), 3),
            ((Some(SyncStatus::Pending), SyncStatus::InProgress), 2),
            ((Some(SyncStatus::Completed), SyncStatus::InProgress), 1),
        ]),
    };
    Report {
        subject: Subject::Client,
        name: "elasticsearch-xy 9.5.0 (XY 3)".to_owned(),
        counterpart: "a mock of Elasticsearch 9.6.0".to_owned(),
        es_version: Version::new(9, 6, 0),
        server: None,
        entries: entries(),
        coverage: BTreeMap::from([
            ((Operation::List, 200), 2),
            ((Operation::List, 418), 1),
            ((Operation::SyncJobGet, 200), 12),
            ((Operation::SyncJobGet, 404), 1),
        ]),
        transitions,
        advice: vec![Advice {
            kind: "claim-of-an-ended-job",
            text: "A job that has ended was claimed; a worker would run it again.".to_owned(),
            request: "PUT /_connector/_sync_job/j/_claim".to_owned(),
            times: 1,
        }],
        documented: vec![DocumentationDivergence {
            id: "cancel-spelling".to_owned(),
            operation: "connector.sync_job_cancel".to_owned(),
            document: "cancel-connector-sync-job-api.asciidoc".to_owned(),
            lines: vec![18, 19],
            documented: "the status is cancelling".to_owned(),
            server: "the status is canceling".to_owned(),
            contract: texts(&["SJ-12-5"]),
        }],
        notes: texts(&["a request was no HTTP"]),
        spent: vec![
            ("starting the driver", Duration::from_millis(700)),
            ("in the driver and the client", Duration::from_millis(2300)),
            ("all", Duration::from_millis(3200)),
        ],
        fuzz: None,
    }
}
