//! From an answer to bytes: format, `pretty`, `filter_path`, compression (contract RL-7 to RL-9).

use std::io::Write as _;

use api_types::json::{Json, Layout, write};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, header};

use crate::{filter_path::FilterPath, media_type::Format, reply::ReplyBody};

/// How an answer is to be written.
#[derive(Clone, Debug)]
pub(crate) struct Rendering {
    pub(crate) format: Format,
    pub(crate) content_type: String,
    pub(crate) layout: Layout,
    pub(crate) filter: Option<FilterPath>,
}

impl Default for Rendering {
    fn default() -> Self {
        Self {
            format: Format::Json,
            content_type: "application/json".to_owned(),
            layout: Layout::Compact,
            filter: None,
        }
    }
}

impl Rendering {
    /// The bytes of a successful answer.
    pub(crate) fn success(&self, body: ReplyBody) -> Bytes {
        let is_plain = self.filter.is_none() && self.layout == Layout::Compact;
        let value = match body {
            ReplyBody::Text(text) if is_plain && self.format == Format::Json => return text,
            ReplyBody::Text(text) => Json::parse(&text).unwrap_or_default(),
            ReplyBody::Value(value) => value,
        };
        let value = match &self.filter {
            Some(filter) => filter.apply(value),
            None => value,
        };
        self.value(&value)
    }

    /// The bytes of an error; those are never filtered.
    pub(crate) fn value(&self, value: &Json) -> Bytes {
        let mut out = Vec::with_capacity(256);
        write(value, self.layout, &mut out);
        if self.layout == Layout::Pretty {
            out.push(b'\n');
        }
        Bytes::from(out)
    }
}

/// Whether the client takes gzip.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let Some(accepted) = headers.get(header::ACCEPT_ENCODING) else { return false };
    String::from_utf8_lossy(accepted.as_bytes()).split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| {
            name == "*" || name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip")
        });
        let refused = parts.any(|parameter| {
            parameter
                .strip_prefix("q=")
                .is_some_and(|quality| quality.parse::<f32>().is_ok_and(|quality| quality == 0.0))
        });
        is_gzip && !refused
    })
}

/// Elasticsearch's `http.compression_level`.
const COMPRESSION_LEVEL: u32 = 3;

pub(crate) fn gzip(body: &Bytes) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(COMPRESSION_LEVEL));
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.map_or_else(|_| body.clone(), Bytes::from)
}
