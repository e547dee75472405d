//! Fuzzing: the sequence that shows what is wrong, and what was visited.

use api_types::endpoint::Operation;

use super::writer::Html;
use crate::report::{
    fuzz::{FuzzFacts, ShownViolation, Visit, VisitTable, Visited, compact, counted, grouped},
    model::{Entry, EntryVerdict, Report},
    terminal::speed,
};

/// What the head of the page says.
pub(super) fn lead(facts: &FuzzFacts) -> String {
    let mut parts = Vec::new();
    if let Some(seed) = facts.seed {
        parts.push(format!("seed {seed}"));
    }
    if let Some(visited) = &facts.visited {
        parts.push(format!("visited {}", visited.told()));
    }
    if facts.rate() > 0.0 {
        parts.push(format!("{} calls a second", speed(facts)));
    }
    if let Some(at_once) = facts.at_once.as_ref().filter(|at_once| at_once.undecided > 0) {
        parts.push(format!("{} undecided", at_once.undecided));
    }
    parts.join(" · ")
}

/// The entry that a violation belongs to.
pub(super) fn wrong_entry(report: &Report) -> Option<&Entry> {
    let is_wrong =
        |entry: &&Entry| matches!(entry.verdict, EntryVerdict::Failed | EntryVerdict::KnownFailure);
    report.entries.iter().find(is_wrong)
}

/// The steps, what is wrong with the answer to the last, and two ways to play it.
pub(super) fn sequence(report: &Report, page: &mut Html) {
    let (Some(shown), Some(fuzz)) = (report.shown_violation(), &report.fuzz) else { return };
    if let Some(entry) = wrong_entry(report) {
        page.raw("<p class=\"problem\">").text(&entry.name).raw("</p>\n");
        if let Some(reason) = &entry.reason {
            page.raw("<p class=\"reason\">The list of known failures says: ").text(reason);
            page.raw("</p>\n");
        }
        sources(entry, page);
    }
    page.raw("<ol class=\"sequence\">\n");
    let last = shown.steps.len();
    for (at, step) in shown.steps.iter().enumerate() {
        page.raw(if at + 1 == last { "<li class=\"failed\">" } else { "<li>" });
        self::step(step, page);
        page.raw("</li>\n");
    }
    page.raw("</ol>\n");
    comparison(shown, page);
    page.raw("<p class=\"facts\">").text(&sentence(&shown.told(fuzz.seed))).raw("</p>\n");
    page.raw("<div class=\"exchange\">\n<div><h4>As a script, <code>sh FILE [URL]</code></h4>\n");
    page.pre(&shown.script)
        .raw("</div>\n<div><h4>As a replay file, <code>connector-conformance fuzz ");
    if let Some(server) = &report.server {
        page.raw("--url ").text(&server.url).raw(" ");
    }
    page.raw("--replay FILE</code></h4>\n");
    page.pre(&shown.replay).raw("</div>\n</div>\n");
}

/// What was called, and the rule that the answer breaks.
fn sources(entry: &Entry, page: &mut Html) {
    page.raw("<dl class=\"facts\">");
    let mut pair = |term: &'static str, value: &str| {
        if !value.is_empty() {
            page.raw("<div><dt>").raw(term).raw("</dt> <dd>").text(value).raw("</dd></div>");
        }
    };
    pair("operation", entry.operation.map_or("", Operation::name));
    pair("contract", &entry.proves.join(", "));
    pair("known as", &entry.id);
    pair("written at", &entry.place.as_ref().map(ToString::to_string).unwrap_or_default());
    page.raw("</dl>\n");
}

/// The method and the path stand out.
pub(super) fn step(step: &str, page: &mut Html) {
    let (request, body) = match step.split_once(" {") {
        Some((request, _)) => step.split_at(request.len()),
        None => (step, ""),
    };
    page.raw("<code><b>").text(request).raw("</b>").text(body).raw("</code>");
}

fn comparison(shown: &ShownViolation, page: &mut Html) {
    page.raw("<table class=\"compare\"><thead><tr><th scope=\"col\">where</th><th scope=\"col\">expected</th><th scope=\"col\">actual</th></tr></thead><tbody>\n<tr><th scope=\"row\">");
    page.text(&shown.place).raw("</th><td data-is=\"expected\">").code(&shown.expected);
    page.raw("</td><td data-is=\"actual\">")
        .code(&shown.actual)
        .raw("</td></tr>\n</tbody></table>\n");
    page.raw("<details class=\"more\"><summary>the whole answer</summary>").pre(&shown.answer);
    page.raw("</details>\n");
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), characters.as_str())
}

