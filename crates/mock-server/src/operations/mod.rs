//! The operations: what each reads from a request and which messages its validation has. What they
//! do is in the services.

mod connectors;
mod paging;
mod sync_jobs;
mod updates;

pub(crate) use paging::Page;

use api_types::endpoint::Operation;

use crate::{
    call::{Input, Prepared},
    error::ApiError,
};

/// Reads the operation of a route.
pub(crate) fn prepare(input: &Input<'_>, path: &str) -> Result<Prepared, ApiError> {
    match input.endpoint.operation {
        Operation::List => Prepared::new::<connectors::List>(input, path),
        Operation::Post | Operation::Put => Prepared::new::<connectors::Put>(input, path),
        Operation::Get => Prepared::new::<connectors::Get>(input, path),
        Operation::Delete => Prepared::new::<connectors::Delete>(input, path),
        Operation::CheckIn => Prepared::new::<updates::CheckIn>(input, path),
        Operation::UpdateError => Prepared::new::<updates::UpdateError>(input, path),
        Operation::UpdateStatus => Prepared::new::<updates::UpdateStatus>(input, path),
        Operation::SyncJobPost => Prepared::new::<sync_jobs::Post>(input, path),
        Operation::SyncJobList => Prepared::new::<sync_jobs::List>(input, path),
        Operation::SyncJobGet => Prepared::new::<sync_jobs::Get>(input, path),
        Operation::SyncJobDelete => Prepared::new::<sync_jobs::Delete>(input, path),
        Operation::SyncJobCheckIn => Prepared::new::<sync_jobs::CheckIn>(input, path),
        Operation::SyncJobCancel => Prepared::new::<sync_jobs::Cancel>(input, path),
        Operation::SyncJobClaim => Prepared::new::<sync_jobs::Claim>(input, path),
        Operation::SyncJobError => Prepared::new::<sync_jobs::SetError>(input, path),
        Operation::SyncJobUpdateStats => Prepared::new::<sync_jobs::UpdateStats>(input, path),
        Operation::UpdateApiKeyId
        | Operation::UpdateConfiguration
        | Operation::UpdateFeatures
        | Operation::UpdateFiltering
        | Operation::UpdateFilteringValidation
        | Operation::UpdateActiveFiltering
        | Operation::UpdateIndexName
        | Operation::LastSync
        | Operation::UpdateName
        | Operation::UpdateNative
        | Operation::UpdatePipeline
        | Operation::UpdateScheduling
        | Operation::UpdateServiceType
        | Operation::SecretPost
        | Operation::SecretPut
        | Operation::SecretGet
        | Operation::SecretDelete => Err(ApiError::NoHandler(format!(
            "no handler found for uri [{path}] and method [{}]",
            input.endpoint.method
        ))),
    }
}
