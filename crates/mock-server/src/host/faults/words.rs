//! The little language of `--fault`: `[METHOD] TARGET WORD...`, `PUT */_claim 503 x2`.
//!
//! The words become the members that a control route takes, and back; what they mean is said in
//! `members.rs` alone.

use std::{fmt::Write as _, str::FromStr};

use api_types::{
    endpoint::Method,
    json::{Json, Object},
};

use super::{
    BadFault, Rule,
    members::{self, Kind, MEMBERS},
};
use crate::suggest;

impl FromStr for Rule {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let read = || Self::from_members(&members_of(text)?);
        read().map_err(|BadFault(why)| BadFault(format!("in the fault [{text}]: {why}")))
    }
}

fn members_of(text: &str) -> Result<Object, BadFault> {
    let words = split(text)?;
    let mut words = words.iter().map(String::as_str).peekable();
    let mut members = Object::new();
    if let Some(method) = words.next_if(|word| is_method(word)) {
        members.insert("method", method.to_owned());
    }
    match words.next_if(|word| is_target(word)) {
        Some("*") => {}
        Some(path) if path.contains('/') => members.insert("path", path.to_owned()),
        Some(operation) => members.insert("operation", operation.to_owned()),
        None => {
            let shown = words.next().unwrap_or_default();
            return Err(BadFault(format!(
                "[{shown}] does not say what the fault is for; begin with a path pattern like [*/_claim], an operation like [connector.sync_job_claim] or [connector.*], or [*], with a method before it if you like"
            )));
        }
    }
    for word in words {
        add(&mut members, word)?;
    }
    Ok(members)
}

/// The words. White space is kept between double quotes, in which `\` takes the next character as
/// it is.
fn split(text: &str) -> Result<Vec<String>, BadFault> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            '\\' if is_quoted => word.get_or_insert_default().extend(characters.next()),
            space if space.is_whitespace() && !is_quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    if is_quoted {
        return Err(BadFault("a double quote has no other one behind it".to_owned()));
    }
    words.extend(word);
    Ok(words)
}

fn is_method(word: &str) -> bool {
    Method::from_name(word).is_some()
}

fn is_target(word: &str) -> bool {
    if word.contains('=') {
        return false;
    }
    word.contains(['/', '*', '.']) || members::operations().any(|name| name == word)
}

fn add(members: &mut Object, word: &str) -> Result<(), BadFault> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(word) {
        return put(members, "status", word, word);
    }
    if let Some(times) = word.strip_prefix('x').filter(|times| digits(times)) {
        return put(members, "times", times, word);
    }
    let (name, value) = word.split_once('=').map_or((word, None), |(name, it)| (name, Some(it)));
    let name = match name {
        "p" => "probability",
        name => name,
    };
    let plain = name.replace('-', "_");
    let Some((name, kind)) = MEMBERS.iter().find(|(known, _)| *known == plain) else {
        return Err(unknown(word));
    };
    match (kind, value) {
        (Kind::Flag, None) => put(members, name, "", word),
        (Kind::Flag, Some(_)) => Err(BadFault(format!("[{word}]: [{plain}] takes no value"))),
        (_, Some(value)) => put(members, name, value, word),
        (_, None) if *name == "reset" => put(members, name, "before", word),
        (_, None) => Err(BadFault(format!("[{word}] wants a value: [{word}=...]"))),
    }
}

/// Adds a member in the type that it has in JSON.
fn put(members: &mut Object, name: &'static str, value: &str, word: &str) -> Result<(), BadFault> {
    let kind = MEMBERS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    let number = |expected: &str| {
        let text = Json::parse(value.as_bytes()).ok().filter(|it| matches!(it, Json::Number(_)));
        text.ok_or_else(|| BadFault(format!("[{word}]: [{value}] is no {expected}")))
    };
    let json = match kind {
        Some(Kind::Flag) => Json::from(true),
        Some(Kind::Count) => number("number")?,
        Some(Kind::Fraction) => number("number between 0 and 1")?,
        Some(Kind::Headers) => return put_header(members, value, word),
        Some(Kind::Text) | None => Json::from(value.to_owned()),
    };
    if members.contains(name) {
        return Err(BadFault(format!("[{word}] says [{name}] for the second time")));
    }
    members.insert(name, json);
    Ok(())
}

fn put_header(members: &mut Object, value: &str, word: &str) -> Result<(), BadFault> {
    let Some((name, pattern)) = value.split_once(':') else {
        return Err(BadFault(format!("[{word}]: write [header=NAME:PATTERN]")));
    };
    let mut headers = members.get("header").and_then(Json::as_object).cloned().unwrap_or_default();
    headers.insert(name.trim().to_owned(), pattern.trim().to_owned());
    members.insert("header", headers);
    Ok(())
}

fn unknown(word: &str) -> BadFault {
    let name = word.split('=').next().unwrap_or_default();
    let known: Vec<String> =
        MEMBERS.iter().skip(2).map(|(known, _)| known.replace('_', "-")).collect();
    let nearest = suggest::nearest(name, known.iter().map(String::as_str));
    let hint = suggest::sentence(&nearest).map_or_else(String::new, |hint| format!(", {hint}"));
    BadFault(format!(
        "[{word}] is no effect and no option{hint}; there are a status like [503], [x2] and: {}",
        known.join(", ")
    ))
}

