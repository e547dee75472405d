//! Sequences against the mock, against servers that are wrong on purpose, and over a connection.

use std::time::Duration;

use api_types::{Version, json::Json};
use conformance::{
    fuzz::{
        concurrent::{self, Checked, Scenario},
        generate::Plan,
        http_target::{HttpOptions, HttpTarget},
        in_process::InProcessTarget,
        model::Window,
        play,
        replay::Replay,
        run::{self, Bound, FuzzOptions, FuzzRun},
        script,
        step::Step,
        target::{Answer, Request, Target, TargetError},
        trace::Trace,
    },
    halt::Halt,
    program::{self, Output},
    report::Style,
    target::Credentials,
};
use mock_server::MockServer;

/// Runs `connector-conformance fuzz` with these arguments.
fn fuzz(arguments: &[&str]) -> Output {
    let command = ["connector-conformance", "fuzz"];
    program::run(command.iter().chain(arguments), Style::Plain)
}

fn options(seed: u64, cases: u64) -> FuzzOptions {
    let operations = Plan::all_operations();
    FuzzOptions {
        plan: Plan { prefix: "fuzz-".to_owned(), steps: 40, operations, resets: true },
        seed,
        bound: Bound::Cases(cases),
        shrink_limit: 20_000,
        halt: Halt::default(),
    }
}

fn mock() -> InProcessTarget {
    InProcessTarget::new(Version::NEWEST, 1)
}

fn run_with(seed: u64, cases: u64, workers: usize) -> FuzzRun {
    let mut targets: Vec<InProcessTarget> = (0..workers).map(|_| mock()).collect();
    run::run(&options(seed, cases), &mut targets, &mut |_, _| {}).unwrap()
}

/// Everything that is said in a run, with so many workers.
fn traced(seed: u64, workers: usize) -> String {
    let mut targets: Vec<InProcessTarget> = (0..workers).map(|_| mock()).collect();
    let mut text = String::new();
    let mut tracer = |trace: &Trace| {
        text.push_str(trace.text());
        Ok(())
    };
    let options = options(seed, 150);
    run::run_traced(&options, &mut targets, &mut |_, _| {}, Some(&mut tracer)).unwrap();
    text
}

#[test]
fn a_seed_makes_the_same_run_to_the_byte_whatever_the_number_of_workers() {
    let text = traced(7, 1);
    assert_eq!(text, traced(7, 1));
    assert_eq!(text, traced(7, 3));
    assert_ne!(text, traced(8, 1));
    let lines = |mark: &str| text.lines().filter(|line| line.starts_with(mark)).count();
    assert_eq!(lines("# sequence "), 150);
    assert!(lines("> ") > 1_000 && lines("< ") > 2_000);
}

#[test]
fn a_trace_is_written_and_the_same_for_the_same_seed() {
    let directory = tempfile::tempdir().unwrap();
    let trace = |name: &str, seed: &str| {
        let path = directory.path().join(name);
        let path = path.to_str().unwrap();
        let output = fuzz(&["--seed", seed, "--cases", "100", "--trace", path]);
        assert_eq!(output.exit_code, 0, "{}", output.stderr);
        std::fs::read(path).unwrap()
    };
    let first = trace("one", "42");
    assert!(first.starts_with(b"# sequence 1\n> "));
    assert!(first == trace("two", "42"), "two runs of one seed differ");
    assert!(first != trace("three", "43"), "another seed makes another run");
}

#[test]
fn a_trace_that_cannot_be_written_is_a_problem_with_its_name() {
    let output = fuzz(&["--cases", "1", "--trace", "/nowhere/at/all"]);
    assert_eq!(output.exit_code, 3);
    assert!(output.stderr.contains("cannot write /nowhere/at/all"), "{}", output.stderr);
    let output = fuzz(&["--cases", "1", "--jobs", "2", "--trace", "x"]);
    assert_eq!(output.exit_code, 3);
    assert!(output.stderr.contains("leave out --jobs"), "{}", output.stderr);
}

/// The ids that a server makes decide nothing: sequences depend on the seed alone.
#[test]
fn ids_of_the_server_do_not_change_a_sequence() {
    let calls = |ids: u64| {
        let mut text = String::new();
        let mut tracer = |trace: &Trace| {
            let requests = trace.text().lines().filter(|line| line.starts_with("> "));
            // What stands where an id of the server may stand is left out.
            requests.for_each(|line| {
                let words = line.split('/').filter(|word| word.len() < 20);
                text.extend(words.filter(|word| !word.contains("connector_id")));
            });
            Ok(())
        };
        let mut targets = [InProcessTarget::new(Version::NEWEST, ids)];
        let options = options(5, 60);
        run::run_traced(&options, &mut targets, &mut |_, _| {}, Some(&mut tracer)).unwrap();
        text
    };
    assert!(calls(1) == calls(2), "other ids of the server make another sequence");
}

