//! The page at `GET /_mock`: what the server has and does, to look at and to try out, and the two
//! control routes that are there for it.
//!
//! The page is one file without an outside request. It is sent with a content security policy that
//! names its style and its script by their hashes, so that nothing else can run in it.

mod documents;
mod machines;

use std::sync::LazyLock;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};

pub(super) use self::{
    documents::{document, list},
    machines::machines,
};
use crate::{reply::Reply, security};

const PAGE: &str = include_str!("index.html");

static POLICY: LazyLock<String> = LazyLock::new(|| policy(PAGE));

/// The page; [`add_headers`] makes it one that a browser shows.
pub(super) const fn page() -> Reply {
    Reply::text(Bytes::from_static(PAGE.as_bytes()))
}

/// Says that the answer is the page, what it may do, and that nobody keeps it.
pub(super) fn add_headers(headers: &mut HeaderMap) {
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// What a page with these texts of `<style>` and `<script>` may do: run them, call its own server,
/// and nothing else.
fn policy(page: &str) -> String {
    let hashes = |name| {
        let hash = |text: &str| {
            format!(" 'sha256-{}'", security::base64_encode(&Sha256::digest(text.as_bytes())))
        };
        elements(page, name).map(hash).collect::<String>()
    };
    format!(
        "default-src 'none'; style-src{}; script-src{}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hashes("style"),
        hashes("script"),
    )
}

/// The texts of the elements of that name, which have no attributes.
fn elements<'a>(page: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = page;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(open.as_str())?;
        let (text, after) = after.split_once(close.as_str())?;
        rest = after;
        Some(text)
    })
}

#[cfg(test)]
mod tests;
