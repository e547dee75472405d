//! Load: what is asked of a server, by which program, and what that program says of it.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, anyhow, ensure};
use clap::ValueEnum;

use super::{oha, wrk};
use crate::cli::BenchArgs;

/// How many different bodies there are: many more than there are connections, so that two that
/// meet at the server are never the same.
const BODIES: usize = 4096;

/// A program that makes load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LoadTool {
    /// The Debian package wrk
    Wrk,
    /// cargo install oha
    Oha,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Reading a connector.
    Get,
    /// Writing its error, each time another one.
    Put,
}

impl Kind {
    /// The path of the request.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Get => "/_connector/c1",
            Self::Put => "/_connector/c1/_error",
        }
    }
}

/// What a server did under load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Load {
    /// How many requests it answered.
    pub(super) answers: f64,
    /// How many in a second.
    pub(super) rate: f64,
    /// How long all but one in a hundred of the requests took at most, in seconds.
    pub(super) p99: f64,
}

/// A load generator that is installed, with what it needs.
#[derive(Clone, Debug)]
pub(super) struct Generator {
    tool: LoadTool,
    seconds: u32,
    connections: u32,
    /// Says to the load generator which bodies to send.
    bodies: PathBuf,
}

impl Generator {
    /// Checks that it is installed, and writes what it needs into `place`.
    pub(super) fn new(args: &BenchArgs, place: &Path) -> anyhow::Result<Self> {
        check_installed(args.load)?;
        let (name, text) = match args.load {
            LoadTool::Wrk => ("put.lua", wrk::script(BODIES)),
            LoadTool::Oha => ("bodies.txt", bodies()),
        };
        let path = place.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        let BenchArgs { seconds, connections, load: tool, .. } = *args;
        Ok(Self { tool, seconds, connections, bodies: path })
    }

    /// The same for another time.
    pub(super) fn lasting(&self, seconds: u32) -> Self {
        Self { seconds, ..self.clone() }
    }

    /// Loads a server; an answer that is no success, or a connection that breaks, is an error.
    pub(super) fn load(&self, url: &str, kind: Kind) -> anyhow::Result<Load> {
        let Self { tool, seconds, connections, bodies } = self;
        let url = format!("{url}{}", kind.path());
        let script = match kind {
            Kind::Get => None,
            Kind::Put => Some(bodies.to_string_lossy()),
        };
        let arguments = match tool {
            LoadTool::Wrk => wrk::arguments(*seconds, *connections, script.as_deref(), &url),
            LoadTool::Oha => oha::arguments(*seconds, *connections, script.as_deref(), &url),
        };
        let mut command = Command::new(program(*tool));
        let output = command.args(&arguments).stdin(Stdio::null()).output();
        let output = output.with_context(|| format!("cannot start {}", program(*tool)))?;
        let (text, error) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "{} failed: {text}{error}", program(*tool));
        let load = match tool {
            LoadTool::Wrk => wrk::parse(&text),
            LoadTool::Oha => oha::parse(&text),
        };
        load.with_context(|| format!("{} {url}", program(*tool)))
    }
}

const fn program(tool: LoadTool) -> &'static str {
    match tool {
        LoadTool::Wrk => "wrk",
        LoadTool::Oha => "oha",
    }
}

fn check_installed(tool: LoadTool) -> anyhow::Result<()> {
    let mut command = Command::new(program(tool));
    let called = command.arg("--version").stdin(Stdio::null()).output();
    called.map(drop).map_err(|error| not_installed(tool, error))
}

fn not_installed(tool: LoadTool, error: io::Error) -> anyhow::Error {
    let hint = match tool {
        LoadTool::Wrk => "install the Debian package wrk, or take another one with --load oha",
        LoadTool::Oha => "install it with `cargo install oha`, or take another one with --load wrk",
    };
    match error.kind() {
        io::ErrorKind::NotFound => anyhow!("{} is not installed: {hint}", program(tool)),
        _ => anyhow::Error::new(error).context(format!("cannot start {}", program(tool))),
    }
}

/// The body that has that number; all have the same length.
pub(super) fn body(number: usize) -> String {
    format!(r#"{{"error":"failed in step {number:06}"}}"#)
}

/// All bodies, a line each.
fn bodies() -> String {
    let mut text = String::new();
    for number in 0..BODIES {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{}", body(number));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_generator_that_is_missing_is_told_with_what_to_do() {
        let told = |tool| not_installed(tool, io::ErrorKind::NotFound.into()).to_string();
        let wrk = "wrk is not installed: install the Debian package wrk, or take another one with --load oha";
        let oha = "oha is not installed: install it with `cargo install oha`, or take another one with --load wrk";
        assert_eq!([told(LoadTool::Wrk), told(LoadTool::Oha)], [wrk, oha]);
    }

    #[test]
    fn all_bodies_are_different_and_of_one_length() {
        let text = bodies();
        let lines: std::collections::BTreeSet<&str> = text.lines().collect();
        assert_eq!(lines.len(), BODIES);
        assert!(lines.iter().all(|line| line.len() == body(0).len()));
    }
}
