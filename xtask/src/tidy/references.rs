//! What refers to a rule or a section of the contract refers to one that is there.

use anyhow::Context as _;
use regex::Regex;

use crate::{contract::rules::Rules, finding::Finding, workspace::TextFile};

/// A rule (`CN-4.1-3`) or a section (`CN-4.1`).
const REFERENCE: &str = r"\b(?:CN|SJ|SC|RL|DO|CL)-\d+(?:\.\d+)*(-\d+)?\b";

pub(super) fn check(files: &[TextFile], rules: &Rules) -> anyhow::Result<Vec<Finding>> {
    let reference = Regex::new(REFERENCE).context("an expression of this program is wrong")?;
    let mut findings = Vec::new();
    for file in files {
        for (number, line) in file.lines() {
            for found in reference.captures_iter(line) {
                let Some(id) = found.get(0).map(|whole| whole.as_str()) else { continue };
                let (is_known, kind) = match found.get(1) {
                    Some(_) => (rules.ids.contains_key(id), "rule"),
                    None => (rules.sections.contains(id), "section"),
                };
                if !is_known {
                    let message = format!("the contract has no {kind} {id}");
                    findings.push(Finding::at(&file.path, number, message));
                }
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contract::rules::Rule,
        finding::sample::{files, shown},
    };

    fn check_text(text: &str, expected: &[&str]) {
        let ids = ["RL-1-1", "CN-1.1-1"].map(|id| (id.to_owned(), Rule::default()));
        let sections = ["RL-1", "CN-1.1"].map(str::to_owned);
        let rules = Rules { ids: ids.into(), sections: sections.into() };
        assert_eq!(shown(&check(&files(&[("a.rs", text)]), &rules).unwrap()), expected);
    }

    #[test]
    fn rules_and_sections_that_are_there_are_fine() {
        check_text(
            "// (contract RL-1-1, CN-1.1-1): RL-1, CN-1.1.\n// RL-1 to CN-1.1; RL-x, URL-9",
            &[],
        );
    }

    #[test]
    fn those_that_are_not_are_told_with_their_line() {
        let text = concat!("//\n// CN-", "1.1-9, RL", "-2-1 and SJ", "-77, RL-1\n");
        let expected = [
            concat!("a.rs:2: the contract has no rule CN-", "1.1-9"),
            concat!("a.rs:2: the contract has no rule RL", "-2-1"),
            concat!("a.rs:2: the contract has no section SJ", "-77"),
        ];
        check_text(text, &expected);
    }
}
