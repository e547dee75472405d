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
        println!("{}", fuzz::run(args, place.path())?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(most) = args.documents {
        let before = usage::machine();
        let measured = documents::measure(args, most)?;
        println!("{before} before the run\n{} after it", usage::machine());
        println!("medians of {} rounds\n\n{}", args.rounds, measured.text());
        let targets = measured.targets();
        targets.iter().for_each(|target| println!("{target}"));
        let is_failure = args.check && targets.into_iter().any(Target::is_missed);
        return Ok(if is_failure { ExitCode::from(UNMET) } else { ExitCode::SUCCESS });
    }
    let generator = Generator::new(args, place.path())?;
    let programs = Programs::build(place.path())?;
    let machine = usage::machine();
    if args.journal {
        let measured = journal::measure(&programs, &generator, args.rounds)?;
        println!("{machine} before the run\n");
        println!("{}", measured.table());
        let target = measured.memory_target();
        println!("{target}");
        let is_failure = args.check && target.is_missed();
        return Ok(if is_failure { ExitCode::from(UNMET) } else { ExitCode::SUCCESS });
    }
    eprintln!("{} starts of each server", args.starts);
    let starts = starts::measure(&programs, args.starts)?;
    let rounds = rounds::measure(&programs, &generator, args.rounds)?;
    let figures = Figures::new(&starts, &rounds);
    println!("{machine} before the run");
    println!("{}\n", settings(args));
    println!("{}", report::table(&figures));
    let targets = targets(&figures);
    for target in targets {
        println!("{target}");
    }
    let is_failure = args.check && targets.into_iter().any(Target::is_missed);
    Ok(if is_failure { ExitCode::from(UNMET) } else { ExitCode::SUCCESS })
}

fn settings(args: &BenchArgs) -> String {
    let BenchArgs { seconds, rounds, connections, starts, .. } = args;
    format!("{rounds} rounds of {seconds} s with {connections} connections, {starts} starts")
}
