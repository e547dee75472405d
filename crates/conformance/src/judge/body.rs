//! Compares an expected body with the one that came, placeholder by placeholder.

use api_types::json::{Json, Object};

use super::{Mismatch, Strictness, Where};
use crate::case::{
    ExpectedBody, Placeholder, Shape, VariableError, Variables, expand_json, timestamp,
};

/// What counts.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) strictness: Strictness,
    /// The body is that of an error.
    pub(super) error: bool,
}

/// The result for a body.
pub(super) struct BodyJudgement {
    pub(super) mismatches: Vec<Mismatch>,
    /// The expected body with what matched filled in, so that only differences show in a diff.
    pub(super) expected: Json,
}

/// Whether an object may have members that the expected one does not name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    Refused,
    Allowed,
}

/// Compares.
pub(super) fn judge(
    expected: &ExpectedBody,
    actual: &Json,
    rules: Rules,
    variables: &mut Variables,
) -> Result<BodyJudgement, VariableError> {
    let (wanted, others, lacks) = match expected {
        ExpectedBody::Exactly(body) => (body.clone(), Others::Refused, &[][..]),
        ExpectedBody::Members { has, lacks } => {
            (Json::Object(has.clone()), Others::Allowed, lacks.as_slice())
        }
        ExpectedBody::Empty => (Json::Null, Others::Refused, &[][..]),
    };
    let wanted = expand_json(&wanted, variables)?;
    let ordered = rules.error || rules.strictness == Strictness::Order;
    let mut comparison = Comparison { others, ordered, variables, mismatches: Vec::new() };
    let mut expected = comparison.value(&wanted, actual, "");
    for path in lacks {
        if let Some(value) = actual.at(path) {
            let pointer = format!("/{}", path.replace('.', "/"));
            comparison.differ(&pointer, "no such member", value.to_compact());
            expected = without(expected, path);
        }
    }
    Ok(BodyJudgement { mismatches: comparison.mismatches, expected })
}

struct Comparison<'a> {
    others: Others,
    ordered: bool,
    variables: &'a mut Variables,
    mismatches: Vec<Mismatch>,
}

