//! HTTP/1.1 messages, read from a stream of bytes that others own.

use std::mem;

/// The head of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The first line.
    pub start: StartLine,
    /// The headers in order, spelled as they were sent.
    pub headers: Vec<(String, String)>,
}

/// The first line of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartLine {
    /// `GET /path HTTP/1.1`
    Request {
        /// The method.
        method: String,
        /// Path and query, as they were sent.
        target: String,
    },
    /// `HTTP/1.1 200 OK`
    Answer {
        /// The status.
        status: u16,
    },
}

/// A whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The head.
    pub head: Head,
    /// The body; if it came in chunks, they are put together.
    pub body: Vec<u8>,
    /// Every byte of the message as it was sent.
    pub raw: Vec<u8>,
}

/// Bytes that are no HTTP/1.1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The head.
    #[error("the head is no HTTP/1.1: {0}")]
    Head(String),
    /// The length of the body.
    #[error("the length of the body is [{0}]")]
    Length(String),
    /// A chunk of the body.
    #[error("a chunk of the body does not begin with its length but with [{0}]")]
    Chunk(String),
    /// The connection ended inside the message.
    #[error("the connection ended inside the message, after {0} bytes")]
    Truncated(usize),
}

impl Head {
    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the connection is to end after the message.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// What a reader reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Requests,
    /// Answers need the method of their request: the answer to HEAD has no body.
    Answers,
}

/// Reads messages from bytes as they come.
#[derive(Debug)]
pub(crate) struct MessageReader {
    side: Side,
    bytes: Vec<u8>,
    stage: Stage,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Head,
    /// The body begins at `begin` and has this length.
    Length { head: Head, begin: usize, length: usize },
    /// Chunks; the next one begins at `next`.
    Chunks { head: Head, next: usize, body: Vec<u8> },
    /// The body lasts until the connection ends.
    UntilEnd { head: Head, begin: usize },
}

const MAX_HEADERS: usize = 200;

impl MessageReader {
    pub(crate) const fn new(side: Side) -> Self {
        Self { side, bytes: Vec::new(), stage: Stage::Head }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether a message has begun and is not whole yet.
    pub(crate) fn is_inside(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// The next whole message, if it is there. `method` is that of the request which an answer
    /// belongs to.
    pub(crate) fn next(&mut self, method: Option<&str>) -> Result<Option<Message>, MessageError> {
        loop {
            match mem::take(&mut self.stage) {
                Stage::Head => {
                    let Some((head, begin)) = self.head()? else { return Ok(None) };
                    self.stage = stage(&self.side, head, begin, method)?;
                }
                Stage::Length { head, begin, length } => {
                    let Some(body) = self.bytes.get(begin..begin + length) else {
                        self.stage = Stage::Length { head, begin, length };
                        return Ok(None);
                    };
                    let body = body.to_vec();
                    return Ok(Some(self.whole(head, body, begin + length)));
                }
                Stage::Chunks { head, next, mut body } => match self.chunk(next)? {
                    None => {
                        self.stage = Stage::Chunks { head, next, body };
                        return Ok(None);
                    }
                    Some(Chunk::Data { begin, end, next }) => {
                        body.extend_from_slice(self.bytes.get(begin..end).unwrap_or_default());
                        self.stage = Stage::Chunks { head, next, body };
                    }
                    Some(Chunk::Last(end)) => return Ok(Some(self.whole(head, body, end))),
                },
                stage @ Stage::UntilEnd { .. } => {
                    self.stage = stage;
                    return Ok(None);
                }
            }
        }
    }

    /// The connection has ended: the message that lasts until then, if there is one.
    pub(crate) fn end(&mut self) -> Result<Option<Message>, MessageError> {
        match mem::take(&mut self.stage) {
            Stage::UntilEnd { head, begin } => {
                let body = self.bytes.get(begin..).unwrap_or_default().to_vec();
                let end = self.bytes.len();
                Ok(Some(self.whole(head, body, end)))
            }
            Stage::Head | Stage::Length { .. } | Stage::Chunks { .. } => match self.bytes.len() {
                0 => Ok(None),
                length => Err(MessageError::Truncated(length)),
            },
        }
    }

    fn whole(&mut self, head: Head, body: Vec<u8>, end: usize) -> Message {
        let rest = self.bytes.split_off(end.min(self.bytes.len()));
        let raw = mem::replace(&mut self.bytes, rest);
        Message { head, body, raw }
    }

    /// The head at the start and where it ends.
    fn head(&self) -> Result<Option<(Head, usize)>, MessageError> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let refused = |error: httparse::Error| MessageError::Head(error.to_string());
        let (start, length, headers) = match self.side {
            Side::Requests => {
                let mut request = httparse::Request::new(&mut headers);
                let httparse::Status::Complete(length) =
                    request.parse(&self.bytes).map_err(refused)?
                else {
                    return Ok(None);
                };
                let method = request.method.unwrap_or_default().to_owned();
                let target = request.path.unwrap_or_default().to_owned();
                (StartLine::Request { method, target }, length, request.headers)
            }
            Side::Answers => {
                let mut answer = httparse::Response::new(&mut headers);
                let httparse::Status::Complete(length) =
                    answer.parse(&self.bytes).map_err(refused)?
                else {
                    return Ok(None);
                };
                let status = answer.code.unwrap_or_default();
                (StartLine::Answer { status }, length, answer.headers)
            }
        };
        let headers = headers.iter().map(|header| {
            (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned())
        });
        Ok(Some((Head { start, headers: headers.collect() }, length)))
    }

    /// The chunk that begins at `at`, if it is whole.
    fn chunk(&self, at: usize) -> Result<Option<Chunk>, MessageError> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let wrong = || {
            let start = rest.get(..rest.len().min(16)).unwrap_or_default();
            MessageError::Chunk(String::from_utf8_lossy(start).into_owned())
        };
        let (line, length) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete((line, length))) => (line, length),
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(wrong()),
        };
        let begin = at + line;
        if length == 0 {
            return Ok(self.trailers_end(begin).map(Chunk::Last));
        }
        let length = usize::try_from(length).map_err(|_| wrong())?;
        let Some(end) = begin.checked_add(length) else { return Err(wrong()) };
        let next = end.saturating_add(b"\r\n".len());
        Ok((self.bytes.len() >= next).then_some(Chunk::Data { begin, end, next }))
    }

    /// Where the lines after the last chunk end.
    fn trailers_end(&self, begin: usize) -> Option<usize> {
        let rest = self.bytes.get(begin..)?;
        if rest.starts_with(b"\r\n") {
            return Some(begin + 2);
        }
        let end = rest.windows(4).position(|window| window == b"\r\n\r\n")?;
        Some(begin + end + 4)
    }
}

