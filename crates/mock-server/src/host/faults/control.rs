//! The control routes of the rules.

use api_types::json::{Json, Object};

use super::{Active, BadFault, Faults, Origin, Rule};
use crate::{
    error::ApiError,
    host::{
        control::{count, missing},
        illegal,
    },
    reply::Reply,
    request::RawRequest,
};

/// Whether rules are added, or put in the place of those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Change {
    Add,
    Replace,
}

impl From<BadFault> for ApiError {
    fn from(bad: BadFault) -> Self {
        illegal(bad.to_string())
    }
}

impl Faults {
    /// All rules in their order, with what each did.
    pub(in crate::host) fn show(&self) -> Reply {
        let all: Vec<Json> = self.list().active.iter().map(Active::shown).collect();
        Reply::value(200, Object::new().with("count", count(all.len())).with("faults", all))
    }

    /// Takes the rules of the body: one, or an array of them. If one is wrong, none is taken.
    pub(in crate::host) fn change(
        &self,
        change: Change,
        request: &RawRequest,
    ) -> Result<Reply, ApiError> {
        let rules = read(&request.body)?;
        let (status, ids) = match change {
            Change::Add => (201, self.add(rules)),
            Change::Replace => (200, self.replace(rules)),
        };
        let ids: Vec<Json> = ids.into_iter().map(number).collect();
        Ok(Reply::value(status, Object::new().with("ids", ids)))
    }

    /// Drops all rules.
    pub(in crate::host) fn drop_all(&self) -> Reply {
        Reply::value(200, Object::new().with("dropped", count(self.clear())))
    }

    /// Drops the rule of this id.
    pub(in crate::host) fn drop_one(&self, id: &str) -> Result<Reply, ApiError> {
        if id.parse().is_ok_and(|id| self.remove(id)) {
            return Ok(Reply::acknowledged());
        }
        let ids: Vec<String> = self.list().active.iter().map(|it| it.id.to_string()).collect();
        let there = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        Err(missing(format!("there is no fault [{id}]; there are: {there}")))
    }
}

fn number(number: u64) -> Json {
    Json::from(i64::try_from(number).unwrap_or(i64::MAX))
}

impl Active {
    fn shown(&self) -> Json {
        let Self { id, rule, from, matched, applied, last, .. } = self;
        let from = match from {
            Origin::Start => "start",
            Origin::Control => "control",
        };
        let shown = Object::new()
            .with("id", number(*id))
            .with("text", rule.text())
            .with("rule", rule.members.clone())
            .with("from", from)
            .with("matched", number(*matched))
            .with("applied", number(*applied))
            .with("last", last.clone());
        Json::Object(shown)
    }
}

/// The rules of a body: a text, an object, or an array of these.
fn read(body: &[u8]) -> Result<Vec<Rule>, ApiError> {
    const FORMS: &str = r#"write one as an object, {"path":"*/_claim","status":503}, or as a text, "PUT */_claim 503 x2", or several in an array"#;
    if body.is_empty() {
        return Err(illegal(format!("there is no fault in the body; {FORMS}")));
    }
    let value = Json::parse(body)
        .map_err(|error| illegal(format!("the body is no JSON: {error}; {FORMS}")))?;
    let rule = |value: &Json| match value {
        Json::String(text) => text.parse(),
        Json::Object(object) => Rule::from_members(object),
        other => Err(BadFault(format!("[{other}] is no fault; {FORMS}"))),
    };
    let Json::Array(values) = &value else { return Ok(vec![rule(&value)?]) };
    let numbered = |(position, value): (usize, &Json)| {
        rule(value).map_err(|bad| illegal(format!("the fault {}: {bad}", position + 1)))
    };
    values.iter().enumerate().map(numbered).collect()
}
