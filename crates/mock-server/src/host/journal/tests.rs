//! The journal as it is asked through the control routes. What is expected is said in
//! `docs/control.md`.

use std::{
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use api_types::{
    Timestamp, Version,
    json::{Json, Object},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

mod advice;
mod told;
mod verification;

use super::Bounds;
use crate::{
    app::Settings,
    host::{Answer, Host, HostSettings, ReceivedRequests, Subscription},
    request::RawRequest,
    root::Flavor,
    sources::{Clock, IdSource},
};

pub(super) fn host_with(journal: Option<Bounds>) -> Host {
    let start = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    let settings = HostSettings::from(Settings {
        version: Version::NEWEST,
        clock: Clock::manual(start, Duration::from_millis(1)),
        ids: IdSource::seeded(1),
        security: None,
        flavor: Flavor::Stack,
    });
    Host::new(HostSettings { journal, ..settings })
}

fn host() -> Host {
    host_with(Some(Bounds::default()))
}

fn request(method: &str, target: &str, body: &str) -> RawRequest {
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

fn json(host: &Host, request: RawRequest) -> Json {
    Json::parse(host.handle(request).body()).unwrap()
}

fn send(host: &Host, method: &str, target: &str, body: &str) -> Json {
    json(host, request(method, target, body))
}

/// The numbers of a listing.
fn numbers(listing: &Json) -> Vec<i64> {
    let requests = listing.get("requests").and_then(Json::as_array).unwrap();
    requests.iter().map(|one| one.get("number").and_then(Json::as_i64).unwrap()).collect()
}

fn text(value: &Json, place: &str) -> String {
    value.at(place).map_or_else(|| "none".to_owned(), Json::to_compact)
}

/// A connector with a job that is claimed: requests 1 to 3.
fn with_a_job(host: &Host) -> String {
    send(host, "PUT", "/_connector/c", r#"{"index_name":"i","service_type":"s"}"#);
    let job = send(host, "POST", "/_connector/_sync_job", r#"{"id":"c"}"#);
    let id = job.get("id").and_then(Json::as_str).unwrap().to_owned();
    let claim = format!("/_connector/_sync_job/{id}/_claim");
    send(host, "PUT", &claim, r#"{"worker_hostname":"w"}"#);
    id
}

#[test]
fn every_exchange_is_kept_with_what_it_wrote() {
    let host = host();
    send(&host, "PUT", "/_connector/c%20d?pretty", r#"{"name":"n"}"#);
    send(&host, "PUT", "/_connector/c%20d/_error", r#"{"error":"e"}"#);
    send(&host, "DELETE", "/_connector/c%20d", "");
    let one = send(&host, "GET", "/_mock/requests/2", "");
    let shown = one.to_compact();
    assert_eq!(
        shown,
        r#"{"number":2,"at":"2026-01-01T00:00:00.001Z","operation":"connector.update_error","ids":{"connector_id":"c d"},"request":{"method":"PUT","target":"/_connector/c%20d/_error","headers":{"content-type":"application/json"},"body":{"error":"e"}},"response":{"status":200,"headers":{"x-elastic-product":"Elasticsearch","content-type":"application/json","content-length":"20"},"body":{"result":"updated"}},"documents":[{"index":".elastic-connectors-v1","id":"c d","result":"updated","_version":2,"_seq_no":1,"before":{"status":"created"},"after":{"error":"e","status":"error"}}]}"#
    );
    let first = send(&host, "GET", "/_mock/requests/1", "");
    assert_eq!(text(&first, "request.target"), r#""/_connector/c%20d?pretty""#);
    // A listing has neither headers nor what is long.
    let listing = send(&host, "GET", "/_mock/requests", "");
    assert_eq!(numbers(&listing), [1, 2, 3]);
    assert!(!listing.to_compact().contains("content-type"), "{listing}");
    // Control routes are not requests to Elasticsearch.
    assert_eq!(text(&listing, "total"), "3");
    let none = send(&host, "GET", "/_mock/requests/9", "");
    assert_eq!(
        none.to_compact(),
        r#"{"error":"there is no request [9]; the last one is [3]","status":404}"#
    );
}

#[test]
fn a_listing_is_filtered_and_goes_on_behind_a_cursor() {
    let host = host();
    let job = with_a_job(&host);
    send(&host, "GET", "/_connector/nosuch", "");
    send(&host, "GET", "/_connector/a/b/c", "");
    let list = |query: &str| send(&host, "GET", &format!("/_mock/requests?{query}"), "");
    assert_eq!(numbers(&list("operation=connector.sync_job_*")), [2, 3]);
    assert_eq!(numbers(&list("method=put")), [1, 3]);
    assert_eq!(numbers(&list("path=/_connector/*/_claim")), [3]);
    assert_eq!(numbers(&list("status=4xx")), [4, 5]);
    assert_eq!(numbers(&list("status=%3C400")), [1, 2, 3]);
    assert_eq!(numbers(&list("unmatched=true")), [5]);
    assert_eq!(numbers(&list(&format!("id={job}"))), [2, 3]);
    assert_eq!(numbers(&list("id=c")), [1, 2]);
    assert_eq!(
        numbers(&list("since=2026-01-01T00:00:00.001Z&until=2026-01-01T00:00:00.001Z")),
        [2]
    );
    let page = list("size=2");
    assert_eq!(
        (numbers(&page), text(&page, "next"), text(&page, "total")),
        (vec![1, 2], "2".into(), "5".into())
    );
    let page = list("size=2&after=4");
    assert_eq!((numbers(&page), text(&page, "next")), (vec![5], "null".into()));
    let page = list("size=2&order=desc");
    assert_eq!((numbers(&page), text(&page, "next")), (vec![5, 4], "4".into()));
    assert_eq!(numbers(&list("size=2&order=desc&after=4")), [3, 2]);
    assert_eq!(list("filter_path=total&pretty").to_compact(), r#"{"total":5}"#);
    for (query, told) in [
        ("operation=connector.claim", "is no operation; did you mean"),
        ("status=4x", "[4x] is no status; write"),
        ("since=now", "write an instant"),
        ("size=x", "write a number"),
        ("limit=3", "unknown parameter [limit]; there are [operation]"),
        ("space=nosuch", "there is no space [nosuch]"),
    ] {
        let refused = list(query).to_compact();
        assert!(refused.contains(told), "{query}: {refused}");
    }
}

#[test]
fn spaces_have_journals_of_their_own() {
    let host = host();
    send(&host, "GET", "/_connector", "");
    send(&host, "GET", "/_space/a/_connector?x=1", "");
    let own = send(&host, "GET", "/_space/a/_mock/requests", "");
    assert_eq!(numbers(&own), [1]);
    assert!(own.to_compact().contains(r#""target":"/_connector?x=1""#), "{own}");
    assert_eq!(numbers(&send(&host, "GET", "/_mock/requests?space=a&status=400", "")), [1]);
    let all = send(&host, "GET", "/_mock/requests?space=*", "");
    let named: Vec<String> = all
        .get("requests")
        .and_then(Json::as_array)
        .unwrap()
        .iter()
        .map(|one| text(one, "space"))
        .collect();
    assert_eq!(named, [r#""default""#, r#""a""#]);
    let cleared = send(&host, "DELETE", "/_space/a/_mock/requests", "");
    assert_eq!(cleared.to_compact(), r#"{"cleared":1}"#);
    assert_eq!(numbers(&send(&host, "GET", "/_mock/requests?space=*", "")), [1]);
    // Numbers begin anew, after a reset and a restored snapshot too.
    send(&host, "GET", "/_connector", "");
    send(&host, "PUT", "/_mock/snapshots/s", "");
    for target in ["/_mock/reset", "/_mock/snapshots/s/restore"] {
        send(&host, "POST", target, "");
        assert_eq!(numbers(&send(&host, "GET", "/_mock/requests", "")), [0; 0], "{target}");
        send(&host, "GET", "/_connector", "");
        assert_eq!(numbers(&send(&host, "GET", "/_mock/requests", "")), [1], "{target}");
    }
}

#[test]
fn what_was_dropped_is_said_and_not_verified() {
    let host = host_with(Some(Bounds { count: 3, bytes: 1 << 20 }));
    for _ in 0..5 {
        send(&host, "GET", "/_connector", "");
    }
    let listing = send(&host, "GET", "/_mock/requests", "");
    assert_eq!((numbers(&listing), text(&listing, "dropped")), (vec![3, 4, 5], "2".into()));
    let gone = send(&host, "GET", "/_mock/requests/2", "").to_compact();
    assert!(gone.contains("request [2] was dropped from the journal, as the first [2]"), "{gone}");
    let verify = |body: &str| {
        let answer = send(&host, "POST", "/_mock/verify", body);
        (text(&answer, "verified"), text(&answer, "incomplete"))
    };
    let pair = |verified: &str, incomplete: &str| (verified.to_owned(), incomplete.to_owned());
    let list = r#""operation":"connector.list""#;
    assert_eq!(verify(&format!(r#"{{"expect":[{{{list},"exactly":3}}]}}"#)), pair("false", "true"));
    assert_eq!(
        verify(r#"{"expect":[{"operation":"connector.get","never":true}]}"#),
        pair("false", "true")
    );
    // These are so, whatever was dropped.
    assert_eq!(
        verify(&format!(r#"{{"expect":[{{{list},"at_least":3}}]}}"#)),
        pair("true", "false")
    );
    assert_eq!(
        verify(&format!(r#"{{"expect":[{{{list},"never":true}}]}}"#)),
        pair("false", "false")
    );
    // Nothing was dropped of what comes after the second.
    assert_eq!(
        verify(&format!(r#"{{"expect":[{{{list},"exactly":3}}],"after":2}}"#)),
        pair("true", "false")
    );
}

#[test]
fn without_a_journal_nothing_is_kept_and_that_is_said() {
    let host = host_with(None);
    send(&host, "GET", "/_connector", "");
    for (method, target) in
        [("GET", "/_mock/requests"), ("GET", "/_mock/requests/1"), ("DELETE", "/_mock/requests")]
    {
        let refused = send(&host, method, target, "").to_compact();
        assert!(refused.contains("this mock server keeps no journal"), "{refused}");
    }
    let refused = send(&host, "POST", "/_mock/verify", r#"{"expect":[{}]}"#).to_compact();
    assert!(refused.contains("this mock server keeps no journal"), "{refused}");
}

#[test]
fn secrets_are_not_shown() {
    let host = host();
    let secret = "s3cr3t";
    let mut authorized = request("PUT", "/_connector/_secret/s", r#"{"value":"s3cr3t"}"#);
    for name in ["authorization", "x-mock-token", "cookie"] {
        authorized.headers.insert(name, HeaderValue::from_static("s3cr3t"));
    }
    json(&host, authorized);
    let mut zipped = request("GET", "/_connector/_secret/s", "");
    zipped.headers.insert("accept-encoding", HeaderValue::from_static("gzip"));
    assert_eq!(host.handle(zipped).headers()["content-encoding"], "gzip");
    send(&host, "PUT", "/_connector/_secret/s", r#"{"value":"s3cr3t""#);
    send(&host, "PUT", "/_connector/_secret/s", r#"{"valu":"s3cr3t"}"#);
    send(&host, "PUT", "/_connector/_secret/s", r#"["s3cr3t"]"#);
    send(&host, "PUT", "/_connector/c", "{}");
    let configuration = r#"{"configuration":{"password":{"sensitive":true,"value":"s3cr3t","default_value":null,"depends_on":[],"display":"textbox","label":"l","options":[],"order":1,"required":true,"type":"str","ui_restrictions":[],"validations":[],"tooltip":"t"},"host":{"sensitive":false,"value":"shown","default_value":null,"depends_on":[],"display":"textbox","label":"l","options":[],"order":1,"required":true,"type":"str","ui_restrictions":[],"validations":[],"tooltip":"t"}}}"#;
    let answer = send(&host, "PUT", "/_connector/c/_configuration", configuration);
    assert_eq!(answer.to_compact(), r#"{"result":"updated"}"#);
    let values = r#"{"values":{"password":"s3cr3t-2","host":"shown-2"}}"#;
    let answer = send(&host, "PUT", "/_connector/c/_configuration", values);
    assert_eq!(answer.to_compact(), r#"{"result":"updated"}"#);
    send(&host, "PUT", "/_connector/nosuch/_configuration", values);
    send(&host, "GET", "/_connector/c", "");
    send(&host, "GET", "/_connector", "");
    send(&host, "DELETE", "/_connector/_secret/s", "");
    send(&host, "DELETE", "/_connector/c?hard=true", "");
    let received = received(&host);
    for one in received.requests() {
        assert!(!one.json.contains(secret), "{}", one.json);
    }
    let whole: String = received.requests().iter().map(|one| one.json.clone()).collect();
    assert!(whole.contains("shown") && whole.contains("shown-2"), "{whole}");
    assert!(whole.contains(r#""authorization":"[redacted]""#), "{whole}");
}

fn received(host: &Host) -> ReceivedRequests<'_> {
    host.received()
}

#[test]
fn long_bodies_are_cut_and_that_is_said() {
    let host = host();
    let name = "x".repeat(70_000);
    send(&host, "PUT", "/_connector/c", &format!(r#"{{"name":"{name}"}}"#));
    send(&host, "GET", "/_connector/c", "");
    let listing = send(&host, "GET", "/_mock/requests", "").to_compact();
    assert!(listing.contains(r#""body_bytes":70011"#) && listing.len() < 2000, "{listing}");
    let whole = send(&host, "GET", "/_mock/requests/1", "");
    assert_eq!(whole.at("request.body_text").and_then(Json::as_str).unwrap().len(), 65_536);
    assert_eq!(text(&whole, "request.body_cut"), "true");
    let answer = send(&host, "GET", "/_mock/requests/2", "");
    assert_eq!(answer.at("response.body_text").and_then(Json::as_str).unwrap().len(), 65_536);
}

#[test]
fn a_request_without_an_operation_names_the_nearest() {
    let host = host();
    let answer = send(&host, "POST", "/_connector/c/_error", "{}");
    assert!(!answer.to_compact().contains("update_error"), "{answer}");
    let one = send(&host, "GET", "/_mock/requests/1", "");
    assert_eq!(text(&one, "operation"), "null");
    assert_eq!(
        text(&one, "nearest"),
        r#"{"operation":"connector.update_error","method":"PUT","path":"/_connector/{connector_id}/_error","differs":"the method is [POST], not [PUT]"}"#
    );
}

/// The advice is that of the conformance kit (contract SJ-4-11, SJ-10-1).
#[test]
fn what_the_protocol_forbids_is_told() {
    let host = host();
    let job = with_a_job(&host);
    let claim = format!("/_connector/_sync_job/{job}/_claim");
    send(&host, "PUT", &claim, r#"{"worker_hostname":"v"}"#);
    let requests = received(&host).requests();
    assert!(requests[..3].iter().all(|one| one.advice.is_empty()), "{requests:?}");
    let told = format!("sync job [{job}] was claimed while it was in_progress, by [v] from [w]. ");
    assert!(requests[3].advice[0].starts_with(&told), "{requests:?}");
    // What came before is remembered, and asked for once more.
    let stats = format!("/_connector/_sync_job/{job}/_stats");
    for count in [5, 4] {
        let body = format!(
            r#"{{"deleted_document_count":{count},"indexed_document_count":0,"indexed_document_volume":0}}"#
        );
        send(&host, "PUT", &stats, &body);
    }
    let requests = received(&host).requests();
    assert!(requests[4].advice.is_empty(), "{requests:?}");
    assert!(
        requests[5].advice[0].contains("deleted_document_count went from 5 to 4"),
        "{requests:?}"
    );
    // What was there before is known from what a write found, though no request made it.
    send(&host, "PUT", "/_mock/snapshots/s", "");
    send(&host, "POST", "/_mock/snapshots/s/restore", "");
    send(&host, "DELETE", &format!("/_connector/_sync_job/{job}"), "");
    let requests = received(&host).requests();
    let told = format!("sync job [{job}] was deleted while it was in_progress. ");
    assert!(requests[0].advice[0].starts_with(&told), "{requests:?}");
    assert!(requests[0].json.contains(r#""rule":"delete-of-a-running-job""#), "{requests:?}");
}

struct NoWaker;

impl Wake for NoWaker {
    fn wake(self: Arc<Self>) {}
}

/// What a reader gets now; nothing if it would have to wait.
fn read(events: &mut Subscription) -> String {
    let waker = Waker::from(Arc::new(NoWaker));
    let mut text = String::new();
    while let Poll::Ready(bytes) = events.poll_next(&mut Context::from_waker(&waker)) {
        text.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    text
}

fn listen(host: &Host, target: &str, last: Option<&'static str>) -> Subscription {
    let mut request = request("GET", target, "");
    if let Some(last) = last {
        request.headers.insert("last-event-id", HeaderValue::from_static(last));
    }
    match host.answer(request) {
        Answer::Events(events) => events,
        Answer::Whole(response) => panic!("{response:?}"),
    }
}

/// Names and ids of events.
fn heads(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.starts_with("event: ") || line.starts_with("id: "));
    lines.map(str::to_owned).collect()
}

#[test]
fn events_come_as_they_happen_and_go_on_where_they_ended() {
    let host = host();
    send(&host, "GET", "/_connector", "");
    let mut live = listen(&host, "/_mock/events", None);
    assert_eq!(read(&mut live), ": events of connector-mock\n\n");
    send(&host, "GET", "/_connector/c", "");
    send(&host, "GET", "/_space/a/_connector", "");
    let text = read(&mut live);
    assert!(text.starts_with("event: exchange\nid: 2\ndata: {\"number\":2,"), "{text}");
    assert_eq!(heads(&text), ["event: exchange", "id: 2"]);
    host.first().notify("clock", Object::new().with("now", "later"));
    assert_eq!(
        read(&mut live),
        "event: control\ndata: {\"kind\":\"clock\",\"space\":\"default\",\"detail\":{\"now\":\"later\"}}\n\n"
    );
    let mut again = listen(&host, "/_mock/events?after=0", Some("1"));
    assert_eq!(heads(&read(&mut again)), ["event: exchange", "id: 2"]);
    let mut all = listen(&host, "/_mock/events?after=1&space=*", None);
    let text = read(&mut all);
    assert_eq!(heads(&text), ["event: exchange", "id: 2", "event: exchange", "id: 3"]);
    assert!(text.contains(r#""space":"a""#), "{text}");
    send(&host, "POST", "/_mock/reset", "");
    assert_eq!(heads(&read(&mut live)), ["event: control"]);
    let in_process = send(&host, "GET", "/_mock/events", "").to_compact();
    assert!(in_process.contains("a stream of events needs a connection"), "{in_process}");
}

#[test]
fn who_reads_slowly_is_told_how_much_was_lost() {
    let host = host();
    let mut slow = listen(&host, "/_mock/events", None);
    for _ in 0..1100 {
        send(&host, "GET", "/_connector", "");
    }
    let text = read(&mut slow);
    assert!(
        text.contains("event: lost\ndata: {\"lost\":100}\n\nevent: exchange\nid: 101\n"),
        "{text}"
    );
    assert_eq!(heads(&text).len(), 1 + 2 * 1000);
    let host = host_with(Some(Bounds { count: 2, bytes: 1 << 20 }));
    for _ in 0..5 {
        send(&host, "GET", "/_connector", "");
    }
    let mut resumed = listen(&host, "/_mock/events", Some("1"));
    let expected = ["event: lost", "event: exchange", "id: 4", "event: exchange", "id: 5"];
    assert_eq!(heads(&read(&mut resumed)), expected);
}
