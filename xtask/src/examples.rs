//! `cargo xtask examples`: the test suites in `examples/`, against the mock server.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

use crate::{
    build::{build, find},
    cli::UNMET,
    clients::{
        install::{self, Installed},
        plan,
        process::{self, End},
    },
    workspace,
};

/// How long a suite may take.
const LIMIT: Duration = Duration::from_secs(300);

/// What came of a suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It passed, in its own words.
    Passed(String),
    /// It failed, or could not be run though it should.
    Failed(String),
    /// This machine cannot run it, for that reason.
    Skipped(String),
}

/// A suite and what came of it.
pub(crate) type Result = (&'static str, Outcome);

/// Runs the suites.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let results = play(&["-p", "mock-server", "--bin", "connector-mock"])?;
    let mut is_met = true;
    for (name, outcome) in &results {
        let (word, text) = match outcome {
            Outcome::Passed(text) => ("passed", text),
            Outcome::Failed(text) => ("FAILED", text),
            Outcome::Skipped(text) => ("skipped", text),
        };
        is_met &= matches!(outcome, Outcome::Passed(_));
        println!("{name} {word}: {text}");
    }
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// Runs the suites. `built` says what cargo builds to get the mock server.
pub(crate) fn play(built: &[&str]) -> anyhow::Result<Vec<Result>> {
    let mock = find(&build(built)?, "connector-mock")?;
    Ok(vec![("pytest", pytest(&mock)?), ("vitest", vitest(&mock)?)])
}

fn folder(name: &str) -> PathBuf {
    workspace::root().join("examples").join(name)
}

fn pytest(mock: &Path) -> anyhow::Result<Outcome> {
    let folder = folder("pytest");
    let installed = install::python("examples-pytest", &folder.join("requirements.txt"))?;
    with(installed, |python| {
        let mut command = Command::new(python);
        command.args(["-m", "pytest", "-q", "-n", "4", "-p", "no:cacheprovider"]);
        command.env("CONNECTOR_MOCK", mock).env("PYTHONDONTWRITEBYTECODE", "1");
        suite(command.current_dir(folder), "pytest", " passed in ")
    })
}

/// The packages stand beside a copy of the suite: Node.js looks for them there.
fn vitest(mock: &Path) -> anyhow::Result<Outcome> {
    let name = "examples-vitest";
    let from = folder("vitest");
    with(install::node(name, &from)?, |node| {
        let place = plan::installed().join(name);
        for file in ["mock.js", "server.js", "sync-jobs.test.js", "vitest.config.js"] {
            std::fs::copy(from.join(file), place.join(file))?;
        }
        let mut command = Command::new(node);
        command.args(["node_modules/vitest/vitest.mjs", "run", "--reporter=dot"]);
        command.env("CONNECTOR_MOCK", mock).env("NO_COLOR", "1");
        suite(command.current_dir(place), "vitest", " Tests ")
    })
}

fn with(
    installed: Installed,
    run: impl FnOnce(&Path) -> anyhow::Result<Outcome>,
) -> anyhow::Result<Outcome> {
    match installed {
        Installed::Ready(program) => run(&program),
        Installed::Skipped(reason) => Ok(Outcome::Skipped(reason)),
        Installed::Failed(reason) => Ok(Outcome::Failed(reason)),
    }
}

/// Runs a suite; `sum` is in the line that says how many tests passed.
fn suite(command: &mut Command, name: &str, sum: &str) -> anyhow::Result<Outcome> {
    let log = plan::installed().join(format!("examples-{name}.out"));
    Ok(match process::run(command, &log, LIMIT)? {
        End::Itself(status, text) if status.success() => judged(&text, sum),
        End::Itself(status, text) => {
            println!("{text}");
            Outcome::Failed(status.to_string())
        }
        End::Stopped(text) => {
            println!("{text}");
            Outcome::Failed(format!("it took over {} seconds", LIMIT.as_secs()))
        }
        End::Missing => Outcome::Failed(format!("{name} is missing")),
    })
}

/// How many tests each suite has.
const TESTS: &str = "500 passed";

fn judged(text: &str, sum: &str) -> Outcome {
    match text.lines().rfind(|line| line.contains(sum)) {
        Some(line) if line.contains(TESTS) => Outcome::Passed(line.trim().to_owned()),
        Some(line) => Outcome::Failed(format!("not {TESTS} but {}", line.trim())),
        None => Outcome::Failed("it does not say how many tests passed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_that_ran_fewer_tests_has_failed() {
        let judged = |line: &str| judged(line, " passed in ");
        let passed = Outcome::Passed("500 passed in 10.34s".to_owned());
        assert_eq!(judged("....\n500 passed in 10.34s\n"), passed);
        assert!(matches!(judged("1 passed in 0.1s"), Outcome::Failed(_)));
        assert!(matches!(judged("no tests ran"), Outcome::Failed(_)));
    }
}
