//! `filter_path`: leaving members out of an answer (contract RL-4).

use api_types::{
    Version,
    differences::Difference,
    json::{Json, Object, Text},
};

/// A parsed `filter_path`.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterPath {
    includes: Vec<Pattern>,
    excludes: Vec<Pattern>,
    /// What excludes do with containers that were empty before (contract RL-15-11).
    empty: Empty,
}

/// What becomes of a container that was empty before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Empty {
    #[default]
    Kept,
    Dropped,
}

type Pattern = Vec<String>;

impl FilterPath {
    /// Reads a comma list of patterns; those with a leading `-` exclude.
    pub(crate) fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for pattern in text.split(',').map(str::trim).filter(|pattern| !pattern.is_empty()) {
            match pattern.strip_prefix('-') {
                Some(excluded) => filter.excludes.push(segments(excluded.trim())),
                None => filter.includes.push(segments(pattern)),
            }
        }
        filter
    }

    /// A filter of members that are named one by one.
    pub(crate) fn of_lists(includes: &[String], excludes: &[String]) -> Self {
        let all = |patterns: &[String]| patterns.iter().map(|pattern| segments(pattern)).collect();
        Self { includes: all(includes), excludes: all(excludes), empty: Empty::Kept }
    }

    /// The filter as a server of this version applies it.
    pub(crate) fn of(self, version: Version) -> Self {
        let kept = version.has(Difference::FilterKeepsEmpty);
        Self { empty: if kept { Empty::Kept } else { Empty::Dropped }, ..self }
    }

    /// Applies the filter to a whole answer: the outermost object always stays.
    pub(crate) fn apply(&self, mut answer: Json) -> Json {
        if !self.includes.is_empty() {
            answer = include(answer, &patterns(&self.includes)).unwrap_or_default();
        }
        if !self.excludes.is_empty() {
            answer = exclude(answer, &patterns(&self.excludes), self.empty).unwrap_or_default();
        }
        if answer.is_null() { Json::Object(Object::new()) } else { answer }
    }
}

fn patterns(all: &[Pattern]) -> Vec<&[String]> {
    all.iter().map(Vec::as_slice).collect()
}

/// Splits at dots that are not escaped. An empty segment takes the rest with it.
fn segments(pattern: &str) -> Pattern {
    let mut segments = vec![String::new()];
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let Some(last) = segments.last_mut() else { break };
        match character {
            '\\' if characters.peek() == Some(&'.') => last.extend(characters.next()),
            '.' if last.is_empty() => {
                last.push('.');
                last.extend(characters.by_ref());
            }
            '.' => segments.push(String::new()),
            other => last.push(other),
        }
    }
    segments
}

/// What patterns say of a member.
enum Match<'a> {
    /// A pattern ends here: the member and all within are meant.
    Whole,
    /// These patterns go on within.
    Within(Vec<&'a [String]>),
}

fn step<'a>(patterns: &[&'a [String]], name: &str) -> Match<'a> {
    let mut step = Step { name, followed: Vec::new(), within: Vec::new() };
    for pattern in patterns {
        if step.follow(pattern) {
            return Match::Whole;
        }
    }
    Match::Within(step.within)
}

/// What patterns come to at one member. There are many ways to what is left of a pattern with
/// several `**`; each is gone once, or a short filter would keep the server busy for ever.
struct Step<'a, 'n> {
    name: &'n str,
    /// Patterns with `**` in front that have been followed and do not end here.
    followed: Vec<&'a [String]>,
    /// What is left of the patterns.
    within: Vec<&'a [String]>,
}

impl<'a> Step<'a, '_> {
    /// Whether the pattern ends at the name; otherwise adds what is left of it.
    fn follow(&mut self, pattern: &'a [String]) -> bool {
        let Some((segment, rest)) = pattern.split_first() else { return false };
        if segment == "**" {
            if rest.is_empty() {
                return true;
            }
            if !add(&mut self.followed, pattern) {
                return false;
            }
            add(&mut self.within, pattern);
            return self.follow(rest);
        }
        if !glob(segment, self.name) {
            return false;
        }
        if rest.is_empty() {
            return true;
        }
        add(&mut self.within, rest);
        false
    }
}

