//! One connection to a server in process, and its answers.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use flate2::read::{GzDecoder, ZlibDecoder};
use mock_server::MockServer;

use crate::request::Request;

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// Decompressed.
    pub(crate) body: Vec<u8>,
    /// How many bytes came.
    pub(crate) length: usize,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// How many bytes may be under way without an answer being read.
const MOST_UNDER_WAY: usize = 48 * 1024;

pub(crate) struct Client {
    connection: BufReader<TcpStream>,
}

/// An exchange that did not come to an answer.
#[derive(Debug)]
pub(crate) struct NoAnswer {
    /// The number of the request in its batch.
    pub(crate) number: usize,
    pub(crate) what: String,
}

impl Client {
    pub(crate) fn connect(server: &MockServer) -> Self {
        let stream = TcpStream::connect(server.address()).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self { connection: BufReader::new(stream) }
    }

    /// Sends the requests, several at a time, and reads their answers.
    pub(crate) fn exchange(&mut self, requests: &[Request]) -> Result<Vec<Answer>, NoAnswer> {
        let mut answers = Vec::with_capacity(requests.len());
        let mut waiting = requests.iter().map(Request::wire).peekable();
        while let Some(first) = waiting.next() {
            let mut bytes = first;
            let mut count = 1;
            while let Some(next) = waiting.next_if(|next| bytes.len() + next.len() < MOST_UNDER_WAY)
            {
                bytes.extend(next);
                count += 1;
            }
            let number = answers.len();
            self.connection
                .get_mut()
                .write_all(&bytes)
                .map_err(|error| NoAnswer { number, what: error.to_string() })?;
            for _ in 0..count {
                let number = answers.len();
                let answer = self.read(requests[number].method == "HEAD");
                answers.push(answer.map_err(|what| NoAnswer { number, what })?);
            }
        }
        Ok(answers)
    }

    pub(crate) fn send(&mut self, request: &Request) -> Answer {
        self.exchange(std::slice::from_ref(request)).unwrap().remove(0)
    }

    fn read(&mut self, is_head: bool) -> Result<Answer, String> {
        let line = self.line()?;
        let status = line
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3)?.parse().ok())
            .ok_or_else(|| format!("no status line: {line:?}"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").ok_or_else(|| format!("header {line:?}"))?;
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new(), length: 0 };
        let length = answer.header("content-length").ok_or("no content-length")?;
        let length: usize = length.parse().map_err(|_| format!("content-length {length:?}"))?;
        if is_head {
            return Ok(answer);
        }
        answer.length = length;
        let mut body = vec![0; length];
        self.connection.read_exact(&mut body).map_err(|error| error.to_string())?;
        answer.body = match answer.header("content-encoding") {
            None => body,
            Some("gzip") => inflate(GzDecoder::new(body.as_slice()))?,
            Some("deflate") => inflate(ZlibDecoder::new(body.as_slice()))?,
            Some(other) => return Err(format!("content-encoding {other:?}")),
        };
        Ok(answer)
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = Vec::new();
        self.connection.read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
        let line = line.strip_suffix(b"\r\n").ok_or("the connection was closed")?;
        Ok(line.iter().map(|byte| char::from(*byte)).collect())
    }
}

fn inflate(mut decoder: impl std::io::Read) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    decoder.read_to_end(&mut body).map_err(|error| error.to_string())?;
    Ok(body)
}
