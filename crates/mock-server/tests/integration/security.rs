//! `--auth` and `--flavor`, as users start them.

use std::process::Stdio;

use mock_server::{Flavor, MockServer, Security};

use crate::{
    program::{Running, failed, program},
    wire::{Answer, send, with_headers},
};

/// Passwords and keys of these tests hold this word, which nothing may show.
const SECRET: &str = "s3cr3t";

const FILE: &str = r"
users:
  - {name: ada, password: s3cr3t-ada, privileges: [manage_connector, manage_own_api_key]}
api_keys:
  - {id: key, api_key: s3cr3t-key, owner: ada}
tokens:
  - {token: s3cr3t-token, user: ada}
";

/// `ada:s3cr3t-ada`
const ADA: &str = "authorization: Basic YWRhOnMzY3IzdC1hZGE=\r\n";

/// `key:s3cr3t-key`
const KEY: &str = "authorization: ApiKey a2V5OnMzY3IzdC1rZXk=\r\n";

const TOKEN: &str = "authorization: Bearer s3cr3t-token\r\n";

/// A file that goes away with the value.
fn written(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn path(file: &tempfile::NamedTempFile) -> &str {
    file.path().to_str().unwrap()
}

fn list(address: std::net::SocketAddr, headers: &str) -> Answer {
    send(address, with_headers("GET", "/_connector", headers, ""))
}

#[test]
fn the_program_asks_for_credentials() {
    let file = written(FILE);
    let running = Running::start(&["--auth", path(&file)]);
    let refused = list(running.address, "");
    assert_eq!(refused.status, 401);
    let challenges =
        [r#"Basic realm="security", charset="UTF-8""#, r#"Bearer realm="security""#, "ApiKey"];
    assert_eq!(refused.headers("www-authenticate"), challenges);
    assert_eq!(refused.header_names()[..3], ["WWW-Authenticate"; 3]);
    assert_eq!(refused.header("x-elastic-product"), None);
    for credentials in [ADA, KEY, TOKEN] {
        assert_eq!(list(running.address, credentials).status, 200, "{credentials}");
    }
    let root = send(running.address, with_headers("GET", "/", ADA, ""));
    assert_eq!((root.status, root.header("x-elastic-product")), (403, None));
    let health = send(running.address, with_headers("GET", "/_mock/health", "", ""));
    assert_eq!(health.status, 200);
    assert!(!health.text().contains(SECRET), "{}", health.text());
    assert_eq!(running.stop("-TERM"), (Some(0), String::new()));
}

#[test]
fn without_it_credentials_are_ignored() {
    let running = Running::start(&[]);
    assert_eq!(list(running.address, TOKEN).status, 200);
}

#[test]
fn a_bad_file_is_one_clear_line() {
    let file = written("users:\n  - name: ada\n    pasword: s3cr3t\n");
    let (code, message) = failed(&["--auth", path(&file)]);
    let expected = format!(
        "connector-mock: invalid value '{0}' for '--auth <FILE>': {0}:3:5: [pasword] is not a member of a user (did you mean [password]?); allowed: name, password, roles, privileges, index_privileges; see connector-mock --help\n",
        path(&file)
    );
    assert_eq!((code, message), (Some(2), expected));
}

#[test]
fn a_file_that_is_not_there_is_one_clear_line() {
    let (code, message) = failed(&["--auth", "/nowhere/auth.yml"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("/nowhere/auth.yml: cannot be read: "), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn the_environment_names_the_file_and_nothing_shows_a_secret() {
    let file = written(&FILE.replace("tokens:", "token:"));
    let output = program()
        .env("ES_MOCK_AUTH", path(&file))
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(message.contains(":6:1: [token] is not a member of the file"), "{message}");
    assert!(!message.contains(SECRET), "{message}");
}

#[tokio::test]
async fn a_server_in_process_asks_too_and_shows_nothing() {
    let security = Security::parse("here", FILE).unwrap();
    let builder = MockServer::builder().security(security).rng_seed(1);
    assert!(!format!("{builder:?}").contains(SECRET), "{builder:?}");
    let server = builder.start().await.unwrap();
    assert_eq!(list(server.address(), "").status, 401);
    assert_eq!(list(server.address(), ADA).status, 200);
    let headers = format!("{ADA}content-type: application/json\r\n");
    let create = with_headers("POST", "/_security/api_key", &headers, r#"{"name":"k"}"#);
    let answer = send(server.address(), create).text();
    let secret = answer.split(r#""api_key":""#).nth(1).unwrap().split('"').next().unwrap();
    let encoded = answer.split(r#""encoded":""#).nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(secret.len(), 22);
    let shown = format!("{server:?}");
    assert!(!shown.contains(SECRET) && !shown.contains(secret), "{shown}");
    for received in server.journal().requests() {
        let shown = received.json;
        assert!(!shown.contains(SECRET) && !shown.contains(secret), "{shown}");
        assert!(!shown.contains(encoded), "{shown}");
    }
    let key = format!("authorization: ApiKey {encoded}\r\n");
    assert_eq!(list(server.address(), &key).status, 200);
    server.reset();
    assert_eq!(list(server.address(), &key).status, 401, "a reset forgets new keys");
    assert_eq!(list(server.address(), KEY).status, 200);
}

#[tokio::test]
async fn a_serverless_project_says_so() {
    let server = MockServer::builder().flavor(Flavor::Serverless).start().await.unwrap();
    let target = "/?filter_path=version.build_flavor&pretty=false";
    let answer = send(server.address(), with_headers("GET", target, "", ""));
    assert_eq!(answer.text(), r#"{"version":{"build_flavor":"serverless"}}"#);
    let running = Running::start(&["--flavor", "serverless"]);
    let answer = send(running.address, with_headers("GET", "/_connector/_secret/x", "", ""));
    assert_eq!(answer.status, 410);
    let (code, message) = failed(&["--flavor", "cloud"]);
    assert_eq!(code, Some(2));
    assert!(message.starts_with("connector-mock: invalid value 'cloud' for '--flavor <F>'"));
    assert_eq!(message.lines().count(), 1, "{message}");
}
