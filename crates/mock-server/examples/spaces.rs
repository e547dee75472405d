//! What a space costs: to make one, to make one from a snapshot of 100 documents, and to start a
//! server and put them in instead, each with its first request. Prints a table; see docs/performance.md.
#![expect(clippy::print_stdout, reason = "this is a program")]

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use mock_server::{InProcess, MockServer};

/// How often each is done in a round; the rounds take turns.
const COUNT: u32 = 500;
const ROUNDS: usize = 15;
/// The documents of the snapshot.
const DOCUMENTS: usize = 100;

fn send(server: &InProcess, method: &str, target: &str, body: &str) -> bool {
    let mut headers = HeaderMap::new();
    if !body.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let body = Bytes::copy_from_slice(body.as_bytes());
    server.handle(method, target, &headers, body).status().is_success()
}

fn server() -> InProcess {
    MockServer::builder().max_spaces(100_000).in_process()
}

/// The time of one of many, in a server that has no spaces yet.
fn each(server: &InProcess, work: impl Fn(u32) -> bool) -> Option<Duration> {
    let start = Instant::now();
    let done = (0..COUNT).all(work);
    let took = start.elapsed();
    send(server, "DELETE", "/_mock/spaces", "");
    done.then(|| took / COUNT)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(f64::NAN, |time| time.as_secs_f64() * 1e6)
}

/// Puts the documents of the snapshot into a server.
fn fill(server: &InProcess) -> bool {
    let body = r#"{"service_type":"s"}"#;
    (0..DOCUMENTS).all(|number| send(server, "PUT", &format!("/_connector/c{number}"), body))
}

fn main() {
    let server = server();
    fill(&server);
    send(&server, "PUT", "/_mock/snapshots/full", "");
    let (mut made, mut forked) = (Vec::new(), Vec::new());
    let (mut started, mut filled) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        made.extend(each(&server, |number| {
            send(&server, "GET", &format!("/_space/s{number}/_connector"), "")
        }));
        forked.extend(each(&server, |number| {
            let from = r#"{"snapshot":"full"}"#;
            send(&server, "PUT", &format!("/_mock/spaces/s{number}"), from)
                && send(&server, "GET", &format!("/_space/s{number}/_connector/c1"), "")
        }));
        started.extend(each(&server, |_| send(&self::server(), "GET", "/_connector", "")));
        filled.extend(each(&server, |_| fill(&self::server())));
    }
    let (made, forked) = (median(made), median(forked));
    let (started, filled) = (median(started), median(filled));
    println!("{ROUNDS} rounds of {COUNT}, medians, in microseconds, each with its first request");
    println!();
    println!("a space                               {made:7.1}");
    println!("a space from {DOCUMENTS} documents              {forked:7.1}");
    println!("a server in process                   {started:7.1}");
    println!("a server in process, {DOCUMENTS} documents      {filled:7.1}");
    println!("server to space                       {:7.1}", started / made);
    println!("server to space, {DOCUMENTS} documents          {:7.1}", filled / forked);
}
