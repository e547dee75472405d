//! `POST /_mock/verify`: whether the exchanges are what a test expects, and if not, what is otherwise.

use std::{fmt::Write as _, sync::Arc};

use api_types::json::{Json, Object};

use super::{
    Journal, Kept, Spaces,
    entry::Entry,
    exchange::Exchange,
    expectation::{Anchor, Counted, Expectation, Which, check_members},
    listing,
    matcher::{Difference, Matcher},
    nearest::nearest,
    shown::number,
};
use crate::{
    error::ApiError,
    host::{
        control::{Answered, Asked, count},
        illegal,
    },
    reply::Reply,
};

/// So many near misses are told.
const NEAREST: usize = 3;

/// So many requests are named that should not be there.
const NAMED: usize = 10;

/// `POST /_mock/verify`
pub(in crate::host) fn verify(asked: &Asked<'_>) -> Answered {
    let body = asked.body()?;
    let named = match body.get("space") {
        None => None,
        Some(Json::String(name)) if name != "*" => Some(name.as_ref()),
        Some(_) => return Err(illegal("[space] has to be the name of one space")),
    };
    let spaces = listing::spaces(asked, named)?;
    Ok(Reply::value(200, asked.host.journal.verify(&spaces, &body)?))
}

/// Why an expectation does not hold.
#[derive(Debug, Default)]
struct Failure {
    reason: String,
    /// The requests that are counted.
    found: Vec<Arc<Entry>>,
    nearest: Vec<NearMiss>,
}

#[derive(Debug)]
struct NearMiss {
    entry: Arc<Entry>,
    differs: Vec<Difference>,
}

/// What came of an expectation.
enum Outcome {
    Holds,
    /// What was dropped could make another answer of it.
    Unknown,
    Fails(Failure),
}

impl Journal {
    /// Judges what a verification expects.
    pub(super) fn verify(&self, spaces: &Spaces, asked: &Object) -> Result<Object, ApiError> {
        self.check_on()?;
        check_members(asked, &[&["expect", "space", "after"]])?;
        let Some(expected) = asked.get("expect").and_then(Json::as_array) else {
            return Err(illegal("[expect] has to be an array of expectations"));
        };
        if expected.is_empty() {
            return Err(illegal("[expect] is empty; write what is to be verified"));
        }
        let expected = expected.iter().map(Expectation::read).collect::<Result<Vec<_>, _>>()?;
        let after = match asked.get("after") {
            None => 0,
            Some(after) => after
                .as_i64()
                .and_then(|after| u64::try_from(after).ok())
                .ok_or_else(|| illegal("[after] has to be the number of a request"))?,
        };
        let Kept { mut entries, dropped, .. } = self.kept(spaces);
        entries.retain(|entry| entry.number > after);
        let judge = Judge { journal: self, entries, is_whole: dropped <= after };
        let outcomes: Vec<Outcome> = expected.iter().map(|one| judge.judge(one)).collect();
        Ok(answer(&expected, &outcomes, judge.entries.len(), dropped))
    }
}

struct Judge<'j> {
    journal: &'j Journal,
    entries: Vec<Arc<Entry>>,
    /// Whether nothing that could matter was dropped.
    is_whole: bool,
}

