//! Reports: each a pure function of the result of a run.

mod convert;
mod failure;
mod human;
mod json;
mod junit;
mod listing;
mod model;
mod style;
mod table;

pub use self::{human::human, json::json, junit::junit, listing::listing, style::Style};

pub(crate) use self::convert::shown;
pub use self::model::{
    Advice, Entry, EntryVerdict, Problem, Report, ShownExchange, Subject, Tally,
};
