//! The command line of `connector-mock`.

use std::{net::SocketAddr, path::PathBuf};

use api_types::Version;
use clap::{
    Parser, Subcommand,
    error::{ContextKind, ContextValue},
};

use crate::{
    FaultRule,
    host::{
        JournalCount, JournalSize, MAX_SPACES, Worker, WorkerError, bytes, clock_of_command_line,
    },
    root::Flavor,
    security::{Security, SecurityError},
    seed::{Seed, SeedError},
    sources::Clock,
    standalone::Config,
};

/// A mock Elasticsearch that answers the Connector APIs like a cluster does.
///
/// The first line on standard output is `listening on http://HOST:PORT`; nothing else goes there.
/// SIGINT and SIGTERM stop the server. GET /_mock/health says how it is, POST /_mock/reset puts
/// it back to its start.
#[derive(Debug, Parser)]
#[command(
    name = "connector-mock",
    version,
    max_term_width = 100,
    next_line_help = false,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do; without it, serve.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The address to listen on; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:9200",
        env = "ES_MOCK_LISTEN",
        hide_env_values = true,
        value_parser = address
    )]
    listen: SocketAddr,

    /// The version of Elasticsearch to answer as, 8.12 to 9.6.
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST, env = "ES_MOCK_ES_VERSION", hide_env_values = true)]
    es_version: Version,

    /// A file that gets the URL once the server answers.
    #[arg(long, value_name = "PATH", env = "ES_MOCK_READY_FILE", hide_env_values = true)]
    ready_file: Option<PathBuf>,

    /// Make generated ids repeat from start to start.
    #[arg(long, value_name = "N", env = "ES_MOCK_RNG_SEED", hide_env_values = true, value_parser = rng_seed)]
    rng_seed: Option<u64>,

    /// What the server's clock shows: `2026-01-01T12:00:00Z` starts it there, `fixed` at
    /// 2026-01-01T00:00:00Z, `manual` at the machine's time; each reading moves it by a microsecond.
    /// `offset=-3d` is the machine's time, moved; `system`, the default, is the machine's time.
    #[arg(long, value_name = "CLOCK", value_parser = clock_of_command_line, env = "ES_MOCK_CLOCK", hide_env_values = true)]
    clock: Option<Clock>,

    /// Ask for credentials: FILE (YAML or JSON) has users, roles, API keys and tokens, see
    /// docs/security.md. Without this, credentials are ignored.
    #[arg(long, value_name = "FILE", value_parser = security, env = "ES_MOCK_AUTH", hide_env_values = true)]
    auth: Option<Security>,

    /// What the server begins with, and every space: FILE (YAML or JSON) has connectors, sync jobs,
    /// secrets, indices and users, see docs/control.md. `connector-mock init` writes one to start
    /// with.
    #[arg(long, value_name = "FILE", value_parser = seed, env = "ES_MOCK_SEED", hide_env_values = true)]
    seed: Option<Seed>,

    /// The kind of Elasticsearch to answer as: a cluster of one's own, or a serverless project,
    /// which keeps some operations for its operators.
    #[arg(
        long,
        value_name = "F",
        value_enum,
        default_value = "stack",
        env = "ES_MOCK_FLAVOR",
        hide_env_values = true
    )]
    flavor: Flavor,

    /// How many spaces there may be beside the first one.
    #[arg(long, value_name = "N", default_value_t = MAX_SPACES, env = "ES_MOCK_MAX_SPACES", hide_env_values = true, value_parser = max_spaces)]
    max_spaces: usize,

    /// Play the connector service: FILE is a script, see docs/control.md; or jobs just end so:
    /// completed, error, suspended, never.
    #[arg(long, value_name = "FILE|END", value_parser = worker, env = "ES_MOCK_WORKER", hide_env_values = true)]
    worker: Option<Worker>,

    /// Let callers of other machines use the control routes, /_mock/..., if they send this token in
    /// the header X-Mock-Token. Without it they answer callers of this machine only.
    #[arg(long, value_name = "TOKEN", env = "ES_MOCK_CONTROL_TOKEN", hide_env_values = true)]
    control_token: Option<String>,

    /// Serve no control routes.
    #[arg(long, conflicts_with = "control_token")]
    no_control: bool,

    /// Make requests fail: [METHOD] and a path pattern, an operation or *, then what becomes of
    /// them, 'PUT */_claim 503 x2'; may be given several times. See docs/control.md.
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<FaultRule>,

    /// How many exchanges of a space the journal keeps, or `off`.
    #[arg(
        long,
        value_name = "COUNT|off",
        default_value = "10000",
        env = "ES_MOCK_JOURNAL",
        hide_env_values = true
    )]
    journal: JournalCount,

    /// How much memory the journals of all spaces take together: `16mb`.
    #[arg(long, value_name = "BYTES", default_value = "16mb", value_parser = bytes, env = "ES_MOCK_JOURNAL_BYTES", hide_env_values = true)]
    journal_bytes: usize,

    /// Be wrong in one way, to prove that a test finds it.
    #[cfg(feature = "planted-faults")]
    #[arg(long, value_name = "NAME")]
    planted_fault: Option<crate::Fault>,
}

/// What the program does beside serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a file for --seed, with comments that say what it may hold.
    Init {
        /// The file; it must not be there yet.
        #[arg(default_value = "mock.yml")]
        file: PathBuf,
    },
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "write an IP address and a port, 127.0.0.1:9200".to_owned())
}

fn rng_seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "write a whole number; a file of connectors goes to --seed".to_owned())
}

fn max_spaces(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "write a number of spaces, 0 or more".to_owned())
}

/// Reads the file of `--auth`.
fn security(path: &str) -> Result<Security, SecurityError> {
    Security::read(path)
}

/// Reads the script of `--worker`.
fn worker(file: &str) -> Result<Worker, WorkerError> {
    Worker::read(file)
}

impl From<Cli> for Config {
    fn from(cli: Cli) -> Self {
        Self {
            listen: cli.listen,
            es_version: cli.es_version,
            ready_file: cli.ready_file,
            rng_seed: cli.rng_seed,
            clock: cli.clock.unwrap_or_else(Clock::system),
            security: cli.auth,
            seed: cli.seed,
            flavor: cli.flavor,
            max_spaces: cli.max_spaces,
            worker: cli.worker,
            control_token: cli.control_token,
            no_control: cli.no_control,
            faults: cli.faults,
            journal: JournalSize::new(cli.journal, cli.journal_bytes),
            #[cfg(feature = "planted-faults")]
            planted_fault: cli.planted_fault,
        }
    }
}

/// Reads the file of `--seed`.
fn seed(path: &str) -> Result<Seed, SeedError> {
    Seed::read(path)
}

/// A usage error as one line.
#[must_use]
pub fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines: Vec<&str> =
        text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let what = lines.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    format!("connector-mock: {what}{}; see connector-mock --help", suggestion(error))
}

/// The option or command that was probably meant.
fn suggestion(error: &clap::Error) -> String {
    let kinds =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = kinds.into_iter().find_map(|kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        // The closest one comes last.
        Some(ContextValue::Strings(words)) => words.last().cloned(),
        _ => None,
    });
    meant.map(|word| format!(" (did you mean [{word}]?)")).unwrap_or_default()
}
