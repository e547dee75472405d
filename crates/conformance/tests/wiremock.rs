//! Documented answers in a `wiremock::MockServer`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{collections::BTreeSet, time::Duration};

use conformance::{
    Fixture,
    client::Client,
    exchange::{Answer, Request},
    target::Credentials,
};
use wiremock::MockServer;

async fn send(server: &MockServer, request: &Request) -> Answer {
    let url = server.uri().parse().unwrap();
    let client = Client::new(url, Credentials::None, Duration::from_secs(10));
    client.send(request).await.unwrap()
}

fn request(method: &str, target: &str, body: Option<&str>) -> Request {
    let content_type = ("content-type".to_owned(), "application/json".to_owned());
    Request {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: body.map(|_| content_type).into_iter().collect(),
        body: body.map(str::to_owned),
    }
}

/// The status, and nothing of the answer of `wiremock` to what it does not know.
async fn status(server: &MockServer, method: &str, target: &str, body: Option<&str>) -> u16 {
    let answer = send(server, &request(method, target, body)).await;
    assert_eq!(answer.status == 404, answer.header("x-elastic-product").is_none(), "{target}");
    answer.status
}

#[tokio::test]
async fn a_canceled_job_is_answered_as_documented() {
    let server = MockServer::start().await;
    Fixture::named("sync_job_cancel/docs-1").unwrap().mount(&server).await;

    let target = "/_connector/_sync_job/my-job/_cancel";
    let answer = send(&server, &request("PUT", target, None)).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, br#"{"result":"updated"}"#);
}

#[tokio::test]
async fn an_error_is_answered_as_the_contract_has_it() {
    let server = MockServer::start().await;
    let fixture = Fixture::of("connector.get", 404).unwrap().with_any_id();
    server.register(fixture.mock().expect(1)).await;

    let answer = send(&server, &request("GET", "/_connector/mail", None)).await;

    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"));
    assert_eq!(answer.body, fixture.answer().body);
}

/// Contract RL-8-1 the product header, RL-6 the media type; the body is that of the documentation.
#[tokio::test]
async fn the_answer_is_that_of_elasticsearch() {
    let server = MockServer::start().await;
    let fixture = Fixture::named("update_name/ConnectorUpdateNameRequestExample1").unwrap();
    fixture.mount(&server).await;
    let answer = send(&server, fixture.request()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("x-elastic-product"), Some("Elasticsearch"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("content-length"), Some("20"));
    assert_eq!(answer.body, br#"{"result":"updated"}"#);
}

#[tokio::test]
async fn a_request_that_differs_is_not_answered() {
    let server = MockServer::start().await;
    let name = "update_error/docs-1";
    Fixture::named(name).unwrap().mount(&server).await;
    // The request of the page: update-connector-error-api.asciidoc.
    let (target, body) =
        ("/_connector/my-connector/_error", r#"{"error":"Houston, we have a problem!"}"#);
    assert_eq!(status(&server, "PUT", target, Some(body)).await, 200);
    let spaced = r#"{ "error" : "Houston, we have a problem!" }"#;
    assert_eq!(status(&server, "PUT", target, Some(spaced)).await, 200);
    assert_eq!(status(&server, "POST", target, Some(body)).await, 404);
    assert_eq!(status(&server, "PUT", "/_connector/other/_error", Some(body)).await, 404);
    assert_eq!(status(&server, "PUT", "/_connector/my-connector/_name", Some(body)).await, 404);
    assert_eq!(status(&server, "PUT", &format!("{target}/x"), Some(body)).await, 404);
    assert_eq!(status(&server, "PUT", &format!("{target}?pretty"), Some(body)).await, 404);
    assert_eq!(status(&server, "PUT", target, Some(r#"{"error":"x"}"#)).await, 404);
    assert_eq!(status(&server, "PUT", target, None).await, 404);

    let server = MockServer::start().await;
    Fixture::named(name).unwrap().with_any_id().mount(&server).await;
    assert_eq!(status(&server, "PUT", "/_connector/a%2Fb/_error", Some(body)).await, 200);
    assert_eq!(status(&server, "PUT", "/_connector//_error", Some(body)).await, 404);
    assert_eq!(status(&server, "PUT", "/_connector/other/_name", Some(body)).await, 404);
}

/// The id of a job is the server's choice; the query of the list is the fixture's.
#[tokio::test]
async fn generated_ids_may_be_any_and_queries_have_to_be_the_same() {
    let server = MockServer::start().await;
    let fixture = Fixture::named("sync_job_list/ConnectorSyncJobListExample1").unwrap();
    fixture.mount(&server).await;
    let list = "/_connector/_sync_job?size=1&connector_id=my-connector-id";
    assert_eq!(status(&server, "GET", list, None).await, 200);
    assert_eq!(status(&server, "GET", "/_connector/_sync_job?size=1", None).await, 404);
    assert_eq!(status(&server, "GET", "/_connector/_sync_job", None).await, 404);
    let claim = Fixture::named("sync_job_claim/a-pending-job-is-claimed").unwrap();
    claim.mount(&server).await;
    let body = claim.request().body.as_deref();
    assert_eq!(status(&server, "PUT", "/_connector/_sync_job/any/_claim", body).await, 200);
    assert_eq!(status(&server, "PUT", "/_connector/_sync_job//_claim", body).await, 404);
}

#[test]
fn a_name_that_does_not_exist_is_told_with_the_nearest_one() {
    let check = |fixture: Result<Fixture, conformance::mount::FixtureError>, expected: &str| {
        assert_eq!(fixture.unwrap_err().to_string(), expected);
    };
    let unknown = "no fixture is called [sync_job_cancel/docs1] (did you mean [sync_job_cancel/docs-1]?); Fixture::names() has all names";
    check(Fixture::named("sync_job_cancel/docs1"), unknown);
    let operation =
        "[connector.gte] is no operation of the Connector APIs (did you mean [connector.get]?)";
    check(Fixture::of("connector.gte", 200), operation);
    // Contract CN-1.1: `connector.get` has 200, 400 and 404.
    let status = "no fixture answers connector.get with 409; there are fixtures for 200, 400, 404";
    check(Fixture::of("connector.get", 409), status);
}

/// Every name is one fixture's, every fixture can be played, and answers its own request with the
/// bytes that it has.
#[tokio::test]
async fn every_fixture_answers_its_own_request() {
    let mut names = BTreeSet::new();
    for name in Fixture::names().unwrap() {
        assert!(names.insert(name), "{name} is there twice");
        let fixture = Fixture::named(name).unwrap();
        assert_eq!(fixture.name(), name);
        let server = MockServer::start().await;
        fixture.mount(&server).await;
        let answer = send(&server, fixture.request()).await;
        assert_eq!(answer.status, fixture.answer().status, "{name}");
        assert_eq!(answer.body, fixture.answer().body, "{name}");
        let media_type = |answer: &Answer| answer.header("content-type").map(str::to_owned);
        assert_eq!(media_type(&answer), media_type(fixture.answer()), "{name}");
    }
    assert!(names.contains("sync_job_cancel/docs-1"));
}

/// Ids and times are the same each time.
#[test]
fn a_fixture_is_the_same_in_every_run() {
    let answer = || Fixture::of("connector.sync_job_get", 200).unwrap().answer().clone();
    assert_eq!(answer(), answer());
}
