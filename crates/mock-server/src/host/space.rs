//! A space: a server of its own, with what is kept beside it.

use std::{cell::RefCell, ops::Deref};

use api_types::json::Object;
use bytes::Bytes;
use http::Response;

use super::{
    faults::Faults,
    journal::{Sender, SpaceJournal},
    worker::{self, Worker},
};
use crate::{app::App, request::RawRequest, seed::Seed, store::Change};

/// A server of its own.
#[derive(Debug)]
pub(crate) struct Space {
    pub(super) name: String,
    pub(crate) app: App,
    pub(crate) faults: Faults,
    pub(super) journal: SpaceJournal,
    /// What plays the connector service.
    pub(super) worker: worker::Place,
}

/// What a space is made with beside its server.
pub(super) struct Beside {
    pub(super) faults: Faults,
    pub(super) journal: SpaceJournal,
    pub(super) worker: worker::Place,
}

/// The server as the faults call it: what it writes is noted for the journal.
pub(super) struct Server<'a> {
    app: &'a App,
    /// `None` if nobody wants to know.
    noted: Option<RefCell<Vec<Change>>>,
}

impl Server<'_> {
    /// Answers a request.
    pub(super) fn handle(&self, request: &RawRequest) -> Response<Bytes> {
        match &self.noted {
            Some(noted) => self.app.handle_noting(request, Some(&mut *noted.borrow_mut())),
            None => self.app.handle(request),
        }
    }
}

impl Deref for Server<'_> {
    type Target = App;

    fn deref(&self) -> &App {
        self.app
    }
}

impl Space {
    pub(super) fn new(name: String, app: App, beside: Beside) -> Self {
        let Beside { faults, journal, worker } = beside;
        Self { name, app, faults, journal, worker }
    }

    /// Answers a request that is meant for this space.
    pub(super) fn handle(&self, request: &RawRequest) -> Response<Bytes> {
        self.worker.catch_up(&self.app, &self.journal);
        let response = self.answer(request);
        self.worker.look(&self.app);
        response
    }

    fn answer(&self, request: &RawRequest) -> Response<Bytes> {
        if !self.journal.is_on() {
            return self.faults.answer(&Server { app: &self.app, noted: None }, request);
        }
        let at = self.app.settings().clock.shown();
        let server = Server { app: &self.app, noted: Some(RefCell::default()) };
        let response = self.faults.answer(&server, request);
        let changes = server.noted.map(RefCell::into_inner).unwrap_or_default();
        self.journal.record((at, Sender::Client), request, &response, &changes);
        response
    }

    /// Plays this script from now on, or none.
    pub(crate) fn set_worker(&self, script: Option<Worker>) {
        self.worker.set(&self.app, script);
        self.notify("worker", Object::new());
    }

    /// Puts the state of a seed in the place of all that there is.
    pub(crate) fn begin_anew_with(&self, seed: &Seed) {
        self.begin_anew();
        self.app.import(seed);
        self.notify("state", Object::new());
    }

    /// Puts everything back to the start.
    pub(crate) fn reset(&self) {
        self.begin_anew();
        self.notify("reset", Object::new());
    }

    /// The same, and nobody is told yet.
    pub(super) fn begin_anew(&self) {
        self.app.reset();
        self.faults.reset();
        self.journal.clear();
        self.worker.reset();
    }

    /// Tells those who listen to the events of the space what a control route did to it.
    pub(crate) fn notify(&self, kind: &'static str, detail: Object) {
        self.journal.notify(kind, detail);
    }
}
