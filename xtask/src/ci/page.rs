//! The gate `page`: the page of the mock server in a browser, if this machine has one.

use super::gate::Verdict;
use crate::{
    cli::PageArgs,
    page::{self, Outcome},
};

pub(super) fn run() -> anyhow::Result<Verdict> {
    // All targets: what the gates before have built.
    Ok(match page::play(&PageArgs::default(), &["--workspace", "--all-targets"])? {
        Outcome::Passed(note) => Verdict::Passed(note),
        Outcome::Failed(note) => Verdict::Failed(note),
        Outcome::Skipped(reason) => Verdict::Skipped(reason),
    })
}
