//! Which operation a request that has none was meant for.

use api_types::{
    Version,
    endpoint::{ENDPOINTS, Endpoint},
    json::Object,
};

use crate::suggest;

/// What a segment that is missing, or one too many, is worth.
const SEGMENT: usize = 8;

/// What another method is worth.
const METHOD: usize = 3;

/// Nothing that is further away is named.
const MOST: usize = 20;

/// The operation, and what differs from it.
pub(super) fn nearest(method: &str, path: &str, version: Version) -> Option<Object> {
    let rows = ENDPOINTS.iter().filter(|row| row.is_in(version));
    let measured = rows.map(|row| {
        let segments = differences(row, path);
        let distance: usize = segments.iter().map(|(distance, _)| distance).sum();
        let is_other = row.method.as_str() != method;
        (distance + if is_other { METHOD } else { 0 }, row.path_params().count(), row, segments)
    });
    let (distance, _, row, segments) =
        measured.min_by_key(|(distance, params, ..)| (*distance, *params))?;
    if distance > MOST {
        return None;
    }
    let mut differs: Vec<String> = segments.into_iter().map(|(_, text)| text).collect();
    if row.method.as_str() != method {
        differs.push(format!("the method is [{method}], not [{}]", row.method));
    }
    Some(
        Object::new()
            .with("operation", row.operation.name())
            .with("method", row.method.as_str())
            .with("path", row.path)
            .with("differs", differs.join("; ")),
    )
}

/// How far the segments of a path are from those of a row, and what differs.
fn differences(row: &Endpoint, path: &str) -> Vec<(usize, String)> {
    let wanted: Vec<&str> = row.path.split('/').skip(1).collect();
    let given: Vec<&str> = path.trim_end_matches('/').split('/').skip(1).collect();
    let mut found = Vec::new();
    for index in 0..wanted.len().max(given.len()) {
        let number = index + 1;
        match (wanted.get(index), given.get(index)) {
            (Some(wanted), Some(given)) if wanted == given => {}
            // A name that begins so is one of the API, and not an id.
            (Some(wanted), Some(given)) if wanted.starts_with('{') => {
                if given.starts_with('_') {
                    found.push((2, format!("path segment {number} is [{given}], not an id")));
                }
            }
            (Some(wanted), Some(given)) => {
                let distance = suggest::edits(given, wanted);
                let text = format!("path segment {number} is [{given}], not [{wanted}]");
                found.push((distance, text));
            }
            (Some(wanted), None) => {
                found.push((SEGMENT, format!("path segment {number}, [{wanted}], is missing")));
            }
            (None, Some(given)) => {
                found.push((SEGMENT, format!("path segment {number}, [{given}], is one too many")));
            }
            (None, None) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use api_types::json::Json;

    use super::*;

    fn check(line: &str, expected: &str) {
        let (method, path) = line.split_once(' ').unwrap();
        let found = nearest(method, path, Version::NEWEST);
        let told = found.map_or_else(
            || "nothing".to_owned(),
            |found| {
                let text = |name| found.get(name).and_then(Json::as_str).unwrap();
                format!("{}: {}", text("operation"), text("differs"))
            },
        );
        assert_eq!(told, expected, "{line}");
    }

    /// The rows are those of contract CN-1.1 and SJ-1.
    #[test]
    fn the_nearest_operation_is_named_with_what_differs() {
        check("POST /_connector/c", "connector.put: the method is [POST], not [PUT]");
        check("GET /_conector", "connector.list: path segment 1 is [_conector], not [_connector]");
        check(
            "PUT /_connector/_sync_jobs/j/_claim",
            "connector.sync_job_claim: path segment 2 is [_sync_jobs], not [_sync_job]",
        );
        check(
            "POST /_connector/_sync_job/j/_cancel",
            "connector.sync_job_cancel: the method is [POST], not [PUT]",
        );
        check(
            "PUT /_connector/_sync_job/j/_canceled",
            "connector.sync_job_cancel: path segment 4 is [_canceled], not [_cancel]",
        );
        check("GET /products/_search/of/no/api/at/all", "nothing");
    }
}
