//! A query as it was read, before it is known which fields an index has.

use api_types::json::Json;

use super::dates::Form;

/// A clause with its weight.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(super) boost: f32,
    pub(super) clause: Clause,
}

/// What a query asks of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Clause {
    MatchAll,
    MatchNone,
    Term { field: String, value: Json, case: Case },
    Terms { field: String, values: Vec<Json> },
    Match { field: String, value: Json, operator: Operator, minimum: Option<String> },
    Ids(Vec<String>),
    Exists(String),
    Prefix { field: String, value: String, case: Case },
    Wildcard { field: String, value: String, case: Case },
    Range { field: String, bounds: Bounds },
    Bool(Bool),
    ConstantScore(Box<Query>),
}

/// Whether letters are told from capitals; only those of ASCII are ever taken as equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Case {
    #[default]
    Sensitive,
    Insensitive,
}

/// How many words of a `match` a text has to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Operator {
    #[default]
    Or,
    And,
}

/// The two ends of a `range`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bounds {
    pub(super) lower: Option<Bound>,
    pub(super) upper: Option<Bound>,
}

impl Bounds {
    /// How dates are written in them: one that is a number makes both milliseconds.
    pub(super) fn form(&self) -> Form {
        let mut values = self.lower.iter().chain(&self.upper).map(|bound| &bound.value);
        if values.any(|value| Form::of(value) == Form::Millis) {
            Form::Millis
        } else {
            Form::Mapped
        }
    }
}

/// One end of a `range`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) value: Json,
    pub(super) edge: Edge,
}

/// Whether the value at the end of a range belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Included,
    Excluded,
}

/// A `bool` query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bool {
    pub(super) must: Vec<Query>,
    pub(super) filter: Vec<Query>,
    pub(super) should: Vec<Query>,
    pub(super) must_not: Vec<Query>,
    pub(super) minimum_should_match: Option<String>,
    /// Whether one that only forbids finds all else.
    pub(super) adjust_pure_negative: bool,
}

impl Query {
    pub(super) const fn new(clause: Clause, boost: f32) -> Self {
        Self { boost, clause }
    }

    /// Every document.
    pub(crate) const fn match_all() -> Self {
        Self::new(Clause::MatchAll, 1.0)
    }
}
