//! Which exchanges are meant: the filters of a listing and the matchers of an expectation are the
//! same.

use api_types::{
    Timestamp,
    endpoint::Operation,
    json::{Json, Object},
};

use super::{Sender, exchange::Exchange, pattern::Pattern, status::Statuses};
use crate::{error::ApiError, host::illegal, query_string, suggest};

/// The members of a matcher.
pub(super) const MEMBERS: [&str; 11] = [
    "operation",
    "method",
    "path",
    "status",
    "id",
    "by",
    "query",
    "body",
    "since",
    "until",
    "unmatched",
];

/// Operations of which the endpoint table has no row.
const OTHER_OPERATIONS: [&str; 3] = ["info", "ping", "security.create_api_key"];

/// Which exchanges are meant; all by default.
#[derive(Clone, Debug, Default)]
pub(super) struct Matcher {
    operation: Option<Pattern>,
    method: Option<String>,
    path: Option<Pattern>,
    status: Option<Statuses>,
    id: Option<String>,
    /// Who sent them; `None` for anybody.
    by: Option<Sender>,
    query: Vec<(String, String)>,
    body: Option<Json>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    unmatched: Option<bool>,
}

/// What an exchange has otherwise than a matcher wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) member: String,
    pub(super) expected: String,
    pub(super) actual: String,
}

impl Matcher {
    /// Reads a matcher; members that are not of a matcher are left to the caller. What clients sent is
    /// meant, unless it says otherwise.
    pub(super) fn read(object: &Object) -> Result<Self, ApiError> {
        let mut matcher = Self { by: Some(Sender::Client), ..Self::default() };
        for (name, value) in object.iter().filter(|(name, _)| MEMBERS.contains(name)) {
            match (name, value) {
                ("query", Json::Object(query)) => {
                    let pair = |(name, value): (&str, &Json)| (name.to_owned(), text_of(value));
                    matcher.query = query.iter().map(pair).collect();
                }
                ("query", _) => return Err(illegal("[query] has to be an object of parameters")),
                ("body", value) => matcher.body = Some(value.clone()),
                ("status", value) => matcher.set(name, &text_of(value))?,
                ("unmatched", Json::Bool(value)) => matcher.unmatched = Some(*value),
                (name, Json::String(text)) => matcher.set(name, text)?,
                (name, _) => return Err(illegal(format!("[{name}] has to be a text"))),
            }
        }
        Ok(matcher)
    }

    /// Sets what a text can say.
    pub(super) fn set(&mut self, name: &str, text: &str) -> Result<(), ApiError> {
        let instant = || {
            Timestamp::parse(text).map_err(|_| {
                illegal(format!("[{name}] is [{text}]; write an instant, 2026-01-01T12:00:00.000Z"))
            })
        };
        match name {
            "operation" => self.operation = Some(operation(text)?),
            "method" => self.method = Some(text.to_ascii_uppercase()),
            "path" => self.path = Some(Pattern::new(text)),
            "status" => self.status = Some(Statuses::parse(text)?),
            "id" => self.id = Some(text.to_owned()),
            "by" if text == "*" => self.by = None,
            "by" => {
                let sender = Sender::named(text);
                self.by = Some(sender.ok_or_else(|| {
                    illegal(format!("[by] is [{text}]; write client, worker, or * for both"))
                })?);
            }
            "since" => self.since = Some(instant()?),
            "until" => self.until = Some(instant()?),
            "unmatched" => {
                self.unmatched = Some(match text {
                    "" | "true" => true,
                    "false" => false,
                    _ => {
                        let text = format!("[unmatched] is [{text}]; write true or false");
                        return Err(illegal(text));
                    }
                });
            }
            _ => return Err(illegal(format!("[{name}] cannot be written here"))),
        }
        Ok(())
    }

    pub(super) fn matches(&self, exchange: &Exchange<'_>) -> bool {
        let Self { operation, method, path, status, since, until, unmatched, .. } = self;
        let entry = exchange.entry;
        status.as_ref().is_none_or(|status| status.has(entry.status))
            && self.by.is_none_or(|by| by == entry.by)
            && method.as_ref().is_none_or(|method| method == entry.method())
            && since.is_none_or(|since| entry.at >= since)
            && until.is_none_or(|until| entry.at <= until)
            && unmatched.is_none_or(|unmatched| unmatched == exchange.is_unmatched())
            && operation.as_ref().is_none_or(|it| exchange.operation().is_some_and(|o| it.fits(o)))
            && path.as_ref().is_none_or(|path| path_fits(path, exchange))
            && self.differences(exchange).is_empty()
    }

