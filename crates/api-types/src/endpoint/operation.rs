//! The operations and their dotted names.

use std::fmt;

use super::{ENDPOINTS, Endpoint};

/// The APIs that an operation belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Connectors, sync jobs and secrets: `/_connector`. Coverage, the description of the API and
    /// the cases of clients are about these.
    Connectors,
    /// Documents, indices and what else is called around connectors (contract DO-4 to DO-8).
    Documents,
}

/// Declares the operations by family, with their dotted names and what each does.
macro_rules! operations {
    ($($family:ident { $($name:ident = $text:literal, $summary:literal;)+ })+) => {
        /// An operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $($(#[doc = concat!("`", $text, "`: ", $summary)] $name,)+)+
        }

        impl Operation {
            /// Every operation, family by family.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// The dotted name, `connector.sync_job_claim`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$name => $text,)+)+ }
            }

            /// The operations that change a connector that is there, all of them answered alike
            /// (contract CN-1.5-1).
            pub const CONNECTOR_UPDATES: &'static [Self] = &[
                Self::CheckIn,
                Self::UpdateApiKeyId,
                Self::UpdateConfiguration,
                Self::UpdateError,
                Self::UpdateFeatures,
                Self::UpdateFiltering,
                Self::UpdateFilteringValidation,
                Self::UpdateActiveFiltering,
                Self::UpdateIndexName,
                Self::LastSync,
                Self::UpdateName,
                Self::UpdateNative,
                Self::UpdatePipeline,
                Self::UpdateScheduling,
                Self::UpdateServiceType,
                Self::UpdateStatus,
            ];

            /// Whether it changes a connector that is there.
            #[must_use]
            pub fn is_connector_update(self) -> bool {
                Self::CONNECTOR_UPDATES.contains(&self)
            }

            /// What it does, in a few words and without a full stop.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self { $($(Self::$name => $summary,)+)+ }
            }

            /// The APIs that it belongs to.
            #[must_use]
            pub const fn family(self) -> Family {
                match self { $($(Self::$name)|+ => Family::$family,)+ }
            }

            /// The operations of a family.
            pub fn of(family: Family) -> impl Iterator<Item = Self> + Clone {
                Self::ALL.iter().copied().filter(move |operation| operation.family() == family)
            }

            /// The operation of that dotted name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|operation| operation.name() == name)
            }

            /// The rows of the table that are this operation's.
            pub fn endpoints(self) -> impl Iterator<Item = &'static Endpoint> {
                ENDPOINTS.iter().filter(move |row| row.operation == self)
            }
        }

        impl fmt::Display for Operation {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

operations! {
    Connectors {
        List = "connector.list", "List connectors, all or some";
        Post = "connector.post", "Create a connector with an id that the server makes";
        Put = "connector.put", "Create a connector, or make an existing one new";
        Get = "connector.get", "Get a connector";
        Delete = "connector.delete", "Delete a connector";
        CheckIn = "connector.check_in", "Say that the connector service is alive";
        UpdateApiKeyId = "connector.update_api_key_id", "Set the API key of a connector";
        UpdateConfiguration = "connector.update_configuration", "Set the configuration of a connector, or values in it";
        UpdateError = "connector.update_error", "Set or clear the error of a connector";
        UpdateFeatures = "connector.update_features", "Say what the connector service can do";
        UpdateFiltering = "connector.update_filtering", "Edit the draft of the sync rules, or set all of the filtering";
        UpdateFilteringValidation = "connector.update_filtering_validation", "Set the outcome of the validation of the draft";
        UpdateActiveFiltering = "connector.update_active_filtering", "Make the valid draft of the sync rules active";
        UpdateIndexName = "connector.update_index_name", "Attach an index to a connector, or detach it";
        LastSync = "connector.last_sync", "Set what the last syncs of a connector came to";
        UpdateName = "connector.update_name", "Set name and description of a connector";
        UpdateNative = "connector.update_native", "Say whether Elastic manages a connector";
        UpdatePipeline = "connector.update_pipeline", "Set the ingest pipeline of a connector";
        UpdateScheduling = "connector.update_scheduling", "Set when a connector syncs";
        UpdateServiceType = "connector.update_service_type", "Set the service type of a connector";
        UpdateStatus = "connector.update_status", "Set the status of a connector";
        SyncJobPost = "connector.sync_job_post", "Create a sync job";
        SyncJobList = "connector.sync_job_list", "List sync jobs, the newest first";
        SyncJobGet = "connector.sync_job_get", "Get a sync job";
        SyncJobDelete = "connector.sync_job_delete", "Delete a sync job";
        SyncJobCheckIn = "connector.sync_job_check_in", "Say that a sync job is alive";
        SyncJobCancel = "connector.sync_job_cancel", "Cancel a sync job";
        SyncJobClaim = "connector.sync_job_claim", "Take up a sync job";
        SyncJobError = "connector.sync_job_error", "End a sync job with an error";
        SyncJobUpdateStats = "connector.sync_job_update_stats", "Set the counts of a sync job";
        SecretPost = "connector.secret_post", "Create a secret with an id that the server makes";
        SecretPut = "connector.secret_put", "Create or replace a secret";
        SecretGet = "connector.secret_get", "Get a secret";
        SecretDelete = "connector.secret_delete", "Delete a secret";
    }
    Documents {
        DocumentUpdate = "update", "Merge members into a document";
        DocumentGet = "get", "Get a document";
        DocumentExists = "exists", "Ask whether a document is there";
        DocumentIndex = "index", "Write a document, over the old one if there is one";
        DocumentCreate = "create", "Write a document that is not there yet";
        DocumentDelete = "delete", "Delete a document";
        DocumentSource = "get_source", "Get what was stored as a document, and nothing beside it";
        DocumentSourceExists = "exists_source", "Ask whether a document has a source";
        Bulk = "bulk", "Write and delete many documents";
        Mget = "mget", "Get many documents";
        Search = "search", "Find documents";
        Scroll = "scroll", "Get the next page of a search that is kept";
        ClearScroll = "clear_scroll", "End searches that are kept";
        Count = "count", "Count documents";
        DeleteByQuery = "delete_by_query", "Delete the documents that a query finds";
        UpdateByQuery = "update_by_query", "Write the documents that a query finds once more";
        IndicesCreate = "indices.create", "Create an index";
        IndicesGet = "indices.get", "Get indices with their aliases, mappings and settings";
        IndicesExists = "indices.exists", "Ask whether indices are there";
        IndicesDelete = "indices.delete", "Delete indices";
        IndicesRefresh = "indices.refresh", "Make writes visible to searches";
        IndicesGetAlias = "indices.get_alias", "Get aliases";
        IndicesExistsAlias = "indices.exists_alias", "Ask whether aliases are there";
        IndicesPutAlias = "indices.put_alias", "Give an index an alias";
        IndicesDeleteAlias = "indices.delete_alias", "Take an alias from an index";
        IndicesUpdateAliases = "indices.update_aliases", "Give and take aliases in one step";
        IndicesGetMapping = "indices.get_mapping", "Get mappings";
        IndicesPutMapping = "indices.put_mapping", "Add fields to a mapping";
        IndicesGetSettings = "indices.get_settings", "Get settings";
        IndicesStats = "indices.stats", "Count documents and deletions";
        IngestPutPipeline = "ingest.put_pipeline", "Store an ingest pipeline";
        IngestGetPipeline = "ingest.get_pipeline", "Get ingest pipelines";
        IngestDeletePipeline = "ingest.delete_pipeline", "Delete ingest pipelines";
        LicenseGet = "license.get", "Get the license";
        LicenseGetBasicStatus = "license.get_basic_status", "Ask whether a basic license can be started";
        LicenseGetTrialStatus = "license.get_trial_status", "Ask whether a trial can be started";
        LicensePostStartBasic = "license.post_start_basic", "Start a basic license";
        LicensePostStartTrial = "license.post_start_trial", "Start a trial";
        ClusterHealth = "cluster.health", "Get the state of the cluster";
        NodesInfo = "nodes.info", "Get the nodes and where they listen";
    }
}
