//! Reports of fuzzing: two made by hand in every format, and what real runs are made into.

use std::time::Duration;

use api_types::{
    Version, connector::ConnectorStatus, endpoint::Operation, json::Json, sync_job::SyncStatus,
};
use bytes::Bytes;
use conformance::{
    fuzz::{
        Context, Played, concurrent,
        generate::Plan,
        in_process::InProcessTarget,
        model::Window,
        play::{self, Player},
        replay::Replay,
        run::{self, Bound, FuzzOptions, FuzzRun},
        step::{Action, Ref, Step, Template},
        target::{Answer, Request, Target, TargetError},
        visits::Visits,
    },
    halt::Halt,
    report::{self, EntryVerdict, Report, RunVerdict, Style, Visit},
};

use crate::{
    report_formats::{HARMFUL, HARMLESS, body, check_schema, filled_in, skeleton},
    sample_fuzz::{at_once, sequence},
};

#[test]
fn a_sequence_for_people() {
    insta::assert_snapshot!(report::terminal(&sequence(), Style::Plain));
}

#[test]
fn a_sequence_for_programs() {
    let text = report::json(&sequence()).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&whole["fuzz"]).unwrap());
}

#[test]
fn a_sequence_in_the_format_of_junit() {
    insta::assert_snapshot!(report::junit(&sequence()).unwrap());
}

#[test]
fn a_sequence_as_a_summary() {
    insta::assert_snapshot!(report::summary(&sequence()));
}

/// Coverage and statuses are those of every page.
#[test]
fn a_sequence_as_a_page() {
    let page = body(&sequence());
    let (page, _) = page.split_once("<section id=\"coverage\">").unwrap();
    insta::assert_snapshot!(page);
}

#[test]
fn clients_at_once_for_people() {
    insta::assert_snapshot!(report::terminal(&at_once(), Style::Plain));
}

#[test]
fn clients_at_once_as_a_page() {
    insta::assert_snapshot!(body(&at_once()));
}

#[test]
fn the_schema_describes_fuzzing() {
    check_schema(&sequence());
    check_schema(&at_once());
}

/// Puts a text wherever fuzzing has one from outside.
fn filled(report: Report, text: &str) -> Report {
    let mut report = filled_in(report, text);
    let put = |place: &mut String| *place = text.to_owned();
    let Some(facts) = &mut report.fuzz else { panic!("no fuzzing") };
    if let Some(shown) = &mut facts.violation {
        shown.steps.iter_mut().chain(&mut shown.rule).chain(&mut shown.saved).for_each(put);
        for place in [&mut shown.place, &mut shown.expected, &mut shown.actual] {
            put(place);
        }
        for place in [&mut shown.answer, &mut shown.script, &mut shown.replay] {
            put(place);
        }
    }
    if let Some(timeline) = facts.at_once.as_mut().and_then(|it| it.timeline.as_mut()) {
        timeline.before.iter_mut().for_each(put);
        for call in &mut timeline.calls {
            put(&mut call.request);
            put(&mut call.answer);
            call.why.iter_mut().for_each(put);
        }
    }
    report
}

#[test]
fn no_text_of_fuzzing_becomes_markup_or_acts_on_a_terminal() {
    let fine = |character: char| character == '\n' || !character.is_control();
    for sample in [sequence, at_once] {
        let page = skeleton(&body(&filled(sample(), HARMLESS)));
        assert!(page.len() > 60, "{}", page.len());
        for text in HARMFUL {
            let report = filled(sample(), text);
            assert_eq!(skeleton(&body(&report)), page, "{text:?}");
            let told = report::terminal(&report, Style::Plain);
            assert!(told.chars().all(fine), "{text:?} in {told}");
            check_schema(&report);
        }
    }
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    for page in [sequence(), at_once()].map(|report| report::html(&report)) {
        for link in page.split("href=\"#").skip(1) {
            let (target, _) = link.split_once('"').unwrap();
            assert!(page.contains(&format!(" id=\"{target}\"")), "{target}");
        }
    }
}

