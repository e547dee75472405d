//! `cargo xtask fuzz`: inputs made at random.

mod parsers;

use std::process::ExitCode;

use crate::cli::FuzzArgs;

/// Looks where it is asked to.
pub(crate) fn run(args: &FuzzArgs) -> anyhow::Result<ExitCode> {
    parsers::run(args)
}
