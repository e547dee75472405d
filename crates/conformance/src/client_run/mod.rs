//! Judges a client: a driver calls it, a gateway looks at the wire between it and a mock.

mod compare;
mod finding;
mod plan;
mod play;
mod reply_judge;
mod report;
mod wire_judge;

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use api_types::Version;

pub(crate) use self::{compare::differences, wire_judge::encoded};
pub use self::{
    finding::{ClientFault, Finding},
    report::{ClientCaseResult, ClientCounts, ClientReport, Spent, Verdict},
};
use self::{
    play::{Play, Played},
    report::Source,
};
use crate::{
    client::Client,
    driver::{Driver, DriverError, Driving},
    own_mock::{OwnMock, OwnMockError},
    report::Listed,
    suite::Suite,
    target::Credentials,
    wire::{Gateway, GatewayError},
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
}

/// After so many cases in a row that broke the driver the rest is not tried.
const PATIENCE: usize = 5;
/// How long this program itself waits for its mock.
const OWN_TIMEOUT: Duration = Duration::from_secs(10);

/// What happens during a run, as it happens.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The driver is ready; so many cases will follow.
    Ready {
        /// What it says of its client.
        client: &'a crate::driver::ClientInfo,
        /// How many cases.
        cases: usize,
    },
    /// A case is over.
    Case(&'a ClientCaseResult),
}

/// Plays all cases of the suite that concern clients.
///
/// # Errors
/// If there is no driver to begin with.
pub async fn run(
    suite: &Suite,
    options: &ClientOptions,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<ClientReport, ClientRunError> {
    let begin = Instant::now();
    let mock = OwnMock::start(options.es_version)?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let gateway = Gateway::scripted(listen, mock.url().clone()).await?;
    let driving = Driving {
        command: options.command.clone(),
        url: gateway.url(),
        client_timeout: options.client_timeout,
        start_timeout: options.start_timeout,
        call_timeout: options.call_timeout,
    };
    let driver = Driver::start(&driving).await?;
    let client = driver.client.clone();
    let started = begin.elapsed();
    let direct = Client::new(mock.url().clone(), Credentials::None, OWN_TIMEOUT);
    let mut play = Play {
        mock: &mock,
        gateway: &gateway,
        direct: &direct,
        driving: &driving,
        driver: Some(driver),
        spent: Spent { start: started, ..Spent::default() },
    };
    let sources = sources(suite, options.es_version);
    progress(Progress::Ready { client: &client, cases: sources.len() });
    let mut results = Vec::new();
    let mut exchanges = Vec::new();
    let mut broken = 0;
    for source in sources {
        let begin = Instant::now();
        let Played { verdict, recorded } = if broken >= PATIENCE {
            let reason = "the driver broke too often in a row".to_owned();
            Played { verdict: Verdict::Skipped(reason), recorded: Vec::new() }
        } else {
            play.case(source).await
        };
        broken = match &verdict {
            Verdict::Broken(_) => broken + 1,
            Verdict::Skipped(_) => broken,
            Verdict::Passed | Verdict::Failed(_) | Verdict::Unsupported(_) => 0,
        };
        exchanges.extend(recorded);
        let result = ClientCaseResult::new(source, verdict, begin.elapsed());
        progress(Progress::Case(&result));
        results.push(result);
    }
    if let Some(driver) = play.driver.take() {
        driver.end().await;
    }
    let spent = Spent { total: begin.elapsed(), ..play.spent };
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
