//! `cargo xtask page`: the page of the mock server in a headless Chromium, as far as this machine can
//! have one.

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use anyhow::Context as _;

use crate::{
    build::{build, find},
    cli::{PageArgs, UNMET},
    workspace,
};

/// The variable that names another browser.
const CHROMIUM: &str = "CHROMIUM";

/// What the browser is called where it is installed.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The oldest Node.js that the session runs with.
const NODE: u32 = 20;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All tests passed; the last line of the session.
    Passed(String),
    /// One did not; the last line of the session.
    Failed(String),
    /// This machine cannot have it, for this reason.
    Skipped(String),
}

/// Does what `args` ask for.
pub(crate) fn run(args: &PageArgs) -> anyhow::Result<ExitCode> {
    let outcome = play(args, &["-p", "mock-server", "--bin", "connector-mock"])?;
    if let Outcome::Skipped(reason) = &outcome {
        println!("SKIPPED: {reason}");
    }
    Ok(match outcome {
        Outcome::Passed(_) => ExitCode::SUCCESS,
        Outcome::Failed(_) | Outcome::Skipped(_) => ExitCode::from(UNMET),
    })
}

/// Plays the session and shows what it says. `built` says what cargo builds to get the mock server.
pub(crate) fn play(args: &PageArgs, built: &[&str]) -> anyhow::Result<Outcome> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let named = env::var_os(CHROMIUM).map(PathBuf::from);
    let Some(chromium) = named.or_else(|| first(&folders, &BROWSERS)) else {
        let names = BROWSERS.join(", ");
        return Ok(Outcome::Skipped(format!(
            "there is no Chromium: none of {names} is in PATH, and {CHROMIUM} is not set"
        )));
    };
    let Some(node) = first(&folders, &["node"]) else {
        return Ok(Outcome::Skipped("there is no Node.js: node is not in PATH".to_owned()));
    };
    let version = Command::new(&node).arg("--version").output().context("cannot start node")?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    if major(&version).is_none_or(|major| major < NODE) {
        return Ok(Outcome::Skipped(format!("Node.js is {version}, and {NODE} is needed")));
    }
    let mock = find(&build(built)?, "connector-mock")?;
    let mut command = Command::new(node);
    command.arg(workspace::root().join("clients/page/session.mjs")).arg(chromium).arg(mock);
    if let Some(folder) = &args.shots {
        command.arg("--shots").arg(folder);
    }
    if let Some(word) = &args.only {
        command.arg("--only").arg(word);
    }
    session(&mut command)
}

/// Runs the session; what it says is shown as it comes.
fn session(command: &mut Command) -> anyhow::Result<Outcome> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the session of the page")?;
    let stdout = child.stdout.take().context("the session has no output")?;
    let mut last = String::new();
    for line in BufReader::new(stdout).lines() {
        last = line.context("cannot read what the session says")?;
        println!("{last}");
    }
    let status = child.wait().context("cannot wait for the session")?;
    Ok(if status.success() { Outcome::Passed(last) } else { Outcome::Failed(last) })
}

/// The first program of these names in these folders.
fn first(folders: &[PathBuf], names: &[&str]) -> Option<PathBuf> {
    let is_there = |path: &PathBuf| Path::is_file(path);
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(is_there))
}

/// The first number of `v20.1.2`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name_before_folder() {
        let place = tempfile::tempdir().unwrap();
        let (a, b) = (place.path().join("a"), place.path().join("b"));
        for file in [a.join("google-chrome"), b.join("chromium")] {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let folders = [a, b.clone()];
        assert_eq!(first(&folders, &BROWSERS), Some(b.join("chromium")));
        assert_eq!(first(&folders, &["node"]), None);
    }

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!((major("v20.20.2"), major("20"), major("")), (Some(20), None, None));
    }

    #[cfg(unix)]
    #[test]
    fn a_session_that_fails_has_not_passed() {
        let ended = |script: &str| session(Command::new("/bin/sh").args(["-c", script])).unwrap();
        assert_eq!(ended("echo a; echo b"), Outcome::Passed("b".to_owned()));
        assert_eq!(ended("echo a; exit 1"), Outcome::Failed("a".to_owned()));
    }
}
