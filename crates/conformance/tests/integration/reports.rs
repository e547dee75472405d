//! The reports of a run with every outcome in it, as snapshots. Nothing in them is random: the
//! server's clock and ids are fixed, its URL is written over, no time is told.

use std::{path::Path, time::Duration};

use conformance::{
    client::Client, outcome::RunReport, program, report, report::Style, run, suite::Suite,
    target::Credentials,
};
use mock_server::{Clock, MockServer, Timestamp};

use crate::block_on;

fn failing_run() -> RunReport {
    let suite = Suite::of_directory(Path::new("tests/data/suite")).unwrap();
    let noon = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
    let mock = MockServer::builder()
        .es_version("8.19".parse().unwrap())
        .clock(Clock::manual(noon, Duration::from_micros(1)))
        .rng_seed(7)
        .start_blocking()
        .unwrap();
    let client =
        Client::new(mock.uri().parse().unwrap(), Credentials::None, Duration::from_secs(10));
    let mut run = block_on(run::run(&suite, &client, run::Options::default())).unwrap();
    run.url = "http://localhost:9200".to_owned();
    for result in &mut run.results {
        result.duration = Duration::ZERO;
    }
    run.left_behind.push("connector [x]: DELETE answered 500".to_owned());
    run
}

#[test]
fn the_report_for_people() {
    insta::assert_snapshot!(report::human(&failing_run(), Style::Plain));
}

#[test]
fn the_report_for_programs() {
    insta::assert_snapshot!(report::json(&failing_run()).unwrap());
}

#[test]
fn the_report_in_the_format_of_junit() {
    insta::assert_snapshot!(report::junit(&failing_run()).unwrap());
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    let run = failing_run();
    assert!(!report::human(&run, Style::Plain).contains('\u{1b}'));
    assert!(report::human(&run, Style::Colour).contains("\u{1b}[31mFAILED\u{1b}[0m"));
    assert!(!report::junit(&run).unwrap().contains('\u{1b}'));
}

#[test]
fn the_help() {
    let help = program::run(["connector-conformance", "server", "--help"], Style::Plain);
    assert_eq!(help.exit_code, 0);
    insta::assert_snapshot!(help.stdout);
}

#[test]
fn reports_are_written_where_they_are_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let json = directory.path().join("report.json");
    let junit = directory.path().join("report.xml");
    let mock = crate::mock();
    let output = crate::server(&[
        "--url",
        &mock.uri(),
        "--case",
        "check_in/",
        "--report",
        &format!("json={}", json.display()),
        "--report",
        &format!("junit={}", junit.display()),
    ]);
    assert_eq!(output.exit_code, 0, "{output:?}");
    let json: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(json["counts"]["failed"], 0);
    assert_eq!(json["cases"].as_array().unwrap().len(), json["counts"]["passed"]);
    assert!(std::fs::read_to_string(junit).unwrap().starts_with("<?xml "));
}
