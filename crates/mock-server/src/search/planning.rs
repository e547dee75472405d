//! From a query to what it means in one index.

use api_types::{
    Timestamp,
    error::{ErrorCause, ErrorType},
    json::Json,
};

use super::{
    analysis,
    dates::{Form, Round},
    fields::{Field, Fields, Kind, Others, Resolved},
    parse::not_served,
    plan::{BoolPlan, Node, Plan, Test},
    query::{Bool, Bound, Bounds, Case, Clause, Edge, Operator, Query},
    values::{self, Side, Whole},
    wildcard::Pattern,
};
use crate::store::Document;

/// The most values of a `terms` query: `index.max_terms_count`.
const MAX_TERMS: usize = 65_536;

/// Why a query cannot be asked in an index.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    /// What the server reports as it is, with the index.
    Shard(String),
    /// What fails on its own.
    Plain(ErrorCause),
    /// What it reports as the reason for which the query could not be made.
    Cause(ErrorCause),
    /// What this server does not do.
    NotServed(ErrorCause),
}

fn illegal(reason: String) -> Failure {
    Failure::Cause(ErrorCause::new(ErrorType::IllegalArgument, reason))
}

impl From<ErrorCause> for Failure {
    fn from(cause: ErrorCause) -> Self {
        Self::Cause(cause)
    }
}

/// What is known of the index in which a query is asked.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) index: &'a str,
    pub(super) fields: &'a Fields,
    /// Its documents in the order of their writes.
    pub(super) documents: &'a [&'a Document],
    pub(super) now: Timestamp,
}

