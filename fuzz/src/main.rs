//! Tries the properties of the parsers on the stable toolchain, and writes what libFuzzer starts
//! from.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a terminal")]

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use parser_fuzz::{
    TARGETS, Target,
    stable::{self, Bounds, CASES},
};

/// Properties of the parsers.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try the properties on the inputs to start from and on changed ones
    Run {
        /// How many changed inputs for each target
        #[arg(long, value_name = "N", default_value_t = CASES)]
        cases: u64,
        /// How long each target may take at most
        #[arg(long, value_name = "N")]
        seconds: Option<u64>,
        /// Where the random numbers start
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
        /// Only these targets
        #[arg(long, value_name = "TARGET", num_args = 1.., value_delimiter = ',', value_parser = names())]
        only: Vec<String>,
    },
    /// Write the inputs to start from into DIR/<target> and words into DIR/<target>.dict; print the
    /// targets
    Corpus {
        /// Where to
        dir: PathBuf,
    },
}

fn names() -> clap::builder::PossibleValuesParser {
    TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().into()
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run { cases, seconds, seed, only } => {
            let wanted =
                |target: &&Target| only.is_empty() || only.iter().any(|name| name == target.name);
            let targets: Vec<&Target> = TARGETS.iter().filter(wanted).collect();
            let time = seconds.map(Duration::from_secs);
            stable::tell(&targets, Bounds { cases, time, seed })
        }
        Command::Corpus { dir } => match TARGETS.iter().try_for_each(|it| write(it, &dir)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: cannot write {}: {error}", dir.display());
                ExitCode::FAILURE
            }
        },
    }
}

fn write(target: &Target, dir: &Path) -> io::Result<()> {
    let place = dir.join(target.name);
    fs::create_dir_all(&place)?;
    for (number, input) in stable::corpus(target)?.into_iter().enumerate() {
        fs::write(place.join(format!("from-fixtures-{number}")), input)?;
    }
    let words = target.words.iter().map(|word| {
        let bytes: String = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        format!("\"{bytes}\"\n")
    });
    fs::write(dir.join(format!("{}.dict", target.name)), words.collect::<String>())?;
    println!("{}", target.name);
    Ok(())
}
