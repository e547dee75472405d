//! Reads a script, and says what is wrong with it: which member, and what may stand there.

use std::{fmt, fs, path::Path, time::Duration};

use api_types::{
    Version, WireEnum as _,
    json::{Json, Object},
    ops::UpdateConfiguration,
    sync_job::SyncJobType,
};

use super::{
    length::{self, NEVER},
    script::{COUNTS, End, Entry, Resume, Stats, Worker, WorkerJob},
};
use crate::{body, sources::Clock, suggest, warnings::Warnings};

/// What cannot be used in a script, and what may stand there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerError(String);

impl fmt::Display for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WorkerError {}

type Read<T> = Result<T, WorkerError>;

fn wrong<T>(text: impl Into<String>) -> Read<T> {
    Err(WorkerError(text.into()))
}

/// The members of a script that are not those of a job.
const OF_SCRIPT: [&str; 9] = [
    "connectors",
    "service_types",
    "worker_hostname",
    "configuration",
    "notice_after",
    "heartbeat",
    "claim_after",
    "resume",
    "jobs",
];

/// The members that say which job an entry is for.
const OF_ENTRY: [&str; 2] = ["job_type", "connector"];

/// The members of a job, without its counts.
const OF_JOB: [&str; 5] = ["end", "error", "after", "cancel_after", "stats"];

/// The largest count that an index can hold (contract SJ-2-3).
const MAX_COUNT: i64 = 2_147_483_647;

impl Worker {
    /// Reads a script in JSON.
    ///
    /// # Errors
    /// If something in it is not allowed.
    ///
    /// ```
    /// use mock_server::Worker;
    ///
    /// assert!(Worker::parse(r#"{"end":"completed","after":"2s"}"#).is_ok());
    /// let error = Worker::parse(r#"{"end":"complete"}"#).unwrap_err().to_string();
    /// assert_eq!(
    ///     error,
    ///     "[end] has to be one of [completed, error, suspended, never], not [complete]; did you mean [completed]?"
    /// );
    /// ```
    pub fn parse(text: &str) -> Result<Self, WorkerError> {
        match Json::parse(text.as_bytes()) {
            Ok(Json::Object(script)) => Self::from_object(&script),
            Ok(_) => wrong("a script is a JSON object"),
            Err(error) => wrong(format!("a script is a JSON object: {error}")),
        }
    }

    /// Reads a file, or takes the name of an end (`completed`, `error`, `suspended`, `never`) for a
    /// script that has no more than that.
    ///
    /// # Errors
    /// If the file cannot be read or something in it is not allowed.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, WorkerError> {
        let file = file.as_ref();
        if let Some(end) = file.to_str().and_then(End::named) {
            let script = Object::new().with("end", end.name());
            return Self::from_object(&script);
        }
        let shown = file.display();
        match fs::read_to_string(file) {
            Ok(text) => {
                Self::parse(&text).map_err(|error| WorkerError(format!("{shown}: {error}")))
            }
            Err(error) => wrong(format!(
                "{shown} cannot be read: {error}; write the path of a file, or one of [{}]",
                End::NAMES.join(", ")
            )),
        }
    }

    pub(super) fn from_object(script: &Object) -> Read<Self> {
        let top = Members { object: script, path: String::new() };
        top.check_names(&[&OF_SCRIPT, &OF_JOB, &COUNTS])?;
        let job = top.job(&WorkerJob::completes())?;
        let mut worker = Self { job, ..Self::completes() };
        worker.connectors = top.texts("connectors")?;
        worker.service_types = top.texts("service_types")?;
        if let Some(name) = top.text("worker_hostname")? {
            worker.worker_hostname = name.to_owned();
        }
        worker.configuration = top.configuration()?;
        if let Some(time) = top.length("notice_after")? {
            worker.notice_after = time;
        }
        if let Some(time) = top.length_or_never("heartbeat")? {
            if time.is_some_and(|time| time.is_zero()) {
                return wrong("[heartbeat] has to be longer than [0s], or [never]");
            }
            worker.heartbeat = time;
        }
        if let Some(time) = top.length("claim_after")? {
            worker.claim_after = time;
        }
        worker.resume = match script.get("resume") {
            None | Some(Json::Bool(true)) => Resume::Resumed,
            Some(Json::Bool(false)) => Resume::Left,
            Some(_) => return wrong("[resume] has to be true or false"),
        };
        for entry in top.objects("jobs")? {
            worker.jobs.push(entry.entry(&worker.job)?);
        }
        Ok(worker)
    }
}

