//! One request to a server on this machine, in the simplest way that there is.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context as _, ensure};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: String,
}

/// Sends a request over a connection of its own.
pub(crate) fn exchange(
    url: &str,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> anyhow::Result<Answer> {
    let address = url.strip_prefix("http://").with_context(|| format!("[{url}] is no URL"))?;
    let about = || format!("{method} {url}{path}");
    let mut stream = TcpStream::connect(address).with_context(about)?;
    stream.set_read_timeout(Some(PATIENCE)).with_context(about)?;
    stream.write_all(request(address, method, path, body).as_bytes()).with_context(about)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).with_context(about)?;
    parse(&String::from_utf8_lossy(&bytes)).with_context(about)
}

/// Sends a request; an answer with another status than `status` is an error.
pub(crate) fn expect(
    status: u16,
    url: &str,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> anyhow::Result<String> {
    let answer = exchange(url, method, path, body)?;
    ensure!(
        answer.status == status,
        "{method} {path}: expected {status}, the answer is {}: {}",
        answer.status,
        answer.body
    );
    Ok(answer.body)
}

fn request(address: &str, method: &str, path: &str, body: Option<&str>) -> String {
    let of_body = body.map_or_else(String::new, |body| {
        format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
    });
    let body = body.unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{of_body}\r\n{body}"
    )
}

fn parse(text: &str) -> anyhow::Result<Answer> {
    let (head, body) = text.split_once("\r\n\r\n").context("no whole answer came")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Answer { status: status.context("the answer has no status")?, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        let answer = parse("HTTP/1.1 201 Created\r\na: b\r\n\r\n{}\r\n\r\n").unwrap();
        assert_eq!(answer, Answer { status: 201, body: "{}\r\n\r\n".to_owned() });
        assert!(parse("HTTP/1.1 200 OK\r\n").is_err());
        assert!(parse("nothing\r\n\r\n").is_err());
    }

    #[test]
    fn a_request_with_a_body_says_how_long_it_is() {
        let head = "PUT /a HTTP/1.1\r\nhost: h:1\r\nconnection: close\r\n";
        assert_eq!(request("h:1", "PUT", "/a", None), format!("{head}\r\n"));
        let fields = "content-type: application/json\r\ncontent-length: 2\r\n";
        assert_eq!(request("h:1", "PUT", "/a", Some("{}")), format!("{head}{fields}\r\n{{}}"));
    }
}
