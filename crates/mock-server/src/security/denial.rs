//! The texts and headers of 401 and 403 (contract RL-13).

use api_types::{
    Version,
    differences::Difference,
    error::{ErrorCause, ErrorType},
};

use super::{Caller, privilege::Action};
use crate::error::ApiError;

/// The header that names the schemes.
const CHALLENGE: &str = "WWW-Authenticate";

/// The challenge of the scheme Basic; without comma before 8.15 (contract RL-13-2).
fn basic_challenge(version: Version) -> &'static str {
    if version.has(Difference::BasicChallengeComma) {
        r#"Basic realm="security", charset="UTF-8""#
    } else {
        r#"Basic realm="security" charset="UTF-8""#
    }
}

/// A 401 with the schemes that there are.
fn challenged(version: Version, cause: ErrorCause) -> ErrorCause {
    let challenges = [basic_challenge(version), r#"Bearer realm="security""#, "ApiKey"];
    cause.with_header(CHALLENGE, challenges.map(str::to_owned).to_vec())
}

fn unauthenticated(version: Version, reason: String) -> ErrorCause {
    challenged(version, ErrorCause::new(ErrorType::Authentication, reason))
}

/// There are no credentials (contract RL-13-1).
pub(super) fn missing(version: Version, uri: &str) -> ErrorCause {
    unauthenticated(version, format!("missing authentication credentials for REST request [{uri}]"))
}

/// There is no such user, or the password is another (contract RL-13-5).
pub(super) fn wrong_password(version: Version, user: &str, uri: &str) -> ErrorCause {
    unauthenticated(
        version,
        format!("unable to authenticate user [{user}] for REST request [{uri}]"),
    )
}

/// A header of the scheme Basic that cannot be read (contract RL-13-23).
pub(super) fn bad_basic(version: Version, reason: &str, cause: Option<String>) -> ErrorCause {
    let error = unauthenticated(version, reason.to_owned());
    match cause {
        Some(text) => error.caused_by(ErrorCause::new(ErrorType::IllegalArgument, text)),
        None => error,
    }
}

/// A key or token that is not accepted; `why` begins with who refused it (contract RL-13-6).
pub(super) fn refused(version: Version, why: String) -> ErrorCause {
    let reason = "unable to authenticate with provided credentials and anonymous access is not allowed for this request";
    unauthenticated(version, reason.to_owned()).with("additional_unsuccessful_credentials", why)
}

/// A token whose time is over (contract RL-13-25).
pub(super) fn expired_token() -> ErrorCause {
    let challenge = r#"Bearer realm="security", error="invalid_token", error_description="The access token expired""#;
    ErrorCause::new(ErrorType::Authentication, "token expired")
        .with_header(CHALLENGE, vec![challenge.to_owned()])
}

/// The caller lacks the privilege (contract RL-13-12).
pub(super) fn unauthorized(version: Version, caller: &Caller, action: Action) -> ApiError {
    let user = &caller.user;
    let who = match &caller.api_key {
        Some(id) => format!("API key id [{id}] of user [{user}]"),
        None => format!("user [{user}] with effective roles [{}]", caller.roles.join(",")),
    };
    let reason = format!(
        "action [{}] is unauthorized for {who}, {}",
        action.name(version),
        action.needed(version).sentence()
    );
    ApiError::new(ErrorType::Authorization, reason)
}
