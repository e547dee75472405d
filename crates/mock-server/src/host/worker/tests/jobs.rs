//! What becomes of jobs.

use api_types::json::Json;

use super::{World, members};

const QUIET: &str = r#"{"heartbeat":"never"}"#;

/// Acceptance: pending, in progress, completed in this order, and no time passes but the clock's.
#[test]
fn a_job_is_claimed_and_completed() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    let job = world.job("c", "full");
    let mut seen = Vec::new();
    for _ in 0..14 {
        seen.push(world.status(&job));
        world.wait(500);
    }
    seen.dedup();
    assert_eq!(seen, ["pending", "in_progress", "completed"]);
    assert_eq!(world.done(), ["00:01.000 claim c", "00:06.000 completed c"]);
    assert_eq!(world.next(), Vec::<String>::new());
}

/// What is written: contract CN-2.1-3, DO-1.1-6, DO-1.2-8, DO-3-3 and the names and forms of the connector
/// service.
#[test]
fn a_completed_job_has_what_the_service_writes() {
    let script = r#"{"heartbeat":"never","worker_hostname":"h","indexed_document_count":7,
        "stats":[{"after":"2s","indexed_document_count":3,"indexed_document_volume":90,"metadata":{"m":1}},
                 {"after":"4s","indexed_document_count":5,"deleted_document_count":1}]}"#;
    let world = World::new(Some(script));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(1_000);
    let names = ["worker_hostname", "started_at", "last_seen", "completed_at", "error"];
    let started = "\"2026-01-01T00:00:01.000Z\"";
    let claimed = world.job_document(&job);
    assert_eq!(members(&claimed, &names), ["\"h\"", started, started, "absent", "absent"]);
    let of_connector =
        ["status", "error", "last_sync_status", "last_sync_error", "last_indexed_document_count"];
    let connector = world.connector_document("c");
    let expected = ["\"connected\"", "null", "\"in_progress\"", "null", "absent"];
    assert_eq!(members(&connector, &of_connector), expected);
    let counts = [
        "indexed_document_count",
        "indexed_document_volume",
        "deleted_document_count",
        "total_document_count",
        "metadata",
        "last_seen",
    ];
    let at = |second: u32| format!("\"2026-01-01T00:00:0{second}.000Z\"");
    let metadata = r#"{"m":1}"#;
    world.wait(2_000);
    let running = members(&world.job_document(&job), &counts);
    assert_eq!(running, ["3", "90", "0", "0", metadata, &at(3)]);
    world.wait(2_000);
    let running = members(&world.job_document(&job), &counts);
    assert_eq!(running, ["5", "90", "1", "0", metadata, &at(5)]);
    world.wait(60_000);
    // Instants that the service writes have its own form.
    let ended = "\"2026-01-01T00:00:06+00:00\"";
    let document = world.job_document(&job);
    assert_eq!(members(&document, &counts), ["7", "90", "1", "6", metadata, ended]);
    assert_eq!(members(&document, &names), ["\"h\"", started, ended, ended, "null"]);
    let connector = world.connector_document("c");
    let expected = ["\"connected\"", "null", "\"completed\"", "null", "7"];
    assert_eq!(members(&connector, &of_connector), expected);
    let rest = ["last_synced", "last_deleted_document_count", "last_access_control_sync_status"];
    assert_eq!(members(&connector, &rest), [ended, "1", "absent"]);
}

