//! A run: many sequences, in blocks that are spread over workers.
//!
//! Which pairs to go for is decided between blocks, from what all sequences before have visited. So
//! a run depends on its seed alone, not on how many workers there are or how fast each is.

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{
    generate::{self, Generator, Plan},
    play::{Player, Stop, Violation},
    shrink::{self, Effort, Reproducer},
    step::Step,
    target::{Target, TargetError},
    trace::Trace,
    visits::{Pair, Visits},
};
use crate::halt::Halt;

/// How long to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// So many sequences.
    Cases(u64),
    /// Until so much time has passed; a sequence that has begun is played to its end.
    Time(Duration),
}

/// What to run.
#[derive(Clone, Debug)]
pub struct FuzzOptions {
    /// What sequences are made of.
    pub plan: Plan,
    /// The seed.
    pub seed: u64,
    /// How long.
    pub bound: Bound,
    /// How many sequences a shrinker may replay.
    pub shrink_limit: u32,
    /// When to play no more.
    pub halt: Halt,
}

impl FuzzOptions {
    /// Whether there is time for another sequence, and nobody has told to end.
    pub(super) fn goes_on(&self, begin: Instant) -> bool {
        let is_over = match self.bound {
            Bound::Cases(_) => false,
            Bound::Time(time) => begin.elapsed() >= time,
        };
        !is_over && !self.halt.is_asked()
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct FuzzRun {
    /// How many sequences were played.
    pub cases: u64,
    /// How many calls these made, looking around included.
    pub calls: u64,
    /// How long that took, without shrinking.
    pub took: Duration,
    /// What was visited.
    pub visits: Visits,
    /// After how many sequences every pair had been visited; `None` if some never were.
    pub all_visited_after: Option<u64>,
    /// The first violation, if there was one.
    pub found: Option<Found>,
}

/// A violation, shrunk.
#[derive(Debug)]
pub struct Found {
    /// The number of the sequence.
    pub case: u64,
    /// How many steps it had.
    pub steps: usize,
    /// What was wrong in it.
    pub violation: Violation,
    /// The shortest sequence that shows it. `None` if it did not show up again on an empty server:
    /// then the steps are as they were.
    pub reproducer: Option<Reproducer>,
    /// What was played.
    pub played: Vec<Step>,
    /// What it took.
    pub effort: Effort,
}

/// So many sequences are played before the visits are looked at again.
const BLOCK: u64 = 64;
/// So many where nothing is left to go for and workers would wait for each other.
const LARGE_BLOCK: u64 = 512;

/// What one sequence came to.
struct Case {
    number: u64,
    calls: u64,
    visits: Visits,
    violation: Option<(Vec<Step>, Violation)>,
    trace: Option<Trace>,
}

/// Takes what was said in a sequence, in the order of the sequences.
pub type Tracer<'t> = &'t mut dyn FnMut(&Trace) -> Result<(), TargetError>;

/// Plays sequences on targets, each worker on one of its own, until the bound or a violation.
///
/// # Errors
/// If a target does not answer.
pub fn run<T: Target + Send>(
    options: &FuzzOptions,
    targets: &mut [T],
    progress: &mut dyn FnMut(u64, &Visits),
) -> Result<FuzzRun, TargetError> {
    run_traced(options, targets, progress, None)
}

/// The same, and hands over what was said in each sequence.
///
/// # Errors
/// If a target does not answer, and those of the `tracer`.
pub fn run_traced<T: Target + Send>(
    options: &FuzzOptions,
    targets: &mut [T],
    progress: &mut dyn FnMut(u64, &Visits),
    mut tracer: Option<Tracer<'_>>,
) -> Result<FuzzRun, TargetError> {
    let begin = Instant::now();
    let reachable = generate::reachable(&options.plan.operations);
    let mut run = FuzzRun {
        cases: 0,
        calls: 0,
        took: Duration::ZERO,
        visits: Visits::default(),
        all_visited_after: None,
        found: None,
    };
    let mut first_violation = None;
    while first_violation.is_none() {
        let missing = run.visits.missing();
        let wanted: Vec<Pair> =
            reachable.iter().copied().filter(|pair| missing.contains(pair)).collect();
        let size = if wanted.is_empty() && targets.len() > 1 { LARGE_BLOCK } else { BLOCK };
        let size = match options.bound {
            Bound::Cases(cases) => size.min(cases.saturating_sub(run.cases)),
            Bound::Time(_) => size,
        };
        if size == 0 || !options.goes_on(begin) {
            break;
        }
        let numbers = run.cases..run.cases + size;
        let block = Block { options, wanted: &wanted, begin, is_traced: tracer.is_some() };
        for case in block.play(targets, numbers)? {
            run.cases += 1;
            run.calls += case.calls;
            run.visits.add(&case.visits);
            if let (Some(tracer), Some(trace)) = (&mut tracer, &case.trace) {
                tracer(trace)?;
            }
            if let Some(found) = case.violation {
                first_violation = Some((case.number, found));
                break;
            }
        }
        if run.all_visited_after.is_none()
            && run.visits.missing().iter().all(|pair| !reachable.contains(pair))
        {
            run.all_visited_after = Some(run.cases);
        }
        progress(run.cases, &run.visits);
    }
    run.took = begin.elapsed();
    if let (Some((case, (played, violation))), Some(target)) =
        (first_violation, targets.first_mut())
    {
        run.found = Some(found(options, target, case, played, violation)?);
    }
    Ok(run)
}

/// Makes a sequence that showed a violation short.
fn found<T: Target>(
    options: &FuzzOptions,
    target: &mut T,
    case: u64,
    played: Vec<Step>,
    violation: Violation,
) -> Result<Found, TargetError> {
    let FuzzOptions { plan, shrink_limit, halt, .. } = options;
    let shrunk = shrink::shrink(target, &plan.prefix, &played, *shrink_limit, *halt)?;
    let (reproducer, effort) = match shrunk {
        Some((reproducer, effort)) => (Some(reproducer), effort),
        None => (None, Effort::default()),
    };
    let steps = played.len();
    Ok(Found { case, steps, violation, reproducer, played, effort })
}

/// What the sequences of a block have in common.
struct Block<'b> {
    options: &'b FuzzOptions,
    /// The pairs to go for.
    wanted: &'b [Pair],
    /// When the run began.
    begin: Instant,
    is_traced: bool,
}

impl Block<'_> {
    /// Plays sequences, each worker taking the next one that is free; in their order.
    fn play<T: Target + Send>(
        &self,
        targets: &mut [T],
        numbers: Range<u64>,
    ) -> Result<Vec<Case>, TargetError> {
        let next = AtomicU64::new(numbers.start);
        // Behind the first violation nothing counts.
        let end = AtomicU64::new(numbers.end);
        let work = |target: &mut T| {
            let mut cases = Vec::new();
            while self.options.goes_on(self.begin) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end.load(Ordering::Relaxed) {
                    break;
                }
                let case = self.case(target, number)?;
                if case.violation.is_some() {
                    end.fetch_min(number + 1, Ordering::Relaxed);
                }
                cases.push(case);
            }
            Ok(cases)
        };
        if let [target] = targets {
            return work(target);
        }
        thread::scope(|scope| {
            let workers: Vec<_> =
                targets.iter_mut().map(|target| scope.spawn(|| work(target))).collect();
            let mut all = Vec::new();
            for worker in workers {
                let cases = worker.join().map_err(|_| TargetError("a worker broke".to_owned()))?;
                all.extend(cases?);
            }
            all.sort_by_key(|case| case.number);
            Ok(all)
        })
    }

    /// Makes up and plays one sequence, and reads everything at its end.
    fn case<T: Target>(&self, target: &mut T, number: u64) -> Result<Case, TargetError> {
        let Self { options, wanted, is_traced, .. } = *self;
        let mut generator = Generator::new(&options.plan, options.seed, number, wanted);
        let mut player = Player::new(target)?;
        player.trace = is_traced.then(|| Trace::new(&format!("sequence {}", number + 1)));
        let mut visits = Visits::default();
        let mut steps = Vec::new();
        let mut violation = None;
        while let Some(step) = generator.step(&player.model, &player.ids) {
            let outcome = player.step(&step, &mut visits);
            steps.push(step);
            match outcome {
                Ok(()) => {}
                Err(Stop::Violation(wrong)) => {
                    violation = Some((steps.clone(), *wrong));
                    break;
                }
                Err(Stop::NoAnswer(error)) => return Err(error),
            }
        }
        if violation.is_none() {
            let next = steps.iter().map(|step| step.label + 1).max().unwrap_or_default();
            for look in player.looks(next) {
                match player.step(&look, &mut visits) {
                    Ok(()) => {}
                    Err(Stop::Violation(wrong)) => {
                        steps.push(look);
                        violation = Some((steps, *wrong));
                        break;
                    }
                    Err(Stop::NoAnswer(error)) => return Err(error),
                }
            }
        }
        Ok(Case { number, calls: player.calls, visits, violation, trace: player.trace })
    }
}
