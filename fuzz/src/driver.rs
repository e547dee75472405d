//! The lines of a driver (`docs/driver-protocol.md`). The input is a line.

use api_types::json::{Json, Object};
use conformance::driver::{
    ClientInfo, ProtocolError, Raised, Reply, VERSION, read_ready, read_reply,
};

use crate::{hold, is_finite, same, seeds::Fixtures};

/// Words of the protocol.
pub const WORDS: &[&str] = &[
    "{\"type\":\"ready\"",
    "\"type\":\"returned\"",
    "\"type\":\"raised\"",
    "\"type\":\"unsupported\"",
    "\"id\":3",
    "\"protocol\":1",
    "\"client\":{",
    "\"name\":",
    "\"version\":",
    "\"language\":",
    "\"error\":{",
    "\"class\":",
    "\"message\":",
    "\"status\":404",
    "\"status\":70000",
    "\"body\":",
    "\"reason\":",
    "null",
    "{}",
    "[]",
    "1e999",
    "-0",
    "\\ud800",
    "99999999999999999999",
];

/// A line that is read, written as the protocol says and read again is the same; a reply is that
/// of its call alone.
///
/// # Errors
/// With what is wrong.
pub fn check(input: &[u8]) -> Result<(), String> {
    let line = String::from_utf8_lossy(input);
    match read_ready(&line) {
        Ok(client) => {
            let again = read_ready(&ready_line(&client).to_compact());
            same("the client, read again", &again, &Ok(client))?;
        }
        Err(error) => check_told(&error)?,
    }
    let object = Json::parse(line.as_bytes()).ok();
    let id = object.and_then(|object| object.get("id")?.as_i64());
    match (read_reply(&line, id.unwrap_or(3)), id) {
        (Ok(reply), Some(id)) => {
            let line_again = reply_line(&reply, id);
            let again = read_reply(&line_again.to_compact(), id);
            if is_finite(&line_again) {
                same("the reply, read again", &again, &Ok(reply))?;
            }
            let other = read_reply(&line, id.wrapping_add(1));
            hold(other.is_err(), || "it is the reply to another call too".to_owned())
        }
        (Ok(_), None) => Err("a reply without an id".to_owned()),
        (Err(error), _) => check_told(&error),
    }
}

fn check_told(error: &ProtocolError) -> Result<(), String> {
    let told = error.to_string();
    hold(told.starts_with("the driver wrote "), || format!("told as {told:?}"))?;
    // A line is shortened to 120 characters.
    let longest = told.chars().count();
    hold(longest < 500, || format!("told in {longest} characters: {told}"))
}

fn ready_line(client: &ClientInfo) -> Json {
    let client = Object::new()
        .with("name", client.name.clone())
        .with("version", client.version.clone())
        .with("language", client.language.clone());
    Json::from(Object::new().with("type", "ready").with("protocol", VERSION).with("client", client))
}

fn reply_line(reply: &Reply, id: i64) -> Json {
    let line = |kind: &'static str| Object::new().with("type", kind).with("id", id);
    Json::from(match reply {
        Reply::Returned { body } => line("returned").with("body", body.clone()),
        Reply::Raised(raised) => line("raised").with("error", error(raised)),
        Reply::Unsupported(reason) => line("unsupported").with("reason", reason.clone()),
    })
}

fn error(raised: &Raised) -> Object {
    let mut error =
        Object::new().with("class", raised.class.clone()).with("message", raised.message.clone());
    error.insert_some("status", raised.status.map(i64::from));
    error.insert_some("body", raised.body.clone());
    error
}

/// Replies that return and raise the answers of the examples.
#[must_use]
pub fn seeds(fixtures: &Fixtures) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for body in fixtures.answers() {
        let raised = Raised {
            class: "ApiError".to_owned(),
            message: "told".to_owned(),
            status: Some(404),
            body: Some(body.clone()),
        };
        lines.push(reply_line(&Reply::Raised(raised), 2));
        lines.push(reply_line(&Reply::Returned { body }, 1));
    }
    let client = ClientInfo {
        name: "elasticsearch-py".to_owned(),
        version: "9.5.1".to_owned(),
        language: "Python".to_owned(),
    };
    lines.push(ready_line(&client));
    lines.push(reply_line(&Reply::Unsupported("no such method".to_owned()), 3));
    lines.into_iter().map(|line| line.to_compact().into_bytes()).collect()
}
