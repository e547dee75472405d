//! An exchange as it is looked at: its operation, its ids, its bodies as JSON. All of it is worked
//! out when somebody asks.

use std::{borrow::Cow, io::Read as _};

use api_types::{
    endpoint::{Endpoint, Method, Operation},
    json::{Json, to_utf8},
};
use bytes::Bytes;

use super::entry::Entry;
use crate::{
    formats,
    media_type::Format,
    query_string::{self, Plus},
    router::{Router, Target},
};

/// A compressed answer longer than this is not unpacked.
const MOST_UNPACKED: u64 = 100 * 1024 * 1024;

/// Which operation a request is for.
#[derive(Clone, Copy, Debug)]
enum Routed {
    Endpoint(&'static Endpoint),
    /// One of which the endpoint table has no row.
    Named(&'static str),
    /// Asks for the methods of a path.
    Options,
    /// None.
    Nothing,
}

/// An exchange with its route.
#[derive(Debug)]
pub(super) struct Exchange<'e> {
    pub(super) entry: &'e Entry,
    routed: Routed,
    /// Names and values of the path parameters, decoded.
    ids: Vec<(&'static str, String)>,
}

impl<'e> Exchange<'e> {
    pub(super) fn new(entry: &'e Entry, router: &Router) -> Self {
        let method = Method::from_name(entry.method());
        let route = method.and_then(|method| router.find(method, path(entry)).ok());
        let (routed, wildcards) = match route {
            Some(route) => match route.target {
                Target::Endpoint(endpoint) => (Routed::Endpoint(endpoint), route.wildcards),
                Target::Root if method == Some(Method::Head) => (Routed::Named("ping"), Vec::new()),
                Target::Root => (Routed::Named("info"), Vec::new()),
                Target::CreateApiKey => (Routed::Named("security.create_api_key"), Vec::new()),
            },
            None if method == Some(Method::Options) => (Routed::Options, Vec::new()),
            None => (Routed::Nothing, Vec::new()),
        };
        let ids = match routed {
            Routed::Endpoint(endpoint) => {
                let decoded = |segment: &str| {
                    query_string::decode(segment, Plus::IsPlus)
                        .unwrap_or_else(|_| segment.to_owned())
                };
                endpoint.path_params().zip(wildcards.into_iter().map(decoded)).collect()
            }
            Routed::Named(_) | Routed::Options | Routed::Nothing => Vec::new(),
        };
        Self { entry, routed, ids }
    }

    pub(super) const fn endpoint(&self) -> Option<&'static Endpoint> {
        match self.routed {
            Routed::Endpoint(endpoint) => Some(endpoint),
            Routed::Named(_) | Routed::Options | Routed::Nothing => None,
        }
    }

    /// The dotted name of the operation.
    pub(super) const fn operation(&self) -> Option<&'static str> {
        match self.routed {
            Routed::Endpoint(endpoint) => Some(endpoint.operation.name()),
            Routed::Named(name) => Some(name),
            Routed::Options | Routed::Nothing => None,
        }
    }

    /// Whether no operation has this method and path.
    pub(super) const fn is_unmatched(&self) -> bool {
        matches!(self.routed, Routed::Nothing)
    }

    /// The path parameters, decoded.
    pub(super) fn ids(&self) -> &[(&'static str, String)] {
        &self.ids
    }

    /// The ids of the documents that the request is about: those that it names, and those that it
    /// wrote.
    pub(super) fn about(&self) -> Vec<String> {
        let named = self.ids.iter().filter(|(name, _)| *name != "index").map(|(_, id)| id.clone());
        let written = self.entry.changes.iter().map(|change| change.id.clone());
        let mut ids: Vec<String> = named.chain(written).collect();
        if self.endpoint().is_some_and(|row| row.operation == Operation::SyncJobPost) {
            let body = self.request_json();
            let connector = body.as_ref().and_then(|body| body.get("id")).and_then(Json::as_str);
            ids.extend(connector.map(str::to_owned));
        }
        ids.dedup();
        ids
    }

    pub(super) fn path(&self) -> &'e str {
        path(self.entry)
    }

    /// The query as it was sent.
    pub(super) fn query(&self) -> &'e str {
        split(self.entry.target()).1
    }

    /// The body of the request, if it was kept whole and can be read.
    pub(super) fn request_json(&self) -> Option<Json> {
        let body = self.entry.request_body();
        if body.len() < self.entry.request_length {
            return None;
        }
        let headers: Vec<(String, String)> = self.entry.request_headers().collect();
        json(&headers, body)
    }

    /// The body of the answer, if it was kept whole and can be read.
    pub(super) fn answer_json(&self) -> Option<Json> {
        let headers: Vec<(String, String)> = self.entry.answer_headers().collect();
        json(&headers, &self.answer_body(&headers)?)
    }

    /// The body of the answer without its compression, if it was kept whole.
    pub(super) fn answer_body(&self, headers: &[(String, String)]) -> Option<Cow<'e, [u8]>> {
        let body = self.entry.answer_body();
        if body.len() < self.entry.answer_length {
            return None;
        }
        let mut unpacked = Vec::new();
        let read = match header(headers, "content-encoding") {
            Some("gzip") => {
                flate2::read::GzDecoder::new(body).take(MOST_UNPACKED).read_to_end(&mut unpacked)
            }
            Some("deflate") => {
                flate2::read::ZlibDecoder::new(body).take(MOST_UNPACKED).read_to_end(&mut unpacked)
            }
            Some(_) | None => return Some(Cow::Borrowed(body)),
        };
        read.ok().map(|_| Cow::Owned(unpacked))
    }
}

fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

fn split(target: &str) -> (&str, &str) {
    let before_fragment = target.split('#').next().unwrap_or_default();
    before_fragment.split_once('?').unwrap_or((before_fragment, ""))
}

fn path(entry: &Entry) -> &str {
    split(entry.target()).0
}

/// A body in the format that its headers name.
fn json(headers: &[(String, String)], body: &[u8]) -> Option<Json> {
    if body.is_empty() {
        return None;
    }
    let named = header(headers, "content-type").unwrap_or_default().to_ascii_lowercase();
    let format = [("yaml", Format::Yaml), ("cbor", Format::Cbor), ("smile", Format::Smile)]
        .into_iter()
        .find(|(name, _)| named.contains(name))
        .map(|(_, format)| format);
    match format {
        Some(format) => {
            let text = formats::to_json(format, &Bytes::copy_from_slice(body)).ok()?;
            Json::parse(&text).ok()
        }
        None => Json::parse(&to_utf8(body).ok()?).ok(),
    }
}
