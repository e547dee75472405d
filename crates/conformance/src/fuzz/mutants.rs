//! Proof that the fuzzer finds faults: each planted fault in turn, from several seeds.

use std::time::Duration;

use api_types::{Timestamp, Version};
use mock_server::{Clock, Fault, MockServer};

use super::{
    concurrent,
    generate::Plan,
    in_process::{InProcessTarget, START, TICK},
    run::{self, Bound, FuzzOptions},
    script,
    target::TargetError,
};
use crate::halt::Halt;

/// How each fault is looked for.
#[derive(Clone, Debug)]
pub struct MutantOptions {
    /// The seeds.
    pub seeds: std::ops::Range<u64>,
    /// At most so many sequences for each.
    pub cases: u64,
    /// The longest sequence.
    pub steps: usize,
}

/// What came of looking for one fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutantResult {
    /// The fault.
    pub fault: Fault,
    /// The least number of requests that show it, worked out by hand.
    pub shortest: usize,
    /// What each seed came to: sequences until it was found, steps it was shrunk to, and replays
    /// that took; `None` if it was not found.
    pub runs: Vec<Option<MutantRun>>,
}

/// How a fault was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutantRun {
    /// The seed.
    pub seed: u64,
    /// How many sequences it took.
    pub cases: u64,
    /// How many steps the sequence had that showed it first.
    pub played: usize,
    /// How many are left.
    pub steps: usize,
    /// How many sequences were replayed to get there.
    pub replays: u32,
    /// How long that took.
    pub shrinking: Duration,
    /// What is left, a line for each step.
    pub lines: Vec<String>,
}

impl MutantResult {
    /// In how many runs it was found.
    #[must_use]
    pub fn found(&self) -> usize {
        self.runs.iter().flatten().count()
    }

    /// In how many runs the sequence was made as short as can be.
    #[must_use]
    pub fn minimal(&self) -> usize {
        self.runs.iter().flatten().filter(|run| run.steps <= self.shortest).count()
    }

    /// The runs whose sequence was left another length than it has to have.
    pub fn odd(&self) -> impl Iterator<Item = &MutantRun> {
        self.runs.iter().flatten().filter(|run| run.steps != self.shortest)
    }

    /// The greatest number of sequences that were replayed to shorten one, and the longest time
    /// that took.
    #[must_use]
    pub fn effort(&self) -> (u32, Duration) {
        let runs = || self.runs.iter().flatten();
        let replays = runs().map(|run| run.replays).max();
        let times = runs().map(|run| run.shrinking).max();
        (replays.unwrap_or_default(), times.unwrap_or_default())
    }

    /// The least and the greatest length that it was shrunk to.
    #[must_use]
    pub fn lengths(&self) -> Option<(usize, usize)> {
        let steps = || self.runs.iter().flatten().map(|run| run.steps);
        Some((steps().min()?, steps().max()?))
    }

    /// The middle and the greatest number of sequences that it took.
    #[must_use]
    pub fn cases(&self) -> Option<(u64, u64)> {
        let mut cases: Vec<u64> = self.runs.iter().flatten().map(|run| run.cases).collect();
        cases.sort_unstable();
        Some((*cases.get(cases.len() / 2)?, *cases.last()?))
    }
}

/// The plan of sequences of this length.
#[must_use]
pub fn plan(steps: usize) -> Plan {
    let operations = Plan::all_operations();
    Plan { prefix: "fuzz-".to_owned(), steps, operations, resets: true }
}

/// Looks for a fault that one client at a time can see.
///
/// # Errors
/// If the mock does not answer.
pub fn sequential(fault: Fault, options: &MutantOptions) -> Result<MutantResult, TargetError> {
    let mut runs = Vec::new();
    for seed in options.seeds.clone() {
        let mut targets = [target(fault, seed)];
        let options = FuzzOptions {
            plan: plan(options.steps),
            seed,
            bound: Bound::Cases(options.cases),
            shrink_limit: SHRINK_LIMIT,
            halt: Halt::default(),
        };
        let run = run::run(&options, &mut targets, &mut |_, _| {})?;
        let found = run.found.map(|found| MutantRun {
            seed,
            cases: found.case + 1,
            played: found.steps,
            steps: found.reproducer.as_ref().map_or(usize::MAX, |it| it.steps.len()),
            replays: found.effort.replays,
            shrinking: found.effort.took,
            lines: found.reproducer.iter().flat_map(|it| script::numbered(&it.steps)).collect(),
        });
        runs.push(found);
    }
    Ok(MutantResult { fault, shortest: fault.shortest(), runs })
}

/// Looks for a fault with several clients at once: after how many scenarios each seed found it.
///
/// # Errors
/// If the mock does not answer.
pub fn with_clients(
    fault: Fault,
    options: &MutantOptions,
    clients: usize,
) -> Result<MutantResult, TargetError> {
    let mut runs = Vec::new();
    for seed in options.seeds.clone() {
        let one = target(fault, seed);
        let mut targets: Vec<InProcessTarget> = (0..clients).map(|_| one.clone()).collect();
        let options = FuzzOptions {
            plan: plan(options.steps),
            seed,
            bound: Bound::Cases(options.cases),
            shrink_limit: SHRINK_LIMIT,
            halt: Halt::default(),
        };
        let run = concurrent::run::run(&options, &mut targets, &mut |_| {})?;
        runs.push(run.found.map(|found| MutantRun {
            seed,
            cases: found.case + 1,
            played: 0,
            steps: found.scenario.labels().count(),
            replays: 0,
            shrinking: Duration::ZERO,
            lines: Vec::new(),
        }));
    }
    Ok(MutantResult { fault, shortest: fault.shortest(), runs })
}

/// How many sequences a shrinker may replay.
const SHRINK_LIMIT: u32 = 20_000;

fn target(fault: Fault, seed: u64) -> InProcessTarget {
    let clock = Clock::manual(Timestamp::from_nanoseconds(START), TICK);
    let builder = MockServer::builder().es_version(Version::NEWEST).clock(clock).rng_seed(seed);
    InProcessTarget::over(builder.planted_fault(fault).in_process())
}
