//! Plays cases at once: each lane has a mock, a gateway and a driver of its own, and shares nothing
//! with the others.
//!
//! Which lane plays which case, and in which order, follows from the cases and the number of lanes
//! alone and not from how long anything took, so that a run can be repeated.

use std::{
    cmp::Reverse,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    ClientOptions, ClientRunError, Progress,
    play::{Play, Played},
    report::{ClientCaseResult, Source, Spent, Verdict},
};
use crate::{case::Wait, driver::ClientInfo, wire::Recorded};

/// After so many cases of a lane in a row that broke the driver the rest of the lane is not tried.
const PATIENCE: usize = 5;

/// How long clients commonly wait before they try again after a connection has broken.
const BACK_OFF: Duration = Duration::from_millis(1200);
/// What clients take at least to give up an answer, beside their timeout.
const GIVING_UP: Duration = Duration::from_millis(300);
/// A step of a case in which nobody waits.
const STEP: Duration = Duration::from_millis(3);

/// What a lane has done.
pub(super) struct Lane {
    pub(super) client: ClientInfo,
    pub(super) spent: Spent,
    /// Results with their places in the suite, and what went over the wire.
    pub(super) played: Vec<(usize, ClientCaseResult, Vec<Recorded>)>,
}

/// Something that a lane tells while it goes on.
enum Told {
    Ready(ClientInfo),
    Case(Box<ClientCaseResult>),
}

