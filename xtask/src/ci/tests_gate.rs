//! The gate `test`: shows what the tests say while they run, and counts them.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use anyhow::Context as _;

use super::{
    gate::Verdict,
    test_output::{Counter, Tally},
};
use crate::build::cargo;

/// How the tests ended, all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Success,
    Failure,
}

/// What is run: everything as most users build it, then what only features build. `--workspace`
/// in all, so that dependencies are built once.
const RUNS: [&[&str]; 3] = [
    &["test", "--workspace", "--no-fail-fast"],
    &["test", "--workspace", "--features", FEATURES, "--test", "wiremock", "--test", "mutants"],
    &["test", "--workspace", "--features", FEATURES, "--lib", "planted"],
];
const FEATURES: &str = "conformance/wiremock,conformance/planted-faults";

pub(super) fn run() -> anyhow::Result<Verdict> {
    let mut counter = Counter::new()?;
    let mut end = End::Success;
    for arguments in RUNS {
        // All are run, whatever comes of the first.
        if play(arguments, &mut counter)? == End::Failure {
            end = End::Failure;
        }
    }
    Ok(judge(end, counter.tally()))
}

fn play(arguments: &[&str], counter: &mut Counter) -> anyhow::Result<End> {
    let mut command = cargo(arguments);
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let stdout = child.stdout.take().context("cargo has no output")?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.context("cannot read what the tests say")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        counter.read(&line);
    }
    let status = child.wait().context("cannot wait for cargo")?;
    Ok(if status.success() { End::Success } else { End::Failure })
}

/// Passed only if tests ran and none failed.
fn judge(end: End, tally: Tally) -> Verdict {
    let Tally { passed, failed, ignored } = tally;
    let note = format!("{passed} tests passed, {failed} failed, {ignored} ignored");
    match end {
        End::Success if passed > 0 && failed == 0 => Verdict::Passed(note),
        End::Success if failed == 0 => Verdict::Failed(format!("no test ran: {note}")),
        End::Success => Verdict::Failed(note),
        End::Failure if failed == 0 => Verdict::Failed(format!("cargo test failed: {note}")),
        End::Failure => Verdict::Failed(note),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_pass_only_if_some_ran_and_none_failed() {
        let tally = |passed, failed| Tally { passed, failed, ignored: 0 };
        let check = |end, tally, expected: &str| {
            let text = format!("{:?}", judge(end, tally));
            assert_eq!(text, expected);
        };
        check(End::Success, tally(3, 0), r#"Passed("3 tests passed, 0 failed, 0 ignored")"#);
        check(End::Success, tally(3, 1), r#"Failed("3 tests passed, 1 failed, 0 ignored")"#);
        check(End::Failure, tally(3, 1), r#"Failed("3 tests passed, 1 failed, 0 ignored")"#);
        let none = r#"Failed("no test ran: 0 tests passed, 0 failed, 0 ignored")"#;
        check(End::Success, tally(0, 0), none);
        let broken = r#"Failed("cargo test failed: 3 tests passed, 0 failed, 0 ignored")"#;
        check(End::Failure, tally(3, 0), broken);
    }
}
