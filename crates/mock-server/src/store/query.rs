//! Searching an index: filters, one sort key, a page.

use std::cmp::Ordering;

use api_types::{Timestamp, json::Json};

use super::{Document, Index, StoreError};

/// `index.max_result_window`
const RESULT_WINDOW: u64 = 10_000;

/// Which documents are meant.
#[derive(Clone, Debug)]
pub(crate) enum Query {
    /// The value at a dotted path is this one.
    Term(&'static str, Json),
    /// The text at a dotted path is one of these.
    Terms(&'static str, Vec<String>),
    /// The whole text at a path matches a pattern of `*` and `?`.
    Wildcard(&'static str, String),
    /// A lower-cased word of the text at a path matches a pattern.
    WordWildcard(&'static str, String),
    Not(Box<Self>),
    Every(Vec<Self>),
    Any(Vec<Self>),
}

impl Query {
    pub(crate) fn term(path: &'static str, value: impl Into<Json>) -> Self {
        Self::Term(path, value.into())
    }

    pub(crate) fn not(query: Self) -> Self {
        Self::Not(Box::new(query))
    }

    pub(crate) fn matches(&self, document: &Document) -> bool {
        match self {
            Self::Term(path, value) => at(document, path).is_some_and(|found| found == value),
            Self::Terms(path, values) => text_at(document, path)
                .is_some_and(|found| values.iter().any(|value| value == found)),
            Self::Wildcard(path, pattern) => {
                text_at(document, path).is_some_and(|text| wildcard(pattern, text))
            }
            Self::WordWildcard(path, pattern) => text_at(document, path)
                .is_some_and(|text| words(text).any(|word| wildcard(pattern, &word))),
            Self::Not(query) => !query.matches(document),
            Self::Every(queries) => queries.iter().all(|query| query.matches(document)),
            Self::Any(queries) => queries.iter().any(|query| query.matches(document)),
        }
    }
}

fn at<'a>(document: &'a Document, path: &str) -> Option<&'a Json> {
    match path.split_once('.') {
        None => document.source().get(path),
        Some((first, rest)) => document.source().get(first)?.at(rest),
    }
}

fn text_at<'a>(document: &'a Document, path: &str) -> Option<&'a str> {
    at(document, path)?.as_str()
}

/// The words of an analysed text.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// `*` is any text, `?` any character, `\` takes the next character as it is.
fn wildcard(pattern: &str, text: &str) -> bool {
    let pattern = Part::read(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match (pattern.get(at_pattern), text.get(at_text)) {
            (Some(Part::Any), _) => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            (Some(part), Some(character)) if part.takes(*character) => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => match &mut star {
                Some((star_pattern, star_text)) => {
                    *star_text += 1;
                    at_pattern = *star_pattern + 1;
                    at_text = *star_text;
                }
                None => return false,
            },
        }
    }
    pattern.get(at_pattern..).unwrap_or_default().iter().all(|part| *part == Part::Any)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Any,
    One,
    Exactly(char),
}

impl Part {
    fn read(pattern: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '*' => Self::Any,
                '?' => Self::One,
                '\\' => Self::Exactly(characters.next().unwrap_or('\\')),
                other => Self::Exactly(other),
            });
        }
        parts
    }

    fn takes(self, character: char) -> bool {
        match self {
            Self::Any => false,
            Self::One => true,
            Self::Exactly(expected) => expected == character,
        }
    }
}

/// The direction of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Ascending,
    Descending,
}

/// How values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SortAs {
    /// As text, byte by byte.
    Text,
    /// As instants.
    Date,
}

/// Documents without the value come last; ties stand in the order of their last write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sort {
    pub(crate) path: &'static str,
    pub(crate) values: SortAs,
    pub(crate) order: Order,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortKey<'a> {
    Text(&'a str),
    Date(Timestamp),
}

impl Sort {
    fn key<'a>(self, document: &'a Document) -> Option<SortKey<'a>> {
        let text = text_at(document, self.path)?;
        match self.values {
            SortAs::Text => Some(SortKey::Text(text)),
            SortAs::Date => Timestamp::parse(text).ok().map(SortKey::Date),
        }
    }

    fn apply(self, documents: &mut [&Document]) {
        documents.sort_by_cached_key(|document| document.seq_no);
        let mut keyed: Vec<_> = documents.iter().map(|found| (self.key(found), *found)).collect();
        keyed.sort_by(|(left, _), (right, _)| match (left, right) {
            (Some(left), Some(right)) => match self.order {
                Order::Ascending => left.cmp(right),
                Order::Descending => right.cmp(left),
            },
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
        for (place, (_, document)) in documents.iter_mut().zip(keyed) {
            *place = document;
        }
    }
}

/// A search: the documents that match, sorted, and one page of them.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) query: Query,
    pub(crate) sort: Sort,
    pub(crate) from: u64,
    pub(crate) size: u64,
}

/// What a search found.
#[derive(Debug)]
pub(crate) struct Hits<'a> {
    /// All that match; not more than are tracked.
    pub(crate) total: u64,
    pub(crate) page: Vec<&'a Document>,
}

impl Search {
    pub(super) fn run<'a>(&self, index: &'a Index) -> Result<Hits<'a>, StoreError> {
        let asked = self.from + self.size;
        if asked > RESULT_WINDOW {
            return Err(StoreError::ResultWindow {
                index: index.name.clone(),
                node: index.node.clone(),
                asked,
            });
        }
        let mut found: Vec<&Document> =
            index.documents().filter(|document| self.query.matches(document)).collect();
        self.sort.apply(&mut found);
        let total = (found.len() as u64).min(RESULT_WINDOW);
        let from = usize::try_from(self.from).unwrap_or(usize::MAX);
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        Ok(Hits { total, page: found.into_iter().skip(from).take(size).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_whole_texts() {
        for (pattern, text, expected) in [
            ("*drive*", "google-drive", true),
            ("*Drive*", "google-drive", false),
            ("?oogle*", "google", true),
            ("*", "", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            (r"a\*", "a*", true),
            (r"a\*", "ab", false),
        ] {
            assert_eq!(wildcard(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
