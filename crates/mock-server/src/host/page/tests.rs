//! What the page may not have in it, what is sent with it, and the control routes that are there for
//! it. Statuses and steps: contract sections CN-3 and SJ-4.

use api_types::json::Json;
use http::header;

use super::*;
use crate::host::{
    Guard, Host, HostSettings,
    tests::{from, request, send, settings},
};

#[test]
fn the_page_asks_nobody_else() {
    let outside = |text: &str| {
        let text = text.replace("http://www.w3.org/2000/svg", "");
        ["http://", "https://", "//cdn", "@import", "url(//"].iter().any(|it| text.contains(it))
    };
    assert!(!outside(PAGE));
    // Whatever loads a file has one of these.
    for attribute in
        [" src=", "<link rel=\"stylesheet", "<iframe", "<object", "<embed", "<base", "import("]
    {
        assert!(!PAGE.contains(attribute), "{attribute}");
    }
    let links: Vec<&str> = PAGE.split("<link ").skip(1).collect();
    assert!(links.iter().all(|link| link.starts_with("rel=\"icon\" href=\"data:")), "{links:?}");
}

/// A policy without `unsafe-inline` forbids these; a text from the server may not become elements.
#[test]
fn nothing_in_the_page_runs_but_its_script() {
    let (markup, script) = PAGE.split_once("<script>").unwrap();
    let markup = markup.split_once("<body>").unwrap().1;
    for tag in markup.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        // Names of attributes stand between the values.
        let names: String = tag.split('"').step_by(2).collect();
        for forbidden in [" on", " style=", " srcdoc"] {
            assert!(!names.contains(forbidden), "{tag}");
        }
        assert!(!tag.contains("javascript:"), "{tag}");
    }
    for word in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        ".setAttribute('style",
    ] {
        assert!(!script.contains(word), "{word}");
    }
    assert_eq!((PAGE.matches("<style").count(), PAGE.matches("<script").count()), (1, 1));
}

/// The hash is that of the standard: FIPS 180-4 has the one of `abc`.
#[test]
fn the_policy_names_style_and_script_by_their_hashes() {
    let policy = policy("<style>abc</style><p></p><script>abc</script>");
    let abc = "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='";
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src {abc}; script-src {abc}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    );
}

