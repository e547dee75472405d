//! The texts of answers, sorts and parts of the source.

use super::{Asked, store_of, text};

fn answer(asked: &Asked<'_>, body: &str) -> String {
    text(asked.search(body).unwrap_or_else(|error| panic!("{body}: {error:?}")))
}

const LETTERS: [(&str, &str); 4] = [
    ("1", r#"{"k":"b","n":2,"d":"2024-01-02","f":1.5,"o":true}"#),
    ("2", r#"{"k":["a","d"],"n":[7,1],"d":"2024-01-01"}"#),
    ("3", r#"{"k":"c","n":3,"f":0.1,"o":false}"#),
    ("4", "{}"),
];

// Proves DO-7.4-1, DO-7.4-2, DO-7.4-4.
#[test]
fn an_answer_has_its_members_in_order() {
    let store = store_of("content", &[("1", r#"{"a":1}"#)]);
    assert_eq!(
        answer(&Asked::of(&store), ""),
        r#"{"took":0,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"total":{"value":1,"relation":"eq"},"max_score":1.0,"hits":[{"_index":"content","_id":"1","_score":1.0,"_source":{"a":1}}]}}"#
    );
    assert_eq!(
        answer(
            &Asked::of(&store),
            r#"{"sort":"a","version":true,"seq_no_primary_term":true,"track_total_hits":false}"#
        ),
        r#"{"took":0,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"max_score":null,"hits":[{"_index":"content","_id":"1","_version":1,"_seq_no":0,"_primary_term":1,"_score":null,"_source":{"a":1},"sort":[1]}]}}"#
    );
    assert_eq!(
        answer(&Asked::of(&store), r#"{"query":{"match_none":{}}}"#),
        r#"{"took":0,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"max_score":null,"hits":[]}}"#
    );
}

fn hits_of(asked: &Asked<'_>, body: &str, member: &str) -> String {
    let answer = api_types::json::Json::parse(answer(asked, body).as_bytes()).unwrap();
    answer.at(member).map(ToString::to_string).unwrap_or_default()
}

// Proves DO-7-4, DO-7.4-3.
#[test]
fn hits_are_counted_as_far_as_is_asked() {
    let store = store_of("content", &LETTERS);
    let total =
        |query: &str, body: &str| hits_of(&Asked::of(&store).with(query), body, "hits.total");
    assert_eq!(total("", "{}"), r#"{"value":4,"relation":"eq"}"#);
    assert_eq!(total("", r#"{"track_total_hits":3}"#), r#"{"value":3,"relation":"gte"}"#);
    assert_eq!(total("", r#"{"track_total_hits":4}"#), r#"{"value":4,"relation":"eq"}"#);
    assert_eq!(total("", r#"{"track_total_hits":"false"}"#), "");
    assert_eq!(total("track_total_hits=2", "{}"), r#"{"value":2,"relation":"gte"}"#);
    assert_eq!(total("rest_total_hits_as_int=true", "{}"), "4");
    assert_eq!(total("rest_total_hits_as_int=true", r#"{"track_total_hits":false}"#), "-1");
}

// Proves DO-7.3-1, DO-7.3-2.
#[test]
fn sorts_in_all_their_forms() {
    let store = store_of("content", &LETTERS);
    for (query, sort, expected) in [
        ("", r#""n""#, "2 1 3 4"),
        ("", r#"{"n":"desc"}"#, "2 3 1 4"),
        ("", r#"{"n":{"order":"desc","mode":"min"}}"#, "3 1 2 4"),
        ("", r#"[{"n":{"order":"asc","missing":"_first"}}]"#, "4 2 1 3"),
        ("", r#"[{"n":{"missing":2}},{"_doc":"desc"}]"#, "2 4 1 3"),
        ("", r#"{"k.keyword":"asc"}"#, "2 1 3 4"),
        ("", r#"{"k.keyword":{"order":"desc"}}"#, "2 3 1 4"),
        ("", r#"{"d":{"order":"asc","unmapped_type":"date"}}"#, "2 1 3 4"),
        ("", r#"["o","_doc"]"#, "3 1 2 4"),
        ("", r#"[{"x":{"unmapped_type":"long"}},{"_seq_no":"desc"}]"#, "4 3 2 1"),
        ("", r#""_index""#, "1 2 3 4"),
        ("sort=n:desc,_doc", r#"[]"#, "2 3 1 4"),
        ("sort=f", r#"[]"#, "3 1 2 4"),
    ] {
        let body = format!(r#"{{"sort":{sort}}}"#);
        assert_eq!(Asked::of(&store).with(query).ids(&body), expected, "{query} {sort}");
    }
}

// Proves DO-7.3-3.
#[test]
fn hits_show_what_they_are_sorted_by() {
    let store = store_of("content", &LETTERS);
    let values = |sort: &str| {
        let body = format!(r#"{{"sort":{sort}}}"#);
        let answer =
            api_types::json::Json::parse(answer(&Asked::of(&store), &body).as_bytes()).unwrap();
        let hits = answer.at("hits.hits").unwrap().as_array().unwrap().to_vec();
        let values = hits.iter().map(|hit| hit.get("sort").map(ToString::to_string));
        values.map(Option::unwrap_or_default).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(values(r#"["n","_doc"]"#), "[1,1] [2,0] [3,2] [9223372036854775807,3]");
    assert_eq!(values(r#"{"n":"desc"}"#), "[7] [3] [2] [-9223372036854775808]");
    assert_eq!(values(r#"{"k.keyword":"asc"}"#), r#"["a"] ["b"] ["c"] [null]"#);
    assert_eq!(
        values(r#"{"d":"asc"}"#),
        "[1704067200000] [1704153600000] [9223372036854775807] [9223372036854775807]"
    );
    assert_eq!(values(r#"{"f":"asc"}"#), r#"[0.1] [1.5] ["Infinity"] ["Infinity"]"#);
    assert_eq!(values(r#""_score""#), "   ");
}

// Proves DO-7.3-4.
#[test]
fn a_search_goes_on_behind_the_values_of_its_last_hit() {
    let store = store_of("content", &LETTERS);
    for (sort, after, expected) in [
        (r#""n""#, "[2]", "3 4"),
        (r#"["n","_doc"]"#, "[2,0]", "3 4"),
        (r#"{"n":"desc"}"#, "[3]", "1 4"),
        (r#""n""#, "[9223372036854775807]", ""),
        (r#"{"d":"asc"}"#, r#"["2024-01-01"]"#, "1 3 4"),
        (r#"{"k.keyword":"asc"}"#, r#"["b"]"#, "3 4"),
        (r#"{"k.keyword":"asc"}"#, "[null]", ""),
    ] {
        let body = format!(r#"{{"sort":{sort},"search_after":{after}}}"#);
        assert_eq!(Asked::of(&store).ids(&body), expected, "{body}");
        assert_eq!(hits_of(&Asked::of(&store), &body, "hits.total.value"), "4");
    }
}

#[test]
fn pages() {
    let store = store_of("content", &LETTERS);
    assert_eq!(Asked::of(&store).ids(r#"{"from":1,"size":2}"#), "2 3");
    assert_eq!(Asked::of(&store).ids(r#"{"from":"3","size":10}"#), "4");
    assert_eq!(Asked::of(&store).with("from=2&size=1").ids(r#"{"from":1,"size":2}"#), "3");
    assert_eq!(Asked::of(&store).ids(r#"{"size":0}"#), "");
    assert_eq!(Asked::of(&store).ids(r#"{"from":9990,"size":10}"#), "");
}

// Proves DO-7.4-5.
#[test]
fn only_a_part_of_the_source_is_shown() {
    let document = r#"{"a":{"b":1,"c":[{"d":2,"e":3},4],"x":{}},"ab":5,"f":[],"g":null}"#;
    let store = store_of("content", &[("1", document)]);
    let shown = |query: &str, filter: &str| {
        let body = format!(r#"{{"_source":{filter}}}"#);
        let body = if filter.is_empty() { "{}" } else { &body };
        let answer = answer(&Asked::of(&store).with(query), body);
        let from = answer.find(r#""_source":"#).map(|at| at + 10);
        let end = answer.len() - 4;
        from.map(|from| answer[from..end].to_owned()).unwrap_or_default()
    };
    assert_eq!(shown("", "true"), document);
    assert_eq!(shown("", "false"), "");
    assert_eq!(shown("", r#""a.b""#), r#"{"a":{"b":1}}"#);
    assert_eq!(shown("", r#""a.*""#), r#"{"a":{"b":1,"c":[{"d":2,"e":3},4],"x":{}}}"#);
    assert_eq!(shown("", r#"["ab","a.c.e"]"#), r#"{"a":{"c":[{"e":3}]},"ab":5}"#);
    assert_eq!(shown("", r#"{"includes":"a","excludes":["a.c"]}"#), r#"{"a":{"b":1,"x":{}}}"#);
    assert_eq!(shown("", r#"{"excludes":"a*"}"#), r#"{"f":[],"g":null}"#);
    assert_eq!(
        shown("", r#"{"excludes":["*.d","f"]}"#),
        r#"{"a":{"b":1,"c":[{"e":3},4],"x":{}},"ab":5,"g":null}"#
    );
    assert_eq!(shown("", r#""nothing""#), "{}");
    assert_eq!(shown("_source_includes=ab,g", ""), r#"{"ab":5,"g":null}"#);
    assert_eq!(shown("_source=ab", "false"), r#"{"ab":5}"#);
    assert_eq!(shown("_source=false", ""), "");
    assert_eq!(shown("_source_excludes=a,f", ""), r#"{"ab":5,"g":null}"#);
}

// Proves DO-7.1-13.
#[test]
fn clauses_count_as_much_as_their_boost() {
    let store = store_of("content", &LETTERS);
    let scores = |query: &str| {
        let body = format!(r#"{{"query":{query}}}"#);
        let answer =
            api_types::json::Json::parse(answer(&Asked::of(&store), &body).as_bytes()).unwrap();
        let hits = answer.at("hits.hits").unwrap().as_array().unwrap().to_vec();
        let shown = hits
            .iter()
            .map(|hit| format!("{}:{}", hit.get("_id").unwrap(), hit.get("_score").unwrap()));
        let max = answer.at("hits.max_score").unwrap().to_string();
        format!("{max} {}", shown.collect::<Vec<_>>().join(" ")).replace('"', "")
    };
    assert_eq!(scores(r#"{"terms":{"n":[1,3],"boost":0.1}}"#), "0.1 2:0.1 3:0.1");
    assert_eq!(scores(r#"{"bool":{"filter":{"terms":{"n":[1,3]}}}}"#), "0.0 2:0.0 3:0.0");
    assert_eq!(
        scores(r#"{"bool":{"should":[{"term":{"n":3}},{"terms":{"n":[1,3],"boost":2}}]}}"#),
        "3.0 3:3.0 2:2.0"
    );
    assert_eq!(
        scores(r#"{"constant_score":{"filter":{"term":{"n":3}},"boost":1.5}}"#),
        "1.5 3:1.5"
    );
}
