//! What of a request is not as a test expects it.

use api_types::{
    endpoint::{Endpoint, Operation},
    json::Json,
};
use percent_encoding::percent_decode_str;

use crate::{
    client_run::{differences, encoded},
    report::Problem,
    traffic::{Content, content, has_secret_body, is_secret_header, split},
    wire::Recorded,
};

const NOTHING: &str = "nothing";
const REDACTED: &str = "[redacted]";
const UNEXPECTED: &str = "this is not what the test expects";

fn problem(place: String, expected: impl Into<String>, actual: impl Into<String>) -> Problem {
    Problem {
        title: UNEXPECTED.to_owned(),
        kind: "expectation".to_owned(),
        place,
        expected: expected.into(),
        actual: actual.into(),
        ..Problem::default()
    }
}

/// Nothing, or the one problem.
fn compared(place: String, expected: &str, actual: Option<String>) -> Vec<Problem> {
    if actual.as_deref() == Some(expected) {
        return Vec::new();
    }
    vec![problem(place, expected, actual.unwrap_or_else(|| NOTHING.to_owned()))]
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A parameter of the path: a segment, decoded (contract RL-3-3).
pub(super) fn path(
    row: Option<&Endpoint>,
    exchange: &Recorded,
    name: &str,
    value: &str,
) -> Vec<Problem> {
    let (path, _) = split(exchange.line().1);
    let template = row.map(|row| row.path).unwrap_or_default();
    let is_it = |segment: &str| segment.strip_prefix('{') == Some(format!("{name}}}").as_str());
    let mut segments = template.split('/').zip(path.split('/'));
    let given = segments.find(|(wanted, _)| is_it(wanted)).map(|(_, given)| decoded(given));
    let mut problems = compared(format!("path {name}"), value, given);
    for problem in &mut problems {
        let encoded = encoded(value);
        if encoded != value {
            problem.expected = format!("[{value}], which is sent as {encoded}");
            problem.actual = format!("[{}]", problem.actual);
        }
        problem.title = format!("{UNEXPECTED} (a segment of the path, decoded: contract RL-3-3)");
    }
    problems
}

/// A parameter of the query (contract RL-4-1).
pub(super) fn query(exchange: &Recorded, name: &str, value: &str) -> Vec<Problem> {
    let (_, query) = split(exchange.line().1);
    let given = query.split(['&', ';']).find_map(|pair| {
        let (given, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| decoded(&text.replace('+', " "));
        (plain(given) == name).then(|| plain(value))
    });
    let mut problems = compared(format!("query {name}"), value, given);
    for problem in &mut problems {
        problem.title = format!("{UNEXPECTED} (a parameter, decoded: contract RL-4-1)");
    }
    problems
}

pub(super) fn header(exchange: &Recorded, name: &str, value: &str) -> Vec<Problem> {
    let given = exchange.request.head.header(name).map(str::to_owned);
    let mut problems = compared(format!("header {name}"), value, given);
    if is_secret_header(name) {
        problems.iter_mut().for_each(redact);
    }
    problems
}

fn redact(problem: &mut Problem) {
    problem.expected = REDACTED.to_owned();
    if problem.actual != NOTHING {
        problem.actual = REDACTED.to_owned();
    }
}

pub(super) fn body(operation: Operation, exchange: &Recorded, wanted: &Json) -> Vec<Problem> {
    let whole = |actual: String| vec![problem("body".to_owned(), wanted.to_compact(), actual)];
    let mut problems = match content(&exchange.request) {
        Content::Empty => whole(NOTHING.to_owned()),
        Content::NotJson(why) => whole(format!("no JSON: {why}")),
        Content::Unread(why) => whole(format!("a body that cannot be compared, because {why}")),
        Content::Json(actual) => {
            let found = differences(wanted, &actual).into_iter();
            found
                .map(|one| {
                    let place = format!("body {}", one.pointer).trim_end().to_owned();
                    problem(place, one.expected, one.actual)
                })
                .collect()
        }
    };
    if has_secret_body(operation) {
        problems.iter_mut().for_each(redact);
    }
    problems
}

pub(super) fn no_body(operation: Operation, exchange: &Recorded) -> Vec<Problem> {
    let actual = match content(&exchange.request) {
        Content::Empty => return Vec::new(),
        Content::Json(_) | Content::NotJson(_) | Content::Unread(_) => {
            String::from_utf8_lossy(&exchange.request.body).into_owned()
        }
    };
    let actual = if has_secret_body(operation) { REDACTED.to_owned() } else { actual };
    vec![problem("body".to_owned(), NOTHING, actual)]
}

pub(super) fn answered(exchange: &Recorded, status: u16) -> Vec<Problem> {
    let given = exchange.status().map(|status| status.to_string());
    compared("answer status".to_owned(), &status.to_string(), given)
}
