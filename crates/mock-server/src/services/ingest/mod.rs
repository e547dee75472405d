//! Ingest pipelines: storing them, and sending documents through them (contract DO-9).

mod config;
mod connectors;
mod document;
mod processor;

use api_types::{
    Version,
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
    ids::IndexName,
    json::{Json, Object, Reader},
};
use bytes::Bytes;

use crate::{
    body::read_error,
    call::Context,
    error::ApiError,
    reply::Reply,
    services::license::{date_time, milliseconds},
    store::{GivenPipeline, Index, Pipeline, Store, pattern_matches},
    warnings::Warning,
};
use processor::Processor;

/// The first version that warns of names that no index could have.
const NAMES_TOLD: Version = Version::new(8, 17, 0);

/// The first version that keeps the times of pipelines.
const DATES_KEPT: Version = Version::new(9, 2, 0);

/// What the server says of pipelines, and nobody else.
const DATES: [&str; 4] =
    ["created_date_millis", "created_date", "modified_date_millis", "modified_date"];

/// Stands for no pipeline at all.
const NONE: &str = "_none";

/// A document on its way to an index.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// The name of an index or alias, as it was sent.
    pub(crate) index: String,
    pub(crate) id: Option<String>,
    pub(crate) text: Bytes,
}

/// The pipelines that a document goes through: what the request names or the index has as its
/// default, then what the index has as its last one.
pub(crate) fn named(store: &Store, index: &str, asked: Option<&str>) -> Vec<String> {
    let name = store.write_index(index).ok();
    let index = name.as_deref().and_then(|name| store.index(name).ok());
    let setting = |name: &str| index.and_then(|index| index.settings.text(name));
    let first = asked.or_else(|| setting("default_pipeline"));
    let named = [first, setting("final_pipeline")].into_iter().flatten();
    named.filter(|name| *name != NONE).map(str::to_owned).collect()
}

/// Sends a document through pipelines. One that goes through none keeps its text.
pub(crate) fn run(
    context: &Context<'_>,
    named: &[String],
    document: Incoming,
) -> Result<Option<Incoming>, ErrorCause> {
    if named.is_empty() {
        return Ok(Some(document));
    }
    let members = in_java_order(&document.text)?;
    let members = through(context.store, named, members)?;
    let text = Bytes::from(Json::Object(members).to_compact());
    Ok(Some(Incoming { text, ..document }))
}

/// The same for a document whose members have been read.
pub(crate) fn run_on_members(
    context: &Context<'_>,
    named: &[String],
    members: Object,
) -> Result<Object, ErrorCause> {
    if named.is_empty() {
        return Ok(members);
    }
    through(context.store, named, members.in_java_map_order())
}

/// The document as the map that processors work on (contract DO-9-5).
fn in_java_order(text: &[u8]) -> Result<Object, ErrorCause> {
    let unreadable = |cause: ErrorCause| {
        ErrorCause::new(ErrorType::Parse, "Failed to parse content to map").caused_by(cause)
    };
    let mut reader = Reader::new(text);
    let first = reader.next_token().map_err(|error| unreadable(read_error(&error)))?;
    let value = reader.value(&first).map_err(|error| unreadable(read_error(&error)))?;
    match value {
        Json::Object(members) => Ok(members.in_java_map_order()),
        _ => Ok(Object::new()),
    }
}

fn through(store: &Store, named: &[String], members: Object) -> Result<Object, ErrorCause> {
    named.iter().try_fold(members, |members, name| match store.pipelines.get(name) {
        None => {
            let reason = format!("pipeline with id [{name}] does not exist");
            Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
        }
        Some(Pipeline::ForConnectors) => Ok(connectors::run(name, members)),
        Some(Pipeline::Given(given)) => {
            let processors = processor::read(name, &given.config)?;
            processors.iter().try_fold(members, |members, one| Processor::run(one, members))
        }
    })
}

/// Refuses a pipeline that cannot be stored.
pub(crate) fn check(id: &str, given: &Object) -> Result<(), ErrorCause> {
    processor::read(id, given).map(drop)
}

