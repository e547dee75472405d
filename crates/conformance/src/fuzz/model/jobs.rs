//! Sync jobs.

use std::sync::Arc;

use api_types::json::{Json, Text};

use super::{
    Plan, Planned, Planner, Refusal, Stop, Write,
    body::{Kind, Shape, strict, validated},
    document::{self, Document, patch},
    expected::{Expected, Reason},
    not_found, refused,
    value::{Fields, Value, fields, time},
};

/// The statuses of jobs (SJ-3-1).
pub(super) const STATUSES: [&str; 7] =
    ["canceling", "canceled", "completed", "error", "in_progress", "pending", "suspended"];
/// The types of jobs (SJ-3-2).
pub(super) const JOB_TYPES: [&str; 3] = ["full", "incremental", "access_control"];
const TRIGGERS: [&str; 2] = ["on_demand", "scheduled"];

/// The counters, in the order of SJ-14-13, and whether they are required.
const COUNTERS: [(&str, bool); 4] = [
    ("deleted_document_count", true),
    ("indexed_document_count", true),
    ("indexed_document_volume", true),
    ("total_document_count", false),
];

impl Planner<'_> {
    pub(super) fn job_post(&mut self) -> Planned {
        let shape = [("id", Kind::Text), ("job_type", Kind::Text), ("trigger_method", Kind::Text)];
        let given = strict(self.call.body.as_ref(), &shape, &["id"])?;
        let text = |name: &str| given.get(name).and_then(Json::as_str);
        let job_type = text("job_type").unwrap_or("full").to_lowercase();
        let trigger = text("trigger_method").unwrap_or("on_demand").to_lowercase();
        if !JOB_TYPES.contains(&&*job_type) || !TRIGGERS.contains(&&*trigger) {
            return Err(super::body::malformed("SJ-6-19").into());
        }
        let id = text("id").unwrap_or_default();
        if id.is_empty() {
            let message = "[id] of the connector cannot be null or empty";
            validated("SJ-6-13", &[message.to_owned()])?;
        }
        let Some(connector) = self.model.connectors.get(id) else {
            return Err(self.no_connector(id).into());
        };
        let has = |name: &str| connector.text(name).is_some_and(|value| !value.is_empty());
        if job_type != "access_control" && !has("index_name") {
            let reason = format!(
                "Cannot start a sync for connector [{id}] with no index attached. Set the [index_name] property for the connector to enable syncing data."
            );
            return Err(refused("SJ-6-16", reason).into());
        }
        if !has("service_type") {
            let reason = format!(
                "Cannot start a sync for connector [{id}] with [service_type] not defined. Set the service type of your connector before starting the sync."
            );
            return Err(refused("SJ-6-17", reason).into());
        }
        let snapshot = document::snapshot(id, connector, &job_type);
        let now = self.now();
        let fields = document::job(snapshot, Text::Owned(job_type), Text::Owned(trigger), &now);
        let writes = vec![Write::NewJob(fields)];
        Ok(Plan { rule: "SJ-7-1", expected: Expected::Job, writes })
    }

    /// Which error it is depends on whether there ever was a connector (SJ-6-14, SJ-6-15).
    fn no_connector(&self, id: &str) -> Refusal {
        let absent = || "no such index [.elastic-connectors-v1]".to_owned();
        let missing = || format!("Connector with id '{id}' does not exist.");
        match self.model.connectors_index {
            super::Presence::Present => not_found("SJ-6-15", missing()),
            super::Presence::Absent => Refusal {
                rule: "SJ-6-14",
                status: 404,
                kind: "index_not_found_exception",
                reason: Reason::Exactly(absent()),
            },
            // The server is used by others; that it never had a connector is unlikely enough.
            super::Presence::Unknown => not_found("SJ-6-15", missing()),
        }
    }

    /// A job that is read first: a miss is reported with the bare id (SJ-5-1, SJ-5-3).
    fn read_job(&self) -> Result<Arc<Document>, Stop> {
        let id = self.call.id();
        let sentence = || format!("connector sync job [{id}] not found");
        self.model.jobs.get(id).cloned().ok_or_else(|| {
            let refusal = match self.has_jobs_index() {
                Some(true) => not_found("SJ-5-1", id.to_owned()),
                Some(false) => not_found("SJ-5-3", sentence()),
                None => Refusal {
                    reason: Reason::OneOf([id.to_owned(), sentence()]),
                    ..not_found("SJ-5-1", String::new())
                },
            };
            refusal.into()
        })
    }

    /// A job that is updated directly: a miss is reported in a sentence, and an index that was
    /// absent is there afterwards (SJ-5-2, SJ-5-6).
    fn blind_job(&self) -> Result<Arc<Document>, Stop> {
        let id = self.call.id();
        self.model.jobs.get(id).cloned().ok_or_else(|| Stop {
            refusal: not_found("SJ-5-2", format!("connector sync job [{id}] not found")),
            writes: vec![Write::JobsIndex],
        })
    }

    pub(super) fn job_get(&self) -> Planned {
        let document = self.read_job()?;
        let expected = Expected::Document { id: self.call.id().to_owned(), document };
        Ok(Plan::read("SJ-8-1", expected))
    }

    pub(super) fn job_delete(&self) -> Planned {
        self.read_job()?;
        let writes = vec![Write::Job(self.call.id().to_owned(), None)];
        Ok(Plan { rule: "SJ-10-1", expected: Expected::Acknowledged, writes })
    }

    pub(super) fn job_check_in(&mut self) -> Planned {
        let old = self.blind_job()?;
        let now = self.now();
        self.update_job("SJ-11-1", &old, patch([("last_seen", now)]))
    }

    pub(super) fn job_cancel(&mut self) -> Planned {
        let old = self.read_job()?;
        let now = self.now();
        match old.status() {
            "pending" | "suspended" => {
                let given = patch([
                    ("status", Value::text("canceled")),
                    ("cancelation_requested_at", now.clone()),
                    ("canceled_at", now.clone()),
                    ("completed_at", now),
                ]);
                self.update_job("SJ-12-2", &old, given)
            }
            "in_progress" => {
                let given = patch([
                    ("status", Value::text("canceling")),
                    ("cancelation_requested_at", now),
                ]);
                self.update_job("SJ-12-3", &old, given)
            }
            from => Err(no_transition("SJ-4-9", from, "canceling").into()),
        }
    }

    pub(super) fn job_claim(&mut self) -> Planned {
        let shape = [("worker_hostname", Kind::Text), ("sync_cursor", Kind::Object)];
        let given = strict(self.call.body.as_ref(), &shape, &["worker_hostname"])?;
        let old = self.read_job()?;
        let (last_seen, started_at) = (self.now(), self.now());
        let worker = given.get("worker_hostname").map_or(Value::Null, Value::from);
        let mut given_fields = patch([
            ("worker_hostname", worker),
            ("status", Value::text("in_progress")),
            ("last_seen", last_seen),
            ("started_at", started_at),
        ]);
        if let Some(cursor) = given.get("sync_cursor") {
            let cursor = patch([("sync_cursor", Value::from(cursor))]);
            given_fields.insert(Text::Borrowed("connector"), Value::Object(cursor));
        }
        self.update_job("SJ-13-4", &old, given_fields)
    }

    pub(super) fn job_error(&self) -> Planned {
        let given = strict(self.call.body.as_ref(), &[("error", Kind::Text)], &["error"])?;
        let error = given.get("error").map_or(Value::Null, Value::from);
        if error.as_str() == Some("") {
            let message = "[error] of the connector sync job cannot be null or empty";
            validated("SJ-14-3", &[message.to_owned()])?;
        }
        let old = self.read_job()?;
        match old.status() {
            "in_progress" | "canceling" => {
                let given = patch([("error", error), ("status", Value::text("error"))]);
                self.update_job("SJ-14-2", &old, given)
            }
            from => Err(no_transition("SJ-4-10", from, "error").into()),
        }
    }

    pub(super) fn job_stats(&mut self) -> Planned {
        const SHAPE: &Shape = &[
            ("deleted_document_count", Kind::Integer),
            ("indexed_document_count", Kind::Integer),
            ("indexed_document_volume", Kind::Integer),
            ("total_document_count", Kind::Integer),
            ("last_seen", Kind::Text),
            ("metadata", Kind::Object),
        ];
        let required: Vec<&str> = COUNTERS
            .iter()
            .filter(|(_, is_required)| *is_required)
            .map(|(name, _)| *name)
            .collect();
        let given = strict(self.call.body.as_ref(), SHAPE, &required)?;
        let number = |name: &str| given.get(name).and_then(Json::as_i64);
        let negative = COUNTERS.iter().filter(|(name, _)| number(name).is_some_and(|it| it < 0));
        let messages: Vec<String> =
            negative.map(|(name, _)| format!("[{name}] cannot be negative.")).collect();
        validated("SJ-14-14", &messages)?;
        let old = self.blind_job()?;
        let is_too_large = |name: &str| number(name).is_some_and(|it| it > i64::from(i32::MAX));
        if COUNTERS.iter().any(|(name, _)| is_too_large(name)) {
            let kind = "document_parsing_exception";
            let refusal = Refusal { rule: "SJ-14-20", status: 400, kind, reason: Reason::Any };
            return Err(refusal.into());
        }
        let mut changed: Fields = fields(given);
        let last_seen = changed.get("last_seen").map(time);
        let last_seen = last_seen.unwrap_or_else(|| self.now());
        changed.insert(Text::Borrowed("last_seen"), last_seen);
        self.update_job("SJ-14-11", &old, changed)
    }
}

fn no_transition(rule: &'static str, from: &str, to: &str) -> Refusal {
    let reason = format!(
        "Invalid transition attempt from [{from}] to [{to}]. Such a ConnectorSyncStatus transition is not supported by the Connector Protocol."
    );
    refused(rule, reason)
}
