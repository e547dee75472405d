//! Limits of sizes, on the wire (contract RL-10).

use std::io::{Read as _, Write as _};

use flate2::{Compression, write::GzEncoder};
use mock_server::MockServer;

use crate::wire::{Answer, assert_alive, connect, read_answer, request, send, with_headers};

fn server() -> MockServer {
    MockServer::builder().start_blocking().unwrap()
}

/// An empty answer, these two headers and no others.
fn assert_bare(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status);
    let mut names = answer.header_names();
    names.sort_unstable();
    assert_eq!(names, ["connection", "content-length"]);
    assert_eq!(answer.header("content-length"), Some("0"));
    assert_eq!(answer.header("connection"), Some("close"));
}

const TOO_LARGE: usize = 100 * 1024 * 1024 + 1;

// Proves RL-10-1, RL-8-1.
#[test]
fn a_declared_length_over_the_limit_is_refused_at_once() {
    let server = server();
    let mut stream = connect(server.address());
    let head = format!(
        "PUT /_connector/c HTTP/1.1\r\nhost: x\r\nx-opaque-id: 1\r\ncontent-length: {TOO_LARGE}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    assert_bare(&read_answer(&mut stream), 413);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "the connection is still open");
    let allowed = TOO_LARGE - 1;
    let head = format!(
        "PUT /a HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: {allowed}\r\n\r\n"
    );
    assert_eq!(send(server.address(), head).status, 100);
}

// Proves RL-10-1.
#[test]
fn a_chunked_body_is_refused_when_it_passes_the_limit() {
    let server = server();
    let mut stream = connect(server.address());
    stream
        .write_all(b"PUT /_connector/c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        .unwrap();
    let megabyte = vec![b' '; 1024 * 1024];
    for _ in 0..100 {
        stream.write_all(b"100000\r\n").unwrap();
        stream.write_all(&megabyte).unwrap();
        stream.write_all(b"\r\n").unwrap();
    }
    // With this one byte everything has been read when the connection is closed.
    stream.write_all(b"1\r\n \r\n").unwrap();
    assert_bare(&read_answer(&mut stream), 413);
    let answer = send(server.address(), with_headers("GET", "/_connector/c", "", ""));
    assert_eq!(answer.status, 404);
}

// Proves RL-10-2, RL-10-6, RL-8-1.
#[test]
fn a_line_may_have_4096_bytes() {
    let server = server();
    let line = |length: usize| format!("/_connector?query={}", "x".repeat(length - 18 - 13));
    let answer = send(server.address(), with_headers("GET", &line(4096), "", ""));
    assert_eq!(answer.status, 200);
    let mut stream = connect(server.address());
    stream.write_all(&with_headers("GET", &line(4097), "", "")).unwrap();
    let answer = read_answer(&mut stream);
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.text(),
        r#"{"error":{"root_cause":[{"type":"too_long_http_line_exception","reason":"An HTTP line is larger than 4096 bytes."}],"type":"too_long_http_line_exception","reason":"An HTTP line is larger than 4096 bytes."},"status":400}"#
    );
    assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"));
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "the connection is still open");
}

// Proves RL-10-3, RL-10-6.
#[test]
fn headers_together_may_have_16384_bytes() {
    let server = server();
    let headers = |length: usize| {
        let half = "x".repeat(length / 2);
        format!("x-one: {half}\r\nx-two: {half}\r\n")
    };
    let answer = send(server.address(), with_headers("GET", "/_connector", &headers(16000), ""));
    assert_eq!(answer.status, 200);
    let mut stream = connect(server.address());
    stream.write_all(&with_headers("GET", "/_connector", &headers(16400), "")).unwrap();
    let answer = read_answer(&mut stream);
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.text(),
        r#"{"error":{"root_cause":[{"type":"too_long_http_header_exception","reason":"HTTP header is larger than 16384 bytes."}],"type":"too_long_http_header_exception","reason":"HTTP header is larger than 16384 bytes."},"status":400}"#
    );
    assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"));
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "the connection is still open");
}

// Proves RL-10-4, RL-10-5.
#[test]
fn expectations_are_met_refused_or_too_large() {
    let server = server();
    let put = |expect: &str, length: usize| {
        format!(
            "PUT /_connector/c HTTP/1.1\r\nhost: x\r\nexpect: {expect}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    assert_bare(&send(server.address(), put("magic", 2)), 417);
    assert_bare(&send(server.address(), put("100-continue", TOO_LARGE)), 413);
    let mut stream = connect(server.address());
    stream.write_all(put("100-Continue", 2).as_bytes()).unwrap();
    assert_eq!(read_answer(&mut stream).status, 100);
    stream.write_all(b"{}").unwrap();
    assert_eq!(read_answer(&mut stream).status, 201);
}

// Proves RL-1-1.
#[test]
fn the_http_level_comes_before_everything_else() {
    let server = server();
    let wrong = "/%zz?pretty=%zz";
    let headers = format!("accept: foo\r\ncontent-length: {TOO_LARGE}\r\n");
    let head = |more: &str| format!("get {wrong} HTTP/1.1\r\nhost: x\r\n{more}{headers}\r\n");
    assert_bare(&send(server.address(), head("expect: magic\r\n")), 417);
    assert_bare(&send(server.address(), head("")), 413);
    let long = format!("{wrong}{}", "x".repeat(4096));
    let answer = send(server.address(), with_headers("get", &long, "accept: foo\r\n", ""));
    assert!(answer.text().contains("too_long_http_line_exception"), "{}", answer.text());
    let expect = format!("expect: magic\r\nx-long: {}\r\n", "x".repeat(17_000));
    let answer = send(server.address(), with_headers("GET", wrong, &expect, ""));
    assert!(answer.status == 417 || answer.text().contains("too_long_http_header_exception"));
    assert_alive(server.address());
}

// Proves RL-5-41.
#[test]
fn strings_and_names_may_have_any_length() {
    let server = server();
    let long = "x".repeat(3_000_000);
    let body = format!(r#"{{"name":"{long}"}}"#);
    assert_eq!(send(server.address(), request("PUT", "/_connector/c", body)).status, 201);
    let long = "x".repeat(100_000);
    let body = format!(r#"{{"{long}":1}}"#);
    let answer = send(server.address(), request("PUT", "/_connector/c", body));
    assert_eq!(answer.status, 400);
    let reason = format!(r#""reason":"[1:2] [connector_put_request] unknown field [{long}]""#);
    assert!(answer.text().contains(&reason));
}

// Proves RL-5-27, RL-9-1.
#[test]
fn a_compressed_body_counts_as_it_is_when_unpacked() {
    let server = server();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(br#"{"error":}"#).unwrap();
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    let body = encoder.finish().unwrap();
    let sent = with_headers("PUT", "/_connector/c/_error", headers, body);
    let answer = send(server.address(), sent);
    assert_eq!(answer.status, 400);
    let reason = r#"[1:11] Unexpected character ('}' (code 125)): expected a value\n at [Source: (byte[])\"{\"error\":}\"; line: 1, column: 11]"#;
    assert!(answer.text().contains(reason), "{}", answer.text());
}