/// The words of a rule.
pub(super) fn text_of(members: &Object) -> String {
    let text = |name: &str| members.get(name).and_then(Json::as_str);
    let mut words = String::new();
    if let Some(method) = text("method") {
        words.push_str(method);
        words.push(' ');
    }
    let target = text("operation").or_else(|| text("path")).unwrap_or("*");
    words.push_str(target);
    let is_said = |name: &str| match name {
        "method" | "operation" => true,
        "path" => text("operation").is_none(),
        _ => false,
    };
    for (name, value) in members.iter().filter(|(name, _)| !is_said(name)) {
        match (name, value) {
            ("status", value) => push(&mut words, &value.to_compact()),
            ("times", value) => push(&mut words, &format!("x{value}")),
            ("header", Json::Object(headers)) => {
                for (name, pattern) in headers.iter() {
                    let pattern = pattern.as_str().unwrap_or_default();
                    push(&mut words, &format!("header={name}:{}", quoted(pattern)));
                }
            }
            (name, Json::Bool(_)) => push(&mut words, &name.replace('_', "-")),
            ("reset", Json::String(at)) if at == "before" => push(&mut words, "reset"),
            (name, value) => {
                let value = value.as_str().map_or_else(|| value.to_compact(), quoted);
                push(&mut words, &format!("{}={value}", name.replace('_', "-")));
            }
        }
    }
    words
}

fn push(words: &mut String, word: &str) {
    words.push(' ');
    words.push_str(word);
}

fn quoted(text: &str) -> String {
    if !text.is_empty() && !text.contains(|it: char| it.is_whitespace() || "\"\\".contains(it)) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        let escape = if "\"\\".contains(character) { "\\" } else { "" };
        let _ = write!(quoted, "{escape}{character}");
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_written() {
        for text in [
            "* 503",
            "PUT */_claim 503 x2",
            "connector.sync_job_claim 409 nth=3",
            "GET /_connector/* delay=200ms",
            "* delay=100ms-2s every=2 after=5",
            "* reset probability=0.1 seed=7",
            "* reset=headers close=fin",
            "* reset=10",
            "* truncate=20 close=rst",
            "* 503 type=x reason=\"too \\\"busy\\\"\" retry-after=5",
            "* html",
            "* body=\"\" content-type=text/html no-product",
            "* stale",
            "POST /_bulk 429 bulk-items=1,3",
            "* header=x-opaque-id:a* header=x-b:\"c d\" 503 when=after",
            "* chunks=3 pause=1s",
        ] {
            let rule: Rule = text.parse().unwrap();
            assert_eq!(rule.text(), text);
        }
        let rule: Rule = "*   p=0.5  when=after  502".parse().unwrap();
        assert_eq!(rule.text(), "* 502 when=after probability=0.5");
    }

    #[test]
    fn words_that_are_wrong_are_named() {
        let check = |text: &str, expected: &str| {
            let found = text.parse::<Rule>().unwrap_err().to_string();
            let found = found.strip_prefix(&format!("in the fault [{text}]: ")).unwrap();
            assert!(found.starts_with(expected), "{text}: {found}");
        };
        check("", "[] does not say what the fault is for; begin with");
        check("503", "[503] does not say what the fault is for");
        check("PUT 503", "[503] does not say what the fault is for");
        check("* 5033", "[status] has to be a whole number from 400 to 599 and is [5033]");
        check("* resett", "[resett] is no effect and no option, did you mean [reset]?; there are");
        check("* delay=200", "[delay] has to be a length of time");
        check("* delay=2s-1s", "[delay] has to be a length of time");
        check("* delay=2h", "[delay] has to be a length of time");
        check("* delay", "[delay] wants a value: [delay=...]");
        check("* html=1", "[html=1]: [html] takes no value");
        check("* 503 nth=0", "[nth] has to be a whole number from 1 and is [0]");
        check("* 503 nth=x", "[nth=x]: [x] is no number");
        check("* 503 x0", "[times] has to be a whole number from 1 and is [0]");
        check("* 503 p=2", "[probability] is a number from 0 to 1 and not [2]");
        check("* 503 429", "[429] says [status] for the second time");
        check("* 503 reset", "[status] and [reset] are two effects; a rule has one");
        check("* html stale", "[stale] and [html] are two effects; a rule has one");
        check("* x2", "the fault does nothing; there are status, html,");
        check(
            "connector.sync_job_clam 503",
            "no operation is called [connector.sync_job_clam]; did you mean",
        );
        check("* 503 when=behind", "[when] is one of before, after and not [behind]");
        check("* truncate=1 when=before", "[when] cannot be [before]");
        check("* reset=soon", "[reset] is [before], [headers], [after] or a number");
        check("* 503 close=fin", "[close] is for [reset] and [truncate]");
        check("* pause=1s", "[pause] is for [chunks]");
        check("* html reason=x", "[reason] is for a [status] without [html]");
        check(
            "* 503 type=y",
            "[type] [y] wants a [reason]; without one, [503] takes cluster_block_exception, master_not_discovered_exception, unavailable_shards_exception, status_exception",
        );
        check("* bulk-items=0", "[bulk_items] is [*] or the positions");
        check("* content-type=\"a\u{1}\"", "[content_type] cannot be the value of a header");
        check("* 503 header=a", "[header=a]: write [header=NAME:PATTERN]");
        check("* body=\"a", "a double quote has no other one behind it");
    }
}
