//! From a run to a report.

use std::time::Duration;

use api_types::{Version, endpoint::Operation};

use super::{
    concurrent::{
        Event, History, Stuck,
        run::{ConcurrentFound, ConcurrentRun, Unexplained},
        timeline,
    },
    generate, names,
    play::Violation,
    replay::Replay,
    run::{Found, FuzzRun},
    script,
    step::Step,
    visits::{self, Pair, Visits},
};
use crate::{
    case::Place,
    exchange::CurlCredentials,
    report::{
        AtOnce, Entry, EntryKind, EntryVerdict, FoundBy, FuzzFacts, JudgedServer, Problem, Report,
        ShownExchange, ShownViolation, Subject, Timeline, TimelineCall, Visit, VisitRow,
        VisitTable, Visited, VisitedError,
    },
};

/// What a report says of a run that the run itself does not know.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// What was fuzzed, `Elasticsearch 9.6.0`.
    pub name: String,
    /// Where it is, or what it was compared with.
    pub counterpart: String,
    /// The server, if it has a URL.
    pub server: Option<JudgedServer>,
    /// Who asked it; the script asks in the same way.
    pub credentials: CurlCredentials,
    /// The version whose operations count; the newest if it is not known.
    pub es_version: Option<Version>,
    /// The seed.
    pub seed: u64,
    /// How many sequences were played at a time, or how many clients called at once.
    pub workers: usize,
    /// The operations that were to be called.
    pub operations: Vec<Operation>,
    /// In front of every name that was made up; the replay file needs it.
    pub prefix: String,
    /// Where the replay file was written.
    pub saved: Option<String>,
    /// Where the script was written.
    pub saved_script: Option<String>,
    /// Other things worth saying.
    pub notes: Vec<String>,
}

/// A replay file and what came of playing it.
#[derive(Clone, Debug)]
pub struct Played<'r> {
    /// The name of the file.
    pub file: &'r str,
    /// Its text.
    pub text: &'r str,
    /// What is in it.
    pub replay: &'r Replay,
    /// The steps up to the one that was answered wrongly, and what was wrong.
    pub violation: Option<&'r (Vec<Step>, Violation)>,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// The report of a run of sequences, one call after the other.
    #[must_use]
    pub fn of_fuzz(run: &FuzzRun, context: &Context) -> Self {
        let facts = FuzzFacts {
            seed: Some(context.seed),
            cases: run.cases,
            calls: run.calls,
            took: run.took,
            workers: context.workers,
            visited: Some(visited(run, &context.operations)),
            violation: run.found.as_ref().map(|found| shown_of(found, context)),
            ..FuzzFacts::default()
        };
        let wrong = run.found.as_ref().map(|found| match &found.reproducer {
            Some(reproducer) => (reproducer.steps.as_slice(), &reproducer.violation),
            None => (found.played.as_slice(), &found.violation),
        });
        let entry = match (wrong, &facts.violation) {
            (Some((steps, violation)), Some(shown)) => failed(steps, violation, shown),
            _ => passed(&facts),
        };
        let Visits { answers, moves, .. } = run.visits.clone();
        let mut notes = context.notes.clone();
        notes.extend(run.found.as_ref().and_then(seen_first));
        Self { coverage: answers, transitions: moves, notes, ..whole(facts, entry, context) }
    }

    /// The report of a run with several clients at once.
    #[must_use]
    pub fn of_concurrent_fuzz(run: &ConcurrentRun, context: &Context) -> Self {
        // The scenario that shows a violation is not counted there.
        let cases = run.found.as_ref().map_or(run.cases, |found| found.case + 1);
        let mut at_once =
            AtOnce { clients: context.workers, undecided: run.undecided, timeline: None };
        let mut facts = FuzzFacts {
            seed: Some(context.seed),
            cases,
            calls: run.calls,
            took: run.took,
            workers: 1,
            ..FuzzFacts::default()
        };
        let mut entry = None;
        if let Some(ConcurrentFound { case, scenario, what }) = &run.found {
            match what {
                Unexplained::Before(violation) => {
                    let found = FoundBy {
                        case: case + 1,
                        steps: scenario.before.len(),
                        replays: 0,
                        shown_again: true,
                    };
                    let shown = shown(&scenario.before, violation, Some(found), context);
                    entry = Some(failed(&scenario.before, violation, &shown));
                    facts.violation = Some(shown);
                }
                Unexplained::History(history, stuck) => {
                    let before = script::numbered(&scenario.before);
                    let timeline = line(case + 1, before, scenario.clients.len(), history, stuck);
                    entry = Some(unexplained(&timeline));
                    at_once.timeline = Some(timeline);
                }
            }
        }
        facts.at_once = Some(at_once);
        let entry = entry.unwrap_or_else(|| passed(&facts));
        whole(facts, entry, context)
    }

    /// The report of a replay file.
    #[must_use]
    pub fn of_replay(played: &Played<'_>, context: &Context) -> Self {
        let Played { file, replay, violation, took, .. } = played;
        let steps = violation.map_or(replay.steps.len(), |(steps, _)| steps.len());
        let shown = violation.map(|(steps, violation)| {
            let prefix = replay.prefix.clone();
            shown(steps, violation, None, &Context { prefix, ..context.clone() })
        });
        let facts = FuzzFacts {
            replayed: Some((*file).to_owned()),
            cases: 1,
            calls: u64::try_from(steps).unwrap_or_default(),
            took: *took,
            workers: 1,
            violation: shown,
            ..FuzzFacts::default()
        };
        let entry = match (violation, &facts.violation) {
            (Some((steps, violation)), Some(shown)) => failed(steps, violation, shown),
            _ => passed(&facts),
        };
        let line = line_of_step(played.text, steps);
        let place = Some(Place { file: (*file).to_owned(), line });
        whole(facts, Entry { place, ..entry }, context)
    }
}

