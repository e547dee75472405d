//! The server in the process of its user.

use std::{net::TcpStream, thread, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use mock_server::{Clock, MockServer, Timestamp};

use crate::wire::{assert_alive, request, send, with_headers};

#[tokio::test]
async fn servers_side_by_side_share_nothing() {
    let first = MockServer::start().await;
    let second = MockServer::start().await;
    assert_ne!(first.uri(), second.uri());
    assert_eq!(send(first.address(), request("PUT", "/_connector/c1", "{}")).status, 201);
    let get = with_headers("GET", "/_connector/c1", "", "");
    assert_eq!(send(first.address(), &get).status, 200);
    assert_eq!(send(second.address(), &get).status, 404);
}

#[tokio::test]
async fn a_hundred_servers_run_at_once() {
    let mut servers = Vec::new();
    for _ in 0..100 {
        servers.push(MockServer::start().await);
    }
    for server in &servers {
        assert_alive(server.address());
    }
}

#[tokio::test]
async fn a_dropped_server_listens_no_more() {
    let server = MockServer::start().await;
    let address = server.address();
    let open = TcpStream::connect(address).unwrap();
    drop(server);
    assert!(TcpStream::connect(address).is_err());
    drop(open);
}

#[tokio::test]
async fn reset_takes_everything_back() {
    let server = MockServer::builder().rng_seed(1).start().await.unwrap();
    let create = request("POST", "/_connector", "");
    let first = send(server.address(), &create).text();
    server.reset();
    assert_eq!(send(server.address(), &create).text(), first, "ids start again as well");
}

#[tokio::test]
async fn time_and_ids_are_what_they_were_set_to() {
    let noon = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
    let start = async || {
        let clock = Clock::manual(noon, Duration::from_millis(1));
        MockServer::builder().clock(clock).rng_seed(7).start().await.unwrap()
    };
    let (first, second) = (start().await, start().await);
    first.clock().advance(Duration::from_secs(60));
    for (server, seen) in
        [(&first, "2026-01-01T12:01:00.001Z"), (&second, "2026-01-01T12:00:00.001Z")]
    {
        send(server.address(), request("PUT", "/_connector/c1", ""));
        send(server.address(), request("PUT", "/_connector/c1/_check_in", ""));
        let target = "/_connector/c1?filter_path=last_seen";
        let answer = send(server.address(), with_headers("GET", target, "", ""));
        assert_eq!(answer.text(), format!(r#"{{"last_seen":"{seen}"}}"#));
    }
    let create = request("POST", "/_connector", "");
    assert_eq!(send(first.address(), &create).text(), send(second.address(), &create).text());
}

/// What does not depend on a connection is the same without one, and clones share their state.
#[tokio::test]
async fn a_server_without_a_connection_answers_the_same() {
    let noon = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
    let builder = || {
        let clock = Clock::manual(noon, Duration::from_millis(1));
        MockServer::builder().clock(clock).rng_seed(7)
    };
    let connected = builder().start().await.unwrap();
    let server = builder().in_process();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (method, target, body) in [
        ("PUT", "/_connector/a%20b", r#"{"index_name":"i","service_type":"s"}"#),
        ("POST", "/_connector/_sync_job", r#"{"id":"a b"}"#),
        ("PUT", "/_connector/a%20b/_error", r#"{"error":1}"#),
        ("GET", "/_connector?pretty&from=0", ""),
        ("PATCH", "/_connector", "{}"),
    ] {
        let answer = send(connected.address(), request(method, target, body));
        let response = server.clone().handle(method, target, &headers, body.into());
        assert_eq!(response.status().as_u16(), answer.status, "{method} {target}");
        assert_eq!(response.body().as_ref(), answer.body, "{method} {target}");
        let names: Vec<_> = response.headers().keys().map(|name| name.as_str()).collect();
        let sent = answer.header_names().into_iter().map(str::to_ascii_lowercase);
        assert_eq!(names, sent.collect::<Vec<_>>(), "{method} {target}");
    }
    server.clock().advance(Duration::from_secs(60));
    server.reset();
    let list = server.handle("GET", "/_connector", &HeaderMap::new(), Bytes::new());
    assert_eq!(list.body().as_ref(), br#"{"count":0,"results":[]}"#);
    let elsewhere = server.clone();
    let put = move || elsewhere.handle("PUT", "/_connector/c", &headers, Bytes::new());
    assert_eq!(thread::spawn(put).join().unwrap().status(), 201);
    let get = server.handle("GET", "/_connector/c", &HeaderMap::new(), Bytes::new());
    assert_eq!(get.status(), 200);
}

#[tokio::test]
async fn an_older_version_says_so_and_takes_its_own_media_types() {
    let server = MockServer::builder().es_version("8.19.3".parse().unwrap()).start().await.unwrap();
    let target = "/?filter_path=version.number&pretty=false";
    let answer = send(server.address(), with_headers("GET", target, "", ""));
    assert_eq!(answer.text(), r#"{"version":{"number":"8.19.3"}}"#);
    let accept = "accept: application/vnd.elasticsearch+json;compatible-with=9\r\n";
    let answer = send(server.address(), with_headers("GET", "/_connector", accept, ""));
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("Accept version must be either version 8 or 7, but found 9."));
}

// Expected values: contract CN-9.
#[tokio::test]
async fn what_a_version_did_not_have_is_unknown_there() {
    let start = async |version: &str| {
        MockServer::builder().es_version(version.parse().unwrap()).start().await.unwrap()
    };
    let old = start("8.14").await;
    let claim = request("PUT", "/_connector/_sync_job/j/_claim", r#"{"worker_hostname":"w"}"#);
    assert_eq!(send(old.address(), &claim).status, 400, "no such route before 8.15");
    assert_eq!(send(start("8.15").await.address(), &claim).status, 404);
    assert_eq!(send(old.address(), request("PUT", "/_connector", "")).status, 405);
    let hard = with_headers("DELETE", "/_connector/c1?hard=true", "", "");
    let refused = send(old.address(), hard).text();
    assert!(refused.contains("contains unrecognized parameter: [hard]"), "{refused}");
    for (server, again) in [(old, 201), (start("9.0").await, 200)] {
        assert_eq!(send(server.address(), request("PUT", "/_connector/c1", "{}")).status, 201);
        assert_eq!(send(server.address(), request("DELETE", "/_connector/c1", "")).status, 200);
        assert_eq!(send(server.address(), request("PUT", "/_connector/c1", "{}")).status, again);
    }
}
