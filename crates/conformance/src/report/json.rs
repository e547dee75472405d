//! The report for programs. Its members are part of the program's interface;
//! `docs/report.schema.json` describes them.

mod fuzz;

use api_types::{connector::ConnectorStatus, endpoint::Operation, sync_job::SyncStatus};
use serde::Serialize;

use super::{
    matrix::{Covered, Matrix, documented, endpoint},
    model::{Advice, Entry, EntryVerdict, JudgedServer, Problem, Report, ShownExchange},
    text::by_exchange,
};
use crate::divergence::DocumentationDivergence;

/// Grows if a member goes away or gets another meaning.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Whole<'a> {
    format: u32,
    subject: &'static str,
    verdict: &'static str,
    exit_code: u8,
    name: &'a str,
    counterpart: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Server<'a>>,
    counts: Counts,
    cases: Vec<Case<'a>>,
    coverage: Coverage,
    transitions: Transitions,
    advice: Vec<AdviceShown<'a>>,
    documented_differently: Vec<Documented<'a>>,
    left_behind: &'a [String],
    notes: &'a [String],
    time: Vec<Time<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fuzz: Option<fuzz::Fuzz<'a>>,
}

#[derive(Serialize)]
struct Server<'a> {
    url: &'a str,
    version: Option<&'a str>,
    mock: bool,
}

#[derive(Serialize)]
struct Counts {
    passed: usize,
    failed: usize,
    errored: usize,
    skipped: usize,
    unsupported: usize,
    known_failure: usize,
    unexpected_pass: usize,
}

#[derive(Serialize)]
struct Case<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    operation: Option<&'static str>,
    status: Option<u16>,
    place: Option<String>,
    contract: &'a [String],
    pages: &'a [String],
    documented_differently: &'a [String],
    outcome: &'static str,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure<'a>>,
}

#[derive(Serialize)]
struct Failure<'a> {
    place: Option<String>,
    precondition: Option<&'a str>,
    expected_by: String,
    request: Option<&'a str>,
    mismatches: Vec<Mismatch<'a>>,
    expected: Option<&'a str>,
    actual: Option<&'a str>,
    exchanges: Vec<Exchange<'a>>,
}

#[derive(Serialize)]
struct Mismatch<'a> {
    kind: &'a str,
    title: &'a str,
    #[serde(rename = "where")]
    place: &'a str,
    expected: &'a str,
    actual: &'a str,
    /// The place of the exchange in the list of them, from 0.
    exchange: Option<usize>,
}

#[derive(Serialize)]
struct Exchange<'a> {
    request: &'a str,
    curl: Option<&'a str>,
    expected: Option<&'a str>,
    answer: &'a str,
}

#[derive(Serialize)]
struct Coverage {
    operations: usize,
    operations_seen: usize,
    answers: usize,
    answers_seen: usize,
    undocumented: usize,
    by_operation: Vec<Covers>,
}

#[derive(Serialize)]
struct Covers {
    operation: &'static str,
    method: Option<&'static str>,
    path: Option<&'static str>,
    answers: Vec<AnswerSeen>,
}

#[derive(Serialize)]
struct AnswerSeen {
    status: u16,
    documented: bool,
    seen: usize,
}

#[derive(Serialize)]
struct Transitions {
    connector: Vec<Transition>,
    sync_job: Vec<Transition>,
}

#[derive(Serialize)]
struct Transition {
    from: Option<String>,
    to: String,
    allowed: bool,
    seen: usize,
}

#[derive(Serialize)]
struct AdviceShown<'a> {
    kind: &'static str,
    text: &'a str,
    request: &'a str,
    times: usize,
}

#[derive(Serialize)]
struct Documented<'a> {
    id: &'a str,
    operation: &'a str,
    place: String,
    documented: &'a str,
    server: &'a str,
    contract: &'a [String],
}

#[derive(Serialize)]
struct Time<'a> {
    what: &'a str,
    seconds: f64,
}

/// The whole report, with a newline at the end.
///
/// # Errors
/// If it cannot be written as JSON, which does not happen with these types.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    let whole = Whole {
        format: FORMAT,
        subject: report.subject.id(),
        verdict: report.verdict().id(),
        exit_code: report.exit_code(),
        name: &report.name,
        counterpart: &report.counterpart,
        server: report.server.as_ref().map(server),
        counts: counts(report),
        cases: report.entries.iter().map(case).collect(),
        coverage: coverage(report),
        transitions: transitions(report),
        advice: report.advice.iter().map(advice).collect(),
        documented_differently: report.documented.iter().map(documented_differently).collect(),
        left_behind: report.server.as_ref().map_or(&[], |server| &server.left_behind),
        notes: &report.notes,
        time: report
            .spent
            .iter()
            .map(|(what, spent)| Time { what, seconds: spent.as_secs_f64() })
            .collect(),
        fuzz: report.fuzz.as_ref().map(fuzz::fuzz),
    };
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

fn server(server: &JudgedServer) -> Server<'_> {
    Server { url: &server.url, version: server.version.as_deref(), mock: server.is_mock }
}

fn counts(report: &Report) -> Counts {
    let tally = report.tally();
    Counts {
        passed: tally.passed,
        failed: tally.failed,
        errored: tally.errored,
        skipped: tally.skipped,
        unsupported: tally.unsupported,
        known_failure: tally.known,
        unexpected_pass: tally.unexpected,
    }
}