/// The line on which the step of this number begins, in a file that [`Replay::to_text`] or anybody
/// else wrote with each member in a line of its own; the first line if there is none.
fn line_of_step(text: &str, number: usize) -> u64 {
    let begins = |(_, line): &(usize, &str)| {
        line.trim_start().trim_start_matches('{').trim_start().starts_with("\"step\"")
    };
    let mut steps = text.lines().enumerate().filter(begins);
    let at = steps.nth(number.saturating_sub(1)).map_or(0, |(at, _)| at);
    u64::try_from(at).unwrap_or_default() + 1
}

fn whole(facts: FuzzFacts, entry: Entry, context: &Context) -> Report {
    Report {
        subject: Subject::Fuzz,
        es_version: context.es_version.unwrap_or(Version::NEWEST),
        name: context.name.clone(),
        counterpart: context.counterpart.clone(),
        server: context.server.clone(),
        spent: vec![("all", facts.took)],
        fuzz: Some(facts),
        entries: vec![entry],
        coverage: std::collections::BTreeMap::new(),
        transitions: crate::coverage::Transitions::default(),
        advice: Vec::new(),
        documented: Vec::new(),
        notes: context.notes.clone(),
    }
}

fn passed(facts: &FuzzFacts) -> Entry {
    let id = if facts.replayed.is_some() { "fuzz/replay" } else { "fuzz/sequences" };
    let name = format!("{}: every answer is as the contract has it", facts.told());
    let passed = Entry::new(EntryKind::Sequence, id.to_owned(), name, EntryVerdict::Passed);
    Entry { duration: facts.took, ..passed }
}

/// A sequence whose last step was answered wrongly. Its id is what tells the fault from others, so
/// that a list of known failures can name it.
fn failed(steps: &[Step], violation: &Violation, shown: &ShownViolation) -> Entry {
    let operation = steps.last().and_then(Step::call).map(|call| call.operation);
    let called = operation.map_or("the server", Operation::name);
    let kind = kind(violation);
    let calls = steps.len().saturating_sub(1);
    let before = if calls == 1 { "1 step".to_owned() } else { format!("{calls} steps") };
    let name =
        format!("After {before} {called} answers with something else than the contract says");
    let request = &violation.request;
    let body = request.body.as_ref().map(|body| format!("\n{body}")).unwrap_or_default();
    let exchange = ShownExchange {
        request: format!("{} {}\n{body}", request.method, request.target),
        curl: Some(shown.script.clone()),
        expected: None,
        answer: shown.answer.clone(),
    };
    let problem = Problem {
        title: format!("the answer to {called} is not the expected one"),
        kind: kind.clone(),
        place: shown.place.clone(),
        expected: shown.expected.clone(),
        actual: shown.actual.clone(),
        step: None,
        exchange: Some(exchange),
    };
    Entry {
        operation,
        proves: shown.rule.iter().cloned().collect(),
        problems: vec![problem],
        ..Entry::new(EntryKind::Sequence, format!("fuzz/{kind}"), name, EntryVerdict::Failed)
    }
}

