//! `observe`: a suite of a few requests, made by this test program itself, and what is told of it.

use std::{
    collections::BTreeMap,
    env,
    io::{self, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Output, Stdio},
    time::Duration,
};

use api_types::{Version, connector::ConnectorStatus, endpoint::Operation, sync_job::SyncStatus};
use conformance::{
    observe::{self, AdviceCounts, CommandEnd, ObserveOptions, Observed, Outlets},
    report::{EntryVerdict, Report},
};

use crate::block_on;

/// Set in a test program that plays the suite.
const PLAYS: &str = "OBSERVE_TEST_PLAYS";

/// Plays the suite that the variable names; does nothing as a test.
#[test]
fn the_suite() {
    let Ok(plays) = env::var(PLAYS) else { return };
    let url = env::var("ELASTICSEARCH_URL").unwrap();
    assert_eq!(env::var("ES_URL").as_ref(), Ok(&url));
    assert_eq!(env::var("ELASTICSEARCH_HOSTS").as_ref(), Ok(&url));
    for line in plays.split(';').filter(|line| !line.is_empty()) {
        match line.split_once(' ').unwrap() {
            ("print", text) => {
                let mut out = std::io::stdout();
                out.write_all(format!("{text}\n").as_bytes()).unwrap();
                out.flush().unwrap();
            }
            ("use", name) => assert_eq!(env::var(name).as_ref(), Ok(&url)),
            ("sleep", seconds) => {
                std::thread::sleep(Duration::from_secs(seconds.parse().unwrap()));
            }
            ("exit", _) => panic!("the suite fails"),
            _ => {
                let mut parts = line.splitn(4, ' ');
                let [method, target, status] = [0; 3].map(|_| parts.next().unwrap());
                let answer = send(&url, method, target, parts.next().unwrap_or_default());
                assert_eq!(answer.split(' ').nth(1), Some(status), "{line}");
            }
        }
    }
}

fn send(url: &str, method: &str, target: &str, body: &str) -> String {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: {address}\r\nx-opaque-id: t1\r\nauthorization: Basic c2VjcmV0\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_connector-conformance"))
}

/// The program that observes the suite.
fn observing(options: &[&str], plays: &str) -> Command {
    let mut command = program();
    let this = env::current_exe().unwrap();
    command.arg("observe").args(options).arg("--").arg(this);
    command.args(["--exact", "observe::the_suite", "--nocapture"]).env(PLAYS, plays);
    command
}

fn observe(options: &[&str], plays: &str) -> Output {
    observing(options, plays).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// The line that begins so, without its beginning.
fn line<'t>(text: &'t str, start: &str) -> &'t str {
    let found = text.lines().find_map(|line| line.trim_start().strip_prefix(start));
    found.unwrap_or_else(|| panic!("[{start}] is not in\n{text}"))
}

/// Observes the suite in this process, for what no text needs to tell.
fn observed(plays: &str) -> Observed {
    let this = env::current_exe().unwrap().display().to_string();
    let plays = format!("{PLAYS}={plays}");
    let command = ["env", &plays, &this, "--exact", "observe::the_suite", "--nocapture"];
    let options = ObserveOptions {
        command: command.map(str::to_owned).to_vec(),
        env: Vec::new(),
        es_version: Version::NEWEST,
        min_coverage: None,
        advice: AdviceCounts::AsAdvice,
    };
    let outlets = Outlets { stdout: Box::new(io::sink()), stderr: Box::new(io::sink()) };
    block_on(observe::observe(&options, outlets)).unwrap()
}

fn covered(report: &Report) -> Vec<String> {
    let told = |((operation, status), times): (&(Operation, u16), &usize)| {
        format!("{operation} {status} {times}")
    };
    report.coverage.iter().map(told).collect()
}

const SYNC: &str = r#"PUT /_connector/c 201 {"index_name":"i","service_type":"s"};POST /_connector/_sync_job 201 {"id":"c"};GET /_connector/nosuch 404;PUT /_connector/c/_status 400 {"status":"connected"};PUT /_connector/c/_status 400 {"status":"bogus"};GET /_connector?from=-1 400;"#;

