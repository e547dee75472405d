//! `connector-conformance`: judges a server of the Connector APIs.
#![expect(clippy::print_stderr, reason = "this is a program")]

use std::{
    env,
    io::{self, IsTerminal as _, Write as _, stderr, stdout},
    process::ExitCode,
};

use conformance::{
    exit_code,
    program::{self, Output},
    report::Style,
};

/// To the begin of the line, and nothing in it.
const CLEAR: &str = "\r\u{1b}[K";
/// What does not fit into the line is not shown, where it would make a line of its own.
const CUT: &str = "\u{1b}[?7l";
const UNCUT: &str = "\u{1b}[?7h";

fn main() -> ExitCode {
    let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let style = if stdout().is_terminal() && !plain { Style::Colour } else { Style::Plain };
    let watched = stderr().is_terminal();
    let mut progress = |line: &str| {
        if watched {
            eprint!("{CLEAR}{CUT}{line}{UNCUT}");
            // A line that does not show is no reason to stop.
            let _ = stderr().flush();
        }
    };
    let output = program::run_with(env::args_os(), style, &mut progress);
    if watched {
        eprint!("{CLEAR}");
    }
    let shown = stdout().write_all(output.stdout.as_bytes()).and_then(|()| stdout().flush());
    let _ = stderr().write_all(output.stderr.as_bytes());
    ExitCode::from(exit_code(&output, shown))
}

/// Who reads no further, as `head` does, has what was wanted; a report that cannot be written is
/// lost.
fn exit_code(output: &Output, shown: io::Result<()>) -> u8 {
    match shown {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let line = format!("connector-conformance: cannot write to standard output: {error}\n");
            let _ = stderr().write_all(line.as_bytes());
            exit_code::USAGE
        }
        _ => output.exit_code,
    }
}
