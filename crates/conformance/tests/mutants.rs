//! A sample of the planted faults, for every run of the checks; `cargo xtask fuzz --mutants` looks
//! for all of them. Built with feature `planted-faults` alone.

use std::time::Duration;

use api_types::{Timestamp, endpoint::Operation};
use conformance::{
    fuzz::{
        in_process::InProcessTarget,
        mutants::{MutantOptions, sequential, with_clients},
        replay::Replay,
        shrink,
    },
    halt::Halt,
};
use mock_server::{Clock, Fault, MockServer};

const OPTIONS: MutantOptions = MutantOptions { seeds: 1..2, cases: 5_000, steps: 40 };

/// Every ninth fault, so that each kind is there.
#[test]
fn planted_faults_are_found_and_their_sequences_are_short() {
    let sample: Vec<Fault> =
        Fault::ALL.iter().copied().filter(|fault| !fault.is_concurrent()).step_by(9).collect();
    assert!(sample.len() >= 10, "{}", sample.len());
    for fault in sample {
        let result = sequential(fault, &OPTIONS).expect("the mock answers");
        assert_eq!(result.found(), 1, "{} was not found", fault.name());
        let (_, most) = result.lengths().expect("it was found");
        assert_eq!(most, fault.shortest(), "{}", fault.name());
    }
}

/// One client at a time never sees it, several at once do.
#[test]
fn a_lost_update_is_found_by_several_clients_and_by_no_single_one() {
    let fault = Fault::LostUpdateOfConnector;
    let alone = sequential(fault, &MutantOptions { cases: 300, ..OPTIONS }).expect("an answer");
    assert_eq!(alone.found(), 0);
    let at_once = with_clients(fault, &OPTIONS, 3).expect("an answer");
    assert_eq!(at_once.found(), 1);
}

/// The last step of what is left of a sequence on a server with these faults, and how many steps
/// there are.
fn shrunk(faults: &[Fault], calls: &[&str]) -> (usize, Operation) {
    let clock = Clock::manual(
        Timestamp::parse("2026-01-01T00:00:00Z").expect("an instant"),
        Duration::from_millis(1),
    );
    let mut server = MockServer::builder().clock(clock).rng_seed(1);
    for fault in faults {
        server = server.planted_fault(*fault);
    }
    let mut target = InProcessTarget::over(server.in_process());
    let steps: Vec<String> = calls
        .iter()
        .enumerate()
        .map(|(at, call)| format!(r#"{{"step":{},"call":"connector.{call}}}"#, at + 1))
        .collect();
    let text = format!(r#"{{"connector_fuzz":1,"prefix":"fuzz-","steps":[{}]}}"#, steps.join(","));
    let steps = Replay::parse(text.as_bytes()).expect("a sequence").steps;
    let found = shrink::shrink(&mut target, "fuzz-", &steps, 20_000, Halt::default())
        .expect("the mock answers");
    let (reproducer, _) = found.expect("the server is wrong");
    let last = reproducer.steps.last().and_then(|step| step.call()).expect("a call");
    (reproducer.steps.len(), last.operation)
}

const CREATE: &str = r#"put","id":"fuzz-c0","body":{"index_name":"fuzz-i0","service_type":"s3"}"#;
const POST: &str = r#"sync_job_post","connector":"fuzz-c0","body":{}"#;
const CANCEL: &str = r#"sync_job_cancel","id":{"made_by":2}"#;
const CLAIM: &str = r#"sync_job_claim","id":{"made_by":2},"body":{"worker_hostname":"w0"}"#;
const FAIL: &str = r#"sync_job_error","id":{"made_by":2},"body":{"error":"e0"}"#;

/// Both take four steps: what was found stays, though a part of its sequence shows the other.
#[test]
fn of_two_faults_the_one_that_was_found_is_shown() {
    let (one, other) = (Fault::CancelAllowsError, Fault::ErrorAllowsCanceled);
    let calls = [CREATE, POST, CANCEL, CLAIM, FAIL, CANCEL];
    let (steps, last) = shrunk(&[one, other], &calls);
    assert_eq!((steps, last), (one.shortest(), Operation::SyncJobCancel));
    let without_claim = [CREATE, POST, CANCEL, FAIL];
    let (steps, last) = shrunk(&[one, other], &without_claim);
    assert_eq!((steps, last), (other.shortest(), Operation::SyncJobError));
}
