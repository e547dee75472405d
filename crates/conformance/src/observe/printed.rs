//! What the suite printed last: it tells which test sent a request.

use std::{
    io::{self, PipeReader, Read as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// The last line; clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Printed(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    /// The last line that has more than marks.
    last: String,
    /// The line that has not ended yet, of both streams.
    current: [Vec<u8>; 2],
    /// Within details of a test, as the Test Anything Protocol has them: `---` to `...`.
    in_details: bool,
    /// Where the output comes from.
    pipes: Vec<Arc<PipeReader>>,
}

/// A stream of the suite.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    Output,
    Errors,
}

/// The longest line that is kept, in bytes.
const LONGEST: usize = 400;
/// How long to wait for output that is on its way.
const ON_ITS_WAY: Duration = Duration::from_millis(500);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(1);

impl Printed {
    /// Output will come from this pipe.
    pub(super) fn comes_from(&self, pipe: &Arc<PipeReader>) {
        self.lines().pipes.push(Arc::clone(pipe));
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what comes next and notes it.
    pub(super) fn read(
        &self,
        stream: Stream,
        pipe: &PipeReader,
        buffer: &mut [u8],
    ) -> io::Result<usize> {
        if CAN_WAIT {
            wait(pipe)?;
            // Nobody sees the pipe empty and the lines without what was in it.
            let mut lines = self.lines();
            let length = { pipe }.read(buffer)?;
            lines.note(stream, buffer.get(..length).unwrap_or_default());
            Ok(length)
        } else {
            let length = { pipe }.read(buffer)?;
            self.lines().note(stream, buffer.get(..length).unwrap_or_default());
            Ok(length)
        }
    }

    /// What was printed last, as part of a sentence. Who sent the request has no answer yet, so
    /// what was printed before the request is noted or in a pipe, and nothing comes after it.
    pub(super) fn last(&self) -> Option<String> {
        let begin = Instant::now();
        loop {
            let lines = self.lines();
            if lines.pipes.iter().all(|pipe| is_empty(pipe)) || begin.elapsed() > ON_ITS_WAY {
                let last = &lines.last;
                return (!last.is_empty()).then(|| format!("after the suite had printed [{last}]"));
            }
            drop(lines);
            thread::sleep(PAUSE);
        }
    }
}

/// Whether this system tells when a pipe has something.
const CAN_WAIT: bool = cfg!(unix);

/// Waits until the pipe has something or has ended.
#[cfg(unix)]
fn wait(pipe: &PipeReader) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    poll(&mut [PollFd::new(pipe, PollFlags::IN)], None)?;
    Ok(())
}

#[cfg(unix)]
fn is_empty(pipe: &PipeReader) -> bool {
    rustix::io::ioctl_fionread(pipe).is_ok_and(|length| length == 0)
}

#[cfg(not(unix))]
fn wait(_: &PipeReader) -> io::Result<()> {
    Ok(())
}

/// Not known here; a moment later it is likely.
#[cfg(not(unix))]
fn is_empty(_: &PipeReader) -> bool {
    thread::sleep(PAUSE * 5);
    true
}

impl Lines {
    fn note(&mut self, stream: Stream, bytes: &[u8]) {
        let Self { last, current, in_details, .. } = self;
        let [output, errors] = current;
        let current = match stream {
            Stream::Output => output,
            Stream::Errors => errors,
        };
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            current.extend(part.iter().take(LONGEST.saturating_sub(current.len())));
            let text = plain(current);
            *in_details |= text == "---";
            let has_ended = part.ends_with(b"\n");
            if *in_details {
                *in_details = !(has_ended && text == "...");
            } else if text.contains(char::is_alphanumeric) {
                *last = text;
            }
            if has_ended {
                current.clear();
            }
        }
    }
}

/// The line without colours and other control sequences.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // ESC [ parameters letter
            characters.find(|next| next.is_ascii_alphabetic());
        } else if character.is_control() {
            plain.push(' ');
        } else {
            plain.push(character);
        }
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_whether_it_has_ended_or_not() {
        let printed = Printed::default();
        assert_eq!(printed.last(), None);
        printed.lines().note(Stream::Output, b"test_a ");
        printed.lines().note(Stream::Errors, b"\n\x1b[31mwarning\x1b[0m\n");
        assert_eq!(printed.last().unwrap(), "after the suite had printed [warning]");
        printed.lines().note(Stream::Output, b"PASSED\n\n");
        assert_eq!(printed.last().unwrap(), "after the suite had printed [test_a PASSED]");
        let tap = b"ok 2 - b\n  ---\n  duration_ms: 1\n  ...\n";
        tap.chunks(3).for_each(|piece| printed.lines().note(Stream::Output, piece));
        assert_eq!(printed.last().unwrap(), "after the suite had printed [ok 2 - b]");
        printed.lines().note(Stream::Output, &[b'x'; 1000]);
        printed.lines().note(Stream::Output, b"y");
        assert!(printed.last().unwrap().len() < 500);
    }
}
