//! The statuses of sync jobs (contract SJ-4).

use crate::{WireEnum as _, endpoint::Operation, json::Json, sync_job::SyncStatus};

use super::{AdviceKind, Follower, Seen, Step};

/// What is known of a sync job.
#[derive(Clone, Debug, Default)]
pub(super) struct Job {
    pub(super) status: Option<SyncStatus>,
    pub(super) worker: Option<String>,
    pub(super) connector: Option<String>,
    /// The counters that were last sent since the job was claimed.
    counts: [Option<i64>; 3],
}

const COUNTS: [&str; 3] =
    ["deleted_document_count", "indexed_document_count", "indexed_document_volume"];

impl Follower {
    /// Learns from an operation on a sync job.
    pub(super) fn watch_job(&mut self, seen: &Seen) {
        use Operation as Op;
        use SyncStatus as Status;
        let id = seen.id.as_str();
        let before = self.jobs.get(id).and_then(|job| job.status);
        match seen.operation {
            Some(Op::SyncJobPost) => self.job_created(seen),
            Some(Op::SyncJobGet) => self.job_shown(id, &seen.answer),
            Some(Op::SyncJobList) => {
                let results = seen.answer.get("results").and_then(Json::as_array);
                for document in results.unwrap_or_default() {
                    if let Some(id) = document.get("id").and_then(Json::as_str) {
                        self.job_shown(id, document);
                    }
                }
            }
            Some(Op::SyncJobDelete) => self.job_deleted(id),
            Some(Op::SyncJobCancel) => match before {
                Some(Status::Pending | Status::Suspended) => self.job_steps(id, Status::Canceled),
                Some(Status::InProgress) => self.job_steps(id, Status::Canceling),
                // Which of the two it is now, only a look at it can tell.
                Some(_) | None => self.jobs.entry(id).status = None,
            },
            Some(Op::SyncJobClaim) => self.job_claimed(seen, before),
            Some(Op::SyncJobError) => self.job_steps(id, Status::Error),
            Some(Op::SyncJobCheckIn) => {
                let ended = AdviceKind::CheckInOfAnEndedJob;
                let waiting = AdviceKind::CheckInOfAWaitingJob;
                self.advise_unless_running(seen, before, "checked in", ended, waiting);
            }
            Some(Op::SyncJobUpdateStats) => {
                let ended = AdviceKind::StatsOfAnEndedJob;
                let waiting = AdviceKind::StatsOfAWaitingJob;
                self.advise_unless_running(seen, before, "given statistics", ended, waiting);
                self.job_counted(seen);
            }
            _ => {}
        }
    }

    pub(super) fn job_deleted(&mut self, id: &str) {
        let before = self.jobs.get(id).and_then(|job| job.status);
        if let Some(from @ (SyncStatus::InProgress | SyncStatus::Canceling)) = before {
            let what = format!("sync job [{id}] was deleted while it was {from}");
            self.advise(AdviceKind::DeleteOfARunningJob, &what);
        }
        self.jobs.remove(id);
    }

    fn job_created(&mut self, seen: &Seen) {
        let Some(id) = seen.answered("id") else { return };
        let connector = seen.text("id").map(str::to_owned);
        let of_deleted = connector
            .as_deref()
            .and_then(|id| self.connectors.get(id))
            .is_some_and(|it| it.deleted);
        if let Some(connector) = connector.as_deref().filter(|_| of_deleted) {
            let what = format!("a sync job was made for connector [{connector}], which is deleted");
            self.advise(AdviceKind::JobOfADeletedConnector, &what);
        }
        let status = Some(SyncStatus::Pending);
        *self.jobs.entry(id) = Job { status, connector, ..Job::default() };
        self.step(Step::SyncJob(None, SyncStatus::Pending));
    }

    fn job_claimed(&mut self, seen: &Seen, before: Option<SyncStatus>) {
        let id = seen.id.as_str();
        let worker = seen.text("worker_hostname").map(str::to_owned);
        let holder = self.jobs.get(id).and_then(|job| job.worker.clone());
        let what =
            |status: SyncStatus| format!("sync job [{id}] was claimed while it was {status}");
        match before {
            Some(ended) if ended.is_terminal() => {
                self.advise(AdviceKind::ClaimOfAnEndedJob, &what(ended));
            }
            Some(status @ SyncStatus::Canceling) => {
                self.advise(AdviceKind::ClaimOfACancelingJob, &what(status));
            }
            Some(status @ SyncStatus::InProgress) => {
                let named = |name: &Option<String>| name.clone().unwrap_or_default();
                let what =
                    format!("{}, by [{}] from [{}]", what(status), named(&worker), named(&holder));
                self.advise(AdviceKind::ClaimOfARunningJob, &what);
            }
            Some(_) | None => {}
        }
        self.job_steps(id, SyncStatus::InProgress);
        let job = self.jobs.entry(id);
        job.worker = worker;
        job.counts = [None; 3];
    }

    fn job_counted(&mut self, seen: &Seen) {
        let number = |value: &Json| match value {
            Json::String(text) => text.parse().ok(),
            value => value.as_i64(),
        };
        let sent = COUNTS.map(|name| seen.body.get(name).and_then(number));
        let job = self.jobs.entry(&seen.id);
        let before = std::mem::replace(&mut job.counts, sent);
        let shrunk =
            COUNTS.iter().zip(before.iter().zip(&sent)).find_map(|(name, pair)| match pair {
                (Some(before), Some(now)) if now < before => Some((name, before, now)),
                _ => None,
            });
        if let Some((name, before, now)) = shrunk {
            let what = format!("sync job [{}]: {name} went from {before} to {now}", seen.id);
            self.advise(AdviceKind::StatsGoingBackwards, &what);
        }
    }

    fn advise_unless_running(
        &mut self,
        seen: &Seen,
        status: Option<SyncStatus>,
        done: &str,
        ended: AdviceKind,
        waiting: AdviceKind,
    ) {
        let Some(status) = status else { return };
        let kind = match status {
            SyncStatus::InProgress | SyncStatus::Canceling => return,
            SyncStatus::Pending | SyncStatus::Suspended => waiting,
            SyncStatus::Canceled | SyncStatus::Completed | SyncStatus::Error => ended,
        };
        let what = format!("sync job [{}] was {done} while it was {status}", seen.id);
        self.advise(kind, &what);
    }

    /// A document shows its status. What happened in between was not seen, so only a step that the
    /// Connector Protocol knows is counted as one.
    pub(super) fn job_shown(&mut self, id: &str, document: &Json) {
        let text = document.get("status").and_then(Json::as_str);
        let Some(now) = text.and_then(|text| SyncStatus::parse(text).ok()) else { return };
        let job = self.jobs.entry(id);
        let connector = document.at("connector.id").and_then(Json::as_str);
        job.connector = connector.map(str::to_owned).or(job.connector.take());
        let worker = document.get("worker_hostname").and_then(Json::as_str);
        job.worker = worker.map(str::to_owned).or(job.worker.take());
        let before = job.status.replace(now);
        if let Some(from) = before.filter(|from| from.transition(now).is_ok()) {
            self.step(Step::SyncJob(Some(from), now));
        }
    }

    pub(super) fn job_steps(&mut self, id: &str, to: SyncStatus) {
        let before = self.jobs.entry(id).status.replace(to);
        if let Some(from) = before.filter(|from| *from != to) {
            self.step(Step::SyncJob(Some(from), to));
        }
    }
}
