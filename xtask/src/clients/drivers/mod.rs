//! `cargo xtask conformance`: the official clients judged by the kit, through the drivers of
//! `drivers/`.
//!
//! `judged` says which clients there are and what drives them, `rust` builds the driver that has
//! to be built, `command` runs the kit with each of them, `page` makes `docs/clients-report.md`
//! of what it reports.

mod command;
mod judged;
mod page;
mod rust;

pub(crate) use self::{command::run, judged::Judged};
