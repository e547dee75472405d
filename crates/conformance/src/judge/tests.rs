use super::*;
use crate::case::ExpectedBody;

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

fn answer(status: u16, body: &str) -> Answer {
    let headers = [
        ("x-elastic-product", "Elasticsearch".to_owned()),
        ("content-type", "application/json".to_owned()),
        ("content-length", body.len().to_string()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Answer { status, headers, body: body.as_bytes().to_vec() }
}

fn expected(status: u16, body: ExpectedBody) -> ExpectedAnswer {
    ExpectedAnswer { status, headers: Vec::new(), body }
}

fn judged(expected: &ExpectedAnswer, answer: &Answer, strictness: Strictness) -> Vec<String> {
    let judgement =
        judge(expected, answer, strictness, Framing::Length, &mut Variables::default()).unwrap();
    judgement.mismatches.iter().map(ToString::to_string).collect()
}

fn check(expected_body: &str, actual_body: &str, mismatches: &[&str]) {
    let expected = expected(200, ExpectedBody::Exactly(json(expected_body)));
    let found = judged(&expected, &answer(200, actual_body), Strictness::Usual);
    assert_eq!(found, mismatches, "{actual_body}");
}

#[test]
fn members_are_compared_exactly() {
    check(r#"{"a":1}"#, r#"{"a":1}"#, &[]);
    check(r#"{"a":1}"#, r#"{"a":"1"}"#, &[r#"body /a: expected 1, got "1""#]);
    check(r#"{"a":1}"#, r#"{"a":1.0}"#, &["body /a: expected 1, got 1.0"]);
    check(r#"{"a":1}"#, "{}", &["body /a: expected 1, got no such member"]);
    check("{}", r#"{"a/b":1}"#, &["body /a~1b: expected no such member, got 1"]);
    check("[1]", "[1,2]", &["body: expected 1 elements, got 2 elements"]);
    check(
        r#"{"a":{"b":[{"c":null}]}}"#,
        r#"{"a":{"b":[{"c":false}]}}"#,
        &["body /a/b/0/c: expected null, got false"],
    );
}

#[test]
fn placeholders_are_matched_by_shape_and_never_ignored() {
    check(r#"{"id":"<id>"}"#, r#"{"id":"abcdefghijklmnopqrst"}"#, &[]);
    check(
        r#"{"id":"<id>"}"#,
        r#"{"id":"short"}"#,
        &[r#"body /id: expected a generated id (20 characters A-Z a-z 0-9 _ -), got "short""#],
    );
    check(r#"{"id":"<id>"}"#, "{}", &[r#"body /id: expected "<id>", got no such member"#]);
    check(
        r#"{"a":"<timestamp:now>","b":"<same:now>"}"#,
        r#"{"a":"2023-12-01T14:18:37.397Z","b":"2023-12-01T14:18:37.398Z"}"#,
        &[r#"body /b: expected "2023-12-01T14:18:37.397Z", got "2023-12-01T14:18:37.398Z""#],
    );
    check(
        r#"{"a":"<timestamp:now>","b":"<later:now>"}"#,
        r#"{"a":"2023-12-01T14:18:37.397Z","b":"2023-12-01T14:18:37.397Z"}"#,
        &[
            r#"body /b: expected a time after 2023-12-01T14:18:37.397Z, got "2023-12-01T14:18:37.397Z""#,
        ],
    );
    check(r#"{"a":"<starts with [1:7]>"}"#, r#"{"a":"[1:7] x"}"#, &[]);
}

#[test]
fn the_order_of_members_counts_in_errors_and_when_asked() {
    let body = ExpectedBody::Exactly(json(r#"{"a":1,"b":2}"#));
    let turned = r#"{"b":2,"a":1}"#;
    let wrong = "body: expected members in the order a, b, got members in the order b, a";
    let usual = expected(200, body.clone());
    assert!(judged(&usual, &answer(200, turned), Strictness::Usual).is_empty());
    assert_eq!(judged(&usual, &answer(200, turned), Strictness::Order), [wrong]);
    let error = expected(400, body);
    assert_eq!(judged(&error, &answer(400, turned), Strictness::Usual), [wrong]);
}

#[test]
fn some_members_may_be_named_and_others_refused() {
    let members = |has: &str, lacks: &[&str]| ExpectedBody::Members {
        has: json(has).as_object().cloned().unwrap(),
        lacks: lacks.iter().map(|path| (*path).to_owned()).collect(),
    };
    let came = answer(200, r#"{"a":{"b":1,"c":2},"d":3}"#);
    let found = |body| judged(&expected(200, body), &came, Strictness::Usual);
    assert!(found(members(r#"{"a":{"b":1}}"#, &["e", "a.x"])).is_empty());
    assert_eq!(found(members("{}", &["a.c"])), ["body /a/c: expected no such member, got 2"]);
}

#[test]
fn the_status_comes_first_and_everything_else_is_collected() {
    let mut came = answer(400, r#"{"error":{"x":1},"status":500}"#);
    came.headers.retain(|(name, _)| name != "x-elastic-product");
    let expected = expected(200, ExpectedBody::Exactly(json(r#"{"result":"updated"}"#)));
    let found = judged(&expected, &came, Strictness::Usual);
    assert_eq!(
        found,
        [
            "status: expected 200, got 400",
            "header x-elastic-product: expected Elasticsearch, got no such header",
            "status in the error body: expected 400, got 500",
            r#"body /result: expected "updated", got no such member"#,
            r#"body /error: expected no such member, got {"x":1}"#,
            "body /status: expected no such member, got 500",
        ]
    );
}

#[test]
fn what_is_no_json_or_no_json_type_is_told() {
    let expected = expected(200, ExpectedBody::Exactly(json("{}")));
    let found = |body: &str| judged(&expected, &answer(200, body), Strictness::Usual);
    assert_eq!(
        found(r#"{"a":1"#),
        ["body: expected JSON, got no JSON: EOF while parsing an object at line 1 column 6"]
    );
    assert_eq!(found(""), ["body: expected JSON, got no JSON: there is no body"]);
    // The server's own reader takes comments and repeats; its answers must not have them.
    assert_eq!(found("{/**/}").len(), 1);
    assert_eq!(found(r#"{"a":1,"a":1}"#).len(), 1);
    let mut html = answer(200, "{}");
    html.headers.retain(|(name, _)| name != "content-type");
    html.headers.push(("content-type".to_owned(), "text/html".to_owned()));
    assert_eq!(
        judged(&expected, &html, Strictness::Usual),
        ["header content-type: expected application/json, got text/html"]
    );
}

#[test]
fn matched_placeholders_show_no_difference() {
    let body = ExpectedBody::Exactly(json(r#"{"id":"<id>","n":1}"#));
    let came = answer(200, r#"{"n":2,"id":"abcdefghijklmnopqrst"}"#);
    let judgement = judge(
        &expected(200, body),
        &came,
        Strictness::Usual,
        Framing::Length,
        &mut Variables::default(),
    )
    .unwrap();
    let differing: Vec<(&str, &str)> = judgement
        .expected
        .lines()
        .zip(judgement.actual.lines())
        .filter(|(expected, actual)| expected != actual)
        .collect();
    assert_eq!(differing, [(r#"  "n" : 1,"#, r#"  "n" : 2,"#)]);
}

#[test]
fn chunks_are_for_what_is_no_connector_api() {
    let mut came = answer(200, "{}");
    came.headers.retain(|(name, _)| name != "content-length");
    let expected = expected(200, ExpectedBody::Exactly(json("{}")));
    let found = |came: &Answer, operation: Operation| {
        let framing = Framing::of(operation);
        let variables = &mut Variables::default();
        let judged = judge(&expected, came, Strictness::Usual, framing, variables).unwrap();
        judged.mismatches.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let missing = ["header content-length: expected 2, got no such header"];
    assert_eq!(found(&came, Operation::Search), missing);
    came.headers.push(("transfer-encoding".to_owned(), "chunked".to_owned()));
    assert_eq!(found(&came, Operation::Search), [""; 0]);
    assert_eq!(found(&came, Operation::Get), missing);
    came.headers.push(("content-length".to_owned(), "3".to_owned()));
    assert_eq!(found(&came, Operation::Search), ["header content-length: expected 2, got 3"]);
}
