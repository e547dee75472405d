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
    /// Every byte of the message as it was sent, up to where bytes of the body were left out.
    pub raw: Vec<u8>,
    /// How many bytes of the body were counted and not kept.
    pub omitted: usize,
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
    /// What has come and has not been read yet.
    bytes: Vec<u8>,
    /// How much of the message that comes next has been read.
    read: usize,
    stage: Stage,
    /// So much of a body is kept.
    limit: usize,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Head,
    Body(Box<Message>, Framing),
}

/// How the rest of a body is delimited.
#[derive(Debug)]
enum Framing {
    /// So many bytes are left.
    Length(usize),
    /// The length of a chunk comes next.
    Size,
    /// So many bytes of the chunk are left.
    Data(usize),
    /// The end of a chunk comes next.
    DataEnd,
    /// The lines after the last chunk come next.
    Trailers,
    /// The body lasts until the connection ends.
    UntilEnd,
}

/// What reading on gave.
enum Step {
    /// More can be read.
    On(Framing),
    /// More bytes are needed.
    Wait(Framing),
    /// The message is whole.
    Whole,
}

const MAX_HEADERS: usize = 200;
/// The longest head, and the longest line between chunks, in bytes.
const MAX_HEAD: usize = 1024 * 1024;
const LINE_END: &[u8] = b"\r\n";

impl MessageReader {
    /// A reader that keeps whole messages.
    pub(crate) const fn new(side: Side) -> Self {
        Self::keeping(side, usize::MAX)
    }

    /// A reader that keeps so many bytes of each body, and counts the others.
    pub(crate) const fn keeping(side: Side, limit: usize) -> Self {
        Self { side, bytes: Vec::new(), read: 0, stage: Stage::Head, limit }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether a message has begun and is not whole yet.
    pub(crate) fn is_inside(&self) -> bool {
        self.read + self.bytes.len() > 0
    }

    /// The next whole message, if it is there. `method` is that of the request which an answer
    /// belongs to.
    pub(crate) fn next(&mut self, method: Option<&str>) -> Result<Option<Message>, MessageError> {
        loop {
            match mem::take(&mut self.stage) {
                Stage::Head => {
                    let Some((head, length)) = self.head()? else { return Ok(None) };
                    let framing = framing(&self.side, &head, method)?;
                    let raw = self.take(length);
                    let message = Message { head, body: Vec::new(), raw, omitted: 0 };
                    self.stage = Stage::Body(Box::new(message), framing);
                }
                Stage::Body(mut message, framing) => match self.step(&mut message, framing)? {
                    Step::On(framing) => self.stage = Stage::Body(message, framing),
                    Step::Wait(framing) => {
                        self.stage = Stage::Body(message, framing);
                        return Ok(None);
                    }
                    Step::Whole => {
                        self.read = 0;
                        return Ok(Some(*message));
                    }
                },
            }
        }
    }

    /// The connection has ended: the message that lasts until then, if there is one.
    pub(crate) fn end(&mut self) -> Result<Option<Message>, MessageError> {
        if let Stage::Body(message, Framing::UntilEnd) = mem::take(&mut self.stage) {
            self.read = 0;
            return Ok(Some(*message));
        }
        match self.read + self.bytes.len() {
            0 => Ok(None),
            length => Err(MessageError::Truncated(length)),
        }
    }

    /// Takes bytes from the front.
    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.bytes.split_off(length.min(self.bytes.len()));
        let taken = mem::replace(&mut self.bytes, rest);
        self.read += taken.len();
        taken
    }

    /// Reads as far as one kind of bytes goes.
    fn step(&mut self, message: &mut Message, framing: Framing) -> Result<Step, MessageError> {
        let step = match framing {
            Framing::Length(0) => Step::Whole,
            Framing::Length(left) | Framing::Data(left) if self.bytes.is_empty() && left > 0 => {
                Step::Wait(framing)
            }
            Framing::Length(left) => Step::On(Framing::Length(left - self.data(message, left))),
            Framing::Data(0) => Step::On(Framing::DataEnd),
            Framing::Data(left) => Step::On(Framing::Data(left - self.data(message, left))),
            Framing::UntilEnd => {
                self.data(message, usize::MAX);
                Step::Wait(framing)
            }
            Framing::Size => match self.chunk_size()? {
                None => Step::Wait(framing),
                Some((line, length)) => {
                    self.between(message, line);
                    Step::On(if length == 0 { Framing::Trailers } else { Framing::Data(length) })
                }
            },
            Framing::DataEnd if self.bytes.len() < LINE_END.len() => Step::Wait(framing),
            Framing::DataEnd if !self.bytes.starts_with(LINE_END) => return Err(self.bad_chunk()),
            Framing::DataEnd => {
                self.between(message, LINE_END.len());
                Step::On(Framing::Size)
            }
            Framing::Trailers => match self.trailers()? {
                None => Step::Wait(framing),
                Some(length) => {
                    self.between(message, length);
                    Step::Whole
                }
            },
        };
        Ok(step)
    }

