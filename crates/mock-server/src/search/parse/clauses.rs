//! Queries: which there are, and those that hold others (contract DO-7.1).

use api_types::{
    error::{ErrorCause, ErrorType, illegal_argument},
    json::Token,
};

use super::{
    cursor::{Cursor, Member},
    leaves,
};
use crate::{
    search::query::{Bool, Clause, Query},
    suggest,
};

/// The queries that Elasticsearch has and this server does not.
const NOT_SERVED: [&str; 47] = [
    "boosting",
    "combined_fields",
    "dis_max",
    "distance_feature",
    "field_masking_span",
    "function_score",
    "fuzzy",
    "geo_bounding_box",
    "geo_distance",
    "geo_grid",
    "geo_polygon",
    "geo_shape",
    "has_child",
    "has_parent",
    "intervals",
    "knn",
    "match_bool_prefix",
    "match_phrase",
    "match_phrase_prefix",
    "more_like_this",
    "multi_match",
    "nested",
    "parent_id",
    "percolate",
    "pinned",
    "query_string",
    "rank_feature",
    "regexp",
    "rule",
    "script",
    "script_score",
    "semantic",
    "shape",
    "simple_query_string",
    "span_containing",
    "span_first",
    "span_gap",
    "span_multi",
    "span_near",
    "span_not",
    "span_or",
    "span_term",
    "span_within",
    "sparse_vector",
    "terms_set",
    "text_expansion",
    "wrapper",
];

/// The queries that this server has.
const SERVED: [&str; 12] = [
    "bool",
    "constant_score",
    "exists",
    "ids",
    "match",
    "match_all",
    "match_none",
    "prefix",
    "range",
    "term",
    "terms",
    "wildcard",
];

/// Reads `{"<query>":{...}}`; the cursor stands on its first token or before it.
pub(super) fn query(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    if cursor.token != Token::StartObject {
        cursor.next()?;
        if cursor.token != Token::StartObject {
            return Err(cursor.parsing("[_na] query malformed, must start with start_object"));
        }
    }
    cursor.next()?;
    let name = match &cursor.token {
        Token::Name(name) => name.to_string(),
        Token::EndObject => {
            let at = cursor.position();
            return Err(illegal_argument(format!("query malformed, empty clause found at [{at}]")));
        }
        _ => return Err(cursor.parsing("[_na] query malformed, no field after start_object")),
    };
    cursor.next()?;
    if cursor.token != Token::StartObject {
        let reason = format!("[{name}] query malformed, no start_object after query name");
        return Err(cursor.parsing(reason));
    }
    cursor.enter()?;
    let query = named(cursor, &name)?;
    cursor.leave();
    for goes_on in [false, true] {
        if goes_on {
            cursor.next()?;
        }
        if cursor.token != Token::EndObject {
            let found = cursor.token.wire_name();
            let reason =
                format!("[{name}] malformed query, expected [END_OBJECT] but found [{found}]");
            return Err(cursor.parsing(reason));
        }
    }
    Ok(query)
}

/// Reads the query of that name, on whose `{` the cursor stands, to its `}`.
fn named(cursor: &mut Cursor<'_>, name: &str) -> Result<Query, ErrorCause> {
    match name {
        "bool" => bool_query(cursor),
        "constant_score" => constant_score(cursor),
        "exists" => leaves::exists(cursor),
        "ids" => leaves::ids(cursor),
        "match" => leaves::match_query(cursor),
        "match_all" => leaves::match_all(cursor),
        "match_none" => leaves::match_none(cursor),
        "prefix" => leaves::prefix(cursor),
        "range" => leaves::range(cursor),
        "term" => leaves::term(cursor),
        "terms" => leaves::terms(cursor),
        "wildcard" => leaves::wildcard(cursor),
        other if NOT_SERVED.contains(&other) => {
            cursor.refuse_value(&format!("the query [{other}]"))?;
            Ok(Query::match_all())
        }
        other => Err(unknown_query(cursor, other)),
    }
}

fn unknown_query(cursor: &Cursor<'_>, name: &str) -> ErrorCause {
    let near = suggest::nearest(name, SERVED.into_iter().chain(NOT_SERVED));
    let hint = suggest::sentence(&near).map_or_else(String::new, |text| format!(" {text}"));
    let at = cursor.position();
    let cause = format!("[{at}] unknown field [{name}]");
    cursor
        .parsing(format!("unknown query [{name}]{hint}"))
        .caused_by(ErrorCause::new(ErrorType::NamedObjectNotFound, cause))
}

