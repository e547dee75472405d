//! Makes a sequence that shows a violation as short and as simple as it gets.
//!
//! Steps refer to what others make by the step, not by a number in order, so leaving one out leaves
//! the others as they are. What refers to a step that is left out goes with it, or is turned to
//! another thing of its kind. Names that stand for one thing are changed everywhere at once.

use std::collections::BTreeSet;

use api_types::json::{Json, Number, Object};

use super::{
    generate, names,
    play::{self, Violation},
    step::{Action, Label, Ref, Step},
    target::{Target, TargetError},
};

/// A sequence that shows a violation in its last step.
#[derive(Clone, Debug)]
pub struct Reproducer {
    /// The steps; the last one is answered wrongly.
    pub steps: Vec<Step>,
    /// What is wrong.
    pub violation: Violation,
}

/// How a shrinker went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// How many sequences were replayed.
    pub replays: u32,
}

struct Shrinker<'t, T> {
    target: &'t mut T,
    prefix: &'t str,
    best: Reproducer,
    effort: Effort,
    limit: u32,
}

/// Up to so many steps every subset is tried.
const ALL_SUBSETS: usize = 9;

/// Makes the sequence shorter and simpler for as long as that goes; `None` if it does not show a
/// violation when it is played on an empty server. Not more than `limit` sequences are replayed.
///
/// # Errors
/// If there is no answer.
pub fn shrink<T: Target>(
    target: &mut T,
    prefix: &str,
    steps: &[Step],
    limit: u32,
) -> Result<Option<(Reproducer, Effort)>, TargetError> {
    let Some((steps, violation)) = play::replay(target, steps)? else { return Ok(None) };
    let best = Reproducer { steps, violation };
    let mut shrinker = Shrinker { target, prefix, best, effort: Effort::default(), limit };
    shrinker.run()?;
    let Shrinker { best, effort, .. } = shrinker;
    Ok(Some((best, effort)))
}

