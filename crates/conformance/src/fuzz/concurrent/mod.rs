//! Several clients at once on the same connectors and jobs. What each sent and got, and when, is a
//! history; it has to be explained by some order of the calls, one at a time (linearizability).
//!
//! A call that was answered before another began comes before it. When is told by a counter that
//! all clients share, not by a clock.

mod linear;
pub mod run;
mod scenario;
mod timeline;

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use api_types::{endpoint::Operation, json::Json};

pub use self::{
    linear::{Checked, Stuck, check},
    scenario::Scenario,
    timeline::{Bar, timeline},
};
use super::{
    model::{Call, Model, Window},
    play::{Player, Stop, Violation},
    step::{Ids, Ref, Step, Template},
    target::{Answer, Request, Target, TargetError},
    visits::Visits,
};

/// One call of a history.
#[derive(Clone, Debug)]
pub struct Event {
    /// Which client made it; the looks at the end are made by one more than there are.
    pub client: usize,
    /// What it was.
    pub call: Call,
    /// As it was sent.
    pub request: Request,
    /// When it began, by the counter.
    pub began: u64,
    /// When it was answered.
    pub ended: u64,
    /// The answer.
    pub answer: Answer,
    /// When that was by the server's clock.
    pub window: Window,
}

/// What happened when a scenario was played.
#[derive(Clone, Debug)]
pub struct History {
    /// The state before the clients began.
    pub before: Model,
    /// The calls, by client and then in order.
    pub events: Vec<Event>,
    /// How many calls were made in all.
    pub calls: u64,
}

/// Why there is no history.
#[derive(Debug)]
pub enum Broken {
    /// An answer was wrong before the clients began.
    Before(Box<Violation>),
    /// There was no answer.
    NoAnswer(TargetError),
}

impl From<TargetError> for Broken {
    fn from(error: TargetError) -> Self {
        Self::NoAnswer(error)
    }
}

/// Plays a scenario, each client on a target of its own; all targets are one server.
///
/// # Errors
/// If there is no history to be judged.
pub fn play<T: Target + Send>(scenario: &Scenario, targets: &mut [T]) -> Result<History, Broken> {
    for target in targets.iter_mut().skip(1) {
        if !target.is_alone() {
            target.clear()?;
        }
    }
    let Some(first) = targets.first_mut() else {
        return Err(TargetError("there is no target".to_owned()).into());
    };
    let mut player = Player::new(first)?;
    let mut visits = Visits::default();
    for step in &scenario.before {
        match player.step(step, &mut visits) {
            Ok(()) => {}
            Err(Stop::Violation(violation)) => return Err(Broken::Before(violation)),
            Err(Stop::NoAnswer(error)) => return Err(error.into()),
        }
    }
    let (before, ids, mut calls) = (player.model.clone(), player.ids.clone(), player.calls);
    let counter = AtomicU64::new(1);
    let mut events = at_once(scenario, targets, &ids, &counter)?;
    if let Some(first) = targets.first_mut() {
        events.extend(looks(&before, &ids, &events, scenario.clients.len(), first, &counter)?);
    }
    calls += u64::try_from(events.len()).unwrap_or_default();
    Ok(History { before, events, calls })
}

fn at_once<T: Target + Send>(
    scenario: &Scenario,
    targets: &mut [T],
    ids: &Ids,
    counter: &AtomicU64,
) -> Result<Vec<Event>, TargetError> {
    let barrier = Barrier::new(scenario.clients.len().min(targets.len()));
    let broke = || TargetError("a client broke".to_owned());
    thread::scope(|scope| {
        let pairs = scenario.clients.iter().zip(targets.iter_mut()).enumerate();
        let clients: Vec<_> = pairs
            .map(|(client, (steps, target))| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let calls = steps.iter().filter_map(Step::call);
                    calls.map(|call| send(client, call.resolve(ids), target, counter)).collect()
                })
            })
            .collect();
        let mut all = Vec::new();
        for client in clients {
            let events: Result<Vec<Event>, TargetError> = client.join().map_err(|_| broke())?;
            all.extend(events?);
        }
        Ok(all)
    })
}

fn send<T: Target>(
    client: usize,
    call: Call,
    target: &mut T,
    counter: &AtomicU64,
) -> Result<Event, TargetError> {
    let request = Request::of(&call);
    let began = counter.fetch_add(1, Ordering::SeqCst);
    let from = target.now().from;
    let answer = target.send(&request)?;
    let until = target.now().until;
    let ended = counter.fetch_add(1, Ordering::SeqCst);
    Ok(Event { client, call, request, began, ended, answer, window: Window { from, until } })
}

/// Reads everything that there may be, when all clients are done.
fn looks<T: Target>(
    before: &Model,
    ids: &Ids,
    events: &[Event],
    client: usize,
    target: &mut T,
    counter: &AtomicU64,
) -> Result<Vec<Event>, TargetError> {
    let mut connectors: Vec<String> = before.connectors().map(str::to_owned).collect();
    let mut jobs: Vec<String> = before.jobs().map(str::to_owned).collect();
    for event in events {
        let made = event.answer.json.as_ref().and_then(|body| body.get("id"));
        let made = made.and_then(Json::as_str).filter(|_| event.answer.status < 300);
        match (event.call.operation, made) {
            (Operation::Put | Operation::Post, Some(id)) => connectors.push(id.to_owned()),
            (Operation::SyncJobPost, Some(id)) => jobs.push(id.to_owned()),
            _ => {}
        }
    }
    connectors.sort();
    connectors.dedup();
    let mut looks: Vec<Template> = connectors
        .into_iter()
        .map(|id| Template {
            query: vec![("include_deleted".to_owned(), "true".to_owned())],
            ..Template::of(Operation::Get, Some(Ref::Named(id)))
        })
        .collect();
    looks.extend(
        jobs.into_iter().map(|id| Template::of(Operation::SyncJobGet, Some(Ref::Named(id)))),
    );
    looks.push(Template::of(Operation::List, None));
    looks.push(Template::of(Operation::SyncJobList, None));
    looks.iter().map(|look| send(client, look.resolve(ids), target, counter)).collect()
}
