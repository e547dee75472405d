//! The steps that every operation goes through, in Elasticsearch's order (contract RL-1).

use api_types::{
    Timestamp, Version,
    endpoint::{Body, Endpoint, Operation, ParamKind},
    error::{ErrorCause, ErrorType},
    ops::RequestBody,
};
use bytes::Bytes;

use crate::{
    body,
    error::ApiError,
    params::Params,
    reply::Reply,
    search::Scrolls,
    sources::{Clock, IdSource},
    store::Store,
    warnings::Warnings,
};

/// What an operation is read from.
#[derive(Debug)]
pub(crate) struct Input<'r> {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) params: Params,
    pub(crate) version: Version,
    pub(crate) body: &'r Bytes,
    pub(crate) clock: &'r Clock,
    /// Whether the request names a media type in which a body can be read.
    pub(crate) has_body_format: bool,
    /// Where the client has found the server: the header `Host`.
    pub(crate) address: &'r str,
    /// The major version whose API the request asks for.
    pub(crate) api: u64,
    /// Takes what the request is warned of.
    pub(crate) warnings: &'r Warnings,
}

/// What an operation works on.
#[derive(Debug)]
pub(crate) struct Context<'s> {
    pub(crate) store: &'s mut Store,
    pub(crate) scrolls: &'s mut Scrolls,
    pub(crate) ids: &'s mut IdSource,
    pub(crate) clock: &'s Clock,
    pub(crate) version: Version,
    pub(crate) warnings: &'s Warnings,
}

impl Context<'_> {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// An operation: read from a request, validated, carried out.
pub(crate) trait Call: Sized {
    /// Reads parameters and body.
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause>;

    /// What fails while the request is validated, in place of any message.
    fn breaks(&self) -> Result<(), ErrorCause> {
        Ok(())
    }

    /// Every message of request validation, in the server's order.
    fn validate(&self) -> Vec<String> {
        Vec::new()
    }

    /// Carries the operation out. One that fails has written nothing.
    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError>;
}

/// An operation that has been read and may be carried out.
pub(crate) struct Prepared(Box<Work>);

type Work = dyn FnOnce(&mut Context<'_>) -> Result<Reply, ApiError>;

impl Prepared {
    /// Reads and checks an operation; nothing of this needs the state.
    pub(crate) fn new<C: Call + 'static>(input: &Input<'_>, path: &str) -> Result<Self, ApiError> {
        let call = C::read(input)?;
        input.params.check_known(input.endpoint, input.version, input.api, path)?;
        input.check_served()?;
        if matches!(input.endpoint.body, Body::None) {
            refuse_body(input.endpoint.method.as_str(), path, input.body)?;
        }
        call.breaks()?;
        let messages = call.validate();
        if !messages.is_empty() {
            return Err(ApiError::validation(&messages));
        }
        Ok(Self(Box::new(move |context| call.execute(context))))
    }

    /// Other work in place of an operation.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn wrapping(
        work: impl FnOnce(&mut Context<'_>) -> Result<Reply, ApiError> + 'static,
    ) -> Self {
        Self(Box::new(work))
    }

    pub(crate) fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        context.store.set_now(context.clock.shown());
        (self.0)(context)
    }
}

/// Refuses a body where none is read.
pub(crate) fn refuse_body(method: &str, path: &str, body: &[u8]) -> Result<(), ErrorCause> {
    if body.is_empty() {
        return Ok(());
    }
    Err(ErrorCause::new(
        ErrorType::IllegalArgument,
        format!("request [{method} {path}] does not support having a body"),
    ))
}

/// A part of an operation that Elasticsearch has and this server does not (contract DO-4-6).
pub(crate) fn not_served(operation: Operation, what: &str) -> ErrorCause {
    let reason = format!("this mock server does not serve [{operation}] with {what}");
    ErrorCause::new(ErrorType::IllegalArgument, reason)
}

impl Input<'_> {
    /// Whether the request asks for the API of the major version before that of the server.
    pub(crate) fn is_compatible(&self) -> bool {
        self.api < u64::from(self.version.major)
    }

    /// Refuses parameters that are not served.
    fn check_served(&self) -> Result<(), ErrorCause> {
        let is_asked = |name: &str| self.params.get(name).is_some();
        let of_row = self.endpoint.query.iter();
        let mut refused = of_row.filter(|param| matches!(param.kind, ParamKind::NotServed));
        match refused.find(|param| is_asked(param.name)) {
            Some(param) => {
                let what = format!("the parameter [{}]", param.name);
                Err(not_served(self.endpoint.operation, &what))
            }
            None => Ok(()),
        }
    }

    /// The id in the path.
    pub(crate) fn id<I: From<String>>(&self, name: &str) -> I {
        self.params.get(name).unwrap_or_default().to_owned().into()
    }

    /// The body, whether there is one or not.
    pub(crate) fn body<B: RequestBody>(&self) -> Result<B, ErrorCause> {
        body::read(self.body, self.clock, self.version, self.warnings)
    }

    /// The body for a handler that parses the bytes itself: nothing without a media type breaks the
    /// server, nothing with one is no object, and what the JSON library throws is reported as the
    /// handler's own failure (contract CN-9-12, SC-3-9, SC-3-12).
    pub(crate) fn body_from_bytes<B: RequestBody>(&self) -> Result<B, ErrorCause> {
        if self.body.is_empty() && !self.has_body_format {
            return Err(ErrorCause::without_reason(ErrorType::NullPointer));
        }
        self.body().map_err(|cause| {
            if !body::is_input_failure(cause.kind) {
                return cause;
            }
            let reason = format!("Failed to parse: {}", String::from_utf8_lossy(self.body));
            ErrorCause::new(ErrorType::Parse, reason).caused_by(cause)
        })
    }

    /// The body of an operation that requires one.
    pub(crate) fn required_body<B: RequestBody>(&self) -> Result<B, ErrorCause> {
        if self.body.is_empty() {
            return Err(ErrorCause::new(ErrorType::Parse, "request body is required"));
        }
        self.body()
    }

    /// The body of an operation for which an absent one means `{}`.
    pub(crate) fn optional_body<B: RequestBody>(&self) -> Result<B, ErrorCause> {
        let text: &[u8] = if self.body.is_empty() { b"{}" } else { self.body };
        body::read(text, self.clock, self.version, self.warnings)
    }
}
