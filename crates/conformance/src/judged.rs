//! A server judged from within a test: `connector-conformance server` as a function.

use std::{fmt::Write as _, future::IntoFuture, pin::Pin, time::Duration};

use crate::{
    client::Client,
    fail::fail,
    judge::Strictness,
    report::{EntryVerdict, Report, RunVerdict, Style, counts, wrong_entry},
    run::{self, Existing, ProbeError},
    suite::{Suite, SuiteError},
    target::{BaseUrlError, Credentials},
};

/// How long the server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// So many failures are told.
const MOST: usize = 5;

/// Judges the server at a URL, `http://HOST:PORT`, by the documentation's examples and the cases of
/// the contract.
///
/// ```no_run
/// # async fn judge() {
/// conformance::judge_server("http://127.0.0.1:9200").await.expect_all_passed();
/// conformance::judge_server("http://127.0.0.1:9200").cases("sync_job_claim/").await.expect_all_passed();
/// # }
/// ```
pub fn judge_server(url: impl Into<String>) -> JudgeServer {
    JudgeServer {
        url: url.into(),
        cases: None,
        credentials: Credentials::None,
        options: run::Options::default(),
    }
}

/// Which server is to be judged and how; awaiting it does so.
#[derive(Clone, Debug)]
#[must_use = "nothing is judged until this is awaited"]
pub struct JudgeServer {
    url: String,
    cases: Option<String>,
    credentials: Credentials,
    options: run::Options,
}

/// A server that was judged, or could not be.
#[derive(Debug)]
#[must_use = "nothing is expected of the server yet: add .expect_all_passed()"]
pub struct Judged {
    url: String,
    result: Result<Report, JudgeError>,
}

/// Why a server cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The URL makes no sense.
    #[error(transparent)]
    Url(#[from] BaseUrlError),
    /// The cases cannot be read.
    #[error(transparent)]
    Suite(#[from] SuiteError),
    /// There is no such case.
    #[error(
        "no case has an id that contains [{0}]; `connector-conformance server --list` shows them"
    )]
    NothingSelected(String),
    /// There is no server that can be asked anything.
    #[error("{}", said(.0))]
    Probe(#[from] ProbeError),
}

/// The same without the options of the program.
fn said(error: &ProbeError) -> String {
    match error {
        ProbeError::NoServer { cause, .. } => format!("no server answers there ({cause})"),
        ProbeError::NoAnswer { cause, .. } => format!("it gives no answer to judge: {cause}"),
        ProbeError::Credentials { .. } => {
            "it asks for credentials; say who asks with .credentials(…)".to_owned()
        }
        ProbeError::Refused { why, .. } => {
            let reason = why.split_once(": ").map_or(why.as_str(), |(_, reason)| reason);
            format!("it refuses the credentials: {reason}")
        }
    }
}

impl JudgeServer {
    /// Plays only the cases whose id contains the text, `sync_job_claim/`.
    pub fn cases(mut self, text: impl Into<String>) -> Self {
        self.cases = Some(text.into());
        self
    }

    /// Says who asks.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Counts the order of members everywhere, not in error bodies alone.
    pub const fn strict(mut self) -> Self {
        self.options.strictness = Strictness::Order;
        self
    }

    /// Deletes connectors that have the fixed ids of the examples, instead of leaving out those
    /// examples. A mock's are always deleted.
    pub const fn replace_existing(mut self) -> Self {
        self.options.existing = Existing::Replace;
        self
    }

    async fn report(&self) -> Result<Report, JudgeError> {
        let mut suite = Suite::embedded()?;
        if let Some(text) = &self.cases {
            suite = suite.filtered(text);
            if suite.cases.is_empty() {
                return Err(JudgeError::NothingSelected(text.clone()));
            }
        }
        let client = Client::new(self.url.parse()?, self.credentials.clone(), TIMEOUT);
        let run = run::run(&suite, &client, self.options, &mut |_| {}).await?;
        Ok(Report::from(&run))
    }
}

impl IntoFuture for JudgeServer {
    type Output = Judged;
    type IntoFuture = Pin<Box<dyn Future<Output = Judged> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Judged { result: self.report().await, url: self.url } })
    }
}

impl Judged {
    /// The report, for everything that [`mod@crate::report`] makes of it.
    ///
    /// # Errors
    /// If the server could not be judged.
    pub fn into_report(self) -> Result<Report, JudgeError> {
        self.result
    }

    /// Expects that every case which is for this server has passed.
    ///
    /// # Panics
    /// If one has not, if there was none, or if the server could not be judged.
    #[track_caller]
    pub fn expect_all_passed(&self) {
        match &self.result {
            Err(error) => fail(&format!("the server at {} cannot be judged: {error}", self.url)),
            Ok(report) if report.verdict() != RunVerdict::Passed => fail(&told(report)),
            Ok(report) if report.tally().passed == 0 => {
                let counts = counts(report, Style::Plain);
                fail(&format!("expected passed cases of {}, there are none: {counts}", self.url));
            }
            Ok(_) => {}
        }
    }
}

/// The failures in the words of the terminal report.
fn told(report: &Report) -> String {
    let Report { name, counterpart, .. } = report;
    let counts = counts(report, Style::Plain);
    let mut text = format!("expected {name} at {counterpart} to pass every case: {counts}\n");
    let of = |verdict| report.entries.iter().filter(move |entry| entry.verdict == verdict);
    let wrong: Vec<_> = of(EntryVerdict::Failed).chain(of(EntryVerdict::Errored)).collect();
    for entry in wrong.iter().take(MOST) {
        text.push_str(&wrong_entry(entry, Style::Plain));
    }
    if wrong.len() > MOST {
        let more = wrong.len() - MOST;
        let all = format!("connector-conformance server --url {counterpart}");
        let _ = writeln!(text, "\nand {more} more; `{all}` tells of all");
    }
    text
}
