//! Follows connectors and sync jobs by what goes over the wire, without asking the server.

mod book;
mod connectors;
mod jobs;
mod seen;
#[cfg(test)]
mod tests;

pub(crate) use self::{book::Book, connectors::Connector, jobs::Job, seen::Seen};

use api_types::endpoint::Operation;

use crate::coverage::Watcher;

impl Watcher {
    /// Learns from an exchange that the server accepted.
    pub(crate) fn watch(&mut self, seen: &Seen) {
        use Operation as Op;
        match seen.operation {
            None => self.watch_index(seen),
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
            Some(_) => self.watch_connector(seen),
        }
    }

    /// A partial update of one of the two indices (contract DO-1.2-7, DO-1.2-8).
    fn watch_index(&mut self, seen: &Seen) {
        let status = seen.body.at("doc.status").and_then(api_types::json::Json::as_str);
        let (Some(status), Some(index)) = (status, seen.index.as_deref()) else { return };
        match index.trim_end_matches("-v1") {
            ".elastic-connectors" => self.connector_written(seen, status),
            ".elastic-connectors-sync-jobs" => self.job_written(seen, status),
            _ => {}
        }
    }
}
