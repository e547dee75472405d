//! Searching documents: the query DSL, sorts, pages, scrolls, and their answers (contract DO-7).
//!
//! How an operation uses it (`now` is what the clock shows, which is not a reading):
//!
//! ```text
//! _search            read:     request = search_body(input.body, version)?;
//!                              apply_params(&mut request, &input.params)?;
//!                    validate: request.messages()
//!                    execute:  searched = [Searched::new(store.index(name)?), ...];
//!                              without a scroll: found = search(&request, &searched, now)?;
//!                                                answer::search(&found, None)
//!                              if request.scroll().is_some():
//!                                                (id, found) = scrolls.open(&request, &searched, now, ids)?;
//!                                                answer::search(&found, Some(&id))
//! _search/scroll     read:     page = next_page(input.body, &input.params, version)?;
//!                    validate: page.messages()
//!                    execute:  found = scrolls.next(&page, now)?;
//!                              answer::search(&found, Some(&page.scroll_id))
//!   DELETE           read:     clear = clear_scroll(input.body, &input.params, version)?;
//!                    validate: clear.messages()
//!                    execute:  answer::cleared(scrolls.clear(&clear, now)?)
//! _count             read:     query = count_body(input.body, version)?;
//!                    execute:  found = find(&SearchRequest::of(query), &searched, now)?;
//!                              answer::counted(found.len(), searched.len())
//! _delete_by_query   read:     by_query = ByQuery::read(input.body, &input.params, operation, version)?;
//! _update_by_query   validate: by_query.delete_messages() or by_query.messages()
//!                    execute:  found = find(&by_query.search, &searched, now)?;
//!                              by_query.batches(&found) are deleted or written;
//!                              answer::by_query(&counts)
//! ```
//!
//! [`Searched`] is an index with the fields of its mapping; the indices of connectors and sync jobs
//! have their own. Indices are given in the order of their names. [`Scrolls`] is state, like the store. A parameter that is not served (`q`, `df` and so on)
//! is a row of the endpoint table.
//!
//! Nothing here reads a clock: `now` is given, and `took` is 0, which is true of an answer within
//! the millisecond.

mod analysis;
pub(crate) mod answer;
mod dates;
mod fields;
mod found;
mod order;
mod parse;
mod paths;
mod plan;
mod planning;
mod query;
mod request;
mod rewriting;
mod run;
mod scroll;
mod scroll_id;
mod source_filter;
mod state_fields;
#[cfg(test)]
mod tests;
mod values;
mod view;
mod wildcard;

pub(crate) use self::{
    dates::DateFormat,
    parse::{
        ByQuery, ClearScroll, NextPage, apply_params, check_preference, clear_scroll, count_body,
        next_page, search_body,
    },
    request::SearchRequest,
    run::{Searched, find, search},
    scroll::Scrolls,
};
