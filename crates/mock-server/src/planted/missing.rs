//! What is missing is reported in another operation's way.

use api_types::{endpoint::Operation as Op, error::ErrorType, json::Object};

use super::{
    Answer, Fault, How, Row,
    scene::{Scene, is},
};
use crate::{
    error::ApiError,
    store::{CONNECTORS, StoreError, Terms},
};

pub(super) const ROWS: &[Row] = &[
    (Fault::JobCheckInMissingIsShort, &[Op::SyncJobCheckIn], How::Answers(short)),
    (Fault::JobCancelMissingIsLong, &[Op::SyncJobCancel], How::Answers(long)),
    (Fault::NameMissingIsResource, &[Op::UpdateName], How::Answers(resource)),
    (Fault::StatusMissingIsDocument, &[Op::UpdateStatus], How::Answers(document)),
    (Fault::JobOfMissingConnectorIsBadRequest, &[Op::SyncJobPost], How::Answers(bad_request)),
];

fn short(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if is(&answer, ErrorType::ResourceNotFound) {
        return Err(ApiError::not_found(scene.id()));
    }
    answer
}

fn long(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if is(&answer, ErrorType::ResourceNotFound) {
        return Err(ApiError::not_found(format!("connector sync job [{}] not found", scene.id())));
    }
    answer
}

fn resource(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if is(&answer, ErrorType::DocumentMissing) {
        return Err(ApiError::not_found(format!("connector [{}] not found", scene.id())));
    }
    answer
}

fn document(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if !is(&answer, ErrorType::ResourceNotFound) || scene.old().is_some() {
        return answer;
    }
    let id = scene.id().to_owned();
    let context = &mut *scene.context;
    let terms = Terms::default();
    let blind = context.store.update(CONNECTORS.index, &id, Object::new(), terms, context.ids);
    match blind {
        Err(missing @ StoreError::DocumentMissing { .. }) => Err(missing.into()),
        Ok(_) | Err(_) => answer,
    }
}

fn bad_request(_: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    match answer {
        Err(ApiError::Exception(cause)) if cause.kind == ErrorType::ResourceNotFound => {
            Err(ApiError::status(cause.reason.unwrap_or_default()))
        }
        other => other,
    }
}
