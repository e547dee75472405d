//! The tasks of this workspace: `cargo xtask --help`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to a terminal")]

mod bench;
mod build;
mod ci;
mod cli;
mod clients;
mod contract;
mod docs;
mod examples;
mod finding;
mod fixtures;
mod fuzz;
mod http;
mod page;
mod program;
mod schemathesis;
mod table;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, FixturesCommand};

fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let outcome = match command {
        Command::Ci(args) => Ok(ci::run(&args)),
        Command::Tidy => tidy::run(),
        Command::Contract(args) => contract::run(&args),
        Command::Fixtures { command: FixturesCommand::Extract(args) } => fixtures::run(&args),
        Command::Docs(args) => docs::run(docs::PAGES, args),
        Command::Openapi(args) => docs::run(docs::OPENAPI, args),
        Command::Schemathesis(args) => schemathesis::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Clients(args) => clients::run(&args),
        Command::Page(args) => page::run(&args),
        Command::Conformance(args) => clients::judge(&args),
        Command::Examples => examples::run(),
        Command::Fuzz(args) => fuzz::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(cli::FAILED)
    })
}
