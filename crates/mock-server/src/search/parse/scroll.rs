//! The bodies of `_search/scroll` (contract DO-7.5).

use api_types::{
    Version,
    error::{ErrorCause, illegal_argument},
    json::Token,
};

use super::cursor::Cursor;
use crate::{
    params::Params,
    search::{request::TotalForm, scroll_id::Reading},
    time_value,
    warnings::Warnings,
};

/// The next page of a scroll.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NextPage {
    /// Empty if the request names none.
    pub(crate) scroll_id: String,
    /// How long the scroll is kept from now on, in nanoseconds; `None` as long as before.
    pub(crate) keep_alive: Option<i128>,
    pub(in crate::search) total_form: TotalForm,
    pub(in crate::search) reading: Reading,
}

/// The scrolls that are over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClearScroll {
    pub(crate) scroll_ids: Vec<String>,
    pub(in crate::search) reading: Reading,
}

const MALFORMED: &str = "Malformed content, must start with an object";

fn unknown_parameter(cursor: &Cursor<'_>, name: &str) -> ErrorCause {
    let found = cursor.token.wire_name();
    illegal_argument(format!(
        "Unknown parameter [{name}] in request body or parameter is of the wrong type[{found}] "
    ))
}

/// Reads the parameters and the body of `GET` and `POST /_search/scroll`; the body wins.
///
/// # Errors
/// What Elasticsearch says of a request that it cannot read.
pub(crate) fn next_page(
    text: &[u8],
    params: &Params,
    version: Version,
) -> Result<NextPage, ErrorCause> {
    let keep_alive = |text: &str| time_value::nanoseconds("scroll", text);
    let total_form = if params.boolean("rest_total_hits_as_int")? {
        TotalForm::Number
    } else {
        TotalForm::Object
    };
    let mut page = NextPage {
        total_form,
        reading: Reading::of(version),
        scroll_id: params.get("scroll_id").unwrap_or_default().to_owned(),
        keep_alive: params.get("scroll").map(keep_alive).transpose()?,
    };
    if text.is_empty() {
        return Ok(page);
    }
    let warnings = Warnings::default();
    let mut cursor = Cursor::new(text, version, &warnings);
    cursor.next()?;
    if cursor.token != Token::StartObject {
        return Err(illegal_argument(MALFORMED));
    }
    while let Some(member) = cursor.member()? {
        match (member.name.as_str(), &cursor.token) {
            ("scroll_id", Token::String) => page.scroll_id = cursor.text()?,
            ("scroll", Token::String) => page.keep_alive = Some(keep_alive(&cursor.text()?)?),
            (name, _) => return Err(unknown_parameter(&cursor, name)),
        }
    }
    Ok(page)
}

impl NextPage {
    /// Every message of validation.
    pub(crate) fn messages(&self) -> Vec<String> {
        if self.scroll_id.is_empty() { vec!["scrollId is missing".to_owned()] } else { Vec::new() }
    }
}

/// Reads the parameters and the body of `DELETE /_search/scroll`; the body wins.
///
/// # Errors
/// What Elasticsearch says of a request that it cannot read.
pub(crate) fn clear_scroll(
    text: &[u8],
    params: &Params,
    version: Version,
) -> Result<ClearScroll, ErrorCause> {
    let mut clear =
        ClearScroll { scroll_ids: params.list("scroll_id"), reading: Reading::of(version) };
    if text.is_empty() {
        return Ok(clear);
    }
    clear.scroll_ids.clear();
    let warnings = Warnings::default();
    let mut cursor = Cursor::new(text, version, &warnings);
    cursor.next()?;
    if cursor.token != Token::StartObject {
        return Err(illegal_argument(MALFORMED));
    }
    while let Some(member) = cursor.member()? {
        if member.name != "scroll_id" {
            return Err(unknown_parameter(&cursor, &member.name));
        }
        if cursor.token == Token::StartArray {
            loop {
                cursor.next()?;
                if cursor.token == Token::EndArray {
                    break;
                }
                let kind = "scroll_id array element should only contain scroll_id";
                clear.scroll_ids.push(id(&cursor, kind)?);
            }
        } else {
            let id = id(&cursor, "scroll_id element should only contain scroll_id")?;
            clear.scroll_ids.push(id);
        }
    }
    Ok(clear)
}

fn id(cursor: &Cursor<'_>, otherwise: &str) -> Result<String, ErrorCause> {
    if cursor.is_value() { cursor.text() } else { Err(illegal_argument(otherwise)) }
}

impl ClearScroll {
    /// Every message of validation.
    pub(crate) fn messages(&self) -> Vec<String> {
        let none = vec!["no scroll ids specified".to_owned()];
        if self.scroll_ids.is_empty() { none } else { Vec::new() }
    }
}
