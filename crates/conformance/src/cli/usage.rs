//! What is wrong with a command line, as one line that says what to write.

use std::ffi::OsString;

use clap::{
    CommandFactory as _, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::Cli;

/// What a command line that ends in another program's command looks like.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("client", "the driver", "connector-conformance client -- python3 driver.py"),
    ("observe", "the command of the suite", "connector-conformance observe -- pytest -v"),
];

/// A usage error as one line. The arguments are those of the whole command line; they tell which
/// command's help is to be read, and how the line is meant.
#[must_use]
pub fn one_line(error: &Error, arguments: &[OsString]) -> String {
    let command = command_of(arguments);
    let help = match &command {
        Some(command) => format!("see connector-conformance {command} --help"),
        None => "see connector-conformance --help".to_owned(),
    };
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return format!(
            "what is to be judged? write connector-conformance server, client, observe, proxy or fuzz; {help}"
        );
    }
    let command = command.unwrap_or_default();
    if let Some((_, what, example)) = EXAMPLES.iter().find(|(name, ..)| *name == command) {
        match error.kind() {
            ErrorKind::MissingRequiredArgument => {
                return format!("{what} is missing; write {example}; {help}");
            }
            ErrorKind::UnknownArgument => {
                if let Some(line) = with_dashes(error, arguments) {
                    return format!("{what} comes after --; write {line}; {help}");
                }
            }
            _ => {}
        }
    }
    let text = error.render().to_string();
    let lines: Vec<&str> =
        text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let what = lines.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    format!("{what}{}; {help}", suggestion(error))
}

/// The name of the command that the arguments begin with, if there is one of this name.
fn command_of(arguments: &[OsString]) -> Option<String> {
    let name = arguments.get(1)?.to_str()?;
    Cli::command().find_subcommand(name).map(|command| command.get_name().to_owned())
}

/// The command line with `--` before the first argument that is none of this program's, if it is
/// no flag.
fn with_dashes(error: &Error, arguments: &[OsString]) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else { return None };
    let at = arguments.iter().position(|argument| argument.to_str() == Some(word))?;
    if word.starts_with('-') || arguments.iter().any(|argument| argument == "--") {
        return None;
    }
    let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let (ours, theirs) = words.split_at_checked(at)?;
    let ours = ours.get(1..)?.join(" ");
    Some(format!("connector-conformance {ours} -- {}", theirs.join(" ")))
}

/// The flag or command that was probably meant.
fn suggestion(error: &Error) -> String {
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand];
    let meant = kinds.into_iter().find_map(|kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        // The closest one comes last.
        Some(ContextValue::Strings(words)) => words.last().cloned(),
        _ => None,
    });
    meant.map(|word| format!(" (did you mean [{word}]?)")).unwrap_or_default()
}
