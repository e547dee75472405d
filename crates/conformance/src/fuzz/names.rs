//! The names in a sequence: connectors and indices in the order in which they are used, steps
//! numbered from 1.

use api_types::json::{Json, Object};

use super::step::{Action, Label, Ref, Step};

/// Gives connectors and indices names in the order in which they are used first.
pub(super) fn in_order(steps: &mut [Step], prefix: &str) {
    for kind in ["c", "i"] {
        let used = names(steps, prefix, kind);
        let fresh = used.iter().enumerate().map(|(at, old)| (old, format!("{kind}{at}")));
        let fresh: Vec<_> =
            fresh.map(|(old, new)| (format!("{prefix}{old}"), format!("{prefix}{new}"))).collect();
        // By way of names that nothing has, so that two of them can be exchanged.
        for (old, new) in &fresh {
            rename(steps, old, &format!("\u{1}{new}"));
        }
        for (_, new) in &fresh {
            rename(steps, &format!("\u{1}{new}"), new);
        }
    }
}

/// The steps with one name of an index in the place of another, for each two.
pub(super) fn with_one_index(steps: &[Step], prefix: &str) -> Vec<Vec<Step>> {
    let plain = format!("{prefix}i0");
    let mut used: Vec<String> = Vec::new();
    let mut note = |text: &str| {
        let name = text.strip_prefix("content-").unwrap_or(text).strip_prefix(prefix);
        if name.is_some_and(|name| name.starts_with('i')) && !used.iter().any(|it| it == text) {
            used.push(text.to_owned());
        }
    };
    for call in steps.iter().filter_map(Step::call) {
        call.query.iter().for_each(|(_, value)| note(value));
        call.body.iter().for_each(|body| texts(body, &mut note));
    }
    let mut all = Vec::new();
    for (at, one) in used.iter().enumerate() {
        for other in used.iter().take(at).chain([&plain]).filter(|other| *other != one) {
            let mut steps = steps.to_vec();
            replace(&mut steps, &|text| (text == one).then(|| other.clone()));
            all.push(steps);
        }
    }
    all
}

/// The names of a kind (`c1`, `i2`) without the prefix, in the order of their first use.
fn names(steps: &[Step], prefix: &str, kind: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut note = |text: &str| {
        let plain = text.strip_prefix("content-").unwrap_or(text);
        let name = plain.strip_prefix(prefix).filter(|name| {
            name.strip_prefix(kind).is_some_and(|number| number.parse::<u32>().is_ok())
        });
        if let Some(name) = name.filter(|name| !found.iter().any(|known| known == name)) {
            found.push(name.to_owned());
        }
    };
    for step in steps {
        for reference in step.refs() {
            if let Ref::Named(name) = reference {
                note(name);
            }
        }
        if let Some(call) = step.call() {
            call.query.iter().for_each(|(_, value)| note(value));
            call.body.iter().for_each(|body| texts(body, &mut note));
        }
    }
    found
}

fn texts(value: &Json, note: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) => note(text),
        Json::Array(items) => items.iter().for_each(|item| texts(item, note)),
        Json::Object(object) => object.iter().for_each(|(_, value)| texts(value, note)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// Changes a name wherever it stands.
fn rename(steps: &mut [Step], old: &str, new: &str) {
    let changed = |text: &str| {
        let (start, rest) =
            text.strip_prefix("content-").map_or(("", text), |rest| ("content-", rest));
        (rest == old).then(|| format!("{start}{new}"))
    };
    replace(steps, &changed);
}

/// Changes texts wherever they stand.
fn replace(steps: &mut [Step], changed: &impl Fn(&str) -> Option<String>) {
    for step in steps {
        for reference in step.refs_mut() {
            if let Ref::Named(name) = reference
                && let Some(new) = changed(name)
            {
                *name = new;
            }
        }
        if let Action::Call(call) = &mut step.action {
            for (_, value) in &mut call.query {
                if let Some(new) = changed(value) {
                    *value = new;
                }
            }
            call.body = call.body.take().map(|body| renamed(body, changed));
        }
    }
}

fn renamed(value: Json, changed: &impl Fn(&str) -> Option<String>) -> Json {
    match value {
        Json::String(text) => changed(&text).map_or(Json::String(text), Json::from),
        Json::Array(items) => {
            Json::Array(items.into_iter().map(|item| renamed(item, changed)).collect())
        }
        Json::Object(object) => {
            let members = object
                .iter()
                .map(|(name, value)| (name.to_owned(), renamed(value.clone(), changed)));
            Json::Object(members.collect::<Object>())
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value,
    }
}

/// Numbers the steps from 1.
pub(crate) fn number(steps: &mut [Step]) {
    let labels: Vec<Label> = steps.iter().map(|step| step.label).collect();
    let new = |label: Label| {
        let place = labels.iter().position(|known| *known == label);
        place.and_then(|at| Label::try_from(at + 1).ok()).unwrap_or(Label::MAX)
    };
    for step in steps {
        step.label = new(step.label);
        for reference in step.refs_mut() {
            if let Ref::Made(label) = reference {
                *label = new(*label);
            }
        }
    }
}
