//! Spaces, snapshots and who may use the control routes. What is expected is said in
//! `docs/control.md`.

use std::time::Duration;

use api_types::{Timestamp, Version};
use http::{HeaderMap, HeaderValue, header};

use super::*;
use crate::{root::Flavor, sources::IdSource};

pub(super) fn settings() -> HostSettings {
    let start = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    HostSettings::from(Settings {
        version: Version::NEWEST,
        clock: Clock::manual(start, Duration::from_millis(1)),
        ids: IdSource::seeded(7),
        security: None,
        flavor: Flavor::Stack,
    })
}

pub(super) fn request(method: &str, target: &str, body: &str) -> RawRequest {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    RawRequest {
        peer: None,
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

/// Status and body.
fn answer(host: &Host, request: RawRequest) -> String {
    let response = host.handle(request);
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    format!("{} {body}", response.status().as_u16())
}

pub(super) fn send(host: &Host, method: &str, target: &str, body: &str) -> String {
    answer(host, request(method, target, body))
}

const CREATED: &str = r#"201 {"id":"c","result":"created"}"#;
const NONE: &str = r#"200 {"count":0,"results":[]}"#;

#[test]
fn spaces_do_not_see_one_another() {
    let host = Host::new(settings());
    assert_eq!(send(&host, "PUT", "/_space/a/_connector/c", "{}"), CREATED);
    assert_eq!(send(&host, "GET", "/_connector", ""), NONE);
    assert_eq!(send(&host, "GET", "/_space/b/_connector", ""), NONE);
    let list = send(&host, "GET", "/_space/a/_connector?size=0", "");
    assert_eq!(list, r#"200 {"count":1,"results":[]}"#);
    let mut by_header = request("GET", "/_connector?size=0", "");
    by_header.headers.insert("x-mock-space", HeaderValue::from_static("a"));
    assert_eq!(answer(&host, by_header), r#"200 {"count":1,"results":[]}"#);
    assert_eq!(send(&host, "DELETE", "/_mock/spaces/a", ""), r#"200 {"acknowledged":true}"#);
    assert_eq!(send(&host, "GET", "/_space/a/_connector", ""), NONE);
}

/// What a space answers is what a server of its own would: errors name the path without the space,
/// and ids and times repeat with the seed and the clock.
#[test]
fn a_space_answers_like_a_server_of_its_own() {
    let (alone, shared) = (Host::new(settings()), Host::new(settings()));
    let _other = send(&shared, "POST", "/_connector", "{}");
    let sequence = [
        ("POST", "/_connector", "{}"),
        ("GET", "/_connector", ""),
        ("GET", "/nothing/of/the/kind?x=%2", ""),
        ("GET", "/", ""),
    ];
    for (method, target, body) in sequence {
        let in_space = send(&shared, method, &format!("/_space/s{target}"), body);
        assert_eq!(in_space, send(&alone, method, target, body), "{method} {target}");
    }
}

#[test]
fn names_of_spaces_are_checked() {
    let host = Host::new(settings());
    for target in ["/_space//_connector", "/_space/a%20b/_connector", "/_space/"] {
        let refused = send(&host, "GET", target, "");
        assert!(refused.starts_with("400 "), "{target}: {refused}");
        assert!(refused.contains("is no name of a space or snapshot"), "{refused}");
    }
    let mut both = request("GET", "/_space/a/_connector", "");
    both.headers.insert("x-mock-space", HeaderValue::from_static("b"));
    assert!(answer(&host, both).contains("names the space [a] and the header"));
}

#[test]
fn there_are_only_so_many_spaces() {
    let host = Host::new(HostSettings { max_spaces: 2, ..settings() });
    for name in ["a", "b", "a"] {
        assert_eq!(send(&host, "GET", &format!("/_space/{name}/_connector"), ""), NONE);
    }
    let refused = send(&host, "GET", "/_space/c/_connector", "");
    assert!(refused.starts_with("429 ") && refused.contains("--max-spaces"), "{refused}");
    assert_eq!(send(&host, "DELETE", "/_mock/spaces", ""), r#"200 {"dropped":2}"#);
    assert_eq!(send(&host, "GET", "/_space/c/_connector", ""), NONE);
}

/// Snapshots, and spaces made from one, have all that is said of indices, and pipelines.
#[test]
fn a_snapshot_has_what_is_said_of_indices() {
    let host = Host::new(settings());
    let shown = |space: &str| {
        ["/i", "/_alias", "/_ingest/pipeline"]
            .map(|target| send(&host, "GET", &format!("{space}{target}"), ""))
    };
    let index = r#"{"settings":{"number_of_replicas":0},"mappings":{"properties":{"a":{"type":"long"}}},"aliases":{"x":{}}}"#;
    send(&host, "PUT", "/i", index);
    send(&host, "PUT", "/_ingest/pipeline/p", r#"{"processors":[]}"#);
    let before = shown("");
    assert!(before.iter().all(|answer| answer.starts_with("200 ")), "{before:?}");
    send(&host, "PUT", "/_mock/snapshots/s", "");
    send(&host, "PUT", "/i/_mapping", r#"{"properties":{"b":{"type":"long"}}}"#);
    send(&host, "PUT", "/i/_alias/y", "");
    send(&host, "DELETE", "/_ingest/pipeline/*", "");
    let after = shown("");
    assert!(before.iter().zip(&after).all(|(before, after)| before != after), "{after:?}");
    send(&host, "PUT", "/_mock/spaces/made", r#"{"snapshot":"s"}"#);
    assert_eq!(shown("/_space/made"), before);
    send(&host, "POST", "/_mock/snapshots/s/restore", "");
    assert_eq!(shown(""), before);
}

#[test]
fn a_snapshot_is_what_the_space_was() {
    let host = Host::new(settings());
    assert_eq!(send(&host, "PUT", "/_connector/c", r#"{"name":"n"}"#), CREATED);
    let before = send(&host, "GET", "/_connector/c", "");
    let saved = r#"201 {"name":"start","space":"default"}"#;
    assert_eq!(send(&host, "PUT", "/_mock/snapshots/start", ""), saved);
    let renamed = send(&host, "PUT", "/_connector/c/_name", r#"{"name":"other"}"#);
    assert_eq!(renamed, r#"200 {"result":"updated"}"#);
    let next = send(&host, "POST", "/_connector", "{}");
    assert_ne!(send(&host, "GET", "/_connector/c", ""), before);
    let restored = send(&host, "POST", "/_mock/snapshots/start/restore", "");
    assert_eq!(restored, r#"200 {"acknowledged":true}"#);
    assert_eq!(send(&host, "GET", "/_connector/c", ""), before);
    // Ids go on where they were.
    assert_eq!(send(&host, "POST", "/_connector", "{}"), next);
    // Another space can be made from it.
    let made = send(&host, "PUT", "/_mock/spaces/t", r#"{"snapshot":"start"}"#);
    assert!(made.starts_with(r#"201 {"name":"t","#), "{made}");
    assert_eq!(send(&host, "GET", "/_space/t/_connector/c", ""), before);
    assert_eq!(send(&host, "DELETE", "/_space/t/_connector/c", ""), r#"200 {"acknowledged":true}"#);
    assert_eq!(send(&host, "GET", "/_connector/c", ""), before);
    let missing = send(&host, "POST", "/_mock/snapshots/stort/restore", "");
    assert_eq!(
        missing,
        r#"404 {"error":"there is no snapshot [stort]; there are: start","status":404}"#
    );
}

pub(super) fn from(address: &str, mut request: RawRequest) -> RawRequest {
    request.peer = Some(address.parse().unwrap());
    request
}

fn with(name: &'static str, value: &'static str, mut request: RawRequest) -> RawRequest {
    request.headers.insert(name, HeaderValue::from_static(value));
    request
}

fn status(guard: &Guard, request: RawRequest) -> u16 {
    let host = Host::new(HostSettings { guard: guard.clone(), ..settings() });
    host.handle(request).status().as_u16()
}

#[test]
fn control_routes_answer_this_machine_or_who_knows_the_token() {
    let health = || request("GET", "/_mock/health", "");
    let here = Guard::Loopback;
    assert_eq!(status(&here, from("127.0.0.1", health())), 200);
    assert_eq!(status(&here, from("::ffff:127.0.0.1", health())), 200);
    assert_eq!(status(&here, from("::1", health())), 200);
    assert_eq!(status(&here, from("192.0.2.7", health())), 403);
    let token = Guard::Token("secret".to_owned());
    assert_eq!(status(&token, from("127.0.0.1", health())), 403);
    let known = || with("x-mock-token", "secret", health());
    assert_eq!(status(&token, from("192.0.2.7", known())), 200);
    let in_query = request("GET", "/_mock/health?token=secret", "");
    assert_eq!(status(&token, from("192.0.2.7", in_query)), 200);
    let odd = Guard::Token("a b&c".to_owned());
    let in_query = request("GET", "/_mock/health?token=a%20b%26c", "");
    assert_eq!(status(&odd, from("192.0.2.7", in_query)), 200);
    let wrong = with("x-mock-token", "secre", health());
    assert_eq!(status(&token, from("127.0.0.1", wrong)), 403);
    assert_eq!(status(&Guard::Nobody, from("127.0.0.1", known())), 404);
    // What is no control route is for everybody.
    let list = request("GET", "/_connector", "");
    assert_eq!(status(&Guard::Nobody, from("192.0.2.7", list)), 200);
}

#[test]
fn pages_of_other_sites_are_refused() {
    let guard = Guard::Loopback;
    let page = |origin, host| {
        let request = with("host", host, request("POST", "/_mock/reset", ""));
        from("127.0.0.1", with("origin", origin, request))
    };
    assert_eq!(status(&guard, page("http://127.0.0.1:9200", "127.0.0.1:9200")), 200);
    assert_eq!(status(&guard, page("http://[::1]:9200", "[::1]:9200")), 200);
    assert_eq!(status(&guard, page("http://localhost:9200", "localhost:9200")), 200);
    assert_eq!(status(&guard, page("http://evil.example", "127.0.0.1:9200")), 403);
    assert_eq!(status(&guard, page("null", "127.0.0.1:9200")), 403);
    // A name that was made to lead here.
    assert_eq!(status(&guard, page("http://evil.example:9200", "evil.example:9200")), 403);
    let request = request("POST", "/_mock/reset", "");
    let cross = with("sec-fetch-site", "cross-site", request);
    assert_eq!(status(&guard, from("127.0.0.1", cross)), 403);
}

fn seeded(text: &str) -> Host {
    let seed = Seed::parse("seed", text).unwrap();
    Host::new(HostSettings { seed: Some(seed), ..settings() })
}

const TWO: &str =
    "connectors: {c: {index_name: i, service_type: s}}\nsync_jobs: {j: {status: error}}";

/// Every space begins with the seed, at the same time and with the same ids, and a reset leads back
/// there.
#[test]
fn every_space_begins_with_the_seed_and_a_reset_leads_back_to_it() {
    let host = seeded(TWO);
    let state = send(&host, "GET", "/_mock/state", "");
    assert!(
        state.contains(
            r#""j": {"connector":"c","created_at":"2026-01-01T00:00:00.001Z","status":"error"}"#
        ),
        "{state}"
    );
    assert_eq!(send(&host, "GET", "/_space/a/_mock/state", ""), state);
    let job = send(&host, "POST", "/_connector/_sync_job", r#"{"id":"c"}"#);
    assert_eq!(send(&host, "POST", "/_space/a/_connector/_sync_job", r#"{"id":"c"}"#), job);
    assert_eq!(send(&host, "DELETE", "/_space/a/_connector/c", ""), r#"200 {"acknowledged":true}"#);
    assert_eq!(send(&host, "GET", "/_space/b/_mock/state", ""), state);
    for space in ["", "/_space/a"] {
        let moved = send(&host, "POST", &format!("{space}/_mock/clock"), r#"{"advance":"1d"}"#);
        assert!(moved.starts_with("200 "), "{moved}");
        assert_ne!(send(&host, "GET", &format!("{space}/_mock/state"), ""), state);
        send(&host, "POST", &format!("{space}/_mock/reset"), "");
        assert_eq!(send(&host, "GET", &format!("{space}/_mock/state"), ""), state);
    }
    send(&host, "PUT", "/_mock/state", "{}");
    assert_eq!(send(&host, "GET", "/_connector", ""), NONE);
    send(&host, "POST", "/_mock/reset", "");
    assert_eq!(send(&host, "GET", "/_mock/state", ""), state);
}

#[test]
fn a_state_that_is_refused_changes_nothing() {
    let host = seeded(TWO);
    let state = send(&host, "GET", "/_mock/state", "");
    for (body, reason) in [
        (
            r#"{"connectors": {"d": {"nam": ""}}}"#,
            "body:1:23: [nam] is not a member of a connector (did you mean [name]?)",
        ),
        ("{", "body:1:"),
        ("[]", "body:1:1: the document must be an object, this is a list"),
    ] {
        let refused = send(&host, "PUT", "/_mock/state", body);
        assert!(refused.starts_with("400 ") && refused.contains(reason), "{refused}");
        assert_eq!(send(&host, "GET", "/_mock/state", ""), state);
    }
}

/// The language of a document is what its content type says, or what it looks like.
#[test]
fn a_state_is_json_or_yaml() {
    let host = Host::new(settings());
    let put = |content_type: Option<&'static str>, body: &str| {
        let mut request = request("PUT", "/_mock/state", body);
        request.headers.clear();
        if let Some(content_type) = content_type {
            request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        host.handle(request).status().as_u16()
    };
    let (yaml, json) = ("connectors: {c: }", r#"{"connectors": {"c": {}}}"#);
    assert_eq!(put(Some("application/yaml"), yaml), 200);
    assert_eq!(put(Some("application/yaml"), json), 200);
    assert_eq!(put(Some("application/yaml"), "{connectors: {c: }}"), 200);
    assert_eq!(put(Some("application/json"), json), 200);
    assert_eq!(put(Some("application/json"), yaml), 400);
    assert_eq!(put(None, yaml), 200);
    assert_eq!(put(Some("application/x-www-form-urlencoded"), json), 200);
    assert_eq!(put(None, "{c: }"), 400);
    let shown = host.handle(request("GET", "/_mock/state?format=yaml", ""));
    assert_eq!(shown.headers()[header::CONTENT_TYPE], "application/yaml");
    let text = String::from_utf8(shown.body().to_vec()).unwrap();
    assert!(text.starts_with("---\nclock:\n  mode: \"fixed\"\n"), "{text}");
    let before = send(&host, "GET", "/_mock/state", "");
    assert_eq!(put(Some("application/yaml"), &text), 200);
    assert_eq!(send(&host, "GET", "/_mock/state", ""), before);
}

#[test]
fn the_clock_of_a_space_is_shown_and_moved() {
    let host = Host::new(settings());
    let clock = |space: &str, body: &str| {
        let method = if body.is_empty() { "GET" } else { "POST" };
        send(&host, method, &format!("{space}/_mock/clock"), body)
    };
    let start = r#"200 {"mode":"fixed","now":"2026-01-01T00:00:00.000Z","tick":"1ms"}"#;
    assert_eq!(clock("", ""), start);
    let moved = r#"200 {"mode":"fixed","now":"2026-01-02T12:00:00.000Z","tick":"1ms"}"#;
    assert_eq!(clock("", r#"{"advance":"1.5d"}"#), moved);
    assert_eq!(clock("/_space/a", ""), start);
    assert_eq!(send(&host, "PUT", "/_connector/c", "{}"), CREATED);
    let check_in = send(&host, "PUT", "/_connector/c/_check_in", "");
    assert_eq!(check_in, r#"200 {"result":"updated"}"#);
    let seen = send(&host, "GET", "/_connector/c?filter_path=last_seen", "");
    assert_eq!(seen, r#"200 {"last_seen":"2026-01-02T12:00:00.001Z"}"#);
    let resumed = clock("", r#"{"set":"2030-01-01T00:00:00Z","resume":true}"#);
    assert!(resumed.starts_with(r#"200 {"mode":"offset","offset":""#), "{resumed}");
    let frozen = clock("", r#"{"freeze":true}"#);
    assert!(frozen.starts_with(r#"200 {"mode":"manual","now":"2030-01-01T00:00:0"#), "{frozen}");
    send(&host, "PUT", "/_mock/snapshots/s", "");
    clock("", r#"{"advance":"1h"}"#);
    send(&host, "POST", "/_mock/snapshots/s/restore", "");
    assert_eq!(clock("", ""), frozen);
    send(&host, "POST", "/_mock/reset", "");
    assert_eq!(clock("", ""), start);
    let refused = clock("", r#"{"advanse":"1h"}"#);
    assert!(refused.contains("unknown member [advanse] (did you mean [advance]?)"), "{refused}");
}

/// A thousand at once, each with a state of its own, made from a snapshot and changed by threads.
#[test]
fn a_thousand_spaces_do_not_see_one_another() {
    let host = seeded(TWO);
    send(&host, "PUT", "/_mock/snapshots/start", "");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let host = &host;
            scope.spawn(move || {
                for number in (thread..1000).step_by(4) {
                    let made = send(
                        host,
                        "PUT",
                        &format!("/_mock/spaces/s{number}"),
                        r#"{"snapshot":"start"}"#,
                    );
                    assert!(made.starts_with("201 "), "{made}");
                    let body = format!(r#"{{"name":"n{number}"}}"#);
                    send(host, "PUT", &format!("/_space/s{number}/_connector/c/_name"), &body);
                }
            });
        }
    });
    for number in 0..1000 {
        let name =
            send(&host, "GET", &format!("/_space/s{number}/_connector/c?filter_path=name"), "");
        assert_eq!(name, format!(r#"200 {{"name":"n{number}"}}"#));
    }
    assert!(send(&host, "GET", "/_mock/spaces?filter_path=count", "").contains("1001"));
    assert!(send(&host, "GET", "/_connector/c?filter_path=name", "").contains(r#""name":"""#));
}
