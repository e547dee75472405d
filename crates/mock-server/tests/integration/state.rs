//! The program with a seed, and its clocks.

use std::fs;

use mock_server::{Clock, MockServer, Seed, Timestamp};

use crate::{
    program::{Running, failed, program},
    wire::{request, send, with_headers},
};

#[test]
fn the_file_of_init_is_what_the_server_begins_with() {
    let folder = tempfile::tempdir().unwrap();
    let init = |arguments: &[&str]| {
        let output = program().arg("init").args(arguments).current_dir(folder.path()).output();
        let output = output.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let wrote = "wrote mock.yml; start with: connector-mock --seed mock.yml\n";
    assert_eq!(init(&[]), (Some(0), wrote.to_owned(), String::new()));
    let file = folder.path().join("mock.yml");
    let before = fs::read(&file).unwrap();
    let there =
        "connector-mock: mock.yml is there already; give another name: connector-mock init FILE\n";
    assert_eq!(init(&[]), (Some(1), String::new(), there.to_owned()));
    assert_eq!(init(&["mock.yml"]).0, Some(1));
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(init(&["other.yml"]).0, Some(0));
    assert_eq!(fs::read(folder.path().join("other.yml")).unwrap(), before);
    let (code, _, message) = init(&["no/folder/here.yml"]);
    assert_eq!(code, Some(1));
    assert!(message.starts_with("connector-mock: cannot write no/folder/here.yml: "), "{message}");

    let running = Running::start(&["--seed", file.to_str().unwrap()]);
    let target = "/_connector/_sync_job?status=in_progress&filter_path=count";
    let answer = send(running.address, with_headers("GET", target, "", ""));
    assert_eq!(answer.text(), r#"{"count":1}"#);
}

#[test]
fn a_bad_seed_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.yml");
    fs::write(&file, "connectors:\n  c: {status: conected}\n").unwrap();
    let path = file.to_str().unwrap();
    let expected = format!(
        "connector-mock: invalid value '{path}' for '--seed <FILE>': {path}:2:15: [conected] is not a status of a connector (did you mean [connected]?); allowed: created, needs_configuration, configured, connected, error; see connector-mock --help\n"
    );
    assert_eq!(failed(&["--seed", path]), (Some(2), expected));
    let (code, message) = failed(&["--seed", "nowhere.yml"]);
    assert_eq!((code, message.lines().count()), (Some(2), 1), "{message}");
    assert!(message.contains("nowhere.yml: cannot be read: "), "{message}");
}

/// Over a connection, as the curl of a user sends it.
#[test]
fn export_and_import_are_inverse_between_programs() {
    let (first, second) = (Running::start(&["--clock", "fixed"]), Running::start(&[]));
    for (method, target, body) in [
        ("PUT", "/_connector/c", r#"{"index_name":"i","service_type":"s"}"#),
        ("POST", "/_connector/_sync_job", r#"{"id":"c"}"#),
        ("PUT", "/_connector/c/_check_in", ""),
    ] {
        assert!(send(first.address, request(method, target, body)).status < 300, "{target}");
    }
    let get = || with_headers("GET", "/_mock/state", "", "");
    let exported = send(first.address, get());
    let put = with_headers("PUT", "/_mock/state", "", &exported.body);
    assert_eq!(send(second.address, put).text(), r#"{"acknowledged":true}"#);
    assert_eq!(send(second.address, get()).text(), exported.text());
    let post = || request("POST", "/_connector", "");
    assert_eq!(send(second.address, post()).text(), send(first.address, post()).text());
}

#[test]
fn the_program_has_every_clock() {
    for (clock, start) in [
        ("fixed", r#"{"mode":"fixed","now":"2026-01-01T00:00:00.000Z"}"#),
        ("2027-01-01T00:00:00Z", r#"{"mode":"fixed","now":"2027-01-01T00:00:00.000Z"}"#),
        ("manual", r#"{"mode":"manual","now":"2"#),
        ("offset=-1.5h", r#"{"mode":"offset","offset":"-90m","now":"2"#),
        ("system", r#"{"mode":"system","now":"2"#),
    ] {
        let running = Running::start(&["--clock", clock]);
        let shown = send(running.address, with_headers("GET", "/_mock/clock", "", "")).text();
        assert!(shown.starts_with(start), "{clock}: {shown}");
    }
}

#[tokio::test]
async fn a_server_in_process_begins_with_a_seed_and_gives_its_state() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seed.json");
    fs::write(&file, r#"{"connectors": {"c": {"status": "error"}}}"#).unwrap();
    let builder = MockServer::builder().clock(Clock::fixed()).rng_seed(1);
    let server = builder.seed_file(&file).unwrap().start().await.unwrap();
    let status = || {
        let target = "/_connector/c?filter_path=status";
        send(server.address(), with_headers("GET", target, "", "")).text()
    };
    assert_eq!(status(), r#"{"status":"error"}"#);
    let state = server.state();
    assert_eq!(send(server.address(), with_headers("GET", "/_mock/state", "", "")).text(), state);
    server.set_state(&Seed::parse("here", "connectors: {c: {status: connected}}").unwrap());
    assert_eq!(status(), r#"{"status":"connected"}"#);
    server.clock().set(Timestamp::parse("2030-01-01T00:00:00Z").unwrap());
    server.reset();
    assert_eq!(server.state(), state);
    let error = MockServer::builder().seed_file(folder.path().join("none")).unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
}
