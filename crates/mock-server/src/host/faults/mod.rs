//! Faults on request: rules that make requests fail, each space its own list.
//!
//! A request goes through the rules in their order; the first one whose turn it is takes it, and
//! the rules behind that one do not see it. `docs/control.md` describes rules and effects.

mod answers;
mod apply;
mod bulk;
mod control;
mod members;
mod pattern;
mod rule;
mod stale;
mod words;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::Response;

use self::apply::{Drawn, Routed};
pub(super) use self::control::Change;
pub use self::rule::Rule;
use super::space::Server;
use crate::request::RawRequest;

/// Why a text or a value is no fault rule.
///
/// The text names the word or member that is wrong, and what is allowed there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFault(String);

/// What the rules of all spaces have in common.
#[derive(Debug)]
pub(crate) struct Start {
    /// The rules that the process was started with; a reset brings them back.
    rules: Vec<Rule>,
    /// What ids repeat with, and dice.
    seed: Option<u64>,
    /// Whether any space had rules.
    used: AtomicBool,
}

impl Start {
    pub(super) fn new(rules: Vec<Rule>, seed: Option<u64>) -> Arc<Self> {
        Arc::new(Self { rules, seed, used: AtomicBool::new(false) })
    }

    /// Whether any space had rules.
    pub(super) fn is_used(&self) -> bool {
        self.used.load(Ordering::Acquire)
    }
}

/// The rules of a space.
#[derive(Debug)]
pub(crate) struct Faults {
    start: Arc<Start>,
    /// Whether there are rules: what most requests ask.
    any: AtomicBool,
    list: Mutex<List>,
}

#[derive(Debug)]
struct List {
    active: Vec<Active>,
    /// The id of the next rule.
    next: u64,
}

/// A rule with what it did.
#[derive(Debug)]
struct Active {
    id: u64,
    rule: Arc<Rule>,
    from: Origin,
    rng: fastrand::Rng,
    /// Requests that it is for.
    matched: u64,
    /// Requests that it made fail.
    applied: u64,
    /// The last one of those: method and path.
    last: Option<String>,
}

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// The command line, or the builder of the server.
    Start,
    /// A control route, or a method of the server.
    Control,
}

impl Faults {
    pub(super) fn new(start: Arc<Start>) -> Self {
        let faults = Self {
            start,
            any: AtomicBool::new(false),
            list: Mutex::new(List { active: Vec::new(), next: 1 }),
        };
        faults.reset();
        faults
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings back the rules of the start, with nothing counted.
    pub(super) fn reset(&self) {
        let mut list = self.list();
        *list = List { active: Vec::new(), next: 1 };
        for rule in &self.start.rules {
            list.push(rule.clone(), Origin::Start, self.start.seed);
        }
        self.changed(&list);
    }

    fn changed(&self, list: &List) {
        let any = !list.active.is_empty();
        self.any.store(any, Ordering::Release);
        if any {
            self.start.used.store(true, Ordering::Release);
        }
    }

    /// Whether there are rules.
    fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Adds rules behind those that are there; their ids.
    pub(crate) fn add(&self, rules: Vec<Rule>) -> Vec<u64> {
        let mut list = self.list();
        let push = |rule| list.push(rule, Origin::Control, self.start.seed);
        let ids = rules.into_iter().map(push).collect();
        self.changed(&list);
        ids
    }

    /// Drops all rules and adds these.
    fn replace(&self, rules: Vec<Rule>) -> Vec<u64> {
        self.clear();
        self.add(rules)
    }

    /// Drops all rules and counts them.
    fn clear(&self) -> usize {
        let mut list = self.list();
        let dropped = std::mem::take(&mut list.active);
        self.changed(&list);
        dropped.len()
    }

    /// Drops a rule; `false` if there is none of that id.
    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut list = self.list();
        let before = list.active.len();
        list.active.retain(|active| active.id != id);
        self.changed(&list);
        list.active.len() < before
    }

    /// How many requests a rule was for, and how many it made fail; `None` if it is gone.
    pub(crate) fn counts(&self, id: u64) -> Option<(u64, u64)> {
        let list = self.list();
        let active = list.active.iter().find(|active| active.id == id)?;
        Some((active.matched, active.applied))
    }

    /// Answers a request: as the server does, or as the rule has it whose turn it is.
    pub(super) fn answer(&self, app: &Server<'_>, request: &RawRequest) -> Response<Bytes> {
        if !self.any() {
            return app.handle(request);
        }
        let routed = Routed::of(app, request);
        match self.list().draw(request, &routed) {
            Some(drawn) => drawn.answer(app, request, &routed),
            None => app.handle(request),
        }
    }
}

impl List {
    fn push(&mut self, rule: Rule, from: Origin, seed: Option<u64>) -> u64 {
        let id = self.next;
        self.next += 1;
        let rng = match (rule.turn.seed, seed) {
            (Some(own), _) => fastrand::Rng::with_seed(own),
            // Rules of one server do not throw the same dice.
            (None, Some(seed)) => fastrand::Rng::with_seed(seed ^ id.rotate_right(8)),
            (None, None) => fastrand::Rng::new(),
        };
        let rule = Arc::new(rule);
        self.active.push(Active { id, rule, from, rng, matched: 0, applied: 0, last: None });
        id
    }

    /// Counts the request with the rules that it reaches; what the one does that takes it.
    fn draw(&mut self, request: &RawRequest, routed: &Routed) -> Option<Drawn> {
        self.active.iter_mut().find_map(|active| active.draw(request, routed))
    }
}

impl Active {
    fn draw(&mut self, request: &RawRequest, routed: &Routed) -> Option<Drawn> {
        if !self.rule.is_for(request, routed.operation()) {
            return None;
        }
        self.matched += 1;
        let turn = &self.rule.turn;
        if !turn.has_come(self.matched, self.applied) {
            return None;
        }
        if turn.probability.is_some_and(|probability| self.rng.f64() >= probability) {
            return None;
        }
        self.applied += 1;
        self.last = Some(format!("{} {}", request.method, request.split().0));
        let effect = &self.rule.effect;
        let rng = &mut self.rng;
        let mut draw = |length: &rule::Length| length.draw(rng);
        let delay = effect.delay.as_ref().map_or(Duration::ZERO, &mut draw);
        let pauses = effect.chunks.iter().flat_map(|chunks| chunks.pauses());
        let pauses = pauses.map(draw).collect();
        Some(Drawn { rule: Arc::clone(&self.rule), delay, pauses })
    }
}

#[cfg(test)]
mod tests;
