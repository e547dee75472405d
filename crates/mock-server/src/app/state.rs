//! Everything that a request may change.

use super::Settings;
use crate::{
    root::Identity,
    search::Scrolls,
    security::Security,
    seed::{Seed, export, import},
    sources::IdSource,
    store::Store,
};

/// Everything that a request may change. A clone shares the documents until either is written.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) scrolls: Scrolls,
    pub(crate) ids: IdSource,
    pub(crate) identity: Identity,
    pub(crate) security: Option<Security>,
    pub(super) requests: u64,
}

impl State {
    /// What a server begins with.
    pub(super) fn new(settings: &Settings) -> Self {
        let mut ids = settings.ids.clone();
        let identity = Identity::new(settings.version, settings.flavor, &mut ids);
        let security = settings.security.clone();
        let (store, scrolls) = (Store::new(&mut ids), Scrolls::default());
        Self { store, scrolls, ids, identity, security, requests: 0 }
    }

    /// What a server begins with that has this seed. Times that the seed does not give are read from
    /// the clock, which is then set if the seed has one.
    pub(super) fn seeded(settings: &Settings, seed: &Seed) -> Self {
        let mut state = Self::new(settings);
        import(seed, &mut state, &settings.clock, settings.version);
        state
    }

    /// The state as a document.
    pub(crate) fn written(&self, settings: &Settings) -> api_types::json::Object {
        export(self, &settings.clock, settings.version)
    }

    /// The same state for another server: with ids of its own, unless they repeat with a seed.
    pub(super) fn for_another(&self) -> Self {
        let mut state = self.clone();
        state.ids.diverge();
        state
    }
}
