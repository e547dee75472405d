//! Lists, and what becomes of deleted connectors and of jobs (contract CN-4.3, CN-4.4, SJ-9, SJ-10).

use api_types::{
    endpoint::Operation as Op,
    error::ErrorType,
    json::{Json, Object},
};

use super::{
    Answer, Fault, How, Row,
    scene::{Asked, Scene, all, found, is, rewritten},
};
use crate::{
    error::ApiError,
    reply::Reply,
    store::{CONNECTORS, Query, SYNC_JOBS},
};

pub(super) const ROWS: &[Row] = &[
    (Fault::ListShowsDeleted, &[Op::List], How::Asks(with_deleted)),
    (Fault::GetShowsDeleted, &[Op::Get], How::Asks(with_deleted)),
    (Fault::ListIgnoresFrom, &[Op::List], How::Asks(|asked| asked.params.remove("from"))),
    (
        Fault::ListIgnoresServiceType,
        &[Op::List],
        How::Asks(|asked| asked.params.remove("service_type")),
    ),
    (Fault::ListCountsThePage, &[Op::List], How::Answers(counts_the_page)),
    (Fault::ListMissesUnattached, &[Op::List], How::Around(without_unattached, as_it_was)),
    (Fault::JobListCountsThePage, &[Op::SyncJobList], How::Answers(counts_the_page)),
    (
        Fault::JobListIgnoresStatus,
        &[Op::SyncJobList],
        How::Asks(|asked| asked.params.remove("status")),
    ),
    (
        Fault::JobListIgnoresType,
        &[Op::SyncJobList],
        How::Asks(|asked| asked.params.remove("job_type")),
    ),
    (
        Fault::JobListIgnoresConnector,
        &[Op::SyncJobList],
        How::Asks(|asked| asked.params.remove("connector_id")),
    ),
    (Fault::JobListIsAscending, &[Op::SyncJobList], How::Answers(backwards)),
    (
        Fault::JobShowsPresentIndex,
        &[Op::SyncJobGet, Op::SyncJobList],
        How::Around(present_index, as_it_was),
    ),
    (Fault::HardDeleteIsSoft, &[Op::Delete], How::Asks(|asked| asked.params.remove("hard"))),
    (Fault::SoftDeleteRemoves, &[Op::Delete], How::Asks(|asked| asked.params.set("hard", "true"))),
    (Fault::DeleteTwice, &[Op::Delete], How::Answers(acknowledged_again)),
    (
        Fault::DeleteKeepsJobs,
        &[Op::Delete],
        How::Asks(|asked| asked.params.remove("delete_sync_jobs")),
    ),
    (Fault::DeleteTakesAllJobs, &[Op::Delete], How::Answers(takes_all_jobs)),
    (
        Fault::DeleteTakesJobsUnasked,
        &[Op::Delete],
        How::Asks(|asked| asked.params.set("delete_sync_jobs", "true")),
    ),
    (Fault::RunningJobIsKept, &[Op::SyncJobDelete], How::Answers(keeps_running)),
];

fn with_deleted(asked: &mut Asked) {
    asked.params.set("include_deleted", "true");
}

/// Everything as it was, after a read that was shown other documents.
fn as_it_was(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    scene.undo();
    answer
}

fn counts_the_page(_: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    rewritten(answer, |list| {
        let length = list.get("results").and_then(Json::as_array).map_or(0, <[Json]>::len);
        list.insert("count", i64::try_from(length).unwrap_or(i64::MAX));
    })
}

fn backwards(_: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    rewritten(answer, |list| {
        let results = list.get("results").and_then(Json::as_array).unwrap_or_default();
        let reversed: Vec<Json> = results.iter().rev().cloned().collect();
        list.insert("results", reversed);
    })
}

fn without_unattached(scene: &mut Scene<'_, '_>) {
    for (id, source) in all(&scene.before, CONNECTORS.index) {
        if source.get("index_name").is_none_or(Json::is_null) {
            // The index is there: the document was just found in it.
            let _ = scene.context.store.delete(CONNECTORS.index, &id);
        }
    }
}

/// The name of the index in each job is that which its connector has now.
fn present_index(scene: &mut Scene<'_, '_>) {
    let connectors = scene.before.clone();
    scene.amend_all(SYNC_JOBS.index, |_, job| {
        let Some(Json::Object(mut snapshot)) = job.get("connector").cloned() else { return };
        let id = snapshot.get("id").and_then(Json::as_str).unwrap_or_default();
        let present = found(&connectors, CONNECTORS.index, id);
        let is_access_control =
            job.get("job_type").and_then(Json::as_str) == Some("access_control");
        if let Some(name) = present.and_then(|connector| connector.get("index_name"))
            && !is_access_control
        {
            snapshot.insert("index_name", name.clone());
            job.insert("connector", snapshot);
        }
    });
}

fn acknowledged_again(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if is(&answer, ErrorType::ResourceNotFound) && scene.was_deleted() {
        return Ok(Reply::acknowledged());
    }
    answer
}

fn takes_all_jobs(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if answer.is_ok() && scene.asked.params.boolean("delete_sync_jobs").unwrap_or(false) {
        // Without an index there are no jobs.
        let _ = scene.context.store.delete_by_query(SYNC_JOBS.index, &Query::Every(Vec::new()));
    }
    answer
}

fn keeps_running(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if scene.old_text("status") != Some("in_progress") {
        return answer;
    }
    scene.undo();
    Err(ApiError::status(format!("Sync job [{}] is in progress.", scene.id())))
}

/// Where an object has the member, whatever it is.
pub(super) fn is_attached(connector: &Object) -> bool {
    connector.get("index_name").and_then(Json::as_str).is_some_and(|name| !name.is_empty())
}
