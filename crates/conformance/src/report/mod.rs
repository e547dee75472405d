//! Reports: each a pure function of a [`Report`], which the results of every run are made into.

mod convert;
mod failure;
mod fuzz;
mod html;
mod json;
mod junit;
mod known;
mod listing;
mod matrix;
mod model;
mod progress;
mod sarif;
mod style;
mod summary;
mod terminal;
mod text;
mod timeline;

pub(crate) use self::{
    convert::shown,
    failure::failure,
    terminal::{counts, wrong_entry},
    text::{one_line, shortened},
};
pub use self::{
    fuzz::{
        AtOnce, FoundBy, FuzzFacts, ShownViolation, Timeline, TimelineCall, Visit, VisitRow,
        VisitTable, Visited, VisitedError,
    },
    html::html,
    json::json,
    junit::junit,
    known::KnownFailures,
    listing::{Listed, listing, server_cases},
    model::{
        Advice, Entry, EntryKind, EntryVerdict, JudgedServer, Problem, Report, RunVerdict,
        ShownExchange, StepPlace, Subject, Tally,
    },
    progress::ProgressLine,
    sarif::sarif,
    style::Style,
    summary::summary,
    terminal::terminal,
};
