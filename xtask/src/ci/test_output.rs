//! What `cargo test` says of the tests that ran.

use anyhow::Context as _;
use regex::Regex;

/// The tests of one run, over all crates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) ignored: usize,
}

/// Adds up the lines `test result: …`.
#[derive(Debug)]
pub(super) struct Counter {
    line: Regex,
    tally: Tally,
}

impl Counter {
    pub(super) fn new() -> anyhow::Result<Self> {
        let line = r"^test result: [^ ]+\. (\d+) passed; (\d+) failed; (\d+) ignored;";
        let line = Regex::new(line).context("an expression of this program is wrong")?;
        Ok(Self { line, tally: Tally::default() })
    }

    /// Reads a line of the output.
    pub(super) fn read(&mut self, line: &str) {
        let Some(found) = self.line.captures(line) else { return };
        // The expression lets nothing but digits through.
        let number = |group: usize| found.get(group)?.as_str().parse().ok();
        self.tally.passed += number(1).unwrap_or(0);
        self.tally.failed += number(2).unwrap_or(0);
        self.tally.ignored += number(3).unwrap_or(0);
    }

    /// What was read so far.
    pub(super) const fn tally(&self) -> Tally {
        self.tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, expected: [usize; 3]) {
        let mut counter = Counter::new().unwrap();
        output.lines().for_each(|line| counter.read(line));
        let [passed, failed, ignored] = expected;
        assert_eq!(counter.tally(), Tally { passed, failed, ignored }, "{output}");
    }

    #[test]
    fn the_results_of_all_crates_are_added_up() {
        let output = "
running 2 tests
test a ... ok
test b ... FAILED

test result: FAILED. 1 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.1s
   Doc-tests x
test result: ok. 31 passed; 0 failed; 1 ignored; 0 measured; 9 filtered out; finished in 0.00s
";
        check(output, [32, 1, 3]);
    }

    #[test]
    fn nothing_else_is_counted() {
        check("", [0; 3]);
        check("running 5 tests\ntest test result: ok. 5 passed; 0 failed; 0 ignored;", [0; 3]);
        check("test result: ok. many passed; 0 failed; 0 ignored;", [0; 3]);
    }
}
