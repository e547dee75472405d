//! The facts of `fixtures/`: what the documentation says of an endpoint, and its example requests.
//!
//! The shapes of the files and nothing else: not how the facts are taken out of the documents, nor
//! what a server has to do about them.

use api_types::{
    endpoint::{Endpoint, Method, Operation},
    json::Json,
};
use serde::{Deserialize, Deserializer, Serialize};

/// What one documentation page says of its endpoint: `fixtures/endpoints/<operation>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointFixture {
    /// The operation, by its dotted name.
    #[serde(with = "operation_name")]
    pub operation: Operation,
    /// The document, `cancel-connector-sync-job-api.asciidoc`.
    pub page: String,
    /// How many lines the page has; every line number below counts these.
    pub line_count: usize,
    /// The title of the page.
    pub title: String,
    /// Where the title is.
    pub title_line: usize,
    /// How settled the page says the endpoint is.
    pub stability: StabilityMarker,
    /// Where it says so.
    pub stability_line: usize,
    /// The method.
    #[serde(with = "method_name")]
    pub method: Method,
    /// The path as in the endpoint table: slash in front, `{name}`, no slash at the end.
    pub path: String,
    /// The path exactly as the page writes it.
    pub documented_path: String,
    /// Where the page gives method and path.
    pub request_line: usize,
    /// The parameters of the path.
    pub path_params: Vec<Field>,
    /// The members of the request's body.
    pub body_fields: Vec<Field>,
    /// The members of the response's body.
    pub response_fields: Vec<ResponseField>,
    /// The statuses of the response.
    pub statuses: Vec<DocumentedStatus>,
    /// The names of the page's example fixtures.
    pub examples: Vec<String>,
}

/// The marker of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StabilityMarker {
    /// `preview::[]`
    Preview,
    /// `beta::[]`
    Beta,
}

/// A path parameter or a member of a request's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The name.
    pub name: String,
    /// Whether the page calls it required.
    pub required: bool,
    /// The type as the page calls it, `string`.
    #[serde(rename = "type")]
    pub value_type: String,
    /// Where the name is.
    pub line: usize,
}

/// A member of a response's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseField {
    /// The name.
    pub name: String,
    /// The type as the page calls it, `string`.
    #[serde(rename = "type")]
    pub value_type: String,
    /// Where the name is.
    pub line: usize,
}

/// A status that the page lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentedStatus {
    /// The number.
    pub status: u16,
    /// What the page puts in parentheses behind the number, `Missing resources`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the status is.
    pub line: usize,
}

/// One example request, with its response if it has one:
/// `fixtures/examples/<operation>/<name>.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFixture {
    /// The name, unique within the operation.
    pub name: String,
    /// The operation that the example illustrates. A setup or teardown may call another one:
    /// [`ExampleRequest::endpoint`].
    #[serde(with = "operation_name")]
    pub operation: Operation,
    /// What the request is there for.
    pub kind: ExampleKind,
    /// The request.
    pub request: ExampleRequest,
    /// The response, if the documents give one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<ExampleResponse>,
    /// Where it is from.
    pub provenance: Provenance,
}

/// What an example request is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExampleKind {
    /// It is the example.
    Example,
    /// It has to be sent before the examples of its page.
    Setup,
    /// It has to be sent after the examples of its page.
    Teardown,
}

/// A request as the documents write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleRequest {
    /// The method.
    #[serde(with = "method_name")]
    pub method: Method,
    /// The path, with a slash in front, without query; nothing is decoded.
    pub path: String,
    /// The parameters behind the `?` in order, `null` if there is no `?`; nothing is decoded.
    pub query: Option<Vec<QueryPair>>,
    /// The path has a parameter joined on with `&` instead of `?`, so that it is part of the path.
    #[serde(default, skip_serializing_if = "is_false")]
    pub malformed_query: bool,
    /// The body, if there is one; `null` is one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_even_if_null"
    )]
    pub body: Option<Json>,
}

impl ExampleRequest {
    /// The row of the endpoint table that the request calls.
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static Endpoint> {
        Endpoint::find(self.method, &self.path)
    }
}

/// A parameter of a query string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryPair {
    /// The name.
    pub name: String,
    /// The text behind the `=`, `null` if there is no `=`.
    pub value: Option<String>,
}

/// A response as the documents write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleResponse {
    /// The status, if the document gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The body.
    pub body: Json,
}

/// Where an example is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The document of the request.
    pub document: String,
    /// Where the method is.
    pub line: usize,
    /// The page and line that an example file says it was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Where the response is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Source>,
    /// Why the documents do not run this example as a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

