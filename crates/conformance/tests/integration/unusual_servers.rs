//! Servers that give no answer to judge, and clusters that are no mock.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpListener},
    thread,
};

use conformance::{client::Client, exchange::Request, exit_code, target::Credentials};

use crate::{
    block_on, server,
    wrong_server::{Reply, WrongServer},
};

/// A server that answers everything with these bytes and closes the connection.
fn bytes(answer: &'static str) -> String {
    raw(move |_| answer)
}

/// A server that answers with the bytes for the request and closes the connection.
fn raw(answer: impl Fn(&str) -> &'static str + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).unwrap_or_default();
            let asked = String::from_utf8_lossy(&asked[..length]);
            let _ = stream.write_all(answer(&asked).as_bytes());
        }
    });
    url
}

fn put(url: &str, id: &str) -> u16 {
    let client =
        Client::new(url.parse().unwrap(), Credentials::None, std::time::Duration::from_secs(10));
    let request = Request {
        method: "PUT".to_owned(),
        target: format!("/_connector/{id}"),
        headers: Vec::new(),
        body: None,
    };
    block_on(client.send(&request)).unwrap().status
}

#[test]
fn no_server_is_one_line_that_says_what_to_do() {
    // The port was free a moment ago, and nobody listens on it.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let output = server(&["--url", &url]);
    assert_eq!(output.exit_code, exit_code::ERRORED);
    assert_eq!(output.stdout, "");
    assert_eq!(
        output.stderr,
        format!(
            "connector-conformance: no server answers at {url} (Connection refused (os error 111)); start one with connector-mock or give another --url\n"
        )
    );
}

#[test]
fn what_is_no_http_cannot_be_judged() {
    for answer in ["SSH-2.0-OpenSSH_9.6\r\n", "", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}"]
    {
        let output = server(&["--url", &bytes(answer)]);
        assert_eq!(output.exit_code, exit_code::ERRORED, "{answer}");
        assert_eq!(output.stdout, "");
        assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
        assert!(output.stderr.contains("gives no answer to judge"), "{}", output.stderr);
    }
}

#[test]
fn a_server_that_does_not_answer_is_not_waited_for() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let output = server(&["--url", &url, "--timeout", "0.05"]);
    assert_eq!(output.exit_code, exit_code::ERRORED);
    assert!(output.stderr.ends_with(": no answer within 0.05 s\n"), "{}", output.stderr);
}

#[test]
fn a_server_that_is_no_elasticsearch_fails() {
    let output = server(&[
        "--url",
        &bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        "--case",
        "check_in/a-connector-is-checked-in",
    ]);
    assert_eq!(output.exit_code, exit_code::FAILED);
    for text in [
        "Elasticsearch of unknown version at",
        "header content-length: expected 2, got no such header",
        "header x-elastic-product: expected Elasticsearch, got no such header",
    ] {
        assert!(output.stdout.contains(text), "no [{text}] in\n{}", output.stdout);
    }
}

#[test]
fn a_server_that_dies_is_not_asked_a_hundred_times() {
    let url = raw(|asked| {
        let probe = asked.starts_with("GET / ") || asked.starts_with("GET /_mock/health ");
        if probe { "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}" } else { "" }
    });
    let output = server(&["--url", &url]);
    assert!(output.stdout.contains("NOT JUDGED examples/"), "{}", output.stdout);
    assert!(output.stdout.ends_with(", 3 not judged\n"), "{}", output.stdout);
    assert!(output.stdout.contains("the server stopped answering"), "{}", output.stdout);
    assert_eq!(output.exit_code, exit_code::ERRORED);
}