/// The members of an object, and where it stands in the script.
struct Members<'a> {
    object: &'a Object,
    /// Empty, or what stands before the name of a member: `jobs[0].`.
    path: String,
}

impl<'a> Members<'a> {
    fn check_names(&self, known: &[&[&'static str]]) -> Read<()> {
        let known = || known.iter().copied().flatten().copied();
        let Some((unknown, _)) =
            self.object.iter().find(|(name, _)| !known().any(|it| it == *name))
        else {
            return Ok(());
        };
        let hint = match suggest::sentence(&suggest::nearest(unknown, known())) {
            Some(hint) => hint,
            None => format!("there are [{}]", known().collect::<Vec<_>>().join(", ")),
        };
        wrong(format!("unknown member [{}{unknown}]; {hint}", self.path))
    }

    fn wrong<T>(&self, name: &str, what: &str) -> Read<T> {
        wrong(format!("[{}{name}] has to be {what}", self.path))
    }

    fn text(&self, name: &str) -> Read<Option<&'a str>> {
        match self.object.get(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => self.wrong(name, "a text"),
        }
    }

    fn texts(&self, name: &str) -> Read<Vec<String>> {
        let Some(value) = self.object.get(name) else { return Ok(Vec::new()) };
        let texts = value.as_array().map(|all| all.iter().map(Json::as_str).collect());
        match texts {
            Some(Some(texts)) => {
                let texts: Vec<&str> = texts;
                Ok(texts.into_iter().map(str::to_owned).collect())
            }
            Some(None) | None => self.wrong(name, "an array of texts"),
        }
    }

    fn objects(&self, name: &str) -> Read<Vec<Self>> {
        let Some(value) = self.object.get(name) else { return Ok(Vec::new()) };
        let Some(all) = value.as_array() else { return self.wrong(name, "an array of objects") };
        let member = |(index, value): (usize, &'a Json)| match value {
            Json::Object(object) => {
                Ok(Members { object, path: format!("{}{name}[{index}].", self.path) })
            }
            _ => self.wrong(&format!("{name}[{index}]"), "an object"),
        };
        all.iter().enumerate().map(member).collect()
    }

    fn length(&self, name: &str) -> Read<Option<Duration>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match length::parse(text) {
            Some(length) => Ok(Some(length)),
            None => {
                self.wrong(name, &format!("a length of time like [1s] or [250ms], not [{text}]"))
            }
        }
    }

    fn length_or_never(&self, name: &str) -> Read<Option<Option<Duration>>> {
        match self.text(name)? {
            Some(NEVER) => Ok(Some(None)),
            Some(text) if length::parse(text).is_none() => {
                let what =
                    format!("a length of time like [1s] or [250ms], or [never], not [{text}]");
                self.wrong(name, &what)
            }
            Some(_) | None => Ok(self.length(name)?.map(Some)),
        }
    }

    /// What the API takes for a configuration is one (contract CN-5).
    fn configuration(&self) -> Read<Option<Object>> {
        let configuration = match self.object.get("configuration") {
            None => return Ok(None),
            Some(Json::Object(configuration)) => configuration,
            Some(_) => return self.wrong("configuration", "an object of fields"),
        };
        let request = Json::from(Object::new().with("configuration", configuration.clone()));
        let (text, clock) = (request.to_compact(), Clock::system());
        let warnings = Warnings::default();
        match body::read::<UpdateConfiguration>(text.as_bytes(), &clock, Version::NEWEST, &warnings)
        {
            Ok(_) => Ok(Some(configuration.clone())),
            Err(cause) => {
                let causes =
                    std::iter::successors(Some(&cause), |cause| cause.caused_by.as_deref());
                let reasons: Vec<&str> =
                    causes.filter_map(|cause| cause.reason.as_deref()).collect();
                let reasons = reasons.join(": ");
                self.wrong("configuration", &format!("what PUT _configuration takes: {reasons}"))
            }
        }
    }

