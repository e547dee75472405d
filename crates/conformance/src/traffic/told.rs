//! The report of traffic as a text.

use std::fmt::{Display, Write as _};

use api_types::Version;

use crate::{
    coverage::{Share, documented},
    report::{Entry, EntryVerdict, Report},
};

/// The whole report. The last line holds the counts.
pub(crate) fn told(report: &Report) -> String {
    let mut text = format!("\n{}, with {}\n\n", report.name, report.counterpart);
    for entry in &report.entries {
        failure(entry, &mut text);
    }
    coverage(report, &mut text);
    let steps = &report.transitions;
    transitions("connector", &steps.connector, &mut text);
    transitions("sync job", &steps.sync_job, &mut text);
    for advice in &report.advice {
        let times = advice.times;
        let _ = writeln!(text, "advice {} ({times} times): {}", advice.kind, advice.request);
        let _ = writeln!(text, "  {}", advice.text);
    }
    for note in &report.notes {
        let _ = writeln!(text, "{note}");
    }
    let tally = report.tally();
    let _ = writeln!(
        text,
        "\n{} passed, {} failed, {} not judged, {} not called",
        tally.passed, tally.failed, tally.errored, tally.skipped
    );
    text
}

fn failure(entry: &Entry, text: &mut String) {
    let word = match entry.verdict {
        EntryVerdict::Failed => "FAILED",
        EntryVerdict::Errored => "NOT JUDGED",
        EntryVerdict::Passed
        | EntryVerdict::Skipped
        | EntryVerdict::Unsupported
        | EntryVerdict::KnownFailure
        | EntryVerdict::UnexpectedPass => return,
    };
    let _ = writeln!(text, "{word} {}\n  {}", entry.id, entry.name);
    if let Some(because) = &entry.because {
        let _ = writeln!(text, "  {because}");
    }
    if !entry.proves.is_empty() {
        let _ = writeln!(text, "  expected by: contract {}", entry.proves.join(", "));
    }
    for problem in entry.problems.iter().filter(|problem| !problem.expected.is_empty()) {
        let _ = writeln!(
            text,
            "  {}: expected {}, got {}",
            problem.place, problem.expected, problem.actual
        );
    }
    text.push('\n');
}

fn coverage(report: &Report, text: &mut String) {
    let share = Share::of(&report.coverage, Version::NEWEST);
    let Share { seen, all } = share;
    let _ = writeln!(text, "covered: {seen} of {all} documented answers, {:.1} %", share.percent());
    let mut rows: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for (operation, status) in documented(Version::NEWEST) {
        let name = operation.to_string();
        if rows.last().is_none_or(|(last, _, _)| *last != name) {
            rows.push((name, Vec::new(), Vec::new()));
        }
        if let Some((_, covered, never)) = rows.last_mut() {
            match report.coverage.get(&(operation, status)) {
                Some(times) => covered.push(format!("{status} ({times})")),
                None => never.push(status.to_string()),
            }
        }
    }
    for (name, covered, never) in rows {
        let never =
            if never.is_empty() { String::new() } else { format!("never {}", never.join(" ")) };
        let _ = writeln!(text, "  {name}: {} {never}", covered.join(" "));
    }
}

fn transitions<S: Display>(
    what: &str,
    seen: &std::collections::BTreeMap<(Option<S>, S), usize>,
    text: &mut String,
) {
    for ((from, to), times) in seen {
        let from = from.as_ref().map_or_else(|| "nothing".to_owned(), S::to_string);
        let _ = writeln!(text, "{what}: {from} to {to} ({times})");
    }
}
