//! Cases that only concern clients, read and checked.

use std::time::Duration;

use api_types::{
    endpoint::Operation,
    json::{Json, Object},
};
use serde_saphyr::{Location, Spanned};

use super::{
    CaseError, Known, Place, Preconditions, Step,
    build::{operation, slug},
    client_file::{ClientCaseFile, RawAnswer, RawChange, RawClientCase, RawEvent},
    file::parse,
};
use crate::wire::{Change, Cut, Effect, Fault};

/// A case of `fixtures/client`.
#[derive(Clone, Debug)]
pub struct ClientCase {
    /// The unique name, `client/a-503-is-tried-again`.
    pub id: String,
    /// What the case shows, as a sentence.
    pub name: String,
    /// Why it matters.
    pub because: String,
    /// Where it is written.
    pub place: Place,
    /// The rules that it rests on.
    pub proves: Vec<String>,
    /// The id that `$connector` stands for.
    pub connector: String,
    /// What has to be there first.
    pub given: Vec<Step>,
    /// The operation that is called.
    pub operation: Operation,
    /// The path parameters; `$name` in them stands for a variable.
    pub path: Vec<(String, String)>,
    /// The parameters of the query.
    pub query: Object,
    /// The body.
    pub body: Option<Json>,
    /// How often it is called.
    pub repeat: u16,
    /// What happens on the wire.
    pub wire: Vec<Event>,
    /// How many requests each call may send.
    pub attempts: Attempts,
    /// What the client must do.
    pub expected: Expected,
    /// Members that the returned value must have.
    pub returns_has: Option<Object>,
    /// Whether all requests are to come on one connection.
    pub one_connection: bool,
    /// Whether it is about packed answers, and so only for clients that ask for them.
    pub is_packed: bool,
    /// Whether the client must have made the call once before, undisturbed.
    pub is_warm: bool,
    /// Whether the client must not have talked to the server before.
    pub is_fresh: bool,
}

/// Something that happens to requests.
#[derive(Clone, Debug)]
pub struct Event {
    times: Option<usize>,
    effect: Effect,
    /// The answer is held back for longer than the client waits.
    is_late: bool,
}

/// How many requests a call may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempts {
    /// One, and no other.
    One,
    /// At least two.
    Several,
    /// As many as it likes.
    Any,
}

/// What a client must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Return what was answered.
    Returns,
    /// Raise an error that tells this status, if there is one to tell.
    Raises(Option<u16>),
    /// Return what was answered, or raise, but do so in time.
    Either,
}

/// What a case waits for, mostly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// For nothing that takes long.
    Nothing,
    /// For a client that waits before it tries again after a connection has broken.
    BackOff,
    /// For the client's timeout.
    Timeout,
}

impl ClientCase {
    /// What the case waits for, mostly.
    pub(crate) fn wait(&self) -> Wait {
        let breaks = |event: &Event| match &event.effect {
            Effect::Reset => true,
            Effect::Change(change) => change.cut.is_some(),
            Effect::Answer { .. } => false,
        };
        if self.wire.iter().any(|event| event.is_late) {
            Wait::Timeout
        } else if self.wire.iter().any(breaks) {
            Wait::BackOff
        } else {
            Wait::Nothing
        }
    }
}

/// A retrying client may take this many tries before it is told that enough is enough.
pub(crate) const WITHIN_REASON: usize = 12;

impl Event {
    pub(crate) fn fault(&self, operation: Operation, late: Duration) -> Fault {
        let mut effect = self.effect.clone();
        if let (Effect::Change(change), true) = (&mut effect, self.is_late) {
            change.delay = late;
        }
        Fault { operation: Some(operation), times: self.times, effect }
    }
}

/// The cases of a file.
pub(crate) fn build_client_cases(
    file: &str,
    text: &str,
    preconditions: &Preconditions,
    known: &Known,
) -> Result<Vec<ClientCase>, CaseError> {
    let parsed: ClientCaseFile = parse(file, text)?;
    parsed.cases.iter().map(|raw| case(file, raw, preconditions, known)).collect()
}

fn case(
    file: &str,
    raw: &RawClientCase,
    preconditions: &Preconditions,
    known: &Known,
) -> Result<ClientCase, CaseError> {
    let slug = slug(&raw.case.value);
    let place = raw.case.referenced;
    let wire = raw.wire.iter().map(|event| self::event(file, event));
    Ok(ClientCase {
        id: format!("client/{slug}"),
        name: raw.case.value.clone(),
        because: raw.because.clone(),
        place: Place { file: file.to_owned(), line: place.line() },
        // Some of what a client owes its user no rule of the server says.
        proves: match raw.proves.as_slice() {
            [] => Vec::new(),
            named => known.rules(file, place, named)?,
        },
        connector: format!("conformance-client-{slug}"),
        given: preconditions.steps(file, raw.given.as_ref())?,
        operation: operation(file, &raw.call)?,
        path: raw.path.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        query: raw.query.clone(),
        body: raw.body.as_ref().map(|body| body.value.clone()),
        repeat: raw.repeat.as_ref().map_or(1, |repeat| repeat.value),
        wire: wire.collect::<Result<_, _>>()?,
        attempts: attempts(file, raw.attempts.as_ref())?,
        expected: expected(file, &raw.client)?,
        returns_has: raw.returns_has.clone(),
        one_connection: word(file, raw.connections.as_ref(), &["one"])?.is_some(),
        is_packed: word(file, raw.packed.as_ref(), &["gzip"])?.is_some(),
        is_warm: raw.warm,
        is_fresh: raw.fresh,
    })
}

