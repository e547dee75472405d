//! What the contract says must happen, told independently of the server: statuses, errors,
//! counters, and which kind of missing is reported.

use std::collections::BTreeMap;

use api_types::json::Json;

use crate::{
    steps::{CONNECTORS, Step},
    target::{Answer, Request},
};

#[derive(Clone, Debug)]
struct Connector {
    status: &'static str,
    deleted: bool,
    /// Not there, null, or a text.
    error: Option<Option<&'static str>>,
    ready: bool,
}

#[derive(Clone, Debug)]
struct Job {
    id: String,
    status: &'static str,
    error: Option<&'static str>,
    count: i64,
    last_seen: Option<&'static str>,
}

/// Connectors by number, jobs in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Model {
    connectors: BTreeMap<usize, Connector>,
    connectors_index: bool,
    jobs: Vec<Option<Job>>,
    jobs_index: bool,
}

/// What an answer must be.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    status: u16,
    /// A part of the body: a result, or the type and the reason of an error.
    says: String,
    creates_job: bool,
}

impl Expected {
    fn ok(status: u16, says: &str) -> Self {
        Self { status, says: says.to_owned(), creates_job: false }
    }

    fn result(result: &str) -> Self {
        Self::ok(200, &format!(r#"{{"result":"{result}"}}"#))
    }

    fn error(status: u16, kind: &str, reason: &str) -> Self {
        Self::ok(status, &format!(r#""type":"{kind}","reason":"{reason}""#))
    }

    fn transition(from: &str, to: &str, what: &str) -> Self {
        let reason = format!(
            "Invalid transition attempt from [{from}] to [{to}]. Such a {what} transition is not supported by the Connector Protocol."
        );
        Self::error(400, "status_exception", &reason)
    }

    pub(crate) fn compare(&self, answer: &Answer) -> Result<(), String> {
        if answer.status == self.status && answer.body.contains(&self.says) {
            return Ok(());
        }
        Err(format!("expected {} with {}", self.status, self.says))
    }

    pub(crate) fn created_job(&self, answer: &Answer) -> Option<String> {
        if !self.creates_job {
            return None;
        }
        let body = Json::parse(answer.body.as_bytes()).ok()?;
        Some(body.get("id")?.as_str()?.to_owned())
    }

    pub(crate) fn writes_nothing(&self) -> bool {
        self.status >= 400 || self.says.contains("noop")
    }
}

fn connector_id(connector: usize) -> String {
    format!("connector-{connector}")
}

impl Model {
    /// The ids of everything that may be there.
    pub(crate) fn targets(&self) -> Vec<String> {
        let connectors = (0..CONNECTORS)
            .map(|number| format!("/_connector/{}?include_deleted=true", connector_id(number)));
        let jobs =
            self.jobs.iter().flatten().map(|job| format!("/_connector/_sync_job/{}", job.id));
        connectors.chain(jobs).collect()
    }

    pub(crate) fn statuses(&self) -> Vec<String> {
        let connectors =
            self.connectors.values().map(|connector| format!("connector {}", connector.status));
        let jobs = self.jobs.iter().flatten().map(|job| format!("job {}", job.status));
        connectors.chain(jobs).collect()
    }

    /// Gives the job that was created last the id that the server chose.
    pub(crate) fn name_last_job(&mut self, id: &str) {
        if let Some(Some(job)) = self.jobs.last_mut() {
            id.clone_into(&mut job.id);
        }
    }

    /// Whether the stored documents are what the model has.
    pub(crate) fn compare(&self, documents: &BTreeMap<String, String>) -> Result<(), String> {
        for number in 0..CONNECTORS {
            let target = format!("/_connector/{}?include_deleted=true", connector_id(number));
            let stored = documents.get(&target).and_then(|text| Json::parse(text.as_bytes()).ok());
            let expected = self.connectors.get(&number);
            let seen = stored.as_ref().map(|document| {
                let member = |name: &str| document.get(name).cloned();
                (member("status"), member("deleted"), member("error"))
            });
            let wanted = expected.map(|connector| {
                (
                    Some(Json::from(connector.status)),
                    Some(Json::from(connector.deleted)),
                    connector.error.map(Json::from),
                )
            });
            if seen != wanted {
                return Err(format!("{target} is {seen:?} instead of {wanted:?}"));
            }
        }
        for job in self.jobs.iter().flatten() {
            let target = format!("/_connector/_sync_job/{}", job.id);
            let text = documents.get(&target).ok_or_else(|| format!("{target} is missing"))?;
            let document = Json::parse(text.as_bytes()).map_err(|error| error.to_string())?;
            let member = |name: &str| document.get(name).cloned();
            if member("status") != Some(Json::from(job.status))
                || member("error") != job.error.map(Json::from)
                || member("indexed_document_count") != Some(Json::from(job.count))
            {
                return Err(format!("{target} is {text} instead of {job:?}"));
            }
        }
        Ok(())
    }

    /// The request of a step and what must be answered; the model takes the step.
    pub(crate) fn predict(&mut self, step: &Step) -> (Expected, Request) {
        match *step {
            Step::PutConnector { connector, is_native, ready } => {
                self.put_connector(connector, is_native, ready)
            }
            Step::DeleteConnector { connector, hard } => self.delete_connector(connector, hard),
            Step::CheckInConnector { connector } => {
                let request = Request::new("PUT", on_connector(connector, "/_check_in"), None);
                let expected = self.blind_write(connector, |_| "updated");
                (expected, request)
            }
            Step::SetConnectorError { connector, error } => {
                self.set_connector_error(connector, error)
            }
            Step::SetConnectorStatus { connector, status } => {
                let body = format!(r#"{{"status":"{status}"}}"#);
                let request = Request::new("PUT", on_connector(connector, "/_status"), Some(body));
                (self.set_connector_status(connector, status), request)
            }
            Step::PostJob { connector } => self.post_job(connector),
            Step::DeleteJob { job } => {
                let request = Request::new("DELETE", self.on_job(job, ""), None);
                let expected = self.read_job(job, |_| Ok("deleted"));
                if expected.status == 200 {
                    self.jobs[job] = None;
                    return (Expected::ok(200, r#"{"acknowledged":true}"#), request);
                }
                (expected, request)
            }
            Step::CheckInJob { job } => {
                let request = Request::new("PUT", self.on_job(job, "/_check_in"), None);
                let expected = self.write_job(job, |found| {
                    found.last_seen = None;
                    "updated"
                });
                (expected, request)
            }
            Step::CancelJob { job } => {
                let request = Request::new("PUT", self.on_job(job, "/_cancel"), None);
                (self.read_job(job, cancel), request)
            }
            Step::ClaimJob { job, host } => {
                let body = format!(r#"{{"worker_hostname":"{host}"}}"#);
                let request = Request::new("PUT", self.on_job(job, "/_claim"), Some(body));
                let expected = self.read_job(job, |found| {
                    found.status = "in_progress";
                    found.last_seen = None;
                    Ok("updated")
                });
                (expected, request)
            }
            Step::SetJobError { job, error } => self.set_job_error(job, error),
            Step::UpdateStats { job, count, last_seen } => self.update_stats(job, count, last_seen),
        }
    }

    fn set_connector_error(
        &mut self,
        connector: usize,
        error: Option<&'static str>,
    ) -> (Expected, Request) {
        let body = format!(r#"{{"error":{}}}"#, Json::from(error));
        let request = Request::new("PUT", on_connector(connector, "/_error"), Some(body));
        let status = if error.unwrap_or_default().is_empty() { "connected" } else { "error" };
        let expected = self.blind_write(connector, |found| {
            let same = found.error == Some(error) && found.status == status;
            found.error = Some(error);
            found.status = status;
            if same { "noop" } else { "updated" }
        });
        (expected, request)
    }

    fn put_connector(
        &mut self,
        number: usize,
        is_native: bool,
        ready: bool,
    ) -> (Expected, Request) {
        let ready_members = format!(r#","index_name":"content-{number}","service_type":"s3""#);
        let body = format!(
            r#"{{"is_native":{is_native}{}}}"#,
            if ready { ready_members.as_str() } else { "" }
        );
        let status = if is_native { "needs_configuration" } else { "created" };
        let connector = Connector { status, deleted: false, error: None, ready };
        self.connectors_index = true;
        let (code, result) = match self.connectors.insert(number, connector) {
            Some(_) => (200, "updated"),
            None => (201, "created"),
        };
        let says = format!(r#"{{"id":"{}","result":"{result}"}}"#, connector_id(number));
        (Expected::ok(code, &says), Request::new("PUT", on_connector(number, ""), Some(body)))
    }

    fn delete_connector(&mut self, number: usize, hard: bool) -> (Expected, Request) {
        let target = on_connector(number, &format!("?hard={hard}"));
        let found = match self.connectors.get_mut(&number) {
            Some(_) if hard => self.connectors.remove(&number).is_some(),
            Some(connector) if !connector.deleted => {
                connector.deleted = true;
                true
            }
            _ => false,
        };
        let expected = if found {
            Expected::ok(200, r#"{"acknowledged":true}"#)
        } else {
            connector_not_found(number)
        };
        (expected, Request::new("DELETE", target, None))
    }

    /// A write that does not look whether the connector is deleted, and makes the index.
    fn blind_write(
        &mut self,
        number: usize,
        write: impl FnOnce(&mut Connector) -> &'static str,
    ) -> Expected {
        self.connectors_index = true;
        match self.connectors.get_mut(&number) {
            Some(connector) => Expected::result(write(connector)),
            None => {
                let reason = format!("[{}]: document missing", connector_id(number));
                Expected::error(404, "document_missing_exception", &reason)
            }
        }
    }

    fn set_connector_status(&mut self, number: usize, to: &'static str) -> Expected {
        let Some(connector) = self.connectors.get_mut(&number).filter(|found| !found.deleted)
        else {
            return connector_not_found(number);
        };
        let from = connector.status;
        let allowed = match from {
            "created" => &["needs_configuration", "error"][..],
            "needs_configuration" => &["configured", "error"],
            "configured" => &["needs_configuration", "configured", "connected", "error"],
            _ => &["configured", "connected", "error"],
        };
        if !allowed.contains(&to) {
            return Expected::transition(from, to, "status");
        }
        connector.status = to;
        Expected::result(if from == to { "noop" } else { "updated" })
    }

    fn post_job(&mut self, number: usize) -> (Expected, Request) {
        let id = connector_id(number);
        let body = format!(r#"{{"id":"{id}"}}"#);
        let request = Request::new("POST", "/_connector/_sync_job".to_owned(), Some(body));
        let expected = match self.connectors.get(&number) {
            Some(connector) if connector.ready => {
                self.jobs_index = true;
                let job = Job {
                    id: String::new(),
                    status: "pending",
                    error: None,
                    count: 0,
                    last_seen: None,
                };
                self.jobs.push(Some(job));
                Expected { creates_job: true, ..Expected::ok(201, r#"{"id":""#) }
            }
            Some(_) => Expected::error(
                400,
                "status_exception",
                &format!(
                    "Cannot start a sync for connector [{id}] with no index attached. Set the [index_name] property for the connector to enable syncing data."
                ),
            ),
            None if self.connectors_index => Expected::error(
                404,
                "resource_not_found_exception",
                &format!("Connector with id '{id}' does not exist."),
            ),
            None => Expected::error(
                404,
                "index_not_found_exception",
                "no such index [.elastic-connectors-v1]",
            ),
        };
        (expected, request)
    }

    fn job_id(&self, job: usize) -> String {
        match self.jobs.get(job) {
            Some(Some(found)) => found.id.clone(),
            _ => format!("missing-{job}"),
        }
    }

    fn on_job(&self, job: usize, rest: &str) -> String {
        format!("/_connector/_sync_job/{}{rest}", self.job_id(job))
    }

    /// An operation that reads the job first.
    fn read_job(
        &mut self,
        job: usize,
        act: impl FnOnce(&mut Job) -> Result<&'static str, Expected>,
    ) -> Expected {
        let id = self.job_id(job);
        let long = !self.jobs_index;
        match self.jobs.get_mut(job) {
            Some(Some(found)) => act(found).map_or_else(|error| error, Expected::result),
            _ => job_not_found(&id, long),
        }
    }

    /// An operation that writes at once, and makes the index.
    fn write_job(&mut self, job: usize, act: impl FnOnce(&mut Job) -> &'static str) -> Expected {
        self.jobs_index = true;
        let id = self.job_id(job);
        match self.jobs.get_mut(job) {
            Some(Some(found)) => Expected::result(act(found)),
            _ => job_not_found(&id, true),
        }
    }

    fn set_job_error(&mut self, job: usize, error: &'static str) -> (Expected, Request) {
        let body = format!(r#"{{"error":"{error}"}}"#);
        let request = Request::new("PUT", self.on_job(job, "/_error"), Some(body));
        if error.is_empty() {
            let reason =
                "Validation Failed: 1: [error] of the connector sync job cannot be null or empty;";
            return (Expected::error(400, "action_request_validation_exception", reason), request);
        }
        let expected = self.read_job(job, |found| {
            if !matches!(found.status, "in_progress" | "canceling") {
                return Err(Expected::transition(found.status, "error", "ConnectorSyncStatus"));
            }
            found.status = "error";
            found.error = Some(error);
            Ok("updated")
        });
        (expected, request)
    }

    fn update_stats(
        &mut self,
        job: usize,
        count: i64,
        last_seen: Option<&'static str>,
    ) -> (Expected, Request) {
        let time = last_seen.map_or_else(String::new, |time| format!(r#","last_seen":"{time}""#));
        let body = format!(
            r#"{{"deleted_document_count":0,"indexed_document_count":{count},"indexed_document_volume":0{time}}}"#
        );
        let request = Request::new("PUT", self.on_job(job, "/_stats"), Some(body));
        if count < 0 {
            let reason = "Validation Failed: 1: [indexed_document_count] cannot be negative.;";
            return (Expected::error(400, "action_request_validation_exception", reason), request);
        }
        let expected = self.write_job(job, |found| {
            let same = found.count == count && last_seen.is_some() && found.last_seen == last_seen;
            found.count = count;
            found.last_seen = last_seen;
            if same { "noop" } else { "updated" }
        });
        (expected, request)
    }
}

fn cancel(job: &mut Job) -> Result<&'static str, Expected> {
    job.status = match job.status {
        "pending" => "canceled",
        "in_progress" => "canceling",
        from => return Err(Expected::transition(from, "canceling", "ConnectorSyncStatus")),
    };
    Ok("updated")
}

fn on_connector(connector: usize, rest: &str) -> String {
    format!("/_connector/{}{rest}", connector_id(connector))
}

fn connector_not_found(number: usize) -> Expected {
    let reason = format!("connector [{}] not found", connector_id(number));
    Expected::error(404, "resource_not_found_exception", &reason)
}

fn job_not_found(id: &str, long: bool) -> Expected {
    let long_form = format!("connector sync job [{id}] not found");
    Expected::error(404, "resource_not_found_exception", if long { &long_form } else { id })
}
