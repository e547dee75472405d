//! The whole path of a request, without a connection: bytes, route, call, state, reply, bytes.

mod access;
mod finish;
mod limits;
#[cfg(feature = "planted-faults")]
mod planted;
mod state;
mod unrouted;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use api_types::{
    Version,
    differences::Difference,
    endpoint::Method,
    error::{ErrorType, Traces},
    json::{Layout, Object},
};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

pub(crate) use self::finish::finish;
pub(crate) use self::state::State;
use self::{
    limits::{check_single, check_size, read_query},
    unrouted::{not_allowed, unrouted},
};
use crate::{
    call::{Context, Input, refuse_body},
    encode::Rendering,
    error::ApiError,
    filter_path::FilterPath,
    formats,
    media_type::{Format, MediaTypes},
    operations,
    params::{Params, parse_boolean},
    query_string::{self, Plus},
    reply::Reply,
    request::RawRequest,
    root::{self, Flavor},
    router::{Route, Router, Target},
    security::{Action, Caller, Security},
    seed::Seed,
    sources::{Clock, IdSource},
    store::Change,
    warnings::Warnings,
};

/// What a server is made with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) version: Version,
    pub(crate) clock: Clock,
    pub(crate) ids: IdSource,
    /// Who may call; `None` if nobody is asked.
    pub(crate) security: Option<Security>,
    pub(crate) flavor: Flavor,
}

impl Settings {
    /// The routes of such a server; several may share them.
    pub(crate) fn router(&self) -> Arc<Router> {
        Arc::new(Router::new(self.version))
    }
}

/// A server without its connections.
#[derive(Debug)]
pub(crate) struct App {
    settings: Settings,
    router: Arc<Router>,
    /// Where a reset puts the state back to.
    start: State,
    state: Mutex<State>,
    #[cfg(feature = "planted-faults")]
    planted: Vec<crate::planted::Planted>,
}

/// On whose behalf a request is answered.
#[derive(Clone, Copy, Debug)]
enum Sender<'a> {
    /// Whoever the request says.
    Client,
    /// The scripted worker, which may do everything, at the instant that this clock shows.
    Worker(&'a Clock),
}

/// How the client wants the answer, whatever the answer is, and what it is warned of beside it.
#[derive(Debug, Default)]
struct Wishes {
    rendering: Rendering,
    pretty: Option<bool>,
    traces: Traces,
    /// The `Allow` header of a successful answer.
    allow: Option<String>,
    warnings: Warnings,
}

pub(crate) const PRODUCT: header::HeaderName = header::HeaderName::from_static("x-elastic-product");
const OPAQUE_ID: header::HeaderName = header::HeaderName::from_static("x-opaque-id");

