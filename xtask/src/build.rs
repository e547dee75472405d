//! Cargo: how it is called, and the programs that it builds.

use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::workspace;

/// The prefixes of what `cargo run` tells the program that it runs. Handed on, it would look to
/// build scripts as if something had changed.
const OF_THIS_PROGRAM: [&str; 3] = ["CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PKG_"];

/// The cargo that runs this task, to be started in the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace::root()).stdin(Stdio::null());
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if OF_THIS_PROGRAM.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&variable);
        }
    }
    command
}

/// Something that cargo can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Executable {
    name: String,
    path: PathBuf,
}

/// Builds, and lists the programs and examples that came of it.
pub(crate) fn build(arguments: &[&str]) -> anyhow::Result<Vec<Executable>> {
    let mut command = cargo(&["build", "--message-format=json-render-diagnostics"]);
    let mut child =
        command.args(arguments).stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let stdout = child.stdout.take().context("cargo has no output")?;
    let mut executables = Vec::new();
    for line in BufReader::new(stdout).lines() {
        executables.extend(executable(&line.context("cannot read what cargo says")?));
    }
    let status = child.wait().context("cannot wait for cargo")?;
    ensure!(status.success(), "cargo build {} failed", arguments.join(" "));
    Ok(executables)
}

/// The one of that name.
pub(crate) fn find(executables: &[Executable], name: &str) -> anyhow::Result<PathBuf> {
    let found = executables.iter().find(|executable| executable.name == name);
    Ok(found.with_context(|| format!("the workspace has no program [{name}]"))?.path.clone())
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    profile: Option<Profile>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// What a message of cargo says was built, unless it is a test.
fn executable(line: &str) -> Option<Executable> {
    let message: Message = serde_json::from_str(line).ok()?;
    let is_program = message.reason == "compiler-artifact" && !message.profile?.test;
    is_program.then_some(Executable { name: message.target?.name, path: message.executable? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(profile: &str, executable: &str) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","target":{{"kind":["bin"],"name":"a"}},"profile":{profile},"executable":{executable}}}"#
        )
    }

    #[test]
    fn programs_are_found_and_tests_and_libraries_are_not() {
        let program = executable(&artifact(r#"{"test":false}"#, r#""/t/a""#)).unwrap();
        assert_eq!(program, Executable { name: "a".to_owned(), path: PathBuf::from("/t/a") });
        assert_eq!(executable(&artifact(r#"{"test":true}"#, r#""/t/a-1""#)), None);
        assert_eq!(executable(&artifact(r#"{"test":false}"#, "null")), None);
        assert_eq!(executable(r#"{"reason":"build-finished","success":true}"#), None);
        let error = find(&[program], "b").unwrap_err();
        assert_eq!(error.to_string(), "the workspace has no program [b]");
    }
}
