//! What an answer has to be, and whether it is.

use std::sync::Arc;

use api_types::json::{Json, Object, Text};

use super::{
    document::Document,
    value::{Comparison, Mismatch, quoted},
};
use crate::fuzz::target::Answer;

/// What the reason of an error has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The contract leaves it open, or it is another test's business.
    Any,
    Null,
    Exactly(String),
    /// Either is fine.
    OneOf([String; 2]),
}

/// A request that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The rule of the contract.
    pub(super) rule: &'static str,
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) reason: Reason,
}

/// What an answer has to be.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    Refused(Refusal),
    /// 200 with `result`.
    Result(&'static str),
    /// `id` and `result`; an id that the server makes is not known before.
    Connector {
        status: u16,
        id: Option<String>,
        result: &'static str,
    },
    /// 201 with `id`.
    Job,
    /// 200 with `acknowledged`.
    Acknowledged,
    /// 200 with the names of the document and `result`.
    Written {
        index: String,
        id: String,
        result: &'static str,
    },
    /// 200 with the document.
    Document {
        id: String,
        document: Arc<Document>,
    },
    /// A page of a list.
    Page(Page),
}

/// A page of a list.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Everything that matches, in order.
    pub(super) matches: Vec<(String, Arc<Document>)>,
    pub(super) from: usize,
    pub(super) size: usize,
    /// The member that the list is sorted by; documents that have the same value there may stand in
    /// any order.
    pub(super) sorted_by: &'static str,
    /// Whether the server has nothing else to list. If not, `count` may be greater and results of
    /// others stand in between.
    pub(super) is_alone: bool,
}

/// What an answer told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The id that the server made.
    pub(super) id: Option<String>,
    pub(super) learned: Vec<(super::value::StampId, Text)>,
}

impl Expected {
    pub(super) const fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.status,
            Self::Connector { status, .. } => *status,
            Self::Job => 201,
            Self::Result(_)
            | Self::Acknowledged
            | Self::Written { .. }
            | Self::Document { .. }
            | Self::Page(_) => 200,
        }
    }

    /// Whether the answer is this, and what it tells.
    pub(super) fn judge(
        &self,
        answer: &Answer,
        mut comparison: Comparison<'_>,
    ) -> Result<Told, Mismatch> {
        if answer.status != self.status() {
            let expected = match self {
                Self::Refused(Refusal { kind, reason, .. }) => {
                    format!("{}, {kind}{}", self.status(), shown_reason(reason))
                }
                _ => self.status().to_string(),
            };
            return Err(Mismatch::new("status", expected, shown(answer)));
        }
        let body = answer.json.as_ref().and_then(Json::as_object);
        let body = body.ok_or_else(|| Mismatch::new("body", "a JSON object", shown(answer)))?;
        let mut told = Told::default();
        match self {
            Self::Refused(refusal) => refused(refusal, body, answer)?,
            Self::Result(result) => only(body, "result", &Json::from(*result))?,
            Self::Acknowledged => only(body, "acknowledged", &Json::Bool(true))?,
            Self::Written { index, id, result } => {
                member("/_index", body, "_index", &Json::from(index.clone()))?;
                member("/_id", body, "_id", &Json::from(id.clone()))?;
                member("/result", body, "result", &Json::from(*result))?;
            }
            Self::Connector { id, result, .. } => {
                let given = made_id(body, id.as_deref())?;
                let wanted = Object::new().with("id", given.clone()).with("result", *result);
                whole(body, &wanted)?;
                told.id = Some(given);
            }
            Self::Job => {
                let given = made_id(body, None)?;
                whole(body, &Object::new().with("id", given.clone()))?;
                told.id = Some(given);
            }
            Self::Document { id, document } => {
                member("/id", body, "id", &Json::from(id.clone()))?;
                comparison.object("", &document.fields, body, &["id"])?;
            }
            Self::Page(page) => page.judge(body, &mut comparison)?,
        }
        told.learned = comparison.learned;
        Ok(told)
    }
}

impl Page {
    fn judge(&self, body: &Object, comparison: &mut Comparison<'_>) -> Result<(), Mismatch> {
        let count = body.get("count").and_then(Json::as_i64);
        let count = count.and_then(|count| usize::try_from(count).ok());
        let matching = self.matches.len();
        let is_right = count
            .is_some_and(|count| if self.is_alone { count == matching } else { count >= matching });
        if !is_right {
            let actual = body.get("count").map_or_else(|| "nothing".to_owned(), Json::to_compact);
            return Err(Mismatch::new("/count", matching.to_string(), actual));
        }
        let Some(results) = body.get("results").and_then(Json::as_array) else {
            return Err(Mismatch::new("/results", "an array", "none"));
        };
        if self.is_alone {
            self.alone(results, comparison)
        } else {
            self.among_others(results, comparison)
        }
    }

