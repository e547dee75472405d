//! Which indices a name stands for: aliases, lists, wildcards (contract DO-6).

use std::collections::BTreeSet;

use api_types::json::Json;

use super::{Index, SECRETS, Store};

/// What is done where a name stands for no index, and what wildcards stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expand {
    /// Names of indices that are not there are passed over.
    pub(crate) ignore_unavailable: bool,
    /// Wildcards may stand for nothing.
    pub(crate) allow_no_indices: bool,
    /// Wildcards stand for open indices.
    pub(crate) open: bool,
    /// Wildcards stand for hidden indices too.
    pub(crate) hidden: bool,
    /// Aliases stand for their indices.
    pub(crate) aliases: bool,
}

impl Default for Expand {
    fn default() -> Self {
        Self {
            ignore_unavailable: false,
            allow_no_indices: true,
            open: true,
            hidden: false,
            aliases: true,
        }
    }
}

/// Why names do not stand for indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NameError {
    /// There is no such index.
    NotFound(String),
    /// The same of a name that looks like one that is to be taken out.
    NothingToExclude(String),
    /// None of several names, or no index at all.
    NoneOf(Vec<String>),
    /// No index can have the name.
    Invalid { name: String, rule: &'static str },
    /// An alias where only an index may stand.
    IsAlias(String),
    /// An alias of several indices where one is needed.
    Several { alias: String, indices: Vec<String> },
    /// An alias of several indices of which none is for writes.
    NoWriteIndex(String),
}

impl Store {
    /// The names of the indices that are meant, without those of secrets.
    pub(crate) fn resolve(
        &self,
        expressions: &[String],
        expand: Expand,
    ) -> Result<Vec<String>, NameError> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let is_all = matches!(expressions, [] | [_]) && expressions.iter().all(|it| it == "_all");
        if is_all {
            found.extend(self.matching("*", expand));
        }
        let mut has_wildcard = false;
        for expression in expressions.iter().filter(|_| !is_all) {
            let excluded = expression.strip_prefix('-').filter(|_| has_wildcard);
            if let Some(excluded) = excluded {
                let gone: Vec<&str> = self.matching(excluded, Expand { hidden: true, ..expand });
                found.retain(|name| !gone.contains(name));
            } else if expression.contains('*') {
                has_wildcard = true;
                let matching = self.matching(expression, expand);
                if matching.is_empty() && !expand.allow_no_indices {
                    return Err(NameError::NotFound(expression.clone()));
                }
                found.extend(matching);
            } else {
                found.extend(self.named(expression, expand)?);
            }
        }
        if found.is_empty() && !expand.allow_no_indices {
            return Err(NameError::NoneOf(expressions.to_vec()));
        }
        Ok(found.into_iter().map(str::to_owned).collect())
    }

    /// The indices of a name without wildcard.
    fn named(&self, name: &str, expand: Expand) -> Result<Vec<&str>, NameError> {
        if name.starts_with('_') {
            let rule = "must not start with '_'.";
            return Err(NameError::Invalid { name: name.to_owned(), rule });
        }
        if let Some(index) = self.indices.get(name) {
            return Ok(vec![&index.name]);
        }
        let of_alias = self.of_alias(name);
        if !of_alias.is_empty() && expand.aliases {
            return Ok(of_alias.iter().map(|index| index.name.as_str()).collect());
        }
        if !of_alias.is_empty() && !expand.ignore_unavailable {
            return Err(NameError::IsAlias(name.to_owned()));
        }
        if expand.ignore_unavailable {
            return Ok(Vec::new());
        }
        let name = name.to_owned();
        Err(match name.starts_with('-') {
            true => NameError::NothingToExclude(name),
            false => NameError::NotFound(name),
        })
    }

    /// The indices that have the alias.
    pub(crate) fn of_alias(&self, alias: &str) -> Vec<&Index> {
        self.indices().filter(|index| index.aliases.contains_key(alias)).collect()
    }

    /// The indices that a pattern stands for.
    fn matching(&self, pattern: &str, expand: Expand) -> Vec<&str> {
        if !expand.open {
            return Vec::new();
        }
        let is_meant = |name: &str, is_hidden: bool| {
            let is_shown =
                expand.hidden || !is_hidden || (pattern.starts_with('.') && name.starts_with('.'));
            is_shown && pattern_matches(pattern, name)
        };
        let is_matching = |index: &&Index| {
            let is_hidden = index.settings.is_hidden();
            is_meant(&index.name, is_hidden)
                || (expand.aliases && index.aliases.keys().any(|alias| is_meant(alias, is_hidden)))
        };
        let visible = self.indices().filter(|index| index.name != SECRETS.index);
        visible.filter(is_matching).map(|index| index.name.as_str()).collect()
    }

    /// The index that one document is read from.
    pub(crate) fn single(&self, name: &str) -> Result<String, NameError> {
        let found = self.resolve_exactly(name)?;
        match found.as_slice() {
            [index] => Ok(index.name.clone()),
            _ => Err(NameError::Several {
                alias: name.to_owned(),
                indices: found.iter().map(|index| index.name.clone()).collect(),
            }),
        }
    }

    /// The index that a document is written to.
    pub(crate) fn write_index(&self, name: &str) -> Result<String, NameError> {
        let found = self.resolve_exactly(name)?;
        let flag = |index: &&&Index| index.aliases.get(name)?.get("is_write_index")?.as_bool();
        if let Some(index) = found.iter().find(|index| flag(index) == Some(true)) {
            return Ok(index.name.clone());
        }
        match found.as_slice() {
            [index] if flag(&index) != Some(false) => Ok(index.name.clone()),
            _ => Err(NameError::NoWriteIndex(name.to_owned())),
        }
    }

    fn resolve_exactly(&self, name: &str) -> Result<Vec<&Index>, NameError> {
        if let Some(index) = self.indices.get(name) {
            return Ok(vec![index]);
        }
        match self.of_alias(name) {
            none if none.is_empty() => Err(NameError::NotFound(name.to_owned())),
            indices => Ok(indices),
        }
    }

    /// Whether a name is that of an alias.
    pub(crate) fn is_alias(&self, name: &str) -> bool {
        !self.indices.contains_key(name) && !self.of_alias(name).is_empty()
    }
}

/// Whether a name matches a pattern in which `*` is any text.
pub(crate) fn pattern_matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match name.find(part) {
            Some(at) => name = name.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    name.len() >= end.len() && name.ends_with(end)
}

impl Index {
    /// What an alias of the index is shown as.
    pub(crate) fn shown_alias(&self, alias: &str) -> Json {
        self.aliases.get(alias).cloned().unwrap_or_default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "ac", true),
            ("ab*bc", "abc", false),
            ("a*b*c", "axbxbxc", true),
            ("a*b*c", "axc", false),
            ("abc", "abcd", false),
        ] {
            assert_eq!(pattern_matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
