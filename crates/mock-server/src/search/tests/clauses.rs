//! What each query finds. The rules are those of the pages of the query DSL in the documentation.

use super::{Asked, store_of};

const PEOPLE: [(&str, &str); 5] = [
    ("1", r#"{"name":"Ada","tags":["x","y"],"age":36,"born":"1815-12-10","alive":false}"#),
    (
        "2",
        r#"{"name":"Alan Turing","tags":"x","age":41,"born":"1912-06-23","city":{"name":"London"}}"#,
    ),
    (
        "3",
        r#"{"name":"Grace Brewster Hopper","tags":[],"age":85,"born":"1906-12-09T10:00:00Z","alive":false}"#,
    ),
    ("4", r#"{"name":null,"tags":["z",null],"age":7.5,"alive":true}"#),
    ("5", r#"{"name":"ada lovelace","age":"36","city":[{"name":"Paris"},{"name":"London"}]}"#),
];

fn check(cases: &[(&str, &str)]) {
    let store = store_of("content", &PEOPLE);
    for (query, expected) in cases {
        let body = format!(r#"{{"query":{query},"sort":"_doc"}}"#);
        assert_eq!(Asked::of(&store).ids(&body), *expected, "{query}");
    }
}

// Proves DO-7.1-1.
#[test]
fn all_and_none() {
    check(&[(r#"{"match_all":{}}"#, "1 2 3 4 5"), (r#"{"match_none":{}}"#, "")]);
    let store = store_of("content", &PEOPLE);
    assert_eq!(Asked::of(&store).ids(""), "1 2 3 4 5");
    assert_eq!(Asked::of(&store).ids("{}"), "1 2 3 4 5");
}

// Proves DO-7.1-2, DO-7.1-3, DO-7.1-4.
#[test]
fn a_term_is_the_whole_value_and_not_analysed() {
    check(&[
        (r#"{"term":{"name.keyword":"Ada"}}"#, "1"),
        (r#"{"term":{"name.keyword":{"value":"ada","case_insensitive":true}}}"#, "1"),
        (r#"{"term":{"name":"Ada"}}"#, ""),
        (r#"{"term":{"name":"ada"}}"#, "1 5"),
        (r#"{"term":{"tags.keyword":"x"}}"#, "1 2"),
        (r#"{"term":{"age":36}}"#, "1 5"),
        (r#"{"term":{"age":"36"}}"#, "1 5"),
        (r#"{"term":{"age":36.5}}"#, ""),
        (r#"{"term":{"age":7}}"#, "4"),
        (r#"{"term":{"alive":true}}"#, "4"),
        (r#"{"term":{"alive":"false"}}"#, "1 3"),
        (r#"{"term":{"born":"1906-12-09"}}"#, "3"),
        (r#"{"term":{"city.name.keyword":"London"}}"#, "2 5"),
        (r#"{"term":{"nothing":"x"}}"#, ""),
        (r#"{"term":{"_id":"2"}}"#, "2"),
        (r#"{"term":{"_index":"content"}}"#, "1 2 3 4 5"),
        (r#"{"term":{"_index":"other"}}"#, ""),
        (r#"{"terms":{"tags.keyword":["y","z"]}}"#, "1 4"),
        (r#"{"terms":{"tags.keyword":[]}}"#, ""),
        (r#"{"terms":{"age":[41,"85"],"boost":2}}"#, "2 3"),
        (r#"{"terms":{"_id":["5","1","9"]}}"#, "1 5"),
        (r#"{"ids":{"values":["3","1"]}}"#, "1 3"),
        (r#"{"ids":{"values":"3"}}"#, "3"),
    ]);
}

// Proves DO-7.1-5.
#[test]
fn a_match_is_analysed() {
    check(&[
        (r#"{"match":{"name":"ADA"}}"#, "1 5"),
        (r#"{"match":{"name":"Turing Hopper"}}"#, "2 3"),
        (r#"{"match":{"name":{"query":"ada lovelace","operator":"and"}}}"#, "5"),
        (r#"{"match":{"name":{"query":"grace ada hopper","minimum_should_match":2}}}"#, "3"),
        (r#"{"match":{"name":"!"}}"#, ""),
        (r#"{"match":{"name.keyword":"Ada"}}"#, "1"),
        (r#"{"match":{"age":41}}"#, "2"),
    ]);
}

// Proves DO-7.1-6.
#[test]
fn what_is_null_or_empty_does_not_exist() {
    check(&[
        (r#"{"exists":{"field":"name"}}"#, "1 2 3 5"),
        (r#"{"exists":{"field":"tags"}}"#, "1 2 4"),
        (r#"{"exists":{"field":"city"}}"#, "2 5"),
        (r#"{"exists":{"field":"city.name"}}"#, "2 5"),
        (r#"{"exists":{"field":"nothing"}}"#, ""),
        (r#"{"exists":{"field":"_id"}}"#, "1 2 3 4 5"),
    ]);
}

// Proves DO-7.1-7.
#[test]
fn prefixes_and_patterns() {
    check(&[
        (r#"{"prefix":{"name.keyword":"A"}}"#, "1 2"),
        (r#"{"prefix":{"name.keyword":{"value":"A","case_insensitive":true}}}"#, "1 2 5"),
        (r#"{"prefix":{"name":"hop"}}"#, "3"),
        (r#"{"wildcard":{"name.keyword":"A*g"}}"#, "2"),
        (r#"{"wildcard":{"name.keyword":{"wildcard":"?da*"}}}"#, "1 5"),
        (r#"{"wildcard":{"name.keyword":{"value":"ADA*","case_insensitive":true}}}"#, "1 5"),
        (r#"{"wildcard":{"_index":"con*"}}"#, "1 2 3 4 5"),
    ]);
}

// Proves DO-7.1-8, DO-7.1-9.
#[test]
fn ranges() {
    check(&[
        (r#"{"range":{"age":{"gte":36,"lt":85}}}"#, "1 2 5"),
        (r#"{"range":{"age":{"gt":36}}}"#, "2 3"),
        (r#"{"range":{"age":{"gt":35.5,"lte":41.9}}}"#, "1 2 5"),
        (r#"{"range":{"age":{"lte":"7"}}}"#, "4"),
        (r#"{"range":{"name.keyword":{"gte":"Alan","lt":"a"}}}"#, "2 3"),
        (r#"{"range":{"born":{"gte":"1906","lt":"1912"}}}"#, "3"),
        (r#"{"range":{"born":{"gt":"1906-12-09"}}}"#, "2"),
        (r#"{"range":{"born":{"lte":"1906-12-09"}}}"#, "1 3"),
        (r#"{"range":{"born":{"gte":"1912-06-22||+1d/d","lte":"now"}}}"#, "2"),
        (r#"{"range":{"born":{"gte":null}}}"#, "1 2 3"),
        (r#"{"range":{"nothing":{"gte":1}}}"#, ""),
    ]);
}

#[test]
fn date_math_starts_from_the_given_time() {
    let seen = [
        ("old", r#"{"last_seen":"2024-03-15T11:54:59.999Z"}"#),
        ("edge", r#"{"last_seen":"2024-03-15T11:55:00.000999Z"}"#),
        ("new", r#"{"last_seen":"2024-03-15T11:55:00.001Z"}"#),
        ("never", "{}"),
    ];
    let store = store_of(".elastic-connectors-sync-jobs", &seen);
    let asked = Asked { index: ".elastic-connectors-sync-jobs", ..Asked::of(&store) };
    assert_eq!(asked.ids(r#"{"query":{"range":{"last_seen":{"lte":"now-300s"}}}}"#), "old edge");
    assert_eq!(asked.ids(r#"{"query":{"range":{"last_seen":{"lt":"now-300s"}}}}"#), "old");
}

// Proves DO-7.1-10, DO-7.1-11.
#[test]
fn a_bool_query_needs_a_should_only_if_there_is_nothing_else() {
    check(&[
        (r#"{"bool":{}}"#, "1 2 3 4 5"),
        (r#"{"bool":{"must_not":{"term":{"alive":false}}}}"#, "2 4 5"),
        (r#"{"bool":{"should":[{"term":{"age":41}},{"term":{"age":85}}]}}"#, "2 3"),
        (r#"{"bool":{"filter":{"match_all":{}},"should":{"term":{"age":41}}}}"#, "1 2 3 4 5"),
        (r#"{"bool":{"must_not":[{"term":{"age":41}}],"should":{"terms":{"age":[41,85]}}}}"#, "3"),
        (r#"{"bool":{"must":[{"match":{"name":"ada"}},{"exists":{"field":"tags"}}]}}"#, "1"),
        (r#"{"bool":{"must":null,"filter":[]}}"#, "1 2 3 4 5"),
        (r#"{"bool":{"must_not":{"match_none":{}},"adjust_pure_negative":false}}"#, ""),
        (r#"{"constant_score":{"filter":{"term":{"age":41}},"boost":3}}"#, "2"),
    ]);
}

// The table of the page "minimum_should_match parameter".
// Proves DO-7.1-12.
#[test]
fn so_many_clauses_of_should_are_needed() {
    let store = store_of(
        "content",
        &[
            ("0", r#"{"k":["z"]}"#),
            ("1", r#"{"k":["a"]}"#),
            ("2", r#"{"k":["a","b"]}"#),
            ("3", r#"{"k":["a","b","c"]}"#),
            ("4", r#"{"k":["a","b","c","d"]}"#),
        ],
    );
    let clauses =
        ["a", "b", "c", "d"].map(|word| format!(r#"{{"term":{{"k.keyword":"{word}"}}}}"#));
    for (minimum, expected) in [
        ("3", "3 4"),
        ("-1", "3 4"),
        (r#""75%""#, "3 4"),
        (r#""-25%""#, "3 4"),
        (r#""-30%""#, "3 4"),
        (r#""-10%""#, "4"),
        (r#""60%""#, "2 3 4"),
        (r#""3<90%""#, "3 4"),
        (r#""4<90%""#, "4"),
        (r#""2<-25% 9<-3""#, "3 4"),
        ("0", "1 2 3 4"),
        ("5", ""),
        ("-9", "1 2 3 4"),
    ] {
        let body = format!(
            r#"{{"query":{{"bool":{{"should":[{}],"minimum_should_match":{minimum}}}}},"sort":"_doc"}}"#,
            clauses.join(",")
        );
        assert_eq!(Asked::of(&store).ids(&body), expected, "{minimum}");
    }
}

// Proves DO-7.2-1, DO-7.2-2.
#[test]
fn the_mapping_decides_what_is_searched() {
    let documents =
        [("1", r#"{"a":"X y","b":{"c":1},"n":"12","d":"2024"}"#), ("2", r#"{"n":12.7}"#)];
    let store = store_of("content", &documents);
    let mapped = |query: &str| {
        let mappings = r#"{"dynamic":false,"properties":{"a":{"type":"keyword","fields":{"words":{"type":"text"}}},"b":{"type":"object","enabled":false},"n":{"type":"integer"},"d":{"type":"date"}}}"#;
        let body = format!(r#"{{"query":{query}}}"#);
        Asked::of(&store).mapped(mappings).ids(&body)
    };
    assert_eq!(mapped(r#"{"term":{"a":"X y"}}"#), "1");
    assert_eq!(mapped(r#"{"match":{"a.words":"x"}}"#), "1");
    assert_eq!(mapped(r#"{"term":{"b.c":1}}"#), "");
    assert_eq!(mapped(r#"{"exists":{"field":"b"}}"#), "");
    assert_eq!(mapped(r#"{"term":{"n":12}}"#), "1 2");
    assert_eq!(mapped(r#"{"range":{"d":{"lt":"2024-01-02"}}}"#), "1");
    assert_eq!(Asked::of(&store).ids(r#"{"query":{"term":{"b.c":1}}}"#), "1");
}

// Proves DO-7.2-4.
#[test]
fn a_long_text_is_no_keyword() {
    let long = "x".repeat(257);
    let documents = [("1", format!(r#"{{"t":"{long}"}}"#)), ("2", r#"{"t":"x"}"#.to_owned())];
    let documents: Vec<(&str, &str)> =
        documents.iter().map(|(id, text)| (*id, text.as_str())).collect();
    let store = store_of("content", &documents);
    assert_eq!(Asked::of(&store).ids(r#"{"query":{"exists":{"field":"t.keyword"}}}"#), "2");
    assert_eq!(Asked::of(&store).ids(r#"{"query":{"exists":{"field":"t"}}}"#), "1 2");
}

// Proves DO-7.2-3.
#[test]
fn members_that_the_state_indices_do_not_map_are_not_searched() {
    let document = r#"{"service_type":"x","configuration":{"a":{"value":"v"}},"colour":"red","scheduling":{"full":{"enabled":true}}}"#;
    let store = store_of(".elastic-connectors", &[("c", document)]);
    let ids = |query: &str| {
        let asked = Asked { index: ".elastic-connectors", ..Asked::of(&store) };
        asked.ids(&format!(r#"{{"query":{query}}}"#))
    };
    assert_eq!(ids(r#"{"term":{"service_type":"x"}}"#), "c");
    assert_eq!(ids(r#"{"term":{"scheduling.full.enabled":true}}"#), "c");
    assert_eq!(ids(r#"{"exists":{"field":"scheduling"}}"#), "c");
    assert_eq!(ids(r#"{"term":{"colour":"red"}}"#), "");
    assert_eq!(ids(r#"{"exists":{"field":"configuration"}}"#), "");
    assert_eq!(ids(r#"{"term":{"configuration.a.value":"v"}}"#), "");
    assert_eq!(ids(r#"{"bool":{"must_not":{"term":{"deleted":true}}}}"#), "c");
}