/// `mustNot` is an old name of `must_not` (contract DO-7.1-10).
const BOOL: [&str; 9] = [
    "must",
    "should",
    "must_not",
    "mustNot",
    "filter",
    "adjust_pure_negative",
    "minimum_should_match",
    "_name",
    "boost",
];

fn bool_query(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut parts = Bool { adjust_pure_negative: true, ..Bool::default() };
    let mut boost = 1.0;
    while let Some(member) = cursor.member()? {
        check_bool_member(cursor, &member)?;
        let name = member.name.as_str();
        bool_member(cursor, name, &mut parts, &mut boost)
            .map_err(|cause| cursor.failed("bool", name, cause))?;
    }
    Ok(Query::new(Clause::Bool(parts), boost))
}

fn check_bool_member(cursor: &Cursor<'_>, member: &Member) -> Result<(), ErrorCause> {
    let is_supported = match member.name.as_str() {
        "must" | "should" | "must_not" | "mustNot" | "filter" => {
            matches!(cursor.token, Token::StartObject | Token::StartArray | Token::Null)
        }
        "adjust_pure_negative" => matches!(cursor.token, Token::Bool(_) | Token::String),
        "minimum_should_match" => cursor.is_value() || cursor.token == Token::Null,
        "boost" => matches!(cursor.token, Token::Number(_) | Token::String),
        "_name" => cursor.token == Token::String,
        _ => return Err(cursor.unknown("bool", member, &BOOL)),
    };
    if member.name == "mustNot" {
        cursor.renamed(Some("bool"), "mustNot", "must_not");
    }
    if is_supported { Ok(()) } else { Err(cursor.unsupported("bool", &member.name)) }
}

fn bool_member(
    cursor: &mut Cursor<'_>,
    name: &str,
    parts: &mut Bool,
    boost: &mut f32,
) -> Result<(), ErrorCause> {
    match name {
        "must" => clauses(cursor, &mut parts.must),
        "should" => clauses(cursor, &mut parts.should),
        "must_not" | "mustNot" => clauses(cursor, &mut parts.must_not),
        "filter" => clauses(cursor, &mut parts.filter),
        "adjust_pure_negative" => {
            parts.adjust_pure_negative = cursor.boolean()?;
            Ok(())
        }
        "minimum_should_match" => {
            parts.minimum_should_match = cursor.text_or_null()?;
            Ok(())
        }
        "boost" => {
            *boost = cursor.boost()?;
            Ok(())
        }
        _ => {
            cursor.refuse("a [_name] in a query");
            Ok(())
        }
    }
}

/// One query, or an array of them.
fn clauses(cursor: &mut Cursor<'_>, into: &mut Vec<Query>) -> Result<(), ErrorCause> {
    match cursor.token {
        Token::Null => return Ok(()),
        Token::StartArray => {}
        _ => {
            into.push(query(cursor)?);
            return Ok(());
        }
    }
    loop {
        cursor.next()?;
        match cursor.token {
            Token::EndArray => return Ok(()),
            Token::StartArray => {
                let reason = "expected value but got [START_ARRAY]";
                return Err(ErrorCause::new(ErrorType::IllegalState, reason));
            }
            _ => into.push(query(cursor)?),
        }
    }
}

fn constant_score(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut filter = None;
    let mut boost = 1.0;
    let mut name = String::new();
    while cursor.value_of(&mut name)? {
        let no_support = format!("[constant_score] query does not support [{name}]");
        if cursor.token == Token::StartObject {
            if name != "filter" {
                return Err(cursor.parsing(no_support));
            }
            if filter.is_some() {
                let reason = "[constant_score] accepts only one 'filter' element.";
                return Err(cursor.parsing(reason));
            }
            filter = Some(query(cursor)?);
        } else if cursor.is_value() {
            match name.as_str() {
                "boost" => boost = cursor.boost()?,
                "_name" => cursor.refuse("a [_name] in a query"),
                _ => return Err(cursor.parsing(no_support)),
            }
        } else {
            let found = cursor.token.wire_name();
            return Err(cursor.parsing(format!("unexpected token [{found}]")));
        }
    }
    let Some(filter) = filter else {
        return Err(cursor.parsing("[constant_score] requires a 'filter' element"));
    };
    Ok(Query::new(Clause::ConstantScore(Box::new(filter)), boost))
}
