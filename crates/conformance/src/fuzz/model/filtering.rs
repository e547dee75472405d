//! Filtering: the draft, its validation, its activation.

use std::cmp::Ordering;

use api_types::json::{Json, Text};

use super::{
    Plan, Planned, Planner,
    body::{Kind, Shape, lenient, malformed, strict, validated},
    document::{Document, default_rule, patch, validation},
    expected::{Expected, Reason, Refusal},
    refused,
    value::{Fields, Value, time},
};

const RULE: &Shape = &[
    ("created_at", Kind::Text),
    ("field", Kind::Text),
    ("id", Kind::Text),
    ("order", Kind::Integer),
    ("policy", Kind::Text),
    ("rule", Kind::Text),
    ("updated_at", Kind::Text),
    ("value", Kind::Text),
];
const SNIPPET: &Shape =
    &[("created_at", Kind::Text), ("updated_at", Kind::Text), ("value", Kind::Objects)];
const VALIDATION: &Shape = &[("errors", Kind::Objects), ("state", Kind::Text)];
const CONDITIONS: [&str; 7] = ["contains", "ends_with", "equals", ">", "<", "regex", "starts_with"];

impl Planner<'_> {
    pub(super) fn filtering(&mut self) -> Planned {
        let shape = [
            ("filtering", Kind::Objects),
            ("advanced_snippet", Kind::Object),
            ("rules", Kind::Objects),
        ];
        let given = strict(self.call.body.as_ref(), &shape, &[])?;
        let whole = given.get("filtering").map(|whole| self.elements(whole)).transpose()?;
        let rules = given.get("rules").map(|rules| self.rules(rules)).transpose()?;
        let snippet = given.get("advanced_snippet");
        let snippet = snippet.map(|snippet| self.snippet(snippet)).transpose()?;
        let has_half = rules.is_some() || snippet.is_some();
        let message = match (&whole, has_half) {
            (None, false) => Some("[advanced_snippet] and [rules] cannot be both [null]."),
            (Some(_), true) => Some(
                "If [filtering] is specified, [rules] and [advanced_snippet] should not be present in the request body.",
            ),
            _ => None,
        };
        let messages: Vec<String> = message.into_iter().map(str::to_owned).collect();
        validated("CN-5.5-2", &messages)?;
        if let Some(whole) = whole {
            let old = self.blind_connector()?;
            let given = patch([("filtering", Value::Array(whole))]);
            return self.update_connector("CN-5.5-6", &old, given);
        }
        let old = self.read_connector()?;
        let rules = rules.map(|rules| self.normalised(rules));
        self.changed(&old, "CN-5.5-3", |element| {
            let mut draft = half(element, "draft");
            if let Some(rules) = rules {
                draft.insert(Text::Borrowed("rules"), Value::Array(rules));
            }
            if let Some(snippet) = snippet {
                draft.insert(Text::Borrowed("advanced_snippet"), snippet);
            }
            draft.insert(Text::Borrowed("validation"), validation("edited"));
            element.insert(Text::Borrowed("draft"), Value::Object(draft));
        })
    }

    pub(super) fn filtering_validation(&self) -> Planned {
        let shape = [("validation", Kind::Object)];
        let given = strict(self.call.body.as_ref(), &shape, &["validation"])?;
        let given = given.get("validation").unwrap_or(&Json::Null);
        let given = validation_info(given)?;
        let old = self.read_connector()?;
        self.changed(&old, "CN-5.6-1", |element| {
            let mut draft = half(element, "draft");
            draft.insert(Text::Borrowed("validation"), given);
            element.insert(Text::Borrowed("draft"), Value::Object(draft));
        })
    }

    pub(super) fn activate(&self) -> Planned {
        let old = self.read_connector()?;
        let element = element(&old)?;
        let draft = half(&element, "draft");
        let state = draft.get("validation").and_then(Value::as_object);
        let state = state.and_then(|info| info.get("state")).and_then(Value::as_str);
        let state = state.unwrap_or_default();
        if state != "valid" {
            let reason = format!(
                "Filtering draft needs to be validated by the connector service before activation. Current filtering draft validation state [{state}] is not equal to [valid]."
            );
            return Err(refused("CN-5.7-1", reason).into());
        }
        self.changed(&old, "CN-5.7-1", |element| {
            element.insert(Text::Borrowed("active"), Value::Object(draft));
        })
    }

    /// A connector with its element of filtering changed.
    fn changed(
        &self,
        old: &Document,
        rule: &'static str,
        change: impl FnOnce(&mut Fields),
    ) -> Planned {
        let before = element(old)?;
        let mut after = before.clone();
        change(&mut after);
        if before == after {
            return Ok(Plan::read("CN-1.5-2", Expected::Result("noop")));
        }
        let given = patch([("filtering", Value::Array(vec![Value::Object(after)]))]);
        self.update_connector(rule, old, given)
    }

    /// A whole filtering, as it is given (CN-5.5-6).
    fn elements(&mut self, given: &Json) -> Result<Vec<Value>, Refusal> {
        let mut elements = Vec::new();
        for element in several(given) {
            let mut kept = patch([("domain", Value::text("DEFAULT"))]);
            for name in ["active", "draft"] {
                let given = element.get(name).ok_or(malformed("CN-5.5-10"))?;
                let part = |part: &str| given.get(part).ok_or(malformed("CN-5.5-10"));
                let half = patch([
                    ("advanced_snippet", self.snippet(part("advanced_snippet")?)?),
                    ("rules", Value::Array(self.rules(part("rules")?)?)),
                    ("validation", validation_info(part("validation")?)?),
                ]);
                kept.insert(Text::Borrowed(name), Value::Object(half));
            }
            elements.push(Value::Object(kept));
        }
        Ok(elements)
    }

    fn rules(&mut self, given: &Json) -> Result<Vec<Value>, Refusal> {
        several(given).into_iter().map(|rule| self.rule(rule)).collect()
    }

    fn rule(&mut self, given: &Json) -> Result<Value, Refusal> {
        let required = ["field", "id", "order", "policy", "rule", "value"];
        let text = |name: &str| given.get(name).and_then(Json::as_str).unwrap_or_default();
        let policy = text("policy").to_lowercase();
        let is_known =
            ["include", "exclude"].contains(&&*policy) && CONDITIONS.contains(&text("rule"));
        if !lenient(given, RULE, &required) || !is_known {
            return Err(malformed("CN-5.5-8"));
        }
        let names: Vec<&str> = RULE.iter().map(|(name, _)| *name).collect();
        let mut kept = super::updates::known(given, &names);
        kept.insert(Text::Borrowed("policy"), Value::Text(Text::Owned(policy)));
        self.complete_times(&mut kept);
        Ok(Value::Object(kept))
    }

    fn snippet(&mut self, given: &Json) -> Result<Value, Refusal> {
        if !lenient(given, SNIPPET, &["value"]) {
            return Err(malformed("CN-5.5-9"));
        }
        let mut kept = super::updates::known(given, &["created_at", "updated_at", "value"]);
        self.complete_times(&mut kept);
        Ok(Value::Object(kept))
    }

    /// Times that are not given are now, both the same.
    fn complete_times(&mut self, members: &mut Fields) {
        let names = ["created_at", "updated_at"];
        let is_complete = names.iter().all(|name| members.contains_key(*name));
        let now = if is_complete { Value::Null } else { self.now() };
        for name in names {
            let value = members.get(name).map_or_else(|| now.clone(), time);
            members.insert(Text::Borrowed(name), value);
        }
    }

    /// The rules of a draft: sorted, with the default rule last (CN-5.5-4, CN-5.5-5).
    fn normalised(&mut self, rules: Vec<Value>) -> Vec<Value> {
        let (defaults, mut others): (Vec<Value>, Vec<Value>) =
            rules.into_iter().partition(is_default);
        others.sort_by(by_order);
        let order = others.last().map_or(0, |last| order_of(last).saturating_add(1));
        let first = defaults.first().and_then(Value::as_object);
        let now = first.and_then(|first| first.get("created_at").cloned());
        let now = now.unwrap_or_else(|| self.now());
        others.push(default_rule(order, &now));
        others
    }
}

