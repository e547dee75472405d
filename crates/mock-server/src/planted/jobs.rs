//! Sync jobs: their statuses, times and members (contract SJ-4, SJ-6, SJ-11 to SJ-14).

use api_types::{
    InvalidTransition,
    endpoint::Operation as Op,
    error::ErrorType,
    json::{Json, Object},
    sync_job::SyncStatus,
};

use super::{
    Answer, Fault, How, Row,
    lists::is_attached,
    scene::{Scene, all, is, result, rewritten, sync_status, within},
};
use crate::{
    error::ApiError,
    store::{CONNECTORS, SYNC_JOBS},
};

const CANCEL: &[Op] = &[Op::SyncJobCancel];
const CLAIM: &[Op] = &[Op::SyncJobClaim];
const FAIL: &[Op] = &[Op::SyncJobError];
const POST: &[Op] = &[Op::SyncJobPost];
const STATS: &[Op] = &[Op::SyncJobUpdateStats];

pub(super) const ROWS: &[Row] = &[
    (Fault::CancelAllowsCanceled, CANCEL, How::Answers(|s, a| cancels(s, a, "canceled"))),
    (Fault::CancelAllowsError, CANCEL, How::Answers(|s, a| cancels(s, a, "error"))),
    (Fault::CancelTwiceIsNoop, CANCEL, How::Answers(cancel_again)),
    (Fault::CancelEndsRunning, CANCEL, How::Edits(cancel_ends)),
    (Fault::CancelAsksPending, CANCEL, How::Edits(cancel_asks)),
    (Fault::CancelForgetsCompletedAt, CANCEL, How::Keeps(&["completed_at"])),
    (Fault::CancelForgetsCanceledAt, CANCEL, How::Keeps(&["canceled_at"])),
    (Fault::CancelOfRunningForgetsTheTime, CANCEL, How::Edits(cancel_forgets)),
    (Fault::ErrorAllowsPending, FAIL, How::Answers(|s, a| fails(s, a, "pending"))),
    (Fault::ErrorAllowsCanceled, FAIL, How::Answers(|s, a| fails(s, a, "canceled"))),
    (Fault::ErrorTwice, FAIL, How::Answers(|s, a| fails(s, a, "error"))),
    (
        Fault::ErrorRefusedWhenCanceling,
        FAIL,
        How::Answers(|s, a| refuses(s, a, SyncStatus::Canceling, SyncStatus::Error)),
    ),
    (Fault::ErrorCompletesTheJob, FAIL, How::Edits(|s, job| job.insert("completed_at", s.now()))),
    (
        Fault::ClaimRefusedWhenCanceled,
        CLAIM,
        How::Answers(|s, a| refuses(s, a, SyncStatus::Canceled, SyncStatus::InProgress)),
    ),
    (
        Fault::ClaimRefusedWhenRunning,
        CLAIM,
        How::Answers(|s, a| refuses(s, a, SyncStatus::InProgress, SyncStatus::InProgress)),
    ),
    (Fault::ClaimLeavesStatus, CLAIM, How::Keeps(&["status"])),
    (Fault::ClaimForgetsStartedAt, CLAIM, How::Keeps(&["started_at"])),
    (Fault::ClaimForgetsLastSeen, CLAIM, How::Keeps(&["last_seen"])),
    (Fault::ClaimDropsError, CLAIM, How::Edits(|_, job| drop(job.remove("error")))),
    (Fault::ClaimDropsEnd, CLAIM, How::Edits(claim_drops_end)),
    (Fault::ClaimReplacesCursor, CLAIM, How::Edits(claim_replaces_cursor)),
    (Fault::ClaimDropsCursor, CLAIM, How::Edits(claim_drops_cursor)),
    (Fault::ClaimConnects, CLAIM, How::Answers(claim_connects)),
    (Fault::JobCheckInForgetsTheTime, &[Op::SyncJobCheckIn], How::Keeps(&["last_seen"])),
    (Fault::StatsLeaveLastSeen, STATS, How::Edits(stats_leave_last_seen)),
    (Fault::StatsIgnoreLastSeen, STATS, How::Asks(|asked| asked.remove("last_seen"))),
    (Fault::StatsReplaceMetadata, STATS, How::Edits(stats_replace_metadata)),
    (Fault::StatsAddUp, STATS, How::Edits(stats_add_up)),
    (Fault::StatsResetTotal, STATS, How::Edits(stats_reset_total)),
    (
        Fault::JobCreatedInThePast,
        POST,
        How::Edits(|_, job| job.insert("created_at", "2000-01-01T00:00:00.000Z")),
    ),
    (Fault::JobCreatedRunning, POST, How::Edits(|_, job| job.insert("status", "in_progress"))),
    (Fault::JobWithoutIndex, POST, How::Around(pretend_index, without_index)),
    (Fault::JobWithoutServiceType, POST, How::Around(pretend_service_type, without_service_type)),
    (Fault::AccessControlWithoutPrefix, POST, How::Edits(without_prefix)),
    (Fault::JobIdsRepeat, POST, How::Answers(id_repeats)),
    (Fault::JobPostMarksConnector, POST, How::Answers(marks_connector)),
    (Fault::JobOfDeletedRefused, POST, How::Answers(refuses_deleted)),
];

