//! From an answer to bytes: format, `pretty`, `filter_path`, compression (contract RL-7 to RL-9).

use std::io::Write as _;

use api_types::json::{Json, Layout};
use bytes::Bytes;
use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};
use http::{HeaderMap, header};

use crate::{filter_path::FilterPath, formats, media_type::Format, reply::ReplyBody};

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
        let filter = self.filter.as_ref().filter(|_| !matches!(body, ReplyBody::Whole(_)));
        let is_plain = filter.is_none() && self.layout == Layout::Compact;
        let value = match body {
            ReplyBody::Text(text) | ReplyBody::Whole(text) | ReplyBody::Laid { text, .. }
                if is_plain && self.format == Format::Json =>
            {
                return text;
            }
            ReplyBody::Text(text) | ReplyBody::Whole(text) => {
                Json::parse(&text).unwrap_or_default()
            }
            ReplyBody::Value(value) | ReplyBody::Laid { value, .. } => value,
        };
        let value = match filter {
            Some(filter) => filter.apply(value),
            None => value,
        };
        self.value(&value)
    }

    /// The bytes of an error; those are never filtered.
    pub(crate) fn value(&self, value: &Json) -> Bytes {
        Bytes::from(formats::from_json(self.format, self.layout, value))
    }
}

/// A compression that clients may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    Deflate,
}

/// Elasticsearch's `http.compression_level`.
const LEVEL: Compression = Compression::new(3);

impl Coding {
    /// The one that `Accept-Encoding` prefers: gzip, unless deflate has a higher quality.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get(header::ACCEPT_ENCODING)?;
        let text = String::from_utf8_lossy(accepted.as_bytes());
        let quality = |names: &[&str]| {
            text.split(',').filter_map(|coding| quality_of(coding, names)).fold(0.0, f32::max)
        };
        let gzip = quality(&["gzip", "x-gzip", "*"]);
        let deflate = quality(&["deflate", "x-deflate"]);
        if gzip > 0.0 && gzip >= deflate {
            Some(Self::Gzip)
        } else if deflate > 0.0 {
            Some(Self::Deflate)
        } else {
            None
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }

    pub(crate) fn encode(self, body: &Bytes) -> Bytes {
        let encoded = match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), LEVEL);
                encoder.write_all(body).and_then(|()| encoder.finish())
            }
            Self::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), LEVEL);
                encoder.write_all(body).and_then(|()| encoder.finish())
            }
        };
        // Writing to a `Vec` does not fail; if it did, the body as it is would be wrong here.
        encoded.map(Bytes::from).unwrap_or_default()
    }
}

/// The quality that an element of `Accept-Encoding` gives to one of the names.
fn quality_of(element: &str, names: &[&str]) -> Option<f32> {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next()?;
    names.iter().find(|known| known.eq_ignore_ascii_case(name))?;
    Some(parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0))
}
