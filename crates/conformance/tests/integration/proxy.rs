//! `proxy`: before right servers, wrong ones, none, and one that writes down what it gets.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
};

use mock_server::MockServer;

use crate::{mock, wrong_server::WrongServer};

struct Proxy {
    child: Child,
    address: SocketAddr,
}

impl Proxy {
    fn start(upstream: &str, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_connector-conformance"))
            .args(["proxy", "--upstream", upstream, "--listen", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        let rest = line.strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}"));
        let address = rest.split(',').next().unwrap().parse().unwrap();
        Self { child, address }
    }

    /// Sends one request over a connection of its own.
    fn send(&self, line: &str, body: &str) -> String {
        let typed = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        let length = body.len();
        let head = format!("{line} HTTP/1.1\r\nhost: h\r\n{typed}content-length: {length}");
        exchange(self.address, format!("{head}\r\nconnection: close\r\n\r\n{body}").as_bytes())
    }

    /// Tells it to end; gives the exit code and the report.
    fn end(mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut text = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        (self.child.wait().unwrap().code(), text)
    }
}

/// Sends the bytes and reads to the end.
fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // A connection that is reset has ended too.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// What the text says of each entry that begins so. The verdict of the whole has two spaces.
fn lines<'t>(text: &'t str, start: &str) -> Vec<&'t str> {
    let found = text.lines().filter_map(|line| line.strip_prefix(start));
    found.filter(|rest| !rest.starts_with(' ')).collect()
}

