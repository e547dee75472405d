//! The operations that search (contract DO-7).

use api_types::error::ErrorCause;

use super::indices::names;
use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    reply::Reply,
    search::{self as engine, ByQuery, NextPage, SearchRequest},
    services::{indices::Names, search},
    store::Expand,
};

/// `search`
pub(super) struct Search {
    names: Names,
    request: SearchRequest,
}

impl Call for Search {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let mut request = engine::search_body(input.body, input.version, input.warnings)?;
        engine::apply_params(&mut request, &input.params)?;
        input.params.boolean("ccs_minimize_roundtrips")?;
        Ok(Self { names: names(input, Expand::default())?, request })
    }

    fn validate(&self) -> Vec<String> {
        self.request.messages()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        search::search(context, &self.names, &self.request)
    }
}

/// `scroll`
pub(super) struct Scroll(NextPage);

impl Call for Scroll {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        engine::next_page(input.body, &input.params, input.version).map(Self)
    }

    fn validate(&self) -> Vec<String> {
        self.0.messages()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        search::scroll(context, &self.0)
    }
}

/// `clear_scroll`
pub(super) struct ClearScroll(engine::ClearScroll);

impl Call for ClearScroll {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        engine::clear_scroll(input.body, &input.params, input.version).map(Self)
    }

    fn validate(&self) -> Vec<String> {
        self.0.messages()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        search::clear_scroll(context, &self.0)
    }
}

/// `count`
pub(super) struct Count {
    names: Names,
    request: SearchRequest,
}

impl Call for Count {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let query = engine::count_body(input.body, input.version, input.warnings)?;
        let request = SearchRequest::of(query);
        engine::check_preference(&input.params)?;
        Ok(Self { names: names(input, Expand::default())?, request })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        search::count(context, &self.names, &self.request)
    }
}

/// What is found, and what is done to it.
fn by_query(input: &Input<'_>) -> Result<(Names, ByQuery), ErrorCause> {
    let operation = input.endpoint.operation;
    let Input { body, params, version, warnings, .. } = input;
    let by_query = ByQuery::read(body, params, operation, *version, warnings)?;
    Ok((names(input, Expand::default())?, by_query))
}

/// `delete_by_query`
pub(super) struct DeleteByQuery {
    names: Names,
    by_query: ByQuery,
}

impl Call for DeleteByQuery {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        by_query(input).map(|(names, by_query)| Self { names, by_query })
    }

    fn validate(&self) -> Vec<String> {
        self.by_query.delete_messages()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        search::delete_by_query(context, &self.names, &self.by_query)
    }
}

/// `update_by_query`
pub(super) struct UpdateByQuery {
    names: Names,
    by_query: ByQuery,
    pipeline: Option<String>,
}

impl Call for UpdateByQuery {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let pipeline = input.params.get("pipeline").map(str::to_owned);
        by_query(input).map(|(names, by_query)| Self { names, by_query, pipeline })
    }

    fn validate(&self) -> Vec<String> {
        self.by_query.messages()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        search::update_by_query(context, &self.names, &self.by_query, self.pipeline.as_deref())
    }
}
