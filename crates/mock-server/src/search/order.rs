//! The order of hits: sort keys and how they compare (contract DO-7.3).

use std::cmp::Ordering;

use api_types::{
    Timestamp,
    error::{ErrorCause, ErrorType},
    json::{Json, Number},
};

use super::{
    dates::{Form, Round},
    fields::{Field, Kind, Resolved},
    parse::not_served,
    planning::{Failure, Scope},
    request::{Missing, Mode, Order, Sort, SortBy},
    values::{self, Side, Value, Whole},
    view::View,
};

/// One sort, in one index.
#[derive(Clone, Debug)]
pub(super) struct SortPlan {
    column: Column,
    order: Order,
    /// What a document without a value has.
    missing: Key,
    missing_texts: MissingTexts,
    mode: Mode,
}

/// Where documents without a text stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MissingTexts {
    First,
    Last,
}

#[derive(Clone, Debug)]
enum Column {
    Score,
    Doc,
    Field(Field),
}

/// What a document has to be sorted by.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    Integer(i64),
    Boolean(i64),
    Decimal(f64),
    /// A decimal that has 32 bits.
    Float(f64),
    Text(String),
    NoText,
}

fn illegal(reason: impl Into<String>) -> Failure {
    Failure::Plain(ErrorCause::new(ErrorType::IllegalArgument, reason))
}

impl Scope<'_> {
    pub(super) fn sort_plan(&self, sort: &Sort) -> Result<SortPlan, Failure> {
        let column = match &sort.by {
            SortBy::Score => Column::Score,
            SortBy::Doc => Column::Doc,
            SortBy::Field(name) => Column::Field(self.sort_field(name, sort)?),
        };
        let is_last = sort.missing != Missing::First;
        let ends_high = is_last == (sort.order == Order::Ascending);
        let missing = match (&column, &sort.missing) {
            (Column::Field(field), Missing::Value(value)) => {
                key_of_query(&field.kind, value, self.now).map_err(|failure| match failure {
                    Failure::Cause(cause) => Failure::Plain(cause),
                    other => other,
                })?
            }
            (Column::Field(field), _) => at_end(&field.kind, ends_high),
            (Column::Score | Column::Doc, _) => Key::Integer(0),
        };
        let natural = if sort.order == Order::Ascending { Mode::Least } else { Mode::Most };
        Ok(SortPlan {
            column,
            order: sort.order,
            missing,
            missing_texts: if is_last { MissingTexts::Last } else { MissingTexts::First },
            mode: sort.mode.unwrap_or(natural),
        })
    }

    fn sort_field(&self, name: &str, sort: &Sort) -> Result<Field, Failure> {
        let field = match (self.fields.resolve(name), &sort.unmapped_type) {
            (Resolved::Field(field), _) => field,
            (_, None) => {
                let reason = format!("No mapping found for [{name}] in order to sort on");
                return Err(Failure::Shard(reason));
            }
            (_, Some(kind)) => {
                let Some(kind) = Kind::named(kind) else {
                    return Err(illegal(format!("No mapper found for type [{kind}]")));
                };
                Field { name: name.to_owned(), kind, source: name.to_owned() }
            }
        };
        match &field.kind {
            Kind::NotServed(what) => {
                Err(Failure::NotServed(not_served(&format!("the field [{name}], {what}"))))
            }
            Kind::Id => Err(illegal(
                "Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled",
            )),
            Kind::Text => Err(illegal(format!(
                "Fielddata is disabled on [{name}] in [{}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [{name}] in order to load field data by uninverting the inverted index. Note that this can use significant memory.",
                self.index
            ))),
            _ => Ok(field),
        }
    }

    /// The values behind which a search is to go on.
    pub(super) fn after(&self, plans: &[SortPlan], values: &[Json]) -> Result<Vec<Key>, Failure> {
        if values.is_empty() {
            return Ok(Vec::new());
        }
        if plans.is_empty() {
            return Err(illegal("Sort must contain at least one field."));
        }
        if plans.len() != values.len() {
            return Err(illegal(format!(
                "search_after has {} value(s) but sort has {}.",
                values.len(),
                plans.len()
            )));
        }
        plans.iter().zip(values).map(|(plan, value)| self.key_after(plan, value)).collect()
    }

    fn key_after(&self, plan: &SortPlan, value: &Json) -> Result<Key, Failure> {
        if value.is_null() {
            return Ok(plan.missing.clone());
        }
        let (key, name) = match &plan.column {
            Column::Score => {
                let key = values::decimal_of_query("float", value).map(Key::Float);
                (key.map_err(Failure::from), "null")
            }
            Column::Doc => (key_of_query(&Kind::SeqNo, value, self.now), "null"),
            Column::Field(Field { kind: Kind::Boolean, .. }) => return boolean_after(value),
            Column::Field(field) => {
                (key_of_query(&field.kind, value, self.now), field.name.as_str())
            }
        };
        key.map_err(|failure| match failure {
            Failure::Cause(cause) if cause.kind == ErrorType::NumberFormat => {
                let reason = format!("Failed to parse search_after value for field [{name}].");
                let error = ErrorCause::new(ErrorType::IllegalArgument, reason);
                Failure::Plain(error.caused_by(cause))
            }
            Failure::Cause(cause) => Failure::Plain(cause),
            other => other,
        })
    }
}

