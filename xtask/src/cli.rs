//! The command line: what can be asked, not how it is answered.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, value_parser};

use crate::{
    bench::LoadTool,
    ci::Gate,
    clients::{Client, Judged},
};

/// Exit code: `--check` found a difference.
pub(crate) const DIFFERENT: u8 = 1;
/// Exit code: a gate failed, a convention is not kept, a target is missed.
pub(crate) const UNMET: u8 = 1;
/// Exit code: the task could not be done; nothing was written. Also clap's for a wrong call.
pub(crate) const FAILED: u8 = 2;

/// The tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Cli {
    /// The task.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// A task.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the gates: everything that has to hold before a change goes in
    #[command(after_long_help = AFTER_CI)]
    Ci(CiArgs),
    /// Check the conventions of this repository: the gate `tidy` alone
    Tidy,
    /// Check that each rule of the contract has a case that names it: the gate `contract` alone
    #[command(after_long_help = AFTER_CONTRACT)]
    Contract(ContractArgs),
    /// Take facts out of the documents into fixtures/, or compare them
    Fixtures {
        /// What to do with the fixtures.
        #[command(subcommand)]
        command: FixturesCommand,
    },
    /// Write the pages of docs/ that are made from the tables in the code, or compare them
    #[command(after_long_help = AFTER_GENERATED)]
    Docs(GeneratedArgs),
    /// Write docs/openapi.json, the description of the API, or compare it
    #[command(after_long_help = AFTER_GENERATED)]
    Openapi(GeneratedArgs),
    /// Send a mock server random requests that are made from its description
    ///
    /// The program schemathesis has to be installed (`pip install schemathesis`).
    #[command(after_long_help = AFTER_SCHEMATHESIS)]
    Schemathesis(SchemathesisArgs),
    /// Measure the mock server, each figure beside that of a server that does nothing
    ///
    /// Both servers are built with optimisations and loaded in turn, in several short rounds. The
    /// other server is hyper with a constant answer; the ratio of the two is what counts, since
    /// the figures alone say as much of the machine as of the server.
    #[command(after_long_help = AFTER_BENCH)]
    Bench(BenchArgs),
    /// Let the official clients talk to the mock server: the gate `clients` alone
    ///
    /// The clients are installed at pinned versions into target/clients, from the registries that
    /// pip and npm of this machine are set to, and kept there. A client that this machine cannot
    /// have is named with the reason.
    #[command(after_long_help = AFTER_CLIENTS)]
    Clients(ClientsArgs),
    /// Drive the page of the mock server in a headless Chromium: the gate `page` alone
    ///
    /// Chromium and Node.js have to be installed; where one is missing, the gate is skipped and says
    /// so.
    #[command(after_long_help = AFTER_PAGE)]
    Page(PageArgs),
    /// Judge the official clients with the conformance kit
    ///
    /// Installs them as `clients` does, builds drivers/rust, and runs `connector-conformance client`
    /// with each driver of drivers/ and its list of known failures. A client that this machine
    /// cannot have is named with the reason. docs/clients-report.md is compared with what came of
    /// it, if all clients ran.
    #[command(after_long_help = AFTER_CONFORMANCE)]
    Conformance(ConformanceArgs),
    /// Run the test suites in `examples/` (pytest and Vitest, 500 tests each, all on one mock server);
    /// installs what they pin into `target/clients` first
    Examples,
    /// Look for what breaks the status machines, or the parsers
    ///
    /// Without --mutants and --parsers: builds connector-conformance with optimisations and runs its
    /// `fuzz` in process, with the arguments behind `--`.
    ///
    /// --parsers: each target of fuzz/ starts from the fixtures. With cargo-fuzz and a nightly
    /// toolchain libFuzzer looks; without, the same properties are tried on the fixtures and on
    /// changes of them, on the toolchain that runs this task.
    #[command(after_long_help = AFTER_FUZZ)]
    Fuzz(FuzzArgs),
}

const AFTER_FUZZ: &str = "\
Exit codes:
  0  nothing was found; with --mutants: every fault was found
  1  something was; it is shown, and inputs of parsers are kept in fuzz/target/artifacts
  2  an error

Examples:
  cargo xtask fuzz
  cargo xtask fuzz -- --seed 7 --cases 100000 --report html=fuzz.html
  cargo xtask fuzz --mutants -- --seeds 100
  cargo xtask fuzz --parsers --seconds 600 --only body,path";

