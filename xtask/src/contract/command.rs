//! Reads the repository, compares, and tells what came of it.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    process::ExitCode,
};

use conformance::suite::Suite;

use super::{
    coverage::{self, Proofs},
    operations,
    proof::{self, Ids, Kind},
    responses::{self, Response},
    rules::{self, Rules},
    without::{self, Listed, PATH},
};
use crate::{
    cli::{ContractArgs, UNMET},
    finding::Finding,
    workspace,
};

/// How much of the contract has a case.
#[derive(Clone, Debug)]
pub(crate) struct Looked {
    rules: coverage::Count,
    operations: operations::Count,
    /// Error responses, and how many of them are provoked.
    responses: (usize, usize),
    findings: usize,
}

/// The task `contract`.
pub(crate) fn run(args: &ContractArgs) -> anyhow::Result<ExitCode> {
    let looked = look_and_list(args.list)?;
    println!("contract: {looked}");
    Ok(if looked.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// Compares the contract with what names its ids and prints what is missing.
pub(crate) fn look() -> anyhow::Result<Looked> {
    look_and_list(false)
}

fn look_and_list(list: bool) -> anyhow::Result<Looked> {
    let root = workspace::root();
    let files = workspace::texts(&root)?;
    let suite = Suite::of_directory(&root.join("fixtures"))?;
    let proofs = proof::read(&suite, &files)?;
    let ids = Ids::new()?;
    let by_id = coverage::by_id(&proofs, &ids);
    let rules = rules::read(&files)?.rules;
    let responses = responses::read(&files)?;
    let (without, mut findings) = without::read(&files);
    findings.extend(unknown(&by_id, &without, &rules, &responses));
    let (count, found) = coverage::check(&rules, &by_id, &without);
    findings.extend(found);
    let (operations, found) = operations::check(&proofs, &responses);
    findings.extend(found);
    let (provoked, found) = responses::check(&responses, &by_id, &without)?;
    findings.extend(found);
    findings.sort();
    if list {
        print!("{}", listing(&rules, &responses, &by_id, &without));
    }
    for finding in &findings {
        println!("{finding}");
    }
    let responses = (responses.len(), provoked);
    Ok(Looked { rules: count, operations, responses, findings: findings.len() })
}

/// Ids that are named and do not exist.
fn unknown(
    proofs: &Proofs<'_>,
    without: &BTreeMap<String, Listed>,
    rules: &Rules,
    responses: &[Response],
) -> Vec<Finding> {
    let is_known =
        |id: &str| rules.ids.contains_key(id) || responses.iter().any(|one| one.id == id);
    let mut findings = Vec::new();
    for (id, named) in proofs.iter().filter(|(id, _)| !is_known(id)) {
        for proof in named {
            let message = format!("the contract has no rule or error response {id}");
            findings.push(Finding::at(&proof.path, proof.line, message));
        }
    }
    for (id, listed) in without.iter().filter(|(id, _)| !is_known(id)) {
        let message = format!("the contract has no rule or error response {id}");
        findings.push(Finding::at(PATH, listed.line, message));
    }
    findings
}

/// One line for each id: what names it, or why nothing does.
fn listing(
    rules: &Rules,
    responses: &[Response],
    proofs: &Proofs<'_>,
    without: &BTreeMap<String, Listed>,
) -> String {
    let mut text = String::new();
    let ids = rules.ids.keys().map(String::as_str);
    for id in ids.chain(responses.iter().map(|response| response.id.as_str())) {
        let named: Vec<String> = match (proofs.get(id), without.get(id)) {
            (Some(named), _) => named
                .iter()
                .map(|proof| match proof.kind {
                    Kind::Case => proof.name.clone(),
                    Kind::Exchange | Kind::Test | Kind::Session => {
                        format!("{}:{}", proof.path, proof.line)
                    }
                })
                .collect(),
            (None, Some(listed)) => vec![format!("none: {}", listed.reason)],
            (None, None) => vec!["MISSING".to_owned()],
        };
        let _ = writeln!(text, "{id}  {}", named.join(", "));
    }
    text
}

impl Looked {
    /// Whether nothing is missing.
    pub(crate) const fn is_clean(&self) -> bool {
        self.findings == 0
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let coverage::Count { shown, missing, without } = &self.rules;
        let covered: usize = shown.values().sum();
        let kinds: Vec<String> = Kind::ALL
            .into_iter()
            .filter_map(|kind| Some(format!("{} by {}", shown.get(&kind)?, kind.plural())))
            .collect();
        let kinds = kinds.join(", ");
        write!(f, "{covered}/{} rules have a case ({kinds}); ", covered + missing)?;
        write!(f, "{without} ids without a case, each with its reason, in {PATH}; ")?;
        let operations::Count { operations, complete, statuses, shown } = self.operations;
        write!(f, "{complete}/{operations} operations with cases of every kind, ")?;
        write!(f, "{shown}/{statuses} statuses and ")?;
        let (all, provoked) = self.responses;
        write!(f, "{provoked}/{all} error responses with a case")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_each_rule_once() {
        let looked = Looked {
            rules: coverage::Count {
                shown: BTreeMap::from([(Kind::Case, 7), (Kind::Test, 2)]),
                missing: 1,
                without: 3,
            },
            operations: operations::Count { operations: 34, complete: 33, statuses: 90, shown: 89 },
            responses: (5, 4),
            findings: 4,
        };
        let expected = "9/10 rules have a case (7 by conformance cases, 2 by tests); 3 ids without a case, each with its reason, in docs/contract/without-case.yml; 33/34 operations with cases of every kind, 89/90 statuses and 4/5 error responses with a case";
        assert_eq!(looked.to_string(), expected);
    }
}
