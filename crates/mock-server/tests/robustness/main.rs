//! Random and mutated requests for every operation: every answer is whole, and nothing panics.
//!
//! Each case has a seed of its own and can be played alone: a failure prints the request as a line
//! for a shell and the value of `ROBUSTNESS_ONLY` that repeats it. `ROBUSTNESS_CASES` is the number
//! of mutated requests for each operation, a fifth of it that of random ones; `ROBUSTNESS_MINUTES`
//! repeats the rounds for so long and watches the memory.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]
#![expect(clippy::print_stdout, reason = "how many requests there were, how much memory")]

mod client;
mod judge;
mod memory;
mod mutate;
mod request;
mod seeds;
mod tamper;

use std::{
    env,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use api_types::{Timestamp, endpoint::ENDPOINTS};
use client::Client;
use fastrand::Rng;
use mock_server::{Clock, MockServer};
use request::Request;
use seeds::{Seed, World};

/// Mutated requests for each operation, if nothing else is asked for: as many as take some seconds
/// without optimisation. The full number is 10,000.
const CASES: u64 = 500;

/// Requests between two new worlds.
const ROUND: u64 = 250;

/// Values are dropped recursively, and bodies may be a thousand levels deep.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// What panicked, in whatever thread.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn panics() -> Vec<String> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn watch_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.lock().unwrap_or_else(PoisonError::into_inner).push(panic.to_string());
        before(panic);
    }));
}

/// The requests of a row: the random ones come first.
#[derive(Clone, Copy)]
struct Plan {
    random: u64,
    mutated: u64,
    /// Another one for every round of a soak.
    seed: u64,
}

struct Run {
    server: MockServer,
    client: Client,
    seeds: Vec<Vec<Seed>>,
}

impl Run {
    fn start() -> Self {
        let noon = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
        let server = MockServer::builder()
            .clock(Clock::manual(noon, Duration::from_millis(1)))
            .rng_seed(1)
            .start_blocking()
            .unwrap();
        let mut client = Client::connect(&server);
        let world = seeds::furnish(&server, &mut client);
        let seeds = seeds::of_all_rows(&world);
        Self { server, client, seeds }
    }

    fn request(&self, row: usize, case: u64, plan: Plan, world: &World) -> Request {
        let endpoint = &ENDPOINTS[row];
        let number = u64::try_from(row).unwrap() << 40 | case;
        let mut rng = Rng::with_seed(number ^ plan.seed.rotate_left(20));
        if case < plan.random {
            mutate::random(&mut rng, endpoint, world)
        } else {
            mutate::mutated(&mut rng, endpoint, &self.seeds[row], world)
        }
    }

    /// Sends the requests of a row; the number of answers.
    fn row(&mut self, row: usize, cases: std::ops::Range<u64>, plan: Plan) -> u64 {
        let mut start = cases.start;
        while start < cases.end {
            let world = seeds::furnish(&self.server, &mut self.client);
            let end = (start - start % ROUND + ROUND).min(cases.end);
            let requests: Vec<Request> =
                (start..end).map(|case| self.request(row, case, plan, &world)).collect();
            self.round(row, start, plan, &requests);
            start = end;
        }
        cases.end - cases.start
    }

    fn round(&mut self, row: usize, start: u64, plan: Plan, requests: &[Request]) {
        let report = |number: usize, what: &str| {
            let case = start + u64::try_from(number).unwrap();
            let operation = ENDPOINTS[row].operation;
            panic!(
                "{operation}, case {case}: {what}\n{}\nagain: ROBUSTNESS_ONLY={row}:{case}:{}:{}\npanics: {:?}",
                requests[number].curl(),
                plan.seed,
                plan.random,
                panics()
            )
        };
        let answers = match self.client.exchange(requests) {
            Ok(answers) => answers,
            Err(none) => {
                let (number, what) = self.alone(requests).unwrap_or((none.number, none.what));
                report(number, &what)
            }
        };
        for (number, (request, answer)) in requests.iter().zip(&answers).enumerate() {
            if let Err(what) = judge::judge(request, answer) {
                report(number, &format!("{what}\n{}", shown(answer)));
            }
        }
        assert!(panics().is_empty(), "{:?}", panics());
    }

    /// The request that is not answered, found by sending each after the answer to the one before:
    /// when a connection is closed, answers that were under way are lost.
    fn alone(&mut self, requests: &[Request]) -> Option<(usize, String)> {
        self.client = Client::connect(&self.server);
        seeds::furnish(&self.server, &mut self.client);
        requests.iter().enumerate().find_map(|(number, request)| {
            let none = self.client.exchange(std::slice::from_ref(request)).err()?;
            Some((number, none.what))
        })
    }

    fn all_rows(&mut self, plan: Plan) -> u64 {
        (0..ENDPOINTS.len()).map(|row| self.row(row, 0..plan.random + plan.mutated, plan)).sum()
    }
}

fn shown(answer: &client::Answer) -> String {
    let body = String::from_utf8_lossy(&answer.body);
    let start: String = body.chars().take(2000).collect();
    format!("{} {:?}\n{start}", answer.status, answer.headers)
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Plays one case, with the ones before it in its round.
fn again(run: &mut Run, only: &str) {
    let parts: Vec<u64> = only.split(':').map(|part| part.parse().unwrap()).collect();
    let [row, case, seed, random] = parts[..] else { panic!("ROBUSTNESS_ONLY={only}") };
    let plan = Plan { random, mutated: 0, seed };
    let start = case - case % ROUND;
    run.row(usize::try_from(row).unwrap(), start..case + 1, plan);
}

fn soak(run: &mut Run, minutes: u64, plan: Plan) {
    let end = Instant::now() + Duration::from_secs(minutes * 60);
    let mut memory = memory::Watch::default();
    let mut sent = 0;
    let mut seed = 0;
    while Instant::now() < end {
        sent += run.all_rows(Plan { seed, ..plan });
        seed += 1;
        run.server.reset();
        memory.look(sent);
    }
    memory.judge();
}

fn play() {
    watch_panics();
    let mut run = Run::start();
    let mutated = number("ROBUSTNESS_CASES").unwrap_or(CASES);
    let plan = Plan { random: mutated / 5, mutated, seed: 0 };
    if let Ok(only) = env::var("ROBUSTNESS_ONLY") {
        return again(&mut run, &only);
    }
    if let Some(minutes) = number("ROBUSTNESS_MINUTES") {
        return soak(&mut run, minutes, plan);
    }
    let before = Instant::now();
    let sent = run.all_rows(plan);
    println!("{sent} requests in {:.1?}", before.elapsed());
}

#[test]
fn every_answer_is_whole_and_nothing_panics() {
    let played = thread::Builder::new().stack_size(STACK_BYTES).spawn(play).unwrap().join();
    if let Err(panic) = played {
        std::panic::resume_unwind(panic);
    }
}
