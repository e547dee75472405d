//! What the journal costs: the mock server with `--journal off` beside the same with the journal that
//! it has by default, in turn, through at least a million requests.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::{
    load::Generator,
    pair::{Pair, Subject},
    report,
    rounds::{self, Loaded, Round},
    servers::{self, Programs, Server},
    targets::Target,
    usage::{self, Memory},
};
use crate::http;

/// At least so many requests are recorded.
const REQUESTS: u64 = 1_000_000;

/// How many the journal keeps by default, and how much memory that may take, in millions of bytes: the
/// bound, and half as much for what the allocator cannot use.
const COUNT: &str = "10000";
const MOST_MEMORY: f64 = 16.0 * 1.048_576 * 1.5;

/// What was measured. `bare` is the server without a journal, `mock` the one with it.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    rounds: Vec<Round>,
    /// Resident memory after all requests, in millions of bytes.
    memory: Option<Pair<f64>>,
    journal: Kept,
}

/// What the journal says at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    kept: u64,
    dropped: u64,
}

/// Loads both in at least `count` rounds.
pub(super) fn measure(
    programs: &Programs,
    generator: &Generator,
    count: u32,
) -> anyhow::Result<Measured> {
    let servers = Pair::measure(Subject::Bare, |subject| match subject {
        Subject::Bare => programs.start_mock("off"),
        Subject::Mock => programs.start_mock(COUNT),
    })?;
    rounds::round(&servers, &generator.lasting(rounds::WARM_UP), 0)?;
    let mut rounds = Vec::new();
    let mut number = 0;
    while number < count || journal(&servers.mock)?.requests() < REQUESTS {
        number += 1;
        eprintln!("round {number}");
        rounds.push(rounds::round(&servers, generator, number)?);
    }
    for server in [&servers.bare, &servers.mock] {
        servers::check_written(&server.url)?;
    }
    let memory = |server: &Server| Some(usage::memory(server.id(), Memory::Resident)? * 1e-6);
    let journal = journal(&servers.mock)?;
    let memory = servers.as_ref().map(memory).whole();
    Ok(Measured { rounds, memory, journal })
}

/// What the journal has.
fn journal(server: &Server) -> anyhow::Result<Kept> {
    let text = http::expect(200, &server.url, "GET", "/_mock/requests?size=0", None)?;
    let answer: Value = serde_json::from_str(&text).context("the listing is no JSON")?;
    let number = |name: &str| {
        answer.get(name).and_then(Value::as_u64).with_context(|| format!("no {name} in {text}"))
    };
    let kept = Kept { kept: number("total")?, dropped: number("dropped")? };
    ensure!(kept.kept > 0, "the journal is empty");
    Ok(kept)
}

impl Kept {
    const fn requests(self) -> u64 {
        self.kept + self.dropped
    }
}

impl Measured {
    /// The figures of both, and what the journal kept.
    pub(super) fn table(&self) -> String {
        let all = |kind: fn(&Round) -> Pair<Loaded>, value: fn(Loaded) -> Option<f64>| {
            let pairs = self.rounds.iter().map(|round| kind(round).map(value).whole());
            pairs.flatten().collect::<Vec<_>>()
        };
        let rate = |it: Loaded| Some(it.load.rate);
        let processor = |it: Loaded| Some(it.processor_time? * 1e6);
        let memory: Vec<Pair<f64>> = self.memory.into_iter().collect();
        let head = ["figure", "off", "on", "ratio", "least to greatest"];
        let rows = vec![
            report::row("GET, answers a second", 0, &all(|round| round.get, rate)),
            report::row("PUT, answers a second", 0, &all(|round| round.put, rate)),
            report::row("GET, processor time in µs", 1, &all(|round| round.get, processor)),
            report::row("PUT, processor time in µs", 1, &all(|round| round.put, processor)),
            report::row("memory in MB", 1, &memory),
        ];
        let table = report::with_head(head.map(str::to_owned).to_vec(), rows);
        let Kept { kept, dropped } = self.journal;
        let requests = self.journal.requests();
        format!("{table}\n{requests} requests recorded: {kept} kept, {dropped} dropped\n")
    }

    /// What the journal may add to the memory.
    pub(super) fn memory_target(&self) -> Target {
        let added = self.memory.map(|Pair { bare, mock }| mock - bare);
        Target::at_most("memory of the journal, MB", MOST_MEMORY, added)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::load::Load;

    #[test]
    fn both_servers_have_a_column_and_the_journal_a_line() {
        let loaded = |rate, processor_time| Loaded {
            load: Load { answers: 1.0, rate, p99: 0.001 },
            processor_time: Some(processor_time),
        };
        let get = Pair { bare: loaded(100.0, 0.000_01), mock: loaded(90.0, 0.000_011) };
        let put = Pair { bare: loaded(80.0, 0.000_02), mock: loaded(76.0, 0.000_021) };
        let measured = Measured {
            rounds: vec![Round { get, put }],
            memory: Some(Pair { bare: 5.0, mock: 21.5 }),
            journal: Kept { kept: 10_000, dropped: 990_001 },
        };
        let expected = "\
figure                      off    on  ratio  least to greatest
GET, answers a second       100    90   0.90  0.90 to 0.90
PUT, answers a second        80    76   0.95  0.95 to 0.95
GET, processor time in µs  10.0  11.0   1.10  1.10 to 1.10
PUT, processor time in µs  20.0  21.0   1.05  1.05 to 1.05
memory in MB                5.0  21.5   4.30  4.30 to 4.30

1000001 requests recorded: 10000 kept, 990001 dropped
";
        assert_eq!(measured.table(), expected);
        assert!(!measured.memory_target().is_missed());
        let large = Measured { memory: Some(Pair { bare: 5.0, mock: 31.0 }), ..measured };
        assert!(large.memory_target().is_missed());
    }
}
