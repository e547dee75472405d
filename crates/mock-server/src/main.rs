//! `connector-mock`: the mock server as a program.
#![expect(clippy::print_stderr, reason = "this is a program")]

use std::{
    io::{self, Write as _, stdout},
    process::ExitCode,
};

use clap::{Parser as _, error::ErrorKind};
use mock_server::cli::{Cli, Command, one_line};

/// The exit code for a command line that cannot be understood.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked)
            if matches!(asked.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            return said(&asked.render().to_string());
        }
        Err(error) => {
            eprintln!("{}", one_line(&error));
            return ExitCode::from(USAGE);
        }
    };
    if let Some(Command::Init { file }) = &cli.command {
        return match mock_server::init(file) {
            Ok(()) => {
                let file = file.display();
                said(&format!("wrote {file}; start with: connector-mock --seed {file}\n"))
            }
            Err(error) => {
                eprintln!("connector-mock: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let served = mock_server::run(&cli.into(), |url| {
        // Whoever started this may have closed the pipe; that is no reason to stop.
        let _ = print(&format!("listening on {url}\n"));
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("connector-mock: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Ends with what was asked for. Who reads no further, as `head` does, has what was wanted.
fn said(text: &str) -> ExitCode {
    match print(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("connector-mock: cannot write to standard output: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn print(text: &str) -> io::Result<()> {
    stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush())
}
