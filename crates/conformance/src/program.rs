//! The program as a function: from the command line to what is printed and the exit code.
//!
//! Each command reads what it needs, runs, and gives its report to `finish`, which ends all of them.

mod client;
mod finish;
mod fuzz;
#[cfg(feature = "planted-faults")]
mod mutants;
mod server;
mod traffic;

use std::{ffi::OsString, future::Future, io, path::PathBuf};

use clap::{Parser as _, error::ErrorKind};

use self::finish::{Reporting, finish};
use crate::{
    case::CaseError,
    cli::{CasesArgs, Cli, Command, one_line},
    client_run::ClientRunError,
    exit_code,
    observe::ObserveError,
    proxy::ProxyError,
    report::Style,
    run::ProbeError,
    suite::{Suite, SuiteError},
};

/// What the program prints and how it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// For standard output: the report.
    pub stdout: String,
    /// For standard error: problems, and the report for people if another one is on standard
    /// output.
    pub stderr: String,
    /// One of [`crate::exit_code`].
    pub exit_code: u8,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
enum ProgramError {
    #[error(transparent)]
    Suite(#[from] SuiteError),
    #[error("no case has an id that contains [{0}]; --list shows them")]
    NothingSelected(String),
    #[error("--url is missing; write --url http://HOST:PORT")]
    NoUrl,
    #[error(transparent)]
    Probe(#[from] ProbeError),
    #[error(transparent)]
    Client(#[from] ClientRunError),
    #[error(transparent)]
    Observe(#[from] ObserveError),
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    #[cfg(feature = "planted-faults")]
    #[error("no planted fault has a name that contains [{0}]; there are {1}")]
    NoFault(String, String),
    #[error(transparent)]
    Fuzz(#[from] fuzz::FuzzError),
    #[error(transparent)]
    Known(#[from] CaseError),
    #[error("only one report can go to standard output")]
    TwoOnStdout,
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("cannot write {}: {why}", path.display())]
    NoPlace { path: PathBuf, why: String },
    #[error("cannot make the report: {0}")]
    Render(String),
    #[error("cannot start: {0}")]
    Start(#[source] io::Error),
}

impl ProgramError {
    const fn exit_code(&self) -> u8 {
        match self {
            #[cfg(feature = "planted-faults")]
            Self::NoFault(..) => exit_code::USAGE,
            Self::Fuzz(error) if error.is_usage() => exit_code::USAGE,
            Self::Fuzz(_) => exit_code::ERRORED,
            Self::Probe(_) | Self::Client(_) => exit_code::ERRORED,
            Self::Suite(_)
            | Self::NothingSelected(_)
            | Self::NoUrl
            | Self::Known(_)
            | Self::TwoOnStdout
            | Self::Read { .. }
            | Self::Observe(_)
            | Self::Proxy(_)
            | Self::Write { .. }
            | Self::NoPlace { .. }
            | Self::Render(_)
            | Self::Start(_) => exit_code::USAGE,
        }
    }
}

/// What is told while a run goes on: a line that takes the place of the one before.
type Tell<'a> = &'a mut (dyn FnMut(&str) + Send);

/// Does what the command line says. Prints nothing itself and tells nothing meanwhile.
#[must_use]
pub fn run<I, T>(arguments: I, style: Style) -> Output
where
    I: IntoIterator<Item = T>,
    T: Into<OsString>,
{
    run_with(arguments, style, &mut |_| {})
}

/// The same, and `progress` gets a line whenever something is over.
#[must_use]
pub fn run_with<I, T>(arguments: I, style: Style, progress: &mut (dyn FnMut(&str) + Send)) -> Output
where
    I: IntoIterator<Item = T>,
    T: Into<OsString>,
{
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let done = match Cli::try_parse_from(&arguments) {
        Ok(cli) => match cli.command {
            Command::Server(arguments) => server::run(&arguments, style, progress),
            Command::Client(arguments) => client::run(&arguments, style, progress),
            Command::Observe(arguments) => traffic::observe(&arguments, style),
            Command::Proxy(arguments) => traffic::proxy(&arguments, style),
            Command::Fuzz(arguments) => fuzz::run(&arguments, style, progress),
            #[cfg(feature = "planted-faults")]
            Command::Mutants(arguments) => mutants::run(&arguments, progress),
        },
        Err(asked)
            if matches!(asked.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            Ok(Output { stdout: asked.render().to_string(), ..Output::default() })
        }
        Err(error) => Ok(problem(&one_line(&error, &arguments), exit_code::USAGE)),
    };
    done.unwrap_or_else(|error| problem(&error.to_string(), error.exit_code()))
}

fn problem(message: &str, exit_code: u8) -> Output {
    Output { stderr: problem_line(message), exit_code, ..Output::default() }
}

fn problem_line(message: &str) -> String {
    format!("connector-conformance: {message}\n")
}

/// The cases of a directory, or those that the program carries.
fn suite(cases: &CasesArgs) -> Result<Suite, SuiteError> {
    match &cases.fixtures {
        Some(directory) => Suite::of_directory(directory),
        None => Suite::embedded(),
    }
}

fn block_on<F: Future>(future: F) -> Result<F::Output, ProgramError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(ProgramError::Start)?.block_on(future))
}