/// `SJ-12-5/status/200`: the rule, the place in the answer, and the status of the answer.
fn kind(violation: &Violation) -> String {
    let signature = violation.signature();
    let parts = signature.split([' ', '/']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("/")
}

/// What the sequence showed before it was made shorter, if that was another mistake.
fn seen_first(found: &Found) -> Option<String> {
    let reproducer = found.reproducer.as_ref()?;
    let first = found.violation.told();
    let is_another = !reproducer.violation.is_like(&found.violation);
    is_another.then(|| format!("before it was made shorter, the sequence showed this: {first}"))
}

fn shown_of(found: &Found, context: &Context) -> ShownViolation {
    let replays = found.effort.replays;
    let by = FoundBy {
        case: found.case + 1,
        steps: found.steps,
        replays,
        shown_again: found.reproducer.is_some(),
    };
    match &found.reproducer {
        Some(reproducer) => shown(&reproducer.steps, &reproducer.violation, Some(by), context),
        None => shown(&found.played, &found.violation, Some(by), context),
    }
}

fn shown(
    steps: &[Step],
    violation: &Violation,
    found: Option<FoundBy>,
    context: &Context,
) -> ShownViolation {
    let mut steps = steps.to_vec();
    names::number(&mut steps);
    let Violation { rule, mismatch, answer, .. } = violation;
    let operation = steps.last().and_then(Step::call).map(|call| call.operation.name());
    ShownViolation {
        steps: script::numbered(&steps),
        operation,
        rule: (!rule.is_empty()).then(|| (*rule).to_owned()),
        place: place(&mismatch.place),
        expected: mismatch.expected.clone(),
        actual: mismatch.actual.clone(),
        answer: answer_text(answer.status, &answer.body),
        script: script::script(&steps, violation, context),
        replay: Replay { prefix: context.prefix.clone(), steps }.to_text(),
        found,
        saved: context.saved.clone(),
        saved_script: context.saved_script.clone(),
    }
}

fn answer_text(status: u16, body: &[u8]) -> String {
    format!("{status}\n\n{}", String::from_utf8_lossy(body))
}

/// `body /status`, `status`, `header content-type`: in the words of the other reports.
fn place(place: &str) -> String {
    match place {
        "content-type" | "x-elastic-product" => format!("header {place}"),
        _ if place.starts_with('/') => format!("body {place}"),
        _ => place.to_owned(),
    }
}

fn visited(run: &FuzzRun, operations: &[Operation]) -> Visited {
    let wanted = generate::reachable(operations);
    let table = |states: &[&'static str],
                 names: &[&'static str],
                 times: &std::collections::BTreeMap<Pair, u64>| {
        let cell = |state: &'static str, name: &'static str| match times.get(&(state, name)) {
            Some(times) => Visit::Times(*times),
            None if wanted.contains(&(state, name)) => Visit::Never,
            None => Visit::LeftOut,
        };
        let row = |name: &&'static str| {
            let (operation, to) =
                name.split_once(' ').map_or((*name, None), |(name, to)| (name, Some(to)));
            let cells = states.iter().map(|state| cell(state, name)).collect();
            VisitRow { operation, to, cells }
        };
        VisitTable { states: states.to_vec(), rows: names.iter().map(row).collect() }
    };
    let Visits { connectors, jobs, errors, .. } = &run.visits;
    let states = &visits::CONNECTOR_STATES;
    let error = |(key, times): (&(&'static str, u16, &'static str), &u64)| {
        let (operation, status, kind) = *key;
        VisitedError { operation, status, kind, times: *times }
    };
    Visited {
        statuses: table(states, &visits::STATUS_STEPS, connectors),
        connectors: table(states, &visits::CONNECTOR_OPERATIONS.map(Operation::name), connectors),
        jobs: table(&visits::JOB_STATES, &visits::JOB_OPERATIONS.map(Operation::name), jobs),
        errors: errors.iter().map(error).collect(),
        all_after: run.all_visited_after,
    }
}

/// The picture of a history. Instants are numbered anew, so that there are no gaps.
fn line(
    case: u64,
    before: Vec<String>,
    clients: usize,
    history: &History,
    stuck: &Stuck,
) -> Timeline {
    let bars = timeline(history, stuck);
    let mut instants: Vec<u64> = bars.iter().flat_map(|bar| [bar.from, bar.until]).collect();
    instants.sort_unstable();
    instants.dedup();
    let instant = |at: u64| instants.partition_point(|known| *known < at) + 1;
    let mut calls: Vec<TimelineCall> = bars
        .into_iter()
        .zip(&history.events)
        .map(|(bar, Event { request, answer, .. })| {
            let body = request.body.as_ref().map(|body| format!(" {body}")).unwrap_or_default();
            TimelineCall {
                client: bar.client,
                request: format!("{} {}{body}", request.method, request.target),
                answer: format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)),
                from: instant(bar.from),
                until: instant(bar.until),
                place: bar.place.map(|place| place + 1),
                why: bar.why,
            }
        })
        .collect();
    calls.sort_by_key(|call| call.from);
    Timeline { case, before, clients, calls, ticks: instants.len() }
}

/// What no order of the calls explains.
fn unexplained(timeline: &Timeline) -> Entry {
    let exchange = ShownExchange { request: timeline.to_text(), ..ShownExchange::default() };
    let problem = Problem {
        title: "no order of the calls explains every answer".to_owned(),
        kind: "no-order".to_owned(),
        exchange: Some(exchange),
        ..Problem::default()
    };
    let name = "No order of the calls explains what the clients were answered".to_owned();
    Entry {
        problems: vec![problem],
        ..Entry::new(EntryKind::Sequence, "fuzz/no-order".to_owned(), name, EntryVerdict::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_in_the_words_of_the_other_reports() {
        let places = ["/results/0/id", "status", "body", "x-elastic-product"].map(place);
        assert_eq!(places, ["body /results/0/id", "status", "body", "header x-elastic-product"]);
    }

    #[test]
    fn the_line_of_a_step_is_found() {
        let text = "{\n  \"steps\" : [\n    {\n      \"step\" : 1,\n      \"call\" : \"x\"\n    },\n    {\n      \"step\" : 4\n    }\n  ]\n}\n";
        assert_eq!([1, 2, 3].map(|number| line_of_step(text, number)), [4, 8, 1]);
        assert_eq!(line_of_step("[\n {\"step\": 1},\n {\"step\": 2}]", 2), 3);
    }
}