fn boolean_after(value: &Json) -> Result<Key, Failure> {
    match &*values::text_of(value) {
        "true" => Ok(Key::Boolean(1)),
        "false" => Ok(Key::Boolean(0)),
        text => match value.as_i64() {
            Some(number) => Ok(Key::Boolean(number)),
            None => Err(illegal(format!(
                "Cannot parse boolean [{text}], expected either [true] or [false]"
            ))),
        },
    }
}

/// The key that stands before or behind all others.
fn at_end(kind: &Kind, is_high: bool) -> Key {
    let integer = if is_high { i64::MAX } else { i64::MIN };
    let decimal = if is_high { f64::INFINITY } else { f64::NEG_INFINITY };
    match kind {
        Kind::Integer(_) | Kind::SeqNo | Kind::Date(_) => Key::Integer(integer),
        Kind::Boolean => Key::Boolean(integer),
        Kind::Decimal(_) => Key::Decimal(decimal),
        Kind::Keyword { .. } | Kind::Text | Kind::Id | Kind::Index | Kind::NotServed(_) => {
            Key::NoText
        }
    }
}

fn key_of_query(kind: &Kind, value: &Json, now: Timestamp) -> Result<Key, Failure> {
    let whole = || -> Result<i64, Failure> {
        Ok(match values::integer_of_query(value)? {
            Whole::Exactly(value) | Whole::Above(value) => value,
            Whole::Beyond(Side::Below) => i64::MIN,
            Whole::Beyond(Side::Above) => i64::MAX,
        })
    };
    Ok(match kind {
        Kind::Integer(_) => Key::Integer(whole()?),
        Kind::SeqNo => Key::Integer(whole()?),
        Kind::Date(format) => match value {
            Json::Number(_) => Key::Integer(whole()?),
            _ => {
                let written = (Form::Mapped, *format);
                Key::Integer(values::date_of_query(value, now, Round::Down, written)?)
            }
        },
        Kind::Boolean => Key::Boolean(values::boolean_of_query(value)?),
        Kind::Decimal(name) => {
            let text = values::text_of(value);
            let infinite = match &*text {
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                _ => None,
            };
            Key::Decimal(infinite.map_or_else(|| values::decimal_of_query(name, value), Ok)?)
        }
        Kind::Keyword { .. } | Kind::Text | Kind::Id | Kind::Index | Kind::NotServed(_) => {
            Key::Text(values::text_of(value).into_owned())
        }
    })
}

/// What a document has besides its values.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) index: &'a str,
    /// Its place among the documents of its index.
    pub(super) number: usize,
    pub(super) score: f32,
}

impl SortPlan {
    pub(super) const fn is_by_score(&self) -> bool {
        matches!(self.column, Column::Score)
    }

