//! Answers and examples against the description of the API.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use api_types::{
    endpoint::{Endpoint, Family},
    openapi,
};
use serde_json::{Value, json};

use http::HeaderMap;

use super::{tests::started, *};
use crate::host::Host;

/// The description of a version, with closed objects: a member that it does not name is wrong.
#[derive(Debug)]
pub(super) struct Described {
    document: Value,
    validators: BTreeMap<String, jsonschema::Validator>,
}

/// The description as another JSON library reads it.
fn document(version: Version) -> Value {
    serde_json::from_str(&openapi::document(version).to_compact()).unwrap()
}

/// The description of errors, whose metadata are not listed.
const OPEN: [&str; 2] = ["Error", "ErrorCause"];

impl Described {
    pub(super) fn new(version: Version) -> Self {
        let mut document = document(version);
        for (name, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
            let schema = schema.as_object_mut().unwrap();
            if schema.contains_key("properties") && !OPEN.contains(&name.as_str()) {
                schema.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Self { document, validators: BTreeMap::new() }
    }

    /// What a reference leads to.
    fn resolved<'d>(&'d self, value: &'d Value) -> &'d Value {
        match value["$ref"].as_str() {
            Some(reference) => self.document.pointer(reference.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }

    fn operation(&self, row: &Endpoint) -> &Value {
        let operation = &self.document["paths"][row.path][row.method.as_str().to_ascii_lowercase()];
        assert!(operation.is_object(), "{} {} is not described", row.method, row.path);
        operation
    }

    /// What is wrong with an answer of an operation.
    pub(super) fn problem(&mut self, row: &Endpoint, answer: &Response<Bytes>) -> Option<String> {
        let responses = &self.operation(row)["responses"];
        let response = self.resolved(&responses[answer.status().as_str()]).clone();
        if response.is_null() {
            return Some(format!("{} of {} is not described", answer.status(), row.operation));
        }
        for name in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
            if !answer.headers().contains_key(name.as_str()) {
                return Some(format!("no header {name}"));
            }
        }
        let schema = &response["content"]["application/json"]["schema"];
        if !answer.headers()[header::CONTENT_TYPE].to_str().unwrap().contains("json") {
            return None;
        }
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        self.invalid(schema, &body)
    }

    /// What is wrong with a value.
    fn invalid(&mut self, schema: &Value, value: &Value) -> Option<String> {
        let components = &self.document["components"];
        let validator = self.validators.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = components.clone();
            let options = jsonschema::options().should_validate_formats(true);
            options.build(&whole).unwrap()
        });
        let problems: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        (!problems.is_empty()).then(|| problems.join("; "))
    }
}

/// The row that answers a request with a whole JSON body.
pub(super) fn row_of<'a>(app: &'a App, request: &RawRequest) -> Option<&'a Endpoint> {
    let (path, query) = request.split();
    // The description is that of the stack; a serverless project hides some of it.
    if query.contains("filter_path") || app.settings.flavor == Flavor::Serverless {
        return None;
    }
    match app.router.find(Method::from_name(&request.method)?, path).ok()?.target {
        // The description is that of the Connector APIs.
        Target::Endpoint(row) if row.operation.family() == Family::Connectors => Some(row),
        Target::Endpoint(_) | Target::Root | Target::CreateApiKey => None,
    }
}

fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn settings(version: Version) -> Settings {
    let (clock, ids) = (Clock::system(), IdSource::seeded(1));
    Settings { version, clock, ids, security: None, flavor: Flavor::Stack }
}

fn app(version: Version) -> App {
    started(settings(version))
}

fn request(method: &str, target: &str, body: &'static str) -> RawRequest {
    let mut headers = HeaderMap::new();
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    RawRequest {
        peer: None,
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body: Bytes::from_static(body.as_bytes()),
    }
}

