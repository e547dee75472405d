//! Drivers that do everything right, and drivers that do one thing wrong: each mistake is found by
//! name, and none of them upsets another case.

#![expect(clippy::panic, reason = "a verdict that was not expected fails the test")]

use std::{env, fmt::Write as _, num::NonZeroUsize, path::PathBuf, sync::OnceLock, time::Duration};

use api_types::Version;
use conformance::{
    client_run::{self, ClientCaseResult, ClientFault, ClientOptions, ClientReport, Verdict},
    coverage::documented,
    report::Report,
    suite::Suite,
};

/// The example program `driver`, beside the tests.
fn driver() -> String {
    let tests = env::current_exe().unwrap();
    let target: PathBuf = tests.parent().unwrap().parent().unwrap().to_owned();
    let path = target.join("examples").join(format!("driver{}", env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is not built", path.display());
    path.to_string_lossy().into_owned()
}

fn run(arguments: &[&str], filter: &str) -> ClientReport {
    let command = [driver()].into_iter().chain(arguments.iter().map(|&word| word.to_owned()));
    run_command(command.collect(), filter).unwrap()
}

fn run_command(
    command: Vec<String>,
    filter: &str,
) -> Result<ClientReport, client_run::ClientRunError> {
    run_in_lanes(command, filter, 1)
}

fn run_in_lanes(
    command: Vec<String>,
    filter: &str,
    jobs: usize,
) -> Result<ClientReport, client_run::ClientRunError> {
    let suite = Suite::embedded().unwrap().filtered(filter);
    client_run::run(&suite, &options(command, jobs), &mut |_| {})
}

fn options(command: Vec<String>, jobs: usize) -> ClientOptions {
    ClientOptions {
        command,
        jobs: NonZeroUsize::new(jobs).unwrap(),
        es_version: Version::NEWEST,
        client_timeout: Duration::from_secs(1),
        start_timeout: Duration::from_secs(20),
        call_timeout: Duration::from_secs(4),
    }
}

fn wrong(report: &ClientReport) -> Vec<&ClientCaseResult> {
    let is_wrong = |result: &&ClientCaseResult| !matches!(result.verdict, Verdict::Passed);
    report.results.iter().filter(is_wrong).collect()
}

/// Every case with a client that does everything right: all pass.
fn right() -> &'static ClientReport {
    static RIGHT: OnceLock<ClientReport> = OnceLock::new();
    RIGHT.get_or_init(|| run(&[], ""))
}

#[test]
fn a_right_client_passes_every_case() {
    let report = right();
    let wrong: Vec<_> = wrong(report).iter().map(|one| (&one.id, &one.verdict)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(report.counts().passed > 400, "{:?}", report.counts());
}

/// What the gateway answers in the server's place is no answer of the server's.
#[test]
fn only_answers_of_the_server_are_covered() {
    let report = Report::from(right());
    let documented = documented(Version::NEWEST);
    for answer in report.coverage.keys() {
        assert!(documented.contains(answer) || answer.1 == 500, "{answer:?}");
    }
    assert!(report.coverage.len() > 80, "{}", report.coverage.len());
}

/// Cases claim running jobs and the like; that is no habit of the client.
#[test]
fn a_client_gets_no_advice_about_what_the_cases_ask_for() {
    assert!(Report::from(right()).advice.is_empty());
}

/// Runs the driver with the mistake; every case that fails names `faults` and nothing else, the
/// first fault does occur, and cases that have nothing to do with the mistake pass.
fn check(mistake: &str, filter: &str, faults: &[ClientFault]) {
    let report = run(&[mistake], filter);
    let mut seen = false;
    for result in wrong(&report) {
        let Verdict::Failed(found) = &result.verdict else {
            panic!("{mistake}: {}: {:?}", result.id, result.verdict)
        };
        let first = found.first().unwrap();
        let place = format!("{}: {} at {}", result.id, first.fault, first.place);
        assert!(faults.contains(&first.fault), "{mistake}: {place}: {}", first.actual);
        let first = first.fault;
        seen |= Some(&first) == faults.first();
    }
    assert!(seen, "{mistake} was not found");
    assert!(report.counts().passed > 0, "{mistake}: {:?}", report.counts());
}

#[test]
fn a_path_that_is_not_encoded_is_found() {
    check("no path encoding", "client/", &[ClientFault::PathEncoding]);
}

#[test]
fn an_id_that_breaks_the_request_is_found() {
    check("line ends as they are", "client/an-id", &[ClientFault::NotHttp]);
}

#[test]
fn a_body_that_is_dropped_is_found() {
    check("drop the body", "sync_job_c", &[ClientFault::BodyDropped]);
}

#[test]
fn an_error_that_is_swallowed_is_found() {
    check("swallow 404", "get/", &[ClientFault::ErrorSwallowed]);
}

#[test]
fn an_error_that_becomes_null_is_found() {
    check("error to null", "get/", &[ClientFault::ErrorToNull]);
}

#[test]
fn a_bad_request_that_is_sent_again_is_found() {
    check("retry on 400", "update_name/", &[ClientFault::SentAgain]);
}

#[test]
fn giving_up_at_once_is_found() {
    check("never retry", "client/", &[ClientFault::NotRetried]);
}

#[test]
fn a_number_that_is_rounded_is_found() {
    check("round numbers", "client/", &[ClientFault::NumberRounded, ClientFault::ValueDiffers]);
}

#[test]
fn refusing_a_field_of_a_newer_server_is_found() {
    check("refuse unknown fields", "client/", &[ClientFault::RaisedWrongly]);
}

#[test]
fn losing_a_null_is_found() {
    check("lose nulls", "client/", &[ClientFault::NullLost]);
}

#[test]
fn a_wrong_media_type_is_found() {
    check("wrong media type", "sync_job_c", &[ClientFault::MediaType]);
}

#[test]
fn a_wrong_method_is_found() {
    check("wrong method", "secret_", &[ClientFault::WrongMethod]);
}

#[test]
fn a_connection_for_every_call_is_found() {
    check("a connection for every call", "client/", &[ClientFault::NotKeptAlive]);
}

#[test]
fn a_new_connection_after_an_error_is_found() {
    check("a new connection after an error", "client/a-con", &[ClientFault::NotKeptAlive]);
}

#[test]
fn using_a_closed_connection_is_found() {
    check("use a closed connection", "client/a-con", &[ClientFault::NotSent]);
}

#[test]
fn a_packed_answer_that_is_not_unpacked_is_found() {
    let faults = [ClientFault::RaisedWrongly, ClientFault::ErrorDiffers];
    check("never unpack", "-is-", &faults);
}

#[test]
fn an_error_with_another_body_is_found() {
    check("raise something else", "client/a-4", &[ClientFault::ErrorDiffers]);
}

#[test]
fn a_body_that_is_dropped_when_trying_again_is_found() {
    check("drop the body when trying again", "client/a-", &[ClientFault::BodyDropped]);
}

/// Each operation without a body shows it by itself.
#[test]
fn a_body_where_there_is_none_is_found() {
    for mistake in ["an object instead of no body", "null instead of no body"] {
        check(mistake, "client/a-", &[ClientFault::BodyAdded]);
        let report = run(&[mistake], "-without-a-body-has-none");
        assert_eq!((wrong(&report).len(), report.results.len()), (6, 6), "{mistake}");
    }
}

#[test]
fn who_packs_bodies_and_takes_packed_answers_is_right() {
    let report = run(&["pack bodies"], "sync_job_");
    assert!(wrong(&report).is_empty(), "{:#?}", wrong(&report));
    assert!(report.counts().passed > 50, "{:?}", report.counts());
}

/// A case of which the server thinks otherwise is told, whatever the client makes of the answer.
#[test]
fn an_answer_that_the_case_does_not_expect_is_told() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("client")).unwrap();
    let case = "cases:\n  - {case: One, because: of that, call: connector.get, path: {connector_id: c}, client: returns}\n";
    std::fs::write(directory.path().join("client/one.yml"), case).unwrap();
    let suite = Suite::of_directory(directory.path()).unwrap();
    let report = client_run::run(&suite, &options(vec![driver()], 1), &mut |_| {}).unwrap();
    let [ClientCaseResult { verdict: Verdict::Failed(found), .. }] = &report.results[..] else {
        panic!("{:#?}", report.results)
    };
    let told: Vec<_> = found.iter().map(|one| (one.fault, one.actual.as_str())).collect();
    assert_eq!(told, [(ClientFault::AnswerDiffers, "404")]);
}

