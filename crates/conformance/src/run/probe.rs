//! The first requests to a server: whether it answers, which version it is, whether it is a mock.

use api_types::{Version, json::Json};

use crate::{
    client::{Client, ClientError},
    exchange::{Answer, Request},
    outcome::ServerInfo,
    target::BaseUrl,
};

/// Why nothing can be played.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Nothing listens.
    #[error(
        "no server answers at {url} ({cause}); start one with `cargo run -p mock-server` or give another --url"
    )]
    NoServer {
        /// The server.
        url: BaseUrl,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// Something listens, but it does not speak HTTP.
    #[error("{url} gives no answer to judge: {cause}")]
    NoAnswer {
        /// The server.
        url: BaseUrl,
        /// What happened.
        #[source]
        cause: ClientError,
    },
    /// The server wants to know who asks.
    #[error("{url} asks for credentials; give --user USER:PASSWORD or --api-key KEY")]
    Credentials {
        /// The server.
        url: BaseUrl,
    },
}

/// A server that answers.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) info: ServerInfo,
    /// The version, if it is one that the table of operations knows.
    pub(super) version: Option<Version>,
}

/// Asks a server what it is.
///
/// # Errors
/// If it does not answer.
pub async fn what_is(client: &Client) -> Result<ServerInfo, ProbeError> {
    ask(client).await.map(|server| server.info)
}

/// Asks the server what it is.
pub(super) async fn ask(client: &Client) -> Result<Server, ProbeError> {
    let root = get(client, "/").await?;
    if root.status == 401 {
        return Err(ProbeError::Credentials { url: client.url().clone() });
    }
    let health = get(client, "/_mock/health").await?;
    let version = Json::parse(&root.body)
        .ok()
        .and_then(|body| body.at("version.number").and_then(Json::as_str).map(str::to_owned));
    let info = ServerInfo { version, is_mock: is_healthy_mock(&health) };
    Ok(Server { version: info.number(), info })
}

/// Elasticsearch would take the path for an index and a document type, and answer 400.
fn is_healthy_mock(health: &Answer) -> bool {
    health.status == 200
        && Json::parse(&health.body).is_ok_and(|body| body.get("es_version").is_some())
}

async fn get(client: &Client, path: &str) -> Result<Answer, ProbeError> {
    client.send(&Request::plain("GET", path)).await.map_err(|error| match error {
        ClientError::Connect { url, cause } => ProbeError::NoServer { url, cause },
        cause @ (ClientError::Timeout(_) | ClientError::NotHttp(_) | ClientError::Request(_)) => {
            ProbeError::NoAnswer { url: client.url().clone(), cause }
        }
    })
}
