//! Judges an answer by the request that it is for.

use api_types::{Version, endpoint::Endpoint, json::Json};

use super::{
    body_judge::type_of,
    content::{Content, content},
    fault::{Fault, FaultKind},
    request_judge::RequestJudgement,
    route::Route,
    shape,
};
use crate::wire::{Message, Recorded};

/// What is wrong with the answer, if there is one.
pub(super) fn judge(
    exchange: &Recorded,
    judgement: &RequestJudgement,
    version: Version,
) -> Vec<Fault> {
    let (Some(answer), Some(status)) = (&exchange.answer, exchange.status()) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    faults.extend(judge_status(judgement, status));
    faults.extend(judge_product(answer, status));
    let (method, target) = exchange.line();
    // The answer to HEAD has no body; OPTIONS is answered with an empty text (contract RL-3-14).
    let has_body = method != "HEAD" && !matches!(judgement.route, Route::Options);
    if has_body && ![413, 417].contains(&status) && !asks_for_another_format(exchange) {
        faults.extend(judge_body(answer, status, judgement, target, version));
    }
    faults
}

/// Statuses that any operation may have (contract RL-13, RL-6-2, RL-12-1, RL-10-1, RL-10-4,
/// RL-2-15).
const ANYWHERE: [u16; 7] = [401, 403, 406, 409, 413, 417, 429];

fn judge_status(judgement: &RequestJudgement, status: u16) -> Option<Fault> {
    let place = "answer status";
    if !judgement.faults.is_empty() && (200..300).contains(&status) {
        let rules = judgement.faults.first().map(|fault| fault.rules).unwrap_or_default();
        let (kind, actual) = (FaultKind::AcceptedWrongly, status.to_string());
        return Some(Fault::new(kind, place, "an error", actual, rules));
    }
    let (documented, rules): (&[u16], _) = match &judgement.route {
        Route::Row(row) => (row.statuses, &["CN-1.3-1", "RL-2-15"][..]),
        Route::WrongMethod(_) => (&[405], &["RL-3-11", "RL-3-13"][..]),
        Route::Unknown => (&[400], &["RL-3-12"][..]),
        Route::Options => (&[200], &["RL-3-14"][..]),
        Route::Foreign => return None,
    };
    // The derived 500s are documented where requests break the server; a bad header or a bad
    // query is a 400 everywhere (contract RL-1).
    if documented.contains(&status) || ANYWHERE.contains(&status) || status == 400 {
        return None;
    }
    let listed: Vec<String> = documented.iter().map(u16::to_string).collect();
    let expected = listed.join(" or ");
    Some(Fault::new(FaultKind::AnswerStatus, place, expected, status.to_string(), rules))
}

/// Contract RL-8-1.
fn judge_product(answer: &Message, status: u16) -> Option<Fault> {
    const PRODUCT: &str = "Elasticsearch";
    let actual = answer.head.header("x-elastic-product");
    if [401, 403, 413, 417].contains(&status) || actual == Some(PRODUCT) {
        return None;
    }
    let place = "answer header x-elastic-product";
    let actual = actual.unwrap_or("no such header");
    let rules = &["RL-8-1", "CL-1-3"];
    Some(Fault::new(FaultKind::AnswerProduct, place, PRODUCT, actual, rules))
}

/// Whether the request wants something else than JSON (contract RL-7-1).
fn asks_for_another_format(exchange: &Recorded) -> bool {
    let (_, target) = exchange.line();
    let query = target.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let head = &exchange.request.head;
    let wanted = ["accept", "content-type"].map(|name| head.header(name).unwrap_or_default());
    let others = ["yaml", "cbor", "smile", "ndjson"];
    query.split(['&', ';']).any(|pair| pair.starts_with("format="))
        || wanted.iter().any(|header| others.iter().any(|other| header.contains(other)))
}

fn judge_body(
    answer: &Message,
    status: u16,
    judgement: &RequestJudgement,
    target: &str,
    version: Version,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    faults.extend(judge_media_type(answer));
    let json = match content(answer) {
        Content::Json(json) => json,
        Content::Unread(_) => return faults,
        Content::Empty => {
            faults.push(not_json("nothing".to_owned()));
            return faults;
        }
        Content::NotJson(problem) => {
            faults.push(not_json(problem));
            return faults;
        }
    };
    if status >= 400 {
        faults.extend(judge_error(&json, status, &judgement.route));
    } else if let Some(row) = judgement.route.row() {
        faults.extend(judge_success(row, &json, status, target, version));
    }
    faults
}

fn not_json(actual: String) -> Fault {
    Fault::new(FaultKind::AnswerNotJson, "answer body", "JSON", actual, &["CL-1-4"])
}

fn judge_media_type(answer: &Message) -> Option<Fault> {
    let actual = answer.head.header("content-type").unwrap_or("no such header");
    let essence = actual.split(';').next().unwrap_or_default().trim();
    if ["application/json", "application/vnd.elasticsearch+json"].contains(&essence) {
        return None;
    }
    let (place, expected) = ("answer header content-type", "application/json");
    let rules = &["RL-7-1", "RL-7-2", "CL-1-4"];
    Some(Fault::new(FaultKind::AnswerMediaType, place, expected, actual, rules))
}

/// Contract RL-2-1 to RL-2-13.
fn judge_error(body: &Json, status: u16, route: &Route) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut shape = |place: &str, expected: &str, actual: Option<&Json>| {
        let actual = actual.map_or("nothing", type_of);
        let rules = &["RL-2-1", "RL-2-3", "RL-2-6", "RL-2-12"];
        let place = format!("answer body {place}");
        let kind = FaultKind::AnswerEnvelope;
        faults.push(Fault::new(kind, place.trim_end(), expected, actual, rules));
    };
    match body.get("error") {
        Some(Json::String(_)) => {}
        Some(Json::Object(error)) => {
            if !matches!(error.get("type"), Some(Json::String(_))) {
                shape("/error/type", "string", error.get("type"));
            }
            if !matches!(error.get("reason"), Some(Json::String(_) | Json::Null)) {
                shape("/error/reason", "string or null", error.get("reason"));
            }
            let causes = error.get("root_cause");
            let is_list = causes.and_then(Json::as_array).is_some_and(|causes| !causes.is_empty());
            if !is_list {
                shape("/error/root_cause", "array with one element", causes);
            }
        }
        other => shape("/error", "object or string", other),
    }
    let told = body.get("status");
    // "No handler found" has no status (contract RL-2-13).
    let is_exempt = told.is_none() && matches!(route, Route::Unknown);
    if !is_exempt && told != Some(&Json::from(i64::from(status))) {
        let actual = told.map_or_else(|| "nothing".to_owned(), Json::to_compact);
        let (place, expected) = ("answer body /status", status.to_string());
        let rules = &["RL-2-10"];
        faults.push(Fault::new(FaultKind::AnswerEnvelopeStatus, place, expected, actual, rules));
    }
    faults
}

fn judge_success(
    row: &Endpoint,
    body: &Json,
    status: u16,
    target: &str,
    version: Version,
) -> Vec<Fault> {
    // What `filter_path` leaves has no shape of its own (contract RL-4-13).
    if target.contains("filter_path") {
        return Vec::new();
    }
    let found = shape::judge(row.operation, body, status, version);
    let rules = shape::rules(row.operation);
    let fault = |problem: shape::Problem| {
        let place = format!("answer body {}", problem.pointer);
        let (kind, place) = (FaultKind::AnswerShape, place.trim_end().to_owned());
        Fault::new(kind, place, problem.expected, problem.actual, rules)
    };
    found.into_iter().map(fault).collect()
}
