//! `connector-conformance`: judges a server of the Connector APIs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program")]

use std::{
    env,
    io::{IsTerminal as _, stdout},
    process::ExitCode,
};

use conformance::{program, report::Style};

fn main() -> ExitCode {
    let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let style = if stdout().is_terminal() && !plain { Style::Colour } else { Style::Plain };
    let output = program::run(env::args_os(), style);
    print!("{}", output.stdout);
    eprint!("{}", output.stderr);
    ExitCode::from(output.exit_code)
}
