//! What becomes of connectors, and of the worker itself.

use super::{World, members};

const SCHEMA: &str = r#"{"configuration":{"host":{"label":"Host","type":"str","value":""}}}"#;

/// Contract DO-3-2, DO-1.1-3, DO-1.1-4.
#[test]
fn a_configuration_is_registered_and_then_connected() {
    let world = World::new(Some(SCHEMA));
    world.connector("c");
    let names = ["status", "last_seen"];
    assert_eq!(members(&world.connector_document("c"), &names), ["\"created\"", "absent"]);
    world.wait(1_000);
    let seen = "\"2026-01-01T00:00:01.000Z\"";
    let registered = world.connector_document("c");
    assert_eq!(members(&registered, &names), ["\"needs_configuration\"", seen]);
    let host = registered.at("configuration.host").unwrap().to_compact();
    assert_eq!(host, r#"{"label":"Host","type":"str","value":""}"#);
    world.wait(10_000);
    let body = r#"{"values":{"host":"example.org"}}"#;
    world.ok("PUT", "/_connector/c/_configuration", body);
    assert_eq!(members(&world.connector_document("c"), &["status"]), ["\"configured\""]);
    world.wait(1_000);
    let connected = world.connector_document("c");
    assert_eq!(members(&connected, &["status"]), ["\"connected\""]);
    assert_eq!(connected.at("configuration.host.value").unwrap().as_str(), Some("example.org"));
    let done = ["00:01.000 configuration c", "00:01.000 check_in c", "00:12.000 connected c"];
    assert_eq!(world.done(), done);
}

#[test]
fn a_connector_with_a_configuration_keeps_it() {
    let world = World::new(None);
    world.connector("c");
    let body = r#"{"configuration":{"mine":{"label":"Mine","value":"x"}}}"#;
    world.ok("PUT", "/_connector/c/_configuration", body);
    world.ok("PUT", "/_mock/worker", SCHEMA);
    world.wait(60_000);
    let document = world.connector_document("c");
    assert!(document.at("configuration.host").is_none());
    assert_eq!(members(&document, &["status"]), ["\"connected\""]);
}

#[test]
fn a_worker_without_schema_leaves_the_status_until_a_job_runs() {
    let world = World::new(Some("{}"));
    world.connector("c");
    world.wait(60_000);
    assert_eq!(members(&world.connector_document("c"), &["status"]), ["\"created\""]);
    world.job("c", "full");
    world.wait(1_000);
    assert_eq!(members(&world.connector_document("c"), &["status"]), ["\"connected\""]);
}

/// `last_seen` gets older than the heartbeat at most once for a long silence.
#[test]
fn a_connector_is_checked_in_when_it_was_not_seen_for_long() {
    let world = World::new(Some(r#"{"heartbeat":"60s"}"#));
    world.connector("c");
    world.wait(1_000);
    assert_eq!(world.done(), ["00:01.000 check_in c"]);
    world.wait(20_000);
    // Somebody else checks in.
    world.ok("PUT", "/_connector/c/_check_in", "");
    world.wait(59_000);
    assert_eq!(world.next(), ["01:21.000 check_in c"]);
    world.wait(1_000);
    assert_eq!(world.done(), ["00:01.000 check_in c", "01:21.000 check_in c"]);
    world.wait(600_500);
    assert_eq!(world.done().last().unwrap(), "11:21.000 check_in c");
    assert_eq!(world.done().len(), 3);
}

#[test]
fn only_the_connectors_of_the_script_are_served() {
    for script in [
        r#"{"heartbeat":"never","connectors":["a"]}"#,
        r#"{"heartbeat":"never","service_types":["other"]}"#,
    ] {
        let world = World::new(Some(script));
        world.ok("PUT", "/_connector/a", r#"{"index_name":"a","service_type":"other"}"#);
        world.connector("b");
        let (mine, other) = (world.job("a", "full"), world.job("b", "full"));
        world.wait(60_000);
        let found = [world.status(&mine), world.status(&other)];
        assert_eq!(found, ["completed", "pending"], "{script}");
    }
}

/// The service does not see deleted connectors, but ends what it runs (contract DO-2-2).
#[test]
fn a_deleted_connector_gets_no_more_jobs_done() {
    let world = World::new(Some(r#"{"heartbeat":"never"}"#));
    world.connector("c");
    let running = world.job("c", "full");
    world.wait(100);
    let waiting = world.job("c", "full");
    world.wait(2_000);
    world.ok("DELETE", "/_connector/c", "");
    world.wait(60_000);
    assert_eq!(world.status(&running), "completed");
    assert_eq!(world.status(&waiting), "pending");
}

#[test]
fn a_connector_that_is_deleted_with_its_jobs_is_left_with_an_error() {
    let world = World::new(Some(r#"{"heartbeat":"never"}"#));
    world.connector("c");
    world.job("c", "full");
    world.wait(2_000);
    world.ok("DELETE", "/_connector/c?delete_sync_jobs=true", "");
    world.wait(60_000);
    let names = ["status", "error", "deleted"];
    let expected = ["\"error\"", "\"Couldn't find the job\"", "true"];
    assert_eq!(members(&world.connector_document("c"), &names), expected);
}

/// `hard` removes the document itself (contract CN-1.6-2).
#[test]
fn a_job_whose_connector_is_gone_is_an_error() {
    let world = World::new(Some(r#"{"heartbeat":"never"}"#));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(2_000);
    world.ok("DELETE", "/_connector/c?hard=true", "");
    world.wait(60_000);
    let error = "\"ConnectorNotFoundError: Connector is not found for connector ID c.\"";
    assert_eq!(members(&world.job_document(&job), &["status", "error"]), ["\"error\"", error]);
}

#[test]
fn a_script_that_is_put_or_dropped_takes_the_place_of_the_old_one() {
    let world = World::new(None);
    let off = r#"{"script":null,"done":[],"dropped":0,"next":[]}"#;
    assert_eq!(world.answer("GET", "/_mock/worker", ""), (200, off.to_owned()));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(60_000);
    assert_eq!(world.status(&job), "pending");
    // It waited before there was a worker.
    world.ok("PUT", "/_mock/worker", r#"{"heartbeat":"never","end":"never"}"#);
    world.wait(999);
    assert_eq!(world.status(&job), "pending");
    world.wait(1);
    assert_eq!(world.status(&job), "in_progress");
    // The job goes on as the new script says.
    world.ok("PUT", "/_mock/worker", r#"{"heartbeat":"never"}"#);
    world.wait(5_000);
    assert_eq!(world.status(&job), "completed");
    world.ok("DELETE", "/_mock/worker", "");
    let other = world.job("c", "full");
    world.wait(60_000);
    assert_eq!(world.status(&other), "pending");
    assert_eq!(world.answer("GET", "/_mock/worker", "").1, off);
}

#[test]
fn spaces_have_workers_of_their_own_and_reset_drops_them() {
    let world = World::new(Some(r#"{"heartbeat":"never"}"#));
    world.connector("c");
    world.job("c", "full");
    let elsewhere = world.ok("GET", "/_space/other/_mock/worker", "");
    assert!(elsewhere.get("script").unwrap().is_null());
    world.ok("POST", "/_mock/reset", "");
    let here = world.ok("GET", "/_mock/worker", "");
    assert!(here.get("script").unwrap().is_null());
}

/// What was saved while a job ran goes on if the worker knows its name.
#[test]
fn a_restored_job_goes_on() {
    let world = World::new(Some(r#"{"heartbeat":"never"}"#));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(2_000);
    assert_eq!(world.status(&job), "in_progress");
    world.ok("PUT", "/_mock/snapshots/s", "");
    world.wait(60_000);
    assert_eq!(world.status(&job), "completed");
    world.ok("POST", "/_mock/snapshots/s/restore", "");
    world.wait(60_000);
    assert_eq!(world.status(&job), "in_progress", "restoring takes the worker away");
    world.ok("POST", "/_mock/snapshots/s/restore", "");
    world.ok("PUT", "/_mock/worker", r#"{"heartbeat":"never"}"#);
    world.wait(3_999);
    assert_eq!(world.status(&job), "in_progress");
    world.wait(1);
    assert_eq!(world.status(&job), "completed");
}

#[test]
fn the_log_is_bounded_and_says_what_it_dropped() {
    let world = World::new(Some(r#"{"heartbeat":"1s"}"#));
    world.connector("c");
    for _ in 0..1_010 {
        world.wait(1_000);
        world.ok("GET", "/_connector", "");
    }
    let worker = world.ok("GET", "/_mock/worker", "");
    assert_eq!(worker.get("done").unwrap().as_array().unwrap().len(), 1_000);
    assert_eq!(worker.get("dropped").unwrap().as_i64(), Some(10));
}
