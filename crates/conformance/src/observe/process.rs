//! The suite as a process: its output, its end, its interruption.

use std::{
    fmt,
    io::{self, PipeReader, Write},
    process::{ExitStatus, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};

use super::{
    Outlets,
    printed::{Printed, Stream},
};
use crate::{interrupt::Interrupts, starting::hint};

/// Why the command of a suite cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It cannot be started.
    #[error("the command [{command}] cannot be started: {cause}{}", hint(command, cause))]
    Start {
        /// The command.
        command: String,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// Its end cannot be awaited.
    #[error("the end of the command cannot be awaited: {0}")]
    Wait(#[source] io::Error),
}

/// How the command of a suite ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandEnd {
    /// With exit status 0.
    Succeeded,
    /// With another exit status.
    Failed(i32),
    /// By a signal.
    Killed(i32),
    /// This program was told to end, and so was the command.
    Interrupted,
}

impl fmt::Display for CommandEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded => f.write_str("ended with exit status 0"),
            Self::Failed(status) => write!(f, "ended with exit status {status}"),
            Self::Killed(signal) => write!(f, "was killed by signal {signal}"),
            Self::Interrupted => f.write_str("was interrupted"),
        }
    }
}

/// How long an interrupted command may take to end.
const GRACE: Duration = Duration::from_secs(5);
/// How long output may come after the command has ended, from what it left running.
const LAST_OUTPUT: Duration = Duration::from_secs(1);

/// A command that runs. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    interrupts: Interrupts,
    /// Ends when both streams have ended.
    streams: mpsc::Receiver<()>,
}

impl Process {
    /// Starts the command. Its standard input is that of this program.
    pub(super) fn start<'a>(
        command: &[String],
        variables: impl Iterator<Item = &'a str>,
        url: &str,
        outlets: Outlets,
        printed: &Printed,
    ) -> Result<Self, CommandError> {
        let failed = |cause| CommandError::Start { command: command.join(" "), cause };
        let nothing = || failed(io::Error::new(io::ErrorKind::InvalidInput, "there is none"));
        let (program, arguments) = command.split_first().ok_or_else(nothing)?;
        let (output, its_output) = io::pipe().map_err(failed)?;
        let (errors, its_errors) = io::pipe().map_err(failed)?;
        let interrupts = Interrupts::new().map_err(failed)?;
        let mut starting = Command::new(program);
        starting
            .args(arguments)
            .envs(variables.map(|name| (name, url)))
            .stdout(Stdio::from(its_output))
            .stderr(Stdio::from(its_errors))
            .kill_on_drop(true);
        let child = starting.spawn().map_err(failed)?;
        // It holds the other ends of the pipes.
        drop(starting);
        let (sender, streams) = mpsc::channel(1);
        let passing =
            [(output, outlets.stdout, Stream::Output), (errors, outlets.stderr, Stream::Errors)];
        for (from, to, stream) in passing {
            let (from, printed, sender) = (Arc::new(from), printed.clone(), sender.clone());
            printed.comes_from(&from);
            // Threads of their own, so that output is noted at once, whatever else goes on.
            thread::spawn(move || {
                pass_on(&from, to, stream, &printed);
                drop(sender);
            });
        }
        Ok(Self { child, interrupts, streams })
    }

    /// Waits until the command has ended.
    pub(super) async fn wait(mut self) -> Result<CommandEnd, CommandError> {
        let end = tokio::select! {
            status = self.child.wait() => end(status.map_err(CommandError::Wait)?),
            () = self.interrupts.next() => {
                self.interrupt().await;
                CommandEnd::Interrupted
            }
        };
        // Something that the command left running may hold the streams.
        let _ = timeout(LAST_OUTPUT, self.streams.recv()).await;
        Ok(end)
    }

    /// The terminal tells the command too; another sender of a signal tells this program alone.
    async fn interrupt(&mut self) {
        if let Some(id) = self.child.id() {
            let told = std::process::Command::new("kill").args(["-TERM", &id.to_string()]).status();
            if told.is_err() {
                // There is no such program; killing is what is left.
                let _ = self.child.start_kill();
            }
        }
        let again = tokio::select! {
            ended = timeout(GRACE, self.child.wait()) => ended.is_err(),
            () = self.interrupts.next() => true,
        };
        if again {
            // It may have ended in between.
            let _ = self.child.kill().await;
        }
    }
}

#[cfg(unix)]
fn end(status: ExitStatus) -> CommandEnd {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(0), _) => CommandEnd::Succeeded,
        (Some(code), _) => CommandEnd::Failed(code),
        (None, signal) => CommandEnd::Killed(signal.unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn end(status: ExitStatus) -> CommandEnd {
    match status.code() {
        Some(0) => CommandEnd::Succeeded,
        code => CommandEnd::Failed(code.unwrap_or_default()),
    }
}

/// Passes bytes on as they come, untouched.
fn pass_on(from: &PipeReader, mut to: Box<dyn Write + Send>, stream: Stream, printed: &Printed) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = match printed.read(stream, from, &mut buffer) {
            Ok(0) => return,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        // Whoever reads this program's output may be gone; the suite goes on.
        let bytes = buffer.get(..length).unwrap_or_default();
        let _ = to.write_all(bytes).and_then(|()| to.flush());
    }
}
