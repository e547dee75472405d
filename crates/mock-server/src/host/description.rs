//! `GET /_mock/control.json`: the control routes in OpenAPI 3.1, made from their table.

use api_types::{
    Version,
    json::{Json, Object},
};

use super::{control::Control, routes::ROUTES};

/// The description of the control routes.
pub(super) fn document(version: Version) -> Object {
    let mut paths = Object::new();
    for (method, path, control) in ROUTES {
        let mut operations = paths.get(path).and_then(Json::as_object).cloned().unwrap_or_default();
        operations.insert(method.to_lowercase(), operation(method, path, *control));
        paths.insert((*path).to_owned(), operations);
    }
    let description = "The routes of the mock server that Elasticsearch does not have. Behind `/_space/{space}`, or with the header `X-Mock-Space`, they are those of that space. docs/control.md has each with requests and answers.";
    let info = Object::new()
        .with("title", "connector-mock: control")
        .with("version", version.to_string())
        .with("description", description);
    let token =
        Object::new().with("type", "apiKey").with("in", "header").with("name", "X-Mock-Token");
    let errors = error_schema();
    Object::new()
        .with("openapi", "3.1.0")
        .with("info", info)
        .with("paths", paths)
        .with(
            "components",
            Object::new()
                .with("schemas", Object::new().with("Error", errors))
                .with("securitySchemes", Object::new().with("token", token)),
        )
        // Asked for only with `--control-token`.
        .with(
            "security",
            vec![Json::Object(Object::new()), object("token", Json::Array(Vec::new()))],
        )
}

fn object(name: &str, value: Json) -> Json {
    Json::Object(Object::new().with(name.to_owned(), value))
}

/// `{"error": …, "status": …}`; the error is a text, or Elasticsearch's.
fn error_schema() -> Object {
    let kinds = ["string", "object"].map(Json::from).to_vec();
    let members = Object::new()
        .with("error", Object::new().with("type", kinds))
        .with("status", Object::new().with("type", "integer"));
    let required = ["error", "status"].map(Json::from).to_vec();
    Object::new().with("type", "object").with("properties", members).with("required", required)
}

fn operation(method: &str, path: &str, control: Control) -> Object {
    let Described { summary, section, body, query } = described(control);
    let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name: &str, place: &str, required: bool| {
        let schema = Object::new().with("type", "string");
        Json::Object(
            Object::new()
                .with("name", name.to_owned())
                .with("in", place.to_owned())
                .with("required", required)
                .with("schema", schema),
        )
    };
    let mut parameters: Vec<Json> = in_path.map(|name| parameter(name, "path", true)).collect();
    parameters.extend(query.iter().map(|name| parameter(name, "query", false)));
    let id = format!("{}{}", method.to_lowercase(), path.replace(['/', '{', '}', '.'], "_"));
    let link = format!("docs/control.md#{section}");
    let mut operation = Object::new()
        .with("operationId", id)
        .with("summary", summary)
        .with("externalDocs", Object::new().with("url", link));
    if !parameters.is_empty() {
        operation.insert("parameters", parameters);
    }
    if let Some(text) = body {
        let content = object("application/json", Json::Object(Object::new()));
        operation.insert(
            "requestBody",
            Object::new().with("description", text).with("content", content),
        );
    }
    let kind = match control {
        Control::Page => "text/html",
        Control::Events => "text/event-stream",
        _ => "application/json",
    };
    let answer = |text: &str, kind: &str, schema: Object| {
        let content = object(kind, object("schema", Json::Object(schema)));
        Object::new().with("description", text.to_owned()).with("content", content)
    };
    let error = Object::new().with("$ref", "#/components/schemas/Error");
    operation.with(
        "responses",
        Object::new()
            .with("2XX", answer("It was done.", kind, Object::new()))
            .with("4XX", answer("It was not; the text says why.", "application/json", error)),
    )
}

/// What a control route does, where the page describes it, and what it takes.
struct Described {
    summary: &'static str,
    section: &'static str,
    body: Option<&'static str>,
    query: &'static [&'static str],
}

const fn of(section: &'static str, summary: &'static str) -> Described {
    Described { summary, section, body: None, query: &[] }
}

const fn taking(section: &'static str, summary: &'static str, body: &'static str) -> Described {
    Described { summary, section, body: Some(body), query: &[] }
}

