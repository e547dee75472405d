//! The statuses of connectors (contract CN-3).

use crate::{WireEnum as _, connector::ConnectorStatus, endpoint::Operation, json::Json};

use super::{AdviceKind, Follower, Seen, Step};

/// What is known of a connector.
#[derive(Clone, Debug, Default)]
pub(super) struct Connector {
    pub(super) status: Option<ConnectorStatus>,
    pub(super) deleted: bool,
}

impl Follower {
    /// Learns from an operation on a connector.
    pub(super) fn watch_connector(&mut self, seen: &Seen) {
        use ConnectorStatus as Status;
        use Operation as Op;
        let id = seen.id.as_str();
        let Some(operation) = seen.operation else { return };
        if !matches!(operation, Op::Post | Op::Put | Op::Get | Op::List | Op::Delete) {
            self.advise_of_deleted(seen, operation);
        }
        match operation {
            Op::Post | Op::Put => self.connector_created(seen),
            Op::Get => self.connector_shown(id, &seen.answer),
            Op::List => {
                let results = seen.answer.get("results").and_then(Json::as_array);
                for document in results.unwrap_or_default() {
                    if let Some(id) = document.get("id").and_then(Json::as_str) {
                        self.connector_shown(id, document);
                    }
                }
            }
            Op::Delete => {
                if seen.is_set("hard") {
                    self.connectors.remove(id);
                } else {
                    self.connectors.entry(id).deleted = true;
                }
                if seen.is_set("delete_sync_jobs") {
                    self.jobs.retain(|job| job.connector.as_deref() != Some(id));
                }
            }
            Op::UpdateStatus => {
                if let Some(to) = seen.text("status").and_then(|text| Status::parse(text).ok()) {
                    self.connector_steps(id, to, Same::Counts);
                }
            }
            Op::UpdateConfiguration => self.connector_steps(id, Status::Configured, Same::Is),
            Op::UpdateError if seen.text("error").is_none_or(str::is_empty) => {
                let before = self.connectors.get(id).and_then(|known| known.status);
                if let Some(from @ (Status::Created | Status::NeedsConfiguration)) = before {
                    let what = format!("connector [{id}] went from {from} to connected");
                    self.advise(AdviceKind::ConnectedWithoutConfiguration, &what);
                }
                self.connector_steps(id, Status::Connected, Same::Is);
            }
            Op::UpdateError => self.connector_steps(id, Status::Error, Same::Is),
            Op::UpdateServiceType => match self.connectors.get(id).and_then(|known| known.status) {
                // It stays so, or becomes another that is not known.
                None | Some(Status::Created) => {}
                Some(_) => self.connector_steps(id, Status::NeedsConfiguration, Same::Is),
            },
            Op::UpdateNative => {
                let before = self.connectors.get(id).and_then(|known| known.status);
                if before == Some(Status::Connected) {
                    self.connector_steps(id, Status::Configured, Same::Is);
                }
            }
            // The others leave the status as it is (contract CN-3-17).
            _ => {}
        }
    }

    /// Contract CN-3-11, CN-4.1-12, CN-4.1-13.
    fn connector_created(&mut self, seen: &Seen) {
        let Some(id) = seen.answered("id").or((!seen.id.is_empty()).then_some(&*seen.id)) else {
            return;
        };
        let is_native = match seen.body.get("is_native") {
            Some(Json::Bool(native)) => *native,
            Some(Json::String(text)) => text == "true",
            _ => false,
        };
        let status =
            if is_native { ConnectorStatus::NeedsConfiguration } else { ConnectorStatus::Created };
        let known = self.connectors.entry(id);
        let is_new = seen.status == 201 || known.deleted;
        let before = known.status.filter(|_| !is_new);
        *known = Connector { status: Some(status), deleted: false };
        if is_new || before.is_some_and(|before| before != status) {
            self.step(Step::Connector(before, status));
        }
    }

    /// A document shows its status. What happened in between was not seen, so only a step that the
    /// Connector Protocol knows is counted as one.
    pub(super) fn connector_shown(&mut self, id: &str, document: &Json) {
        let text = document.get("status").and_then(Json::as_str);
        let Some(now) = text.and_then(|text| ConnectorStatus::parse(text).ok()) else { return };
        let known = self.connectors.entry(id);
        known.deleted = document.get("deleted").and_then(Json::as_bool).unwrap_or(known.deleted);
        let before = known.status.replace(now);
        if let Some(from) = before.filter(|from| *from != now && from.transition(now).is_ok()) {
            self.step(Step::Connector(Some(from), now));
        }
    }

    /// The status after an operation.
    fn connector_steps(&mut self, id: &str, to: ConnectorStatus, same: Same) {
        let before = self.connectors.entry(id).status.replace(to);
        if let Some(from) = before.filter(|from| *from != to || same == Same::Counts) {
            self.step(Step::Connector(Some(from), to));
        }
    }

    /// The status was written to the index.
    pub(super) fn connector_written_to(&mut self, id: &str, to: ConnectorStatus) {
        self.connector_steps(id, to, Same::Is);
    }

    fn advise_of_deleted(&mut self, seen: &Seen, operation: Operation) {
        if self.connectors.get(&seen.id).is_none_or(|known| !known.deleted) {
            return;
        }
        if operation == Operation::CheckIn {
            let what = format!("connector [{}] was deleted and then checked in", seen.id);
            self.advise(AdviceKind::CheckInOfADeletedConnector, &what);
        } else {
            self.advise_of_write_to_deleted(&seen.id);
        }
    }

    pub(super) fn advise_of_write_to_deleted(&mut self, id: &str) {
        let what = format!("connector [{id}] was deleted and then changed");
        self.advise(AdviceKind::WriteToADeletedConnector, &what);
    }
}

/// What a step from a status to itself is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Same {
    /// No step.
    Is,
    /// A step, because the state machine was asked (contract CN-3-8).
    Counts,
}
