//! Bad input on a connection never stops the server, and is answered as Elasticsearch does.

use std::{
    io::{Read as _, Write as _},
    time::Duration,
};

use flate2::{
    Compression,
    read::GzDecoder,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use mock_server::MockServer;

use crate::wire::{
    assert_alive, connect, read_answer, request, send, try_read_answer, with_headers,
};

fn server() -> MockServer {
    MockServer::builder().start_blocking().unwrap()
}

#[test]
fn several_requests_share_a_connection() {
    let server = server();
    let mut stream = connect(server.address());
    for _ in 0..3 {
        stream.write_all(&request("PUT", "/_connector/c1", "{}")).unwrap();
        assert!(read_answer(&mut stream).status < 300);
        stream.write_all(b"GET /_connector/c1 HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        assert_eq!(read_answer(&mut stream).status, 200);
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = server();
    let mut stream = connect(server.address());
    let both = [request("PUT", "/_connector/c1", "{}"), request("DELETE", "/_connector/c1", "")];
    stream.write_all(&both.concat()).unwrap();
    assert_eq!(read_answer(&mut stream).text(), r#"{"id":"c1","result":"created"}"#);
    assert_eq!(read_answer(&mut stream).text(), r#"{"acknowledged":true}"#);
}

#[test]
fn the_answer_to_head_has_a_length_and_no_body() {
    let server = server();
    let mut stream = connect(server.address());
    stream.write_all(b"HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(text.contains("content-length: 541\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\n"), "{text}");
}

#[test]
fn gzip_is_understood_and_spoken() {
    let server = server();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(br#"{"name":"compressed"}"#).unwrap();
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    let body = encoder.finish().unwrap();
    let answer = send(server.address(), with_headers("PUT", "/_connector/c1", headers, body));
    assert_eq!(answer.status, 201);
    let target = "/_connector/c1?filter_path=name";
    let answer =
        send(server.address(), with_headers("GET", target, "accept-encoding: gzip, br\r\n", ""));
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text, r#"{"name":"compressed"}"#);
}

// Proves RL-9-5.
#[test]
fn a_body_may_be_deflated_with_an_envelope_or_without() {
    let server = server();
    let text = br#"{"name":"deflated"}"#;
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(text).unwrap();
    let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
    bare.write_all(text).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text).unwrap();
    let (zlib, bare) = (zlib.finish().unwrap(), bare.finish().unwrap());
    for (id, coding, body) in [
        ("a", "deflate", &zlib),
        ("b", "deflate", &bare),
        ("c", "X-Deflate", &zlib),
        ("d", "x-gzip", &gzip.finish().unwrap()),
    ] {
        let headers = format!("content-type: application/json\r\ncontent-encoding: {coding}\r\n");
        let target = format!("/_connector/{id}");
        let answer = send(server.address(), with_headers("PUT", &target, &headers, body));
        assert_eq!(answer.status, 201, "{coding}: {}", answer.text());
        let target = format!("{target}?filter_path=name");
        let answer = send(server.address(), with_headers("GET", &target, "", ""));
        assert_eq!(answer.text().as_bytes(), text, "{coding}");
    }
    let headers = "content-type: application/json\r\ncontent-encoding: deflate\r\n";
    let answer = send(server.address(), with_headers("PUT", "/_connector/e", headers, "{}"));
    assert_eq!(answer.status, 400);
    assert_alive(server.address());
}

#[test]
fn a_body_that_cannot_be_decompressed_is_refused() {
    let server = server();
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    let answer = send(server.address(), with_headers("PUT", "/_connector/c1", headers, "{}"));
    assert_eq!(answer.status, 400);
    assert_alive(server.address());
}

#[test]
fn a_body_over_100_megabytes_is_refused_at_once() {
    let server = server();
    let head = "PUT /_connector/c1 HTTP/1.1\r\nhost: x\r\ncontent-length: 104857601\r\n\r\n";
    let answer = send(server.address(), head);
    assert_eq!(answer.status, 413);
    assert_eq!(answer.header("content-length"), Some("0"));
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(answer.header("x-elastic-product"), None);
    assert_alive(server.address());
}

// Proves CL-1-2.
#[test]
fn a_large_body_below_the_limit_is_taken() {
    let server = server();
    let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(5_000_000));
    assert_eq!(send(server.address(), request("PUT", "/_connector/c1", body)).status, 201);
    let answer = send(server.address(), "GET /_connector/c1 HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(answer.body.len() > 5_000_000);
}

#[test]
fn expectations_are_met_or_refused() {
    let server = server();
    let answer =
        send(server.address(), with_headers("PUT", "/_connector/c1", "expect: magic\r\n", ""));
    assert_eq!(answer.status, 417);
    assert_eq!(answer.header("connection"), Some("close"));
    let mut stream = connect(server.address());
    let head = "PUT /_connector/c1 HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut stream).status, 100);
    stream.write_all(b"{}").unwrap();
    assert_eq!(read_answer(&mut stream).status, 201);
}

#[test]
fn long_lines_and_headers_are_refused_as_elasticsearch_does() {
    let server = server();
    let target = format!("/_connector?query={}", "x".repeat(4096));
    let answer = send(server.address(), with_headers("GET", &target, "", ""));
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.text(),
        r#"{"error":{"root_cause":[{"type":"too_long_http_line_exception","reason":"An HTTP line is larger than 4096 bytes."}],"type":"too_long_http_line_exception","reason":"An HTTP line is larger than 4096 bytes."},"status":400}"#
    );
    assert_eq!(answer.header("connection"), Some("close"));
    let header = format!("x-long: {}\r\n", "x".repeat(16384));
    let answer = send(server.address(), with_headers("GET", "/_connector", &header, ""));
    assert!(answer.text().contains("HTTP header is larger than 16384 bytes."), "{}", answer.text());
}

#[test]
fn bad_bodies_are_answered_and_the_server_goes_on() {
    let server = server();
    let deep = format!(r#"{{"metadata":{}"#, r#"{"a":"#.repeat(100_000));
    let bodies: [&[u8]; 8] = [
        b"{",
        b"\xff\xfe\x00",
        b"{\"error\":\"\xff\"}",
        b"[[[[",
        deep.as_bytes(),
        b"{\"error\":[]}",
        b"\"",
        b"{\"error\":1e999999}",
    ];
    for body in bodies {
        for target in ["/_connector/c1/_error", "/_connector/_sync_job/j/_stats"] {
            let answer = send(server.address(), request("PUT", target, body));
            assert_eq!(answer.status, 400, "{body:?}: {}", answer.text());
            assert!(answer.text().starts_with(r#"{"error":{"root_cause":[{"type":""#));
        }
    }
    assert_alive(server.address());
}

#[test]
fn a_document_of_the_greatest_depth_is_stored_and_returned() {
    let server = server();
    let address = server.address();
    send(address, request("PUT", "/_connector/c1", r#"{"index_name":"i","service_type":"s"}"#));
    let created = send(address, request("POST", "/_connector/_sync_job", r#"{"id":"c1"}"#)).text();
    let id = created.split('"').nth(3).unwrap();
    let deepest = format!("{}{}", r#"{"a":"#.repeat(997), "{}") + &"}".repeat(997);
    let body = format!(
        r#"{{"deleted_document_count":0,"indexed_document_count":0,"indexed_document_volume":0,"metadata":{deepest}}}"#
    );
    let target = format!("/_connector/_sync_job/{id}/_stats");
    assert_eq!(send(address, request("PUT", &target, &body)).status, 200);
    assert_eq!(send(address, request("PUT", &target, &body)).status, 200);
    let answer = send(address, with_headers("GET", &format!("/_connector/_sync_job/{id}"), "", ""));
    assert!(answer.text().contains(&deepest));
    assert_alive(address);
}

#[test]
fn what_is_not_http_is_refused_and_the_server_goes_on() {
    let server = server();
    for rubbish in ["rubbish\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02"]
    {
        let mut stream = connect(server.address());
        stream.write_all(rubbish.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        match try_read_answer(&mut stream) {
            Ok(answer) => assert!(answer.status >= 400, "{rubbish:?}"),
            Err((head, _)) => assert_eq!(head, "", "{rubbish:?}"),
        }
    }
    assert_alive(server.address());
}

#[test]
fn a_request_that_breaks_off_changes_nothing() {
    let server = server();
    let mut stream = connect(server.address());
    stream
        .write_all(b"PUT /_connector/c1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{}")
        .unwrap();
    drop(stream);
    let answer = send(server.address(), with_headers("GET", "/_connector/c1", "", ""));
    assert_eq!(answer.status, 404);
}

#[test]
fn a_slow_sender_does_not_hold_up_others() {
    let server = server();
    let mut slow = connect(server.address());
    let whole = request("PUT", "/_connector/slow", r#"{"name":"slow"}"#);
    for byte in whole.chunks(9) {
        slow.write_all(byte).unwrap();
        slow.flush().unwrap();
        assert_alive(server.address());
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(read_answer(&mut slow).status, 201);
}

#[test]
fn nesting_without_end_is_refused_in_every_format() {
    let server = server();
    let depth = 3_000_000;
    for (format, open, start) in [
        ("json", "[", r#"{"metadata":{"a":"#.as_bytes()),
        ("json", "{\"a\":", r#"{"metadata":"#.as_bytes()),
        ("yaml", "[", b"metadata: ".as_slice()),
        ("yaml", "- ", b"".as_slice()),
        ("cbor", "\u{1}", b"\xa1\x68metadata".as_slice()),
        ("smile", "\u{2}", b":)\n\x01\xfa\x87metadata".as_slice()),
    ] {
        let open: &[u8] = match open {
            "\u{1}" => b"\x81",
            "\u{2}" => b"\xf8",
            text => text.as_bytes(),
        };
        let body = [start, open.repeat(depth).as_slice()].concat();
        let headers = format!("content-type: application/{format}\r\naccept: application/json\r\n");
        let sent = with_headers("PUT", "/_connector/_sync_job/j/_stats", &headers, body);
        let answer = send(server.address(), sent);
        assert_eq!(answer.status, 400, "{format}: {}", answer.text());
        assert_alive(server.address());
    }
}
