//! What the operations that search do (contract DO-7).

use api_types::{endpoint::Operation, json::Quoted};

use crate::{
    call::Context,
    error::ApiError,
    reply::Reply,
    search::{
        self, ByQuery, ClearScroll, NextPage, SearchRequest, Searched,
        answer::{self, Failure, Written},
    },
    services::{
        documents::{self, IndexRequest, Through},
        indices::Names,
    },
    store::{Condition, Document, Expected, Index, Store},
};

/// The indices that are meant, with their fields.
fn searched<'s>(store: &'s Store, names: &Names) -> Result<Vec<Searched<'s>>, ApiError> {
    Ok(names.indices(store)?.into_iter().map(Searched::new).collect())
}

/// `search`
pub(crate) fn search(
    context: &mut Context<'_>,
    names: &Names,
    request: &SearchRequest,
) -> Result<Reply, ApiError> {
    let now = context.clock.shown();
    let searched = searched(context.store, names)?;
    if request.scroll().is_none() {
        let found = search::search(request, &searched, now)?;
        return Ok(answer::search(&found, None));
    }
    let (id, found) = context.scrolls.open(request, &searched, now, context.ids)?;
    Ok(answer::search(&found, Some(&id)))
}

/// `scroll`
pub(crate) fn scroll(context: &mut Context<'_>, page: &NextPage) -> Result<Reply, ApiError> {
    let found = context.scrolls.next(page, context.clock.shown())?;
    Ok(answer::search(&found, Some(&page.scroll_id)))
}

/// `clear_scroll`
pub(crate) fn clear_scroll(
    context: &mut Context<'_>,
    clear: &ClearScroll,
) -> Result<Reply, ApiError> {
    Ok(answer::cleared(context.scrolls.clear(clear, context.clock.shown())?))
}

/// `count`
pub(crate) fn count(
    context: &Context<'_>,
    names: &Names,
    request: &SearchRequest,
) -> Result<Reply, ApiError> {
    let searched = searched(context.store, names)?;
    let found = search::find(request, &searched, context.clock.shown())?;
    Ok(answer::counted(found.len(), searched.len()))
}

/// `delete_by_query`
pub(crate) fn delete_by_query(
    context: &mut Context<'_>,
    names: &Names,
    by_query: &ByQuery,
) -> Result<Reply, ApiError> {
    let found = places(context, names, by_query)?;
    let mut done = Written::default();
    for batch in by_query.batches(&found) {
        done.batches += 1;
        done.total += batch.len();
        for Place { index, id, .. } in batch {
            context.store.delete(index, id)?;
            done.deleted += 1;
        }
    }
    Ok(answer::by_query(&done))
}

/// `update_by_query` without a script: what is found is written again as it is, through pipelines.
/// A batch in which a document cannot be written is the last one (contract DO-7-12, DO-7-13).
pub(crate) fn update_by_query(
    context: &mut Context<'_>,
    names: &Names,
    by_query: &ByQuery,
    pipeline: Option<&str>,
) -> Result<Reply, ApiError> {
    let found = places(context, names, by_query)?;
    let batches: Vec<&[Place]> = by_query.batches(&found).collect();
    let total = batches.iter().map(|batch| batch.len()).sum();
    let mut done = Written { total, updated: Some(0), ..Written::default() };
    for batch in batches {
        done.batches += 1;
        for place in batch {
            match write_again(context, names.operation, place, pipeline)? {
                None => done.updated = done.updated.map(|updated| updated + 1),
                Some(failure) => done.failures.push(failure),
            }
        }
        if !done.failures.is_empty() {
            break;
        }
    }
    Ok(answer::by_query(&done))
}

/// Where a document is that was found, and which write of it.
struct Place {
    index: String,
    id: String,
    condition: Condition,
}

fn places(
    context: &Context<'_>,
    names: &Names,
    by_query: &ByQuery,
) -> Result<Vec<Place>, ApiError> {
    let searched = searched(context.store, names)?;
    let found = search::find(&by_query.search, &searched, context.clock.shown())?;
    let place = |(index, document): (&Index, &Document)| Place {
        index: index.name.clone(),
        id: document.id.clone(),
        condition: document.condition(),
    };
    Ok(found.into_iter().map(place).collect())
}

/// Writes a document that is there once more; why it could not be done, if it could not.
fn write_again(
    context: &mut Context<'_>,
    operation: Operation,
    place: &Place,
    pipeline: Option<&str>,
) -> Result<Option<Failure>, ApiError> {
    let Place { index, id, condition } = place;
    let Some(document) = context.store.get(index, id)? else { return Ok(None) };
    let request = IndexRequest {
        operation,
        index: index.clone(),
        id: Some(id.clone()),
        text: document.serialised_copy(),
        quoted: Quoted::Shown,
        expected: Expected::Exactly(*condition),
        pipeline: pipeline.map(str::to_owned),
        through: Through::Anything,
    };
    match documents::index(context, request) {
        Ok(_) => Ok(None),
        Err(ApiError::Exception(cause)) => {
            Ok(Some(Failure { index: index.clone(), id: id.clone(), cause: *cause }))
        }
        Err(other) => Err(other),
    }
}
