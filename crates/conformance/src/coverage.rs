//! Which operations, statuses and changes of status the traffic shows.

use std::collections::BTreeMap;

use api_types::{
    connector::ConnectorStatus,
    endpoint::{Endpoint, Method, Operation},
    sync_job::SyncStatus,
};

use crate::{report::Advice, wire::Recorded};

/// The changes of status that were seen and how often; from nothing is a creation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transitions {
    /// Of connectors.
    pub connector: BTreeMap<(Option<ConnectorStatus>, ConnectorStatus), usize>,
    /// Of sync jobs.
    pub sync_job: BTreeMap<(Option<SyncStatus>, SyncStatus), usize>,
}

/// Looks at one exchange after the other and remembers what they show.
#[derive(Clone, Debug, Default)]
pub struct Watcher {
    /// How often each operation was answered with each status.
    pub coverage: BTreeMap<(Operation, u16), usize>,
    /// The changes of status.
    pub transitions: Transitions,
    /// What the server accepted and the Connector Protocol forbids.
    pub advice: Vec<Advice>,
}

impl Watcher {
    /// Looks at an exchange.
    pub fn see(&mut self, exchange: &Recorded) {
        let (method, target) = exchange.line();
        let path = target.split('?').next().unwrap_or_default();
        let row = Method::from_name(method).and_then(|method| Endpoint::find(method, path));
        if let (Some(row), Some(status)) = (row, exchange.status()) {
            *self.coverage.entry((row.operation, status)).or_default() += 1;
        }
    }
}
