//! The arguments of `observe` and `proxy`.

use std::{net::SocketAddr, time::Duration};

use api_types::Version;
use clap::Args;

use super::ReportingArgs;
use crate::{observe::AdviceCounts, target::BaseUrl};

/// How to judge a test suite.
#[derive(Debug, Args)]
pub struct ObserveArgs {
    /// The command of the suite and its arguments: `-- pytest -v`.
    #[arg(last = true, value_name = "COMMAND", required = true)]
    pub command: Vec<String>,

    /// One more variable that gets the URL of the mock. May be given several times.
    #[arg(long, value_name = "NAME", value_parser = variable)]
    pub env: Vec<String>,

    /// Fail if the suite covers less than so many percent of the documented answers.
    ///
    /// An answer is an operation and a status that the contract has for it, without the 500s that
    /// mistakes of the server lead to. It is covered if it came once, whatever led to it.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub min_coverage: Option<f64>,

    /// The version that the mock answers as.
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST)]
    pub es_version: Version,

    /// Let advice count as failures: what the server accepts and the Connector Protocol forbids.
    #[arg(long)]
    pub strict: bool,

    /// What to do with the results.
    #[command(flatten)]
    pub reporting: ReportingArgs,
}

/// How to judge traffic.
#[derive(Debug, Args)]
pub struct ProxyArgs {
    /// The server, `http://HOST:PORT`.
    #[arg(long, value_name = "URL")]
    pub upstream: BaseUrl,

    /// Where to listen, `127.0.0.1:9201`; port 0 is any that is free.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub listen: SocketAddr,

    /// End after so many seconds.
    #[arg(long = "for", value_name = "SECONDS", value_parser = long_time)]
    pub duration: Option<Duration>,

    /// The version by whose contract the server is judged.
    #[arg(long, value_name = "V", default_value_t = Version::NEWEST)]
    pub es_version: Version,

    /// Let advice count as failures: what the server accepts and the Connector Protocol forbids.
    #[arg(long)]
    pub strict: bool,

    /// What to do with the results.
    #[command(flatten)]
    pub reporting: ReportingArgs,
}

/// What `--strict` makes of advice.
pub(crate) const fn advice(strict: bool) -> AdviceCounts {
    if strict { AdviceCounts::AsFailures } else { AdviceCounts::AsAdvice }
}

fn variable(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(['=', '\0']) {
        return Err("write the name of a variable".to_owned());
    }
    Ok(text.to_owned())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "write an IP address and a port, 127.0.0.1:9201".to_owned())
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse().ok();
    let fits = |number: &f64| (0.0..=100.0).contains(number);
    number.filter(fits).ok_or_else(|| "write a number from 0 to 100".to_owned())
}

/// The longest time, a month.
const LONGEST: f64 = 31.0 * 24.0 * 3600.0;

fn long_time(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "write a number of seconds".to_owned())?;
    if number > 0.0 && number <= LONGEST {
        Ok(Duration::from_secs_f64(number))
    } else {
        Err(format!("write more than 0 and at most {LONGEST}"))
    }
}
