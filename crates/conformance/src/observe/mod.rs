//! Runs a test suite against a mock of this program's own, and judges the requests that it sends.

mod printed;
mod process;

use std::{
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use api_types::{Version, protocol::AdviceKind};

pub use self::process::{CommandEnd, CommandError};
use self::{printed::Printed, process::Process};
use crate::{
    coverage::Share,
    own_mock::{OwnMock, OwnMockError},
    report::{Entry, EntryKind, EntryVerdict, Problem, Report, Subject},
    traffic::{Answers, Traffic},
    wire::{Gateway, GatewayError},
};

/// What to run and what to demand of it.
#[derive(Clone, Debug)]
pub struct ObserveOptions {
    /// The command of the suite and its arguments.
    pub command: Vec<String>,
    /// More variables that get the URL.
    pub env: Vec<String>,
    /// The version that the mock answers as.
    pub es_version: Version,
    /// So many percent of the documented answers are demanded.
    pub min_coverage: Option<f64>,
    /// Whether advice counts as a failure.
    pub advice: AdviceCounts,
}

/// What advice counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AdviceCounts {
    /// As advice.
    #[default]
    AsAdvice,
    /// As failures.
    AsFailures,
}

/// Where the output of the suite goes, as it comes.
pub struct Outlets {
    /// Its standard output.
    pub stdout: Box<dyn Write + Send>,
    /// Its standard error.
    pub stderr: Box<dyn Write + Send>,
}

impl std::fmt::Debug for Outlets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outlets")
    }
}

/// A suite that was observed.
#[derive(Debug)]
pub struct Observed {
    /// What its requests show.
    pub report: Report,
    /// How its command ended.
    pub end: CommandEnd,
}

