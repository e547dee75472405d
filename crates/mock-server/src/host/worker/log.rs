//! What the worker has done, bounded.

use std::collections::VecDeque;

use api_types::{
    Timestamp,
    json::{Json, Object},
};

/// How many entries are kept.
const LIMIT: usize = 1_000;

/// A request of the worker, and the status of the answer.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) request: String,
    pub(super) status: u16,
}

/// Something that the worker did.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) at: Timestamp,
    pub(super) what: &'static str,
    pub(super) connector: String,
    pub(super) job: Option<String>,
    pub(super) requests: Vec<Sent>,
}

/// The newest of what the worker did.
#[derive(Debug, Default)]
pub(super) struct Log {
    kept: VecDeque<Done>,
    dropped: i64,
}

impl Log {
    pub(super) fn push(&mut self, done: Done) {
        if self.kept.len() >= LIMIT {
            self.kept.pop_front();
            self.dropped = self.dropped.saturating_add(1);
        }
        self.kept.push_back(done);
    }

    /// How many entries are not kept any more.
    pub(super) const fn dropped(&self) -> i64 {
        self.dropped
    }

    pub(super) fn to_json(&self) -> Json {
        self.kept.iter().map(Done::to_json).collect()
    }
}

/// An instant, what, for whom.
pub(super) fn entry(at: Timestamp, what: &str, connector: &str, job: Option<&str>) -> Object {
    let mut entry = Object::new()
        .with("at", at)
        .with("what", what.to_owned())
        .with("connector", connector.to_owned());
    entry.insert_some("job", job.map(str::to_owned));
    entry
}

impl Done {
    fn to_json(&self) -> Json {
        let sent = |sent: &Sent| {
            let request = Object::new().with("request", sent.request.clone());
            Json::from(request.with("status", i64::from(sent.status)))
        };
        entry(self.at, self.what, &self.connector, self.job.as_deref())
            .with("requests", self.requests.iter().map(sent).collect::<Json>())
            .into()
    }
}
