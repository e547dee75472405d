//! The server under test: where it is and who asks. Knows nothing of cases.

use std::{fmt, str::FromStr};

use http::{HeaderValue, Uri, uri::Scheme};

use crate::exchange::CurlCredentials;

/// The base URL of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    host: String,
    port: u16,
    path: String,
}

/// A text that is no URL of a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It is not of the form.
    #[error("[{0}] is no URL of a server; write http://HOST:PORT")]
    Malformed(String),
    /// It needs encryption.
    #[error(
        "[{0}] needs https, which is not supported yet; reach the server over http, through a proxy that ends TLS if need be"
    )]
    Https(String),
    /// It has a query, a fragment or credentials.
    #[error("[{0}] has more than host, port and path; credentials go into --user or --api-key")]
    TooMuch(String),
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let malformed = || BaseUrlError::Malformed(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| malformed())?;
        let scheme = uri.scheme().ok_or_else(malformed)?;
        if *scheme == Scheme::HTTPS {
            return Err(BaseUrlError::Https(text.to_owned()));
        }
        let authority = uri.authority().filter(|_| *scheme == Scheme::HTTP);
        let authority = authority.ok_or_else(malformed)?;
        if authority.as_str().contains('@') || uri.query().is_some() || text.contains('#') {
            return Err(BaseUrlError::TooMuch(text.to_owned()));
        }
        let host = authority.host();
        if host.is_empty() {
            return Err(malformed());
        }
        Ok(Self {
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(80),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}{}", self.host, self.port, self.path)
    }
}

impl BaseUrl {
    /// What a connection is made to; brackets of an IPv6 address are not part of it.
    pub(crate) fn endpoint(&self) -> (&str, u16) {
        (self.host.trim_start_matches('[').trim_end_matches(']'), self.port)
    }

    /// The value of `host`.
    pub(crate) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether the server is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let (host, _) = self.endpoint();
        let address = host.parse::<std::net::IpAddr>();
        address.map_or(host == "localhost", |address| address.is_loopback())
    }

    /// The path in front of every request's.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// Who asks.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Credentials {
    /// Nobody in particular.
    #[default]
    None,
    /// `USER:PASSWORD`
    User(String),
    /// An API key, encoded.
    ApiKey(String),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::User(_) => "User([redacted])",
            Self::ApiKey(_) => "ApiKey([redacted])",
        })
    }
}

impl Credentials {
    /// Those that were given; a user before a key.
    #[must_use]
    pub fn of(user: Option<&str>, api_key: Option<&str>) -> Self {
        match (user, api_key) {
            (Some(user), _) => Self::User(user.to_owned()),
            (None, Some(key)) => Self::ApiKey(key.to_owned()),
            (None, None) => Self::None,
        }
    }

    /// The header, if there is one. Its debug form hides the value.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let text = match self {
            Self::None => return None,
            Self::User(pair) => format!("Basic {}", base64(pair.as_bytes())),
            Self::ApiKey(key) => format!("ApiKey {key}"),
        };
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// How the same is said to `curl`.
    #[must_use]
    pub const fn in_curl(&self) -> CurlCredentials {
        match self {
            Self::None => CurlCredentials::None,
            Self::User(_) => CurlCredentials::User,
            Self::ApiKey(_) => CurlCredentials::ApiKey,
        }
    }
}

/// The bytes in base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let padded =
            [0, 1, 2].map(|index| u32::from(chunk.get(index).copied().unwrap_or_default()));
        let [first, second, third] = padded;
        let bits = first << 16 | second << 8 | third;
        for digit in 0..4 {
            let index = usize::try_from(bits >> (18 - 6 * digit) & 63).unwrap_or_default();
            let letter = ALPHABET.get(index).copied().unwrap_or_default();
            text.push(if digit > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = text.parse::<BaseUrl>();
        let shown = read.map_or_else(|error| error.to_string(), |url| url.to_string());
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_url_is_read_or_told_what_is_wrong() {
        check("http://localhost:9200", "http://localhost:9200");
        check("http://localhost:9200/", "http://localhost:9200");
        check("http://es/prefix/", "http://es:80/prefix");
        check("http://[::1]:9200", "http://[::1]:9200");
        let form = "is no URL of a server; write http://HOST:PORT";
        check("localhost:9200", &format!("[localhost:9200] {form}"));
        check("ftp://h", &format!("[ftp://h] {form}"));
        check("", &format!("[] {form}"));
        check(
            "http://u:p@h",
            "[http://u:p@h] has more than host, port and path; credentials go into --user or --api-key",
        );
        assert!(matches!("https://h".parse::<BaseUrl>(), Err(BaseUrlError::Https(_))));
    }

    #[test]
    fn credentials_are_encoded_and_never_shown() {
        let credentials = Credentials::User("elastic:changeme".to_owned());
        let header = credentials.header().unwrap();
        assert_eq!(header, "Basic ZWxhc3RpYzpjaGFuZ2VtZQ==");
        assert!(!format!("{credentials:?} {header:?}").contains("changeme"));
        // RFC 4648, section 10.
        for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }
}
