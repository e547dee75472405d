//! Connectors as documents (contract CN-2 to CN-6).

use api_types::{
    InvalidTransition, Timestamp, Version, WireEnum as _,
    connector::ConnectorStatus,
    differences::Difference,
    error::{ErrorCause, ErrorType},
    ids::ConnectorId,
    json::{Json, Object},
    ops::{PutConnector, UpdateConnectorError},
};

use super::{
    document::{new_connector, rewritten},
    id_too_long, page, result,
};
use crate::{
    call::Context,
    error::ApiError,
    operations::Page,
    reply::Reply,
    store::{
        CONNECTORS, Document, Order, Outcome, Query, Search, Sort, SortAs, Store, StoreError, Terms,
    },
};

pub(super) const INDEX: &str = CONNECTORS.index;

/// The prefix of indices of Elastic-managed connectors (contract CN-6.3).
pub(crate) const MANAGED_PREFIX: &str = "content-";

/// Which connectors are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visible {
    /// Those that are not soft-deleted.
    NotDeleted,
    /// All.
    All,
}

/// How a connector goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    /// It is marked as deleted.
    Soft,
    /// Its document is removed.
    Hard,
}

/// Which connectors a list holds.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) index_names: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) service_types: Vec<String>,
    pub(crate) query: Option<String>,
    pub(crate) visible: Visible,
}

impl Filter {
    fn into_query(self) -> Query {
        let mut every = Vec::new();
        for (path, values) in [
            ("index_name", self.index_names),
            ("name", self.names),
            ("service_type", self.service_types),
        ] {
            if !values.is_empty() {
                every.push(Query::Terms(path, values));
            }
        }
        if let Some(text) = self.query {
            let pattern = format!("*{text}*");
            every.push(Query::Any(vec![
                Query::Wildcard("index_name", pattern.clone()),
                Query::Wildcard("name", pattern.clone()),
                Query::WordWildcard("description", pattern),
            ]));
        }
        if self.visible == Visible::NotDeleted {
            every.push(Query::not(Query::term("deleted", true)));
        }
        Query::Every(every)
    }
}

fn not_found(id: &ConnectorId, version: Version) -> ApiError {
    if version.has(Difference::NotFoundSentence) {
        no_index(id)
    } else {
        ApiError::not_found(id.as_str())
    }
}

/// The connector is missing because there is no index.
fn no_index(id: &ConnectorId) -> ApiError {
    ApiError::not_found(format!("connector [{id}] not found"))
}

/// `connector.put`, `connector.post`: a whole new document, over an old one if there is one.
pub(crate) fn put(
    context: &mut Context<'_>,
    id: Option<ConnectorId>,
    body: PutConnector,
) -> Result<Reply, ApiError> {
    if let Some(index_name) = &body.index_name
        && context.version.has(Difference::IndexNameChecked)
    {
        check_unused(context.store, index_name, id.as_ref())?;
    }
    let chosen = id.is_some();
    let id = id.unwrap_or_else(|| context.ids.document_id().into());
    if let Some(message) = id_too_long(id.as_str()) {
        return Err(ApiError::validation(&[message]));
    }
    let source = new_connector(body, context.now(), context.version);
    let outcome = context.store.put(INDEX, id.as_str(), source, context.ids);
    let (status, result) = match outcome {
        Outcome::Created => (201, "created"),
        Outcome::Updated | Outcome::Noop => (200, "updated"),
    };
    let both = context.version.has(Difference::CreationAnswersBoth);
    let mut answer = Object::new();
    if both || !chosen {
        answer.insert("id", id);
    }
    if both || chosen {
        answer.insert("result", result);
    }
    Ok(Reply::value(status, answer))
}

/// The document of a connector that is given and not made by an operation: what the operation would
/// have written at the time, with the members given over it.
pub(crate) fn given(mut members: Object, now: Timestamp, version: Version) -> Object {
    let mut text = |name: &str| match members.get(name) {
        Some(Json::String(_)) => members.remove(name)?.as_str().map(str::to_owned),
        _ => None,
    };
    let mut body = PutConnector {
        description: text("description"),
        index_name: text("index_name"),
        is_native: None,
        language: text("language"),
        name: text("name"),
        service_type: text("service_type"),
    };
    body.is_native = members.get("is_native").and_then(Json::as_bool);
    let mut connector = new_connector(body, now, version);
    connector.merge(members);
    connector
}

/// Two connectors that are not deleted may not share an index (contract CN-6.2).
pub(super) fn check_unused(
    store: &Store,
    index_name: &str,
    id: Option<&ConnectorId>,
) -> Result<(), ApiError> {
    let query = Query::Every(vec![
        Query::term("index_name", index_name.to_owned()),
        Query::not(Query::term("deleted", true)),
    ]);
    let search = Search { query, sort: BY_INDEX_NAME, from: 0, size: 2 };
    let hits = match store.search(INDEX, &search) {
        Err(StoreError::IndexNotFound { .. }) => return Ok(()),
        found => found?,
    };
    let mut others =
        hits.page.iter().filter(|hit| Some(hit.id.as_str()) != id.map(ConnectorId::as_str));
    if others.next().is_some() {
        return Err(ApiError::status(format!(
            "Index name [{index_name}] is used by another connector."
        )));
    }
    Ok(())
}

