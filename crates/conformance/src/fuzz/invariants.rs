//! What every answer has to be, whatever was asked.

use api_types::json::{Json, Object};

use super::{model::Mismatch, target::Answer};

/// What is wrong with an answer, if anything (RL-2, RL-8).
///
/// # Errors
/// With the first thing that is wrong.
pub fn check(answer: &Answer) -> Result<(), Mismatch> {
    if answer.product.as_deref() != Some("Elasticsearch") {
        return Err(differs("x-elastic-product", "Elasticsearch", answer.product.as_deref()));
    }
    let content_type = answer.content_type.as_deref();
    let media_type = content_type.map(|text| text.split(';').next().unwrap_or_default().trim());
    let known = ["application/json", "application/vnd.elasticsearch+json"];
    if !media_type.is_some_and(|given| known.contains(&given)) {
        return Err(differs("content-type", known[0], content_type));
    }
    let Some(body) = answer.json.as_ref().and_then(Json::as_object) else {
        let text = String::from_utf8_lossy(&answer.body);
        return Err(differs("body", "a JSON object", Some(&text)));
    };
    if answer.status < 400 { page(body) } else { envelope(answer.status, body) }
}

fn envelope(status: u16, body: &Object) -> Result<(), Mismatch> {
    if body.get("status").and_then(Json::as_i64) != Some(i64::from(status)) {
        let actual = body.get("status").map(Json::to_compact);
        return Err(differs("/status", &status.to_string(), actual.as_deref()));
    }
    let error = body.get("error");
    let causes = error.and_then(|error| error.get("root_cause")).and_then(Json::as_array);
    let has_type = |cause: &Json| {
        cause.get("type").is_some_and(|kind| kind.as_str().is_some())
            && cause.get("reason").is_some()
    };
    let is_right = error.is_some_and(has_type)
        && causes.is_some_and(|causes| !causes.is_empty() && causes.iter().all(has_type));
    if is_right {
        return Ok(());
    }
    let actual = error.map(Json::to_compact);
    Err(differs("/error", "an error with root_cause, type and reason", actual.as_deref()))
}

/// A list has no more results than it counts.
fn page(body: &Object) -> Result<(), Mismatch> {
    let count = body.get("count").and_then(Json::as_i64);
    let results = body.get("results").and_then(Json::as_array);
    let (Some(count), Some(results)) = (count, results) else { return Ok(()) };
    if i64::try_from(results.len()).is_ok_and(|length| length <= count) {
        return Ok(());
    }
    let expected = format!("at least {}, the number of results", results.len());
    Err(differs("/count", &expected, Some(&count.to_string())))
}

fn differs(place: &str, expected: &str, actual: Option<&str>) -> Mismatch {
    Mismatch {
        place: place.to_owned(),
        expected: expected.to_owned(),
        actual: actual.unwrap_or("nothing").chars().take(300).collect(),
    }
}
