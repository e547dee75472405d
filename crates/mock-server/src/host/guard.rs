//! Who may use the control routes: whoever is on this machine, or knows the token, and no page of
//! another site.

use std::{fmt, net::IpAddr};

use crate::{query_string, request::RawRequest};

/// The header that carries the token of `--control-token`.
const TOKEN: &str = "x-mock-token";

/// Who may use the control routes.
#[derive(Clone, Default)]
pub(crate) enum Guard {
    /// Callers of this machine.
    #[default]
    Loopback,
    /// Callers that know this token, from anywhere.
    Token(String),
    /// Nobody: there are no control routes.
    Nobody,
}

/// A control request that is refused.
#[derive(Debug)]
pub(super) struct Denied {
    pub(super) status: u16,
    pub(super) text: String,
}

/// Tokens never show.
impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "Loopback",
            Self::Token(_) => "Token",
            Self::Nobody => "Nobody",
        })
    }
}

impl Guard {
    /// Whether the caller may use the control routes.
    pub(super) fn check(&self, request: &RawRequest) -> Result<(), Denied> {
        let denied = |status, text: &str| Err(Denied { status, text: text.to_owned() });
        if request.peer.is_none() {
            return Ok(());
        }
        match self {
            Self::Nobody => {
                return denied(404, "this mock server was started without control routes");
            }
            Self::Token(token) if given_token(request).as_ref() != Some(token) => {
                return denied(
                    403,
                    "this mock server wants its control token: send the header X-Mock-Token, or the parameter [token]",
                );
            }
            Self::Loopback if !request.peer.is_some_and(is_loopback) => {
                return denied(
                    403,
                    "the control routes answer callers of the same machine only; start the mock server with --control-token to use them from elsewhere",
                );
            }
            Self::Token(_) | Self::Loopback => {}
        }
        if is_cross_origin(request, self) {
            return denied(403, "the control routes do not answer pages of another origin");
        }
        Ok(())
    }
}

fn given_token(request: &RawRequest) -> Option<String> {
    let in_query = || {
        let parameters = query_string::parse(request.split().1).ok()?;
        parameters.into_iter().find_map(|(name, value)| (name == "token").then_some(value))
    };
    request.header(TOKEN).map(str::to_owned).or_else(in_query)
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether a browser says that a page of another origin asks. A page may reach the server under a
/// name of its own, too, that was made to lead here; so without a token the name has to be that of
/// this machine.
fn is_cross_origin(request: &RawRequest, guard: &Guard) -> bool {
    if matches!(request.header("sec-fetch-site"), Some("cross-site" | "same-site")) {
        return true;
    }
    let Some(origin) = request.header("origin") else { return false };
    let host = request.header("host").unwrap_or_default();
    let Some((_, from)) = origin.split_once("://") else { return true };
    from != host || (matches!(guard, Guard::Loopback) && !is_local_name(host))
}

fn is_local_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok()
}
