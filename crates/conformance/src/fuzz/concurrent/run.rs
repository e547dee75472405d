//! A run of many scenarios.

use std::time::{Duration, Instant};

use super::{Broken, Checked, History, Scenario, check, linear::Stuck, play};
use crate::fuzz::{
    play::Violation,
    run::{Bound, FuzzOptions},
    target::{Target, TargetError},
};

/// What came of a run with several clients at once.
#[derive(Debug)]
pub struct ConcurrentRun {
    /// How many scenarios were played.
    pub cases: u64,
    /// How many calls these made.
    pub calls: u64,
    /// How many histories could not be decided.
    pub undecided: u64,
    /// How long it took, without shrinking.
    pub took: Duration,
    /// The first that no order explains.
    pub found: Option<ConcurrentFound>,
}

/// A history that no order explains.
#[derive(Debug)]
pub struct ConcurrentFound {
    /// The number of the scenario.
    pub case: u64,
    /// The scenario, as small as it could be made.
    pub scenario: Scenario,
    /// What happened.
    pub what: Unexplained,
}

/// What happened.
#[derive(Debug)]
pub enum Unexplained {
    /// No order explains the history.
    History(Box<History>, Stuck),
    /// An answer was wrong even before the clients began.
    Before(Box<Violation>),
}

/// How often a smaller scenario is played before it counts as harmless.
const TRIES: u32 = 60;

/// Plays scenarios until the bound or a violation.
///
/// # Errors
/// If the server does not answer.
pub fn run<T: Target + Send>(
    options: &FuzzOptions,
    targets: &mut [T],
    progress: &mut dyn FnMut(u64),
) -> Result<ConcurrentRun, TargetError> {
    let begin = Instant::now();
    let mut run =
        ConcurrentRun { cases: 0, calls: 0, undecided: 0, took: Duration::ZERO, found: None };
    loop {
        let goes_on = match options.bound {
            Bound::Cases(cases) => run.cases < cases,
            Bound::Time(_) => true,
        };
        if !goes_on || !options.goes_on(begin) {
            break;
        }
        let scenario = Scenario::new(&options.plan, options.seed, run.cases, targets.len());
        let found = once(&scenario, targets, &mut run)?;
        if let Some(what) = found {
            run.took = begin.elapsed();
            let case = run.cases;
            let (scenario, what) = smaller(scenario, what, targets)?;
            run.found = Some(ConcurrentFound { case, scenario, what });
            return Ok(run);
        }
        run.cases += 1;
        if run.cases.is_multiple_of(256) {
            progress(run.cases);
        }
    }
    run.took = begin.elapsed();
    Ok(run)
}

fn once<T: Target + Send>(
    scenario: &Scenario,
    targets: &mut [T],
    run: &mut ConcurrentRun,
) -> Result<Option<Unexplained>, TargetError> {
    match play(scenario, targets) {
        Ok(history) => {
            run.calls += history.calls;
            match check(&history) {
                Checked::Linear => Ok(None),
                Checked::Undecided => {
                    run.undecided += 1;
                    Ok(None)
                }
                Checked::Violation(stuck) => {
                    Ok(Some(Unexplained::History(Box::new(history), stuck)))
                }
            }
        }
        Err(Broken::Before(violation)) => Ok(Some(Unexplained::Before(violation))),
        Err(Broken::NoAnswer(error)) => Err(error),
    }
}

/// Leaves out steps for as long as the rest still shows a violation, now and then.
fn smaller<T: Target + Send>(
    mut scenario: Scenario,
    mut what: Unexplained,
    targets: &mut [T],
) -> Result<(Scenario, Unexplained), TargetError> {
    loop {
        let mut is_smaller = false;
        let labels: Vec<_> = scenario.labels().collect();
        for label in labels.into_iter().rev() {
            let candidate = scenario.without(label);
            if candidate == scenario || candidate.clients.is_empty() {
                continue;
            }
            if let Some(found) = again(&candidate, targets)? {
                (scenario, what) = (candidate, found);
                is_smaller = true;
            }
        }
        if !is_smaller {
            return Ok((scenario, what));
        }
    }
}

fn again<T: Target + Send>(
    scenario: &Scenario,
    targets: &mut [T],
) -> Result<Option<Unexplained>, TargetError> {
    let mut run =
        ConcurrentRun { cases: 0, calls: 0, undecided: 0, took: Duration::ZERO, found: None };
    for _ in 0..TRIES {
        if let Some(what) = once(scenario, targets, &mut run)? {
            return Ok(Some(what));
        }
    }
    Ok(None)
}
