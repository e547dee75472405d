//! Documents of state: what they mean, what is refused, and that export and import are inverse.
//!
//! What an entry without members becomes is held against the answers of the operations that create
//! such documents.

use api_types::{Timestamp, Version};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use super::*;
use crate::{InProcess, MockServer, sources::Clock};

fn server() -> InProcess {
    MockServer::builder().clock(Clock::fixed()).rng_seed(1).in_process()
}

fn seeded(text: &str) -> InProcess {
    let seed = Seed::parse("seed", text).unwrap();
    MockServer::builder().clock(Clock::fixed()).rng_seed(1).seed(seed).in_process()
}

/// Status and body.
fn send(server: &InProcess, method: &str, target: &str, body: &str) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let response = server.handle(method, target, &headers, Bytes::copy_from_slice(body.as_bytes()));
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    format!("{} {text}", response.status().as_u16())
}

fn get(server: &InProcess, target: &str) -> String {
    send(server, "GET", target, "")
}

/// A connector of which nothing is said is what `connector.put` writes, and a job what
/// `connector.sync_job_post` writes.
#[test]
fn what_is_left_out_is_what_the_operations_write() {
    for version in ["8.12", "8.15", "9.0", "9.6"] {
        let builder = || {
            let version: Version = version.parse().unwrap();
            MockServer::builder().clock(Clock::fixed()).rng_seed(1).es_version(version)
        };
        let made = builder().in_process();
        let body = r#"{"index_name":"i","service_type":"s","description":"d"}"#;
        send(&made, "PUT", "/_connector/c", body);
        let job = send(&made, "POST", "/_connector/_sync_job", r#"{"id":"c"}"#);
        let id = job.split('"').nth(3).unwrap();
        let text = format!(
            "connectors: {{c: {{index_name: i, service_type: s, description: d}}}}\nsync_jobs: {{{id:?}: }}"
        );
        let seed = Seed::parse("seed", &text).unwrap();
        let given = builder().seed(seed).in_process();
        for target in ["/_connector/c".to_owned(), format!("/_connector/_sync_job/{id}")] {
            assert_eq!(get(&given, &target), get(&made, &target), "{version} {target}");
        }
    }
}

#[test]
fn what_is_given_stands_over_what_the_server_writes() {
    let server = seeded(
        r#"
connectors:
  c:
    index_name: i
    service_type: s
    is_native: true
    status: error
    scheduling: {full: {enabled: true}}
    last_seen: 2020-01-01T00:00:00+01:00
sync_jobs:
  j: {status: in_progress, created_at: 2020-01-01T00:00:00Z, connector: {index_name: other}}
  a: {job_type: access_control, trigger_method: scheduled}
"#,
    );
    let connector = get(
        &server,
        "/_connector/c?filter_path=status,is_native,scheduling.full,scheduling.incremental.enabled,last_seen",
    );
    assert_eq!(
        connector,
        r#"200 {"is_native":true,"scheduling":{"full":{"enabled":true,"interval":"0 0 0 * * ?"},"incremental":{"enabled":false}},"status":"error","last_seen":"2019-12-31T23:00:00.000Z"}"#
    );
    let part = "?filter_path=status,created_at,last_seen,connector.id,connector.index_name,job_type,trigger_method";
    assert_eq!(
        get(&server, &format!("/_connector/_sync_job/j{part}")),
        r#"200 {"connector":{"id":"c","index_name":"other"},"created_at":"2020-01-01T00:00:00.000Z","job_type":"full","last_seen":"2020-01-01T00:00:00.000Z","status":"in_progress","trigger_method":"on_demand"}"#
    );
    // Contract SJ-7: the index of an access control job.
    assert_eq!(
        get(
            &server,
            "/_connector/_sync_job/a?filter_path=connector.index_name,trigger_method,created_at"
        ),
        r#"200 {"connector":{"index_name":".search-acl-filter-i"},"created_at":"2026-01-01T00:00:00.000001Z","trigger_method":"scheduled"}"#
    );
}

#[test]
fn documents_are_numbered_in_their_order() {
    let server = seeded(
        r#"
connectors: {b: {}, a: {_version: 4}, c: {_seq_no: 7}, d: }
indices: {other: {uuid: u-1, next_seq_no: 9, documents: {1: {title: x}, 2: {_source: {_version: 1}, _version: 2}}}}
"#,
    );
    let facts = |id: &str| {
        let target = format!("/.elastic-connectors-v1/_doc/{id}?filter_path=_version,_seq_no");
        get(&server, &target)
    };
    assert_eq!(facts("b"), r#"200 {"_version":1,"_seq_no":0}"#);
    assert_eq!(facts("a"), r#"200 {"_version":4,"_seq_no":1}"#);
    assert_eq!(facts("c"), r#"200 {"_version":1,"_seq_no":7}"#);
    assert_eq!(facts("d"), r#"200 {"_version":1,"_seq_no":8}"#);
    assert_eq!(
        get(&server, "/other/_doc/2"),
        r#"200 {"_index":"other","_id":"2","_version":2,"_seq_no":1,"_primary_term":1,"found":true,"_source":{"_version":1}}"#
    );
    let state = server.state();
    assert!(state.contains(r#""next_seq_no": 9"#) && state.contains(r#""uuid": "u-1""#), "{state}");
}

/// Every status can be given, those of the state machines and no others, and `_source` takes any.
#[test]
fn every_status_can_be_given() {
    use api_types::{WireEnum as _, connector::ConnectorStatus, sync_job::SyncStatus};
    for status in ConnectorStatus::NAMES {
        let server = seeded(&format!("connectors: {{c: {{status: {status}}}}}"));
        let expected = format!(r#"200 {{"status":"{status}"}}"#);
        assert_eq!(get(&server, "/_connector/c?filter_path=status"), expected);
    }
    for status in SyncStatus::NAMES {
        let server =
            seeded(&format!("connectors: {{c: }}\nsync_jobs: {{j: {{status: {status}}}}}"));
        let expected = format!(r#"200 {{"status":"{status}"}}"#);
        assert_eq!(get(&server, "/_connector/_sync_job/j?filter_path=status"), expected);
    }
    let server = seeded("sync_jobs: {j: {_source: {status: lost, more: [1]}}}");
    let whole = r#"200 {"id":"j","status":"lost","more":[1]}"#;
    assert_eq!(get(&server, "/_connector/_sync_job/j"), whole);
}

fn mistake(text: &str) -> String {
    Seed::parse("seed.yml", text).unwrap_err().to_string()
}

#[test]
fn mistakes_are_named_with_their_place_and_what_was_meant() {
    let check = |text: &str, expected: &str| assert_eq!(mistake(text), expected, "{text}");
    let job = "connectors: {c: }\nsync_jobs:\n  j:";
    check(
        "conectors: {}",
        "seed.yml:1:1: [conectors] is not a member of the document (did you mean [connectors]?); allowed: clock, cluster, connectors, sync_jobs, secrets, indices, ingest_pipelines, license, roles, users, api_keys, tokens",
    );
    check(
        "connectors:\n  c:\n    indexname: i\n",
        "seed.yml:3:5: [indexname] is not a member of a connector (did you mean [index_name]?); allowed: api_key_id, api_key_secret_id, configuration, custom_scheduling, deleted, description, error, features, filtering, index_name, is_native, language, last_access_control_sync_error, last_access_control_sync_scheduled_at, last_access_control_sync_status, last_deleted_document_count, last_incremental_sync_scheduled_at, last_indexed_document_count, last_seen, last_sync_error, last_sync_scheduled_at, last_sync_status, last_synced, name, pipeline, scheduling, service_type, status, sync_cursor, sync_now",
    );
    check(
        "connectors: {c: {status: conected}}",
        "seed.yml:1:26: [conected] is not a status of a connector (did you mean [connected]?); allowed: created, needs_configuration, configured, connected, error",
    );
    check(
        "connectors: {c: {scheduling: {ful: {}}}}",
        "seed.yml:1:31: [ful] is not a member of [scheduling] (did you mean [full]?); allowed: access_control, full, incremental",
    );
    check(
        &format!("{job} {{last_seen: yesterday}}"),
        "seed.yml:3:18: [last_seen] must be a time like 2026-01-01T12:00:00Z",
    );
    check(
        &format!("{job} {{error: 12}}"),
        "seed.yml:3:14: [error] must be a text, this is a number; put it in quotes",
    );
    check(
        &format!("{job} {{indexed_document_count: 3000000000}}"),
        "seed.yml:3:31: [indexed_document_count] must be a whole number of 32 bits, this is a number",
    );
    check(
        &format!("{job} {{connector: d}}"),
        "seed.yml:3:18: [d] is not a connector here; allowed: c; a job without its connector is given whole, as [_source]",
    );
    check("sync_jobs: {j: }", "seed.yml:1:14: the sync job needs a [connector]; there are 0 here");
    check(&format!("{job} x"), "seed.yml:3:6: an entry must be an object, this is a text");
    check(
        &format!("{job} {{_source: {{}}, status: error}}"),
        "seed.yml:3:20: [status] goes into [_source], which is the whole",
    );
}

#[test]
fn mistakes_of_whole_sections_are_named_with_their_place() {
    let check = |text: &str, expected: &str| assert_eq!(mistake(text), expected, "{text}");
    check("connectors: {c: {}, c: {}}", "seed.yml:1:21: [c] is there twice");
    check(
        "secrets: {s: [hush]}",
        "seed.yml:1:14: a secret must be a text, or an object with its text as [value], this is a list",
    );
    check(
        "indices: {.elastic-connectors: {}}",
        "seed.yml:1:11: [.elastic-connectors] is an alias; its index is [.elastic-connectors-v1]",
    );
    check(
        "indices: {.elastic-connectors-v1: {documents: {}}}",
        "seed.yml:1:36: the documents of this index have a section of their own",
    );
    check(
        "connectors: {a: {_seq_no: 3}, b: {_seq_no: 3}}",
        "seed.yml:1:44: [_seq_no] must be a whole number of 4 or more here",
    );
    check("clock: {mode: fixed}", "seed.yml:1:8: [now] has to be a time like 2026-01-01T12:00:00Z");
    check(
        "users: [{name: ada, roles: [syncr]}]",
        "seed.yml:1:29: [syncr] is not a role of this file; allowed: superuser",
    );
    check("- c", "seed.yml:1:1: the document must be an object, this is a list");
}

#[test]
fn json_has_places_too_and_all_mistakes_are_counted() {
    let text = "{\n  \"connectors\": {\"c\": {\"status\": 1}},\n  \"jobs\": {}, \"secret\": {} }";
    assert_eq!(
        mistake(text),
        "seed.yml:2:34: [status] must be a text, this is a number; put it in quotes (2 more mistakes, the next one at 3:3)"
    );
    assert!(mistake("{\"connectors\": {").starts_with("seed.yml:1:17: Unexpected end-of-input"));
    assert!(mistake("a: [\n").contains("this is neither YAML nor JSON"));
    let places = r#"{"users":[{"name":"ada"}],"tokens":[{"token":"t","user":"bob"}]}"#;
    assert_eq!(mistake(places), "seed.yml:1:57: [bob] is not a user of this file; allowed: ada");
}

/// Wherever a secret or a password stands, and whatever is wrong with it, no message shows it.
#[test]
fn messages_never_show_a_secret() {
    for text in [
        "secrets: {s: {valu: s3cr3t}}",
        "secrets: {s: {value: [s3cr3t]}}",
        "secrets: {s: {value: s3cr3t, more: 1}}",
        "users: [{name: ada, password: [s3cr3t]}]",
        r#"{"users": [{"name": "ada", "password": {"s3cr3t": 1}}]}"#,
    ] {
        let message = mistake(text);
        assert!(!message.contains("s3cr3t"), "{text}: {message}");
    }
    let seed = Seed::parse("seed", "secrets: {s: s3cr3t}").unwrap();
    assert!(!format!("{seed:?}").contains("s3cr3t"), "{seed:?}");
}

#[test]
fn the_file_to_start_with_loads_and_means_what_it_says() {
    let server = seeded(STARTER);
    let list = "/_connector/_sync_job?filter_path=count,results.id,results.status";
    assert_eq!(
        get(&server, list),
        r#"200 {"count":3,"results":[{"id":"running","status":"in_progress"},{"id":"failed","status":"error"},{"id":"waiting","status":"pending"}]}"#
    );
    assert_eq!(
        get(&server, "/_connector/_secret/my-secret"),
        r#"200 {"id":"my-secret","value":"hunter2"}"#
    );
    let connector =
        get(&server, "/_connector/my-connector?filter_path=status,configuration.*.value");
    assert_eq!(
        connector,
        r#"200 {"configuration":{"host":{"value":"localhost"},"port":{"value":5432}},"status":"connected"}"#
    );
    assert!(get(&server, "/my-alias/_doc/doc-1").contains(r#""title":"Hello""#));
    send(&server, "PUT", "/my-alias/_doc/doc-2", "{}");
    assert!(get(&server, "/my-index/_doc/doc-2").contains(r#""_source":{"seen":true}"#));
    // What is behind the comment signs is right as well.
    let shown: String = STARTER
        .lines()
        .map(|line| {
            let commented = ["# users:", "#   - {", "# clock: {mode: fixed", "  # odd:"];
            let is_commented = commented.iter().any(|start| line.starts_with(start));
            let line = if is_commented { line.replacen("# ", "", 1) } else { line.to_owned() };
            line + "\n"
        })
        .collect();
    let server = seeded(&shown);
    assert!(get(&server, "/_connector").starts_with("401 "));
    assert!(server.state().contains(r#""mode":"fixed","now":"2026-01-01T12:00:00.000Z""#));
}

/// What is exported is read as the same state, to the byte and in all that follows.
fn check_inverse(server: &InProcess, then: &[(&str, &str, &str)]) {
    let exported = server.state();
    let seed =
        Seed::parse("export", &exported).unwrap_or_else(|error| panic!("{error}\n{exported}"));
    let other = MockServer::builder().in_process();
    other.set_state(&seed);
    assert_eq!(other.state(), exported);
    for (method, target, body) in then {
        let (here, there) =
            (send(server, method, target, body), send(&other, method, target, body));
        assert_eq!(there, here, "{method} {target} {body} after\n{exported}");
    }
    assert_eq!(other.state(), server.state());
}

#[test]
fn export_and_import_are_inverse_in_odd_states() {
    let put = |server: &InProcess, target: &str, body: &str| {
        let answer = send(server, "PUT", target, body);
        assert!(answer.starts_with('2'), "{target} {body}: {answer}");
    };
    let update = |server: &InProcess, id: &str, doc: &str| {
        let target = format!("/.elastic-connectors-v1/_update/{id}");
        let answer = send(server, "POST", &target, &format!(r#"{{"doc":{doc}}}"#));
        assert!(answer.starts_with('2'), "{doc}: {answer}");
    };
    let then = [
        ("POST", "/_connector", "{}"),
        ("PUT", "/_connector/none/_check_in", ""),
        ("GET", "/_connector", ""),
        ("GET", "/_connector/_sync_job", ""),
        ("GET", "/", ""),
    ];
    let server = server();
    check_inverse(&server, &then);
    // A missing document that made its index, members out of their order, other types, numbers.
    put(&server, "/_connector/c", "{}");
    put(&server, "/_connector/c/_index_name", r#"{"index_name":"late"}"#);
    put(&server, "/_connector/d", r#"{"index_name":"i","service_type":"s","description":"d"}"#);
    update(
        &server,
        "d",
        r#"{"status":"no such","name":null,"extra":{"big":123456789012345678901234567890,"inf":1e999,"neg":-0.0,"e":1E7}}"#,
    );
    put(&server, "/_connector/e", "{}");
    update(&server, "e", r#"{"last_seen":"2020-01-01T00:00:00Z","description":""}"#);
    update(&server, "e", r#"{"name":"\u0001\u2028\ud83d\ude00\"","is_native":"true"}"#);
    check_inverse(&server, &then);
    // A job whose connector changed, and one whose connector is gone.
    let job =
        send(&server, "POST", "/_connector/_sync_job", r#"{"id":"d","job_type":"incremental"}"#);
    assert!(job.starts_with("201 "), "{job}");
    put(&server, "/_connector/d/_configuration", r#"{"configuration":{}}"#);
    put(
        &server,
        "/_connector/d/_pipeline",
        r#"{"pipeline":{"extract_binary_content":true,"name":"p","reduce_whitespace":true,"run_ml_inference":true}}"#,
    );
    put(
        &server,
        "/_connector/d/_filtering",
        r#"{"advanced_snippet":{"created_at":"2020-01-01T00:00:00Z","updated_at":"2020-01-01T00:00:00Z","value":{"a":1}}}"#,
    );
    check_inverse(&server, &then);
    send(&server, "DELETE", "/_connector/d?hard=true", "");
    put(&server, "/_connector/_secret/s", r#"{"value":"v"}"#);
    put(&server, "/_connector/_secret/s", r#"{"value":"w"}"#);
    server.clock().set(Timestamp::parse("2031-01-01T00:00:00.123456789Z").unwrap());
    check_inverse(&server, &then);
}

/// As deep as the servers with a connection take it, on a stack as large as theirs.
#[test]
fn documents_may_be_as_deep_as_requests() {
    let check = || {
        let server = server();
        send(&server, "PUT", "/_connector/c", "{}");
        let deep = format!(r#"{{"doc":{}1{}}}"#, r#"{"a":"#.repeat(998), "}".repeat(998));
        let answer = send(&server, "POST", "/.elastic-connectors-v1/_update/c", &deep);
        assert!(answer.starts_with("200 "), "{answer}");
        check_inverse(&server, &[]);
    };
    let thread = std::thread::Builder::new().stack_size(crate::mock_server::STACK_BYTES);
    thread.spawn(check).unwrap().join().unwrap();
}

/// Users, keys made by keys, and roles of single users.
#[test]
fn users_are_part_of_the_state() {
    let text = r"
roles: [{name: syncer, privileges: [manage_connector], index_privileges: [read]}]
users:
  - {name: ada, password: pw, roles: [superuser]}
  - {name: bob, password: pw2, roles: [syncer], privileges: [monitor, manage_own_api_key]}
  - {name: eve}
api_keys:
  - {id: k, api_key: s, owner: bob, privileges: [], expires: 2031-01-01T00:00:00Z}
  - {id: l, api_key: s, owner: ada, limits: [{privileges: [all]}, {index_privileges: [read]}], invalidated: true}
tokens: [{token: t, user: eve}]
";
    let server = seeded(text);
    let exported = server.state();
    assert!(
        exported.contains(r#"{"name":"ada","password":"pw","roles":["superuser"]}"#),
        "{exported}"
    );
    let other = MockServer::builder().in_process();
    assert!(get(&other, "/_connector").starts_with("200 "));
    other.set_state(&Seed::parse("export", &exported).unwrap());
    assert_eq!(other.state(), exported);
    assert!(get(&other, "/_connector").starts_with("401 "));
    // A route that there is with users alone.
    let keys = send(&other, "POST", "/_security/api_key", "{}");
    assert!(keys.starts_with("401 "), "{keys}");
    other.reset();
    assert!(get(&other, "/_connector").starts_with("200 "));
    assert!(send(&other, "POST", "/_security/api_key", "{}").starts_with("400 "), "no such route");
}

#[test]
fn a_state_without_users_leaves_those_that_the_server_began_with() {
    let security = crate::Security::parse("auth", "users: [{name: ada, password: pw}]").unwrap();
    let server = MockServer::builder().security(security).in_process();
    server.set_state(&Seed::parse("seed", "connectors: {c: }").unwrap());
    assert!(get(&server, "/_connector").starts_with("401 "));
}

mod indices;
mod random;