/// What to look into.
#[derive(Args, Clone, Debug)]
pub(crate) struct FuzzArgs {
    /// Plant each fault in the mock in turn, and see that it is found
    #[arg(long, conflicts_with = "parsers")]
    pub(crate) mutants: bool,
    /// The parsers
    #[arg(long)]
    pub(crate) parsers: bool,
    /// How long each target is tried
    #[arg(long, value_name = "N", default_value_t = 20, requires = "parsers", value_parser = value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
    /// Only these targets
    #[arg(long, value_name = "TARGET", num_args = 1.., value_delimiter = ',', requires = "parsers")]
    pub(crate) only: Vec<String>,
    /// Without cargo-fuzz, even if it is there
    #[arg(long, requires = "parsers")]
    pub(crate) stable: bool,
    /// What `connector-conformance fuzz`, or with --mutants `connector-conformance mutants`, is
    /// given
    #[arg(last = true, value_name = "ARGUMENT", conflicts_with = "parsers")]
    pub(crate) arguments: Vec<String>,
}

const AFTER_PAGE: &str = "\
Exit codes:
  0  the page does what it should
  1  it does not, or this machine has no Chromium or no Node.js
  2  an error: the mock server cannot be built

CHROMIUM in the environment names another browser than the one in PATH.
The last line is `N passed, N failed, N skipped` and counts tests.";

/// What of the page.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PageArgs {
    /// Keep pictures of the page in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) shots: Option<PathBuf>,
    /// Only the tests with this text in their names
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Option<String>,
}

const AFTER_CONFORMANCE: &str = "\
Exit codes:
  0  no client does anything wrong that is not known, and docs/clients-report.md says so
  1  one does, or no client ran, or the page says something else
  2  an error: the kit cannot be built, or not all clients ran for --write";

/// Which clients.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ConformanceArgs {
    /// Only these clients
    #[arg(long, value_name = "CLIENT", value_enum, num_args = 1.., value_delimiter = ',')]
    pub(crate) only: Vec<Judged>,
    /// Write docs/clients-report.md instead of comparing it
    #[arg(long, conflicts_with = "only")]
    pub(crate) write: bool,
}

const AFTER_CLIENTS: &str = "\
Exit codes:
  0  every answer is as expected; clients that were skipped are named
  1  an answer is not as expected, a session broke off, or no client ran
  2  an error: the mock server cannot be built or does not start

PYTHON in the environment names another Python than python3.
The last line is `N passed, N failed` and counts calls.";

/// Which clients, and what they do.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ClientsArgs {
    /// Only these clients
    #[arg(long, value_name = "CLIENT", value_enum, num_args = 1.., value_delimiter = ',')]
    pub(crate) only: Vec<Client>,
    /// Only what is in these folders: steps, of which not every method needs to be called then, or
    /// clients/service
    #[arg(long, value_name = "DIR", num_args = 1..)]
    pub(crate) steps: Vec<PathBuf>,
}

const AFTER_CI: &str = "\
Exit codes:
  0  all gates passed
  1  a gate failed
  2  wrong call

The last line is `N passed, N failed` and counts gates.";

/// Which gates to run.
#[derive(Args, Clone, Debug)]
pub(crate) struct CiArgs {
    /// Leave out gates
    #[arg(long, value_name = "GATE", value_enum, num_args = 1.., value_delimiter = ',')]
    pub(crate) skip: Vec<Gate>,
    /// List the gates and run none
    #[arg(long)]
    pub(crate) list: bool,
    /// Compare the fixtures with these documents too: see `fixtures extract`
    #[arg(long, value_name = "DIR", requires = "spec_examples", env = "XTASK_DOCS")]
    pub(crate) docs: Option<PathBuf>,
    /// Compare the fixtures with these examples too: see `fixtures extract`
    #[arg(long, value_name = "DIR", requires = "docs", env = "XTASK_SPEC_EXAMPLES")]
    pub(crate) spec_examples: Option<PathBuf>,
}

const AFTER_CONTRACT: &str = "\
Exit codes:
  0  every rule, operation, status and error response has a case, or a reason why there is none
  1  something has no case; each is named
  2  an error";

/// What to tell of the contract.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ContractArgs {
    /// Print each id with what names it
    #[arg(long)]
    pub(crate) list: bool,
}

const AFTER_GENERATED: &str = "\
Exit codes:
  0  written, or no difference
  1  --check found a difference
  2  an error; nothing was written";

/// Whether to write what is generated.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct GeneratedArgs {
    /// Write nothing: name the files that differ from what would be written
    #[arg(long)]
    pub(crate) check: bool,
}

const AFTER_SCHEMATHESIS: &str = "\
Exit codes:
  0  nothing was found
  1  schemathesis found something; it says what
  2  an error: schemathesis is missing, the server does not start

Examples:
  cargo xtask schemathesis
  cargo xtask schemathesis --seconds 60 --seed 1 --program venv/bin/schemathesis";

/// How long and with what.
#[derive(Args, Clone, Debug)]
pub(crate) struct SchemathesisArgs {
    /// How long
    #[arg(long, value_name = "N", default_value_t = 600, value_parser = value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
    /// What its random numbers start from, to repeat a run
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u128>,
    /// The program
    #[arg(long, value_name = "PATH", default_value = "schemathesis")]
    pub(crate) program: PathBuf,
}

