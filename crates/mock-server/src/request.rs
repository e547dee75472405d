//! A request as it came from the connection, its body read.

use std::net::IpAddr;

use bytes::Bytes;
use http::HeaderMap;

/// A request whose body has been read and decompressed.
#[derive(Clone, Debug)]
pub(crate) struct RawRequest {
    /// Who sent it; `None` if it came without a connection.
    pub(crate) peer: Option<IpAddr>,
    /// The method as it was sent.
    pub(crate) method: String,
    /// Path and query as they were sent.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RawRequest {
    /// The raw path and the raw query.
    pub(crate) fn split(&self) -> (&str, &str) {
        let before_fragment = self.target.split('#').next().unwrap_or_default();
        before_fragment.split_once('?').unwrap_or((before_fragment, ""))
    }

    /// The text of a header; `None` if it is absent or no text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