/// `ingest.put_pipeline`
pub(crate) fn put(context: &mut Context<'_>, id: String, given: Object) -> Result<Reply, ApiError> {
    let known = match context.store.pipelines.get(&id) {
        Some(Pipeline::Given(known)) if known.config == given => return Ok(Reply::acknowledged()),
        Some(Pipeline::Given(known)) => Some(known.created),
        Some(Pipeline::ForConnectors) => Some(None),
        None => None,
    };
    let has_dates = context.version >= DATES_KEPT;
    let refused = DATES.iter().find(|date| has_dates && given.contains(date));
    if let Some(date) = refused {
        let reason =
            format!("Provided a pipeline property which is managed by the system: {date}.");
        return Err(ApiError::new(ErrorType::Parse, reason));
    }
    if context.version >= NAMES_TOLD
        && let Err(error) = IndexName::parse(&id)
    {
        let rule = error.rule().to_owned();
        context.warnings.add(Warning::PipelineName { name: id.clone(), rule });
    }
    check(&id, &given)?;
    let modified = has_dates.then(|| milliseconds(context.now()));
    // What has been there without a time gets none.
    let created = known.unwrap_or(modified);
    let given = GivenPipeline { config: given, created, modified };
    context.store.pipelines.insert(id, Pipeline::Given(given));
    Ok(Reply::acknowledged())
}

/// What is shown of a pipeline; `is_human` adds its times as texts.
fn shown(name: &str, pipeline: &Pipeline, is_human: bool) -> Object {
    let given = match pipeline {
        Pipeline::Given(given) => given,
        Pipeline::ForConnectors => return connectors::shown(name),
    };
    let mut shown = Object::new();
    for (name, value) in given.written() {
        let time = value.as_i64().filter(|_| is_human);
        if let (Some(time), Some(text)) = (time, human_name(&name)) {
            shown.insert(text, date_time(time));
        }
        shown.insert(name, value);
    }
    shown
}

/// The name of a time as a text.
fn human_name(name: &str) -> Option<&'static str> {
    let [created_millis, created, modified_millis, modified] = DATES;
    let names = [(created_millis, created), (modified_millis, modified)];
    names.into_iter().find(|(millis, _)| *millis == name).map(|(_, text)| text)
}

/// `ingest.get_pipeline`: all, some, or 404 and nothing.
pub(crate) fn get(store: &Store, names: &[String], is_summary: bool, is_human: bool) -> Reply {
    let is_meant = |id: &str| names.is_empty() || names.iter().any(|it| pattern_matches(it, id));
    let found: Object = store
        .pipelines
        .iter()
        .filter(|(id, _)| is_meant(id))
        .map(|(id, pipeline)| {
            let shown = if is_summary { Object::new() } else { shown(id, pipeline, is_human) };
            (id.clone(), Json::Object(shown))
        })
        .collect();
    let is_missing = found.is_empty() && !names.is_empty() && !names.iter().any(|it| it == "*");
    Reply::value(if is_missing { 404 } else { 200 }, found)
}

/// `ingest.delete_pipeline`
pub(crate) fn delete(context: &mut Context<'_>, pattern: &str) -> Result<Reply, ApiError> {
    let store = &mut *context.store;
    let is_meant = |id: &&String| pattern_matches(pattern, id);
    let meant: Vec<String> = store.pipelines.keys().filter(is_meant).cloned().collect();
    if meant.is_empty() && pattern != "*" {
        return Err(ApiError::not_found(format!("pipeline [{pattern}] is missing")));
    }
    if let Some(reason) = meant.iter().find_map(|id| used(store, id)) {
        return Err(ApiError::new(ErrorType::IllegalArgument, reason));
    }
    store.pipelines.retain(|id, _| !meant.contains(id));
    Ok(Reply::acknowledged())
}

/// Why a pipeline cannot be deleted that indices name in their settings (contract DO-9-11).
fn used(store: &Store, id: &str) -> Option<String> {
    let of = |setting: &str| -> Vec<&str> {
        let names = |index: &&Index| index.settings.text(setting) == Some(id);
        store.indices().filter(names).map(|index| index.name.as_str()).collect()
    };
    let uses = [("default", of("default_pipeline")), ("final", of("final_pipeline"))];
    let told: Vec<String> = uses
        .into_iter()
        .filter(|(_, indices)| !indices.is_empty())
        .map(|(which, indices)| {
            let named = indices.iter().take(3).copied().collect::<Vec<_>>().join(",");
            let count = indices.len();
            format!("the {which} pipeline for {count} index(es) including [{named}]")
        })
        .collect();
    let told = (!told.is_empty()).then(|| told.join(" and "))?;
    Some(format!("pipeline [{id}] cannot be deleted because it is {told}"))
}

/// What says that something of a pipeline is not served.
fn not_served(what: &str) -> ErrorCause {
    crate::call::not_served(Operation::IngestPutPipeline, what)
}
