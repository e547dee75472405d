//! Faults as they come over a connection, byte for byte.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use mock_server::MockServer;

use crate::wire::{connect, read_answer, request, send, try_read_answer, with_headers};

fn server(rule: &str) -> MockServer {
    MockServer::builder().fault(rule).unwrap().start_blocking().unwrap()
}

fn ask(address: SocketAddr, method: &str, target: &str) -> TcpStream {
    let mut stream = connect(address);
    stream.write_all(&with_headers(method, target, "", "")).unwrap();
    stream
}

/// Everything until the connection ends, and how it ended: `None` with FIN.
fn rest(stream: &mut TcpStream) -> (String, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break None,
            Ok(read) => bytes.extend(buffer.iter().take(read)),
            Err(error) => break Some(error.kind()),
        }
    };
    (String::from_utf8(bytes).unwrap(), end)
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\ncontent-length: 24\r\n\r\n";
const BODY: &str = r#"{"count":0,"results":[]}"#;
const RST: Option<ErrorKind> = Some(ErrorKind::ConnectionReset);

fn broken(rule: &str, expected: &str, end: Option<ErrorKind>) {
    let server = server(rule);
    let mut stream = ask(server.address(), "GET", "/_connector");
    assert_eq!(rest(&mut stream), (expected.to_owned(), end), "{rule}");
    // The rule is used up, and the next connection is as usual.
    let mut stream = ask(server.address(), "GET", "/_connector");
    assert_eq!(read_answer(&mut stream).text(), BODY, "{rule}");
}

#[test]
fn an_answer_breaks_off_where_the_rule_says() {
    let within = format!("{HEAD}{}", &BODY[..10]);
    let all_but_one = format!("{HEAD}{}", &BODY[..23]);
    broken("* reset x1", "", RST);
    broken("* reset close=fin x1", "", None);
    broken("* reset=headers x1", &HEAD[..30], RST);
    broken("* reset=headers close=fin x1", &HEAD[..30], None);
    broken("* reset=10 x1", &within, RST);
    broken("* reset=0 x1", HEAD, RST);
    broken("* truncate=10 x1", &within, None);
    broken("* truncate=10 close=rst x1", &within, RST);
    broken("* truncate=0 x1", HEAD, None);
    // Something is always missing.
    broken("* truncate=1000 x1", &all_but_one, None);
    broken("* reset=after x1", &format!("{HEAD}{BODY}"), RST);
    broken("* reset=after close=fin x1", &format!("{HEAD}{BODY}"), None);
}

#[test]
fn a_long_answer_comes_as_far_as_the_rule_says() {
    let server = server("GET /_connector/c truncate=3000000");
    let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(5_000_000));
    assert_eq!(send(server.address(), request("PUT", "/_connector/c", body)).status, 201);
    let mut stream = ask(server.address(), "GET", "/_connector/c");
    let (text, end) = rest(&mut stream);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 500"), "{head}");
    assert_eq!((body.len(), end), (3_000_000, None));
}

/// Whether the connector is there: whether the operation was carried out.
fn is_there(server: &MockServer) -> bool {
    send(server.address(), with_headers("GET", "/_connector/c", "", "")).status == 200
}

#[test]
fn the_operation_is_carried_out_or_not_as_the_documentation_says() {
    for (rule, expected) in [
        ("503", false),
        ("503 when=after", true),
        ("html", false),
        ("html when=after", true),
        ("reset", false),
        ("reset when=after", true),
        ("reset=headers", true),
        ("reset=3", true),
        ("reset=after", true),
        ("truncate=3", true),
        ("body=no", true),
        ("no-product", true),
        ("content-type=text/html", true),
        ("delay=1ms", true),
        ("chunks=2 pause=1ms", true),
        ("stale", true),
    ] {
        let server = server(&format!("PUT * {rule}"));
        let mut stream = connect(server.address());
        stream.write_all(&request("PUT", "/_connector/c", "{}")).unwrap();
        let _ = try_read_answer(&mut stream);
        assert_eq!(is_there(&server), expected, "{rule}");
    }
}

