//! The answers to requests that have no route (contract RL-3).

use api_types::endpoint::Method;
use bytes::Bytes;

use super::{Wishes, illegal};
use crate::{
    encode::Rendering, error::ApiError, media_type::Format, reply::Reply, request::RawRequest,
    router::NoRoute, unserved,
};

/// A 405 that names the methods of the path, if it has any.
pub(super) fn not_allowed(text: String, routes: Option<NoRoute>) -> ApiError {
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

/// The answer to a request without a route (contract RL-3).
pub(super) fn unrouted(
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
    Reply::text(Bytes::new())
}
