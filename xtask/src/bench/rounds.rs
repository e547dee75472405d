//! Rounds of load: one server at a time, the servers in turn.

use super::{
    load::{Generator, Kind, Load},
    pair::{Pair, Subject},
    servers::{self, Programs, Server},
    usage::{self, Memory},
};

/// What is loaded before the first round, in seconds.
pub(super) const WARM_UP: u32 = 1;

/// A server under load of one kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Loaded {
    pub(super) load: Load,
    /// The processor time of the server for one answer, in seconds.
    pub(super) processor_time: Option<f64>,
}

/// One round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Round {
    pub(super) get: Pair<Loaded>,
    pub(super) put: Pair<Loaded>,
}

/// All rounds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rounds {
    pub(super) rounds: Vec<Round>,
    /// The most memory that each server ever took, in bytes.
    pub(super) peak: Pair<Option<f64>>,
}

/// Loads both servers in `count` rounds.
pub(super) fn measure(
    programs: &Programs,
    generator: &Generator,
    count: u32,
) -> anyhow::Result<Rounds> {
    let servers = Pair::measure(Subject::Bare, |subject| programs.start_filled(subject))?;
    round(&servers, &generator.lasting(WARM_UP), 0)?;
    let mut rounds = Vec::new();
    for number in 0..count {
        eprintln!("round {} of {count}", number + 1);
        rounds.push(round(&servers, generator, number)?);
    }
    servers::check_written(&servers.mock.url)?;
    let peak = servers.map(|server| usage::memory(server.id(), Memory::Peak));
    Ok(Rounds { rounds, peak })
}

/// Loads both servers with both kinds of requests.
pub(super) fn round(
    servers: &Pair<Server>,
    generator: &Generator,
    number: u32,
) -> anyhow::Result<Round> {
    let both = |kind| {
        Pair::measure(Subject::first_in(number), |subject| {
            loaded(servers.of(subject), generator, kind)
        })
    };
    Ok(Round { get: both(Kind::Get)?, put: both(Kind::Put)? })
}

fn loaded(server: &Server, generator: &Generator, kind: Kind) -> anyhow::Result<Loaded> {
    let before = usage::processor_time(server.id());
    let load = generator.load(&server.url, kind)?;
    let after = usage::processor_time(server.id());
    let processor_time = before.zip(after).map(|(before, after)| (after - before) / load.answers);
    Ok(Loaded { load, processor_time })
}
