//! Several clients at once: a lane for each, a bar for each call, and below what they asked and got.

use super::{
    fuzz::{step, wrong_entry},
    writer::Html,
};
use crate::report::{
    fuzz::{Timeline, TimelineCall},
    model::Report,
};

/// The picture and its table.
pub(super) fn timeline(report: &Report, page: &mut Html) {
    let Some(timeline) = report.timeline() else { return };
    if let Some(entry) = wrong_entry(report) {
        page.raw("<p class=\"problem\">").text(&entry.name).raw("</p>\n");
        if let Some(reason) = &entry.reason {
            page.raw("<p class=\"reason\">The list of known failures says: ").text(reason);
            page.raw("</p>\n");
        }
    }
    page.raw("<p class=\"lead\">Scenario ").number(timeline.case);
    page.raw(". Calls that overlap may have happened in either order, others only in the order shown. Whether they overlap so again is chance.</p>\n");
    if !timeline.before.is_empty() {
        page.raw("<h3 class=\"over\">Before</h3>\n<ol class=\"sequence\">\n");
        for line in &timeline.before {
            page.raw("<li>");
            step(line, page);
            page.raw("</li>\n");
        }
        page.raw("</ol>\n");
    }
    page.raw("<h3 class=\"over\">At once</h3>\n<ul class=\"legend\"><li><i class=\"call placed\">1</i> has a place in the order that explains the most</li><li><i class=\"call stuck\">2</i> cannot come next</li><li><i class=\"call later\">3</i> not placed, because nothing before it could be</li></ul>\n");
    picture(timeline, page);
    details(timeline, page);
}

fn picture(timeline: &Timeline, page: &mut Html) {
    page.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline\"><div class=\"timeline\" role=\"img\" aria-label=\"Calls of each client from left to right; the table below says the same\">\n");
    for lane in timeline.lanes() {
        page.raw("<div class=\"lane\" style=\"--ticks:").number(timeline.ticks).raw("\"><b>");
        page.text(&timeline.lane(lane)).raw("</b>");
        for (at, call) in timeline.calls.iter().enumerate() {
            if call.client == lane {
                bar(at + 1, call, page);
            }
        }
        page.raw("</div>\n");
    }
    page.raw("</div></div>\n");
}

/// The first column of the grid has the name of the lane.
fn bar(number: usize, call: &TimelineCall, page: &mut Html) {
    page.raw("<span class=\"call ").raw(class(call)).raw("\" style=\"grid-column:");
    page.number(call.from + 1).raw("/").number(call.until + 1).raw("\" title=\"");
    page.text(&call.request).raw("\">").number(number).raw("</span>");
}

const fn class(call: &TimelineCall) -> &'static str {
    match (call.place, &call.why) {
        (Some(_), _) => "placed",
        (None, Some(_)) => "stuck",
        (None, None) => "later",
    }
}

/// What was answered; only its beginning, if it is long.
fn answer(answer: &str, page: &mut Html) {
    const LONG: usize = 160;
    match answer.char_indices().nth(LONG) {
        None => page.raw("<br>").code(answer).raw("<br>"),
        Some((end, _)) => {
            let begin = answer.get(..end).unwrap_or_default();
            page.raw("<details class=\"more\"><summary><code>").text(begin);
            page.raw("…</code></summary>").pre(answer).raw("</details>")
        }
    };
}

fn details(timeline: &Timeline, page: &mut Html) {
    page.raw("<table class=\"calls\"><thead><tr><th scope=\"col\">call</th><th scope=\"col\">by</th><th scope=\"col\">asked and answered</th></tr></thead><tbody>\n");
    for (at, call) in timeline.calls.iter().enumerate() {
        page.raw("<tr class=\"").raw(class(call)).raw("\"><th scope=\"row\"><i class=\"call ");
        page.raw(class(call)).raw("\">").number(at + 1).raw("</i></th><td>");
        page.text(&timeline.lane(call.client)).raw("</td><td>");
        step(&call.request, page);
        answer(&call.answer, page);
        page.raw("<small>");
        page.text(&call.told()).raw("</small></td></tr>\n");
    }
    page.raw("</tbody></table>\n");
}
