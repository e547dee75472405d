//! Every version serves what it had, and neighbouring versions differ exactly by the tables.

use std::{collections::BTreeSet, time::Duration};

use api_types::{
    Timestamp,
    differences::{DIFFERENCES, Seen},
    endpoint::{ENDPOINTS, Endpoint, ParamKind},
};

use http::HeaderMap;

use super::{tests::started, *};

fn app(version: Version) -> App {
    let start = Timestamp::parse("2023-12-01T14:18:37.397819Z").unwrap();
    let clock = Clock::manual(start, Duration::from_secs(1));
    let (flavor, security) = (Flavor::Stack, None);
    started(Settings { version, clock, ids: IdSource::seeded(1), flavor, security })
}

fn send(app: &App, method: &str, target: &str, rest: &str) -> String {
    let mut headers = HeaderMap::new();
    let mut body = rest.replace("LONG", &"1".repeat(1100));
    if let Some(accept) = rest.strip_prefix("accept: ") {
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        body.clear();
    }
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let response = app.handle(&RawRequest {
        peer: None,
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body: Bytes::from(body),
    });
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    format!("{} {:?} {text}", response.status(), response.headers().get(header::ALLOW))
}

fn path_of(row: &Endpoint) -> String {
    row.path
        .split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// The answer to a request that no row of the version takes: by the simple reading of the table,
/// without the router.
fn unrouted_answer(version: Version, method: Method, path: &str) -> String {
    // A literal that has routes is the answer; the index of that name is not looked at (RL-3-7).
    let is_literal = |row: &&Endpoint| !row.path.starts_with("/{");
    let rows = ENDPOINTS.iter().filter(|row| row.is_in(version) && row.matches(path));
    let rows = rows.filter(is_literal);
    let allowed: BTreeSet<Method> = rows.map(|row| row.method).collect();
    assert!(!allowed.contains(&method), "{method} {path} is a row of {version}");
    if allowed.is_empty() {
        return format!(
            r#"400 Bad Request None {{"error":"no handler found for uri [{path}] and method [{method}]"}}"#
        );
    }
    let names = |separator: &str| {
        allowed.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(separator)
    };
    format!(
        r#"405 Method Not Allowed Some("{}") {{"error":"Incorrect HTTP method for uri [{path}] and method [{method}], allowed: [{}]","status":405}}"#,
        names(","),
        names(", ")
    )
}

// Expected: the column `since` of the endpoint table (contract CN-9-1 to CN-9-6).
#[test]
fn every_version_has_the_operations_of_its_table_and_no_others() {
    let (mut served, mut hidden) = (0, 0);
    for version in Version::LINES {
        let app = app(version);
        for row in ENDPOINTS {
            let path = path_of(row);
            let answer = send(&app, row.method.as_str(), &path, "");
            if row.is_in(version) {
                assert!(!answer.contains("no handler found"), "{version} {path}: {answer}");
                assert!(!answer.starts_with("405"), "{version} {path}: {answer}");
                served += 1;
            } else {
                assert_eq!(answer, unrouted_answer(version, row.method, &path), "{version}");
                hidden += 1;
            }
        }
    }
    assert_eq!(served + hidden, 15 * ENDPOINTS.len());
    assert_eq!(hidden, 9 + 2 * 2 + 3 * 3);
}

#[test]
fn every_version_knows_the_parameters_of_its_table_and_no_others() {
    let mut unknown = 0;
    for version in Version::LINES {
        let app = app(version);
        for (row, param) in
            ENDPOINTS.iter().flat_map(|row| row.query.iter().map(move |it| (row, it)))
        {
            // Its answer does not say why; the rows of GET beside it have the same parameters.
            if row.method == Method::Head {
                continue;
            }
            let value = match param.kind {
                ParamKind::Boolean => "true",
                ParamKind::Int | ParamKind::Long => "1",
                ParamKind::String | ParamKind::List | ParamKind::NotServed => "a",
                ParamKind::Enum(kind) | ParamKind::EnumList(kind) => kind.values[0],
            };
            let path = path_of(row);
            let answer =
                send(&app, row.method.as_str(), &format!("{path}?{}={value}", param.name), "");
            let refused = answer.contains(&format!(
                "request [{path}] contains unrecognized parameter: [{}]",
                param.name
            ));
            assert_eq!(refused, !param.is_in(version), "{version} {path} {}: {answer}", param.name);
            unknown += usize::from(refused);
        }
    }
    assert!(unknown > 20, "{unknown}");
}

/// One scenario of `tests/neighbours.txt`.
#[derive(Debug, Default)]
struct Scenario {
    tags: Vec<String>,
    requests: Vec<(bool, String)>,
}

impl Scenario {
    fn play(&self, version: Version) -> Vec<String> {
        let app = app(version);
        let mut answers = Vec::new();
        for (counts, request) in &self.requests {
            let mut parts = request.splitn(3, ' ');
            let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
            let answer = send(&app, method, target, parts.next().unwrap_or_default());
            if *counts {
                answers.push(format!("{request}\n  {answer}"));
            }
        }
        answers
    }
}

fn scenarios() -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for line in include_str!("../../tests/neighbours.txt").lines() {
        if let Some(tags) = line.strip_prefix('#') {
            scenarios.push(Scenario { tags: read_tags(tags), ..Scenario::default() });
        } else if let Some(scenario) = scenarios.last_mut()
            && let Some((mark @ ("-" | "?"), request)) = line.split_once(' ')
        {
            scenario.requests.push((mark == "?", request.to_owned()));
        }
    }
    scenarios
}

