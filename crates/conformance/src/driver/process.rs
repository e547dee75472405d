//! A driver as a process: its lines, its end, its silence.

use std::{
    collections::VecDeque,
    io,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use super::protocol::{self, Call, ClientInfo, ProtocolError, Reply};
use crate::starting::hint;

/// How a driver is started and how long it may take.
#[derive(Clone, Debug)]
pub struct Driving {
    /// The command and its arguments.
    pub command: Vec<String>,
    /// The server that the client is to call.
    pub url: String,
    /// How long the client may wait for an answer of the server.
    pub client_timeout: Duration,
    /// How long the driver may take until it is ready.
    pub start_timeout: Duration,
    /// How long the driver may take for a call.
    pub call_timeout: Duration,
}

/// What is wrong with a driver.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// It cannot be started.
    #[error("the driver [{command}] cannot be started: {cause}{}", hint(command, cause))]
    Start {
        /// The command.
        command: String,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// It ended.
    #[error("the driver {}{}", ended(status.as_ref()), last_said(last_words))]
    Ended {
        /// How it ended, if the system tells.
        status: Option<ExitStatus>,
        /// The last lines that it wrote to standard error.
        last_words: Vec<String>,
    },
    /// It said nothing.
    #[error("the driver did not reply within {} s{}", .after.as_secs_f64(), said(last_words))]
    Hung {
        /// How long it had.
        after: Duration,
        /// The last lines that it wrote to standard error.
        last_words: Vec<String>,
    },
    /// It said something that is not of the protocol.
    #[error("{0}")]
    Protocol(#[from] ProtocolError),
}

fn ended(status: Option<&ExitStatus>) -> String {
    match status {
        Some(status) => format!("ended ({status}) without a reply"),
        None => "closed its standard output without a reply".to_owned(),
    }
}

fn said(last_words: &[String]) -> String {
    if last_words.is_empty() {
        return String::new();
    }
    format!("; its last words were:\n{}", last_words.join("\n"))
}

/// The last words of a driver that has ended.
fn last_said(last_words: &[String]) -> String {
    if last_words.is_empty() {
        return " and said nothing on standard error; docs/driver-protocol.md tells what a driver has to write"
            .to_owned();
    }
    said(last_words)
}

/// The longest line of a driver, in bytes.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;
/// How many of the last lines on standard error are kept.
const LAST_WORDS: usize = 12;
/// How long a driver may take to end after its input has ended.
const FAREWELL: Duration = Duration::from_secs(2);

/// A driver that runs. Dropping it kills it.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last_words: Arc<Mutex<VecDeque<String>>>,
    call_timeout: Duration,
    next_id: i64,
    /// What the driver says of its client.
    pub client: ClientInfo,
}

impl Driver {
    /// Starts a driver and waits until it is ready.
    ///
    /// # Errors
    /// If it does not start, or does not say that it is ready.
    pub async fn start(driving: &Driving) -> Result<Self, DriverError> {
        let failed = |cause| DriverError::Start { command: driving.command.join(" "), cause };
        let no_command = || io::Error::new(io::ErrorKind::InvalidInput, "there is no command");
        let (program, arguments) =
            driving.command.split_first().ok_or_else(no_command).map_err(failed)?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let no_pipe = || failed(io::Error::other("it has no pipes"));
        let input = child.stdin.take().ok_or_else(no_pipe)?;
        let output = BufReader::new(child.stdout.take().ok_or_else(no_pipe)?);
        let last_words = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(errors) = child.stderr.take() {
            tokio::spawn(listen(BufReader::new(errors), Arc::clone(&last_words)));
        }
        let mut driver = Self {
            child,
            input,
            output,
            last_words,
            call_timeout: driving.call_timeout,
            next_id: 1,
            client: ClientInfo::default(),
        };
        let milliseconds = i64::try_from(driving.client_timeout.as_millis()).unwrap_or(i64::MAX);
        let start = protocol::start(&driving.url, milliseconds).to_compact();
        let line = driver.ask(&start, driving.start_timeout).await?;
        driver.client = protocol::ready(&line)?;
        Ok(driver)
    }

    /// Has the client called. The call gets the next number.
    ///
    /// # Errors
    /// If the driver ends, is silent for too long, or says something that is no reply. It is of no
    /// further use then.
    pub async fn call(&mut self, call: &mut Call) -> Result<Reply, DriverError> {
        call.id = self.next_id;
        self.next_id += 1;
        let line = self.ask(&call.line().to_compact(), self.call_timeout).await?;
        Ok(protocol::reply(&line, call.id)?)
    }

    /// Ends the input of the driver, waits a little, and kills it if need be.
    pub async fn end(mut self) {
        drop(self.input);
        if timeout(FAREWELL, self.child.wait()).await.is_err() {
            // It may have ended by itself in between.
            let _ = self.child.kill().await;
        }
    }

    async fn ask(&mut self, line: &str, patience: Duration) -> Result<String, DriverError> {
        let asked = async {
            // A driver that is gone shows at the end of its output.
            let _ = self.input.write_all(format!("{line}\n").as_bytes()).await;
            let _ = self.input.flush().await;
            let mut line = Vec::new();
            let mut output = (&mut self.output).take(LONGEST_LINE);
            let read = output.read_until(b'\n', &mut line).await;
            read.map(|_| line)
        };
        let line = match timeout(patience, asked).await {
            Err(_) => return Err(DriverError::Hung { after: patience, last_words: self.words() }),
            Ok(Ok(line)) => line,
            Ok(Err(_)) => Vec::new(),
        };
        if line.is_empty() {
            return Err(self.gone().await);
        }
        let text = String::from_utf8_lossy(&line);
        Ok(text.trim_end_matches(['\n', '\r']).to_owned())
    }

    async fn gone(&mut self) -> DriverError {
        let status = timeout(FAREWELL, self.child.wait()).await.ok().and_then(Result::ok);
        // Standard error is read by another task.
        tokio::time::sleep(Duration::from_millis(20)).await;
        DriverError::Ended { status, last_words: self.words() }
    }

    fn words(&self) -> Vec<String> {
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        words.iter().cloned().collect()
    }
}

/// Keeps the last lines.
async fn listen<R: tokio::io::AsyncBufRead + Unpin>(
    mut errors: R,
    last_words: Arc<Mutex<VecDeque<String>>>,
) {
    let mut line = Vec::new();
    while let Ok(1..) = errors.read_until(b'\n', &mut line).await {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        let mut words = last_words.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() == LAST_WORDS {
            words.pop_front();
        }
        words.push_back(text);
    }
}