/// The places of the cases that each lane plays. Cases that need a client that has not called
/// before come first, then long ones before short ones.
pub(super) fn deal(sources: &[Source<'_>], options: &ClientOptions) -> Vec<Vec<usize>> {
    let lanes = options.jobs.get().min(sources.len()).max(1);
    let long = |source: &Source<'_>| expected_time(source, options.client_timeout);
    let mut order: Vec<(usize, &Source<'_>)> = sources.iter().enumerate().collect();
    order.sort_by_key(|(index, source)| (!is_fresh(source), Reverse(long(source)), *index));
    let mut hands = vec![(Duration::ZERO, Vec::new()); lanes];
    for (index, source) in order {
        if let Some((load, hand)) = hands.iter_mut().min_by_key(|(load, _)| *load) {
            *load += long(source);
            hand.push(index);
        }
    }
    hands.into_iter().map(|(_, hand)| hand).collect()
}

fn is_fresh(source: &Source<'_>) -> bool {
    matches!(source, Source::Wire(case) if case.is_fresh)
}

/// How long a case takes, roughly; it only has to tell those that wait from the others.
fn expected_time(source: &Source<'_>, client_timeout: Duration) -> Duration {
    match source {
        Source::Usual(case) => STEP * u32::try_from(case.steps.len()).unwrap_or(u32::MAX),
        Source::Wire(case) => match case.wait() {
            Wait::Nothing => STEP * (u32::from(case.repeat) + 1),
            Wait::BackOff => BACK_OFF,
            Wait::Timeout => client_timeout + GIVING_UP,
        },
    }
}

/// Plays every hand in a lane of its own.
///
/// # Errors
/// If a mock, a gateway or a driver does not start.
pub(super) fn play(
    sources: &[Source<'_>],
    hands: &[Vec<usize>],
    options: &ClientOptions,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<Lane>, ClientRunError> {
    let (told, telling) = channel();
    // A lane that cannot begin ends the run.
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let threads: Vec<_> = hands
            .iter()
            .map(|hand| {
                let (told, is_over) = (told.clone(), &is_over);
                scope.spawn(move || {
                    let lane = lane(sources, hand, options, is_over, &told);
                    is_over.fetch_or(lane.is_err(), Ordering::Relaxed);
                    lane
                })
            })
            .collect();
        drop(told);
        pass_on(&telling, sources.len(), progress);
        let ends = threads.into_iter().map(thread::ScopedJoinHandle::join);
        ends.map(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Passes on what the lanes tell until the last one is over.
fn pass_on(telling: &Receiver<Told>, cases: usize, progress: &mut dyn FnMut(Progress<'_>)) {
    let mut is_ready = false;
    for told in telling {
        match told {
            Told::Ready(client) => {
                if !std::mem::replace(&mut is_ready, true) {
                    progress(Progress::Ready { client: &client, cases });
                }
            }
            Told::Case(result) => progress(Progress::Case(&result)),
        }
    }
}

fn lane(
    sources: &[Source<'_>],
    hand: &[usize],
    options: &ClientOptions,
    is_over: &AtomicBool,
    told: &Sender<Told>,
) -> Result<Lane, ClientRunError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(ClientRunError::Lane)?;
    runtime.block_on(async {
        let begin = Instant::now();
        let mut play = Play::start(options).await?;
        let client = play.client().cloned().unwrap_or_default();
        // Nobody listens any more only if this program ends.
        let _ = told.send(Told::Ready(client.clone()));
        let mut played = Vec::new();
        let mut broken = 0;
        for (index, source) in hand.iter().filter_map(|index| Some((*index, *sources.get(*index)?)))
        {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            let begin = Instant::now();
            let Played { verdict, recorded } = if broken >= PATIENCE {
                let reason = "the driver broke too often in a row".to_owned();
                Played { verdict: Verdict::Skipped(reason), recorded: Vec::new() }
            } else {
                play.case(source).await
            };
            broken = match &verdict {
                Verdict::Broken(_) => broken + 1,
                Verdict::Skipped(_) => broken,
                Verdict::Passed | Verdict::Failed(_) | Verdict::Unsupported(_) => 0,
            };
            let result = ClientCaseResult::new(source, verdict, begin.elapsed());
            let _ = told.send(Told::Case(Box::new(result.clone())));
            played.push((index, result, recorded));
        }
        let spent = play.end().await;
        Ok(Lane { client, spent: Spent { lanes: begin.elapsed(), ..spent }, played })
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use api_types::Version;

    use super::*;
    use crate::suite::Suite;

    fn options(jobs: usize) -> ClientOptions {
        ClientOptions {
            command: Vec::new(),
            es_version: Version::NEWEST,
            client_timeout: Duration::from_secs(2),
            start_timeout: Duration::from_secs(1),
            call_timeout: Duration::from_secs(1),
            jobs: NonZeroUsize::new(jobs).unwrap(),
        }
    }

    #[test]
    fn every_case_is_dealt_once_and_the_long_ones_are_spread() {
        let suite = Suite::embedded().unwrap();
        let sources = super::super::sources(&suite, Version::NEWEST);
        for jobs in [1, 2, 3, 4] {
            let hands = deal(&sources, &options(jobs));
            assert_eq!(hands.len(), jobs);
            assert_eq!(hands, deal(&sources, &options(jobs)));
            let mut all: Vec<usize> = hands.iter().flatten().copied().collect();
            all.sort_unstable();
            assert_eq!(all, (0..sources.len()).collect::<Vec<_>>());
            let load = |hand: &Vec<usize>| -> Duration {
                hand.iter()
                    .map(|index| expected_time(&sources[*index], Duration::from_secs(2)))
                    .sum()
            };
            let loads: Vec<Duration> = hands.iter().map(load).collect();
            let (least, most) = (loads.iter().min().unwrap(), loads.iter().max().unwrap());
            assert!(*most < *least + BACK_OFF, "{loads:?}");
            // Where there are lanes enough, no driver has to be started again.
            let fresh = hands
                .iter()
                .map(|hand| hand.iter().filter(|index| is_fresh(&sources[**index])).count());
            assert!(jobs < 2 || fresh.max() == Some(1));
        }
    }

    #[test]
    fn there_are_no_more_lanes_than_cases() {
        let suite = Suite::embedded().unwrap();
        let sources = super::super::sources(&suite, Version::NEWEST);
        let lengths = |hands: Vec<Vec<usize>>| hands.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lengths(deal(&sources[..2], &options(4))), [1, 1]);
        assert_eq!(lengths(deal(&[], &options(4))), [0]);
    }
}
