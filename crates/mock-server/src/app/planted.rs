//! A server with a planted fault.

use super::App;
use crate::{
    call::{Input, Prepared},
    planted::{Fault, Planted},
};

impl App {
    /// The server, wrong in one way.
    pub(crate) fn with_fault(self, fault: Option<Fault>) -> Self {
        Self { planted: fault.map(Planted::new), ..self }
    }

    /// The operation as the fault has it.
    pub(super) fn planted(&self, prepared: Prepared, input: &Input<'_>, path: &str) -> Prepared {
        match &self.planted {
            Some(planted) => planted.around(prepared, input, path, || self.state().store.clone()),
            None => prepared,
        }
    }
}
