//! The report as one page that needs nothing else: no network, no server, no script.
//!
//! The script in it filters and folds; without it everything is there and readable.

mod cases;
mod coverage;
mod failures;
mod fuzz;
mod machines;
mod timeline;
mod writer;

use self::writer::Html;
use super::{
    matrix::Matrix,
    model::{Entry, EntryVerdict, Report, Subject},
    terminal::{slowest, times},
    text::duration,
};
pub(super) use writer::escaped;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The whole page.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut page = Html::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    // The browser itself keeps the page from asking anybody for anything.
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    page.text(report.verdict().words()).raw(": ").text(&report.name).raw("</title>\n<style>\n");
    page.raw(STYLE).raw("</style>\n</head>\n<body>\n");
    header(report, &mut page);
    let sections = sections(report);
    navigation(&sections, &mut page);
    page.raw("<main>\n");
    for section in &sections {
        section.open(&mut page);
        (section.write)(report, &mut page);
        page.raw("</section>\n");
    }
    page.raw("</main>\n<footer><p>Written by connector-conformance ");
    page.raw(env!("CARGO_PKG_VERSION")).raw(".</p></footer>\n<script>\n");
    page.raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    page.finish()
}

/// A part of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    /// How many things are in it, if that says something.
    count: Option<usize>,
    write: fn(&Report, &mut Html),
}

impl Section {
    fn open(&self, page: &mut Html) {
        page.raw("<section id=\"").raw(self.id).raw("\">\n<h2>").raw(self.title);
        if let Some(count) = self.count {
            page.raw(" <span class=\"count\">").number(count).raw("</span>");
        }
        page.raw("</h2>\n");
    }
}

/// The parts that have something to say.
fn sections(report: &Report) -> Vec<Section> {
    let tally = report.tally();
    let counted = |id, title, count, write| Section { id, title, count: Some(count), write };
    let wrong = tally.failed + tally.errored + tally.unexpected;
    let moved = report.subject != Subject::Server
        || !report.transitions.connector.is_empty()
        || !report.transitions.sync_job.is_empty();
    let moved = moved && (report.subject != Subject::Fuzz || !report.coverage.is_empty());
    let entries = match report.subject {
        Subject::Server | Subject::Client => "Cases",
        Subject::Suite => "Tests",
        Subject::Traffic => "Requests",
        Subject::Fuzz => "Sequences",
    };
    let is_fuzz = report.fuzz.is_some();
    let is_drawn = report.shown_violation().is_some() || report.timeline().is_some();
    let visited = report.fuzz.as_ref().is_some_and(|facts| facts.visited.is_some());
    let plain = |id, title, write| Section { id, title, count: None, write };
    let coverage =
        Section { id: "coverage", title: "Coverage", count: None, write: coverage::coverage };
    let statuses =
        Section { id: "statuses", title: "Statuses", count: None, write: machines::statuses };
    let time = Section { id: "time", title: "Time", count: None, write: time };
    let all = [
        (report.shown_violation().is_some(), plain("sequence", "Sequence", fuzz::sequence)),
        (report.timeline().is_some(), plain("timeline", "Timeline", timeline::timeline)),
        (wrong > 0 && !is_drawn, counted("failures", "Failures", wrong, failures::failures)),
        (tally.known > 0, counted("known", "Known failures", tally.known, failures::known)),
        (!report.advice.is_empty(), counted("advice", "Advice", report.advice.len(), advice)),
        (!report.remarks().is_empty(), counted("notes", "Notes", report.remarks().len(), notes)),
        (visited, plain("visited", "Visited", fuzz::visited)),
        (visited, plain("errors", "Errors visited", fuzz::errors)),
        (!is_fuzz || !report.coverage.is_empty(), coverage),
        (moved, statuses),
        (tally.total() > 0 && !is_fuzz, counted("entries", entries, tally.total(), cases::cases)),
        (
            !report.documented.is_empty(),
            counted("documented", "Documented differently", report.documented.len(), documented),
        ),
        (!report.spent.is_empty() && !is_fuzz, time),
    ];
    all.into_iter().filter(|(has, _)| *has).map(|(_, section)| section).collect()
}

