//! A server with a planted fault.

use super::App;
use crate::{
    call::{Input, Prepared},
    planted::{Fault, Planted},
};

impl App {
    /// The server, wrong in these ways.
    pub(crate) fn with_faults(self, faults: Vec<Fault>) -> Self {
        Self { planted: faults.into_iter().map(Planted::new).collect(), ..self }
    }

    /// The operation as the faults have it.
    pub(super) fn planted(&self, prepared: Prepared, input: &Input<'_>, path: &str) -> Prepared {
        self.planted.iter().fold(prepared, |prepared, planted| {
            planted.around(prepared, input, path, || self.state().store.clone())
        })
    }
}