/// Nothing comes, or nothing more.
fn is_silent(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let read = stream.read(&mut [0; 1]);
    read.is_err_and(|it| matches!(it.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

#[test]
fn a_late_answer_is_late_and_whole_and_holds_up_nobody_else() {
    let server = server("GET /_connector/slow delay=1h");
    let mut waiting = ask(server.address(), "GET", "/_connector/slow");
    assert!(is_silent(&mut waiting));
    let mut stream = ask(server.address(), "GET", "/_connector");
    assert_eq!(read_answer(&mut stream).text(), BODY);
    let server = self::server("* delay=1ms-20ms");
    let mut stream = ask(server.address(), "GET", "/_connector");
    assert_eq!(read_answer(&mut stream).text(), BODY);
}

#[test]
fn a_body_comes_in_pieces() {
    let server = server("GET /_connector chunks=4 pause=1h");
    let mut stream = ask(server.address(), "GET", "/_connector");
    let mut first = vec![0; HEAD.len() + 6];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(String::from_utf8(first).unwrap(), format!("{HEAD}{}", &BODY[..6]));
    assert!(is_silent(&mut stream));
    // More pieces than bytes are as many as bytes.
    for rule in ["* chunks=4 pause=1ms-2ms", "* chunks=100 pause=1ms"] {
        let server = self::server(rule);
        let mut stream = ask(server.address(), "GET", "/_connector");
        assert_eq!(read_answer(&mut stream).text(), BODY);
        // The connection goes on.
        stream.write_all(&with_headers("GET", "/_connector", "", "")).unwrap();
        assert_eq!(read_answer(&mut stream).text(), BODY);
    }
}

#[test]
fn what_was_asked_for_before_a_fault_is_answered() {
    for rule in ["reset", "reset=headers", "reset=5", "truncate=5", "reset=after"] {
        let server = server(&format!("GET /_connector/c {rule}"));
        let mut stream = connect(server.address());
        let list = with_headers("GET", "/_connector", "", "");
        let one = with_headers("GET", "/_connector/c", "", "");
        stream.write_all(&[list.clone(), list.clone(), one, list].concat()).unwrap();
        let (text, _) = rest(&mut stream);
        let both = format!("{HEAD}{BODY}").repeat(2);
        assert!(text.starts_with(&both), "{rule}: {text}");
        assert_eq!(text.matches(BODY).count(), 2, "{rule}: {text}");
        let rest = &text[both.len()..];
        let whole = rest.split_once("\r\n\r\n").map(|(head, body)| (head.len() + 4, body.len()));
        let length = match (rule, whole) {
            ("reset", _) => 0,
            ("reset=headers", _) => 30,
            (rule, Some((head, _))) if rule.ends_with('5') => head + 5,
            (_, whole) => whole.map_or(0, |(head, body)| head + body),
        };
        assert_eq!(rest.len(), length, "{rule}: {rest}");
    }
}

#[test]
fn answers_without_a_body_have_none_to_break_off_in() {
    for rule in ["truncate=5", "reset=5", "chunks=3 pause=1ms", "html", "503", "body=x", "stale"] {
        let server = server(&format!("HEAD * {rule}"));
        let mut stream = ask(server.address(), "HEAD", "/");
        let (head, body) = {
            let mut text = Vec::new();
            let mut byte = [0; 1];
            while !text.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                text.push(byte[0]);
            }
            // There may be nobody who reads it.
            let _ = stream.write_all(&with_headers("GET", "/_connector", "", ""));
            (String::from_utf8(text).unwrap(), try_read_answer(&mut stream).ok())
        };
        assert!(head.contains("content-length: "), "{rule}: {head}");
        let goes_on = !matches!(rule, "truncate=5" | "reset=5");
        assert_eq!(body.map(|answer| answer.text()), goes_on.then(|| BODY.to_owned()), "{rule}");
    }
}

#[test]
fn a_compressed_answer_breaks_off_too_and_a_changed_one_is_compressed() {
    let server = server("* body=\"no JSON\"");
    let asked = with_headers("GET", "/_connector", "accept-encoding: gzip\r\n", "");
    let answer = send(server.address(), asked);
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, "no JSON");
}

/// The form of an item that failed is that of contract DO-5.1-5, that of the others DO-5.1-4.
#[test]
fn items_of_a_bulk_request_fail_and_the_others_are_written() {
    let server = server("*/_bulk bulk-items=2,4 reason=full x1");
    let ask = |method: &str, target: &str, body: &str| {
        let answer = send(server.address(), request(method, target, body));
        (answer.status, answer.text())
    };
    let body = concat!(
        "{\"index\":{\"_index\":\"i\",\"_id\":\"1\"}}\n{\"n\":1}\n",
        "{\"index\":{\"_index\":\"i\",\"_id\":\"2\"}}\n{\"n\":2}\n",
        "{\"delete\":{\"_index\":\"i\",\"_id\":\"3\"}}\n",
        "{\"create\":{\"_index\":\"i\",\"_id\":\"4\"}}\n{\"n\":4}\n",
    );
    let shards = r#""_shards":{"total":2,"successful":1,"failed":0}"#;
    let failed = |verb: &str, id: u8| {
        format!(
            r#"{{"{verb}":{{"_index":"i","_id":"{id}","status":429,"error":{{"type":"es_rejected_execution_exception","reason":"full"}}}}}}"#
        )
    };
    let expected = format!(
        r#"{{"errors":true,"took":0,"items":[{{"index":{{"_index":"i","_id":"1","_version":1,"result":"created",{shards},"_seq_no":0,"_primary_term":1,"status":201}}}},{},{{"delete":{{"_index":"i","_id":"3","_version":1,"result":"not_found",{shards},"_seq_no":1,"_primary_term":1,"status":404}}}},{}]}}"#,
        failed("index", 2),
        failed("create", 4),
    );
    assert_eq!(ask("POST", "/_bulk", body), (200, expected));
    assert_eq!(ask("GET", "/i/_source/1", ""), (200, r#"{"n":1}"#.to_owned()));
    assert_eq!(ask("GET", "/i/_doc/2", "").0, 404);
    assert_eq!(ask("GET", "/i/_doc/4", "").0, 404);
    // The rule is used up: what a client sends again is written.
    let again = "{\"create\":{\"_index\":\"i\",\"_id\":\"4\"}}\n{\"n\":4}\n";
    let (status, text) = ask("POST", "/_bulk", again);
    assert_eq!(status, 200);
    assert!(text.starts_with(r#"{"errors":false,"#), "{text}");
    assert_eq!(ask("GET", "/i/_source/4", ""), (200, r#"{"n":4}"#.to_owned()));
}

/// A body that is none of a bulk request is refused as ever (contract DO-5.1-6), whatever should fail.
#[test]
fn a_body_that_is_no_bulk_request_is_refused_whatever_should_fail() {
    let server = server("*/_bulk bulk-items=*");
    let body = "{\"delete\":{\"_index\":\"i\",\"_id\":\"3\"}}".to_owned();
    let answer = send(server.address(), request("POST", "/_bulk", body));
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("The bulk request must be terminated by a newline"));
}
