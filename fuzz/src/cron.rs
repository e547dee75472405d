//! Cron expressions (contract CN-7). The input is the expression.

use api_types::json::{Json, Object};
use api_types::{Version, cron::CronExpression};

use crate::{
    answer, hold, same,
    seeds::Fixtures,
    server::{Request, Server},
};

/// Words of cron expressions.
pub const WORDS: &[&str] = &[
    "*",
    "?",
    "L",
    "LW",
    "L-3",
    "L-3W",
    "W",
    "15W",
    "#",
    "2#1",
    "6L",
    "/",
    "-",
    ",",
    " ",
    "\t",
    "0 ",
    "JAN",
    "DEC",
    "SUN",
    "MON-FRI",
    "FRIL",
    "MON#5",
    "*/5",
    "0/5",
    "59",
    "60",
    "24",
    "32",
    "2030-2024",
    "2147483648",
    "0 0 0 * * ?",
    "é",
    "ß",
    "\u{131}",
];

/// Case and the space around decide nothing, what is kept is accepted again, and the server takes
/// what the reader takes.
///
/// # Errors
/// With what is wrong.
pub fn check(input: &[u8]) -> Result<(), String> {
    let Ok(text) = std::str::from_utf8(input) else { return Ok(()) };
    let read = CronExpression::parse(text);
    let accepted = read.is_ok();
    let accepts = |what: &str, other: &str| {
        let other_accepted = CronExpression::parse(other).is_ok();
        same(&format!("accepted, and {what}"), &accepted, &other_accepted)
    };
    accepts("with space around", &format!(" \t{text}\t "))?;
    accepts("in upper case", &text.to_uppercase())?;
    if text.is_ascii() {
        accepts("in lower case", &text.to_lowercase())?;
    }
    match &read {
        Ok(kept) => {
            let again = CronExpression::parse(&kept.to_string());
            same("what is kept, read again", &again.as_ref().ok(), &Some(kept))?;
            if text.split([' ', '\t']).filter(|field| !field.is_empty()).count() >= 7 {
                accepts("with more behind seven fields", &format!("{text} %"))?;
            }
        }
        Err(error) => {
            same("the expression told", &error.expression.as_str(), &text)?;
            let begin = "illegal cron expression format [java.lang.";
            let whole = error.cause.starts_with(begin) && error.cause.ends_with(']');
            hold(whole, || format!("the cause {:?}", error.cause))?;
        }
    }
    check_served(text, accepted)
}

/// The server stores what is accepted and refuses the rest with a 400 (contract CN-5.13).
fn check_served(text: &str, accepted: bool) -> Result<(), String> {
    let server = Server::of(Version::NEWEST);
    server.furnish();
    let full = Object::new().with("enabled", true).with("interval", text.to_owned());
    let body = Object::new().with("scheduling", Object::new().with("full", full));
    let request = Request::new("PUT", "/_connector/c/_scheduling");
    let answer = server.ask(&request.json(Json::from(body).to_compact()));
    answer::check(&answer, None)?;
    same("status of the server", &answer.status, &if accepted { 200 } else { 400 })
}

/// The cron expressions of the fixtures.
#[must_use]
pub fn seeds(fixtures: &Fixtures) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for request in fixtures.requests() {
        intervals(&Json::parse(&request.body).unwrap_or_default(), &mut found);
    }
    found.into_iter().map(String::into_bytes).collect()
}

/// Every text that is called `interval`.
fn intervals(value: &Json, found: &mut Vec<String>) {
    match value {
        Json::Object(object) => {
            for (name, member) in object.iter() {
                match member {
                    Json::String(text) if name == "interval" => found.push(text.to_string()),
                    other => intervals(other, found),
                }
            }
        }
        Json::Array(elements) => elements.iter().for_each(|element| intervals(element, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