#[test]
fn a_job_that_fails_has_the_text_and_so_has_its_connector() {
    let world = World::new(Some(r#"{"heartbeat":"never","error":"IOError: gone"}"#));
    world.connector("c");
    let job = world.job("c", "access_control");
    world.wait(6_000);
    let text = "\"IOError: gone\"";
    let document = world.job_document(&job);
    let ended = "\"2026-01-01T00:00:06+00:00\"";
    let names = ["status", "error", "completed_at"];
    assert_eq!(members(&document, &names), ["\"error\"", text, ended]);
    let connector = world.connector_document("c");
    let names = [
        "status",
        "error",
        "last_access_control_sync_status",
        "last_access_control_sync_error",
        "last_sync_status",
        "last_sync_error",
    ];
    let expected = ["\"error\"", text, "\"error\"", text, "absent", "absent"];
    assert_eq!(members(&connector, &names), expected);
}

#[test]
fn a_suspended_job_is_taken_up_again_and_ends_well() {
    let world = World::new(Some(r#"{"heartbeat":"never","end":"suspended"}"#));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(6_000);
    let names = ["status", "completed_at", "error"];
    assert_eq!(members(&world.job_document(&job), &names), ["\"suspended\"", "absent", "null"]);
    let connector = members(&world.connector_document("c"), &["status", "last_sync_status"]);
    assert_eq!(connector, ["\"connected\"", "\"suspended\""]);
    world.wait(60_000);
    let done = [
        "00:01.000 claim c",
        "00:06.000 suspended c",
        "00:07.000 claim c",
        "00:12.000 completed c",
    ];
    assert_eq!(world.done(), done);
    assert_eq!(world.status(&job), "completed");
}

#[test]
fn a_suspended_job_is_left_alone_if_the_script_says_so() {
    let world = World::new(Some(r#"{"heartbeat":"never","end":"suspended","resume":false}"#));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(3_600_000);
    assert_eq!(world.status(&job), "suspended");
    assert_eq!(world.next(), Vec::<String>::new());
}

#[test]
fn a_job_that_never_ends_ends_by_a_cancel() {
    let world = World::new(Some(r#"{"heartbeat":"never","end":"never"}"#));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(3_600_000);
    assert_eq!(world.status(&job), "in_progress");
    world.ok("PUT", &format!("/_connector/_sync_job/{job}/_cancel"), "");
    assert_eq!(world.status(&job), "canceling");
    world.wait(999);
    assert_eq!(world.status(&job), "canceling");
    world.wait(1);
    assert_eq!(world.status(&job), "canceled");
    let names = ["completed_at", "canceled_at", "cancelation_requested_at"];
    let ended = "\"2026-01-01T01:00:01+00:00\"";
    let expected = [ended, ended, "\"2026-01-01T01:00:00.000Z\""];
    assert_eq!(members(&world.job_document(&job), &names), expected);
    let connector = members(&world.connector_document("c"), &["status", "last_sync_status"]);
    assert_eq!(connector, ["\"connected\"", "\"canceled\""]);
}

/// Acceptance: a cancel in between ends in canceled, however near the end of the job is.
#[test]
fn a_cancel_wins_over_the_end() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(5_999);
    world.ok("PUT", &format!("/_connector/_sync_job/{job}/_cancel"), "");
    assert_eq!(world.status(&job), "canceling");
    world.wait(60_000);
    assert_eq!(world.status(&job), "canceled");
    assert_eq!(world.done(), ["00:01.000 claim c", "00:06.999 canceled c"]);
}

#[test]
fn a_cancel_that_is_not_looked_at_changes_nothing() {
    let world = World::new(Some(r#"{"heartbeat":"never","cancel_after":"never"}"#));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(2_000);
    world.ok("PUT", &format!("/_connector/_sync_job/{job}/_cancel"), "");
    world.wait(60_000);
    assert_eq!(world.status(&job), "completed");
}

#[test]
fn a_job_that_is_canceled_while_it_waits_is_never_claimed() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    let job = world.job("c", "full");
    world.ok("PUT", &format!("/_connector/_sync_job/{job}/_cancel"), "");
    world.wait(60_000);
    assert_eq!(world.status(&job), "canceled");
    assert_eq!(world.done(), Vec::<String>::new());
}

/// Contract DO-3-7.
#[test]
fn a_job_that_is_deleted_while_it_runs_is_an_error_of_its_connector() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(2_000);
    world.ok("DELETE", &format!("/_connector/_sync_job/{job}"), "");
    world.wait(60_000);
    assert_eq!(world.done(), ["00:01.000 claim c", "00:03.000 error c"]);
    let names = ["status", "error", "last_sync_status", "last_access_control_sync_error"];
    let text = "\"Couldn't find the job\"";
    let connector = members(&world.connector_document("c"), &names);
    assert_eq!(connector, ["\"error\"", text, "\"error\"", text]);
    // And the next one runs.
    let next = world.job("c", "full");
    world.wait(6_000);
    assert_eq!(world.status(&next), "completed");
}

#[test]
fn a_job_that_waits_is_forgotten_when_it_is_deleted() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    let job = world.job("c", "full");
    world.ok("DELETE", &format!("/_connector/_sync_job/{job}"), "");
    assert_eq!(world.next(), Vec::<String>::new());
}

#[test]
fn a_job_that_somebody_else_ended_is_an_error() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(2_000);
    world.ok("PUT", &format!("/_connector/_sync_job/{job}/_error"), r#"{"error":"mine"}"#);
    world.wait(60_000);
    let error = format!(
        "\"ConnectorJobNotRunningError: Connector job (ID: {job}) is not running but in status of JobStatus.ERROR.\""
    );
    let document = members(&world.job_document(&job), &["status", "error"]);
    assert_eq!(document, ["\"error\"", &error]);
}

#[test]
fn one_job_of_a_kind_runs_at_a_time() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    let jobs = ["full", "access_control", "incremental"].map(|kind| world.job("c", kind));
    let statuses = || jobs.each_ref().map(|job| world.status(job));
    world.wait(1_000);
    assert_eq!(statuses(), ["in_progress", "in_progress", "pending"]);
    world.wait(5_000);
    assert_eq!(statuses(), ["completed", "completed", "pending"]);
    world.wait(1_000);
    assert_eq!(statuses(), ["completed", "completed", "in_progress"]);
    world.wait(5_000);
    assert_eq!(statuses(), ["completed"; 3]);
}

/// Even if somebody writes meanwhile that no job runs.
#[test]
fn a_job_waits_from_the_end_of_the_job_before_it() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    world.job("c", "full");
    world.job("c", "full");
    world.wait(2_000);
    world.ok("PUT", "/_connector/c/_last_sync", r#"{"last_sync_status":"completed"}"#);
    world.wait(5_000);
    assert_eq!(world.done(), ["00:01.000 claim c", "00:06.000 completed c", "00:07.000 claim c"]);
}

#[test]
fn jobs_of_several_connectors_run_at_once() {
    let world = World::new(Some(QUIET));
    world.connector("a");
    world.connector("b");
    let first = world.job("a", "full");
    world.wait(500);
    let second = world.job("b", "full");
    world.wait(600_000);
    let done = [
        "00:01.000 claim a",
        "00:01.500 claim b",
        "00:06.000 completed a",
        "00:06.500 completed b",
    ];
    assert_eq!(world.done(), done);
    assert_eq!([world.status(&first), world.status(&second)], ["completed", "completed"]);
}

#[test]
fn the_script_says_what_becomes_of_which_job() {
    let script = r#"{"heartbeat":"never","after":"2s","jobs":[
        {"job_type":"access_control","end":"never"},
        {"error":"first"},
        {"connector":"b","end":"suspended"},
        {"after":"1s"}]}"#;
    let world = World::new(Some(script));
    world.connector("a");
    world.connector("b");
    let first = world.job("a", "full");
    world.wait(100);
    let second = world.job("a", "access_control");
    world.wait(100);
    let third = world.job("b", "full");
    world.wait(60_000);
    assert_eq!(world.status(&first), "error");
    assert_eq!(world.status(&second), "in_progress");
    assert_eq!(world.status(&third), "completed");
    let done = [
        "00:01.000 claim a",
        "00:01.100 claim a",
        "00:01.200 claim b",
        "00:03.000 error a",
        "00:03.200 suspended b",
        "00:04.200 claim b",
        "00:05.200 completed b",
    ];
    assert_eq!(world.done(), done);
}

/// Contract DO-3-8, DO-1.1-6.
#[test]
fn an_incremental_job_takes_the_cursor_along() {
    let world = World::new(Some(QUIET));
    world.connector("c");
    let cursor = r#"{"at":5}"#;
    let doc = format!(r#"{{"doc":{{"sync_cursor":{cursor}}}}}"#);
    world.ok("POST", "/.elastic-connectors/_update/c", &doc);
    let [full, incremental] = ["full", "incremental"].map(|kind| world.job("c", kind));
    world.wait(60_000);
    let of_job = |job: &str| {
        let document = world.job_document(job);
        document.at("connector.sync_cursor").map(Json::to_compact)
    };
    assert_eq!(of_job(&full), None);
    assert_eq!(of_job(&incremental).as_deref(), Some(cursor));
    assert_eq!(members(&world.connector_document("c"), &["sync_cursor"]), [cursor]);
}

/// `_claim` is there since 8.15 (contract SJ-1-7); before, the service wrote the document
/// (contract DO-3-10).
#[test]
fn an_old_server_has_no_claim() {
    let world = World::of_version(Some(QUIET), "8.12".parse().unwrap());
    world.connector("c");
    let job = world.job("c", "full");
    world.wait(1_000);
    let names = ["status", "started_at", "worker_hostname"];
    let started = "\"2026-01-01T00:00:01+00:00\"";
    let expected = ["\"in_progress\"", started, "\"connector-mock\""];
    assert_eq!(members(&world.job_document(&job), &names), expected);
    world.wait(5_000);
    assert_eq!(world.status(&job), "completed");
}

/// Everything that was due is done in its order, with its own instant, however late the next
/// request comes; and twice the same.
#[test]
fn what_is_due_does_not_depend_on_who_asks_when() {
    let play = |step: u64| {
        let script = r#"{"heartbeat":"never","end":"suspended","stats":[{"after":"1s","indexed_document_count":2}]}"#;
        let world = World::new(Some(script));
        world.connector("c");
        let jobs = ["full", "access_control", "full"].map(|kind| world.job("c", kind));
        for _ in 0..(60_000 / step) {
            world.wait(step);
            world.ok("GET", "/_connector", "");
        }
        let documents = jobs.each_ref().map(|job| world.job_document(job).to_compact());
        (world.done(), documents, world.connector_document("c").to_compact())
    };
    let often = play(100);
    assert_eq!(often.0.len(), 18, "{:?}", often.0);
    assert_eq!(often, play(60_000));
    assert_eq!(often, play(7_500));
}
