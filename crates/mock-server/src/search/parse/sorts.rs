//! `sort` in all its forms (contract DO-7.3).

use api_types::{
    error::{ErrorCause, illegal_argument},
    json::{Json, Token},
};

use super::cursor::Cursor;
use crate::search::request::{Missing, Mode, Order, Sort, SortBy};

/// Reads the value of `sort`, on whose first token the cursor stands.
pub(super) fn sorts(cursor: &mut Cursor<'_>) -> Result<Vec<Sort>, ErrorCause> {
    let mut sorts = Vec::new();
    match cursor.token {
        Token::StartObject => compound(cursor, &mut sorts)?,
        Token::StartArray => loop {
            cursor.next()?;
            match cursor.token {
                Token::EndArray => break,
                Token::StartObject => compound(cursor, &mut sorts)?,
                Token::String => sorts.push(named(cursor, &cursor.text()?)),
                _ => {
                    return Err(illegal_argument(
                        "malformed sort format, within the sort array, an object, or an actual string are allowed",
                    ));
                }
            }
        },
        _ => sorts.push(named(cursor, &cursor.text()?)),
    }
    Ok(sorts)
}

/// What Elasticsearch sorts by and this server does not.
pub(super) const NOT_SERVED: [&str; 4] = ["_script", "_geo_distance", "_geoDistance", "_shard_doc"];

/// A sort by a name; some names stand for something else than a field.
fn named(cursor: &mut Cursor<'_>, name: &str) -> Sort {
    if NOT_SERVED.contains(&name) {
        cursor.refuse(&format!("the sort [{name}]"));
    }
    Sort::new(name)
}

/// `{"field":"asc","other":{...}}`
fn compound(cursor: &mut Cursor<'_>, into: &mut Vec<Sort>) -> Result<(), ErrorCause> {
    while let Some(member) = cursor.member()? {
        let name = member.name.as_str();
        if cursor.token == Token::String {
            let order = order(&cursor.text()?)?;
            into.push(Sort { order, ..named(cursor, name) });
            continue;
        }
        let sort = named(cursor, name);
        let sort = match sort.by {
            _ if NOT_SERVED.contains(&name) => {
                cursor.skip()?;
                sort
            }
            SortBy::Score => object(cursor, sort, "_score", &["order"])?,
            SortBy::Field(_) | SortBy::Doc => object(cursor, sort, "field_sort", &FIELD_SORT)?,
        };
        into.push(sort);
    }
    Ok(())
}

const FIELD_SORT: [&str; 7] =
    ["missing", "unmapped_type", "order", "mode", "nested", "numeric_type", "format"];

fn object(
    cursor: &mut Cursor<'_>,
    mut sort: Sort,
    parser: &str,
    known: &[&str],
) -> Result<Sort, ErrorCause> {
    if cursor.token != Token::StartObject {
        cursor.next()?;
        if cursor.token != Token::StartObject {
            let found = cursor.token.wire_name();
            let message = format!("Expected START_OBJECT but was: {found}");
            return Err(cursor.in_object(parser, &message));
        }
    }
    while let Some(member) = cursor.member()? {
        let name = member.name.as_str();
        if !known.contains(&name) {
            return Err(cursor.unknown(parser, &member, known));
        }
        let is_supported = match name {
            "missing" => cursor.is_value(),
            "nested" => cursor.token == Token::StartObject,
            _ => cursor.token == Token::String,
        };
        if !is_supported {
            return Err(cursor.unsupported(parser, name));
        }
        let read = field(cursor, &mut sort, name);
        read.map_err(|cause| cursor.failed(parser, name, cause))?;
    }
    Ok(sort)
}

fn field(cursor: &mut Cursor<'_>, sort: &mut Sort, name: &str) -> Result<(), ErrorCause> {
    match name {
        "missing" => {
            sort.missing = match cursor.scalar() {
                Json::String(text) if text == "_last" => Missing::Last,
                Json::String(text) if text == "_first" => Missing::First,
                value => Missing::Value(value),
            }
        }
        "unmapped_type" => sort.unmapped_type = Some(cursor.text()?),
        "order" => sort.order = order(&cursor.text()?)?,
        "mode" => sort.mode = mode(cursor)?,
        other => cursor.refuse_value(&format!("[{other}] in a sort"))?,
    }
    Ok(())
}

pub(super) fn order(text: &str) -> Result<Order, ErrorCause> {
    match text.to_uppercase().as_str() {
        "ASC" => Ok(Order::Ascending),
        "DESC" => Ok(Order::Descending),
        other => Err(illegal_argument(format!(
            "No enum constant org.elasticsearch.search.sort.SortOrder.{other}"
        ))),
    }
}

fn mode(cursor: &mut Cursor<'_>) -> Result<Option<Mode>, ErrorCause> {
    let text = cursor.text()?;
    match text.to_lowercase().as_str() {
        "min" => Ok(Some(Mode::Least)),
        "max" => Ok(Some(Mode::Most)),
        "sum" | "avg" | "median" => {
            cursor.refuse(&format!("the mode [{text}] in a sort"));
            Ok(None)
        }
        _ => Err(illegal_argument(format!("Unknown SortMode [{text}]"))),
    }
}
