//! Command lines and case files that cannot be used: one clear message and exit code 3.

use std::fs;

use conformance::{
    exit_code,
    program::{self, Output},
    report::Style,
};

use crate::{mock, server};

fn check(output: &Output, message: &str) {
    assert_eq!(output.exit_code, exit_code::USAGE, "{output:?}");
    assert_eq!(output.stdout, "");
    assert_eq!(output.stderr, format!("connector-conformance: {message}\n"));
}

#[test]
fn a_bad_command_line_is_one_line() {
    let help = "see connector-conformance server --help";
    check(
        &server(&["--replace-exsiting"]),
        &format!(
            "unexpected argument '--replace-exsiting' found (did you mean [--replace-existing]?); {help}"
        ),
    );
    check(
        &server(&["--url", "localhost:9200"]),
        &format!(
            "invalid value 'localhost:9200' for '--url <URL>': [localhost:9200] is no URL of a server; write http://HOST:PORT; {help}"
        ),
    );
    check(
        &server(&["--url", "https://h"]),
        &format!(
            "invalid value 'https://h' for '--url <URL>': [https://h] needs https, which is not supported yet; reach the server over http, through a proxy that ends TLS if need be; {help}"
        ),
    );
    check(
        &server(&["--url", "http://h", "--report", "xml=f"]),
        &format!(
            "invalid value 'xml=f' for '--report <FORMAT=FILE>': write json=FILE, junit=FILE, sarif=FILE, summary=FILE, html=FILE; {help}"
        ),
    );
    check(
        &server(&["--url", "http://h", "--timeout", "0"]),
        &format!(
            "invalid value '0' for '--timeout <SECONDS>': write more than 0 and at most 3600; {help}"
        ),
    );
}

#[test]
fn a_command_line_without_a_command_is_told_what_to_write() {
    let program = |arguments: &[&str]| {
        program::run(["connector-conformance"].iter().chain(arguments), Style::Plain)
    };
    let help = "see connector-conformance --help";
    check(
        &program(&[]),
        &format!(
            "what is to be judged? write connector-conformance server, client, observe, proxy or fuzz; {help}"
        ),
    );
    check(
        &program(&["cleint"]),
        &format!("unrecognized subcommand 'cleint' (did you mean [client]?); {help}"),
    );
    check(
        &program(&["servr"]),
        &format!("unrecognized subcommand 'servr' (did you mean [server]?); {help}"),
    );
    let help = "see connector-conformance client --help";
    check(
        &program(&["client", "--report", "html=r.html"]),
        &format!(
            "the driver is missing; write connector-conformance client -- python3 driver.py; {help}"
        ),
    );
    check(
        &program(&["client", "--report", "html=r.html", "python3", "driver.py"]),
        &format!(
            "the driver comes after --; write connector-conformance client --report html=r.html -- python3 driver.py; {help}"
        ),
    );
    check(
        &program(&["client", "--jbos", "2", "--", "python3"]),
        &format!("unexpected argument '--jbos' found (did you mean [--jobs]?); {help}"),
    );
    let help = "see connector-conformance observe --help";
    check(
        &program(&["observe"]),
        &format!(
            "the command of the suite is missing; write connector-conformance observe -- pytest -v; {help}"
        ),
    );
    check(
        &program(&["observe", "pytest", "-v"]),
        &format!(
            "the command of the suite comes after --; write connector-conformance observe -- pytest -v; {help}"
        ),
    );
}

#[test]
fn a_missing_url_is_told() {
    let output = server(&[]);
    assert_eq!(output.exit_code, exit_code::USAGE);
    assert!(output.stderr.contains("--url <URL>"), "{}", output.stderr);
}

#[test]
fn a_filter_that_selects_nothing_is_a_mistake() {
    check(
        &server(&["--url", "http://h", "--case", "nosuch"]),
        "no case has an id that contains [nosuch]; --list shows them",
    );
}

