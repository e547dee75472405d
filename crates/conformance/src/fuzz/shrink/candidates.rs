//! Sequences that are a little smaller than another, and how large one is.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use api_types::{
    endpoint::Operation,
    json::{Json, Number, Object},
};

use crate::fuzz::{
    generate,
    step::{Action, Label, Ref, Step, Template},
};

/// The same for the same steps.
pub(super) fn hash(steps: &[Step]) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{steps:?}").hash(&mut hasher);
    hasher.finish()
}

/// How large a sequence is: the number of its steps first, then of the things that it is about,
/// then of the letters in it, with its digits added up. The numbers of steps do not count, so that
/// nothing goes in circles.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Size(usize, usize, usize);

impl Size {
    pub(super) fn of(steps: &[Step]) -> Self {
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
        // A chosen name is plainer than one that the server makes.
        Ref::Made(_) => 32,
    }
}

/// The steps without some, and without what refers to those.
pub(super) fn without(steps: &[Step], labels: &BTreeSet<Label>) -> Vec<Step> {
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
pub(super) fn variants(step: &Step, prefix: &str) -> Vec<Step> {
    let never = never(prefix);
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
pub(super) fn in_place_of(
    steps: &[Step],
    one: usize,
    other: usize,
    label: Label,
    call: Template,
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

/// The steps without an update that the creation of the connector can make good for.
pub(super) fn absorbing(steps: &[Step], maker: usize, update: usize) -> Option<Vec<Step>> {
    const KNOWN: [&str; 6] =
        ["description", "index_name", "is_native", "language", "name", "service_type"];
    let (made, updated) = (steps.get(maker)?, steps.get(update)?);
    let (creation, patch) = (made.call()?, updated.call()?);
    let is_creation = matches!(creation.operation, Operation::Put | Operation::Post);
    let id = creation.id.clone().unwrap_or(Ref::Made(made.label));
    if !is_creation || patch.id.as_ref() != Some(&id) {
        return None;
    }
    let members = patch.body.as_ref()?.as_object()?;
    let mut body = creation.body.as_ref().and_then(Json::as_object).cloned().unwrap_or_default();
    for (name, value) in members.iter().filter(|(name, _)| KNOWN.contains(name)) {
        body.insert(name.to_owned(), value.clone());
    }
    let mut changed = steps.to_vec();
    if let Some(Step { action: Action::Call(call), .. }) = changed.get_mut(maker) {
        call.body = Some(Json::Object(body));
    }
    changed.remove(update);
    Some(changed)
}

/// A name that no connector ever has.
pub(super) fn never(prefix: &str) -> Ref {
    Ref::Named(format!("{prefix}never"))
}

/// A name that no connector has.
pub(super) fn fresh(steps: &[Step], prefix: &str) -> Ref {
    let name = |number: usize| Ref::Named(format!("{prefix}c{number}"));
    let is_free = |one: &Ref| !steps.iter().flat_map(Step::refs).any(|used| used == one);
    (0..).map(name).find(is_free).unwrap_or_else(|| name(0))
}

/// Turns references from one thing to another.
pub(super) fn turn(steps: &mut [Step], from: &Ref, to: &Ref) {
    for step in steps {
        for reference in step.refs_mut().filter(|reference| *reference == from) {
            reference.clone_from(to);
        }
    }
}

/// Values that are one thing simpler.
pub(super) fn simpler(value: &Json) -> Vec<Json> {
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
