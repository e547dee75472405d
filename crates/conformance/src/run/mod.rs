//! Plays cases against a server, one after the other, and gathers the results.
//!
//! Nothing here prints; `report` makes texts of the result.

mod cleanup;
mod probe;
mod session;

use std::time::Instant;

use api_types::Version;

pub use self::probe::{ProbeError, what_is};
use self::{cleanup::clean_up, probe::Server, session::Session};
use crate::{
    case::{Case, Needs, Place},
    client::{Client, ClientError},
    exchange::Request,
    halt::Halt,
    judge::Strictness,
    outcome::{Breakdown, CaseResult, Outcome, RunReport, ServerInfo},
    suite::Suite,
};

/// How to play.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How much of an answer counts.
    pub strictness: Strictness,
    /// What to do about connectors that have the id of an example.
    pub existing: Existing,
    /// When to play no more cases.
    pub halt: Halt,
}

/// What to do if the server already has a connector with the fixed id of an example. A mock's are
/// always replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Keep it and skip the example.
    #[default]
    Keep,
    /// Delete it.
    Replace,
}

/// After so many cases in a row without an answer the rest is not tried.
const PATIENCE: usize = 3;

/// Why the rest is not played.
const INTERRUPTED: &str = "the run was interrupted";

/// What happens during a run, as it happens.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The server has answered; so many cases will follow.
    Ready {
        /// What it says of itself.
        server: &'a ServerInfo,
        /// How many cases.
        cases: usize,
    },
    /// A case is over.
    Case(&'a CaseResult),
}

/// Plays the whole suite.
///
/// # Errors
/// If there is no server that can be asked anything.
pub async fn run(
    suite: &Suite,
    client: &Client,
    options: Options,
    progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<RunReport, ProbeError> {
    let server = probe::ask(client).await?;
    progress(Progress::Ready { server: &server.info, cases: suite.cases.len() });
    let mut results = Vec::new();
    let mut left_behind = Vec::new();
    let mut silent = 0;
    let mut is_over = false;
    for case in &suite.cases {
        let started = Instant::now();
        let outcome = if is_over {
            Outcome::Skipped(INTERRUPTED.to_owned())
        } else if options.halt.is_asked() {
            is_over = true;
            errored(&case.place, None, INTERRUPTED)
        } else if silent >= PATIENCE {
            Outcome::Skipped("the server stopped answering".to_owned())
        } else if let Some(reason) = not_for(case, &server) {
            Outcome::Skipped(reason)
        } else {
            play(case, client, &server, options, &mut left_behind).await
        };
        silent = match &outcome {
            Outcome::Errored(_) => silent + 1,
            Outcome::Skipped(_) => silent,
            Outcome::Passed | Outcome::Failed(_) => 0,
        };
        let result = result(case, outcome, started);
        progress(Progress::Case(&result));
        results.push(result);
    }
    let mut documented = suite.divergences.documentation.clone();
    documented.retain(|one| results.iter().any(|result| result.documented.contains(&one.id)));
    Ok(RunReport {
        url: client.url().to_string(),
        server: server.info,
        credentials: client.credentials().in_curl(),
        results,
        documented,
        left_behind,
    })
}

fn result(case: &Case, outcome: Outcome, started: Instant) -> CaseResult {
    CaseResult {
        id: case.id.clone(),
        name: case.name.clone(),
        kind: case.kind,
        operation: case.operation,
        status: case.status(),
        place: case.place.clone(),
        proves: case.proves.clone(),
        pages: case.pages.clone(),
        documented: case.documented.clone(),
        outcome,
        duration: started.elapsed(),
    }
}

/// Why the case is not for this server.
fn not_for(case: &Case, server: &Server) -> Option<String> {
    if case.needs == Needs::EmptyServer && !server.info.is_mock {
        return Some("it needs an empty server, and only a mock can be emptied".to_owned());
    }
    let first = case.first_version();
    let version = server.version.unwrap_or(Version::NEWEST);
    (version < first).then(|| format!("it needs version {first}, the server is {version}"))
}

async fn play(
    case: &Case,
    client: &Client,
    server: &Server,
    options: Options,
    left_behind: &mut Vec<String>,
) -> Outcome {
    let is_emptied = case.needs == Needs::EmptyServer;
    if is_emptied && let Err(error) = empty(client).await {
        return errored(&case.place, None, error.to_string());
    }
    let mut session = Session::new(case, client, server.info.is_mock, options);
    let outcome = session.play().await;
    clean_up(client, &session.created, left_behind).await;
    if is_emptied && let Err(error) = client.send(&Request::plain("POST", RESET)).await {
        left_behind.push(format!("the mock is empty: {error}"));
    }
    outcome
}

/// Takes a mock back to its start.
pub(crate) const RESET: &str = "/_mock/reset";
/// The state of a mock.
pub(crate) const STATE: &str = "/_mock/state";
/// A state without anything.
pub(crate) const NOTHING: &str = "{}";

/// Takes everything out of a mock, what it began with too.
async fn empty(client: &Client) -> Result<(), ClientError> {
    client.send(&Request::plain("POST", RESET)).await?;
    let request = Request { body: Some(NOTHING.to_owned()), ..Request::plain("PUT", STATE) };
    client.send(&request).await.map(drop)
}

/// The outcome of a case that got no answer to judge.
fn errored(place: &Place, request: Option<Request>, message: impl Into<String>) -> Outcome {
    let (place, message) = (place.clone(), message.into());
    Outcome::Errored(Box::new(Breakdown { place, request, message }))
}

impl ServerInfo {
    /// The version as a number, if it is told and is one.
    #[must_use]
    pub fn number(&self) -> Option<Version> {
        self.version.as_deref()?.split('-').next()?.parse().ok()
    }

    /// `Elasticsearch 9.6.0`, or what is known of it.
    #[must_use]
    pub fn described(&self) -> String {
        let version = self.version.as_deref().unwrap_or("of unknown version");
        let kind = if self.is_mock { ", a mock" } else { "" };
        format!("Elasticsearch {version}{kind}")
    }
}
