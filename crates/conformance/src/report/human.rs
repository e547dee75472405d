//! The report for people.

use std::fmt::Write as _;

use super::{
    Style,
    failure::{Server, breakdown, failure},
    table::table,
};
use crate::outcome::{CaseResult, Outcome, RunReport};

/// The whole report. The last line holds the counts.
#[must_use]
pub fn human(run: &RunReport, style: Style) -> String {
    let mut text = format!("{} at {}\n\n", run.server.described(), run.url);
    failures(run, style, &mut text);
    text.push_str(&table(&run.results, style));
    documented(run, style, &mut text);
    skipped(run, &mut text);
    for left in &run.left_behind {
        let _ = writeln!(text, "\n{}: {left}", style.yellow("left behind"));
    }
    let counts = run.counts();
    let _ = writeln!(text);
    if counts.errored > 0 {
        let _ = writeln!(text, "could not be judged: {}", counts.errored);
    }
    let closing =
        format!("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    let closing = if run.exit_code() == 0 { style.green(&closing) } else { style.red(&closing) };
    let _ = writeln!(text, "{closing}");
    text
}

fn failures(run: &RunReport, style: Style, text: &mut String) {
    let server = Server { url: &run.url, credentials: run.credentials };
    for result in &run.results {
        let (word, told) = match &result.outcome {
            Outcome::Failed(failed) => ("FAILED", failure(result, failed, server, style)),
            Outcome::Errored(broken) => ("NOT JUDGED", breakdown(broken, server)),
            Outcome::Passed | Outcome::Skipped(_) => continue,
        };
        let _ = writeln!(text, "{} {}", style.red(word), style.bold(&result.id));
        let _ = writeln!(text, "  {}", result.name);
        for line in told.lines() {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
        text.push('\n');
    }
}

fn documented(run: &RunReport, style: Style, text: &mut String) {
    if run.documented.is_empty() {
        return;
    }
    let _ = writeln!(text, "\ndocumented differently");
    for divergence in &run.documented {
        let shown = |result: &&CaseResult| result.documented.contains(&divergence.id);
        let shown: Vec<&CaseResult> = run.results.iter().filter(shown).collect();
        let passed = shown.iter().filter(|result| matches!(result.outcome, Outcome::Passed));
        let _ = writeln!(
            text,
            "  {} ({}, {} of {} cases passed)",
            style.bold(&divergence.id),
            divergence.operation,
            passed.count(),
            shown.len()
        );
        let _ = writeln!(text, "    {}: {}", divergence.place(), divergence.documented);
        let rules = divergence.contract.join(", ");
        let _ = writeln!(text, "    server ({rules}): {}", divergence.server);
    }
}

fn skipped(run: &RunReport, text: &mut String) {
    let mut heading = "\nskipped\n";
    for result in &run.results {
        if let Outcome::Skipped(reason) = &result.outcome {
            let _ = writeln!(text, "{heading}  {}: {reason}", result.id);
            heading = "";
        }
    }
}
