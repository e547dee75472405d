//! A connection that is kept open: requests one after the other, as a client sends them.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A connection to a server.
#[derive(Debug)]
pub(super) struct Connection {
    address: String,
    stream: BufReader<TcpStream>,
}

/// An answer with status 200.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    /// From the first byte of the request to the last one of the answer.
    pub(super) took: Duration,
}

impl Connection {
    pub(super) fn open(url: &str) -> anyhow::Result<Self> {
        let address = url.strip_prefix("http://").with_context(|| format!("[{url}] is no URL"))?;
        let stream = TcpStream::connect(address).with_context(|| format!("no server at {url}"))?;
        stream.set_read_timeout(Some(PATIENCE)).context("cannot set a timeout")?;
        stream.set_nodelay(true).context("cannot set an option of a connection")?;
        Ok(Self { address: address.to_owned(), stream: BufReader::new(stream) })
    }

    /// Sends a request; an answer with another status than 200 is an error.
    pub(super) fn send(
        &mut self,
        method: &str,
        path: &str,
        media_type: &str,
        body: &[u8],
    ) -> anyhow::Result<Answer> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let begun = Instant::now();
        let stream = self.stream.get_mut();
        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        sent.with_context(|| format!("cannot send {method} {path}"))?;
        let (status, body) =
            self.answer().with_context(|| format!("no answer to {method} {path}"))?;
        let took = begun.elapsed();
        ensure!(
            status == 200,
            "{method} {path} was answered with {status}: {}",
            String::from_utf8_lossy(body.get(..1000).unwrap_or(&body))
        );
        Ok(Answer { body, took })
    }

    fn answer(&mut self) -> anyhow::Result<(u16, Vec<u8>)> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.with_context(|| format!("[{first}] has no status"))?;
        let mut length = None;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
        let length: usize = length.context("the answer does not say how long it is")?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).context("the answer broke off")?;
        Ok((status, body))
    }

    /// A line without its end.
    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).context("cannot read")? == 0 {
            bail!("the connection was closed");
        }
        Ok(line.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    #[test]
    fn answers_come_one_after_the_other_over_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream
                .write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 409 Conflict\r\ncontent-length: 3\r\n\r\nno!",
                )
                .unwrap();
            let mut sent = Vec::new();
            stream.read_to_end(&mut sent).unwrap();
            String::from_utf8(sent).unwrap()
        });
        let mut connection = Connection::open(&url).unwrap();
        assert_eq!(connection.send("PUT", "/_bulk", "a/b", b"x\n").unwrap().body, b"{}");
        let error = connection.send("GET", "/", "a/b", b"").unwrap_err();
        assert_eq!(error.to_string(), "GET / was answered with 409: no!");
        drop(connection);
        let sent = server.join().unwrap();
        assert!(sent.starts_with("PUT /_bulk HTTP/1.1\r\nhost: 127.0.0.1:"), "{sent}");
        assert!(sent.contains("content-type: a/b\r\ncontent-length: 2\r\n\r\nx\nGET / "), "{sent}");
    }
}
