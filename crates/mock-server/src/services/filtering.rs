//! Filtering of a connector: the draft, its validation, its activation (contract CN-5.5 to CN-5.7).

use api_types::{
    error::ErrorType,
    ids::ConnectorId,
    json::{Json, Object},
};

use super::{
    connectors::{Visible, find},
    document::default_rule,
    updates::merge,
};
use crate::{call::Context, error::ApiError, reply::Reply, store::Document};

/// `connector.update_filtering` with `filtering`: the whole array as given.
pub(crate) fn replace(
    context: &mut Context<'_>,
    id: &ConnectorId,
    elements: Vec<Json>,
) -> Result<Reply, ApiError> {
    let elements = elements.into_iter().map(|element| {
        let member = |name: &str| element.get(name).cloned().unwrap_or_default();
        element_of(member("active"), member("draft"))
    });
    merge(context, id, Object::new().with("filtering", elements.collect::<Vec<_>>()))
}

fn element_of(active: Json, draft: Json) -> Json {
    Object::new().with("active", active).with("domain", "DEFAULT").with("draft", draft).into()
}

/// The active and the draft half of the first element.
fn halves(connector: &Document) -> Result<(Json, Json), ApiError> {
    let element = connector
        .source()
        .get("filtering")
        .and_then(Json::as_array)
        .and_then(<[Json]>::first)
        .ok_or_else(|| {
            ApiError::new(ErrorType::IndexOutOfBounds, "Index 0 out of bounds for length 0")
        })?;
    let half = |name: &str| element.get(name).cloned().unwrap_or_default();
    Ok((half("active"), half("draft")))
}

fn write(
    context: &mut Context<'_>,
    id: &ConnectorId,
    active: Json,
    draft: Json,
) -> Result<Reply, ApiError> {
    merge(context, id, Object::new().with("filtering", vec![element_of(active, draft)]))
}

/// `connector.update_filtering` with `advanced_snippet` or `rules`.
pub(crate) fn edit_draft(
    context: &mut Context<'_>,
    id: &ConnectorId,
    snippet: Option<Object>,
    rules: Option<Vec<Json>>,
) -> Result<Reply, ApiError> {
    let connector = find(context, id, Visible::NotDeleted)?;
    let (active, draft) = halves(connector)?;
    let kept = |name: &str| draft.get(name).cloned().unwrap_or_default();
    let snippet = snippet.map_or_else(|| kept("advanced_snippet"), Json::from);
    let rules = match rules {
        Some(rules) => Json::Array(normalised(rules, context)),
        None => kept("rules"),
    };
    let validation = Object::new().with("errors", Vec::new()).with("state", "edited");
    let draft = Object::new()
        .with("advanced_snippet", snippet)
        .with("rules", rules)
        .with("validation", validation);
    write(context, id, active, draft.into())
}

/// The rules in their order, with one default rule at the end.
fn normalised(rules: Vec<Json>, context: &Context<'_>) -> Vec<Json> {
    let (defaults, mut others): (Vec<Json>, Vec<Json>) = rules.into_iter().partition(is_default);
    let order = |rule: &Json| rule.get("order").and_then(Json::as_i64).unwrap_or_default();
    others.sort_by_key(order);
    let next = others.last().map_or(0, |last| order(last) + 1);
    let created_at = defaults.first().and_then(|rule| rule.get("created_at")).cloned();
    let created_at = created_at.unwrap_or_else(|| context.now().into());
    others.push(default_rule(&created_at, next).into());
    others
}

/// Order and times do not matter.
fn is_default(rule: &Json) -> bool {
    [("field", "_"), ("id", "DEFAULT"), ("policy", "include"), ("rule", "regex"), ("value", ".*")]
        .into_iter()
        .all(|(name, value)| rule.get(name).and_then(Json::as_str) == Some(value))
}

/// `connector.update_filtering_validation`
pub(crate) fn set_validation(
    context: &mut Context<'_>,
    id: &ConnectorId,
    validation: Object,
) -> Result<Reply, ApiError> {
    let connector = find(context, id, Visible::NotDeleted)?;
    let (active, draft) = halves(connector)?;
    let kept = |name: &str| draft.get(name).cloned().unwrap_or_default();
    let draft = Object::new()
        .with("advanced_snippet", kept("advanced_snippet"))
        .with("rules", kept("rules"))
        .with("validation", validation);
    write(context, id, active, draft.into())
}

/// `connector.update_active_filtering`: the draft becomes active; it must be valid.
pub(crate) fn activate(context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
    let connector = find(context, id, Visible::NotDeleted)?;
    let (_, draft) = halves(connector)?;
    let state = draft.at("validation.state").and_then(Json::as_str).unwrap_or_default();
    if state != "valid" {
        return Err(ApiError::status(format!(
            "Filtering draft needs to be validated by the connector service before activation. Current filtering draft validation state [{state}] is not equal to [valid]."
        )));
    }
    write(context, id, draft.clone(), draft)
}
