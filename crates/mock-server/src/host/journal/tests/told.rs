//! Whose requests are kept, and what control routes tell those who listen.

use super::{heads, host, listen, numbers, read, received, send, text, with_a_job};
use crate::Sender;

/// Claims and ends what there is at once.
const AT_ONCE: &str = r#"{"claim_after":"0s","after":"0s","heartbeat":"never"}"#;

/// What the worker sends is what Elastic's connector service sends (contract DO-1.1, DO-1.2, DO-3).
#[test]
fn requests_of_the_worker_are_kept_and_told_apart() {
    let host = host();
    send(&host, "PUT", "/_connector/c", r#"{"index_name":"i","service_type":"s"}"#);
    let job = send(&host, "POST", "/_connector/_sync_job", r#"{"id":"c"}"#);
    let job = job.get("id").and_then(|id| id.as_str().map(str::to_owned)).unwrap();
    send(&host, "PUT", "/_mock/worker", AT_ONCE);
    let listing = send(&host, "GET", "/_mock/requests?by=worker", "");
    assert_eq!(numbers(&listing), [3, 4, 5, 6], "{listing}");
    let lines: Vec<String> = (0..4)
        .map(|index| {
            let one = &listing.get("requests").unwrap().as_array().unwrap()[index];
            format!(
                "{} {} {}",
                text(one, "by"),
                text(one, "operation"),
                text(one, "request.target").replace(&job, "JOB")
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            r#""worker" "update" "/.elastic-connectors/_update/c""#,
            r#""worker" "connector.sync_job_claim" "/_connector/_sync_job/JOB/_claim""#,
            r#""worker" "update" "/.elastic-connectors-sync-jobs/_update/JOB""#,
            r#""worker" "update" "/.elastic-connectors/_update/c""#,
        ]
    );
    // What they wrote is kept too.
    let claim = send(&host, "GET", "/_mock/requests/4", "");
    let document = &claim.get("documents").unwrap().as_array().unwrap()[0];
    assert_eq!(text(document, "before.status"), r#""pending""#);
    assert_eq!(text(document, "after.status"), r#""in_progress""#);
    assert_eq!(numbers(&send(&host, "GET", "/_mock/requests?by=client", "")), [1, 2]);
    let all = send(&host, "GET", "/_mock/requests", "");
    assert_eq!(numbers(&all), [1, 2, 3, 4, 5, 6]);
    assert_eq!(all.to_compact().matches(r#""by":"#).count(), 4);
    let wrong = send(&host, "GET", "/_mock/requests?by=me", "").to_compact();
    assert!(wrong.contains("[by] is [me]; write client, worker, or * for both"), "{wrong}");
    // The worker goes around the states as the service does; that is nobody's mistake.
    let requests = received(&host).requests();
    assert!(requests.iter().all(|one| one.advice.is_empty()), "{requests:?}");
    let by: Vec<Sender> = requests.iter().map(|one| one.by).collect();
    assert_eq!(by[1..3], [Sender::Client, Sender::Worker]);
}

/// A test of a client expects what the client did.
#[test]
fn clients_are_meant_where_an_expectation_says_nothing() {
    let host = host();
    send(&host, "PUT", "/_connector/c", r#"{"index_name":"i","service_type":"s"}"#);
    send(&host, "POST", "/_connector/_sync_job", r#"{"id":"c"}"#);
    send(&host, "PUT", "/_mock/worker", AT_ONCE);
    let verify = |expectation: &str| {
        send(&host, "POST", "/_mock/verify", &format!(r#"{{"expect":[{expectation}]}}"#))
    };
    let claimed = verify(r#"{"operation":"connector.sync_job_claim"}"#);
    assert_eq!(text(&claimed, "verified"), "false");
    let message = text(&claimed, "message");
    assert!(message.contains("by: expected [client], got [worker]"), "{message}");
    let by_anybody = r#"{"operation":"connector.sync_job_claim","by":"*","exactly":1}"#;
    assert_eq!(text(&verify(by_anybody), "verified"), "true");
    let by_worker = r#"{"in_order":[{"operation":"connector.sync_job_post"},{"operation":"connector.sync_job_claim","by":"worker"}]}"#;
    assert_eq!(text(&verify(by_worker), "verified"), "true");
    let twice = verify(r#"{"operation":"connector.sync_job_claim","by":"worker","exactly":2}"#);
    let message = text(&twice, "message");
    assert!(message.contains("exactly 2 connector.sync_job_claim with by [worker]"), "{message}");
    let claim = || crate::Expectation::saw("connector.sync_job_claim");
    received(&host).assert_verified([claim().never(), claim().by_worker().once()]);
}

/// Members that are dropped without a word: contract CN-1.4-1.
#[test]
fn a_member_that_is_dropped_is_told() {
    let host = host();
    send(&host, "PUT", "/_connector/c", "{}");
    let schedule = |more: &str| {
        let body = format!(
            r#"{{"scheduling":{{"full":{{"enabled":true,"interval":"0 0 0 * * ?"{more}}}}}}}"#
        );
        send(&host, "PUT", "/_connector/c/_scheduling", &body);
    };
    schedule("");
    schedule(r#","a/b":1"#);
    // One that is refused is none that is dropped.
    send(&host, "PUT", "/_connector/c/_scheduling", r#"{"schedulin":{}}"#);
    let told: Vec<usize> = received(&host).requests().iter().map(|one| one.advice.len()).collect();
    assert_eq!(told, [0, 0, 1, 0]);
    let shown = send(&host, "GET", "/_mock/requests/3", "");
    let advice = shown.get("advice").unwrap().to_compact();
    assert!(advice.starts_with(r#"[{"rule":"member-dropped","text":"connector.update_scheduling was sent the member /scheduling/full/a~1b. The server drops "#), "{advice}");
}

#[test]
fn control_routes_tell_what_they_changed() {
    let host = host();
    with_a_job(&host);
    send(&host, "PUT", "/_mock/snapshots/s", "");
    let mut live = listen(&host, "/_mock/events", None);
    read(&mut live);
    let mut kinds = |method: &str, target: &str, body: &str| {
        send(&host, method, target, body);
        let told = read(&mut live);
        let data = told.lines().filter_map(|line| line.strip_prefix("data: {\"kind\":\""));
        let kinds: Vec<String> =
            data.filter_map(|data| data.split('"').next()).map(str::to_owned).collect();
        assert_eq!(heads(&told).len(), kinds.len(), "{told}");
        kinds
    };
    for (method, target, body, kind) in [
        ("POST", "/_mock/faults", r#""* 503""#, "faults"),
        ("DELETE", "/_mock/faults/1", "", "faults"),
        ("PUT", "/_mock/faults", r#""* 503""#, "faults"),
        ("DELETE", "/_mock/faults", "", "faults"),
        ("POST", "/_mock/clock", r#"{"advance":"1s"}"#, "clock"),
        ("PUT", "/_mock/worker", r#"{"claim_after":"1d"}"#, "worker"),
        ("DELETE", "/_mock/worker", "", "worker"),
        ("PUT", "/_mock/snapshots/t", "", "snapshots"),
        ("DELETE", "/_mock/snapshots/t", "", "snapshots"),
        ("POST", "/_mock/snapshots/s/restore", "", "restore"),
        ("DELETE", "/_mock/requests", "", "requests"),
        ("PUT", "/_mock/state", r#"{"connectors":{"d":{}}}"#, "state"),
        ("POST", "/_mock/reset", "", "reset"),
    ] {
        assert_eq!(kinds(method, target, body), [kind], "{method} {target}");
    }
    // What was refused, and what only shows, tells nothing.
    for (method, target, body) in [
        ("POST", "/_mock/faults", "1"),
        ("POST", "/_mock/clock", "{}"),
        ("PUT", "/_mock/worker", r#"{"end":"no"}"#),
        ("PUT", "/_mock/state", "["),
        ("GET", "/_mock/faults", ""),
        ("GET", "/_mock/state", ""),
    ] {
        assert!(kinds(method, target, body).is_empty(), "{method} {target}");
    }
}

/// What a worker knew of the jobs that were is nothing to those that are.
#[test]
fn a_state_that_is_put_in_takes_the_worker_away() {
    let host = host();
    with_a_job(&host);
    send(&host, "PUT", "/_mock/worker", r#"{"after":"1d"}"#);
    let state = r#"{"connectors":{"c":{}},"sync_jobs":{"j":{}}}"#;
    send(&host, "PUT", "/_mock/state", state);
    let worker = send(&host, "GET", "/_mock/worker", "");
    assert_eq!(worker.to_compact(), r#"{"script":null,"done":[],"dropped":0,"next":[]}"#);
    send(&host, "POST", "/_mock/clock", r#"{"advance":"2d"}"#);
    let job = send(&host, "GET", "/_connector/_sync_job/j?filter_path=status", "");
    assert_eq!(job.to_compact(), r#"{"status":"pending"}"#);
}
