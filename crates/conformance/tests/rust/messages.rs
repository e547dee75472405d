//! What a failed assertion says, and where.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

use conformance::{Watched, judge_server};
use serde_json::json;

use crate::my_client::MyClient;

thread_local! {
    static LINE: Cell<(bool, u32)> = const { Cell::new((false, 0)) };
}

/// What the assertion says when it fails, and at which line of this file.
fn failure(assertion: impl FnOnce()) -> (String, u32) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            let (expected, _) = LINE.get();
            let here = panic.location().filter(|place| place.file().ends_with("messages.rs"));
            LINE.set((expected, here.map_or(0, |place| place.line())));
            if !expected {
                usual(panic);
            }
        }));
    });
    LINE.set((true, 0));
    let failed = catch_unwind(AssertUnwindSafe(assertion));
    let (_, line) = LINE.replace((false, 0));
    let text = failed.expect_err("the assertion holds").downcast::<String>().unwrap();
    (*text, line)
}

/// The message; it has to come from the file of the test.
fn message(watched: &Watched, assertion: impl FnOnce()) -> String {
    let (text, line) = failure(assertion);
    assert!(line > 0, "the panic is not at the line of the assertion: {text}");
    text.replace(watched.url(), "URL").replace(&watched.url()["http://".len()..], "HOST")
}

async fn start() -> (Watched, MyClient) {
    let watched = Watched::start().await;
    let client = MyClient::new(watched.url());
    (watched, client)
}

const CLAIM: &str = "connector.sync_job_claim";

#[tokio::test]
async fn a_wrong_number_is_told_with_what_came() {
    let (watched, client) = start().await;
    client.claim("a b", "worker-1").await;
    client.claim("a b", "worker-1").await;
    let told = message(&watched, || {
        watched.saw(CLAIM).once();
    });
    insta::assert_snapshot!(told);
}

