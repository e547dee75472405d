//! Variables: values that one step keeps and later ones use as `$name`.

use std::{borrow::Cow, collections::BTreeMap};

use api_types::json::{Json, Object};

use crate::suggest::did_you_mean;

/// Values by name.
#[derive(Clone, Debug, Default)]
pub struct Variables(BTreeMap<String, Json>);

/// A name that no earlier step keeps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("${name} is not known at this point{hint}")]
pub struct VariableError {
    name: String,
    hint: String,
}

impl Variables {
    /// Keeps a value.
    pub fn keep(&mut self, name: impl Into<String>, value: impl Into<Json>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of that name.
    ///
    /// # Errors
    /// If there is none.
    pub fn get(&self, name: &str) -> Result<&Json, VariableError> {
        self.0.get(name).ok_or_else(|| VariableError {
            name: name.to_owned(),
            hint: did_you_mean(name, self.0.keys().map(String::as_str)),
        })
    }

    /// The text with every `$name` and `${name}` replaced; `$$` is a dollar sign.
    ///
    /// # Errors
    /// If a name is not known.
    pub fn expand(&self, template: &str) -> Result<String, VariableError> {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('$') {
            text.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                text.push('$');
                rest = after;
                continue;
            }
            let (name, after) = name_in_front(after);
            match self.get(name)? {
                Json::String(value) => text.push_str(value),
                value => text.push_str(&value.to_compact()),
            }
            rest = after;
        }
        text.push_str(rest);
        Ok(text)
    }
}

/// The name at the start of a text and what follows it.
fn name_in_front(text: &str) -> (&str, &str) {
    if let Some((name, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        return (name, rest);
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let end = text.find(|letter| !is_name(letter)).unwrap_or(text.len());
    text.split_at(end)
}

/// The value with the variables in all its texts and names replaced.
///
/// # Errors
/// If a name is not known.
pub(crate) fn expand_json(value: &Json, variables: &Variables) -> Result<Json, VariableError> {
    Ok(match value {
        Json::String(text) => Json::String(Cow::Owned(variables.expand(text)?)),
        Json::Array(elements) => {
            let expanded = elements.iter().map(|element| expand_json(element, variables));
            Json::Array(expanded.collect::<Result<_, _>>()?)
        }
        Json::Object(object) => {
            let mut expanded = Object::new();
            for (name, value) in object.iter() {
                expanded.insert(variables.expand(name)?, expand_json(value, variables)?);
            }
            Json::Object(expanded)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expected: &str) {
        let mut variables = Variables::default();
        variables.keep("job", "j1");
        variables.keep("count", 3);
        let expanded = variables.expand(template).unwrap_or_else(|error| error.to_string());
        assert_eq!(expanded, expected, "{template}");
    }

    #[test]
    fn names_are_replaced_wherever_they_stand() {
        check("/a/$job/_cancel", "/a/j1/_cancel");
        check("$job-2 ${job}_x", "j1-2 j1_x");
        check("$count$$", "3$");
    }

    #[test]
    fn an_unknown_name_is_told_with_the_nearest_one() {
        check("$jbo", "$jbo is not known at this point");
        check("$jobs", "$jobs is not known at this point (did you mean [job]?)");
    }
}
