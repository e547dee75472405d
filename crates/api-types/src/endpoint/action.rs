//! The transport actions behind the operations: what authorization asks for (contract RL-13).

use super::Operation;
use crate::{differences::Difference, version::Version};

/// The kind of an action, which decides the privileges that grant it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Connectors and sync jobs are read.
    ReadConnectors,
    /// Connectors and sync jobs are written.
    WriteConnectors,
    /// A secret is read.
    ReadSecrets,
    /// A secret is written.
    WriteSecrets,
}

impl Operation {
    /// What the operation does, as far as privileges go (contract RL-13-20).
    #[must_use]
    pub const fn access(self) -> Access {
        match self {
            Self::List | Self::Get | Self::SyncJobList | Self::SyncJobGet => Access::ReadConnectors,
            Self::SecretGet => Access::ReadSecrets,
            Self::SecretPost | Self::SecretPut | Self::SecretDelete => Access::WriteSecrets,
            Self::Post
            | Self::Put
            | Self::Delete
            | Self::CheckIn
            | Self::UpdateApiKeyId
            | Self::UpdateConfiguration
            | Self::UpdateError
            | Self::UpdateFeatures
            | Self::UpdateFiltering
            | Self::UpdateFilteringValidation
            | Self::UpdateActiveFiltering
            | Self::UpdateIndexName
            | Self::LastSync
            | Self::UpdateName
            | Self::UpdateNative
            | Self::UpdatePipeline
            | Self::UpdateScheduling
            | Self::UpdateServiceType
            | Self::UpdateStatus
            | Self::SyncJobPost
            | Self::SyncJobDelete
            | Self::SyncJobCheckIn
            | Self::SyncJobCancel
            | Self::SyncJobClaim
            | Self::SyncJobError
            | Self::SyncJobUpdateStats => Access::WriteConnectors,
        }
    }

    /// Whether a version grants the operation by privileges on the connector indices instead of
    /// cluster privileges (contract RL-13-21).
    #[must_use]
    pub fn is_index_action(self, version: Version) -> bool {
        let is_connectors =
            matches!(self.access(), Access::ReadConnectors | Access::WriteConnectors);
        is_connectors
            && version.has(Difference::ConnectorIndexActions)
            && !version.has(Difference::ConnectorPrivileges)
    }

    /// The name of the transport action, `cluster:admin/xpack/connector/put` (contract RL-13-20 and
    /// RL-13-21).
    #[must_use]
    pub fn action(self, version: Version) -> String {
        let prefix = match self.access() {
            Access::ReadConnectors if self.is_index_action(version) => "indices:data/read",
            Access::WriteConnectors if self.is_index_action(version) => "indices:data/write",
            Access::ReadConnectors
            | Access::WriteConnectors
            | Access::ReadSecrets
            | Access::WriteSecrets => "cluster:admin",
        };
        format!("{prefix}/xpack/connector/{}", self.action_name())
    }

    /// The end of the action's name.
    const fn action_name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Post => "post",
            Self::Put => "put",
            Self::Get => "get",
            Self::Delete => "delete",
            Self::CheckIn => "update_last_seen",
            Self::UpdateApiKeyId => "update_api_key_id",
            Self::UpdateConfiguration => "update_configuration",
            Self::UpdateError => "update_error",
            Self::UpdateFeatures => "update_features",
            Self::UpdateFiltering => "update_filtering",
            Self::UpdateFilteringValidation => "update_filtering/draft_validation",
            Self::UpdateActiveFiltering => "update_filtering/activate",
            Self::UpdateIndexName => "update_index_name",
            Self::LastSync => "update_last_sync_stats",
            Self::UpdateName => "update_name",
            Self::UpdateNative => "update_native",
            Self::UpdatePipeline => "update_pipeline",
            Self::UpdateScheduling => "update_scheduling",
            Self::UpdateServiceType => "update_service_type",
            Self::UpdateStatus => "update_status",
            Self::SyncJobPost => "sync_job/post",
            Self::SyncJobList => "sync_job/list",
            Self::SyncJobGet => "sync_job/get",
            Self::SyncJobDelete => "sync_job/delete",
            Self::SyncJobCheckIn => "sync_job/check_in",
            Self::SyncJobCancel => "sync_job/cancel",
            Self::SyncJobClaim => "sync_job/claim",
            Self::SyncJobError => "sync_job/update_error",
            Self::SyncJobUpdateStats => "sync_job/update_stats",
            Self::SecretPost => "secret/post",
            Self::SecretPut => "secret/put",
            Self::SecretGet => "secret/get",
            Self::SecretDelete => "secret/delete",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: contract RL-13-20 and RL-13-21.
    #[test]
    fn actions_have_the_names_of_their_version() {
        let check = |operation: Operation, version: &str, expected: &str| {
            assert_eq!(operation.action(version.parse().unwrap()), expected);
        };
        check(Operation::CheckIn, "9.0", "cluster:admin/xpack/connector/update_last_seen");
        check(Operation::CheckIn, "8.19", "indices:data/write/xpack/connector/update_last_seen");
        check(Operation::List, "8.13", "indices:data/read/xpack/connector/list");
        check(Operation::List, "8.12", "cluster:admin/xpack/connector/list");
        check(Operation::SecretGet, "8.13", "cluster:admin/xpack/connector/secret/get");
    }

    #[test]
    fn every_action_is_another() {
        let names: std::collections::BTreeSet<String> =
            Operation::ALL.iter().map(|operation| operation.action(Version::NEWEST)).collect();
        assert_eq!(names.len(), Operation::ALL.len());
    }
}
