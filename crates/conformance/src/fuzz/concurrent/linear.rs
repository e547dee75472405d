//! Whether some order of the calls explains all answers.

use super::{Event, History};
use crate::fuzz::{invariants, model::Model};

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// There is an order.
    Linear,
    /// There is none.
    Violation(Stuck),
    /// It could not be decided with a reasonable effort.
    Undecided,
}

/// How far the best order came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stuck {
    /// The calls that it explains, by their place in the history, in its order.
    pub explained: Vec<usize>,
    /// The calls that could come next, and why none can.
    pub next: Vec<(usize, String)>,
}

/// So many states are looked at.
const EFFORT: u32 = 200_000;

struct Search<'h> {
    events: &'h [Event],
    order: Vec<usize>,
    is_done: Vec<bool>,
    best: Stuck,
    left: u32,
}

/// Looks for an order.
#[must_use]
pub fn check(history: &History) -> Checked {
    for (at, event) in history.events.iter().enumerate() {
        if let Err(mismatch) = invariants::check(&event.answer) {
            let why =
                format!("{}: {} instead of {}", mismatch.place, mismatch.actual, mismatch.expected);
            return Checked::Violation(Stuck { explained: Vec::new(), next: vec![(at, why)] });
        }
    }
    let mut search = Search {
        events: &history.events,
        order: Vec::new(),
        is_done: vec![false; history.events.len()],
        best: Stuck::default(),
        left: EFFORT,
    };
    if search.from(&history.before) {
        Checked::Linear
    } else if search.left == 0 {
        Checked::Undecided
    } else {
        Checked::Violation(search.best)
    }
}

impl Search<'_> {
    /// Whether the rest can be explained from this state.
    fn from(&mut self, model: &Model) -> bool {
        if self.order.len() == self.events.len() {
            return true;
        }
        let mut refused = Vec::new();
        for at in self.next() {
            let Some(left) = self.left.checked_sub(1) else { return false };
            self.left = left;
            match self.after(model, at) {
                Ok(model) => {
                    self.mark(at, true);
                    self.order.push(at);
                    if self.from(&model) {
                        return true;
                    }
                    self.order.pop();
                    self.mark(at, false);
                }
                Err(why) => refused.push((at, why)),
            }
        }
        if self.order.len() >= self.best.explained.len() && !refused.is_empty() {
            self.best = Stuck { explained: self.order.clone(), next: refused };
        }
        false
    }

    fn mark(&mut self, at: usize, is_done: bool) {
        if let Some(mark) = self.is_done.get_mut(at) {
            *mark = is_done;
        }
    }

    /// The calls that may come next: those that began before any other that is left had ended.
    fn next(&self) -> Vec<usize> {
        let left = || {
            let events = self.events.iter().zip(&self.is_done).enumerate();
            events.filter(|(_, (_, is_done))| !**is_done).map(|(at, (event, _))| (at, event))
        };
        let first_end = left().map(|(_, event)| event.ended).min().unwrap_or_default();
        left().filter(|(_, event)| event.began < first_end).map(|(at, _)| at).collect()
    }

    /// The state after a call, if its answer is right for it.
    fn after(&self, model: &Model, at: usize) -> Result<Model, String> {
        let Some(event) = self.events.get(at) else { return Err(String::new()) };
        if is_conflict(event) && self.has_rival(at) {
            return Ok(model.clone());
        }
        let prediction = model.predict(&event.call, event.window);
        match model.judge(&prediction, &event.answer) {
            Ok(judged) => {
                let mut after = model.clone();
                after.commit(prediction, judged);
                Ok(after)
            }
            Err(wrong) => Err(format!(
                "{} would have to be {}, not {}",
                wrong.place, wrong.expected, wrong.actual
            )),
        }
    }

    /// Whether another call was under way at the same time.
    fn has_rival(&self, at: usize) -> bool {
        let Some(event) = self.events.get(at) else { return false };
        self.events.iter().any(|other| {
            other.client != event.client && other.began < event.ended && event.began < other.ended
        })
    }
}

/// An update that lost against another one says so and has no effect (CN-1.5-5).
fn is_conflict(event: &Event) -> bool {
    let error = event.answer.json.as_ref().and_then(|body| body.at("error.type"));
    event.answer.status == 409
        && error.is_some_and(|kind| kind.as_str() == Some("version_conflict_engine_exception"))
}