impl<T: Target> Shrinker<'_, T> {
    fn run(&mut self) -> Result<(), TargetError> {
        loop {
            let before = self.best.steps.clone();
            self.shorter()?;
            self.bodies()?;
            if self.best.steps == before || self.effort.replays >= self.limit {
                break;
            }
        }
        self.rename()
    }

    /// Leaves out steps until none can be.
    fn shorter(&mut self) -> Result<(), TargetError> {
        loop {
            let before = self.best.steps.clone();
            self.chunks()?;
            self.singles()?;
            self.unify()?;
            self.pairs()?;
            if self.best.steps.len() <= ALL_SUBSETS {
                self.subsets()?;
                self.otherwise()?;
                self.replaced()?;
            }
            if self.best.steps == before || self.effort.replays >= self.limit {
                return Ok(());
            }
        }
    }

    /// Takes over a candidate if it also ends in a violation and is smaller.
    fn accept(&mut self, steps: &[Step]) -> Result<bool, TargetError> {
        let is_hopeless = steps.is_empty() || steps.len() > self.best.steps.len();
        if is_hopeless || self.effort.replays >= self.limit {
            return Ok(false);
        }
        self.effort.replays += 1;
        let Some((steps, violation)) = play::replay(self.target, steps)? else {
            return Ok(false);
        };
        let is_smaller = Size::of(&steps) < Size::of(&self.best.steps);
        if is_smaller {
            self.best = Reproducer { steps, violation };
        }
        Ok(is_smaller)
    }

    /// Leaves out halves, quarters, and so on.
    fn chunks(&mut self) -> Result<(), TargetError> {
        let mut size = self.best.steps.len() / 2;
        while size > 0 {
            let mut at = 0;
            while at < self.best.steps.len() {
                let end = at + size;
                let labels = self.labels(|place| (at..end).contains(&place));
                if !self.accept(&without(&self.best.steps, &labels))? {
                    at = end;
                }
            }
            size /= 2;
        }
        Ok(())
    }

    fn labels(&self, is_chosen: impl Fn(usize) -> bool) -> BTreeSet<Label> {
        let steps = self.best.steps.iter().enumerate();
        steps.filter(|(at, _)| is_chosen(*at)).map(|(_, step)| step.label).collect()
    }

    /// Leaves out one step; if it makes something, others are turned to something else of its kind.
    fn singles(&mut self) -> Result<(), TargetError> {
        let mut at = self.best.steps.len();
        while let Some(place) = at.checked_sub(1) {
            at = place.min(self.best.steps.len());
            let Some(step) = self.best.steps.get(place).cloned() else { continue };
            if self.accept(&without(&self.best.steps, &BTreeSet::from([step.label])))? {
                continue;
            }
            let Some(thing) = step.makes() else { continue };
            let others: Vec<Label> = self
                .best
                .steps
                .iter()
                .filter(|other| other.label != step.label && other.makes() == Some(thing))
                .map(|other| other.label)
                .collect();
            for other in others {
                let mut steps = self.best.steps.clone();
                turn(&mut steps, &Ref::Made(step.label), &Ref::Made(other));
                steps.retain(|one| one.label != step.label);
                if self.accept(&steps)? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Leaves out two steps at once.
    fn pairs(&mut self) -> Result<(), TargetError> {
        let labels: Vec<Label> = self.best.steps.iter().map(|step| step.label).collect();
        if labels.len() > 24 {
            return Ok(());
        }
        for (at, one) in labels.iter().enumerate() {
            for other in labels.iter().skip(at + 1) {
                let has = |label: &Label| self.best.steps.iter().any(|it| it.label == *label);
                if has(one) && has(other) {
                    self.accept(&without(&self.best.steps, &BTreeSet::from([*one, *other])))?;
                }
            }
        }
        Ok(())
    }

    /// Tries every subset, the smallest first.
    fn subsets(&mut self) -> Result<(), TargetError> {
        let steps = self.best.steps.clone();
        let count = steps.len();
        let mut masks: Vec<u32> = (1..(1_u32 << count) - 1).collect();
        masks.sort_by_key(|mask| (mask.count_ones(), *mask));
        for mask in masks {
            if usize::try_from(mask.count_ones()).is_ok_and(|ones| ones + 1 > self.best.steps.len())
            {
                break;
            }
            let left_out: BTreeSet<Label> = steps
                .iter()
                .enumerate()
                .filter(|(at, _)| mask & (1 << at) == 0)
                .map(|(_, step)| step.label)
                .collect();
            if self.accept(&without(&steps, &left_out))? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Asks for something else in one step, and leaves out another that is not needed then.
    fn otherwise(&mut self) -> Result<(), TargetError> {
        for at in 0..self.best.steps.len() {
            let Some(step) = self.best.steps.get(at) else { return Ok(()) };
            for variant in variants(step, self.prefix) {
                let mut steps = self.best.steps.clone();
                if let Some(step) = steps.get_mut(at) {
                    step.clone_from(&variant);
                }
                let labels: Vec<Label> = steps.iter().map(|step| step.label).collect();
                for label in labels {
                    if self.accept(&without(&steps, &BTreeSet::from([label])))? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Puts one simple step in the place of two.
    fn replaced(&mut self) -> Result<(), TargetError> {
        let count = self.best.steps.len();
        let label = self.best.steps.iter().map(|step| step.label + 1).max().unwrap_or_default();
        for one in 0..count {
            for other in one + 1..count {
                for call in generate::shortcuts(&self.best.steps, self.prefix) {
                    let steps = in_place_of(&self.best.steps, one, other, label, call);
                    if self.accept(&steps)? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Makes two things one, everywhere at once.
    fn unify(&mut self) -> Result<(), TargetError> {
        let mut refs: Vec<Ref> = Vec::new();
        for reference in self.best.steps.iter().flat_map(Step::refs) {
            if !refs.contains(reference) {
                refs.push(reference.clone());
            }
        }
        let plain = Ref::Named(format!("{}c0", self.prefix));
        for (at, one) in refs.iter().enumerate() {
            for other in refs.iter().take(at).chain([&plain]) {
                let mut steps = self.best.steps.clone();
                turn(&mut steps, one, other);
                self.accept(&steps)?;
            }
        }
        Ok(())
    }

    /// Makes bodies and parameters simpler.
    fn bodies(&mut self) -> Result<(), TargetError> {
        let mut at = 0;
        while at < self.best.steps.len() {
            self.body(at)?;
            at += 1;
        }
        Ok(())
    }

    fn body(&mut self, at: usize) -> Result<(), TargetError> {
        let Some(call) = self.best.steps.get(at).and_then(Step::call).cloned() else {
            return Ok(());
        };
        for name in 0..call.query.len() {
            let Some(now) = self.best.steps.get(at).and_then(Step::call) else { return Ok(()) };
            let mut query = now.query.clone();
            if name < query.len() {
                query.remove(name);
                self.change(at, |call| call.query = query)?;
            }
        }
        for simple in generate::simplest(call.operation, self.prefix) {
            if self.change(at, |call| call.body = simple)? {
                return Ok(());
            }
        }
        let mut tried = 0;
        loop {
            let body = self.best.steps.get(at).and_then(Step::call).and_then(|it| it.body.clone());
            let Some(body) = body else { return Ok(()) };
            let Some(simpler) = simpler(&body).into_iter().nth(tried) else { return Ok(()) };
            if self.change(at, |call| call.body = Some(simpler))? {
                tried = 0;
            } else {
                tried += 1;
            }
        }
    }

    fn change(
        &mut self,
        at: usize,
        change: impl FnOnce(&mut super::step::Template),
    ) -> Result<bool, TargetError> {
        let mut steps = self.best.steps.clone();
        if let Some(Step { action: Action::Call(call), .. }) = steps.get_mut(at) {
            change(call);
        }
        self.accept(&steps)
    }

    /// Gives names in the order in which they are used first, and steps numbers in order.
    fn rename(&mut self) -> Result<(), TargetError> {
        let mut steps = self.best.steps.clone();
        names::in_order(&mut steps, self.prefix);
        names::number(&mut steps);
        self.effort.replays += 1;
        if let Some((steps, violation)) = play::replay(self.target, &steps)?
            && steps.len() <= self.best.steps.len()
        {
            self.best = Reproducer { steps, violation };
        }
        Ok(())
    }
}

/// How large a sequence is: the number of its steps first, then of the things that it is about,
/// then of the letters in it, with its digits added up. The numbers of steps do not count, so that
/// nothing goes in circles.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Size(usize, usize, usize);

impl Size {
    fn of(steps: &[Step]) -> Self {
        let refs: BTreeSet<&Ref> = steps.iter().flat_map(Step::refs).collect();
        let letters = |step: &Step| {
            step.call().map_or(0, |call| {
                let query = call.query.iter().map(|(name, value)| name.len() + value.len() + 1);
                let body = call.body.as_ref().map_or(0, |body| letters_of(&body.to_compact()));
                query.sum::<usize>() + body
            }) + step.refs().map(name_length).sum::<usize>()
        };
        Self(steps.len(), refs.len(), steps.iter().map(letters).sum())
    }
}

fn letters_of(text: &str) -> usize {
    let digits = text.bytes().filter(u8::is_ascii_digit).map(|digit| usize::from(digit - b'0'));
    text.len() + digits.sum::<usize>()
}

fn name_length(reference: &Ref) -> usize {
    match reference {
        Ref::Named(name) => name.len(),
        Ref::Made(_) => 0,
    }
}

/// The steps without some, and without what refers to those.
fn without(steps: &[Step], labels: &BTreeSet<Label>) -> Vec<Step> {
    let mut gone = labels.clone();
    let mut kept = Vec::new();
    for step in steps {
        let is_orphan =
            step.refs().any(|it| matches!(it, Ref::Made(label) if gone.contains(label)));
        if gone.contains(&step.label) || is_orphan {
            gone.insert(step.label);
        } else {
            kept.push(step.clone());
        }
    }
    kept
}

/// The step about something that never was, or with another value of a parameter.
fn variants(step: &Step, prefix: &str) -> Vec<Step> {
    let never = Ref::Named(format!("{prefix}never"));
    let mut all = Vec::new();
    for which in 0..step.refs().count() {
        let mut variant = step.clone();
        if let Some(reference) = variant.refs_mut().nth(which) {
            reference.clone_from(&never);
        }
        all.push(variant);
    }
    if let Action::Call(call) = &step.action {
        for (which, value) in generate::other_values(call) {
            let mut call = call.clone();
            if let Some((_, given)) = call.query.get_mut(which) {
                *given = value;
            }
            all.push(Step { label: step.label, action: Action::Call(call) });
        }
    }
    all
}

/// The steps with one in the place of two others. What refers to a thing that one of these made
/// refers to what the new one makes, if that is of the same kind.
fn in_place_of(
    steps: &[Step],
    one: usize,
    other: usize,
    label: Label,
    call: super::step::Template,
) -> Vec<Step> {
    let new = Step { label, action: Action::Call(call) };
    let gone: Vec<Step> =
        [one, other].iter().filter_map(|place| steps.get(*place).cloned()).collect();
    let mut changed = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        if place == one {
            changed.push(new.clone());
        } else if place != other {
            changed.push(step.clone());
        }
    }
    for step in gone.iter().filter(|step| step.makes().is_some() && step.makes() == new.makes()) {
        turn(&mut changed, &Ref::Made(step.label), &Ref::Made(label));
    }
    changed
}

/// Turns references from one thing to another.
fn turn(steps: &mut [Step], from: &Ref, to: &Ref) {
    for step in steps {
        for reference in step.refs_mut().filter(|reference| *reference == from) {
            reference.clone_from(to);
        }
    }
}

/// Values that are one thing simpler.
fn simpler(value: &Json) -> Vec<Json> {
    match value {
        Json::Object(object) => {
            let names: Vec<&str> = object.iter().map(|(name, _)| name).collect();
            let shorter = names.iter().map(|name| {
                let members = object.iter().filter(|(other, _)| other != name);
                let members = members.map(|(name, value)| (name.to_owned(), value.clone()));
                Json::Object(members.collect::<Object>())
            });
            let inside = object.iter().flat_map(|(name, value)| {
                simpler(value).into_iter().map(|value| {
                    let mut whole = object.clone();
                    whole.insert(name.to_owned(), value);
                    Json::Object(whole)
                })
            });
            shorter.chain(inside).collect()
        }
        Json::Array(items) => (0..items.len())
            .map(|at| {
                let others = items.iter().enumerate().filter(|(other, _)| *other != at);
                Json::Array(others.map(|(_, item)| item.clone()).collect())
            })
            .collect(),
        Json::Number(Number::Integer(1)) => vec![Json::from(0_i64)],
        Json::Number(Number::Integer(2..)) => vec![Json::from(0_i64), Json::from(1_i64)],
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Vec::new(),
    }
}
