//! The reference model: what the contract says must happen, told independently of any server.
//!
//! [`Model::predict`] says what a call has to be answered with and what it does to the documents;
//! [`Model::judge`] compares that with an answer; [`Model::commit`] takes it over. The model shares
//! nothing with the mock server but JSON and the names of operations. Where the contract leaves a
//! choice, the prediction takes either.

mod body;
mod configuration;
mod connectors;
mod document;
mod expected;
mod filtering;
mod jobs;
mod lists;
mod service;
mod updates;
mod value;

use std::{collections::BTreeMap, sync::Arc};

use api_types::{endpoint::Operation, json::Json};

pub(super) use self::service::{JOBS, status as status_document};
pub use self::value::{Mismatch, Window};
use self::{
    document::Document,
    expected::{Expected, Reason, Refusal, Told},
    value::{Comparison, Fields, Stamp, Value, merge},
};
use super::target::Answer;

/// A call with everything filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The operation.
    pub operation: Operation,
    /// The index in the path, if the operation has one.
    pub index: Option<String>,
    /// The id in the path, if the operation has one.
    pub id: Option<String>,
    /// The parameters of the query.
    pub query: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Json>,
}

impl Call {
    fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// Whether a boolean parameter is true.
    fn is_set(&self, name: &str) -> bool {
        self.param(name).is_some_and(|value| value.is_empty() || value == "true")
    }
}

/// Whether an index is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Present,
    Absent,
    Unknown,
}

/// The state of a server as the contract has it.
#[derive(Clone, Debug)]
pub struct Model {
    connectors: BTreeMap<String, Arc<Document>>,
    jobs: BTreeMap<String, Arc<Document>>,
    connectors_index: Presence,
    jobs_index: Presence,
    stamps: Vec<Stamp>,
    created: u64,
    is_alone: bool,
}

/// What a call has to be answered with, and what it does.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// The rule of the contract that decides.
    pub rule: &'static str,
    expected: Expected,
    writes: Vec<Write>,
    stamps: Vec<Stamp>,
}

impl Prediction {
    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.expected.status()
    }

    /// The type of the error, if it has to be one.
    #[must_use]
    pub const fn error(&self) -> Option<&'static str> {
        match &self.expected {
            Expected::Refused(refusal) => Some(refusal.kind),
            _ => None,
        }
    }

    /// Whether the call changes nothing.
    #[must_use]
    pub fn is_without_effect(&self) -> bool {
        self.writes.is_empty()
    }
}

/// A change of the state.
#[derive(Clone, Debug)]
enum Write {
    Connector(String, Option<Arc<Document>>),
    Job(String, Option<Arc<Document>>),
    /// The server makes the id.
    NewConnector(Fields),
    NewJob(Fields),
    ConnectorsIndex,
    JobsIndex,
}

/// What is to happen where nothing speaks against it.
struct Plan {
    rule: &'static str,
    expected: Expected,
    writes: Vec<Write>,
}

impl Plan {
    const fn read(rule: &'static str, expected: Expected) -> Self {
        Self { rule, expected, writes: Vec::new() }
    }
}

type Planned = Result<Plan, Stop>;

/// A call that is refused; a blind write may have made an index before it failed.
struct Stop {
    refusal: Refusal,
    writes: Vec<Write>,
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, writes: Vec::new() }
    }
}

/// Works out what one call does.
struct Planner<'m> {
    model: &'m Model,
    call: &'m Call,
    window: Window,
    stamps: Vec<Stamp>,
}

/// An answer that was as predicted.
#[derive(Debug)]
pub struct Judged(Told);

impl Judged {
    /// The id that the server made.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }
}

impl Model {
    /// An empty server, which nobody else uses.
    #[must_use]
    pub const fn empty() -> Self {
        Self::new(Presence::Absent, true)
    }

    /// A server on which others have connectors and jobs, too.
    #[must_use]
    pub const fn shared() -> Self {
        Self::new(Presence::Unknown, false)
    }

    const fn new(presence: Presence, is_alone: bool) -> Self {
        Self {
            connectors: BTreeMap::new(),
            jobs: BTreeMap::new(),
            connectors_index: presence,
            jobs_index: presence,
            stamps: Vec::new(),
            created: 0,
            is_alone,
        }
    }

