//! The gate `conformance`: the suite against a mock server that was started for it.

use std::process::{Command, Stdio};

use anyhow::Context as _;

use super::gate::Verdict;
use crate::{build, program::Program, workspace};

/// The lines of the suite that are shown if it passed.
const SHOWN: usize = 12;

pub(super) fn run() -> anyhow::Result<Verdict> {
    // All targets: what `cargo test` built, so that nothing is built again with other features.
    let executables = build::build(&["--workspace", "--all-targets"])?;
    let mock = build::find(&executables, "connector-mock")?;
    let suite = build::find(&executables, "connector-conformance")?;
    let place = tempfile::tempdir().context("cannot make a directory")?;
    let ready = place.path().join("ready");
    let listen = ["--listen", "127.0.0.1:0", "--ready-file", &ready.to_string_lossy()];
    let mut server = Program::start(&mock, &listen)?;
    let url = server.url_in(&ready)?;
    let played = Command::new(&suite)
        .args(["server", "--url", &url])
        .current_dir(workspace::root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", suite.display()))?;
    let text = String::from_utf8_lossy(&played.stdout);
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    if played.status.success() {
        println!("{}", final_lines(&text, SHOWN));
        return Ok(Verdict::Passed(last.to_owned()));
    }
    println!("{}", text.trim_end());
    Ok(Verdict::Failed(format!("{}: {last}", played.status)))
}

/// The last lines of a text.
fn final_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(count);
    lines.into_iter().skip(from).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_final_lines_are_the_last_ones_that_say_something() {
        assert_eq!(final_lines("a\nb\nc\n\n", 2), "b\nc");
        assert_eq!(final_lines("a\n", 2), "a");
        assert_eq!(final_lines("", 2), "");
    }
}