impl Scope<'_> {
    pub(super) fn plan(&self, query: &Query) -> Result<Plan, Failure> {
        let node = match &query.clause {
            Clause::MatchAll => Node::All,
            Clause::MatchNone => Node::None,
            Clause::Term { field, value, case } => self.term(field, value, *case)?,
            Clause::Terms { field, values } => self.terms(field, values)?,
            Clause::Match { field, value, operator, minimum } => {
                self.words(field, value, *operator, minimum.as_deref())?
            }
            Clause::Ids(ids) => Node::Ids(ids.iter().cloned().collect()),
            Clause::Exists(field) => self.exists(field)?,
            Clause::Prefix { field, value, case } => {
                let test = Test::Prefix(value.clone(), *case);
                self.pattern("prefix", field, &format!("{value}*"), *case, test)?
            }
            Clause::Wildcard { field, value, case } => {
                let test = Test::Pattern(Pattern::read(value, *case));
                self.pattern("wildcard", field, value, *case, test)?
            }
            Clause::Range { field, bounds } => self.range(field, bounds)?,
            Clause::Bool(parts) => self.bool_query(parts)?,
            Clause::ConstantScore(inner) => Node::Constant(Box::new(self.plan(inner)?)),
        };
        Ok(Plan { boost: query.boost, node })
    }

    /// The field of that name; `None` if the index has none.
    pub(super) fn field(&self, name: &str) -> Result<Option<Field>, Failure> {
        match self.fields.resolve(name) {
            Resolved::Field(Field { kind: Kind::NotServed(what), .. }) => {
                Err(Failure::NotServed(not_served(&format!("the field [{name}], {what}"))))
            }
            Resolved::Field(field) => Ok(Some(field)),
            Resolved::Object(..) | Resolved::Unmapped => Ok(None),
        }
    }

    fn term(&self, name: &str, value: &Json, case: Case) -> Result<Node, Failure> {
        let Some(field) = self.field(name)? else { return Ok(Node::None) };
        if case == Case::Sensitive {
            return self.any_of(field, std::slice::from_ref(value));
        }
        let text = values::text_of(value).into_owned();
        match field.kind {
            Kind::Keyword { .. } | Kind::Text => Ok(Node::Value(field, Test::TextInAnyCase(text))),
            Kind::Index => Ok(self.in_index(&text, case)),
            other => Err(Failure::Shard(format!(
                "[{name}] field which is of type [{}], does not support case insensitive term queries",
                other.name()
            ))),
        }
    }

    fn terms(&self, name: &str, wanted: &[Json]) -> Result<Node, Failure> {
        if wanted.is_empty() {
            return Ok(Node::None);
        }
        if wanted.len() > MAX_TERMS {
            return Err(illegal(format!(
                "The number of terms [{}] used in the Terms Query request has exceeded the allowed maximum of [{MAX_TERMS}]. This maximum can be set by changing the [index.max_terms_count] index level setting.",
                wanted.len()
            )));
        }
        let Some(field) = self.field(name)? else { return Ok(Node::None) };
        if let Kind::Integer(kind) = field.kind {
            wanted.iter().try_for_each(|value| values::check_width(kind, value))?;
        }
        self.any_of(field, wanted)
    }

    /// One of the values is in the field.
    fn any_of(&self, field: Field, wanted: &[Json]) -> Result<Node, Failure> {
        let texts = || wanted.iter().map(|value| values::text_of(value).into_owned());
        let test = match &field.kind {
            Kind::Id => return Ok(Node::Ids(texts().collect())),
            Kind::Index => {
                let found = texts().any(|text| is_name(self.index, &text, Case::Sensitive));
                return Ok(if found { Node::All } else { Node::None });
            }
            Kind::Keyword { .. } | Kind::Text => Test::Texts(texts().collect()),
            Kind::Integer(_) => Test::Integers(
                wanted
                    .iter()
                    .filter_map(|value| match values::integer_of_query(value) {
                        Ok(Whole::Exactly(value)) => Some(Ok(value)),
                        Ok(Whole::Above(_) | Whole::Beyond(_)) => None,
                        Err(cause) => Some(Err(cause)),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Kind::SeqNo => {
                return self
                    .any_of(Field { kind: Kind::Integer("long"), ..field.clone() }, wanted)
                    .map(|node| as_seq_no(node, field));
            }
            Kind::Decimal(name) => Test::Decimals(
                wanted
                    .iter()
                    .map(|value| values::decimal_of_query(name, value))
                    .collect::<Result<_, _>>()?,
            ),
            Kind::Boolean => Test::Integers(
                wanted.iter().map(values::boolean_of_query).collect::<Result<_, _>>()?,
            ),
            Kind::Date(format) => Test::Spans(
                wanted
                    .iter()
                    .map(|value| {
                        let form = (Form::of(value), *format);
                        let first = values::date_of_query(value, self.now, Round::Down, form)?;
                        Ok((first, values::date_of_query(value, self.now, Round::Up, form)?))
                    })
                    .collect::<Result<_, ErrorCause>>()?,
            ),
            Kind::NotServed(_) => return Ok(Node::None),
        };
        Ok(Node::Value(field, test))
    }

    fn words(
        &self,
        name: &str,
        value: &Json,
        operator: Operator,
        minimum: Option<&str>,
    ) -> Result<Node, Failure> {
        let Some(field) = self.field(name)? else { return Ok(Node::None) };
        if field.kind != Kind::Text {
            return self.any_of(field, std::slice::from_ref(value));
        }
        let words: Vec<String> = analysis::words(&values::text_of(value)).collect();
        let least = match (operator, minimum) {
            (Operator::And, _) => words.len(),
            (Operator::Or, None) => 1,
            (Operator::Or, Some(minimum)) => least(words.len(), minimum)?.max(1),
        };
        Ok(match words.as_slice() {
            [] => Node::None,
            _ => Node::Words { field, words, least },
        })
    }

    pub(super) fn exists(&self, name: &str) -> Result<Node, Failure> {
        if name.contains('*') {
            return Err(Failure::NotServed(not_served("a pattern in the query [exists]")));
        }
        match self.fields.resolve(name) {
            Resolved::Object(_, Others::NotServed(_)) => Ok(Node::Within(name.to_owned())),
            Resolved::Object(fields, _) if fields.is_empty() => Ok(Node::None),
            Resolved::Object(fields, _) => Ok(Node::Exists(fields)),
            Resolved::Field(_) | Resolved::Unmapped => {
                Ok(self.field(name)?.map_or(Node::None, |field| Node::Exists(vec![field])))
            }
        }
    }

    /// `prefix` and `wildcard`; `simple` is the same for the names of indices.
    fn pattern(
        &self,
        query: &str,
        name: &str,
        simple: &str,
        case: Case,
        test: Test,
    ) -> Result<Node, Failure> {
        let Some(field) = self.field(name)? else { return Ok(Node::None) };
        match field.kind {
            Kind::Keyword { .. } | Kind::Text => Ok(Node::Value(field, test)),
            Kind::Index => Ok(self.in_index(simple, case)),
            other => Err(Failure::Shard(format!(
                "Can only use {query} queries on keyword, text and wildcard fields - not on [{name}] which is of type [{}]",
                other.name()
            ))),
        }
    }

    fn in_index(&self, pattern: &str, case: Case) -> Node {
        if is_name(self.index, pattern, case) { Node::All } else { Node::None }
    }

    pub(super) fn range(&self, name: &str, bounds: &Bounds) -> Result<Node, Failure> {
        let Some(field) = self.field(name)? else { return Ok(Node::None) };
        if bounds.lower.is_none() && bounds.upper.is_none() {
            return Ok(Node::Exists(vec![field]));
        }
        let test = match &field.kind {
            Kind::Keyword { .. } | Kind::Text => {
                let text = |bound: &Bound| (values::text_of(&bound.value).into_owned(), bound.edge);
                Test::TextRange {
                    lower: bounds.lower.as_ref().map(text),
                    upper: bounds.upper.as_ref().map(text),
                }
            }
            Kind::Integer(_) | Kind::SeqNo | Kind::Boolean | Kind::Date(_) => {
                let form = bounds.form();
                let first = self.first(&field.kind, bounds.lower.as_ref(), form)?;
                let last = self.last(&field.kind, bounds.upper.as_ref(), form)?;
                match (first, last) {
                    (Some(first), Some(last)) => Test::Spans(vec![(first, last)]),
                    _ => return Ok(Node::None),
                }
            }
            Kind::Decimal(kind) => {
                let decimal = |bound: &Bound| -> Result<_, ErrorCause> {
                    Ok((values::decimal_of_query(kind, &bound.value)?, bound.edge))
                };
                Test::DecimalRange {
                    lower: bounds.lower.as_ref().map(decimal).transpose()?,
                    upper: bounds.upper.as_ref().map(decimal).transpose()?,
                }
            }
            Kind::Id | Kind::Index | Kind::NotServed(_) => {
                return Err(illegal(format!(
                    "Field [{name}] of type [{}] does not support range queries",
                    field.kind.name()
                )));
            }
        };
        Ok(Node::Value(field, test))
    }

    /// The least value above the lower bound; `None` if there is none.
    fn first(
        &self,
        kind: &Kind,
        bound: Option<&Bound>,
        form: Form,
    ) -> Result<Option<i64>, Failure> {
        let Some(bound) = bound else { return Ok(Some(i64::MIN)) };
        let round = if bound.edge == Edge::Excluded { Round::Up } else { Round::Down };
        Ok(match (self.whole(kind, &bound.value, round, form)?, bound.edge) {
            (Whole::Exactly(value), Edge::Included) => Some(value),
            (Whole::Exactly(value), Edge::Excluded) | (Whole::Above(value), _) => {
                value.checked_add(1)
            }
            (Whole::Beyond(Side::Below), _) => Some(i64::MIN),
            (Whole::Beyond(Side::Above), _) => None,
        })
    }

    /// The greatest value below the upper bound; `None` if there is none.
    fn last(&self, kind: &Kind, bound: Option<&Bound>, form: Form) -> Result<Option<i64>, Failure> {
        let Some(bound) = bound else { return Ok(Some(i64::MAX)) };
        let round = if bound.edge == Edge::Included { Round::Up } else { Round::Down };
        Ok(match (self.whole(kind, &bound.value, round, form)?, bound.edge) {
            (Whole::Exactly(value), Edge::Excluded) => value.checked_sub(1),
            (Whole::Exactly(value), Edge::Included) | (Whole::Above(value), _) => Some(value),
            (Whole::Beyond(Side::Above), _) => Some(i64::MAX),
            (Whole::Beyond(Side::Below), _) => None,
        })
    }

    fn whole(&self, kind: &Kind, value: &Json, round: Round, form: Form) -> Result<Whole, Failure> {
        Ok(match kind {
            Kind::Date(format) => {
                Whole::Exactly(values::date_of_query(value, self.now, round, (form, *format))?)
            }
            Kind::Boolean => Whole::Exactly(values::boolean_of_query(value)?),
            Kind::Integer(name) => {
                values::check_width(name, value)?;
                values::integer_of_query(value)?
            }
            _ => values::integer_of_query(value)?,
        })
    }

    fn bool_query(&self, parts: &Bool) -> Result<Node, Failure> {
        let plans = |queries: &[Query]| -> Result<Vec<Plan>, Failure> {
            queries.iter().map(|query| self.plan(query)).collect()
        };
        let must = plans(&parts.must)?;
        let must_not = plans(&parts.must_not)?;
        let should = plans(&parts.should)?;
        let filter = plans(&parts.filter)?;
        let has_required = !must.is_empty() || !filter.is_empty();
        if !has_required && should.is_empty() {
            if must_not.is_empty() {
                return Ok(Node::All);
            }
            if !parts.adjust_pure_negative {
                return Ok(Node::None);
            }
        }
        let mut enough = match &parts.minimum_should_match {
            Some(minimum) => least(should.len(), minimum)?,
            None => 0,
        };
        if enough == 0 && !has_required && !should.is_empty() {
            enough = 1;
        }
        if enough > should.len() {
            return Ok(Node::None);
        }
        Ok(Node::Bool(Box::new(BoolPlan { must, filter, should, must_not, least: enough })))
    }
}

fn as_seq_no(node: Node, field: Field) -> Node {
    match node {
        Node::Value(_, test) => Node::Value(field, test),
        other => other,
    }
}

fn is_name(index: &str, pattern: &str, case: Case) -> bool {
    Pattern::simple(pattern, case).matches(index)
}

/// How many of so many clauses have to be found (contract DO-7.1-12).
fn least(clauses: usize, minimum: &str) -> Result<usize, Failure> {
    let clauses = i64::try_from(clauses).unwrap_or(i64::MAX);
    let least = least_of(clauses, minimum)?;
    Ok(usize::try_from(least.max(0)).unwrap_or_default())
}

fn least_of(clauses: i64, minimum: &str) -> Result<i64, Failure> {
    let minimum = minimum.trim();
    if minimum.contains('<') {
        let joined = minimum.split('<').map(str::trim).collect::<Vec<_>>().join("<");
        let mut result = clauses;
        for condition in joined.split(' ') {
            let (limit, then) = condition.split_once('<').unwrap_or((condition, ""));
            if clauses <= number(limit)? {
                return Ok(result);
            }
            result = least_of(clauses, then)?.max(0);
        }
        return Ok(result);
    }
    match minimum.strip_suffix('%') {
        Some(percent) => Ok(share(clauses, number(percent)?)),
        None => match number(minimum)? {
            missing if missing < 0 => Ok(clauses + missing),
            found => Ok(found),
        },
    }
}

/// So many of a hundred, or all but so many where there is a minus; fractions are cut off.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the arithmetic of 32 bits decides how it is rounded"
)]
fn share(clauses: i64, percent: i64) -> i64 {
    let part = clauses.saturating_mul(percent) as f32 * (1.0 / 100.0);
    if part < 0.0 { clauses + part as i64 } else { part as i64 }
}

fn number(text: &str) -> Result<i64, Failure> {
    text.parse::<i32>().map(i64::from).map_err(|_| {
        let reason = format!("For input string: \"{text}\"");
        Failure::Cause(ErrorCause::new(ErrorType::NumberFormat, reason))
    })
}
