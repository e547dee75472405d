//! A space: a server of its own, with what is kept beside it.

use api_types::json::Object;
use bytes::Bytes;
use http::Response;

use super::journal::SpaceJournal;
use crate::{app::App, request::RawRequest};

/// A server of its own.
#[derive(Debug)]
pub(crate) struct Space {
    pub(super) name: String,
    pub(crate) app: App,
    pub(super) journal: SpaceJournal,
}

impl Space {
    pub(super) const fn new(name: String, app: App, journal: SpaceJournal) -> Self {
        Self { name, app, journal }
    }

    /// Answers a request that is meant for this space.
    pub(super) fn handle(&self, request: &RawRequest) -> Response<Bytes> {
        if !self.journal.is_on() {
            return self.app.handle(request);
        }
        let at = self.app.settings().clock.shown();
        let mut changes = Vec::new();
        let response = self.app.handle_noting(request, Some(&mut changes));
        self.journal.record(at, request, &response, &changes);
        response
    }

    /// Puts everything back to the start.
    pub(crate) fn reset(&self) {
        self.app.reset();
        self.journal.clear();
        self.notify("reset", Object::new());
    }

    /// Tells those who listen to the events of the space what a control route did to it.
    pub(super) fn notify(&self, kind: &'static str, detail: Object) {
        self.journal.notify(kind, detail);
    }
}
