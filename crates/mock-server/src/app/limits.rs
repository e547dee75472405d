//! What is refused of a request line, of headers and of a query before anything else is looked at.

use api_types::error::{ErrorCause, ErrorType};
use http::{HeaderMap, HeaderValue, header};

use super::illegal;
use crate::{error::ApiError, query_string, request::RawRequest};

/// The longest request line and the longest headers that are taken (contract RL-10).
const MAX_LINE: usize = 4096;
const MAX_HEADERS: usize = 16384;

pub(super) fn check_size(request: &RawRequest) -> Result<(), ApiError> {
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

pub(super) fn check_single(headers: &HeaderMap) -> Result<(), ApiError> {
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

pub(super) fn read_query(query: &str) -> Result<Vec<(String, String)>, ApiError> {
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
