//! Headers and codings of answers, on the wire (contract RL-8, RL-9).

use std::io::{Read as _, Write as _};

use api_types::endpoint::ENDPOINTS;
use flate2::read::{GzDecoder, ZlibDecoder};
use mock_server::MockServer;

use crate::wire::{Answer, connect, read_answer, request, send, with_headers};

fn server() -> MockServer {
    MockServer::builder().start_blocking().unwrap()
}

// Proves RL-8-6, RL-8-2, RL-8-5, DO-4.3-4.
#[test]
fn headers_come_in_the_order_and_the_spelling_of_the_server() {
    let server = server();
    let answer =
        send(server.address(), with_headers("PATCH", "/_connector", "x-opaque-id: 1\r\n", ""));
    let expected = ["X-Opaque-Id", "Allow", "X-elastic-product", "content-type", "content-length"];
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header_names(), expected);
    let answer = send(server.address(), request("PUT", "/_connector/c", "{}"));
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header_names(), expected[2..]);
    let answer = send(server.address(), request("PUT", "/i/_doc/1", "{}"));
    assert_eq!(answer.header_names()[..2], ["Location", "X-elastic-product"]);
    // Once more on a connection on which something was answered.
    let mut stream = connect(server.address());
    for _ in 0..3 {
        stream.write_all(&request("GET", "/_connector", "")).unwrap();
        assert_eq!(read_answer(&mut stream).header_names(), expected[2..]);
    }
}

// Proves RL-8-3.
#[test]
fn every_answer_has_its_length_and_is_not_chunked() {
    let server = server();
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(300_000));
    send(server.address(), request("PUT", "/_connector/c", large));
    let mut stream = connect(server.address());
    for (method, target, status, length) in [
        ("GET", "/_connector/c?filter_path=name", 200, Some(300_011)),
        ("GET", "/_connector/none", 404, None),
        ("PATCH", "/_connector", 405, None),
        ("GET", "/a/b", 400, Some(60)),
        ("OPTIONS", "/_connector", 200, Some(0)),
        ("GET", "/_connector/_sync_job", 200, Some(24)),
    ] {
        stream.write_all(&with_headers(method, target, "", "")).unwrap();
        let answer = read_answer(&mut stream);
        assert_eq!(answer.status, status, "{method} {target}");
        assert_eq!(answer.header("transfer-encoding"), None, "{method} {target}");
        let said = answer.header("content-length").map(|text| text.parse::<usize>().unwrap());
        assert_eq!(said, Some(answer.body.len()), "{method} {target}");
        if let Some(length) = length {
            assert_eq!(said, Some(length), "{method} {target}");
        }
    }
}

fn get(server: &MockServer, accepted: &str) -> Answer {
    let headers = format!("accept-encoding: {accepted}\r\n");
    send(server.address(), with_headers("GET", "/_connector", &headers, ""))
}

const PLAIN: &str = r#"{"count":0,"results":[]}"#;

// Proves RL-9-1, RL-9-2.
#[test]
fn gzip_is_preferred_to_deflate_and_nothing_else_is_used() {
    let server = server();
    for (accepted, coding) in [
        ("gzip", Some("gzip")),
        ("*", Some("gzip")),
        ("deflate, gzip", Some("gzip")),
        ("deflate;q=0.5, gzip;q=0.5", Some("gzip")),
        ("deflate;q=0.6, gzip;q=0.5", Some("deflate")),
        ("deflate", Some("deflate")),
        ("gzip;q=0, deflate", Some("deflate")),
        ("gzip;q=0", None),
        ("br, zstd", None),
        ("identity", None),
    ] {
        let answer = get(&server, accepted);
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
        let mut text = String::new();
        match coding {
            Some("gzip") => GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text),
            Some(_) => ZlibDecoder::new(answer.body.as_slice()).read_to_string(&mut text),
            None => answer.body.as_slice().read_to_string(&mut text),
        }
        .unwrap();
        assert_eq!(text, PLAIN, "{accepted}");
    }
}

// Proves RL-9-3.
#[test]
fn the_smallest_body_is_compressed_and_its_length_is_that_on_the_wire() {
    let server = server();
    let answer = get(&server, "gzip");
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let length = answer.body.len().to_string();
    assert_eq!(answer.header("content-length"), Some(length.as_str()));
    assert_ne!(answer.body.len(), PLAIN.len());
    assert_eq!(answer.header("vary"), None);
}

// Proves RL-9-4, RL-14-4, RL-3-22.
#[test]
fn empty_bodies_and_head_are_left_alone() {
    let server = server();
    let accept = "accept-encoding: gzip\r\n";
    let answer = send(server.address(), with_headers("OPTIONS", "/_connector", accept, ""));
    assert_eq!(answer.header("content-encoding"), None);
    assert_eq!(answer.header("content-length"), Some("0"));
    for target in ["/", "/_connector"] {
        let mut stream = connect(server.address());
        let headers = format!("{accept}connection: close\r\n");
        stream.write_all(&with_headers("HEAD", target, &headers, "")).unwrap();
        let mut head = String::new();
        stream.read_to_string(&mut head).unwrap();
        let plain = send(
            server.address(),
            with_headers(if target == "/" { "GET" } else { "PATCH" }, target, "", ""),
        );
        let said = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let one_less = usize::from(target != "/");
        assert_eq!(said.parse::<usize>().unwrap(), plain.body.len() - one_less, "{head}");
        assert!(!head.contains("content-encoding"), "{head}");
        assert!(head.contains("content-type: application/json\r\n"), "{head}");
        assert!(head.ends_with("\r\n\r\n"), "{head}");
    }
}

// Proves RL-4-9.
#[test]
fn every_route_takes_the_generic_parameters() {
    let server = server();
    let query = "pretty&human&error_trace&filter_path=*&format=json";
    // The answer to HEAD says nothing of parameters.
    for row in ENDPOINTS.iter().filter(|row| row.method.as_str() != "HEAD") {
        let path = row.path.replace(['{', '}'], "");
        let body = if row.method.as_str() == "GET" { "" } else { r#"{"no_such_member":1}"# };
        let sent = request(row.method.as_str(), &format!("{path}?{query}"), body);
        let answer = send(server.address(), sent);
        assert!(!answer.text().contains("unrecognized parameter"), "{path}: {}", answer.text());
        let sent = request(row.method.as_str(), &format!("{path}?no_such_parameter&{query}"), "");
        let text = send(server.address(), sent).text();
        let alone = "contains unrecognized parameter: [no_such_parameter]";
        // A body that has to be there, an alias without index, a group that there is not.
        let before = ["parse_exception", "null_pointer", "can't be empty", "unrecognized metric"];
        let is_refused_before = before.iter().any(|refusal| text.contains(refusal));
        assert!(
            text.contains(alone) || is_refused_before || text.contains("[1:0]"),
            "{path}: {text}"
        );
    }
}
