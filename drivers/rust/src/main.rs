//! Drives elasticsearch-rs for connector-conformance.
//!
//! One JSON object a line comes in, one goes out; docs/driver-protocol.md says which.

use std::time::Duration;

use elasticsearch::{
    Error,
    connector::*,
    http::{headers::DEFAULT_USER_AGENT, response::Response, transport::*},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, stdin};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut lines = BufReader::new(stdin()).lines();
    let start: Value = serde_json::from_str(&lines.next_line().await?.unwrap_or_default())?;
    let nodes = SingleNodeConnectionPool::new(start["url"].as_str().unwrap_or_default().parse()?);
    let timeout = Duration::from_millis(start["timeout_ms"].as_u64().unwrap_or_default());
    let transport = TransportBuilder::new(nodes).timeout(timeout).build()?;
    let client = Connector::new(&transport);
    let (name, version) = DEFAULT_USER_AGENT.split_once('/').unwrap_or_default();
    let about = json!({"name": name, "version": version, "language": "Rust"});
    println!("{}", json!({"type": "ready", "protocol": 1, "client": about}));
    while let Some(line) = lines.next_line().await? {
        let line: Value = serde_json::from_str(&line)?;
        let mut reply = match call(&client, &line).await {
            Ok(called) => outcome(called).await,
            Err(reason) => json!({"type": "unsupported", "reason": reason}),
        };
        reply["id"] = line["id"].clone();
        println!("{reply}");
    }
    Ok(())
}

/// Makes of each line an arm of `call`: a method with its path, whether it takes a body, and the
/// parameters of its query, those with one value and then the lists.
macro_rules! methods {
    ($id:ident: $(
        $method:ident($($path:expr)?) $($body:ident)? [$($single:ident)*] [$($list:ident)*]
    )*) => {
        /// Calls the client, or says what it does not have.
        async fn call(client: &Connector<'_>, line: &Value) -> Result<Result<Response, Error>, String> {
            let operation = line["operation"].as_str().unwrap_or_default();
            // No path of these methods has two parameters.
            let path = line["path"].as_object().and_then(|path| path.values().next());
            let $id = path.and_then(Value::as_str).unwrap_or_default();
            let query = line["query"].as_object().into_iter().flatten();
            let query: Vec<_> = query.map(|(name, value)| (name.as_str(), value, texts(value))).collect();
            match operation {
                $(concat!("connector.", stringify!($method)) => {
                    let mut request = client.$method($($path)?);
                    for (name, value, texts) in &query {
                        request = match *name {
                            "error_trace" => request.error_trace(typed(name, value)?),
                            "filter_path" => request.filter_path(texts),
                            "human" => request.human(typed(name, value)?),
                            "pretty" => request.pretty(typed(name, value)?),
                            $(stringify!($single) => request.$single(typed(name, value)?),)*
                            $(stringify!($list) => request.$list(texts),)*
                            _ => return Err(format!("{operation} has no parameter {name}")),
                        };
                    }
                    $(if let Some(body) = line.get("body") {
                        return Ok(request.$body(body).send().await);
                    })?
                    Ok(request.send().await)
                })*
                _ => Err(format!("there is no method {operation}")),
            }
        }
    };
}

methods! {
    id:
    check_in(ConnectorCheckInParts::ConnectorId(id)) body [] []
    delete(ConnectorDeleteParts::ConnectorId(id)) [delete_sync_jobs hard] []
    get(ConnectorGetParts::ConnectorId(id)) [include_deleted] []
    last_sync(ConnectorLastSyncParts::ConnectorId(id)) body [] []
    list() [from include_deleted query size] [connector_name index_name service_type]
    post() body [] []
    put(if id.is_empty() { ConnectorPutParts::None } else { ConnectorPutParts::ConnectorId(id) }) body [] []
    secret_delete(ConnectorSecretDeleteParts::Id(id)) [] []
    secret_get(ConnectorSecretGetParts::Id(id)) [] []
    secret_post() body [] []
    secret_put(ConnectorSecretPutParts::Id(id)) body [] []
    sync_job_cancel(ConnectorSyncJobCancelParts::ConnectorSyncJobId(id)) body [] []
    sync_job_check_in(ConnectorSyncJobCheckInParts::ConnectorSyncJobId(id)) body [] []
    sync_job_claim(ConnectorSyncJobClaimParts::ConnectorSyncJobId(id)) body [] []
    sync_job_delete(ConnectorSyncJobDeleteParts::ConnectorSyncJobId(id)) [] []
    sync_job_error(ConnectorSyncJobErrorParts::ConnectorSyncJobId(id)) body [] []
    sync_job_get(ConnectorSyncJobGetParts::ConnectorSyncJobId(id)) [] []
    sync_job_list() [connector_id from size status] [job_type]
    sync_job_post() body [] []
    sync_job_update_stats(ConnectorSyncJobUpdateStatsParts::ConnectorSyncJobId(id)) body [] []
    update_active_filtering(ConnectorUpdateActiveFilteringParts::ConnectorId(id)) body [] []
    update_api_key_id(ConnectorUpdateApiKeyIdParts::ConnectorId(id)) body [] []
    update_configuration(ConnectorUpdateConfigurationParts::ConnectorId(id)) body [] []
    update_error(ConnectorUpdateErrorParts::ConnectorId(id)) body [] []
    update_features(ConnectorUpdateFeaturesParts::ConnectorId(id)) body [] []
    update_filtering(ConnectorUpdateFilteringParts::ConnectorId(id)) body [] []
    update_filtering_validation(ConnectorUpdateFilteringValidationParts::ConnectorId(id)) body [] []
    update_index_name(ConnectorUpdateIndexNameParts::ConnectorId(id)) body [] []
    update_name(ConnectorUpdateNameParts::ConnectorId(id)) body [] []
    update_native(ConnectorUpdateNativeParts::ConnectorId(id)) body [] []
    update_pipeline(ConnectorUpdatePipelineParts::ConnectorId(id)) body [] []
    update_scheduling(ConnectorUpdateSchedulingParts::ConnectorId(id)) body [] []
    update_service_type(ConnectorUpdateServiceTypeParts::ConnectorId(id)) body [] []
    update_status(ConnectorUpdateStatusParts::ConnectorId(id)) body [] []
}

/// A parameter as the type that the client wants it in.
fn typed<'a, T: Deserialize<'a>>(name: &str, value: &'a Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| format!("the parameter {name}: {error}"))
}

/// The texts of a list.
fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What came of a call. The client leaves it to its user to ask whether the answer is an error.
async fn outcome(called: Result<Response, Error>) -> Value {
    match called {
        Err(error) => raised(&error, None),
        Ok(response) => match response.error_for_status_code_ref() {
            Err(error) => raised(&error, response.json().await.ok()),
            Ok(_) => match response.json::<Value>().await {
                Err(error) => raised(&error, None),
                Ok(body) => json!({"type": "returned", "body": body}),
            },
        },
    }
}

fn raised(error: &Error, body: Option<Value>) -> Value {
    let mut about = json!({"class": "elasticsearch::Error", "message": error.to_string()});
    if let Some(status) = error.status_code() {
        about["status"] = status.as_u16().into();
    }
    if let Some(body) = body {
        about["body"] = body;
    }
    json!({"type": "raised", "error": about})
}
