//! Histories, written by hand, and what they show. The statuses after each operation are those of
//! contract CN-3-10 and SJ-4-8.

use std::time::Duration;

use api_types::Version;

use crate::{
    coverage::Watcher,
    wire::{MessageReader, Recorded, Side},
};

/// An exchange out of `PUT /path body => 200 answer`.
fn exchange(line: &str, chapter: usize) -> Recorded {
    let (request, answer) = line.split_once(" => ").unwrap();
    let mut parts = request.splitn(3, ' ');
    let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
    let body = parts.next().unwrap_or_default();
    let (status, answered) = answer.split_once(' ').unwrap_or((answer, ""));
    let read = |side, start: String, body: &str| {
        let mut reader = MessageReader::new(side);
        reader.push(format!("{start}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).as_bytes());
        reader.next(None).unwrap().unwrap()
    };
    Recorded {
        number: 1,
        connection: 1,
        chapter,
        at: Duration::ZERO,
        took: None,
        is_staged: false,
        request: read(Side::Requests, format!("{method} {target} HTTP/1.1"), body),
        answer: Some(read(Side::Answers, format!("HTTP/1.1 {status} x"), answered)),
        problem: None,
    }
}

fn watched(history: &str) -> Watcher {
    let mut watcher = Watcher::new(Version::NEWEST);
    for line in history.lines().map(str::trim).filter(|line| !line.is_empty()) {
        watcher.see(&exchange(line, 0));
    }
    watcher
}

fn steps(watcher: &Watcher) -> Vec<String> {
    fn told<S: ToString>(((from, to), times): (&(Option<S>, S), &usize)) -> String {
        let from = from.as_ref().map_or_else(|| "-".to_owned(), S::to_string);
        format!("{from} > {} {times}", to.to_string())
    }
    let connectors = watcher.transitions.connector.iter().map(told);
    connectors.chain(watcher.transitions.sync_job.iter().map(told)).collect()
}

fn check_steps(history: &str, expected: &[&str]) {
    assert_eq!(steps(&watched(history)), expected, "{history}");
}

fn check_advice(history: &str, expected: &[(&str, usize)]) {
    let watcher = watched(history);
    let told: Vec<(&str, usize)> =
        watcher.advice.iter().map(|advice| (advice.kind, advice.times)).collect();
    assert_eq!(told, expected, "{history}");
}

#[test]
fn connectors_are_followed() {
    check_steps(
        r#"
        PUT /_connector/c {} => 201 {"id":"c","result":"created"}
        PUT /_connector/c/_status {"status":"connected"} => 400 {}
        PUT /_connector/c/_status {"status":"needs_configuration"} => 200 {"result":"updated"}
        PUT /_connector/c/_configuration {"values":{}} => 200 {"result":"updated"}
        PUT /_connector/c/_status {"status":"CONFIGURED"} => 200 {"result":"noop"}
        PUT /_connector/c/_error {"error":null} => 200 {"result":"updated"}
        PUT /_connector/c/_native {"is_native":true} => 200 {"result":"updated"}
        PUT /_connector/c/_error {"error":"e"} => 200 {"result":"updated"}
        PUT /_connector/c/_service_type {"service_type":"s"} => 200 {"result":"updated"}
        PUT /_connector/c/_name {"name":"n"} => 200 {"result":"updated"}
        PUT /_connector/c {"is_native":"true"} => 200 {"id":"c","result":"updated"}
        PUT /_connector/c {} => 200 {"id":"c","result":"updated"}
        "#,
        &[
            "- > created 1",
            "created > needs_configuration 1",
            "needs_configuration > created 1",
            "needs_configuration > configured 1",
            "configured > configured 1",
            "configured > connected 1",
            "configured > error 1",
            "connected > configured 1",
            "error > needs_configuration 1",
        ],
    );
}

#[test]
fn a_generated_id_and_what_is_shown_are_learned() {
    check_steps(
        r#"
        POST /_connector {"is_native":true} => 201 {"id":"x","result":"created"}
        GET /_connector/x => 200 {"id":"x","status":"configured"}
        GET /_connector => 200 {"count":1,"results":[{"id":"x","status":"connected"}]}
        GET /_connector/x => 200 {"id":"x","status":"connected"}
        GET /_connector/x => 200 {"id":"x","status":"created"}
        DELETE /_connector/x => 200 {"acknowledged":true}
        PUT /_connector/x => 200 {"id":"x","result":"updated"}
        PUT /_connector/y/_error {"error":""} => 200 {"result":"updated"}
        "#,
        &[
            "- > created 1",
            "- > needs_configuration 1",
            "needs_configuration > configured 1",
            "configured > connected 1",
        ],
    );
}

#[test]
fn sync_jobs_are_followed() {
    check_steps(
        r#"
        POST /_connector/_sync_job {"id":"c"} => 201 {"id":"a"}
        PUT /_connector/_sync_job/a/_claim {"worker_hostname":"w"} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/a/_cancel => 200 {"result":"updated"}
        PUT /_connector/_sync_job/a/_cancel => 400 {}
        PUT /_connector/_sync_job/a/_error {"error":"e"} => 200 {"result":"updated"}
        POST /_connector/_sync_job {"id":"c"} => 201 {"id":"b"}
        PUT /_connector/_sync_job/b/_cancel => 200 {"result":"updated"}
        POST /_connector/_sync_job {"id":"c"} => 201 {"id":"d"}
        PUT /_connector/_sync_job/d/_claim {"worker_hostname":"w"} => 200 {"result":"updated"}
        POST /.elastic-connectors-sync-jobs/_update/d {"doc":{"status":"suspended"}} => 200 {}
        GET /_connector/_sync_job => 200 {"count":1,"results":[{"id":"d","status":"in_progress"}]}
        GET /_connector/_sync_job/d => 200 {"id":"d","status":"completed"}
        GET /_connector/_sync_job/d => 200 {"id":"d","status":"pending"}
        PUT /_connector/_sync_job/unknown/_cancel => 200 {"result":"updated"}
        PUT /_connector/_sync_job/unknown/_error {"error":"e"} => 200 {"result":"updated"}
        "#,
        &[
            "- > pending 3",
            "canceling > error 1",
            "in_progress > canceling 1",
            "in_progress > completed 1",
            "in_progress > suspended 1",
            "pending > canceled 1",
            "pending > in_progress 2",
            "suspended > in_progress 1",
        ],
    );
}

#[test]
fn what_was_known_is_forgotten_when_the_server_is_emptied() {
    let mut watcher = Watcher::new(Version::NEWEST);
    watcher.see(&exchange(r#"PUT /_connector/c => 201 {"id":"c"}"#, 0));
    watcher.see(&exchange(r#"PUT /_connector/c/_error {"error":"e"} => 200 {}"#, 1));
    assert_eq!(steps(&watcher), ["- > created 1"]);
}

#[test]
fn a_usual_sync_gets_no_advice() {
    check_advice(
        r#"
        PUT /_connector/c {"name":"n"} => 201 {"id":"c","result":"created"}
        PUT /_connector/c/_configuration {"configuration":{}} => 200 {"result":"updated"}
        PUT /_connector/c/_check_in => 200 {"result":"updated"}
        PUT /_connector/c/_error {"error":null} => 200 {"result":"updated"}
        POST /_connector/_sync_job {"id":"c"} => 201 {"id":"j"}
        PUT /_connector/_sync_job/j/_claim {"worker_hostname":"w"} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_check_in => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_stats {"deleted_document_count":0,"indexed_document_count":"3","indexed_document_volume":9} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_stats {"deleted_document_count":0,"indexed_document_count":4,"indexed_document_volume":9} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_cancel => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_check_in => 200 {"result":"updated"}
        POST /.elastic-connectors-sync-jobs-v1/_update/j {"doc":{"status":"canceled"}} => 200 {}
        DELETE /_connector/_sync_job/j => 200 {"acknowledged":true}
        DELETE /_connector/c => 200 {"acknowledged":true}
        PUT /_connector/c/_check_in => 404 {}
        "#,
        &[],
    );
}

#[test]
fn what_a_job_does_not_allow_is_told() {
    let ended = r#"
        POST /_connector/_sync_job {"id":"c"} => 201 {"id":"j"}
        PUT /_connector/_sync_job/j/_claim {"worker_hostname":"w"} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_error {"error":"e"} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_check_in => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_check_in => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_stats {"deleted_document_count":5} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_claim {"worker_hostname":"w"} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_claim {"worker_hostname":"v"} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_stats {"deleted_document_count":5} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_stats {"deleted_document_count":4} => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_cancel => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_claim {"worker_hostname":"v"} => 200 {"result":"updated"}
        DELETE /_connector/_sync_job/j => 200 {"acknowledged":true}
        "#;
    check_advice(
        ended,
        &[
            ("check-in-of-an-ended-job", 2),
            ("stats-of-an-ended-job", 1),
            ("claim-of-an-ended-job", 1),
            ("claim-of-a-running-job", 1),
            ("stats-going-backwards", 1),
            ("claim-of-a-canceling-job", 1),
            ("delete-of-a-running-job", 1),
        ],
    );
    let waiting = r#"
        POST /_connector/_sync_job {"id":"c"} => 201 {"id":"j"}
        PUT /_connector/_sync_job/j/_check_in => 200 {"result":"updated"}
        PUT /_connector/_sync_job/j/_stats {"deleted_document_count":5} => 200 {"result":"updated"}
        POST /.elastic-connectors-sync-jobs/_update/j {"doc":{"status":"completed"}} => 200 {}
        "#;
    check_advice(
        waiting,
        &[
            ("check-in-of-a-waiting-job", 1),
            ("stats-of-a-waiting-job", 1),
            ("write-around-the-states", 1),
        ],
    );
}

/// Contract DO-4-3: the index takes any status.
#[test]
fn statuses_written_to_the_index_are_held_against_the_states() {
    let history = r#"
        PUT /_connector/c => 201 {"id":"c","result":"created"}
        POST /.elastic-connectors/_update/c {"doc":{"name":"n"}} => 200 {}
        POST /.elastic-connectors/_update/c {"doc":{"status":"needs_configuration"}} => 200 {}
        POST /.elastic-connectors/_update/c {"doc":{"status":"needs_configuration"}} => 200 {}
        POST /.elastic-connectors-v1/_update/c {"doc":{"status":"connected"}} => 200 {}
        POST /.elastic-connectors/_update/c {"doc":{"status":"conected"}} => 200 {}
        POST /.elastic-connectors/_update/c {"doc":{"status":"error"}} => 200 {}
        POST /other/_update/c {"doc":{"status":"created"}} => 200 {}
        "#;
    check_advice(history, &[("write-around-the-states", 2)]);
    check_steps(
        history,
        &["- > created 1", "created > needs_configuration 1", "needs_configuration > connected 1"],
    );
    let deleted = r#"
        PUT /_connector/c => 201 {"id":"c","result":"created"}
        DELETE /_connector/c => 200 {"acknowledged":true}
        POST /.elastic-connectors/_update/c {"doc":{"name":"n"}} => 200 {}
        POST /.elastic-connectors/_update/c {"doc":{"deleted":false}} => 200 {}
        POST /.elastic-connectors/_update/c {"doc":{"name":"m"}} => 200 {}
        "#;
    check_advice(deleted, &[("write-to-a-deleted-connector", 1)]);
}

#[test]
fn what_a_connector_does_not_allow_is_told() {
    let history = r#"
        PUT /_connector/c => 201 {"id":"c","result":"created"}
        PUT /_connector/c/_error {"error":null} => 200 {"result":"updated"}
        DELETE /_connector/c?delete_sync_jobs=true => 200 {"acknowledged":true}
        PUT /_connector/c/_check_in => 200 {"result":"updated"}
        PUT /_connector/c/_name {"name":"n"} => 200 {"result":"updated"}
        POST /_connector/_sync_job {"id":"c"} => 201 {"id":"j"}
        "#;
    check_advice(
        history,
        &[
            ("connected-without-configuration", 1),
            ("check-in-of-a-deleted-connector", 1),
            ("write-to-a-deleted-connector", 1),
            ("job-of-a-deleted-connector", 1),
        ],
    );
    let text = watched(history).advice.remove(0).text;
    assert!(text.starts_with("connector [c] went from created to connected. "), "{text}");
    assert!(text.ends_with("(contract CN-3-3, CN-3-4, CN-3-13)"), "{text}");
}

#[test]
fn a_deleted_connector_takes_its_jobs_along_if_asked() {
    let history = r#"
        POST /_connector/_sync_job {"id":"c"} => 201 {"id":"j"}
        DELETE /_connector/c?delete_sync_jobs => 200 {"acknowledged":true}
        PUT /_connector/_sync_job/j/_claim {"worker_hostname":"w"} => 200 {"result":"updated"}
        "#;
    check_steps(history, &["- > pending 1"]);
}
