//! Judges a request by the contract alone.

use api_types::{
    Version,
    endpoint::{Body, Endpoint, GENERIC_PARAMS, Operation},
};
use percent_encoding::percent_decode_str;

use super::{
    body_judge::{self, BodyJudgement},
    content::{Content, content},
    fault::{Fault, FaultKind},
    media,
    route::{Route, route, split},
};
use crate::{
    suggest::did_you_mean,
    wire::{Message, StartLine},
};

/// What judging a request gave.
#[derive(Debug)]
pub(super) struct RequestJudgement {
    /// Where it goes.
    pub(super) route: Route,
    /// What is wrong with it.
    pub(super) faults: Vec<Fault>,
    /// Members within the body that the server drops without a word.
    pub(super) dropped: Vec<String>,
    /// Why the body was not looked into, if it was not.
    pub(super) unread: Option<&'static str>,
}

/// Judges a request. One that is not for the Connector APIs has no faults.
pub(super) fn judge(request: &Message, version: Version) -> RequestJudgement {
    let StartLine::Request { method, target } = &request.head.start else {
        return RequestJudgement::new(Route::Foreign);
    };
    let route = route(method, target, version);
    let mut judgement = RequestJudgement::new(route);
    let (path, query) = split(target);
    match &judgement.route {
        Route::Foreign | Route::Options => {}
        Route::Unknown => {
            let expected = "a path of the Connector APIs";
            let rules = &["RL-3-12", "CN-1.1-25"];
            judgement.faults.push(Fault::new(
                FaultKind::UnknownRoute,
                "path",
                expected,
                path,
                rules,
            ));
        }
        Route::WrongMethod(allowed) => {
            let allowed: Vec<&str> = allowed.iter().map(|method| method.as_str()).collect();
            let rules = &["RL-3-11", "RL-3-13", "CN-1.1-24"];
            let allowed = allowed.join(" or ");
            judgement.faults.push(Fault::new(
                FaultKind::WrongMethod,
                "method",
                allowed,
                method,
                rules,
            ));
        }
        Route::Row(row) => {
            let row = *row;
            judgement.faults.extend(judge_path(row, path));
            judgement.faults.extend(judge_query(row, query, version));
            judgement.body(row, request, version);
        }
    }
    judgement
}

impl RequestJudgement {
    const fn new(route: Route) -> Self {
        Self { route, faults: Vec::new(), dropped: Vec::new(), unread: None }
    }

    fn body(&mut self, row: &Endpoint, request: &Message, version: Version) {
        let content = content(request);
        let has_body = content != Content::Empty;
        self.faults.extend(media::judge(&request.head, has_body, version));
        let shown = || String::from_utf8_lossy(&request.body).chars().take(200).collect::<String>();
        let mut found = |kind, expected: &str, actual: String, rules| {
            self.faults.push(Fault::new(kind, "body", expected, actual, rules));
        };
        match (row.body, content) {
            (Body::None, Content::Empty) | (Body::Optional(_), Content::Empty) => {}
            // Traffic on documents is not judged.
            (Body::AnyOptional | Body::AnyRequired | Body::Lines, _) => {}
            (Body::None, _) => {
                let rules = &["RL-5-1", "CN-1.3-4"];
                found(FaultKind::BodyUnexpected, "no body", shown(), rules);
            }
            (Body::Required(_), Content::Empty) => {
                let rules: &[&str] = match row.operation {
                    Operation::SecretPut => &["SC-3-9", "SC-3-10", "SC-3-11"],
                    _ => &["RL-5-2", "CN-1.3-3"],
                };
                found(FaultKind::BodyMissing, "a body", "nothing".to_owned(), rules);
            }
            (Body::Optional(_) | Body::Required(_), Content::NotJson(problem)) => {
                let rules = &["RL-5-15", "RL-5-13", "CN-1.3-12"];
                found(FaultKind::BodyNotJson, "JSON", problem, rules);
            }
            (Body::Optional(_) | Body::Required(_), Content::Unread(why)) => {
                self.unread = Some(why);
            }
            (Body::Optional(schema) | Body::Required(schema), Content::Json(json)) => {
                let BodyJudgement { faults, dropped } = body_judge::judge(schema, &json);
                self.faults.extend(faults);
                self.dropped = dropped;
            }
        }
    }
}

fn judge_path(row: &Endpoint, path: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if has_bare_bytes(path) || has_bad_escape(path) {
        let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let expected = format!("{decoded}, percent-encoded (RFC 3986, section 3.3)");
        let rules = &["RL-3-1", "RL-3-3", "RL-3-15"];
        faults.push(Fault::new(FaultKind::PathEncoding, "path", expected, path, rules));
    }
    let wanted = row.path.split('/');
    for (name, given) in wanted.zip(path.split('/')).filter(|(name, _)| name.starts_with('{')) {
        let name = name.trim_start_matches('{').trim_end_matches('}');
        let is_reserved = name == "connector_id" && ["_sync_job", "_secret"].contains(&given);
        if given.is_empty() || is_reserved {
            let rules: &[&str] =
                &["CN-1.1-22", "CN-1.1-23", "CN-1.1-26", "SJ-15-2", "SJ-15-5", "SC-3-6"];
            let expected = format!("the id of {name}");
            faults.push(Fault::new(FaultKind::IdMissing, "path", expected, path, rules));
        }
    }
    faults
}