enum Chunk {
    Data { begin: usize, end: usize, next: usize },
    Last(usize),
}

/// How the body after this head is delimited (RFC 9112, section 6.3).
fn stage(
    side: &Side,
    head: Head,
    begin: usize,
    method: Option<&str>,
) -> Result<Stage, MessageError> {
    let without_body = match &head.start {
        StartLine::Request { .. } => false,
        StartLine::Answer { status } => {
            matches!(status, 100..=199 | 204 | 304) || method == Some("HEAD")
        }
    };
    if without_body {
        return Ok(Stage::Length { head, begin, length: 0 });
    }
    let chunked = |value: &str| value.to_ascii_lowercase().trim_end().ends_with("chunked");
    if head.header("transfer-encoding").is_some_and(chunked) {
        return Ok(Stage::Chunks { head, next: begin, body: Vec::new() });
    }
    if let Some(length) = head.header("content-length") {
        let parsed = length.trim().parse();
        let length = parsed.map_err(|_| MessageError::Length(length.to_owned()))?;
        return Ok(Stage::Length { head, begin, length });
    }
    Ok(match side {
        Side::Requests => Stage::Length { head, begin, length: 0 },
        Side::Answers => Stage::UntilEnd { head, begin },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the bytes one by one, then the end; tells the bodies and what is wrong.
    fn check(side: Side, method: Option<&str>, text: &str, expected: &[&str]) {
        let mut reader = MessageReader::new(side);
        let mut found = Vec::new();
        for byte in text.bytes() {
            reader.push(&[byte]);
            match reader.next(method) {
                Ok(Some(message)) => found.push(String::from_utf8(message.body).unwrap()),
                Ok(None) => {}
                Err(error) => {
                    found.push(error.to_string());
                    break;
                }
            }
        }
        match reader.end() {
            Ok(Some(message)) => found.push(String::from_utf8(message.body).unwrap()),
            Ok(None) => {}
            Err(error) => found.push(error.to_string()),
        }
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn requests_end_with_their_length_their_last_chunk_or_their_head() {
        let two = "PUT /a HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}GET /b HTTP/1.1\r\n\r\n";
        check(Side::Requests, None, two, &["{}", ""]);
        let chunks = "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n";
        check(Side::Requests, None, chunks, &["abcd"]);
        let trailers =
            "PUT /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\n\r\n";
        check(Side::Requests, None, trailers, &["a"]);
    }

    #[test]
    fn answers_may_end_with_the_connection_and_some_have_no_body() {
        check(Side::Answers, Some("GET"), "HTTP/1.1 200 OK\r\n\r\nabc", &["abc"]);
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n";
        check(Side::Answers, Some("HEAD"), head, &[""]);
        check(Side::Answers, Some("GET"), "HTTP/1.1 204 No Content\r\n\r\n", &[""]);
    }

    #[test]
    fn what_breaks_off_or_is_no_http_is_said() {
        let short = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc";
        let cut = "the connection ended inside the message, after 41 bytes";
        check(Side::Answers, Some("GET"), short, &[cut]);
        let chunk = "PUT / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nxyz";
        check(
            Side::Requests,
            None,
            chunk,
            &[
                "a chunk of the body does not begin with its length but with [x]",
                "the connection ended inside the message, after 47 bytes",
            ],
        );
    }

    #[test]
    fn the_raw_bytes_are_kept() {
        let text = "PUT /a%20b HTTP/1.1\r\nX-Odd:  v \r\ncontent-length: 2\r\n\r\n{}";
        let mut reader = MessageReader::new(Side::Requests);
        reader.push(text.as_bytes());
        let message = reader.next(None).unwrap().unwrap();
        assert_eq!(message.raw, text.as_bytes());
        let start = StartLine::Request { method: "PUT".to_owned(), target: "/a%20b".to_owned() };
        assert_eq!(message.head.start, start);
        assert_eq!(message.head.headers.first().map(|(name, _)| name.as_str()), Some("X-Odd"));
        assert!(!reader.is_inside());
    }
}
