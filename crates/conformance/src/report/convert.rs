//! From the results of a run to a report.

use super::model::{Entry, EntryVerdict, Problem, Report, ShownExchange, Subject};
use crate::{
    client_run::{ClientCaseResult, ClientReport, Finding, Verdict},
    coverage::Watcher,
    outcome::{CaseResult, Failure, Outcome, RunReport},
    wire::Recorded,
};

impl From<&ClientReport> for Report {
    fn from(run: &ClientReport) -> Self {
        let mut watcher = Watcher::default();
        run.exchanges.iter().for_each(|exchange| watcher.see(exchange));
        let client = &run.client;
        let spent = &run.spent;
        Self {
            subject: Subject::Client,
            name: format!("{} {} ({})", client.name, client.version, client.language),
            counterpart: format!("a mock of Elasticsearch {}", run.es_version),
            entries: run.results.iter().map(client_entry).collect(),
            coverage: watcher.coverage,
            transitions: watcher.transitions,
            advice: watcher.advice,
            documented: Vec::new(),
            notes: Vec::new(),
            spent: vec![
                ("starting the driver", spent.start),
                ("in the driver and the client", spent.driver),
                ("preparing the mock", spent.preparing),
                ("starting the driver again", spent.restarts),
                ("all", spent.total),
            ],
        }
    }
}

fn client_entry(result: &ClientCaseResult) -> Entry {
    let (verdict, reason, problems) = match &result.verdict {
        Verdict::Passed => (EntryVerdict::Passed, None, Vec::new()),
        Verdict::Failed(found) => (EntryVerdict::Failed, None, found.iter().map(problem).collect()),
        Verdict::Unsupported(reason) => (EntryVerdict::Unsupported, Some(reason), Vec::new()),
        Verdict::Broken(reason) => (EntryVerdict::Errored, Some(reason), Vec::new()),
        Verdict::Skipped(reason) => (EntryVerdict::Skipped, Some(reason), Vec::new()),
    };
    Entry {
        id: result.id.clone(),
        name: result.name.clone(),
        because: result.because.clone(),
        operation: Some(result.operation),
        status: result.status,
        place: Some(result.place.clone()),
        proves: result.proves.clone(),
        pages: result.pages.clone(),
        documented: Vec::new(),
        verdict,
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
        exchange: finding.exchange.as_deref().map(shown),
    }
}

/// An exchange of the wire as text.
pub(crate) fn shown(exchange: &Recorded) -> ShownExchange {
    let answer = match (&exchange.answer, &exchange.problem) {
        (Some(answer), _) => String::from_utf8_lossy(&answer.raw).into_owned(),
        (None, Some(problem)) => problem.clone(),
        (None, None) => "no answer".to_owned(),
    };
    ShownExchange {
        request: String::from_utf8_lossy(&exchange.request.raw).into_owned(),
        curl: None,
        expected: None,
        answer,
    }
}

impl From<&RunReport> for Report {
    fn from(run: &RunReport) -> Self {
        let mut coverage = std::collections::BTreeMap::new();
        let played = |result: &&CaseResult| !matches!(result.outcome, Outcome::Skipped(_));
        for result in run.results.iter().filter(played) {
            *coverage.entry((result.operation, result.status)).or_default() += 1;
        }
        let spent = run.results.iter().map(|result| result.duration).sum();
        let left = run.left_behind.iter().map(|left| format!("left behind: {left}"));
        Self {
            subject: Subject::Server,
            name: run.server.described(),
            counterpart: run.url.clone(),
            entries: run.results.iter().map(|result| server_entry(result, run)).collect(),
            coverage,
            transitions: crate::coverage::Transitions::default(),
            advice: Vec::new(),
            documented: run.documented.clone(),
            notes: left.collect(),
            spent: vec![("all", spent)],
        }
    }
}

fn server_entry(result: &CaseResult, run: &RunReport) -> Entry {
    let (verdict, reason, problems) = match &result.outcome {
        Outcome::Passed => (EntryVerdict::Passed, None, Vec::new()),
        Outcome::Failed(failure) => (EntryVerdict::Failed, None, mismatches(failure, run)),
        Outcome::Errored(broken) => {
            let problem = Problem {
                title: broken.message.clone(),
                kind: "no-answer".to_owned(),
                exchange: broken.request.as_ref().map(|request| ShownExchange {
                    curl: Some(request.curl(&run.url, run.credentials)),
                    ..ShownExchange::default()
                }),
                ..Problem::default()
            };
            (EntryVerdict::Errored, Some(broken.message.clone()), vec![problem])
        }
        Outcome::Skipped(reason) => (EntryVerdict::Skipped, Some(reason.clone()), Vec::new()),
    };
    Entry {
        id: result.id.clone(),
        name: result.name.clone(),
        because: None,
        operation: Some(result.operation),
        status: Some(result.status),
        place: Some(result.place.clone()),
        proves: result.proves.clone(),
        pages: result.pages.clone(),
        documented: result.documented.clone(),
        verdict,
        reason,
        problems,
        duration: result.duration,
    }
}

fn mismatches(failure: &Failure, run: &RunReport) -> Vec<Problem> {
    let exchange = ShownExchange {
        request: format!("{} {}", failure.request.method, failure.request.target),
        curl: Some(failure.request.curl(&run.url, run.credentials)),
        expected: Some(failure.judgement.expected.clone()),
        answer: failure.judgement.actual.clone(),
    };
    let mismatches = failure.judgement.mismatches.iter();
    mismatches
        .map(|mismatch| Problem {
            title: mismatch.to_string(),
            kind: "answer".to_owned(),
            place: mismatch.place.to_string(),
            expected: mismatch.expected.clone(),
            actual: mismatch.actual.clone(),
            exchange: Some(exchange.clone()),
        })
        .collect()
}
