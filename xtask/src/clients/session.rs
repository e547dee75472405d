//! Plays a part with an installed client and reads what its program says of it.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Context as _;
use regex::Regex;

use super::{
    client::{Client, Language},
    plan::{self, Methods, Part, Play},
    process::{self, End},
};

/// How long the sessions of a client may take.
const LIMIT: Duration = Duration::from_secs(300);

/// What a program says of a session: client, version, and how often what happened.
const LINE: &str = r"^([^ ]+) ([0-9][^ ]*)( sync| async)?: (\d+) calls, (\d+) passed, (\d+) failed, (\d+) unsupported$";

/// A session of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    /// The name of the client.
    pub(super) client: String,
    /// Its whole version.
    pub(super) version: String,
    /// The calls that were made.
    pub(super) calls: usize,
    /// The calls whose answers are as expected.
    pub(super) passed: usize,
    /// The calls whose answers are not, and the methods that were not shown.
    pub(super) failed: usize,
    /// What the client cannot send or show.
    pub(super) unsupported: usize,
}

/// The sessions that a program played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Played {
    pub(super) sessions: Vec<Session>,
    /// What the program wrote.
    pub(super) text: String,
    /// Why it did not play them to the end.
    pub(super) broken: Option<String>,
}

/// Plays `part` against the server at `url`.
pub(super) fn play(
    client: Client,
    program: &Path,
    url: &str,
    part: &Part,
) -> anyhow::Result<Played> {
    let mut command = match &part.play {
        Play::Steps { folders, methods } => steps(client, program, url, folders, *methods),
        Play::Service(folder) => {
            let mut command = python(program, folder);
            command.arg(url);
            command
        }
    };
    // The server is on this machine.
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    let place = tempfile::tempdir().context("cannot make a directory")?;
    let end = process::run(&mut command, &place.path().join("log"), LIMIT)?;
    let (text, trouble) = match end {
        End::Itself(status, text) if status.success() => (text, None),
        End::Itself(status, text) => (text, Some(status.to_string())),
        End::Stopped(text) => (text, Some(format!("no end after {} seconds", LIMIT.as_secs()))),
        End::Missing => (String::new(), Some(format!("{} is missing", program.display()))),
    };
    let sessions = sessions(&text)?;
    let broken = broken(part.sessions(client), &sessions, trouble);
    Ok(Played { sessions, text, broken })
}

fn steps(
    client: Client,
    program: &Path,
    url: &str,
    folders: &[PathBuf],
    methods: Methods,
) -> Command {
    let mut command = match client.language() {
        Language::Python => python(program, &plan::clients().join("python").join("session.py")),
        Language::Node => node(program, client),
    };
    if methods == Methods::All {
        command.arg("--methods");
    }
    command.arg(url).args(folders);
    command
}

fn python(program: &Path, script: &Path) -> Command {
    let mut command = Command::new(program);
    // What Python compiles does not stand beside the sources.
    command.arg("-B").arg(script).env("PYTHONUTF8", "1").env_remove("PYTHONPATH");
    command
}

fn node(program: &Path, client: Client) -> Command {
    let modules: PathBuf = ["node", "node_modules"].iter().collect();
    let mut command = Command::new(program);
    command.arg(plan::clients().join("node").join("session.mjs"));
    command.arg(format!("es{}", client.major()));
    command.env("NODE_PATH", plan::installed().join(modules));
    command
}

/// The sessions that a program tells of.
fn sessions(text: &str) -> anyhow::Result<Vec<Session>> {
    let line = Regex::new(LINE).context("an expression of this program is wrong")?;
    let session = |text: &str| {
        let found = line.captures(text)?;
        let word = |group: usize| found.get(group).map_or("", |word| word.as_str());
        let number = |group: usize| word(group).parse().ok();
        Some(Session {
            client: format!("{}{}", word(1), word(3)),
            version: word(2).to_owned(),
            calls: number(4)?,
            passed: number(5)?,
            failed: number(6)?,
            unsupported: number(7)?,
        })
    };
    Ok(text.lines().filter_map(session).collect())
}

/// What is wrong beside the calls that are told of.
fn broken(planned: usize, sessions: &[Session], trouble: Option<String>) -> Option<String> {
    let told = sessions.len();
    if told != planned {
        let trouble = trouble.unwrap_or_else(|| "no error".to_owned());
        return Some(format!("{told} of {planned} sessions came to an end: {trouble}"));
    }
    if let Some(idle) = sessions.iter().find(|session| session.calls == 0) {
        return Some(format!("{} made no call", idle.client));
    }
    // A call that failed explains the status.
    trouble.filter(|_| sessions.iter().all(|session| session.failed == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(client: &str, failed: usize) -> Session {
        Session {
            client: client.to_owned(),
            version: "8.19.3".to_owned(),
            calls: 12,
            passed: 12 - failed,
            failed,
            unsupported: 2,
        }
    }

    #[test]
    fn sessions_are_read_from_what_a_program_says() {
        let text = "a 8.19.3 sync: 12 calls, 12 passed, 0 failed, 2 unsupported\n  FAILED: a 1: 1 calls\n\
            @b/c 8.19.3: 12 calls, 11 passed, 1 failed, 2 unsupported\na 8: 1 calls, many";
        assert_eq!(sessions(text).unwrap(), [session("a sync", 0), session("@b/c", 1)]);
    }

    #[test]
    fn a_program_that_breaks_off_is_not_taken_for_one_that_passed() {
        let check = |sessions: &[Session], trouble: Option<&str>, expected: Option<&str>| {
            let found = broken(1, sessions, trouble.map(str::to_owned));
            assert_eq!(found.as_deref(), expected);
        };
        check(&[session("a", 0)], None, None);
        check(&[session("a", 1)], Some("exit status: 1"), None);
        check(&[session("a", 0)], Some("exit status: 1"), Some("exit status: 1"));
        check(&[], Some("signal: 9"), Some("0 of 1 sessions came to an end: signal: 9"));
        check(&[], None, Some("0 of 1 sessions came to an end: no error"));
        let idle = Session { calls: 0, passed: 0, ..session("a", 0) };
        check(&[idle], None, Some("a made no call"));
    }
}
