//! Indices with what is said of them, and ingest pipelines. What a new index has: contract DO-6.1;
//! what every cluster has: contract DO-9-7.

use super::{check_inverse, get, mistake, seeded, send, server};

#[test]
fn what_is_said_of_an_index_is_what_its_creation_would_say() {
    let seeded = seeded(
        r#"
indices:
  books:
    uuid: u-1
    creation_date: 2020-01-01T00:00:00+01:00
    settings: {number_of_replicas: 0, index: {refresh_interval: 5s}, index.default_pipeline: p}
    mappings: {properties: {title: {type: text}}}
    aliases: {all: , mine: {is_write_index: true, is_hidden: false}}
    documents: {1: {title: x}}
  .search-acl-filter-a: {}
  .search-acl-filter-b: {mappings: {dynamic: "true"}, settings: {hidden: false}}
"#,
    );
    assert_eq!(
        get(&seeded, "/books?flat_settings=true"),
        r#"200 {"books":{"aliases":{"all":{},"mine":{"is_write_index":true,"is_hidden":false}},"mappings":{"properties":{"title":{"type":"text"}}},"settings":{"index.creation_date":"1577833200000","index.default_pipeline":"p","index.number_of_replicas":"0","index.number_of_shards":"1","index.provided_name":"books","index.refresh_interval":"5s","index.routing.allocation.include._tier_preference":"data_content","index.uuid":"u-1","index.version.created":"9009000"}}}"#
    );
    assert!(get(&seeded, "/mine/_doc/1").contains(r#""title":"x""#));
    // Of an index of which nothing is said, and of one of a template, what its creation gives it.
    let made = server();
    for (name, body) in [
        (".search-acl-filter-a", "{}"),
        (".search-acl-filter-b", r#"{"mappings":{"dynamic":"true"},"settings":{"hidden":false}}"#),
    ] {
        assert!(send(&made, "PUT", &format!("/{name}"), body).starts_with("200 "));
        let parts = format!("/{name}?filter_path=*.mappings,*.settings.index.hidden,*.aliases");
        assert_eq!(get(&seeded, &parts), get(&made, &parts), "{name}");
    }
}

const MAPPING: &str = "/books/_mapping?filter_path=*.*.properties";

// Proves DO-4.3-14, DO-6.6-1.
#[test]
fn the_documents_of_a_seed_make_a_mapping_in_the_order_of_their_writes() {
    let seed = r#"
indices:
  books:
    documents: {2: {a: 1.5}, 1: {a: 1, b: x}, 3: {a: t, c: 1}}
"#;
    let server = seeded(seed);
    assert_eq!(
        get(&server, MAPPING),
        r#"200 {"books":{"mappings":{"properties":{"a":{"type":"float"},"b":{"type":"text","fields":{"keyword":{"type":"keyword","ignore_above":256}}}}}}}"#
    );
    // What the documents make is not written.
    assert!(!get(&server, "/_mock/state").contains("mapping"));
    check_inverse(&server, &[("GET", MAPPING, "")]);
}

// Proves DO-4.3-14.
#[test]
fn a_mapping_that_the_documents_do_not_make_is_kept() {
    // What a document that is gone has added.
    let server = seeded("indices: {books: {documents: {1: {a: 1}}}}");
    send(&server, "PUT", "/books/_doc/2", r#"{"b":true}"#);
    send(&server, "DELETE", "/books/_doc/2", "");
    assert!(get(&server, "/_mock/state").contains(r#""b":{"type":"boolean"}"#));
    check_inverse(&server, &[("GET", MAPPING, "")]);
    // What is looked at only since a document was written.
    let server = seeded("indices: {books: {mappings: {dynamic: false}, documents: {1: {a: 1}}}}");
    assert_eq!(get(&server, MAPPING), "200 {}");
    send(&server, "PUT", "/books/_mapping", r#"{"dynamic":true}"#);
    assert!(get(&server, "/_mock/state").contains("\"dynamic_mapping\": false"));
    check_inverse(&server, &[("GET", MAPPING, "")]);
    let again = seeded(get(&server, "/_mock/state").trim_start_matches("200 "));
    assert_eq!(get(&again, MAPPING), "200 {}");
}

/// Without a date of creation an index was made at what the clock shows, which that does not move.
#[test]
fn an_index_with_documents_alone_is_made_now() {
    let server = seeded("connectors: {c: }\nindices: {books: {documents: {1: {a: 1}}}}");
    let date = "?filter_path=*.settings.index.creation_date";
    assert_eq!(
        get(&server, &format!("/books/_settings{date}")),
        r#"200 {"books":{"settings":{"index":{"creation_date":"1767225600000"}}}}"#
    );
    assert_eq!(
        get(&server, &format!("/.elastic-connectors-v1/_settings{date}")),
        r#"200 {".elastic-connectors-v1":{"settings":{"index":{"creation_date":"1767225600000"}}}}"#
    );
    let created =
        get(&server, "/_connector/c?filter_path=filtering.active.advanced_snippet.created_at");
    assert!(created.contains(r#""2026-01-01T00:00:00.000Z""#), "{created}");
}

#[test]
fn pipelines_are_given_over_those_of_every_cluster() {
    let server = seeded(
        r#"
ingest_pipelines:
  mine: {description: d, processors: [{set: {field: a, value: 1}}]}
  dated: {processors: [], created_date_millis: 1, modified_date_millis: 1704067200000}
  search-default-ingestion:
"#,
    );
    let mine = r#"200 {"mine":{"description":"d","processors":[{"set":{"field":"a","value":1}}]}}"#;
    assert_eq!(get(&server, "/_ingest/pipeline/mine"), mine);
    let dated = r#"200 {"dated":{"processors":[],"created_date_millis":1,"modified_date_millis":1704067200000}}"#;
    assert_eq!(get(&server, "/_ingest/pipeline/dated"), dated);
    assert_eq!(get(&server, "/_ingest/pipeline/search-default-ingestion"), "404 {}");
    let other = get(&server, "/_ingest/pipeline/ent-search-generic-ingestion");
    assert!(other.starts_with("200 "), "{other}");
    let sent = send(&server, "PUT", "/i/_doc/1?pipeline=mine", "{}");
    assert!(sent.starts_with("201 "), "{sent}");
    assert!(get(&server, "/i/_doc/1").contains(r#""_source":{"a":1}"#));
}

#[test]
fn the_license_is_a_type_or_all_that_is_known_of_it() {
    let shown = |seed: &str| get(&seeded(seed), "/_license?pretty=false&filter_path=license.t*");
    assert_eq!(shown("license: platinum"), r#"200 {"license":{"type":"platinum"}}"#);
    let server = seeded(
        "clock: {mode: fixed, now: 2024-02-01T00:00:00Z}\nlicense: {type: trial, issue_date: 2024-01-01T00:00:00Z}",
    );
    let path = "/_license?pretty=false&filter_path=license.status,license.expiry_date";
    assert_eq!(
        get(&server, path),
        r#"200 {"license":{"status":"expired","expiry_date":"2024-01-31T00:00:00.000Z"}}"#
    );
    let trial = get(&server, "/_license/trial_status");
    assert_eq!(trial, r#"200 {"eligible_to_start_trial":false}"#);
    let check = |text: &str, expected: &str| assert_eq!(mistake(text), expected, "{text}");
    check(
        "license: gratis",
        "seed.yml:1:10: the type of [license] must be one of basic, standard, gold, platinum, enterprise, trial",
    );
    check(
        "license: [trial]",
        "seed.yml:1:10: [license] must be a type or an object, this is a list",
    );
    check(
        "license: {typ: trial}",
        "seed.yml:1:11: [typ] is not a member of [license] (did you mean [type]?); allowed: type, uid, issue_date, trial_was_started",
    );
    check(
        "license: {trial_was_started: 1}",
        "seed.yml:1:30: [trial_was_started] must be true or false",
    );
}

#[test]
fn mistakes_in_what_is_said_of_indices_have_their_place() {
    let check = |text: &str, expected: &str| assert_eq!(mistake(text), expected, "{text}");
    check(
        "indices: {i: {mapping: {}}}",
        "seed.yml:1:15: [mapping] is not a member of an index (did you mean [mappings]?); allowed: uuid, creation_date, settings, mappings, dynamic_mapping, aliases, next_seq_no, deleted, documents",
    );
    check(
        "indices: {i: {dynamic_mapping: 1}}",
        "seed.yml:1:32: [dynamic_mapping] must be true or false, this is a number",
    );
    check(
        "indices: {i: {mappings: [a]}}",
        "seed.yml:1:25: [mappings] must be an object, this is a list",
    );
    check(
        "indices: {i: {creation_date: 5}}",
        "seed.yml:1:30: [creation_date] must be a time like 2026-01-01T12:00:00Z",
    );
    check(
        "indices: {i: {aliases: {a: {is_write: true}}}}",
        "seed.yml:1:29: [is_write] is not a member of an alias (did you mean [is_write_index]?); allowed: is_write_index, is_hidden",
    );
    check(
        "indices: {i: {aliases: {a: {is_hidden: yes}}}}",
        "seed.yml:1:40: [is_hidden] must be true or false, this is a text",
    );
    check(
        "indices:\n  i:\n    aliases: {j: }\n  j:\n",
        "seed.yml:3:15: [j] is the name of an index here",
    );
    check(
        "ingest_pipelines: {p: }",
        "seed.yml:1:21: an ingest pipeline must be an object, this is nothing; nothing can stand for those alone that every cluster has and this one has not: ent-search-generic-ingestion, search-default-ingestion",
    );
    check(
        "ingest_pipelines: {p: {processors: [{grok: {}}]}}",
        "seed.yml:1:23: this mock server does not serve [ingest.put_pipeline] with a processor of type [grok]",
    );
    check("ingest_pipelines: {p: {}}", "seed.yml:1:23: [processors] required property is missing");
}

/// Names of settings that hold `index.` again, a setting over one of a template and one below
/// another, numbers that JSON has no text for.
#[test]
fn export_and_import_are_inverse_for_odd_indices() {
    let server = server();
    for (target, body) in [
        (
            "/a",
            r#"{"settings":{"index":{"analysis":{"index":{"x":1},"":2}},"analysis":{"y":[1,[true]],"z":1,"z.q":2}}}"#,
        ),
        (
            "/d",
            r#"{"settings":{"index.analysis.d":3,"analysis.b":{"c":1},"analysis.a":null,"analysis.b.c":2}}"#,
        ),
        (
            "/.search-acl-filter-a",
            r#"{"settings":{"hidden":"false","analysis.b":1,"index.hidden":true}}"#,
        ),
        (
            "/b",
            r#"{"mappings":{"_meta":{"inf":1e999,"big":123456789012345678901234567890,"d":-0.0}}}"#,
        ),
        ("/c", r#"{"aliases":{"x":{"is_hidden":true},"y":{}}}"#),
        ("/_ingest/pipeline/p", r#"{"processors":[],"_meta":{"inf":-1e999},"version":3}"#),
        ("/.elastic-connectors-v1", r#"{"settings":{"hidden":false},"aliases":{"e":{}}}"#),
    ] {
        let answer = send(&server, "PUT", target, body);
        assert!(answer.starts_with("200 "), "{target}: {answer}");
    }
    let deleted = send(&server, "DELETE", "/_ingest/pipeline/search-*", "");
    assert!(deleted.starts_with("200 "), "{deleted}");
    let state = server.state();
    assert!(state.contains(r#""search-default-ingestion": null"#), "{state}");
    check_inverse(
        &server,
        &[
            ("GET", "/a,b,c,d,.search-acl-filter-a", ""),
            ("GET", "/_all/_settings?expand_wildcards=all", ""),
            ("GET", "/_alias", ""),
            ("GET", "/_ingest/pipeline", ""),
            ("PUT", "/_connector/d", "{}"),
            ("PUT", "/new", "{}"),
            ("GET", "/new", ""),
        ],
    );
}

/// A scroll is a place in what a search found: it is not part of the state. Its number is, and who
/// goes on with it is told what is told of one that is over (contract DO-7.5).
#[test]
fn open_scrolls_are_over_in_the_state() {
    let server = server();
    for id in ["1", "2"] {
        send(&server, "PUT", &format!("/i/_doc/{id}"), "{}");
    }
    let first = send(&server, "POST", "/i/_search?scroll=1m&size=1", "");
    let id = first.split('"').nth(3).unwrap().to_owned();
    let exported = server.state();
    assert!(exported.contains(r#""ended_scrolls":1"#), "{exported}");
    check_inverse(&server, &[("POST", "/i/_search?scroll=1m&size=1", "")]);
    server.set_state(&super::Seed::parse("export", &exported).unwrap());
    assert_eq!(server.state(), exported);
    let next = send(&server, "POST", "/_search/scroll", &format!(r#"{{"scroll_id":"{id}"}}"#));
    assert!(
        next.starts_with("404 ") && next.contains("No search context found for id [1]"),
        "{next}"
    );
}