/// Who does not ask for packed answers gets none, and is not judged by them.
#[test]
fn packed_answers_are_for_those_who_ask() {
    let report = run(&["take no packed answers"], "client/an-");
    let unsupported = wrong(&report);
    assert_eq!(unsupported.len(), 2, "{unsupported:#?}");
    for result in unsupported {
        let Verdict::Unsupported(reason) = &result.verdict else { panic!("{result:#?}") };
        assert!(reason.ends_with("(accept-encoding: gzip)"), "{reason}");
    }
}

#[test]
fn a_driver_that_lies_is_found() {
    check_all("lie about the answer", ClientFault::NotSent);
}

/// Every case fails in the same way.
fn check_all(mistake: &str, fault: ClientFault) {
    for result in run(&[mistake], "get/").results {
        let Verdict::Failed(found) = &result.verdict else { panic!("{result:#?}") };
        assert_eq!(found.first().map(|one| one.fault), Some(fault), "{}", result.id);
    }
}

/// Each driver lives for six calls; the case of the seventh is not judged, all others are.
fn check_breaking(mistake: &str, expected: &str) {
    let report = run(&[mistake], "update_pipeline/");
    let mut broken = 0;
    for result in wrong(&report) {
        let Verdict::Broken(message) = &result.verdict else { panic!("{result:#?}") };
        assert!(message.contains(expected), "{message}");
        broken += 1;
    }
    assert!(broken >= 1 && report.counts().passed >= 4 * broken, "{:?}", report.counts());
}

