//! Sequence numbers of a moment ago: of a copy that lags behind, or of a document that somebody
//! else is about to write.

use api_types::json::{Json, Object};
use bytes::Bytes;
use http::Response;

use super::{
    answers,
    apply::{Routed, change_json, rewritten},
    rule::Failure,
};
use crate::{host::space::Server, request::RawRequest};

/// Members that are numbers of a version, with the least that they may be.
const NUMBERS: [(&str, i64); 2] = [("_version", 1), ("_seq_no", 0)];

/// A conflict if the request names the number that it expects, the answer with older ones if not.
pub(super) fn answer(app: &Server<'_>, request: &RawRequest, routed: &Routed) -> Response<Bytes> {
    let (_, query) = request.split();
    let expects = query.split('&').any(|pair| pair.starts_with("if_seq_no="));
    if expects && routed.is_of_documents() {
        app.count();
        let failure = Failure { status: 409, kind: None, reason: None };
        return answers::answer(app, request, routed, &failure);
    }
    rewritten(app, request, |body| change_json(body, age))
}

/// Makes the numbers of a version one less, but for those in documents.
fn age(value: &mut Json) {
    match value {
        Json::Object(object) => *object = aged(object),
        Json::Array(elements) => elements.iter_mut().for_each(age),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn aged(object: &Object) -> Object {
    let mut older = Object::new();
    for (name, value) in object.iter() {
        let mut value = value.clone();
        let least = NUMBERS.iter().find(|(known, _)| *known == name).map(|(_, least)| *least);
        match (least, value.as_i64()) {
            (Some(least), Some(number)) => value = Json::from((number - 1).max(least)),
            _ if name == "_source" => {}
            _ => age(&mut value),
        }
        older.insert(name.to_owned(), value);
    }
    older
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_version_are_one_less_and_documents_stay() {
        let check = |text: &str, expected: &str| {
            let mut value = Json::parse(text.as_bytes()).unwrap();
            age(&mut value);
            assert_eq!(value.to_compact(), expected);
        };
        check(
            r#"{"_id":"c","_version":3,"_seq_no":7,"_primary_term":1,"_source":{"_seq_no":7}}"#,
            r#"{"_id":"c","_version":2,"_seq_no":6,"_primary_term":1,"_source":{"_seq_no":7}}"#,
        );
        check(
            r#"{"hits":{"hits":[{"_seq_no":1,"_version":1},{"_seq_no":0}]}}"#,
            r#"{"hits":{"hits":[{"_seq_no":0,"_version":1},{"_seq_no":0}]}}"#,
        );
        check(r#"{"count":2,"results":["_seq_no"]}"#, r#"{"count":2,"results":["_seq_no"]}"#);
    }
}
