//! What the worker is told to do, and how it is written as JSON.

use std::time::Duration;

use api_types::{
    WireEnum as _,
    json::{Json, Object},
    sync_job::SyncJobType,
};

use super::length;

/// The counts of a job, in the order of the API.
pub(super) const COUNTS: [&str; 4] = [
    "deleted_document_count",
    "indexed_document_count",
    "indexed_document_volume",
    "total_document_count",
];

/// How long the worker lets a job wait, lets a connector wait, takes to see a cancel.
pub(super) const SOON: Duration = Duration::from_secs(1);

/// How long a job runs.
const RUN: Duration = Duration::from_secs(5);

/// `service.heartbeat` of the connector service.
const HEARTBEAT: Duration = Duration::from_mins(5);

const HOSTNAME: &str = "connector-mock";

/// The text of a job that ends with an error, unless the script has another.
pub(super) const ERROR: &str = "Exception: the script of the worker says so";

/// A script for the worker that plays Elastic's connector service, as `PUT /_mock/worker` takes it;
/// see `docs/control.md`.
///
/// It claims pending jobs one second after they were made, and ends them five seconds later, all by
/// the clock of the server.
///
/// ```
/// use std::time::Duration;
/// use mock_server::{Clock, MockServer, Timestamp, Worker, WorkerJob};
///
/// let noon = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
/// let first = WorkerJob::fails("IOError: the drive is gone");
/// let server = MockServer::builder()
///     .clock(Clock::manual(noon, Duration::from_micros(1)))
///     .worker(Worker::completes().after(Duration::from_secs(2)).job(first))
///     .in_process();
/// # drop(server);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Worker {
    /// The ids of its connectors; all if there are none.
    pub(super) connectors: Vec<String>,
    /// The service types of its connectors; all if there are none.
    pub(super) service_types: Vec<String>,
    pub(super) worker_hostname: String,
    /// What it registers for a connector without configuration.
    pub(super) configuration: Option<Object>,
    pub(super) notice_after: Duration,
    /// How old `last_seen` may get; `None` if it never checks in.
    pub(super) heartbeat: Option<Duration>,
    pub(super) claim_after: Duration,
    pub(super) resume: Resume,
    /// What it does with a job that no entry is for.
    pub(super) job: WorkerJob,
    /// Each is for one job, in the order of the claims.
    pub(super) jobs: Vec<Entry>,
}

/// Whether suspended jobs are taken up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resume {
    Resumed,
    Left,
}

/// What the worker does with one job.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// The type that the job has to have.
    pub(super) job_type: Option<SyncJobType>,
    /// The connector that the job has to be of.
    pub(super) connector: Option<String>,
    pub(super) job: WorkerJob,
}

/// What the worker does with a job once it has claimed it.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct WorkerJob {
    /// By their time.
    pub(super) stats: Vec<Stats>,
    pub(super) end: End,
    /// How long after the claim it ends.
    pub(super) after: Duration,
    /// How long after a cancel it is canceled; `None` if a cancel is not looked at.
    pub(super) cancel_after: Option<Duration>,
    /// The counts at the end, where they are not those of the last stats.
    pub(super) counts: Object,
}

/// Counts that are reported while a job runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stats {
    /// How long after the claim.
    pub(super) after: Duration,
    pub(super) counts: Object,
    pub(super) metadata: Option<Object>,
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    Completed,
    Error(String),
    Suspended,
    Never,
}

impl End {
    pub(super) const NAMES: [&'static str; 4] = ["completed", "error", "suspended", "never"];

    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Error(_) => "error",
            Self::Suspended => "suspended",
            Self::Never => "never",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Completed, Self::Error(ERROR.to_owned()), Self::Suspended, Self::Never]
            .into_iter()
            .find(|end| end.name() == name)
    }
}

impl Worker {
    /// Jobs end well.
    pub fn completes() -> Self {
        Self::of(WorkerJob::completes())
    }

    /// Jobs end with an error of this text.
    pub fn fails(error: impl Into<String>) -> Self {
        Self::of(WorkerJob::fails(error))
    }

    /// Jobs are suspended, taken up again, and end well then.
    pub fn suspends() -> Self {
        Self::of(WorkerJob::suspends())
    }

    /// Jobs run until they are canceled.
    pub fn never_ends() -> Self {
        Self::of(WorkerJob::never_ends())
    }

