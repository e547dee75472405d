//! The requests that came, as the message of a failed assertion tells them.

use std::fmt::Write as _;

use api_types::Version;

use super::Watched;
use crate::{
    report::{Entry, EntryKind, EntryVerdict, Problem, Style, failure, one_line, shortened},
    traffic::{Answers, Route, Traffic, cut, has_secret_body, shown},
    wire::Recorded,
};

/// So many requests are told with everything.
pub(super) const MOST: usize = 3;
/// So many requests are listed.
const MOST_LISTED: usize = 20;

/// What came, a line each.
pub(super) fn listed(watched: &Watched) -> String {
    let exchanges = watched.exchanges();
    let mut text = String::new();
    if exchanges.is_empty() {
        let url = watched.url();
        let _ = writeln!(text, "no request came to {url}: is that where the client sends them?");
    } else {
        let _ = writeln!(text, "what came:");
    }
    for exchange in exchanges.iter().take(MOST_LISTED) {
        text.push_str(&line(watched, exchange));
    }
    if exchanges.len() > MOST_LISTED {
        let _ = writeln!(text, "  and {} more", exchanges.len() - MOST_LISTED);
    }
    let recorder = watched.station.recorder();
    for problem in recorder.problems().into_iter().chain(recorder.unreachable()) {
        let _ = writeln!(text, "note: {}", one_line(&problem));
    }
    text
}

/// The request and its body; then what operation it is of, how it was answered, and what is wrong
/// with it.
fn line(watched: &Watched, exchange: &Recorded) -> String {
    let (method, target) = exchange.line();
    let what = match watched.route(exchange) {
        Route::Row(row) => row.operation.name().to_owned(),
        Route::Foreign => "not of the Connector APIs".to_owned(),
        Route::WrongMethod(_) | Route::Unknown => "no operation".to_owned(),
        Route::Options => "asks for the methods".to_owned(),
    };
    let answered = match (exchange.status(), &exchange.problem) {
        (Some(status), _) => format!("answered with {status}"),
        (None, Some(problem)) => problem.clone(),
        (None, None) => "not answered yet".to_owned(),
    };
    let body = String::from_utf8_lossy(&exchange.request.body);
    let is_secret = watched.route(exchange).row().is_some_and(|row| has_secret_body(row.operation));
    let body = if is_secret && !body.is_empty() { "[redacted]" } else { &*body };
    let sent = one_line(&format!("{method} {}", cut(target)));
    let sent = format!("{}. {sent} {}", exchange.number, shortened(body));
    let mut text = format!("  {}\n     {what}, {}\n", sent.trim_end(), one_line(&answered));
    for fault in faults(exchange, watched.version) {
        let _ = writeln!(text, "     {}", fault.title);
    }
    text
}

/// A request with which something is wrong, with what the contract says of it.
pub(super) fn told(watched: &Watched, exchange: &Recorded, mut problems: Vec<Problem>) -> String {
    problems.extend(faults(exchange, watched.version));
    let operation = watched.route(exchange).row().map(|row| row.operation);
    let shown = shown(exchange, operation);
    problems.iter_mut().for_each(|problem| problem.exchange = Some(shown.clone()));
    let (number, name) = (exchange.number.to_string(), String::new());
    let entry =
        Entry { problems, ..Entry::new(EntryKind::Request, number, name, EntryVerdict::Failed) };
    let mut text = format!("\nrequest {}\n", exchange.number);
    for line in failure(&entry, Style::Plain).lines() {
        let _ = writeln!(text, "{}", format!("  {line}").trim_end());
    }
    text
}

/// How many of so many requests were not told.
pub(super) fn others(number: usize) -> String {
    match number.saturating_sub(MOST) {
        0 => String::new(),
        more => format!("\nand {more} more\n"),
    }
}

/// What the contract says against a request.
fn faults(exchange: &Recorded, version: Version) -> Vec<Problem> {
    let mut traffic = Traffic::new(version, Answers::Trusted);
    traffic.see(exchange, &|| None);
    let wrong = traffic.entries().into_iter().filter(|entry| entry.verdict == EntryVerdict::Failed);
    wrong.flat_map(by_rule).collect()
}

fn by_rule(entry: Entry) -> impl Iterator<Item = Problem> {
    let rules = entry.expected_by();
    entry.problems.into_iter().map(move |problem| {
        let title = format!("{} ({rules})", problem.title);
        Problem { title, ..problem }
    })
}
