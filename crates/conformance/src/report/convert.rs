//! From the results of a run to a report.

use std::fmt::Write as _;

use api_types::{
    Version,
    endpoint::{Endpoint, Method, Operation},
};

use super::model::{
    Entry, EntryKind, EntryVerdict, JudgedServer, Problem, Report, ShownExchange, StepPlace,
    Subject,
};
use crate::{
    case::CaseKind,
    client_run::{ClientCaseResult, ClientReport, Finding, Verdict},
    coverage::Watcher,
    exchange::Request,
    judge::Where,
    outcome::{Breakdown, CaseResult, Failure, Outcome, RunReport},
    wire::Recorded,
};

impl From<&ClientReport> for Report {
    fn from(run: &ClientReport) -> Self {
        let mut watcher = Watcher::new(run.es_version);
        // What the gateway answers in the server's place says nothing of the server's states.
        let of_the_server = run.exchanges.iter().filter(|exchange| !exchange.is_staged);
        of_the_server.for_each(|exchange| watcher.see(exchange));
        let client = &run.client;
        let spent = &run.spent;
        Self {
            subject: Subject::Client,
            name: format!("{} {} ({})", client.name, client.version, client.language),
            counterpart: format!("a mock of Elasticsearch {}", run.es_version),
            es_version: run.es_version,
            server: None,
            entries: run.results.iter().map(client_entry).collect(),
            coverage: watcher.coverage,
            transitions: watcher.transitions,
            // The cases ask for these calls, not the client.
            advice: Vec::new(),
            documented: Vec::new(),
            notes: Vec::new(),
            spent: vec![
                ("starting the driver", spent.start),
                ("in the driver and the client", spent.driver),
                ("preparing the mock", spent.preparing),
                ("starting the driver again", spent.restarts),
                ("judging", spent.judging()),
                ("all lanes together", spent.lanes),
                ("all", spent.total),
            ],
            fuzz: None,
        }
    }
}

fn client_entry(result: &ClientCaseResult) -> Entry {
    let (reason, problems) = match &result.verdict {
        Verdict::Passed => (None, Vec::new()),
        Verdict::Failed(found) => (None, found.iter().map(problem).collect()),
        Verdict::Unsupported(reason) | Verdict::Broken(reason) | Verdict::Skipped(reason) => {
            (Some(reason), Vec::new())
        }
    };
    Entry {
        kind: result.kind.into(),
        id: result.id.clone(),
        name: result.name.clone(),
        because: result.because.clone(),
        operation: Some(result.operation),
        status: result.status,
        place: Some(result.place.clone()),
        proves: result.proves.clone(),
        pages: result.pages.clone(),
        documented: Vec::new(),
        verdict: (&result.verdict).into(),
        reason: reason.cloned(),
        problems,
        duration: result.duration,
    }
}

fn problem(finding: &Finding) -> Problem {
    Problem {
        title: finding.fault.sentence().to_owned(),
        kind: finding.fault.id().to_owned(),
        place: finding.place.clone(),
        expected: finding.expected.clone(),
        actual: finding.actual.clone(),
        step: None,
        exchange: finding.exchange.as_deref().map(super::shown),
    }
}

/// An exchange of the wire as text.
pub(crate) fn shown(exchange: &Recorded) -> ShownExchange {
    let answer = match (&exchange.answer, &exchange.problem) {
        (Some(answer), _) => answer.text(),
        (None, Some(problem)) => problem.clone(),
        (None, None) => "no answer".to_owned(),
    };
    ShownExchange { request: exchange.request.text(), curl: None, expected: None, answer }
}

impl From<&RunReport> for Report {
    fn from(run: &RunReport) -> Self {
        let mut coverage = std::collections::BTreeMap::new();
        for answered in run.results.iter().filter_map(answered) {
            *coverage.entry(answered).or_default() += 1;
        }
        let spent = run.results.iter().map(|result| result.duration).sum();
        Self {
            subject: Subject::Server,
            name: run.server.described(),
            counterpart: run.url.clone(),
            es_version: run.server.number().unwrap_or(Version::NEWEST),
            server: Some(JudgedServer {
                url: run.url.clone(),
                version: run.server.version.clone(),
                is_mock: run.server.is_mock,
                left_behind: run.left_behind.clone(),
            }),
            entries: run.results.iter().map(|result| server_entry(result, run)).collect(),
            coverage,
            transitions: crate::coverage::Transitions::default(),
            advice: Vec::new(),
            documented: run.documented.clone(),
            notes: unknown_version(run).into_iter().collect(),
            spent: vec![("all", spent)],
            fuzz: None,
        }
    }
}

