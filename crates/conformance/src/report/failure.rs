//! One case that failed or could not be judged, told with everything needed to look into it.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::Style;
use crate::{
    exchange::CurlCredentials,
    outcome::{Breakdown, CaseResult, Failure},
};

/// Where requests of a report go to.
#[derive(Clone, Copy)]
pub(super) struct Server<'a> {
    pub(super) url: &'a str,
    pub(super) credentials: CurlCredentials,
}

/// Where the expectation comes from, `contract SJ-12-3; page.asciidoc:26`.
pub(super) fn expected_by(result: &CaseResult) -> String {
    let mut sources = Vec::new();
    if !result.proves.is_empty() {
        sources.push(format!("contract {}", result.proves.join(", ")));
    }
    sources.extend(result.pages.iter().cloned());
    sources.join("; ")
}

/// The text of a failure.
pub(super) fn failure(
    result: &CaseResult,
    failure: &Failure,
    server: Server<'_>,
    style: Style,
) -> String {
    let mut text = format!("{}\n", failure.place);
    if let Some(precondition) = &failure.precondition {
        let _ = writeln!(text, "in the precondition [{precondition}]");
    }
    let _ = writeln!(text, "expected by: {}", expected_by(result));
    let _ = writeln!(text, "{}", failure.request.curl(server.url, server.credentials));
    for mismatch in &failure.judgement.mismatches {
        let _ = writeln!(text, "{} {mismatch}", style.red("*"));
    }
    text.push_str(&diff(&failure.judgement.expected, &failure.judgement.actual, style));
    text
}

/// The text of a case that got no answer to judge.
pub(super) fn breakdown(breakdown: &Breakdown, server: Server<'_>) -> String {
    let mut text = format!("{}\n", breakdown.place);
    if let Some(request) = &breakdown.request {
        let _ = writeln!(text, "{}", request.curl(server.url, server.credentials));
    }
    let _ = writeln!(text, "{}", breakdown.message);
    text
}

/// Lines around a difference that are shown.
const CONTEXT: usize = 3;

/// Expected and actual answer line by line; `-` is only expected, `+` only there. Lines far from
/// a difference are left out.
fn diff(expected: &str, actual: &str, style: Style) -> String {
    let mut text = format!("{}\n{}\n", style.red("--- expected"), style.green("+++ actual"));
    let difference = TextDiff::from_lines(expected, actual);
    for (index, group) in difference.grouped_ops(CONTEXT).iter().enumerate() {
        if index > 0 {
            text.push_str(" ...\n");
        }
        for change in group.iter().flat_map(|operation| difference.iter_changes(operation)) {
            let line = change.value().trim_end_matches('\n');
            let line = match change.tag() {
                ChangeTag::Delete => style.red(&format!("-{line}")),
                ChangeTag::Insert => style.green(&format!("+{line}")),
                ChangeTag::Equal => format!(" {line}"),
            };
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    text
}
