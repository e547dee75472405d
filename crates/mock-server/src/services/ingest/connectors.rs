//! The pipeline for what connectors send, which every cluster has under two names (contract DO-9-7).

use api_types::json::{Json, Object};

/// Members by which connectors tell the pipeline what to do.
const INSTRUCTIONS: [&str; 6] = [
    "_attachment",
    "_attachment_indexed_chars",
    "_extracted_attachment",
    "_extract_binary_content",
    "_reduce_whitespace",
    "_run_ml_inference",
];

/// What is shown of the pipeline: the part of it that needs no text extraction.
pub(super) fn shown(name: &str) -> Object {
    let fields: Json = INSTRUCTIONS.iter().map(|name| Json::from(*name)).collect();
    let remove = Object::new()
        .with("tag", "remove_meta_fields")
        .with("field", fields)
        .with("ignore_missing", true);
    let remove = Object::new().with("remove", remove);
    let by = if name.starts_with("ent-search") { "Enterprise Search" } else { "Search" };
    Object::new()
        .with("version", 1)
        .with("_meta", Object::new().with("managed_by", by).with("managed", true))
        .with("processors", vec![Json::Object(remove)])
}

/// Sends a document through it.
pub(super) fn run(name: &str, mut members: Object) -> Object {
    let asks = |members: &Object, what: &str| members.get(what) == Some(&Json::Bool(true));
    if asks(&members, "_extract_binary_content") && members.contains("_attachment") {
        // As the pipeline does where the extraction fails.
        let error = format!(
            "Processor 'attachment' in pipeline '{name}' failed with message 'this mock server does not extract text from attachments'"
        );
        members.insert("_ingestion_errors", vec![Json::from(error)]);
    }
    if asks(&members, "_reduce_whitespace")
        && let Some(body) = members.get("body").and_then(Json::as_str)
    {
        let is_blank = |character: char| matches!(character, ' ' | '\t'..='\r');
        let words: Vec<&str> = body.split(is_blank).filter(|word| !word.is_empty()).collect();
        let body = words.join(" ");
        members.insert("body", body);
    }
    for instruction in INSTRUCTIONS {
        members.remove(instruction);
    }
    members
}
