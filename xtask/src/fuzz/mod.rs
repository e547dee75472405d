//! `cargo xtask fuzz`: sequences of calls, planted faults, and inputs of parsers made at random.

mod parsers;

use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::{
    build::{build, find},
    cli::{FuzzArgs, UNMET},
    workspace,
};

/// Looks where it is asked to.
pub(crate) fn run(args: &FuzzArgs) -> anyhow::Result<ExitCode> {
    if args.parsers { parsers::run(args) } else { sequences(args) }
}

/// Builds the program with optimisations, for the speed, and hands the arguments on.
fn sequences(args: &FuzzArgs) -> anyhow::Result<ExitCode> {
    let mut cargo = vec!["--release", "-p", "conformance", "--bin", "connector-conformance"];
    let command = if args.mutants {
        cargo.extend(["--features", "planted-faults"]);
        "mutants"
    } else {
        "fuzz"
    };
    let program = find(&build(&cargo)?, "connector-conformance")?;
    let mut started = Command::new(&program);
    started.arg(command).args(&args.arguments).current_dir(workspace::root());
    let status = started.status().context("cannot start connector-conformance")?;
    Ok(match status.code() {
        Some(0) => ExitCode::SUCCESS,
        Some(1) => ExitCode::from(UNMET),
        _ => ExitCode::from(2),
    })
}
