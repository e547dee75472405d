//! The gate `examples`: the test suites in `examples/`, as far as this machine can run them.

use super::gate::Verdict;
use crate::examples::{self, Outcome, Result};

pub(super) fn run() -> anyhow::Result<Verdict> {
    // All targets: what the gates before have built.
    Ok(judge(&examples::play(&["--workspace", "--all-targets"])?))
}

fn judge(results: &[Result]) -> Verdict {
    let notes = |wanted: fn(&Outcome) -> Option<&String>| {
        let of = |(name, outcome): &Result| wanted(outcome).map(|text| format!("{name}: {text}"));
        results.iter().filter_map(of).collect::<Vec<_>>().join("; ")
    };
    let failed = notes(|outcome| match outcome {
        Outcome::Failed(text) => Some(text),
        Outcome::Passed(_) | Outcome::Skipped(_) => None,
    });
    if !failed.is_empty() {
        return Verdict::Failed(failed);
    }
    let all = notes(|outcome| match outcome {
        Outcome::Passed(text) | Outcome::Failed(text) | Outcome::Skipped(text) => Some(text),
    });
    let is_any = results.iter().any(|(_, outcome)| matches!(outcome, Outcome::Passed(_)));
    if is_any { Verdict::Passed(all) } else { Verdict::Skipped(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_failed_fails_the_gate_and_none_that_ran_passes_it() {
        let passed = ("a", Outcome::Passed("500".to_owned()));
        let failed = ("b", Outcome::Failed("1".to_owned()));
        let skipped = ("c", Outcome::Skipped("no".to_owned()));
        assert_eq!(judge(&[passed.clone(), failed]), Verdict::Failed("b: 1".to_owned()));
        let both = judge(&[passed, skipped.clone()]);
        assert_eq!(both, Verdict::Passed("a: 500; c: no".to_owned()));
        assert_eq!(judge(&[skipped]), Verdict::Skipped("c: no".to_owned()));
    }
}