const AFTER_BENCH: &str = "\
Exit codes:
  0  measured; with --check, every target is met
  1  --check: a target is missed
  2  an error: no load generator, a server that does not start, an answer that is no success

Examples:
  cargo xtask bench
  cargo xtask bench --seconds 10 --rounds 9 --check
  cargo xtask bench --journal
  cargo xtask bench --documents 200000 --check
  cargo xtask bench --fuzz --program venv/bin/schemathesis --check";

/// How to measure.
#[derive(Args, Clone, Debug)]
pub(crate) struct BenchArgs {
    /// How long one server is loaded with one kind of request in one round
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
    /// How many rounds
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// How many connections are open at once
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = value_parser!(u32).range(1..=512))]
    pub(crate) connections: u32,
    /// How often each server is started, to measure the start
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = value_parser!(u32).range(1..))]
    pub(crate) starts: u32,
    /// The load generator
    #[arg(long, value_enum, default_value_t = LoadTool::Wrk)]
    pub(crate) load: LoadTool,
    /// Fail if a target is missed
    #[arg(long)]
    pub(crate) check: bool,
    /// Measure the mock server without its journal and with it, through at least a million requests
    #[arg(long)]
    pub(crate) journal: bool,
    /// Index up to N documents by `_bulk` and scroll them back: rates, and memory for N/8, N/4, N/2 and
    /// N documents
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "200000", conflicts_with_all = ["connections", "starts", "load", "journal", "seconds"], value_parser = value_parser!(u32).range(8..=4_000_000))]
    pub(crate) documents: Option<u32>,
    /// Measure the fuzzer instead: in process, over one connection, and beside schemathesis
    #[arg(long, conflicts_with_all = ["connections", "starts", "load", "journal", "documents"])]
    pub(crate) fuzz: bool,
    /// With --fuzz: the program schemathesis; without it the others are measured alone
    #[arg(long, value_name = "PATH", default_value = "schemathesis", requires = "fuzz")]
    pub(crate) program: PathBuf,
}

/// What to do with the fixtures.
#[derive(Debug, Subcommand)]
pub(crate) enum FixturesCommand {
    /// Read the documents and write fixtures/endpoints and fixtures/examples
    ///
    /// Every document must be understood to its last line. What is not understood is an error that
    /// names the document, the line and what was expected there; all errors are printed, and then
    /// nothing is written.
    #[command(after_long_help = AFTER_EXTRACT)]
    Extract(ExtractArgs),
}

const AFTER_EXTRACT: &str = "\
Exit codes:
  0  written, or no difference
  1  --check found a difference
  2  an error; nothing was written

Examples:
  cargo xtask fixtures extract --docs ../pages --spec-examples ../spec-examples
  cargo xtask fixtures extract --docs ../pages --spec-examples ../spec-examples --check";

/// Where to read and where to write.
#[derive(Args, Debug)]
pub(crate) struct ExtractArgs {
    /// The directory of the documentation pages: AsciiDoc pages saved as text, one `*.txt` each
    #[arg(long, value_name = "DIR")]
    pub(crate) docs: PathBuf,
    /// The directory of the API reference's examples:
    /// `<operation>/{request,response}/<Example>.yaml`
    #[arg(long, value_name = "DIR")]
    pub(crate) spec_examples: PathBuf,
    /// The directory of the fixtures; `endpoints/*.json` and `examples/*/*.json` in it are replaced
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    pub(crate) out: PathBuf,
    /// Write nothing: compare the fixtures with the documents and name each difference
    #[arg(long)]
    pub(crate) check: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn both_directories_are_needed_and_the_output_has_a_default() {
        let parse = |args: &str| Cli::try_parse_from(args.split(' '));
        assert!(parse("xtask fixtures extract --docs d").is_err());
        let cli = parse("xtask fixtures extract --docs d --spec-examples s --check").unwrap();
        let Command::Fixtures { command: FixturesCommand::Extract(args) } = cli.command else {
            panic!("another task");
        };
        assert_eq!((args.out, args.check), (PathBuf::from("fixtures"), true));
    }

    #[test]
    fn gates_are_left_out_by_name_and_documents_come_in_pairs() {
        let parse = |args: &str| Cli::try_parse_from(args.split(' '));
        for args in ["xtask ci --skip test,tidy", "xtask ci --skip test --skip tidy"] {
            let Command::Ci(ci) = parse(args).unwrap().command else { panic!("another task") };
            assert_eq!(ci.skip, [Gate::Test, Gate::Tidy], "{args}");
        }
        assert!(parse("xtask ci --skip tests").is_err());
        assert!(parse("xtask ci --docs d").is_err());
        assert!(parse("xtask ci --docs d --spec-examples s").is_ok());
    }
}
