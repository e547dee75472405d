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