impl Judge<'_> {
    fn exchange<'e>(&self, entry: &'e Entry) -> Exchange<'e> {
        self.journal.exchange(entry)
    }

    fn matching(&self, matcher: &Matcher) -> Vec<Arc<Entry>> {
        let fits = |entry: &&Arc<Entry>| matcher.matches(&self.exchange(entry));
        self.entries.iter().filter(fits).map(Arc::clone).collect()
    }

    fn judge(&self, expected: &Expectation) -> Outcome {
        match expected {
            Expectation::Count(counted) => {
                let Counted { counts, after, before, .. } = &**counted;
                let failure = self.count(counted);
                let is_free = after.is_none() && before.is_none();
                match failure {
                    // More of them cannot undo that there are enough, or too many.
                    None if self.is_whole || (is_free && counts.most.is_none()) => Outcome::Holds,
                    Some(failure)
                        if self.is_whole || (is_free && counts.is_above(failure.found.len())) =>
                    {
                        Outcome::Fails(failure)
                    }
                    None | Some(_) => Outcome::Unknown,
                }
            }
            Expectation::Order(matchers) => match self.order(matchers) {
                None => Outcome::Holds,
                Some(failure) if self.is_whole => Outcome::Fails(failure),
                Some(_) => Outcome::Unknown,
            },
        }
    }

    /// The number of the request that others come after or before.
    fn anchor(&self, place: &str, anchor: Option<&Anchor>) -> Result<Option<u64>, Failure> {
        let Some(Anchor { matcher, which }) = anchor else { return Ok(None) };
        let found = self.matching(matcher);
        let found = match which {
            Which::First => found.first(),
            Which::Last => found.last(),
        };
        match found {
            Some(entry) => Ok(Some(entry.number)),
            None => Err(Failure {
                reason: format!("there is no {matcher}, {place} which they were to come"),
                nearest: self.nearest(matcher),
                ..Failure::default()
            }),
        }
    }

    fn count(&self, counted: &Counted) -> Option<Failure> {
        let Counted { matcher, counts, after, before } = counted;
        let bounds = self
            .anchor("after", after.as_ref())
            .and_then(|after| self.anchor("before", before.as_ref()).map(|before| (after, before)));
        let (after, before) = match bounds {
            Ok(bounds) => bounds,
            Err(failure) => return Some(failure),
        };
        let misplaced = |entry: &Entry| {
            let number = entry.number;
            let differs = |member: &str, bound: u64| Difference {
                member: member.to_owned(),
                expected: format!("request {bound}"),
                actual: format!("request {number}"),
            };
            let early = after.filter(|after| number <= *after).map(|it| differs("after", it));
            let late = before.filter(|before| number >= *before).map(|it| differs("before", it));
            early.into_iter().chain(late).collect::<Vec<_>>()
        };
        let matching = self.matching(matcher);
        let (found, others): (Vec<_>, Vec<_>) =
            matching.into_iter().partition(|entry| misplaced(entry).is_empty());
        if counts.has(found.len()) {
            return None;
        }
        let mut near: Vec<NearMiss> = Vec::new();
        if found.len() < counts.least {
            near.extend(others.into_iter().map(|entry| {
                let differs = misplaced(&entry);
                NearMiss { entry, differs }
            }));
            near.extend(self.nearest(matcher));
            near.truncate(NEAREST);
        }
        let reason = match found.len() {
            0 => "there is none".to_owned(),
            1 => "there is 1".to_owned(),
            number => format!("there are {number}"),
        };
        Some(Failure { reason, found, nearest: near })
    }

    fn order(&self, matchers: &[Matcher]) -> Option<Failure> {
        let mut last: Option<Arc<Entry>> = None;
        let mut found = Vec::new();
        for matcher in matchers {
            let matching = self.matching(matcher);
            let number = last.as_ref().map_or(0, |last| last.number);
            let next = matching.iter().find(|entry| entry.number > number).map(Arc::clone);
            let Some(next) = next else {
                let place = match &last {
                    Some(last) => format!(" after {}", line(last)),
                    None => String::new(),
                };
                let early = matching.into_iter().map(|entry| {
                    let differs = Difference {
                        member: "after".to_owned(),
                        expected: format!("request {number}"),
                        actual: format!("request {}", entry.number),
                    };
                    NearMiss { entry, differs: vec![differs] }
                });
                let mut nearest: Vec<NearMiss> = early.chain(self.nearest(matcher)).collect();
                nearest.truncate(NEAREST);
                let reason = format!("there is no {matcher}{place}");
                return Some(Failure { reason, found, nearest });
            };
            found.push(Arc::clone(&next));
            last = Some(next);
        }
        None
    }

    /// The requests that have the least otherwise. One with nothing of what is wanted is not near.
    fn nearest(&self, matcher: &Matcher) -> Vec<NearMiss> {
        let measured = self.entries.iter().filter_map(|entry| {
            let exchange = self.exchange(entry);
            let mut differs = matcher.differences(&exchange);
            let is_other = differs.iter().any(|one| one.member == "operation");
            if is_other {
                // Of the same operation, had it been sent to the right path.
                let meant = exchange
                    .is_unmatched()
                    .then(|| nearest(entry.method(), exchange.path(), self.journal.version));
                let meant = meant.flatten()?;
                let name = meant.get("operation").and_then(Json::as_str)?;
                let wanted = matcher.operation().filter(|operation| operation.fits(name))?;
                let text = meant.get("differs").and_then(Json::as_str).unwrap_or_default();
                differs.retain(|one| one.member != "id");
                for one in differs.iter_mut().filter(|one| one.member == "operation") {
                    one.expected = wanted.to_string();
                    one.actual = format!("none: {text}");
                }
            }
            let is_far = matcher.operation().is_none() && differs.len() > 1;
            (!differs.is_empty() && !is_far).then_some((differs.len(), entry, differs))
        });
        let mut measured: Vec<_> = measured.collect();
        measured.sort_by_key(|(distance, entry, _)| (*distance, entry.number));
        let nearest = measured.into_iter().take(NEAREST);
        nearest.map(|(_, entry, differs)| NearMiss { entry: Arc::clone(entry), differs }).collect()
    }
}

