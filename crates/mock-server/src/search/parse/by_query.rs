//! What `_delete_by_query` and `_update_by_query` ask for: a search, and what becomes of what it
//! finds (contract DO-7-8, DO-7-11, DO-7-12).

use api_types::{
    Version,
    endpoint::Operation,
    error::{ErrorCause, illegal_argument},
    json::{Json, Layout, Object, Reader, Token, write},
};

use super::{
    cursor::not_served,
    source::{self, search_body},
};
use crate::{
    body::Asked,
    params::Params,
    search::{request::SearchRequest, source_filter::SourceFilter},
    time_value,
    warnings::Warnings,
};

/// How many documents are taken at a time if the request does not say.
const BATCH: u64 = 1_000;

/// How long what was found is kept, in nanoseconds: as a scroll, so the rules of scrolls hold.
const KEPT: i128 = 300 * 1_000_000_000;

/// A search whose hits are deleted or written again.
#[derive(Clone, Debug)]
pub(crate) struct ByQuery {
    pub(crate) search: SearchRequest,
    /// How many documents are taken at most.
    max_docs: Option<u64>,
    /// How many are taken at a time.
    batch: u64,
}

impl ByQuery {
    /// Reads the body and the parameters. Elasticsearch reads the body as a map and writes what is
    /// left for the search, so positions are those of that text.
    ///
    /// # Errors
    /// As of [`search_body`]; what the operation cannot do; what this server does not serve.
    pub(crate) fn read(
        text: &[u8],
        params: &Params,
        operation: Operation,
        version: Version,
        warnings: &Warnings,
    ) -> Result<Self, ErrorCause> {
        let mut members = members(text, version)?;
        let mut refused = None;
        conflicts_in_body(members.remove("conflicts"), &mut refused)?;
        let max_docs = match members.remove("max_docs") {
            None | Some(Json::Null) => None,
            Some(value) => match value.as_i64().and_then(|value| i32::try_from(value).ok()) {
                Some(value) => Some(most(None, value)?),
                None => {
                    refuse(&mut refused, "[max_docs] of this type in its body");
                    None
                }
            },
        };
        if operation == Operation::UpdateByQuery
            && members.remove("script").is_some_and(|it| !it.is_null())
        {
            refuse(&mut refused, "[script] in its body");
        }
        let mut search = SearchRequest::default();
        if !text.is_empty() {
            let mut rest = Vec::new();
            write(&Json::Object(members.in_java_map_order()), Layout::Compact, &mut rest);
            search = search_body(&rest, version, warnings)?;
        }
        let is_whole = matches!(search.source, SourceFilter::Everything);
        if operation == Operation::UpdateByQuery && !is_whole {
            refuse(&mut refused, "[_source] in its body");
        }
        if params.get("size").is_some() {
            params.int("size", 0)?;
            return Err(illegal_argument("invalid parameter [size], use [max_docs] instead"));
        }
        let batch = match params.get("scroll_size") {
            Some(_) => source::size(params.int("scroll_size", 0)?)?,
            // A `size` of the search is that of its pages.
            None => search.size.unwrap_or(BATCH),
        };
        search.size = Some(batch);
        search.scroll = Some(KEPT);
        params.get("conflicts").map_or(Ok(()), check_conflicts)?;
        params.boolean("refresh")?;
        if let Some(text) = params.get("timeout") {
            time_value::nanoseconds("timeout", text)?;
        }
        let max_docs = match params.get("max_docs") {
            Some(_) => Some(most(max_docs, params.int("max_docs", -1)?)?),
            None => max_docs,
        };
        if params.get("wait_for_completion").is_some() && !params.boolean("wait_for_completion")? {
            refuse(&mut refused, "[wait_for_completion] of [false]");
        }
        match refused {
            Some(what) => Err(not_served(&what)),
            None => Ok(Self { search, max_docs, batch }),
        }
    }

    /// Every message of validation, in the server's order.
    pub(crate) fn messages(&self) -> Vec<String> {
        let mut messages = self.search.messages();
        if self.search.from.is_some() {
            messages.push("from is not supported in this context".to_owned());
        }
        messages
    }

    /// The same for a deletion, which has to have a query.
    pub(crate) fn delete_messages(&self) -> Vec<String> {
        let mut messages = self.messages();
        if self.search.query.is_none() {
            messages.push("query is missing".to_owned());
        }
        messages
    }

    /// As many of the documents that were found as are taken, batch by batch.
    pub(crate) fn batches<'f, T>(&self, found: &'f [T]) -> impl Iterator<Item = &'f [T]> {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let most = self.max_docs.map_or(found.len(), number).min(found.len());
        found.get(..most).unwrap_or_default().chunks(number(self.batch.max(1)))
    }
}

fn refuse(refused: &mut Option<String>, what: &str) {
    refused.get_or_insert_with(|| what.to_owned());
}

/// The members of the body; a body that is no object has none.
fn members(text: &[u8], version: Version) -> Result<Object, ErrorCause> {
    if text.is_empty() {
        return Ok(Object::new());
    }
    let mut reader = Reader::new(text);
    let error = |error| Asked::Inside.error(&error, version);
    let first = reader.next_token().map_err(error)?;
    if first == Token::StartObject { reader.members().map_err(error) } else { Ok(Object::new()) }
}

fn conflicts_in_body(value: Option<Json>, refused: &mut Option<String>) -> Result<(), ErrorCause> {
    match value {
        None | Some(Json::Null) => Ok(()),
        Some(Json::String(text)) => check_conflicts(&text),
        Some(_) => {
            refuse(refused, "[conflicts] of this type in its body");
            Ok(())
        }
    }
}

/// There are no conflicts here: nobody writes between the search and what becomes of its hits.
fn check_conflicts(text: &str) -> Result<(), ErrorCause> {
    match text {
        "abort" | "proceed" => Ok(()),
        other => Err(illegal_argument(format!(
            "conflicts may only be \"proceed\" or \"abort\" but was [{other}]"
        ))),
    }
}

/// The most documents that are taken; `said` before in the body.
fn most(said: Option<u64>, value: i32) -> Result<u64, ErrorCause> {
    if let Some(said) = said
        && i64::try_from(said) != Ok(i64::from(value))
    {
        return Err(illegal_argument(format!(
            "[max_docs] set to two different values [{said}] and [{value}]"
        )));
    }
    match u64::try_from(value) {
        Err(_) => Err(illegal_argument(format!(
            "[max_docs] parameter cannot be negative, found [{value}]"
        ))),
        Ok(0) => Err(illegal_argument("[max_docs] should be >= [slices]")),
        Ok(most) => Ok(most),
    }
}