#[test]
fn a_report_without_a_place_is_told_before_the_run() {
    let report = |target: &str| server(&["--url", "http://127.0.0.1:9", "--report", target]);
    check(
        &report("json=/nosuch/report.json"),
        "cannot write /nosuch/report.json: there is no directory /nosuch",
    );
    check(&report("json=src"), "cannot write src: it is a directory");
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_does_not_cost_the_other_one() {
    let mock = mock();
    let case = "check_in/the-id-may";
    let arguments = ["--url", &mock.uri(), "--case", case, "--report", "json=/dev/full"];
    let output = server(&arguments);
    assert_eq!(output.exit_code, exit_code::USAGE, "{output:?}");
    assert!(output.stdout.starts_with("PASSED"), "{}", output.stdout);
    assert_eq!(
        output.stderr,
        "connector-conformance: cannot write /dev/full: No space left on device (os error 28)\n"
    );
}

#[test]
fn the_list_needs_no_server() {
    let output = server(&["--list", "--case", "sync_job_cancel/a-running"]);
    assert_eq!(output.exit_code, exit_code::PASSED);
    assert_eq!(
        output.stdout,
        "sync_job_cancel/a-running-job-becomes-canceling  connector.sync_job_cancel 200  SJ-12-3, SJ-12-5, SJ-4-9, SJ-4-2, SJ-1-6, SJ-16-3\n"
    );
}

/// A note of the documented example that deletes a connector.
fn example_note(text: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir_all(root.join("examples/delete")).unwrap();
    fs::create_dir(root.join("preconditions")).unwrap();
    let example = "../../fixtures/examples/delete/ConnectorDeleteExample1.json";
    fs::copy(example, root.join("examples/delete/ConnectorDeleteExample1.json")).unwrap();
    let text = format!("operation: connector.delete\nexamples:\n{text}");
    fs::write(root.join("preconditions/delete.yml"), text).unwrap();
    let output = server(&["--list", "--fixtures", root.to_str().unwrap()]);
    assert_eq!(output.exit_code, exit_code::USAGE, "{output:?}");
    let told = output.stderr.strip_prefix("connector-conformance: ").unwrap();
    told.replace(&format!("{}/", root.display()), "").trim_end().to_owned()
}

#[test]
fn an_answer_other_than_the_documented_one_needs_a_recorded_difference() {
    let name = "  - names: [ConnectorDeleteExample1]\n    proves: [CN-4.4-4]\n";
    assert_eq!(
        example_note(&format!("{name}    status: 404\n    error: missing\n")),
        "preconditions/delete.yml:5:13: the documentation gives another answer; name the recorded difference with [documented]"
    );
    assert_eq!(
        example_note("  []\n"),
        "examples/delete/ConnectorDeleteExample1.json: no file in preconditions/ says what must be there for this example"
    );
    let other = "  - names: [Other]\n    proves: [CN-4.4-4]\n    status: 200\n";
    assert_eq!(
        example_note(&format!("{name}    status: 200\n{other}")),
        "preconditions/delete.yml: there is no example [Other] of [connector.delete]"
    );
}

/// A case file with this text and nothing else.
fn case_file(text: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("cases")).unwrap();
    let file = directory.path().join("cases/bad.yml");
    fs::write(&file, text).unwrap();
    let fixtures = directory.path().to_str().unwrap();
    let output = server(&["--url", "http://h", "--fixtures", fixtures]);
    assert_eq!(output.exit_code, exit_code::USAGE, "{output:?}");
    let told = output.stderr.strip_prefix("connector-conformance: ").unwrap();
    told.replace(file.to_str().unwrap(), "bad.yml").trim_end().to_owned()
}

const HEAD: &str = "operation: connector.get\ncases:\n  - case: One\n    proves: [CN-4.2-1]\n";
const STEP: &str = "      - send: GET /_connector/x\n        status: 200\n";

fn check_case(text: &str, message: &str) {
    assert_eq!(case_file(&format!("{HEAD}{text}")), message, "{text}");
}

#[test]
fn a_mistyped_member_is_told_with_what_is_allowed() {
    let allowed = "allowed: send, headers, body, text, status, answer_headers, answer, answer_has, answer_lacks, error, empty";
    check_case(
        "    steps:\n      - sned: GET /\n",
        &format!("bad.yml:6:9: [sned] is not known here (did you mean [send]?); {allowed}"),
    );
    check_case(
        &format!("    steps:\n{STEP}        answr: {{}}\n"),
        &format!("bad.yml:8:9: [answr] is not known here (did you mean [answer]?); {allowed}"),
    );
    check_case("    steps:\n      - send: GET /\n", "bad.yml:6:9: [status] is missing");
}

#[test]
fn values_that_do_not_exist_are_told() {
    assert_eq!(
        case_file("operation: connector.gte\ncases: []\n"),
        "bad.yml:1:12: [connector.gte] is no operation (did you mean [connector.get]?)"
    );
    check_case(
        "    needs: an empty server\n    steps: []\n",
        "bad.yml:5:12: [an empty server] is not known here; allowed: empty server",
    );
    check_case(
        "    documented: [nosuch]\n    steps: []\n",
        "bad.yml:5:18: docs/divergences.json has no entry [nosuch]",
    );
    check_case(
        "    page: [nosuch.asciidoc:3]\n    steps: []\n",
        "bad.yml:5:12: there is no page [nosuch.asciidoc]",
    );
    check_case(
        "    given: running jbo\n    steps: []\n",
        "bad.yml:5:12: there is no precondition [running jbo]; allowed:",
    );
    assert_eq!(
        case_file(
            "operation: connector.get\ncases:\n  - case: One\n    proves: [SJ12]\n    steps: []\n"
        ),
        "bad.yml:4:14: [SJ12] is no rule of the contract; write [SJ-12-3] or the like"
    );
}

