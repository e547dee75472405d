//! A sample of the planted faults, for every run of the checks; `cargo xtask fuzz --mutants` looks
//! for all of them. Built with feature `planted-faults` alone.

use conformance::fuzz::mutants::{MutantOptions, sequential, with_clients};
use mock_server::Fault;

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
        assert!(most <= fault.shortest() + 1, "{}: {most} steps", fault.name());
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
