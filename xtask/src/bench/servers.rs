//! The two servers as programs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::{
    load::{Kind, body},
    pair::{Pair, Subject},
};
use crate::{
    build::{build, find},
    http,
    program::Program,
};

/// The connector that the mock server is asked for.
const CONNECTOR: &str =
    r#"{"index_name":"search-site","name":"Site","service_type":"sharepoint_online"}"#;

/// The programs, built with optimisations.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    paths: Pair<PathBuf>,
    /// What the bare server answers: the mock server's own answer.
    document: PathBuf,
}

/// A server that runs.
#[derive(Debug)]
pub(super) struct Server {
    program: Program,
    /// Where it answers.
    pub(super) url: String,
}

impl Server {
    /// The id of the process.
    pub(super) fn id(&self) -> u32 {
        self.program.id()
    }
}

impl Programs {
    /// Builds both, and asks the mock server for the document that the bare one gets.
    pub(super) fn build(place: &Path) -> anyhow::Result<Self> {
        let arguments =
            ["--release", "-p", "mock-server", "--bin", "connector-mock", "--example", "bare"];
        let built = build(&arguments)?;
        let paths = Pair { bare: find(&built, "bare")?, mock: find(&built, "connector-mock")? };
        let programs = Self { paths, document: place.join("document.json") };
        let mock = programs.start(Subject::Mock)?;
        fill(&mock.url)?;
        let document = http::expect(200, &mock.url, "GET", Kind::Get.path(), None)?;
        fs::write(&programs.document, document).context("cannot write the document")?;
        Ok(programs)
    }

    /// Starts a server; it answers when this returns.
    pub(super) fn start(&self, subject: Subject) -> anyhow::Result<Server> {
        match subject {
            Subject::Bare => self.start_with(subject, &[&self.document.to_string_lossy()]),
            Subject::Mock => self.start_with(subject, &["--listen", "127.0.0.1:0"]),
        }
    }

    fn start_with(&self, subject: Subject, arguments: &[&str]) -> anyhow::Result<Server> {
        let mut program = Program::start(self.paths.of(subject), arguments)?;
        let url = program.announced_url()?;
        Ok(Server { program, url })
    }

    /// Starts a mock server with this `--journal` that has what the load asks for.
    pub(super) fn start_mock(&self, journal: &str) -> anyhow::Result<Server> {
        let arguments = ["--listen", "127.0.0.1:0", "--journal", journal];
        let server = self.start_with(Subject::Mock, &arguments)?;
        fill(&server.url)?;
        Ok(server)
    }

    /// Starts a server that has what the load asks for.
    pub(super) fn start_filled(&self, subject: Subject) -> anyhow::Result<Server> {
        let server = self.start(subject)?;
        match subject {
            Subject::Bare => {}
            Subject::Mock => fill(&server.url)?,
        }
        Ok(server)
    }
}

/// Creates the connector, and checks that another error is an update and not a noop.
fn fill(url: &str) -> anyhow::Result<()> {
    http::expect(201, url, "PUT", Kind::Get.path(), Some(CONNECTOR))?;
    for number in [1, 0] {
        let answer = http::expect(200, url, "PUT", Kind::Put.path(), Some(&body(number)))?;
        ensure!(answer == r#"{"result":"updated"}"#, "an update was answered with {answer}");
    }
    Ok(())
}

/// Checks that what the load wrote into the mock server is there.
pub(super) fn check_written(url: &str) -> anyhow::Result<()> {
    let text = http::expect(200, url, "GET", Kind::Get.path(), None)?;
    let document: Value = serde_json::from_str(&text).context("the connector is no JSON")?;
    let error = document.get("error").and_then(Value::as_str).unwrap_or_default();
    let is_written = error.starts_with("failed in step ");
    ensure!(is_written, "after the load the error of the connector is [{error}]");
    Ok(())
}
