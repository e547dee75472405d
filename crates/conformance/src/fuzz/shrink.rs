//! Makes a sequence that shows a violation as short and as simple as it gets.
//!
//! Steps refer to what others make by the step, not by a number in order, so leaving one out leaves
//! the others as they are. What refers to a step that is left out goes with it, or is turned to
//! another thing of its kind. Names that stand for one thing are changed everywhere at once.

mod candidates;

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use api_types::endpoint::Operation;

use self::candidates::{
    Size, absorbing, fresh, in_place_of, never, simpler, turn, variants, without,
};
use super::{
    generate, names,
    play::{self, Violation},
    step::{Action, Label, Ref, Step, Thing},
    target::{Target, TargetError},
};
use crate::halt::Halt;

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
    /// How long it took.
    pub took: Duration,
}

struct Shrinker<'t, T> {
    target: &'t mut T,
    prefix: &'t str,
    best: Reproducer,
    effort: Effort,
    limit: u32,
    halt: Halt,
    keep: Keep,
    /// Hashes of the sequences that showed no mistake; they are not replayed again.
    harmless: BTreeSet<u64>,
}

/// What a smaller sequence has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// The same mistake.
    Same,
    /// Any: what one mistake does to a document can show in several ways.
    Any,
}

/// Up to so many steps every subset is tried.
const ALL_SUBSETS: usize = 9;

/// Makes the sequence shorter and simpler for as long as that goes; `None` if it does not show a
/// violation when it is played on an empty server. Not more than `limit` sequences are replayed,
/// and none when told to stop.
///
/// # Errors
/// If there is no answer.
pub fn shrink<T: Target>(
    target: &mut T,
    prefix: &str,
    steps: &[Step],
    limit: u32,
    halt: Halt,
) -> Result<Option<(Reproducer, Effort)>, TargetError> {
    let Some((steps, violation)) = play::replay(target, steps)? else { return Ok(None) };
    let begin = Instant::now();
    let best = Reproducer { steps, violation };
    let effort = Effort::default();
    let (keep, harmless) = (Keep::Same, BTreeSet::new());
    let mut shrinker = Shrinker { target, prefix, best, effort, limit, halt, keep, harmless };
    shrinker.run()?;
    shrinker.any_mistake()?;
    shrinker.rename()?;
    let Shrinker { best, effort, .. } = shrinker;
    Ok(Some((best, Effort { took: begin.elapsed(), ..effort })))
}

impl<T: Target> Shrinker<'_, T> {
    fn is_over(&self) -> bool {
        self.effort.replays >= self.limit || self.halt.is_asked()
    }

    fn run(&mut self) -> Result<(), TargetError> {
        loop {
            let before = self.best.steps.clone();
            self.shorter()?;
            self.bodies()?;
            if self.best.steps == before || self.is_over() {
                return Ok(());
            }
        }
    }

    /// Goes on with a sequence that shows any mistake, if that makes it shorter.
    fn any_mistake(&mut self) -> Result<(), TargetError> {
        let same = self.best.clone();
        self.keep = Keep::Any;
        self.shorter()?;
        self.keep = Keep::Same;
        if self.best.steps.len() < same.steps.len() {
            return self.run();
        }
        self.best = same;
        Ok(())
    }

    /// Leaves out steps until none can be.
    fn shorter(&mut self) -> Result<(), TargetError> {
        loop {
            let before = self.best.steps.clone();
            self.chunks()?;
            self.singles()?;
            self.named()?;
            self.unify()?;
            self.absorbed()?;
            self.pairs()?;
            if self.best.steps.len() <= ALL_SUBSETS {
                self.subsets()?;
                self.otherwise()?;
                self.replaced()?;
            }
            if self.best.steps == before || self.is_over() {
                return Ok(());
            }
        }
    }

    /// Takes over a candidate if it also ends in a violation and is smaller.
    fn accept(&mut self, steps: &[Step]) -> Result<bool, TargetError> {
        let is_hopeless = steps.is_empty() || steps.len() > self.best.steps.len();
        if is_hopeless || self.is_over() {
            return Ok(false);
        }
        let hash = candidates::hash(steps);
        if self.harmless.contains(&hash) {
            return Ok(false);
        }
        self.effort.replays += 1;
        let Some((steps, violation)) = play::replay(self.target, steps)? else {
            self.harmless.insert(hash);
            return Ok(false);
        };
        let is_smaller = Size::of(&steps) < Size::of(&self.best.steps);
        let is_meant = self.keep == Keep::Any || violation.is_like(&self.best.violation);
        let is_smaller = is_smaller && is_meant;
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

    /// Gives names to connectors whose ids the server makes.
    fn named(&mut self) -> Result<(), TargetError> {
        let makers: Vec<Label> = self
            .best
            .steps
            .iter()
            .filter(|step| step.makes() == Some(Thing::Connector))
            .map(|step| step.label)
            .collect();
        for label in makers {
            let mut steps = self.best.steps.clone();
            let name = fresh(&steps, self.prefix);
            // What stands before that step means something that is not there.
            let maker = steps.iter().position(|step| step.label == label).unwrap_or_default();
            turn(steps.get_mut(..maker).unwrap_or_default(), &Ref::Made(label), &name);
            self.accept(&steps)?;
            // It may be needed for nothing but that there is another id.
            turn(&mut steps, &Ref::Made(label), &never(self.prefix));
            steps.retain(|step| step.label != label);
            if self.accept(&steps)? {
                continue;
            }
            let mut steps = self.best.steps.clone();
            let name = fresh(&steps, self.prefix);
            let step = steps.iter_mut().find(|step| step.label == label);
            if let Some(Step { action: Action::Call(call), .. }) = step {
                (call.operation, call.id) = (Operation::Put, Some(name.clone()));
            }
            turn(&mut steps, &Ref::Made(label), &name);
            self.accept(&steps)?;
        }
        Ok(())
    }

    /// Creates a connector with what an update of it says.
    fn absorbed(&mut self) -> Result<(), TargetError> {
        let mut at = 1;
        while at < self.best.steps.len() {
            let candidates = (0..at).filter_map(|maker| absorbing(&self.best.steps, maker, at));
            let mut is_absorbed = false;
            for steps in candidates.collect::<Vec<_>>() {
                if self.accept(&steps)? {
                    is_absorbed = true;
                    break;
                }
            }
            at += usize::from(!is_absorbed);
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
                let fresh = fresh(&self.best.steps, self.prefix);
                for call in generate::shortcuts(&self.best.steps, &fresh, self.prefix) {
                    let steps = in_place_of(&self.best.steps, one, other, label, call);
                    if self.accept(&steps)? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Makes two names of indices one, everywhere at once.
    fn indices(&mut self) -> Result<(), TargetError> {
        for steps in names::with_one_index(&self.best.steps, self.prefix) {
            self.accept(&steps)?;
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

    /// Makes bodies and parameters simpler. The mistake has to stay the same: a body may become
    /// simpler than any that the generator makes, and the model knows only those.
    fn bodies(&mut self) -> Result<(), TargetError> {
        self.indices()?;
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