/// Words, of which a method takes the next one along.
fn read_tags(text: &str) -> Vec<String> {
    let mut words = text.split_whitespace();
    let mut tags = Vec::new();
    while let Some(word) = words.next() {
        match Method::from_name(word) {
            Some(method) => tags.push(format!("{method} {}", words.next().unwrap())),
            None => tags.push(word.to_owned()),
        }
    }
    tags
}

/// What is new in a version, by the two tables.
fn news(version: Version) -> BTreeSet<String> {
    let differences = DIFFERENCES
        .iter()
        .filter(|entry| entry.since == version && entry.seen == Seen::InAnswers)
        .map(|entry| entry.contract.to_owned());
    let rows = ENDPOINTS
        .iter()
        .filter(|row| row.since == version)
        .map(|row| format!("{} {}", row.method, row.path));
    let params = ENDPOINTS.iter().flat_map(|row| {
        let new =
            row.query.iter().filter(move |param| param.since == version && row.since < version);
        new.map(move |param| format!("{} {}?{}", row.method, row.path, param.name))
    });
    differences.chain(rows).chain(params).collect()
}

// Expected: the table of differences and the endpoint table; which of them a scenario shows stands
// with the scenario.
#[test]
fn neighbouring_versions_differ_exactly_by_the_tables() {
    let scenarios = scenarios();
    let mut failures = Vec::new();
    for pair in Version::LINES.windows(2) {
        let [old, new] = [pair[0], pair[1]];
        let mut unseen = news(new);
        for scenario in &scenarios {
            let due: Vec<_> = scenario.tags.iter().filter(|tag| news(new).contains(*tag)).collect();
            let (before, after) = (scenario.play(old), scenario.play(new));
            match (before == after, due.is_empty()) {
                (true, false) => failures.push(format!("{old} and {new} are the same for {due:?}")),
                (false, true) => failures.push(format!(
                    "{old} and {new} differ for {:?}\n{before:#?}\n{after:#?}",
                    scenario.tags
                )),
                (true, true) => {}
                (false, false) => unseen.retain(|news| !due.contains(&news)),
            }
        }
        if !unseen.is_empty() {
            failures.push(format!("nothing shows what is new in {new}: {unseen:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn scenarios_have_known_tags() {
    let known: BTreeSet<_> = Version::LINES.into_iter().flat_map(news).collect();
    for tag in scenarios().into_iter().flat_map(|scenario| scenario.tags) {
        assert!(known.contains(&tag), "{tag}");
    }
}

/// Contract section 9 and section 15 of the REST layer: every rule has an exchange.
#[test]
fn every_rule_about_versions_has_an_exchange() {
    let versions = include_str!("../../tests/exchanges/versions.http");
    let security = include_str!("../../tests/exchanges/security.http");
    let titles: BTreeSet<&str> = versions
        .lines()
        .chain(security.lines())
        .filter(|line| line.starts_with("=="))
        .flat_map(str::split_whitespace)
        .collect();
    for entry in DIFFERENCES {
        assert!(titles.contains(entry.contract), "{} has no exchange", entry.contract);
    }
    for ordinal in 1..=8 {
        assert!(titles.contains(format!("CN-9-{ordinal}").as_str()), "CN-9-{ordinal}");
    }
}
