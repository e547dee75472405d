//! An exchange that the server accepted, as far as it says something of connectors and jobs.

use api_types::{Version, protocol::Seen};
use percent_encoding::percent_decode_str;

use crate::{
    traffic::{content, route},
    wire::Recorded,
};

/// What the exchange shows, if the server accepted the request.
pub(crate) fn seen(exchange: &Recorded) -> Option<Seen> {
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
    Some(Seen {
        operation,
        index,
        id: percent_decode_str(id).decode_utf8_lossy().into_owned(),
        flags: Seen::flags(query),
        status,
        body: content(&exchange.request).json().cloned().unwrap_or_default(),
        answer: content(exchange.answer.as_ref()?).json().cloned().unwrap_or_default(),
    })
}