    pub(super) const fn is_by_doc(&self) -> bool {
        matches!(self.column, Column::Doc)
    }

    pub(super) const fn order(&self) -> Order {
        self.order
    }

    pub(super) fn key(&self, document: &View<'_>, place: Place<'_>) -> Key {
        match &self.column {
            Column::Score => Key::Float(f64::from(place.score)),
            Column::Doc => Key::Integer(i64::try_from(place.number).unwrap_or(i64::MAX)),
            Column::Field(field) if field.kind == Kind::Index => Key::Text(place.index.to_owned()),
            Column::Field(field) => self.key_of_field(field, document),
        }
    }

    fn key_of_field(&self, field: &Field, document: &View<'_>) -> Key {
        let mut best: Option<Key> = None;
        let _found = values::any(field, document, &mut |value| {
            let key = match value {
                Value::Text(text) => Key::Text(text.clone().into_owned()),
                Value::Integer(value) if field.kind == Kind::Boolean => Key::Boolean(*value),
                Value::Integer(value) => Key::Integer(*value),
                Value::Decimal(value) if field.kind == Kind::Decimal("double") => {
                    Key::Decimal(*value)
                }
                Value::Decimal(value) => Key::Float(*value),
            };
            let is_better = best.as_ref().is_none_or(|best| {
                let wanted = match self.mode {
                    Mode::Least => Ordering::Less,
                    Mode::Most => Ordering::Greater,
                };
                natural(&key, best) == wanted
            });
            if is_better {
                best = Some(key);
            }
            false
        });
        best.unwrap_or_else(|| self.missing.clone())
    }

    /// How two keys of this sort stand to each other.
    pub(super) fn compare(&self, left: &Key, right: &Key) -> Ordering {
        match (left, right) {
            (Key::NoText, Key::NoText) => Ordering::Equal,
            (Key::NoText, _) => self.missing_texts.order(),
            (_, Key::NoText) => self.missing_texts.order().reverse(),
            _ => match self.order {
                Order::Ascending => natural(left, right),
                Order::Descending => natural(right, left),
            },
        }
    }
}

impl MissingTexts {
    const fn order(self) -> Ordering {
        match self {
            Self::First => Ordering::Less,
            Self::Last => Ordering::Greater,
        }
    }
}

/// How several keys stand to each other.
pub(super) fn compare_all(plans: &[SortPlan], left: &[Key], right: &[Key]) -> Ordering {
    let keys = left.iter().zip(right);
    plans
        .iter()
        .zip(keys)
        .map(|(plan, (left, right))| plan.compare(left, right))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn natural(left: &Key, right: &Key) -> Ordering {
    match (left, right) {
        (Key::Text(left), Key::Text(right)) => left.cmp(right),
        (Key::Integer(left) | Key::Boolean(left), Key::Integer(right) | Key::Boolean(right)) => {
            left.cmp(right)
        }
        _ => as_decimal(left).total_cmp(&as_decimal(right)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "only numbers of different types meet here")]
fn as_decimal(key: &Key) -> f64 {
    match key {
        Key::Integer(value) | Key::Boolean(value) => *value as f64,
        Key::Decimal(value) | Key::Float(value) => *value + 0.0,
        Key::Text(_) | Key::NoText => f64::INFINITY,
    }
}

impl From<Key> for Json {
    fn from(key: Key) -> Self {
        match key {
            Key::Integer(value) => Self::from(value),
            Key::Boolean(value) => Self::Bool(value != 0),
            Key::Decimal(value) => Self::Number(Number::Double(value)),
            Key::Float(value) => float(value),
            Key::Text(text) => Self::from(text),
            Key::NoText => Self::Null,
        }
    }
}

/// A number of 32 bits, with the digits that it has as such.
#[expect(clippy::cast_possible_truncation, reason = "the number has 32 bits")]
pub(super) fn float(value: f64) -> Json {
    let shortest = (value as f32).to_string();
    Json::Number(Number::Double(shortest.parse().unwrap_or(value)))
}
