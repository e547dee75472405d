//! What is refused, and with which words. Expected values: the named classes of Elasticsearch and
//! their tests.

use super::{Asked, store_of};

fn reasons(cases: &[(&str, &str)]) {
    let store = store_of("content", &[("1", r#"{"t":"x","n":1,"d":"2024-01-01","b":true}"#)]);
    for (body, expected) in cases {
        assert_eq!(Asked::of(&store).reason(body), *expected, "{body}");
    }
}

// Proves DO-7-1, DO-7-2.
#[test]
fn an_unknown_query_is_told_with_its_place() {
    let store = store_of("content", &[("1", "{}")]);
    assert_eq!(
        Asked::of(&store).error(r#"{"query":{"boool":{}}}"#),
        r#"{"error":{"root_cause":[{"type":"parsing_exception","reason":"unknown query [boool] did you mean [bool]?","line":1,"col":19}],"type":"parsing_exception","reason":"unknown query [boool] did you mean [bool]?","line":1,"col":19,"caused_by":{"type":"named_object_not_found_exception","reason":"[1:19] unknown field [boool]"}},"status":400}"#
    );
    assert_eq!(
        Asked::of(&store).error(r#"{"query":{"bool":{"must":[{"foo":{}}]}}}"#),
        r#"{"error":{"root_cause":[{"type":"parsing_exception","reason":"unknown query [foo]","line":1,"col":34}],"type":"x_content_parse_exception","reason":"[1:34] [bool] failed to parse field [must]","caused_by":{"type":"parsing_exception","reason":"unknown query [foo]","line":1,"col":34,"caused_by":{"type":"named_object_not_found_exception","reason":"[1:34] unknown field [foo]"}}},"status":400}"#
    );
}

// Proves DO-7-2.
#[test]
fn bodies_that_are_no_search() {
    reasons(&[
        ("[]", "parsing_exception: Expected [START_OBJECT] but found [START_ARRAY]"),
        (r#"{"foo":1}"#, "parsing_exception: Unknown key for a VALUE_NUMBER in [foo]."),
        (r#"{"foo":{}}"#, "parsing_exception: Unknown key for a START_OBJECT in [foo]."),
        (r#"{"query":[]}"#, "parsing_exception: Unknown key for a START_ARRAY in [query]."),
        (r#"{"from":null}"#, "parsing_exception: Unknown key for a VALUE_NULL in [from]."),
        ("{}{}", "parsing_exception: Unexpected token [START_OBJECT] found after the main object."),
        (
            r#"{"from":-1}"#,
            "illegal_argument_exception: [from] parameter cannot be negative but was [-1]",
        ),
        (
            r#"{"size":-1}"#,
            "illegal_argument_exception: [size] parameter cannot be negative, found [-1]",
        ),
        (
            r#"{"version":"x"}"#,
            "illegal_argument_exception: Failed to parse value [x] as only [true] or [false] are allowed.",
        ),
        (
            r#"{"query":{}}"#,
            "illegal_argument_exception: query malformed, empty clause found at [1:11]",
        ),
        (
            r#"{"query":{"match":"x"}}"#,
            "parsing_exception: [match] query malformed, no start_object after query name",
        ),
        (
            r#"{"query":{"term":{"a":1},"match_all":{}}}"#,
            "parsing_exception: [term] malformed query, expected [END_OBJECT] but found [FIELD_NAME]",
        ),
        (
            r#"{"_source":1}"#,
            "parsing_exception: Expected one of [VALUE_BOOLEAN, VALUE_STRING, START_ARRAY, START_OBJECT] but found [VALUE_NUMBER]",
        ),
        (
            r#"{"sort":{"a":"up"}}"#,
            "illegal_argument_exception: No enum constant org.elasticsearch.search.sort.SortOrder.UP",
        ),
        (
            r#"{"sort":{"a":{"by":1}}}"#,
            "x_content_parse_exception: [1:15] [field_sort] unknown field [by]",
        ),
        (
            r#"{"search_after":[]}"#,
            "illegal_argument_exception: Values must contains at least one value.",
        ),
    ]);
}

fn query_reasons(cases: &[(&str, &str)]) {
    let store = store_of("content", &[("1", "{}")]);
    for (query, expected) in cases {
        let body = format!(r#"{{"query":{query}}}"#);
        assert_eq!(Asked::of(&store).reason(&body), *expected, "{body}");
    }
}

// Proves DO-7.1-14.
#[test]
fn terms_that_make_no_sense() {
    query_reasons(&[
        (
            r#"{"term":{"a":1,"b":2}}"#,
            "parsing_exception: [term] query doesn't support multiple fields, found [a] and [b]",
        ),
        (
            r#"{"term":{"a":[1]}}"#,
            "parsing_exception: [term] query does not support array of values",
        ),
        (
            r#"{"term":{"a":{"value":1,"x":2}}}"#,
            "parsing_exception: [term] query does not support [x]",
        ),
        (r#"{"term":{}}"#, "illegal_argument_exception: field name is null or empty"),
        (r#"{"term":{"a":null}}"#, "illegal_argument_exception: field name is null or empty"),
        (r#"{"term":{"a":{"value":null}}}"#, "illegal_argument_exception: value cannot be null"),
        (
            r#"{"terms":{"a":[1],"b":[2]}}"#,
            "parsing_exception: [terms] query does not support multiple fields",
        ),
        (r#"{"terms":{"a":1}}"#, "parsing_exception: [terms] query does not support [a]"),
        (
            r#"{"terms":{}}"#,
            "parsing_exception: [terms] query requires a field name, followed by array of terms or a document lookup specification",
        ),
        (r#"{"terms":{"a":[null]}}"#, "parsing_exception: No value specified for terms query"),
        (
            r#"{"terms":{"a":[[1]]}}"#,
            "parsing_exception: [terms] unknown token [END_ARRAY] after [a]",
        ),
    ]);
}

// Proves DO-7.1-14.
#[test]
fn queries_that_make_no_sense() {
    query_reasons(&[
        (r#"{"match":{"a":{"x":1}}}"#, "parsing_exception: [match] query does not support [x]"),
        (
            r#"{"match":{"a":[1]}}"#,
            "illegal_argument_exception: Expected text at 1:24 but found START_ARRAY",
        ),
        (r#"{"match":{"a":null}}"#, "parsing_exception: No text specified for text query"),
        (
            r#"{"match":{"a":{"query":1,"operator":"xor"}}}"#,
            "illegal_argument_exception: No enum constant org.elasticsearch.index.query.Operator.XOR",
        ),
        (
            r#"{"range":{"a":{"above":1}}}"#,
            "parsing_exception: [range] query does not support [above]",
        ),
        (r#"{"range":{"a":1}}"#, "parsing_exception: [range] query does not support [a]"),
        (r#"{"exists":{"a":"b"}}"#, "parsing_exception: [exists] query does not support [a]"),
        (r#"{"exists":{}}"#, "parsing_exception: [exists] must be provided with a [field]"),
        (
            r#"{"exists":{"field":[]}}"#,
            "parsing_exception: [exists] unknown token [START_ARRAY] after [field]",
        ),
        (r#"{"prefix":{"a":null}}"#, "illegal_argument_exception: value cannot be null"),
        (r#"{"ids":{"type":"x"}}"#, "x_content_parse_exception: [1:18] [ids] unknown field [type]"),
        (
            r#"{"match_all":{"foo":1}}"#,
            "x_content_parse_exception: [1:24] [match_all] unknown field [foo]",
        ),
        (
            r#"{"match_none":{"foo":1}}"#,
            "parsing_exception: [match_none] query does not support [foo]",
        ),
        (
            r#"{"bool":{"mus":[]}}"#,
            "x_content_parse_exception: [1:19] [bool] unknown field [mus] did you mean [must]?",
        ),
        (
            r#"{"bool":{"must":1}}"#,
            "x_content_parse_exception: [1:26] [bool] must doesn't support values of type: VALUE_NUMBER",
        ),
        (
            r#"{"constant_score":{}}"#,
            "parsing_exception: [constant_score] requires a 'filter' element",
        ),
        (
            r#"{"constant_score":{"query":{}}}"#,
            "parsing_exception: [constant_score] query does not support [query]",
        ),
    ]);
}

// Proves DO-7.1-15.
#[test]
fn queries_stand_no_deeper_than_thirty_levels() {
    let nested = |levels: usize| {
        let open = r#"{"constant_score":{"filter":"#.repeat(levels - 1);
        format!(r#"{{"query":{open}{{"match_all":{{}}}}{}}}"#, "}}".repeat(levels - 1))
    };
    let store = store_of("content", &[("1", "{}")]);
    assert_eq!(Asked::of(&store).ids(&nested(30)), "1");
    let expected = "illegal_argument_exception: The nested depth of the query exceeds the maximum nested depth for queries set in [indices.query.bool.max_nested_depth]";
    assert_eq!(Asked::of(&store).reason(&nested(31)), expected);
}

// Proves DO-7-6.
#[test]
fn what_fails_in_the_index_names_it() {
    let store = store_of("content", &[("1", r#"{"t":"x","n":1}"#)]);
    let index = store.index("content").unwrap();
    let (uuid, node) = (&index.uuid, &index.node);
    let inner = format!(
        r#"{{"type":"query_shard_exception","reason":"No mapping found for [x] in order to sort on","index_uuid":"{uuid}","index":"content"}}"#
    );
    assert_eq!(
        Asked::of(&store).error(r#"{"sort":"x"}"#),
        format!(
            r#"{{"error":{{"root_cause":[{inner}],"type":"search_phase_execution_exception","reason":"all shards failed","phase":"query","grouped":true,"failed_shards":[{{"shard":0,"index":"content","node":"{node}","reason":{inner}}}]}},"status":400}}"#
        )
    );
}

/// The reasons of the shard and of what is behind it.
fn shard_reasons(body: &str) -> String {
    let store = store_of("content", &[("1", r#"{"t":"x","n":1,"d":"2024-01-01","b":true}"#)]);
    reasons_of(&Asked::of(&store).error(body))
}

fn reasons_of(error: &str) -> String {
    let error = api_types::json::Json::parse(error.as_bytes()).unwrap();
    let shards = error.at("error.failed_shards").unwrap().as_array().unwrap().to_vec();
    let mut next = shards.first().and_then(|shard| shard.get("reason")).cloned();
    let mut reasons = Vec::new();
    while let Some(cause) = next {
        let text = |name: &str| cause.get(name).and_then(|text| text.as_str()).unwrap().to_owned();
        reasons.push(format!("{}: {}", text("type"), text("reason")));
        next = cause.get("caused_by").cloned();
    }
    reasons.join(" <- ")
}

// Proves DO-7-6, DO-7.2-5, DO-7.3-5, DO-7.3-6.
#[test]
fn what_fails_in_the_index_has_its_cause() {
    for (body, expected) in [
        (
            r#"{"query":{"term":{"n":"abc"}}}"#,
            r#"query_shard_exception: failed to create query: For input string: "abc" <- number_format_exception: For input string: "abc""#,
        ),
        (
            r#"{"query":{"term":{"b":1}}}"#,
            "query_shard_exception: failed to create query: Can't parse boolean value [1], expected [true] or [false] <- illegal_argument_exception: Can't parse boolean value [1], expected [true] or [false]",
        ),
        (
            r#"{"query":{"prefix":{"n":"1"}}}"#,
            "query_shard_exception: Can only use prefix queries on keyword, text and wildcard fields - not on [n] which is of type [long]",
        ),
        (
            r#"{"query":{"range":{"_id":{"gte":"1"}}}}"#,
            "query_shard_exception: failed to create query: Field [_id] of type [_id] does not support range queries <- illegal_argument_exception: Field [_id] of type [_id] does not support range queries",
        ),
        (
            r#"{"sort":"_id"}"#,
            "illegal_argument_exception: Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled",
        ),
        (
            r#"{"from":9991}"#,
            "illegal_argument_exception: Result window is too large, from + size must be less than or equal to: [10000] but was [10001]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.",
        ),
        (
            r#"{"search_after":[1]}"#,
            "illegal_argument_exception: Sort must contain at least one field.",
        ),
        (
            r#"{"from":9991,"sort":"x"}"#,
            "query_shard_exception: No mapping found for [x] in order to sort on",
        ),
        (
            r#"{"search_after":["x"],"sort":"n"}"#,
            r#"illegal_argument_exception: Failed to parse search_after value for field [n]. <- number_format_exception: For input string: "x""#,
        ),
        (
            r#"{"search_after":["x"],"sort":"b"}"#,
            "illegal_argument_exception: Cannot parse boolean [x], expected either [true] or [false]",
        ),
        (
            r#"{"search_after":[1],"sort":["n","_doc"]}"#,
            "illegal_argument_exception: search_after has 1 value(s) but sort has 2.",
        ),
    ] {
        assert_eq!(shard_reasons(body), expected, "{body}");
    }
}

const SOON: &str =
    "failed to parse date field [soon] with format [strict_date_optional_time||epoch_millis]";

/// What is said of a bad date, to its last cause.
fn no_date() -> String {
    format!(
        "parse_exception: {SOON}: [{SOON}] <- illegal_argument_exception: {SOON} <- date_time_parse_exception: Failed to parse with all enclosed parsers"
    )
}

// Proves DO-7-6, DO-7.1-16.
#[test]
fn a_bad_date_in_a_range_fails_before_the_query_is_made() {
    for query in [
        r#"{"range":{"d":{"gte":"soon"}}}"#,
        r#"{"constant_score":{"filter":{"range":{"d":{"gte":"soon"}}}}}"#,
        r#"{"bool":{"must":[{"term":{"no":1}}],"filter":{"range":{"d":{"lt":"soon"}}}}}"#,
        r#"{"bool":{"must":[{"term":{"n":"x"}}],"should":{"range":{"d":{"lt":"soon"}}}}}"#,
    ] {
        assert_eq!(shard_reasons(&format!(r#"{{"query":{query}}}"#)), no_date(), "{query}");
    }
    assert_eq!(
        shard_reasons(r#"{"query":{"term":{"d":"soon"}}}"#),
        format!("query_shard_exception: failed to create query: {SOON}: [{SOON}] <- {}", no_date())
    );
}

// Proves DO-7.1-16.
#[test]
fn what_finds_nothing_takes_mistakes_beside_it_along() {
    let store = store_of("content", &[("1", r#"{"t":"x","n":1,"d":"2024-01-01"}"#)]);
    let bad = r#"{"term":{"n":"foo"}}"#;
    for nothing in [
        r#"{"term":{"no":1}}"#,
        r#"{"terms":{"n":[]}}"#,
        r#"{"terms":{"no":[1]}}"#,
        r#"{"ids":{"values":[]}}"#,
        r#"{"prefix":{"no":"a"}}"#,
        r#"{"wildcard":{"no":"a"}}"#,
        r#"{"exists":{"field":"no"}}"#,
        r#"{"range":{"no":{"gte":1}}}"#,
        r#"{"term":{"_index":"other"}}"#,
        r#"{"match_none":{}}"#,
        r#"{"constant_score":{"filter":{"match_none":{}}}}"#,
        r#"{"bool":{"should":[{"match_none":{}},{"term":{"no":1}}]}}"#,
    ] {
        let body = format!(r#"{{"query":{{"bool":{{"must":[{bad}],"filter":[{nothing}]}}}}}}"#);
        assert_eq!(Asked::of(&store).ids(&body), "", "{nothing}");
    }
    let words = format!(r#"{{"query":{{"bool":{{"must":[{{"match":{{"no":"x"}}}},{bad}]}}}}}}"#);
    assert_eq!(
        reasons_of(&Asked::of(&store).error(&words)),
        r#"query_shard_exception: failed to create query: For input string: "foo" <- number_format_exception: For input string: "foo""#
    );
}

// Proves DO-7.2-5, DO-7.2-6.
#[test]
fn numbers_that_are_too_wide_are_refused_in_ranges_and_among_several() {
    let store = store_of("content", &[("1", r#"{"s":1,"l":1}"#)]);
    let mapped = r#"{"properties":{"s":{"type":"short"},"l":{"type":"long"}}}"#;
    for (query, reason) in [
        (
            r#"{"range":{"s":{"gte":3000000000}}}"#,
            "illegal_argument_exception: Value [3000000000] is out of range for an integer",
        ),
        (
            r#"{"terms":{"s":[1,-3000000000]}}"#,
            "illegal_argument_exception: Value [-3000000000] is out of range for an integer",
        ),
        (
            r#"{"terms":{"l":[1,"1e20"]}}"#,
            "illegal_argument_exception: Value [[31 65 32 30]] is out of range for a long",
        ),
        (r#"{"range":{"l":{"lt":"x"}}}"#, r#"number_format_exception: For input string: "x""#),
        (r#"{"range":{"l":{"lt":""}}}"#, "number_format_exception: empty String"),
    ] {
        let body = format!(r#"{{"query":{query}}}"#);
        let reasons = reasons_of(&Asked::of(&store).mapped(mapped).error(&body));
        assert!(reasons.ends_with(&format!(" <- {reason}")), "{query}: {reasons}");
    }
    let one = r#"{"query":{"term":{"s":3000000000}}}"#;
    assert_eq!(Asked::of(&store).mapped(mapped).ids(one), "");
}

// Proves DO-7.1-17.
#[test]
fn a_number_makes_both_ends_of_a_range_milliseconds() {
    let store = store_of("content", &[("1", r#"{"d":"2024-01-01"}"#)]);
    let bad = "failed to parse date field [2025-01-01] with format [epoch_millis]";
    assert_eq!(
        reasons_of(
            &Asked::of(&store).error(r#"{"query":{"range":{"d":{"gte":2024,"lt":"2025-01-01"}}}}"#)
        ),
        format!(
            "parse_exception: {bad}: [{bad}] <- illegal_argument_exception: {bad} <- date_time_parse_exception: Failed to parse with all enclosed parsers"
        )
    );
    let found = |query: &str| Asked::of(&store).ids(&format!(r#"{{"query":{query}}}"#));
    assert_eq!(found(r#"{"range":{"d":{"lt":2025}}}"#), "");
    assert_eq!(found(r#"{"range":{"d":{"lt":"2025"}}}"#), "1");
    assert_eq!(found(r#"{"term":{"d":2024}}"#), "");
    assert_eq!(found(r#"{"term":{"d":1704067200000}}"#), "1");
}

// Proves DO-7-6.
#[test]
fn a_bad_date_is_the_root_cause() {
    let store = store_of("content", &[("1", r#"{"d":"2024-01-01"}"#)]);
    let error = Asked::of(&store).error(r#"{"query":{"term":{"d":"soon"}}}"#);
    let bad =
        "failed to parse date field [soon] with format [strict_date_optional_time||epoch_millis]";
    let start = format!(
        r#"{{"error":{{"root_cause":[{{"type":"parse_exception","reason":"{bad}: [{bad}]"}}],"type":"search_phase_execution_exception""#
    );
    assert!(error.starts_with(&start), "{error}");
    let end = format!(
        r#""caused_by":{{"type":"parse_exception","reason":"{bad}: [{bad}]","caused_by":{{"type":"illegal_argument_exception","reason":"{bad}","caused_by":{{"type":"date_time_parse_exception","reason":"Failed to parse with all enclosed parsers"}}}}}}}},"status":400}}"#
    );
    assert!(error.ends_with(&end), "{error}");
}

// Proves DO-7-3.
#[test]
fn what_is_not_served_is_said() {
    let store = store_of("content", &[("1", r#"{"t":"x","v":[1]}"#)]);
    let mapped = r#"{"properties":{"v":{"type":"dense_vector"}}}"#;
    for (body, what) in [
        (r#"{"aggs":{"a":{"terms":{"field":"t"}}}}"#, "[aggs]"),
        (r#"{"query":{"bool":{"must":[{"fuzzy":{"t":"x"}}]}}}"#, "the query [fuzzy]"),
        (r#"{"knn":[{"field":"v"}]}"#, "[knn]"),
        (
            r#"{"query":{"range":{"t":{"gte":"x","time_zone":"+01:00"}}}}"#,
            "[time_zone] in the query [range]",
        ),
        (r#"{"query":{"term":{"v":1}}}"#, "the field [v], dense_vector"),
        (r#"{"sort":{"_script":{"type":"number"}}}"#, "the sort [_script]"),
        (r#"{"query":{"terms":{"t":{"index":"i","id":"1","path":"p"}}}}"#, "a terms lookup"),
    ] {
        let expected = format!(
            "illegal_argument_exception: this mock server does not serve a search with {what}; if you need it, say so in an issue at the project"
        );
        assert_eq!(Asked::of(&store).mapped(mapped).reason(body), expected, "{body}");
    }
    let first = Asked::of(&store).reason(r#"{"aggs":{},"foo":1}"#);
    assert_eq!(first, "parsing_exception: Unknown key for a VALUE_NUMBER in [foo].");
}