/// A server that takes the status of a running job whose cancelling was asked for as `canceled`.
struct Liar(InProcessTarget);

impl Target for Liar {
    fn send(&mut self, request: &Request) -> Result<Answer, TargetError> {
        let answer = self.0.send(request)?;
        let text = String::from_utf8_lossy(&answer.body).replace("\"canceling\"", "\"canceled\"");
        Ok(Answer::new(answer.status, answer.product, answer.content_type, Bytes::from(text)))
    }

    fn clear(&mut self) -> Result<(), TargetError> {
        self.0.clear()
    }

    fn now(&mut self) -> Window {
        self.0.now()
    }

    fn is_alone(&self) -> bool {
        true
    }
}

fn target() -> InProcessTarget {
    InProcessTarget::new(Version::NEWEST, 7)
}

fn options(cases: u64, shrink_limit: u32) -> FuzzOptions {
    let operations = Plan::all_operations();
    let plan = Plan { prefix: "fuzz-".to_owned(), steps: 40, operations, resets: true };
    FuzzOptions { plan, seed: 1, bound: Bound::Cases(cases), shrink_limit, halt: Halt::default() }
}

fn context() -> Context {
    Context {
        name: "Elasticsearch 9.6.0".to_owned(),
        counterpart: "the mock of this program".to_owned(),
        seed: 1,
        workers: 1,
        operations: Plan::all_operations(),
        prefix: "fuzz-".to_owned(),
        ..Context::default()
    }
}

fn played<T: Target + Send>(target: T, cases: u64) -> FuzzRun {
    run::run(&options(cases, 300), &mut [target], &mut |_, _| {}).unwrap()
}

#[test]
fn a_run_without_violation_is_one_case_that_passed() {
    let report = Report::of_fuzz(&played(target(), 20), &context());
    assert_eq!(report.verdict(), RunVerdict::Passed);
    assert_eq!(report.entries.len(), 1);
    assert!(report.entries[0].name.starts_with("20 sequences, "), "{}", report.entries[0].name);
    let facts = report.fuzz.as_ref().unwrap();
    let answers: usize = report.coverage.values().sum();
    assert_eq!(u64::try_from(answers).unwrap(), facts.calls);
    let text = report::terminal(&report, Style::Plain);
    assert!(text.starts_with("PASSED  Elasticsearch 9.6.0"), "{text}");
    assert!(text.trim_end().ends_with(" calls, no violation"), "{text}");
    check_schema(&report);
}

/// Contract SJ-12-3: such a job is `canceling`.
#[test]
fn a_violation_is_a_case_that_failed_with_its_sequence() {
    let run = played(Liar(target()), 2_000);
    let report = Report::of_fuzz(&run, &context());
    assert_eq!(report.verdict(), RunVerdict::Failed);
    let entry = &report.entries[0];
    assert!(entry.id.starts_with("fuzz/SJ-"), "{}", entry.id);
    let shown = report.fuzz.as_ref().unwrap().violation.as_ref().unwrap();
    assert_eq!(entry.proves, [shown.rule.clone().unwrap()]);
    assert!(shown.place.ends_with("/status"), "{}", shown.place);
    assert_eq!((&*shown.expected, &*shown.actual), ("\"canceling\"", "\"canceled\""));
    let problem = &entry.problems[0];
    assert_eq!(format!("fuzz/{}", problem.kind), entry.id);
    assert_eq!(problem.exchange.as_ref().unwrap().curl.as_ref(), Some(&shown.script));
    let found = shown.found.unwrap();
    assert_eq!(found.case, run.found.as_ref().unwrap().case + 1);
    assert_eq!(Some(found.case), Some(run.cases), "the last sequence shows it");
    assert!(found.shown_again && found.steps >= shown.steps.len());
    check_script(&shown.script, shown.steps.len());
    let again = Replay::parse(shown.replay.as_bytes()).unwrap();
    assert_eq!(again.steps.len(), shown.steps.len());
    assert!(play::replay(&mut Liar(target()), &again.steps).unwrap().is_some());
    assert!(play::replay(&mut target(), &again.steps).unwrap().is_none());
    check_schema(&report);
}

