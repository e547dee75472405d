//! Valid requests for every operation: the examples of the documentation and the steps of the
//! cases.

use std::{collections::BTreeSet, fs, path::Path};

use api_types::{
    endpoint::{Body, ENDPOINTS, Endpoint},
    json::Json,
};
use mock_server::MockServer;

use crate::{client::Client, request::Request};

/// The connector that most requests are about.
pub(crate) const CONNECTOR: &str = "c";
/// A connector that Elastic manages.
pub(crate) const NATIVE: &str = "n";
const SECRET: &str = "s";

/// What a server holds before requests are sent.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) job: String,
}

const STEPS: [(&str, &str, &str); 6] = [
    ("PUT", "/_connector/c", r#"{"index_name":"search-c","service_type":"s3","name":"C"}"#),
    ("PUT", "/_connector/n", r#"{"is_native":true,"index_name":"content-n"}"#),
    (
        "PUT",
        "/_connector/c/_configuration",
        r#"{"configuration":{"key":{"label":"Key","type":"str","value":"v","order":1,"depends_on":[],"validations":[],"options":[]}}}"#,
    ),
    (
        "PUT",
        "/_connector/c/_last_sync",
        r#"{"last_synced":"2024-11-09T15:13:08.231Z","sync_cursor":{"a":{"b":[1]}}}"#,
    ),
    ("PUT", "/_connector/_secret/s", r#"{"value":"v"}"#),
    ("POST", "/_connector/_sync_job", r#"{"id":"c"}"#),
];

/// Empties the server and fills it anew.
pub(crate) fn furnish(server: &MockServer, client: &mut Client) -> World {
    server.reset();
    let mut job = String::new();
    for (method, path, body) in STEPS {
        let row = &ENDPOINTS[0];
        let mut request =
            Request::new(row, path.to_owned(), String::new(), body.as_bytes().to_vec());
        method.clone_into(&mut request.method);
        let answer = client.send(&request);
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        if let Some(id) = Json::parse(&answer.body).unwrap().get("id") {
            job = id.as_str().unwrap().to_owned();
        }
    }
    World { job }
}

/// A valid request of a row, but for the ids in its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seed {
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
}

impl Seed {
    /// The request in this world.
    pub(crate) fn request(&self, row: &'static Endpoint, world: &World) -> Request {
        Request::new(row, path(row, world), self.query.clone(), self.body.clone())
    }
}

/// The path of a row with the ids of things that are there.
pub(crate) fn path(row: &'static Endpoint, world: &World) -> String {
    row.path
        .replace("{index}/_doc/{id}", ".elastic-connectors/_doc/c")
        .replace("{index}/_update/{id}", ".elastic-connectors-v1/_update/c")
        .replace("{connector_id}", CONNECTOR)
        .replace("{connector_sync_job_id}", &world.job)
        .replace("{id}", SECRET)
}

/// The seeds of every row, in the order of the table; each has one at least.
pub(crate) fn of_all_rows(world: &World) -> Vec<Vec<Seed>> {
    let mut seeds = vec![BTreeSet::new(); ENDPOINTS.len()];
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    for file in files_below(&fixtures.join("examples"), "json") {
        let fixture = Json::parse(&fs::read(&file).unwrap()).unwrap();
        let Some(request) = fixture.get("request") else { continue };
        let text = |name: &str| request.get(name).and_then(Json::as_str).unwrap_or_default();
        let target = format!("{}?{}", text("path"), text("query"));
        let body = request.get("body").filter(|body| !body.is_null()).map(Json::to_compact);
        add(&mut seeds, text("method"), &target, body.unwrap_or_default());
    }
    for file in files_below(&fixtures.join("cases"), "yml") {
        let cases: Json = serde_saphyr::from_slice(&fs::read(&file).unwrap()).unwrap();
        let cases = cases.get("cases").and_then(Json::as_array).unwrap_or_default();
        for step in cases.iter().filter_map(|case| case.get("steps")?.as_array()).flatten() {
            let send = step.get("send").and_then(Json::as_str).unwrap();
            let (method, target) = send.split_once(' ').unwrap();
            let text = step.get("text").and_then(Json::as_str).map(str::to_owned);
            let body = text.or_else(|| step.get("body").map(Json::to_compact)).unwrap_or_default();
            let body = body.replace("$connector", CONNECTOR).replace("$job", &world.job);
            add(&mut seeds, method, target, body);
        }
    }
    for (row, seeds) in ENDPOINTS.iter().zip(&mut seeds) {
        let body = if matches!(row.body, Body::None) { "" } else { "{}" };
        seeds.insert(Seed { query: String::new(), body: body.into() });
    }
    seeds.into_iter().map(|seeds| seeds.into_iter().collect()).collect()
}

fn add(seeds: &mut [BTreeSet<Seed>], method: &str, target: &str, body: String) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_plain =
        query.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=&_.,-*".contains(&byte));
    let best = ENDPOINTS
        .iter()
        .enumerate()
        .filter(|(_, row)| row.method.as_str() == method)
        .filter_map(|(number, row)| Some((likeness(row.path, path)?, number)))
        .max();
    if let Some((_, number)) = best.filter(|_| is_plain) {
        seeds[number].insert(Seed { query: query.to_owned(), body: body.into_bytes() });
    }
}

/// How many segments of a path are those of the template; nothing if it does not fit.
fn likeness(template: &str, path: &str) -> Option<usize> {
    let (template, path) = (template.split('/'), path.split('/'));
    if template.clone().count() != path.clone().count() {
        return None;
    }
    let mut same = 0;
    for (expected, actual) in template.zip(path) {
        if expected == actual {
            same += 1;
        } else if !expected.starts_with('{') {
            return None;
        }
    }
    Some(same)
}

fn files_below(directory: &Path, extension: &str) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}
