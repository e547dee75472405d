//! A server that is wrong in one point: it asks a right one and changes the answer.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use mock_server::MockServer;
use wiremock::{Mock, Request, Respond, ResponseTemplate, matchers::any};

use crate::{block_on, mock};

/// An answer that can be changed.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What a change may look at: method, and path with query.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
}

impl Reply {
    pub(crate) fn replace(&mut self, from: &str, to: &str) {
        self.body = self.body.replace(from, to);
    }

    pub(crate) fn set_header(&mut self, name: &str, value: Option<&str>) {
        self.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self.headers.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }
}

pub(crate) struct WrongServer {
    server: wiremock::MockServer,
    right: MockServer,
}

impl WrongServer {
    /// A server that changes the answers of a right one. The control routes are left as they are.
    pub(crate) fn start(change: impl Fn(&Asked, &mut Reply) + Send + Sync + 'static) -> Self {
        Self::start_before(mock(), change)
    }

    /// The same in front of a given right one.
    pub(crate) fn start_before(
        right: MockServer,
        change: impl Fn(&Asked, &mut Reply) + Send + Sync + 'static,
    ) -> Self {
        let forward = Forward { to: right.address(), change };
        let server = block_on(async {
            let server = wiremock::MockServer::builder().disable_request_recording().start().await;
            Mock::given(any()).respond_with(forward).mount(&server).await;
            server
        });
        Self { server, right }
    }

    pub(crate) fn uri(&self) -> String {
        self.server.uri()
    }

    /// The right server behind it.
    pub(crate) fn right(&self) -> &MockServer {
        &self.right
    }
}

struct Forward<F> {
    to: SocketAddr,
    change: F,
}

impl<F: Fn(&Asked, &mut Reply) + Send + Sync> Respond for Forward<F> {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let asked = Asked {
            method: request.method.to_string(),
            target: format!("{}{query}", request.url.path()),
        };
        let mut reply = ask(self.to, &asked, request);
        (self.change)(&asked, &mut reply);
        let template = ResponseTemplate::new(reply.status).set_body_bytes(reply.body);
        reply.headers.into_iter().fold(template, |template, (name, value)| {
            template.append_header(name.as_str(), value.as_str())
        })
    }
}

/// One exchange over a connection of its own.
fn ask(to: SocketAddr, asked: &Asked, request: &Request) -> Reply {
    let mut head = format!("{} {} HTTP/1.1\r\n", asked.method, asked.target);
    for (name, value) in &request.headers {
        if name != "connection" {
            write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
        }
    }
    head += "connection: close\r\n\r\n";
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&request.body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    read(&answer)
}

fn read(answer: &str) -> Reply {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let kept = headers.filter(|(name, _)| !["content-length", "connection", "date"].contains(name));
    let headers = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Reply { status, headers, body: body.to_owned() }
}
