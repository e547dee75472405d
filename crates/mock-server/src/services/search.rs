//! What the operations that search do (contract DO-7).

use crate::{
    call::Context,
    error::ApiError,
    reply::Reply,
    search::{self, ClearScroll, NextPage, SearchRequest, Searched, answer},
    services::indices::Names,
    store::{Index, Store},
};

/// The indices that are meant, with their fields.
fn searched<'s>(store: &'s Store, names: &Names) -> Result<Vec<Searched<'s>>, ApiError> {
    let with_fields = |index: &'s Index| {
        Searched::new(index, Some(&index.mappings).filter(|mappings| !mappings.is_empty()))
    };
    Ok(names.indices(store)?.into_iter().map(with_fields).collect())
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
    request: &SearchRequest,
) -> Result<Reply, ApiError> {
    let searched = searched(context.store, names)?;
    let found: Vec<(String, String)> = search::find(request, &searched, context.clock.shown())?
        .into_iter()
        .map(|(index, document)| (index.name.clone(), document.id.clone()))
        .collect();
    for (index, id) in &found {
        context.store.delete(index, id)?;
    }
    Ok(answer::deleted(found.len()))
}