#[test]
fn a_server_that_wants_to_know_who_asks_is_told_of() {
    let url = bytes("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
    let output = server(&["--url", &url]);
    assert_eq!(output.exit_code, exit_code::ERRORED);
    assert!(
        output.stderr.contains("asks for credentials; give --user USER:PASSWORD or --api-key KEY")
    );
}

#[test]
fn credentials_are_sent() {
    let url = raw(|asked| {
        let known = ["authorization: Basic dTpw\r\n", "authorization: ApiKey a2V5\r\n"];
        if known.iter().any(|header| asked.contains(header)) {
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
        } else {
            "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"
        }
    });
    let play = |arguments: &[&str]| {
        server(&[&["--url", &url, "--case", "check_in/a-connector"], arguments].concat())
    };
    assert_eq!(play(&[]).exit_code, exit_code::ERRORED);
    for credentials in [["--user", "u:p"], ["--api-key", "a2V5"]] {
        let output = play(&credentials);
        assert_eq!(output.exit_code, exit_code::FAILED, "{output:?}");
        assert!(output.stdout.contains("ES_CONFORMANCE_"), "{}", output.stdout);
        assert!(!output.stdout.contains(credentials[1]), "{}", output.stdout);
    }
}

/// Hides that the server is a mock.
fn cluster() -> WrongServer {
    WrongServer::start(|asked, reply: &mut Reply| {
        if asked.target.starts_with("/_mock") {
            reply.status = 400;
            reply.body = "{}".to_owned();
        }
    })
}

#[test]
fn a_cluster_is_never_emptied() {
    let cluster = cluster();
    assert_eq!(put(&cluster.right().uri(), "somebody-elses"), 201);
    let output = server(&["--url", &cluster.uri()]);
    assert_eq!(output.exit_code, exit_code::PASSED, "{}", output.stdout);
    for text in [
        "\nskipped\n  it needs an empty server, and only a mock can be emptied (",
        "    license_post_start_trial/a-trial-is-started-once\n",
    ] {
        assert!(output.stdout.contains(text), "no [{text}] in\n{}", output.stdout);
    }
    // It is still there.
    assert_eq!(put(&cluster.right().uri(), "somebody-elses"), 200);
}

#[test]
fn a_connector_with_the_id_of_an_example_is_kept_unless_told_otherwise() {
    let cluster = cluster();
    assert_eq!(put(&cluster.right().uri(), "my-connector"), 201);
    let arguments = ["--url", &cluster.uri(), "--case", "examples/check_in"];
    let output = server(&arguments);
    assert_eq!(output.exit_code, exit_code::PASSED);
    assert!(
        output.stdout.contains(
            "the server already has a connector [my-connector]; --replace-existing lets the examples delete it"
        ),
        "{}",
        output.stdout
    );
    assert_eq!(put(&cluster.right().uri(), "my-connector"), 200);
    let output = server(&[&arguments[..], &["--replace-existing"]].concat());
    assert!(output.stdout.ends_with("1 passed, 0 failed, 0 skipped\n"), "{}", output.stdout);
    assert_eq!(put(&cluster.right().uri(), "my-connector"), 201);
}

#[test]
fn credentials_that_are_refused_are_not_asked_for_again() {
    let url = bytes(
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 60\r\n\r\n{\"error\":{\"reason\":\"unable to authenticate user [elastic]\"}}",
    );
    let output = server(&["--url", &url, "--user", "elastic:wrong"]);
    assert_eq!(
        output.stderr,
        format!(
            "connector-conformance: {url} refuses the credentials of --user: unable to authenticate user [elastic]\n"
        )
    );
    assert_eq!(output.exit_code, exit_code::ERRORED);
}

/// The first bytes of the alert that a server sends which speaks TLS and is asked in the clear.
#[test]
fn a_server_that_may_speak_tls_is_told_what_to_do() {
    let output = server(&["--url", &bytes("\u{15}\u{3}\u{1}\0\u{2}\u{2}F")]);
    let advice = "; if it speaks https, reach it over http, through a proxy that ends TLS\n";
    assert!(output.stderr.ends_with(advice), "{}", output.stderr);
    assert_eq!(output.exit_code, exit_code::ERRORED);
}

#[test]
fn a_server_that_does_not_say_its_version_is_told_of() {
    let url = bytes("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n<html>Hi</html>");
    let output = server(&["--url", &url, "--case", "get/an-unknown"]);
    let note = format!(
        "the answer to GET / has no version.number, so {url} was judged as Elasticsearch 9.6.0; is it the right URL"
    );
    assert!(output.stdout.contains(&note), "{}", output.stdout);
}