    fn alone(&self, results: &[Json], comparison: &mut Comparison<'_>) -> Result<(), Mismatch> {
        let wanted = self.matches.iter().skip(self.from).take(self.size);
        if results.len() != wanted.len() {
            let expected = format!("{} elements", wanted.len());
            let actual = format!("{}: {}", results.len(), ids(results));
            return Err(Mismatch::new("/results", expected, actual));
        }
        let mut seen: Vec<&str> = Vec::new();
        for (at, ((wanted_id, wanted), given)) in wanted.zip(results).enumerate() {
            let place = format!("/results/{at}");
            let (id, document) = self.known(&place, given)?;
            let same = |name: &str| (document.fields.get(name), wanted.fields.get(name));
            let is_tied = || comparison.is_same(same(self.sorted_by));
            if seen.contains(&id) || (id != wanted_id && !is_tied()) {
                let expected = format!("{wanted_id} (sorted by {})", self.sorted_by);
                return Err(Mismatch::new(place, expected, ids(results)));
            }
            seen.push(id);
            let given = given.as_object().unwrap_or(&EMPTY);
            comparison.object(&place, &document.fields, given, &["id"])?;
        }
        Ok(())
    }

    /// Only what is ours is judged, and missed only if the whole list is on the page.
    fn among_others(
        &self,
        results: &[Json],
        comparison: &mut Comparison<'_>,
    ) -> Result<(), Mismatch> {
        for (at, given) in results.iter().enumerate() {
            let place = format!("/results/{at}");
            if let Ok((_, document)) = self.known(&place, given) {
                let given = given.as_object().unwrap_or(&EMPTY);
                comparison.object(&place, &document.fields, given, &["id"])?;
            }
        }
        Ok(())
    }

    fn known<'j>(
        &self,
        place: &str,
        given: &'j Json,
    ) -> Result<(&'j str, &Arc<Document>), Mismatch> {
        let id = given.get("id").and_then(Json::as_str).unwrap_or_default();
        let found = self.matches.iter().find(|(known, _)| known == id);
        found.map(|(_, document)| (id, document)).ok_or_else(|| {
            let known: Vec<&str> = self.matches.iter().map(|(id, _)| id.as_str()).collect();
            let expected = format!("one of [{}]", known.join(", "));
            Mismatch::new(format!("{place}/id"), expected, quoted(id))
        })
    }
}

static EMPTY: std::sync::LazyLock<Object> = std::sync::LazyLock::new(Object::new);

fn ids(results: &[Json]) -> String {
    let ids = results.iter().map(|one| one.get("id").and_then(Json::as_str).unwrap_or("?"));
    format!("[{}]", ids.collect::<Vec<_>>().join(", "))
}

fn made_id(body: &Object, known: Option<&str>) -> Result<String, Mismatch> {
    let id = body.get("id").and_then(Json::as_str);
    match (id, known) {
        (Some(id), None) if !id.is_empty() => Ok(id.to_owned()),
        (Some(id), Some(known)) if id == known => Ok(id.to_owned()),
        (id, known) => {
            let expected = known.map_or_else(|| "an id".to_owned(), quoted);
            let actual = id.map_or_else(|| "nothing".to_owned(), quoted);
            Err(Mismatch::new("/id", expected, actual))
        }
    }
}

fn only(body: &Object, name: &'static str, value: &Json) -> Result<(), Mismatch> {
    member(&format!("/{name}"), body, name, value)?;
    whole(body, &Object::new().with(name, value.clone()))
}

fn member(place: &str, body: &Object, name: &str, wanted: &Json) -> Result<(), Mismatch> {
    let given = body.get(name);
    if given == Some(wanted) {
        return Ok(());
    }
    let actual = given.map_or_else(|| "nothing".to_owned(), Json::to_compact);
    Err(Mismatch::new(place, wanted.to_compact(), actual))
}

fn whole(body: &Object, wanted: &Object) -> Result<(), Mismatch> {
    if body == wanted {
        return Ok(());
    }
    let shown = |object: &Object| Json::Object(object.clone()).to_compact();
    Err(Mismatch::new("body", shown(wanted), shown(body)))
}

fn refused(refusal: &Refusal, body: &Object, answer: &Answer) -> Result<(), Mismatch> {
    let error = body.get("error");
    let kind = error.and_then(|error| error.get("type")).and_then(Json::as_str);
    if kind != Some(refusal.kind) {
        let actual = kind.map_or_else(|| shown(answer), quoted);
        return Err(Mismatch::new("/error/type", quoted(refusal.kind), actual));
    }
    let reason = error.and_then(|error| error.get("reason")).unwrap_or(&Json::Null);
    let is_right = match &refusal.reason {
        Reason::Any => true,
        Reason::Null => reason.is_null(),
        Reason::Exactly(text) => reason.as_str() == Some(text),
        Reason::OneOf(texts) => texts.iter().any(|text| reason.as_str() == Some(text)),
    };
    if is_right {
        return Ok(());
    }
    let expected = match &refusal.reason {
        Reason::Any | Reason::Null => "null".to_owned(),
        Reason::Exactly(text) => quoted(text),
        Reason::OneOf([one, other]) => format!("{} or {}", quoted(one), quoted(other)),
    };
    Err(Mismatch::new("/error/reason", expected, reason.to_compact()))
}

fn shown_reason(reason: &Reason) -> String {
    match reason {
        Reason::Any | Reason::Null => String::new(),
        Reason::Exactly(text) | Reason::OneOf([text, _]) => format!(": {text}"),
    }
}

/// An answer in short.
fn shown(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let short: String = text.chars().take(300).collect();
    let rest = if short.len() < text.len() { "…" } else { "" };
    format!("{}: {short}{rest}", answer.status)
}
