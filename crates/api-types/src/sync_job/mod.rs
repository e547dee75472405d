//! The sync job: its statuses, types and trigger methods.

mod status;

pub use status::SyncStatus;

use crate::wire_enum::wire_enum;

wire_enum! {
    /// `job_type` of a sync job.
    SyncJobType as "ConnectorSyncJobType" {
        /// Everything is read again.
        Full = "full",
        /// Only what changed since the cursor.
        Incremental = "incremental",
        /// Who may read what, for document level security.
        AccessControl = "access_control",
    }
}

wire_enum! {
    /// `trigger_method` of a sync job.
    SyncJobTriggerMethod as "ConnectorSyncJobTriggerMethod" {
        /// Asked for by somebody.
        OnDemand = "on_demand",
        /// Due by the connector's schedule.
        Scheduled = "scheduled",
    }
}
