//! Servers that are wrong in one point each. Every one must be caught and named.

use conformance::exit_code;

use crate::{
    server,
    wrong_server::{Asked, Reply, WrongServer},
};

/// Plays the cases against a server with the change and expects each of the texts in the report.
fn check(
    filter: &str,
    change: impl Fn(&Asked, &mut Reply) + Send + Sync + 'static,
    expected: &[&str],
) {
    let wrong = WrongServer::start(change);
    let output = server(&["--url", &wrong.uri(), "--case", filter]);
    assert_eq!(output.exit_code, exit_code::FAILED, "{}", output.stdout);
    for text in expected {
        assert!(output.stdout.contains(text), "no [{text}] in\n{}", output.stdout);
    }
}

const CANCEL: &str = "sync_job_cancel/a-running-job-becomes-canceling";
const NOT_FOUND: &str = "sync_job_cancel/an-unknown-job-is-not-found";

fn is_cancel(asked: &Asked) -> bool {
    asked.target.ends_with("/_cancel")
}

/// Without a change everything passes, so whatever fails below is due to the change.
#[test]
fn the_unchanged_server_is_right() {
    let wrong = WrongServer::start(|_, _| {});
    let output = server(&["--url", &wrong.uri(), "--case", "sync_job_"]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
}

#[test]
fn a_wrong_status() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.status = 202;
            }
        },
        &[
            "FAILED sync_job_cancel/a-running-job-becomes-canceling",
            "fixtures/cases/sync_job_cancel.yml:",
            "expected by: contract SJ-12-3, SJ-12-5, SJ-4-9, SJ-4-2, SJ-1-6, SJ-16-3; cancel-connector-sync-job-api.asciidoc:26; cancel-connector-sync-job-api.asciidoc:18",
            "curl -sS -i -X PUT",
            "* status: expected 200, got 202",
            "-200\n  +202",
        ],
    );
}

#[test]
fn a_missing_member() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.body = "{}".to_owned();
            }
        },
        &[r#"* body /result: expected "updated", got no such member"#],
    );
}

#[test]
fn a_member_too_many() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.body = r#"{"result":"updated","_version":2}"#.to_owned();
            }
        },
        &["* body /_version: expected no such member, got 2", r#"+  "_version" : 2"#],
    );
}

#[test]
fn another_result() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.replace("updated", "noop");
            }
        },
        &[r#"* body /result: expected "updated", got "noop""#],
    );
}

#[test]
fn a_wrong_type() {
    check(
        "sync_job_post/the-new-document",
        |_, reply| reply.replace(r#""total_document_count":0"#, r#""total_document_count":"0""#),
        &[r#"* body /total_document_count: expected 0, got "0""#],
    );
}

#[test]
fn a_number_with_a_fraction() {
    check(
        "sync_job_post/the-new-document",
        |_, reply| reply.replace(r#""order":0"#, r#""order":0.0"#),
        &["* body /connector/filtering/rules/0/order: expected 0, got 0.0"],
    );
}

#[test]
fn a_null_instead_of_no_member() {
    check(
        "sync_job_get/what-no-call-has-set-is-absent",
        |_, reply| reply.replace(r#""metadata":{}"#, r#""metadata":{},"error":null"#),
        &["* body /error: expected no such member, got null"],
    );
}

#[test]
fn no_product_header() {
    check(
        CANCEL,
        |_, reply| reply.set_header("x-elastic-product", None),
        &[
            "in the precondition [connector]",
            "* header x-elastic-product: expected Elasticsearch, got no such header",
            "-x-elastic-product: Elasticsearch",
        ],
    );
}

#[test]
fn another_product() {
    check(
        CANCEL,
        |_, reply| reply.set_header("x-elastic-product", Some("Opensearch")),
        &["* header x-elastic-product: expected Elasticsearch, got Opensearch"],
    );
}

#[test]
fn an_error_with_status_200() {
    check(
        NOT_FOUND,
        |asked, reply| {
            if is_cancel(asked) {
                reply.status = 200;
            }
        },
        &["* status: expected 404, got 200", "* status in the error body: expected 200, got 404"],
    );
}

#[test]
fn an_error_body_with_another_status() {
    check(
        NOT_FOUND,
        |_, reply| reply.replace(r#""status":404"#, r#""status":500"#),
        &[
            "* status in the error body: expected 404, got 500",
            "* body /status: expected 404, got 500",
        ],
    );
}

#[test]
fn an_error_body_without_root_cause() {
    check(
        NOT_FOUND,
        |asked, reply| {
            if is_cancel(asked) {
                let (before, rest) = reply.body.split_once(r#""root_cause":["#).unwrap();
                let (_, after) = rest.split_once("],").unwrap();
                reply.body = format!("{before}{after}");
            }
        },
        &["* body /error/root_cause: expected"],
    );
}

#[test]
fn an_error_body_in_another_order() {
    check(
        NOT_FOUND,
        |asked, reply| {
            if is_cancel(asked) {
                let error = reply.body.strip_prefix('{').unwrap();
                let error = error.strip_suffix(r#","status":404}"#).unwrap();
                reply.body = format!(r#"{{"status":404,{error}}}"#);
            }
        },
        &[
            "* body: expected members in the order error, status, got members in the order status, error",
        ],
    );
}

#[test]
fn an_error_text_with_another_letter() {
    check(
        "sync_job_cancel/a-canceled-job-cannot-be-canceled",
        |_, reply| reply.replace("not supported by", "not supported in"),
        &["* body /error/reason: expected"],
    );
}

#[test]
fn an_error_text_with_more_behind_it() {
    check(
        NOT_FOUND,
        |_, reply| reply.replace(r#""reason":""#, r#""reason":"no job "#),
        &["* body /error/reason: expected", "* body /error/root_cause/0/reason: expected"],
    );
}

#[test]
fn json_that_breaks_off() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.body.pop();
            }
        },
        &["* body: expected JSON, got no JSON: EOF while parsing an object at line 1 column 19"],
    );
}

#[test]
fn no_body_at_all() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.body.clear();
            }
        },
        &["* body: expected JSON, got no JSON: there is no body"],
    );
}

#[test]
fn another_media_type() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.set_header("content-type", Some("text/plain; charset=UTF-8"));
            }
        },
        &["* header content-type: expected application/json, got text/plain; charset=UTF-8"],
    );
}