/// Why a suite cannot be observed.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// There is no mock.
    #[error(transparent)]
    Mock(#[from] OwnMockError),
    /// There is no gateway.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The command cannot be run.
    #[error(transparent)]
    Command(#[from] CommandError),
}

/// The variables that get the URL in any case.
pub const VARIABLES: [&str; 3] = ["ELASTICSEARCH_URL", "ES_URL", "ELASTICSEARCH_HOSTS"];

/// The id of the finding that too little is covered.
const COVERAGE: &str = "coverage";

/// How long the last exchanges may take after the suite has ended.
const SETTLING: Duration = Duration::from_millis(500);

/// Runs the suite to its end, or until it is interrupted and ends because of that.
///
/// # Errors
/// If there is no mock, or the command cannot be started.
pub async fn observe(options: &ObserveOptions, outlets: Outlets) -> Result<Observed, ObserveError> {
    let begin = Instant::now();
    let mock = OwnMock::start(options.es_version)?;
    let traffic = Arc::new(Mutex::new(Traffic::new(options.es_version, Answers::Trusted)));
    let printed = Printed::default();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sink = {
        let (traffic, printed) = (Arc::clone(&traffic), printed.clone());
        move |exchange| {
            let mut traffic = traffic.lock().unwrap_or_else(PoisonError::into_inner);
            traffic.see(&exchange, &|| printed.last());
        }
    };
    let gateway = Gateway::transparent(listen, mock.url().clone(), sink).await?;
    let names = VARIABLES.into_iter().chain(options.env.iter().map(String::as_str));
    let process = Process::start(&options.command, names, &gateway.url(), outlets, &printed)?;
    let end = process.wait().await?;
    settle(&gateway).await;
    let problems = gateway.recorder().problems();
    drop(gateway);
    let traffic = traffic.lock().unwrap_or_else(PoisonError::into_inner);
    let report = report(&traffic, options, &end, problems, begin.elapsed());
    Ok(Observed { report, end })
}

/// Waits a little for exchanges that are not over.
async fn settle(gateway: &Gateway) {
    let begin = Instant::now();
    while gateway.recorder().open() > 0 && begin.elapsed() < SETTLING {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn report(
    traffic: &Traffic,
    options: &ObserveOptions,
    end: &CommandEnd,
    problems: Vec<String>,
    spent: Duration,
) -> Report {
    let watcher = &traffic.watcher;
    let mut entries = traffic.entries();
    if traffic.requests() == 0 {
        entries = vec![nothing_seen(traffic, options)];
    } else {
        entries.extend(strict_entries(traffic, options.advice));
        entries.extend(options.min_coverage.and_then(|least| {
            coverage_entry(Share::of(&watcher.coverage, options.es_version), least)
        }));
    }
    if *end == CommandEnd::Interrupted {
        let reason = "the command was interrupted; what it would have sent is not known";
        entries.push(Entry {
            reason: Some(reason.to_owned()),
            ..Entry::new(
                EntryKind::Request,
                "interrupted".to_owned(),
                reason.to_owned(),
                EntryVerdict::Errored,
            )
        });
    }
    let command = options.command.join(" ");
    let ended = format!("the command [{command}] {end}");
    let notes = std::iter::once(ended).chain(traffic.notes()).chain(problems);
    Report {
        subject: Subject::Suite,
        name: command.clone(),
        counterpart: format!("a mock of Elasticsearch {}", options.es_version),
        es_version: options.es_version,
        server: None,
        entries,
        coverage: watcher.coverage.clone(),
        transitions: watcher.transitions.clone(),
        advice: watcher.advice.clone(),
        documented: Vec::new(),
        notes: notes.collect(),
        spent: vec![("all", spent)],
        fuzz: None,
    }
}

fn nothing_seen(traffic: &Traffic, options: &ObserveOptions) -> Entry {
    let names: Vec<&str> =
        VARIABLES.into_iter().chain(options.env.iter().map(String::as_str)).collect();
    let (last, others) = names.split_last().map_or(("", &[][..]), |(last, rest)| (*last, rest));
    let names = format!("{} or {last}", others.join(", "));
    let reason = match traffic.others() {
        0 => format!(
            "the suite sent no request: it has to take the URL of the server from {names}; another variable is named with --env"
        ),
        1 => "the suite sent 1 request, but none to the Connector APIs (/_connector/…)".to_owned(),
        others => format!(
            "the suite sent {others} requests, but none to the Connector APIs (/_connector/…)"
        ),
    };
    no_request(reason)
}

/// What stands for everything where nothing was asked, and so nothing is right.
pub(crate) fn no_request(reason: String) -> Entry {
    let name = "The Connector APIs are called".to_owned();
    let entry =
        Entry::new(EntryKind::Request, "no-request".to_owned(), name, EntryVerdict::Errored);
    Entry { reason: Some(reason), ..entry }
}

/// What the ids of findings look like; `*` stands for any text.
pub(crate) fn forms() -> Vec<String> {
    let coverage = std::iter::once(COVERAGE.to_owned());
    Traffic::forms(Answers::Trusted).into_iter().chain(strict_forms()).chain(coverage).collect()
}

/// The ids of the findings that advice can be.
pub(crate) fn strict_forms() -> impl Iterator<Item = String> {
    AdviceKind::ALL.iter().map(|kind| strict_id(kind.id()))
}

fn strict_id(kind: &str) -> String {
    format!("advice: {kind}")
}

/// The advice as failures, if it counts as such.
pub(crate) fn strict_entries(traffic: &Traffic, counts: AdviceCounts) -> Vec<Entry> {
    if counts == AdviceCounts::AsAdvice {
        return Vec::new();
    }
    let advice = traffic.watcher.advice.iter().map(|advice| Entry {
        because: Some(advice.text.clone()),
        problems: vec![Problem {
            title: advice.text.clone(),
            kind: advice.kind.to_owned(),
            step: None,
            place: advice.request.clone(),
            ..Problem::default()
        }],
        ..Entry::new(
            EntryKind::Request,
            strict_id(advice.kind),
            format!("{}, {} times", advice.request, advice.times),
            EntryVerdict::Failed,
        )
    });
    advice.collect()
}

/// A failure if less is covered than is demanded.
fn coverage_entry(share: Share, least: f64) -> Option<Entry> {
    let Share { seen, all } = share;
    let percent = share.percent();
    if percent >= least {
        return None;
    }
    let actual = format!("{percent:.1} % ({seen} of {all} documented answers)");
    let name = format!("the suite covers {actual}, {least} % are demanded");
    Some(Entry {
        problems: vec![Problem {
            title: "the suite covers too little".to_owned(),
            kind: "coverage".to_owned(),
            place: "coverage".to_owned(),
            expected: format!("{least} %"),
            actual,
            ..Problem::default()
        }],
        ..Entry::new(EntryKind::Request, COVERAGE.to_owned(), name, EntryVerdict::Failed)
    })
}