/// Adds a part of a pattern unless it is there. The same part is the same place in memory.
fn add<'a>(parts: &mut Vec<&'a [String]>, part: &'a [String]) -> bool {
    let is_new = !parts.iter().any(|known| std::ptr::eq(*known, part));
    if is_new {
        parts.push(part);
    }
    is_new
}

/// `*` is any run of characters.
fn glob(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(found) = left.find(part) else { return false };
        left = left.get(found + part.len()..).unwrap_or_default();
    }
    left.ends_with(last)
}

fn include(value: Json, patterns: &[&[String]]) -> Option<Json> {
    match value {
        Json::Object(object) => {
            let members: Object = object
                .into_iter()
                .filter_map(|(name, value)| match step(patterns, &name) {
                    Match::Whole => Some((name, value)),
                    Match::Within(rest) if rest.is_empty() => None,
                    Match::Within(rest) => Some((name, include(value, &rest)?)),
                })
                .collect();
            (!members.is_empty()).then_some(Json::Object(members))
        }
        Json::Array(elements) => {
            let elements: Vec<Json> =
                elements.into_iter().filter_map(|element| include(element, patterns)).collect();
            (!elements.is_empty()).then_some(Json::Array(elements))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

/// An object or array that loses all it has is left out itself; one that had nothing stays.
fn exclude(value: Json, patterns: &[&[String]], empty: Empty) -> Option<Json> {
    match value {
        Json::Object(object) if !object.is_empty() => {
            let members: Object = object
                .into_iter()
                .filter_map(|(name, value): (Text, Json)| match step(patterns, &name) {
                    Match::Whole => None,
                    Match::Within(rest) if rest.is_empty() && empty == Empty::Kept => {
                        Some((name, value))
                    }
                    Match::Within(rest) => Some((name, exclude(value, &rest, empty)?)),
                })
                .collect();
            (!members.is_empty()).then_some(Json::Object(members))
        }
        Json::Array(elements) if !elements.is_empty() => {
            let elements: Vec<Json> = elements
                .into_iter()
                .filter_map(|element| exclude(element, patterns, empty))
                .collect();
            (!elements.is_empty()).then_some(Json::Array(elements))
        }
        Json::Object(_) | Json::Array(_) if empty == Empty::Dropped => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected value: how many parts of the pattern are different.
    #[test]
    fn a_pattern_of_any_depth_goes_on_once() {
        let pattern = segments("**.**.**.x");
        let mut left = vec![pattern.as_slice()];
        for _ in 0..5 {
            let Match::Within(within) = step(&left, "a") else { panic!("it ends") };
            left = within;
        }
        assert_eq!(left.len(), 3, "{left:?}");
    }

    /// `**` stands for no member too (contract RL-4): also where what is left begins with one.
    #[test]
    fn what_is_left_of_a_pattern_is_followed_though_it_is_there_already() {
        let pattern = segments("**.*.**.x");
        let mut left = vec![pattern.as_slice()];
        for name in ["a", "b"] {
            let Match::Within(within) = step(&left, name) else { panic!("it ends at {name}") };
            left = within;
        }
        assert!(matches!(step(&left, "x"), Match::Whole));
    }

    /// Expected values: the server's filter classes over its JSON library, recorded.
    // Proves RL-4-13, RL-4-19, RL-4-20, RL-4-21, RL-4-22, RL-4-23, RL-4-24, RL-4-25.
    #[test]
    fn answers_are_filtered_as_the_server_filters_them() {
        let mut lines = include_str!("../tests/data/filter-path.jsonl")
            .lines()
            .map(|line| Json::parse(line.as_bytes()).unwrap());
        let document = lines.next().unwrap().get("document").unwrap().clone();
        let mut count = 0;
        for line in lines {
            let filter = line.get("filter_path").unwrap().as_str().unwrap();
            let filtered = FilterPath::parse(filter).apply(document.clone());
            assert_eq!(
                filtered.to_compact(),
                line.get("answer").unwrap().to_compact(),
                "filter_path={filter}"
            );
            count += 1;
        }
        assert!(count > 50, "only {count} filters");
    }
}