    fn of(job: WorkerJob) -> Self {
        Self {
            connectors: Vec::new(),
            service_types: Vec::new(),
            worker_hostname: HOSTNAME.to_owned(),
            configuration: None,
            notice_after: SOON,
            heartbeat: Some(HEARTBEAT),
            claim_after: SOON,
            resume: Resume::Resumed,
            job,
            jobs: Vec::new(),
        }
    }

    /// Jobs end so long after they were claimed; five seconds unless this says otherwise.
    pub fn after(mut self, time: Duration) -> Self {
        self.job.after = time;
        self
    }

    /// Jobs are claimed so long after they were made or suspended; a second unless this says
    /// otherwise.
    pub const fn claim_after(mut self, time: Duration) -> Self {
        self.claim_after = time;
        self
    }

    /// Jobs are canceled so long after somebody asked for it; a second unless this says otherwise.
    pub fn cancel_after(mut self, time: Duration) -> Self {
        self.job.cancel_after = Some(time);
        self
    }

    /// The job that is claimed next ends like this; another call is for the job after that.
    pub fn job(mut self, job: WorkerJob) -> Self {
        self.jobs.push(Entry { job_type: None, connector: None, job });
        self
    }

    /// The script with all that it leaves to the defaults.
    pub(super) fn to_json(&self) -> Object {
        let texts =
            |texts: &[String]| Json::Array(texts.iter().map(|text| text.clone().into()).collect());
        let mut script = Object::new();
        if !self.connectors.is_empty() {
            script.insert("connectors", texts(&self.connectors));
        }
        if !self.service_types.is_empty() {
            script.insert("service_types", texts(&self.service_types));
        }
        script.insert("worker_hostname", self.worker_hostname.clone());
        script.insert_some("configuration", self.configuration.clone());
        script.insert("notice_after", length::text(self.notice_after));
        script.insert("heartbeat", length::text_or_never(self.heartbeat));
        script.insert("claim_after", length::text(self.claim_after));
        script.insert("resume", self.resume == Resume::Resumed);
        self.job.write(&mut script);
        if !self.jobs.is_empty() {
            script.insert("jobs", self.jobs.iter().map(Entry::to_json).collect::<Json>());
        }
        script
    }
}

impl Entry {
    fn to_json(&self) -> Json {
        let mut entry = Object::new();
        entry.insert_some("job_type", self.job_type.map(SyncJobType::as_str));
        entry.insert_some("connector", self.connector.clone());
        self.job.write(&mut entry);
        entry.into()
    }
}

impl WorkerJob {
    fn of(end: End) -> Self {
        Self { stats: Vec::new(), end, after: RUN, cancel_after: Some(SOON), counts: Object::new() }
    }

    /// It ends well.
    pub fn completes() -> Self {
        Self::of(End::Completed)
    }

    /// It ends with an error of this text.
    pub fn fails(error: impl Into<String>) -> Self {
        Self::of(End::Error(error.into()))
    }

    /// It is suspended.
    pub fn suspends() -> Self {
        Self::of(End::Suspended)
    }

    /// It runs until it is canceled.
    pub fn never_ends() -> Self {
        Self::of(End::Never)
    }

    /// It ends so long after it was claimed; five seconds unless this says otherwise.
    pub const fn after(mut self, time: Duration) -> Self {
        self.after = time;
        self
    }

    /// It is canceled so long after somebody asked for it; a second unless this says otherwise.
    pub const fn cancel_after(mut self, time: Duration) -> Self {
        self.cancel_after = Some(time);
        self
    }

    fn write(&self, script: &mut Object) {
        script.insert("end", self.end.name());
        if let End::Error(text) = &self.end {
            script.insert("error", text.clone());
        }
        script.insert("after", length::text(self.after));
        script.insert("cancel_after", length::text_or_never(self.cancel_after));
        for (name, count) in self.counts.iter() {
            script.insert(name.to_owned(), count.clone());
        }
        if !self.stats.is_empty() {
            script.insert("stats", self.stats.iter().map(Stats::to_json).collect::<Json>());
        }
    }
}

impl Stats {
    fn to_json(&self) -> Json {
        let mut stats = Object::new().with("after", length::text(self.after));
        for (name, count) in self.counts.iter() {
            stats.insert(name.to_owned(), count.clone());
        }
        stats.insert_some("metadata", self.metadata.clone());
        stats.into()
    }
}
