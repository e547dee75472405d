//! Writers of the same document at the same time.

use std::{net::SocketAddr, sync::Barrier, thread};

use mock_server::MockServer;
use serde_json::Value;

use crate::wire::{request, send, with_headers};

const ROUNDS: i64 = 25;

fn document(address: SocketAddr) -> Value {
    let answer = send(address, with_headers("GET", "/.elastic-connectors/_doc/c", "", ""));
    assert_eq!(answer.status, 200);
    serde_json::from_slice(&answer.body).unwrap()
}

/// Reads, waits until the other one has read too, writes under what was read; the statuses.
fn write(address: SocketAddr, writer: &str, both: &Barrier) -> Vec<u16> {
    let mut statuses = Vec::new();
    for round in 0..ROUNDS {
        let seq_no = document(address).get("_seq_no").cloned().unwrap();
        both.wait();
        let target = format!("/.elastic-connectors/_update/c?if_seq_no={seq_no}&if_primary_term=1");
        let body = format!(r#"{{"doc":{{"name":"{writer} {round}"}}}}"#);
        statuses.push(send(address, request("POST", &target, &body)).status);
        both.wait();
    }
    statuses
}

// Proves DO-4.1-7, CL-1-6, DO-4-2.
#[test]
fn of_two_writers_that_have_read_the_same_one_succeeds() {
    let server = MockServer::builder().rng_seed(1).start_blocking().unwrap();
    let address = server.address();
    assert_eq!(send(address, request("PUT", "/_connector/c", "{}")).status, 201);
    let both = Barrier::new(2);
    let (first, second) = thread::scope(|scope| {
        let first = scope.spawn(|| write(address, "first", &both));
        let second = scope.spawn(|| write(address, "second", &both));
        (first.join().unwrap(), second.join().unwrap())
    });
    for pair in first.into_iter().zip(second) {
        assert!(matches!(pair, (200, 409) | (409, 200)), "{pair:?}");
    }
    let stored = document(address);
    assert_eq!((&stored["_seq_no"], &stored["_version"]), (&ROUNDS.into(), &(ROUNDS + 1).into()));
}

/// Counts up once, from what all have read, and tries until nobody comes between reading and
/// writing; the conflicts.
fn count_up(address: SocketAddr, all_have_read: &Barrier) -> usize {
    for conflicts in 0.. {
        let read = document(address);
        if conflicts == 0 {
            all_have_read.wait();
        }
        let number = |place: &str| read.pointer(place).and_then(Value::as_i64);
        let count = number("/_source/last_indexed_document_count").unwrap_or(0) + 1;
        let (seq_no, term) = (number("/_seq_no").unwrap(), number("/_primary_term").unwrap());
        let target =
            format!("/.elastic-connectors/_update/c?if_seq_no={seq_no}&if_primary_term={term}");
        let body = format!(r#"{{"doc":{{"last_indexed_document_count":{count}}}}}"#);
        let answer = send(address, request("POST", &target, &body));
        match answer.status {
            200 => return conflicts,
            409 => assert_conflict(&answer.body, seq_no),
            other => panic!("{other}"),
        }
    }
    unreachable!("there are more numbers than writers")
}

/// The body is that of contract RL-12-1, of a write that rests on `seq_no`.
fn assert_conflict(body: &[u8], seq_no: i64) {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    let error = body.get_mut("error").and_then(Value::as_object_mut).unwrap();
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap().to_owned();
    let (reason, uuid) = (text("reason"), text("index_uuid"));
    let begin = format!(
        "[c]: version conflict, required seqNo [{seq_no}], primary term [1]. current document has seqNo ["
    );
    let rest = reason.strip_prefix(&begin).unwrap_or_else(|| panic!("{reason}"));
    let now: i64 = rest.strip_suffix("] and primary term [1]").unwrap().parse().unwrap();
    assert!(now > seq_no, "{reason}");
    let root_causes = error.remove("root_cause").unwrap();
    assert_eq!(root_causes, Value::Array(vec![Value::Object(error.clone())]));
    assert_eq!(uuid.len(), 22);
    let expected = serde_json::json!({
        "type": "version_conflict_engine_exception",
        "reason": reason,
        "index_uuid": uuid,
        "shard": "0",
        "index": ".elastic-connectors-v1",
    });
    assert_eq!(Value::Object(error.clone()), expected);
}

// Proves DO-4.1-7, RL-12-1, DO-4-2.
#[test]
fn a_hundred_writers_that_try_again_count_to_a_hundred() {
    let server = MockServer::builder().rng_seed(1).start_blocking().unwrap();
    let address = server.address();
    assert_eq!(send(address, request("PUT", "/_connector/c", "{}")).status, 201);
    let all_have_read = Barrier::new(100);
    let conflicts: usize = thread::scope(|scope| {
        let writer = || count_up(address, &all_have_read);
        let writers: Vec<_> = (0..100).map(|_| scope.spawn(writer)).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert!(conflicts >= 99, "all but one came too late with what they had read: {conflicts}");
    let stored = document(address);
    assert_eq!(stored["_source"]["last_indexed_document_count"], 100);
    assert_eq!((&stored["_seq_no"], &stored["_version"]), (&100.into(), &101.into()));
    // The other view has the same.
    let answer = send(address, with_headers("GET", "/_connector/c", "", ""));
    let connector: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(connector["last_indexed_document_count"], 100);
}