    /// Reads at most so many bytes of the body, and tells how many there were.
    fn data(&mut self, message: &mut Message, most: usize) -> usize {
        let data = self.take(most);
        let room = self.limit.saturating_sub(message.body.len());
        let kept = data.get(..room.min(data.len())).unwrap_or_default();
        message.body.extend_from_slice(kept);
        message.raw.extend_from_slice(kept);
        message.omitted += data.len() - kept.len();
        data.len()
    }

    /// Reads bytes that stand between those of the body.
    fn between(&mut self, message: &mut Message, length: usize) {
        let bytes = self.take(length);
        if message.omitted == 0 {
            message.raw.extend_from_slice(&bytes);
        }
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
                    return self.not_too_long();
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
                    return self.not_too_long();
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

    /// Nothing, unless so much has come that it cannot be right.
    fn not_too_long<T>(&self) -> Result<Option<T>, MessageError> {
        if self.bytes.len() <= MAX_HEAD {
            return Ok(None);
        }
        Err(MessageError::Head(format!("it is longer than {MAX_HEAD} bytes")))
    }

    /// How long the line with the length of a chunk is, and the length.
    fn chunk_size(&self) -> Result<Option<(usize, usize)>, MessageError> {
        match httparse::parse_chunk_size(&self.bytes) {
            Ok(httparse::Status::Complete((line, length))) => {
                let length = usize::try_from(length).map_err(|_| self.bad_chunk())?;
                Ok(Some((line, length)))
            }
            Ok(httparse::Status::Partial) => self.not_too_long(),
            Err(_) => Err(self.bad_chunk()),
        }
    }

    fn bad_chunk(&self) -> MessageError {
        let start = self.bytes.get(..self.bytes.len().min(16)).unwrap_or_default();
        MessageError::Chunk(String::from_utf8_lossy(start).into_owned())
    }

    /// How long the lines after the last chunk are.
    fn trailers(&self) -> Result<Option<usize>, MessageError> {
        if self.bytes.starts_with(LINE_END) {
            return Ok(Some(LINE_END.len()));
        }
        match self.bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            Some(end) => Ok(Some(end + 4)),
            None => self.not_too_long(),
        }
    }
}

/// How the body after this head is delimited (RFC 9112, section 6.3).
fn framing(side: &Side, head: &Head, method: Option<&str>) -> Result<Framing, MessageError> {
    let without_body = match &head.start {
        StartLine::Request { .. } => false,
        StartLine::Answer { status } => {
            matches!(status, 100..=199 | 204 | 304) || method == Some("HEAD")
        }
    };
    if without_body {
        return Ok(Framing::Length(0));
    }
    let chunked = |value: &str| value.to_ascii_lowercase().trim_end().ends_with("chunked");
    if head.header("transfer-encoding").is_some_and(chunked) {
        return Ok(Framing::Size);
    }
    if let Some(length) = head.header("content-length") {
        let parsed = length.trim().parse();
        return parsed.map(Framing::Length).map_err(|_| MessageError::Length(length.to_owned()));
    }
    Ok(match side {
        Side::Requests => Framing::Length(0),
        Side::Answers => Framing::UntilEnd,
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

    #[test]
    fn of_a_long_body_only_the_beginning_is_kept() {
        let length = "PUT /a HTTP/1.1\r\ncontent-length: 6\r\n\r\nabcdefGET /b HTTP/1.1\r\n\r\n";
        let chunks = "PUT /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n4\r\ncdef\r\n0\r\nx: y\r\n\r\nGET /b HTTP/1.1\r\n\r\n";
        for text in [length, chunks] {
            for step in [1, 7, text.len()] {
                let mut reader = MessageReader::keeping(Side::Requests, 4);
                let mut found = Vec::new();
                for part in text.as_bytes().chunks(step) {
                    reader.push(part);
                    while let Some(message) = reader.next(None).unwrap() {
                        found.push((String::from_utf8(message.body).unwrap(), message.omitted));
                    }
                }
                assert_eq!(found, [("abcd".to_owned(), 2), (String::new(), 0)], "{text:?} {step}");
                assert!(!reader.is_inside());
            }
        }
    }

    #[test]
    fn a_head_without_end_is_refused() {
        let mut reader = MessageReader::new(Side::Requests);
        reader.push(b"GET / HTTP/1.1\r\na: ");
        reader.push(&vec![b'x'; MAX_HEAD]);
        let told = reader.next(None).unwrap_err().to_string();
        assert_eq!(told, "the head is no HTTP/1.1: it is longer than 1048576 bytes");
    }
}
