//! Reports: each a pure function of the result of a run.

mod failure;
mod human;
mod json;
mod junit;
mod listing;
mod style;
mod table;

pub use self::{human::human, json::json, junit::junit, listing::listing, style::Style};
