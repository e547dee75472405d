//! The clock of a server: the machine's, moved or not, or one that stands still until it is told.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use api_types::Timestamp;

/// The clock that a server reads. Every reading is later than the one before, unless the clock was
/// set back in between.
///
/// A clock runs with the machine's, ahead of it or behind by some time, or it stands still and moves
/// by a tick at each reading. Clones are the same clock.
///
/// ```
/// use std::time::Duration;
/// use mock_server::{Clock, Timestamp};
///
/// let clock = Clock::fixed();
/// assert_eq!(clock.now().to_string(), "2026-01-01T00:00:00.000Z");
/// clock.advance(Duration::from_secs(90));
/// assert_eq!(clock.now().to_string(), "2026-01-01T00:01:30.000001Z");
/// clock.set(Timestamp::parse("2030-01-01T00:00:00Z").unwrap());
/// assert_eq!(clock.now().to_string(), "2030-01-01T00:00:00.000Z");
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    state: ClockState,
    /// What it was at the start, where [`Clock::restart`] puts it back.
    start: ClockState,
}

/// All that a clock shows by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockState {
    pub(crate) mode: ClockMode,
    /// What it showed last; nothing if it was set back since.
    last: Option<Timestamp>,
}

/// What makes a clock go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockMode {
    /// It runs with the machine's clock, so many nanoseconds ahead of it.
    Running { ahead: i128 },
    /// It shows this next, and moves by a tick at each reading.
    Standing { next: Timestamp, tick: Duration, kind: Kind },
}

/// Where a clock that stands still began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// At an instant that was given.
    Fixed,
    /// At the machine's time, or wherever it was stopped.
    Manual,
}

/// What a clock that stands still moves by at each reading.
pub(crate) const TICK: Duration = Duration::from_micros(1);

/// The least time between two readings of a clock that runs.
const LEAST: Duration = Duration::from_nanos(1);

/// Where a clock begins that is fixed without an instant: 2026-01-01T00:00:00Z, in nanoseconds since
/// 1970-01-01T00:00:00Z.
const FIXED: i128 = 1_767_225_600_000_000_000;

impl ClockMode {
    /// The name on the command line and in answers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Running { ahead: 0 } => "system",
            Self::Running { .. } => "offset",
            Self::Standing { kind: Kind::Fixed, .. } => "fixed",
            Self::Standing { kind: Kind::Manual, .. } => "manual",
        }
    }
}

impl From<ClockMode> for ClockState {
    fn from(mode: ClockMode) -> Self {
        Self { mode, last: None }
    }
}

impl From<ClockMode> for Clock {
    fn from(mode: ClockMode) -> Self {
        Self::new(mode.into())
    }
}

impl ClockState {
    /// What the next reading will show, or nearly.
    fn shown(&self) -> Timestamp {
        match self.mode {
            ClockMode::Running { ahead } => {
                let machine = shifted(system_time(), ahead);
                match self.last {
                    Some(last) if machine <= last => last.after(LEAST),
                    _ => machine,
                }
            }
            ClockMode::Standing { next, .. } => next,
        }
    }

    fn set(&mut self, to: Timestamp) {
        if self.last.is_some_and(|last| to <= last) {
            self.last = None;
        }
        match &mut self.mode {
            ClockMode::Running { ahead } => {
                *ahead = to.as_nanoseconds() - system_time().as_nanoseconds();
            }
            ClockMode::Standing { next, .. } => *next = to,
        }
    }

    fn shift(&mut self, by: i128) {
        if by < 0 {
            self.last = None;
        }
        match &mut self.mode {
            ClockMode::Running { ahead } => *ahead = ahead.saturating_add(by),
            ClockMode::Standing { next, .. } => *next = shifted(*next, by),
        }
    }
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        ClockMode::Running { ahead: 0 }.into()
    }

    /// A clock that shows `2026-01-01T00:00:00Z` first and moves by a microsecond at each reading.
    #[must_use]
    pub fn fixed() -> Self {
        let next = Timestamp::from_nanoseconds(FIXED);
        ClockMode::Standing { next, tick: TICK, kind: Kind::Fixed }.into()
    }

    /// A clock that shows `start` first and moves by `tick` at each reading.
    #[must_use]
    pub fn manual(start: Timestamp, tick: Duration) -> Self {
        ClockMode::Standing { next: start, tick, kind: Kind::Fixed }.into()
    }

    /// A clock that shows the machine's time first, stands still there, and moves by a microsecond
    /// at each reading.
    #[must_use]
    pub fn stopped() -> Self {
        ClockMode::Standing { next: system_time(), tick: TICK, kind: Kind::Manual }.into()
    }

    fn new(state: ClockState) -> Self {
        Self(Arc::new(Mutex::new(Kept { state, start: state })))
    }

    fn locked(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another clock of the same kind, which shows what this one showed first.
    pub(crate) fn another(&self) -> Self {
        Self::new(self.locked().start)
    }

    /// All that the clock shows by.
    pub(crate) fn state(&self) -> ClockState {
        self.locked().state
    }

    /// Puts back what [`Clock::state`] gave.
    pub(crate) fn restore(&self, to: ClockState) {
        self.locked().state = to;
    }

    /// Puts the clock back to its start.
    pub(crate) fn restart(&self) {
        let mut kept = self.locked();
        kept.state = kept.start;
    }

    /// Makes what the clock is now its start.
    pub(crate) fn begin_here(&self) {
        let mut kept = self.locked();
        kept.start = kept.state;
    }

    /// What the next reading will show, or nearly, without that being one.
    pub(crate) fn shown(&self) -> Timestamp {
        self.locked().state.shown()
    }

    /// Moves the clock by so many nanoseconds, back if they are negative.
    pub(crate) fn shift(&self, by: i128) {
        self.locked().state.shift(by);
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.shift(i128::try_from(by.as_nanos()).unwrap_or(i128::MAX));
    }

    /// Sets the clock, back too. One that runs goes on from there.
    pub fn set(&self, to: Timestamp) {
        self.locked().state.set(to);
    }

    /// Stops the clock where it is: from now on it moves by a tick at each reading, a microsecond
    /// unless it had another one. A clock that stands still stays as it is.
    pub fn freeze(&self) {
        let mut kept = self.locked();
        if let ClockMode::Running { .. } = kept.state.mode {
            let next = kept.state.shown();
            kept.state.mode = ClockMode::Standing { next, tick: TICK, kind: Kind::Manual };
        }
    }

    /// Makes the clock run from where it is, as fast as the machine's. A clock that runs stays as it
    /// is.
    pub fn resume(&self) {
        let mut kept = self.locked();
        if let ClockMode::Standing { next, .. } = kept.state.mode {
            let ahead = next.as_nanoseconds() - system_time().as_nanoseconds();
            kept.state.mode = ClockMode::Running { ahead };
        }
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let mut kept = self.locked();
        let shown = kept.state.shown();
        if let ClockMode::Standing { next, tick, .. } = &mut kept.state.mode {
            *next = shown.after(*tick);
        }
        kept.state.last = Some(shown);
        shown
    }
}

