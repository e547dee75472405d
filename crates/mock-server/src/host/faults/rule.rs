//! What a rule is for, when its turn comes, and what it does.

use std::time::Duration;

use api_types::json::Object;
use http::{HeaderName, HeaderValue};

use super::pattern::Pattern;
use crate::{host::delivery::Close, request::RawRequest};

/// A fault rule: the requests that it is for, which of them it takes, and what becomes of these.
///
/// Read from the words of `--fault`, `PUT */_claim 503 x2`; `docs/control.md` describes them.
///
/// ```
/// use mock_server::FaultRule;
///
/// assert!("connector.sync_job_claim 503 x2".parse::<FaultRule>().is_ok());
/// let bad = "connector.sync_job_clam 503".parse::<FaultRule>().unwrap_err();
/// assert!(bad.to_string().contains("did you mean any of [connector.sync_job_claim, "));
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    /// The members that it was made from, as a control route shows them.
    pub(super) members: Object,
    pub(super) on: On,
    pub(super) turn: Turn,
    pub(super) effect: Effect,
}

/// The requests that a rule is for: those that are as every member says that is there.
#[derive(Clone, Debug, Default)]
pub(super) struct On {
    pub(super) method: Option<String>,
    /// The path as it was sent, without query and without the space.
    pub(super) path: Option<Pattern>,
    pub(super) operation: Option<Pattern>,
    pub(super) headers: Vec<(HeaderName, Pattern)>,
}

/// Which of these requests it takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Turn {
    /// This one alone, counted from 1.
    pub(super) nth: Option<u64>,
    /// One in so many.
    pub(super) every: Option<u64>,
    /// Those behind so many.
    pub(super) after: u64,
    /// So many at most.
    pub(super) times: Option<u64>,
    pub(super) probability: Option<f64>,
    pub(super) seed: Option<u64>,
}

/// What becomes of a request that a rule takes.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    pub(super) what: What,
    pub(super) when: When,
    pub(super) headers: Headers,
    /// How late the answer is.
    pub(super) delay: Option<Length>,
    pub(super) chunks: Option<Chunks>,
}

/// Whether the operation is carried out before the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// It is not carried out.
    Before,
    /// It is, and what comes of it is not told as it is.
    After,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// The answer of the server.
    Answer,
    /// An error.
    Status(Failure),
    /// The page of a proxy, with this status.
    Page(u16),
    /// Another body under the headers of the answer.
    Body(String),
    /// The answer breaks off.
    Broken { at: Break, close: Close },
    /// Older sequence numbers, and conflicts where a request names one.
    Stale,
    /// Elements of a bulk request that fail.
    BulkItems { items: Items, failure: Failure },
}

/// An error in the envelope.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) status: u16,
    pub(super) kind: Option<String>,
    pub(super) reason: Option<String>,
}

/// Where an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    Before,
    Headers,
    /// Behind so many bytes of the body.
    Body(usize),
    After,
}

/// Elements of a bulk request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Items {
    All,
    /// Counted from 1.
    These(Vec<usize>),
}

impl Items {
    /// Whether this element, counted from 1, is one of them.
    pub(super) fn contain(&self, position: usize) -> bool {
        match self {
            Self::All => true,
            Self::These(positions) => positions.contains(&position),
        }
    }
}

/// What is done to the headers of an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers {
    pub(super) content_type: Option<HeaderValue>,
    pub(super) no_product: bool,
    pub(super) retry_after: Option<HeaderValue>,
}

/// A body in pieces.
#[derive(Clone, Debug)]
pub(super) struct Chunks {
    pub(super) count: usize,
    pub(super) pause: Length,
}

impl Chunks {
    /// The pauses between the pieces.
    pub(super) fn pauses(&self) -> impl Iterator<Item = &Length> {
        std::iter::repeat_n(&self.pause, self.count.saturating_sub(1))
    }
}

/// A length of time, or one between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) least: Duration,
    pub(super) most: Duration,
}

/// No delay is longer.
const LONGEST: Duration = Duration::from_secs(3600);

impl Length {
    /// Reads `200ms`, `2s`, `1m`, `1h`, `100ms-2s`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        let (least, most) = (duration(least)?, duration(most)?);
        (least <= most && most <= LONGEST).then_some(Self { least, most })
    }

    /// A length of this kind, in whole microseconds.
    pub(super) fn draw(&self, rng: &mut fastrand::Rng) -> Duration {
        if self.least == self.most {
            return self.least;
        }
        let micros = |length: Duration| u64::try_from(length.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(rng.u64(micros(self.least)..=micros(self.most)))
    }
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let number: u64 = digits.parse().ok()?;
    match text.get(digits.len()..)? {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

impl Rule {
    /// Whether the rule is for a request. `operation` is its dotted name, if it is one.
    pub(super) fn is_for(&self, request: &RawRequest, operation: Option<&str>) -> bool {
        let On { method, path, operation: wanted, headers } = &self.on;
        let is_bulk = || request.split().0.trim_end_matches('/').ends_with("/_bulk");
        method.as_ref().is_none_or(|method| *method == request.method)
            && path.as_ref().is_none_or(|path| path.matches(request.split().0))
            && wanted.as_ref().is_none_or(|wanted| operation.is_some_and(|it| wanted.matches(it)))
            && headers.iter().all(|(name, wanted)| {
                let mut values = request.headers.get_all(name).iter();
                values.any(|value| value.to_str().is_ok_and(|value| wanted.matches(value)))
            })
            && (!matches!(self.effect.what, What::BulkItems { .. }) || is_bulk())
    }
}

impl Turn {
    /// Whether the turn has come, at the `matched`th request (counted from 1) behind `applied` that
    /// it took.
    pub(super) fn has_come(&self, matched: u64, applied: u64) -> bool {
        let Self { nth, every, after, times, .. } = self;
        nth.is_none_or(|nth| matched == nth)
            && matched > *after
            && every.is_none_or(|every| (matched - after).is_multiple_of(every))
            && times.is_none_or(|times| applied < times)
    }
}
