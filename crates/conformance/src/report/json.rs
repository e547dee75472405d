//! The report for programs. Its members are part of the program's interface.

use serde::Serialize;

use super::failure::expected_by;
use crate::{
    case::CaseKind,
    outcome::{CaseResult, Counts, Outcome, RunReport},
};

#[derive(Serialize)]
struct Report<'a> {
    server: Server<'a>,
    counts: CountsReport,
    cases: Vec<CaseReport<'a>>,
    documented_differently: Vec<DocumentedReport<'a>>,
    left_behind: &'a [String],
}

#[derive(Serialize)]
struct Server<'a> {
    url: &'a str,
    version: Option<&'a str>,
    mock: bool,
}

#[derive(Serialize)]
struct CountsReport {
    passed: usize,
    failed: usize,
    errored: usize,
    skipped: usize,
}

#[derive(Serialize)]
struct CaseReport<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    operation: &'static str,
    status: u16,
    place: String,
    contract: &'a [String],
    pages: &'a [String],
    documented_differently: &'a [String],
    outcome: &'static str,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureReport<'a>>,
}

#[derive(Serialize)]
struct FailureReport<'a> {
    place: String,
    precondition: Option<&'a str>,
    expected_by: String,
    request: String,
    mismatches: Vec<MismatchReport<'a>>,
    expected: &'a str,
    actual: &'a str,
}

#[derive(Serialize)]
struct MismatchReport<'a> {
    #[serde(rename = "where")]
    place: String,
    expected: &'a str,
    actual: &'a str,
}

#[derive(Serialize)]
struct DocumentedReport<'a> {
    id: &'a str,
    operation: &'a str,
    place: String,
    documented: &'a str,
    server: &'a str,
    contract: &'a [String],
}

/// The whole report, with a newline at the end.
///
/// # Errors
/// If it cannot be written as JSON, which does not happen with these types.
pub fn json(run: &RunReport) -> Result<String, serde_json::Error> {
    let Counts { passed, failed, errored, skipped } = run.counts();
    let report = Report {
        server: Server {
            url: &run.url,
            version: run.server.version.as_deref(),
            mock: run.server.is_mock,
        },
        counts: CountsReport { passed, failed, errored, skipped },
        cases: run.results.iter().map(|result| case(result, run)).collect(),
        documented_differently: documented(run),
        left_behind: &run.left_behind,
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

fn documented(run: &RunReport) -> Vec<DocumentedReport<'_>> {
    run.documented
        .iter()
        .map(|one| DocumentedReport {
            id: &one.id,
            operation: &one.operation,
            place: one.place(),
            documented: &one.documented,
            server: &one.server,
            contract: &one.contract,
        })
        .collect()
}

fn case<'a>(result: &'a CaseResult, run: &'a RunReport) -> CaseReport<'a> {
    let (outcome, reason) = match &result.outcome {
        Outcome::Passed => ("passed", None),
        Outcome::Failed(_) => ("failed", None),
        Outcome::Errored(breakdown) => ("errored", Some(breakdown.message.as_str())),
        Outcome::Skipped(reason) => ("skipped", Some(reason.as_str())),
    };
    CaseReport {
        id: &result.id,
        name: &result.name,
        kind: match result.kind {
            CaseKind::Case => "case",
            CaseKind::Example => "example",
        },
        operation: result.operation.name(),
        status: result.status,
        place: result.place.to_string(),
        contract: &result.proves,
        pages: &result.pages,
        documented_differently: &result.documented,
        outcome,
        seconds: result.duration.as_secs_f64(),
        reason,
        request: unanswered(result, run),
        failure: failure(result, run),
    }
}

/// The request that got no answer to judge.
fn unanswered(result: &CaseResult, run: &RunReport) -> Option<String> {
    let broken = match &result.outcome {
        Outcome::Errored(broken) => broken,
        Outcome::Passed | Outcome::Failed(_) | Outcome::Skipped(_) => return None,
    };
    Some(broken.request.as_ref()?.curl(&run.url, run.credentials))
}

fn failure<'a>(result: &'a CaseResult, run: &'a RunReport) -> Option<FailureReport<'a>> {
    let failed = match &result.outcome {
        Outcome::Failed(failed) => failed,
        Outcome::Passed | Outcome::Errored(_) | Outcome::Skipped(_) => return None,
    };
    Some(FailureReport {
        place: failed.place.to_string(),
        precondition: failed.precondition.as_deref(),
        expected_by: expected_by(result),
        request: failed.request.curl(&run.url, run.credentials),
        mismatches: failed
            .judgement
            .mismatches
            .iter()
            .map(|mismatch| MismatchReport {
                place: mismatch.place.to_string(),
                expected: &mismatch.expected,
                actual: &mismatch.actual,
            })
            .collect(),
        expected: &failed.judgement.expected,
        actual: &failed.judgement.actual,
    })
}