#[test]
fn what_a_sequence_showed_before_it_was_made_shorter_is_told_if_it_was_something_else() {
    let mut run = played(Liar(target()), 2_000);
    let notes = |run: &FuzzRun| Report::of_fuzz(run, &context()).notes;
    let found = run.found.as_mut().unwrap();
    found.violation = found.reproducer.as_ref().unwrap().violation.clone();
    assert_eq!(notes(&run), [""; 0]);
    let found = run.found.as_mut().unwrap();
    found.violation.answer.status = 500;
    found.violation.mismatch.place = "status".to_owned();
    let notes = notes(&run);
    let start = "before it was made shorter, the sequence showed this: GET /";
    assert!(notes.len() == 1 && notes[0].starts_with(start), "{notes:?}");
}

/// Every id that the script uses is one that it has taken from an answer before.
fn check_script(script: &str, steps: usize) {
    let uses = script.split("\"$id").skip(1).map(|rest| rest.split('"').next().unwrap());
    let uses: Vec<&str> = uses.collect();
    assert!(!uses.is_empty(), "{script}");
    for number in uses {
        let (before, _) = script.split_once(&format!("\"$id{number}\"")).unwrap();
        assert!(before.contains(&format!("\nid{number}=$(id_of ")), "{number} in {script}");
    }
    assert_eq!(script.matches("\necho '").count(), steps, "{script}");
}

fn call(label: u32, operation: Operation, id: Option<Ref>, body: Option<&str>) -> Step {
    let body = body.map(|text| Json::parse(text.as_bytes()).unwrap());
    Step { label, action: Action::Call(Template { body, ..Template::of(operation, id) }) }
}

fn connector(label: u32, operation: Operation, body: Option<&str>) -> Step {
    call(label, operation, Some(Ref::Named("fuzz-c0".to_owned())), body)
}

