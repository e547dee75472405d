//! The judge of traffic against all cases and examples: what the contract's own cases send and
//! get is known, so every verdict on it is too.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use api_types::{Version, json::Json};
use conformance::{
    client::Client,
    run::{self, Existing},
    suite::Suite,
    target::Credentials,
    traffic::{Answers, Traffic},
    wire::{Gateway, Recorded},
};

use crate::{block_on, mock};

/// Everything that goes over the wire while the whole suite is played against the mock.
fn exchanges() -> Vec<Recorded> {
    let mock = mock();
    let upstream = mock.uri().parse().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    block_on(async {
        let sink = {
            let seen = Arc::clone(&seen);
            move |exchange| seen.lock().unwrap().push(exchange)
        };
        let listen = "127.0.0.1:0".parse().unwrap();
        let gateway = Gateway::transparent(listen, upstream, sink).await.unwrap();
        let url = gateway.url().parse().unwrap();
        let client = Client::new(url, Credentials::None, Duration::from_secs(30));
        let strictness = conformance::judge::Strictness::Usual;
        let options =
            run::Options { strictness, existing: Existing::Replace, ..run::Options::default() };
        let played =
            run::run(&Suite::embedded().unwrap(), &client, options, &mut |_| {}).await.unwrap();
        assert_eq!(played.counts().failed, 0);
    });
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(seen.len() > 1000, "{}", seen.len());
    seen
}

/// The type of the error and its reason.
fn error(exchange: &Recorded) -> (String, String) {
    let answer = exchange.plain_answer().unwrap();
    let text = |json: &Json, path: &str| {
        json.at(path).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let json = Json::parse(&answer.body).unwrap_or_default();
    match json.get("error") {
        Some(Json::String(text)) => ("simple".to_owned(), text.clone().into_owned()),
        _ => (text(&json, "error.type"), text(&json, "error.reason")),
    }
}

/// What the server refuses before it looks at values and state (contract RL-1), told by its
/// messages alone.
fn is_refused_as_malformed(exchange: &Recorded) -> bool {
    let status = exchange.status().unwrap();
    let (kind, reason) = error(exchange);
    let any = |parts: &[&str]| parts.iter().any(|part| reason.contains(part));
    match status {
        405 | 406 => true,
        400 => {
            kind == "media_type_header_exception"
                || kind == "bad_parameter_exception"
                || any(&[
                    "no handler found",
                    "request body is required",
                    "does not support having a body",
                    "contains unrecognized parameter",
                    "unknown field",
                    "doesn't support values of type",
                    "Expected START_OBJECT",
                    "Unexpected end of file",
                    "escape sequence",
                ])
                || reason.starts_with("Required [")
        }
        _ => false,
    }
}

/// No request that the server takes is called malformed; every one that it refuses as malformed
/// is. Between the two lie refused values, which neither side of this test speaks of.
#[test]
fn requests_of_all_cases_are_told_right() {
    let mut malformed = BTreeSet::new();
    for exchange in exchanges() {
        let (method, target) = exchange.line();
        if target.starts_with("/_mock") {
            continue;
        }
        let mut traffic = Traffic::new(Version::NEWEST, Answers::Trusted);
        traffic.see(&exchange, &|| None);
        let failed: Vec<String> = traffic
            .entries()
            .into_iter()
            .filter(|entry| !entry.problems.is_empty())
            .map(|entry| entry.id)
            .collect();
        let line = format!("{method} {target} {}", String::from_utf8_lossy(&exchange.request.body));
        let status = exchange.status().unwrap();
        if status < 300 {
            assert_eq!(failed, [""; 0], "{line}");
        }
        if is_refused_as_malformed(&exchange) && traffic.requests() > 0 {
            assert!(!failed.is_empty(), "{line}: {:?}", error(&exchange));
        }
        malformed.extend(failed.iter().filter_map(|id| id.split(':').next().map(str::to_owned)));
    }
    let seen: Vec<&str> = malformed.iter().map(String::as_str).collect();
    let all = [
        "body-missing",
        "body-not-json",
        "body-not-object",
        "body-unexpected",
        "id-missing",
        "media-type",
        "member-missing",
        "unknown-member",
        "unknown-parameter",
        "unknown-route",
        "wrong-method",
        "wrong-type",
    ];
    for kind in all {
        assert!(seen.contains(&kind), "{kind} {seen:?}");
    }
}

/// The mock passes every case, so its answers have nothing that this judge may find.
#[test]
fn answers_of_all_cases_are_found_right() {
    let mut traffic = Traffic::new(Version::NEWEST, Answers::Judged);
    for exchange in exchanges() {
        traffic.see(&exchange, &|| None);
    }
    let wrong: Vec<String> = traffic
        .entries()
        .into_iter()
        .filter(|entry| entry.problems.iter().any(|problem| problem.place.starts_with("answer")))
        .map(|entry| format!("{} {:?}", entry.id, entry.problems))
        .collect();
    assert_eq!(wrong, [""; 0]);
}

/// Every rule that a judge or an advice names is in the contract.
#[test]
fn the_rules_that_are_named_exist() {
    let ids = crate::fixtures::contract_ids();
    for kind in conformance::advice::AdviceKind::ALL {
        for rule in kind.rules() {
            assert!(ids.contains(*rule), "{rule}");
        }
    }
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/traffic");
    let mut named = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for word in text.split('"').filter(|word| word.len() < 12) {
            let is_id = ["RL-", "CN-", "SJ-", "SC-", "CL-"].iter().any(|it| word.starts_with(it));
            if is_id {
                named += 1;
                assert!(ids.contains(word), "{word}");
            }
        }
    }
    assert!(named > 50, "{named}");
}
