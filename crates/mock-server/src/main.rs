//! `connector-mock`: the mock server as a program.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program")]

use std::{io::Write as _, process::ExitCode};

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
            print!("{}", asked.render());
            return ExitCode::SUCCESS;
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
                println!("wrote {file}; start with: connector-mock --seed {file}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("connector-mock: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let served = mock_server::run(&cli.into(), |url| {
        println!("listening on {url}");
        // Whoever started this may have closed the pipe; that is no reason to stop.
        let _ = std::io::stdout().flush();
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("connector-mock: {error}");
            ExitCode::FAILURE
        }
    }
}
