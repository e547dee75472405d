//! Whole exchanges, byte for byte, without a connection.
//!
//! The exchanges are data: `tests/exchanges/*.http`, one server a section. Expected bytes come from
//! the contract (the ids stand in the titles).

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use api_types::{Timestamp, json::Json};

use http::HeaderMap;

use super::{
    described::{Described, row_of},
    *,
};
use crate::{host::Host, store::CONNECTORS};

/// What the clock of a section shows first; it moves by a second at each reading.
const START: &str = "2023-12-01T14:18:37.397819Z";

/// A server with these settings.
pub(super) fn started(settings: Settings) -> App {
    let router = settings.router();
    App::new(settings, router)
}

fn settings() -> Settings {
    Settings {
        version: Version::NEWEST,
        clock: Clock::manual(Timestamp::parse(START).unwrap(), Duration::from_secs(1)),
        ids: IdSource::seeded(1),
        security: None,
        flavor: Flavor::Stack,
    }
}

/// The server that the `!` lines of a section ask for.
fn host(options: &[String]) -> Host {
    let mut settings = settings();
    for option in options {
        match option.split_once(' ') {
            Some(("es-version", version)) => settings.version = version.parse().unwrap(),
            Some(("flavor", "serverless")) => settings.flavor = Flavor::Serverless,
            Some(("auth", file)) => {
                settings.security = Some(Security::read(exchanges().join(file)).unwrap());
            }
            _ => panic!("there is no option {option}"),
        }
    }
    Host::new(settings.into())
}

/// One request and what is expected of its answer.
#[derive(Debug, Default)]
struct Exchange {
    title: String,
    line: usize,
    request: String,
    headers: Vec<(String, String)>,
    body: Vec<String>,
    /// A body that is no text.
    bytes: Option<Vec<u8>>,
    status: String,
    expected_headers: Vec<(String, String)>,
    expected: Option<Vec<String>>,
    captures: Vec<(String, String)>,
    /// What the server of the section is started with; in its first exchange.
    options: Vec<String>,
}

/// Reads a file of exchanges:
/// `== TITLE` starts an exchange, `=== TITLE` one on a new server, `> METHOD TARGET` is the
/// request, `> name: value` a header, `>> ` a line of the body, `>x ` the body in hexadecimal,
/// `< STATUS`, `< name: value` and `<< ` the same of the answer, `<! TYPE: REASON` the whole envelope of an exception without cause
/// (the reason as it stands in JSON), `$name = member` keeps a member of the answer. `! es-version
/// 8.14` after `===` is an option of the server; others are `! flavor serverless`, and `! auth FILE`
/// with a file beside the exchanges. An expected header that is named several times has these values in this order; `none` says that
/// there is no such header. What stands between is a comment.
fn read(text: &str) -> Vec<Vec<Exchange>> {
    let mut sections: Vec<Vec<Exchange>> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let start = |title: &str| Exchange {
            title: title.trim().to_owned(),
            line: number + 1,
            ..Exchange::default()
        };
        if let Some(title) = line.strip_prefix("=== ") {
            sections.push(vec![start(title)]);
            continue;
        }
        let Some(section) = sections.last_mut() else { continue };
        if let Some(title) = line.strip_prefix("== ") {
            section.push(start(title));
            continue;
        }
        let exchange = section.last_mut().unwrap();
        if let Some(text) = line.strip_prefix(">>") {
            exchange.body.push(text.strip_prefix(' ').unwrap_or(text).to_owned());
        } else if let Some(hex) = line.strip_prefix(">x ") {
            exchange.bytes = Some(bytes_of(hex));
        } else if let Some(text) = line.strip_prefix("> ") {
            if exchange.request.is_empty() {
                exchange.request = text.to_owned();
            } else {
                exchange.headers.push(header_line(text));
            }
        } else if let Some(text) = line.strip_prefix("<<") {
            let text = text.strip_prefix(' ').unwrap_or(text).to_owned();
            exchange.expected.get_or_insert_default().push(text);
        } else if let Some(text) = line.strip_prefix("<! ") {
            let (kind, reason) = text.split_once(": ").unwrap();
            let exception = format!(r#""type":"{kind}","reason":"{reason}""#);
            exchange.expected.get_or_insert_default().push(format!(
                r#"{{"error":{{"root_cause":[{{{exception}}}],{exception}}},"status":{}}}"#,
                exchange.status
            ));
        } else if let Some(text) = line.strip_prefix("< ") {
            if exchange.status.is_empty() {
                exchange.status = text.to_owned();
            } else {
                exchange.expected_headers.push(header_line(text));
            }
        } else if let Some(text) = line.strip_prefix("! ") {
            exchange.options.push(text.to_owned());
        } else if let Some(text) = line.strip_prefix('$') {
            let (name, member) = text.split_once(" = ").unwrap();
            exchange.captures.push((format!("${name}"), member.to_owned()));
        }
    }
    sections
}