#[test]
fn no_media_type() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.set_header("content-type", None);
            }
        },
        &["* header content-type: expected application/json, got no such header"],
    );
}

#[test]
fn a_status_in_british_spelling() {
    check(
        CANCEL,
        |_, reply| reply.replace(r#""canceling""#, r#""cancelling""#),
        &[r#"* body /status: expected "canceling", got "cancelling""#],
    );
}

#[test]
fn a_job_that_stays_as_it_was() {
    check(
        CANCEL,
        |asked, reply| {
            if asked.method == "GET" {
                reply.replace(r#""status":"canceling""#, r#""status":"in_progress""#);
            }
        },
        &[r#"* body /status: expected "canceling", got "in_progress""#],
    );
}

#[test]
fn a_time_in_another_format() {
    check(
        CANCEL,
        |asked, reply| {
            let set = reply.body.split_once(r#""cancelation_requested_at":""#);
            if let Some((before, rest)) = set
                && asked.method == "GET"
            {
                let (_, after) = rest.split_once('"').unwrap();
                reply.body =
                    format!(r#"{before}"cancelation_requested_at":"2023-12-01 14:18:37"{after}"#);
            }
        },
        &[r#"* body /cancelation_requested_at: expected a time like"#],
    );
}

#[test]
fn a_check_in_that_changes_nothing() {
    check(
        "sync_job_check_in/a-running-job-is-checked-in",
        |asked, reply| {
            if let Some((before, rest)) = reply.body.split_once(r#""last_seen":""#)
                && asked.method == "GET"
            {
                let (_, after) = rest.split_once('"').unwrap();
                reply.body = format!(r#"{before}"last_seen":"2023-12-01T14:18:37.397Z"{after}"#);
            }
        },
        &["* body /last_seen: expected a time after 2023-12-01T14:18:37.397Z"],
    );
}

#[test]
fn an_id_that_is_no_generated_one() {
    check(
        "sync_job_post/a-job-is-created",
        |asked, reply| {
            if asked.method == "POST" && asked.target == "/_connector/_sync_job" {
                reply.body = r#"{"id":"17"}"#.to_owned();
            }
        },
        &[r#"* body /id: expected a generated id (20 characters A-Z a-z 0-9 _ -), got "17""#],
    );
}

#[test]
fn a_list_in_another_order() {
    check(
        "list/connectors-come-in-the-order",
        |asked, reply| {
            // The two connectors change their places.
            if asked.target.contains("index_name=") {
                reply.replace("names-1\"", "names-x\"");
                reply.replace("names-2\"", "names-1\"");
                reply.replace("names-x\"", "names-2\"");
            }
        },
        &["/results/0/id: expected"],
    );
}

#[test]
fn a_redirect_is_not_followed() {
    check(
        CANCEL,
        |asked, reply| {
            if is_cancel(asked) {
                reply.status = 307;
                reply.set_header("location", Some("/_connector"));
            }
        },
        &["* status: expected 200, got 307"],
    );
}

#[test]
fn a_405_without_the_allowed_methods() {
    check(
        "sync_job_cancel/another-method",
        |_, reply| reply.set_header("allow", None),
        &["* header allow: expected PUT, got no such header"],
    );
}

#[test]
fn a_documented_difference_that_is_gone_is_a_failure() {
    check(
        "examples/delete/ConnectorDeleteExample1",
        |asked, reply| {
            if asked.target.contains('&') {
                reply.status = 200;
                reply.body = r#"{"acknowledged":true}"#.to_owned();
            }
        },
        &[
            "* status: expected 404, got 200",
            "delete-example-query (connector.delete, 0 of 1 cases passed)",
        ],
    );
}