fn shifted(time: Timestamp, by: i128) -> Timestamp {
    Timestamp::from_nanoseconds(time.as_nanoseconds().saturating_add(by))
}

#[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
fn system_time() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanoseconds(i128::try_from(since.as_nanos()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// Readings one after another, whatever is done to the clock, differ by a tick at least.
    #[test]
    fn readings_never_repeat() {
        let least = i128::try_from(TICK.as_nanos()).unwrap();
        for (clock, tick) in
            [(Clock::system(), 1), (Clock::fixed(), least), (Clock::stopped(), least)]
        {
            let mut last = clock.now();
            for step in 0..1000 {
                match step % 250 {
                    50 => clock.freeze(),
                    150 => clock.resume(),
                    200 => clock.advance(Duration::ZERO),
                    _ => {}
                }
                let now = clock.now();
                let moved = now.as_nanoseconds() - last.as_nanoseconds();
                let tick = if step < 50 { tick } else { 1 };
                assert!(moved >= tick, "{step}: {last} {now}");
                last = now;
            }
        }
    }

    #[test]
    fn a_clock_that_stands_still_moves_by_its_tick_alone() {
        let clock = Clock::manual(at("2026-01-01T12:00:00Z"), Duration::from_millis(1));
        assert_eq!(clock.now(), at("2026-01-01T12:00:00Z"));
        assert_eq!(clock.shown(), at("2026-01-01T12:00:00.001Z"));
        assert_eq!(clock.now(), at("2026-01-01T12:00:00.001Z"));
        clock.freeze();
        clock.advance(HOUR);
        assert_eq!(clock.now(), at("2026-01-01T13:00:00.002Z"));
        clock.set(at("2020-01-01T00:00:00Z"));
        assert_eq!(clock.now(), at("2020-01-01T00:00:00Z"));
        clock.shift(-1_000_000);
        assert_eq!(clock.now(), at("2020-01-01T00:00:00Z"));
        clock.restart();
        assert_eq!(clock.now(), at("2026-01-01T12:00:00Z"));
    }

    /// The machine's time is somewhere between two readings of it.
    #[test]
    fn a_clock_that_runs_is_moved_against_the_machine() {
        let clock = Clock::system();
        assert_eq!(clock.state().mode.name(), "system");
        clock.advance(HOUR);
        assert_eq!(clock.state().mode, ClockMode::Running { ahead: 3_600_000_000_000 });
        assert_eq!(clock.state().mode.name(), "offset");
        let before = system_time();
        let shown = clock.now();
        assert!(shown >= before.after(HOUR) && shown <= system_time().after(HOUR), "{shown}");
        clock.set(at("2000-01-01T00:00:00Z"));
        let shown = clock.now();
        assert!(shown >= at("2000-01-01T00:00:00Z") && shown < at("2000-01-01T01:00:00Z"));
        clock.freeze();
        assert_eq!(clock.state().mode.name(), "manual");
        let stopped = clock.now();
        assert_eq!(clock.now(), stopped.after(TICK));
        clock.set(at("2030-01-01T00:00:00Z"));
        clock.resume();
        assert_eq!(clock.state().mode.name(), "offset");
        assert!(clock.now() >= at("2030-01-01T00:00:00Z"));
        clock.restart();
        assert_eq!(clock.state().mode.name(), "system");
    }

    #[test]
    fn another_clock_shows_what_the_first_showed_at_its_start() {
        let clock = Clock::fixed();
        let first = clock.now();
        assert_eq!(first, at("2026-01-01T00:00:00Z"));
        clock.advance(HOUR);
        clock.freeze();
        assert_eq!(clock.another().now(), first);
        clock.begin_here();
        assert_eq!(clock.another().now(), at("2026-01-01T01:00:00.000001Z"));
    }
}
