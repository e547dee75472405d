//! A query for one index: its fields are known, its values are read, and it can be asked whether
//! it finds a document (contract DO-7.1, DO-7.2).

use std::collections::BTreeSet;

use super::{
    fields::Field,
    query::{Case, Edge},
    values::{self, Value},
    view::View,
    wildcard::Pattern,
};

/// A clause with its weight.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) boost: f32,
    pub(super) node: Node,
}

/// What a clause asks of a document.
#[derive(Clone, Debug)]
pub(super) enum Node {
    All,
    None,
    Ids(BTreeSet<String>),
    Exists(Vec<Field>),
    /// A value of the field passes.
    Value(Field, Test),
    /// So many of the words are in the field.
    Words {
        field: Field,
        words: Vec<String>,
        least: usize,
    },
    /// A member with values is somewhere below the path.
    Within(String),
    Bool(Box<BoolPlan>),
    Constant(Box<Plan>),
}

/// A `bool` query.
#[derive(Clone, Debug, Default)]
pub(super) struct BoolPlan {
    pub(super) must: Vec<Plan>,
    pub(super) filter: Vec<Plan>,
    pub(super) should: Vec<Plan>,
    pub(super) must_not: Vec<Plan>,
    /// How many of `should` have to be found.
    pub(super) least: usize,
}

/// What an indexed value is compared with.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Texts(BTreeSet<String>),
    /// The same in other letters.
    TextInAnyCase(String),
    Prefix(String, Case),
    Pattern(Pattern),
    TextRange {
        lower: Option<(String, Edge)>,
        upper: Option<(String, Edge)>,
    },
    Integers(BTreeSet<i64>),
    /// From the first to the last, both included; any of several.
    Spans(Vec<(i64, i64)>),
    Decimals(Vec<f64>),
    DecimalRange {
        lower: Option<(f64, Edge)>,
        upper: Option<(f64, Edge)>,
    },
}

impl Plan {
    /// How much the document counts; `None` if it is not found.
    pub(super) fn score(&self, document: &View<'_>) -> Option<f32> {
        let score = match &self.node {
            Node::Words { field, words, least } => {
                let found = words.iter().filter(|word| has_word(field, document, word)).count();
                (found >= *least).then(|| as_score(found))
            }
            Node::Bool(plan) => plan.score(document),
            _ => self.matches(document).then_some(1.0),
        };
        score.map(|score| score * self.boost)
    }

    /// Whether the document is found.
    pub(super) fn matches(&self, document: &View<'_>) -> bool {
        match &self.node {
            Node::All => true,
            Node::None => false,
            Node::Ids(ids) => ids.contains(&document.document.id),
            Node::Exists(fields) => fields.iter().any(|field| values::exists(field, document)),
            Node::Value(field, test) => {
                values::any(field, document, &mut |value| test.passes(value))
            }
            Node::Words { field, words, least } => {
                words.iter().filter(|word| has_word(field, document, word)).count() >= *least
            }
            Node::Within(path) => super::paths::any_within(document.source(), path),
            Node::Bool(plan) => plan.matches(document),
            Node::Constant(plan) => plan.matches(document),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a query has few words")]
const fn as_score(found: usize) -> f32 {
    found as f32
}

fn has_word(field: &Field, document: &View<'_>, word: &str) -> bool {
    values::any(field, document, &mut |value| matches!(value, Value::Text(text) if text == word))
}

impl BoolPlan {
    fn matches(&self, document: &View<'_>) -> bool {
        let all = |plans: &[Plan]| plans.iter().all(|plan| plan.matches(document));
        all(&self.must)
            && all(&self.filter)
            && !self.must_not.iter().any(|plan| plan.matches(document))
            && self.has_enough(document)
    }

    fn has_enough(&self, document: &View<'_>) -> bool {
        let found = self.should.iter().filter(|plan| plan.matches(document));
        self.least == 0 || found.take(self.least).count() == self.least
    }

    fn score(&self, document: &View<'_>) -> Option<f32> {
        if !self.matches(document) {
            return None;
        }
        let scoring = self.must.iter().chain(&self.should);
        let scores = scoring.filter_map(|plan| plan.score(document));
        let sum = scores.fold(0.0, |sum, score| sum + f64::from(score));
        #[expect(clippy::cast_possible_truncation, reason = "scores have 32 bits")]
        Some(sum as f32)
    }
}

impl Test {
    fn passes(&self, value: &Value<'_>) -> bool {
        match value {
            Value::Text(text) => self.passes_text(text),
            Value::Integer(value) => match self {
                Self::Integers(wanted) => wanted.contains(value),
                Self::Spans(spans) => {
                    spans.iter().any(|(first, last)| (first..=last).contains(&value))
                }
                _ => false,
            },
            Value::Decimal(value) => match self {
                Self::Decimals(wanted) => wanted.contains(value),
                Self::DecimalRange { lower, upper } => {
                    above(value, lower.as_ref()) && below(value, upper.as_ref())
                }
                _ => false,
            },
        }
    }

    fn passes_text(&self, text: &str) -> bool {
        match self {
            Self::Texts(wanted) => wanted.contains(text),
            Self::TextInAnyCase(wanted) => wanted.eq_ignore_ascii_case(text),
            Self::Prefix(prefix, Case::Sensitive) => text.starts_with(prefix.as_str()),
            Self::Prefix(prefix, Case::Insensitive) => {
                text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            }
            Self::Pattern(pattern) => pattern.matches(text),
            Self::TextRange { lower, upper } => {
                let text = text.to_owned();
                above(&text, lower.as_ref()) && below(&text, upper.as_ref())
            }
            Self::Integers(_) | Self::Spans(_) | Self::Decimals(_) | Self::DecimalRange { .. } => {
                false
            }
        }
    }
}

fn above<V: PartialOrd>(value: &V, lower: Option<&(V, Edge)>) -> bool {
    lower.is_none_or(|(bound, edge)| match edge {
        Edge::Included => value >= bound,
        Edge::Excluded => value > bound,
    })
}

fn below<V: PartialOrd>(value: &V, upper: Option<&(V, Edge)>) -> bool {
    upper.is_none_or(|(bound, edge)| match edge {
        Edge::Included => value <= bound,
        Edge::Excluded => value < bound,
    })
}
