//! Sync rules: the draft, its validation, its activation (contract CN-5.5 to CN-5.7).

use api_types::{
    endpoint::Operation as Op,
    json::{Json, Object},
};

use super::{
    Answer, Fault, How, Row,
    scene::{Scene, within},
};

pub(super) const ROWS: &[Row] = &[
    (Fault::ActivateLeavesSnippet, &[Op::UpdateActiveFiltering], How::Edits(leaves_snippet)),
    (Fault::ActivateClearsDraft, &[Op::UpdateActiveFiltering], How::Edits(clears_draft)),
    (
        Fault::ActivateTakesInvalid,
        &[Op::UpdateActiveFiltering],
        How::Around(pretend_valid, draft_as_it_was),
    ),
    (Fault::DraftEditLeavesState, &[Op::UpdateFiltering], How::Edits(leaves_state)),
    (Fault::DraftEditIsActive, &[Op::UpdateFiltering], How::Edits(edits_active)),
    (Fault::ValidationIsActive, &[Op::UpdateFilteringValidation], How::Edits(validates_active)),
    (Fault::DefaultRuleMissing, &[Op::UpdateFiltering], How::Edits(without_default_rule)),
    (Fault::RulesUnsorted, &[Op::UpdateFiltering], How::Edits(unsorted)),
];

/// Changes the first element of `filtering`.
fn element(document: &mut Object, edit: impl FnOnce(&mut Object)) {
    let elements = document.get("filtering").and_then(Json::as_array).unwrap_or_default();
    let mut elements = elements.to_vec();
    if let Some(Json::Object(first)) = elements.first_mut() {
        edit(first);
    }
    document.insert("filtering", elements);
}

/// A half of the first element of `filtering` as it was.
fn old_half(scene: &Scene<'_, '_>, half: &str) -> Json {
    let elements = scene.old().and_then(|old| old.get("filtering")).and_then(Json::as_array);
    let first = elements.and_then(<[Json]>::first);
    first.and_then(|first| first.get(half)).cloned().unwrap_or_default()
}

/// A member of a half as it was.
fn old_member(scene: &Scene<'_, '_>, half: &str, member: &str) -> Json {
    old_half(scene, half).get(member).cloned().unwrap_or_default()
}

/// Whether the request edits the draft and does not replace everything.
fn is_draft_edit(scene: &Scene<'_, '_>) -> bool {
    !scene.asked.has("filtering")
}

fn leaves_snippet(scene: &Scene<'_, '_>, document: &mut Object) {
    let snippet = old_member(scene, "active", "advanced_snippet");
    element(document, |first| {
        within(first, "active", |active| active.insert("advanced_snippet", snippet));
    });
}

fn clears_draft(_: &Scene<'_, '_>, document: &mut Object) {
    element(document, |first| {
        within(first, "draft", |draft| draft.insert("rules", Vec::new()));
    });
}

fn pretend_valid(scene: &mut Scene<'_, '_>) {
    scene.edit(|_, document| {
        element(document, |first| {
            within(first, "draft", |draft| {
                within(draft, "validation", |validation| validation.insert("state", "valid"));
            });
        });
    });
}

fn draft_as_it_was(scene: &mut Scene<'_, '_>, answer: Answer) -> Answer {
    if answer.is_err() {
        scene.undo();
        return answer;
    }
    scene.edit(|scene, document| {
        let draft = old_half(scene, "draft");
        element(document, |first| {
            first.insert("active", draft.clone());
            first.insert("draft", draft);
        });
    });
    answer
}

fn leaves_state(scene: &Scene<'_, '_>, document: &mut Object) {
    if is_draft_edit(scene) {
        let validation = old_member(scene, "draft", "validation");
        element(document, |first| {
            within(first, "draft", |draft| draft.insert("validation", validation));
        });
    }
}

fn edits_active(scene: &Scene<'_, '_>, document: &mut Object) {
    if is_draft_edit(scene) {
        element(document, |first| {
            let draft = first.get("draft").cloned().unwrap_or_default();
            first.insert("active", draft);
        });
    }
}

fn validates_active(_: &Scene<'_, '_>, document: &mut Object) {
    element(document, |first| {
        let draft = first.get("draft").and_then(|draft| draft.get("validation")).cloned();
        within(first, "active", |active| active.insert("validation", draft));
    });
}

/// Changes the rules of the draft, if the request has rules for it.
fn rules(scene: &Scene<'_, '_>, document: &mut Object, edit: impl FnOnce(&mut Vec<Json>)) {
    if !is_draft_edit(scene) || !scene.asked.has("rules") {
        return;
    }
    element(document, |first| {
        within(first, "draft", |draft| {
            let mut rules =
                draft.get("rules").and_then(Json::as_array).unwrap_or_default().to_vec();
            edit(&mut rules);
            draft.insert("rules", rules);
        });
    });
}

fn without_default_rule(scene: &Scene<'_, '_>, document: &mut Object) {
    rules(scene, document, |rules| {
        rules.pop();
    });
}

/// The rules in the order of the request, the default rule last as ever.
fn unsorted(scene: &Scene<'_, '_>, document: &mut Object) {
    let sent = scene.asked.body.get("rules").and_then(Json::as_array).unwrap_or_default();
    let place = |rule: &Json| {
        sent.iter().position(|other| other.get("id") == rule.get("id")).unwrap_or(usize::MAX)
    };
    rules(scene, document, |rules| {
        let default = rules.pop();
        rules.sort_by_key(place);
        rules.extend(default);
    });
}