/// The word, if it is one of those allowed.
fn word<'w>(
    file: &str,
    given: Option<&'w Spanned<String>>,
    allowed: &[&str],
) -> Result<Option<&'w str>, CaseError> {
    match given {
        None => Ok(None),
        Some(word) if allowed.contains(&word.value.as_str()) => Ok(Some(&word.value)),
        Some(other) => Err(unknown(file, other, &allowed.join(", "))),
    }
}

fn unknown(file: &str, given: &Spanned<String>, allowed: &str) -> CaseError {
    let message = format!("[{}] is not known here; allowed: {allowed}", given.value);
    CaseError::at(file, given.referenced, message)
}

fn attempts(file: &str, given: Option<&Spanned<String>>) -> Result<Attempts, CaseError> {
    Ok(match word(file, given, &["1", "2 or more", "any"])? {
        None | Some("1") => Attempts::One,
        Some("2 or more") => Attempts::Several,
        Some(_) => Attempts::Any,
    })
}

fn expected(file: &str, given: &Spanned<String>) -> Result<Expected, CaseError> {
    match given.value.split_once(' ') {
        None if given.value == "returns" => Ok(Expected::Returns),
        None if given.value == "raises" => Ok(Expected::Raises(None)),
        None if given.value == "either" => Ok(Expected::Either),
        Some(("raises", status)) => match status.parse() {
            Ok(status) => Ok(Expected::Raises(Some(status))),
            Err(_) => Err(unknown(file, given, "raises and a status")),
        },
        _ => Err(unknown(file, given, "returns, raises, raises STATUS, either")),
    }
}

fn event(file: &str, raw: &Spanned<RawEvent>) -> Result<Event, CaseError> {
    let (place, raw) = (raw.referenced, &raw.value);
    let (effect, is_late) = match (&raw.answer, raw.reset, &raw.change) {
        (Some(answer), None, None) => (self::answer(file, place, answer)?, false),
        (None, Some(true), None) => (Effect::Reset, false),
        (None, None, Some(change)) => {
            let is_late =
                word(file, change.delay.as_ref(), &["longer than the client waits"])?.is_some();
            (Effect::Change(self::change(file, change)?), is_late)
        }
        _ => {
            let message = "write exactly one of [answer], [reset: true], [change]";
            return Err(CaseError::at(file, place, message));
        }
    };
    Ok(Event { times: raw.times, effect, is_late })
}

/// The headers of every answer, unless the case says otherwise (contract RL-8).
const USUAL: [(&str, &str); 2] =
    [("x-elastic-product", "Elasticsearch"), ("content-type", "application/json")];

fn answer(file: &str, place: Location, raw: &RawAnswer) -> Result<Effect, CaseError> {
    let body = match (&raw.body, &raw.text) {
        (Some(body), None) => body.to_compact().into_bytes(),
        (None, Some(text)) => text.clone().into_bytes(),
        (None, None) => Vec::new(),
        (Some(_), Some(_)) => {
            return Err(CaseError::at(file, place, "[body] and [text] are both there"));
        }
    };
    let is_set = |name: &str| raw.headers.keys().any(|given| given.eq_ignore_ascii_case(name));
    let usual = USUAL.iter().filter(|(name, _)| !is_set(name));
    let usual = usual.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    // An empty value says that the header is to be left out.
    let given = raw.headers.iter().filter(|(_, value)| !value.is_empty());
    let given = given.map(|(name, value)| (name.clone(), value.clone()));
    Ok(Effect::Answer { status: raw.status, headers: usual.chain(given).collect(), body })
}

fn change(file: &str, raw: &RawChange) -> Result<Change, CaseError> {
    let cut = match word(file, raw.cut.as_ref(), &["reset", "close"])? {
        None => None,
        Some("reset") => Some(Cut::Reset),
        Some(_) => Some(Cut::Close),
    };
    Ok(Change {
        delay: Duration::ZERO,
        without: raw.without.iter().map(|name| name.to_ascii_lowercase()).collect(),
        with: raw.with.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        body: raw.text.clone().map(String::into_bytes),
        cut,
    })
}
