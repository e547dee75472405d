//! Which pairs of a state and an operation were visited, and how often.

use std::collections::BTreeMap;

use api_types::{
    WireEnum, connector::ConnectorStatus, endpoint::Operation, json::Json, sync_job::SyncStatus,
};

use super::model::{Call, Model};
use crate::coverage::Transitions;

/// The states of a connector: its statuses, and those in which it has none.
pub const CONNECTOR_STATES: [&str; 7] =
    ["created", "needs_configuration", "configured", "connected", "error", "deleted", "missing"];
/// The states of a job.
pub const JOB_STATES: [&str; 8] = [
    "pending",
    "in_progress",
    "canceling",
    "canceled",
    "completed",
    "suspended",
    "error",
    "missing",
];
/// The operations on a connector.
pub const CONNECTOR_OPERATIONS: [Operation; 18] = [
    Operation::Put,
    Operation::Get,
    Operation::Delete,
    Operation::CheckIn,
    Operation::UpdateApiKeyId,
    Operation::UpdateConfiguration,
    Operation::UpdateError,
    Operation::UpdateFeatures,
    Operation::UpdateFiltering,
    Operation::UpdateFilteringValidation,
    Operation::UpdateActiveFiltering,
    Operation::UpdateIndexName,
    Operation::LastSync,
    Operation::UpdateName,
    Operation::UpdateNative,
    Operation::UpdatePipeline,
    Operation::UpdateScheduling,
    Operation::UpdateServiceType,
];
/// The operations on a job.
pub const JOB_OPERATIONS: [Operation; 8] = [
    Operation::SyncJobGet,
    Operation::SyncJobDelete,
    Operation::SyncJobCheckIn,
    Operation::SyncJobCancel,
    Operation::SyncJobClaim,
    Operation::SyncJobError,
    Operation::SyncJobUpdateStats,
    Operation::DocumentUpdate,
];

/// A state and an operation in it. `connector.update_status` is one for each status that it asks
/// for, `connector.update_status connected`.
pub type Pair = (&'static str, &'static str);

/// How often each pair was visited, and each error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// Of connectors.
    pub connectors: BTreeMap<Pair, u64>,
    /// Of jobs.
    pub jobs: BTreeMap<Pair, u64>,
    /// Errors by operation, status and type.
    pub errors: BTreeMap<(&'static str, u16, &'static str), u64>,
    /// How often each operation was answered with each status.
    pub answers: BTreeMap<(Operation, u16), usize>,
    /// The changes of status.
    pub moves: Transitions,
}

/// What a call may change the status of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    connector: Option<ConnectorStatus>,
    job: Option<SyncStatus>,
}

impl Standing {
    /// The status of the connector or job that has this id.
    #[must_use]
    pub fn of(model: &Model, operation: Operation, id: Option<&str>) -> Self {
        let Some(id) = id else { return Self::default() };
        if JOB_OPERATIONS.contains(&operation) || operation == Operation::SyncJobPost {
            let job = model.job_status(id).and_then(|status| SyncStatus::parse(status).ok());
            return Self { connector: None, job };
        }
        let status = model.connector_status(id).filter(|_| !model.is_deleted(id));
        Self { connector: status.and_then(|status| ConnectorStatus::parse(status).ok()), job: None }
    }
}

/// `connector.update_status` with each status, in the order of [`CONNECTOR_STATES`].
pub const STATUS_STEPS: [&str; 5] = [
    "connector.update_status created",
    "connector.update_status needs_configuration",
    "connector.update_status configured",
    "connector.update_status connected",
    "connector.update_status error",
];

impl Visits {
    /// Counts a call in the state that the model has.
    pub fn note(&mut self, model: &Model, call: &Call, status: u16, error: Option<&'static str>) {
        let operation = call.operation;
        if let Some(kind) = error {
            *self.errors.entry((operation.name(), status, kind)).or_default() += 1;
        }
        let Some(id) = call.id.as_deref() else { return };
        if JOB_OPERATIONS.contains(&operation) {
            if let Some(state) = job_state(model, id) {
                *self.jobs.entry((state, operation.name())).or_default() += 1;
            }
        } else if let Some(state) = connector_state(model, id) {
            let name = match operation {
                Operation::UpdateStatus => status_step(call),
                operation => Some(operation.name()),
            };
            if let Some(name) = name {
                *self.connectors.entry((state, name)).or_default() += 1;
            }
        }
    }

    /// Counts the change of a status that a call was answered with success for. What stays as it
    /// is counts where the status itself was asked for.
    pub fn moved(&mut self, operation: Operation, before: Standing, after: Standing) {
        let is_asked = operation == Operation::UpdateStatus;
        if let Some(to) = after.connector.filter(|to| is_asked || before.connector != Some(*to)) {
            *self.moves.connector.entry((before.connector, to)).or_default() += 1;
        }
        if let Some(to) = after.job.filter(|to| before.job != Some(*to)) {
            *self.moves.sync_job.entry((before.job, to)).or_default() += 1;
        }
    }

    /// Adds what others visited.
    pub fn add(&mut self, others: &Self) {
        for (pair, count) in &others.connectors {
            *self.connectors.entry(*pair).or_default() += count;
        }
        for (pair, count) in &others.jobs {
            *self.jobs.entry(*pair).or_default() += count;
        }
        for (error, count) in &others.errors {
            *self.errors.entry(*error).or_default() += count;
        }
        for (answer, count) in &others.answers {
            *self.answers.entry(*answer).or_default() += count;
        }
        for (step, count) in &others.moves.connector {
            *self.moves.connector.entry(*step).or_default() += count;
        }
        for (step, count) in &others.moves.sync_job {
            *self.moves.sync_job.entry(*step).or_default() += count;
        }
    }

    /// The pairs that were never visited.
    #[must_use]
    pub fn missing(&self) -> Vec<Pair> {
        let mut missing = connector_pairs();
        missing.retain(|pair| !self.connectors.contains_key(pair));
        let mut jobs = job_pairs();
        jobs.retain(|pair| !self.jobs.contains_key(pair));
        missing.extend(jobs);
        missing
    }
}

/// All pairs of connectors.
#[must_use]
pub fn connector_pairs() -> Vec<Pair> {
    let names = CONNECTOR_OPERATIONS.map(Operation::name).into_iter().chain(STATUS_STEPS);
    names.flat_map(|name| CONNECTOR_STATES.map(|state| (state, name))).collect()
}

/// All pairs of jobs.
#[must_use]
pub fn job_pairs() -> Vec<Pair> {
    JOB_OPERATIONS
        .into_iter()
        .flat_map(|operation| JOB_STATES.map(|state| (state, operation.name())))
        .collect()
}

/// The state that a connector is in.
#[must_use]
pub fn connector_state(model: &Model, id: &str) -> Option<&'static str> {
    let status = match model.connector_status(id) {
        None => "missing",
        Some(_) if model.is_deleted(id) => "deleted",
        Some(status) => status,
    };
    CONNECTOR_STATES.into_iter().find(|state| *state == status)
}

/// The state that a job is in.
#[must_use]
pub fn job_state(model: &Model, id: &str) -> Option<&'static str> {
    let status = model.job_status(id).unwrap_or("missing");
    JOB_STATES.into_iter().find(|state| *state == status)
}

fn status_step(call: &Call) -> Option<&'static str> {
    let wanted = call.body.as_ref()?.get("status").and_then(Json::as_str)?;
    STATUS_STEPS.into_iter().find(|step| {
        step.split_once(' ').is_some_and(|(_, status)| status.eq_ignore_ascii_case(wanted))
    })
}