/// The parameters of a listing of exchanges.
const LISTING: &[&str] = &[
    "operation",
    "method",
    "path",
    "status",
    "since",
    "until",
    "id",
    "by",
    "unmatched",
    "space",
    "after",
    "size",
    "order",
];

const fn described(control: Control) -> Described {
    let rules = "A rule as a text, or as an object, or an array of rules.";
    match control {
        Control::Health => of("who-may-use-it", "How the server is"),
        Control::Reset => of("who-may-use-it", "Put everything back to the start"),
        Control::OpenApi => of("who-may-use-it", "The Connector APIs in OpenAPI"),
        Control::Description => of("who-may-use-it", "The control routes in OpenAPI"),
        Control::StateGet => of("state", "All state as a document"),
        Control::StatePut => taking(
            "state",
            "Put a state in the place of all state",
            "The state, in JSON or YAML: `connectors`, `sync_jobs`, `secrets`, `indices` with their documents, aliases, mappings and settings, `ingest_pipelines`, users, clock.",
        ),
        Control::ClockGet => of("clock", "What the clock shows"),
        Control::ClockChange => taking(
            "clock",
            "Set, move, freeze or resume the clock",
            "One of `set`, `advance`, `freeze` and `resume`.",
        ),
        Control::SpaceList => of("spaces", "All spaces"),
        Control::SpacesDrop => of("spaces", "Drop all spaces but the first one"),
        Control::SpaceMake => taking(
            "spaces",
            "Make a space, empty or from a snapshot or another space",
            "`snapshot` or `space`, or nothing.",
        ),
        Control::SpaceGet => of("spaces", "One space"),
        Control::SpaceDrop => of("spaces", "Drop a space"),
        Control::WorkerGet => {
            of("worker", "The script of the worker, what it has done and what is due")
        }
        Control::WorkerPut => taking("worker", "Play the connector service", "The script."),
        Control::WorkerDrop => of("worker", "Stop playing the connector service"),
        Control::SnapshotList => of("snapshots", "All snapshots"),
        Control::SnapshotSave => of("snapshots", "Save the space under a name"),
        Control::SnapshotDrop => of("snapshots", "Drop a snapshot"),
        Control::SnapshotRestore => of("snapshots", "Make the space what it was when it was saved"),
        Control::FaultList => of("faults", "The rules in their order, with what each did"),
        Control::FaultsAdd => taking("faults", "Add rules behind those that are there", rules),
        Control::FaultsReplace => taking("faults", "Put rules in the place of all", rules),
        Control::FaultsDrop => of("faults", "Drop all rules"),
        Control::FaultDrop => of("faults", "Drop a rule"),
        Control::RequestList => Described { query: LISTING, ..of("journal", "What was received") },
        Control::RequestGet => of("journal", "One exchange, its bodies in full"),
        Control::RequestsClear => of("journal", "Forget what was received"),
        Control::Verify => taking(
            "verification",
            "Judge what was received by what is expected",
            "`expect`: an array of expectations.",
        ),
        Control::Events => {
            Described { query: &["after", "space"], ..of("events", "Exchanges as they come") }
        }
        Control::Page => of("page", "The page"),
        Control::Machines => of("page", "The two status machines"),
        Control::Documents => Described {
            query: &["status", "connector", "text", "size"],
            ..of("page", "What the page lists")
        },
        Control::Document => of("page", "What the page shows of a connector or job"),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_route_is_described_once_and_in_a_section_that_is_there() {
        let document = document(Version::NEWEST);
        let paths = document.get("paths").and_then(Json::as_object).unwrap();
        let operations: Vec<&Json> = paths
            .iter()
            .flat_map(|(_, operations)| operations.as_object().unwrap().iter())
            .map(|(_, operation)| operation)
            .collect();
        assert_eq!(operations.len(), ROUTES.len());
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/control.md");
        let page = fs::read_to_string(page).unwrap().to_lowercase();
        let text = |operation: &Json, path: &str| {
            operation.at(path).and_then(Json::as_str).unwrap().to_owned()
        };
        let mut ids: Vec<String> = Vec::new();
        for operation in operations {
            let link = text(operation, "externalDocs.url");
            let section = link.strip_prefix("docs/control.md#").unwrap().replace('-', " ");
            assert!(page.contains(&format!("\n## {section}\n")), "{section}");
            let id = text(operation, "operationId");
            assert!(!ids.contains(&id), "{id}");
            ids.push(id);
        }
    }
}
