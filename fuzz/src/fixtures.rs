//! Fixtures and cases (`docs/cases.md`). The input is a letter that says which file it stands for,
//! and the text of that file.

use std::sync::OnceLock;

use conformance::{
    case::CaseError,
    fixture::{EndpointFixture, ExampleFixture},
    suite::Suite,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{hold, same, seeds::Fixtures};

/// Words of case files.
pub const WORDS: &[&str] = &[
    "operation: connector.get\n",
    "cases:\n",
    "  - case: ",
    "proves: [CN-1.1-1]",
    "given: connector",
    "steps:\n",
    "- send: GET /_connector/$connector",
    "status: 200",
    "answer: {}",
    "answer_has: ",
    "answer_lacks: [a.b]",
    "body: {}",
    "text: \"\"",
    "headers: {a: b}",
    "$connector",
    "$job",
    "$any",
    "$$",
    "${",
    "error: {type: t, reason: r}",
    "needs: empty",
    "since: \"8.14\"",
    "documented: [x]",
    "pages: [a.asciidoc:1]",
    "wire:\n",
    "attempts: 2 or more",
    "client: returns",
    "within: 5 s",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "|\n",
    ">-\n",
    "\u{feff}",
    "---\n",
    "...\n",
    "null",
    "~",
    "{\"",
    "\":",
    "\\u0000",
    "18446744073709551616",
    "70000",
];

/// Letters and the names of the files that they stand for.
const FILES: [(u8, &str); 6] = [
    (b'c', "cases/input.yml"),
    (b'k', "client/input.yml"),
    (b'n', "preconditions/named.yml"),
    (b'p', "preconditions/input.yml"),
    (b'e', "endpoints/input.json"),
    (b'x', "examples/get/input.json"),
];

/// A suite that is read twice is the same; its ids are unique and its places are lines of its
/// files. An error names the file and a line of it. Facts are written as they are read.
///
/// # Errors
/// With what is wrong.
pub fn check(input: &[u8]) -> Result<(), String> {
    let Some((letter, text)) = input.split_first() else { return Ok(()) };
    let Ok(text) = std::str::from_utf8(text) else { return Ok(()) };
    let Some((_, name)) = FILES.iter().find(|(known, _)| known == letter) else { return Ok(()) };
    match letter {
        b'e' => check_kept::<EndpointFixture>(text)?,
        b'x' => check_kept::<ExampleFixture>(text)?,
        _ => {}
    }
    let suite = || Suite::of_texts(beside(name).chain([((*name).to_owned(), text.to_owned())]));
    match (suite(), suite()) {
        (Ok(suite), Ok(again)) => {
            check_suite(&suite, name, text)?;
            same(
                "cases, read again",
                &format!("{:?}", suite.cases),
                &format!("{:?}", again.cases),
            )?;
            let clients = format!("{:?}", suite.client_cases);
            same("cases of clients, read again", &clients, &format!("{:?}", again.client_cases))
        }
        (Err(error), Err(again)) => {
            same("error, read again", &error, &again)?;
            check_told(&error, name, text)
        }
        (one, other) => Err(format!("read {}, then {}", one.is_ok(), other.is_ok())),
    }
}

/// What every case rests on, but for the file that the input stands for.
fn beside(name: &str) -> impl Iterator<Item = (String, String)> {
    static FILES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let fixtures = Fixtures::read().unwrap_or_default();
        let needed =
            |name: &str| name == "preconditions/named.yml" || name.starts_with("endpoints/");
        fixtures.files.into_iter().filter(|(name, _)| needed(name)).collect()
    });
    files.iter().filter(move |(other, _)| other != name).cloned()
}

fn check_suite(suite: &Suite, name: &str, text: &str) -> Result<(), String> {
    let cases = suite.cases.iter().map(|case| (&case.id, &case.place));
    let cases = cases.chain(suite.client_cases.iter().map(|case| (&case.id, &case.place)));
    let mut ids: Vec<&String> = Vec::new();
    for (id, place) in cases {
        if place.file == name {
            check_line(place.line, text)?;
        }
        ids.push(id);
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    same("number of ids", &ids.len(), &count)?;
    for case in &suite.cases {
        hold(case.judged_step().is_none() == case.steps.is_empty(), || {
            format!("[{}] has steps and none that is judged", case.id)
        })?;
        hold(case.first_version() >= case.since.unwrap_or(case.first_version()), || {
            format!("[{}] can pass before its version", case.id)
        })?;
    }
    Ok(())
}

fn check_told(error: &CaseError, name: &str, text: &str) -> Result<(), String> {
    hold(!error.message.trim().is_empty(), || "an error without a message".to_owned())?;
    let told = error.to_string();
    hold(told.starts_with(&format!("{}:", error.file)), || format!("told as {told:?}"))?;
    match error.position {
        Some((line, _)) if error.file == name => check_line(line, text),
        _ => Ok(()),
    }
}

/// Behind the last line break there is one line more.
fn check_line(line: u64, text: &str) -> Result<(), String> {
    // YAML breaks lines at a lone carriage return too.
    let breaks = text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    let lines = u64::try_from(breaks).unwrap_or(u64::MAX).saturating_add(1);
    hold((1..=lines).contains(&line), || format!("line {line} of {lines}"))
}

/// What can be read is written and read again as the same.
fn check_kept<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    text: &str,
) -> Result<(), String> {
    let Ok(facts) = serde_json::from_str::<T>(text) else { return Ok(()) };
    let written = serde_json::to_string(&facts).map_err(|error| error.to_string())?;
    let again = serde_json::from_str::<T>(&written).map_err(|error| error.to_string())?;
    same("facts, read again", &again, &facts)
}

/// Every file of the fixtures.
#[must_use]
pub fn seeds(fixtures: &Fixtures) -> Vec<Vec<u8>> {
    let letter = |name: &str| match name.split('/').next() {
        Some("cases") => b'c',
        Some("client") => b'k',
        Some("preconditions") if name.ends_with("/named.yml") => b'n',
        Some("preconditions") => b'p',
        Some("endpoints") => b'e',
        _ => b'x',
    };
    let seed = |(name, text): &(String, String)| [&[letter(name)], text.as_bytes()].concat();
    fixtures.files.iter().map(seed).collect()
}
