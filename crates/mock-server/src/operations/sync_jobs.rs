//! The sync job operations (contract SJ-6 to SJ-14).

use api_types::{
    error::ErrorCause,
    ids::SyncJobId,
    ops::{ClaimSyncJob, PostSyncJob, SetSyncJobError, UpdateSyncJobStats},
    schema::EnumType,
    sync_job::{SyncJobType, SyncStatus},
};

use super::paging::{Page, RawPage};
use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    reply::Reply,
    services::sync_jobs::{self, Filter},
};

const ID: &str = "connector_sync_job_id";

fn id_missing(id: &SyncJobId) -> Vec<String> {
    if id.is_empty() {
        vec![format!("[{ID}] of the connector sync job cannot be null or empty.")]
    } else {
        Vec::new()
    }
}

/// `connector.sync_job_post`
pub(super) struct Post(PostSyncJob);

impl Call for Post {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        input.required_body().map(Self)
    }

    fn validate(&self) -> Vec<String> {
        if self.0.id.is_empty() {
            vec!["[id] of the connector cannot be null or empty".to_owned()]
        } else {
            Vec::new()
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        sync_jobs::post(context, &self.0)
    }
}

/// `connector.sync_job_list`
pub(super) struct List {
    filter: Filter,
    page: Page,
}

impl Call for List {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let page = RawPage::read(&input.params)?;
        let filter = Filter {
            connector_id: input.params.get("connector_id").map(str::to_owned),
            status: input.params.value("status", EnumType::of::<SyncStatus>())?,
            job_types: input.params.values("job_type", EnumType::of::<SyncJobType>())?,
        };
        Ok(Self { filter, page: page.check()? })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        sync_jobs::list(context.store, self.filter, self.page)
    }
}

/// Declares an operation on one sync job that takes no body.
macro_rules! without_body {
    ($(#[doc = $docs:literal])* $name:ident => $service:path) => {
        $(#[doc = $docs])*
        pub(super) struct $name {
            id: SyncJobId,
        }

        impl Call for $name {
            fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
                Ok(Self { id: input.id(ID) })
            }

            fn validate(&self) -> Vec<String> {
                id_missing(&self.id)
            }

            fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
                $service(context, &self.id)
            }
        }
    };
}

without_body! {
    /// `connector.sync_job_get`
    Get => sync_jobs::get
}
without_body! {
    /// `connector.sync_job_delete`
    Delete => sync_jobs::delete
}
without_body! {
    /// `connector.sync_job_check_in`
    CheckIn => sync_jobs::check_in
}
without_body! {
    /// `connector.sync_job_cancel`
    Cancel => sync_jobs::cancel
}

/// `connector.sync_job_claim`
pub(super) struct Claim {
    id: SyncJobId,
    body: ClaimSyncJob,
}

impl Call for Claim {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id(ID), body: input.required_body()? })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        sync_jobs::claim(context, &self.id, self.body)
    }
}

/// `connector.sync_job_error`
pub(super) struct SetError {
    id: SyncJobId,
    body: SetSyncJobError,
}

impl Call for SetError {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id(ID), body: input.required_body()? })
    }

    fn validate(&self) -> Vec<String> {
        let mut messages = id_missing(&self.id);
        if self.body.error.is_empty() {
            messages.push("[error] of the connector sync job cannot be null or empty".to_owned());
        }
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        sync_jobs::set_error(context, &self.id, self.body.error)
    }
}

/// `connector.sync_job_update_stats`
pub(super) struct UpdateStats {
    id: SyncJobId,
    body: UpdateSyncJobStats,
}

impl Call for UpdateStats {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id(ID), body: input.required_body()? })
    }

    fn validate(&self) -> Vec<String> {
        let negative = self
            .body
            .counters()
            .into_iter()
            .filter(|(_, value)| value.is_some_and(|value| value < 0))
            .map(|(name, _)| format!("[{name}] cannot be negative."));
        id_missing(&self.id).into_iter().chain(negative).collect()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        sync_jobs::update_stats(context, &self.id, self.body)
    }
}
