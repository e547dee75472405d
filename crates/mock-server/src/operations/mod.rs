//! The operations: what each reads from a request and which messages its validation has. What they
//! do is in the services.

mod cluster;
mod connectors;
mod documents;
mod indices;
mod ingest;
mod license;
mod paging;
mod search;
mod secrets;
mod sync_jobs;
mod updates;

pub(crate) use paging::Page;

use api_types::{endpoint::Operation, error::ErrorType, ops};
use updates::{Update, UpdateBody};

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
        Operation::UpdateApiKeyId => update::<ops::UpdateApiKeyId>(input, path),
        Operation::UpdateConfiguration => update::<ops::UpdateConfiguration>(input, path),
        Operation::UpdateError => update::<ops::UpdateConnectorError>(input, path),
        Operation::UpdateFeatures => update::<ops::UpdateFeatures>(input, path),
        Operation::UpdateFiltering => update::<ops::UpdateFiltering>(input, path),
        Operation::UpdateFilteringValidation => {
            update::<ops::UpdateFilteringValidation>(input, path)
        }
        Operation::UpdateActiveFiltering => {
            Prepared::new::<updates::ActivateFiltering>(input, path)
        }
        Operation::UpdateIndexName => update::<ops::UpdateIndexName>(input, path),
        Operation::LastSync => update::<ops::LastSync>(input, path),
        Operation::UpdateName => update::<ops::UpdateName>(input, path),
        Operation::UpdateNative => update::<ops::UpdateNative>(input, path),
        Operation::UpdatePipeline => update::<ops::UpdatePipeline>(input, path),
        Operation::UpdateScheduling => update::<ops::UpdateScheduling>(input, path),
        Operation::UpdateServiceType => update::<ops::UpdateServiceType>(input, path),
        Operation::UpdateStatus => update::<ops::UpdateConnectorStatus>(input, path),
        Operation::SyncJobPost => Prepared::new::<sync_jobs::Post>(input, path),
        Operation::SyncJobList => Prepared::new::<sync_jobs::List>(input, path),
        Operation::SyncJobGet => Prepared::new::<sync_jobs::Get>(input, path),
        Operation::SyncJobDelete => Prepared::new::<sync_jobs::Delete>(input, path),
        Operation::SyncJobCheckIn => Prepared::new::<sync_jobs::CheckIn>(input, path),
        Operation::SyncJobCancel => Prepared::new::<sync_jobs::Cancel>(input, path),
        Operation::SyncJobClaim => Prepared::new::<sync_jobs::Claim>(input, path),
        Operation::SyncJobError => Prepared::new::<sync_jobs::SetError>(input, path),
        Operation::SyncJobUpdateStats => Prepared::new::<sync_jobs::UpdateStats>(input, path),
        Operation::SecretPost => Prepared::new::<secrets::Post>(input, path),
        Operation::SecretPut => Prepared::new::<secrets::Put>(input, path),
        Operation::SecretGet => Prepared::new::<secrets::Get>(input, path),
        Operation::SecretDelete => Prepared::new::<secrets::Delete>(input, path),
        Operation::DocumentUpdate => Prepared::new::<documents::Update>(input, path),
        Operation::DocumentGet | Operation::DocumentExists => {
            Prepared::new::<documents::Get>(input, path)
        }
        Operation::DocumentSource | Operation::DocumentSourceExists => {
            Prepared::new::<documents::GetSource>(input, path)
        }
        Operation::DocumentIndex | Operation::DocumentCreate => {
            Prepared::new::<documents::Index>(input, path)
        }
        Operation::DocumentDelete => Prepared::new::<documents::Delete>(input, path),
        Operation::Bulk => Prepared::new::<documents::Bulk>(input, path),
        Operation::Mget => Prepared::new::<documents::Mget>(input, path),
        Operation::Search => Prepared::new::<search::Search>(input, path),
        Operation::Scroll => Prepared::new::<search::Scroll>(input, path),
        Operation::ClearScroll => Prepared::new::<search::ClearScroll>(input, path),
        Operation::Count => Prepared::new::<search::Count>(input, path),
        Operation::DeleteByQuery => Prepared::new::<search::DeleteByQuery>(input, path),
        Operation::UpdateByQuery => Prepared::new::<search::UpdateByQuery>(input, path),
        other => around(other, input, path),
    }
}

/// The operations on indices, pipelines and the cluster.
fn around(operation: Operation, input: &Input<'_>, path: &str) -> Result<Prepared, ApiError> {
    match operation {
        Operation::IndicesCreate => Prepared::new::<indices::Create>(input, path),
        Operation::IndicesGet => Prepared::new::<indices::Get>(input, path),
        Operation::IndicesExists => Prepared::new::<indices::Get>(input, path),
        Operation::IndicesDelete => Prepared::new::<indices::Delete>(input, path),
        Operation::IndicesRefresh => Prepared::new::<indices::Refresh>(input, path),
        Operation::IndicesGetAlias => Prepared::new::<indices::GetAlias>(input, path),
        Operation::IndicesExistsAlias => Prepared::new::<indices::GetAlias>(input, path),
        Operation::IndicesPutAlias => Prepared::new::<indices::PutAlias>(input, path),
        Operation::IndicesDeleteAlias => Prepared::new::<indices::DeleteAlias>(input, path),
        Operation::IndicesUpdateAliases => Prepared::new::<indices::UpdateAliases>(input, path),
        Operation::IndicesGetMapping => Prepared::new::<indices::GetMapping>(input, path),
        Operation::IndicesPutMapping => Prepared::new::<indices::PutMapping>(input, path),
        Operation::IndicesGetSettings => Prepared::new::<indices::GetSettings>(input, path),
        Operation::IndicesStats => Prepared::new::<indices::Stats>(input, path),
        Operation::IngestPutPipeline => Prepared::new::<ingest::Put>(input, path),
        Operation::IngestGetPipeline => Prepared::new::<ingest::Get>(input, path),
        Operation::IngestDeletePipeline => Prepared::new::<ingest::Delete>(input, path),
        Operation::LicenseGet => Prepared::new::<license::Get>(input, path),
        Operation::LicenseGetBasicStatus | Operation::LicenseGetTrialStatus => {
            Prepared::new::<license::Status>(input, path)
        }
        Operation::LicensePostStartBasic => Prepared::new::<license::StartBasic>(input, path),
        Operation::LicensePostStartTrial => Prepared::new::<license::StartTrial>(input, path),
        Operation::ClusterHealth => Prepared::new::<cluster::Health>(input, path),
        Operation::NodesInfo => Prepared::new::<cluster::Nodes>(input, path),
        connectors_or_documents => {
            let reason = format!("no code for [{connectors_or_documents}]");
            Err(ApiError::new(ErrorType::IllegalState, reason))
        }
    }
}

/// An update of a connector that takes a body.
fn update<B: UpdateBody + 'static>(input: &Input<'_>, path: &str) -> Result<Prepared, ApiError> {
    Prepared::new::<Update<B>>(input, path)
}
