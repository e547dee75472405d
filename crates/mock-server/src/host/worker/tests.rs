//! The worker with a manual clock. The order of the calls and what they write: contract DO-1.1,
//! DO-1.2 and DO-3; when they happen: `docs/control.md`.

mod connectors;
mod jobs;
mod scripts;

use std::time::Duration;

use api_types::{Timestamp, Version, json::Json};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use crate::{
    Flavor,
    app::Settings,
    host::{Host, HostSettings},
    request::RawRequest,
    sources::{Clock, IdSource},
};

/// A server whose clock moves only when a test says so.
struct World {
    host: Host,
    clock: Clock,
}

impl World {
    /// The clock stands: every reading shows the same.
    fn new(script: Option<&str>) -> Self {
        Self::of_version(script, Version::NEWEST)
    }

    fn of_version(script: Option<&str>, version: Version) -> Self {
        let start = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let clock = Clock::manual(start, Duration::ZERO);
        let settings = HostSettings::from(Settings {
            version,
            clock: clock.clone(),
            ids: IdSource::seeded(7),
            security: None,
            flavor: Flavor::Stack,
        });
        let world = Self { host: Host::new(settings), clock };
        if let Some(script) = script {
            world.ok("PUT", "/_mock/worker", script);
        }
        world
    }

    fn answer(&self, method: &str, target: &str, body: &str) -> (u16, String) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response = self.host.handle(RawRequest {
            peer: None,
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: Bytes::copy_from_slice(body.as_bytes()),
        });
        (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
    }

    /// The answer to a request that succeeds.
    fn ok(&self, method: &str, target: &str, body: &str) -> Json {
        let (status, text) = self.answer(method, target, body);
        assert!(status < 300, "{method} {target}: {status} {text}");
        Json::parse(text.as_bytes()).unwrap()
    }

    fn wait(&self, milliseconds: u64) {
        self.clock.advance(Duration::from_millis(milliseconds));
    }

    fn connector(&self, id: &str) {
        let body = format!(r#"{{"index_name":"i-{id}","service_type":"drive"}}"#);
        self.ok("PUT", &format!("/_connector/{id}"), &body);
    }

    /// A connector that says nothing of its own in the log.
    fn job(&self, connector: &str, job_type: &str) -> String {
        let body = format!(r#"{{"id":"{connector}","job_type":"{job_type}"}}"#);
        let made = self.ok("POST", "/_connector/_sync_job", &body);
        made.get("id").and_then(Json::as_str).unwrap().to_owned()
    }

    fn job_document(&self, id: &str) -> Json {
        self.ok("GET", &format!("/_connector/_sync_job/{id}"), "")
    }

    fn status(&self, id: &str) -> String {
        self.job_document(id).get("status").and_then(Json::as_str).unwrap().to_owned()
    }

    fn connector_document(&self, id: &str) -> Json {
        self.ok("GET", &format!("/_connector/{id}?include_deleted=true"), "")
    }

    /// What the worker did: second, what, for which connector.
    fn done(&self) -> Vec<String> {
        shown(&self.ok("GET", "/_mock/worker", ""), "done")
    }

    /// What is due next.
    fn next(&self) -> Vec<String> {
        shown(&self.ok("GET", "/_mock/worker", ""), "next")
    }
}

fn shown(worker: &Json, member: &str) -> Vec<String> {
    let text = |entry: &Json, name: &str| entry.get(name).unwrap().as_str().unwrap().to_owned();
    let line = |entry: &Json| {
        let at = text(entry, "at");
        let second = at.strip_prefix("2026-01-01T00:").unwrap().strip_suffix('Z').unwrap();
        format!("{second} {} {}", text(entry, "what"), text(entry, "connector"))
    };
    worker.get(member).and_then(Json::as_array).unwrap().iter().map(line).collect()
}

/// The named members, as JSON.
fn members(document: &Json, names: &[&str]) -> Vec<String> {
    let shown = |name: &&str| document.get(name).map_or("absent".to_owned(), Json::to_compact);
    names.iter().map(shown).collect()
}
