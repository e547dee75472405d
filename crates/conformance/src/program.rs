//! The program as a function: from the command line to what is printed and the exit code.

mod traffic;

use std::{ffi::OsString, fs, future::Future, io, path::PathBuf, time::Duration};

use clap::{Parser as _, error::ErrorKind};

use crate::{
    cli::{Cli, ClientArgs, Command, ReportFile, ReportFormat, ServerArgs, one_line},
    client::Client,
    client_run::{self, ClientOptions, ClientRunError},
    exit_code,
    judge::Strictness,
    observe::ObserveError,
    outcome::RunReport,
    proxy::ProxyError,
    report::{self, Style},
    run::{self, Existing, ProbeError},
    suite::{Suite, SuiteError},
};

/// What the program prints and how it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// For standard output: the report.
    pub stdout: String,
    /// For standard error: problems.
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
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("cannot make the report for {}: {cause}", path.display())]
    Render { path: PathBuf, cause: String },
    #[error("cannot start: {0}")]
    Start(#[source] io::Error),
}

impl ProgramError {
    const fn exit_code(&self) -> u8 {
        match self {
            Self::Probe(_) | Self::Client(_) => exit_code::ERRORED,
            Self::Suite(_)
            | Self::NothingSelected(_)
            | Self::NoUrl
            | Self::Observe(_)
            | Self::Proxy(_)
            | Self::Write { .. }
            | Self::Render { .. }
            | Self::Start(_) => exit_code::USAGE,
        }
    }
}

/// Does what the command line says. Prints nothing itself.
#[must_use]
pub fn run<I, T>(arguments: I, style: Style) -> Output
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    match Cli::try_parse_from(arguments) {
        Ok(cli) => match cli.command {
            Command::Server(arguments) => server(&arguments, style),
            Command::Client(arguments) => client(&arguments, style),
            Command::Observe(arguments) => ended(traffic::observe(&arguments)),
            Command::Proxy(arguments) => ended(traffic::proxy(&arguments)),
        },
        Err(asked)
            if matches!(asked.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            Output { stdout: asked.render().to_string(), ..Output::default() }
        }
        Err(error) => problem(&one_line(&error), exit_code::USAGE),
    }
}

fn problem(message: &str, exit_code: u8) -> Output {
    let stderr = format!("connector-conformance: {message}\n");
    Output { stderr, exit_code, ..Output::default() }
}

fn server(arguments: &ServerArgs, style: Style) -> Output {
    match try_server(arguments, style) {
        Ok(output) => output,
        Err(error) => problem(&error.to_string(), error.exit_code()),
    }
}

fn try_server(arguments: &ServerArgs, style: Style) -> Result<Output, ProgramError> {
    let mut suite = match &arguments.fixtures {
        Some(directory) => Suite::of_directory(directory)?,
        None => Suite::embedded()?,
    };
    if let Some(filter) = &arguments.case {
        suite = suite.filtered(filter);
        if suite.cases.is_empty() {
            return Err(ProgramError::NothingSelected(filter.clone()));
        }
    }
    if arguments.list {
        return Ok(Output { stdout: report::listing(&suite), ..Output::default() });
    }
    let url = arguments.url.clone().ok_or(ProgramError::NoUrl)?;
    let client = Client::new(url, arguments.credentials(), arguments.timeout);
    let options = run::Options {
        strictness: if arguments.strict { Strictness::Order } else { Strictness::Usual },
        existing: if arguments.replace_existing { Existing::Replace } else { Existing::Keep },
    };
    let run = block_on(run::run(&suite, &client, options)).map_err(ProgramError::Start)??;
    for file in &arguments.report {
        write(file, &run)?;
    }
    Ok(Output {
        stdout: report::human(&run, style),
        stderr: String::new(),
        exit_code: run.exit_code(),
    })
}

fn client(arguments: &ClientArgs, style: Style) -> Output {
    match try_client(arguments, style) {
        Ok(output) => output,
        Err(error) => problem(&error.to_string(), error.exit_code()),
    }
}

/// How long a driver may take until it is ready.
const START_TIMEOUT: Duration = Duration::from_secs(30);

fn try_client(arguments: &ClientArgs, _style: Style) -> Result<Output, ProgramError> {
    let suite = suite(arguments.fixtures.as_deref(), arguments.case.as_deref())?;
    let options = ClientOptions {
        command: arguments.command.clone(),
        es_version: arguments.es_version,
        client_timeout: arguments.client_timeout,
        start_timeout: START_TIMEOUT,
        call_timeout: arguments.call_timeout,
    };
    let mut silent = |_: client_run::Progress<'_>| {};
    let report =
        block_on(client_run::run(&suite, &options, &mut silent)).map_err(ProgramError::Start)??;
    let mut stdout = format!("{:?}\n{:?}\n", report.client, report.spent);
    for result in &report.results {
        if result.duration.as_millis() > 100 {
            stdout.push_str(&format!("{:?} {}\n", result.duration, result.id));
        }
        if !matches!(result.verdict, client_run::Verdict::Passed) {
            stdout.push_str(&match &result.verdict {
                client_run::Verdict::Failed(found) => {
                    let found: Vec<String> = found
                        .iter()
                        .map(|one| {
                            format!(
                                "  {}: {}: {} / {}",
                                one.fault, one.place, one.expected, one.actual
                            )
                        })
                        .collect();
                    format!("FAILED {}\n{}\n", result.id, found.join("\n"))
                }
                other => format!("{} {other:?}\n", result.id),
            });
        }
    }
    stdout.push_str(&format!("{:?}\n", report.counts()));
    Ok(Output { stdout, stderr: String::new(), exit_code: report.exit_code() })
}

fn ended(result: Result<Output, ProgramError>) -> Output {
    result.unwrap_or_else(|error| problem(&error.to_string(), error.exit_code()))
}

fn suite(fixtures: Option<&std::path::Path>, case: Option<&str>) -> Result<Suite, ProgramError> {
    let mut suite = match fixtures {
        Some(directory) => Suite::of_directory(directory)?,
        None => Suite::embedded()?,
    };
    if let Some(filter) = case {
        suite = suite.filtered(filter);
        if suite.cases.is_empty() && suite.client_cases.is_empty() {
            return Err(ProgramError::NothingSelected(filter.to_owned()));
        }
    }
    Ok(suite)
}

fn block_on<F: Future>(future: F) -> io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

fn write(file: &ReportFile, run: &RunReport) -> Result<(), ProgramError> {
    let text = match file.format {
        ReportFormat::Json => report::json(run).map_err(|error| error.to_string()),
        ReportFormat::Junit => report::junit(run).map_err(|error| error.to_string()),
    };
    let path = || file.path.clone();
    let text = text.map_err(|cause| ProgramError::Render { path: path(), cause })?;
    fs::write(&file.path, text).map_err(|cause| ProgramError::Write { path: path(), cause })
}
