//! Elements of a bulk request that fail: they are taken out of the request, so they are not carried
//! out, and their errors are put in their places in the answer.

use api_types::json::{Json, Object};
use bytes::Bytes;
use http::{Response, header};

use super::{
    answers,
    apply::{Routed, change_json, rewritten},
    rule::{Failure, Items},
};
use crate::{host::space::Server, reply::Reply, request::RawRequest};

/// An element of a bulk request.
#[derive(Debug, PartialEq)]
struct Element<'a> {
    /// Its line, and that of the document if there is one, as they were sent.
    text: &'a [u8],
    /// `index`, `create`, `update` or `delete`.
    action: String,
    /// What stands behind the action.
    target: Object,
}

/// The answer to a bulk request of which some elements fail.
pub(super) fn answer(
    app: &Server<'_>,
    request: &RawRequest,
    routed: &Routed,
    items: &Items,
    failure: &Failure,
) -> Response<Bytes> {
    let Some(elements) = elements(&request.body) else { return app.handle(request) };
    let fails = |position: usize| items.contain(position + 1);
    let kept: Vec<&[u8]> = elements
        .iter()
        .enumerate()
        .filter(|(position, _)| !fails(*position))
        .map(|(_, element)| element.text)
        .collect();
    if kept.len() == elements.len() {
        return app.handle(request);
    }
    let (path, _) = request.split();
    let in_path = path.trim_end_matches('/').strip_suffix("/_bulk").unwrap_or_default();
    let in_path = in_path.trim_start_matches('/').to_owned();
    let error = |element: &Element<'_>| failed(element, &in_path, routed, failure);
    if kept.is_empty() {
        // A bulk request without elements is refused; this one had some.
        let all: Vec<Json> = elements.iter().map(error).collect();
        let body = Object::new().with("errors", true).with("took", 0).with("items", all);
        app.count();
        return app.instead(request, Ok(Reply::value(200, body)));
    }
    let mut rest = request.clone();
    rest.body = Bytes::from(kept.concat());
    rest.headers.remove(header::CONTENT_LENGTH);
    let told: Vec<Option<Json>> = elements
        .iter()
        .enumerate()
        .map(|(position, element)| fails(position).then(|| error(element)))
        .collect();
    rewritten(app, &rest, |body| change_json(body, |answer| put_in(answer, told)))
}

/// Puts errors into the answer to the other elements, each in the place of its element.
fn put_in(answer: &mut Json, told: Vec<Option<Json>>) {
    let Json::Object(object) = answer else { return };
    let Some(done) = object.get("items").and_then(Json::as_array) else { return };
    let mut done = done.iter().cloned();
    let all: Vec<Json> =
        told.into_iter().filter_map(|error| error.or_else(|| done.next())).collect();
    object.insert("errors", true);
    object.insert("items", all);
}

/// What an element can ask for.
const ACTIONS: [&str; 4] = ["create", "delete", "index", "update"];

/// The elements of a body, or `None` if it is none of a bulk request: the operation says what is wrong
/// with it.
fn elements(body: &[u8]) -> Option<Vec<Element<'_>>> {
    if !body.ends_with(b"\n") {
        return None;
    }
    let mut elements = Vec::new();
    let mut lines = body.split_inclusive(|byte| *byte == b'\n');
    let mut start = 0;
    while let Some(line) = lines.next() {
        let mut end = start + line.len();
        if !line.trim_ascii().is_empty() {
            let Ok(Json::Object(object)) = Json::parse(line) else { return None };
            let (action, target) = object.iter().next()?;
            let target = target.as_object()?.clone();
            if !ACTIONS.contains(&action) {
                return None;
            }
            if action != "delete" {
                end += lines.next()?.len();
            }
            let text = body.get(start..end)?;
            elements.push(Element { text, action: action.to_owned(), target });
        }
        start = end;
    }
    Some(elements)
}

/// What the answer says of an element that failed.
fn failed(element: &Element<'_>, in_path: &str, routed: &Routed, failure: &Failure) -> Json {
    let index = element.target.get("_index").and_then(Json::as_str).unwrap_or(in_path);
    let (error, _) = answers::error_object(routed, failure, None);
    let told = Object::new()
        .with("_index", index.to_owned())
        .with("_id", element.target.get("_id").cloned().unwrap_or_default())
        .with("status", i64::from(failure.status))
        .with("error", error);
    Json::Object(Object::new().with(element.action.clone(), told))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "{\"index\":{\"_index\":\"i\",\"_id\":\"1\"}}\n{\"a\":1}\n{\"delete\":{\"_id\":\"2\"}}\n\n{\"create\":{}}\r\n{\"b\":2}\r\n";

    #[test]
    fn elements_are_lines_with_their_documents() {
        let found = elements(BODY.as_bytes()).unwrap();
        let texts: Vec<(&str, &str)> = found
            .iter()
            .map(|it| (it.action.as_str(), std::str::from_utf8(it.text).unwrap()))
            .collect();
        assert_eq!(
            texts,
            [
                ("index", "{\"index\":{\"_index\":\"i\",\"_id\":\"1\"}}\n{\"a\":1}\n"),
                ("delete", "{\"delete\":{\"_id\":\"2\"}}\n"),
                ("create", "{\"create\":{}}\r\n{\"b\":2}\r\n"),
            ]
        );
        assert!(elements(b"{\"index\":{}}\n").is_none());
        assert!(elements(b"no\n").is_none());
        assert!(elements(b"{\"delete\":{\"_id\":\"2\"}}").is_none());
        assert!(elements(b"{\"remove\":{\"_id\":\"2\"}}\n{}\n").is_none());
    }

    #[test]
    fn errors_stand_in_the_places_of_their_elements() {
        let answer = |items: &str, errors: bool| {
            format!(r#"{{"errors":{errors},"took":3,"items":[{items}]}}"#)
        };
        let error = Json::from("e");
        let told = vec![Some(error.clone()), None, Some(error), None];
        let mut value = Json::parse(answer(r#""a","b""#, false).as_bytes()).unwrap();
        put_in(&mut value, told.clone());
        assert_eq!(value.to_compact(), answer(r#""e","a","e","b""#, true));
        // A request that is refused as a whole is.
        let mut refused = Json::parse(br#"{"error":"no","status":400}"#).unwrap();
        put_in(&mut refused, told);
        assert_eq!(refused.to_compact(), r#"{"error":"no","status":400}"#);
    }

    // The form of the error: Elasticsearch's BulkItemResponse.
    #[test]
    fn a_failed_element_names_its_document_and_why() {
        let found = elements(BODY.as_bytes()).unwrap();
        let reason = Some("full".to_owned());
        let failure = Failure { status: 429, kind: None, reason };
        let text = |position: usize| {
            failed(&found[position], "p", &Routed::default(), &failure).to_compact()
        };
        assert_eq!(
            text(0),
            r#"{"index":{"_index":"i","_id":"1","status":429,"error":{"type":"es_rejected_execution_exception","reason":"full"}}}"#
        );
        assert_eq!(
            text(2),
            r#"{"create":{"_index":"p","_id":null,"status":429,"error":{"type":"es_rejected_execution_exception","reason":"full"}}}"#
        );
    }
}
