//! The short form of an expected error, written out to the body that the server sends.

use api_types::json::{Json, Object};

/// The whole body for a short form: a text is the simple envelope (contract RL-2-12), an object
/// with `type` and `reason` the full one (RL-2-1). Where the short form has no `root_cause`, the
/// error is its own.
pub(crate) fn error_envelope(short: &Json, status: u16) -> Option<Json> {
    let error = match short {
        Json::String(_) => short.clone(),
        Json::Object(error) => Json::Object(full_error(error)?),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => return None,
    };
    let body = Object::new().with("error", error).with("status", i64::from(status));
    Some(Json::Object(body))
}

fn full_error(short: &Object) -> Option<Object> {
    let mut own = short.clone();
    let root = own.remove("root_cause");
    let caused_by = own.remove("caused_by");
    if !own.contains("type") || !own.contains("reason") {
        return None;
    }
    let root = root.unwrap_or_else(|| Json::Object(own.clone()));
    let mut error = Object::new().with("root_cause", vec![root]);
    for (name, value) in own {
        error.insert(name, value);
    }
    error.insert_some("caused_by", caused_by);
    Some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(short: &str, expected: &str) {
        let short = Json::parse(short.as_bytes()).unwrap();
        let written = error_envelope(&short, 400).map(|body| body.to_compact());
        assert_eq!(written.as_deref().unwrap_or("none"), expected, "{short}");
    }

    #[test]
    fn the_short_form_becomes_the_whole_envelope() {
        check(r#""no""#, r#"{"error":"no","status":400}"#);
        check(
            r#"{"type":"t","reason":"r","index":"i","caused_by":{"type":"c","reason":"d"}}"#,
            r#"{"error":{"root_cause":[{"type":"t","reason":"r","index":"i"}],"type":"t","reason":"r","index":"i","caused_by":{"type":"c","reason":"d"}},"status":400}"#,
        );
        check(
            r#"{"type":"t","reason":"r","root_cause":{"type":"x","reason":"y"}}"#,
            r#"{"error":{"root_cause":[{"type":"x","reason":"y"}],"type":"t","reason":"r"},"status":400}"#,
        );
    }

    #[test]
    fn a_short_form_without_type_or_reason_is_none() {
        check(r#"{"type":"t"}"#, "none");
        check("5", "none");
    }
}