    fn counts(&self) -> Read<Object> {
        let mut counts = Object::new();
        for name in COUNTS {
            match self.object.get(name) {
                None => {}
                Some(count) if count.as_i64().is_some_and(|it| (0..=MAX_COUNT).contains(&it)) => {
                    counts.insert(name, count.clone());
                }
                Some(_) => return self.wrong(name, &format!("a number from 0 to {MAX_COUNT}")),
            }
        }
        Ok(counts)
    }

    fn end(&self, inherited: &End) -> Read<End> {
        let named = match self.text("end")? {
            None => None,
            Some(name) => match End::named(name) {
                Some(end) => Some(end),
                None => {
                    let hint = suggest::sentence(&suggest::nearest(name, End::NAMES));
                    let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
                    let names = End::NAMES.join(", ");
                    return self.wrong("end", &format!("one of [{names}], not [{name}]{hint}"));
                }
            },
        };
        match (named, self.text("error")?) {
            (Some(End::Error(_)) | None, Some(text)) => Ok(End::Error(text.to_owned())),
            (Some(end), Some(_)) => wrong(format!(
                "[{path}error] is for a job whose [{path}end] is [error], not [{}]",
                end.name(),
                path = self.path
            )),
            (Some(end), None) => Ok(end),
            (None, None) => Ok(inherited.clone()),
        }
    }

    /// A job; what is not said is as in `inherited`.
    fn job(&self, inherited: &WorkerJob) -> Read<WorkerJob> {
        let mut job = inherited.clone();
        job.end = self.end(&inherited.end)?;
        if let Some(time) = self.length("after")? {
            job.after = time;
        }
        if let Some(time) = self.length_or_never("cancel_after")? {
            job.cancel_after = time;
        }
        for (name, count) in self.counts()? {
            job.counts.insert(name, count);
        }
        if self.object.contains("stats") {
            let all = self.objects("stats")?;
            job.stats = all.iter().map(Self::stats).collect::<Read<Vec<Stats>>>()?;
            job.stats.sort_by_key(|stats| stats.after);
        }
        let late = job.stats.iter().find(|stats| stats.after > job.after);
        if let (Some(late), true) = (late, job.end != End::Never) {
            return wrong(format!(
                "[{path}stats] has [after] {}, which is later than the end of the job: [{path}after] is {}",
                length::text(late.after),
                length::text(job.after),
                path = self.path,
            ));
        }
        Ok(job)
    }

    fn stats(&self) -> Read<Stats> {
        self.check_names(&[&["after", "metadata"], &COUNTS])?;
        let Some(after) = self.length("after")? else {
            return self.wrong("after", "there: a length of time since the claim, like [2s]");
        };
        let metadata = match self.object.get("metadata") {
            None => None,
            Some(Json::Object(metadata)) => Some(metadata.clone()),
            Some(_) => return self.wrong("metadata", "an object"),
        };
        Ok(Stats { after, counts: self.counts()?, metadata })
    }

    fn entry(&self, inherited: &WorkerJob) -> Read<Entry> {
        self.check_names(&[&OF_ENTRY, &OF_JOB, &COUNTS])?;
        let job_type = match self.text("job_type")? {
            None => None,
            Some(name) => match SyncJobType::parse(name) {
                Ok(job_type) => Some(job_type),
                Err(_) => {
                    let names = SyncJobType::NAMES.join(", ");
                    return self.wrong("job_type", &format!("one of [{names}], not [{name}]"));
                }
            },
        };
        let connector = self.text("connector")?.map(str::to_owned);
        Ok(Entry { job_type, connector, job: self.job(inherited)? })
    }
}
