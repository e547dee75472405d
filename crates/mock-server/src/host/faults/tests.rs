//! What rules are for, when their turn comes, and what they answer. Expected answers come from the
//! contract and from Elasticsearch's exceptions, see `answers.rs`.

use http::{HeaderMap, HeaderValue, header};

use super::*;
use crate::host::{Host, tests::settings};

fn host(rules: &[&str]) -> Host {
    let faults = rules.iter().map(|rule| rule.parse().unwrap()).collect();
    Host::new(crate::host::HostSettings { faults, ..settings() })
}

fn request(line: &str, body: &str) -> RawRequest {
    let (method, target) = line.split_once(' ').unwrap();
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

fn send(host: &Host, line: &str, body: &str) -> String {
    let response = host.handle(request(line, body));
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    format!("{} {text}", response.status().as_u16())
}

/// The statuses of requests, one after another.
fn statuses(host: &Host, line: &str, times: usize) -> Vec<u16> {
    (0..times).map(|_| host.handle(request(line, "")).status().as_u16()).collect()
}

const LIST: &str = "GET /_connector";

#[test]
fn a_rule_takes_the_requests_that_it_is_for() {
    let takes = |rule: &str, line: &str| statuses(&host(&[rule]), line, 1) == [503];
    let claim = "PUT /_connector/_sync_job/j/_claim";
    for rule in [
        "* 503",
        "PUT * 503",
        "*/_claim 503",
        "PUT */_claim 503",
        "/_connector/* 503",
        "connector.sync_job_claim 503",
        "connector.sync_job_* 503",
        "connector.* 503",
        "*.sync_job_claim 503",
        "PUT connector.* 503",
    ] {
        assert!(takes(rule, claim), "{rule}");
        assert!(takes(rule, &format!("{claim}?x=1")), "{rule}");
    }
    for rule in [
        "POST * 503",
        "/_connector 503",
        "*/_claim/ 503",
        "connector.check_in 503",
        "GET connector.* 503",
        "info 503",
        "* header=x-opaque-id:a* 503",
    ] {
        assert!(!takes(rule, claim), "{rule}");
    }
    assert!(takes("info 503", "GET /"));
    assert!(takes("ping 503", "HEAD /"));
    assert!(takes("get 503", "GET /.elastic-connectors/_doc/c"));
    // What has no route has no operation.
    assert!(!takes("connector.* 503", "GET /_connector/a/b/c"));
    assert!(takes("* 503", "GET /_connector/a/b/c"));
}

#[test]
fn a_rule_looks_at_headers() {
    let host = host(&["* header=x-opaque-id:a* 503"]);
    let mut with = request(LIST, "");
    with.headers.append("x-opaque-id", HeaderValue::from_static("abc"));
    assert_eq!(host.handle(with.clone()).status(), 503);
    with.headers.insert("x-opaque-id", HeaderValue::from_static("bc"));
    assert_eq!(host.handle(with).status(), 200);
}

#[test]
fn a_rule_takes_those_whose_turn_it_is() {
    let check = |rule: &str, expected: &str| {
        let found: String = statuses(&host(&[rule]), LIST, expected.len())
            .iter()
            .map(|status| if *status == 503 { 'x' } else { '.' })
            .collect();
        assert_eq!(found, expected, "{rule}");
    };
    check("* 503", "xxxx");
    check("* 503 x2", "xx...");
    check("* 503 nth=3", "..x....");
    check("* 503 every=2", ".x.x.x");
    check("* 503 every=2 x2", ".x.x..");
    check("* 503 after=2", "..xxx");
    check("* 503 after=1 every=2 x1", "..x....");
    check("* 503 p=0", "......");
    check("* 503 p=1", "xxxxxx");
}

#[test]
fn chance_repeats_with_the_seed() {
    let thrown = |rule: &str, server: u64| {
        let faults = vec![rule.parse().unwrap()];
        let mut settings = crate::host::HostSettings { faults, ..settings() };
        settings.server.ids = crate::sources::IdSource::seeded(server);
        statuses(&Host::new(settings), LIST, 200)
    };
    let half = thrown("* 503 p=0.5", 1);
    let hits = half.iter().filter(|status| **status == 503).count();
    assert!((60..140).contains(&hits), "{hits}");
    assert_eq!(thrown("* 503 p=0.5", 1), half);
    assert_ne!(thrown("* 503 p=0.5", 2), half);
    // A seed of the rule's own counts alone.
    assert_eq!(thrown("* 503 p=0.5 seed=9", 1), thrown("* 503 p=0.5 seed=9", 2));
    assert_ne!(thrown("* 503 p=0.5 seed=9", 1), thrown("* 503 p=0.5 seed=8", 1));
}

#[test]
fn rules_are_asked_in_their_order_and_say_what_they_did() {
    let host = host(&["* 503 x1", "GET /_connector 429 x1", "* 500 nth=1"]);
    assert_eq!(statuses(&host, LIST, 4), [503, 429, 500, 200]);
    let shown = send(&host, "GET /_mock/faults", "");
    let expected = r#"200 {"count":3,"faults":[{"id":1,"text":"* 503 x1","rule":{"status":503,"times":1},"from":"start","matched":4,"applied":1,"last":"GET /_connector"},{"id":2,"text":"GET /_connector 429 x1","rule":{"method":"GET","path":"/_connector","status":429,"times":1},"from":"start","matched":3,"applied":1,"last":"GET /_connector"},{"id":3,"text":"* 500 nth=1","rule":{"status":500,"nth":1},"from":"start","matched":2,"applied":1,"last":"GET /_connector"}]}"#;
    assert_eq!(shown, expected);
}

#[test]
fn rules_come_and_go() {
    let host = host(&[]);
    let add = |body: &str| send(&host, "POST /_mock/faults", body);
    assert_eq!(add(r#""* 503""#), r#"201 {"ids":[1]}"#);
    assert_eq!(
        add(r#"[{"operation":"connector.list","status":429},"* 500"]"#),
        r#"201 {"ids":[2,3]}"#
    );
    assert_eq!(statuses(&host, LIST, 1), [503]);
    let ok = r#"200 {"acknowledged":true}"#;
    assert_eq!(send(&host, "DELETE /_mock/faults/1", ""), ok);
    assert_eq!(statuses(&host, LIST, 1), [429]);
    assert_eq!(
        send(&host, "DELETE /_mock/faults/1", ""),
        r#"404 {"error":"there is no fault [1]; there are: 2, 3","status":404}"#
    );
    assert_eq!(send(&host, "PUT /_mock/faults", r#"["* 502"]"#), r#"200 {"ids":[4]}"#);
    assert_eq!(statuses(&host, LIST, 1), [502]);
    assert_eq!(send(&host, "DELETE /_mock/faults", ""), r#"200 {"dropped":1}"#);
    assert_eq!(statuses(&host, LIST, 1), [200]);
    // One that is wrong keeps the others away.
    assert!(add(r#"["* 503","* 5033"]"#).starts_with("400 "));
    assert_eq!(send(&host, "GET /_mock/faults", ""), r#"200 {"count":0,"faults":[]}"#);
}

#[test]
fn a_space_has_its_own_rules_and_a_reset_brings_back_those_of_the_start() {
    let host = host(&["* 503 x1"]);
    let there = "GET /_space/s/_connector";
    assert_eq!(statuses(&host, LIST, 2), [503, 200]);
    assert_eq!(statuses(&host, there, 2), [503, 200]);
    send(&host, "POST /_space/s/_mock/faults", r#""* 429""#);
    assert_eq!(statuses(&host, LIST, 1), [200]);
    assert_eq!(statuses(&host, there, 1), [429]);
    send(&host, "POST /_space/s/_mock/reset", "");
    assert_eq!(statuses(&host, there, 2), [503, 200]);
    send(&host, "PUT /_space/s/_mock/snapshots/n", "");
    send(&host, "DELETE /_space/s/_mock/faults", "");
    send(&host, "POST /_space/s/_mock/snapshots/n/restore", "");
    assert_eq!(statuses(&host, there, 2), [503, 200]);
}

/// Status, headers but for the length, and body.
fn whole(rule: &str, line: &str) -> (u16, Vec<String>, String) {
    let response = host(&[rule]).handle(request(line, ""));
    let headers = response.headers().iter().filter(|(name, _)| *name != "content-length");
    let shown = |(name, value): (&http::HeaderName, &HeaderValue)| {
        format!("{name}: {}", value.to_str().unwrap())
    };
    let headers = headers.map(shown).collect();
    let body = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), headers, body)
}

const PRODUCT: &str = "x-elastic-product: Elasticsearch";
const JSON: &str = "content-type: application/json";

fn envelope(error: &str, status: u16) -> String {
    format!(r#"{{"error":{{"root_cause":[{{{error}}}],{error}}},"status":{status}}}"#)
}

fn check(rule: &str, line: &str, headers: &[&str], error: &str) {
    let (status, found, body) = whole(rule, line);
    assert_eq!(found, headers, "{rule}");
    assert_eq!(body, envelope(error, status), "{rule}");
}

const BLOCK: &str = "x-elastic-app-exception: ClusterBlockException";

#[test]
fn errors_are_those_of_elasticsearch() {
    check(
        "* 429",
        LIST,
        &[PRODUCT, JSON],
        r#""type":"es_rejected_execution_exception","reason":"rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, coordinating_operation_bytes=54215758, max_coordinating_bytes=53687091]""#,
    );
    // The page "Circuit breaker errors" of Elasticsearch's documentation.
    check(
        "* 429 type=circuit_breaking_exception",
        LIST,
        &[PRODUCT, JSON],
        r#""type":"circuit_breaking_exception","reason":"[parent] Data too large, data for [<http_request>] would be [123848638/118.1mb], which is larger than the limit of [123273216/117.5mb], real usage: [120182112/114.6mb], new bytes reserved: [3666526/3.4mb]","bytes_wanted":123848638,"bytes_limit":123273216,"durability":"TRANSIENT""#,
    );
    check(
        "* 503 retry-after=5",
        LIST,
        &[BLOCK, PRODUCT, JSON, "retry-after: 5"],
        r#""type":"cluster_block_exception","reason":"blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];""#,
    );
    check(
        "* 503 type=master_not_discovered_exception",
        LIST,
        &["x-elastic-app-exception: MasterNotDiscoveredException", PRODUCT, JSON],
        r#""type":"master_not_discovered_exception","reason":null"#,
    );
    check(
        "* 503 type=unavailable_shards_exception",
        "PUT /_connector/_sync_job/j/_claim",
        &["x-elastic-app-exception: UnavailableShardsException", PRODUCT, JSON],
        r#""type":"unavailable_shards_exception","reason":"[.elastic-connectors-sync-jobs-v1][0] primary shard is not active Timeout: [1m], request: [BulkShardRequest [[.elastic-connectors-sync-jobs-v1][0]] containing [1] requests]""#,
    );
    check(
        "* 403 type=cluster_block_exception",
        LIST,
        &[JSON],
        r#""type":"cluster_block_exception","reason":"index [.elastic-connectors-v1] blocked by: [FORBIDDEN/8/index write (api)];""#,
    );
    check(
        "* 500 reason=\"no way\"",
        LIST,
        &[PRODUCT, JSON],
        r#""type":"illegal_state_exception","reason":"no way""#,
    );
    check(
        "* 418 type=teapot_exception reason=short",
        LIST,
        &[PRODUCT, JSON],
        r#""type":"teapot_exception","reason":"short""#,
    );
    // Contract RL-13-12.
    check(
        "* 403",
        "GET /_connector/c",
        &[JSON],
        r#""type":"security_exception","reason":"action [cluster:admin/xpack/connector/get] is unauthorized for user [connector] with effective roles [viewer], this action is granted by the cluster privileges [monitor_connector,manage_connector,manage,all]""#,
    );
    // Before 9.2 nothing is told of the class, contract RL-15-9.
    let faults = vec!["* 503".parse().unwrap()];
    let mut settings = crate::host::HostSettings { faults, ..settings() };
    settings.server.version = api_types::Version::new(9, 1, 0);
    let response = Host::new(settings).handle(request(LIST, ""));
    assert!(!response.headers().contains_key("x-elastic-app-exception"));
}

// Contract RL-13-1, RL-13-2.
#[test]
fn a_401_names_the_schemes() {
    let (status, headers, body) = whole("* 401", LIST);
    assert_eq!(status, 401);
    assert_eq!(
        headers,
        [
            r#"www-authenticate: Basic realm="security", charset="UTF-8""#,
            r#"www-authenticate: Bearer realm="security""#,
            "www-authenticate: ApiKey",
            JSON
        ]
    );
    let reason = r#""reason":"missing authentication credentials for REST request [/_connector]""#;
    assert!(body.contains(reason), "{body}");
}

// Contract RL-12-1.
#[test]
fn a_409_is_about_the_document_of_the_request() {
    let host = host(&["PUT */_name 409"]);
    send(&host, "PUT /_connector/c", "{}");
    let conflict = send(&host, "PUT /_connector/c/_name", r#"{"name":"n"}"#);
    let reason = "[c]: version conflict, required seqNo [0], primary term [1]. current document has seqNo [1] and primary term [1]";
    assert!(
        conflict.starts_with(
            r#"409 {"error":{"root_cause":[{"type":"version_conflict_engine_exception""#
        )
    );
    assert!(conflict.contains(reason), "{conflict}");
    assert!(conflict.contains(r#""shard":"0","index":".elastic-connectors-v1""#), "{conflict}");
    let missing = send(&host, "PUT /_connector/d/_name", r#"{"name":"n"}"#);
    assert!(
        missing.contains(
            "[d]: version conflict, required seqNo [0], primary term [1]. but no document was found"
        ),
        "{missing}"
    );
    // A second writer really wrote nothing.
    let shown = send(&host, "GET /_connector/c", "");
    assert!(shown.contains(r#""name":"""#), "{shown}");
}

#[test]
fn proxies_answer_with_pages() {
    let page = |text: &str| {
        format!(
            "<html>\r\n<head><title>{text}</title></head>\r\n<body>\r\n<center><h1>{text}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        )
    };
    let nginx = ["server: nginx", "content-type: text/html"];
    let check = |rule: &str, status: u16, text: &str| {
        let found = whole(rule, LIST);
        assert_eq!(found, (status, nginx.map(str::to_owned).to_vec(), page(text)), "{rule}");
    };
    check("* 502", 502, "502 Bad Gateway");
    check("* 504", 504, "504 Gateway Time-out");
    check("* 503 html", 503, "503 Service Temporarily Unavailable");
    check("* 401 html", 401, "401 Authorization Required");
    check("* html", 200, "Sign in");
    let (status, headers, body) = whole("* 408", LIST);
    assert_eq!(status, 408);
    assert_eq!(
        headers,
        ["cache-control: no-cache", "connection: close", "content-type: text/html"]
    );
    assert_eq!(body.len(), 110);
    // Contract RL-10-1.
    assert_eq!(whole("* 413", LIST), (413, vec!["connection: close".to_owned()], String::new()));
    let (_, headers, body) = whole("* 504 reason=late", LIST);
    assert_eq!(headers, [PRODUCT, JSON]);
    assert!(body.contains(r#""type":"status_exception","reason":"late""#), "{body}");
}

#[test]
fn an_error_takes_the_form_that_is_asked_for() {
    let short = "* 418 type=t reason=r";
    let (_, _, body) = whole(short, "GET /_connector?pretty");
    let inner = r#"
        "type" : "t",
        "reason" : "r"
      }
    ],
    "type" : "t",
    "reason" : "r""#;
    assert_eq!(
        body,
        format!(
            "{{\n  \"error\" : {{\n    \"root_cause\" : [\n      {{{inner}\n  }},\n  \"status\" : 418\n}}\n"
        )
    );
    let (_, headers, body) = whole(short, "GET /_connector?format=yaml");
    assert!(body.starts_with("---\nerror:\n  root_cause:\n"), "{body}");
    assert!(headers.contains(&"content-type: application/yaml".to_owned()), "{headers:?}");
}

#[test]
fn headers_and_bodies_are_changed_on_their_own() {
    let list = r#"{"count":0,"results":[]}"#.to_owned();
    let html = "content-type: text/html".to_owned();
    assert_eq!(whole("* no-product", LIST), (200, vec![JSON.to_owned()], list.clone()));
    let (_, headers, body) = whole("* content-type=text/html", LIST);
    assert_eq!((headers, body), (vec![PRODUCT.to_owned(), html], list));
    let (status, headers, body) = whole("* body=\"no \\\"JSON\\\"\"", LIST);
    assert_eq!((status, headers.len(), body.as_str()), (200, 2, r#"no "JSON""#));
}

#[test]
fn stale_numbers_are_older_and_conditions_fail() {
    let host = host(&["get stale x1", "update stale x1"]);
    send(&host, "PUT /_connector/c", "{}");
    send(&host, "PUT /_connector/c/_name", r#"{"name":"n"}"#);
    let get = || send(&host, "GET /.elastic-connectors/_doc/c?_source=false", "");
    let old = get();
    assert!(old.contains(r#""_version":1,"_seq_no":0,"#), "{old}");
    assert!(get().contains(r#""_version":2,"_seq_no":1,"#));
    send(&host, "POST /_mock/faults", r#""get stale""#);
    let pretty = send(&host, "GET /.elastic-connectors/_doc/c?_source=false&pretty", "");
    assert!(pretty.starts_with("200 {\n  \"_index\" : "), "{pretty}");
    assert!(pretty.contains("\n  \"_seq_no\" : 0,\n") && pretty.ends_with("\n}\n"), "{pretty}");
    let update = || {
        let line = "POST /.elastic-connectors/_update/c?if_seq_no=1&if_primary_term=1";
        send(&host, line, r#"{"doc":{"name":"m"}}"#)
    };
    let conflict = update();
    assert!(conflict.contains("[c]: version conflict, required seqNo [1], primary term [1]. current document has seqNo [2] and primary term [1]"), "{conflict}");
    assert!(update().starts_with("200 "));
}

#[test]
fn elements_of_a_bulk_request_fail() {
    let body = "{\"index\":{\"_index\":\"i\"}}\n{}\n{\"delete\":{\"_id\":\"d\"}}\n";
    let host = host(&["* bulk-items=* status=503 reason=no".replace("status=", "").as_str()]);
    assert_eq!(
        send(&host, "POST /p/_bulk", body),
        r#"200 {"errors":true,"took":0,"items":[{"index":{"_index":"i","_id":null,"status":503,"error":{"type":"cluster_block_exception","reason":"no"}}},{"delete":{"_index":"p","_id":"d","status":503,"error":{"type":"cluster_block_exception","reason":"no"}}}]}"#
    );
    // It is for bulk requests alone.
    assert_eq!(statuses(&host, LIST, 1), [200]);
    assert!(send(&host, "GET /_mock/faults", "").contains(r#""matched":1"#));
}

#[test]
fn members_that_are_wrong_are_named() {
    let host = host(&[]);
    let check = |body: &str, expected: &str| {
        let found = send(&host, "POST /_mock/faults", body);
        assert!(found.starts_with("400 ") && found.contains(expected), "{body}: {found}");
    };
    check("", "there is no fault in the body; write one as");
    check("{", "the body is no JSON: ");
    check("1", "[1] is no fault; write one as");
    check(
        r#"{"statsu":503}"#,
        "unknown member [statsu], did you mean [status]?; there are method, path",
    );
    check(
        r#"[{"status":503},{"status":"503"}]"#,
        "the fault 2: [status] has to be a whole number from 400 to 599",
    );
    check(
        r#"{"method":"put","status":503}"#,
        "[method] is a method of HTTP in capitals and not [put]",
    );
    check(r#"{"html":false}"#, "[html] is [true] or left out, and is [false]");
    check(
        r#"{"path":1,"header":[],"status":503}"#,
        "[header] has to be an object of names and patterns",
    );
    check(r#"{"path":{},"status":503}"#, "[path] has to be a text");
}
