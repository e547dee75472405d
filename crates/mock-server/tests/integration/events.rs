//! The stream of events, over a connection.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpStream},
};

use mock_server::MockServer;

use crate::{
    program::Running,
    wire::{connect, request, send},
};

/// A reader of events that has read the head of the answer.
fn listen(address: SocketAddr, target: &str) -> (String, BufReader<TcpStream>) {
    let mut stream = connect(address);
    write!(stream, "GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    let head = until(&mut reader, "\r\n");
    (head, reader)
}

/// The lines up to this one.
fn until(reader: &mut BufReader<TcpStream>, end: &str) -> String {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        assert!(reader.read_line(&mut line).unwrap() > 0, "the stream ended after {text}");
        if line == end {
            return text;
        }
        text.push_str(&line);
    }
}

#[test]
fn each_exchange_is_an_event_as_soon_as_it_is_over() {
    let server = MockServer::builder().rng_seed(1).start_blocking().unwrap();
    let (head, mut reader) = listen(server.address(), "/_space/a/_mock/events");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains("content-type: text/event-stream\r\n"), "{head}");
    assert!(head.contains("cache-control: no-store\r\n"), "{head}");
    let first = until(&mut reader, "\n");
    assert!(first.ends_with(": events of connector-mock\n"), "{first}");
    send(server.address(), request("GET", "/_connector", ""));
    send(server.address(), request("PUT", "/_space/a/_connector/c", "{}"));
    let event = until(&mut reader, "\n");
    assert!(event.contains("event: exchange\nid: 1\ndata: {\"number\":1,"), "{event}");
    assert!(event.contains("\"operation\":\"connector.put\""), "{event}");
    send(server.address(), request("POST", "/_space/a/_mock/reset", ""));
    let event = until(&mut reader, "\n");
    let data = "event: control\ndata: {\"kind\":\"reset\",\"space\":\"a\",\"detail\":{}}\n";
    assert!(event.ends_with(data), "{event}");
}

#[test]
fn a_reader_does_not_keep_the_server_from_stopping() {
    let running = Running::start(&[]);
    let (_, mut reader) = listen(running.address, "/_mock/events");
    until(&mut reader, "\n");
    assert_eq!(running.stop("-TERM"), (Some(0), String::new()));
}

#[test]
fn what_is_wrong_with_a_request_for_events_is_told() {
    let server = MockServer::builder().start_blocking().unwrap();
    let told = |target: &str| {
        let answer = send(server.address(), request("GET", target, ""));
        format!("{} {}", answer.status, answer.text())
    };
    assert!(told("/_mock/events?after=x").starts_with("400 "), "{}", told("/_mock/events?after=x"));
    assert!(
        told("/_mock/events?x=1").contains("unknown parameter [x]; there are [space], [after]")
    );
    let method = send(server.address(), request("POST", "/_mock/events", ""));
    assert_eq!((method.status, method.header("allow")), (405, Some("GET")));
    let guarded = MockServer::builder().control_token("t").start_blocking().unwrap();
    assert_eq!(send(guarded.address(), request("GET", "/_mock/events", "")).status, 403);
}

#[test]
fn the_journal_is_off_or_small_on_request() {
    let small = Running::start(&["--journal", "2", "--journal-bytes", "64kb"]);
    for _ in 0..3 {
        send(small.address, request("GET", "/_connector", ""));
    }
    let listing = send(small.address, request("GET", "/_mock/requests?size=0", "")).text();
    assert_eq!(listing, r#"{"total":2,"dropped":1,"next":null,"requests":[]}"#);
    let off = Running::start(&["--journal", "off"]);
    let refused = send(off.address, request("GET", "/_mock/requests", ""));
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("keeps no journal"), "{}", refused.text());
}
