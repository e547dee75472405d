//! Judges a client: a driver calls it, a gateway looks at the wire between it and a mock.

mod compare;
mod finding;
mod lanes;
mod plan;
mod play;
mod reply_judge;
mod report;
mod wire_judge;

use std::{
    io,
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use api_types::Version;

use self::report::Source;
pub(crate) use self::{compare::differences, wire_judge::encoded};
pub use self::{
    finding::{ClientFault, Finding},
    report::{ClientCaseResult, ClientCounts, ClientReport, Spent, Verdict},
};
use crate::{
    driver::{ClientInfo, DriverError},
    own_mock::OwnMockError,
    report::Listed,
    suite::Suite,
    wire::{GatewayError, Recorded},
};

/// How to judge a client.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The driver's command and its arguments.
    pub command: Vec<String>,
    /// The version that the mock answers as.
    pub es_version: Version,
    /// How long the client may wait for an answer of the server.
    pub client_timeout: Duration,
    /// How long the driver may take until it is ready.
    pub start_timeout: Duration,
    /// How long the driver may take for a call.
    pub call_timeout: Duration,
    /// How many cases are played at once at most, each with a mock and a driver of its own.
    pub jobs: NonZeroUsize,
}

/// Why a client cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum ClientRunError {
    /// There is no mock.
    #[error(transparent)]
    Mock(#[from] OwnMockError),
    /// There is no gateway.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The driver does not start.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// There is no place to play cases in.
    #[error("cannot start: {0}")]
    Lane(#[source] io::Error),
}

/// What happens during a run, as it happens.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The driver is ready; so many cases will follow.
    Ready {
        /// What it says of its client.
        client: &'a ClientInfo,
        /// How many cases.
        cases: usize,
    },
    /// A case is over.
    Case(&'a ClientCaseResult),
}

/// Plays all cases of the suite that concern clients. The results are in the order of the suite,
/// however many lanes there are.
///
/// # Errors
/// If there is no driver to begin with.
pub fn run(
    suite: &Suite,
    options: &ClientOptions,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<ClientReport, ClientRunError> {
    let begin = Instant::now();
    let sources = sources(suite, options.es_version);
    let hands = lanes::deal(&sources, options);
    let lanes = lanes::play(&sources, &hands, options, progress)?;
    let mut client = ClientInfo::default();
    let mut spent = Spent::default();
    let mut played: Vec<(usize, ClientCaseResult, Vec<Recorded>)> = Vec::new();
    for lane in lanes.into_iter().rev() {
        client = lane.client;
        spent.add(&lane.spent);
        played.extend(lane.played);
    }
    played.sort_by_key(|(index, _, _)| *index);
    let (mut results, mut exchanges) = (Vec::new(), Vec::new());
    for (index, result, recorded) in played {
        results.push(result);
        for exchange in recorded {
            let number = exchanges.len() + 1;
            exchanges.push(Recorded { number, chapter: index, ..exchange });
        }
    }
    spent.total = begin.elapsed();
    let command = options.command.join(" ");
    Ok(ClientReport { client, command, es_version: options.es_version, results, exchanges, spent })
}

/// The cases that a client is judged by if the mock is of this version.
#[must_use]
pub fn cases(suite: &Suite, version: Version) -> Vec<Listed<'_>> {
    let listed = |source| match source {
        Source::Usual(case) => Listed::from(case),
        Source::Wire(case) => Listed::from(case),
    };
    sources(suite, version).into_iter().map(listed).collect()
}

/// The cases that concern clients, in order.
fn sources(suite: &Suite, version: Version) -> Vec<Source<'_>> {
    let usual = suite
        .cases
        .iter()
        .filter(|case| plan::is_for_clients(case) && case.first_version() <= version);
    usual.map(Source::Usual).chain(suite.client_cases.iter().map(Source::Wire)).collect()
}
