//! `cargo xtask docs` and `cargo xtask openapi`: what is made from the tables in the code.
//!
//! A page is a name and a function that makes its text; `command` alone touches the file system.
//! A page more is a line in [`PAGES`].

mod command;
mod endpoints;
mod fields;
pub(crate) mod markdown;
mod openapi;
mod statuses;
mod versions;

pub(crate) use command::{check, run};

/// A file that is generated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// Its path from the root.
    pub(crate) path: &'static str,
    /// The task that writes it.
    pub(crate) task: &'static str,
    /// Makes its text.
    pub(crate) render: fn() -> anyhow::Result<String>,
}

const fn page(path: &'static str, render: fn() -> anyhow::Result<String>) -> Page {
    Page { path, task: "docs", render }
}

/// The pages for people.
pub(crate) const PAGES: &[Page] = &[
    page("docs/endpoints.md", endpoints::render),
    page("docs/statuses.md", || Ok(statuses::render())),
    page("docs/versions.md", || Ok(versions::render())),
];

/// The description of the API for programs.
pub(crate) const OPENAPI: &[Page] =
    &[Page { path: "docs/openapi.json", task: "openapi", render: openapi::render }];
