//! A JSON object: members in the order in which they were first added.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::{Json, Text};

/// Members of a JSON object, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(IndexMap<Text, Json, RandomState>);

/// What a partial update did to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    Unchanged,
    Changed,
}

impl Object {
    /// An object without members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a member; a replaced one keeps its place.
    pub fn insert(&mut self, name: impl Into<Text>, value: impl Into<Json>) {
        self.0.insert(name.into(), value.into());
    }

    /// Adds the member only if there is a value.
    pub fn insert_some(&mut self, name: impl Into<Text>, value: Option<impl Into<Json>>) {
        if let Some(value) = value {
            self.insert(name, value);
        }
    }

    /// This object with one member more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Text>, value: impl Into<Json>) -> Self {
        self.insert(name, value);
        self
    }

    /// The member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// The member, if it is there, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.0.get_mut(name)
    }

    /// Takes the member of that name out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        self.0.shift_remove(name)
    }

    /// Whether there is a member of that name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Merges `patch` into this object as a partial update does (contract CN-1.5): objects are
    /// merged recursively, everything else is replaced, new members are appended, `null` is a
    /// value. Returns whether anything changed, which decides between `updated` and `noop`.
    pub fn merge(&mut self, patch: Self) -> bool {
        self.merge_members(patch) == Merge::Changed
    }

    fn merge_members(&mut self, patch: Self) -> Merge {
        let mut outcome = Merge::Unchanged;
        for (name, new) in patch.0 {
            match (self.0.get_mut(&name), new) {
                (Some(Json::Object(old)), Json::Object(new)) => {
                    if old.merge_members(new) == Merge::Changed {
                        outcome = Merge::Changed;
                    }
                }
                (Some(old), new) if *old == new => {}
                (Some(old), new) => {
                    *old = new;
                    outcome = Merge::Changed;
                }
                (None, new) => {
                    self.0.insert(name, new);
                    outcome = Merge::Changed;
                }
            }
        }
        outcome
    }
}

impl<N: Into<Text>> FromIterator<(N, Json)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, Json)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl IntoIterator for Object {
    type Item = (Text, Json);
    type IntoIter = indexmap::map::IntoIter<Text, Json>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        match Json::parse(text.as_bytes()) {
            Ok(Json::Object(object)) => object,
            other => panic!("not an object: {other:?}"),
        }
    }

    fn check(old: &str, patch: &str, expected: &str, changed: bool) {
        let mut merged = object(old);
        assert_eq!(merged.merge(object(patch)), changed, "{old} + {patch}");
        assert_eq!(Json::Object(merged).to_compact(), expected, "{old} + {patch}");
    }

    #[test]
    fn objects_merge_recursively_and_keep_absent_members() {
        check(r#"{"a":{"b":1,"c":2}}"#, r#"{"a":{"b":3}}"#, r#"{"a":{"b":3,"c":2}}"#, true);
    }

    #[test]
    fn arrays_and_scalars_are_replaced() {
        check(r#"{"a":[1,2],"b":1}"#, r#"{"a":[3]}"#, r#"{"a":[3],"b":1}"#, true);
        check(r#"{"a":{"b":1}}"#, r#"{"a":5}"#, r#"{"a":5}"#, true);
    }

    #[test]
    fn null_is_stored_and_a_first_null_is_a_change() {
        check("{}", r#"{"a":null}"#, r#"{"a":null}"#, true);
        check(r#"{"a":null}"#, r#"{"a":null}"#, r#"{"a":null}"#, false);
    }

    #[test]
    fn an_equal_patch_changes_nothing() {
        check(
            r#"{"a":{"b":[1,{"c":2}]}}"#,
            r#"{"a":{"b":[1,{"c":2}]}}"#,
            r#"{"a":{"b":[1,{"c":2}]}}"#,
            false,
        );
        check(r#"{"a":{}}"#, r#"{"a":{}}"#, r#"{"a":{}}"#, false);
    }

    #[test]
    fn an_integer_and_a_double_differ() {
        check(r#"{"a":1}"#, r#"{"a":1.0}"#, r#"{"a":1.0}"#, true);
    }
}