    /// What is otherwise, in the order of the members.
    pub(super) fn differences(&self, exchange: &Exchange<'_>) -> Vec<Difference> {
        let entry = exchange.entry;
        let mut found = Vec::new();
        let mut add = |member: &str, expected: String, actual: String| {
            found.push(Difference { member: member.to_owned(), expected, actual });
        };
        let actual = exchange.operation();
        if let Some(operation) = &self.operation
            && !actual.is_some_and(|actual| operation.fits(actual))
        {
            add("operation", operation.to_string(), actual.unwrap_or("none").to_owned());
        }
        if let Some(method) = &self.method
            && method != entry.method()
        {
            add("method", method.clone(), entry.method().to_owned());
        }
        if let Some(path) = &self.path
            && !path_fits(path, exchange)
        {
            add("path", path.to_string(), exchange.path().to_owned());
        }
        if let Some(id) = &self.id {
            let about = exchange.about();
            if !about.contains(id) {
                let actual = if about.is_empty() { "none".to_owned() } else { about.join(", ") };
                add("id", id.clone(), actual);
            }
        }
        if let Some(by) = self.by.filter(|by| *by != entry.by) {
            add("by", by.name().to_owned(), entry.by.name().to_owned());
        }
        if let Some(status) = &self.status
            && !status.has(entry.status)
        {
            add("status", status.to_string(), entry.status.to_string());
        }
        if let Some(since) = self.since.filter(|since| entry.at < *since) {
            add("since", since.to_string(), entry.at.to_string());
        }
        if let Some(until) = self.until.filter(|until| entry.at > *until) {
            add("until", until.to_string(), entry.at.to_string());
        }
        if let Some(unmatched) = self.unmatched.filter(|it| *it != exchange.is_unmatched()) {
            add("unmatched", unmatched.to_string(), exchange.is_unmatched().to_string());
        }
        self.query_differences(exchange, &mut add);
        if let Some(body) = &self.body {
            match exchange.request_json() {
                Some(actual) => compare("body", body, &actual, &mut add),
                None => add("body", body.to_compact(), "no JSON".to_owned()),
            }
        }
        found
    }

    fn query_differences(
        &self,
        exchange: &Exchange<'_>,
        add: &mut impl FnMut(&str, String, String),
    ) {
        if self.query.is_empty() {
            return;
        }
        let given = query_string::parse(exchange.query()).unwrap_or_default();
        for (name, value) in &self.query {
            let actual = given.iter().find(|(given, _)| given == name).map(|(_, value)| value);
            if actual != Some(value) {
                let actual = actual.map_or_else(|| "nothing".to_owned(), Clone::clone);
                add(&format!("query {name}"), value.clone(), actual);
            }
        }
    }

    /// The operation that is meant, to tell near misses from requests of another kind.
    pub(super) const fn operation(&self) -> Option<&Pattern> {
        self.operation.as_ref()
    }
}

impl std::fmt::Display for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        let mut add = |name: &str, value: Option<String>| {
            parts.extend(value.map(|value| format!("{name} [{value}]")));
        };
        add("method", self.method.clone());
        add("path", self.path.as_ref().map(ToString::to_string));
        add("id", self.id.clone());
        // Clients are meant if nothing is said.
        let by = self.by.filter(|by| *by != Sender::Client);
        add("by", by.map(|by| by.name().to_owned()));
        add("status", self.status.as_ref().map(ToString::to_string));
        for (name, value) in &self.query {
            add(&format!("query {name}"), Some(value.clone()));
        }
        add("body", self.body.as_ref().map(Json::to_compact));
        add("since", self.since.map(|it| it.to_string()));
        add("until", self.until.map(|it| it.to_string()));
        add("unmatched", self.unmatched.map(|it| it.to_string()));
        match &self.operation {
            Some(operation) => write!(f, "{operation}")?,
            None => f.write_str("requests")?,
        }
        if parts.is_empty() { Ok(()) } else { write!(f, " with {}", parts.join(", ")) }
    }
}

/// A parameter may be written as a number or a boolean.
fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_compact(), str::to_owned)
}

fn path_fits(pattern: &Pattern, exchange: &Exchange<'_>) -> bool {
    let path = exchange.path();
    pattern.fits(path)
        || query_string::decode(path, query_string::Plus::IsPlus)
            .is_ok_and(|decoded| pattern.fits(&decoded))
}

/// A pattern of operations that fits at least one.
fn operation(text: &str) -> Result<Pattern, ApiError> {
    let pattern = Pattern::new(text);
    let known = || Operation::ALL.iter().map(|one| one.name()).chain(OTHER_OPERATIONS);
    if known().any(|name| pattern.fits(name)) {
        return Ok(pattern);
    }
    let near = suggest::nearest(text, known());
    let hint = suggest::sentence(near.get(..near.len().min(3)).unwrap_or_default());
    let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
    Err(illegal(format!("[{text}] is no operation{hint}")))
}

/// Compares what is expected of a value: of an object, some of its members.
fn compare(
    place: &str,
    expected: &Json,
    actual: &Json,
    add: &mut impl FnMut(&str, String, String),
) {
    match (expected, actual) {
        (Json::Object(expected), Json::Object(actual)) => {
            for (name, value) in expected.iter() {
                let place = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
                match actual.get(name) {
                    Some(actual) => compare(&place, value, actual, add),
                    None => add(&place, value.to_compact(), "nothing".to_owned()),
                }
            }
        }
        (Json::Array(expected), Json::Array(actual)) if expected.len() == actual.len() => {
            for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                compare(&format!("{place}/{index}"), expected, actual, add);
            }
        }
        (expected, actual) if expected == actual => {}
        (expected, actual) => add(place, expected.to_compact(), actual.to_compact()),
    }
}
