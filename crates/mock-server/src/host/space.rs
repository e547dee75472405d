//! A space: a server of its own, with what is kept beside it.

use std::{cell::RefCell, ops::Deref};

use api_types::json::Object;
use bytes::Bytes;
use http::Response;

use super::{faults::Faults, journal::SpaceJournal};
use crate::{app::App, request::RawRequest, seed::Seed, store::Change};

/// A server of its own.
#[derive(Debug)]
pub(crate) struct Space {
    pub(super) name: String,
    pub(crate) app: App,
    pub(crate) faults: Faults,
    pub(super) journal: SpaceJournal,
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
    pub(super) const fn new(
        name: String,
        app: App,
        faults: Faults,
        journal: SpaceJournal,
    ) -> Self {
        Self { name, app, faults, journal }
    }

    /// Answers a request that is meant for this space.
    pub(super) fn handle(&self, request: &RawRequest) -> Response<Bytes> {
        if !self.journal.is_on() {
            return self.faults.answer(&Server { app: &self.app, noted: None }, request);
        }
        let at = self.app.settings().clock.shown();
        let server = Server { app: &self.app, noted: Some(RefCell::default()) };
        let response = self.faults.answer(&server, request);
        let changes = server.noted.map(RefCell::into_inner).unwrap_or_default();
        self.journal.record(at, request, &response, changes);
        response
    }

    /// Puts the state of a seed in the place of all that there is.
    pub(crate) fn begin_anew_with(&self, seed: &Seed) {
        self.reset();
        self.app.import(seed);
    }

    /// Puts everything back to the start.
    pub(crate) fn reset(&self) {
        self.app.reset();
        self.faults.reset();
        self.journal.clear();
        self.notify("reset", Object::new());
    }

    /// Tells those who listen to the events of the space what a control route did to it.
    pub(super) fn notify(&self, kind: &'static str, detail: Object) {
        self.journal.notify(kind, detail);
    }
}
