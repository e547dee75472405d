//! Named copies of the state of a space. They belong to the process: what one space saved, another
//! one can be made from.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use api_types::Timestamp;

use super::space::Space;
use crate::{app::State, sources::ClockState};

/// What a space was when it was saved. Documents are shared until somebody writes them.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// The space that was saved.
    pub(super) space: String,
    /// What its clock showed.
    pub(super) saved_at: Timestamp,
    state: State,
    clock: ClockState,
}

impl Snapshot {
    pub(super) fn of(space: &Space) -> Self {
        let clock = &space.app.settings().clock;
        Self {
            space: space.name.clone(),
            saved_at: clock.shown(),
            state: space.app.snapshot(),
            clock: clock.state(),
        }
    }

    /// Makes a space what it was; what is kept beside the state begins anew, as by a reset.
    pub(super) fn restore(&self, space: &Space) {
        space.begin_anew();
        space.app.restore(self.state.clone());
        space.app.settings().clock.restore(self.clock);
    }
}

/// The snapshots by name.
#[derive(Debug, Default)]
pub(super) struct Snapshots(Mutex<BTreeMap<String, Snapshot>>);

impl Snapshots {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Snapshot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a snapshot, in the place of one of the same name; `true` if there was none.
    pub(super) fn put(&self, name: &str, snapshot: Snapshot) -> bool {
        self.all().insert(name.to_owned(), snapshot).is_none()
    }

    pub(super) fn get(&self, name: &str) -> Option<Snapshot> {
        self.all().get(name).cloned()
    }

    /// Drops a snapshot; `false` if there was none.
    pub(super) fn remove(&self, name: &str) -> bool {
        let dropped = self.all().remove(name);
        dropped.is_some()
    }

    /// Names, spaces and times.
    pub(super) fn list(&self) -> Vec<(String, String, Timestamp)> {
        let all = self.all();
        let shown =
            |(name, it): (&String, &Snapshot)| (name.clone(), it.space.clone(), it.saved_at);
        all.iter().map(shown).collect()
    }
}
