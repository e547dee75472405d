//! A document as the model knows it: JSON in which the instants that the server chose are unknown
//! until it has shown them.

use std::collections::BTreeMap;

use api_types::{
    Timestamp,
    json::{Json, Number, Object, Text},
};

/// The number of an instant that the server chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StampId(pub(super) usize);

/// Between which instants the server was asked and had answered, by its own clock, in nanoseconds
/// since 1970. What is not known does not bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Nothing that the server stamps is before this.
    pub from: Option<i128>,
    /// Nothing that the server stamps is after this.
    pub until: Option<i128>,
}

impl Window {
    /// Whether an instant is in it.
    #[must_use]
    pub fn holds(self, instant: i128) -> bool {
        self.from.is_none_or(|from| instant >= from)
            && self.until.is_none_or(|until| instant <= until)
    }
}

/// An instant that the server chose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) window: Window,
    /// As the server prints it, once it has.
    pub(super) known: Option<Text>,
}

/// Members by name. Their order is not the model's business.
pub(super) type Fields = BTreeMap<Text, Value>;

/// A value of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text),
    Array(Vec<Self>),
    Object(Fields),
    Stamp(StampId),
}

impl Value {
    pub(super) const fn text(text: &'static str) -> Self {
        Self::Text(Text::Borrowed(text))
    }

    pub(super) fn integer(number: i64) -> Self {
        Self::Number(number.into())
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Array(_)
            | Self::Object(_)
            | Self::Stamp(_) => None,
        }
    }

    pub(super) const fn as_object(&self) -> Option<&Fields> {
        match self {
            Self::Object(fields) => Some(fields),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Array(_)
            | Self::Stamp(_) => None,
        }
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => Self::Number(number.clone()),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Json::Object(object) => Self::Object(fields(object)),
        }
    }
}

pub(super) fn fields(object: &Object) -> Fields {
    object.iter().map(|(name, value)| (Text::Owned(name.to_owned()), value.into())).collect()
}

/// A time of a request as the server prints it: at least three digits of a fraction (CN-1.4-10).
pub(super) fn time(given: &Value) -> Value {
    match given {
        Value::Text(text) => Value::Text(
            Timestamp::parse(text)
                .map_or_else(|_| text.clone(), |instant| Text::Owned(instant.to_string())),
        ),
        other => other.clone(),
    }
}

/// A partial update (CN-1.5-2): objects are merged, all else is replaced. Whether anything changed.
pub(super) fn merge(fields: &mut Fields, patch: Fields) -> bool {
    let mut changed = false;
    for (name, new) in patch {
        match (fields.get_mut(&name), new) {
            (Some(Value::Object(old)), Value::Object(new)) => changed |= merge(old, new),
            (Some(old), new) => {
                changed |= *old != new;
                *old = new;
            }
            (None, new) => {
                fields.insert(name, new);
                changed = true;
            }
        }
    }
    changed
}

/// Where an answer is not what the model has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The place, `/status`.
    pub place: String,
    /// What has to be there.
    pub expected: String,
    /// What is there.
    pub actual: String,
}

impl Mismatch {
    pub(super) fn new(
        place: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self { place: place.into(), expected: expected.into(), actual: actual.into() }
    }
}

/// Compares documents with what the server shows and remembers the instants that it shows.
#[derive(Debug)]
pub(super) struct Comparison<'m> {
    stamps: &'m [Stamp],
    new: &'m [Stamp],
    /// What was learned.
    pub(super) learned: Vec<(StampId, Text)>,
}

impl<'m> Comparison<'m> {
    pub(super) const fn new(stamps: &'m [Stamp], new: &'m [Stamp]) -> Self {
        Self { stamps, new, learned: Vec::new() }
    }

    /// Whether the object has the members and no others, beside those that are `known` to be right.
    pub(super) fn object(
        &mut self,
        place: &str,
        expected: &Fields,
        actual: &Object,
        right: &[&str],
    ) -> Result<(), Mismatch> {
        for (name, value) in expected {
            let Some(given) = actual.get(name) else {
                let expected = self.shown(value);
                return Err(Mismatch::new(format!("{place}/{name}"), expected, "nothing"));
            };
            if !self.is_scalar_match(value, given) {
                self.value(&format!("{place}/{name}"), value, given)?;
            }
        }
        if actual.len() != expected.len() + right.len() {
            let extra = actual
                .iter()
                .find(|(name, _)| !right.contains(name) && !expected.contains_key(*name));
            if let Some((name, value)) = extra {
                let place = format!("{place}/{name}");
                return Err(Mismatch::new(place, "nothing", value.to_compact()));
            }
        }
        Ok(())
    }