#[test]
fn negative_tests_are_coverage_and_no_failure() {
    let Observed { report, end } = observed(SYNC);
    assert_eq!(end, CommandEnd::Succeeded);
    assert_eq!(
        covered(&report),
        [
            "connector.list 400 1",
            "connector.put 201 1",
            "connector.get 404 1",
            "connector.update_status 400 2",
            "connector.sync_job_post 201 1",
        ]
    );
    let created = BTreeMap::from([((None, ConnectorStatus::Created), 1)]);
    assert_eq!(report.transitions.connector, created);
    let pending = BTreeMap::from([((None, SyncStatus::Pending), 1)]);
    assert_eq!(report.transitions.sync_job, pending);
    let of = |verdict| report.entries.iter().filter(|entry| entry.verdict == verdict).count();
    assert_eq!((of(EntryVerdict::Passed), of(EntryVerdict::Skipped)), (5, 29));
    assert_eq!(report.entries.len(), 34);
    let output = observe(&[], SYNC);
    assert_eq!(code(&output), Some(0), "{}", told(&output));
}

#[test]
fn a_malformed_request_is_told_with_time_test_and_contract() {
    let plays = format!(
        "{SYNC}print test_sise ok;GET /_connector?sise=1 400;print later;GET /_connector?sise=1 400"
    );
    let Observed { report, .. } = observed(&plays);
    let [entry] = report
        .entries
        .iter()
        .filter(|entry| entry.verdict == EntryVerdict::Failed)
        .collect::<Vec<_>>()[..]
    else {
        panic!("{:?}", report.entries)
    };
    assert_eq!(entry.id, "unknown-parameter: connector.list query sise");
    assert_eq!(entry.name, "GET /_connector?sise=1: the operation has no such parameter");
    let because = entry.because.as_deref().unwrap();
    let (_, when) = because.strip_prefix("request 7, ").unwrap().split_once(" s ").unwrap();
    assert_eq!(
        when,
        "after the start, x-opaque-id [t1], after the suite had printed [test_sise ok]; once more: request 8"
    );
    assert_eq!(entry.proves, ["RL-4-4", "RL-4-3", "RL-4-8", "CN-1.3-5"]);
    let problem = &entry.problems[0];
    assert_eq!(problem.place, "query sise");
    assert_eq!(problem.actual, "sise (did you mean [size]?)");
    let shown = problem.exchange.as_ref().unwrap();
    assert!(shown.request.contains("authorization: [redacted]"), "{}", shown.request);
    assert!(shown.answer.starts_with("HTTP/1.1 400"), "{}", shown.answer);
    // What is malformed covers too.
    assert!(covered(&report).contains(&"connector.list 400 3".to_owned()));
    let output = observe(&[], &plays);
    let text = told(&output);
    assert_eq!(code(&output), Some(1), "{text}");
    line(&text, "FAILED unknown-parameter: connector.list query sise");
    assert!(!text.contains("c2VjcmV0"), "{text}");
}

#[test]
fn the_output_of_the_suite_comes_through() {
    let output =
        observe(&["--env", "MY_URL"], "print hällo\u{1b}[0m\tx;use MY_URL;GET /_connector 200");
    let text = told(&output);
    assert_eq!(code(&output), Some(0), "{text}");
    assert!(text.contains("hällo\u{1b}[0m\tx\n"), "{text:?}");
}

#[test]
fn too_little_coverage_is_a_failure() {
    let output = observe(&["--min-coverage", "0.5"], "GET /_connector 200");
    assert_eq!(code(&output), Some(0), "{}", told(&output));
    let output = observe(&["--min-coverage", "80"], "GET /_connector 200");
    let text = told(&output);
    assert_eq!(code(&output), Some(1), "{text}");
    line(&text, "FAILED coverage");
    assert!(line(&text, "the suite covers ").ends_with("documented answers), 80 % are demanded"));
}

#[test]
fn the_status_of_the_command_is_kept_apart() {
    let output = observe(&[], "GET /_connector 200;exit now");
    let text = told(&output);
    assert_eq!(code(&output), Some(4), "{text}");
    assert!(text.contains("] ended with exit status 101\n"), "{text}");
    let output = observe(&[], "GET /_connector?x 400;exit now");
    assert_eq!(code(&output), Some(1), "{}", told(&output));
}

#[test]
fn advice_fails_only_if_it_is_to() {
    let plays = r#"PUT /_connector/c 201;PUT /_connector/c/_error 200 {"error":null}"#;
    let output = observe(&[], plays);
    let text = told(&output);
    assert_eq!(code(&output), Some(0), "{text}");
    assert!(text.contains("connected-without-configuration (1 time"), "{text}");
    let output = observe(&["--strict"], plays);
    let text = told(&output);
    assert_eq!(code(&output), Some(1), "{text}");
    line(&text, "FAILED advice: connected-without-configuration");
}