impl Comparison<'_> {
    fn differ(&mut self, pointer: &str, expected: impl Into<String>, actual: impl Into<String>) {
        self.mismatches.push(Mismatch::new(Where::Body(pointer.to_owned()), expected, actual));
    }

    /// Compares two values and gives back the expected one with what matched filled in.
    fn value(&mut self, expected: &Json, actual: &Json, pointer: &str) -> Json {
        match (expected, actual) {
            (Json::Object(expected), Json::Object(actual)) => {
                Json::Object(self.object(expected, actual, pointer))
            }
            (Json::Array(expected), Json::Array(actual)) => {
                Json::Array(self.array(expected, actual, pointer))
            }
            (Json::String(text), _) => match Placeholder::parse(text) {
                Ok(Placeholder::Literal) | Err(_) => self.same(expected, actual, pointer),
                Ok(placeholder) => self.placeholder(&placeholder, text, actual, pointer),
            },
            _ => self.same(expected, actual, pointer),
        }
    }

    fn same(&mut self, expected: &Json, actual: &Json, pointer: &str) -> Json {
        if expected != actual {
            self.differ(pointer, expected.to_compact(), actual.to_compact());
        }
        expected.clone()
    }

    fn object(&mut self, expected: &Object, actual: &Object, pointer: &str) -> Object {
        let mut filled = Object::new();
        for (name, wanted) in expected.iter() {
            let pointer = member(pointer, name);
            if let Some(value) = actual.get(name) {
                let value = self.value(wanted, value, &pointer);
                filled.insert(name.to_owned(), value);
            } else {
                self.differ(&pointer, wanted.to_compact(), "no such member");
                filled.insert(name.to_owned(), wanted.clone());
            }
        }
        if self.others == Others::Refused {
            for (name, value) in actual.iter().filter(|(name, _)| !expected.contains(name)) {
                self.differ(&member(pointer, name), "no such member", value.to_compact());
            }
        }
        let in_order = self.check_order(expected, actual, pointer);
        if in_order { as_in(filled, actual, self.others) } else { filled }
    }

    /// Whether the expected members come in the expected order, or the order does not matter.
    fn check_order(&mut self, expected: &Object, actual: &Object, pointer: &str) -> bool {
        let names = |object: &Object, other: &Object| -> Vec<String> {
            let both = object.iter().filter(|(name, _)| other.contains(name));
            both.map(|(name, _)| name.to_owned()).collect()
        };
        let wanted = names(expected, actual);
        let came = names(actual, expected);
        if !self.ordered || self.others == Others::Allowed || wanted == came {
            return true;
        }
        let listed = |names: &[String]| format!("members in the order {}", names.join(", "));
        self.differ(pointer, listed(&wanted), listed(&came));
        false
    }

    fn array(&mut self, expected: &[Json], actual: &[Json], pointer: &str) -> Vec<Json> {
        if expected.len() != actual.len() {
            let count = |elements: &[Json]| format!("{} elements", elements.len());
            self.differ(pointer, count(expected), count(actual));
        }
        let mut filled = Vec::new();
        for (index, wanted) in expected.iter().enumerate() {
            filled.push(match actual.get(index) {
                Some(value) => self.value(wanted, value, &format!("{pointer}/{index}")),
                None => wanted.clone(),
            });
        }
        filled
    }

    /// Compares with a placeholder other than a literal.
    fn placeholder(
        &mut self,
        placeholder: &Placeholder,
        text: &str,
        actual: &Json,
        pointer: &str,
    ) -> Json {
        let expected = match placeholder {
            Placeholder::Literal => Some(text.to_owned()),
            Placeholder::Shape { shape, keep } => self.shape(*shape, keep.as_ref(), actual),
            Placeholder::Same(name) => match self.variables.get(name) {
                Ok(kept) if kept == actual => None,
                Ok(kept) => Some(kept.to_compact()),
                Err(error) => Some(error.to_string()),
            },
            Placeholder::Later(name) => self.later(name, actual),
            Placeholder::StartsWith(start) => {
                let starts = actual.as_str().is_some_and(|text| text.starts_with(start.as_str()));
                (!starts).then(|| format!("a text that starts with {start:?}"))
            }
        };
        match expected {
            None => actual.clone(),
            Some(expected) => {
                self.differ(pointer, expected, actual.to_compact());
                Json::from(text.to_owned())
            }
        }
    }

    /// What was expected, if the value is not of the shape.
    fn shape(&mut self, shape: Shape, keep: Option<&String>, actual: &Json) -> Option<String> {
        if !shape.matches(actual) {
            return Some(shape.described().to_owned());
        }
        if let Some(name) = keep {
            self.variables.keep(name.clone(), actual.clone());
        }
        None
    }

    /// What was expected, if the value is not a time after the one that was kept.
    fn later(&self, name: &str, actual: &Json) -> Option<String> {
        let kept = match self.variables.get(name) {
            Ok(kept) => kept.as_str().unwrap_or_default(),
            Err(error) => return Some(error.to_string()),
        };
        let now = actual.as_str().and_then(timestamp);
        match (timestamp(kept), now) {
            (Some(before), Some(now)) if now > before => None,
            _ => Some(format!("a time after {kept}")),
        }
    }
}

/// The filled-in members in the order of the answer, so that order shows no difference where it
/// is none; members that only the answer has are taken over where they are allowed.
fn as_in(mut filled: Object, actual: &Object, others: Others) -> Object {
    let mut ordered = Object::new();
    for (name, value) in actual.iter() {
        if let Some(wanted) = filled.remove(name) {
            ordered.insert(name.to_owned(), wanted);
        } else if others == Others::Allowed {
            ordered.insert(name.to_owned(), value.clone());
        }
    }
    for (name, value) in filled {
        ordered.insert(name, value);
    }
    ordered
}

/// The value without the member at a dotted path.
fn without(value: Json, path: &str) -> Json {
    let Json::Object(object) = value else { return value };
    let (first, rest) =
        path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let members = object.into_iter().filter_map(|(name, value)| {
        if name != first {
            return Some((name, value));
        }
        rest.map(|rest| (name, without(value, rest)))
    });
    Json::Object(members.collect())
}

/// The JSON pointer of a member.
fn member(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}
