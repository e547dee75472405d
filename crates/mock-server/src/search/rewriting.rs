//! What becomes of a query before it is planned: clauses that find nothing in an index take the
//! clauses with them that need theirs, so a mistake in one of those is never seen
//! (contract DO-7.1-16).

use super::{
    fields::Kind,
    plan::Node,
    planning::{Failure, Scope},
    query::{Bool, Bounds, Clause, Query},
    values,
    view::View,
};

/// A clause that finds nothing.
const fn nothing() -> Query {
    Query::new(Clause::MatchNone, 1.0)
}

fn is_nothing(query: &Query) -> bool {
    query.clause == Clause::MatchNone
}

impl Scope<'_> {
    /// The query without what is known to find nothing.
    pub(super) fn rewrite(&self, query: Query) -> Result<Query, Failure> {
        let finds_nothing = match &query.clause {
            Clause::MatchAll | Clause::MatchNone => false,
            Clause::Ids(ids) => ids.is_empty(),
            Clause::Terms { values, .. } if values.is_empty() => true,
            Clause::Term { field, .. }
            | Clause::Terms { field, .. }
            | Clause::Prefix { field, .. }
            | Clause::Wildcard { field, .. } => self.is_nowhere(field, &query)?,
            // The words of a text that no field has are looked for, in vain.
            Clause::Match { field, .. } => {
                self.field(field)?.is_some() && self.is_nowhere(field, &query)?
            }
            Clause::Exists(field) => matches!(self.exists(field)?, Node::None),
            Clause::Range { field, bounds } => self.is_out_of_range(field, bounds)?,
            Clause::Bool(_) | Clause::ConstantScore(_) => return self.rewrite_parts(query),
        };
        Ok(if finds_nothing { nothing() } else { query })
    }

    /// Whether the index has no such field, or is not the one whose name is asked for.
    fn is_nowhere(&self, name: &str, query: &Query) -> Result<bool, Failure> {
        Ok(match self.field(name)? {
            None => true,
            Some(field) if field.kind == Kind::Index => {
                matches!(self.plan(query)?.node, Node::None)
            }
            Some(_) => false,
        })
    }

    /// Whether no document has a date. Where one has, the bounds are read here, so what is wrong
    /// with them is not the fault of making the query.
    fn is_out_of_range(&self, name: &str, bounds: &Bounds) -> Result<bool, Failure> {
        let Some(field) = self.field(name)? else { return Ok(true) };
        if !matches!(field.kind, Kind::Date(_)) {
            return Ok(false);
        }
        let has_dates = self
            .documents
            .iter()
            .any(|document| values::any(&field, &View::of(document), &mut |_| true));
        if has_dates {
            self.range(name, bounds).map_err(|failure| match failure {
                Failure::Cause(cause) => Failure::Plain(cause),
                other => other,
            })?;
        }
        Ok(!has_dates)
    }

    fn rewrite_parts(&self, query: Query) -> Result<Query, Failure> {
        let Query { boost, clause } = query;
        let clause = match clause {
            Clause::Bool(parts) => {
                let parts = Bool {
                    must: self.rewrite_all(parts.must)?,
                    must_not: self.rewrite_all(parts.must_not)?,
                    filter: self.rewrite_all(parts.filter)?,
                    should: self.rewrite_all(parts.should)?,
                    ..parts
                };
                let Bool { must, filter, should, .. } = &parts;
                let is_optional = must.is_empty() && filter.is_empty() && !should.is_empty();
                if must.iter().chain(filter).any(is_nothing)
                    || is_optional && should.iter().all(is_nothing)
                {
                    return Ok(nothing());
                }
                Clause::Bool(parts)
            }
            Clause::ConstantScore(inner) => {
                let inner = self.rewrite(*inner)?;
                if is_nothing(&inner) {
                    return Ok(inner);
                }
                Clause::ConstantScore(Box::new(inner))
            }
            other => other,
        };
        Ok(Query::new(clause, boost))
    }

    fn rewrite_all(&self, queries: Vec<Query>) -> Result<Vec<Query>, Failure> {
        queries.into_iter().map(|query| self.rewrite(query)).collect()
    }
}
