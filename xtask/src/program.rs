//! Programs that run beside a task and end with it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// How long a server may take until it says where it listens.
const START: Duration = Duration::from_secs(20);

/// A program that runs; it is stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct Program {
    name: String,
    child: Child,
    /// Kept open, so that what the program writes does not fail.
    stdout: BufReader<ChildStdout>,
}

impl Program {
    /// Starts a program, its input empty, its standard output read by this task.
    ///
    /// Settings of the mock server in the environment, and where cargo looks for libraries, are
    /// not passed on: what runs is what the task says.
    pub(crate) fn start(program: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        command.env_remove("LD_LIBRARY_PATH");
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("ES_MOCK_") {
                command.env_remove(variable);
            }
        }
        let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let stdout = child.stdout.take().with_context(|| format!("{name} has no output"))?;
        Ok(Self { name, child, stdout: BufReader::new(stdout) })
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The URL in the program's first line, `listening on URL`.
    pub(crate) fn announced_url(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).with_context(|| format!("cannot read {}", self.name))?;
        match line.strip_prefix("listening on ") {
            Some(url) => Ok(url.trim_end().to_owned()),
            None => bail!("{} does not say where it listens but [{}]", self.name, line.trim_end()),
        }
    }

    /// The URL that the program writes into `file` once it answers.
    pub(crate) fn url_in(&mut self, file: &Path) -> anyhow::Result<String> {
        let begin = Instant::now();
        while begin.elapsed() < START {
            // The file is not there at first.
            let text = fs::read_to_string(file).unwrap_or_default();
            if text.starts_with("http") {
                return Ok(text.trim_end().to_owned());
            }
            if let Some(status) = self.child.try_wait().context("cannot wait for a program")? {
                bail!("{} ended before it answered: {status}", self.name);
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!("{} does not answer after {} seconds", self.name, START.as_secs())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        Program::start(Path::new("/bin/sh"), &["-c", script]).unwrap()
    }

    #[test]
    fn the_first_line_says_where_a_program_listens() {
        let mut program = shell("echo listening on http://127.0.0.1:1; exec sleep 60");
        assert_eq!(program.announced_url().unwrap(), "http://127.0.0.1:1");
        let error = shell("echo hello").announced_url().unwrap_err();
        assert_eq!(error.to_string(), "sh does not say where it listens but [hello]");
    }

    #[test]
    fn the_ready_file_says_where_a_program_listens() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("ready");
        let script = format!("printf http://127.0.0.1:1 > {}; exec sleep 60", file.display());
        assert_eq!(shell(&script).url_in(&file).unwrap(), "http://127.0.0.1:1");
        let error = shell("exit 3").url_in(&place.path().join("none")).unwrap_err();
        assert_eq!(error.to_string(), "sh ended before it answered: exit status: 3");
    }
}
