//! What the operations on documents do to the indices of connectors and sync jobs (contract DO-4).

use api_types::{
    endpoint::Operation,
    ids::IndexName,
    json::{Json, Layout, Object, write},
};
use bytes::Bytes;

use crate::{
    call::{Context, not_served},
    error::ApiError,
    reply::Reply,
    store::{
        CONNECTORS, Document, Outcome, PRIMARY_TERM, SECRETS, SYNC_JOBS, Store, Template, Terms,
    },
};

/// The indices whose documents are served.
const SERVED: [Template; 2] = [CONNECTORS, SYNC_JOBS];

/// What a request is about.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) operation: Operation,
    /// The name of an index or alias, as it was sent.
    pub(crate) index: String,
    pub(crate) id: String,
}

/// Whether an answer says that the index was refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refresh {
    Forced,
    NotForced,
}

/// Whether an answer holds the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Shown,
    Hidden,
}

impl Source {
    pub(crate) const fn shown(is_shown: bool) -> Self {
        if is_shown { Self::Shown } else { Self::Hidden }
    }
}

/// A partial update.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) doc: Object,
    pub(crate) terms: Terms,
    pub(crate) refresh: Refresh,
    pub(crate) source: Source,
}

impl Target {
    /// The served index that the request names.
    fn template(&self) -> Option<&'static Template> {
        SERVED.iter().find(|template| [template.index, template.alias].contains(&&*self.index))
    }

    fn not_served(&self) -> ApiError {
        let [connectors, jobs] = SERVED.map(|template| {
            let Template { index, alias, .. } = template;
            format!("[{index}] ([{alias}])")
        });
        let what = format!("the index [{}], only with {connectors} and {jobs}", self.index);
        not_served(self.operation, &what).into()
    }
}

/// `get`, `exists`: an index of another name is never there.
pub(crate) fn get(store: &Store, target: &Target, source: Source) -> Result<Reply, ApiError> {
    let is_secret = [SECRETS.index, SECRETS.alias].contains(&&*target.index);
    if is_secret || IndexName::parse(&target.index).is_err() {
        return Err(target.not_served());
    }
    let index = store.index(&target.index)?;
    Ok(match index.get(&target.id) {
        Some(document) => Reply::text(found(&index.name, document, source)),
        None => {
            let missing = Object::new().with("_index", index.name.clone());
            Reply::value(404, missing.with("_id", target.id.clone()).with("found", false))
        }
    })
}

/// `{"_index":...,"found":true,"_source":...}`: the kept text of the document with the rest in front.
fn found(index: &str, document: &Document, source: Source) -> Bytes {
    let head = identity(index, document)
        .with("_seq_no", number(document.seq_no))
        .with("_primary_term", number(PRIMARY_TERM))
        .with("found", true);
    let mut text = Vec::with_capacity(document.serialised().len() + 256);
    write(&Json::Object(head), Layout::Compact, &mut text);
    if source == Source::Shown {
        text.pop();
        text.extend_from_slice(b",\"_source\":");
        text.extend_from_slice(document.serialised());
        text.push(b'}');
    }
    Bytes::from(text)
}

/// `_index`, `_id` and `_version`.
fn identity(index: &str, document: &Document) -> Object {
    Object::new()
        .with("_index", index.to_owned())
        .with("_id", document.id.clone())
        .with("_version", number(document.version))
}

fn number(count: u64) -> Json {
    Json::from(i64::try_from(count).unwrap_or(i64::MAX))
}

/// `update`: whatever the document says, as Elasticsearch has no rules for it but the mapping.
pub(crate) fn update(
    context: &mut Context<'_>,
    target: &Target,
    update: Update,
) -> Result<Reply, ApiError> {
    let Update { doc, terms, refresh, source } = update;
    let Some(template) = target.template() else { return Err(target.not_served()) };
    let is_alias = target.index == template.alias;
    if is_alias && context.store.index(template.index).is_err() {
        // Elasticsearch makes an index of the alias' name, without mapping.
        let what = format!("the alias [{}] before the index [{}]", template.alias, template.index);
        return Err(not_served(target.operation, &what).into());
    }
    let outcome = context.store.update(template.index, &target.id, doc, terms, context.ids)?;
    let index = context.store.index(template.index)?;
    let Some(document) = index.get(&target.id) else { return Err(target.not_served()) };
    Ok(Reply::value(200, updated(&index.name, document, outcome, refresh, source)))
}

fn updated(
    index: &str,
    document: &Document,
    outcome: Outcome,
    refresh: Refresh,
    source: Source,
) -> Object {
    // The one shard of the index, which has no copies on a cluster of one node; a noop asks none.
    let shards = i64::from(outcome != Outcome::Noop);
    let mut answer = identity(index, document).with("result", outcome.name());
    if refresh == Refresh::Forced && outcome != Outcome::Noop {
        answer.insert("forced_refresh", true);
    }
    let shards = Object::new().with("total", shards).with("successful", shards).with("failed", 0);
    let place = Object::new()
        .with("_seq_no", number(document.seq_no))
        .with("_primary_term", number(PRIMARY_TERM));
    answer.insert("_shards", shards);
    for (name, value) in place.clone() {
        answer.insert(name, value);
    }
    if source == Source::Shown {
        let get = place.with("found", true).with("_source", document.source().clone());
        answer.insert("get", get);
    }
    answer
}
