//! The case dialect as it is written in YAML (`docs/cases.md`): members and their places, nothing
//! checked beyond that.

use std::collections::BTreeMap;

use api_types::json::{Json, Object};
use serde::{Deserialize, de::DeserializeOwned};
use serde_saphyr::{Options, Spanned};

use super::CaseError;

/// `fixtures/cases/*.yml`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseFile {
    pub(crate) operation: Spanned<String>,
    pub(crate) cases: Vec<RawCase>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCase {
    pub(crate) case: Spanned<String>,
    pub(crate) proves: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) page: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) documented: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) needs: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) since: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) given: Option<Spanned<String>>,
    pub(crate) steps: Vec<Spanned<RawStep>>,
}

/// A request and its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawStep {
    pub(crate) send: Spanned<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: Option<Spanned<Json>>,
    #[serde(default)]
    pub(crate) text: Option<String>,
    pub(crate) status: Spanned<u16>,
    #[serde(default)]
    pub(crate) answer_headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) answer: Option<Spanned<Json>>,
    #[serde(default)]
    pub(crate) answer_has: Option<Spanned<Object>>,
    #[serde(default)]
    pub(crate) answer_lacks: Vec<String>,
    #[serde(default)]
    pub(crate) error: Option<Spanned<Json>>,
    #[serde(default)]
    pub(crate) empty: bool,
}

/// `fixtures/preconditions/named.yml`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreconditionFile {
    pub(crate) preconditions: Vec<RawPrecondition>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPrecondition {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) given: Option<Spanned<String>>,
    pub(crate) steps: Vec<Spanned<RawStep>>,
}

/// `fixtures/preconditions/<operation>.yml`: what the examples of the documentation need.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleNoteFile {
    pub(crate) operation: Spanned<String>,
    pub(crate) examples: Vec<ExampleNote>,
}

/// What one example, or several that are alike, need and must get.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleNote {
    pub(crate) names: Vec<Spanned<String>>,
    pub(crate) proves: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) documented: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) connector: Option<String>,
    #[serde(default)]
    pub(crate) since: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) given: Option<Spanned<String>>,
    /// Ids of the example that the server generates: `my-connector-sync-job-id: $job`.
    #[serde(default)]
    pub(crate) ids: BTreeMap<String, String>,
    pub(crate) status: Spanned<u16>,
    #[serde(default)]
    pub(crate) answer: Option<Spanned<Json>>,
    #[serde(default)]
    pub(crate) answer_has: Option<Spanned<Object>>,
    #[serde(default)]
    pub(crate) error: Option<Spanned<Json>>,
    /// Requests after the example, to see what it did.
    #[serde(default)]
    pub(crate) then: Vec<Spanned<RawStep>>,
}

/// Reads a case file.
pub(crate) fn parse_case_file(file: &str, text: &str) -> Result<CaseFile, CaseError> {
    parse(file, text)
}

/// Reads the file of named preconditions.
pub(crate) fn parse_preconditions(file: &str, text: &str) -> Result<PreconditionFile, CaseError> {
    parse(file, text)
}

/// Reads what the examples of an operation need.
pub(crate) fn parse_example_notes(file: &str, text: &str) -> Result<ExampleNoteFile, CaseError> {
    parse(file, text)
}

/// Reads YAML of any shape.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, CaseError> {
    let mut options = Options::default();
    options.strict_booleans = true;
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| CaseError::from_yaml(file, &error))
}
