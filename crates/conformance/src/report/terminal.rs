//! The report for people at a terminal. The verdict is in the first lines and the counts are in
//! the last one, because one of both is on the screen.

use std::{collections::BTreeMap, fmt::Write as _};

mod fuzz;

pub(super) use self::fuzz::speed;
use super::{
    Style,
    failure::failure,
    matrix::{Cell, Matrix},
    model::{Entry, EntryVerdict, Report, RunVerdict},
    text::{duration, one_line},
};

/// The whole report.
#[must_use]
pub fn terminal(report: &Report, style: Style) -> String {
    let mut text = String::new();
    verdict(report, style, &mut text);
    if let Some(facts) = &report.fuzz {
        fuzz::violations(report, facts, style, &mut text);
    } else {
        for verdict in [EntryVerdict::Failed, EntryVerdict::Errored, EntryVerdict::UnexpectedPass] {
            wrong(report, verdict, style, &mut text);
        }
    }
    for verdict in [EntryVerdict::KnownFailure, EntryVerdict::Unsupported, EntryVerdict::Skipped] {
        by_reason(report, verdict, style, &mut text);
    }
    match &report.fuzz {
        Some(facts) => fuzz::visited(report, facts, style, &mut text),
        None => coverage(report, style, &mut text),
    }
    advice(report, style, &mut text);
    documented(report, style, &mut text);
    for remark in report.remarks() {
        let _ = writeln!(text, "\n{} {}", style.yellow("note:"), one_line(&remark));
    }
    time(report, style, &mut text);
    let _ = writeln!(text, "\n{}", counts(report, style));
    text
}

fn coloured(report: &Report, style: Style, text: &str) -> String {
    match report.verdict() {
        RunVerdict::Passed => style.green(text),
        RunVerdict::Failed | RunVerdict::Errored => style.red(text),
    }
}

fn verdict(report: &Report, style: Style, text: &mut String) {
    let word = coloured(report, style, &report.verdict().words().to_uppercase());
    let (name, counterpart) = (one_line(&report.name), one_line(&report.counterpart));
    let preposition = if report.server.is_some() { " at" } else { ", with" };
    let _ = writeln!(text, "{word}  {}{preposition} {counterpart}", style.bold(&name));
    let _ = writeln!(text, "{} in {}", counts(report, style), duration(report.total_time()));
}

/// `12 passed, 1 failed, 0 skipped`, and of the other verdicts those that there are.
///
/// Of fuzzing how much was played, and whether it showed a violation.
pub(crate) fn counts(report: &Report, style: Style) -> String {
    if let Some(facts) = &report.fuzz {
        return coloured(report, style, &fuzz::counts(report, facts));
    }
    let tally = report.tally();
    let usual = [EntryVerdict::Passed, EntryVerdict::Failed, EntryVerdict::Skipped];
    let mut counts: Vec<String> =
        usual.iter().map(|verdict| format!("{} {}", tally.of(*verdict), verdict.words())).collect();
    for verdict in EntryVerdict::ALL.iter().filter(|verdict| !usual.contains(verdict)) {
        let count = tally.of(*verdict);
        if count > 0 {
            let plural = match verdict {
                EntryVerdict::KnownFailure if count > 1 => "known failures",
                EntryVerdict::UnexpectedPass if count > 1 => "unexpected passes",
                other => other.words(),
            };
            counts.push(format!("{count} {plural}"));
        }
    }
    coloured(report, style, &counts.join(", "))
}

fn of(report: &Report, verdict: EntryVerdict) -> impl Iterator<Item = &Entry> {
    report.entries.iter().filter(move |entry| entry.verdict == verdict)
}

fn wrong(report: &Report, verdict: EntryVerdict, style: Style, text: &mut String) {
    of(report, verdict).for_each(|entry| text.push_str(&wrong_entry(entry, style)));
}

