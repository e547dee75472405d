//! What a fault sees and may change.

use api_types::{
    WireEnum as _,
    endpoint::Operation,
    error::ErrorType,
    json::{Json, Object},
    sync_job::SyncStatus,
};

use super::Answer;
use crate::{
    call::{Context, Input, Prepared},
    error::ApiError,
    params::Params,
    reply::{Reply, ReplyBody},
    store::{CONNECTORS, SYNC_JOBS, Store},
};

/// A request: what it asks for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) operation: Operation,
    pub(super) params: Params,
    /// The body; null if there is none.
    pub(super) body: Json,
}

impl Asked {
    pub(super) fn new(input: &Input<'_>) -> Self {
        Self {
            operation: input.endpoint.operation,
            params: input.params.clone(),
            body: Json::parse(input.body).unwrap_or_default(),
        }
    }

    /// The id in the path, if it has one.
    pub(super) fn id(&self) -> Option<&str> {
        let names = ["connector_id", "connector_sync_job_id"];
        // A list has `connector_id` as a parameter.
        if matches!(self.operation, Operation::List | Operation::SyncJobList) {
            return None;
        }
        names.into_iter().find_map(|name| self.params.get(name))
    }

    /// The index of the document that the operation is about.
    pub(super) fn index(&self) -> &'static str {
        if self.operation.name().starts_with("connector.sync_job_") {
            SYNC_JOBS.index
        } else {
            CONNECTORS.index
        }
    }

    /// Takes a member out of the body.
    pub(super) fn remove(&mut self, member: &str) {
        if let Json::Object(body) = &mut self.body {
            body.remove(member);
        }
    }

    /// The text of a member of the body.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.body.get(member).and_then(Json::as_str)
    }

    /// The object that a member of the body is.
    pub(super) fn object(&self, member: &str) -> Option<&Object> {
        self.body.get(member).and_then(Json::as_object)
    }

    /// Whether the body has the member, be it null.
    pub(super) fn has(&self, member: &str) -> bool {
        self.body.get(member).is_some()
    }
}

/// An operation while it is carried out.
#[derive(Debug)]
pub(super) struct Scene<'s, 'c> {
    pub(super) asked: Asked,
    /// The documents as they were.
    pub(super) before: Store,
    pub(super) context: &'s mut Context<'c>,
    /// The document that the operation is about.
    id: Option<String>,
}

impl<'s, 'c> Scene<'s, 'c> {
    pub(super) fn new(asked: Asked, context: &'s mut Context<'c>) -> Self {
        let id = asked.id().map(str::to_owned);
        Self { asked, before: context.store.clone(), context, id }
    }

    /// Carries the operation out; after that the id of a new document is known.
    pub(super) fn execute(&mut self, prepared: Prepared) -> Answer {
        let answer = prepared.execute(self.context)?;
        if self.id.is_none()
            && let ReplyBody::Value(value) = &answer.body
        {
            self.id = value.get("id").and_then(Json::as_str).map(str::to_owned);
        }
        Ok(answer)
    }

    /// The id of the document that the operation is about.
    pub(super) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// The document before.
    pub(super) fn old(&self) -> Option<&Object> {
        found(&self.before, self.asked.index(), self.id())
    }

    /// A member of the document before.
    pub(super) fn old_text(&self, member: &str) -> Option<&str> {
        self.old()?.get(member)?.as_str()
    }

    /// Whether the document was a soft-deleted connector.
    pub(super) fn was_deleted(&self) -> bool {
        self.old().and_then(|old| old.get("deleted")) == Some(&Json::Bool(true))
    }

    /// Changes the document; that is no write of its own.
    pub(super) fn edit(&mut self, edit: impl FnOnce(&Self, &mut Object)) {
        let (index, id) = (self.asked.index(), self.id().to_owned());
        let Some(mut source) = found(self.context.store, index, &id).cloned() else { return };
        edit(self, &mut source);
        self.context.store.amend(index, &id, source);
    }

    /// Puts members of a document back as they were.
    pub(super) fn keep(&self, document: &mut Object, members: &[&'static str]) {
        for member in members {
            match self.old().and_then(|old| old.get(member)) {
                Some(value) => document.insert(*member, value.clone()),
                None => {
                    document.remove(member);
                }
            }
        }
    }

    /// Puts all documents back as they were.
    pub(super) fn undo(&mut self) {
        *self.context.store = self.before.clone();
    }

    /// Changes every document of an index; that is no write.
    pub(super) fn amend_all(&mut self, index: &str, edit: impl Fn(&str, &mut Object)) {
        for (id, mut source) in all(self.context.store, index) {
            edit(&id, &mut source);
            self.context.store.amend(index, &id, source);
        }
    }

    /// Puts every other document of an index back as it was.
    pub(super) fn restore_others(&mut self, index: &str) {
        for (id, source) in all(&self.before, index) {
            if id != self.id() {
                self.context.store.amend(index, &id, source);
            }
        }
    }

    /// The time of the server, as it is written.
    pub(super) fn now(&self) -> Json {
        self.context.now().into()
    }
}

/// The source of a document.
pub(super) fn found<'s>(store: &'s Store, index: &str, id: &str) -> Option<&'s Object> {
    store.get(index, id).ok().flatten().map(|document| document.source())
}

/// The documents of an index with their ids.
pub(super) fn all(store: &Store, index: &str) -> Vec<(String, Object)> {
    let documents = store.index(index).into_iter().flat_map(|index| index.documents());
    documents.map(|document| (document.id.clone(), document.source().clone())).collect()
}

/// Changes a member that is an object.
pub(super) fn within(document: &mut Object, member: &'static str, edit: impl FnOnce(&mut Object)) {
    if let Some(mut object) = document.get(member).and_then(Json::as_object).cloned() {
        edit(&mut object);
        document.insert(member, object);
    }
}

/// `{"result":"..."}`
pub(super) fn result(text: &'static str) -> Answer {
    Ok(Reply::value(200, Object::new().with("result", text)))
}

/// Whether an answer is an error of that type.
pub(super) fn is(answer: &Answer, kind: ErrorType) -> bool {
    matches!(answer, Err(ApiError::Exception(cause)) if cause.kind == kind)
}

/// The answer with its body changed.
pub(super) fn rewritten(answer: Answer, edit: impl FnOnce(&mut Object)) -> Answer {
    let Reply { status, body, .. } = answer?;
    let value = match body {
        ReplyBody::Value(value) | ReplyBody::Laid { value, .. } => value,
        ReplyBody::Text(text) | ReplyBody::Whole(text) => Json::parse(&text).unwrap_or_default(),
    };
    let mut object = value.as_object().cloned().unwrap_or_default();
    edit(&mut object);
    Ok(Reply::value(status, object))
}

/// The status of a job that is stored under that name.
pub(super) fn sync_status(text: &str) -> SyncStatus {
    SyncStatus::parse(text).unwrap_or(SyncStatus::NEW)
}