#[test]
fn the_mock_does_what_the_model_says_and_every_pair_is_visited() {
    let run = run_with(1, 600, 2);
    assert!(run.found.is_none(), "{:#?}", run.found);
    assert_eq!(run.cases, 600);
    assert_eq!(run.visits.missing(), []);
    assert!(run.all_visited_after.is_some_and(|cases| cases <= 600));
}

#[test]
fn a_seed_makes_the_same_run_whatever_the_number_of_workers() {
    let (one, three) = (run_with(7, 130, 1), run_with(7, 130, 3));
    assert_eq!((one.cases, one.calls), (three.cases, three.calls));
    assert_eq!(one.visits, three.visits);
    assert_ne!(run_with(8, 130, 1).visits, one.visits);
}

/// A server whose answers are changed on their way.
#[derive(Debug)]
struct Wrong<F>(InProcessTarget, F);

impl<F: FnMut(&Request, &mut Answer)> Target for Wrong<F> {
    fn send(&mut self, request: &Request) -> Result<Answer, TargetError> {
        let mut answer = self.0.send(request)?;
        (self.1)(request, &mut answer);
        Ok(answer)
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

/// Runs against a server that is wrong; the steps that are left, and what is said of the last one.
fn found(change: impl FnMut(&Request, &mut Answer) + Send) -> (Vec<Step>, Vec<String>, String) {
    let mut targets = [Wrong(mock(), change)];
    let run = run::run(&options(3, 2_000), &mut targets, &mut |_, _| {}).unwrap();
    let found = run.found.expect("the server is wrong");
    let reproducer = found.reproducer.expect("it is wrong each time");
    let lines = script::numbered(&reproducer.steps);
    (reproducer.steps, lines, reproducer.violation.mismatch.place)
}

fn replaced(answer: &mut Answer, from: &str, to: &str) {
    let text = String::from_utf8(answer.body.to_vec()).unwrap().replace(from, to);
    answer.json = Json::parse(text.as_bytes()).ok();
    answer.body = text.into();
}

#[test]
fn a_wrong_status_is_found_and_its_sequence_is_as_short_as_can_be() {
    let (_, lines, place) = found(|request, answer| {
        if request.target.ends_with("/_cancel") && answer.status == 200 {
            answer.status = 201;
        }
    });
    // A connector, a job, and the cancel of it.
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert_eq!(lines[2], "PUT /_connector/_sync_job/<id of step 2>/_cancel");
    assert_eq!(place, "status");
}

#[test]
fn a_lost_member_is_found_in_the_document() {
    let (steps, lines, place) = found(|request, answer| {
        if request.method == "GET" {
            replaced(answer, r#","is_native":true"#, "");
        }
    });
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(place.ends_with("/is_native"), "{place}");
    let replay = Replay { prefix: "fuzz-".to_owned(), steps };
    let again = Replay::parse(replay.to_text().as_bytes()).unwrap();
    assert!(play::replay(&mut mock(), &again.steps).unwrap().is_none());
    let mut wrong = Wrong(mock(), |_: &Request, answer: &mut Answer| {
        replaced(answer, r#","is_native":true"#, "");
    });
    assert!(play::replay(&mut wrong, &again.steps).unwrap().is_some());
}

#[test]
fn a_missing_product_header_is_found_at_the_first_answer() {
    let (_, lines, place) = found(|_, answer| answer.product = None);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert_eq!(place, "x-elastic-product");
}

/// The block of the first sequence has 63 others.
#[test]
fn nothing_is_played_behind_the_first_violation() {
    let mut asked = 0;
    let mut targets = [Wrong(mock(), |_: &Request, answer: &mut Answer| {
        asked += 1;
        answer.product = None;
    })];
    let options = FuzzOptions { shrink_limit: 0, ..options(3, 2_000) };
    let run = run::run(&options, &mut targets, &mut |_, _| {}).unwrap();
    assert!(run.found.is_some() && run.cases == 1, "{run:#?}");
    // In the sequence, when it is played again, and with its names in order.
    assert_eq!(asked, 3);
}

#[test]
fn a_server_is_fuzzed_over_a_connection() {
    let server = MockServer::builder().start_blocking().unwrap();
    let http = HttpOptions {
        url: server.uri().parse().unwrap(),
        credentials: Credentials::None,
        timeout: Duration::from_secs(10),
        rate: None,
        prefix: "fuzz-".to_owned(),
        is_mock: true,
        is_awake: true,
    };
    let mut targets = [HttpTarget::connect(http.clone()).unwrap()];
    let alone = run::run(&options(1, 40), &mut targets, &mut |_, _| {}).unwrap();
    assert!(alone.found.is_none(), "{:#?}", alone.found);
    // As on a cluster: what others have stays, what a run that was broken off has left is deleted,
    // and so is what was made.
    let mut shared =
        HttpTarget::connect(HttpOptions { is_mock: false, is_awake: false, ..http }).unwrap();
    let put = Request { method: "PUT", target: "/_connector/others".to_owned(), body: None };
    let [owner] = &mut targets;
    owner.send(&put).unwrap();
    let mut options = options(1, 40);
    options.plan.resets = false;
    let run = run::run(&options, std::slice::from_mut(&mut shared), &mut |_, _| {}).unwrap();
    assert!(run.found.is_none(), "{:#?}", run.found);
    shared.clear().unwrap();
    let target = "/_connector?include_deleted=true&filter_path=results.id".to_owned();
    let left = owner.send(&Request { method: "GET", target, body: None }).unwrap();
    assert_eq!(left.body, r#"{"results":[{"id":"others"}]}"#);
    let target = "/_connector/_sync_job?size=0".to_owned();
    let left = owner.send(&Request { method: "GET", target, body: None }).unwrap();
    assert_eq!(left.body, r#"{"count":0,"results":[]}"#);
}

#[test]
fn several_clients_at_once_are_explained_by_an_order() {
    let one = mock();
    let mut targets: Vec<InProcessTarget> = (0..3).map(|_| one.clone()).collect();
    let run = concurrent::run::run(&options(1, 150), &mut targets, &mut |_| {}).unwrap();
    assert!(run.found.is_none(), "{:#?}", run.found);
    assert_eq!((run.cases, run.undecided), (150, 0));
}

#[test]
fn a_lost_update_has_no_order() {
    let one = mock();
    let mut targets: Vec<InProcessTarget> = (0..2).map(|_| one.clone()).collect();
    let mut checked = 0;
    for case in 0..400 {
        let scenario = Scenario::new(&options(1, 0).plan, 5, case, 2);
        let mut history = concurrent::play(&scenario, &mut targets).unwrap();
        assert_eq!(concurrent::check(&history), Checked::Linear);
        // The name that an update was answered for is not there at the end.
        let is_named = |body: &Option<String>| {
            body.as_ref().is_some_and(|body| body.contains(r#""name":"n1""#))
        };
        let named = history.events.iter().any(|event| {
            event.answer.status == 200
                && event.request.target.ends_with("/_name")
                && is_named(&event.request.body)
        });
        if !named {
            continue;
        }
        for event in &mut history.events {
            if event.request.method == "GET" {
                replaced(&mut event.answer, r#""name":"n1""#, r#""name":"""#);
            }
        }
        if concurrent::check(&history) != Checked::Linear {
            checked += 1;
        }
    }
    assert!(checked > 0, "no history had an update of a name to be lost");
}

#[test]
fn the_command_fuzzes_and_says_what_is_wrong_with_its_arguments() {
    let output = fuzz(&["--seed", "1", "--cases", "100"]);
    assert_eq!(output.exit_code, 0, "{}", output.stderr);
    assert!(output.stdout.contains("100 sequences"), "{}", output.stdout);
    let refused = |arguments: &[&str], text: &str| {
        let output = fuzz(arguments);
        assert_eq!(output.exit_code, 3, "{}", output.stderr);
        assert!(output.stderr.contains(text), "{}", output.stderr);
    };
    refused(&["--url", "http://example.org:9200"], "--i-own-this-cluster");
    refused(&["--ops", "colour"], "no operation has a name that contains [colour]");
    refused(&["--time", "soon"], "write a time, 90s, 10m or 1h");
    refused(&["--prefix", "Fuzz"], "lower-case letters");
    refused(&["--replay", "/no/such/file"], "/no/such/file");
    let directory = tempfile::tempdir().unwrap();
    let known = |case: &str| {
        let file = directory.path().join("known.yml");
        std::fs::write(&file, format!("- case: {case}\n  because: it is known\n")).unwrap();
        file.to_string_lossy().into_owned()
    };
    refused(&["--known", &known("client/x")], "no finding is called [client/x]");
    let output = fuzz(&["--cases", "5", "--known", &known("fuzz/SJ-8-1/status/200")]);
    assert_eq!(output.exit_code, 0, "{}{}", output.stdout, output.stderr);
    let output = fuzz(&["--url", "http://127.0.0.1:9"]);
    assert_eq!(output.exit_code, 2, "{}", output.stderr);
}
