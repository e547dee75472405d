//! How the program ends: nobody reads on, there is no room, somebody presses Ctrl-C.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
};

use conformance::exit_code;

use crate::mock;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_connector-conformance"))
}

#[test]
fn who_reads_no_further_gets_no_complaint() {
    let mut child = program()
        .args(["server", "--list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The list is longer than what a pipe holds.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(i32::from(exit_code::PASSED)));
}

/// The suite prints a text without the end of a line.
#[cfg(unix)]
#[test]
fn the_report_on_a_suite_begins_a_line_and_another_one_is_alone() {
    let observe = |options: &[&str]| {
        let mut command = program();
        command.arg("observe").args(options).args(["--", "printf", "from the suite"]);
        command.output().unwrap()
    };
    let told = observe(&[]);
    let stdout = String::from_utf8(told.stdout).unwrap();
    assert!(stdout.starts_with("from the suite\nNOT JUDGED"), "{stdout}");
    let told = observe(&["--report", "json=-"]);
    let report: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(report["verdict"], "errored");
    let stderr = String::from_utf8(told.stderr).unwrap();
    assert!(stderr.starts_with("from the suite\nNOT JUDGED"), "{stderr}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_finds_no_room_on_standard_output_is_told() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program().args(["server", "--list"]).stdout(full).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "connector-conformance: cannot write to standard output: No space left on device (os error 28)\n"
    );
    assert_eq!(output.status.code(), Some(i32::from(exit_code::USAGE)));
}

/// The run is told to end when the mock has got its first requests, so some cases are played and
/// the others are not.
#[cfg(unix)]
#[test]
fn a_run_that_is_interrupted_cleans_up_and_reports() {
    // Each connection takes a moment, so that there is a middle.
    let upstream = mock();
    let url = slow(&upstream.uri());
    let mut child = program()
        .args(["server", "--url", &url, "--case", "put/"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while upstream.journal().requests().len() < 5 {
        std::thread::yield_now();
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let mut report = String::new();
    child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    assert!(report.contains("\nNOT JUDGED "), "{report}");
    assert!(report.contains("the run was interrupted"), "{report}");
    assert!(report.contains(", 1 not judged"), "{report}");
    assert_eq!(child.wait().unwrap().code(), Some(i32::from(exit_code::ERRORED)));
    assert_eq!(ids(&upstream), "{}");
}

#[cfg(unix)]
#[test]
fn fuzzing_that_is_interrupted_reports_what_it_has_seen() {
    let server = mock();
    let mut child = program()
        .args(["fuzz", "--time", "1h", "--url", &server.uri()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    while server.journal().requests().is_empty() {
        std::thread::yield_now();
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let lines: Vec<String> =
        BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap).collect();
    assert!(lines[0].starts_with("PASSED"), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("the run was interrupted")), "{lines:?}");
    assert_eq!(child.wait().unwrap().code(), Some(i32::from(exit_code::PASSED)));
    assert_eq!(ids(&server), "{}");
}

/// The connectors that a mock has.
fn ids(server: &mock_server::MockServer) -> String {
    let state: serde_json::Value = serde_json::from_str(&server.state()).unwrap();
    state.get("connectors").cloned().unwrap_or_else(|| serde_json::json!({})).to_string()
}

/// A way to a server that takes 20 milliseconds for each connection.
fn slow(url: &str) -> String {
    use std::{io, net, thread, time::Duration};

    let upstream = url.strip_prefix("http://").unwrap().to_owned();
    let listener = net::TcpListener::bind((net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    let here = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut server = net::TcpStream::connect(&upstream).unwrap();
            let (mut back, mut forth) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(20));
                let _ = io::copy(&mut forth, &mut server);
                let _ = server.shutdown(net::Shutdown::Write);
            });
            thread::spawn(move || {
                let _ = io::copy(&mut back, &mut client);
                let _ = client.shutdown(net::Shutdown::Both);
            });
        }
    });
    here
}
