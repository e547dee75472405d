//! What the worker knows, and what is due when. Nothing here writes.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use api_types::{Timestamp, sync_job::SyncJobType};

use super::{
    log::Log,
    script::{End, Resume, SOON, Stats, Worker, WorkerJob},
    view::{self, Changes, Kind, Marks, SeenConnector, SeenJob},
};
use crate::app::App;

/// A connector that the worker is for.
#[derive(Clone, Debug)]
pub(super) struct Known {
    seen: SeenConnector,
    /// When the worker saw it first.
    since: Timestamp,
    /// What is to be done with it, and since when.
    todo: Option<(Todo, Timestamp)>,
    /// Since when jobs of each kind may be started.
    content_free: Timestamp,
    access_control_free: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Todo {
    Register,
    Connect,
}

/// A job that waits for the worker.
#[derive(Clone, Debug)]
struct Waiting {
    connector: String,
    kind: Kind,
    created_at: Option<Timestamp>,
    since: Timestamp,
}

/// A job that the worker runs.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub(super) connector: String,
    pub(super) job_type: SyncJobType,
    pub(super) plan: WorkerJob,
    claimed_at: Timestamp,
    /// How many of the stats have been reported.
    pub(super) reported: usize,
    /// What is wrong with it, and since when.
    wrong: Option<(Wrong, Timestamp)>,
}

impl Running {
    /// The stats that are reported next.
    pub(super) fn stats(&self) -> Option<&Stats> {
        self.plan.stats.get(self.reported)
    }
}

/// Why a job is not brought to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Canceling,
    /// The job is gone.
    JobGone,
    /// The document of its connector is gone.
    ConnectorGone,
    /// Somebody gave it another status.
    Status(String),
}

/// Something that the worker does. Of what is due at the same instant, what stands first here is
/// done first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Register,
    CheckIn,
    Connect,
    Stats,
    End(End),
    Notice(Wrong),
    Claim,
}

impl Act {
    /// The name in answers.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Register => "configuration",
            Self::CheckIn => "check_in",
            Self::Connect => "connected",
            Self::Stats => "stats",
            Self::End(end) => end.name(),
            Self::Notice(Wrong::Canceling) => "canceled",
            Self::Notice(Wrong::JobGone | Wrong::ConnectorGone | Wrong::Status(_)) => "error",
            Self::Claim => "claim",
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Register => 0,
            Self::CheckIn => 1,
            Self::Connect => 2,
            Self::Stats => 3,
            Self::End(_) => 4,
            Self::Notice(_) => 5,
            Self::Claim => 6,
        }
    }
}

/// What is due, when, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) at: Timestamp,
    pub(super) act: Act,
    pub(super) connector: String,
    pub(super) job: Option<String>,
    created_at: Option<Timestamp>,
}

impl Due {
    fn order(&self) -> impl Ord + use<> {
        let Self { at, act, connector, job, created_at } = self;
        (*at, act.rank(), *created_at, job.clone(), connector.clone())
    }
}

/// The worker of a space, at work.
#[derive(Debug)]
pub(super) struct Player {
    pub(super) script: Arc<Worker>,
    pub(super) log: Log,
    marks: Marks,
    /// When the worker looked last; `None` if it has not begun.
    looked: Option<Timestamp>,
    /// Nothing is done before this.
    floor: Option<Timestamp>,
    pub(super) connectors: BTreeMap<String, Known>,
    waiting: BTreeMap<String, Waiting>,
    pub(super) running: BTreeMap<String, Running>,
    /// Which entries of the script have had their job.
    used: Vec<bool>,
    /// The jobs that were suspended as the script says for all jobs.
    suspended: Vec<String>,
}

impl Player {
    pub(super) fn new(script: Arc<Worker>) -> Self {
        Self {
            used: vec![false; script.jobs.len()],
            script,
            log: Log::default(),
            marks: Marks::default(),
            looked: None,
            floor: None,
            connectors: BTreeMap::new(),
            waiting: BTreeMap::new(),
            running: BTreeMap::new(),
            suspended: Vec::new(),
        }
    }