impl App {
    /// A server without documents; the router is that of the settings.
    pub(crate) fn new(settings: Settings, router: Arc<Router>) -> Self {
        let start = State::new(&settings);
        let state = Mutex::new(start.clone());
        Self {
            settings,
            router,
            start,
            state,
            #[cfg(feature = "planted-faults")]
            planted: Vec::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same server with the state of a seed to begin with. What its clock shows then is where
    /// the clock begins.
    pub(crate) fn seeded(mut self, seed: &Seed) -> Self {
        self.start = State::seeded(&self.settings, seed);
        self.settings.clock.begin_here();
        self.state = Mutex::new(self.start.clone());
        self
    }

    /// The same server with what another one began with.
    pub(crate) fn beginning_as(mut self, other: &Self) -> Self {
        self.start = other.start.for_another();
        self.state = Mutex::new(self.start.clone());
        self
    }

    /// Puts everything back to the start, the clock too.
    pub(crate) fn reset(&self) {
        let start = self.start.clone();
        let _old = std::mem::replace(&mut *self.state(), start);
        self.settings.clock.restart();
        #[cfg(feature = "planted-faults")]
        self.planted.iter().for_each(crate::planted::Planted::reset);
    }

    /// A copy of everything that a request may change.
    pub(crate) fn snapshot(&self) -> State {
        self.state().clone()
    }

    /// Puts back what [`App::snapshot`] gave.
    pub(crate) fn restore(&self, state: State) {
        *self.state() = state;
    }

    /// Puts the state of a seed in the place of all that there is.
    pub(crate) fn import(&self, seed: &Seed) {
        self.restore(State::seeded(&self.settings, seed));
    }

    /// All state as a document that [`App::import`] takes.
    pub(crate) fn export(&self) -> Object {
        self.snapshot().written(&self.settings)
    }

    /// What the server is made with.
    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many requests came since the start or the last reset.
    pub(crate) fn requests(&self) -> u64 {
        self.state().requests
    }

    /// Reads or changes the documents as an operation does, with the clock and the ids of the server.
    pub(crate) fn with_context<T>(&self, work: impl FnOnce(&mut Context<'_>) -> T) -> T {
        self.with_context_at(&self.settings.clock, &Warnings::default(), work)
    }

    fn with_context_at<T>(
        &self,
        clock: &Clock,
        warnings: &Warnings,
        work: impl FnOnce(&mut Context<'_>) -> T,
    ) -> T {
        let mut state = self.state();
        let State { store, scrolls, ids, .. } = &mut *state;
        let version = self.settings.version;
        work(&mut Context { store, scrolls, ids, clock, version, warnings })
    }

    /// Writes the answer of a control route, as the request wants it.
    pub(crate) fn control(
        &self,
        request: &RawRequest,
        outcome: Result<Reply, ApiError>,
    ) -> Response<Bytes> {
        let mut wishes = Wishes::default();
        if self.read(request, request.split().1, &mut wishes).is_err() {
            wishes = Wishes::default();
        }
        self.respond(request, &wishes, outcome)
    }

    /// Counts a request that is not carried out.
    pub(crate) fn count(&self) {
        self.state().requests += 1;
    }

    /// What a request is for; `None` if there is no such route.
    pub(crate) fn route<'r>(&self, request: &'r RawRequest) -> Option<Route<'r>> {
        self.router.find(Method::from_name(&request.method)?, request.split().0).ok()
    }

    /// Writes an answer to a request that is not carried out, in the form that it asks for.
    pub(crate) fn instead(
        &self,
        request: &RawRequest,
        outcome: Result<Reply, ApiError>,
    ) -> Response<Bytes> {
        let mut wishes = Wishes::default();
        // A request that asks for a form that there is not gets the usual one.
        let _ = self.read(request, request.split().1, &mut wishes);
        self.respond(request, &wishes, outcome)
    }

    /// Answers a request.
    pub(crate) fn handle(&self, request: &RawRequest) -> Response<Bytes> {
        self.handle_noting(request, None)
    }

    /// The same, and notes which documents were written.
    pub(crate) fn handle_noting(
        &self,
        request: &RawRequest,
        noted: Option<&mut Vec<Change>>,
    ) -> Response<Bytes> {
        let (path, query) = request.split();
        let mut wishes = Wishes::default();
        if let Err(too_long) = check_size(request) {
            let mut response = self.respond(request, &wishes, Err(too_long));
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
        self.state().requests += 1;
        wishes.warnings = Warnings::of(&request.headers);
        let outcome = self.answer(request, path, query, &mut wishes, Sender::Client, noted);
        self.respond(request, &wishes, outcome)
    }

    /// Answers a request of the scripted worker, which is not counted, and notes which documents were
    /// written. It comes when `clock` shows.
    pub(crate) fn handle_worker(
        &self,
        request: &RawRequest,
        clock: &Clock,
        noted: Option<&mut Vec<Change>>,
    ) -> Response<Bytes> {
        let (path, query) = request.split();
        let mut wishes = Wishes::default();
        let outcome = self.answer(request, path, query, &mut wishes, Sender::Worker(clock), noted);
        self.respond(request, &wishes, outcome)
    }

    fn respond(
        &self,
        request: &RawRequest,
        wishes: &Wishes,
        outcome: Result<Reply, ApiError>,
    ) -> Response<Bytes> {
        let is_refused = outcome.is_err();
        let (status, body, allow, own_headers) = match outcome {
            Ok(reply) => {
                let mut rendering = wishes.rendering.clone();
                if reply.is_laid_out && wishes.pretty.is_none() {
                    rendering.layout = Layout::Pretty;
                }
                let body = rendering.success(reply.body);
                let location = reply.location.map(|place| ("Location", vec![place]));
                (reply.status, body, wishes.allow.clone(), location.into_iter().collect())
            }
            Err(error) => {
                let reply = error.reply(wishes.traces);
                let body = wishes.rendering.value(&reply.body);
                (reply.status, body, reply.allow, reply.headers)
            }
        };
        let mut response = Response::new(Bytes::new());
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(opaque_id) = request.headers.get(&OPAQUE_ID) {
            headers.insert(OPAQUE_ID, opaque_id.clone());
        }
        if let Some(allow) = allow.and_then(|allow| HeaderValue::from_str(&allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        access::add_headers(headers, &own_headers);
        if !(is_refused && matches!(status, 401 | 403)) {
            headers.insert(PRODUCT, HeaderValue::from_static("Elasticsearch"));
            let Settings { flavor, version, .. } = self.settings;
            wishes.warnings.write(|| root::agent(flavor, version), headers);
        }
        if let Ok(content_type) = HeaderValue::from_str(&wishes.rendering.content_type) {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        finish(request, response, body)
    }

    fn answer(
        &self,
        request: &RawRequest,
        path: &str,
        query: &str,
        wishes: &mut Wishes,
        sender: Sender<'_>,
        noted: Option<&mut Vec<Change>>,
    ) -> Result<Reply, ApiError> {
        let read = self.read(request, query, wishes);
        let (caller, clock) = match sender {
            Sender::Client => (self.authenticate(request)?, &self.settings.clock),
            Sender::Worker(clock) => (None, clock),
        };
        let caller = caller.as_ref();
        let (params, media_types) = read?;
        let decoded_path = query_string::decode(path, Plus::IsPlus)
            .map_err(|error| self.bad_path(path, error.to_string()))?;
        let Some(method) = Method::from_name(&request.method) else {
            let text = format!("Unexpected http method: {}", request.method);
            return Err(not_allowed(text, self.router.find(Method::Options, path).err()));
        };
        let route = match self.router.find(method, path) {
            Ok(route) => route,
            Err(no_route) => return unrouted(request, method, no_route, wishes),
        };
        let format = match &request.body {
            none if none.is_empty() => Format::Json,
            _ => media_types.body_format().map_err(not_acceptable)?,
        };
        self.check_available(request, &route)?;
        match route.target {
            Target::Root => self.root(request, &params, &decoded_path, caller),
            Target::CreateApiKey => {
                let body = formats::to_json(format, &request.body)?;
                self.create_api_key(&params, &body, &decoded_path, caller)
            }
            Target::Endpoint(endpoint) => {
                let body = formats::body(endpoint.body, format, &request.body)?;
                let input = Input {
                    endpoint,
                    params,
                    version: self.settings.version,
                    body: &body,
                    clock,
                    has_body_format: media_types.body_format().is_ok(),
                    address: access::address(&request.headers),
                    api: media_types.api(self.settings.version),
                    warnings: &wishes.warnings,
                };
                self.operation(input, &route, &decoded_path, caller, noted)
            }
        }
    }

    /// Query string, media types and wishes; they are looked at before the caller is known, and
    /// complained of after that (contract RL-1).
    fn read(
        &self,
        request: &RawRequest,
        query: &str,
        wishes: &mut Wishes,
    ) -> Result<(Params, MediaTypes), ApiError> {
        let parameters = read_query(query);
        let media_types =
            MediaTypes::read(&request.headers, !request.body.is_empty(), self.settings.version);
        if let Ok(media_types) = &media_types {
            (wishes.rendering.format, wishes.rendering.content_type) = media_types.response(None);
        }
        let params = Params::new(parameters?);
        let media_types = media_types?;
        check_single(&request.headers)?;
        wishes.read(&params, &media_types, self.settings.version)?;
        Ok((params, media_types))
    }

    /// The answer to a path with a bad percent escape (contract RL-3-15, RL-15-6).
    fn bad_path(&self, path: &str, reason: String) -> ApiError {
        if self.settings.version.has(Difference::BadPathEscape) {
            illegal(reason)
        } else {
            not_allowed(reason, self.router.find(Method::Options, path).err())
        }
    }

    fn root(
        &self,
        request: &RawRequest,
        params: &Params,
        path: &str,
        caller: Option<&Caller>,
    ) -> Result<Reply, ApiError> {
        params.check_names([], path)?;
        refuse_body(&request.method, path, &request.body)?;
        self.authorize(caller, Action::Main)?;
        Ok(self.state().identity.reply())
    }

    fn operation(
        &self,
        mut input: Input<'_>,
        route: &Route<'_>,
        path: &str,
        caller: Option<&Caller>,
        noted: Option<&mut Vec<Change>>,
    ) -> Result<Reply, ApiError> {
        let action = Action::Operation(input.endpoint.operation);
        for (name, segment) in input.endpoint.path_params().zip(&route.wildcards) {
            let value = query_string::decode(segment, Plus::IsPlus)
                .map_err(|error| illegal(error.to_string()))?;
            input.params.add_path(name, value);
        }
        let prepared = operations::prepare(&input, path)?;
        self.authorize(caller, action)?;
        #[cfg(feature = "planted-faults")]
        let prepared = self.planted(prepared, &input, path);
        self.with_context_at(input.clock, input.warnings, |context| {
            let Some(noted) = noted else { return prepared.execute(context) };
            context.store.watch();
            let outcome = prepared.execute(context);
            *noted = context.store.watched_changes();
            outcome
        })
    }
}

fn illegal(reason: String) -> ApiError {
    ApiError::new(ErrorType::IllegalArgument, reason)
}

fn not_acceptable(text: String) -> ApiError {
    ApiError::Plain { status: 406, text, allow: None }
}

impl Wishes {
    /// Reads the parameters that say how the answer is to be written. They are read before the
    /// route is looked for; a bad `pretty` or `human` is answered without any of them.
    fn read(
        &mut self,
        params: &Params,
        media_types: &MediaTypes,
        version: Version,
    ) -> Result<(), ApiError> {
        self.pretty = params.get("pretty").map(parse_boolean).transpose()?;
        params.get("human").map(parse_boolean).transpose()?;
        let (format, content_type) = media_types.response(params.get("format"));
        self.rendering = Rendering {
            format,
            content_type,
            layout: if self.pretty == Some(true) { Layout::Pretty } else { Layout::Compact },
            filter: params.get("filter_path").map(|text| FilterPath::parse(text).of(version)),
        };
        let traces = params.get("error_trace").map(parse_boolean).transpose();
        let traces = traces.map_err(|cause| ApiError::Plain {
            status: 400,
            text: cause.reason.unwrap_or_default(),
            allow: None,
        })?;
        if traces == Some(true) {
            self.traces = Traces::Shown;
        }
        Ok(())
    }
}

#[cfg(test)]
mod described;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod version_tests;