fn case(entry: &Entry) -> Case<'_> {
    let unanswered = match entry.verdict {
        EntryVerdict::Errored => entry.problems.first().and_then(|first| first.exchange.as_ref()),
        EntryVerdict::Passed
        | EntryVerdict::Failed
        | EntryVerdict::Skipped
        | EntryVerdict::Unsupported
        | EntryVerdict::KnownFailure
        | EntryVerdict::UnexpectedPass => None,
    };
    Case {
        id: &entry.id,
        name: &entry.name,
        kind: entry.kind.id(),
        operation: entry.operation.map(Operation::name),
        status: entry.status,
        place: entry.place.as_ref().map(ToString::to_string),
        contract: &entry.proves,
        pages: &entry.pages,
        documented_differently: &entry.documented,
        outcome: entry.verdict.id(),
        seconds: entry.duration.as_secs_f64(),
        because: entry.because.as_deref(),
        reason: entry.reason.as_deref(),
        request: unanswered.map(sent),
        failure: failure(entry),
    }
}

/// The command that sends the request, or else the request.
fn sent(exchange: &ShownExchange) -> &str {
    exchange.curl.as_deref().unwrap_or(&exchange.request)
}

fn failure(entry: &Entry) -> Option<Failure<'_>> {
    if !matches!(entry.verdict, EntryVerdict::Failed | EntryVerdict::KnownFailure) {
        return None;
    }
    let mut exchanges: Vec<&ShownExchange> = Vec::new();
    let mut mismatches = Vec::new();
    for shown in by_exchange(&entry.problems) {
        let number = shown.exchange.map(|exchange| {
            let known = exchanges.iter().position(|known| *known == exchange);
            known.unwrap_or_else(|| {
                exchanges.push(exchange);
                exchanges.len() - 1
            })
        });
        mismatches.extend(shown.problems.iter().map(|problem| mismatch(problem, number)));
    }
    let step = entry.problems.iter().find_map(|problem| problem.step.as_ref());
    let first = exchanges.first();
    Some(Failure {
        place: step.map(|step| &step.place).or(entry.place.as_ref()).map(ToString::to_string),
        precondition: step.and_then(|step| step.precondition.as_deref()),
        expected_by: entry.expected_by(),
        request: first.map(|exchange| sent(exchange)),
        mismatches,
        expected: first.and_then(|exchange| exchange.expected.as_deref()),
        actual: first.map(|exchange| exchange.answer.as_str()),
        exchanges: exchanges.iter().map(|exchange| exchanged(exchange)).collect(),
    })
}

fn mismatch(problem: &Problem, exchange: Option<usize>) -> Mismatch<'_> {
    Mismatch {
        kind: &problem.kind,
        title: &problem.title,
        place: &problem.place,
        expected: &problem.expected,
        actual: &problem.actual,
        exchange,
    }
}

fn exchanged(exchange: &ShownExchange) -> Exchange<'_> {
    Exchange {
        request: &exchange.request,
        curl: exchange.curl.as_deref(),
        expected: exchange.expected.as_deref(),
        answer: &exchange.answer,
    }
}

fn coverage(report: &Report) -> Coverage {
    let matrix = Matrix::of(report);
    let Covered { operations, operations_seen, answers, answers_seen, undocumented } =
        matrix.covered();
    let by_operation = matrix.rows.iter().map(|row| covers(report, row.operation)).collect();
    Coverage { operations, operations_seen, answers, answers_seen, undocumented, by_operation }
}

fn covers(report: &Report, operation: Operation) -> Covers {
    let documented = documented(operation, report.es_version);
    let seen = report.coverage.keys().filter(|(called, _)| *called == operation);
    let statuses: std::collections::BTreeSet<u16> =
        seen.map(|(_, status)| *status).chain(documented.iter().copied()).collect();
    let answer = |status: u16| AnswerSeen {
        status,
        documented: documented.contains(&status),
        seen: report.coverage.get(&(operation, status)).copied().unwrap_or_default(),
    };
    let row = endpoint(operation);
    Covers {
        operation: operation.name(),
        method: row.map(|row| row.method.as_str()),
        path: row.map(|row| row.path),
        answers: statuses.into_iter().map(answer).collect(),
    }
}

fn transitions(report: &Report) -> Transitions {
    let seen = &report.transitions;
    let connector = seen.connector.iter().map(|((from, to), times)| Transition {
        from: from.map(|from| from.to_string()),
        to: to.to_string(),
        allowed: from.is_none_or(|from: ConnectorStatus| from.transition(*to).is_ok()),
        seen: *times,
    });
    let sync_job = seen.sync_job.iter().map(|((from, to), times)| Transition {
        from: from.map(|from| from.to_string()),
        to: to.to_string(),
        allowed: from.is_none_or(|from: SyncStatus| from.transition(*to).is_ok()),
        seen: *times,
    });
    Transitions { connector: connector.collect(), sync_job: sync_job.collect() }
}

fn advice(advice: &Advice) -> AdviceShown<'_> {
    let Advice { kind, text, request, times } = advice;
    AdviceShown { kind, text, request, times: *times }
}

fn documented_differently(one: &DocumentationDivergence) -> Documented<'_> {
    Documented {
        id: &one.id,
        operation: &one.operation,
        place: one.place(),
        documented: &one.documented,
        server: &one.server,
        contract: &one.contract,
    }
}