#[test]
fn a_driver_that_crashes_costs_one_case() {
    check_breaking("crash in the seventh call", "the driver ended (signal: 6");
}

/// A driver that never works is given up soon, and so is every lane of its own.
#[test]
fn a_driver_that_always_breaks_is_given_up() {
    for jobs in [1, 3] {
        let command = vec![driver(), "crash in every call".to_owned()];
        let report = run_in_lanes(command, "update_name/", jobs).unwrap();
        let counts = report.counts();
        assert_eq!((counts.broken, counts.passed), (5 * jobs, 0), "{counts:?}");
        assert!(counts.skipped > 0, "{counts:?}");
        let skipped = |result: &&ClientCaseResult| matches!(result.verdict, Verdict::Skipped(_));
        for result in report.results.iter().filter(skipped) {
            let Verdict::Skipped(reason) = &result.verdict else { panic!("{result:#?}") };
            assert_eq!(reason, "the driver broke too often in a row");
        }
    }
}

/// What a report says beside times and generated ids.
fn told(report: &ClientReport) -> String {
    let mut told = String::new();
    for ClientCaseResult { id, verdict, .. } in &report.results {
        let _ = match verdict {
            Verdict::Failed(found) => {
                let found = found.iter().map(|one| (one.fault.id(), &one.place, &one.actual));
                writeln!(told, "{id} {:?}", found.collect::<Vec<_>>())
            }
            other => writeln!(told, "{id} {other:?}"),
        };
    }
    for (place, exchange) in report.exchanges.iter().enumerate() {
        assert_eq!(exchange.number, place + 1);
        let (method, target) = exchange.line();
        let (status, chapter) = (exchange.status(), exchange.chapter);
        let _ = writeln!(told, "{chapter} {method} {} {status:?}", target.len());
    }
    let Report { coverage, transitions, advice, .. } = Report::from(report);
    let advice: Vec<_> = advice.iter().map(|one| (one.kind, one.times)).collect();
    let _ = writeln!(told, "{coverage:?} {transitions:?} {advice:?}");
    told
}

#[test]
fn the_report_is_the_same_for_any_number_of_lanes() {
    let lanes = run_in_lanes(vec![driver()], "", 3).unwrap();
    let (one, three) = (told(right()), told(&lanes));
    let differs = one.lines().zip(three.lines()).find(|(one, three)| one != three);
    assert!(one == three, "{differs:?}");
    let spent = lanes.spent;
    assert!(spent.lanes > spent.total, "{spent:?}");
    assert_eq!(
        spent.start + spent.driver + spent.preparing + spent.restarts + spent.judging(),
        spent.lanes
    );
}

#[test]
fn findings_are_the_same_for_any_number_of_lanes() {
    let run =
        |jobs| run_in_lanes(vec![driver(), "lose nulls".to_owned()], "client/", jobs).unwrap();
    let one = told(&run(1));
    assert!(one.contains("null-lost"), "{one}");
    assert_eq!(one, told(&run(4)));
}

/// The drivers of the other lanes do not notice.
#[test]
fn a_driver_that_crashes_touches_no_other_lane() {
    let command = vec![driver(), "crash in the seventh call".to_owned()];
    let report = run_in_lanes(command, "update_pipeline/", 3).unwrap();
    let counts = report.counts();
    assert!(counts.broken >= 1 && counts.skipped == 0, "{counts:?}");
    assert_eq!(counts.passed + counts.broken, report.results.len(), "{counts:?}");
}

#[test]
fn a_driver_that_hangs_costs_one_case() {
    check_breaking("hang in the seventh call", "the driver did not reply within 4 s");
}

#[test]
fn a_driver_that_talks_rubbish_costs_one_case() {
    check_breaking("rubbish in the seventh call", "[Traceback (most recent call last):]");
}

#[test]
fn a_command_that_is_no_driver_is_told() {
    let told = |command: &[&str]| {
        let command = command.iter().map(|&word| word.to_owned()).collect();
        run_command(command, "get/").unwrap_err().to_string()
    };
    let message = told(&["no-such-program"]);
    assert!(message.starts_with("the driver [no-such-program] cannot be started: "), "{message}");
    let message = told(&["echo", "hello"]);
    assert!(message.starts_with("the driver wrote a line that is no JSON object: [hello]"));
    let message = told(&["false"]);
    assert_eq!(
        message,
        "the driver ended (exit status: 1) without a reply and said nothing on standard error; docs/driver-protocol.md tells what a driver has to write"
    );
}
