//! The scripted worker through the socket: the clock is moved by the test, nothing waits.

use std::{io::Write as _, net::SocketAddr, time::Duration};

use mock_server::{Clock, MockServer, Timestamp, Worker, WorkerJob};

use crate::{
    program::{Running, failed},
    wire::{request, send},
};

/// A connector with a job; the id of the job.
fn with_job(address: SocketAddr) -> String {
    let connector = r#"{"index_name":"i","service_type":"s"}"#;
    assert_eq!(send(address, request("PUT", "/_connector/c", connector)).status, 201);
    job(address)
}

fn job(address: SocketAddr) -> String {
    let made = send(address, request("POST", "/_connector/_sync_job", r#"{"id":"c"}"#)).text();
    made.strip_prefix(r#"{"id":""#).unwrap().strip_suffix(r#""}"#).unwrap().to_owned()
}

fn status(address: SocketAddr, job: &str) -> String {
    let target = format!("/_connector/_sync_job/{job}?filter_path=status");
    let answer = send(address, request("GET", &target, "")).text();
    answer.strip_prefix(r#"{"status":""#).unwrap().strip_suffix(r#""}"#).unwrap().to_owned()
}

fn manual() -> Clock {
    let start = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    Clock::manual(start, Duration::from_micros(1))
}

/// Waits as a client does, and moves the clock where the client would sleep.
fn wait_for_the_end(server: &MockServer, job: &str) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..100 {
        seen.push(status(server.address(), job));
        if seen.last().is_some_and(|last| ["completed", "canceled", "error"].contains(&&**last)) {
            break;
        }
        server.clock().advance(Duration::from_secs(1));
    }
    seen.dedup();
    seen
}

#[tokio::test]
async fn a_waiting_client_sees_pending_in_progress_completed() {
    let server =
        MockServer::builder().clock(manual()).worker(Worker::completes()).start().await.unwrap();
    let job = with_job(server.address());
    assert_eq!(wait_for_the_end(&server, &job), ["pending", "in_progress", "completed"]);
}

#[tokio::test]
async fn a_cancel_in_between_ends_in_canceled() {
    let server =
        MockServer::builder().clock(manual()).worker(Worker::completes()).start().await.unwrap();
    let job = with_job(server.address());
    server.clock().advance(Duration::from_secs(2));
    let cancel = format!("/_connector/_sync_job/{job}/_cancel");
    assert_eq!(send(server.address(), request("PUT", &cancel, "")).status, 200);
    assert_eq!(wait_for_the_end(&server, &job), ["canceling", "canceled"]);
}

#[tokio::test]
async fn scripts_can_be_made_and_changed_in_rust() {
    let script = Worker::never_ends()
        .claim_after(Duration::ZERO)
        .cancel_after(Duration::from_secs(9))
        .job(WorkerJob::fails("E: x").after(Duration::from_secs(1)))
        .job(WorkerJob::suspends().after(Duration::ZERO));
    let server = MockServer::builder().clock(manual()).worker(script).start().await.unwrap();
    let address = server.address();
    let first = with_job(address);
    assert_eq!(wait_for_the_end(&server, &first), ["in_progress", "error"]);
    let second = job(address);
    // Suspended at once, claimed again at once, and then as all other jobs.
    assert_eq!(status(address, &second), "in_progress");
    server.set_worker(Some(Worker::suspends().after(Duration::ZERO)));
    assert_eq!(status(address, &second), "suspended");
    assert_eq!(wait_for_the_end(&server, &second), ["suspended", "completed"]);
    server.set_worker(None);
    let last = job(address);
    server.clock().advance(Duration::from_secs(3600));
    assert_eq!(status(address, &last), "pending");
    // A reset brings back the script of the start.
    server.reset();
    let again = with_job(address);
    assert_eq!(wait_for_the_end(&server, &again), ["in_progress", "error"]);
}

#[test]
fn the_program_takes_a_script_or_an_end() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(br#"{"claim_after":"0s","after":"0s","jobs":[{"error":"E"}]}"#).unwrap();
    let path = file.path().to_str().unwrap();
    let running = Running::start(&["--worker", path]);
    let job = with_job(running.address);
    assert_eq!(status(running.address, &job), "error");
    drop(running);
    let running = Running::start(&["--worker", "suspended"]);
    let shown = send(running.address, request("GET", "/_mock/worker", "")).text();
    assert!(shown.contains(r#""end":"suspended""#), "{shown}");
}

#[test]
fn the_program_refuses_a_script_in_one_line() {
    let (code, message) = failed(&["--worker", "complete"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("complete cannot be read: "), "{message}");
    assert!(message.contains("one of [completed, error, suspended, never]"), "{message}");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(br#"{"afer":"1s"}"#).unwrap();
    let (code, message) = failed(&["--worker", file.path().to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(message.contains("unknown member [afer]; did you mean [after]?"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

/// The worker needs no credentials where clients do.
#[tokio::test]
async fn the_worker_works_where_callers_are_asked_for_credentials() {
    let users = "users: [{name: u, password: p, privileges: [manage_connector]}]";
    let server = MockServer::builder()
        .clock(manual())
        .security(mock_server::Security::parse("here", users).unwrap())
        .worker(Worker::completes())
        .start()
        .await
        .unwrap();
    let call = |method: &str, target: &str, body: &str| {
        let head = "authorization: Basic dTpw\r\ncontent-type: application/json\r\n";
        send(server.address(), crate::wire::with_headers(method, target, head, body)).text()
    };
    call("PUT", "/_connector/c", r#"{"index_name":"i","service_type":"s"}"#);
    call("POST", "/_connector/_sync_job", r#"{"id":"c"}"#);
    server.clock().advance(Duration::from_secs(60));
    let list = call("GET", "/_connector/_sync_job?filter_path=results.status", "");
    assert_eq!(list, r#"{"results":[{"status":"completed"}]}"#);
}
