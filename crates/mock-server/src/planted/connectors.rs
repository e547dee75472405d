//! Connectors: their statuses, members and names (contract CN-3 to CN-6).

use api_types::{
    InvalidTransition, WireEnum as _,
    connector::ConnectorStatus,
    endpoint::Operation as Op,
    json::{Json, Object},
};

use super::{
    Answer, Fault, How, Row,
    lists::is_attached,
    scene::{Scene, all, result, rewritten, within},
};
use crate::{error::ApiError, store::CONNECTORS};

const STATUS: &[Op] = &[Op::UpdateStatus];
const ERROR: &[Op] = &[Op::UpdateError];
const PUT: &[Op] = &[Op::Put];
const CONFIGURATION: &[Op] = &[Op::UpdateConfiguration];
const SERVICE_TYPE: &[Op] = &[Op::UpdateServiceType];
const INDEX_NAME: &[Op] = &[Op::UpdateIndexName];
const NAME: &[Op] = &[Op::UpdateName];
const CHECK_IN: &[Op] = &[Op::CheckIn];
const CREATE: &[Op] = &[Op::Put, Op::Post];

use ConnectorStatus::{Configured, Connected, Created, Error, NeedsConfiguration};

pub(super) const ROWS: &[Row] = &[
    (
        Fault::StatusCreatedToConnected,
        STATUS,
        How::Answers(|s, a| allows(s, a, Created, Connected)),
    ),
    (
        Fault::StatusNeedsConfigurationToConnected,
        STATUS,
        How::Answers(|s, a| allows(s, a, NeedsConfiguration, Connected)),
    ),
    (Fault::StatusErrorToCreated, STATUS, How::Answers(|s, a| allows(s, a, Error, Created))),
    (
        Fault::StatusErrorToNeedsConfiguration,
        STATUS,
        How::Answers(|s, a| allows(s, a, Error, NeedsConfiguration)),
    ),
    (
        Fault::StatusConfiguredStays,
        STATUS,
        How::Answers(|s, a| refuses(s, a, Configured, NeedsConfiguration)),
    ),
    (
        Fault::StatusConnectedTwiceRefused,
        STATUS,
        How::Answers(|s, a| refuses(s, a, Connected, Connected)),
    ),
    (Fault::StatusOfDeletedChanges, STATUS, How::Around(revive, deleted_again)),
    (Fault::ErrorNullLeavesStatus, ERROR, How::Edits(null_leaves_status)),
    (Fault::ErrorTextLeavesStatus, ERROR, How::Edits(text_leaves_status)),
    (Fault::EmptyErrorIsAnError, ERROR, How::Edits(empty_is_error)),
    (Fault::ConfigurationLeavesStatus, CONFIGURATION, How::Keeps(&["status"])),
    (Fault::ConfigurationMerges, CONFIGURATION, How::Edits(configuration_merges)),
    (Fault::ValuesResetFields, CONFIGURATION, How::Edits(values_reset)),
    (
        Fault::ServiceTypeAlwaysResets,
        SERVICE_TYPE,
        How::Edits(|_, connector| connector.insert("status", NeedsConfiguration)),
    ),
    (Fault::ServiceTypeLeavesStatus, SERVICE_TYPE, How::Keeps(&["status"])),
    (Fault::NativeLeavesConnected, &[Op::UpdateNative], How::Keeps(&["status"])),
    (Fault::CheckInForgetsTheTime, CHECK_IN, How::Keeps(&["last_seen"])),
    (
        Fault::CheckInConnects,
        CHECK_IN,
        How::Edits(|_, connector| connector.insert("status", Connected)),
    ),
    (Fault::NoopIsUpdated, Op::CONNECTOR_UPDATES, How::Answers(noop_is_updated)),
    (Fault::NameIsAlwaysNoop, NAME, How::Answers(|_, answer| answer.and_then(|_| result("noop")))),
    (Fault::NameClearsDescription, NAME, How::Edits(clears_description)),
    (Fault::NameOfDeletedRefused, NAME, How::Answers(refuses_deleted)),
    (
        Fault::FeaturesReplaced,
        &[Op::UpdateFeatures],
        How::Edits(|s, c| only_sent(s, c, "features")),
    ),
    (
        Fault::SchedulingReplaced,
        &[Op::UpdateScheduling],
        How::Edits(|s, c| only_sent(s, c, "scheduling")),
    ),
    (Fault::LastSyncStoresNull, &[Op::LastSync], How::Edits(stores_null)),
    (Fault::PutKeepsApiKey, PUT, How::Edits(|s, c| survives(s, c, &["api_key_id"]))),
    (
        Fault::PutKeepsLastSync,
        PUT,
        How::Edits(|s, c| survives(s, c, &["last_synced", "last_sync_status", "last_sync_error"])),
    ),
    (Fault::PutKeepsStatus, PUT, How::Edits(|s, c| survives(s, c, &["status"]))),
    (Fault::PutStaysDeleted, PUT, How::Edits(|s, c| survives(s, c, &["deleted"]))),
    (Fault::PutTakesUsedIndex, CREATE, How::Around(hide_index, others_as_they_were)),
    (Fault::IndexNameTakesUsed, INDEX_NAME, How::Around(hide_index, others_as_they_were)),
    (Fault::OwnIndexNameRefused, INDEX_NAME, How::Answers(refuses_own_name)),
    (Fault::NullIndexNameIsUsed, INDEX_NAME, How::Answers(null_is_used)),
    (Fault::NullIndexNameRemoves, INDEX_NAME, How::Edits(null_removes)),
    (
        Fault::DeletedKeepsIndex,
        &[Op::Put, Op::Post, Op::UpdateIndexName],
        How::Around(revive_others, others_as_they_were),
    ),
];

