//! The report as Markdown, for the summary of a workflow run at GitHub.
//!
//! What comes from outside is written as text that Markdown takes for nothing else: punctuation as
//! character references, and in `<pre>`, where Markdown does not look, as HTML.

use std::fmt::Write as _;

use super::{
    Style,
    failure::failure,
    fuzz::FuzzFacts,
    html::escaped,
    matrix::Matrix,
    model::{Entry, EntryVerdict, Report},
    terminal::times,
    text::{duration, one_line},
};

/// A summary may have 1 MiB; from this size on failures are only counted.
const ENOUGH: usize = 800_000;

/// The whole report.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut text = String::new();
    let verdict = report.verdict().words();
    let _ = writeln!(text, "## connector-conformance: {verdict}\n");
    let (name, counterpart) = (plain(&report.name), plain(&report.counterpart));
    let preposition = if report.server.is_some() { " at" } else { ", with" };
    let total = duration(report.total_time());
    let _ = writeln!(text, "**{name}**{preposition} {counterpart}, in {total}\n");
    match &report.fuzz {
        Some(facts) => fuzzed(facts, &mut text),
        None => counts(report, &mut text),
    }
    for verdict in [EntryVerdict::Failed, EntryVerdict::Errored, EntryVerdict::UnexpectedPass] {
        wrong(report, verdict, &mut text);
    }
    for verdict in [EntryVerdict::KnownFailure, EntryVerdict::Unsupported, EntryVerdict::Skipped] {
        reasons(report, verdict, &mut text);
    }
    if report.fuzz.is_none() || !report.coverage.is_empty() {
        let _ = writeln!(text, "Coverage: {}.\n", Matrix::of(report).covered().told());
    }
    for advice in &report.advice {
        let (request, told) = (plain(&advice.request), plain(&advice.text));
        let _ = writeln!(
            text,
            "- Accepted, and against the Connector Protocol: {told} ({request}, {})",
            times(advice.times)
        );
    }
    for remark in report.remarks() {
        let _ = writeln!(text, "- Note: {}", plain(&remark));
    }
    text.truncate(text.trim_end().len());
    text.push_str("\n\n");
    text
}

/// How much was played, what was visited, and how to do the same again.
fn fuzzed(facts: &FuzzFacts, text: &mut String) {
    let seed = facts.seed.map(|seed| format!(" (seed {seed})")).unwrap_or_default();
    let _ = writeln!(text, "{}{seed}.", plain(&facts.told()));
    if let Some(visited) = &facts.visited {
        let _ = writeln!(text, "Visited: {}.", visited.told());
    }
    if let Some(violation) = &facts.violation {
        let _ = writeln!(text, "The violation was {}.", plain(&violation.told(facts.seed)));
    }
    text.push('\n');
}

fn counts(report: &Report, text: &mut String) {
    let tally = report.tally();
    let usual = [EntryVerdict::Passed, EntryVerdict::Failed, EntryVerdict::Skipped];
    let shown: Vec<EntryVerdict> = EntryVerdict::ALL
        .iter()
        .copied()
        .filter(|verdict| usual.contains(verdict) || tally.of(*verdict) > 0)
        .collect();
    let row = |cell: &dyn Fn(EntryVerdict) -> String| {
        let cells: Vec<String> = shown.iter().map(|verdict| cell(*verdict)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    text.push_str(&row(&|verdict| verdict.words().to_owned()));
    text.push_str(&row(&|_| "---:".to_owned()));
    text.push_str(&row(&|verdict| tally.of(verdict).to_string()));
    text.push('\n');
}

fn of(report: &Report, verdict: EntryVerdict) -> impl Iterator<Item = &Entry> {
    report.entries.iter().filter(move |entry| entry.verdict == verdict)
}

fn wrong(report: &Report, verdict: EntryVerdict, text: &mut String) {
    let mut left_out = 0;
    for entry in of(report, verdict) {
        let (id, name) = (escaped(&one_line(&entry.id)), escaped(&one_line(&entry.name)));
        let mut told = failure(entry, Style::Plain);
        if verdict == EntryVerdict::UnexpectedPass {
            told = format!(
                "the list of known failures has it: {}",
                one_line(entry.reason.as_deref().unwrap_or_default())
            );
        }
        let told = escaped(told.trim_end());
        if text.len() + told.len() > ENOUGH {
            left_out += 1;
            continue;
        }
        let words = verdict.words();
        let _ = writeln!(text, "<details><summary>{words}: <code>{id}</code>: {name}</summary>\n");
        let _ = writeln!(text, "<pre>{told}</pre>\n\n</details>\n");
    }
    if left_out > 0 {
        let _ = writeln!(text, "{left_out} more are too long for a summary.\n");
    }
}

fn reasons(report: &Report, verdict: EntryVerdict, text: &mut String) {
    let entries: Vec<&Entry> = of(report, verdict).collect();
    if entries.is_empty() {
        return;
    }
    let words = verdict.words();
    let _ = writeln!(text, "<details><summary>{words}: {}</summary>\n", entries.len());
    for entry in entries {
        let reason = plain(entry.reason.as_deref().unwrap_or("no reason is known"));
        let _ = writeln!(text, "- {}: {reason}", plain(&entry.id));
    }
    let _ = writeln!(text, "\n</details>\n");
}

/// One line that Markdown shows as it is.
fn plain(text: &str) -> String {
    let mut shown = String::new();
    for character in one_line(text).chars() {
        if character.is_ascii_punctuation() && !",.:;-'/=()".contains(character) {
            let _ = write!(shown, "&#{};", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_takes_nothing_for_markup() {
        assert_eq!(
            plain("a_b *c* `d` [e](f) <g> @h |\n# i"),
            "a&#95;b &#42;c&#42; &#96;d&#96; &#91;e&#93;(f) &#60;g&#62; &#64;h &#124;&#92;n&#35; i"
        );
    }
}
