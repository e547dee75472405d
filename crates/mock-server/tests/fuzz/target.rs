//! A server in process and one connection to it.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use mock_server::MockServer;

use crate::model::Model;

#[derive(Clone, Debug)]
pub(crate) struct Request {
    method: &'static str,
    target: String,
    body: Option<String>,
}

impl Request {
    pub(crate) fn new(method: &'static str, target: String, body: Option<String>) -> Self {
        Self { method, target, body }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

pub(crate) struct Target {
    connection: RefCell<BufReader<TcpStream>>,
    _server: MockServer,
}

impl Target {
    pub(crate) fn start() -> Self {
        let server = MockServer::builder().start_blocking().unwrap();
        let stream = TcpStream::connect(server.address()).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { connection: RefCell::new(BufReader::new(stream)), _server: server }
    }

    pub(crate) fn send(&self, request: &Request) -> Answer {
        let mut connection = self.connection.borrow_mut();
        let body = request.body.as_deref().unwrap_or_default();
        let text = format!(
            "{} {} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            request.method,
            request.target,
            body.len()
        );
        connection.get_mut().write_all(text.as_bytes()).unwrap();
        let mut line = String::new();
        connection.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = 0;
        loop {
            line.clear();
            connection.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body).unwrap();
        Answer { status, body: String::from_utf8(body).unwrap() }
    }

    /// Everything that is stored, by where it was read.
    pub(crate) fn documents(&self, model: &Model) -> BTreeMap<String, String> {
        let read = |target: String| {
            let answer = self.send(&Request::new("GET", target.clone(), None));
            (answer.status == 200).then_some((target, answer.body))
        };
        model.targets().into_iter().filter_map(read).collect()
    }
}
