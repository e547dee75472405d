//! A program that must come to an end.

use std::{
    fs,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself, with what it wrote.
    Itself(ExitStatus, String),
    /// It was stopped because it took too long; what it had written by then.
    Stopped(String),
    /// It is not there.
    Missing,
}

/// Runs a program for no longer than `limit`; what it writes goes into the file `log` meanwhile.
pub(crate) fn run(command: &mut Command, log: &Path, limit: Duration) -> anyhow::Result<End> {
    let shown = || format!("cannot write {}", log.display());
    let file = fs::File::create(log).with_context(shown)?;
    let other = file.try_clone().with_context(shown)?;
    let mut child = match command.stdin(Stdio::null()).stdout(file).stderr(other).spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(End::Missing),
        Err(error) => return Err(error).context("cannot start a program"),
    };
    let status = wait(&mut child, limit)?;
    let bytes = fs::read(log).with_context(|| format!("cannot read {}", log.display()))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(match status {
        Some(status) => End::Itself(status, text),
        None => End::Stopped(text),
    })
}

/// The status, or none if the program had to be stopped.
fn wait(child: &mut Child, limit: Duration) -> anyhow::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("cannot wait for a program")? {
            return Ok(Some(status));
        }
        if begin.elapsed() >= limit {
            child.kill().context("cannot stop a program")?;
            child.wait().context("cannot wait for a program")?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn ended(program: &str, script: &str, limit: Duration) -> End {
        let place = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        run(command.args(["-c", script]), &place.path().join("log"), limit).unwrap()
    }

    #[test]
    fn a_program_ends_by_itself_is_stopped_or_is_missing() {
        let long = Duration::from_secs(60);
        let End::Itself(status, text) = ended("/bin/sh", "echo a; echo b >&2; exit 3", long) else {
            panic!("it did not end by itself");
        };
        assert_eq!((status.code(), text.as_str()), (Some(3), "a\nb\n"));
        assert_eq!(ended("/bin/sh", "exec sleep 60", Duration::ZERO), End::Stopped(String::new()));
        assert_eq!(ended("/no/such/program", "", long), End::Missing);
    }
}
