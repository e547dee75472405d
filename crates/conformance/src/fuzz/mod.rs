//! Fuzzing of the status transitions: random sequences of calls, judged by a reference model.

mod awake;
pub mod concurrent;
pub mod generate;
pub mod http_target;
pub mod in_process;
pub mod invariants;
pub mod model;
#[cfg(feature = "planted-faults")]
pub mod mutants;
mod names;
pub mod play;
pub mod replay;
mod report;
pub mod run;
pub mod script;
pub mod shrink;
pub mod step;
pub mod target;
pub mod trace;
pub mod visits;

pub use self::report::{Context, Played};
