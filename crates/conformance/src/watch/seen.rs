//! An exchange that the server accepted, as far as it says something of connectors and jobs.

use api_types::{Version, endpoint::Operation, json::Json};
use percent_encoding::percent_decode_str;

use crate::{
    traffic::{content, route},
    wire::Recorded,
};

/// What an exchange shows.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The operation; none if the request goes to an index.
    pub(crate) operation: Option<Operation>,
    /// The index, if it goes to one.
    pub(crate) index: Option<String>,
    /// The id in the path, or an empty text.
    pub(crate) id: String,
    /// The parameters of the query that are `true`.
    pub(crate) flags: Vec<String>,
    /// The status.
    pub(crate) status: u16,
    /// The body of the request; null if there is none.
    pub(crate) body: Json,
    /// The answer; null if it cannot be read.
    pub(crate) answer: Json,
    /// `PUT /_connector/_sync_job/j/_claim`
    pub(crate) line: String,
}

impl Seen {
    /// What the exchange shows, if the server accepted the request.
    pub(crate) fn of(exchange: &Recorded) -> Option<Self> {
        let status = exchange.status().filter(|status| (200..300).contains(status))?;
        let (method, target) = exchange.line();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let row = route(method, target, Version::NEWEST).row();
        let (operation, index, id) = match (row, segments.as_slice()) {
            (Some(row), _) => {
                let wanted = row.path.split('/');
                let given = wanted.zip(path.split('/')).filter(|(name, _)| name.starts_with('{'));
                (Some(row.operation), None, given.last().map_or("", |(_, given)| given))
            }
            (None, [index, "_update", id]) => (None, Some((*index).to_owned()), *id),
            (None, _) => return None,
        };
        let flags = query.split('&').filter_map(|pair| match pair.split_once('=') {
            None => Some(pair.to_owned()),
            Some((name, "" | "true")) => Some(name.to_owned()),
            Some(_) => None,
        });
        Some(Self {
            operation,
            index,
            id: percent_decode_str(id).decode_utf8_lossy().into_owned(),
            flags: flags.collect(),
            status,
            body: content(&exchange.request).json().cloned().unwrap_or_default(),
            answer: content(exchange.answer.as_ref()?).json().cloned().unwrap_or_default(),
            line: format!("{method} {target}"),
        })
    }

    /// Whether a parameter of the query is true.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }

    /// A text of the request's body.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Json::as_str)
    }

    /// A text of the answer.
    pub(crate) fn answered(&self, name: &str) -> Option<&str> {
        self.answer.get(name).and_then(Json::as_str)
    }
}
