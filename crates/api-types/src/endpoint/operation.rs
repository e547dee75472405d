//! The operations and their dotted names.

use std::fmt;

use super::{ENDPOINTS, Endpoint};

/// Declares the operations with their dotted names.
macro_rules! operations {
    ($($name:ident = $text:literal,)+) => {
        /// An operation of the Connector APIs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The dotted name, `connector.sync_job_claim`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
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
    List = "connector.list",
    Post = "connector.post",
    Put = "connector.put",
    Get = "connector.get",
    Delete = "connector.delete",
    CheckIn = "connector.check_in",
    UpdateApiKeyId = "connector.update_api_key_id",
    UpdateConfiguration = "connector.update_configuration",
    UpdateError = "connector.update_error",
    UpdateFeatures = "connector.update_features",
    UpdateFiltering = "connector.update_filtering",
    UpdateFilteringValidation = "connector.update_filtering_validation",
    UpdateActiveFiltering = "connector.update_active_filtering",
    UpdateIndexName = "connector.update_index_name",
    LastSync = "connector.last_sync",
    UpdateName = "connector.update_name",
    UpdateNative = "connector.update_native",
    UpdatePipeline = "connector.update_pipeline",
    UpdateScheduling = "connector.update_scheduling",
    UpdateServiceType = "connector.update_service_type",
    UpdateStatus = "connector.update_status",
    SyncJobPost = "connector.sync_job_post",
    SyncJobList = "connector.sync_job_list",
    SyncJobGet = "connector.sync_job_get",
    SyncJobDelete = "connector.sync_job_delete",
    SyncJobCheckIn = "connector.sync_job_check_in",
    SyncJobCancel = "connector.sync_job_cancel",
    SyncJobClaim = "connector.sync_job_claim",
    SyncJobError = "connector.sync_job_error",
    SyncJobUpdateStats = "connector.sync_job_update_stats",
    SecretPost = "connector.secret_post",
    SecretPut = "connector.secret_put",
    SecretGet = "connector.secret_get",
    SecretDelete = "connector.secret_delete",
}
