//! Starts: how long until the first answer, and how much memory a server takes by then.

use std::time::{Duration, Instant};

use super::{
    pair::{Pair, Subject},
    servers::Programs,
    usage::{self, Memory},
};
use crate::http;

/// One start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Start {
    /// From starting the process to the whole answer of its first request.
    pub(super) first_answer: Duration,
    /// The memory after that, in bytes.
    pub(super) idle: Option<f64>,
}

/// Starts both servers in turn, `count` times each.
pub(super) fn measure(programs: &Programs, count: u32) -> anyhow::Result<Vec<Pair<Start>>> {
    (0..count)
        .map(|round| Pair::measure(Subject::first_in(round), |subject| start(programs, subject)))
        .collect()
}

fn start(programs: &Programs, subject: Subject) -> anyhow::Result<Start> {
    let begin = Instant::now();
    let server = programs.start(subject)?;
    http::expect(200, &server.url, "GET", "/", None)?;
    let first_answer = begin.elapsed();
    Ok(Start { first_answer, idle: usage::memory(server.id(), Memory::Resident) })
}
