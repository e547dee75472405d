//! The gate `clients`: the official clients, as far as this machine can have them.

use super::gate::Verdict;
use crate::{
    cli::ClientsArgs,
    clients::{self, Report},
};

pub(super) fn run() -> anyhow::Result<Verdict> {
    // All targets: what the gates before have built.
    let report = clients::play(&ClientsArgs::default(), &["--workspace", "--all-targets"])?;
    println!();
    print!("{}", report.text());
    Ok(judge(&report))
}

fn judge(report: &Report) -> Verdict {
    if report.is_empty() {
        Verdict::Skipped(report.reasons())
    } else if report.failed() > 0 {
        Verdict::Failed(report.note())
    } else {
        Verdict::Passed(report.note())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_that_looked_at_nothing_has_not_passed() {
        let verdict = judge(&Report::default());
        assert_eq!(verdict, Verdict::Skipped(String::new()));
    }
}
