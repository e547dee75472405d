//! What fuzzing says at a terminal: the shortest sequence with a script, and what was visited.

use std::fmt::Write as _;

use super::wrong;
use crate::report::{
    Style,
    fuzz::{
        FuzzFacts, ShownViolation, Timeline, Visit, VisitTable, Visited, compact, counted, grouped,
    },
    matrix::Matrix,
    model::{Entry, EntryVerdict, Report},
    text::{one_line, printable, shortened},
    timeline::ANSWERED,
};

/// A line of a step is cut so that it fits; the script has all of it.
const WIDTH: usize = 96;

/// `2,000 sequences, 54,321 calls, no violation`
pub(super) fn counts(report: &Report, facts: &FuzzFacts) -> String {
    let tally = report.tally();
    let wrong = match (tally.failed, tally.known, tally.errored, tally.unexpected) {
        (1.., _, _, _) => "1 violation",
        (0, 1.., _, _) => "1 known violation",
        (0, 0, 1.., _) => "not judged",
        (0, 0, 0, 1..) => "1 unexpected pass",
        (0, 0, 0, 0) => "no violation",
    };
    format!("{}, {wrong}", facts.told())
}

/// What is wrong.
pub(super) fn violations(report: &Report, facts: &FuzzFacts, style: Style, text: &mut String) {
    for entry in &report.entries {
        let is_found = matches!(entry.verdict, EntryVerdict::Failed | EntryVerdict::KnownFailure);
        match (report.timeline(), &facts.violation) {
            (Some(timeline), _) if is_found => at_once(entry, timeline, facts, style, text),
            (None, Some(violation)) if is_found => {
                sequence(entry, violation, facts, style, text);
            }
            _ => {}
        }
    }
    let is_drawn = report.timeline().is_some() || facts.violation.is_some();
    for verdict in [EntryVerdict::Failed, EntryVerdict::Errored, EntryVerdict::UnexpectedPass] {
        if verdict != EntryVerdict::Failed || !is_drawn {
            wrong(report, verdict, style, text);
        }
    }
}

fn heading(entry: &Entry, style: Style, text: &mut String) {
    let word = match entry.verdict {
        EntryVerdict::KnownFailure => style.yellow("KNOWN VIOLATION"),
        _ => style.red("VIOLATION"),
    };
    let _ = writeln!(text, "\n{word} {}", style.bold(&one_line(&entry.id)));
    let _ = writeln!(text, "  {}", one_line(&entry.name));
    if let Some(place) = &entry.place {
        let _ = writeln!(text, "  {}", one_line(&place.to_string()));
    }
}

fn sequence(
    entry: &Entry,
    violation: &ShownViolation,
    facts: &FuzzFacts,
    style: Style,
    text: &mut String,
) {
    heading(entry, style, text);
    text.push('\n');
    let last = violation.steps.len();
    for (at, step) in violation.steps.iter().enumerate() {
        let number = at + 1;
        let mark = if number == last { style.red(">") } else { " ".to_owned() };
        let _ = writeln!(text, "{mark} {number:>3}  {}", cut(step, WIDTH - 7));
    }
    let ShownViolation { place, expected, actual, .. } = violation;
    let _ = writeln!(text, "\n  {}", style.bold(&one_line(place)));
    let _ = writeln!(text, "  expected  {}", style.green(&shortened(expected)));
    let _ = writeln!(text, "  actual    {}", style.red(&shortened(actual)));
    match &violation.rule {
        Some(rule) => {
            let _ = writeln!(text, "  rule      contract {}", one_line(rule));
        }
        None => text.push_str("  rule      every answer has to be so\n"),
    }
    let _ =
        writeln!(text, "  answer    {}", cut(&violation.answer.replace("\n\n", " "), WIDTH - 12));
    let _ = writeln!(text, "\n  {}", violation.told(facts.seed));
    let _ = writeln!(text, "\n{}", style.bold("as a script, sh FILE [URL]"));
    text.push_str(printable(&violation.script).trim_end());
    text.push_str("\n\n");
    let wrote = |what: &str, saved: &Option<String>, option: &str| match saved {
        Some(file) => format!("{what}: written to {}", one_line(file)),
        None => format!("{what}: {option} FILE writes it"),
    };
    let _ = writeln!(text, "{}", wrote("script", &violation.saved_script, "--script"));
    if facts.replayed.is_none() {
        let _ = writeln!(text, "{}", wrote("replay file", &violation.saved, "--save"));
    }
}

