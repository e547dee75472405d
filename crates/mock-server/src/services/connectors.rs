//! Connectors as documents (contract CN-2 to CN-6).

use api_types::{
    Timestamp, Version, WireEnum as _,
    connector::ConnectorStatus,
    error::ErrorType,
    ids::ConnectorId,
    json::{Json, Object},
    ops::{PutConnector, UpdateConnectorError},
};

use super::{id_too_long, page, result};
use crate::{
    call::Context,
    error::ApiError,
    operations::Page,
    reply::Reply,
    store::{CONNECTORS, Document, Order, Outcome, Query, Search, Sort, SortAs, Store, StoreError},
};

pub(super) const INDEX: &str = CONNECTORS.index;

/// The prefix of indices of Elastic-managed connectors (contract CN-6.3).
pub(crate) const MANAGED_PREFIX: &str = "content-";

/// The first version that keeps deleted connectors (contract CN-9-6).
const SOFT_DELETION: Version = Version::new(9, 0, 0);

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

fn not_found(id: &ConnectorId) -> ApiError {
    ApiError::not_found(format!("connector [{id}] not found"))
}

/// `connector.put`, `connector.post`: a whole new document, over an old one if there is one.
pub(crate) fn put(
    context: &mut Context<'_>,
    id: Option<ConnectorId>,
    body: PutConnector,
) -> Result<Reply, ApiError> {
    if let Some(index_name) = &body.index_name {
        check_unused(context.store, index_name, id.as_ref())?;
    }
    let id = id.unwrap_or_else(|| context.ids.document_id().into());
    if let Some(message) = id_too_long(id.as_str()) {
        return Err(ApiError::validation(&[message]));
    }
    let mut source = new_connector(body, context.now());
    if context.version < SOFT_DELETION {
        source.remove("deleted");
    }
    let outcome = context.store.put(INDEX, id.as_str(), source, context.ids);
    let (status, result) = match outcome {
        Outcome::Created => (201, "created"),
        Outcome::Updated | Outcome::Noop => (200, "updated"),
    };
    Ok(Reply::value(status, Object::new().with("id", id).with("result", result)))
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

/// The document of a new connector, its members in the server's order (contract CN-2.1).
fn new_connector(body: PutConnector, now: Timestamp) -> Object {
    let is_native = body.is_native.unwrap_or(false);
    let status = if is_native { ConnectorStatus::NEW_NATIVE } else { ConnectorStatus::NEW };
    let rules = default_filtering(now);
    let filtering =
        Object::new().with("active", rules.clone()).with("domain", "DEFAULT").with("draft", rules);
    let mut source =
        Object::new().with("configuration", Object::new()).with("custom_scheduling", Object::new());
    source.insert_some("description", body.description);
    source.insert("filtering", vec![Json::Object(filtering)]);
    source.insert_some("index_name", body.index_name);
    source.insert("is_native", is_native);
    source.insert_some("language", body.language);
    source.insert("name", body.name.unwrap_or_default());
    source.insert("scheduling", default_scheduling());
    source.insert_some("service_type", body.service_type);
    source.insert("status", status);
    source.insert("sync_now", false);
    source.insert("deleted", false);
    source
}

fn default_filtering(now: Timestamp) -> Object {
    let snippet =
        Object::new().with("created_at", now).with("updated_at", now).with("value", Object::new());
    Object::new()
        .with("advanced_snippet", snippet)
        .with("rules", vec![Json::Object(default_rule(&now.into(), 0))])
        .with("validation", Object::new().with("errors", Vec::new()).with("state", "valid"))
}

/// The rule that takes everything.
pub(super) fn default_rule(created_at: &Json, order: i64) -> Object {
    Object::new()
        .with("created_at", created_at.clone())
        .with("field", "_")
        .with("id", "DEFAULT")
        .with("order", order)
        .with("policy", "include")
        .with("rule", "regex")
        .with("updated_at", created_at.clone())
        .with("value", ".*")
}

fn default_scheduling() -> Object {
    ["access_control", "full", "incremental"]
        .into_iter()
        .map(|kind| {
            let schedule = Object::new().with("enabled", false).with("interval", "0 0 0 * * ?");
            (kind, Json::Object(schedule))
        })
        .collect()
}

/// The connector, unless there is none or it is deleted.
pub(super) fn find<'s>(
    store: &'s Store,
    id: &ConnectorId,
    visible: Visible,
) -> Result<&'s Document, ApiError> {
    let document = match store.get(INDEX, id.as_str()) {
        Err(StoreError::IndexNotFound { .. }) => None,
        found => found?,
    };
    let is_deleted =
        |document: &Document| document.source().get("deleted") == Some(&Json::Bool(true));
    document
        .filter(|document| visible == Visible::All || !is_deleted(document))
        .ok_or_else(|| not_found(id))
}

/// `connector.get`
pub(crate) fn get(store: &Store, id: &ConnectorId, visible: Visible) -> Result<Reply, ApiError> {
    find(store, id, visible).map(|document| Reply::text(page::document(document)))
}

const BY_INDEX_NAME: Sort =
    Sort { path: "index_name", values: SortAs::Text, order: Order::Ascending };

/// `connector.list`
pub(crate) fn list(store: &Store, filter: Filter, page: Page) -> Result<Reply, ApiError> {
    let search = Search {
        query: filter.into_query(),
        sort: BY_INDEX_NAME,
        from: page.from,
        size: page.size,
    };
    match store.search(INDEX, &search) {
        Ok(hits) => Ok(Reply::text(page::list(&hits))),
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
        Removal::Soft if context.version >= SOFT_DELETION => {
            find(context.store, id, Visible::NotDeleted)?;
            update(context, id, Object::new().with("deleted", true))?;
            Ok(())
        }
        Removal::Soft | Removal::Hard => match context.store.delete(INDEX, id.as_str()) {
            Ok(true) => Ok(()),
            Ok(false) | Err(StoreError::IndexNotFound { .. }) => Err(not_found(id)),
            Err(error) => Err(error.into()),
        },
    }
}

pub(super) fn update(
    context: &mut Context<'_>,
    id: &ConnectorId,
    patch: Object,
) -> Result<Outcome, ApiError> {
    Ok(context.store.update(INDEX, id.as_str(), patch, None, context.ids)?)
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
    let status = match body.error.as_deref() {
        None | Some("") => ConnectorStatus::AFTER_NO_ERROR,
        Some(_) => ConnectorStatus::AFTER_ERROR,
    };
    let patch = Object::new().with("error", body.error).with("status", status);
    update(context, id, patch).map(result)
}

/// `connector.update_status`
pub(crate) fn update_status(
    context: &mut Context<'_>,
    id: &ConnectorId,
    to: ConnectorStatus,
) -> Result<Reply, ApiError> {
    let connector = find(context.store, id, Visible::NotDeleted)?;
    let status = current_status(connector)?.transition(to)?;
    update(context, id, Object::new().with("status", status)).map(result)
}

pub(super) fn current_status(connector: &Document) -> Result<ConnectorStatus, ApiError> {
    let text = connector.source().get("status").and_then(Json::as_str).unwrap_or_default();
    ConnectorStatus::parse(text)
        .map_err(|unknown| ApiError::new(ErrorType::IllegalArgument, unknown.to_string()))
}
