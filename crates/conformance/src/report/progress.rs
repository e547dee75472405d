//! What a run says while it goes on, as one line that is written over and over.

use super::{
    model::{EntryVerdict, Tally},
    text::one_line,
};

/// The widest line; a longer one would be broken and could not be written over.
const WIDTH: usize = 78;

/// How far a run is.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProgressLine {
    total: usize,
    tally: Tally,
}

impl ProgressLine {
    /// A run of so many entries.
    #[must_use]
    pub fn new(total: usize) -> Self {
        Self { total, tally: Tally::default() }
    }

    /// The line after another entry is over: `12 of 480, 1 failed: sync_job_get/x`.
    pub fn after(&mut self, id: &str, verdict: EntryVerdict) -> String {
        self.tally.count(verdict);
        let done = self.tally.total();
        let number = |(count, word): (usize, &str)| match count {
            0 => String::new(),
            count => format!(", {count} {word}"),
        };
        let failed = number((self.tally.failed, "failed"));
        let errored = number((self.tally.errored, "not judged"));
        let line = format!("{done} of {}{failed}{errored}: {}", self.total, one_line(id));
        line.chars().take(WIDTH).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_and_is_never_too_wide() {
        let mut line = ProgressLine::new(480);
        assert_eq!(line.after("a/b", EntryVerdict::Passed), "1 of 480: a/b");
        assert_eq!(line.after("a/c", EntryVerdict::Failed), "2 of 480, 1 failed: a/c");
        let wide = line.after(&"é".repeat(100), EntryVerdict::Errored);
        assert_eq!(wide.chars().count(), WIDTH);
        assert!(wide.starts_with("3 of 480, 1 failed, 1 not judged: éé"), "{wide}");
    }
}
