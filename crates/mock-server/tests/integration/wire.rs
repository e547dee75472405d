//! HTTP as bytes, so that requests can be wrong.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// An answer, its body as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Every header with that name, in order.
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }

    /// The names of the headers as they are spelled, in their order.
    pub(crate) fn header_names(&self) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.map(|(name, _)| name).collect()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Reads one answer; the body ends where `content-length` says.
pub(crate) fn read_answer(stream: &mut TcpStream) -> Answer {
    try_read_answer(stream).unwrap_or_else(|(head, end)| panic!("no answer: {head:?}, {end:?}"))
}

/// Reads one answer, or what came before the connection ended, and how it did.
pub(crate) fn try_read_answer(
    stream: &mut TcpStream,
) -> Result<Answer, (String, io::Result<usize>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            // A socket with a time limit is not read again by itself after a signal.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            end => return Err((String::from_utf8_lossy(&head).into_owned(), end)),
        }
    }
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut answer = Answer { status, head, body: Vec::new() };
    let length = answer.header("content-length").unwrap_or("0").parse().unwrap();
    answer.body = vec![0; length];
    let whole = stream.read_exact(&mut answer.body);
    whole.map_err(|error| (answer.head.clone(), Err(error)))?;
    Ok(answer)
}

/// Sends bytes on a new connection and reads one answer.
pub(crate) fn send(address: SocketAddr, request: impl AsRef<[u8]>) -> Answer {
    let mut stream = connect(address);
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request.as_ref());
    read_answer(&mut stream)
}

/// A request with a JSON body.
pub(crate) fn request(method: &str, target: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    with_headers(method, target, "content-type: application/json\r\n", body)
}

/// A request with headers of its own.
pub(crate) fn with_headers(
    method: &str,
    target: &str,
    headers: &str,
    body: impl AsRef<[u8]>,
) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// `GET /_connector` is answered.
pub(crate) fn assert_alive(address: SocketAddr) {
    let answer = send(address, "GET /_connector HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"));
}
