//! What is wrong with a case file, and where. Nothing here is about servers.

use std::fmt;

use serde_saphyr::{Error as YamlError, Location};

use crate::suggest::did_you_mean;

/// Something in a fixture file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseError {
    /// The file, from the repository's root.
    pub file: String,
    /// Line and column from 1, if the place is known.
    pub position: Option<(u64, u64)>,
    /// What is wrong and what is allowed.
    pub message: String,
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl std::error::Error for CaseError {}

impl CaseError {
    /// An error of a whole file.
    pub(crate) fn in_file(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), position: None, message: message.into() }
    }

    /// An error at a place of a file.
    pub(crate) fn at(file: &str, location: Location, message: impl Into<String>) -> Self {
        let position = (location.line() > 0).then(|| (location.line(), location.column()));
        Self { file: file.to_owned(), position, message: message.into() }
    }

    /// What the YAML parser says, with a suggestion for a mistyped member.
    pub(crate) fn from_yaml(file: &str, error: &YamlError) -> Self {
        let error = error.without_snippet();
        let message = match error {
            YamlError::SerdeUnknownField { field, expected, .. } => format!(
                "[{field}] is not known here{}; allowed: {}",
                did_you_mean(field, expected.iter().copied()),
                expected.join(", ")
            ),
            YamlError::SerdeUnknownVariant { variant, expected, .. } => format!(
                "[{variant}] is not allowed here{}; allowed: {}",
                did_you_mean(variant, expected.iter().copied()),
                expected.join(", ")
            ),
            YamlError::SerdeMissingField { field, .. } => format!("[{field}] is missing"),
            other => match first_line(&other.to_string()).as_str() {
                "expected sequence start" => {
                    "a list is expected here, entries that begin with -".to_owned()
                }
                other => other.to_owned(),
            },
        };
        match error.location() {
            Some(location) => Self::at(file, location, message),
            None => Self::in_file(file, message),
        }
    }
}

/// Messages of the YAML parser end with the position, which is told in front here.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let end = line.rfind(" at line ").unwrap_or(line.len());
    line.get(..end).unwrap_or(line).to_owned()
}
