//! The program with `--report` and `--known`: what goes where, and how it ends.

use std::{fs, path::Path};

use conformance::{
    exit_code,
    program::{self, Output},
    report::Style,
};

use crate::mock;

/// A case of `tests/data/suite` that fails with any right server.
const FAILS: &str = "sync_job_cancel/the-documented-spelling-is-expected";
/// One that passes.
const PASSES: &str = "sync_job_cancel/a-running-job-becomes-canceling";

/// Plays cases of `tests/data/suite` against a mock.
fn play(filter: &str, arguments: &[&str]) -> Output {
    let mock = mock();
    let url = mock.uri();
    let first = ["--url", &url, "--fixtures", "tests/data/suite", "--case", filter];
    crate::server(&[&first, arguments].concat())
}

/// The same with a list of known failures.
fn play_with(filter: &str, list: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("known.yml");
    fs::write(&file, list).unwrap();
    let mut output = play(filter, &["--known", file.to_str().unwrap()]);
    output.stderr = output.stderr.replace(file.to_str().unwrap(), "known.yml");
    output
}

fn last_line(output: &Output) -> &str {
    output.stdout.lines().last().unwrap_or_default()
}

#[test]
fn a_known_failure_does_not_count() {
    let output = play(FAILS, &[]);
    assert_eq!(output.exit_code, exit_code::FAILED, "{output:?}");
    let output = play_with(FAILS, &format!("- case: {FAILS}\n  because: the page is wrong\n"));
    assert_eq!(output.exit_code, exit_code::PASSED, "{output:?}");
    assert_eq!(last_line(&output), "0 passed, 0 failed, 0 skipped, 1 known failure");
    assert!(output.stdout.contains("  the page is wrong (1)\n"), "{}", output.stdout);
}

#[test]
fn a_known_failure_that_passes_counts() {
    let output = play_with(PASSES, &format!("- case: {PASSES}\n  because: no more\n"));
    assert_eq!(output.exit_code, exit_code::FAILED, "{output:?}");
    assert_eq!(last_line(&output), "0 passed, 0 failed, 0 skipped, 1 unexpected pass");
    assert!(output.stdout.contains("the list of known failures has it: no more"));
}

#[test]
fn a_list_may_have_more_than_is_played() {
    let output = play_with(PASSES, &format!("- case: {FAILS}\n  because: the page is wrong\n"));
    assert_eq!(output.exit_code, exit_code::PASSED, "{output:?}");
}

#[test]
fn a_list_that_names_nothing_ends_the_program_before_it_runs() {
    let output = play_with(
        PASSES,
        "- case: sync_job_cancel/a-running-job-becomes-cancelling\n  because: x\n",
    );
    assert_eq!(output.exit_code, exit_code::USAGE, "{output:?}");
    assert_eq!(output.stdout, "");
    assert_eq!(
        output.stderr,
        format!(
            "connector-conformance: known.yml:1:9: no case is called [sync_job_cancel/a-running-job-becomes-cancelling] (did you mean [{PASSES}]?); --list shows them\n"
        )
    );
    let output = play(PASSES, &["--known", "/nosuch/known.yml"]);
    assert_eq!(output.exit_code, exit_code::USAGE);
    assert_eq!(
        output.stderr,
        "connector-conformance: cannot read /nosuch/known.yml: No such file or directory (os error 2)\n"
    );
}

fn read(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).unwrap()
}

#[test]
fn every_format_is_written_where_it_is_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("summary"), "before\n").unwrap();
    let arguments: Vec<String> = ["json", "junit", "sarif", "summary", "html"]
        .into_iter()
        .flat_map(|name| {
            let file = directory.path().join(name);
            ["--report".to_owned(), format!("{name}={}", file.display())]
        })
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = play(FAILS, &arguments);
    assert_eq!(output.exit_code, exit_code::FAILED, "{output:?}");
    assert!(output.stdout.starts_with("FAILED  Elasticsearch "), "{}", output.stdout);
    assert_eq!(output.stderr, "");
    let json: serde_json::Value = serde_json::from_str(&read(directory.path(), "json")).unwrap();
    assert_eq!(json["counts"]["failed"], 1);
    assert_eq!(json["cases"][0]["outcome"], "failed");
    assert!(read(directory.path(), "junit").contains("failures=\"1\""));
    let sarif: serde_json::Value = serde_json::from_str(&read(directory.path(), "sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "body");
    let summary = read(directory.path(), "summary");
    assert!(summary.starts_with("before\n## connector-conformance: failed\n"), "{summary}");
    assert!(read(directory.path(), "html").starts_with("<!doctype html>\n"));
}

#[test]
fn a_report_on_standard_output_is_there_alone() {
    let output = play(FAILS, &["--report", "json=-"]);
    assert_eq!(output.exit_code, exit_code::FAILED);
    let json: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(json["verdict"], "failed");
    assert!(output.stderr.starts_with("FAILED  Elasticsearch "), "{}", output.stderr);
    let output = play(FAILS, &["--report", "json=-", "--report", "html=-"]);
    assert_eq!(output.exit_code, exit_code::USAGE);
    assert_eq!(output.stderr, "connector-conformance: only one report can go to standard output\n");
}

#[test]
fn progress_is_told_case_by_case() {
    let mock = mock();
    let mut told = Vec::new();
    let mut progress = |line: &str| told.push(line.to_owned());
    let url = mock.uri();
    let arguments =
        ["connector-conformance", "server", "--url", &url, "--fixtures", "tests/data/suite"];
    let chosen = ["--case", "ing"];
    let output = program::run_with(arguments.iter().chain(&chosen), Style::Plain, &mut progress);
    assert_eq!(output.exit_code, exit_code::FAILED, "{output:?}");
    assert_eq!(told[0], format!("1 of {}: {PASSES}", told.len()));
    assert!(told.iter().any(|line| line.contains(", 1 failed: ")), "{told:?}");
}

#[test]
fn the_cases_of_clients_are_listed() {
    let list = |arguments: &[&str]| {
        let command = ["connector-conformance", "client", "--list"];
        program::run(command.iter().chain(arguments), Style::Plain)
    };
    let output = list(&["--case", "client/"]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{output:?}");
    assert!(output.stdout.lines().count() > 10);
    assert!(output.stdout.lines().all(|line| line.starts_with("client/")), "{}", output.stdout);
    let all = list(&[]).stdout.lines().count();
    let old = list(&["--es-version", "8.12.0"]).stdout.lines().count();
    assert!(old < all, "{old} of {all}");
    assert_eq!(list(&["--case", "nosuch"]).exit_code, exit_code::USAGE);
}

#[test]
fn a_driver_that_does_not_start_is_no_verdict_on_the_client() {
    let arguments = ["connector-conformance", "client", "--", "/nosuch/driver"];
    let output = program::run(arguments, Style::Plain);
    assert_eq!(output.exit_code, exit_code::ERRORED, "{output:?}");
    assert_eq!(output.stdout, "");
}
