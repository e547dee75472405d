//! The command line of `connector-conformance`.

mod fuzz;
#[cfg(feature = "planted-faults")]
mod mutants;
mod traffic;
mod usage;

use std::{num::NonZeroUsize, ops::RangeInclusive, path::PathBuf, str::FromStr, time::Duration};

use api_types::Version;
use clap::{Args, Parser, Subcommand};

#[cfg(feature = "planted-faults")]
pub use self::mutants::MutantArgs;
pub(crate) use self::traffic::advice;
pub use self::{
    fuzz::FuzzArgs,
    traffic::{ObserveArgs, ProxyArgs},
    usage::one_line,
};
use crate::target::{BaseUrl, Credentials};

/// Judges what serves the Connector APIs, and what uses them, against their documentation.
///
/// Exit codes: 0 everything passed, 1 something failed or passed although it is a known failure,
/// 2 something could not be judged (no server, no valid HTTP, a driver that broke, a run that was interrupted), 3 usage (a bad
/// flag, a bad URL, a bad case file, a list of known failures that names nothing).
#[derive(Debug, Parser)]
#[command(name = "connector-conformance", version, term_width = 100)]
pub struct Cli {
    /// What to judge.
    #[command(subcommand)]
    pub command: Command,
}

/// What to judge.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play the documented examples and the cases against a server and judge its answers.
    ///
    /// Everything that is made on the server has an id that begins with `conformance-` or is an
    /// id of a documented example, and is deleted again. A mock is emptied for some cases and
    /// taken back to its start.
    Server(ServerArgs),
    /// Judge a client library: start a mock, have a driver call the client, look at both sides.
    ///
    /// A driver is a small program that calls the client on this program's behalf;
    /// docs/driver-protocol.md describes it, drivers/ has some to copy.
    Client(ClientArgs),
    /// Run any test suite against a mock, and judge the requests that it sends.
    ///
    /// The suite finds the mock's URL in ELASTICSEARCH_URL, ES_URL and ELASTICSEARCH_HOSTS. A
    /// request that is malformed by the contract is a failure; one that is refused for its values
    /// or for the state of the server is not.
    ///
    /// Exit codes: 0 every request was right and the command succeeded, 1 a request was malformed
    /// or too little was covered, 2 no request came or the suite was interrupted, 3 usage (a bad
    /// flag, a command that cannot be started), 4 every request was right and the command failed.
    Observe(ObserveArgs),
    /// Stand before a server, pass every byte on, and judge requests and answers as they go by.
    ///
    /// Ends with Ctrl-C, SIGTERM or after --for, and reports then.
    ///
    /// Exit codes: 0 everything was right, 1 a request or an answer was wrong, 2 the server could
    /// not be reached, 3 usage (a bad flag, an address that is in use).
    Proxy(ProxyArgs),
    /// Play random sequences of calls and judge every answer by a model of the contract.
    ///
    /// What is found is made as short as can be, and shown as steps, as a script of curl commands
    /// and as a replay file. Without --url the mock of this program is fuzzed, in process; another
    /// mock is emptied, and taken back to its start at the end. The model is that of 9.0 and newer.
    ///
    /// Exit codes: 0 nothing was found, 1 an answer was wrong, 2 the server could not be reached,
    /// 3 usage (a bad flag, a bad replay file, a server elsewhere without --i-own-this-cluster).
    Fuzz(Box<FuzzArgs>),
    /// Look for each planted fault of the mock in turn, to prove that `fuzz` finds faults.
    ///
    /// Exit codes: 0 every one was found from every seed, 1 some were not.
    #[cfg(feature = "planted-faults")]
    Mutants(MutantArgs),
}

/// How to judge a server.
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// The server, `http://HOST:PORT`.
    #[arg(
        long,
        value_name = "URL",
        env = "ES_CONFORMANCE_URL",
        hide_env_values = true,
        required_unless_present = "list"
    )]
    pub url: Option<BaseUrl>,

    /// Which cases.
    #[command(flatten)]
    pub cases: CasesArgs,

    /// What to do with the results.
    #[command(flatten)]
    pub reporting: ReportingArgs,

    /// Let the order of members count in every answer, not only in errors.
    #[arg(long)]
    pub strict: bool,

    /// Who asks, and how long to wait.
    #[command(flatten)]
    pub access: AccessArgs,

    /// Delete connectors that have the fixed id of a documented example, to play the example.
    /// Without this such an example is skipped, unless the server is a mock.
    #[arg(long)]
    pub replace_existing: bool,
}

/// Who asks a server, and how long to wait; the same for everything that asks one.
#[derive(Debug, Args)]
pub struct AccessArgs {
    /// How many seconds to wait for an answer.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,

