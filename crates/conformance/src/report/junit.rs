//! The report in the format of JUnit: what is wrong is a `<failure>`, what could not be judged an
//! `<error>`, and a failure that is known is skipped.

use std::collections::BTreeMap;

use api_types::endpoint::Operation;
use quick_junit::{NonSuccessKind, Report as Suites, SerializeError};
use quick_junit::{TestCase, TestCaseStatus, TestSuite};

use super::{
    Style,
    failure::failure,
    model::{Entry, EntryVerdict, Report},
    text::{comparison, one_line, printable},
};

/// The whole report; every operation is a suite, and so is what belongs to none.
///
/// # Errors
/// If a text cannot be written as XML.
pub fn junit(report: &Report) -> Result<String, SerializeError> {
    let mut suites: BTreeMap<Option<Operation>, TestSuite> = BTreeMap::new();
    for entry in &report.entries {
        let name = entry.operation.map_or(report.subject.entries(), Operation::name);
        let suite = suites.entry(entry.operation).or_insert_with(|| TestSuite::new(name));
        suite.add_test_case(case(entry, name));
    }
    let mut whole = Suites::new("connector-conformance");
    whole.add_test_suites(suites.into_values());
    whole.to_string()
}

fn case(entry: &Entry, suite: &str) -> TestCase {
    let reason = one_line(entry.reason.as_deref().unwrap_or_default());
    let skipped = |message: String| {
        let mut status = TestCaseStatus::skipped();
        status.set_message(message);
        status
    };
    let status = match entry.verdict {
        EntryVerdict::Passed => TestCaseStatus::success(),
        EntryVerdict::Failed => told(entry, NonSuccessKind::Failure, &mismatches(entry)),
        EntryVerdict::Errored => told(entry, NonSuccessKind::Error, &reason),
        EntryVerdict::UnexpectedPass => {
            let message = format!("unexpected pass; the list of known failures has it: {reason}");
            told(entry, NonSuccessKind::Failure, &message)
        }
        EntryVerdict::KnownFailure => skipped(format!("known failure: {reason}")),
        EntryVerdict::Unsupported => skipped(format!("unsupported: {reason}")),
        EntryVerdict::Skipped => skipped(reason),
    };
    let mut case = TestCase::new(printable(&entry.id), status);
    case.set_time(entry.duration).set_classname(suite);
    if let Some(place) = &entry.place {
        case.extra.insert("file".into(), printable(&place.file).into());
        case.extra.insert("line".into(), place.line.to_string().into());
    }
    case
}

fn told(entry: &Entry, kind: NonSuccessKind, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(failure(entry, Style::Plain));
    status
}

fn mismatches(entry: &Entry) -> String {
    let told = |problem| comparison(problem).unwrap_or_else(|| one_line(&problem.title));
    entry.problems.iter().map(told).collect::<Vec<_>>().join("; ")
}