/// The step that the request asks for, if the connector has a status and is not deleted.
fn step(scene: &Scene<'_, '_>) -> Option<(ConnectorStatus, ConnectorStatus)> {
    if scene.was_deleted() {
        return None;
    }
    let from = ConnectorStatus::parse(scene.old_text("status")?).ok()?;
    let to = ConnectorStatus::parse(scene.asked.text("status")?).ok()?;
    Some((from, to))
}

fn allows(
    scene: &mut Scene<'_, '_>,
    answer: Answer,
    from: ConnectorStatus,
    to: ConnectorStatus,
) -> Answer {
    if step(scene) != Some((from, to)) {
        return answer;
    }
    scene.edit(|_, connector| connector.insert("status", to));
    result("updated")
}

fn refuses(
    scene: &mut Scene<'_, '_>,
    answer: Answer,
    from: ConnectorStatus,
    to: ConnectorStatus,
) -> Answer {
    if step(scene) != Some((from, to)) {
        return answer;
    }
    scene.undo();
    Err(InvalidTransition { from, to }.into())
}

fn revive(scene: &mut Scene<'_, '_>) {
    scene.edit(|_, connector| connector.insert("deleted", false));
}

fn deleted_again(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    scene.edit(|scene, connector| scene.keep(connector, &["deleted"]));
    answer
}

fn null_leaves_status(scene: &Scene<'_, '_>, connector: &mut Object) {
    if scene.asked.text("error").is_none() {
        scene.keep(connector, &["status"]);
    }
}

fn text_leaves_status(scene: &Scene<'_, '_>, connector: &mut Object) {
    if scene.asked.text("error").is_some_and(|text| !text.is_empty()) {
        scene.keep(connector, &["status"]);
    }
}

fn empty_is_error(scene: &Scene<'_, '_>, connector: &mut Object) {
    if scene.asked.text("error") == Some("") {
        connector.insert("status", Error);
    }
}