/// An entry with which something is wrong, after an empty line.
#[must_use]
pub(crate) fn wrong_entry(entry: &Entry, style: Style) -> String {
    let mut text = String::new();
    let word = style.red(&entry.verdict.words().to_uppercase());
    let _ = writeln!(text, "\n{word} {}", style.bold(&one_line(&entry.id)));
    let _ = writeln!(text, "  {}", one_line(&entry.name));
    if entry.verdict == EntryVerdict::UnexpectedPass {
        let reason = one_line(entry.reason.as_deref().unwrap_or_default());
        let _ = writeln!(text, "  the list of known failures has it: {reason}");
    } else {
        for line in failure(entry, style).lines() {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
    }
    text
}

/// The entries of a verdict by their reasons, in the order of the first of each.
fn by_reason(report: &Report, verdict: EntryVerdict, style: Style, text: &mut String) {
    /// So many ids are told; the other reports have all.
    const MOST: usize = 10;
    let mut reasons: Vec<&str> = Vec::new();
    let mut ids: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in of(report, verdict) {
        let reason = entry.reason.as_deref().unwrap_or("no reason is known");
        let same = ids.entry(reason).or_default();
        if same.is_empty() {
            reasons.push(reason);
        }
        same.push(&entry.id);
    }
    if reasons.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", style.yellow(verdict.words()));
    for reason in reasons {
        let same = ids.get(reason).map(Vec::as_slice).unwrap_or_default();
        let _ = writeln!(text, "  {} ({})", one_line(reason), same.len());
        for id in same.iter().take(MOST) {
            let _ = writeln!(text, "    {}", one_line(id));
        }
        if same.len() > MOST {
            let _ = writeln!(text, "    and {} more", same.len() - MOST);
        }
    }
}

fn coverage(report: &Report, style: Style, text: &mut String) {
    let matrix = Matrix::of(report);
    let covered = matrix.covered();
    let _ = writeln!(text, "\n{}: {}", style.bold("coverage"), covered.told());
    let rows: Vec<_> = matrix.rows.iter().filter(|row| row.is_seen()).collect();
    if rows.is_empty() {
        return;
    }
    let width = rows.iter().map(|row| row.operation.name().len()).max().unwrap_or_default();
    let heading: String = matrix.statuses.iter().map(|status| format!("  {status:>4}")).collect();
    let _ = writeln!(text, "{}", style.bold(&format!("  {:width$}{heading}", "")));
    for row in &rows {
        let mut line = format!("  {:width$}", row.operation.name());
        for cell in &row.cells {
            let cell = match cell {
                Cell::None => "    ".to_owned(),
                Cell::Seen(times) => style.green(&format!("{times:>4}")),
                Cell::Missing => style.yellow("   -"),
                Cell::Undocumented(times) => style.yellow(&format!("{:>4}", format!("{times}*"))),
            };
            let _ = write!(line, "  {cell}");
        }
        let others: Vec<String> =
            row.others.iter().map(|(status, times)| format!("{status} ({times}*)")).collect();
        let _ = write!(line, "  {}", others.join(", "));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = writeln!(text, "  - documented, not seen; * seen, not documented");
}

fn advice(report: &Report, style: Style, text: &mut String) {
    if report.advice.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", style.yellow("accepted, and against the Connector Protocol"));
    for advice in &report.advice {
        let request = one_line(&advice.request);
        let _ = writeln!(text, "  {} ({}): {request}", advice.kind, times(advice.times));
        let _ = writeln!(text, "    {}", one_line(&advice.text));
    }
}

/// `1 time`, `2 times`
pub(super) fn times(number: usize) -> String {
    if number == 1 { "1 time".to_owned() } else { format!("{number} times") }
}

fn documented(report: &Report, style: Style, text: &mut String) {
    if report.documented.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", style.bold("documented differently"));
    for divergence in &report.documented {
        let shown = |entry: &&Entry| entry.documented.contains(&divergence.id);
        let shown: Vec<&Entry> = report.entries.iter().filter(shown).collect();
        let passed = shown.iter().filter(|entry| entry.verdict == EntryVerdict::Passed).count();
        let of = if shown.is_empty() {
            String::new()
        } else {
            format!(", {passed} of {} {} passed", shown.len(), report.subject.entries())
        };
        let heading = format!("{} ({}{of})", divergence.id, divergence.operation);
        let documented = format!("{}: {}", divergence.place(), divergence.documented);
        let rules = divergence.contract.join(", ");
        let server = format!("server ({rules}): {}", divergence.server);
        let _ = writeln!(text, "  {}", one_line(&heading));
        let _ = writeln!(text, "    {}", one_line(&documented));
        let _ = writeln!(text, "    {}", one_line(&server));
    }
}

fn time(report: &Report, style: Style, text: &mut String) {
    if report.fuzz.is_some() {
        // All of it went to one thing, and the first lines say how much.
        return;
    }
    let Some(((_, total), parts)) = report.spent.split_last() else { return };
    let mut line = duration(*total);
    for (index, (what, spent)) in parts.iter().enumerate() {
        let joint = if index == 0 { ":" } else { "," };
        let _ = write!(line, "{joint} {what} {}", duration(*spent));
    }
    let _ = writeln!(text, "\n{}: {line}", style.bold("time"));
    for entry in slowest(report) {
        let _ = writeln!(text, "  {:>7}  {}", duration(entry.duration), one_line(&entry.id));
    }
}

/// The entries that took longest, if they took long.
pub(super) fn slowest(report: &Report) -> Vec<&Entry> {
    const MOST: usize = 5;
    const LONG: u128 = 500;
    let mut slow: Vec<&Entry> =
        report.entries.iter().filter(|entry| entry.duration.as_millis() >= LONG).collect();
    slow.sort_by_key(|entry| std::cmp::Reverse(entry.duration));
    slow.truncate(MOST);
    slow
}
