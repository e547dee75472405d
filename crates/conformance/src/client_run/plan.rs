//! From a request of a case to a call of a client, where a client can make it.

use api_types::{
    endpoint::{Body, Endpoint, Family, ParamKind},
    json::{Json, Object},
};
use percent_encoding::percent_decode_str;

use crate::{
    case::{BodyTemplate, Case, Step},
    driver::Call,
    exchange::Request,
};

/// Whether a client can be asked to make the request of this step.
pub(super) fn is_callable(step: &Step) -> bool {
    let request = &step.request;
    let body_fits = |row: &Endpoint| match (&row.body, &request.body) {
        (Body::None | Body::Optional(_), BodyTemplate::None)
        | (Body::Optional(_) | Body::Required(_), BodyTemplate::Json(Json::Object(_))) => true,
        (Body::None | Body::AnyOptional | Body::AnyRequired | Body::Lines, _)
        | (Body::Optional(_), BodyTemplate::Json(_) | BodyTemplate::Text(_))
        | (Body::Required(_), _) => false,
    };
    let has_ids = request.target.split('?').next().is_some_and(|path| !path.contains("//"));
    request.headers.is_empty()
        && has_ids
        && step.endpoint().is_some_and(|row| {
            row.operation.family() == Family::Connectors
                && body_fits(row)
                && query(row, &request.target).is_some()
                && !is_hidden(&request.target)
        })
}

/// A path that the table's simple reading takes for a connector's, and the server does not, or
/// one that ends with a slash or has a bad escape: a client has no way to write it.
fn is_hidden(target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let escapes = path.split('%').skip(1);
    path.ends_with('/')
        || path.split('/').skip(2).any(|segment| matches!(segment, "." | ".."))
        || escapes.into_iter().any(|after| !starts_with_hex_pair(after))
}

fn starts_with_hex_pair(text: &str) -> bool {
    text.as_bytes().get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
}

/// Whether the case as a whole says something about clients.
pub(super) fn is_for_clients(case: &Case) -> bool {
    case.judged_step().is_some_and(|step| step.precondition.is_none() && is_callable(step))
}

/// The call that leads to this request.
pub(super) fn call(row: &'static Endpoint, request: &Request) -> Option<Call> {
    let path = request.target.split('?').next().unwrap_or_default();
    let segments = row.path.split('/').zip(path.split('/'));
    let mut parameters = Vec::new();
    for (template, segment) in segments {
        if let Some(name) = template.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let value = percent_decode_str(segment).decode_utf8().ok()?;
            parameters.push((name.to_owned(), value.into_owned()));
        }
    }
    let body = match &request.body {
        None => None,
        Some(text) => Some(Json::parse(text.as_bytes()).ok()?),
    };
    let query = query(row, &request.target)?;
    Some(Call { id: 0, operation: row.operation, path: parameters, query, body })
}

/// The parameters of the query as a client takes them; nothing if there is one that clients do not
/// know, or whose text is not of its type.
fn query(row: &Endpoint, target: &str) -> Option<Object> {
    let mut query = Object::new();
    let Some((_, text)) = target.split_once('?') else { return Some(query) };
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let param = row.query.iter().find(|param| param.name == name)?;
        let spaced = value.replace('+', " ");
        let value = percent_decode_str(&spaced).decode_utf8().ok()?.into_owned();
        if query.contains(name) || value.is_empty() {
            return None;
        }
        query.insert(name.to_owned(), typed(param.kind, value)?);
    }
    Some(query)
}

fn typed(kind: ParamKind, text: String) -> Option<Json> {
    Some(match kind {
        ParamKind::Boolean => Json::from(text.parse::<bool>().ok()?),
        ParamKind::Int | ParamKind::Long => Json::from(text.parse::<i64>().ok()?),
        ParamKind::String | ParamKind::Enum(_) => Json::from(text),
        ParamKind::List | ParamKind::EnumList(_) => {
            text.split(',').map(|one| Json::from(one.to_owned())).collect()
        }
        ParamKind::NotServed => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use api_types::endpoint::Method;

    fn check(target: &str, expected: Option<&str>) {
        let path = target.split('?').next().unwrap();
        let row = Endpoint::find(Method::Get, path).unwrap();
        let request = Request {
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        };
        let found =
            call(row, &request).map(|call| format!("{:?} {}", call.path, Json::from(call.query)));
        assert_eq!(found.as_deref(), expected, "{target}");
    }

    #[test]
    fn ids_are_decoded_and_parameters_get_their_types() {
        check("/_connector/a%2Fb%20%25+", Some(r#"[("connector_id", "a/b %+")] {}"#));
        check(
            "/_connector?from=3&size=2&index_name=a,b&query=x+y&include_deleted=true",
            Some(
                r#"[] {"from":3,"size":2,"index_name":["a","b"],"query":"x y","include_deleted":true}"#,
            ),
        );
    }

    #[test]
    fn what_no_client_can_send_is_no_call() {
        check("/_connector?from=x", None);
        check("/_connector?sizes=1", None);
        check("/_connector?from=", None);
        check("/_connector?from=1&from=2", None);
    }
}