/// What to say of a server that may be none of the kind.
fn unknown_version(run: &RunReport) -> Option<String> {
    let newest = Version::NEWEST;
    run.server.version.is_none().then(|| {
        format!(
            "the answer to GET / has no version.number, so {} was judged as Elasticsearch {newest}; is it the right URL, and may the caller ask (privilege monitor)?",
            run.url
        )
    })
}

/// The operation and the status that a case saw: its own if it passed, that of the wrong answer if
/// it failed.
fn answered(result: &CaseResult) -> Option<(Operation, u16)> {
    match &result.outcome {
        Outcome::Passed => Some((result.operation, result.status)),
        Outcome::Failed(failure) => {
            let path = failure.request.target.split('?').next().unwrap_or_default();
            let row = Endpoint::find(Method::from_name(&failure.request.method)?, path)?;
            Some((row.operation, failure.answer.status))
        }
        Outcome::Errored(_) | Outcome::Skipped(_) => None,
    }
}

fn server_entry(result: &CaseResult, run: &RunReport) -> Entry {
    let (reason, problems) = match &result.outcome {
        Outcome::Passed => (None, Vec::new()),
        Outcome::Failed(failure) => (None, mismatches(failure, run)),
        Outcome::Errored(broken) => (Some(broken.message.clone()), vec![unanswered(broken, run)]),
        Outcome::Skipped(reason) => (Some(reason.clone()), Vec::new()),
    };
    Entry {
        kind: result.kind.into(),
        id: result.id.clone(),
        name: result.name.clone(),
        because: None,
        operation: Some(result.operation),
        status: Some(result.status),
        place: Some(result.place.clone()),
        proves: result.proves.clone(),
        pages: result.pages.clone(),
        documented: result.documented.clone(),
        verdict: (&result.outcome).into(),
        reason,
        problems,
        duration: result.duration,
    }
}

/// The request that got no answer to judge.
fn unanswered(broken: &Breakdown, run: &RunReport) -> Problem {
    Problem {
        title: broken.message.clone(),
        kind: "no-answer".to_owned(),
        step: Some(StepPlace { place: broken.place.clone(), precondition: None }),
        exchange: broken.request.as_ref().map(|request| ShownExchange {
            request: as_text(request),
            curl: Some(request.curl(&run.url, run.credentials)),
            ..ShownExchange::default()
        }),
        ..Problem::default()
    }
}

fn mismatches(failure: &Failure, run: &RunReport) -> Vec<Problem> {
    let exchange = ShownExchange {
        request: as_text(&failure.request),
        curl: Some(failure.request.curl(&run.url, run.credentials)),
        expected: Some(failure.judgement.expected.clone()),
        answer: failure.judgement.actual.clone(),
    };
    let step =
        StepPlace { place: failure.place.clone(), precondition: failure.precondition.clone() };
    let mismatches = failure.judgement.mismatches.iter();
    mismatches
        .map(|mismatch| Problem {
            title: "the answer is not the expected one".to_owned(),
            kind: kind(&mismatch.place).to_owned(),
            place: mismatch.place.to_string(),
            expected: mismatch.expected.clone(),
            actual: mismatch.actual.clone(),
            step: Some(step.clone()),
            exchange: Some(exchange.clone()),
        })
        .collect()
}

const fn kind(place: &Where) -> &'static str {
    match place {
        Where::Status => "status",
        Where::Header(_) => "header",
        Where::Envelope => "error-status",
        Where::Body(_) => "body",
    }
}

/// The request without the headers that every request has.
fn as_text(request: &Request) -> String {
    let mut text = format!("{} {}\n", request.method, request.target);
    for (name, value) in &request.headers {
        let _ = writeln!(text, "{name}: {value}");
    }
    if let Some(body) = &request.body {
        let _ = write!(text, "\n{body}");
    }
    text
}

impl From<CaseKind> for EntryKind {
    fn from(kind: CaseKind) -> Self {
        match kind {
            CaseKind::Case => Self::Case,
            CaseKind::Example => Self::Example,
        }
    }
}

impl From<&Outcome> for EntryVerdict {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Passed,
            Outcome::Failed(_) => Self::Failed,
            Outcome::Errored(_) => Self::Errored,
            Outcome::Skipped(_) => Self::Skipped,
        }
    }
}

impl From<&Verdict> for EntryVerdict {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::Failed(_) => Self::Failed,
            Verdict::Broken(_) => Self::Errored,
            Verdict::Unsupported(_) => Self::Unsupported,
            Verdict::Skipped(_) => Self::Skipped,
        }
    }
}
