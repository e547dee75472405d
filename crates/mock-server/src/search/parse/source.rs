//! The bodies of `_search` and `_count` (contract DO-7).

use api_types::{
    Version,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Token},
};

use super::{clauses, cursor::Cursor, sorts};
use crate::{
    search::{
        query::Query,
        request::{Scores, SearchRequest, Tracked},
        source_filter::SourceFilter,
    },
    time_value,
    warnings::Warnings,
};

/// Reads the body of `_search`; an empty one asks for everything.
///
/// # Errors
/// What Elasticsearch says of a body that it cannot read; what this server does not serve.
pub(crate) fn search_body(
    text: &[u8],
    version: Version,
    warnings: &Warnings,
) -> Result<SearchRequest, ErrorCause> {
    let mut request = SearchRequest::default();
    if text.is_empty() {
        return Ok(request);
    }
    let mut cursor = Cursor::new(text, version, warnings);
    cursor.next()?;
    if cursor.token != Token::StartObject {
        let found = cursor.token.wire_name();
        return Err(cursor.parsing(format!("Expected [START_OBJECT] but found [{found}]")));
    }
    while let Some(member) = cursor.member()? {
        match cursor.token {
            Token::StartObject => object_member(&mut cursor, &member.name, &mut request)?,
            Token::StartArray => array_member(&mut cursor, &member.name, &mut request)?,
            _ if cursor.is_value() => value_member(&mut cursor, &member.name, &mut request)?,
            _ => return Err(unknown_key(&cursor, &member.name)),
        }
    }
    cursor.next()?;
    if cursor.token != Token::End {
        let found = cursor.token.wire_name();
        let reason = format!("Unexpected token [{found}] found after the main object.");
        return Err(cursor.parsing(reason));
    }
    cursor.finish()?;
    Ok(request)
}

fn unknown_key(cursor: &Cursor<'_>, name: &str) -> ErrorCause {
    let kind = cursor.token.wire_name();
    cursor.parsing(format!("Unknown key for a {kind} in [{name}]."))
}

fn value_member(
    cursor: &mut Cursor<'_>,
    name: &str,
    request: &mut SearchRequest,
) -> Result<(), ErrorCause> {
    match name {
        "from" => request.from = Some(from(cursor.int()?)?),
        "size" => request.size = Some(size(cursor.int()?)?),
        "timeout" => {
            time_value::nanoseconds("timeout", &cursor.text()?)?;
        }
        "version" => request.extras.version = cursor.boolean()?,
        "seq_no_primary_term" => request.extras.seq_no_primary_term = cursor.boolean()?,
        "track_scores" => request.scores = scores(cursor.boolean()?),
        "track_total_hits" => request.tracked = Some(tracked_in_body(cursor)?),
        "_source" => request.source = source_filter(cursor)?,
        "sort" => request.sorts = sorts::sorts(cursor)?,
        "explain" | "profile" => {
            if cursor.boolean()? {
                cursor.refuse(&format!("[{name}]"));
            }
        }
        "terminate_after" => {
            if terminate_after(cursor.int()?)? > 0 {
                cursor.refuse("[terminate_after]");
            }
        }
        "min_score" | "stored_fields" => cursor.refuse(&format!("[{name}]")),
        _ => return Err(unknown_key(cursor, name)),
    }
    Ok(())
}

fn object_member(
    cursor: &mut Cursor<'_>,
    name: &str,
    request: &mut SearchRequest,
) -> Result<(), ErrorCause> {
    match name {
        "query" => request.query = Some(clauses::query(cursor)?),
        "_source" => request.source = source_filter(cursor)?,
        "sort" => request.sorts = sorts::sorts(cursor)?,
        "aggregations" | "aggs" | "collapse" | "ext" | "highlight" | "knn" | "pit"
        | "post_filter" | "rank" | "rescore" | "retriever" | "runtime_mappings"
        | "script_fields" | "slice" | "suggest" => cursor.refuse_value(&format!("[{name}]"))?,
        _ => return Err(unknown_key(cursor, name)),
    }
    Ok(())
}

fn array_member(
    cursor: &mut Cursor<'_>,
    name: &str,
    request: &mut SearchRequest,
) -> Result<(), ErrorCause> {
    match name {
        "_source" => request.source = source_filter(cursor)?,
        "sort" => request.sorts = sorts::sorts(cursor)?,
        "search_after" => request.search_after = search_after(cursor)?,
        "docvalue_fields" | "fields" | "indices_boost" | "knn" | "rescore" | "stats"
        | "stored_fields" | "sub_searches" => cursor.refuse_value(&format!("[{name}]"))?,
        _ => return Err(unknown_key(cursor, name)),
    }
    Ok(())
}

pub(super) fn from(value: i32) -> Result<u64, ErrorCause> {
    u64::try_from(value).map_err(|_| {
        illegal_argument(format!("[from] parameter cannot be negative but was [{value}]"))
    })
}

pub(super) fn size(value: i32) -> Result<u64, ErrorCause> {
    u64::try_from(value).map_err(|_| {
        illegal_argument(format!("[size] parameter cannot be negative, found [{value}]"))
    })
}

/// After how many documents a search ends; 0 is none.
pub(super) fn terminate_after(value: i32) -> Result<u64, ErrorCause> {
    u64::try_from(value).map_err(|_| illegal_argument("terminateAfter must be > 0"))
}

pub(super) const fn scores(are_tracked: bool) -> Scores {
    if are_tracked { Scores::Always } else { Scores::Unsorted }
}