    /// Sees what changed. What has no instant of its own happened at `at`.
    pub(super) fn look(&mut self, app: &App, at: Timestamp) {
        let last = self.looked.replace(at).unwrap_or(at).min(at);
        self.floor = Some(self.floor.map_or(at, |floor| floor.min(at)));
        let connectors: Vec<&str> = self
            .connectors
            .keys()
            .chain(self.running.values().map(|running| &running.connector))
            .map(String::as_str)
            .collect();
        let jobs: Vec<&str> =
            self.waiting.keys().chain(self.running.keys()).map(String::as_str).collect();
        let Some(changes) = view::changes(app, &mut self.marks, &connectors, &jobs) else { return };
        let Changes { connectors, jobs, gone_connectors, gone_jobs } = changes;
        for connector in connectors {
            self.see_connector(connector, at);
        }
        for job in jobs {
            self.see_job(&job, last, at);
        }
        for id in gone_jobs {
            self.waiting.remove(&id);
            self.set_wrong(&id, Some(Wrong::JobGone), at);
        }
        for id in gone_connectors {
            self.connectors.remove(&id);
            let of_connector = self.running.iter().filter(|(_, running)| running.connector == id);
            let running: Vec<String> = of_connector.map(|(id, _)| id.clone()).collect();
            for job in running {
                self.set_wrong(&job, Some(Wrong::ConnectorGone), at);
            }
        }
    }

    fn see_connector(&mut self, seen: SeenConnector, at: Timestamp) {
        let is_one_of = |all: &[String], one: &String| all.is_empty() || all.contains(one);
        let is_meant = is_one_of(&self.script.connectors, &seen.id)
            && is_one_of(&self.script.service_types, &seen.service_type);
        if seen.is_deleted || !is_meant {
            self.connectors.remove(&seen.id);
            return;
        }
        let todo = if self.script.configuration.is_some() && !seen.has_configuration {
            Some(Todo::Register)
        } else if seen.is_configured {
            Some(Todo::Connect)
        } else {
            None
        };
        let known = self.connectors.entry(seen.id.clone()).or_insert_with(|| Known {
            seen: seen.clone(),
            since: at,
            todo: None,
            content_free: at,
            access_control_free: at,
        });
        let had = known.todo;
        known.todo = todo.map(|todo| had.filter(|(had, _)| *had == todo).unwrap_or((todo, at)));
        let is_freed = |kind: Kind| known.seen.runs(kind) && !seen.runs(kind);
        let (content, access_control) = (is_freed(Kind::Content), is_freed(Kind::AccessControl));
        if content {
            known.content_free = at;
        }
        if access_control {
            known.access_control_free = at;
        }
        known.seen = seen;
    }

    /// `last` is when the worker looked before.
    fn see_job(&mut self, job: &SeenJob, last: Timestamp, at: Timestamp) {
        let told = |instant: Option<Timestamp>| instant.unwrap_or(at).max(last).min(at);
        if self.running.contains_key(&job.id) {
            let wrong = match job.status.as_str() {
                "in_progress" => None,
                "canceling" => Some(Wrong::Canceling),
                other => Some(Wrong::Status(other.to_owned())),
            };
            self.set_wrong(&job.id, wrong, told(job.canceled));
            return;
        }
        let waits = match job.status.as_str() {
            "pending" => true,
            "suspended" => self.script.resume == Resume::Resumed,
            _ => false,
        };
        if waits {
            let since = told(job.last_seen.or(job.created_at));
            let waiting = self.waiting.entry(job.id.clone()).or_insert_with(|| Waiting {
                connector: String::new(),
                kind: Kind::of(job.job_type),
                created_at: job.created_at,
                since,
            });
            waiting.connector.clone_from(&job.connector);
            return;
        }
        self.waiting.remove(&job.id);
        let is_own = job.worker_hostname == self.script.worker_hostname;
        let is_known = self.connectors.contains_key(&job.connector);
        // It ran when the state was saved, or before the script was changed.
        if job.status == "in_progress" && is_own && is_known {
            let claimed_at = job.started_at.unwrap_or(at).min(at);
            self.start(&job.id, &job.connector, job.job_type, claimed_at);
        }
    }

    fn set_wrong(&mut self, job: &str, wrong: Option<Wrong>, since: Timestamp) {
        let Some(running) = self.running.get_mut(job) else { return };
        let had = running.wrong.take();
        running.wrong =
            wrong.map(|wrong| had.filter(|(had, _)| *had == wrong).unwrap_or((wrong, since)));
    }

    /// A job runs from now on.
    pub(super) fn start(&mut self, id: &str, connector: &str, of: SyncJobType, at: Timestamp) {
        let plan = self.take_plan(id, connector, of);
        let (connector, claimed_at) = (connector.to_owned(), at);
        let running =
            Running { connector, job_type: of, plan, claimed_at, reported: 0, wrong: None };
        self.waiting.remove(id);
        self.running.insert(id.to_owned(), running);
    }

