//! Where time and generated ids come from: injected, so that nothing observable depends on the
//! wall clock or on chance unless a user wants it to.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use api_types::Timestamp;

/// The clock that a server reads. Every reading is later than the one before.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<ClockState>>);

#[derive(Debug)]
struct ClockState {
    mode: ClockMode,
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
        Self(Arc::new(Mutex::new(ClockState { mode, last: None })))
    }

    /// Moves a manual clock forward; the system clock cannot be moved.
    pub fn advance(&self, by: Duration) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let ClockMode::Manual { next, .. } = &mut state.mode {
            *next = next.after(by);
        }
    }

    /// Sets a manual clock, back too; the system clock cannot be set.
    pub fn set(&self, to: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let ClockMode::Manual { next, .. } = &mut state.mode {
            *next = to;
        }
    }

    /// What the clock shows, without that being a reading: a manual clock stays where it is.
    #[must_use]
    pub(crate) fn peek(&self) -> Timestamp {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.mode {
            ClockMode::System => system_time(),
            ClockMode::Manual { next, .. } => next,
        }
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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

/// The source of generated ids.
#[derive(Clone, Debug)]
pub(crate) struct IdSource(fastrand::Rng);

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DOCUMENT_ID_LENGTH: usize = 20;
const UUID_LENGTH: usize = 22;

impl IdSource {
    /// Ids that differ from start to start.
    #[must_use]
    pub(crate) fn random() -> Self {
        Self(fastrand::Rng::new())
    }

    /// Ids that repeat with the seed.
    #[must_use]
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
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
                char::from(ALPHABET.get(self.0.usize(..ALPHABET.len())).copied().unwrap_or(b'-'))
            })
            .collect()
    }
}
