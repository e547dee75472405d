//! The first requests to a server: whether it answers, which version it is, whether it is a mock.

use api_types::{Version, json::Json};

use crate::{
    client::{Client, ClientError},
    exchange::{Answer, Request},
    outcome::ServerInfo,
    target::{BaseUrl, Credentials},
};

/// Why nothing can be played.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Nothing listens.
    #[error(
        "no server answers at {url} ({cause}); start one with connector-mock or give another --url"
    )]
    NoServer {
        /// The server.
        url: BaseUrl,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// Something listens, but it does not speak HTTP.
    #[error("{url} gives no answer to judge: {cause}{}", advice(cause))]
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
    /// The server does not take the credentials.
    #[error("{url} refuses the credentials of {why}")]
    Refused {
        /// The server.
        url: BaseUrl,
        /// The option that they were given with, and what the server says.
        why: String,
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
        return Err(unauthorized(client, &root));
    }
    let health = get(client, "/_mock/health").await?;
    let version = Json::parse(&root.body)
        .ok()
        .and_then(|body| body.at("version.number").and_then(Json::as_str).map(str::to_owned));
    let info = ServerInfo { version, is_mock: is_healthy_mock(&health) };
    Ok(Server { version: info.number(), info })
}

/// What to do about a server that ends the connection without an answer, as one that speaks TLS.
const fn advice(cause: &ClientError) -> &'static str {
    match cause {
        ClientError::NotHttp(_) => {
            "; if it speaks https, reach it over http, through a proxy that ends TLS"
        }
        ClientError::Connect { .. } | ClientError::Timeout(_) | ClientError::Request(_) => "",
    }
}

/// The server wants credentials, or others than those that it got.
fn unauthorized(client: &Client, answer: &Answer) -> ProbeError {
    let url = client.url().clone();
    let option = match client.credentials() {
        Credentials::None => return ProbeError::Credentials { url },
        Credentials::User(_) => "--user",
        Credentials::ApiKey(_) => "--api-key",
    };
    let reason = Json::parse(&answer.body)
        .ok()
        .and_then(|body| body.at("error.reason").and_then(Json::as_str).map(str::to_owned));
    let reason = reason.unwrap_or_else(|| "401".to_owned());
    ProbeError::Refused { url, why: format!("{option}: {reason}") }
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
