//! What the suite printed last: it tells which test sent a request.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
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
}

/// A stream of the suite.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    Output,
    Errors,
}

/// The longest line that is kept, in bytes.
const LONGEST: usize = 400;
/// How long the output may be on its way.
const ON_ITS_WAY: Duration = Duration::from_millis(5);

impl Printed {
    /// Notes output.
    pub(super) fn note(&self, stream: Stream, bytes: &[u8]) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Lines { last, current, in_details } = &mut *lines;
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

    /// What was printed last, as part of a sentence. The client has no answer yet, so it waits, and
    /// what it printed before its request is here or on its way.
    pub(super) fn last(&self) -> Option<String> {
        thread::sleep(ON_ITS_WAY);
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!lines.last.is_empty()).then(|| format!("after the suite had printed [{}]", lines.last))
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
        printed.note(Stream::Output, b"test_a ");
        printed.note(Stream::Errors, b"\n\x1b[31mwarning\x1b[0m\n");
        assert_eq!(printed.last().unwrap(), "after the suite had printed [warning]");
        printed.note(Stream::Output, b"PASSED\n\n");
        assert_eq!(printed.last().unwrap(), "after the suite had printed [test_a PASSED]");
        let tap = b"ok 2 - b\n  ---\n  duration_ms: 1\n  ...\n";
        tap.chunks(3).for_each(|piece| printed.note(Stream::Output, piece));
        assert_eq!(printed.last().unwrap(), "after the suite had printed [ok 2 - b]");
        printed.note(Stream::Output, &[b'x'; 1000]);
        printed.note(Stream::Output, b"y");
        assert!(printed.last().unwrap().len() < 500);
    }
}
