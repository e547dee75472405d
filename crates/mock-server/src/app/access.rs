//! Who may call what: authentication, authorization, new API keys (contract RL-13), and what
//! serverless projects keep for themselves (contract RL-3-23).

use std::collections::BTreeSet;

use api_types::{
    Timestamp,
    endpoint::Availability,
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
    ops::{Fields, RequestBody},
    schema::{Field, Kind, Schema},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::App;
use crate::{
    body,
    error::ApiError,
    params::Params,
    reply::Reply,
    request::RawRequest,
    root::Flavor,
    router::{Route, Target},
    security::{Action, Caller, ClusterPrivilege, Credentials, Granted, IndexPrivilege, NewKey},
    time_value,
    warnings::Warnings,
};

/// Adds the headers that an exception brings along, each value by itself.
pub(super) fn add_headers(headers: &mut HeaderMap, own: &[(&'static str, Vec<String>)]) {
    for (name, values) in own {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        for value in values.iter().filter_map(|value| HeaderValue::from_str(value).ok()) {
            headers.append(name.clone(), value);
        }
    }
}

/// Where the client has found the server.
pub(super) fn address(headers: &HeaderMap) -> &str {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.unwrap_or("127.0.0.1:9200")
}

impl App {
    /// Says who sent a request; `None` if nobody is asked.
    pub(super) fn authenticate(&self, request: &RawRequest) -> Result<Option<Caller>, ApiError> {
        let state = self.state();
        let Some(security) = &state.security else { return Ok(None) };
        if request.method == "OPTIONS" {
            return refuse_options_body(&request.headers).map(|()| None);
        }
        let credentials = Credentials::read(&request.headers);
        let (version, clock) = (self.settings.version, &self.settings.clock);
        let caller = security.authenticate(&credentials, &request.target, version, clock)?;
        Ok(Some(caller))
    }

    /// Refuses what the caller has no privilege for.
    pub(super) fn authorize(
        &self,
        caller: Option<&Caller>,
        action: Action,
    ) -> Result<(), ApiError> {
        caller.map_or(Ok(()), |caller| caller.authorize(action, self.settings.version))
    }

    /// Refuses what serverless projects have for their operators alone, which no caller is
    /// (contract RL-3-23).
    pub(super) fn check_available(
        &self,
        request: &RawRequest,
        route: &Route<'_>,
    ) -> Result<(), ApiError> {
        let is_hidden = match (self.settings.flavor, route.target) {
            (Flavor::Serverless, Target::Endpoint(endpoint)) => match endpoint.availability {
                Availability::StackOnly => true,
                Availability::StackAndServerless => false,
            },
            (Flavor::Stack, _) | (_, Target::Root | Target::CreateApiKey) => false,
        };
        if !is_hidden {
            return Ok(());
        }
        let RawRequest { method, target, .. } = request;
        let reason = format!(
            "Request for uri [{target}] with method [{method}] exists but is not available when running in serverless mode"
        );
        Err(ApiError::new(ErrorType::ApiNotAvailable, reason))
    }

    /// `POST /_security/api_key` (contract RL-13-27 to RL-13-32).
    pub(super) fn create_api_key(
        &self,
        params: &Params,
        body: &Bytes,
        path: &str,
        caller: Option<&Caller>,
    ) -> Result<Reply, ApiError> {
        if body.is_empty() {
            return Err(ApiError::new(ErrorType::Parse, "request body is required"));
        }
        let wanted: CreateApiKey =
            body::read(body, &self.settings.clock, self.settings.version, &Warnings::default())?;
        let seconds = wanted.seconds()?;
        params.refresh()?;
        params.check_names(["refresh"], path)?;
        let messages = wanted.validate();
        if !messages.is_empty() {
            return Err(ApiError::validation(&messages));
        }
        self.authorize(caller, Action::CreateApiKey)?;
        if caller.is_some_and(Caller::is_api_key) && wanted.grants_something() {
            let reason = "creating derived api keys requires an explicit role descriptor that is empty (has no privileges)";
            return Err(ApiError::new(ErrorType::IllegalArgument, reason));
        }
        let end = seconds.map(|seconds| milliseconds_after(self.settings.clock.now(), seconds));
        let expires = end.map(|end| Timestamp::from_nanoseconds(i128::from(end) * NANOSECONDS));
        let mut state = self.state();
        let super::State { ids, security, .. } = &mut *state;
        let key = match (security, caller) {
            (Some(security), Some(caller)) => {
                security.create_key(caller, wanted.granted(), expires, ids)
            }
            // Where nobody is asked who calls, any key will do, and none is kept.
            (None, _) | (_, None) => NewKey::new(ids),
        };
        let mut answer = Object::new().with("id", key.id.clone()).with("name", wanted.name);
        answer.insert_some("expiration", end);
        let answer = answer.with("api_key", key.secret.clone()).with("encoded", key.encoded());
        Ok(Reply::value(200, answer))
    }
}

/// The body of `POST /_security/api_key`.
struct CreateApiKey {
    name: String,
    role_descriptors: Object,
    expiration: Option<String>,
    metadata: Object,
}

impl RequestBody for CreateApiKey {
    const SCHEMA: &'static Schema = &Schema::body(
        "api_key_request",
        &[
            Field::required("name", Kind::String),
            Field::optional("role_descriptors", Kind::AnyObject),
            Field::optional("expiration", Kind::String),
            Field::optional("metadata", Kind::AnyObject),
        ],
    );

    fn from_fields(mut fields: Fields) -> Self {
        Self {
            name: fields.required_string("name"),
            role_descriptors: fields.object("role_descriptors").unwrap_or_default(),
            expiration: fields.string("expiration"),
            metadata: fields.object("metadata").unwrap_or_default(),
        }
    }
}

/// The longest name of a key, in UTF-16 units.
const MAX_NAME: usize = 256;

impl CreateApiKey {
    /// How long the key is to live.
    fn seconds(&self) -> Result<Option<i64>, ErrorCause> {
        let Some(text) = &self.expiration else { return Ok(None) };
        time_value::seconds("expiration", text).map(Some).map_err(|cause| {
            let message = "Failed to build [api_key_request] after last required field arrived";
            ErrorCause::new(ErrorType::XContentParse, message).caused_by(cause)
        })
    }

    fn validate(&self) -> Vec<String> {
        let mut messages = Vec::new();
        let mut add = |is_wrong: bool, message: &str| {
            if is_wrong {
                messages.push(message.to_owned());
            }
        };
        let name = self.name.as_str();
        add(name.is_empty(), "api key name is required");
        let length = name.encode_utf16().count();
        add(length > MAX_NAME, "api key name may not be more than 256 characters long");
        let trimmed = name.trim_matches(|character: char| character <= ' ');
        add(trimmed != name, "api key name may not begin or end with whitespace");
        add(name.starts_with('_'), "api key name may not begin with an underscore");
        let is_reserved = self.metadata.iter().any(|(name, _)| name.starts_with('_'));
        add(is_reserved, "API key metadata keys may not start with [_]");
        messages
    }

    /// What the descriptors grant together; `None` if there are none, and the key is not limited.
    fn granted(&self) -> Option<Granted> {
        if self.role_descriptors.is_empty() {
            return None;
        }
        let names = |descriptor: &Json| {
            let listed = descriptor.get("cluster").and_then(Json::as_array).unwrap_or_default();
            listed.iter().filter_map(Json::as_str).map(str::to_lowercase).collect::<Vec<_>>()
        };
        let cluster: BTreeSet<ClusterPrivilege> = self
            .role_descriptors
            .iter()
            .flat_map(|(_, descriptor)| names(descriptor))
            .filter_map(|name| ClusterPrivilege::from_name(&name))
            .collect();
        let privileges = |grant: &Json| {
            let listed = grant.get("privileges").and_then(Json::as_array).unwrap_or_default();
            listed.iter().filter_map(Json::as_str).map(str::to_lowercase).collect::<Vec<_>>()
        };
        let indices: BTreeSet<IndexPrivilege> = self
            .role_descriptors
            .iter()
            .flat_map(|(_, descriptor)| [descriptor.get("index"), descriptor.get("indices")])
            .flatten()
            .flat_map(|grants| grants.as_array().unwrap_or_default())
            .flat_map(privileges)
            .filter_map(|name| IndexPrivilege::from_name(&name))
            .collect();
        Some(Granted { cluster, indices })
    }

    /// Whether a key with these descriptors may do anything.
    fn grants_something(&self) -> bool {
        let is_empty = |value: &Json| {
            value.as_object().is_some_and(|descriptor| {
                descriptor.iter().all(|(_, value)| value.as_array().is_some_and(<[Json]>::is_empty))
            })
        };
        self.role_descriptors.is_empty()
            || !self.role_descriptors.iter().all(|(_, descriptor)| is_empty(descriptor))
    }
}

/// In a millisecond.
const NANOSECONDS: i128 = 1_000_000;

/// Milliseconds since 1970 of the instant that is so many seconds later.
fn milliseconds_after(now: Timestamp, seconds: i64) -> i64 {
    let now = now.as_nanoseconds().div_euclid(NANOSECONDS);
    i64::try_from(now + i128::from(seconds) * 1000).unwrap_or(i64::MAX)
}

/// A preflight has no body (contract RL-3-19).
fn refuse_options_body(headers: &HeaderMap) -> Result<(), ApiError> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let has_body = length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|it| it > 1);
    if has_body || headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(ApiError::status("OPTIONS requests with a payload body are not supported"));
    }
    Ok(())
}