#[test]
fn who_is_not_asked_judges_nothing() {
    let server = mock();
    let url = format!("http://{}", server.address());
    let told = |ask: &[&str]| {
        let proxy = Proxy::start(&url, &[]);
        for line in ask {
            proxy.send(line, "");
        }
        proxy.end()
    };
    let (code, text) = told(&[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.starts_with("NOT JUDGED"), "{text}");
    assert!(text.contains("no request came: the client has to take this proxy for"), "{text}");
    let (code, text) = told(&["GET /", "GET /"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("2 requests came, but none to the Connector APIs"), "{text}");
    assert_eq!(told(&["GET /_connector"]).0, Some(0));
}

#[test]
fn a_right_server_is_right() {
    let mock = mock();
    let proxy = Proxy::start(&mock.uri(), &[]);
    proxy.send("PUT /_connector/c", r#"{"index_name":"i","service_type":"s","name":"n"}"#);
    proxy.send("GET /_connector/c", "");
    proxy.send("GET /_connector/nosuch", "");
    proxy.send("GET /_connector?size=1&pretty", "");
    let posted = proxy.send("POST /_connector/_sync_job", r#"{"id":"c"}"#);
    let id = posted.split('"').nth(3).unwrap();
    proxy.send(&format!("PUT /_connector/_sync_job/{id}/_claim"), r#"{"worker_hostname":"w"}"#);
    proxy.send(&format!("GET /_connector/_sync_job/{id}"), "");
    proxy.send("GET /_connector/_sync_job", "");
    proxy.send("POST /_connector/_secret", r#"{"value":"v"}"#);
    proxy.send("DELETE /_connector/c", "");
    proxy.send("POST /i/_search", r#"{"query":{}}"#);
    let (code, text) = proxy.end();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("not judged: POST /*/_search (1)\n"), "{text}");
}

#[test]
fn the_requests_are_judged() {
    let mock = mock();
    let proxy = Proxy::start(&mock.uri(), &[]);
    proxy.send("PUT /_connector/c/_chekin", "");
    proxy.send("PATCH /_connector/c", "");
    proxy.send("PUT /_connector/c/_name", r#"{"nme":"n"}"#);
    let (code, text) = proxy.end();
    assert_eq!(code, Some(1), "{text}");
    assert_eq!(
        lines(&text, "FAILED "),
        [
            "unknown-route: PUT /_connector/c/_chekin",
            "wrong-method: PATCH /_connector/c",
            "unknown-member: connector.update_name body /nme",
        ]
    );
}

/// A server that is wrong in one point, and the finding that it leads to.
fn check_wrong(
    line: &str,
    body: &str,
    expected: &[&str],
    change: impl Fn(&mut crate::wrong_server::Reply) + Send + Sync + 'static,
) {
    let wrong = WrongServer::start(move |_, reply| change(reply));
    let proxy = Proxy::start(&wrong.uri(), &[]);
    proxy.send(line, body);
    let (code, text) = proxy.end();
    assert_eq!(code, Some(1), "{text}");
    assert_eq!(lines(&text, "FAILED "), expected, "{text}");
}

#[test]
fn the_answers_are_judged() {
    let list = "GET /_connector";
    check_wrong(
        list,
        "",
        &["answer-product: connector.list answer header x-elastic-product"],
        |reply| {
            reply.set_header("x-elastic-product", None);
        },
    );
    check_wrong(
        list,
        "",
        &["answer-media-type: connector.list answer header content-type"],
        |reply| {
            reply.set_header("content-type", Some("text/plain"));
        },
    );
    check_wrong(list, "", &["answer-status: connector.list answer status"], |reply| {
        reply.status = 202;
    });
    check_wrong(list, "", &["answer-not-json: connector.list answer body"], |reply| {
        reply.replace("}", "");
    });
    check_wrong(list, "", &["answer-shape: connector.list answer body /count"], |reply| {
        reply.replace("0", "\"0\"");
    });
    let get = "GET /_connector/nosuch";
    let place = "answer-envelope-status: connector.get answer body /status";
    check_wrong(get, "", &[place], |reply| reply.replace("404", "400"));
    let place = "answer-envelope: connector.get answer body /error/type";
    check_wrong(get, "", &[place], |reply| {
        reply.replace("\"type\":\"resource_not_found_exception\",\"reason\":\"connector [nosuch] not found\"}", "\"reason\":\"\"}");
    });
    let put = "PUT /_connector/c";
    check_wrong(put, "{}", &["answer-shape: connector.put answer body /result"], |reply| {
        reply.replace("created", "updated");
    });
}

#[test]
fn a_server_that_accepts_what_is_malformed_is_told() {
    let wrong = WrongServer::start(|_, reply| {
        reply.status = 200;
        reply.body = r#"{"count":0,"results":[]}"#.to_owned();
    });
    let proxy = Proxy::start(&wrong.uri(), &[]);
    proxy.send("GET /_connector?sise=1", "");
    let (code, text) = proxy.end();
    assert_eq!(code, Some(1), "{text}");
    let found = lines(&text, "FAILED ");
    assert_eq!(
        found,
        [
            "accepted-wrongly: connector.list answer status",
            "unknown-parameter: connector.list query sise",
        ]
    );
}

#[test]
fn without_a_server_the_connection_is_closed_and_the_report_says_so() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let proxy = Proxy::start(&format!("http://{free}"), &[]);
    assert_eq!(exchange(proxy.address, b"GET /_connector HTTP/1.1\r\n\r\n"), "");
    assert_eq!(exchange(proxy.address, b"GET /_connector HTTP/1.1\r\n\r\n"), "");
    let (code, text) = proxy.end();
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains(&format!("http://{free} does not answer: Connection refused")), "{text}");
    assert!(text.contains("(2 connections)"), "{text}");
}

fn refused(arguments: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_connector-conformance");
    let output = Command::new(program).arg("proxy").args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_cannot_be_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let told = refused(&["--upstream", "http://h", "--listen", &address]);
    assert_eq!(
        told,
        format!(
            "connector-conformance: cannot listen on {address}: Address already in use (os error 98); stop what listens there, or take another port (0 is any that is free)\n"
        )
    );
    let told = refused(&["--upstream", "http://h", "--listen", "localhost"]);
    assert!(told.contains("write an IP address and a port, 127.0.0.1:9201"), "{told}");
    let told = refused(&["--upstream", "https://h", "--listen", "127.0.0.1:0"]);
    assert!(told.contains("[https://h] needs https, which is not supported yet"), "{told}");
    let told = refused(&["--upstream", "http://h/es", "--listen", "127.0.0.1:0"]);
    assert!(told.contains("[http://h:80/es] has a path"), "{told}");
}

#[test]
fn it_ends_after_its_time() {
    let mock: MockServer = mock();
    let program = env!("CARGO_BIN_EXE_connector-conformance");
    let output = Command::new(program)
        .args(["proxy", "--upstream", &mock.uri(), "--listen", "127.0.0.1:0", "--for", "0.1"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("no request came"), "{text}");
    assert_eq!(output.status.code(), Some(2));
}

/// Odd spellings, chunks, pipelined requests, bytes that are no HTTP: what arrives on the other
/// side is what was sent, both ways.
#[test]
fn no_byte_is_altered() {
    let requests: &[&[u8]] = &[
        b"gEt /_connector/%c3%a9?x=%zz#f HTTP/1.1\r\nHoSt:  h\r\nX-ODD :nope\r\n\r\n",
        b"PUT /_connector/c HTTP/1.1\r\nhOST:h\r\nTRANSFER-encoding: Chunked\r\nContent-Type:application/json\r\n\r\n3;x=y\r\n{\"n\r\n00b\r\name\":\"n\"} \xff\xfe\r\n0\r\nTrailer: t\r\n\r\nGET /_connector HTTP/1.1\r\nHost: h\r\n\r\nGET /a HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01 this is no HTTP\r\n\r\n",
        b"GET / HTTP/1.0\n\n",
    ];
    let answers: &[&[u8]] = &[
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Okay Dokay\r\nx-ELASTIC-product:Elasticsearch\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        b"HTTP/1.1 200\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 404 x\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 ok\r\n\r\nuntil the end \xff\x00",
        b"not even\x00HTTP",
        b"",
    ];
    for (request, answer) in requests.iter().zip(answers) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let upstream = listener.local_addr().unwrap();
        let answer = answer.to_vec();
        let sent_back = answer.clone();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(&sent_back).unwrap();
            let mut got = Vec::new();
            // In pieces, and to the end of what the client sends.
            stream.read_to_end(&mut got).unwrap();
            got
        });
        let proxy = Proxy::start(&format!("http://{upstream}"), &[]);
        let mut client = TcpStream::connect(proxy.address).unwrap();
        for piece in request.chunks(5) {
            client.write_all(piece).unwrap();
        }
        client.shutdown(std::net::Shutdown::Write).unwrap();
        let mut got = Vec::new();
        client.read_to_end(&mut got).unwrap();
        assert_eq!(got, answer, "{}", String::from_utf8_lossy(&answer));
        let arrived = server.join().unwrap();
        assert_eq!(arrived, *request, "{}", String::from_utf8_lossy(request));
        proxy.end();
    }
}

/// Long bodies go by without being kept: the proxy stays small.
#[cfg(target_os = "linux")]
#[test]
fn long_traffic_leaves_nothing_in_memory() {
    let mock = mock();
    let proxy = Proxy::start(&mock.uri(), &[]);
    // The most that it ever had.
    let memory = |proxy: &Proxy| -> usize {
        let path = format!("/proc/{}/status", proxy.child.id());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let long = "x".repeat(20 * 1024 * 1024);
    proxy.send("PUT /_bulk", &long[..1024]);
    let before = memory(&proxy);
    for _ in 0..5 {
        proxy.send("PUT /_bulk", &long);
    }
    for _ in 0..500 {
        proxy.send("GET /_connector", "");
    }
    let grown = memory(&proxy).saturating_sub(before);
    assert!(grown < 10 * 1024, "{grown} KiB");
    let (code, text) = proxy.end();
    assert_eq!(code, Some(0), "{text}");
}
