//! `connector-mock` as its users start it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::wire::{assert_alive, connect};

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connector-mock"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running program that is killed if a test fails.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
    stdout: BufReader<std::process::ChildStdout>,
}

impl Running {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child =
            program().args(["--listen", "127.0.0.1:0"]).args(arguments).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on http://").unwrap().trim().parse().unwrap();
        Self { child, address, stdout }
    }

    /// Sends a signal and waits for the end; returns the exit code and what was printed meanwhile.
    pub(crate) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (status.code(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn failed(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "nothing goes to stdout");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_first_line_says_where_and_nothing_else_is_printed() {
    let running = Running::start(&[]);
    assert_alive(running.address);
    assert_eq!(running.stop("-TERM"), (Some(0), String::new()));
}

#[test]
fn an_interrupt_stops_it_too() {
    assert_eq!(Running::start(&[]).stop("-INT"), (Some(0), String::new()));
}

#[test]
fn the_ready_file_has_the_url() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ready");
    let running = Running::start(&["--ready-file", file.to_str().unwrap()]);
    let url = std::fs::read_to_string(&file).unwrap();
    assert_eq!(url, format!("http://{}", running.address));
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, message) = failed(&["--listen", &address]);
    assert_eq!(code, Some(1));
    assert!(message.starts_with(&format!("connector-mock: cannot listen on {address}: ")));
    assert!(message.contains("--listen 127.0.0.1:0"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn a_bad_command_line_is_one_clear_line() {
    for (arguments, expected) in [
        (
            &["--liste"][..],
            "connector-mock: unexpected argument '--liste' found (did you mean [--listen]?); see connector-mock --help\n",
        ),
        (
            &["int"],
            "connector-mock: unrecognized subcommand 'int' (did you mean [init]?); see connector-mock --help\n",
        ),
        (
            &["--flavor", "statefull"],
            "connector-mock: invalid value 'statefull' for '--flavor <F>' [possible values: stack, serverless]; see connector-mock --help\n",
        ),
        (
            &["--rng-seed", "mock.yml"],
            "connector-mock: invalid value 'mock.yml' for '--rng-seed <N>': write a whole number; a file of connectors goes to --seed; see connector-mock --help\n",
        ),
        (
            &["--max-spaces", "some"],
            "connector-mock: invalid value 'some' for '--max-spaces <N>': write a number of spaces, 0 or more; see connector-mock --help\n",
        ),
        (
            &["--es-version", "7.17"],
            "connector-mock: invalid value '7.17' for '--es-version <V>': version 7.17.0 is not known; known are 8.12.0 to 9.6.0; see connector-mock --help\n",
        ),
        (
            &["--listen", "here"],
            "connector-mock: invalid value 'here' for '--listen <ADDR>': write an IP address and a port, 127.0.0.1:9200; see connector-mock --help\n",
        ),
        (
            &["--fault", "* 503 x2", "--fault", "connector.lost 503"],
            "connector-mock: invalid value 'connector.lost 503' for '--fault <RULE>': in the fault [connector.lost 503]: no operation is called [connector.lost]; did you mean any of [connector.list, connector.post, connector.get]?; see connector-mock --help\n",
        ),
        (
            &["--clock", "noon"],
            "connector-mock: invalid value 'noon' for '--clock <CLOCK>': write system, fixed, manual, offset=-3d or a time like 2026-01-01T12:00:00Z; see connector-mock --help\n",
        ),
    ] {
        assert_eq!(failed(arguments), (Some(2), expected.to_owned()));
    }
}

#[test]
fn a_ready_file_that_cannot_be_written_is_one_clear_line() {
    let (code, message) = failed(&["--listen", "127.0.0.1:0", "--ready-file", "/nowhere/at/all"]);
    assert_eq!(code, Some(1));
    assert!(message.starts_with("connector-mock: cannot write the ready file /nowhere/at/all: "));
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn help_says_what_there_is() {
    let output = program().arg("--help").output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    // Who builds with planted faults has an option more.
    assert_eq!(help.contains("--planted-fault"), cfg!(feature = "planted-faults"));
    if !cfg!(feature = "planted-faults") {
        insta::assert_snapshot!("help", help);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_finds_no_room_is_one_clear_line() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program().arg("--help").stdout(full).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "connector-mock: cannot write to standard output: No space left on device (os error 28)\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[cfg(feature = "planted-faults")]
#[test]
fn a_planted_fault_is_named_on_the_command_line() {
    use crate::wire::{request, send};

    let running = Running::start(&["--planted-fault", "get-shows-deleted"]);
    let status = |method: &str| send(running.address, request(method, "/_connector/c", "")).status;
    assert_eq!((status("PUT"), status("DELETE"), status("GET")), (201, 200, 200));
    let (code, message) = failed(&["--planted-fault", "get"]);
    assert_eq!(code, Some(2));
    let first = "connector-mock: invalid value 'get' for '--planted-fault <NAME>': there is no such fault; there are cancel-allows-canceled, ";
    assert!(message.starts_with(first) && message.lines().count() == 1, "{message}");
}

#[test]
fn rules_of_the_command_line_make_requests_fail_in_their_order() {
    use crate::wire::{request, send};

    let running = Running::start(&["--fault", "connector.list 503 x1", "--fault", "GET * 429"]);
    let status = |target: &str| send(running.address, request("GET", target, "")).status;
    assert_eq!((status("/_connector"), status("/_connector")), (503, 429));
    assert_eq!((status("/_mock/health"), status("/_space/s/_connector")), (200, 503));
}

/// The number of connections that are opened and never used.
const HALF_OPEN: u64 = 10_000;

#[test]
fn ten_thousand_half_open_connections_do_not_stop_it() {
    let limit = rlimit::increase_nofile_limit(2 * HALF_OPEN).unwrap();
    let connections = HALF_OPEN.min(limit.saturating_sub(200));
    assert!(connections >= 1_000, "only {limit} files may be open here");
    let running = Running::start(&[]);
    let idle: Vec<_> = (0..connections)
        .map(|number| {
            let mut stream = connect(running.address);
            if number % 2 == 0 {
                stream.write_all(b"PUT /_connector/c1 HTTP/1.1\r\nhost: x\r\ncontent-le").unwrap();
            }
            stream
        })
        .collect();
    let start = Instant::now();
    assert_alive(running.address);
    assert!(start.elapsed() < Duration::from_secs(10));
    drop(idle);
    assert_alive(running.address);
    assert_eq!(running.stop("-TERM").0, Some(0));
}
