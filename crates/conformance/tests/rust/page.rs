//! The examples of `docs/rust.md`, which stand there as they stand here.

use std::{fs, path::Path};

use conformance::Watched;
use serde_json::json;

use crate::my_client::MyClient;

#[tokio::test]
async fn a_job_is_claimed() {
    let watched = Watched::start().await;
    let client = MyClient::new(watched.url());

    client.claim("a b", "worker-1").await;

    watched
        .saw("connector.sync_job_claim")
        .once()
        .with_path("connector_sync_job_id", "a b")
        .with_body(json!({"worker_hostname": "worker-1"}))
        .answered(404);
    watched.all_requests_are_valid();
}

#[tokio::test]
async fn only_the_claim_is_judged() {
    let watched = Watched::start().await;
    let client = MyClient::new(watched.url());
    let job = client.new_job("my-connector").await;
    watched.forget();

    client.claim(&job, "worker-1").await;

    watched.saw_exactly(["connector.sync_job_claim"]);
    watched.covers("connector.sync_job_claim", [200]);
    watched.keeps_to_the_protocol();
}

#[tokio::test]
async fn a_mock_with_settings_is_watched() {
    let server = mock_server::MockServer::builder()
        .es_version("8.19".parse().unwrap())
        .rng_seed(7)
        .start()
        .await
        .unwrap();
    let watched = Watched::builder()
        .in_front_of(server.uri())
        .es_version("8.19".parse().unwrap())
        .start()
        .await
        .unwrap();
    let client = MyClient::new(watched.url());

    client.get("nosuch").await;

    watched.saw("connector.get").answered(404);
}

#[tokio::test]
async fn my_server_is_right() {
    let server = mock_server::MockServer::start().await;

    conformance::judge_server(server.uri()).cases("sync_job_claim/").await.expect_all_passed();
}

/// A client that blocks its thread, and with it the runtime of the test, is answered too.
#[tokio::test]
async fn a_client_that_blocks_is_answered() {
    use std::io::{Read as _, Write as _};
    let watched = Watched::start().await;
    let address = watched.url().trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /_connector/c HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    watched.saw("connector.get").once().with_path("connector_id", "c").without_body();
}

#[test]
fn a_test_that_is_not_asynchronous_can_watch_too() {
    let watched = Watched::builder().start_blocking().unwrap();
    watched.never_saw("connector.get");
    let wrong = Watched::builder().in_front_of("http://h/path").start_blocking().unwrap_err();
    let expected = "[http://h:80/path] has a path; requests are passed on unaltered, so write http://HOST:PORT";
    assert_eq!(wrong.to_string(), expected);
}

/// What is left after each condition is what the next one is about.
#[tokio::test]
async fn conditions_leave_the_requests_that_are_so() {
    let watched = Watched::start().await;
    let client = MyClient::new(watched.url());
    client.send("GET", "/_connector?size=1&service_type=a%20b", "").await;
    client.send("GET", "/_connector?size=2&service_type=a+b", "").await;
    client.send("PUT", "/_connector/c", r#"{"is_native":false,"name":"n"}"#).await;
    let lists = watched.saw("connector.list").times(2).with_query("service_type", "a b").times(2);
    assert_eq!(lists.with_query("size", 2).once().exchanges()[0].number, 2);
    let same = json!({"name": "n", "is_native": false});
    watched.saw("connector.put").with_body(same).with_header("x-opaque-id", "test").answered(201);
    watched.saw_exactly(["connector.list", "connector.list", "connector.put"]);
    watched.never_saw("connector.get");
    watched.covers("connector.put", [201]);
}

/// The blocks of the page that begin with this line.
fn blocks<'p>(page: &'p str, kind: &str) -> Vec<&'p str> {
    let begin = format!("\n```{kind}\n");
    page.split(&begin).skip(1).map(|rest| rest.split("\n```\n").next().unwrap()).collect()
}

#[test]
fn the_page_shows_what_runs_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../../docs/rust.md")).unwrap();
    let tests = [include_str!("page.rs"), include_str!("../wiremock.rs")].concat();
    let code = blocks(&page, "rust");
    assert_eq!(code.len(), 6);
    for block in code {
        assert!(tests.contains(block), "this is no test:\n{block}");
    }
    let messages: String = fs::read_dir(root.join("tests/rust/snapshots"))
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let texts = blocks(&page, "text");
    assert_eq!(texts.len(), 1);
    for block in texts {
        assert!(messages.contains(block), "no test says this:\n{block}");
    }
}