fn header(report: &Report, page: &mut Html) {
    let (verdict, tally) = (report.verdict(), report.tally());
    page.raw("<header class=\"").raw(verdict.id()).raw("\">\n<p class=\"tool\">");
    page.raw("connector-conformance ").raw(report.subject.id()).raw("</p>\n<h1><span>");
    page.raw(verdict.words()).raw("</span> ").text(&report.name).raw("</h1>\n<p class=\"with\">");
    page.raw(if report.server.is_some() { "at " } else { "with " }).text(&report.counterpart);
    page.raw(" · ");
    match &report.fuzz {
        Some(facts) => page.text(&facts.told()),
        None => page.number(tally.total()).raw(" ").raw(report.subject.entries()),
    };
    page.raw(" in ")
        .text(&duration(report.total_time()))
        .raw("</p>\n<div class=\"bar\" aria-hidden=\"true\">");
    let there = EntryVerdict::ALL.iter().filter(|verdict| tally.of(**verdict) > 0);
    for verdict in there.clone() {
        page.raw("<i class=\"").raw(verdict.id()).raw("\" style=\"flex-grow:");
        page.number(tally.of(*verdict)).raw("\"></i>");
    }
    page.raw("</div>\n");
    match &report.fuzz {
        // It comes to one entry, and the head says its verdict.
        Some(facts) => page.raw("<p class=\"with\">").text(&fuzz::lead(facts)),
        None => {
            page.raw("<ul class=\"tally\">");
            for verdict in there {
                page.raw("<li class=\"").raw(verdict.id()).raw("\"><b>");
                page.number(tally.of(*verdict)).raw("</b> ").raw(verdict.words()).raw("</li>");
            }
            page.raw("</ul>\n<p class=\"with\">").text(&Matrix::of(report).covered().told())
        }
    };
    page.raw("</p>\n</header>\n");
}

fn navigation(sections: &[Section], page: &mut Html) {
    page.raw("<nav aria-label=\"Sections\"><ul>");
    for section in sections {
        page.raw("<li><a href=\"#").raw(section.id).raw("\">").raw(section.title).raw("</a></li>");
    }
    page.raw("</ul></nav>\n");
}

fn advice(report: &Report, page: &mut Html) {
    page.raw("<p class=\"lead\">The server accepted these, and the Connector Protocol forbids them.</p>\n<ul class=\"cards\">\n");
    for advice in &report.advice {
        page.raw("<li><p>").text(&advice.text).raw("</p><p class=\"facts\">");
        page.code(&advice.request).raw(" · ").text(&times(advice.times)).raw(" · ");
        page.raw(advice.kind).raw("</p></li>\n");
    }
    page.raw("</ul>\n");
}

fn notes(report: &Report, page: &mut Html) {
    page.raw("<ul>\n");
    for remark in report.remarks() {
        page.raw("<li>").text(&remark).raw("</li>\n");
    }
    page.raw("</ul>\n");
}

fn documented(report: &Report, page: &mut Html) {
    page.raw("<p class=\"lead\">The server does something else than the documentation says; the cases expect what the server does.</p>\n<ul class=\"cards\">\n");
    for divergence in &report.documented {
        let shown = |entry: &&Entry| entry.documented.contains(&divergence.id);
        let shown: Vec<&Entry> = report.entries.iter().filter(shown).collect();
        let passed = shown.iter().filter(|entry| entry.verdict == EntryVerdict::Passed).count();
        page.raw("<li><h3>").text(&divergence.id).raw("</h3>\n<dl class=\"pairs\">");
        page.raw("<dt>documented</dt><dd>").text(&divergence.documented);
        page.raw("</dd><dt>server</dt><dd>").text(&divergence.server).raw("</dd></dl>\n");
        page.raw("<p class=\"facts\">").text(&divergence.operation).raw(" · ");
        page.text(&divergence.place()).raw(" · contract ").text(&divergence.contract.join(", "));
        if !shown.is_empty() {
            page.raw(" · ").number(passed).raw(" of ").number(shown.len()).raw(" ");
            page.raw(report.subject.entries()).raw(" passed");
        }
        page.raw("</p></li>\n");
    }
    page.raw("</ul>\n");
}

fn time(report: &Report, page: &mut Html) {
    // Parts that went on at once take longer together than the whole.
    let longest = report.spent.iter().map(|(_, spent)| *spent).max();
    let total = longest.unwrap_or_default().as_secs_f64();
    page.raw("<table class=\"time\"><tbody>\n");
    for (what, spent) in &report.spent {
        let part = if total > 0.0 { spent.as_secs_f64() / total * 100.0 } else { 0.0 };
        page.raw("<tr><th scope=\"row\">").raw(what).raw("</th><td class=\"figure\">");
        page.text(&duration(*spent))
            .raw("</td><td class=\"share\" aria-hidden=\"true\"><i style=\"width:");
        page.text(&format!("{:.1}", part.min(100.0))).raw("%\"></i></td></tr>\n");
    }
    page.raw("</tbody></table>\n");
    let slow = slowest(report);
    if slow.is_empty() {
        return;
    }
    page.raw("<h3>Slowest</h3>\n<table class=\"time\"><tbody>\n");
    for entry in slow {
        page.raw("<tr><th scope=\"row\">").code(&entry.id).raw("</th><td class=\"figure\">");
        page.text(&duration(entry.duration)).raw("</td></tr>\n");
    }
    page.raw("</tbody></table>\n");
}
