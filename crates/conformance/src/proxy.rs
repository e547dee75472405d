//! Stands before a server, passes every byte on, and judges both sides.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use api_types::Version;

use crate::{
    interrupt::Interrupts,
    observe::{AdviceCounts, no_request, strict_entries, strict_forms},
    report::{Entry, EntryKind, EntryVerdict, Report, Subject},
    target::BaseUrl,
    traffic::{Answers, Traffic},
    wire::{Gateway, GatewayError, Recorder},
};

/// Where to stand and what to demand.
#[derive(Clone, Debug)]
pub struct ProxyOptions {
    /// The server.
    pub upstream: BaseUrl,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The version whose contract the server is judged by.
    pub es_version: Version,
    /// How long; without it until this program is told to end.
    pub duration: Option<Duration>,
    /// Whether advice counts as a failure.
    pub advice: AdviceCounts,
}

/// Why there is no proxy.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// It cannot listen.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// It cannot be told to end.
    #[error("cannot listen for signals: {0}")]
    Signals(#[source] io::Error),
    /// A path before every request's would have to be put into the requests.
    #[error("[{0}] has a path; requests are passed on unaltered, so write http://HOST:PORT")]
    Path(BaseUrl),
}

/// Runs until the time is over or this program is told to end. `ready` gets the address that it
/// listens on.
///
/// # Errors
/// If it cannot listen.
pub async fn proxy(
    options: &ProxyOptions,
    ready: impl FnOnce(SocketAddr),
) -> Result<Report, ProxyError> {
    if !options.upstream.path().is_empty() {
        return Err(ProxyError::Path(options.upstream.clone()));
    }
    let begin = Instant::now();
    let mut interrupts = Interrupts::new().map_err(ProxyError::Signals)?;
    let traffic = Arc::new(Mutex::new(Traffic::new(options.es_version, Answers::Judged)));
    let sink = {
        let traffic = Arc::clone(&traffic);
        move |exchange| {
            let mut traffic = traffic.lock().unwrap_or_else(PoisonError::into_inner);
            traffic.see(&exchange, &|| None);
        }
    };
    let gateway = Gateway::transparent(options.listen, options.upstream.clone(), sink).await?;
    ready(gateway.address());
    match options.duration {
        Some(duration) => tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = interrupts.next() => {}
        },
        None => interrupts.next().await,
    }
    let recorder = gateway.recorder().clone();
    drop(gateway);
    let traffic = traffic.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(report(&traffic, options, &recorder, begin.elapsed()))
}

/// What the ids of findings look like; `*` stands for any text.
pub(crate) fn forms() -> Vec<String> {
    Traffic::forms(Answers::Judged).into_iter().chain(strict_forms()).collect()
}

/// Why nothing was judged.
fn nothing_seen(traffic: &Traffic) -> Entry {
    no_request(match traffic.others() {
        0 => "no request came: the client has to take this proxy for the server".to_owned(),
        1 => "1 request came, but not to the Connector APIs (/_connector/…)".to_owned(),
        others => {
            format!("{others} requests came, but none to the Connector APIs (/_connector/…)")
        }
    })
}

fn report(
    traffic: &Traffic,
    options: &ProxyOptions,
    recorder: &Recorder,
    spent: Duration,
) -> Report {
    let watcher = &traffic.watcher;
    let mut entries = traffic.entries();
    let is_skipped = |entry: &Entry| entry.verdict == EntryVerdict::Skipped;
    if traffic.requests() == 0 && entries.iter().all(is_skipped) {
        entries = vec![nothing_seen(traffic)];
    }
    entries.extend(strict_entries(traffic, options.advice));
    entries.extend(recorder.unreachable().map(|reason| Entry {
        reason: Some(reason),
        ..Entry::new(
            EntryKind::Request,
            "unreachable".to_owned(),
            "The server is reached".to_owned(),
            EntryVerdict::Errored,
        )
    }));
    let mut notes = traffic.notes();
    notes.extend(recorder.problems());
    match recorder.open() {
        0 => {}
        open => notes.push(format!("requests that still waited for their answers: {open}")),
    }
    Report {
        subject: Subject::Traffic,
        name: options.upstream.to_string(),
        counterpart: format!("the contract of Elasticsearch {}", options.es_version),
        es_version: options.es_version,
        server: None,
        entries,
        coverage: watcher.coverage.clone(),
        transitions: watcher.transitions.clone(),
        advice: watcher.advice.clone(),
        documented: Vec::new(),
        notes,
        spent: vec![("all", spent)],
        fuzz: None,
    }
}
