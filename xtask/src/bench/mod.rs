//! `cargo xtask bench`: the mock server beside a bare one, measured in turn.
//!
//! `servers` starts them, `starts` and `rounds` measure, `figures` makes pairs of numbers out of
//! that, `report` and `targets` make text and judgement out of the pairs. `journal` compares the mock
//! server with itself, `fuzz` measures the fuzzer, `documents` what many documents take (`content` makes
//! them up, `connection` sends them). `load`, `wrk` and `oha` know the load generators,
//! `usage` knows where Linux says what a process uses.

mod command;
mod connection;
mod content;
mod documents;
mod figures;
mod fuzz;
mod journal;
mod load;
mod oha;
mod pair;
mod report;
mod rounds;
mod servers;
mod starts;
mod targets;
mod usage;
mod wrk;

pub(crate) use self::{command::run, load::LoadTool};
