//! Export and import after random sequences of operations.

use std::cell::Cell;

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

use super::{Clock, InProcess, MockServer, Seed, get, send};

type Request = (&'static str, String, String);

fn connector() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c d"]).prop_map(|id| id.replace(' ', "%20"))
}

fn time() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "2024-01-01T00:00:00Z",
        "2024-01-01T01:00:00.123+01:00",
        "1704067200001",
    ])
}

fn doc() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        r#"{"status":"odd"}"#,
        r#"{"x":{"y":[1,2.50,1E9,-0.0,null]}}"#,
        r#"{"x":{}}"#,
        r#"{"last_seen":"2024-01-01T00:00:00Z"}"#,
        r#"{"connector":{"id":"b","index_name":"k"}}"#,
        r#"{"connector":{"language":"en"}}"#,
        r#"{"created_at":null}"#,
        r#"{"filtering":[]}"#,
        r#"{"job_type":"FULL"}"#,
        r#"{"name":"n","description":"\u00e9"}"#,
        r#"{"_source":1,"_version":2}"#,
    ])
    .prop_map(|doc| format!(r#"{{"doc":{doc}}}"#))
}

fn index() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["idx-a", "idx-b", ".search-acl-filter-a"])
}

/// Operations on indices, aliases, mappings, pipelines and documents.
fn of_indices() -> impl Strategy<Value = Request> {
    let put = |path: String, body: &str| ("PUT", path, body.to_owned());
    let delete = |path: String| ("DELETE", path, String::new());
    let alias = || prop::sample::select(vec!["al-x", "al-y"]);
    let pipeline = || prop::sample::select(vec!["p", "search-default-ingestion"]);
    prop_oneof![
        4 => (index(), prop::sample::select(vec![
            "{}",
            r#"{"settings":{"number_of_replicas":0,"index":{"refresh_interval":"5s"}}}"#,
            r#"{"settings":{"hidden":true,"index.default_pipeline":"p"}}"#,
            r#"{"mappings":{"dynamic":false,"properties":{"n":{"type":"long"}}},"aliases":{"al-x":{}}}"#,
            r#"{"aliases":{"al-x":{"is_write_index":true},"al-z":{"is_hidden":true}}}"#,
        ])).prop_map(move |(name, body)| put(format!("/{name}"), body)),
        3 => (index(), prop::sample::select(vec![
            r#"{"properties":{"n":{"type":"long"}}}"#,
            r#"{"dynamic":true}"#,
            r#"{"properties":{"o":{"properties":{"k":{"type":"keyword"}}}},"_meta":{"x":1.50}}"#,
        ])).prop_map(move |(name, body)| put(format!("/{name}/_mapping"), body)),
        3 => (index(), alias(), prop::sample::select(vec![
            "", r#"{"is_write_index":true}"#, r#"{"is_write_index":false,"is_hidden":true}"#,
        ])).prop_map(move |(name, alias, body)| put(format!("/{name}/_alias/{alias}"), body)),
        1 => (index(), alias()).prop_map(move |(name, alias)| delete(format!("/{name}/_alias/{alias}"))),
        1 => alias().prop_map(|alias| {
            let body = format!(r#"{{"actions":[{{"add":{{"index":"idx-*","alias":"{alias}"}}}},{{"remove":{{"index":"*","alias":"al-z","must_exist":false}}}}]}}"#);
            ("POST", "/_aliases".to_owned(), body)
        }),
        1 => index().prop_map(move |name| delete(format!("/{name}"))),
        2 => (pipeline(), prop::sample::select(vec![
            r#"{"processors":[{"set":{"field":"a.b","value":[1.50,null]}}]}"#,
            r#"{"description":"d","processors":[{"remove":{"field":"x","ignore_missing":true}}],"version":2}"#,
        ])).prop_map(move |(id, body)| put(format!("/_ingest/pipeline/{id}"), body)),
        1 => pipeline().prop_map(move |id| delete(format!("/_ingest/pipeline/{id}"))),
        3 => (prop_oneof![index(), alias()], 0..3_u8, prop::sample::select(vec!["{}", r#"{"n":1,"x":"t"}"#, r#"{"x":[2.5],"o":{"d":"2024/01/01"}}"#]))
            .prop_map(move |(name, id, body)| put(format!("/{name}/_doc/{id}"), body)),
        1 => (index(), 0..3_u8).prop_map(move |(name, id)| delete(format!("/{name}/_doc/{id}"))),
        1 => index().prop_map(|name| ("POST", format!("/{name}/_search?scroll=1m"), String::new())),
        1 => prop::sample::select(vec!["trial?acknowledge", "basic?acknowledge", "trial"])
            .prop_map(|which| ("POST", format!("/_license/start_{which}"), String::new())),
    ]
}

/// What there is beside connectors, jobs and secrets, as the API shows it.
const SHOWN: [&str; 8] = [
    "/idx-*?expand_wildcards=all",
    "/.search-acl-filter-*?expand_wildcards=all",
    "/_all/_settings?expand_wildcards=all",
    "/_alias",
    "/_ingest/pipeline",
    "/_license",
    "/_license/trial_status",
    "/_all/_search?expand_wildcards=all&version=true&seq_no_primary_term=true",
];

/// Requests with `JOB0`, `JOB1`, ... in the place of ids of jobs.
fn request() -> impl Strategy<Value = Request> {
    let job = || (0..4_usize).prop_map(|number| format!("/_connector/_sync_job/JOB{number}"));
    let put = |path: String, body: &str| ("PUT", path, body.to_owned());
    prop_oneof![
        4 => (connector(), prop::sample::select(vec![
            "{}",
            r#"{"index_name":"i","service_type":"s"}"#,
            r#"{"index_name":"content-j","service_type":"s","is_native":true,"name":"n","language":"fr"}"#,
        ])).prop_map(move |(id, body)| put(format!("/_connector/{id}"), body)),
        5 => (connector(), prop::sample::select(vec![
            ("_index_name", r#"{"index_name":"late"}"#),
            ("_index_name", r#"{"index_name":null}"#),
            ("_service_type", r#"{"service_type":"t"}"#),
            ("_configuration", r#"{"configuration":{"u":{"type":"str","label":"U","value":"v","order":1}}}"#),
            ("_configuration", r#"{"values":{"u":"w"}}"#),
            ("_error", r#"{"error":"e"}"#),
            ("_name", r#"{"name":"other","description":"d"}"#),
            ("_pipeline", r#"{"pipeline":{"extract_binary_content":true,"name":"p","reduce_whitespace":true,"run_ml_inference":true}}"#),
            ("_filtering", r#"{"rules":[{"created_at":"2024-01-01T00:00:00Z","field":"f","id":"r","order":0,"policy":"exclude","rule":"equals","updated_at":"2024-01-01T00:00:00Z","value":"v"}]}"#),
            ("_filtering/_validation", r#"{"validation":{"errors":[],"state":"valid"}}"#),
            ("_filtering/_activate", ""),
            ("_check_in", ""),
            ("_scheduling", r#"{"scheduling":{"full":{"enabled":true,"interval":"0 0 1 * * ?"}}}"#),
            ("_last_sync", r#"{"last_sync_status":"completed","sync_cursor":{"a":[1]}}"#),
        ])).prop_map(move |(id, (path, body))| put(format!("/_connector/{id}/{path}"), body)),
        6 => (connector(), prop::sample::select(vec!["full", "incremental", "access_control"]))
            .prop_map(|(id, kind)| {
                let id = id.replace("%20", " ");
                let body = format!(r#"{{"id":"{id}","job_type":"{kind}"}}"#);
                ("POST", "/_connector/_sync_job".to_owned(), body)
            }),
        6 => (job(), prop::sample::select(vec![
            ("_claim", r#"{"worker_hostname":"w","sync_cursor":{"k":1}}"#),
            ("_claim", r#"{"worker_hostname":"w"}"#),
            ("_cancel", ""),
            ("_error", r#"{"error":"bad"}"#),
            ("_check_in", ""),
        ])).prop_map(move |(job, (path, body))| put(format!("{job}/{path}"), body)),
        2 => (job(), time()).prop_map(move |(job, time)| put(
            format!("{job}/_stats"),
            &format!(r#"{{"deleted_document_count":1,"indexed_document_count":2,"indexed_document_volume":3,"last_seen":"{time}","metadata":{{"b":1,"a":{{}}}}}}"#),
        )),
        1 => job().prop_map(|job| ("DELETE", job, String::new())),
        1 => (connector(), prop::sample::select(vec!["", "?delete_sync_jobs=true", "?hard=true"]))
            .prop_map(|(id, query)| ("DELETE", format!("/_connector/{id}{query}"), String::new())),
        2 => (connector(), doc()).prop_map(|(id, doc)| {
            ("POST", format!("/.elastic-connectors-v1/_update/{id}"), doc)
        }),
        2 => ((0..4_usize), doc()).prop_map(|(number, doc)| {
            ("POST", format!("/.elastic-connectors-sync-jobs-v1/_update/JOB{number}"), doc)
        }),
        1 => prop::sample::select(vec!["x", "y"])
            .prop_map(move |id| put(format!("/_connector/_secret/{id}"), r#"{"value":"v"}"#)),
        1 => prop::sample::select(vec!["x", "y"])
            .prop_map(|id| ("DELETE", format!("/_connector/_secret/{id}"), String::new())),
        1 => prop::sample::select(vec![
            r#"{"advance":"1.5h"}"#, r#"{"set":"2024-01-01T00:00:00Z"}"#, r#"{"freeze":true}"#,
        ]).prop_map(|body| ("POST", "/_mock/clock".to_owned(), body.to_owned())),
    ]
}

/// Plays requests; ids of jobs take the place of their names.
fn play(server: &InProcess, requests: &[Request], jobs: &mut Vec<String>) -> Vec<String> {
    let mut answers = Vec::new();
    for (method, target, body) in requests {
        let mut target = target.clone();
        for (number, job) in jobs.iter().enumerate() {
            target = target.replace(&format!("JOB{number}"), job);
        }
        let answer = send(server, method, &target, body);
        if target == "/_connector/_sync_job" && answer.starts_with("201 ") {
            jobs.push(answer.split('"').nth(3).unwrap().to_owned());
        }
        answers.push(answer);
    }
    answers
}

#[test]
fn export_and_import_are_inverse_after_any_operations() {
    let requests = || prop::collection::vec(prop_oneof![2 => request(), 1 => of_indices()], 1..30);
    // How often the states had something of a kind.
    let kinds = ["\"aliases\":", "\"mappings\":", "\"settings\":", "\"p\":", "-ingestion\": null"];
    let seen = kinds.map(|_| Cell::new(0));
    let mut whole = 0;
    let mut short = 0;
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&(requests(), requests()), |(first, then)| {
        let server = MockServer::builder().clock(Clock::fixed()).in_process();
        let mut jobs = Vec::new();
        play(&server, &first, &mut jobs);
        let exported = server.state();
        let seed = Seed::parse("export", &exported)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{exported}")))?;
        let other = MockServer::builder().in_process();
        other.set_state(&seed);
        prop_assert_eq!(&other.state(), &exported);
        for (kind, seen) in kinds.iter().zip(&seen) {
            seen.set(seen.get() + usize::from(exported.contains(kind)));
        }
        for target in SHOWN {
            prop_assert_eq!(get(&other, target), get(&server, target), "after\n{}", exported);
        }
        let mut same_jobs = jobs.clone();
        let here = play(&server, &then, &mut jobs);
        let there = play(&other, &then, &mut same_jobs);
        prop_assert_eq!(there, here, "after\n{}", exported);
        prop_assert_eq!(other.state(), server.state());
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert!(seen.iter().all(|seen| seen.get() > 20), "{seen:?} of {kinds:?}");
    // Most entries are short: where nothing odd was written, all are.
    let mut runner = TestRunner::deterministic();
    for _ in 0..50 {
        let requests = prop::collection::vec(request(), 1..25).new_tree(&mut runner).unwrap();
        let usual: Vec<Request> = requests
            .current()
            .into_iter()
            .filter(|(_, target, _)| !target.contains("_update"))
            .collect();
        let server = MockServer::builder().clock(Clock::fixed()).in_process();
        play(&server, &usual, &mut Vec::new());
        let state = server.state();
        whole += state.matches("_source").count();
        short += state.matches("\"created_at\":").count();
    }
    assert!(short > 40 && whole * 4 < short, "{whole} of {short} are given whole");
}