fn configuration_merges(scene: &Scene<'_, '_>, connector: &mut Object) {
    if !scene.asked.has("configuration") {
        return;
    }
    let old = scene.old().and_then(|old| old.get("configuration")).and_then(Json::as_object);
    within(connector, "configuration", |fields| {
        for (name, field) in old.cloned().unwrap_or_default() {
            if !fields.contains(&name) {
                fields.insert(name, field);
            }
        }
    });
}

fn values_reset(scene: &Scene<'_, '_>, connector: &mut Object) {
    let Some(values) = scene.asked.object("values") else { return };
    within(connector, "configuration", |fields| {
        for (name, _) in values.iter() {
            let value = fields.get(name).and_then(|field| field.get("value")).cloned();
            fields.insert(name.to_owned(), Object::new().with("value", value));
        }
    });
}

fn noop_is_updated(_: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    rewritten(answer, |body| body.insert("result", "updated"))
}

fn clears_description(scene: &Scene<'_, '_>, connector: &mut Object) {
    if scene.asked.text("description").is_none() {
        connector.remove("description");
    }
}

fn refuses_deleted(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if !scene.was_deleted() {
        return answer;
    }
    scene.undo();
    Err(ApiError::not_found(format!("connector [{}] not found", scene.id())))
}

/// Of an object that is merged only what the request has stays.
fn only_sent(scene: &Scene<'_, '_>, connector: &mut Object, member: &'static str) {
    let Some(sent) = scene.asked.object(member) else { return };
    within(connector, member, |stored| {
        *stored = stored
            .iter()
            .filter(|(name, _)| sent.contains(name))
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
    });
}

fn stores_null(scene: &Scene<'_, '_>, connector: &mut Object) {
    for (name, value) in scene.asked.body.as_object().into_iter().flat_map(Object::iter) {
        if value.is_null() {
            connector.insert(name.to_owned(), Json::Null);
        }
    }
}

/// Members that a connector keeps when it is made anew.
fn survives(scene: &Scene<'_, '_>, connector: &mut Object, members: &[&'static str]) {
    for member in members {
        if let Some(value) = scene.old().and_then(|old| old.get(member)) {
            connector.insert(*member, value.clone());
        }
    }
}

/// No index can have this name, for no request can.
const NO_INDEX: &str = "*";

/// Connectors that have the name of the request are not seen to have it.
fn hide_index(scene: &mut Scene<'_, '_>) {
    let name = scene.asked.text("index_name").unwrap_or_default().to_owned();
    let own = scene.id().to_owned();
    scene.amend_all(CONNECTORS.index, |id, connector| {
        let is_used = connector.get("index_name").and_then(Json::as_str) == Some(name.as_str());
        if is_used && id != own {
            connector.insert("index_name", NO_INDEX);
        }
    });
}

fn others_as_they_were(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    scene.restore_others(CONNECTORS.index);
    answer
}

/// Deleted connectors count again, but for the one that the request is about.
fn revive_others(scene: &mut Scene<'_, '_>) {
    let own = scene.id().to_owned();
    scene.amend_all(CONNECTORS.index, |id, connector| {
        if id != own && connector.contains("deleted") {
            connector.insert("deleted", false);
        }
    });
}

fn is_used(name: &str) -> ApiError {
    ApiError::status(format!("Index name [{name}] is used by another connector."))
}

fn refuses_own_name(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    let own = scene.old_text("index_name");
    match own {
        Some(name) if answer.is_ok() && scene.asked.text("index_name") == own => {
            let refused = is_used(name);
            scene.undo();
            Err(refused)
        }
        _ => answer,
    }
}

fn null_is_used(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    let others = all(&scene.before, CONNECTORS.index);
    let mut others = others.iter().filter(|(id, _)| id != scene.id());
    let asks_null = scene.asked.text("index_name").is_none();
    if !asks_null || others.all(|(_, other)| is_attached(other)) {
        return answer;
    }
    scene.undo();
    Err(is_used("null"))
}

fn null_removes(scene: &Scene<'_, '_>, connector: &mut Object) {
    if scene.asked.text("index_name").is_none() {
        connector.remove("index_name");
    }
}