/// `request 5, PUT /_connector/c, answered with 201`
fn line(entry: &Entry) -> String {
    let Entry { number, status, .. } = entry;
    format!("request {number}, {} {}, answered with {status}", entry.method(), entry.target())
}

fn answer(expected: &[Expectation], outcomes: &[Outcome], requests: usize, dropped: u64) -> Object {
    let mut failed: Vec<Json> = Vec::new();
    let mut told = String::new();
    let mut unknown = 0;
    for (index, (expected, outcome)) in expected.iter().zip(outcomes).enumerate() {
        match outcome {
            Outcome::Holds => {}
            Outcome::Unknown => {
                unknown += 1;
                let reason = format!(
                    "{dropped} requests were dropped from the journal, and could make another answer of it; start the mock server with a larger --journal or --journal-bytes, or verify what comes after a later request"
                );
                // Writing to a `String` cannot fail.
                let _ = write!(told, "\n\nexpected {expected}\n  {reason}");
                let object = Object::new()
                    .with("expectation", count(index))
                    .with("expected", expected.to_string())
                    .with("incomplete", true)
                    .with("reason", reason);
                failed.push(object.into());
            }
            Outcome::Fails(failure) => {
                let _ = write!(told, "\n\nexpected {expected}, {}", failure.reason);
                failure.tell(&mut told);
                failed.push(failure.shown(index, expected).into());
            }
        }
    }
    let all = expected.len();
    let message = match failed.len() {
        0 if all == 1 => "the expectation holds".to_owned(),
        0 => format!("all {all} expectations hold"),
        number => format!("{number} of {all} expectations failed{told}"),
    };
    Object::new()
        .with("verified", failed.is_empty())
        .with("incomplete", unknown > 0)
        .with("requests", count(requests))
        .with("dropped", number(dropped))
        .with("failed", failed)
        .with("message", message)
}

impl Failure {
    fn tell(&self, told: &mut String) {
        for entry in self.found.iter().take(NAMED) {
            let _ = write!(told, "\n  found {}", line(entry));
        }
        if self.found.len() > NAMED {
            let _ = write!(told, "\n  and {} more", self.found.len() - NAMED);
        }
        for NearMiss { entry, differs } in &self.nearest {
            let _ = write!(told, "\n  nearest {}", line(entry));
            for Difference { member, expected, actual } in differs {
                let _ = write!(told, "\n    {member}: expected [{expected}], got [{actual}]");
            }
        }
    }

    fn shown(&self, index: usize, expected: &Expectation) -> Object {
        let nearest = self.nearest.iter().map(|NearMiss { entry, differs }| {
            let differs = differs.iter().map(|Difference { member, expected, actual }| {
                let object = Object::new().with("member", member.clone());
                let object = object.with("expected", expected.clone());
                Json::Object(object.with("actual", actual.clone()))
            });
            let object = Object::new()
                .with("number", number(entry.number))
                .with("request", format!("{} {}", entry.method(), entry.target()))
                .with("status", i64::from(entry.status))
                .with("differs", differs.collect::<Json>());
            Json::Object(object)
        });
        Object::new()
            .with("expectation", count(index))
            .with("expected", expected.to_string())
            .with("reason", self.reason.clone())
            .with("found", count(self.found.len()))
            .with("numbers", self.found.iter().map(|entry| number(entry.number)).collect::<Json>())
            .with("nearest", nearest.collect::<Json>())
    }
}