#[test]
fn a_suite_that_does_not_use_the_url_is_told() {
    let output = observe(&["--env", "MY_URL"], "print nothing");
    let text = told(&output);
    assert_eq!(code(&output), Some(2), "{text}");
    line(
        &text,
        "the suite sent no request: it has to take the URL of the server from ELASTICSEARCH_URL, ES_URL, ELASTICSEARCH_HOSTS or MY_URL; another variable is named with --env",
    );
    assert_eq!(text.matches("the suite sent no request").count(), 1, "{text}");
    let output = observe(&[], "PUT /_bulk 400 {};GET / 200");
    let text = told(&output);
    assert_eq!(code(&output), Some(2), "{text}");
    line(&text, "the suite sent 2 requests, but none to the Connector APIs (/_connector/…)");
    let note = "not for the Connector APIs and not judged: GET / (1), PUT /_bulk (1)\n";
    assert!(text.contains(note), "{text}");
}

#[test]
fn a_command_that_is_not_there_is_told() {
    let output = program().args(["observe", "--", "/nosuch/program", "x"]).output().unwrap();
    assert_eq!(code(&output), Some(3));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "connector-conformance: the command [/nosuch/program x] cannot be started: No such file or directory (os error 2); there is no such file\n"
    );
    let output = program().arg("observe").output().unwrap();
    assert_eq!(code(&output), Some(3));
}

#[cfg(unix)]
#[test]
fn a_command_that_is_killed_is_told() {
    let mut command = program();
    let output = command.args(["observe", "--", "sh", "-c", "kill -KILL $$"]).output().unwrap();
    let text = told(&output);
    assert_eq!(code(&output), Some(2), "{text}");
    assert!(text.contains("was killed by signal 9\n"), "{text}");
}

/// The signal goes to this program alone; it ends the suite and reports.
#[cfg(unix)]
#[test]
fn an_interrupted_suite_is_ended_and_reported() {
    let mut command = observing(&[], "GET /_connector?x 400;print sleeps now;sleep 60");
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains("sleeps now") {
        let mut buffer = [0; 1000];
        let length = stdout.read(&mut buffer).unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&buffer[..length]);
    }
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    stdout.read_to_end(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{text}");
    line(&text, "FAILED unknown-parameter: connector.list query x");
    line(&text, "NOT JUDGED interrupted");
}

/// A list of known findings in a file of its own.
fn known(list: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(list.as_bytes()).unwrap();
    file
}

#[test]
fn known_findings_do_not_count_and_need_not_occur() {
    let list = known(
        "- case: 'unknown-parameter: connector.list query *'\n  because: issue 1\n- case: 'body-missing: *'\n  because: issue 2\n",
    );
    let path = list.path().to_str().unwrap();
    let output = observe(&["--known", path], "GET /_connector?x=1 400;GET /_connector 200");
    let text = told(&output);
    assert_eq!(code(&output), Some(0), "{text}");
    assert_eq!(line(&text, "note: known, and "), "not met this time: body-missing: * (issue 2)");
    assert!(text.contains("1 known failure"), "{text}");
}

#[test]
fn a_list_that_can_be_about_no_finding_ends_the_program_before_the_suite() {
    let check = |case: &str, expected: &str| {
        let list = known(&format!("- case: '{case}'\n  because: x\n"));
        let path = list.path().to_str().unwrap();
        let output = observe(&["--known", path], "GET /_connector 200");
        assert_eq!((code(&output), told(&output).as_str()), (Some(3), ""), "{case}");
        let error = String::from_utf8(output.stderr).unwrap().replace(path, "known.yml");
        assert_eq!(error, format!("connector-conformance: known.yml:1:9: {expected}\n"));
    };
    check(
        "unknown-paramter: connector.list query x",
        "no finding is called [unknown-paramter: connector.list query x] (did you mean [unknown-parameter: connector.list *]?)",
    );
    check(
        "advice: claim-of-an-endd-job",
        "no finding is called [advice: claim-of-an-endd-job] (did you mean [advice: claim-of-an-ended-job]?)",
    );
    // The suite is judged, and not the mock's answers.
    check(
        "answer-shape: *",
        "no finding is called [answer-shape: *]; write it as the report does, with * for what may differ",
    );
    check(
        "connector.list",
        "no finding is called [connector.list] (did you mean [id-missing: connector.list *]?)",
    );
}
