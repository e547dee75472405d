//! `connector-conformance`: judges a server of the Connector APIs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program")]

use std::{
    env,
    io::{IsTerminal as _, Write as _, stderr, stdout},
    process::ExitCode,
};

use conformance::{program, report::Style};

/// To the begin of the line, and nothing in it.
const CLEAR: &str = "\r\u{1b}[K";

fn main() -> ExitCode {
    let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let style = if stdout().is_terminal() && !plain { Style::Colour } else { Style::Plain };
    let watched = stderr().is_terminal();
    let mut progress = |line: &str| {
        if watched {
            eprint!("{CLEAR}{line}");
            // A line that does not show is no reason to stop.
            let _ = stderr().flush();
        }
    };
    let output = program::run_with(env::args_os(), style, &mut progress);
    if watched {
        eprint!("{CLEAR}");
    }
    print!("{}", output.stdout);
    eprint!("{}", output.stderr);
    ExitCode::from(output.exit_code)
}
