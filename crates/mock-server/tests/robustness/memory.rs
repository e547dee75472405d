//! The memory that the process holds, while it goes on.

use std::fs;

/// How much more it may be at the end than after the first third: allocators keep some.
const MOST_GROWTH: f64 = 1.1;

/// Readings of the resident memory.
#[derive(Debug, Default)]
pub(crate) struct Watch(Vec<u64>);

impl Watch {
    /// Reads the memory and prints it.
    pub(crate) fn look(&mut self, sent: u64) {
        let kilobytes = resident();
        println!("{sent} requests, {kilobytes} kB");
        self.0.push(kilobytes);
    }

    /// Fails if the memory has grown since the first third of the readings.
    pub(crate) fn judge(&self) {
        let Some(settled) = self.0.get(..=self.0.len() / 3).and_then(|first| first.iter().max())
        else {
            return;
        };
        let last = self.0.last().copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a machine has less than 2^52 kB")]
        let growth = last as f64 / *settled as f64;
        println!("{} readings, {settled} kB at first, {last} kB at the end", self.0.len());
        assert!(growth < MOST_GROWTH, "the memory has grown: {:?}", self.0);
    }
}

/// The resident memory in kilobytes.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