fn order_of(rule: &Value) -> i64 {
    match rule.as_object().and_then(|rule| rule.get("order")) {
        Some(Value::Number(number)) => number.as_i64().unwrap_or_default(),
        _ => 0,
    }
}

fn by_order(one: &Value, other: &Value) -> Ordering {
    order_of(one).cmp(&order_of(other))
}

fn is_default(rule: &Value) -> bool {
    let Some(rule) = rule.as_object() else { return false };
    let wanted = [
        ("field", "_"),
        ("id", "DEFAULT"),
        ("policy", "include"),
        ("rule", "regex"),
        ("value", ".*"),
    ];
    wanted.iter().all(|(name, value)| rule.get(*name).and_then(Value::as_str) == Some(value))
}

/// An array, or one object in its place (CN-1.4-4).
fn several(given: &Json) -> Vec<&Json> {
    given.as_array().map_or_else(|| vec![given], |items| items.iter().collect())
}

fn validation_info(given: &Json) -> Result<Value, Refusal> {
    const ERROR: &Shape = &[("ids", Kind::Any), ("messages", Kind::Any)];
    let state = given.get("state").and_then(Json::as_str).unwrap_or_default().to_lowercase();
    let errors = given.get("errors").map(several).unwrap_or_default();
    let are_right = errors.iter().all(|error| lenient(error, ERROR, &["ids", "messages"]));
    let is_known = ["edited", "invalid", "valid"].contains(&&*state);
    if !lenient(given, VALIDATION, &["errors", "state"]) || !are_right || !is_known {
        return Err(malformed("CN-5.5-11"));
    }
    let errors = errors
        .into_iter()
        .map(|error| Value::Object(super::updates::known(error, &["ids", "messages"])));
    let members =
        [("errors", Value::Array(errors.collect())), ("state", Value::Text(Text::Owned(state)))];
    Ok(Value::Object(patch(members)))
}

/// The first element of the filtering of a connector. If there is none, none can be looked at
/// (CN-5.5-6).
fn element(connector: &Document) -> Result<Fields, Refusal> {
    let first = match connector.fields.get("filtering") {
        Some(Value::Array(elements)) => elements.first(),
        _ => None,
    };
    first.and_then(Value::as_object).cloned().ok_or_else(|| Refusal {
        rule: "CN-5.5-6",
        status: 500,
        kind: "index_out_of_bounds_exception",
        reason: Reason::Exactly("Index 0 out of bounds for length 0".to_owned()),
    })
}

fn half(element: &Fields, name: &str) -> Fields {
    element.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}