/// The connector, unless there is none or it is deleted.
pub(super) fn find<'s>(
    context: &'s Context<'_>,
    id: &ConnectorId,
    visible: Visible,
) -> Result<&'s Document, ApiError> {
    let document = match context.store.get(INDEX, id.as_str()) {
        Err(StoreError::IndexNotFound { .. }) => return Err(no_index(id)),
        found => found?,
    };
    let is_deleted =
        |document: &Document| document.source().get("deleted") == Some(&Json::Bool(true));
    document
        .filter(|document| visible == Visible::All || !is_deleted(document))
        .ok_or_else(|| not_found(id, context.version))
}

/// `connector.get`
pub(crate) fn get(
    context: &Context<'_>,
    id: &ConnectorId,
    visible: Visible,
) -> Result<Reply, ApiError> {
    let document = find(context, id, visible)?;
    if context.version.has(Difference::ReadAsStored) {
        Ok(Reply::text(page::document(document)))
    } else {
        Ok(Reply::value(200, rewritten(document, context.version)))
    }
}

const BY_INDEX_NAME: Sort =
    Sort { path: "index_name", values: SortAs::Text, order: Order::Ascending };

/// `connector.list`
pub(crate) fn list(context: &Context<'_>, filter: Filter, page: Page) -> Result<Reply, ApiError> {
    let search = Search {
        query: filter.into_query(),
        sort: BY_INDEX_NAME,
        from: page.from,
        size: page.size,
    };
    match context.store.search(INDEX, &search) {
        Ok(hits) if context.version.has(Difference::ReadAsStored) => {
            Ok(Reply::text(page::list(&hits)))
        }
        Ok(hits) => {
            let results = hits.page.iter().map(|hit| rewritten(hit, context.version).into());
            let count = i64::try_from(hits.total).unwrap_or(i64::MAX);
            let list = Object::new().with("count", count);
            Ok(Reply::value(200, list.with("results", results.collect::<Vec<Json>>())))
        }
        Err(StoreError::IndexNotFound { .. }) => Ok(Reply::text(page::empty_list())),
        Err(error) => Err(error.into()),
    }
}

/// `connector.delete`
pub(crate) fn delete(
    context: &mut Context<'_>,
    id: &ConnectorId,
    removal: Removal,
) -> Result<(), ApiError> {
    match removal {
        Removal::Soft if context.version.has(Difference::SoftDeletion) => {
            find(context, id, Visible::NotDeleted)?;
            update(context, id, Object::new().with("deleted", true))?;
            Ok(())
        }
        Removal::Soft | Removal::Hard => match context.store.delete(INDEX, id.as_str()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(not_found(id, context.version)),
            Err(StoreError::IndexNotFound { .. }) => Err(no_index(id)),
            Err(error) => Err(error.into()),
        },
    }
}

pub(super) fn update(
    context: &mut Context<'_>,
    id: &ConnectorId,
    patch: Object,
) -> Result<Outcome, ApiError> {
    Ok(context.store.update(INDEX, id.as_str(), patch, Terms::default(), context.ids)?)
}

/// `connector.check_in`: writes without reading first.
pub(crate) fn check_in(context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
    let now = context.now();
    update(context, id, Object::new().with("last_seen", now)).map(result)
}

/// `connector.update_error`: writes without reading first.
pub(crate) fn update_error(
    context: &mut Context<'_>,
    id: &ConnectorId,
    body: UpdateConnectorError,
) -> Result<Reply, ApiError> {
    let clears = context.version.has(Difference::ErrorNullClears);
    if body.error.is_none() && context.version.has(Difference::ErrorNeedsText) && !clears {
        return Err(ErrorCause::without_reason(ErrorType::NullPointer).into());
    }
    let status = match body.error.as_deref() {
        None | Some("") => ConnectorStatus::AFTER_NO_ERROR,
        Some(_) => ConnectorStatus::AFTER_ERROR,
    };
    let mut patch = Object::new().with("error", body.error);
    if context.version.has(Difference::ErrorChangesStatus) {
        patch.insert("status", status);
    }
    update(context, id, patch).map(result)
}

/// `connector.update_status`
pub(crate) fn update_status(
    context: &mut Context<'_>,
    id: &ConnectorId,
    to: ConnectorStatus,
) -> Result<Reply, ApiError> {
    let connector = find(context, id, Visible::NotDeleted)?;
    let from = current_status(connector)?;
    if from == to && !context.version.has(Difference::SameStatus) {
        return Err(InvalidTransition { from, to }.into());
    }
    let status = from.transition(to)?;
    update(context, id, Object::new().with("status", status)).map(result)
}

pub(super) fn current_status(connector: &Document) -> Result<ConnectorStatus, ApiError> {
    let text = connector.source().get("status").and_then(Json::as_str).unwrap_or_default();
    ConnectorStatus::parse(text)
        .map_err(|unknown| ApiError::new(ErrorType::IllegalArgument, unknown.to_string()))
}