#[test]
fn a_step_that_says_too_little_or_too_much_is_told() {
    let check = |rest: &str, message: &str| {
        check_case(&format!("    steps:\n{STEP}{rest}"), message);
    };
    check(
        "",
        "bad.yml:7:17: what is the answer? write one of [answer], [answer_has], [error], [empty]",
    );
    check(
        "        answer: {}\n        error: x\n",
        "bad.yml:7:17: write only one of [answer], [answer_has], [error], [empty]",
    );
    check(
        "        answer: {}\n        body: {}\n        text: x\n",
        "bad.yml:6:15: [body] and [text] are both there",
    );
    check(
        "        error: {type: x}\n",
        "bad.yml:8:16: an error is a text, or an object with [type] and [reason] and perhaps [root_cause], [caused_by] and metadata",
    );
    check("        answer: {id: $jbo}\n", "bad.yml:6:1: $jbo is not known at this point");
    check(
        "        answer: {id: <timestmp>}\n",
        "bad.yml:6:1: <timestmp> is no placeholder (did you mean [timestamp]?); allowed: <id>, <uuid>, <timestamp>, <count>, <text>, <array>, <object>, each also as <id:NAME>; <same:NAME>, <later:NAME>, <starts with TEXT>",
    );
}

#[test]
fn what_is_no_yaml_is_told_with_its_place() {
    assert_eq!(
        case_file("operation: [connector.get\ncases: []\n"),
        "bad.yml:1:12: expected string scalar"
    );
    let told = case_file("operation: \"connector.get\ncases: []\n");
    assert!(told.starts_with("bad.yml:2:1: "), "{told}");
}

#[test]
fn two_cases_of_one_name_are_told() {
    let case = "  - case: One\n    proves: [CN-4.2-1]\n    steps:\n      - send: GET /_connector/x\n        status: 200\n        answer: {}\n";
    assert_eq!(
        case_file(&format!("operation: connector.get\ncases:\n{case}{case}")),
        "bad.yml:9:1: another case is called [get/one] too, at bad.yml:3"
    );
}

#[test]
fn a_missing_directory_is_told() {
    let output = server(&["--url", "http://h", "--fixtures", "/nosuch"]);
    check(&output, "cannot read /nosuch: No such file or directory (os error 2)");
}

#[test]
fn numbers_of_fuzz_are_told_in_words() {
    let fuzz = |arguments: &[&str]| {
        program::run(["connector-conformance", "fuzz"].iter().chain(arguments), Style::Plain)
    };
    let help = "see connector-conformance fuzz --help";
    for (option, value, name, expected) in [
        (
            "--seed",
            "a.yml",
            "S",
            "write a whole number; a seed file is an option of connector-mock",
        ),
        ("--cases", "0", "N", "write how many sequences, 1 or more"),
        ("--steps", "0", "MAX", "write a number from 1 to 1000"),
        ("--jobs", "17", "J", "write a number from 1 to 16"),
        ("--rate", "x", "N", "write how many requests in a second, 1 or more"),
        (
            "--user",
            "elastic",
            "USER:PASSWORD",
            "write a name, a colon and a password, elastic:changeme",
        ),
    ] {
        check(
            &fuzz(&[option, value]),
            &format!("invalid value '{value}' for '{option} <{name}>': {expected}; {help}"),
        );
    }
    check(
        &fuzz(&["--cases", "1", "--save", "/nowhere/at/all"]),
        "cannot write /nowhere/at/all: there is no directory /nowhere/at",
    );
    let nothing = tempfile::tempdir().unwrap();
    let nothing = nothing.path().to_str().unwrap();
    check(
        &fuzz(&["--cases", "1", "--script", nothing]),
        &format!("cannot write {nothing}: it is a directory"),
    );
    check(
        &server(&["--url", "http://h", "--fixtures", nothing]),
        &format!(
            "{nothing} has no cases; give a directory that is laid out like fixtures/, with cases/NAME.yml (docs/cases.md)"
        ),
    );
}

/// The model has the answers of 9.0 and newer (contract CN-4.1-14, CN-4.2-1 differ before).
#[test]
fn versions_that_the_model_does_not_know_are_refused() {
    let message = "the model is that of Elasticsearch 9.0.0 and newer, this is 8.19.0; `connector-conformance server` judges every version";
    let fuzz = |arguments: &[&str]| {
        program::run(["connector-conformance", "fuzz"].iter().chain(arguments), Style::Plain)
    };
    check(&fuzz(&["--es-version", "8.19", "--cases", "1"]), message);
    let version = "8.19".parse().unwrap();
    let old = mock_server::MockServer::builder().es_version(version).start_blocking().unwrap();
    check(&fuzz(&["--url", &old.uri(), "--cases", "1"]), message);
    let nine = fuzz(&["--es-version", "9.0", "--cases", "40", "--seed", "1"]);
    assert_eq!(nine.exit_code, exit_code::PASSED, "{}", nine.stdout);
}
