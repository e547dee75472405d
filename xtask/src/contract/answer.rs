//! A request to an operation with the answer that is asserted, and when two errors are the same.

use anyhow::Context as _;
use api_types::{endpoint::Operation, json::Json};
use regex::Regex;

/// What an operation is asserted to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) operation: Operation,
    pub(super) status: u16,
    /// The error and its causes, from the outside; none if the answer is no error in full form.
    pub(super) errors: Vec<Exception>,
}

/// One error of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exception {
    pub(super) kind: String,
    /// `None` stands for `null`.
    pub(super) reason: Option<String>,
}

/// The error in a body and its causes.
pub(super) fn errors(body: &Json) -> Vec<Exception> {
    let mut errors = Vec::new();
    let mut next = body.at("error");
    while let Some(error) = next {
        let Some(kind) = error.at("type").and_then(Json::as_str) else { break };
        let reason = error.at("reason").and_then(Json::as_str);
        errors.push(Exception { kind: kind.to_owned(), reason: reason.map(str::to_owned) });
        next = error.at("caused_by");
    }
    errors
}

/// Compares errors where ids, values and positions differ.
pub(super) struct Comparison {
    /// What the server may append to the name of an unknown member.
    suggestion: Regex,
    brackets: Regex,
    quotes: Regex,
}

impl Comparison {
    pub(super) fn new() -> anyhow::Result<Self> {
        let regex = |text| Regex::new(text).context("an expression of this program is wrong");
        Ok(Self {
            suggestion: regex(r" did you mean .*$")?,
            brackets: regex(r"\[[^\]]*\]")?,
            quotes: regex(r#"(^| )(?:'[^']*'|"[^"]*")"#)?,
        })
    }

    /// Whether two chains have the same types and, but for ids, values and positions, reasons.
    pub(super) fn same(&self, example: &[Exception], asserted: &[Exception]) -> bool {
        example.len() == asserted.len()
            && example.iter().zip(asserted).all(|(example, asserted)| {
                example.kind == asserted.kind
                    && self.same_reason(example.reason.as_deref(), asserted.reason.as_deref())
            })
    }

    fn same_reason(&self, example: Option<&str>, asserted: Option<&str>) -> bool {
        let (Some(example), Some(asserted)) = (example, asserted) else {
            return example == asserted;
        };
        let start = asserted.strip_prefix("<starts with ").and_then(|it| it.strip_suffix('>'));
        match start {
            Some(start) => self.skeleton(example).starts_with(&self.skeleton(start)),
            None => self.skeleton(example) == self.skeleton(asserted),
        }
    }

    /// A reason without what differs. One word is an id.
    fn skeleton(&self, reason: &str) -> String {
        if !reason.contains(' ') {
            return String::new();
        }
        let reason = self.suggestion.replace(reason, "");
        let reason = self.brackets.replace_all(&reason, "[]");
        self.quotes.replace_all(&reason, "$1''").into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(example: &str, asserted: &str, expected: bool) {
        let comparison = Comparison::new().unwrap();
        let same = comparison.same_reason(Some(example), Some(asserted));
        assert_eq!(same, expected, "{example} / {asserted}");
    }

    #[test]
    fn values_ids_and_positions_may_differ_and_nothing_else() {
        check(
            "[1:2] [p] unknown field [<f>]",
            "[1:9] [p] unknown field [x] did you mean [y]?",
            true,
        );
        check("Connector with id 'a' is.", "Connector with id '$connector' is.", true);
        check(r#"For input string: "x""#, r#"For input string: "abc""#, true);
        check("my-job-id", "$job", true);
        check("[a] must be set", "<starts with [b] must>", true);
        check("[a] must be set", "<starts with [b] can>", false);
        check("Parameter [from] cannot be < 0", "Parameter [from] must be > 0", false);
        check("Required [a]", "Requires [a]", false);
        check("x doesn't support y's values", "x doesn't support z's values", false);
    }

    #[test]
    fn a_chain_is_as_long_and_of_the_same_types() {
        let chain = |text: &str| errors(&Json::parse(text.as_bytes()).unwrap());
        let one = chain(r#"{"error":{"type":"t","reason":"r"},"status":400}"#);
        let two = chain(
            r#"{"error":{"type":"t","reason":"r","caused_by":{"type":"u","reason":null}},"status":400}"#,
        );
        assert_eq!(two[1], Exception { kind: "u".to_owned(), reason: None });
        let comparison = Comparison::new().unwrap();
        assert!(comparison.same(&one, &one) && comparison.same(&two, &two));
        assert!(!comparison.same(&one, &two) && !comparison.same(&two, &one));
        let other = chain(r#"{"error":{"type":"x","reason":"r"},"status":400}"#);
        assert!(!comparison.same(&one, &other));
        assert_eq!(chain(r#"{"error":"flat","status":405}"#), []);
    }
}
