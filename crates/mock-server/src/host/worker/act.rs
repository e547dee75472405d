//! What the worker does, as the requests that Elastic's connector service sends (contract DO-1.1,
//! DO-1.2 and DO-3).

use std::time::Duration;

use api_types::{
    Timestamp, Version,
    endpoint::Operation,
    json::{Json, Object},
    sync_job::SyncJobType,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use super::{
    log::{Done, Sent},
    player::{Act, Due, Player, Wrong},
    script::{COUNTS, End, WorkerJob},
    view::Kind,
};
use crate::{
    app::App,
    host::journal::{Sender, SpaceJournal},
    request::RawRequest,
    sources::Clock,
    store::{CONNECTORS, SYNC_JOBS},
};

impl Player {
    /// Does what is due.
    pub(super) fn act(&mut self, app: &App, journal: &SpaceJournal, due: Due) {
        let Due { at, act, connector, job, .. } = due;
        let mut session = Session { app, journal, at, sent: Vec::new() };
        let what = act.name();
        match (act, job.as_deref()) {
            (Act::Register, _) => {
                let schema = self.script.configuration.clone().unwrap_or_default();
                let doc = Object::new()
                    .with("configuration", schema)
                    .with("status", "needs_configuration");
                session.update(CONNECTORS.alias, &connector, doc);
            }
            (Act::CheckIn, _) => {
                let path = format!("/_connector/{}/_check_in", encoded(&connector));
                session.send("PUT", path, None);
            }
            (Act::Connect, _) => {
                let doc = Object::new().with("status", "connected").with("error", Json::Null);
                session.update(CONNECTORS.alias, &connector, doc);
            }
            (Act::Claim, Some(job)) => self.claim(&mut session, &connector, job),
            (Act::Stats, Some(job)) => self.report(&mut session, job),
            (Act::End(end), Some(job)) => self.end(&mut session, job, &end),
            (Act::Notice(wrong), Some(job)) => self.notice(&mut session, job, &wrong),
            // A job is what these are about.
            (Act::Claim | Act::Stats | Act::End(_) | Act::Notice(_), None) => {}
        }
        let requests = session.sent;
        self.log.push(Done { at, what, connector, job, requests });
    }

    fn claim(&mut self, session: &mut Session<'_>, connector: &str, job: &str) {
        let Some(job_type) = session.job_type(job) else { return };
        let (status, error) = Kind::of(job_type).members();
        let doc = Object::new()
            .with("status", "connected")
            .with("error", Json::Null)
            .with(status, "in_progress")
            .with(error, Json::Null);
        session.update(CONNECTORS.alias, connector, doc);
        let cursor = match job_type {
            SyncJobType::Incremental => session.cursor(connector),
            SyncJobType::Full | SyncJobType::AccessControl => Json::Null,
        };
        session.claim(job, &self.script.worker_hostname, cursor);
        self.start(job, connector, job_type, session.at);
    }

    fn report(&mut self, session: &mut Session<'_>, job: &str) {
        let Some(running) = self.running.get_mut(job) else { return };
        let metadata = running.stats().and_then(|stats| stats.metadata.clone());
        running.reported += 1;
        let mut body = reported(&running.plan, running.reported);
        body.insert("metadata", metadata.unwrap_or_default());
        session.send("PUT", format!("/_connector/_sync_job/{}/_stats", encoded(job)), Some(body));
    }

    fn end(&mut self, session: &mut Session<'_>, job: &str, end: &End) {
        let (status, error) = match end {
            End::Completed => ("completed", None),
            End::Error(text) => ("error", Some(text.clone())),
            End::Suspended => ("suspended", None),
            End::Never => return,
        };
        self.terminate(session, job, status, error, Counted::AtEnd);
    }

    fn notice(&mut self, session: &mut Session<'_>, job: &str, wrong: &Wrong) {
        let Some(running) = self.running.get(job) else { return };
        let connector = running.connector.clone();
        match wrong {
            Wrong::Canceling => {
                self.terminate(session, job, "canceled", None, Counted::UntilNow);
            }
            Wrong::Status(status) => {
                let error = format!(
                    "ConnectorJobNotRunningError: Connector job (ID: {job}) is not running but in status of JobStatus.{}.",
                    status.to_uppercase()
                );
                self.terminate(session, job, "error", Some(error), Counted::UntilNow);
            }
            Wrong::ConnectorGone => {
                let error = format!(
                    "ConnectorNotFoundError: Connector is not found for connector ID {connector}."
                );
                self.terminate(session, job, "error", Some(error), Counted::UntilNow);
            }
            Wrong::JobGone => {
                let error = Json::from("Couldn't find the job");
                let mut doc = Object::new()
                    .with("last_synced", session.now())
                    .with("status", "error")
                    .with("error", error.clone());
                for kind in [Kind::AccessControl, Kind::Content] {
                    let (of_status, of_error) = kind.members();
                    doc.insert(of_status, "error");
                    doc.insert(of_error, error.clone());
                }
                session.update(CONNECTORS.alias, &connector, doc);
                self.stop(job, session.at);
            }
        }
    }

    fn terminate(
        &mut self,
        session: &mut Session<'_>,
        job: &str,
        status: &'static str,
        error: Option<String>,
        counted: Counted,
    ) {
        let Some(running) = self.running.get(job) else { return };
        let (connector, job_type) = (running.connector.clone(), running.job_type);
        let mut counts = reported(&running.plan, running.reported);
        if counted == Counted::AtEnd {
            for (name, count) in running.plan.counts.iter() {
                counts.insert(name.to_owned(), count.clone());
            }
        }
        let has_connector = session.has_connector(&connector);
        if has_connector && !counts.contains(TOTAL) {
            counts.insert(TOTAL, (count(&counts, INDEXED) - count(&counts, DELETED)).max(0));
        }
        let is_over = status != "suspended";
        let now = session.now();
        let mut doc = Object::new()
            .with("last_seen", now.clone())
            .with("status", status)
            .with("error", error.clone());
        if is_over {
            doc.insert("completed_at", now.clone());
        }
        if status == "canceled" {
            doc.insert("canceled_at", now.clone());
        }
        for (name, count) in counts.iter() {
            doc.insert(name.to_owned(), count.clone());
        }
        session.update(SYNC_JOBS.alias, job, doc);
        if has_connector {
            let (of_status, of_error) = Kind::of(job_type).members();
            let mut doc = Object::new()
                .with("last_synced", now)
                .with("status", if status == "error" { "error" } else { "connected" })
                .with("error", error.clone())
                .with(of_status, status)
                .with(of_error, error);
            if status == "completed" && Kind::of(job_type) == Kind::Content {
                doc.insert("sync_cursor", session.cursor(&connector));
            }
            if is_over {
                doc.insert("last_indexed_document_count", count(&counts, INDEXED));
                doc.insert("last_deleted_document_count", count(&counts, DELETED));
            }
            session.update(CONNECTORS.alias, &connector, doc);
        }
        self.stop(job, session.at);
    }
}

/// Which counts a job has when it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// Those that the script has for its end.
    AtEnd,
    /// Those that were reported.
    UntilNow,
}

