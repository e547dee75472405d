//! What came of all gates, as text.

use super::gate::{Gate, Verdict};
use crate::table::aligned;

/// What came of a gate, and how long it took.
#[derive(Clone, Debug)]
pub(super) struct Result {
    pub(super) gate: Gate,
    pub(super) verdict: Verdict,
    pub(super) seconds: f64,
}

/// A verdict as a word, with its note.
pub(super) fn words(verdict: &Verdict) -> (&'static str, &str) {
    match verdict {
        Verdict::Passed(note) => ("passed", note),
        Verdict::Failed(note) => ("FAILED", note),
        Verdict::Skipped(note) => ("skipped", note),
    }
}

/// How many gates failed.
pub(super) fn failed(results: &[Result]) -> usize {
    results.iter().filter(|result| matches!(result.verdict, Verdict::Failed(_))).count()
}

/// A table, and behind it a line with the number of gates that passed and failed.
pub(super) fn text(results: &[Result]) -> String {
    let mut rows = vec![["gate", "result", "seconds", ""].map(str::to_owned).to_vec()];
    for Result { gate, verdict, seconds } in results {
        let (word, note) = words(verdict);
        let cells = [gate.name(), word, &format!("{seconds:.1}"), note];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    let passed = results.iter().filter(|result| matches!(result.verdict, Verdict::Passed(_)));
    let table = aligned(&rows, &[false, false, true, false]);
    format!("{table}\n{} passed, {} failed\n", passed.count(), failed(results))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_the_gates_that_ran() {
        let result = |gate, verdict| Result { gate, verdict, seconds: 1.25 };
        let results = [
            result(Gate::Fmt, Verdict::Passed(String::new())),
            result(Gate::Clippy, Verdict::Skipped(String::new())),
            result(Gate::Test, Verdict::Failed("1 failed".to_owned())),
            result(Gate::Doc, Verdict::Passed(String::new())),
        ];
        let expected = "\
gate    result   seconds
fmt     passed       1.2
clippy  skipped      1.2
test    FAILED       1.2  1 failed
doc     passed       1.2

2 passed, 1 failed
";
        assert_eq!(text(&results), expected);
        assert_eq!(failed(&results), 1);
    }
}
