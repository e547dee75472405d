//! The Connector Protocol as it is followed from outside: what is known of connectors and sync jobs
//! by what was asked and answered, without asking the server, and what the server accepts and the
//! protocol forbids.

mod advice;
mod book;
mod connectors;
mod jobs;
mod written;

use self::{book::Book, connectors::Connector, jobs::Job};
use crate::{
    connector::ConnectorStatus,
    endpoint::{Family, Operation},
    json::Json,
    sync_job::SyncStatus,
};

pub use self::{
    advice::AdviceKind,
    written::{After, Write},
};

/// An exchange that the server accepted, as far as it says something of connectors and sync jobs.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The operation; none if the request goes to an index.
    pub operation: Option<Operation>,
    /// The index, if it goes to one.
    pub index: Option<String>,
    /// The id in the path, decoded, or an empty text.
    pub id: String,
    /// The parameters of the query that are `true`.
    pub flags: Vec<String>,
    /// The status.
    pub status: u16,
    /// The body of the request; null if there is none.
    pub body: Json,
    /// The answer; null if it cannot be read.
    pub answer: Json,
}

/// A change of status; from nothing is a creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Of a connector.
    Connector(Option<ConnectorStatus>, ConnectorStatus),
    /// Of a sync job.
    SyncJob(Option<SyncStatus>, SyncStatus),
}

/// What an exchange says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// The changes of status, in their order.
    pub steps: Vec<Step>,
    /// What the server accepted and the protocol forbids, and what was done.
    pub advice: Vec<(AdviceKind, String)>,
}

/// Follows connectors and sync jobs. Of very many, the oldest are forgotten.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    connectors: Book<Connector>,
    jobs: Book<Job>,
    learned: Learned,
}

impl Seen {
    /// The parameters of a query that are true: without a value, or `true`.
    #[must_use]
    pub fn flags(query: &str) -> Vec<String> {
        let flags = query.split('&').filter_map(|pair| match pair.split_once('=') {
            None => Some(pair.to_owned()),
            Some((name, "" | "true")) => Some(name.to_owned()),
            Some(_) => None,
        });
        flags.collect()
    }

    /// Whether a parameter of the query is true.
    fn is_set(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }

    /// A text of the request's body.
    fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Json::as_str)
    }

    /// A text of the answer.
    fn answered(&self, name: &str) -> Option<&str> {
        self.answer.get(name).and_then(Json::as_str)
    }
}

impl Follower {
    /// Learns from an exchange that the server accepted.
    pub fn see(&mut self, seen: &Seen) -> Learned {
        use Operation as Op;
        match seen.operation {
            None | Some(Op::DocumentUpdate) => self.watch_update(seen),
            Some(
                Op::SyncJobPost
                | Op::SyncJobList
                | Op::SyncJobGet
                | Op::SyncJobDelete
                | Op::SyncJobCheckIn
                | Op::SyncJobCancel
                | Op::SyncJobClaim
                | Op::SyncJobError
                | Op::SyncJobUpdateStats,
            ) => self.watch_job(seen),
            Some(Op::SecretPost | Op::SecretPut | Op::SecretGet | Op::SecretDelete) => {}
            Some(operation) if operation.family() == Family::Documents => {}
            Some(_) => self.watch_connector(seen),
        }
        std::mem::take(&mut self.learned)
    }

    fn step(&mut self, step: Step) {
        self.learned.steps.push(step);
    }

    fn advise(&mut self, kind: AdviceKind, what: &str) {
        self.learned.advice.push((kind, what.to_owned()));
    }
}