    /// The common case, without making a text of the place.
    fn is_scalar_match(&self, expected: &Value, actual: &Json) -> bool {
        match (expected, actual) {
            (Value::Null, Json::Null) => true,
            (Value::Bool(one), Json::Bool(other)) => one == other,
            (Value::Text(one), Json::String(other)) => one == other,
            (Value::Number(one), Json::Number(other)) => one == other,
            (Value::Stamp(id), Json::String(text)) => {
                self.stamp(*id).is_some_and(|stamp| stamp.known.as_ref() == Some(text))
            }
            _ => false,
        }
    }

    fn value(&mut self, place: &str, expected: &Value, actual: &Json) -> Result<(), Mismatch> {
        match (expected, actual) {
            (Value::Object(expected), Json::Object(actual)) => {
                self.object(place, expected, actual, &[])
            }
            (Value::Array(expected), Json::Array(actual)) if expected.len() == actual.len() => {
                let mut pairs = expected.iter().zip(actual).enumerate();
                pairs.try_for_each(|(at, (one, other))| {
                    self.value(&format!("{place}/{at}"), one, other)
                })
            }
            (Value::Stamp(id), Json::String(text)) => self.instant(place, *id, text),
            (expected, actual) if self.is_scalar_match(expected, actual) => Ok(()),
            (expected, actual) => {
                Err(Mismatch::new(place, self.shown(expected), actual.to_compact()))
            }
        }
    }

    /// Whether two members are the same, as far as is known.
    pub(super) fn is_same(&self, pair: (Option<&Value>, Option<&Value>)) -> bool {
        let known = |id: &StampId| self.stamp(*id).and_then(|stamp| stamp.known.as_ref());
        match pair {
            (Some(Value::Stamp(one)), Some(Value::Stamp(other))) if one != other => {
                known(one).is_some() && known(one) == known(other)
            }
            // What is null has no value to sort by, like what is not there.
            (Some(Value::Null) | None, Some(Value::Null) | None) => true,
            (one, other) => one == other,
        }
    }

    fn stamp(&self, id: StampId) -> Option<&'m Stamp> {
        self.stamps.get(id.0).or_else(|| self.new.get(id.0.checked_sub(self.stamps.len())?))
    }

    fn instant(&mut self, place: &str, id: StampId, text: &Text) -> Result<(), Mismatch> {
        let Some(stamp) = self.stamp(id) else { return Ok(()) };
        let learned = self.learned.iter().find(|(other, _)| *other == id).map(|(_, text)| text);
        if let Some(known) = stamp.known.as_ref().or(learned) {
            if known == text {
                return Ok(());
            }
            return Err(Mismatch::new(place, format!("\"{known}\", as before"), quoted(text)));
        }
        let Ok(instant) = Timestamp::parse(text) else {
            return Err(Mismatch::new(place, "an instant", quoted(text)));
        };
        let nanoseconds = instant.as_nanoseconds();
        if stamp.window.from.is_some_and(|from| nanoseconds < from) {
            let from = shown_instant(stamp.window.from);
            return Err(Mismatch::new(
                place,
                format!("an instant not before {from}"),
                quoted(text),
            ));
        }
        if stamp.window.until.is_some_and(|until| nanoseconds > until) {
            let until = shown_instant(stamp.window.until);
            return Err(Mismatch::new(
                place,
                format!("an instant not after {until}"),
                quoted(text),
            ));
        }
        self.learned.push((id, text.clone()));
        Ok(())
    }

    /// A value for people.
    fn shown(&self, value: &Value) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => Json::Number(number.clone()).to_compact(),
            Value::Text(text) => quoted(text),
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.shown(item)).collect();
                format!("[{}]", items.join(","))
            }
            Value::Object(fields) => {
                let members: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{}", self.shown(value)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            Value::Stamp(id) => match self.stamp(*id) {
                Some(Stamp { known: Some(known), .. }) => quoted(known),
                Some(Stamp { window: Window { from: from @ Some(_), .. }, .. }) => {
                    format!("an instant not before {}", shown_instant(*from))
                }
                Some(Stamp { .. }) | None => "an instant".to_owned(),
            },
        }
    }
}

pub(super) fn quoted(text: &str) -> String {
    Json::from(text.to_owned()).to_compact()
}

fn shown_instant(nanoseconds: Option<i128>) -> String {
    nanoseconds.map_or_else(String::new, |at| Timestamp::from_nanoseconds(at).to_string())
}
