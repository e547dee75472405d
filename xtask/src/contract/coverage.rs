//! Each rule has a case that names its id, or a reason why there is none.

use std::collections::BTreeMap;

use super::{
    proof::{Ids, Kind, Proof},
    rules::{Rule, Rules},
    without::{Listed, PATH},
};
use crate::finding::Finding;

/// How much of a missing rule's text is shown.
const SHOWN: usize = 70;

/// The proofs by the id they name.
pub(super) type Proofs<'a> = BTreeMap<&'a str, Vec<&'a Proof>>;

/// How many rules have a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Rules that have a case, by the first kind that shows them.
    pub(super) shown: BTreeMap<Kind, usize>,
    /// Rules that have none and should.
    pub(super) missing: usize,
    /// Ids that have none, with a reason.
    pub(super) without: usize,
}

/// Whether a proof counts for a rule. The sessions of client libraries are no gate, so they count
/// for what is said of client libraries alone.
fn counts(proof: &Proof, id: &str) -> bool {
    match proof.kind {
        Kind::Case | Kind::Exchange | Kind::Test => true,
        Kind::Session => id.starts_with("CL-"),
    }
}

/// The proofs by the id they name.
pub(super) fn by_id<'a>(proofs: &'a [Proof], ids: &'a Ids) -> Proofs<'a> {
    let mut by_id = Proofs::new();
    for proof in proofs {
        for id in ids.of(proof).filter(|id| counts(proof, id)) {
            by_id.entry(id).or_default().push(proof);
        }
    }
    by_id
}

/// Compares rules, proofs and the list of ids without a case.
pub(super) fn check(
    rules: &Rules,
    proofs: &Proofs<'_>,
    without: &BTreeMap<String, Listed>,
) -> (Count, Vec<Finding>) {
    let mut count = Count::default();
    let mut findings = Vec::new();
    for (id, rule) in &rules.ids {
        match (proofs.get(id.as_str()), without.get(id)) {
            (Some(named), None) => {
                if let Some(kind) = named.iter().map(|proof| proof.kind).min() {
                    *count.shown.entry(kind).or_default() += 1;
                }
            }
            (None, Some(_)) => count.without += 1,
            (None, None) => {
                count.missing += 1;
                let message = format!("{id} has no case: {}", beginning(rule));
                findings.push(Finding::at(&rule.path, rule.line, message));
            }
            (Some(named), Some(listed)) => findings.extend(named.first().map(|proof| {
                let message = format!("{id} has a case after all, {}:{}", proof.path, proof.line);
                Finding::at(PATH, listed.line, message)
            })),
        }
    }
    (count, findings)
}

/// The first words of a rule.
fn beginning(rule: &Rule) -> String {
    if rule.text.is_empty() {
        return "(a block)".to_owned();
    }
    if rule.text.chars().count() <= SHOWN {
        return rule.text.clone();
    }
    let text: String = rule.text.chars().take(SHOWN).collect();
    format!("{}…", text.rsplit_once(' ').map_or(text.as_str(), |(words, _)| words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::shown;

    fn proof(kind: Kind, text: &str) -> Proof {
        Proof {
            kind,
            path: "p".to_owned(),
            line: 3,
            name: String::new(),
            text: text.to_owned(),
            about: None,
            answers: Vec::new(),
        }
    }

    fn id(ordinal: u32) -> String {
        format!("CN-1-{ordinal}")
    }

    #[test]
    fn a_rule_has_a_case_or_a_reason_and_not_both() {
        let rule = |line| Rule { path: "r.md".to_owned(), line, text: "Some words.".to_owned() };
        let ids = (1..=4).map(|line| (id(line), rule(usize::try_from(line).unwrap()))).collect();
        let rules = Rules { ids, ..Rules::default() };
        let proofs =
            [proof(Kind::Exchange, &format!("{}, {}", id(1), id(4))), proof(Kind::Case, &id(1))];
        let ids = Ids::new().unwrap();
        let listed = |line| Listed { line, reason: "r".to_owned() };
        let without = BTreeMap::from([(id(3), listed(7)), (id(4), listed(8))]);
        let (count, findings) = check(&rules, &by_id(&proofs, &ids), &without);
        let shown_by = BTreeMap::from([(Kind::Case, 1)]);
        assert_eq!(count, Count { shown: shown_by, missing: 1, without: 1 });
        let expected = [
            format!("r.md:2: {} has no case: Some words.", id(2)),
            format!("docs/contract/without-case.yml:8: {} has a case after all, p:3", id(4)),
        ];
        assert_eq!(shown(&findings), expected);
    }

    #[test]
    fn a_client_session_shows_what_is_said_of_clients_alone() {
        let of_clients = concat!("CL-", "1-1");
        let proofs = [proof(Kind::Session, &format!("{of_clients} {}", id(1)))];
        let ids = Ids::new().unwrap();
        let by_id = by_id(&proofs, &ids);
        assert_eq!(by_id.keys().collect::<Vec<_>>(), [&of_clients]);
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let text = "word ".repeat(20);
        let rule = Rule { text, ..Rule::default() };
        assert_eq!(beginning(&rule), format!("{}word…", "word ".repeat(13)));
        assert_eq!(beginning(&Rule::default()), "(a block)");
    }
}
