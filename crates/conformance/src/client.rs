//! Sends one request and brings back one answer: no redirects, no decoding, no second try.

use std::{io, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{
    exchange::{Answer, Request},
    target::{BaseUrl, Credentials},
};

/// Sends requests to one server, each over a connection of its own.
#[derive(Clone, Debug)]
pub struct Client {
    url: BaseUrl,
    credentials: Credentials,
    timeout: Duration,
}

/// Why there is no answer to judge.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nothing listens there.
    #[error("no server answers at {url}: {cause}")]
    Connect {
        /// The server.
        url: BaseUrl,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The answer took too long.
    #[error("no answer within {} s", .0.as_secs_f64())]
    Timeout(Duration),
    /// What came is not HTTP, or it broke off.
    #[error("the answer is no valid HTTP: {0}")]
    NotHttp(#[source] hyper::Error),
    /// The request cannot be put into HTTP.
    #[error("the request cannot be sent: {0}")]
    Request(#[source] http::Error),
}

impl Client {
    /// A client of the server.
    #[must_use]
    pub const fn new(url: BaseUrl, credentials: Credentials, timeout: Duration) -> Self {
        Self { url, credentials, timeout }
    }

    /// The server.
    #[must_use]
    pub const fn url(&self) -> &BaseUrl {
        &self.url
    }

    /// Who asks.
    #[must_use]
    pub const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Sends the request and waits for the whole answer.
    ///
    /// # Errors
    /// If there is no answer, or none that is HTTP.
    pub async fn send(&self, request: &Request) -> Result<Answer, ClientError> {
        let sent = self.build(request).map_err(ClientError::Request)?;
        tokio::time::timeout(self.timeout, self.exchange(sent))
            .await
            .map_err(|_| ClientError::Timeout(self.timeout))?
    }

    fn build(&self, request: &Request) -> Result<http::Request<Full<Bytes>>, http::Error> {
        let target: Uri = format!("{}{}", self.url.path(), request.target).parse()?;
        let method = Method::from_bytes(request.method.as_bytes())?;
        let body = request.body.clone().map(Bytes::from).unwrap_or_default();
        let mut built =
            http::Request::builder().method(method).uri(target).body(Full::new(body))?;
        let headers = built.headers_mut();
        headers.insert(header::HOST, HeaderValue::from_str(&self.url.authority())?);
        for (name, value) in &request.headers {
            let name = HeaderName::from_bytes(name.as_bytes())?;
            headers.append(name, HeaderValue::from_str(value)?);
        }
        if let Some(credentials) = self.credentials.header() {
            headers.entry(header::AUTHORIZATION).or_insert(credentials);
        }
        Ok(built)
    }

    async fn exchange(&self, request: http::Request<Full<Bytes>>) -> Result<Answer, ClientError> {
        let stream = TcpStream::connect(self.url.endpoint())
            .await
            .map_err(|cause| ClientError::Connect { url: self.url.clone(), cause })?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(ClientError::NotHttp)?;
        let driver = tokio::spawn(connection);
        let answer = receive(&mut sender, request).await;
        driver.abort();
        answer
    }
}

async fn receive(
    sender: &mut http1::SendRequest<Full<Bytes>>,
    request: http::Request<Full<Bytes>>,
) -> Result<Answer, ClientError> {
    let response = sender.send_request(request).await.map_err(ClientError::NotHttp)?;
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(ClientError::NotHttp)?.to_bytes().to_vec();
    let headers = head.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(Answer { status: head.status.as_u16(), headers: headers.collect(), body })
}
