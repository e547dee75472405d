//! The list of what would be played.

use std::fmt::Write as _;

use api_types::endpoint::Operation;

use crate::{
    case::{Case, ClientCase},
    suite::Suite,
};

/// What is told of a case.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its operation.
    pub operation: Operation,
    /// The status it is about, if it is about one.
    pub status: Option<u16>,
    /// The rules that it proves.
    pub proves: &'a [String],
}

impl<'a> From<&'a Case> for Listed<'a> {
    fn from(case: &'a Case) -> Self {
        let Case { id, operation, proves, .. } = case;
        Self { id, operation: *operation, status: Some(case.status()), proves }
    }
}

impl<'a> From<&'a ClientCase> for Listed<'a> {
    fn from(case: &'a ClientCase) -> Self {
        let ClientCase { id, operation, proves, .. } = case;
        Self { id, operation: *operation, status: None, proves }
    }
}

/// The cases that a server is judged by.
#[must_use]
pub fn server_cases(suite: &Suite) -> Vec<Listed<'_>> {
    suite.cases.iter().map(Listed::from).collect()
}

/// One line for each case: its id, the operation, the status, what it proves.
#[must_use]
pub fn listing(cases: &[Listed<'_>]) -> String {
    let mut text = String::new();
    for Listed { id, operation, status, proves } in cases {
        let status = status.map(|status| format!(" {status}")).unwrap_or_default();
        let line = format!("{id}  {operation}{status}  {}", proves.join(", "));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