pub(super) const fn tracked(is_tracked: bool) -> Tracked {
    if is_tracked { Tracked::All } else { Tracked::None }
}

/// A number of hits up to which they are counted; -1 stands for none (contract DO-7.4-3).
pub(super) fn tracked_up_to(value: i32) -> Result<Tracked, ErrorCause> {
    match value {
        -1 => Ok(Tracked::None),
        i32::MAX => Ok(Tracked::All),
        _ => u64::try_from(value).map(Tracked::UpTo).map_err(|_| {
            illegal_argument(format!(
                "[track_total_hits] parameter must be positive or equals to -1, got {value}"
            ))
        }),
    }
}

fn tracked_in_body(cursor: &Cursor<'_>) -> Result<Tracked, ErrorCause> {
    let is_boolean = match cursor.token {
        Token::Bool(_) => true,
        Token::String => ["true", "false"].contains(&cursor.text()?.as_str()),
        _ => false,
    };
    if is_boolean { Ok(tracked(cursor.boolean()?)) } else { tracked_up_to(cursor.int()?) }
}

fn search_after(cursor: &mut Cursor<'_>) -> Result<Vec<Json>, ErrorCause> {
    let mut values = Vec::new();
    loop {
        cursor.next()?;
        match cursor.token {
            Token::EndArray => break,
            Token::StartObject | Token::StartArray => {
                let found = cursor.token.wire_name();
                return Err(cursor.parsing(format!(
                    "Expected [VALUE_STRING] or [VALUE_NUMBER] or [VALUE_BOOLEAN] or [VALUE_NULL] but found [{found}] inside search_after."
                )));
            }
            _ => values.push(cursor.scalar()),
        }
    }
    if values.is_empty() {
        return Err(illegal_argument("Values must contains at least one value."));
    }
    Ok(values)
}

/// `_source` of a body: a boolean, a pattern, patterns, or `includes` and `excludes`.
fn source_filter(cursor: &mut Cursor<'_>) -> Result<SourceFilter, ErrorCause> {
    match cursor.token {
        Token::Bool(false) => Ok(SourceFilter::Nothing),
        Token::Bool(true) => Ok(SourceFilter::Everything),
        Token::String => Ok(SourceFilter::parts(&[cursor.text()?], &[])),
        Token::StartArray => {
            let mut includes = Vec::new();
            loop {
                cursor.next()?;
                if cursor.token == Token::EndArray {
                    return Ok(SourceFilter::parts(&includes, &[]));
                }
                includes.push(cursor.text()?);
            }
        }
        Token::StartObject => {
            let (mut includes, mut excludes) = (Vec::new(), Vec::new());
            while let Some(member) = cursor.member()? {
                let into = match member.name.as_str() {
                    "includes" => &mut includes,
                    "excludes" => &mut excludes,
                    "include" => {
                        cursor.renamed(None, "include", "includes");
                        &mut includes
                    }
                    "exclude" => {
                        cursor.renamed(None, "exclude", "excludes");
                        &mut excludes
                    }
                    other => return Err(unknown_key(cursor, other)),
                };
                *into = match cursor.token {
                    Token::StartArray => patterns(cursor, &member.name)?,
                    Token::String => vec![cursor.text()?],
                    _ => return Err(unknown_key(cursor, &member.name)),
                };
            }
            Ok(SourceFilter::parts(&includes, &excludes))
        }
        _ => {
            let found = cursor.token.wire_name();
            Err(cursor.parsing(format!(
                "Expected one of [VALUE_BOOLEAN, VALUE_STRING, START_ARRAY, START_OBJECT] but found [{found}]"
            )))
        }
    }
}

fn patterns(cursor: &mut Cursor<'_>, name: &str) -> Result<Vec<String>, ErrorCause> {
    let mut patterns = Vec::new();
    loop {
        cursor.next()?;
        match cursor.token {
            Token::EndArray => return Ok(patterns),
            Token::String => patterns.push(cursor.text()?),
            _ => return Err(unknown_key(cursor, name)),
        }
    }
}

/// Reads the body of `_count`, which may hold a query and nothing else; `None` without one.
///
/// # Errors
/// What Elasticsearch says of a body that it cannot read; what this server does not serve.
pub(crate) fn count_body(
    text: &[u8],
    version: Version,
    warnings: &Warnings,
) -> Result<Option<Query>, ErrorCause> {
    let mut cursor = Cursor::new(text, version, warnings);
    let read = count_members(&mut cursor);
    let query = read.map_err(|cause| match cause.kind {
        ErrorType::Parsing => cause,
        _ => cursor.parsing("Failed to parse").caused_by(cause),
    })?;
    cursor.finish()?;
    Ok(query)
}

fn count_members(cursor: &mut Cursor<'_>) -> Result<Option<Query>, ErrorCause> {
    cursor.next()?;
    match cursor.token {
        Token::End => return Ok(None),
        Token::StartObject => {}
        _ => {
            let found = cursor.token.wire_name();
            return Err(cursor.parsing(format!("Expected [START_OBJECT] but found [{found}]")));
        }
    }
    let mut query = None;
    loop {
        cursor.next()?;
        match &cursor.token {
            Token::EndObject => return Ok(query),
            Token::Name(name) if name == "query" => query = Some(clauses::query(cursor)?),
            Token::Name(name) => {
                let reason = format!("request does not support [{name}]");
                return Err(cursor.parsing(reason));
            }
            _ => {}
        }
    }
}