    /// The ids of all connectors, the deleted ones that are still stored included.
    pub fn connectors(&self) -> impl Iterator<Item = &str> {
        self.connectors.keys().map(String::as_str)
    }

    /// The ids of all jobs.
    pub fn jobs(&self) -> impl Iterator<Item = &str> {
        self.jobs.keys().map(String::as_str)
    }

    /// The status of a connector; `None` if it is not stored.
    #[must_use]
    pub fn connector_status(&self, id: &str) -> Option<&str> {
        self.connectors.get(id).map(|document| document.status())
    }

    /// Whether a connector is stored and marked as deleted.
    #[must_use]
    pub fn is_deleted(&self, id: &str) -> bool {
        self.connectors.get(id).is_some_and(|document| document.is_deleted())
    }

    /// The status of a job; `None` if there is none.
    #[must_use]
    pub fn job_status(&self, id: &str) -> Option<&str> {
        self.jobs.get(id).map(|document| document.status())
    }

    /// What a call has to be answered with, and what it does.
    #[must_use]
    pub fn predict(&self, call: &Call, window: Window) -> Prediction {
        let mut planner = Planner { model: self, call, window, stamps: Vec::new() };
        match planner.plan() {
            Ok(Plan { rule, expected, writes }) => {
                Prediction { rule, expected, writes, stamps: planner.stamps }
            }
            Err(Stop { refusal, writes }) => Prediction {
                rule: refusal.rule,
                expected: Expected::Refused(refusal),
                writes,
                stamps: Vec::new(),
            },
        }
    }

    /// Whether an answer is as predicted.
    ///
    /// # Errors
    /// Where it is not.
    pub fn judge(&self, prediction: &Prediction, answer: &Answer) -> Result<Judged, Mismatch> {
        let comparison = Comparison::new(&self.stamps, &prediction.stamps);
        let told = prediction.expected.judge(answer, comparison)?;
        match &told.id {
            Some(id) if self.is_taken(prediction, id) => {
                Err(Mismatch::new("/id", "an id that nothing has yet", value::quoted(id)))
            }
            Some(_) | None => Ok(Judged(told)),
        }
    }

    /// Whether the server made an id that something has already.
    fn is_taken(&self, prediction: &Prediction, id: &str) -> bool {
        prediction.writes.iter().any(|write| match write {
            Write::NewConnector(_) => self.connectors.contains_key(id),
            Write::NewJob(_) => self.jobs.contains_key(id),
            Write::Connector(..) | Write::Job(..) | Write::ConnectorsIndex | Write::JobsIndex => {
                false
            }
        })
    }

    /// Takes over what happened.
    pub fn commit(&mut self, prediction: Prediction, judged: Judged) {
        let Told { id, learned } = judged.0;
        self.stamps.extend(prediction.stamps);
        for (stamp, text) in learned {
            if let Some(stamp) = self.stamps.get_mut(stamp.0) {
                stamp.known = Some(text);
            }
        }
        for write in prediction.writes {
            self.write(write, id.as_deref());
        }
    }

    fn write(&mut self, write: Write, made: Option<&str>) {
        match write {
            Write::Connector(id, document) => {
                self.connectors_index = Presence::Present;
                put(&mut self.connectors, id, document);
            }
            Write::Job(id, document) => put(&mut self.jobs, id, document),
            Write::NewConnector(fields) => {
                self.connectors_index = Presence::Present;
                let document = self.created(fields);
                put(&mut self.connectors, made.unwrap_or_default().to_owned(), Some(document));
            }
            Write::NewJob(fields) => {
                self.jobs_index = Presence::Present;
                let document = self.created(fields);
                put(&mut self.jobs, made.unwrap_or_default().to_owned(), Some(document));
            }
            Write::ConnectorsIndex => self.connectors_index = Presence::Present,
            Write::JobsIndex => self.jobs_index = Presence::Present,
        }
    }

    fn created(&mut self, fields: Fields) -> Arc<Document> {
        self.created += 1;
        Arc::new(Document { fields, number: self.created })
    }
}

fn put(
    documents: &mut BTreeMap<String, Arc<Document>>,
    id: String,
    document: Option<Arc<Document>>,
) {
    match document {
        Some(document) => documents.insert(id, document),
        None => documents.remove(&id),
    };
}