fn at_once(entry: &Entry, timeline: &Timeline, facts: &FuzzFacts, style: Style, text: &mut String) {
    heading(entry, style, text);
    text.push('\n');
    for line in timeline.to_text().lines() {
        // Answers are long, and the page has them.
        let line = if line.starts_with(ANSWERED) { cut(line, WIDTH) } else { one_line(line) };
        let _ = writeln!(text, "  {}", line.trim_end());
    }
    let seed = facts.seed.map(|seed| format!("; --seed {seed} makes it again")).unwrap_or_default();
    let _ = writeln!(
        text,
        "\n  found in scenario {}{seed}, but whether the calls overlap so is chance",
        timeline.case
    );
}

/// One line, cut where it is longer.
fn cut(line: &str, width: usize) -> String {
    let line = one_line(line);
    if line.chars().count() <= width {
        return line;
    }
    let kept: String = line.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// What was visited and how fast it went.
pub(super) fn visited(report: &Report, facts: &FuzzFacts, style: Style, text: &mut String) {
    if let Some(visited) = &facts.visited {
        let all = match visited.all_after {
            Some(cases) => {
                format!(", all after {}", counted(cases, "sequence", "sequences"))
            }
            None => String::new(),
        };
        let _ = writeln!(text, "\n{}: {}{all}", style.bold("visited"), visited.told());
        for (title, visits) in visited.tables() {
            table(title, visits, style, text);
        }
        let mut cells = visited.tables().into_iter().flat_map(|(_, table)| table.cells());
        if cells.any(|cell| cell == Visit::Never) {
            text.push_str("\n  - never visited\n");
        }
        unreached("connector", &visited.connectors, style, text);
        unreached("sync job", &visited.jobs, style, text);
        errors(visited, style, text);
    }
    if let Some(at_once) = facts.at_once.as_ref().filter(|at_once| at_once.undecided > 0) {
        let undecided = counted(at_once.undecided, "scenario", "scenarios");
        let _ = writeln!(text, "\n{} {undecided} could not be decided", style.yellow("note:"));
    }
    if !report.coverage.is_empty() {
        let covered = Matrix::of(report).covered();
        let _ = writeln!(text, "\n{}: {}", style.bold("coverage"), covered.told());
    }
    if facts.rate() > 0.0 {
        let workers = match facts.workers {
            0 | 1 => String::new(),
            workers => format!(", {workers} sequences at a time"),
        };
        let _ =
            writeln!(text, "\n{}: {} calls a second{workers}", style.bold("speed"), speed(facts));
    }
}

/// How many calls a second, without a fraction.
pub(in crate::report) fn speed(facts: &FuzzFacts) -> String {
    let calls = format!("{:.0}", facts.rate());
    calls.parse::<u64>().map_or(calls, grouped)
}

/// A table without the rows and columns that were left out.
fn table(title: &str, visits: &VisitTable, style: Style, text: &mut String) {
    let rows = visits.rows.iter();
    let rows: Vec<_> =
        rows.filter(|row| row.cells.iter().any(|cell| *cell != Visit::LeftOut)).collect();
    let width = rows.iter().map(|row| row.name().len()).max().unwrap_or_default();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n  {title}");
    let heading: String =
        visits.states.iter().map(|state| format!("  {:>5}", abbreviated(state))).collect();
    let _ = writeln!(text, "{}", style.bold(&format!("  {:width$}{heading}", "")));
    for row in rows {
        let mut line = format!("  {:width$}", row.name());
        for (cell, state) in row.cells.iter().zip(&visits.states) {
            let width = abbreviated(state).len().max(5);
            let (shown, colour): (String, fn(Style, &str) -> String) = match cell {
                Visit::Times(times) => (compact(*times), Style::green),
                Visit::Never => ("-".to_owned(), Style::yellow),
                Visit::LeftOut => (String::new(), |_, text| text.to_owned()),
            };
            let _ = write!(line, "  {}", colour(style, &format!("{shown:>width$}")));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// The states whose names would make a table wide.
fn abbreviated(state: &str) -> &str {
    match state {
        "needs_configuration" => "needs_conf",
        "in_progress" => "in_progr",
        other => other,
    }
}

fn unreached(thing: &str, visits: &VisitTable, style: Style, text: &mut String) {
    let states = visits.never_reached();
    if !states.is_empty() {
        let states = states.join(", ");
        let _ = writeln!(text, "  {} no call found a {thing} {states}", style.yellow("note:"));
    }
}

fn errors(visited: &Visited, style: Style, text: &mut String) {
    let _ = writeln!(
        text,
        "\n{}: {} of an operation, a status and a type",
        style.bold("errors visited"),
        counted(u64::try_from(visited.errors.len()).unwrap_or_default(), "kind", "kinds"),
    );
    for (status, kind, times, operations) in visited.errors_by_type() {
        let operations =
            counted(u64::try_from(operations).unwrap_or_default(), "operation", "operations");
        let times = style.green(&format!("{:>5}", compact(times)));
        let _ = writeln!(text, "  {times}  {status} {kind}, {operations}");
    }
}
