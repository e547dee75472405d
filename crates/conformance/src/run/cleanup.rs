//! Takes away what a case has made. The server's answers are not judged here.

use super::session::Created;
use crate::{client::Client, exchange::Request};

/// Whether the sync jobs of a connector go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Jobs {
    Too,
    Stay,
}

impl Request {
    /// A request without headers and body.
    pub(crate) fn plain(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }
}

/// Whether the server has the connector, perhaps marked as deleted.
pub(super) async fn exists(client: &Client, id: &str) -> bool {
    let all = status(client, "GET", &format!("/_connector/{id}?include_deleted=true")).await;
    match all {
        // The parameter is younger than the operation.
        Some(400) => status(client, "GET", &format!("/_connector/{id}")).await == Some(200),
        other => other == Some(200),
    }
}

/// Deletes the connector for good. Gives the status, if there was an answer.
pub(super) async fn delete_connector(client: &Client, id: &str, jobs: Jobs) -> Option<u16> {
    let with_jobs = if jobs == Jobs::Too { "&delete_sync_jobs=true" } else { "" };
    let target = format!("/_connector/{id}?hard=true{with_jobs}");
    match status(client, "DELETE", &target).await {
        // The parameters are younger than the operation, which was always final then.
        Some(400) => status(client, "DELETE", &format!("/_connector/{id}")).await,
        other => other,
    }
}

/// Deletes the secret. Gives the status, if there was an answer.
pub(super) async fn delete_secret(client: &Client, id: &str) -> Option<u16> {
    status(client, "DELETE", &format!("/_connector/_secret/{id}")).await
}

/// Deletes what a case has made; what stays is added to `left_behind`.
pub(super) async fn clean_up(client: &Client, created: &Created, left_behind: &mut Vec<String>) {
    for id in &created.sync_jobs {
        let target = format!("/_connector/_sync_job/{id}");
        let status = status(client, "DELETE", &target).await;
        note("sync job", id, status, left_behind);
    }
    for id in &created.connectors {
        let status = delete_connector(client, id, Jobs::Stay).await;
        note("connector", id, status, left_behind);
    }
    for id in &created.secrets {
        let status = delete_secret(client, id).await;
        note("secret", id, status, left_behind);
    }
}

fn note(what: &str, id: &str, status: Option<u16>, left_behind: &mut Vec<String>) {
    match status {
        Some(200 | 404) => {}
        Some(other) => left_behind.push(format!("{what} [{id}]: DELETE answered {other}")),
        None => left_behind.push(format!("{what} [{id}]: DELETE got no answer")),
    }
}

async fn status(client: &Client, method: &str, target: &str) -> Option<u16> {
    client.send(&Request::plain(method, target)).await.ok().map(|answer| answer.status)
}
