//! The reports of a run with every outcome in it, as snapshots. Nothing in them is random: the
//! server's clock and ids are fixed, its URL is written over, no time is told.

use std::{path::Path, time::Duration};

use conformance::{
    client::Client,
    program,
    report::{self, Report, Style},
    run,
    suite::Suite,
    target::Credentials,
};
use mock_server::{Clock, MockServer, Timestamp};

use crate::block_on;

fn failing_run() -> Report {
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
    let mut run =
        block_on(run::run(&suite, &client, run::Options::default(), &mut |_| {})).unwrap();
    run.url = "http://localhost:9200".to_owned();
    for result in &mut run.results {
        result.duration = Duration::ZERO;
    }
    run.left_behind.push("connector [x]: DELETE answered 500".to_owned());
    Report::from(&run)
}

#[test]
fn the_report_for_people() {
    insta::assert_snapshot!(report::terminal(&failing_run(), Style::Plain));
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
fn the_schema_describes_the_report_of_a_server() {
    crate::report_formats::check_schema(&failing_run());
}

#[test]
fn the_help() {
    let help = program::run(["connector-conformance", "server", "--help"], Style::Plain);
    assert_eq!(help.exit_code, 0);
    insta::assert_snapshot!(help.stdout);
}
