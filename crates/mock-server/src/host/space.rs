//! A space: a server of its own, with what is kept beside it.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;

use super::worker::{self, Worker};
use crate::{app::App, request::RawRequest};

/// A server of its own.
#[derive(Debug)]
pub(crate) struct Space {
    pub(super) name: String,
    pub(crate) app: App,
    /// What plays the connector service.
    pub(super) worker: worker::Place,
}

impl Space {
    pub(super) fn new(name: String, app: App, worker: Option<Arc<Worker>>) -> Self {
        Self { name, app, worker: worker::Place::new(worker) }
    }

    /// Answers a request that is meant for this space.
    pub(super) fn handle(&self, request: &RawRequest) -> Response<Bytes> {
        self.worker.catch_up(&self.app);
        let response = self.app.handle(request);
        self.worker.look(&self.app);
        response
    }

    /// Plays this script from now on, or none.
    pub(crate) fn set_worker(&self, script: Option<Worker>) {
        self.worker.set(&self.app, script);
    }

    /// Puts everything back to the start.
    pub(crate) fn reset(&self) {
        self.app.reset();
        self.worker.reset();
    }
}
