//! Where time and generated ids come from: injected, so that nothing observable depends on the
//! wall clock or on chance unless a user wants it to.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use api_types::Timestamp;

/// The clock that a server reads. Every reading is later than the one before.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<ClockState>>);

/// All that a clock keeps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClockState {
    mode: ClockMode,
    /// What a manual clock showed first.
    start: Option<Timestamp>,
    last: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
enum ClockMode {
    System,
    Manual { next: Timestamp, tick: Duration },
}

/// The least time between two readings of the system clock.
const SYSTEM_TICK: Duration = Duration::from_nanos(1);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::new(ClockMode::System)
    }

    /// A clock that shows `start` first and moves by `tick` at each reading.
    #[must_use]
    pub fn manual(start: Timestamp, tick: Duration) -> Self {
        Self::new(ClockMode::Manual { next: start, tick })
    }

    fn new(mode: ClockMode) -> Self {
        let start = match mode {
            ClockMode::System => None,
            ClockMode::Manual { next, .. } => Some(next),
        };
        Self(Arc::new(Mutex::new(ClockState { mode, start, last: None })))
    }

    fn locked(&self) -> MutexGuard<'_, ClockState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another clock of the same kind, which shows what this one showed first.
    pub(crate) fn another(&self) -> Self {
        let ClockState { mode, start, .. } = *self.locked();
        Self::new(match (mode, start) {
            (ClockMode::Manual { tick, .. }, Some(next)) => ClockMode::Manual { next, tick },
            (mode, _) => mode,
        })
    }

    /// All that the clock keeps.
    pub(crate) fn state(&self) -> ClockState {
        *self.locked()
    }

    /// Puts back what [`Clock::state`] gave. The system clock goes on.
    pub(crate) fn restore(&self, to: &ClockState) {
        let mut state = self.locked();
        if matches!((state.mode, to.mode), (ClockMode::Manual { .. }, ClockMode::Manual { .. })) {
            state.mode = to.mode;
            state.last = to.last;
        }
    }

    /// What the next reading will show, or nearly, without that being one.
    pub(crate) fn shown(&self) -> Timestamp {
        match self.locked().mode {
            ClockMode::System => system_time(),
            ClockMode::Manual { next, .. } => next,
        }
    }

    /// Moves a manual clock forward; the system clock cannot be moved.
    pub fn advance(&self, by: Duration) {
        let mut state = self.locked();
        if let ClockMode::Manual { next, .. } = &mut state.mode {
            *next = next.after(by);
        }
    }

    /// Sets a manual clock, back too; the system clock cannot be set.
    pub fn set(&self, to: Timestamp) {
        let mut state = self.locked();
        if let ClockMode::Manual { next, .. } = &mut state.mode {
            *next = to;
        }
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let mut state = self.locked();
        let shown = match &mut state.mode {
            ClockMode::System => {
                let shown = system_time();
                match state.last {
                    Some(last) if shown <= last => last.after(SYSTEM_TICK),
                    _ => shown,
                }
            }
            ClockMode::Manual { next, tick } => {
                let shown = *next;
                *next = shown.after(*tick);
                shown
            }
        };
        state.last = Some(shown);
        shown
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
fn system_time() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanoseconds(i128::try_from(since.as_nanos()).unwrap_or_default())
}

/// The source of generated ids. A clone goes on with the same ids.
#[derive(Clone, Debug)]
pub(crate) struct IdSource {
    rng: fastrand::Rng,
    /// What the ids repeat with.
    seed: Option<u64>,
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DOCUMENT_ID_LENGTH: usize = 20;
const UUID_LENGTH: usize = 22;

impl IdSource {
    /// Ids that differ from start to start.
    #[must_use]
    pub(crate) fn random() -> Self {
        Self { rng: fastrand::Rng::new(), seed: None }
    }

    /// Ids that repeat with the seed.
    #[must_use]
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { rng: fastrand::Rng::with_seed(seed), seed: Some(seed) }
    }

    /// What the ids repeat with; `None` if they do not.
    #[must_use]
    pub(crate) const fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Another source of the same kind, at its start.
    #[must_use]
    pub(crate) fn another(&self) -> Self {
        self.seed.map_or_else(Self::random, Self::seeded)
    }

    /// The id of a document: 20 characters of URL-safe base64 (contract RL-11).
    pub(crate) fn document_id(&mut self) -> String {
        self.text(DOCUMENT_ID_LENGTH)
    }

    /// The id of an index, a node or a cluster: 22 characters of URL-safe base64.
    pub(crate) fn uuid(&mut self) -> String {
        self.text(UUID_LENGTH)
    }

    fn text(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| {
                char::from(ALPHABET.get(self.rng.usize(..ALPHABET.len())).copied().unwrap_or(b'-'))
            })
            .collect()
    }
}
