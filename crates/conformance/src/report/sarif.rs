//! The report in the format SARIF 2.1.0, for what shows problems beside the lines they are about:
//! here the lines of the case files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Style,
    failure::failure,
    model::{Advice, Entry, EntryVerdict, Problem, Report},
    text::{comparison, one_line, printable},
};
use crate::case::Place;

/// What describes the format.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The whole report: a result for everything that is wrong, and a note for every piece of advice.
///
/// # Errors
/// If it cannot be written as JSON, which does not happen with these types.
pub fn sarif(report: &Report) -> Result<String, serde_json::Error> {
    let mut rules: BTreeMap<&str, &str> = BTreeMap::new();
    let mut results = Vec::new();
    for entry in &report.entries {
        for found in found(entry) {
            rules.entry(found.rule).or_insert(found.title);
            results.push(result(entry, &found));
        }
    }
    for advice in &report.advice {
        rules.entry(advice.kind).or_insert("the server accepts what the protocol forbids");
        results.push(noted(advice));
    }
    let rules: Vec<Value> = rules
        .into_iter()
        .map(|(id, title)| json!({"id": id, "shortDescription": {"text": one_line(title)}}))
        .collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "connector-conformance",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "properties": {
                "subject": report.subject.id(),
                "name": report.name,
                "counterpart": report.counterpart,
            },
            "results": results,
        }],
    });
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

/// One thing that is wrong with an entry.
struct Found<'a> {
    rule: &'a str,
    title: &'a str,
    level: &'static str,
    message: String,
    /// What tells it from others of its rule and entry.
    part: &'a str,
    place: Option<&'a Place>,
}

fn found(entry: &Entry) -> Vec<Found<'_>> {
    let reason = entry.reason.as_deref().unwrap_or_default();
    let whole = |rule, title, level| {
        let (place, message) = (entry.place.as_ref(), format!("{}: {title}: {reason}", entry.id));
        vec![Found { rule, title, level, message, part: "", place }]
    };
    match entry.verdict {
        EntryVerdict::Failed | EntryVerdict::KnownFailure => {
            entry.problems.iter().map(|problem| of_problem(entry, problem)).collect()
        }
        EntryVerdict::UnexpectedPass => {
            whole("unexpected-pass", "passed, but the list of known failures has it", "error")
        }
        EntryVerdict::Errored => whole("not-judged", "could not be judged", "warning"),
        EntryVerdict::Passed | EntryVerdict::Skipped | EntryVerdict::Unsupported => Vec::new(),
    }
}

fn of_problem<'a>(entry: &'a Entry, problem: &'a Problem) -> Found<'a> {
    let Problem { title, kind, .. } = problem;
    let comparison = comparison(problem).map(|told| format!(": {told}")).unwrap_or_default();
    let sources = entry.expected_by();
    let sources = if sources.is_empty() { sources } else { format!(" (expected by: {sources})") };
    Found {
        rule: kind,
        title,
        level: "error",
        message: format!("{}: {title}{comparison}{sources}", entry.id),
        part: &problem.place,
        place: problem.step.as_ref().map(|step| &step.place).or(entry.place.as_ref()),
    }
}

fn result(entry: &Entry, found: &Found<'_>) -> Value {
    let fingerprint = format!("{} {} {}", entry.id, found.rule, found.part);
    let mut result = json!({
        "ruleId": found.rule,
        "level": found.level,
        "message": {"text": printable(&found.message)},
        "partialFingerprints": {"case/v1": fingerprint.trim_end()},
        "properties": {
            "case": entry.id,
            "contract": entry.proves,
            "documentation": entry.pages,
            "told": failure(entry, Style::Plain),
        },
    });
    let mut location = json!({
        "logicalLocations": [{"fullyQualifiedName": printable(&entry.id)}],
    });
    if let (Some(place), Some(location)) = (found.place, location.as_object_mut()) {
        let physical = json!({
            "artifactLocation": {"uri": uri(&place.file)},
            "region": {"startLine": place.line.max(1)},
        });
        location.insert("physicalLocation".to_owned(), physical);
    }
    if let Some(result) = result.as_object_mut() {
        result.insert("locations".to_owned(), json!([location]));
        if entry.verdict == EntryVerdict::KnownFailure {
            let reason = entry.reason.as_deref().unwrap_or_default();
            let suppressed = json!([{"kind": "external", "justification": printable(reason)}]);
            result.insert("suppressions".to_owned(), suppressed);
        }
    }
    result
}

fn noted(advice: &Advice) -> Value {
    json!({
        "ruleId": advice.kind,
        "level": "note",
        "message": {"text": printable(&advice.text)},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": printable(&advice.request)}]}],
        "properties": {"times": advice.times},
    })
}

/// A file name as a URI: relative to the repository's root, or absolute.
fn uri(file: &str) -> String {
    const KEPT: percent_encoding::AsciiSet = percent_encoding::NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    let encoded = percent_encoding::utf8_percent_encode(file, &KEPT).to_string();
    if file.starts_with('/') { format!("file://{encoded}") } else { encoded }
}
