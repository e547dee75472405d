//! Checks of a case before it is played: names that it refers to, placeholders and variables.

use std::collections::{BTreeMap, BTreeSet};

use api_types::json::Json;
use serde_saphyr::{Location, Spanned};

use super::{
    BodyTemplate, Case, CaseError, ExpectedBody, Placeholder, Step, Variables, expand_json,
};
use crate::suggest::did_you_mean;

/// What cases may refer to.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The ids of the differences between documentation and server.
    pub(crate) divergences: BTreeSet<String>,
    /// The documentation's pages and how many lines each has.
    pub(crate) pages: BTreeMap<String, usize>,
}

impl Known {
    /// Rules of the contract. Only their form is known here; a test looks them up.
    pub(crate) fn rules(
        &self,
        file: &str,
        place: Location,
        rules: &[Spanned<String>],
    ) -> Result<Vec<String>, CaseError> {
        if rules.is_empty() {
            return Err(CaseError::at(file, place, "[proves] names no rule of the contract"));
        }
        let bad = rules.iter().find(|rule| !is_rule(&rule.value));
        match bad {
            Some(bad) => Err(CaseError::at(
                file,
                bad.referenced,
                format!("[{}] is no rule of the contract; write [SJ-12-3] or the like", bad.value),
            )),
            None => Ok(values(rules)),
        }
    }

    /// Lines of the documentation.
    pub(crate) fn pages(
        &self,
        file: &str,
        pages: &[Spanned<String>],
    ) -> Result<Vec<String>, CaseError> {
        for page in pages {
            let at = |message| CaseError::at(file, page.referenced, message);
            let (name, line) = page
                .value
                .rsplit_once(':')
                .and_then(|(name, line)| Some((name, line.parse::<usize>().ok()?)))
                .ok_or_else(|| {
                    at(format!("[{}] is no line; write [page.asciidoc:26]", page.value))
                })?;
            let Some(lines) = self.pages.get(name) else {
                let names = self.pages.keys().map(String::as_str);
                let hint = did_you_mean(name, names);
                return Err(at(format!("there is no page [{name}]{hint}")));
            };
            if line == 0 || line > *lines {
                return Err(at(format!("[{name}] has {lines} lines, not {line}")));
            }
        }
        Ok(values(pages))
    }

    /// Differences between documentation and server.
    pub(crate) fn divergences(
        &self,
        file: &str,
        ids: &[Spanned<String>],
    ) -> Result<Vec<String>, CaseError> {
        let unknown = ids.iter().find(|id| !self.divergences.contains(&id.value));
        match unknown {
            Some(unknown) => {
                let known = self.divergences.iter().map(String::as_str);
                let hint = did_you_mean(&unknown.value, known);
                Err(CaseError::at(
                    file,
                    unknown.referenced,
                    format!("docs/divergences.json has no entry [{}]{hint}", unknown.value),
                ))
            }
            None => Ok(values(ids)),
        }
    }
}

fn values(texts: &[Spanned<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

/// `SJ-12-3`, `CN-4.3-7` or `sync_job_post#3`
fn is_rule(text: &str) -> bool {
    let number =
        |text: &str| !text.is_empty() && text.split('.').all(|part| part.parse::<u32>().is_ok());
    if let Some((operation, ordinal)) = text.split_once('#') {
        return !operation.is_empty() && number(ordinal);
    }
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [file, section, ordinal] => {
            file.len() == 2
                && file.bytes().all(|byte| byte.is_ascii_uppercase())
                && number(section)
                && number(ordinal)
        }
        _ => false,
    }
}

/// Checks that every variable is kept before it is used and every placeholder is one.
pub(crate) fn steps(case: &Case) -> Result<(), CaseError> {
    let mut variables = Variables::default();
    variables.keep("connector", case.connector.clone());
    for step in &case.steps {
        check_step(step, &mut variables).map_err(|message| CaseError {
            file: step.place.file.clone(),
            position: Some((step.place.line, 1)),
            message,
        })?;
    }
    Ok(())
}

fn check_step(step: &Step, variables: &mut Variables) -> Result<(), String> {
    let text = |text: &str, variables: &Variables| {
        variables.expand(text).map(|_| ()).map_err(|error| error.to_string())
    };
    text(&step.request.target, variables)?;
    for (_, value) in step.request.headers.iter().chain(&step.answer.headers) {
        text(value, variables)?;
    }
    match &step.request.body {
        BodyTemplate::None => {}
        BodyTemplate::Text(body) => text(body, variables)?,
        BodyTemplate::Json(body) => {
            expand_json(body, variables).map_err(|error| error.to_string())?;
        }
    }
    match &step.answer.body {
        ExpectedBody::Empty => Ok(()),
        ExpectedBody::Exactly(expected) => check_answer(expected, variables),
        ExpectedBody::Members { has, .. } => check_answer(&Json::Object(has.clone()), variables),
    }
}

fn check_answer(expected: &Json, variables: &mut Variables) -> Result<(), String> {
    let expanded = expand_json(expected, variables).map_err(|error| error.to_string())?;
    check_placeholders(&expanded, variables)
}

fn check_placeholders(expected: &Json, variables: &mut Variables) -> Result<(), String> {
    match expected {
        Json::String(text) => match Placeholder::parse(text).map_err(|error| error.to_string())? {
            Placeholder::Literal
            | Placeholder::StartsWith(_)
            | Placeholder::Shape { keep: None, .. } => Ok(()),
            Placeholder::Shape { keep: Some(name), .. } => {
                variables.keep(name, "kept");
                Ok(())
            }
            Placeholder::Same(name) | Placeholder::Later(name) => {
                variables.get(&name).map(|_| ()).map_err(|error| error.to_string())
            }
        },
        Json::Array(elements) => {
            elements.iter().try_for_each(|element| check_placeholders(element, variables))
        }
        Json::Object(object) => {
            object.iter().try_for_each(|(_, value)| check_placeholders(value, variables))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_have_a_form() {
        for rule in ["SJ-12-3", "CN-4.3-7", "RL-5-1", "sync_job_post#3"] {
            assert!(is_rule(rule), "{rule}");
        }
        for other in ["SJ-12", "sj-12-3", "SJ-12-", "SJ-x-1", "#3", "sync_job_post#"] {
            assert!(!is_rule(other), "{other}");
        }
    }
}
