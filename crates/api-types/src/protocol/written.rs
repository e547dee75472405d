//! Documents of the two indices that were written around the Connector APIs, where nothing is
//! checked (contract DO-4-3).

use std::mem;

use crate::{WireEnum as _, connector::ConnectorStatus, json::Json, sync_job::SyncStatus};

use super::{AdviceKind, Follower, Learned, Seen, connectors::Connector, jobs::Job};

/// A document that a request to an index wrote.
#[derive(Clone, Debug, Default)]
pub struct Write {
    /// The index or its alias.
    pub index: String,
    /// The id of the document.
    pub id: String,
    /// What is known of the document before: some of its members, or all.
    pub before: Option<Json>,
    /// What the document is now.
    pub after: After,
}

/// What became of a document.
#[derive(Clone, Debug, Default)]
pub enum After {
    /// It was deleted.
    Deleted,
    /// It was written, and this is known of it: some of its members, or all.
    Written(Json),
    /// It was written, and nothing is known of it.
    #[default]
    Unknown,
}

/// What an index holds.
#[derive(Clone, Copy)]
enum Kind {
    Connectors,
    SyncJobs,
}

impl Kind {
    /// Contract DO-1-1.
    fn of(index: &str) -> Option<Self> {
        match index.trim_end_matches("-v1") {
            ".elastic-connectors" => Some(Self::Connectors),
            ".elastic-connectors-sync-jobs" => Some(Self::SyncJobs),
            _ => None,
        }
    }
}

impl Follower {
    /// Learns from a document that was written, whatever the request was.
    pub fn wrote(&mut self, write: &Write) -> Learned {
        let Some(kind) = Kind::of(&write.index) else { return Learned::default() };
        let id = write.id.as_str();
        if let Some(before) = &write.before {
            self.was(kind, id, before, &write.after);
        }
        match (kind, &write.after) {
            (Kind::Connectors, After::Deleted) => self.connectors.remove(id),
            (Kind::SyncJobs, After::Deleted) => self.job_deleted(id),
            (Kind::Connectors, After::Written(after)) => self.connector_written(id, after),
            (Kind::SyncJobs, After::Written(after)) => self.job_written(id, after),
            (Kind::Connectors, After::Unknown) => self.connectors.entry(id).status = None,
            (Kind::SyncJobs, After::Unknown) => self.jobs.entry(id).status = None,
        }
        mem::take(&mut self.learned)
    }

    /// What the document was before; what led there was another request. It has the members that
    /// the write named, so a status that it lacks it did not have.
    fn was(&mut self, kind: Kind, id: &str, before: &Json, after: &After) {
        let status = before.get("status");
        let is_told = status.is_some()
            || match after {
                After::Deleted => true,
                After::Written(after) => after.get("status").is_some(),
                After::Unknown => false,
            };
        let text = status.and_then(Json::as_str).unwrap_or_default();
        match kind {
            Kind::Connectors => {
                self.connector_shown(id, before);
                if is_told {
                    self.connectors.entry(id).status = ConnectorStatus::parse(text).ok();
                }
            }
            Kind::SyncJobs => {
                self.job_shown(id, before);
                if is_told {
                    self.jobs.entry(id).status = SyncStatus::parse(text).ok();
                }
            }
        }
        self.learned = Learned::default();
    }

    /// Learns from a partial update of one of the two indices (contract DO-1.2-7, DO-1.2-8) by what
    /// was asked for.
    pub(super) fn watch_update(&mut self, seen: &Seen) {
        let Some(kind) = seen.index.as_deref().and_then(Kind::of) else { return };
        let Some(after) = seen.body.get("doc") else { return };
        match kind {
            Kind::Connectors => self.connector_written(&seen.id, after),
            Kind::SyncJobs => self.job_written(&seen.id, after),
        }
    }

    fn connector_written(&mut self, id: &str, after: &Json) {
        let deleted = after.get("deleted").and_then(Json::as_bool);
        let Connector { status: before, deleted: was_deleted } =
            self.connectors.get(id).cloned().unwrap_or_default();
        if was_deleted && deleted != Some(false) {
            self.advise_of_write_to_deleted(id);
        }
        self.connectors.entry(id).deleted = deleted.unwrap_or(was_deleted);
        let Some(status) = after.get("status") else { return };
        let now = status.as_str().and_then(|text| ConnectorStatus::parse(text).ok());
        let is_allowed =
            |from: ConnectorStatus| now.is_some_and(|to| from == to || from.transition(to).is_ok());
        if let Some(from) = before.filter(|from| !is_allowed(*from)) {
            self.advise_of_write_around("connector", id, &from.to_string(), status, now.is_some());
        }
        match now {
            Some(to) => self.connector_written_to(id, to),
            None => self.connectors.entry(id).status = None,
        }
    }

    fn job_written(&mut self, id: &str, after: &Json) {
        let worker = after.get("worker_hostname").and_then(Json::as_str);
        let job: &mut Job = self.jobs.entry(id);
        job.worker = worker.map(str::to_owned).or(job.worker.take());
        let before = job.status;
        let Some(status) = after.get("status") else { return };
        let now = status.as_str().and_then(|text| SyncStatus::parse(text).ok());
        let is_allowed =
            |from: SyncStatus| now.is_some_and(|to| from == to || from.transition(to).is_ok());
        if let Some(from) = before.filter(|from| !is_allowed(*from)) {
            self.advise_of_write_around("sync job", id, &from.to_string(), status, now.is_some());
        }
        match now {
            Some(to) => self.job_steps(id, to),
            None => self.jobs.entry(id).status = None,
        }
    }

    fn advise_of_write_around(
        &mut self,
        what: &str,
        id: &str,
        from: &str,
        to: &Json,
        is_status: bool,
    ) {
        let shown = to.as_str().map_or_else(|| to.to_string(), str::to_owned);
        let to = if is_status { shown } else { format!("[{shown}], which is no status") };
        let what = format!("{what} [{id}] was written from {from} to {to}");
        self.advise(AdviceKind::WriteAroundTheStates, &what);
    }
}
