//! The examples of the documentation: bodies of requests and of answers.

use crate::{
    endpoint::{Endpoint, Method},
    json::{Json, Object},
};

/// Names fixtures and takes them in.
macro_rules! fixtures {
    ($($name:literal,)+) => {
        [$(($name, include_str!(concat!("../../../../fixtures/examples/", $name, ".json"))),)+]
    };
}

/// The examples with a body, of the request or of the answer. Those that a page shares with the
/// reference are here once, by the reference's name.
static EXAMPLES: [(&str, &str); 25] = fixtures![
    "check_in/ConnectorCheckInExample1",
    "delete/ConnectorDeleteExample1",
    "last_sync/ConnectorUpdateLastSyncRequestExample1",
    "put/ConnectorPutRequestExample1",
    "put/ConnectorPutRequestExample2",
    "sync_job_claim/ConnectorSyncJobClaimExample1",
    "sync_job_delete/ConnectorSyncJobDeleteExample1",
    "sync_job_error/SyncJobErrorRequestExample1",
    "sync_job_post/SyncJobPostRequestExample1",
    "sync_job_update_stats/ConnectorSyncJobUpdateStatsExample1",
    "update_api_key_id/ConnectorUpdateApiKeyIDRequestExample1",
    "update_configuration/ConnectorUpdateConfigurationRequestExample1",
    "update_configuration/ConnectorUpdateConfigurationRequestExample2",
    "update_error/ConnectorUpdateErrorRequestExample1",
    "update_features/ConnectorUpdateFeaturesRequestExample1",
    "update_features/ConnectorUpdateFeaturesRequestExample2",
    "update_filtering/ConnectorUpdateFilteringRequestExample1",
    "update_filtering/ConnectorUpdateFilteringRequestExample2",
    "update_index_name/ConnectorUpdateIndexNameRequestExample1",
    "update_name/ConnectorUpdateNameRequestExample1",
    "update_pipeline/ConnectorUpdatePipelineRequestExample1",
    "update_scheduling/ConnectorUpdateSchedulingRequestExample1",
    "update_scheduling/ConnectorUpdateSchedulingRequestExample2",
    "update_service_type/ConnectorUpdateServiceTypeRequestExample1",
    "update_status/ConnectorUpdateStatusRequestExample1",
];

/// The examples of a row, by name.
fn of(row: &'static Endpoint) -> impl Iterator<Item = (&'static str, Json)> {
    EXAMPLES.iter().filter_map(move |(name, text)| {
        let example = Json::parse(text.as_bytes()).ok()?;
        let request = |member: &str| example.at(member).and_then(Json::as_str);
        let method = Method::from_name(request("request.method")?)?;
        let called = Endpoint::find(method, request("request.path")?)?;
        let is_own = (called.method, called.path) == (row.method, row.path);
        is_own.then(|| (name.rsplit('/').next().unwrap_or(name), example))
    })
}

fn by_name<'e>(bodies: impl Iterator<Item = (&'e str, Json)>) -> Object {
    bodies
        .map(|(name, body)| (name.to_owned(), Json::from(Object::new().with("value", body))))
        .collect()
}

/// Bodies of requests, by the examples' names.
pub(super) fn requests(row: &'static Endpoint) -> Object {
    by_name(of(row).filter_map(|(name, example)| Some((name, example.at("request.body")?.clone()))))
}

/// Bodies of answers with that status, by the examples' names. The documents seldom give the
/// status: what was created is a 201, anything else a 200.
pub(super) fn answers(row: &'static Endpoint, status: u16) -> Object {
    let bodies = of(row).filter_map(|(name, example)| {
        let body = example.at("response.body")?.clone();
        let is_created = body.get("result").and_then(Json::as_str) == Some("created");
        let own = if is_created { 201 } else { 200 };
        (own == status).then_some((name, body))
    });
    by_name(bodies)
}