/// Contract CN-3-2 to CN-3-4, CN-3-11, SJ-7-1, SJ-12-2: what becomes of a status, and what is
/// refused.
#[test]
fn changes_of_status_and_answers_are_counted() {
    use ConnectorStatus::{Created, NeedsConfiguration};
    let status = |label, body| connector(label, Operation::UpdateStatus, Some(body));
    let job = Template {
        connector: Some(Ref::Named("fuzz-c0".to_owned())),
        body: Some(Json::parse(b"{}").unwrap()),
        ..Template::of(Operation::SyncJobPost, None)
    };
    let steps = [
        connector(1, Operation::Put, Some(r#"{"index_name":"fuzz-i0","service_type":"s3"}"#)),
        status(2, r#"{"status":"needs_configuration"}"#),
        status(3, r#"{"status":"connected"}"#),
        Step { label: 4, action: Action::Call(job) },
        call(5, Operation::SyncJobCancel, Some(Ref::Made(4)), None),
        call(6, Operation::SyncJobCancel, Some(Ref::Made(4)), None),
        connector(7, Operation::Delete, None),
    ];
    let mut target = target();
    let mut player = Player::new(&mut target).unwrap();
    let mut visits = Visits::default();
    for step in &steps {
        player.step(step, &mut visits).unwrap();
    }
    let connectors: Vec<_> = visits.moves.connector.into_iter().collect();
    assert_eq!(connectors, [((None, Created), 1), ((Some(Created), NeedsConfiguration), 1)]);
    let jobs: Vec<_> = visits.moves.sync_job.into_iter().collect();
    assert_eq!(
        jobs,
        [((None, SyncStatus::Pending), 1), ((Some(SyncStatus::Pending), SyncStatus::Canceled), 1)]
    );
    let answers = |operation, status| visits.answers.get(&(operation, status)).copied();
    assert_eq!(answers(Operation::UpdateStatus, 200), Some(1));
    assert_eq!(answers(Operation::UpdateStatus, 400), Some(1));
    assert_eq!(answers(Operation::SyncJobCancel, 400), Some(1));
    assert_eq!(answers(Operation::SyncJobPost, 201), Some(1));
}

#[test]
fn what_was_not_to_be_called_is_not_missing() {
    let operations = vec![Operation::Put, Operation::Get];
    let plan = Plan { operations: operations.clone(), ..options(1, 0).plan };
    let options = FuzzOptions { plan, ..options(5, 0) };
    let run = run::run(&options, &mut [target()], &mut |_, _| {}).unwrap();
    let report = Report::of_fuzz(&run, &Context { operations, ..context() });
    let facts = report.fuzz.as_ref().unwrap();
    let visited = facts.visited.as_ref().unwrap();
    assert!(visited.jobs.cells().all(|cell| cell != Visit::Never));
    let rows = visited.connectors.rows.iter();
    let wanted: Vec<_> = rows
        .filter(|row| row.cells.contains(&Visit::Never) || row.operation == "connector.put")
        .map(|row| row.operation)
        .collect();
    assert_eq!(wanted, ["connector.put", "connector.get"]);
    assert!(!report::terminal(&report, Style::Plain).contains("sync_job_cancel"));
}

/// Contract SJ-12-3 again: a file is the place of what it shows.
#[test]
fn a_replay_file_is_the_place_of_its_violation() {
    let connector_put =
        connector(1, Operation::Put, Some(r#"{"index_name":"i","service_type":"s"}"#));
    let job = Template {
        connector: Some(Ref::Named("fuzz-c0".to_owned())),
        body: Some(Json::parse(b"{}").unwrap()),
        ..Template::of(Operation::SyncJobPost, None)
    };
    let steps = vec![
        connector_put,
        Step { label: 2, action: Action::Call(job) },
        call(3, Operation::SyncJobClaim, Some(Ref::Made(2)), Some(r#"{"worker_hostname":"w"}"#)),
        call(4, Operation::SyncJobCancel, Some(Ref::Made(2)), None),
        call(5, Operation::SyncJobGet, Some(Ref::Made(2)), None),
        call(6, Operation::List, None, None),
    ];
    let replay = Replay { prefix: "fuzz-".to_owned(), steps };
    let text = replay.to_text();
    let violation = play::replay(&mut Liar(target()), &replay.steps).unwrap();
    let report = |violation: Option<&_>| {
        let played = Played {
            file: "found.json",
            text: &text,
            replay: &replay,
            violation,
            took: Duration::ZERO,
        };
        Report::of_replay(&played, &context())
    };
    let wrong = report(violation.as_ref());
    assert_eq!(wrong.entries[0].verdict, EntryVerdict::Failed);
    let place = wrong.entries[0].place.as_ref().unwrap();
    let line = usize::try_from(place.line).unwrap();
    assert_eq!(text.lines().nth(line - 1).unwrap().trim(), "\"step\" : 5,");
    let sarif = report::sarif(&wrong).unwrap();
    assert!(sarif.contains("\"uri\": \"found.json\""), "{sarif}");
    check_schema(&wrong);
    let right = report(None);
    assert_eq!((right.verdict(), &*right.entries[0].id), (RunVerdict::Passed, "fuzz/replay"));
    assert!(report::terminal(&right, Style::Plain).contains("1 sequence, 6 calls, no violation"));
}

#[test]
fn a_run_of_several_clients_says_how_many_there_were() {
    let mut targets = [target()];
    let run = concurrent::run::run(&options(3, 0), &mut targets, &mut |_| {}).unwrap();
    let report = Report::of_concurrent_fuzz(&run, &context());
    assert_eq!(report.verdict(), RunVerdict::Passed);
    let text = report::terminal(&report, Style::Plain);
    assert!(text.contains("3 scenarios of 1 client at once, "), "{text}");
    check_schema(&report);
}