#[test]
fn the_page_is_sent_with_its_policy_and_kept_nowhere() {
    let host = Host::new(settings());
    for target in ["/_mock", "/_mock/", "/_space/a/_mock/", "/_mock/?token=x"] {
        let response = host.handle(request("GET", target, ""));
        assert_eq!(response.status(), 200, "{target}");
        assert_eq!(response.body(), PAGE.as_bytes(), "{target}");
        let value = |name| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(value(header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(value(header::CONTENT_SECURITY_POLICY), policy(PAGE));
        assert_eq!(value(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(value(header::REFERRER_POLICY), "no-referrer");
        assert_eq!(value(header::CACHE_CONTROL), "no-store");
    }
    // Other control routes stay JSON.
    let health = host.handle(request("GET", "/_mock/health", ""));
    assert_eq!(health.headers().get(header::CONTENT_TYPE).unwrap(), "application/json");
    assert_eq!(health.headers().get(header::CONTENT_SECURITY_POLICY), None);
}

#[test]
fn who_may_not_use_the_control_routes_gets_no_page() {
    for (guard, status) in [(Guard::Nobody, 404), (Guard::Token("t".to_owned()), 403)] {
        let host = Host::new(HostSettings { guard, ..settings() });
        let response = host.handle(from("127.0.0.1", request("GET", "/_mock/", "")));
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/json");
    }
}

fn json(answer: &str) -> Json {
    Json::parse(answer.strip_prefix("200 ").unwrap().as_bytes()).unwrap()
}

#[test]
fn the_machines_are_those_of_the_contract() {
    let host = Host::new(settings());
    let machines = json(&send(&host, "GET", "/_mock/machines", ""));
    let steps = |machine: &str| {
        let statuses = machines.at(&format!("{machine}.statuses")).unwrap().as_array().unwrap();
        let step = |status: &Json| {
            let next = status.get("successors").unwrap().to_compact();
            format!("{} {next}", status.get("name").unwrap().as_str().unwrap())
        };
        statuses.iter().map(step).collect::<Vec<_>>()
    };
    // Contract SJ-4-1 to SJ-4-7.
    assert_eq!(
        steps("sync_job"),
        [
            r#"canceling ["canceled","error"]"#,
            "canceled []",
            "completed []",
            "error []",
            r#"in_progress ["canceling","completed","suspended","error"]"#,
            r#"pending ["in_progress","canceled"]"#,
            r#"suspended ["in_progress","canceled"]"#,
        ]
    );
    assert_eq!(steps("connector").len(), 5);
    // Contract SJ-4-9: a cancel ends a job that waits, asks one that runs to end, else it is a 400.
    let effects = machines.at("sync_job.effects").unwrap().as_array().unwrap();
    let cancel = effects.iter().find(|it| it.get("rule").unwrap().as_str() == Some("SJ-4-9"));
    assert_eq!(
        cancel.unwrap().to_compact(),
        r#"{"operations":["connector.sync_job_cancel"],"when":null,"rule":"SJ-4-9","kind":"checked","after":{"canceling":null,"canceled":null,"completed":null,"error":null,"in_progress":"canceling","pending":"canceled","suspended":"canceled"}}"#
    );
}

fn made(answer: &str) -> String {
    let answer = answer.strip_prefix("201 ").unwrap();
    Json::parse(answer.as_bytes()).unwrap().get("id").unwrap().as_str().unwrap().to_owned()
}

#[test]
fn documents_are_listed_in_short_and_the_last_job_comes_first() {
    let host = Host::new(settings());
    let body = r#"{"name":"n","index_name":"i","service_type":"s"}"#;
    send(&host, "PUT", "/_connector/a%2Fb", body);
    let job = || made(&send(&host, "POST", "/_connector/_sync_job", r#"{"id":"a/b"}"#));
    let (first, second, third) = (job(), job(), job());
    let canceled = send(&host, "PUT", &format!("/_connector/_sync_job/{second}/_cancel"), "");
    assert_eq!(canceled, r#"200 {"result":"updated"}"#);
    let requests = json(&send(&host, "GET", "/_mock/health", "")).get("requests").cloned();
    let ids = |query: &str| {
        let listed = json(&send(&host, "GET", &format!("/_mock/documents{query}"), ""));
        let rows = listed.at("sync_jobs.documents").unwrap().as_array().unwrap();
        rows.iter()
            .map(|row| row.get("_id").unwrap().as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(""), [&*third, &*second, &*first]);
    assert_eq!(ids("?size=1"), [&*third]);
    assert_eq!(ids("?status=canceled"), [&*second]);
    assert_eq!(ids(&format!("?text={}", &first[1..9])), [&*first]);
    assert_eq!(ids("?connector=a/b&size=2").len(), 2);
    assert!(ids("?connector=c").is_empty());
    let listed = json(&send(&host, "GET", "/_mock/documents?size=1", ""));
    let statuses = listed.at("sync_jobs.statuses").unwrap();
    assert_eq!(statuses.to_compact(), r#"{"canceled":1,"pending":2}"#);
    assert_eq!(listed.at("sync_jobs.matching").unwrap().as_i64(), Some(3));
    let connector = &listed.at("connectors.documents").unwrap().as_array().unwrap()[0];
    assert_eq!(connector.get("name").unwrap().as_str(), Some("n"));
    assert!(connector.get("configuration").is_none());
    // Reading like this is no request.
    assert_eq!(json(&send(&host, "GET", "/_mock/health", "")).get("requests").cloned(), requests);
}

#[test]
fn a_document_is_had_in_full_with_its_numbers() {
    let host = Host::new(settings());
    send(&host, "PUT", "/_connector/a%2Fb", "{}");
    send(&host, "PUT", "/_connector/a%2Fb/_name", r#"{"name":"n"}"#);
    let document = json(&send(&host, "GET", "/_mock/documents/connectors/a%2Fb", ""));
    let doc = json(&send(&host, "GET", "/.elastic-connectors-v1/_doc/a%2Fb", ""));
    for member in ["_id", "_version", "_seq_no", "_primary_term", "_index", "_source"] {
        assert_eq!(document.get(member), doc.get(member), "{member}");
    }
    let missing = send(&host, "GET", "/_mock/documents/sync_jobs/x", "");
    assert_eq!(missing, r#"404 {"error":"there is no document [x] in [sync_jobs]","status":404}"#);
    let unknown = send(&host, "GET", "/_mock/documents/secrets/x", "");
    assert!(unknown.starts_with("404 ") && unknown.contains("[connectors] and [sync_jobs]"));
}

#[test]
fn wrong_parameters_of_the_list_are_named() {
    let host = Host::new(settings());
    for (query, text) in [
        ("status=cancelled", "Unknown ConnectorSyncStatus [cancelled]."),
        ("size=many", "[size] is a number, not [many]"),
        (
            "state=x",
            "unknown parameter [state]; there are [connector], [size], [status] and [text]",
        ),
    ] {
        let answer = send(&host, "GET", &format!("/_mock/documents?{query}"), "");
        assert!(answer.starts_with("400 ") && answer.contains(text), "{answer}");
    }
}
