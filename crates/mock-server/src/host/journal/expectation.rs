//! What a verification expects: how many exchanges of a kind there are, and in which order.

use std::fmt;

use api_types::json::{Json, Object};

use super::matcher::{MEMBERS, Matcher};
use crate::{error::ApiError, host::illegal};

/// How many exchanges are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) least: usize,
    pub(super) most: Option<usize>,
}

/// The exchange that others are to come after, or before.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub(super) matcher: Matcher,
    pub(super) which: Which,
}

/// Which of several exchanges is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    First,
    Last,
}

/// So many exchanges, of those between two others.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) matcher: Matcher,
    pub(super) counts: Counts,
    pub(super) after: Option<Anchor>,
    pub(super) before: Option<Anchor>,
}

/// What is expected.
#[derive(Clone, Debug)]
pub(super) enum Expectation {
    /// So many exchanges, of those between two others.
    Count(Box<Counted>),
    /// An exchange of each kind, one after the other; others may be in between.
    Order(Vec<Matcher>),
}

const COUNTS: [&str; 4] = ["exactly", "at_least", "at_most", "never"];
const ANCHORS: [&str; 2] = ["after", "before"];
const ORDER: &str = "in_order";
const WHICH: &str = "which";

impl Expectation {
    pub(super) fn read(value: &Json) -> Result<Self, ApiError> {
        let object = object("an expectation", value)?;
        if let Some(order) = object.get(ORDER) {
            check_members(object, &[&[ORDER]])?;
            let Some(matchers) = order.as_array().filter(|matchers| matchers.len() > 1) else {
                return Err(illegal("[in_order] has to be an array of two or more matchers"));
            };
            let matchers = matchers.iter().map(|one| matcher("a matcher of [in_order]", one, &[]));
            return Ok(Self::Order(matchers.collect::<Result<_, _>>()?));
        }
        check_members(object, &[&MEMBERS, &COUNTS, &ANCHORS, &[ORDER]])?;
        let anchor =
            |name: &str| object.get(name).map(|value| Anchor::read(name, value)).transpose();
        Ok(Self::Count(Box::new(Counted {
            matcher: Matcher::read(object)?,
            counts: Counts::read(object)?,
            after: anchor("after")?,
            before: anchor("before")?,
        })))
    }
}

impl Anchor {
    fn read(name: &str, value: &Json) -> Result<Self, ApiError> {
        let matcher = matcher(&format!("[{name}]"), value, &[WHICH])?;
        let which = match value.get(WHICH).map(Json::as_str) {
            None | Some(Some("first")) => Which::First,
            Some(Some("last")) => Which::Last,
            Some(_) => return Err(illegal("[which] has to be [first] or [last]")),
        };
        Ok(Self { matcher, which })
    }
}

impl Counts {
    fn read(object: &Object) -> Result<Self, ApiError> {
        let number = |name: &str| {
            let Some(value) = object.get(name) else { return Ok(None) };
            let number = value.as_i64().and_then(|number| usize::try_from(number).ok());
            number.map(Some).ok_or_else(|| illegal(format!("[{name}] has to be a number from 0")))
        };
        let never = match object.get("never") {
            None | Some(Json::Bool(false)) => None,
            Some(Json::Bool(true)) => Some(0),
            Some(_) => return Err(illegal("[never] has to be true")),
        };
        let (exactly, least, most) =
            (number("exactly")?.or(never), number("at_least")?, number("at_most")?);
        let is_twice = object.contains("never") && object.contains("exactly");
        if is_twice || (exactly.is_some() && (least.is_some() || most.is_some())) {
            return Err(illegal("write one of [exactly], [never], or [at_least] and [at_most]"));
        }
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            return Err(illegal(format!("[at_least] is [{least}], more than [at_most], [{most}]")));
        }
        Ok(match (exactly, least, most) {
            (Some(number), ..) => Self { least: number, most: Some(number) },
            (None, None, None) => Self { least: 1, most: None },
            (None, least, most) => Self { least: least.unwrap_or(0), most },
        })
    }

    pub(super) fn has(self, number: usize) -> bool {
        number >= self.least && !self.is_above(number)
    }

    pub(super) fn is_above(self, number: usize) -> bool {
        self.most.is_some_and(|most| number > most)
    }
}

fn object<'j>(what: &str, value: &'j Json) -> Result<&'j Object, ApiError> {
    value.as_object().ok_or_else(|| illegal(format!("{what} has to be an object")))
}

fn matcher(what: &str, value: &Json, more: &[&str]) -> Result<Matcher, ApiError> {
    let object = object(what, value)?;
    check_members(object, &[&MEMBERS, more])?;
    Matcher::read(object)
}

pub(super) fn check_members(object: &Object, known: &[&[&str]]) -> Result<(), ApiError> {
    let known: Vec<&str> = known.concat();
    match object.iter().find(|(name, _)| !known.contains(name)) {
        None => Ok(()),
        Some((name, _)) => {
            Err(illegal(format!("unknown member [{name}]; there are [{}]", known.join("], ["))))
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (0, Some(0)) => f.write_str("no"),
            (least, Some(most)) if least == most => write!(f, "exactly {least}"),
            (0, Some(most)) => write!(f, "at most {most}"),
            (least, None) => write!(f, "at least {least}"),
            (least, Some(most)) => write!(f, "{least} to {most}"),
        }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let which = match self.which {
            Which::First => "the first",
            Which::Last => "the last",
        };
        write!(f, "{which} {}", self.matcher)
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(counted) => {
                let Counted { matcher, counts, after, before } = &**counted;
                write!(f, "{counts} {matcher}")?;
                if let Some(after) = after {
                    write!(f, ", after {after}")?;
                }
                before.as_ref().map_or(Ok(()), |before| write!(f, ", before {before}"))
            }
            Self::Order(matchers) => {
                let matchers: Vec<String> = matchers.iter().map(ToString::to_string).collect();
                write!(f, "in this order: {}", matchers.join("; "))
            }
        }
    }
}
