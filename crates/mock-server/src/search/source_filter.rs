//! `_source`: which members of a document are shown (contract DO-7.4).

use api_types::json::{Json, Object};

use super::{query::Case, wildcard::Pattern};

/// Which part of a document is shown.
#[derive(Clone, Debug, Default)]
pub(crate) enum SourceFilter {
    #[default]
    Everything,
    Nothing,
    Parts(Parts),
}

/// Patterns of paths. What is included is shown with all below it, unless it is excluded.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    includes: Vec<Pattern>,
    excludes: Vec<Pattern>,
}

impl SourceFilter {
    /// Without patterns everything is shown.
    pub(super) fn parts(includes: &[String], excludes: &[String]) -> Self {
        if includes.is_empty() && excludes.is_empty() {
            return Self::Everything;
        }
        let patterns = |texts: &[String]| {
            texts.iter().map(|text| Pattern::simple(text, Case::Sensitive)).collect()
        };
        Self::Parts(Parts { includes: patterns(includes), excludes: patterns(excludes) })
    }
}

/// Whether all of a value is shown, or only what a pattern names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Named,
}

impl Parts {
    /// The members of a document that are shown.
    pub(crate) fn apply(&self, document: Object) -> Object {
        let shown = if self.includes.is_empty() { Shown::All } else { Shown::Named };
        self.object(document, "", shown)
    }

    fn object(&self, object: Object, path: &str, shown: Shown) -> Object {
        let mut kept = Object::new();
        for (name, value) in object {
            let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            if let Some(value) = self.member(value, &path, shown) {
                kept.insert(name, value);
            }
        }
        kept
    }

    fn member(&self, value: Json, path: &str, shown: Shown) -> Option<Json> {
        let matches = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(path));
        let below = format!("{path}.");
        let may_match_below =
            |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.may_begin_with(&below));
        if matches(&self.excludes) {
            return None;
        }
        let is_included = shown == Shown::All || matches(&self.includes);
        if is_included && !may_match_below(&self.excludes) {
            return Some(value);
        }
        if !is_included && !may_match_below(&self.includes) {
            return None;
        }
        let shown = if is_included { Shown::All } else { Shown::Named };
        let kept = match value {
            Json::Object(object) => Json::Object(self.object(object, path, shown)),
            Json::Array(elements) => Json::Array(self.elements(elements, path, shown)),
            scalar => return is_included.then_some(scalar),
        };
        (is_included || !is_empty(&kept)).then_some(kept)
    }

    /// Objects and arrays of which nothing is left are left out.
    fn elements(&self, elements: Vec<Json>, path: &str, shown: Shown) -> Vec<Json> {
        let kept = elements.into_iter().filter_map(|element| match element {
            Json::Object(object) => {
                let kept = Json::Object(self.object(object, path, shown));
                (!is_empty(&kept)).then_some(kept)
            }
            Json::Array(elements) => {
                let kept = Json::Array(self.elements(elements, path, shown));
                (!is_empty(&kept)).then_some(kept)
            }
            scalar => (shown == Shown::All).then_some(scalar),
        });
        kept.collect()
    }
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Object(object) => object.is_empty(),
        Json::Array(elements) => elements.is_empty(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}