    /// What the script says of the next job of this connector and type.
    fn take_plan(&mut self, id: &str, connector: &str, of: SyncJobType) -> WorkerJob {
        let fits = |(entry, used): &(&super::script::Entry, &mut bool)| {
            !**used
                && entry.job_type.is_none_or(|it| it == of)
                && entry.connector.as_ref().is_none_or(|it| it == connector)
        };
        if let Some((entry, used)) = self.script.jobs.iter().zip(&mut self.used).find(fits) {
            *used = true;
            return entry.job.clone();
        }
        let mut plan = self.script.job.clone();
        if plan.end == End::Suspended {
            // Taken up again it ends well, or it would be suspended for ever.
            if self.suspended.iter().any(|it| it == id) {
                plan.end = End::Completed;
            } else {
                self.suspended.push(id.to_owned());
            }
        }
        plan
    }

    /// A job does not run any more.
    pub(super) fn stop(&mut self, id: &str, at: Timestamp) {
        let Some(running) = self.running.remove(id) else { return };
        let Some(known) = self.connectors.get_mut(&running.connector) else { return };
        match Kind::of(running.job_type) {
            Kind::Content => known.content_free = at,
            Kind::AccessControl => known.access_control_free = at,
        }
    }

    /// Everything that is due at some time, in order. `now` is what the clock shows.
    pub(super) fn due(&self, now: Timestamp) -> Vec<Due> {
        let of_connectors = self.connectors.values().flat_map(|known| self.due_of(known, now));
        let of_waiting = self.waiting.iter().filter_map(|(id, job)| self.claim_of(id, job));
        let of_running = self.running.iter().filter_map(|(id, job)| next_of(id, job));
        let mut all: Vec<Due> = of_connectors.chain(of_waiting).chain(of_running).collect();
        if let Some(floor) = self.floor {
            all.iter_mut().for_each(|due| due.at = due.at.max(floor));
        }
        all.sort_by_cached_key(Due::order);
        all
    }

    /// Nothing is done before this any more.
    pub(super) const fn done_until(&mut self, at: Timestamp) {
        self.floor = Some(at);
    }

    fn due_of(&self, known: &Known, now: Timestamp) -> impl Iterator<Item = Due> + use<> {
        let due = |at, act| Due {
            at,
            act,
            connector: known.seen.id.clone(),
            job: None,
            created_at: None,
        };
        let notice_after = self.script.notice_after;
        let todo = known.todo.map(|(todo, since)| match todo {
            Todo::Register => due(since.after(notice_after), Act::Register),
            Todo::Connect => due(since.after(notice_after), Act::Connect),
        });
        let first = known.since.after(notice_after);
        let check_in = self.script.heartbeat.map(|heartbeat| {
            let at = known.seen.last_seen.map_or(first, |seen| first.max(seen.after(heartbeat)));
            due(last_before(at, heartbeat, now), Act::CheckIn)
        });
        todo.into_iter().chain(check_in)
    }

    fn claim_of(&self, id: &str, job: &Waiting) -> Option<Due> {
        let known = self.connectors.get(&job.connector)?;
        let same = |running: &Running| {
            running.connector == job.connector && Kind::of(running.job_type) == job.kind
        };
        if known.seen.runs(job.kind) || self.running.values().any(same) {
            return None;
        }
        let free = match job.kind {
            Kind::Content => known.content_free,
            Kind::AccessControl => known.access_control_free,
        };
        let since = job.since.max(known.since).max(free);
        Some(Due {
            at: since.after(self.script.claim_after),
            act: Act::Claim,
            connector: job.connector.clone(),
            job: Some(id.to_owned()),
            created_at: job.created_at,
        })
    }
}

/// Of the heartbeats that are due at once only the last is needed.
fn last_before(first: Timestamp, heartbeat: Duration, now: Timestamp) -> Timestamp {
    let late = now.as_nanoseconds() - first.as_nanoseconds();
    let heartbeat = i128::try_from(heartbeat.as_nanos()).unwrap_or(i128::MAX);
    if late < heartbeat {
        return first;
    }
    let missed = late.checked_div(heartbeat).unwrap_or_default() * heartbeat;
    Timestamp::from_nanoseconds(first.as_nanoseconds() + missed)
}

/// What comes next for a job that runs.
fn next_of(id: &str, running: &Running) -> Option<Due> {
    let plan = &running.plan;
    let due = |at, act| {
        let connector = running.connector.clone();
        Some(Due { at, act, connector, job: Some(id.to_owned()), created_at: None })
    };
    match (&running.wrong, plan.cancel_after) {
        (None, _) | (Some((Wrong::Canceling, _)), None) => {}
        (Some((wrong, since)), notice) => {
            let at = since.after(notice.unwrap_or(SOON));
            return due(at, Act::Notice(wrong.clone()));
        }
    }
    if let Some(stats) = running.stats() {
        return due(running.claimed_at.after(stats.after), Act::Stats);
    }
    match &plan.end {
        End::Never => None,
        end => due(running.claimed_at.after(plan.after), Act::End(end.clone())),
    }
}