    /// Who asks, with HTTP's basic authentication.
    #[arg(
        long,
        value_name = "USER:PASSWORD",
        env = "ES_CONFORMANCE_USER",
        hide_env_values = true,
        conflicts_with = "api_key",
        value_parser = user
    )]
    pub user: Option<String>,

    /// Who asks, with an encoded API key.
    #[arg(long, value_name = "KEY", env = "ES_CONFORMANCE_API_KEY", hide_env_values = true)]
    pub api_key: Option<String>,
}

/// How to judge a client.
#[derive(Debug, Args)]
pub struct ClientArgs {
    /// The driver and its arguments: `-- python3 driver.py`.
    #[arg(last = true, value_name = "COMMAND", required_unless_present = "list")]
    pub command: Vec<String>,

    /// Which cases.
    #[command(flatten)]
    pub cases: CasesArgs,

    /// What to do with the results.
    #[command(flatten)]
    pub reporting: ReportingArgs,

    /// The version that the mock answers as.
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST)]
    pub es_version: Version,

    /// How many seconds the client may wait for an answer.
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub client_timeout: Duration,

    /// How many seconds the driver may take for a call.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub call_timeout: Duration,

    /// How many cases are played at once, each with a mock and a driver of its own. The reports are
    /// the same for any number.
    #[arg(long, value_name = "N", default_value = "4", value_parser = jobs)]
    pub jobs: NonZeroUsize,
}

/// Which cases are played; the same for servers and clients.
#[derive(Clone, Debug, Default, Args)]
pub struct CasesArgs {
    /// Play only cases whose id contains this text.
    #[arg(long, value_name = "FILTER")]
    pub case: Option<String>,

    /// List the cases instead of playing them.
    #[arg(long)]
    pub list: bool,

    /// Take cases and examples from this directory instead of the program.
    #[arg(long, value_name = "DIR")]
    pub fixtures: Option<PathBuf>,
}

/// What to do with the results; the same for everything that is judged.
#[derive(Clone, Debug, Default, Args)]
pub struct ReportingArgs {
    /// Write a report too: `json=FILE`, `junit=FILE`, `sarif=FILE`, `html=FILE`, or `summary=FILE`,
    /// which is appended to the file (`summary=$GITHUB_STEP_SUMMARY`). May be given several times.
    /// `-` as FILE is standard output; the report for people goes to standard error then.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub report: Vec<ReportFile>,

    /// A list of failures that are known (YAML, entries of `case` and `because`): they do not
    /// count, and what is in the list and passes does.
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
}

/// A report to write beside the one for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// What it looks like.
    pub format: ReportFormat,
    /// Where it goes.
    pub target: ReportTarget,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportTarget {
    /// To standard output.
    Stdout,
    /// To a file.
    File(PathBuf),
}

macro_rules! formats {
    ($($(#[$doc:meta])+ $name:ident = $word:literal,)+) => {
        /// What a report file looks like.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ReportFormat {
            $($(#[$doc])+ $name,)+
        }

        impl ReportFormat {
            /// Every format with its word on the command line.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($word, Self::$name),)+];
        }
    };
}

formats! {
    /// For programs.
    Json = "json",
    /// For what shows test results.
    Junit = "junit",
    /// For what shows problems beside lines.
    Sarif = "sarif",
    /// For the summary of a workflow run; appended to the file.
    Summary = "summary",
    /// For people, a page.
    Html = "html",
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || {
            let forms: Vec<String> =
                ReportFormat::ALL.iter().map(|(word, _)| format!("{word}=FILE")).collect();
            format!("write {}", forms.join(", "))
        };
        let (word, path) = text.split_once('=').ok_or_else(form)?;
        let known = ReportFormat::ALL.iter().find(|(known, _)| *known == word);
        let (_, format) = known.filter(|_| !path.is_empty()).ok_or_else(form)?;
        let target = match path {
            "-" => ReportTarget::Stdout,
            path => ReportTarget::File(path.into()),
        };
        Ok(Self { format: *format, target })
    }
}

/// Seconds, perhaps with a fraction; more than none and not more than an hour.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "write a number of seconds".to_owned())?;
    if number > 0.0 && number <= 3600.0 {
        Ok(Duration::from_secs_f64(number))
    } else {
        Err("write more than 0 and at most 3600".to_owned())
    }
}

/// A name and a password.
fn user(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some((name, _)) if !name.is_empty() => Ok(text.to_owned()),
        _ => Err("write a name, a colon and a password, elastic:changeme".to_owned()),
    }
}

/// A whole number of a range, or a message that says what to write.
fn number<N: FromStr + PartialOrd>(
    text: &str,
    range: &RangeInclusive<N>,
    form: &str,
) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| form.to_owned())
}

/// More drivers at once only wait for each other.
const MOST_JOBS: usize = 64;

fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MOST_JOBS);
    number.ok_or_else(|| format!("write a number from 1 to {MOST_JOBS}"))
}

impl AccessArgs {
    /// Who asks.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials::of(self.user.as_deref(), self.api_key.as_deref())
    }
}