const DELETED: &str = "deleted_document_count";
const INDEXED: &str = "indexed_document_count";
const TOTAL: &str = "total_document_count";

fn count(counts: &Object, name: &str) -> i64 {
    counts.get(name).and_then(Json::as_i64).unwrap_or_default()
}

/// The counts after so many reports. The total is among them once the script has it.
fn reported(plan: &WorkerJob, reports: usize) -> Object {
    let [deleted, indexed, volume, _] = COUNTS;
    let mut counts = Object::new().with(deleted, 0).with(indexed, 0).with(volume, 0);
    for stats in plan.stats.iter().take(reports) {
        for (name, count) in stats.counts.iter() {
            counts.insert(name.to_owned(), count.clone());
        }
    }
    counts
}

/// Requests at one instant.
struct Session<'a> {
    app: &'a App,
    /// Where its requests are kept.
    journal: &'a SpaceJournal,
    at: Timestamp,
    sent: Vec<Sent>,
}

impl Session<'_> {
    /// The instant as the connector service writes it.
    fn now(&self) -> Json {
        python_text(self.at).into()
    }

    fn send(&mut self, method: &str, target: String, body: Option<Object>) {
        let mut headers = HeaderMap::new();
        let body = body.map(|body| {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Bytes::from(Json::Object(body).to_compact())
        });
        let request = RawRequest {
            peer: None,
            method: method.to_owned(),
            target,
            headers,
            body: body.unwrap_or_default(),
        };
        let clock = Clock::manual(self.at, Duration::ZERO);
        let mut changes = Vec::new();
        let noted = self.journal.is_on().then_some(&mut changes);
        let answer = self.app.handle_worker(&request, &clock, noted);
        if self.journal.is_on() {
            self.journal.record((self.at, Sender::Worker), &request, &answer, &changes);
        }
        let RawRequest { method, target, .. } = request;
        let status = answer.status().as_u16();
        self.sent.push(Sent { request: format!("{method} {target}"), status });
    }

    fn update(&mut self, index: &str, id: &str, doc: Object) {
        let target = format!("/{index}/_update/{}", encoded(id));
        self.send("POST", target, Some(Object::new().with("doc", doc)));
    }

    /// By the API, or where that is not there yet as the service did it before (contract DO-3-10).
    fn claim(&mut self, job: &str, worker_hostname: &str, cursor: Json) {
        let version: Version = self.app.settings().version;
        if Operation::SyncJobClaim.endpoints().any(|endpoint| version >= endpoint.since) {
            let mut body = Object::new().with("worker_hostname", worker_hostname.to_owned());
            if !cursor.is_null() {
                body.insert("sync_cursor", cursor);
            }
            let target = format!("/_connector/_sync_job/{}/_claim", encoded(job));
            self.send("PUT", target, Some(body));
            return;
        }
        let doc = Object::new()
            .with("status", "in_progress")
            .with("started_at", self.now())
            .with("last_seen", self.now())
            .with("worker_hostname", worker_hostname.to_owned())
            .with("connector.sync_cursor", cursor);
        self.update(SYNC_JOBS.alias, job, doc);
    }

    fn member(&self, index: &str, id: &str, name: &str) -> Option<Json> {
        self.app.with_context(|context| {
            let document = context.store.get(index, id).ok()??;
            document.source().get(name).cloned()
        })
    }

    fn has_connector(&self, id: &str) -> bool {
        self.app
            .with_context(|context| matches!(context.store.get(CONNECTORS.index, id), Ok(Some(_))))
    }

    fn cursor(&self, connector: &str) -> Json {
        self.member(CONNECTORS.index, connector, "sync_cursor").unwrap_or_default()
    }

    fn job_type(&self, job: &str) -> Option<SyncJobType> {
        use api_types::WireEnum as _;
        let name = self.member(SYNC_JOBS.index, job, "job_type")?;
        SyncJobType::parse(name.as_str()?).ok()
    }
}

/// An instant as the connector service writes it: microseconds, if there are any, and an offset.
fn python_text(at: Timestamp) -> String {
    let text = at.to_string();
    let text = text.strip_suffix('Z').unwrap_or(&text);
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    if micros == "000000" {
        format!("{seconds}+00:00")
    } else {
        format!("{seconds}.{micros}+00:00")
    }
}

/// A segment of a path.
fn encoded(id: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    id.bytes().map(byte).collect()
}
