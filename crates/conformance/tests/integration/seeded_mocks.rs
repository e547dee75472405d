//! Mocks that were started with a seed: what they begin with is no mistake of theirs, and is there
//! again afterwards.

use conformance::{
    exit_code,
    program::{self, Output},
    report::Style,
};
use mock_server::{MockServer, Seed};

use crate::server;

const SEED: &str = "connectors: {c: {index_name: i, service_type: s3}}\nsync_jobs: {j: {}}\n";

fn seeded() -> MockServer {
    let seed = Seed::parse("seed", SEED).unwrap();
    MockServer::builder().seed(seed).start_blocking().unwrap()
}

fn fuzz(arguments: &[&str]) -> Output {
    program::run(["connector-conformance", "fuzz"].iter().chain(arguments), Style::Plain)
}

#[test]
fn cases_that_need_an_empty_server_get_one() {
    let mock = seeded();
    let output = server(&["--url", &mock.uri(), "--case", "before-there-ever-was"]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
    assert!(output.stdout.contains(" passed, 0 failed, 0 skipped"), "{}", output.stdout);
    assert!(mock.state().contains(r#""j": {"connector":"c""#), "{}", mock.state());
}

#[test]
fn what_a_mock_begins_with_is_not_taken_for_a_violation() {
    let mock = seeded();
    let output = fuzz(&["--url", &mock.uri(), "--cases", "10", "--seed", "1"]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
    assert!(mock.state().contains(r#""j": {"connector":"c""#), "{}", mock.state());
}
