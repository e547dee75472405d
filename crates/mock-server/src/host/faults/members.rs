//! The members of a rule: what they are called, what they may hold, and the rule that they make.

use api_types::{
    endpoint::{Method, Operation},
    json::{Json, Number, Object},
};
use http::{HeaderName, HeaderValue};

use super::{
    BadFault, Rule, answers,
    pattern::Pattern,
    rule::{Break, Chunks, Effect, Failure, Headers, Items, Length, On, Turn, What, When},
    words,
};
use crate::{host::delivery::Close, suggest};

/// What a member may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Count,
    Fraction,
    Flag,
    /// An object of names and patterns.
    Headers,
}

/// Every member of a rule, in the order in which they are shown.
pub(super) const MEMBERS: &[(&str, Kind)] = &[
    ("method", Kind::Text),
    ("path", Kind::Text),
    ("operation", Kind::Text),
    ("header", Kind::Headers),
    ("status", Kind::Count),
    ("type", Kind::Text),
    ("reason", Kind::Text),
    ("retry_after", Kind::Text),
    ("html", Kind::Flag),
    ("body", Kind::Text),
    ("reset", Kind::Text),
    ("truncate", Kind::Count),
    ("close", Kind::Text),
    ("stale", Kind::Flag),
    ("bulk_items", Kind::Text),
    ("content_type", Kind::Text),
    ("no_product", Kind::Flag),
    ("delay", Kind::Text),
    ("chunks", Kind::Count),
    ("pause", Kind::Text),
    ("when", Kind::Text),
    ("nth", Kind::Count),
    ("every", Kind::Count),
    ("after", Kind::Count),
    ("times", Kind::Count),
    ("probability", Kind::Fraction),
    ("seed", Kind::Count),
];

/// Effects of which a rule has one at most.
const EFFECTS: [&str; 6] = ["body", "reset", "truncate", "stale", "bulk_items", "html"];

/// The most pieces of a body.
const MAX_CHUNKS: i64 = 10_000;

/// What the server answers beside the operations of the table.
const OTHERS: [&str; 3] = ["info", "ping", "security.create_api_key"];

/// The dotted names that a request may have.
pub(super) fn operations() -> impl Iterator<Item = &'static str> {
    Operation::ALL.iter().map(|operation| operation.name()).chain(OTHERS)
}

fn bad<T>(text: impl Into<String>) -> Result<T, BadFault> {
    Err(BadFault(text.into()))
}

/// The members of a rule that is being read.
struct Members<'a>(&'a Object);

impl Rule {
    /// Reads a rule as a control route takes it.
    ///
    /// # Errors
    /// If a member is unknown, or holds what it may not.
    pub(crate) fn from_members(object: &Object) -> Result<Self, BadFault> {
        let members = Members(object);
        members.check_names()?;
        let effect = members.effect()?;
        let mut shown = Object::new();
        for (name, _) in MEMBERS {
            shown.insert_some(*name, object.get(name).cloned());
        }
        Ok(Self { on: members.on()?, turn: members.turn()?, effect, members: shown })
    }

    /// The rule in words.
    pub(super) fn text(&self) -> String {
        words::text_of(&self.members)
    }
}

