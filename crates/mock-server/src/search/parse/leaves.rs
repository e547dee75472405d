//! Queries that ask for one field (contract DO-7.1).

use api_types::{
    error::{ErrorCause, illegal_argument},
    json::{Json, Token},
};

use super::cursor::{Cursor, Member};
use crate::search::query::{Bound, Bounds, Case, Clause, Edge, Operator, Query};

/// The one field that a query may name, and how much the query counts.
struct Leaf {
    query: &'static str,
    field: Option<String>,
    boost: f32,
}

impl Leaf {
    const fn new(query: &'static str) -> Self {
        Self { query, field: None, boost: 1.0 }
    }

    /// Takes a field; there can be no second.
    fn take(&mut self, cursor: &Cursor<'_>, name: &str) -> Result<(), ErrorCause> {
        if let Some(first) = &self.field {
            return Err(cursor.parsing(format!(
                "[{}] query doesn't support multiple fields, found [{first}] and [{name}]",
                self.query
            )));
        }
        self.field = Some(name.to_owned());
        Ok(())
    }

    fn unknown(&self, cursor: &Cursor<'_>, name: &str) -> ErrorCause {
        cursor.parsing(format!("[{}] query does not support [{name}]", self.query))
    }

    /// `boost` and `_name`; `false` for another member.
    fn common(&mut self, cursor: &mut Cursor<'_>, name: &str) -> Result<bool, ErrorCause> {
        match name {
            "boost" => self.boost = cursor.boost()?,
            "_name" => {
                cursor.text()?;
                cursor.refuse("a [_name] in a query");
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The field's name; one without characters is none.
    fn named(&self) -> Result<String, ErrorCause> {
        match &self.field {
            Some(name) if !name.is_empty() => Ok(name.clone()),
            _ => Err(illegal_argument("field name is null or empty")),
        }
    }

    fn query(&self, clause: Clause) -> Query {
        Query::new(clause, self.boost)
    }
}

pub(super) fn term(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut leaf = Leaf::new("term");
    let (mut value, mut case) = (Json::Null, Case::Sensitive);
    let mut name = String::new();
    while cursor.value_of(&mut name)? {
        match cursor.token {
            Token::StartObject => {
                leaf.take(cursor, &name)?;
                while cursor.value_of(&mut name)? {
                    match name.as_str() {
                        "value" | "term" => value = cursor.scalar(),
                        "case_insensitive" => case = case_of(cursor)?,
                        other if leaf.common(cursor, other)? => {}
                        other => return Err(leaf.unknown(cursor, other)),
                    }
                }
            }
            Token::StartArray => {
                return Err(cursor.parsing("[term] query does not support array of values"));
            }
            _ if cursor.is_value() => {
                leaf.take(cursor, &name)?;
                value = cursor.scalar();
            }
            _ => {}
        }
    }
    let field = leaf.named()?;
    if value.is_null() {
        return Err(illegal_argument("value cannot be null"));
    }
    Ok(leaf.query(Clause::Term { field, value, case }))
}

fn case_of(cursor: &Cursor<'_>) -> Result<Case, ErrorCause> {
    Ok(if cursor.boolean()? { Case::Insensitive } else { Case::Sensitive })
}

pub(super) fn terms(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut leaf = Leaf::new("terms");
    let mut values = Vec::new();
    let mut name = String::new();
    while cursor.value_of(&mut name)? {
        match cursor.token {
            Token::StartArray => {
                if leaf.field.is_some() {
                    let reason = "[terms] query does not support multiple fields";
                    return Err(cursor.parsing(reason));
                }
                leaf.field = Some(name.clone());
                values = terms_values(cursor)?;
            }
            Token::StartObject => {
                if let Some(first) = &leaf.field {
                    return Err(cursor.parsing(format!(
                        "[terms] query does not support more than one field. Already got: [{first}] but also found [{name}]"
                    )));
                }
                leaf.field = Some(name.clone());
                cursor.refuse_value("a terms lookup")?;
            }
            _ if cursor.is_value() => {
                if !leaf.common(cursor, &name)? {
                    return Err(leaf.unknown(cursor, &name));
                }
            }
            _ => {
                let found = cursor.token.wire_name();
                let reason = format!("[terms] unknown token [{found}] after [{name}]");
                return Err(cursor.parsing(reason));
            }
        }
    }
    let Some(field) = leaf.field.take() else {
        return Err(cursor.parsing(
            "[terms] query requires a field name, followed by array of terms or a document lookup specification",
        ));
    };
    if field.is_empty() {
        return Err(illegal_argument("field name cannot be null."));
    }
    Ok(leaf.query(Clause::Terms { field, values }))
}

fn terms_values(cursor: &mut Cursor<'_>) -> Result<Vec<Json>, ErrorCause> {
    let mut values = Vec::new();
    loop {
        cursor.next()?;
        match cursor.token {
            Token::EndArray => return Ok(values),
            Token::Null => return Err(cursor.parsing("No value specified for terms query")),
            _ => values.push(cursor.scalar()),
        }
    }
}

/// Members of a `match` that change nothing in the words that are asked for.
const MATCH_NOT_SERVED: [&str; 10] = [
    "analyzer",
    "auto_generate_synonyms_phrase_query",
    "fuzziness",
    "fuzzy_rewrite",
    "fuzzy_transpositions",
    "lenient",
    "max_expansions",
    "prefix_length",
    "zero_terms_query",
    "cutoff_frequency",
];

pub(super) fn match_query(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut leaf = Leaf::new("match");
    let (mut value, mut operator, mut minimum) = (Json::Null, Operator::Or, None);
    let mut name = String::new();
    while cursor.value_of(&mut name)? {
        if cursor.token != Token::StartObject {
            leaf.take(cursor, &name)?;
            if cursor.token != Token::Null {
                cursor.text()?;
            }
            value = cursor.scalar();
            continue;
        }
        leaf.take(cursor, &name)?;
        while cursor.value_of(&mut name)? {
            if !cursor.is_value() {
                let found = cursor.token.wire_name();
                let reason = format!("[match] unknown token [{found}] after [{name}]");
                return Err(cursor.parsing(reason));
            }
            match name.as_str() {
                "query" => value = cursor.scalar(),
                "operator" => operator = operator_of(cursor)?,
                "minimum_should_match" => minimum = cursor.text_or_null()?,
                other if MATCH_NOT_SERVED.contains(&other) => {
                    cursor.refuse(&format!("[{other}] in the query [match]"));
                }
                other if leaf.common(cursor, other)? => {}
                other => return Err(leaf.unknown(cursor, other)),
            }
        }
    }
    if value.is_null() {
        return Err(cursor.parsing("No text specified for text query"));
    }
    let field = leaf.field.clone().unwrap_or_default();
    Ok(leaf.query(Clause::Match { field, value, operator, minimum }))
}

fn operator_of(cursor: &Cursor<'_>) -> Result<Operator, ErrorCause> {
    let text = cursor.text()?.to_uppercase();
    match text.as_str() {
        "OR" => Ok(Operator::Or),
        "AND" => Ok(Operator::And),
        _ => Err(illegal_argument(format!(
            "No enum constant org.elasticsearch.index.query.Operator.{text}"
        ))),
    }
}

pub(super) fn prefix(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let (leaf, value, case) = pattern(cursor, Leaf::new("prefix"))?;
    let field = leaf.named()?;
    let Some(value) = value else { return Err(illegal_argument("value cannot be null")) };
    Ok(leaf.query(Clause::Prefix { field, value, case }))
}

pub(super) fn wildcard(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let (leaf, value, case) = pattern(cursor, Leaf::new("wildcard"))?;
    let field = leaf.named()?;
    let Some(value) = value else { return Err(illegal_argument("value cannot be null")) };
    Ok(leaf.query(Clause::Wildcard { field, value, case }))
}

/// What `prefix` and `wildcard` have in common.
fn pattern(
    cursor: &mut Cursor<'_>,
    mut leaf: Leaf,
) -> Result<(Leaf, Option<String>, Case), ErrorCause> {
    let (mut value, mut case) = (None, Case::Sensitive);
    let mut name = String::new();
    while cursor.value_of(&mut name)? {
        leaf.take(cursor, &name)?;
        if cursor.token != Token::StartObject {
            value = cursor.text_or_null()?;
            continue;
        }
        while cursor.value_of(&mut name)? {
            match name.as_str() {
                "value" => value = cursor.text_or_null()?,
                "wildcard" if leaf.query == "wildcard" => value = cursor.text_or_null()?,
                "case_insensitive" => case = case_of(cursor)?,
                "rewrite" => {
                    cursor.text_or_null()?;
                }
                other if leaf.common(cursor, other)? => {}
                other => return Err(leaf.unknown(cursor, other)),
            }
        }
    }
    Ok((leaf, value, case))
}

pub(super) fn range(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut leaf = Leaf::new("range");
    let mut bounds = Bounds::default();
    let mut name = String::new();
    while cursor.value_of(&mut name)? {
        if cursor.token == Token::StartObject {
            leaf.take(cursor, &name)?;
            while cursor.value_of(&mut name)? {
                range_member(cursor, &mut leaf, &mut bounds, &name)?;
            }
        } else if cursor.is_value() {
            return Err(leaf.unknown(cursor, &name));
        }
    }
    let field = leaf.named()?;
    Ok(leaf.query(Clause::Range { field, bounds }))
}

fn range_member(
    cursor: &mut Cursor<'_>,
    leaf: &mut Leaf,
    bounds: &mut Bounds,
    name: &str,
) -> Result<(), ErrorCause> {
    let bound = |edge| {
        let value = cursor.scalar();
        (!value.is_null()).then_some(Bound { value, edge })
    };
    match name {
        "gte" => bounds.lower = bound(Edge::Included),
        "gt" => bounds.lower = bound(Edge::Excluded),
        "lte" => bounds.upper = bound(Edge::Included),
        "lt" => bounds.upper = bound(Edge::Excluded),
        "format" | "time_zone" | "relation" => {
            cursor.text()?;
            cursor.refuse(&format!("[{name}] in the query [range]"));
        }
        other if leaf.common(cursor, other)? => {}
        other => return Err(leaf.unknown(cursor, other)),
    }
    Ok(())
}

pub(super) fn exists(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut leaf = Leaf::new("exists");
    let mut name = String::new();
    while cursor.value_of(&mut name)? {
        if !cursor.is_value() {
            let found = cursor.token.wire_name();
            let reason = format!("[exists] unknown token [{found}] after [{name}]");
            return Err(cursor.parsing(reason));
        }
        match name.as_str() {
            "field" => leaf.field = Some(cursor.text()?),
            other if leaf.common(cursor, other)? => {}
            other => return Err(leaf.unknown(cursor, other)),
        }
    }
    let Some(field) = leaf.field.take() else {
        return Err(cursor.parsing("[exists] must be provided with a [field]"));
    };
    if field.is_empty() {
        return Err(illegal_argument("field name is null or empty"));
    }
    Ok(leaf.query(Clause::Exists(field)))
}

pub(super) fn match_none(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut leaf = Leaf::new("match_none");
    let mut name = String::new();
    while cursor.value_of(&mut name)? {
        if !cursor.is_value() {
            let found = cursor.token.wire_name();
            let reason = format!("[match_none] unknown token [{found}] after [{name}]");
            return Err(cursor.parsing(reason));
        }
        if !leaf.common(cursor, &name)? {
            return Err(leaf.unknown(cursor, &name));
        }
    }
    Ok(leaf.query(Clause::MatchNone))
}

pub(super) fn match_all(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut leaf = Leaf::new("match_all");
    while let Some(member) = cursor.member()? {
        standard_member(cursor, &mut leaf, &member, &["_name", "boost"])?;
    }
    Ok(leaf.query(Clause::MatchAll))
}

/// `boost` and `_name` of an object parser.
fn standard_member(
    cursor: &mut Cursor<'_>,
    leaf: &mut Leaf,
    member: &Member,
    known: &[&str],
) -> Result<(), ErrorCause> {
    let parser = leaf.query;
    let is_supported = match member.name.as_str() {
        "boost" => matches!(cursor.token, Token::Number(_) | Token::String),
        "_name" => cursor.token == Token::String,
        _ => return Err(cursor.unknown(parser, member, known)),
    };
    if !is_supported {
        return Err(cursor.unsupported(parser, &member.name));
    }
    let name = member.name.as_str();
    let read = leaf.common(cursor, name).map(drop);
    read.map_err(|cause| cursor.failed(parser, name, cause))
}

pub(super) fn ids(cursor: &mut Cursor<'_>) -> Result<Query, ErrorCause> {
    let mut leaf = Leaf::new("ids");
    let mut values = Vec::new();
    while let Some(member) = cursor.member()? {
        if member.name != "values" {
            standard_member(cursor, &mut leaf, &member, &["values", "_name", "boost"])?;
            continue;
        }
        let is_array = cursor.token == Token::StartArray;
        if !is_array && cursor.token != Token::String {
            return Err(cursor.unsupported("ids", "values"));
        }
        loop {
            if is_array {
                cursor.next()?;
                if cursor.token == Token::EndArray {
                    break;
                }
            }
            let text = cursor.text();
            values.push(text.map_err(|cause| cursor.failed("ids", "values", cause))?);
            if !is_array {
                break;
            }
        }
    }
    Ok(leaf.query(Clause::Ids(values)))
}
