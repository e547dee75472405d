//! Request lines: methods, paths, percent escapes, routes (contract RL-3). The input is
//! `METHOD target` and, behind a line break, an id.

use api_types::{
    Version,
    endpoint::ENDPOINTS,
    json::{Json, Object},
};

use crate::{
    answer, hold, same,
    seeds::Fixtures,
    server::{CONNECTOR, Request, SECRET, Server},
};

/// Words of request lines.
pub const WORDS: &[&str] = &[
    "GET ",
    "PUT ",
    "POST ",
    "DELETE ",
    "HEAD ",
    "OPTIONS ",
    "PATCH ",
    "get ",
    "/_connector",
    "/_sync_job",
    "/_secret",
    "/_check_in",
    "/_cancel",
    "/_error",
    "/_stats",
    "/_claim",
    "/_mock",
    "/_filtering",
    "/_validation",
    "/c",
    "/s",
    "//",
    "/",
    "?",
    "#",
    "&",
    ";",
    "=",
    "+",
    "%",
    "%%",
    "%2F",
    "%5F",
    "%zz",
    "%4",
    "%C3%BC",
    "%FF",
    "%00",
    "?pretty",
    "?human=x",
    "?format=yaml",
    "?filter_path=",
    "?error_trace",
    "size=0",
    "from=-1",
    "size=99999999999",
    "\n",
    "é",
    "\u{1f600}",
];

/// Longer lines are refused (contract RL-10).
const MOST: usize = 4000;

/// Every answer is whole; slashes at the end of a path change no status; an id in a path, escaped,
/// is the id of what is stored and found.
///
/// # Errors
/// With what is wrong.
pub fn check(input: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(input);
    let (line, id) = text.split_once('\n').unwrap_or((&text, ""));
    let (method, target) = line.split_once(' ').unwrap_or(("GET", line));
    let server = Server::of(Version::NEWEST);
    server.furnish();
    let answer = server.ask(&Request::new(method, target));
    let is_control = target.starts_with("/_mock");
    if !is_control {
        check_answer(method, &answer)?;
        check_slash(&server, method, target, answer.status)?;
    }
    check_id(&server, id)
}

fn check_answer(method: &str, answer: &crate::server::Answer) -> Result<(), String> {
    let body = answer::check(answer, None)?;
    let is_empty = method == "HEAD" || (method == "OPTIONS" && answer.status == 200);
    same("no body", &body.is_none(), &is_empty)?;
    let known = ENDPOINTS.iter().any(|row| row.statuses.contains(&answer.status));
    hold(known || [400, 405, 406].contains(&answer.status), || format!("status {}", answer.status))
}

fn check_slash(server: &Server, method: &str, target: &str, status: u16) -> Result<(), String> {
    if target.len() + method.len() > MOST {
        return Ok(());
    }
    let end = target.find(['?', '#']).unwrap_or(target.len());
    let (path, rest) = target.split_at(end);
    server.furnish();
    let longer = format!("{path}/{rest}");
    let answer = server.ask(&Request::new(method, &longer));
    same("status with a slash behind", &answer.status, &status)
}

fn check_id(server: &Server, id: &str) -> Result<(), String> {
    if id.is_empty() || id.len() > MOST / 4 {
        return Ok(());
    }
    server.reset();
    let escaped: String = id.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let target = format!("/_connector/{escaped}");
    let connector = r#"{"index_name":"search-x","service_type":"s3"}"#;
    let created = server.ask(&Request::new("PUT", &target).json(connector));
    let body = answer::check(&created, None)?.unwrap_or_default();
    if created.status != 201 {
        return same("status of an id that is not taken", &created.status, &400);
    }
    let is_id = |body: &Json| body.get("id").and_then(Json::as_str) == Some(id);
    hold(is_id(&body), || format!("created as {body}"))?;
    let found = server.ask(&Request::new("GET", &target));
    let body = answer::check(&found, None)?.unwrap_or_default();
    hold(found.status == 200 && is_id(&body), || format!("found as {} {body}", found.status))?;
    let listed = answer::check(&server.ask(&Request::new("GET", "/_connector")), None)?;
    let listed = listed.unwrap_or_default();
    let listed = listed.get("results").and_then(Json::as_array).unwrap_or_default();
    hold(matches!(listed, [one] if is_id(one)), || format!("listed as {listed:?}"))?;
    // The same id, named in a body.
    let job = Json::from(Object::new().with("id", id.to_owned())).to_compact();
    let job = server.ask(&Request::new("POST", "/_connector/_sync_job").json(job));
    same("status of its sync job", &job.status, &201)
}

/// The request lines of the fixtures, each with an id, and the paths of the table.
#[must_use]
pub fn seeds(fixtures: &Fixtures) -> Vec<Vec<u8>> {
    let requests = fixtures.requests().into_iter();
    let mut lines: Vec<String> =
        requests.map(|seed| format!("{} {}\n{CONNECTOR}/ü", seed.method, seed.target)).collect();
    for row in ENDPOINTS {
        let path = row.path.replace("{connector_id}", CONNECTOR).replace("{id}", SECRET);
        let path = path.replace("{connector_sync_job_id}", "j");
        lines.push(format!("{} {path}\n{SECRET}", row.method));
    }
    lines.sort();
    lines.dedup();
    lines.into_iter().map(String::into_bytes).collect()
}
