//! The committed fixtures against the documents that they refer to.

use std::{collections::BTreeSet, fs, path::PathBuf};

use api_types::endpoint::Operation;
use conformance::{
    case::{Case, CaseKind},
    divergence::Divergences,
    suite::Suite,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every id that the contract defines: in the first cell of a row, or in bold, or as a response.
pub(crate) fn contract_ids() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for entry in fs::read_dir(root().join("docs/contract")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        if path.extension().is_some_and(|extension| extension == "md") {
            for line in text.lines() {
                if let Some(cell) = line.strip_prefix("| ") {
                    ids.extend(cell.split(" |").next().map(str::to_owned));
                }
                ids.extend(line.split("**").skip(1).step_by(2).map(str::to_owned));
            }
        } else {
            ids.extend(text.split('"').filter(|word| word.contains('#')).map(str::to_owned));
        }
    }
    ids
}

#[test]
fn every_rule_that_is_named_is_in_the_contract() {
    let ids = contract_ids();
    assert!(ids.contains("SJ-12-3") && ids.contains("RL-1-13") && ids.contains("CN-1.4-10"));
    for case in &Suite::embedded().unwrap().cases {
        for rule in &case.proves {
            assert!(ids.contains(rule), "{} names {rule}", case.id);
        }
    }
    let divergences = Divergences::embedded().unwrap();
    let documentation = divergences.documentation.iter().map(|one| (&one.id, &one.contract));
    for (id, contract) in
        documentation.chain(divergences.mock.iter().map(|one| (&one.id, &one.contract)))
    {
        assert!(!contract.is_empty(), "{id}");
        for rule in contract {
            assert!(ids.contains(rule), "{id} names {rule}");
        }
    }
}

#[test]
fn the_two_lists_of_divergences_agree() {
    let text = fs::read_to_string(root().join("docs/divergences.md")).unwrap();
    let divergences = Divergences::embedded().unwrap();
    let written: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let ids: Vec<&str> = divergences
        .documentation
        .iter()
        .map(|one| one.id.as_str())
        .chain(divergences.mock.iter().map(|one| one.id.as_str()))
        .collect();
    assert_eq!(written, ids);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id is there twice");
    for one in &divergences.documentation {
        assert!(one.operation().is_some(), "{}", one.id);
        for line in [
            format!("- documentation ({}): {}", one.place(), one.documented),
            format!("- server: {}", one.server),
        ] {
            assert!(text.lines().any(|written| written == line), "{}: {line}", one.id);
        }
    }
    for one in &divergences.mock {
        for line in
            [format!("- mock: {}", one.mock), format!("- Elasticsearch: {}", one.elasticsearch)]
        {
            assert!(text.lines().any(|written| written == line), "{}: {line}", one.id);
        }
    }
}

#[test]
fn every_difference_from_the_documentation_is_shown_by_a_case() {
    let suite = Suite::embedded().unwrap();
    for one in &suite.divergences.documentation {
        let shown = suite.cases.iter().any(|case| case.documented.contains(&one.id));
        assert!(shown, "{}", one.id);
    }
}

#[test]
fn every_example_is_played() {
    let suite = Suite::embedded().unwrap();
    let played = suite.cases.iter().filter(|case| case.kind == CaseKind::Example).count();
    let mut files = 0;
    for directory in fs::read_dir(root().join("fixtures/examples")).unwrap() {
        files += fs::read_dir(directory.unwrap().path()).unwrap().count();
    }
    assert_eq!(played, files);
}

/// What a case makes is told from what others have made by its id.
#[test]
fn cases_make_only_connectors_of_their_own() {
    let suite = Suite::embedded().unwrap();
    let cases = suite.cases.iter().filter(|case| case.kind == CaseKind::Case);
    for case in cases {
        assert!(case.connector.starts_with("conformance-"), "{}", case.id);
        for target in made(case) {
            let own = ["/_connector/$connector", "/_connector/_secret/$connector"]
                .iter()
                .any(|start| target.starts_with(start));
            let refused = case.steps.iter().all(|step| step.answer.status >= 400);
            assert!(own || target == "/_connector" || refused, "{} makes {target}", case.id);
        }
    }
}

fn made(case: &Case) -> impl Iterator<Item = &str> {
    let puts = case.steps.iter().filter(|step| {
        step.endpoint()
            .is_some_and(|row| matches!(row.operation, Operation::Put | Operation::SecretPut))
            && step.answer.status < 400
    });
    puts.map(|step| step.request.target.as_str())
}
