//! What is verified, and what is told where it is not so.

use super::{host, received, send, with_a_job};
use crate::{Expectation, host::Host};

fn verdict(host: &Host, expected: impl IntoIterator<Item = Expectation>) -> String {
    received(host).verify(expected).to_string()
}

/// Two claims of a job after its creation, none after cancel: the example of the issue.
#[test]
fn counts_and_order_are_verified() {
    let host = host();
    let job = with_a_job(&host);
    let job = job.as_str();
    send(
        &host,
        "PUT",
        &format!("/_connector/_sync_job/{job}/_claim"),
        r#"{"worker_hostname":"w"}"#,
    );
    send(&host, "PUT", &format!("/_connector/_sync_job/{job}/_cancel"), "");
    let saw = |operation: &str| Expectation::saw(format!("connector.{operation}"));
    let claim = || saw("sync_job_claim").with_id(job);
    let created = || saw("sync_job_post").with_id(job);
    let canceled = || saw("sync_job_cancel").with_id(job);
    received(&host).assert_verified([
        claim().times(2).after(created()),
        claim().never().after(canceled()),
        claim().with_body(r#"{"worker_hostname":"w"}"#).times(2).before(canceled()),
        Expectation::in_order([created(), claim(), claim(), canceled()]),
        Expectation::never_saw("connector.delete"),
        Expectation::any().answered(200).at_least(3),
        Expectation::any().at_most(5),
        saw("put").with_path("/_connector/*").with_method("put").once(),
    ]);
    assert_eq!(
        verdict(&host, [claim().never().after(created())]),
        format!(
            "1 of 1 expectations failed\n\nexpected no connector.sync_job_claim with id [{job}], after the first connector.sync_job_post with id [{job}], there are 2\n  found request 3, PUT /_connector/_sync_job/{job}/_claim, answered with 200\n  found request 4, PUT /_connector/_sync_job/{job}/_claim, answered with 200"
        )
    );
    assert_eq!(
        verdict(&host, [claim().once().after(canceled())]),
        format!(
            "1 of 1 expectations failed\n\nexpected exactly 1 connector.sync_job_claim with id [{job}], after the first connector.sync_job_cancel with id [{job}], there is none\n  nearest request 3, PUT /_connector/_sync_job/{job}/_claim, answered with 200\n    after: expected [request 5], got [request 3]\n  nearest request 4, PUT /_connector/_sync_job/{job}/_claim, answered with 200\n    after: expected [request 5], got [request 4]"
        )
    );
    let never = verdict(&host, [claim().never().after(saw("sync_job_error"))]);
    assert!(
        never.contains("there is no connector.sync_job_error, after which they were"),
        "{never}"
    );
    let order = verdict(&host, [Expectation::in_order([canceled(), claim()])]);
    assert!(order.contains("after: expected [request 5], got [request 3]"), "{order}");
}

#[test]
fn the_nearest_misses_are_told_member_by_member() {
    let host = host();
    with_a_job(&host);
    send(&host, "PUT", "/_connector/c/_error?pretty=true", r#"{"error":{"a":[1]}}"#);
    send(&host, "POST", "/_connector/c/_name", r#"{"name":"n"}"#);
    let error = Expectation::saw("connector.update_error").with_body(r#"{"error":null,"x":1}"#);
    let told = verdict(&host, [error.with_query("pretty", "false").answered(200)]);
    let expected = r#"
  nearest request 4, PUT /_connector/c/_error?pretty=true, answered with 400
    status: expected [200], got [400]
    query pretty: expected [false], got [true]
    body/error: expected [null], got [{"a":[1]}]
    body/x: expected [1], got [nothing]"#;
    assert!(told.ends_with(expected), "{told}");
    let told = verdict(&host, [Expectation::saw("connector.update_name").with_id("c")]);
    let expected = r"
  nearest request 5, POST /_connector/c/_name, answered with 405
    operation: expected [connector.update_name], got [none: the method is [POST], not [PUT]]";
    assert!(told.ends_with(expected), "{told}");
}

#[test]
fn a_verification_that_says_nothing_is_refused() {
    let host = host();
    let refused = |body: &str, told: &str| {
        let answer = send(&host, "POST", "/_mock/verify", body).to_compact();
        assert!(answer.contains(told), "{body}: {answer}");
    };
    refused("{}", "[expect] has to be an array");
    refused(r#"{"expect":[]}"#, "[expect] is empty");
    refused(r#"{"expect":[1]}"#, "an expectation has to be an object");
    refused(
        r#"{"expect":[{"operation":"connector.sync_job_clam"}]}"#,
        "did you mean any of [connector.sync_job_claim",
    );
    refused(r#"{"expect":[{"exactly":1,"at_least":1}]}"#, "write one of [exactly]");
    refused(r#"{"expect":[{"at_least":3,"at_most":2}]}"#, "more than [at_most]");
    refused(r#"{"expect":[{"exactly":-1}]}"#, "[exactly] has to be a number from 0");
    refused(r#"{"expect":[{"times":1}]}"#, "unknown member [times]");
    refused(r#"{"expect":[{"after":{"never":true}}]}"#, "unknown member [never]");
    refused(r#"{"expect":[{"in_order":[{}]}]}"#, "two or more matchers");
    refused(r#"{"expect":[{"body":{}}],"spaces":"a"}"#, "unknown member [spaces]");
}
