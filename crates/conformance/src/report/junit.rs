//! The report in the format of JUnit: a wrong answer is a `<failure>`, no answer an `<error>`.

use std::collections::BTreeMap;

use api_types::endpoint::Operation;
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{
    Style,
    failure::{Server, breakdown, failure},
};
use crate::outcome::{CaseResult, Outcome, RunReport};

/// The whole report; every operation is a suite.
///
/// # Errors
/// If a text cannot be written as XML.
pub fn junit(run: &RunReport) -> Result<String, SerializeError> {
    let mut suites: BTreeMap<Operation, TestSuite> = BTreeMap::new();
    for result in &run.results {
        let suite = suites
            .entry(result.operation)
            .or_insert_with(|| TestSuite::new(result.operation.name()));
        suite.add_test_case(case(result, run));
    }
    let mut report = Report::new("connector-conformance");
    report.add_test_suites(suites.into_values());
    report.to_string()
}

fn case(result: &CaseResult, run: &RunReport) -> TestCase {
    let server = Server { url: &run.url, credentials: run.credentials };
    let status = match &result.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed(failed) => {
            let mismatches: Vec<String> =
                failed.judgement.mismatches.iter().map(ToString::to_string).collect();
            let text = failure(result, failed, server, Style::Plain);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(mismatches.join("; ")).set_description(text);
            status
        }
        Outcome::Errored(broken) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let text = breakdown(broken, server);
            status.set_message(broken.message.as_str()).set_description(text);
            status
        }
        Outcome::Skipped(reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.as_str());
            status
        }
    };
    let mut case = TestCase::new(result.id.as_str(), status);
    case.set_time(result.duration).set_classname(result.operation.name());
    case
}