/// A job of this status is asked to end, though it has ended.
fn cancels(scene: &mut Scene<'_, '_>, answer: Answer, from: &str) -> Answer {
    if scene.old_text("status") != Some(from) {
        return answer;
    }
    let now = scene.now();
    scene.edit(|_, job| {
        job.insert("status", "canceling");
        job.insert("cancelation_requested_at", now);
    });
    result("updated")
}

fn cancel_again(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    match scene.old_text("status") {
        Some("canceling") => result("noop"),
        _ => answer,
    }
}

fn cancel_ends(scene: &Scene<'_, '_>, job: &mut Object) {
    if scene.old_text("status") == Some("in_progress") {
        let now = job.get("cancelation_requested_at").cloned().unwrap_or_default();
        job.insert("status", "canceled");
        job.insert("canceled_at", now.clone());
        job.insert("completed_at", now);
    }
}

fn cancel_asks(scene: &Scene<'_, '_>, job: &mut Object) {
    if scene.old_text("status") == Some("pending") {
        job.insert("status", "canceling");
        job.remove("canceled_at");
        job.remove("completed_at");
    }
}

fn cancel_forgets(scene: &Scene<'_, '_>, job: &mut Object) {
    if scene.old_text("status") == Some("in_progress") {
        scene.keep(job, &["cancelation_requested_at"]);
    }
}

/// A job of this status fails, though it does not run.
fn fails(scene: &mut Scene<'_, '_>, answer: Answer, from: &str) -> Answer {
    if scene.old_text("status") != Some(from) {
        return answer;
    }
    let error = scene.asked.body.get("error").cloned().unwrap_or_default();
    scene.edit(|_, job| {
        job.insert("error", error);
        job.insert("status", "error");
    });
    result("updated")
}

/// What is allowed is refused.
fn refuses(scene: &mut Scene<'_, '_>, answer: Answer, from: SyncStatus, to: SyncStatus) -> Answer {
    if answer.is_err() || scene.old_text("status").map(sync_status) != Some(from) {
        return answer;
    }
    scene.undo();
    Err(InvalidTransition { from, to }.into())
}

fn claim_drops_end(_: &Scene<'_, '_>, job: &mut Object) {
    for member in ["completed_at", "cancelation_requested_at", "canceled_at"] {
        job.remove(member);
    }
}

fn claim_replaces_cursor(scene: &Scene<'_, '_>, job: &mut Object) {
    if let Some(cursor) = scene.asked.object("sync_cursor") {
        let cursor = cursor.clone().in_java_map_order();
        within(job, "connector", |snapshot| snapshot.insert("sync_cursor", cursor));
    }
}

fn claim_drops_cursor(scene: &Scene<'_, '_>, job: &mut Object) {
    if !scene.asked.has("sync_cursor") {
        within(job, "connector", |snapshot| drop(snapshot.remove("sync_cursor")));
    }
}

/// The connector of a job that was claimed counts as connected.
fn claim_connects(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    let of = scene.old().and_then(|job| job.get("connector")?.get("id")?.as_str());
    let of = of.unwrap_or_default().to_owned();
    if answer.is_ok() {
        change_connector(scene, &of, |connector| connector.insert("status", "connected"));
    }
    answer
}

fn change_connector(scene: &mut Scene<'_, '_>, of: &str, edit: impl Fn(&mut Object)) {
    scene.amend_all(CONNECTORS.index, |id, connector| {
        if id == of {
            edit(connector);
        }
    });
}

fn stats_leave_last_seen(scene: &Scene<'_, '_>, job: &mut Object) {
    if !scene.asked.has("last_seen") {
        scene.keep(job, &["last_seen"]);
    }
}

