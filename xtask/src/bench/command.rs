//! Runs the task: builds, measures, prints.

use std::process::ExitCode;

use anyhow::Context as _;

use super::{
    documents,
    figures::Figures,
    fuzz, journal,
    load::Generator,
    report, rounds,
    servers::Programs,
    starts,
    targets::{Target, targets},
    usage,
};
use crate::cli::{BenchArgs, UNMET};

/// Does what `args` ask for.
pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    let place = tempfile::tempdir().context("cannot make a directory")?;
    if args.fuzz {
        let (text, targets) = fuzz::run(args, place.path())?;
        println!("{text}");
        return Ok(told(args, &targets));
    }
    if let Some(most) = args.documents {
        let before = usage::machine();
        let measured = documents::measure(args, most)?;
        println!("{before} before the run\n{} after it", usage::machine());
        println!("medians of {} rounds\n\n{}", args.rounds, measured.text());
        return Ok(told(args, &measured.targets()));
    }
    let generator = Generator::new(args, place.path())?;
    let programs = Programs::build(place.path())?;
    let machine = usage::machine();
    if args.journal {
        let measured = journal::measure(&programs, &generator, args.rounds)?;
        println!("{machine} before the run\n");
        println!("{}", measured.table());
        return Ok(told(args, &[measured.memory_target()]));
    }
    eprintln!("{} starts of each server", args.starts);
    let starts = starts::measure(&programs, args.starts)?;
    let rounds = rounds::measure(&programs, &generator, args.rounds)?;
    let figures = Figures::new(&starts, &rounds);
    println!("{machine} before the run");
    println!("{}\n", settings(args));
    println!("{}", report::table(&figures));
    Ok(told(args, &targets(&figures)))
}

/// Prints the targets, a line each.
fn told(args: &BenchArgs, targets: &[Target]) -> ExitCode {
    for target in targets {
        println!("{target}");
    }
    let is_failure = args.check && targets.iter().any(|target| target.is_missed());
    if is_failure { ExitCode::from(UNMET) } else { ExitCode::SUCCESS }
}

fn settings(args: &BenchArgs) -> String {
    let BenchArgs { seconds, rounds, connections, starts, .. } = args;
    format!("{rounds} rounds of {seconds} s with {connections} connections, {starts} starts")
}
