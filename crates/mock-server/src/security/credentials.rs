//! The `Authorization` header (contract RL-13).

use http::{HeaderMap, header};

use super::{Secret, base64};

/// What a request says of who sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// No header, an unknown scheme, or a scheme with nothing behind it.
    Missing,
    Basic {
        user: String,
        password: Secret,
    },
    /// The scheme Basic with something else behind it.
    BadBasic {
        reason: &'static str,
        cause: Option<String>,
    },
    ApiKey {
        id: String,
        secret: Secret,
    },
    /// The scheme ApiKey with something else behind it.
    BadApiKey(String),
    Bearer(Secret),
}

impl Credentials {
    /// Reads the header.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Self::Missing };
        let value = value.as_bytes();
        if let Some(token) = behind(value, "bearer ") {
            return Self::Bearer(Secret(latin1(token)));
        }
        if let Some(text) = behind(value, "apikey ") {
            return Self::api_key(latin1(text).as_bytes());
        }
        match behind(value, "basic ") {
            Some(text) => Self::basic(text.trim_ascii()),
            None => Self::Missing,
        }
    }

    fn basic(text: &[u8]) -> Self {
        let decoded = match base64::decode(text) {
            Ok(decoded) => String::from_utf8_lossy(&decoded).into_owned(),
            Err(error) => {
                let reason = "invalid basic authentication header encoding";
                return Self::BadBasic { reason, cause: Some(error.to_string()) };
            }
        };
        match decoded.split_once(':') {
            Some((user, password)) => {
                Self::Basic { user: user.to_owned(), password: Secret(password.to_owned()) }
            }
            None => {
                let reason = "invalid basic authentication header value";
                Self::BadBasic { reason, cause: None }
            }
        }
    }

    fn api_key(text: &[u8]) -> Self {
        let decoded = match base64::decode(text) {
            Ok(decoded) => String::from_utf8_lossy(&decoded).into_owned(),
            Err(error) => return Self::BadApiKey(error.to_string()),
        };
        match decoded.split_once(':') {
            Some((id, secret)) if !id.is_empty() => {
                Self::ApiKey { id: id.to_owned(), secret: Secret(secret.to_owned()) }
            }
            _ => Self::BadApiKey("invalid ApiKey value".to_owned()),
        }
    }
}

/// What stands behind a scheme, whose case does not matter.
fn behind<'v>(value: &'v [u8], scheme: &str) -> Option<&'v [u8]> {
    let (start, rest) = value.split_at_checked(scheme.len())?;
    (start.eq_ignore_ascii_case(scheme.as_bytes()) && !rest.is_empty()).then_some(rest)
}

/// Headers are decoded byte by byte.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
