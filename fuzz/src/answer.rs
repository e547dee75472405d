//! What every answer is, whatever was asked (contract RL-2).

use api_types::json::{Json, Object};

use crate::{hold, same, server::Answer};

/// The exceptions behind the 500s that the contract derives (CN-5.2-4, CN-5.4-1, CN-5.5-6, SC-3-10,
/// and before 8.16 RL-15-10).
const DERIVED: [&str; 4] = [
    "null_pointer_exception",
    "illegal_state_exception",
    "index_out_of_bounds_exception",
    "x_content_e_o_f_exception",
];

/// The formats of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Yaml,
    Cbor,
    Smile,
}

impl Format {
    pub(crate) const ALL: [Self; 4] = [Self::Json, Self::Yaml, Self::Cbor, Self::Smile];

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Yaml => "application/yaml",
            Self::Cbor => "application/cbor",
            Self::Smile => "application/smile",
        }
    }

    /// The format that an answer says it has.
    fn of(answer: &Answer) -> Option<Self> {
        let essence = answer.content_type.as_deref()?.split(';').next()?;
        let vendor = essence.strip_prefix("application/vnd.elasticsearch+");
        let name = vendor.or_else(|| essence.strip_prefix("application/"))?;
        Self::ALL.into_iter().find(|format| format.media_type().ends_with(&format!("/{name}")))
    }

    /// Reads bytes of the format.
    pub(crate) fn read(self, bytes: &[u8]) -> Result<Json, String> {
        match self {
            Self::Json => Json::parse(bytes).map_err(|error| error.to_string()),
            Self::Yaml => serde_saphyr::from_slice(bytes).map_err(|error| error.to_string()),
            Self::Cbor => ciborium::de::from_reader_with_recursion_limit(bytes, 4096)
                .map_err(|error| error.to_string()),
            Self::Smile => serde_smile::from_slice(bytes).map_err(|error| error.to_string()),
        }
    }

    /// Writes a value in the format; JSON stands for YAML too, which it is a part of.
    pub(crate) fn write(self, value: &Json) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        match self {
            Self::Json | Self::Yaml => bytes = value.to_compact().into_bytes(),
            Self::Cbor => {
                ciborium::into_writer(value, &mut bytes).map_err(|error| error.to_string())?;
            }
            Self::Smile => {
                bytes = serde_smile::to_vec(value).map_err(|error| error.to_string())?;
            }
        }
        Ok(bytes)
    }
}

/// The body of an answer that is whole; nothing for one that has no bytes.
///
/// `wanted` is the format that was asked for, if one was.
pub(crate) fn check(answer: &Answer, wanted: Option<Format>) -> Result<Option<Json>, String> {
    hold(answer.product, || "no x-elastic-product".to_owned())?;
    if answer.body.is_empty() {
        return Ok(None);
    }
    let format = Format::of(answer);
    let format = format.ok_or_else(|| format!("content-type {:?}", answer.content_type))?;
    if let Some(wanted) = wanted {
        same("format of the answer", &format, &wanted)?;
    }
    let body = format.read(&answer.body);
    let body = body.map_err(|error| format!("the body is no {format:?}: {error}"))?;
    if answer.status < 400 || is_told(&body, answer.status) {
        object(&body)?;
    } else {
        check_envelope(&body, answer.status)?;
    }
    Ok(Some(body))
}

/// What is missing, cannot be had or is waited for in vain is an answer in several operations on
/// documents, indices, the license and the cluster (contract DO-4.2-3, DO-4.4-1, DO-8-5 to DO-8-7).
fn is_told(body: &Json, status: u16) -> bool {
    matches!(status, 403 | 404 | 408) && body.get("error").is_none()
}

/// The whole envelope, the simple form, or the form of no handler (contract RL-2).
fn check_envelope(body: &Json, status: u16) -> Result<(), String> {
    let members: Vec<&str> = object(body)?.iter().map(|(name, _)| name).collect();
    let error = body.get("error").ok_or("no error")?;
    if let Some(text) = error.as_str()
        && text.starts_with("no handler found for uri [")
        && members == ["error"]
    {
        return same("status", &status, &400);
    }
    same("members of an error", &members, &vec!["error", "status"])?;
    let said = body.get("status").and_then(Json::as_i64);
    same("status in the body", &said, &Some(i64::from(status)))?;
    if error.as_str().is_some() {
        return Ok(());
    }
    let kind = exception(error)?;
    let causes = error.get("root_cause").and_then(Json::as_array).ok_or("no root_cause")?;
    let [root] = causes else { return Err("not one root cause".to_owned()) };
    exception(root)?;
    let mut cause = error.get("caused_by");
    while let Some(one) = cause {
        exception(one)?;
        cause = one.get("caused_by");
    }
    hold(status < 500 || DERIVED.contains(&kind), || format!("{status} of {kind}: {body}"))
}

/// The type of an exception that is whole.
fn exception(exception: &Json) -> Result<&str, String> {
    let kind = exception.get("type").and_then(Json::as_str).ok_or("an exception without type")?;
    let is_name =
        !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    hold(is_name, || format!("the type {kind:?}"))?;
    match exception.get("reason").ok_or("an exception without reason")? {
        Json::String(_) => Ok(kind),
        // Only Java's own exceptions come without a message.
        Json::Null if kind == "null_pointer_exception" => Ok(kind),
        other => Err(format!("the reason {other} of {kind}")),
    }
}

fn object(value: &Json) -> Result<&Object, String> {
    value.as_object().ok_or_else(|| format!("no object but {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(status: u16, body: &str) -> Result<(), String> {
        let body = body.to_owned().into();
        let content_type = Some("application/json".to_owned());
        check(&Answer { status, content_type, product: true, body }, Some(Format::Json)).map(drop)
    }

    // Expected values: contract RL-2.
    #[test]
    fn an_error_is_whole_or_told() {
        let whole = |status: u16, kind: &str| {
            let exception = format!(r#""type":"{kind}","reason":"r""#);
            format!(
                r#"{{"error":{{"root_cause":[{{{exception}}}],{exception}}},"status":{status}}}"#
            )
        };
        assert_eq!(judge(404, &whole(404, "resource_not_found_exception")), Ok(()));
        assert!(judge(404, &whole(400, "x_exception")).unwrap_err().contains("status in the body"));
        assert!(judge(500, &whole(500, "x_exception")).unwrap_err().starts_with("500 of x_"));
        assert_eq!(judge(500, &whole(500, "illegal_state_exception")), Ok(()));
        assert_eq!(judge(405, r#"{"error":"Incorrect HTTP method","status":405}"#), Ok(()));
        let no_handler = r#"{"error":"no handler found for uri [/x] and method [GET]"}"#;
        assert_eq!(judge(400, no_handler), Ok(()));
        assert!(judge(404, no_handler).is_err());
        assert!(judge(200, "[]").is_err());
        assert!(judge(200, "{").is_err());
    }

    #[test]
    fn an_answer_of_another_format_is_told() {
        let body = "{}".to_owned().into();
        let content_type = Some("application/vnd.elasticsearch+cbor;compatible-with=9".to_owned());
        let answer = Answer { status: 200, content_type, product: true, body };
        assert!(check(&answer, Some(Format::Json)).unwrap_err().contains("Cbor is not Json"));
    }
}