/// Bytes that must not stand in a path as they are (RFC 3986, section 3.3).
pub(crate) fn has_bare_bytes(path: &str) -> bool {
    path.bytes().any(|byte| !byte.is_ascii_graphic() || b"\"<>\\^`{|}#".contains(&byte))
}

/// A `%` that is not followed by two digits, or by another `%` (contract RL-3-18).
fn has_bad_escape(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        rest = match rest.get(at + 1..) {
            Some([b'%', rest @ ..]) => rest,
            Some([first, second, rest @ ..])
                if first.is_ascii_hexdigit() && second.is_ascii_hexdigit() =>
            {
                rest
            }
            _ => return true,
        };
    }
    false
}

fn judge_query(row: &Endpoint, query: &str, version: Version) -> Vec<Fault> {
    if has_bad_escape(query) {
        let rules = &["RL-3-16"];
        let expected = "% followed by two hexadecimal digits";
        return vec![Fault::new(FaultKind::QueryEncoding, "query", expected, query, rules)];
    }
    let own = row.query.iter().filter(|param| param.is_in(version)).map(|param| param.name);
    let known: Vec<&str> = own.chain(GENERIC_PARAMS).chain(row.path_params()).collect();
    let mut faults = Vec::new();
    for name in names(query).filter(|name| !known.contains(&name.as_str())) {
        let rules = &["RL-4-4", "RL-4-3", "RL-4-8", "CN-1.3-5"];
        let actual = format!("{name}{}", did_you_mean(&name, known.iter().copied()));
        let place = format!("query {name}");
        let expected = known.join(", ");
        faults.push(Fault::new(FaultKind::UnknownParameter, place, expected, actual, rules));
    }
    faults
}

/// The names in a query, decoded (contract RL-4-1).
fn names(query: &str) -> impl Iterator<Item = String> {
    query.split(['&', ';']).filter_map(|pair| {
        let name = pair.split('=').next().unwrap_or_default().replace('+', " ");
        let name = percent_decode_str(&name).decode_utf8_lossy().into_owned();
        (!name.is_empty()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{MessageReader, Side};

    fn check(text: &str, expected: &[&str]) {
        let mut reader = MessageReader::new(Side::Requests);
        reader.push(text.as_bytes());
        let request = reader.next(None).unwrap().unwrap();
        let judgement = judge(&request, Version::NEWEST);
        let told: Vec<String> = judgement
            .faults
            .iter()
            .map(|fault| format!("{} {}", fault.kind.id(), fault.place))
            .collect();
        assert_eq!(told, expected, "{text}");
    }

    fn line(line: &str, expected: &[&str]) {
        check(&format!("{line} HTTP/1.1\r\nhost: h\r\n\r\n"), expected);
    }

    fn with_body(line: &str, body: &str, expected: &[&str]) {
        let length = body.len();
        let headers = format!("content-type: application/json\r\ncontent-length: {length}");
        check(&format!("{line} HTTP/1.1\r\n{headers}\r\n\r\n{body}"), expected);
    }

    #[test]
    fn well_formed_requests_have_no_faults() {
        line("GET /_connector?size=x&pretty&filter_path=count", &[]);
        line("GET /_connector/my%20id%2F%C3%BC", &[]);
        line("GET /_connector/a:b*c,d", &[]);
        line("PUT /_connector", &[]);
        line("GET /_nodes?sise=1", &[]);
        line("OPTIONS /_connector?x=1", &[]);
        with_body("PUT /_connector/c/_name", r#"{"name":"n"} x"#, &[]);
    }

    #[test]
    fn each_kind_of_fault_is_found() {
        line("GET /_connector/c/d/e", &["unknown-route path"]);
        line("PATCH /_connector/c", &["wrong-method method"]);
        line("GET /_connector/a|b", &["path-encoding path"]);
        line("GET /_connector/a%zz", &["path-encoding path"]);
        line("GET /_connector/%%", &[]);
        line("PUT /_connector//_check_in", &["id-missing path"]);
        line("PUT /_connector/_sync_job/_check_in", &["id-missing path"]);
        line("GET /_connector?a=%4", &["query-encoding query"]);
        line("GET /_connector?sise=1;%66rom=2", &["unknown-parameter query sise"]);
        line("GET /_connector/_sync_job/j?from=1", &["unknown-parameter query from"]);
        with_body("PUT /_connector/c/_check_in", "{}", &["body-unexpected body"]);
        line("PUT /_connector/c/_name", &["body-missing body"]);
        with_body("PUT /_connector/c/_name", "{", &["body-not-json body"]);
        with_body("PUT /_connector/c/_name", r#"{"name":"a","name":"b"}"#, &["body-not-json body"]);
        with_body("PUT /_connector/c/_name", "5", &["body-not-object body"]);
        check(
            "PUT /_connector/c/_name HTTP/1.1\r\ncontent-length: 12\r\n\r\n{\"name\":\"n\"}",
            &["media-type header content-type"],
        );
    }
}
