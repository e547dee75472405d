//! Random sequences of operations against a server in process, judged by a small model that shares
//! no code with it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod model;
mod steps;
mod target;

use model::Model;
use proptest::{
    prelude::ProptestConfig,
    test_runner::{FileFailurePersistence, TestRunner},
};
use steps::Step;
use target::Target;

/// Plays the steps and judges every answer.
fn play(steps: &[Step]) -> Result<(), String> {
    let target = Target::start();
    let mut model = Model::default();
    for (number, step) in steps.iter().enumerate() {
        let before = target.documents(&model);
        let (expected, request) = model.predict(step);
        let answer = target.send(&request);
        let fail = |what: String| {
            Err(format!(
                "step {number}, {step:?}: {what}\n{request:?}\n{answer:?}\nsteps: {steps:#?}"
            ))
        };
        if let Err(difference) = expected.compare(&answer) {
            return fail(difference);
        }
        if let Some(id) = &expected.created_job(&answer) {
            model.name_last_job(id);
        }
        let after = target.documents(&model);
        if expected.writes_nothing()
            && before.iter().any(|(name, text)| after.get(name) != Some(text))
        {
            return fail("an answer that writes nothing changed a document".to_owned());
        }
        if let Err(difference) = model.compare(&after) {
            return fail(difference);
        }
    }
    Ok(())
}

#[test]
fn every_step_of_a_sequence_is_answered_as_the_model_says() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 200,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fuzz/regressions.txt"
        )))),
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&steps::sequence(), |steps| {
        play(&steps).map_err(proptest::test_runner::TestCaseError::fail)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// The pairs of status and operation that a run of this length must have reached.
#[test]
fn sequences_reach_every_status_that_the_api_can_set() {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    let mut runner = TestRunner::deterministic();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..300 {
        let steps = steps::sequence().new_tree(&mut runner).unwrap().current();
        let mut model = Model::default();
        for step in &steps {
            model.predict(step);
            reached.extend(model.statuses());
        }
    }
    let expected = [
        "connector connected",
        "connector configured",
        "connector created",
        "connector error",
        "connector needs_configuration",
        "job canceled",
        "job canceling",
        "job error",
        "job in_progress",
        "job pending",
    ];
    for status in expected {
        assert!(reached.contains(status), "{status} was never reached: {reached:?}");
    }
}