fn header_line(text: &str) -> (String, String) {
    let (name, value) = text.split_once(": ").unwrap_or((text, ""));
    (name.to_owned(), value.to_owned())
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect()
}

fn substitute(text: &str, values: &[(String, String)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// Whether `actual` is `expected`, where `<uuid>` stands for 22 and `<id>` for 20 characters of
/// URL-safe base64, and `<key>` for 60 characters of base64, the encoding of an API key.
fn same(expected: &str, actual: &str) -> bool {
    let mut rest = actual;
    let mut pieces = expected.split('<').enumerate();
    let Some((_, first)) = pieces.next() else { return actual.is_empty() };
    let Some(after) = rest.strip_prefix(first) else { return false };
    rest = after;
    for (_, piece) in pieces {
        let (length, literal) = match piece {
            _ if piece.starts_with("uuid>") => (22, piece["uuid>".len()..].to_owned()),
            _ if piece.starts_with("id>") => (20, piece["id>".len()..].to_owned()),
            _ if piece.starts_with("key>") => (60, piece["key>".len()..].to_owned()),
            _ => (0, format!("<{piece}")),
        };
        let Some((generated, after)) = rest.split_at_checked(length) else { return false };
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=".contains(&byte);
        let Some(after) = after.strip_prefix(literal.as_str()) else { return false };
        if !generated.bytes().all(is_base64) {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

fn play(
    host: &Host,
    described: &mut Described,
    exchange: &Exchange,
    values: &mut Vec<(String, String)>,
) -> Result<(), String> {
    let request = substitute(&exchange.request, values);
    let (method, target) = request.split_once(' ').unwrap();
    let body = match &exchange.bytes {
        Some(bytes) => Bytes::from(bytes.clone()),
        None => Bytes::from(substitute(&exchange.body.join("\n"), values)),
    };
    let mut headers = HeaderMap::new();
    if !body.is_empty() && exchange.headers.iter().all(|(name, _)| name != "content-type") {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in exchange.headers.iter().filter(|(_, value)| value != "none") {
        headers.append(
            header::HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(&substitute(value, values)).unwrap(),
        );
    }
    let request = RawRequest {
        peer: None,
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body,
    };
    let response = host.handle(request.clone());
    let row = row_of(&host.first().app, &request);
    if let Some(problem) = row.and_then(|row| described.problem(row, &response)) {
        return Err(format!("not as described: {problem}"));
    }
    let answer = String::from_utf8(response.body().to_vec()).unwrap();
    if response.status().as_str() != exchange.status {
        return Err(format!("status {} with {answer}", response.status()));
    }
    for (name, _) in &exchange.expected_headers {
        let named = exchange.expected_headers.iter().filter(|(other, _)| other == name);
        let expected: Vec<&str> =
            named.map(|(_, value)| value.as_str()).filter(|value| *value != "none").collect();
        let values = response.headers().get_all(name).iter();
        let actual: Vec<&str> = values.map(|value| value.to_str().unwrap()).collect();
        if actual != expected {
            return Err(format!("header {name}: {actual:?} instead of {expected:?}"));
        }
    }
    if let Some(expected) = &exchange.expected {
        let expected = substitute(&expected.join("\n"), values);
        if !same(&expected, &answer) {
            return Err(format!("\nexpected {expected}\nactual   {answer}"));
        }
    }
    for (name, member) in &exchange.captures {
        let value = Json::parse(answer.as_bytes()).unwrap();
        let value = value.at(member).unwrap().as_str().unwrap().to_owned();
        values.push((name.clone(), value));
    }
    Ok(())
}

fn exchanges() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges")
}

fn check(file: &str, least: usize) {
    let text = fs::read_to_string(exchanges().join(file)).unwrap();
    let mut played = 0;
    let mut failures = Vec::new();
    for section in read(&text) {
        let host = host(&section[0].options);
        let mut described = Described::new(host.first().app.settings.version);
        let mut values = Vec::new();
        for exchange in section {
            if exchange.request.is_empty() {
                continue;
            }
            played += 1;
            if let Err(failure) = play(&host, &mut described, &exchange, &mut values) {
                failures.push(format!("{file}:{} {}: {failure}", exchange.line, exchange.title));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(played >= least, "only {played} exchanges in {file}");
}

#[test]
fn sync_jobs_answer_as_the_contract_says() {
    check("sync_jobs.http", 60);
}

#[test]
fn connectors_answer_as_the_contract_says() {
    check("connectors.http", 50);
}

#[test]
fn the_rest_layer_answers_as_the_contract_says() {
    check("rest_layer.http", 60);
}

#[test]
fn bodies_are_refused_as_the_contract_says() {
    check("bodies.http", 40);
}

#[test]
fn malformed_json_is_refused_as_the_json_library_does() {
    check("rest_json.http", 29);
}

#[test]
fn parsers_refuse_bodies_as_the_contract_says() {
    check("rest_bodies.http", 75);
}

#[test]
fn requests_are_checked_in_the_order_of_the_contract() {
    check("rest_requests.http", 140);
}

#[test]
fn updates_and_secrets_answer_as_the_contract_says() {
    check("updates.http", 95);
}

#[test]
fn documents_answer_as_the_contract_says() {
    check("documents.http", 90);
}

#[test]
fn writes_of_documents_answer_as_the_contract_says() {
    check("documents_writes.http", 60);
}

#[test]
fn mappings_of_documents_answer_as_the_contract_says() {
    check("mappings.http", 60);
}

#[test]
fn many_documents_answer_as_the_contract_says() {
    check("documents_many.http", 38);
}

#[test]
fn searches_answer_as_the_contract_says() {
    check("documents_search.http", 45);
}

#[test]
fn searches_that_fail() {
    check("documents_search_errors.http", 32);
}

#[test]
fn indices_answer_as_the_contract_says() {
    check("indices.http", 70);
}

#[test]
fn the_license_answers_as_the_contract_says() {
    check("license.http", 22);
}

#[test]
fn uses_are_warned_of_as_the_contract_says() {
    check("warnings.http", 35);
}

#[test]
fn security_answers_as_the_contract_says() {
    check("security.http", 40);
}

#[test]
fn serverless_answers_as_the_contract_says() {
    check("serverless.http", 12);
}

#[test]
fn versions_answer_as_the_contract_says() {
    check("versions.http", 90);
}

#[test]
fn members_stand_in_the_order_of_the_contract() {
    check("members.http", 68);
}

/// Only an older version or the document API writes such a document.
// Proves CN-4.3-15.
#[test]
fn a_connector_without_the_mark_of_deletion_is_listed() {
    let app = started(settings());
    let mut state = app.state();
    let State { store, ids, .. } = &mut *state;
    for (id, source) in [("old", r#"{"name":"n"}"#), ("gone", r#"{"deleted":true}"#)] {
        let Ok(Json::Object(source)) = Json::parse(source.as_bytes()) else { panic!("{source}") };
        store.put(CONNECTORS.index, id, source, ids);
    }
    drop(state);
    let response = app.handle(&RawRequest {
        peer: None,
        method: "GET".to_owned(),
        target: "/_connector".to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    });
    assert_eq!(response.body(), r#"{"count":1,"results":[{"id":"old","name":"n"}]}"#);
}
