//! What is wrong, each with its request, the expectation, the answer and where all of it is from.

use super::writer::Html;
use crate::report::{
    model::{Entry, EntryVerdict, Problem, Report, ShownExchange},
    text::{DiffLine, Shown, by_exchange, diff, duration},
};

/// So many failures are unfolded to begin with.
const OPEN: usize = 10;

/// What makes the run fail.
pub(super) fn failures(report: &Report, page: &mut Html) {
    let wrong = [EntryVerdict::Failed, EntryVerdict::UnexpectedPass, EntryVerdict::Errored];
    let entries = wrong.iter().flat_map(|verdict| numbered(report, *verdict));
    for (place, (number, entry)) in entries.enumerate() {
        card(number, entry, place < OPEN, page);
    }
}

/// What is wrong and known.
pub(super) fn known(report: &Report, page: &mut Html) {
    for (number, entry) in numbered(report, EntryVerdict::KnownFailure) {
        card(number, entry, false, page);
    }
}

/// The entries of a verdict, each with its place among all, which is its name in the page.
fn numbered(report: &Report, verdict: EntryVerdict) -> impl Iterator<Item = (usize, &Entry)> {
    report.entries.iter().enumerate().filter(move |(_, entry)| entry.verdict == verdict)
}

fn card(number: usize, entry: &Entry, open: bool, page: &mut Html) {
    page.raw("<details class=\"card ")
        .raw(entry.verdict.id())
        .raw("\" id=\"entry-")
        .number(number)
        .raw("\"");
    page.raw(if open { " open" } else { "" }).raw("><summary><span class=\"mark ");
    page.raw(entry.verdict.id()).raw("\">").raw(entry.verdict.words()).raw("</span> <code>");
    page.text(&entry.id).raw("</code> <span class=\"name\">").text(&entry.name);
    page.raw("</span></summary>\n<div class=\"inside\">\n");
    reason(entry, page);
    facts(entry, page);
    for shown in by_exchange(&entry.problems) {
        problems(&shown, page);
        if let Some(exchange) = shown.exchange {
            self::exchange(exchange, page);
        }
    }
    page.raw("</div></details>\n");
}

/// Why it matters, and why it was not judged or is known.
pub(super) fn reason(entry: &Entry, page: &mut Html) {
    if let Some(because) = &entry.because {
        page.raw("<p class=\"because\">Because: ").text(because).raw("</p>\n");
    }
    let Some(reason) = &entry.reason else { return };
    let told = match entry.verdict {
        EntryVerdict::KnownFailure | EntryVerdict::UnexpectedPass => {
            "The list of known failures says: "
        }
        EntryVerdict::Errored if !entry.problems.is_empty() => return,
        EntryVerdict::Passed
        | EntryVerdict::Failed
        | EntryVerdict::Errored
        | EntryVerdict::Skipped
        | EntryVerdict::Unsupported => "",
    };
    page.raw("<p class=\"reason\">").raw(told).text(reason).raw("</p>\n");
}

/// Where it is written and what it rests on.
pub(super) fn facts(entry: &Entry, page: &mut Html) {
    page.raw("<dl class=\"facts\">");
    let mut pair = |term: &'static str, value: &str| {
        if !value.is_empty() {
            page.raw("<div><dt>").raw(term).raw("</dt> <dd>").text(value).raw("</dd></div>");
        }
    };
    pair("operation", entry.operation.map_or("", |operation| operation.name()));
    pair("contract", &entry.proves.join(", "));
    pair("documentation", &entry.pages.join(", "));
    pair("written at", &entry.place.as_ref().map(ToString::to_string).unwrap_or_default());
    pair("took", &duration(entry.duration));
    page.raw("</dl>\n");
}

fn problems(shown: &Shown<'_>, page: &mut Html) {
    if let Some(step) = shown.step {
        page.raw("<p class=\"facts\">at ").text(&step.place.to_string());
        if let Some(precondition) = &step.precondition {
            page.raw(", precondition [").text(precondition).raw("]");
        }
        page.raw("</p>\n");
    }
    let mut rest = shown.problems.as_slice();
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|problem| problem.title == first.title).count();
        let (now, later) = rest.split_at(same.max(1));
        page.raw("<p class=\"problem\">").text(&first.title).raw("</p>\n");
        comparisons(now, page);
        rest = later;
    }
}

fn comparisons(problems: &[&Problem], page: &mut Html) {
    let told = |problem: &&&Problem| !(problem.expected.is_empty() && problem.actual.is_empty());
    let told: Vec<_> = problems.iter().filter(told).collect();
    if told.is_empty() {
        return;
    }
    page.raw("<table class=\"compare\"><thead><tr><th scope=\"col\">where</th><th scope=\"col\">expected</th><th scope=\"col\">actual</th></tr></thead><tbody>\n");
    for problem in told {
        page.raw("<tr><th scope=\"row\">")
            .text(&problem.place)
            .raw("</th><td data-is=\"expected\">");
        page.code(&problem.expected).raw("</td><td data-is=\"actual\">");
        page.code(&problem.actual).raw("</td></tr>\n");
    }
    page.raw("</tbody></table>\n");
}

fn exchange(exchange: &ShownExchange, page: &mut Html) {
    page.raw("<div class=\"exchange\">\n<div><h4>Request</h4>\n").pre(&exchange.request);
    if let Some(curl) = &exchange.curl {
        page.raw("<details class=\"more\"><summary>as a command</summary>").pre(curl);
        page.raw("</details>\n");
    }
    page.raw("</div>\n");
    match &exchange.expected {
        Some(expected) => {
            page.raw("<div><h4>Answer, <del>expected</del> and <ins>actual</ins></h4>\n");
            compared(&diff(expected, &exchange.answer), page);
            page.raw("<details class=\"more\"><summary>the whole answer</summary>");
            page.pre(&exchange.answer).raw("</details>\n</div>\n");
        }
        None if exchange.answer.is_empty() => {}
        None => {
            page.raw("<div><h4>Answer</h4>\n").pre(&exchange.answer).raw("</div>\n");
        }
    }
    page.raw("</div>\n");
}

fn compared(lines: &[DiffLine], page: &mut Html) {
    page.raw("<pre class=\"diff\" tabindex=\"0\">");
    for line in lines {
        match line {
            DiffLine::Expected(line) => page.raw("<del>- ").text(line).raw("\n</del>"),
            DiffLine::Actual(line) => page.raw("<ins>+ ").text(line).raw("\n</ins>"),
            DiffLine::Both(line) => page.raw("<span>  ").text(line).raw("\n</span>"),
            DiffLine::Gap => page.raw("<span class=\"gap\">  …\n</span>"),
        };
    }
    page.raw("</pre>\n");
}