/// The tables of states and operations.
pub(super) fn visited(report: &Report, page: &mut Html) {
    let Some(visited) = report.fuzz.as_ref().and_then(|facts| facts.visited.as_ref()) else {
        return;
    };
    page.raw("<p class=\"lead\">").text(&sentence(&visited.told()));
    if let Some(cases) = visited.all_after {
        let cases = counted(cases, "sequence", "sequences");
        page.raw(" All of them after ").text(&cases).raw(".");
    }
    page.raw("</p>\n<ul class=\"legend\"><li><i class=\"heat h1\">1</i><i class=\"heat h2\">10</i><i class=\"heat h3\">100</i><i class=\"heat h4\">1k</i> visited so often or more</li><li><i class=\"never\">–</i> never visited</li></ul>\n");
    for (title, table) in visited.tables() {
        self::table(title, table, page);
    }
}

fn table(title: &'static str, table: &VisitTable, page: &mut Html) {
    let is_wanted = |cell: &Visit| *cell != Visit::LeftOut;
    let rows: Vec<_> = table.rows.iter().filter(|row| row.cells.iter().any(is_wanted)).collect();
    if rows.is_empty() {
        return;
    }
    page.raw("<h3 class=\"over\">").raw(title).raw("</h3>\n");
    page.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"").raw(title);
    page.raw("\"><table class=\"matrix visits\"><thead><tr><th scope=\"col\">");
    let asks = rows.iter().any(|row| row.to.is_some());
    page.raw(if asks { "asked for" } else { "operation" }).raw("</th>");
    for state in &table.states {
        page.raw("<th scope=\"col\">").breakable(state).raw("</th>");
    }
    page.raw("</tr></thead><tbody>\n");
    for row in rows {
        page.raw("<tr><th scope=\"row\"><span>").breakable(row.name()).raw("</span></th>");
        for cell in &row.cells {
            self::cell(*cell, page);
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
}

fn cell(cell: Visit, page: &mut Html) {
    match cell {
        Visit::Times(times) => {
            page.raw("<td class=\"heat ").raw(heat(times)).raw("\"");
            if times >= 1_000 {
                page.raw(" title=\"").text(&grouped(times)).raw("\"");
            }
            page.raw(">").text(&compact(times)).raw("</td>")
        }
        Visit::Never => page.raw("<td class=\"never\"><span title=\"never visited\">–</span></td>"),
        Visit::LeftOut => page.raw("<td></td>"),
    };
}

/// How strong the colour is; the number says the same.
const fn heat(times: u64) -> &'static str {
    match times {
        0..10 => "h1",
        10..100 => "h2",
        100..1_000 => "h3",
        _ => "h4",
    }
}

/// Every error that was called for: operations down, statuses and types across.
pub(super) fn errors(report: &Report, page: &mut Html) {
    let Some(visited) = report.fuzz.as_ref().and_then(|facts| facts.visited.as_ref()) else {
        return;
    };
    let number = u64::try_from(visited.errors.len()).unwrap_or_default();
    let number = counted(number, "kind of error", "kinds of errors");
    page.raw("<p class=\"lead\">").text(&number).raw(" by operation, status and type.</p>\n");
    if visited.errors.is_empty() {
        return;
    }
    let kinds = visited.errors_by_type();
    page.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Errors\"><table class=\"matrix visits errors\"><thead><tr><th scope=\"col\">operation</th>");
    for (status, kind, _, _) in &kinds {
        page.raw("<th scope=\"col\">").number(*status).raw("<br>").breakable(kind).raw("</th>");
    }
    page.raw("</tr></thead><tbody>\n");
    for operation in operations(visited) {
        page.raw("<tr><th scope=\"row\"><span>").breakable(operation).raw("</span></th>");
        for (status, kind, _, _) in &kinds {
            let found = visited.errors.iter().find(|error| {
                (error.operation, error.status, error.kind) == (operation, *status, *kind)
            });
            cell(found.map_or(Visit::LeftOut, |error| Visit::Times(error.times)), page);
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table></div>\n");
}

fn operations(visited: &Visited) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = visited.errors.iter().map(|error| error.operation).collect();
    names.dedup();
    names
}
