//! The scripted worker: it plays Elastic's connector service for the connectors of a space, so that
//! a client that waits for a job can be tested without the service (`docs/control.md`).
//!
//! It has no thread and reads no clock of its own. Before a request of the space is answered, and
//! when the clock was moved, everything is done that has become due by then, in the order of its
//! time, and with that time as the instant that is written. What it does are requests, answered by
//! the server as any other (`act.rs`); `player.rs` says what is due.

mod act;
mod length;
mod log;
mod parse;
mod player;
mod script;
mod view;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use api_types::json::{Json, Object};

use self::player::{Due, Player};
pub use self::{
    parse::WorkerError,
    script::{Worker, WorkerJob},
};
use super::{control::Asked, illegal, journal::SpaceJournal};
use crate::{app::App, error::ApiError, reply::Reply};

/// How much is done before one request. What is still due is done before the next.
const AT_ONCE: usize = 10_000;

/// How much of what is due is shown.
const SHOWN: usize = 100;

/// The worker of a space, if it has one.
#[derive(Debug)]
pub(super) struct Place {
    /// The script that the space begins with.
    start: Option<Arc<Worker>>,
    player: Mutex<Option<Player>>,
}

impl Place {
    pub(super) fn new(start: Option<Arc<Worker>>) -> Self {
        let player = start.clone().map(Player::new);
        Self { start, player: Mutex::new(player) }
    }

    fn player(&self) -> MutexGuard<'_, Option<Player>> {
        self.player.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins anew, with the script of the start.
    pub(super) fn reset(&self) {
        *self.player() = self.start.clone().map(Player::new);
    }

    /// Plays this script from now on, or none.
    pub(super) fn set(&self, app: &App, script: Option<Worker>) {
        let mut place = self.player();
        *place = script.map(|script| Player::new(Arc::new(script)));
        if let Some(player) = &mut *place {
            player.look(app, app.settings().clock.shown());
        }
    }

    /// Does what has become due; its requests are kept in the journal.
    pub(super) fn catch_up(&self, app: &App, journal: &SpaceJournal) {
        if let Some(player) = &mut *self.player() {
            player.catch_up(app, journal);
        }
    }

    /// Sees what a request has changed; nothing is done yet.
    pub(super) fn look(&self, app: &App) {
        if let Some(player) = &mut *self.player() {
            player.look(app, app.settings().clock.shown());
        }
    }

    fn to_json(&self, app: &App) -> Object {
        match &*self.player() {
            Some(player) => player.to_json(app),
            None => Object::new()
                .with("script", Json::Null)
                .with("done", Vec::new())
                .with("dropped", 0)
                .with("next", Vec::new()),
        }
    }
}

impl Player {
    fn catch_up(&mut self, app: &App, journal: &SpaceJournal) {
        let now = app.settings().clock.shown();
        self.look(app, now);
        for _ in 0..AT_ONCE {
            let Some(due) = self.due(now).into_iter().next().filter(|due| due.at <= now) else {
                self.done_until(now);
                return;
            };
            let at = due.at;
            self.done_until(at);
            self.act(app, journal, due);
            self.look(app, at);
        }
    }

    fn to_json(&self, app: &App) -> Object {
        let next = |due: Due| {
            Json::from(log::entry(due.at, due.act.name(), &due.connector, due.job.as_deref()))
        };
        let due = self.due(app.settings().clock.shown());
        Object::new()
            .with("script", self.script.to_json())
            .with("done", self.log.to_json())
            .with("dropped", self.log.dropped())
            .with("next", due.into_iter().take(SHOWN).map(next).collect::<Json>())
    }
}

/// `GET /_mock/worker`
pub(super) fn get(asked: &Asked<'_>) -> Reply {
    Reply::value(200, asked.space.worker.to_json(&asked.space.app))
}

/// `PUT /_mock/worker`
pub(super) fn put(asked: &Asked<'_>) -> Result<Reply, ApiError> {
    let script = Worker::from_object(&asked.body()?).map_err(|error| illegal(error.to_string()))?;
    asked.space.set_worker(Some(script));
    Ok(Reply::acknowledged())
}

/// `DELETE /_mock/worker`
pub(super) fn delete(asked: &Asked<'_>) -> Reply {
    asked.space.set_worker(None);
    Reply::acknowledged()
}

#[cfg(test)]
mod tests;
