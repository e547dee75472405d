//! The options of `fuzz`.

use std::{path::PathBuf, time::Duration};

use api_types::Version;
use clap::Args;

use super::{AccessArgs, ReportingArgs, number};
use crate::target::BaseUrl;

/// What to fuzz, and how long.
#[derive(Debug, Args)]
pub struct FuzzArgs {
    /// The server, `http://HOST:PORT`. Without it the mock of this program, without a socket.
    #[arg(long, value_name = "URL", env = "ES_CONFORMANCE_URL", hide_env_values = true)]
    pub url: Option<BaseUrl>,

    /// The seed; the same one makes the same sequences. Without it another one each time.
    #[arg(long, value_name = "S", value_parser = seed)]
    pub seed: Option<u64>,

    /// How many sequences to play.
    #[arg(long, value_name = "N", default_value = "2000", conflicts_with = "time", value_parser = cases)]
    pub cases: u64,

    /// How long to go on instead: `90s`, `10m`, `1h`.
    #[arg(long, value_name = "T", value_parser = duration)]
    pub time: Option<Duration>,

    /// The longest sequence, in steps; a few are four times as long.
    #[arg(long, value_name = "MAX", default_value = "40", value_parser = steps)]
    pub steps: u16,

    /// How many clients call at once. With more than one the answers are checked for an order of
    /// the calls that explains them.
    #[arg(long, value_name = "J", default_value = "1", value_parser = clients)]
    pub jobs: u16,

    /// Call only operations whose name contains one of these texts, and what makes and shows
    /// connectors and jobs: `--ops sync_job,update_status`.
    #[arg(long, value_name = "FILTER", value_delimiter = ',')]
    pub ops: Vec<String>,

    /// Play this replay file once instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cases", "time", "seed", "ops"])]
    pub replay: Option<PathBuf>,

    /// Write the shortest sequence that shows a violation to FILE, for `--replay`.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,

    /// Write it as a script of curl commands to FILE, too.
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,

    /// Write every request and answer to FILE, byte for byte and without times. In process the
    /// same seed writes the same file. Not with several clients.
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,

    /// In front of every id and index name that is made up.
    #[arg(long, value_name = "TEXT", default_value = "fuzz-", value_parser = prefix)]
    pub prefix: String,

    /// At most so many requests in a second.
    #[arg(long, value_name = "N", requires = "url", value_parser = rate)]
    pub rate: Option<u32>,

    /// Fuzz a server that is not on this machine. Connectors and jobs are made on it, and deleted
    /// again; see docs/fuzzing.md first.
    #[arg(long)]
    pub i_own_this_cluster: bool,

    /// The version that the mock answers as, if it is fuzzed; 9.0 or newer.
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST, conflicts_with = "url")]
    pub es_version: Version,

    /// Who asks, and how long to wait.
    #[command(flatten)]
    pub access: AccessArgs,

    /// What to do with the results.
    #[command(flatten)]
    pub reporting: ReportingArgs,
}

fn seed(text: &str) -> Result<u64, String> {
    number(
        text,
        &(0..=u64::MAX),
        "write a whole number; a seed file is an option of connector-mock",
    )
}

fn cases(text: &str) -> Result<u64, String> {
    number(text, &(1..=u64::MAX), "write how many sequences, 1 or more")
}

fn steps(text: &str) -> Result<u16, String> {
    number(text, &(1..=1000), "write a number from 1 to 1000")
}

fn clients(text: &str) -> Result<u16, String> {
    number(text, &(1..=16), "write a number from 1 to 16")
}

fn rate(text: &str) -> Result<u32, String> {
    number(text, &(1..=u32::MAX), "write how many requests in a second, 1 or more")
}

/// `90s`, `10m`, `1h`; a number alone is seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a time, 90s, 10m or 1h".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let (number, seconds) = match unit {
        's' => (text.trim_end_matches('s'), 1),
        'm' => (text.trim_end_matches('m'), 60),
        'h' => (text.trim_end_matches('h'), 3600),
        _ => (text, 1),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let time = Duration::from_secs(number.saturating_mul(seconds));
    if time.is_zero() { Err(wrong()) } else { Ok(time) }
}

/// Lower-case letters, digits and hyphens: what an id and the name of an index may begin with.
fn prefix(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.is_empty() || text.starts_with('-') || !text.bytes().all(is_plain) {
        return Err("write lower-case letters, digits and hyphens, not a hyphen first".to_owned());
    }
    Ok(text.to_owned())
}
