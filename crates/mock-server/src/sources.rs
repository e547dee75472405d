//! Where time and generated ids come from: injected, so that nothing observable depends on the
//! wall clock or on chance unless a user wants it to.

mod clock;

pub use self::clock::Clock;
pub(crate) use self::clock::{ClockMode, ClockState, Kind, TICK};

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

    /// Goes on with other ids, unless they repeat with a seed.
    pub(crate) fn diverge(&mut self) {
        if self.seed.is_none() {
            self.rng = fastrand::Rng::new();
        }
    }

    /// Where the source stands: with it [`IdSource::go_on`] gives the same ids.
    pub(crate) fn place(&self) -> u64 {
        self.rng.get_seed()
    }

    /// Goes on from a place.
    pub(crate) fn go_on(&mut self, place: u64) {
        self.rng = fastrand::Rng::with_seed(place);
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
