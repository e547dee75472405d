//! Everything that was judged, by operation.

use api_types::endpoint::Operation;
use std::collections::BTreeMap;

use super::{
    failures::{facts, reason},
    writer::Html,
};
use crate::report::{
    matrix::endpoint,
    model::{Entry, EntryVerdict, Report, Tally},
    text::duration,
};

/// The filter and the list.
pub(super) fn cases(report: &Report, page: &mut Html) {
    filter(report, page);
    let mut groups: BTreeMap<Option<Operation>, Vec<(usize, &Entry)>> = BTreeMap::new();
    for (number, entry) in report.entries.iter().enumerate() {
        groups.entry(entry.operation).or_default().push((number, entry));
    }
    for (operation, entries) in groups {
        group(operation, &entries, page);
    }
    page.raw("<p id=\"nothing\" hidden>Nothing matches.</p>\n");
}

/// Hidden until the script that it needs is there.
fn filter(report: &Report, page: &mut Html) {
    page.raw("<form id=\"filter\" hidden><label class=\"search\"><span>Filter</span> <input type=\"search\" placeholder=\"id, rule, page, text\" autocomplete=\"off\" spellcheck=\"false\"></label>\n<fieldset><legend>Show</legend>");
    let tally = report.tally();
    for verdict in EntryVerdict::ALL.iter().filter(|verdict| tally.of(**verdict) > 0) {
        page.raw("<label><input type=\"checkbox\" checked value=\"").raw(verdict.id()).raw("\"> ");
        page.raw("<span class=\"mark ").raw(verdict.id()).raw("\">").raw(verdict.words());
        page.raw("</span></label>");
    }
    page.raw("</fieldset>\n<p><button type=\"button\" data-fold=\"open\">Unfold all</button> <button type=\"button\" data-fold=\"close\">Fold all</button> <output aria-live=\"polite\"></output></p></form>\n");
}

fn group(operation: Option<Operation>, entries: &[(usize, &Entry)], page: &mut Html) {
    let mut tally = Tally::default();
    entries.iter().for_each(|(_, entry)| tally.count(entry.verdict));
    page.raw("<details class=\"group\"><summary><span class=\"operation\">");
    page.raw(operation.map_or("no operation", Operation::name)).raw("</span>");
    if let Some(row) = operation.and_then(endpoint) {
        page.raw("<small>").raw(row.method.as_str()).raw(" ").raw(row.path).raw("</small>");
    }
    page.raw("<span class=\"counts\">");
    for verdict in EntryVerdict::ALL.iter().filter(|verdict| tally.of(**verdict) > 0) {
        page.raw("<span class=\"").raw(verdict.id()).raw("\">").number(tally.of(*verdict));
        page.raw(" ").raw(verdict.words()).raw("</span> ");
    }
    page.raw("</span></summary>\n");
    for (number, entry) in entries {
        line(*number, entry, page);
    }
    page.raw("</details>\n");
}

fn line(number: usize, entry: &Entry, page: &mut Html) {
    let verdict = entry.verdict;
    page.raw("<details class=\"entry\" data-verdict=\"").raw(verdict.id()).raw("\"><summary>");
    page.raw("<span class=\"mark ").raw(verdict.id()).raw("\">").raw(verdict.words());
    page.raw("</span> ").code(&entry.id).raw("<span class=\"took\">");
    page.text(&duration(entry.duration)).raw("</span></summary>\n<div class=\"inside\"><p>");
    page.text(&entry.name).raw("</p>\n");
    reason(entry, page);
    facts(entry, page);
    let told = match verdict {
        EntryVerdict::Failed
        | EntryVerdict::Errored
        | EntryVerdict::KnownFailure
        | EntryVerdict::UnexpectedPass => true,
        EntryVerdict::Passed | EntryVerdict::Skipped | EntryVerdict::Unsupported => false,
    };
    if told {
        page.raw("<p><a href=\"#entry-").number(number).raw("\">Look at it</a></p>\n");
    }
    page.raw("</div></details>\n");
}
