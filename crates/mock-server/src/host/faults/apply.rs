//! What becomes of a request that a rule takes.

use std::{sync::Arc, time::Duration};

use api_types::{
    endpoint::{Family, Operation},
    json::{Json, Layout, write},
};
use bytes::Bytes;
use http::{Response, header};

use super::{
    answers, bulk,
    rule::{Break, Effect, Rule, What, When},
    stale,
};
use crate::{
    app::{self, App, PRODUCT},
    host::{
        delivery::{Delivery, End},
        space::Server,
    },
    query_string::{self, Plus},
    request::RawRequest,
    router::Target,
    store::{CONNECTORS, SECRETS, SYNC_JOBS},
};

/// What a request is.
#[derive(Debug, Default)]
pub(super) struct Routed {
    name: Option<&'static str>,
    operation: Option<Operation>,
    /// The parameters of its path, by name.
    values: Vec<(&'static str, String)>,
}

impl Routed {
    pub(super) fn of(app: &App, request: &RawRequest) -> Self {
        let Some(route) = app.route(request) else { return Self::default() };
        match route.target {
            Target::Root => {
                let name = if request.method == "HEAD" { "ping" } else { "info" };
                Self { name: Some(name), ..Self::default() }
            }
            Target::CreateApiKey => {
                Self { name: Some("security.create_api_key"), ..Self::default() }
            }
            Target::Endpoint(endpoint) => {
                let decoded = |segment: &str| {
                    query_string::decode(segment, Plus::IsPlus)
                        .unwrap_or_else(|_| segment.to_owned())
                };
                let values = endpoint.path_params().zip(route.wildcards.iter());
                let values = values.map(|(name, segment)| (name, decoded(segment))).collect();
                let operation = endpoint.operation;
                Self { name: Some(operation.name()), operation: Some(operation), values }
            }
        }
    }

    /// The dotted name, if it is an operation.
    pub(super) const fn operation(&self) -> Option<&'static str> {
        self.name
    }

    pub(super) const fn action(&self) -> Option<Operation> {
        self.operation
    }

    /// The index and the id of the document that it is about; `_na_` for the id if it names none.
    pub(super) fn document(&self) -> (&str, String) {
        let value = |name: &str| self.values.iter().find(|(known, _)| *known == name);
        let id = self.values.iter().rfind(|(name, _)| *name != "index");
        let id = id.map_or_else(|| "_na_".to_owned(), |(_, id)| id.clone());
        let index = match value("index") {
            Some((_, index)) => index,
            None if self.name.is_some_and(|name| name.contains(".sync_job_")) => SYNC_JOBS.index,
            None if self.name.is_some_and(|name| name.contains(".secret_")) => SECRETS.index,
            None => CONNECTORS.index,
        };
        (index, id)
    }

    /// Whether it is about a document by the document API.
    pub(super) fn is_of_documents(&self) -> bool {
        self.operation.is_some_and(|operation| operation.family() == Family::Documents)
    }
}

/// A rule whose turn it is, with what was left to chance.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) rule: Arc<Rule>,
    pub(super) delay: Duration,
    pub(super) pauses: Vec<Duration>,
}

impl Drawn {
    /// The answer, with how it is to be delivered.
    pub(super) fn answer(
        self,
        app: &Server<'_>,
        request: &RawRequest,
        routed: &Routed,
    ) -> Response<Bytes> {
        let Effect { what, when, headers, .. } = &self.rule.effect;
        let mut response = made(app, request, routed, what, *when);
        let parts = response.headers_mut();
        if let Some(content_type) = &headers.content_type {
            parts.insert(header::CONTENT_TYPE, content_type.clone());
        }
        if headers.no_product {
            parts.remove(PRODUCT);
        }
        if let Some(retry_after) = &headers.retry_after {
            parts.insert(header::RETRY_AFTER, retry_after.clone());
        }
        let delivery = Delivery { delay: self.delay, pauses: self.pauses, end: end(what) };
        if !delivery.is_usual() {
            response.extensions_mut().insert(delivery);
        }
        response
    }
}

fn end(what: &What) -> End {
    match what {
        What::Broken { at: Break::Before, close } => End::Before(*close),
        What::Broken { at: Break::Headers, close } => End::Headers(*close),
        What::Broken { at: Break::Body(bytes), close } => End::Body(*bytes, *close),
        What::Broken { at: Break::After, close } => End::After(*close),
        What::Answer
        | What::Status(_)
        | What::Page(_)
        | What::Body(_)
        | What::Stale
        | What::BulkItems { .. } => End::Whole,
    }
}

fn made(
    app: &Server<'_>,
    request: &RawRequest,
    routed: &Routed,
    what: &What,
    when: When,
) -> Response<Bytes> {
    let in_place = |answer: &dyn Fn() -> Response<Bytes>| {
        match when {
            When::Before => app.count(),
            When::After => drop(app.handle(request)),
        }
        answer()
    };
    match what {
        What::Answer => app.handle(request),
        What::Status(failure) => in_place(&|| answers::answer(app, request, routed, failure)),
        What::Page(status) => in_place(&|| answers::page(request, *status)),
        // Without a connection that could break off, what a proxy says of one that did.
        What::Broken { at: Break::Before, .. } => in_place(&|| answers::page(request, 502)),
        What::Broken { at: Break::Headers | Break::Body(_) | Break::After, .. } => {
            app.handle(request)
        }
        What::Body(text) => {
            let text = Bytes::copy_from_slice(text.as_bytes());
            rewritten(app, request, |_| Some(text))
        }
        What::Stale => stale::answer(app, request, routed),
        What::BulkItems { items, failure } => bulk::answer(app, request, routed, items, failure),
    }
}

/// The answer of the server with another body. `change` gets the body as it is before compression;
/// `None` leaves it.
pub(super) fn rewritten(
    app: &Server<'_>,
    request: &RawRequest,
    change: impl FnOnce(&Bytes) -> Option<Bytes>,
) -> Response<Bytes> {
    let mut plain = request.clone();
    plain.headers.remove(header::ACCEPT_ENCODING);
    let response = app.handle(&plain);
    let body = change(response.body());
    let body = body.unwrap_or_else(|| response.body().clone());
    if request.method == "HEAD" {
        return response;
    }
    app::finish(request, response, body)
}

/// Changes a body of JSON, in the layout that it has.
pub(super) fn change_json(body: &Bytes, change: impl FnOnce(&mut Json)) -> Option<Bytes> {
    let mut value = Json::parse(body).ok()?;
    change(&mut value);
    let is_pretty = body.starts_with(b"{\n");
    let mut text = Vec::new();
    write(&value, if is_pretty { Layout::Pretty } else { Layout::Compact }, &mut text);
    if is_pretty {
        text.push(b'\n');
    }
    Some(Bytes::from(text))
}