/// Where a response is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The document.
    pub document: String,
    /// Where the body starts.
    pub line: usize,
    /// The page and line that an example file says it was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// The short names of operations on documents; those of connectors have the plain ones.
const DOCUMENTS: [(&str, &str); 32] = [
    ("update", "document_update"),
    ("get", "document_get"),
    ("exists", "document_exists"),
    ("index", "document_index"),
    ("create", "document_create"),
    ("delete", "document_delete"),
    ("get_source", "document_get_source"),
    ("exists_source", "document_exists_source"),
    ("indices.create", "indices_create"),
    ("indices.get", "indices_get"),
    ("indices.exists", "indices_exists"),
    ("indices.delete", "indices_delete"),
    ("indices.refresh", "indices_refresh"),
    ("indices.get_alias", "indices_get_alias"),
    ("indices.exists_alias", "indices_exists_alias"),
    ("indices.put_alias", "indices_put_alias"),
    ("indices.delete_alias", "indices_delete_alias"),
    ("indices.update_aliases", "indices_update_aliases"),
    ("indices.get_mapping", "indices_get_mapping"),
    ("indices.put_mapping", "indices_put_mapping"),
    ("indices.get_settings", "indices_get_settings"),
    ("indices.stats", "indices_stats"),
    ("ingest.put_pipeline", "ingest_put_pipeline"),
    ("ingest.get_pipeline", "ingest_get_pipeline"),
    ("ingest.delete_pipeline", "ingest_delete_pipeline"),
    ("license.get", "license_get"),
    ("license.get_basic_status", "license_get_basic_status"),
    ("license.get_trial_status", "license_get_trial_status"),
    ("license.post_start_basic", "license_post_start_basic"),
    ("license.post_start_trial", "license_post_start_trial"),
    ("cluster.health", "cluster_health"),
    ("nodes.info", "nodes_info"),
];

/// The operation's name without `connector.`, as in the names of files and directories.
#[must_use]
pub fn short_name(operation: Operation) -> &'static str {
    let name = operation.name();
    let of_documents = || DOCUMENTS.into_iter().find(|(own, _)| *own == name);
    let short = name.strip_prefix("connector.");
    short.or_else(|| of_documents().map(|(_, short)| short)).unwrap_or(name)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Tells a body `null` from no body.
fn present_even_if_null<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

mod operation_name {
    use api_types::endpoint::Operation;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(
        operation: &Operation,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(operation.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Operation, D::Error> {
        let name = String::deserialize(deserializer)?;
        Operation::from_name(&name)
            .ok_or_else(|| D::Error::custom(format!("[{name}] is no operation of the table")))
    }
}

mod method_name {
    use api_types::endpoint::Method;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(
        method: &Method,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(method.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Method, D::Error> {
        let name = String::deserialize(deserializer)?;
        Method::from_name(&name).ok_or_else(|| D::Error::custom(format!("[{name}] is no method")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_kept(text: &str) {
        let fixture: ExampleFixture = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&fixture).unwrap(), text);
    }

    fn example(request_rest: &str) -> String {
        format!(
            r#"{{"name":"docs-1","operation":"connector.get","kind":"example","request":{{"method":"GET","path":"/_connector/c","query":null{request_rest}}},"provenance":{{"document":"d","line":1}}}}"#
        )
    }

    #[test]
    fn a_body_null_is_not_the_same_as_no_body() {
        check_kept(&example(""));
        check_kept(&example(r#","body":null"#));
        check_kept(&example(r#","malformed_query":true,"body":{"z":1,"a":[1.5]}"#));
    }

    #[test]
    fn an_unknown_operation_method_or_member_is_refused() {
        let refused = |text: &str| serde_json::from_str::<ExampleFixture>(text).unwrap_err();
        let unknown = example("").replace("connector.get", "connector.gte");
        assert!(refused(&unknown).to_string().starts_with("[connector.gte] is no operation"));
        let unknown = example("").replace("GET", "FETCH");
        assert!(refused(&unknown).to_string().starts_with("[FETCH] is no method"));
        assert!(refused(&example(r#","bodi":1"#)).to_string().starts_with("unknown field `bodi`"));
    }

    #[test]
    fn a_request_knows_its_row_of_the_table() {
        let fixture: ExampleFixture = serde_json::from_str(&example("")).unwrap();
        let row = fixture.request.endpoint().unwrap();
        assert_eq!((row.operation, short_name(row.operation)), (Operation::Get, "get"));
    }
}
