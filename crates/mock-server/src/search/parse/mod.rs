//! From the text of a request to what it asks for, with Elasticsearch's messages and positions.

mod by_query;
mod clauses;
mod cursor;
mod leaves;
mod params;
mod scroll;
mod sorts;
mod source;

pub(crate) use by_query::ByQuery;
pub(super) use cursor::not_served;
pub(crate) use params::{apply_params, check_preference};
pub(crate) use scroll::{ClearScroll, NextPage, clear_scroll, next_page};
pub(crate) use source::{count_body, search_body};