impl Planner<'_> {
    fn plan(&mut self) -> Planned {
        match self.call.operation {
            Operation::List => self.list(),
            Operation::Post | Operation::Put => self.create(),
            Operation::Get => self.get(),
            Operation::Delete => self.delete(),
            Operation::CheckIn => self.check_in(),
            Operation::UpdateApiKeyId => self.api_key_id(),
            Operation::UpdateConfiguration => self.configuration(),
            Operation::UpdateError => self.error(),
            Operation::UpdateFeatures => self.features(),
            Operation::UpdateFiltering => self.filtering(),
            Operation::UpdateFilteringValidation => self.filtering_validation(),
            Operation::UpdateActiveFiltering => self.activate(),
            Operation::UpdateIndexName => self.index_name(),
            Operation::LastSync => self.last_sync(),
            Operation::UpdateName => self.name(),
            Operation::UpdateNative => self.native(),
            Operation::UpdatePipeline => self.pipeline(),
            Operation::UpdateScheduling => self.scheduling(),
            Operation::UpdateServiceType => self.service_type(),
            Operation::UpdateStatus => self.status(),
            Operation::SyncJobPost => self.job_post(),
            Operation::SyncJobList => self.job_list(),
            Operation::SyncJobGet => self.job_get(),
            Operation::SyncJobDelete => self.job_delete(),
            Operation::SyncJobCheckIn => self.job_check_in(),
            Operation::SyncJobCancel => self.job_cancel(),
            Operation::SyncJobClaim => self.job_claim(),
            Operation::SyncJobError => self.job_error(),
            Operation::SyncJobUpdateStats => self.job_stats(),
            Operation::DocumentUpdate => self.document_update(),
            _ => Err(Refusal::not_modelled().into()),
        }
    }

    /// An instant of now.
    fn now(&mut self) -> Value {
        let id = value::StampId(self.model.stamps.len() + self.stamps.len());
        self.stamps.push(Stamp { window: self.window, known: None });
        Value::Stamp(id)
    }

    /// A connector that is read first: deleted ones are missing (CN-1.6-1).
    fn read_connector(&self) -> Result<Arc<Document>, Stop> {
        let id = self.call.id();
        let found = self.model.connectors.get(id).filter(|document| !document.is_deleted());
        found
            .cloned()
            .ok_or_else(|| not_found("CN-1.3-13", format!("connector [{id}] not found")).into())
    }

    /// A connector that is written blindly; where the index is missing it is made (CN-1.6-4).
    fn blind_connector(&self) -> Result<Arc<Document>, Stop> {
        let id = self.call.id();
        self.model.connectors.get(id).cloned().ok_or_else(|| Stop {
            refusal: Refusal {
                rule: "CN-1.3-14",
                status: 404,
                kind: "document_missing_exception",
                reason: Reason::Exactly(format!("[{id}]: document missing")),
            },
            writes: vec![Write::ConnectorsIndex],
        })
    }

    /// A partial update of a connector: `updated`, or `noop` (CN-1.5-1, CN-1.5-2).
    fn update_connector(&self, rule: &'static str, old: &Document, patch: Fields) -> Planned {
        let mut document = old.clone();
        if !merge(&mut document.fields, patch) {
            return Ok(Plan::read("CN-1.5-2", Expected::Result("noop")));
        }
        let write = Write::Connector(self.call.id().to_owned(), Some(Arc::new(document)));
        Ok(Plan { rule, expected: Expected::Result("updated"), writes: vec![write] })
    }

    /// A partial update of a job.
    fn update_job(&self, rule: &'static str, old: &Document, patch: Fields) -> Planned {
        let mut document = old.clone();
        if !merge(&mut document.fields, patch) {
            return Ok(Plan::read("CN-1.5-2", Expected::Result("noop")));
        }
        let write = Write::Job(self.call.id().to_owned(), Some(Arc::new(document)));
        Ok(Plan { rule, expected: Expected::Result("updated"), writes: vec![write] })
    }
}

/// 404 with this reason.
const fn not_found(rule: &'static str, reason: String) -> Refusal {
    let reason = Reason::Exactly(reason);
    Refusal { rule, status: 404, kind: "resource_not_found_exception", reason }
}

/// 400 by a rule of the business.
const fn refused(rule: &'static str, reason: String) -> Refusal {
    let reason = Reason::Exactly(reason);
    Refusal { rule, status: 400, kind: "status_exception", reason }
}
