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
    /// A document is read.
    ReadDocuments,
    /// A document is written.
    WriteDocuments,
    /// A document is deleted.
    DeleteDocuments,
    /// Documents are written or deleted.
    BulkDocuments,
    /// An index is created.
    CreateIndex,
    /// An index is deleted.
    DeleteIndex,
    /// What an index is like is read.
    ViewIndex,
    /// What an index is like is changed.
    ManageIndex,
    /// Writes are made visible.
    MaintainIndex,
    /// An index is counted.
    MonitorIndex,
    /// Ingest pipelines are read.
    ReadPipelines,
    /// Ingest pipelines are written.
    ManagePipelines,
    /// The cluster is looked at.
    MonitorCluster,
    /// The license is changed, or whether it may be is asked.
    ManageLicense,
}

impl Operation {
    /// What the operation does, as far as privileges go (contract RL-13-20).
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one list of all operations")]
    pub const fn access(self) -> Access {
        match self {
            Self::List | Self::Get | Self::SyncJobList | Self::SyncJobGet => Access::ReadConnectors,
            Self::SecretGet => Access::ReadSecrets,
            Self::SecretPost | Self::SecretPut | Self::SecretDelete => Access::WriteSecrets,
            Self::DocumentGet
            | Self::DocumentExists
            | Self::DocumentSource
            | Self::DocumentSourceExists
            | Self::Mget
            | Self::Search
            | Self::Scroll
            | Self::ClearScroll
            | Self::Count => Access::ReadDocuments,
            Self::DocumentUpdate
            | Self::DocumentIndex
            | Self::DocumentCreate
            | Self::UpdateByQuery => Access::WriteDocuments,
            Self::DocumentDelete | Self::DeleteByQuery => Access::DeleteDocuments,
            Self::Bulk => Access::BulkDocuments,
            Self::IndicesCreate => Access::CreateIndex,
            Self::IndicesDelete => Access::DeleteIndex,
            Self::IndicesGet
            | Self::IndicesExists
            | Self::IndicesGetAlias
            | Self::IndicesExistsAlias
            | Self::IndicesGetMapping
            | Self::IndicesGetSettings => Access::ViewIndex,
            Self::IndicesPutAlias
            | Self::IndicesDeleteAlias
            | Self::IndicesUpdateAliases
            | Self::IndicesPutMapping => Access::ManageIndex,
            Self::IndicesRefresh => Access::MaintainIndex,
            Self::IndicesStats => Access::MonitorIndex,
            Self::IngestGetPipeline => Access::ReadPipelines,
            Self::IngestPutPipeline | Self::IngestDeletePipeline => Access::ManagePipelines,
            Self::LicenseGet | Self::ClusterHealth | Self::NodesInfo => Access::MonitorCluster,
            Self::LicenseGetBasicStatus
            | Self::LicenseGetTrialStatus
            | Self::LicensePostStartBasic
            | Self::LicensePostStartTrial => Access::ManageLicense,
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
    /// cluster privileges (contract RL-13-21, DO-4-7).
    #[must_use]
    pub fn is_index_action(self, version: Version) -> bool {
        match self.access() {
            Access::ReadDocuments
            | Access::WriteDocuments
            | Access::DeleteDocuments
            | Access::BulkDocuments
            | Access::CreateIndex
            | Access::DeleteIndex
            | Access::ViewIndex
            | Access::ManageIndex
            | Access::MaintainIndex
            | Access::MonitorIndex => true,
            Access::ReadSecrets
            | Access::WriteSecrets
            | Access::ReadPipelines
            | Access::ManagePipelines
            | Access::MonitorCluster
            | Access::ManageLicense => false,
            Access::ReadConnectors | Access::WriteConnectors => {
                version.has(Difference::ConnectorIndexActions)
                    && !version.has(Difference::ConnectorPrivileges)
            }
        }
    }

    /// The name of the transport action, `cluster:admin/xpack/connector/put` (contract RL-13-20 and
    /// RL-13-21, DO-4-7).
    #[must_use]
    pub fn action(self, version: Version) -> String {
        let prefix = match self.access() {
            Access::ReadDocuments => "indices:data/read",
            Access::WriteDocuments | Access::DeleteDocuments | Access::BulkDocuments => {
                "indices:data/write"
            }
            Access::CreateIndex
            | Access::DeleteIndex
            | Access::ViewIndex
            | Access::ManageIndex
            | Access::MaintainIndex => match self {
                Self::IndicesGetSettings => "indices:monitor",
                _ => "indices:admin",
            },
            Access::MonitorIndex => "indices:monitor",
            Access::ReadPipelines | Access::ManagePipelines => "cluster:admin/ingest/pipeline",
            Access::MonitorCluster => "cluster:monitor",
            Access::ManageLicense => "cluster:admin",
            Access::ReadConnectors if self.is_index_action(version) => {
                "indices:data/read/xpack/connector"
            }
            Access::WriteConnectors if self.is_index_action(version) => {
                "indices:data/write/xpack/connector"
            }
            Access::ReadConnectors
            | Access::WriteConnectors
            | Access::ReadSecrets
            | Access::WriteSecrets => "cluster:admin/xpack/connector",
        };
        format!("{prefix}/{}", self.action_name())
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
            other => other.document_action_name(),
        }
    }

    /// The same for operations on documents, indices, pipelines and the cluster.
    const fn document_action_name(self) -> &'static str {
        match self {
            Self::DocumentUpdate => "update",
            Self::DocumentGet
            | Self::DocumentExists
            | Self::DocumentSource
            | Self::DocumentSourceExists => "get",
            Self::DocumentIndex | Self::DocumentCreate => "index",
            Self::DocumentDelete => "delete",
            Self::Bulk => "bulk",
            Self::Mget => "mget",
            Self::Search | Self::Count => "search",
            Self::Scroll => "scroll",
            Self::ClearScroll => "scroll/clear",
            Self::DeleteByQuery => "delete/byquery",
            Self::UpdateByQuery => "update/byquery",
            Self::IndicesCreate => "create",
            Self::IndicesGet | Self::IndicesExists => "get",
            Self::IndicesDelete => "delete",
            Self::IndicesRefresh => "refresh",
            Self::IndicesGetAlias | Self::IndicesExistsAlias => "aliases/get",
            Self::IndicesPutAlias | Self::IndicesDeleteAlias | Self::IndicesUpdateAliases => {
                "aliases"
            }
            Self::IndicesGetMapping => "mappings/get",
            Self::IndicesPutMapping => "mapping/put",
            Self::IndicesGetSettings => "settings/get",
            Self::IndicesStats => "stats",
            Self::IngestPutPipeline => "put",
            Self::IngestGetPipeline => "get",
            Self::IngestDeletePipeline => "delete",
            Self::LicenseGet => "xpack/license/get",
            Self::LicenseGetBasicStatus => "xpack/license/basic_status",
            Self::LicenseGetTrialStatus => "xpack/license/trial_status",
            Self::LicensePostStartBasic => "xpack/license/start_basic",
            Self::LicensePostStartTrial => "xpack/license/start_trial",
            Self::ClusterHealth => "health",
            Self::NodesInfo => "nodes/info",
            connector => connector.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Family;

    // Expected values: contract RL-13-20, RL-13-21 and DO-4-7.
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
        check(Operation::DocumentUpdate, "8.12", "indices:data/write/update");
        check(Operation::DocumentExists, "9.0", "indices:data/read/get");
    }

    #[test]
    fn every_action_is_another() {
        let all = || Operation::of(Family::Connectors);
        let names: std::collections::BTreeSet<String> =
            all().map(|operation| operation.action(Version::NEWEST)).collect();
        assert_eq!(names.len(), all().count());
    }
}
