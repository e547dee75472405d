//! The whole path of a request, without a connection: bytes, route, call, state, reply, bytes.

mod access;
#[cfg(feature = "planted-faults")]
mod planted;

use std::sync::{Mutex, MutexGuard, PoisonError};

use api_types::{
    Version,
    differences::Difference,
    endpoint::Method,
    error::{ErrorCause, ErrorType, Traces},
    json::Layout,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::{
    call::{Context, Input, refuse_body},
    control::{self, Control, Found},
    encode::{Coding, Rendering},
    error::ApiError,
    filter_path::FilterPath,
    formats,
    media_type::{Format, MediaTypes},
    operations,
    params::{Params, parse_boolean},
    query_string::{self, Plus},
    reply::{Reply, ReplyBody},
    request::RawRequest,
    root::{Flavor, Identity},
    router::{NoRoute, Route, Router, Target},
    security::{Action, Caller, Security},
    sources::{Clock, IdSource},
    store::Store,
    unserved,
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

/// A server without its connections.
#[derive(Debug)]
pub(crate) struct App {
    settings: Settings,
    router: Router,
    state: Mutex<State>,
    #[cfg(feature = "planted-faults")]
    planted: Option<crate::planted::Planted>,
}

/// Everything that a request may change.
#[derive(Debug)]
struct State {
    store: Store,
    ids: IdSource,
    identity: Identity,
    security: Option<Security>,
    requests: u64,
}

impl State {
    fn new(settings: &Settings) -> Self {
        let mut ids = settings.ids.clone();
        let identity = Identity::new(settings.version, settings.flavor, &mut ids);
        let security = settings.security.clone();
        Self { store: Store::new(&mut ids), ids, identity, security, requests: 0 }
    }
}

/// How the client wants the answer, whatever the answer is.
#[derive(Debug, Default)]
struct Wishes {
    rendering: Rendering,
    pretty: Option<bool>,
    traces: Traces,
    /// The `Allow` header of a successful answer.
    allow: Option<String>,
}

const PRODUCT: header::HeaderName = header::HeaderName::from_static("x-elastic-product");
const OPAQUE_ID: header::HeaderName = header::HeaderName::from_static("x-opaque-id");

/// The longest request line and the longest headers that are taken (contract RL-10).
const MAX_LINE: usize = 4096;
const MAX_HEADERS: usize = 16384;

impl App {
    pub(crate) fn new(settings: Settings) -> Self {
        let router = Router::new(settings.version);
        let state = Mutex::new(State::new(&settings));
        Self {
            settings,
            router,
            state,
            #[cfg(feature = "planted-faults")]
            planted: None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts everything back to the start. A clock that was injected goes on.
    pub(crate) fn reset(&self) {
        *self.state() = State::new(&self.settings);
        #[cfg(feature = "planted-faults")]
        self.planted.iter().for_each(crate::planted::Planted::reset);
    }

    /// Answers a request.
    pub(crate) fn handle(&self, request: &RawRequest) -> Response<Bytes> {
        let (path, query) = request.split();
        if let Some(found) = control::find(&request.method, path) {
            return self.control(request, found);
        }
        let mut wishes = Wishes::default();
        if let Err(too_long) = check_size(request) {
            let mut response = self.respond(request, &wishes, Err(too_long));
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
        self.state().requests += 1;
        let outcome = self.answer(request, path, query, &mut wishes);
        self.respond(request, &wishes, outcome)
    }

    fn respond(
        &self,
        request: &RawRequest,
        wishes: &Wishes,
        outcome: Result<Reply, ApiError>,
    ) -> Response<Bytes> {
        let (status, body, allow, own_headers) = match outcome {
            Ok(reply) => {
                let body = wishes.rendering.success(reply.body);
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
        if !matches!(status, 401 | 403) {
            headers.insert(PRODUCT, HeaderValue::from_static("Elasticsearch"));
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
    ) -> Result<Reply, ApiError> {
        let read = self.read(request, query, wishes);
        let caller = self.authenticate(request)?;
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
            Target::Root => self.root(request, &params, &decoded_path, caller, wishes),
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
                    clock: &self.settings.clock,
                    has_body_format: media_types.body_format().is_ok(),
                    address: access::address(&request.headers),
                };
                self.operation(input, &route, &decoded_path, caller)
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
        wishes: &mut Wishes,
    ) -> Result<Reply, ApiError> {
        params.check_known(None, self.settings.version, path)?;
        refuse_body(&request.method, path, &request.body)?;
        self.authorize(caller, Action::Main)?;
        if wishes.pretty.is_none() {
            wishes.rendering.layout = Layout::Pretty;
        }
        Ok(self.state().identity.reply())
    }

    fn operation(
        &self,
        mut input: Input<'_>,
        route: &Route<'_>,
        path: &str,
        caller: Option<&Caller>,
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
        let mut state = self.state();
        let State { store, ids, .. } = &mut *state;
        prepared.execute(&mut Context {
            store,
            ids,
            clock: &self.settings.clock,
            version: self.settings.version,
        })
    }

    fn control(&self, request: &RawRequest, found: Found) -> Response<Bytes> {
        let outcome = match found {
            Found::Control(Control::Health) => {
                let state = self.state();
                let version = self.settings.version.to_string();
                Ok(control::health(&version, state.requests, &state.store))
            }
            Found::Control(Control::Reset) => {
                self.reset();
                Ok(Reply::acknowledged())
            }
            Found::Control(Control::OpenApi) => Ok(control::openapi(self.settings.version)),
            Found::Method(method) => Err(ApiError::Plain {
                status: 405,
                text: format!("this control route takes {method} only"),
                allow: Some(method.to_owned()),
            }),
            Found::Nothing => Err(ApiError::Plain {
                status: 404,
                text: format!("no such control route; there are {}", control::listed()),
                allow: None,
            }),
        };
        self.respond(request, &Wishes::default(), outcome)
    }
}

fn illegal(reason: String) -> ApiError {
    ApiError::new(ErrorType::IllegalArgument, reason)
}

fn not_acceptable(text: String) -> ApiError {
    ApiError::Plain { status: 406, text, allow: None }
}

fn check_size(request: &RawRequest) -> Result<(), ApiError> {
    let line = request.method.len() + request.target.len() + "  HTTP/1.1".len();
    if line > MAX_LINE {
        let reason = format!("An HTTP line is larger than {MAX_LINE} bytes.");
        return Err(ApiError::new(ErrorType::TooLongHttpLine, reason));
    }
    let header = |(name, value): (&header::HeaderName, &HeaderValue)| {
        name.as_str().len() + value.len() + ": ".len()
    };
    if request.headers.iter().map(header).sum::<usize>() > MAX_HEADERS {
        let reason = format!("HTTP header is larger than {MAX_HEADERS} bytes.");
        return Err(ApiError::new(ErrorType::TooLongHttpHeader, reason));
    }
    Ok(())
}

/// Headers that may not have several different values (contract RL-8-9).
const SINGLE: [&str; 3] = ["X-Opaque-Id", "traceparent", "X-elastic-product-origin"];

fn check_single(headers: &HeaderMap) -> Result<(), ApiError> {
    let several = |name: &&&str| {
        let mut values = headers.get_all(**name).iter();
        values.next().is_some_and(|first| values.any(|other| other != first))
    };
    match SINGLE.iter().find(several) {
        Some(name) => Err(illegal(format!("multiple values for single-valued header [{name}]."))),
        None => Ok(()),
    }
}

const RESERVED: [&str; 2] = ["serverlessRequest", "operatorRequest"];

fn read_query(query: &str) -> Result<Vec<(String, String)>, ApiError> {
    let bad = |reason: String| {
        let cause = ErrorCause::new(ErrorType::IllegalArgument, reason.clone());
        let reason = format!("java.lang.IllegalArgumentException: {reason}");
        ApiError::from(ErrorCause::new(ErrorType::BadParameter, reason).caused_by(cause))
    };
    let parameters = query_string::parse(query).map_err(|error| bad(error.to_string()))?;
    let reserved = parameters
        .iter()
        .find(|(name, _)| RESERVED.iter().any(|known| known.eq_ignore_ascii_case(name)));
    match reserved {
        Some((name, _)) => Err(bad(format!("parameter [{name}] is reserved and may not be set"))),
        None => Ok(parameters),
    }
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

/// A 405 that names the methods of the path, if it has any.
fn not_allowed(text: String, routes: Option<NoRoute>) -> ApiError {
    let (text, allow) = match routes {
        Some(NoRoute::Method(allowed)) => {
            (format!("{text}, allowed: [{}]", join(&allowed, ", ")), Some(join(&allowed, ",")))
        }
        Some(NoRoute::Path) | None => (text, None),
    };
    ApiError::Plain { status: 405, text, allow }
}

fn join(methods: &[Method], separator: &str) -> String {
    methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(separator)
}

fn unrouted(
    request: &RawRequest,
    method: Method,
    no_route: NoRoute,
    wishes: &mut Wishes,
) -> Result<Reply, ApiError> {
    let uri = &request.target;
    match no_route {
        NoRoute::Path if method == Method::Options => Ok(options(wishes)),
        NoRoute::Path if unserved::is_known(request.split().0) => {
            Err(illegal(unserved::refusal(method.as_str(), request.split().0)))
        }
        NoRoute::Path => Err(ApiError::NoHandler(format!(
            "no handler found for uri [{uri}] and method [{method}]"
        ))),
        NoRoute::Method(allowed) if method == Method::Options => {
            wishes.allow = Some(join(&allowed, ","));
            Ok(options(wishes))
        }
        NoRoute::Method(allowed) => Err(ApiError::Plain {
            status: 405,
            text: format!(
                "Incorrect HTTP method for uri [{uri}] and method [{method}], allowed: [{}]",
                join(&allowed, ", ")
            ),
            allow: Some(join(&allowed, ",")),
        }),
    }
}

/// The empty answer to OPTIONS.
fn options(wishes: &mut Wishes) -> Reply {
    wishes.rendering = Rendering {
        content_type: "text/plain; charset=UTF-8".to_owned(),
        format: Format::Json,
        ..Rendering::default()
    };
    Reply { status: 200, location: None, body: ReplyBody::Text(Bytes::new()) }
}

/// Adds the body, compressed if the client takes that, and its length. The answer to HEAD has the
/// length and no body.
fn finish(request: &RawRequest, response: Response<Bytes>, body: Bytes) -> Response<Bytes> {
    let (mut parts, _) = response.into_parts();
    let is_head = request.method == "HEAD";
    let compress = !is_head && !body.is_empty();
    let coding = Coding::accepted(&request.headers).filter(|_| compress);
    let body = match coding {
        Some(coding) => {
            let name = HeaderValue::from_static(coding.name());
            parts.headers.insert(header::CONTENT_ENCODING, name);
            coding.encode(&body)
        }
        None => body,
    };
    set_length(&mut parts.headers, body.len());
    Response::from_parts(parts, if is_head { Bytes::new() } else { body })
}

fn set_length(headers: &mut HeaderMap, length: usize) {
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
}

#[cfg(test)]
mod described;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod version_tests;