/// Every operation on a connector `c`, so that its document has every member that it can have.
const CONNECTOR: [(&str, &str, &str); 21] = [
    (
        "PUT",
        "/_connector/c",
        r#"{"description":"d","index_name":"i","is_native":false,"language":"en","name":"n","service_type":"s"}"#,
    ),
    ("PUT", "/_connector/c/_api_key_id", r#"{"api_key_id":"k","api_key_secret_id":"s"}"#),
    ("PUT", "/_connector/c/_check_in", ""),
    (
        "PUT",
        "/_connector/c/_configuration",
        r#"{"configuration":{"a":{"label":"A","category":"c","depends_on":[{"field":"f","value":null}],"display":"TEXTBOX","options":[{"label":"l","value":1}],"order":1,"placeholder":null,"tooltip":"t","type":"list","ui_restrictions":"advanced","validations":[{"constraint":[1],"type":"included_in"}],"value":{"x":1}},"b":{"label":"B"}}}"#,
    ),
    ("PUT", "/_connector/c/_configuration", r#"{"values":{"b":["x",1]}}"#),
    ("PUT", "/_connector/c/_error", r#"{"error":"e"}"#),
    (
        "PUT",
        "/_connector/c/_features",
        r#"{"features":{"document_level_security":{"enabled":true},"incremental_sync":{"enabled":"false"},"native_connector_api_keys":{"enabled":true},"sync_rules":{"advanced":{"enabled":true},"basic":{"enabled":true}}}}"#,
    ),
    (
        "PUT",
        "/_connector/c/_filtering",
        r#"{"advanced_snippet":{"value":[{"x":1}]},"rules":[{"field":"f","id":"r","order":3,"policy":"EXCLUDE","rule":">","value":"1"}]}"#,
    ),
    (
        "PUT",
        "/_connector/c/_filtering/_validation",
        r#"{"validation":{"errors":{"ids":"r","messages":["m"]},"state":"valid"}}"#,
    ),
    ("PUT", "/_connector/c/_filtering/_activate", ""),
    ("PUT", "/_connector/c/_index_name", r#"{"index_name":"j"}"#),
    (
        "PUT",
        "/_connector/c/_last_sync",
        r#"{"last_access_control_sync_error":"e","last_access_control_sync_scheduled_at":"2023-05-25T12:30:00Z","last_access_control_sync_status":"error","last_deleted_document_count":1,"last_incremental_sync_scheduled_at":"2023-05-25T12:30","last_indexed_document_count":"2","last_sync_error":"e","last_sync_scheduled_at":"2023-05-25T12:30:00.1234567+02:00","last_sync_status":"Completed","last_synced":"1685017800000","sync_cursor":{"a":{"b":1}}}"#,
    ),
    ("PUT", "/_connector/c/_name", r#"{"name":"m"}"#),
    ("PUT", "/_connector/c/_native", r#"{"is_native":"false"}"#),
    (
        "PUT",
        "/_connector/c/_pipeline",
        r#"{"pipeline":{"extract_binary_content":true,"name":"p","reduce_whitespace":true,"run_ml_inference":false}}"#,
    ),
    (
        "PUT",
        "/_connector/c/_scheduling",
        r#"{"scheduling":{"full":{"enabled":true,"interval":"0 0 0 ? * mon"}}}"#,
    ),
    ("PUT", "/_connector/c/_service_type", r#"{"service_type":"t"}"#),
    ("PUT", "/_connector/c/_status", r#"{"status":"configured"}"#),
    ("POST", "/_connector", ""),
    ("PUT", "/_connector", "{}"),
    ("GET", "/_connector", ""),
];

/// Operations on jobs, each line on a new one.
const JOBS: [&[(&str, &str, &str)]; 3] = [
    &[("PUT", "_cancel", "")],
    &[
        ("PUT", "_check_in", ""),
        ("PUT", "_claim", r#"{"worker_hostname":"w","sync_cursor":{"a":1}}"#),
        (
            "PUT",
            "_stats",
            r#"{"deleted_document_count":1,"indexed_document_count":2,"indexed_document_volume":3,"metadata":{"m":[1]}}"#,
        ),
        ("PUT", "_error", r#"{"error":"e"}"#),
    ],
    &[("DELETE", "", "")],
];

/// Sends a request and holds the answer against the description.
fn sent(app: &App, described: &mut Described, request: &RawRequest) -> Value {
    let answer = app.handle(request);
    let text = String::from_utf8_lossy(answer.body());
    assert!(answer.status().is_success(), "{} {}: {text}", request.method, request.target);
    let row = row_of(app, request).unwrap();
    assert_eq!(described.problem(row, &answer), None, "{} {}", request.method, request.target);
    serde_json::from_slice(answer.body()).unwrap()
}

#[test]
fn every_operation_answers_as_described_and_every_member_occurs() {
    let app = app(Version::NEWEST);
    let mut described = Described::new(Version::NEWEST);
    let mut send = |method: &str, target: &str, body| {
        sent(&app, &mut described, &request(method, target, body))
    };
    let mut members: [BTreeSet<String>; 2] = Default::default();
    let mut note = |kind: usize, document: &Value| {
        members[kind].extend(document.as_object().unwrap().keys().cloned());
    };
    for (method, target, body) in CONNECTOR {
        send(method, target, body);
    }
    note(0, &send("GET", "/_connector/c", ""));
    for steps in JOBS {
        let made = send("POST", "/_connector/_sync_job", r#"{"id":"c","job_type":"incremental"}"#);
        let job = format!("/_connector/_sync_job/{}", made["id"].as_str().unwrap());
        for (method, step, body) in steps {
            note(1, &send("GET", &job, ""));
            let separator = if step.is_empty() { "" } else { "/" };
            send(method, &format!("{job}{separator}{step}"), body);
        }
        send("GET", "/_connector/_sync_job", "")["results"]
            .as_array()
            .unwrap()
            .iter()
            .for_each(|listed| note(1, listed));
    }
    send("DELETE", "/_connector/c?delete_sync_jobs=true", "");
    note(0, &send("GET", "/_connector/c?include_deleted", ""));
    let made = send("POST", "/_connector/_secret", r#"{"value":"v"}"#);
    let secret = format!("/_connector/_secret/{}", made["id"].as_str().unwrap());
    for (method, body) in [("PUT", r#"{"value":"w"}"#), ("GET", ""), ("DELETE", "")] {
        send(method, &secret, body);
    }
    for (name, members) in ["Connector", "ConnectorSyncJob"].into_iter().zip(members) {
        let properties = described.document["components"]["schemas"][name]["properties"].clone();
        let named: BTreeSet<String> = properties.as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, members, "{name}");
    }
}

#[test]
fn the_document_is_served_and_the_newest_is_committed() {
    for version in [Version::OLDEST, Version::NEWEST] {
        let host = Host::new(settings(version).into());
        let answer = host.handle(request("GET", "/_mock/openapi.json", ""));
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
        let served: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(served["info"]["version"], json!(version.to_string()));
        assert!(served == document(version), "the document of {version}");
        if version == Version::NEWEST {
            let committed = fs::read_to_string(repository("docs/openapi.json")).unwrap();
            let committed: Value = serde_json::from_str(&committed).unwrap();
            assert!(served == committed, "docs/openapi.json is old: run `cargo xtask openapi`");
        }
    }
}

#[test]
fn the_examples_of_the_documentation_are_as_described() {
    let mut described = Described::new(Version::NEWEST);
    let operations: Vec<Value> = described.document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values().cloned())
        .collect();
    let mut names = Vec::new();
    for operation in operations {
        let responses = operation["responses"].as_object().unwrap().values();
        for holder in responses.chain([&operation["requestBody"]]) {
            let media = &holder["content"]["application/json"];
            for (name, example) in media["examples"].as_object().into_iter().flatten() {
                let problem = described.invalid(&media["schema"], &example["value"]);
                assert_eq!(problem, None, "{name} of {}", operation["operationId"]);
                names.push(name.clone());
            }
        }
    }
    // Those with a body whose names the reference has given; the pages' own are the same ones.
    for operation in fs::read_dir(repository("fixtures/examples")).unwrap() {
        for file in fs::read_dir(operation.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let example: Value = serde_json::from_str(&text).unwrap();
            let name = example["name"].as_str().unwrap();
            let has_body = example["request"].get("body").or(example.get("response")).is_some();
            if has_body && !name.starts_with("docs-") {
                assert!(names.iter().any(|known| known == name), "{} is missing", path.display());
            }
        }
    }
}
