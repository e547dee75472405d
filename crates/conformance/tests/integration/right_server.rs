//! Everything against the mock server.

use std::collections::BTreeSet;

use conformance::{
    case::CaseKind, client::Client, exchange::Request, exit_code, outcome::Outcome, run,
    suite::Suite, target::Credentials,
};

use crate::{block_on, mock, server};

fn get(url: &str, target: &str) -> String {
    let request = Request {
        method: "GET".to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        body: None,
    };
    let client =
        Client::new(url.parse().unwrap(), Credentials::None, std::time::Duration::from_secs(10));
    String::from_utf8(block_on(client.send(&request)).unwrap().body).unwrap()
}

#[test]
fn every_case_and_every_example_passes() {
    let mock = mock();
    let output = server(&["--url", &mock.uri()]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
    assert_eq!(output.stderr, "");
    let suite = Suite::embedded().unwrap();
    let passed = format!("{} passed, 0 failed, 0 skipped\n", suite.cases.len());
    assert!(output.stdout.ends_with(&passed), "{}", output.stdout);
    assert!(!output.stdout.contains("left behind"), "{}", output.stdout);
}

/// Cases that empty the server are left out: they would hide what others leave.
#[test]
fn nothing_stays_behind() {
    let mock = mock();
    for filter in ["examples/", "put/", "post/a-", "sync_job_post/a-", "sync_job_claim/a-"] {
        let output = server(&["--url", &mock.uri(), "--case", filter]);
        assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
        let health = get(&mock.uri(), "/_mock/health");
        assert!(
            health.contains(r#""documents":{"connectors":0,"sync_jobs":0}"#),
            "{filter}: {health}"
        );
    }
}

/// Secrets are not counted among the documents, so the mock is asked for the ones that were made.
#[test]
fn no_secret_stays_behind() {
    let mock = mock();
    let made = [
        ("secret_put/a-secret-is-created", "conformance-secret-put-a-secret-is-created"),
        ("secret_get/a-secret-is-shown", "conformance-secret-get-a-secret-is-shown-in-clear-text"),
    ];
    for (filter, id) in made {
        let output = server(&["--url", &mock.uri(), "--case", filter]);
        assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
        assert!(output.stdout.contains("1 passed"), "{}", output.stdout);
        let answer = get(&mock.uri(), &format!("/_connector/_secret/{id}"));
        assert!(answer.contains(&format!("No secret with id [{id}]")), "{answer}");
    }
}

/// A second run finds the ids of the first one unused.
#[test]
fn cases_can_be_played_again_and_one_by_one() {
    let mock = mock();
    for filter in ["examples/", "sync_job_cancel/", "examples/", "put/", "secret_", "secret_"] {
        let output = server(&["--url", &mock.uri(), "--case", filter]);
        assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
    }
}

#[test]
fn what_an_earlier_run_has_left_does_no_harm() {
    let mock = mock();
    let client = Client::new(
        mock.uri().parse().unwrap(),
        Credentials::None,
        std::time::Duration::from_secs(10),
    );
    for id in ["my-connector", "conformance-put-a-connector-is-created"] {
        let request = Request {
            method: "PUT".to_owned(),
            target: format!("/_connector/{id}"),
            headers: Vec::new(),
            body: None,
        };
        assert_eq!(block_on(client.send(&request)).unwrap().status, 201);
    }
    let output = server(&["--url", &mock.uri(), "--case", "put/"]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
}

/// Covered means: a case of the case files passed that provokes the status and names the line of
/// the page that lists it.
#[test]
fn every_documented_status_of_the_five_pages_is_provoked() {
    let mock = mock();
    let suite = Suite::embedded().unwrap();
    let client = Client::new(
        mock.uri().parse().unwrap(),
        Credentials::None,
        std::time::Duration::from_secs(10),
    );
    let report = block_on(run::run(&suite, &client, run::Options::default(), &mut |_| {})).unwrap();
    assert_eq!(suite.endpoints.len(), 5);
    let mut statuses = 0;
    for page in &suite.endpoints {
        for documented in &page.statuses {
            statuses += 1;
            let line = format!("{}:{}", page.page, documented.line);
            let covered = report.results.iter().any(|result| {
                result.kind == CaseKind::Case
                    && result.operation == page.operation
                    && result.status == documented.status
                    && result.pages.contains(&line)
                    && matches!(result.outcome, Outcome::Passed)
            });
            assert!(covered, "{} {} of {line}", page.operation, documented.status);
        }
    }
    assert_eq!(statuses, 12);
}

#[test]
fn every_status_of_the_contract_of_every_operation_is_provoked() {
    let suite = Suite::embedded().unwrap();
    let provoked: BTreeSet<_> = suite
        .cases
        .iter()
        .filter(|case| case.kind == CaseKind::Case)
        .map(|case| (case.operation, case.status()))
        .collect();
    for row in api_types::endpoint::ENDPOINTS {
        for status in row.statuses {
            assert!(provoked.contains(&(row.operation, *status)), "{} {status}", row.operation);
        }
    }
}

#[test]
fn an_older_server_is_not_asked_for_what_it_does_not_have() {
    let mock = mock_server::MockServer::builder()
        .es_version("8.13".parse().unwrap())
        .start_blocking()
        .unwrap();
    let output = server(&["--url", &mock.uri(), "--case", "sync_job_claim/"]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
    assert!(
        output.stdout.contains("it needs version 8.15.0, the server is 8.13.0"),
        "{}",
        output.stdout
    );
}

#[test]
fn every_version_passes_what_it_has() {
    for version in ["8.12", "8.13", "8.15", "8.19", "9.0"] {
        let version = version.parse().unwrap();
        let mock = mock_server::MockServer::builder().es_version(version).start_blocking().unwrap();
        let output = server(&["--url", &mock.uri()]);
        assert_eq!(output.exit_code, exit_code::PASSED, "{version}\n{}", output.stdout);
    }
}

#[test]
fn the_order_of_members_is_right_too_where_the_contract_has_one() {
    let mock = mock();
    let output = server(&["--url", &mock.uri(), "--strict", "--case", "sync_job_post/"]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
}
