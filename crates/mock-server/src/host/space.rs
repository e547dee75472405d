//! A space: a server of its own, with what is kept beside it.

use bytes::Bytes;
use http::Response;

use super::faults::Faults;
use crate::{app::App, request::RawRequest, seed::Seed};

/// A server of its own.
#[derive(Debug)]
pub(crate) struct Space {
    pub(super) name: String,
    pub(crate) app: App,
    pub(crate) faults: Faults,
}

impl Space {
    pub(super) const fn new(name: String, app: App, faults: Faults) -> Self {
        Self { name, app, faults }
    }

    /// Answers a request that is meant for this space.
    pub(super) fn handle(&self, request: &RawRequest) -> Response<Bytes> {
        self.faults.answer(&self.app, request)
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
    }
}