/// The rules are those of the contract for a form's space in a path (RL-4-1, RL-3-3).
#[tokio::test]
async fn a_wrong_id_is_told_with_its_encoding_and_the_rule() {
    let (watched, client) = start().await;
    client.send("PUT", "/_connector/_sync_job/a+b/_claim", r#"{"worker_hostname":"w"}"#).await;
    let told = message(&watched, || {
        watched.saw(CLAIM).once().with_path("connector_sync_job_id", "a b");
    });
    insta::assert_snapshot!(told);
}

/// Contract CN-1.3-7, CN-1.3-8: a member that is missing, and one that nobody knows.
#[tokio::test]
async fn a_wrong_body_is_told_with_what_the_contract_says_of_it() {
    let (watched, client) = start().await;
    client.send("PUT", "/_connector/_sync_job/j/_claim", r#"{"worker_hostnam":"w"}"#).await;
    let told = message(&watched, || {
        watched.saw(CLAIM).with_body(json!({"worker_hostname": "w"}));
    });
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn what_goes_elsewhere_is_listed() {
    let (watched, client) = start().await;
    client.send("PUT", "/_connector/_sync_job/a/b/_claim", r#"{"worker_hostname":"w"}"#).await;
    client.send("GET", "/", "").await;
    client.send("PUT", "/_connector/_secret/s", r#"{"value":"hidden"}"#).await;
    let told = message(&watched, || {
        watched.saw(CLAIM);
    });
    assert!(!told.contains("hidden"), "{told}");
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn a_client_that_calls_somebody_else_is_told_so() {
    let (watched, _) = start().await;
    let told = message(&watched, || {
        watched.saw(CLAIM);
    });
    let expected = "expected a request of connector.sync_job_claim, none came\n\nno request came to URL: is that where the client sends them?";
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_told_with_the_nearest_one() {
    let (watched, client) = start().await;
    client.claim("j", "w").await;
    let told = message(&watched, || {
        watched.saw("connector.sync_job_clam");
    });
    let expected = "[connector.sync_job_clam] is no operation of the Connector APIs (did you mean [connector.sync_job_claim]?)";
    assert_eq!(told, expected);
    let told = message(&watched, || {
        watched.saw(CLAIM).with_path("connector_sync_job", "j");
    });
    let expected = "[connector_sync_job] is no parameter of the path of connector.sync_job_claim (did you mean [connector_sync_job_id]?), which is /_connector/_sync_job/{connector_sync_job_id}/_claim";
    assert_eq!(told, expected);
}

#[tokio::test]
async fn invalid_requests_are_told_in_the_words_of_the_report() {
    let (watched, client) = start().await;
    client.send("PUT", "/_connector/c?sise=1", "").await;
    let told = message(&watched, || watched.all_requests_are_valid());
    let (before, after) = told.split_once("request 1, ").unwrap();
    let (_, after) = after.split_once(" s after").unwrap();
    insta::assert_snapshot!(format!("{before}request 1, TIME s after{after}"));
}

/// Every assertion fails where it does not hold, at the line of the test.
#[tokio::test]
async fn every_assertion_can_fail() {
    let (watched, client) = start().await;
    client.send("PUT", "/_connector/c", "{}").await;
    client.get("c").await;
    let get = || watched.saw("connector.get");
    let check = |begin: &str, assertion: &dyn Fn()| {
        let told = message(&watched, assertion);
        assert!(told.starts_with(begin), "{told}");
    };
    check("expected 2 requests of connector.get, 1 came", &|| drop(get().times(2)));
    let query = "expected a request of connector.get with the query parameter size [1]\n1 request of connector.get came, and it is different\n";
    check(query, &|| drop(get().with_query("size", 1)));
    let header = "expected a request of connector.get answered with 200, with the header x-a [b]\n1 request of connector.get answered with 200 came";
    check(header, &|| drop(get().answered(200).with_header("x-a", "b")));
    check("expected a request of connector.get with the body 1\n", &|| drop(get().with_body(1)));
    let put = || watched.saw("connector.put");
    check("expected a request of connector.put without a body", &|| drop(put().without_body()));
    check("expected a request of connector.get answered with 404", &|| drop(get().answered(404)));
    check("expected no request of connector.get, 1 came", &|| watched.never_saw("connector.get"));
    let exactly = "expected exactly these requests: connector.get, connector.put; others came\n\nwhat came:\n  1. PUT";
    check(exactly, &|| watched.saw_exactly(["connector.get", "connector.put"]));
    check("expected exactly these requests: none; others", &|| watched.saw_exactly([]));
    let covers = "expected connector.get to be answered with 404, it never was";
    check(covers, &|| watched.covers("connector.get", [200, 404]));
    // Contract CN-1.1: the statuses of `connector.get`.
    let covers = "connector.get is never answered with 409; its statuses are 200, 400 and 404";
    check(covers, &|| watched.covers("connector.get", [200, 409]));
    watched.forget();
    check("expected valid requests of the Connector APIs, none", &|| {
        watched.all_requests_are_valid()
    });
    let protocol = "expected requests that keep to the Connector Protocol, none came";
    check(protocol, &|| watched.keeps_to_the_protocol());
}

#[tokio::test]
async fn what_the_server_takes_and_the_protocol_forbids_is_told() {
    let (watched, client) = start().await;
    let job = client.new_job("c").await;
    client.send("PUT", &format!("/_connector/_sync_job/{job}/_cancel"), "").await;
    client.claim(&job, "w").await;
    watched.all_requests_are_valid();
    let told = message(&watched, || watched.keeps_to_the_protocol());
    insta::assert_snapshot!(told.replace(&job, "JOB"));
}

#[tokio::test]
async fn a_server_that_fails_is_told_in_the_words_of_the_report() {
    let server = wiremock::MockServer::start().await;
    let judged = judge_server(server.uri()).cases("sync_job_cancel/docs-1").await;
    let (told, line) = failure(|| judged.expect_all_passed());
    assert!(line > 0, "{told}");
    insta::assert_snapshot!(told.replace(&server.uri(), "URL"));
}

#[tokio::test]
async fn a_server_that_cannot_be_judged_has_not_passed() {
    let check = async |judge: conformance::judged::JudgeServer, expected: &str| {
        let judged = judge.await;
        let (told, _) = failure(|| judged.expect_all_passed());
        assert!(told.contains(expected), "{told}");
    };
    check(judge_server("http://127.0.0.1:1"), "cannot be judged: no server answers there (").await;
    check(judge_server("localhost:1"), "[localhost:1] is no URL of a server").await;
    check(judge_server("http://h").cases("gett/"), "no case has an id that contains [gett/]").await;
    // Contract CN-1.1: 8.14 has no `connector.update_features`.
    let builder = mock_server::MockServer::builder().es_version("8.14".parse().unwrap());
    let server = builder.start().await.unwrap();
    let skipped = judge_server(server.uri()).cases("update_features/");
    check(skipped, "there are none: 0 passed, 0 failed, ").await;
}