impl Members<'_> {
    fn check_names(&self) -> Result<(), BadFault> {
        let is_known = |name: &str| MEMBERS.iter().any(|(known, _)| *known == name);
        let Some((name, _)) = self.0.iter().find(|(name, _)| !is_known(name)) else {
            return Ok(());
        };
        let known = MEMBERS.iter().map(|(known, _)| *known);
        let nearest = suggest::nearest(name, known.clone());
        let hint = suggest::sentence(&nearest).map_or_else(String::new, |hint| format!(", {hint}"));
        let known: Vec<&str> = known.collect();
        bad(format!("unknown member [{name}]{hint}; there are {}", known.join(", ")))
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// A text; a number is one, too.
    fn text(&self, name: &str) -> Result<Option<String>, BadFault> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.to_string())),
            Some(number @ Json::Number(_)) => Ok(Some(number.to_compact())),
            Some(other) => bad(format!("[{name}] has to be a text and is [{other}]")),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, BadFault> {
        match self.0.get(name) {
            None => Ok(false),
            Some(Json::Bool(true)) => Ok(true),
            Some(other) => bad(format!("[{name}] is [true] or left out, and is [{other}]")),
        }
    }

    fn count(&self, name: &str, least: i64, most: i64) -> Result<Option<i64>, BadFault> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        match value.as_i64() {
            Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ if most == i64::MAX => {
                bad(format!("[{name}] has to be a whole number from {least} and is [{value}]"))
            }
            _ => bad(format!(
                "[{name}] has to be a whole number from {least} to {most} and is [{value}]"
            )),
        }
    }

    fn number(&self, name: &str, least: i64) -> Result<Option<u64>, BadFault> {
        Ok(self.count(name, least, i64::MAX)?.map(i64::unsigned_abs))
    }

    fn length(&self, name: &str) -> Result<Option<Length>, BadFault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match Length::parse(&text) {
            Some(length) => Ok(Some(length)),
            None => bad(format!(
                "[{name}] has to be a length of time of an hour at most, [200ms], [2s], [1m], or a range of them, [100ms-2s], and is [{text}]"
            )),
        }
    }

    fn one_of<T: Copy>(
        &self,
        name: &str,
        known: &[(&'static str, T)],
    ) -> Result<Option<T>, BadFault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if let Some((_, value)) = known.iter().find(|(known, _)| *known == text) {
            return Ok(Some(*value));
        }
        let known: Vec<&str> = known.iter().map(|(known, _)| *known).collect();
        let nearest = suggest::nearest(&text, known.iter().copied());
        let hint = suggest::sentence(&nearest).map_or_else(String::new, |hint| format!(", {hint}"));
        bad(format!("[{name}] is one of {} and not [{text}]{hint}", known.join(", ")))
    }

    fn header_value(&self, name: &str) -> Result<Option<HeaderValue>, BadFault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match HeaderValue::from_str(&text) {
            Ok(value) => Ok(Some(value)),
            Err(_) => bad(format!("[{name}] cannot be the value of a header: [{text}]")),
        }
    }

    fn on(&self) -> Result<On, BadFault> {
        let method = self.text("method")?;
        if let Some(method) = method.as_ref().filter(|it| Method::from_name(it).is_none()) {
            return bad(format!("[method] is a method of HTTP in capitals and not [{method}]"));
        }
        Ok(On {
            method,
            path: self.text("path")?.map(Pattern::new),
            operation: self.operation()?,
            headers: self.headers()?,
        })
    }

    fn operation(&self) -> Result<Option<Pattern>, BadFault> {
        let Some(text) = self.text("operation")? else { return Ok(None) };
        let pattern = Pattern::new(text.clone());
        if operations().any(|name| pattern.matches(name)) {
            return Ok(Some(pattern));
        }
        let nearest = suggest::nearest(&text, operations());
        let nearest: Vec<&str> = nearest.into_iter().take(3).collect();
        let hint = suggest::sentence(&nearest).unwrap_or_else(|| {
            "they are in docs/endpoints.md, and [*] stands for any characters".to_owned()
        });
        bad(format!("no operation is called [{text}]; {hint}"))
    }

    fn headers(&self) -> Result<Vec<(HeaderName, Pattern)>, BadFault> {
        let headers = match self.0.get("header") {
            None => return Ok(Vec::new()),
            Some(Json::Object(headers)) => headers,
            Some(other) => {
                return bad(format!(
                    "[header] has to be an object of names and patterns and is [{other}]"
                ));
            }
        };
        let read = |(name, pattern): (&str, &Json)| {
            let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
                return bad(format!("[header]: [{name}] is no name of a header"));
            };
            match pattern.as_str() {
                Some(pattern) => Ok((name, Pattern::new(pattern))),
                None => bad(format!("[header.{name}] has to be a text and is [{pattern}]")),
            }
        };
        headers.iter().map(read).collect()
    }

    fn turn(&self) -> Result<Turn, BadFault> {
        let probability = match self.0.get("probability") {
            None => None,
            Some(Json::Number(Number::Double(value))) if (0.0..=1.0).contains(value) => {
                Some(*value)
            }
            Some(Json::Number(Number::Integer(0))) => Some(0.0),
            Some(Json::Number(Number::Integer(1))) => Some(1.0),
            Some(other) => {
                return bad(format!("[probability] is a number from 0 to 1 and not [{other}]"));
            }
        };
        Ok(Turn {
            nth: self.number("nth", 1)?,
            every: self.number("every", 1)?,
            after: self.number("after", 0)?.unwrap_or_default(),
            times: self.number("times", 1)?,
            probability,
            seed: self.number("seed", 0)?,
        })
    }

    fn effect(&self) -> Result<Effect, BadFault> {
        let what = self.what()?;
        let chunks = self.chunks()?;
        let delay = self.length("delay")?;
        let headers = Headers {
            content_type: self.header_value("content_type")?,
            no_product: self.flag("no_product")?,
            retry_after: self.header_value("retry_after")?,
        };
        let is_nothing = matches!(what, What::Answer)
            && chunks.is_none()
            && delay.is_none()
            && headers.content_type.is_none()
            && headers.retry_after.is_none()
            && !headers.no_product;
        if is_nothing {
            return bad(
                "the fault does nothing; there are status, html, body, reset, truncate, stale, bulk_items, content_type, no_product, retry_after, delay, chunks",
            );
        }
        Ok(Effect { when: self.when(&what)?, what, headers, delay, chunks })
    }

    fn chunks(&self) -> Result<Option<Chunks>, BadFault> {
        let pause = self.length("pause")?;
        match self.count("chunks", 2, MAX_CHUNKS)? {
            None if pause.is_some() => bad("[pause] is for [chunks], which is not there"),
            None => Ok(None),
            Some(count) => {
                let usual = Length::parse("100ms").unwrap_or(Length {
                    least: std::time::Duration::ZERO,
                    most: std::time::Duration::ZERO,
                });
                let count = usize::try_from(count).unwrap_or_default();
                Ok(Some(Chunks { count, pause: pause.unwrap_or(usual) }))
            }
        }
    }

    /// Whether the operation is carried out: not where somebody in front of it refuses, and where
    /// its answer is what is changed.
    fn when(&self, what: &What) -> Result<When, BadFault> {
        let asked = self.one_of("when", &[("before", When::Before), ("after", When::After)])?;
        let (usual, is_free) = match what {
            What::Status(_) | What::Page(_) => (When::Before, true),
            What::Broken { at: Break::Before, .. } => (When::Before, true),
            What::Answer
            | What::Body(_)
            | What::Broken { at: Break::Headers | Break::Body(_) | Break::After, .. }
            | What::Stale
            | What::BulkItems { .. } => (When::After, false),
        };
        match asked {
            Some(When::Before) if !is_free => bad(
                "[when] cannot be [before]: the effect is one on the answer of the operation, which is carried out therefore",
            ),
            asked => Ok(asked.unwrap_or(usual)),
        }
    }

    fn what(&self) -> Result<What, BadFault> {
        let there: Vec<&str> = EFFECTS.into_iter().filter(|name| self.has(name)).collect();
        let status = self.count("status", 400, 599)?.and_then(|it| u16::try_from(it).ok());
        match (there.as_slice(), status) {
            ([one, other, ..], _) => {
                return bad(format!("[{one}] and [{other}] are two effects; a rule has one"));
            }
            ([one @ ("body" | "reset" | "truncate" | "stale")], Some(_)) => {
                return bad(format!("[status] and [{one}] are two effects; a rule has one"));
            }
            _ => {}
        }
        let has_status = status.is_some() || self.has("bulk_items");
        let detail = ["type", "reason"].into_iter().find(|name| self.has(name));
        if let Some(name) = detail.filter(|_| !has_status || self.has("html")) {
            return bad(format!("[{name}] is for a [status] without [html]"));
        }
        let close = self.one_of("close", &[("fin", Close::Fin), ("rst", Close::Rst)])?;
        let breaks = self.has("reset") || self.has("truncate");
        if close.is_some() && !breaks {
            return bad("[close] is for [reset] and [truncate], of which none is there");
        }
        if let Some(at) = self.break_at()? {
            return Ok(What::Broken { at, close: close.unwrap_or(Close::Rst) });
        }
        if let Some(bytes) = self.number("truncate", 0)? {
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            let close = close.unwrap_or(Close::Fin);
            return Ok(What::Broken { at: Break::Body(bytes), close });
        }
        if self.flag("html")? {
            return Ok(What::Page(status.unwrap_or(200)));
        }
        if self.flag("stale")? {
            return Ok(What::Stale);
        }
        if let Some(items) = self.items()? {
            return Ok(What::BulkItems { items, failure: self.failure(status.unwrap_or(429))? });
        }
        if let Some(body) = self.text("body")? {
            return Ok(What::Body(body));
        }
        Ok(match status {
            Some(status) => What::Status(self.failure(status)?),
            None => What::Answer,
        })
    }

    fn failure(&self, status: u16) -> Result<Failure, BadFault> {
        let failure = Failure { status, kind: self.text("type")?, reason: self.text("reason")? };
        answers::check(&failure)?;
        Ok(failure)
    }

    fn break_at(&self) -> Result<Option<Break>, BadFault> {
        let Some(text) = self.text("reset")? else { return Ok(None) };
        Ok(Some(match text.as_str() {
            "before" => Break::Before,
            "headers" => Break::Headers,
            "after" => Break::After,
            bytes => match bytes.parse() {
                Ok(bytes) => Break::Body(bytes),
                Err(_) => {
                    return bad(format!(
                        "[reset] is [before], [headers], [after] or a number of bytes of the body, and not [{bytes}]"
                    ));
                }
            },
        }))
    }

    fn items(&self) -> Result<Option<Items>, BadFault> {
        let Some(text) = self.text("bulk_items")? else { return Ok(None) };
        if text == "*" {
            return Ok(Some(Items::All));
        }
        let positions = text.split(',').map(|it| it.trim().parse().ok().filter(|it| *it > 0));
        match positions.collect() {
            Some(positions) => Ok(Some(Items::These(positions))),
            None => bad(format!(
                "[bulk_items] is [*] or the positions of items, counted from 1, [1,3], and not [{text}]"
            )),
        }
    }
}