fn stats_replace_metadata(scene: &Scene<'_, '_>, job: &mut Object) {
    if let Some(metadata) = scene.asked.object("metadata") {
        job.insert("metadata", metadata.clone().in_java_map_order());
    }
}

fn stats_add_up(scene: &Scene<'_, '_>, job: &mut Object) {
    for member in ["deleted_document_count", "indexed_document_count", "indexed_document_volume"] {
        let number = |job: &Object| job.get(member).and_then(Json::as_i64).unwrap_or_default();
        let sum = number(job).saturating_add(scene.old().map(number).unwrap_or_default());
        job.insert(member, sum);
    }
}

fn stats_reset_total(scene: &Scene<'_, '_>, job: &mut Object) {
    if !scene.asked.has("total_document_count") {
        job.insert("total_document_count", 0);
    }
}

/// The connector that a new job is for.
fn connector_of(scene: &Scene<'_, '_>) -> String {
    scene.asked.text("id").unwrap_or_default().to_owned()
}

fn pretend_index(scene: &mut Scene<'_, '_>) {
    let of = connector_of(scene);
    change_connector(scene, &of, |connector| {
        if !is_attached(connector) {
            connector.insert("index_name", "none");
        }
    });
}

fn without_index(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    snapshot_as_it_was(scene, answer, "index_name")
}

fn pretend_service_type(scene: &mut Scene<'_, '_>) {
    let of = connector_of(scene);
    change_connector(scene, &of, |connector| {
        let service_type = connector.get("service_type").and_then(Json::as_str);
        if service_type.is_none_or(str::is_empty) {
            connector.insert("service_type", "none");
        }
    });
}

fn without_service_type(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    snapshot_as_it_was(scene, answer, "service_type")
}

/// The connectors as they were, and a new job without what its connector does not have.
fn snapshot_as_it_was(scene: &mut Scene<'_, '_>, answer: Answer, member: &'static str) -> Answer {
    scene.restore_others(CONNECTORS.index);
    let of = connector_of(scene);
    let connectors = all(&scene.before, CONNECTORS.index);
    let connector = connectors.into_iter().find(|(id, _)| *id == of);
    let has = |source: &Object| {
        source.get(member).and_then(Json::as_str).is_some_and(|text| !text.is_empty())
    };
    if answer.is_ok() && !connector.is_some_and(|(_, source)| has(&source)) {
        scene.edit(|_, job| {
            within(job, "connector", |snapshot| drop(snapshot.remove(member)));
        });
    }
    answer
}

fn without_prefix(_: &Scene<'_, '_>, job: &mut Object) {
    within(job, "connector", |snapshot| {
        let name = snapshot.get("index_name").and_then(Json::as_str);
        if let Some(name) = name.and_then(|name| name.strip_prefix(".search-acl-filter-")) {
            let name = name.to_owned();
            snapshot.insert("index_name", name);
        }
    });
}

/// A second job of a connector takes the place of the first.
fn id_repeats(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    let of = connector_of(scene);
    let is_of = |job: &Object| {
        let id = job.get("connector").and_then(|connector| connector.get("id"));
        id.and_then(Json::as_str) == Some(of.as_str())
    };
    let Some((first, _)) =
        all(&scene.before, SYNC_JOBS.index).into_iter().find(|(_, job)| is_of(job))
    else {
        return answer;
    };
    let jobs = all(scene.context.store, SYNC_JOBS.index);
    if let Some((id, job)) = jobs.into_iter().find(|(id, _)| id == scene.id()) {
        // The index is there: the document was just found in it.
        let _ = scene.context.store.delete(SYNC_JOBS.index, &id);
        scene.context.store.amend(SYNC_JOBS.index, &first, job);
    }
    rewritten(answer, |body| body.insert("id", first))
}

fn marks_connector(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    let of = connector_of(scene);
    if answer.is_ok() {
        change_connector(scene, &of, |connector| connector.insert("last_sync_status", "pending"));
    }
    answer
}

fn refuses_deleted(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    let of = connector_of(scene);
    let connectors = all(&scene.before, CONNECTORS.index);
    let is_deleted = connectors
        .into_iter()
        .any(|(id, source)| id == of && source.get("deleted") == Some(&Json::Bool(true)));
    if !is_deleted || is(&answer, ErrorType::Status) {
        return answer;
    }
    scene.undo();
    Err(ApiError::not_found(format!("Connector with id '{of}' does not exist.")))
}
