//! `filter_path` (contract RL-4). The input is the parameter and, behind a line break, a JSON object
//! that the filtered document holds.

use api_types::{
    Version,
    json::{Json, Object},
};

use crate::{
    answer::{self, Format},
    hold, same,
    seeds::Fixtures,
    server::{Request, Server},
};

/// Words of filters.
pub const WORDS: &[&str] = &[
    "*",
    "**",
    ".",
    "..",
    ",",
    "-",
    "\\.",
    "\\",
    " ",
    "***",
    "*a*",
    "a.b",
    "sync_cursor",
    "sync_cursor.a",
    "**.a",
    "-**.a",
    "-*",
    "**.**.**",
    "*.*",
    "id",
    "configuration.*.value",
    "-sync_cursor.*",
    "\n{\"a\":{\"b\":[{\"c\":1},[],{}]}}",
    "{\"",
    "\":",
    "[]",
    "{}",
    "é",
];

/// The longest filter that fits into a request line when every byte is escaped.
const MOST: usize = 1300;

/// A filtered answer has nothing that the whole one has not, the same in every format; neither the
/// order of patterns nor one that is there twice changes it, and no pattern at all changes nothing.
///
/// # Errors
/// With what is wrong.
pub fn check(input: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(input);
    let (filter, document) = text.split_once('\n').unwrap_or((&text, "{}"));
    if filter.len() > MOST {
        return Ok(());
    }
    let document = match Json::parse(document.as_bytes()) {
        Ok(document @ Json::Object(_)) => document,
        _ => Json::from(Object::new()),
    };
    for version in [Version::NEWEST, Version::OLDEST] {
        let server = Server::of(version);
        server.furnish();
        let body = Json::from(Object::new().with("sync_cursor", document.clone())).to_compact();
        let stored = server.ask(&Request::new("PUT", "/_connector/c/_last_sync").json(body));
        answer::check(&stored, None)?;
        check_filter(&server, filter)?;
    }
    Ok(())
}

fn check_filter(server: &Server, filter: &str) -> Result<(), String> {
    let whole = ask(server, None, Format::Json)?;
    let part = ask(server, Some(filter), Format::Json)?;
    within(&part, &whole)?;
    let patterns: Vec<&str> = filter.split(',').collect();
    if patterns.iter().all(|pattern| pattern.trim().is_empty()) {
        same("nothing filtered", &part.to_compact(), &whole.to_compact())?;
    }
    let mut turned = patterns.clone();
    turned.reverse();
    let turned = ask(server, Some(&turned.join(",")), Format::Json)?;
    same("patterns turned round", &turned.to_compact(), &part.to_compact())?;
    let twice = format!("{filter},{filter}");
    if twice.len() <= MOST {
        let twice = ask(server, Some(&twice), Format::Json)?;
        same("patterns twice", &twice.to_compact(), &part.to_compact())?;
    }
    for format in [Format::Yaml, Format::Cbor, Format::Smile] {
        // The numbers and the depths of these formats are fewer than those of JSON.
        if is_plain(&part, 100) {
            let other = ask(server, Some(filter), format)?;
            same(&format!("in {format:?}"), &other.to_compact(), &part.to_compact())?;
        }
    }
    Ok(())
}

fn ask(server: &Server, filter: Option<&str>, format: Format) -> Result<Json, String> {
    let escaped: String =
        filter.unwrap_or_default().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let target = match filter {
        Some(_) => format!("/_connector/c?filter_path={escaped}"),
        None => "/_connector/c".to_owned(),
    };
    let request = Request { accept: Some(format.media_type()), ..Request::new("GET", &target) };
    let answer = server.ask(&request);
    same("status", &answer.status, &200)?;
    answer::check(&answer, Some(format))?.ok_or_else(|| "no body".to_owned())
}

/// Whether all formats hold a value exactly.
pub(crate) fn is_plain(value: &Json, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value {
        Json::Null | Json::Bool(_) | Json::String(_) => true,
        Json::Number(number) => number.as_i64().is_some(),
        Json::Array(elements) => elements.iter().all(|element| is_plain(element, depth)),
        Json::Object(object) => object.iter().all(|(_, member)| is_plain(member, depth)),
    }
}

/// Whether a value has members and elements of the other alone, in their order.
fn within(part: &Json, whole: &Json) -> Result<(), String> {
    match (part, whole) {
        (Json::Object(part), Json::Object(whole)) => {
            let mut left = whole.iter();
            for (name, member) in part.iter() {
                let found = left.find(|(known, _)| *known == name);
                let (_, from) = found.ok_or_else(|| format!("[{name}] was not there"))?;
                within(member, from)?;
            }
            Ok(())
        }
        (Json::Array(part), Json::Array(whole)) => {
            let mut left = whole.iter();
            for element in part {
                left.find(|from| within(element, from).is_ok())
                    .ok_or_else(|| format!("the element {element} was not there"))?;
            }
            Ok(())
        }
        (part, whole) => {
            hold(part.to_compact() == whole.to_compact(), || format!("{part} was {whole}"))
        }
    }
}

/// The filters of the fixtures and the answers of the examples.
#[must_use]
pub fn seeds(fixtures: &Fixtures) -> Vec<Vec<u8>> {
    let mut filters = vec!["*", "**.name,-**.type", "sync_cursor.*.id"];
    let requests = fixtures.requests();
    let queries = requests.iter().filter_map(|seed| seed.target.split_once('?'));
    let pairs = queries.flat_map(|(_, query)| query.split('&'));
    filters.extend(pairs.filter_map(|pair| pair.strip_prefix("filter_path=")));
    let answers: Vec<String> = fixtures.answers().iter().map(Json::to_compact).collect();
    let answers = answers.iter().map(String::as_str).chain([r#"{"a":{"b":[{"c":1},[],{}]}}"#]);
    let all = filters.iter().cycle().zip(answers.cycle());
    let mut inputs: Vec<String> =
        all.take(200).map(|(filter, document)| format!("{filter}\n{document}")).collect();
    inputs.sort();
    inputs.dedup();
    inputs.into_iter().map(String::into_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_there_is_told() {
        let check = |part: &str, whole: &str| {
            within(&Json::parse(part.as_bytes()).unwrap(), &Json::parse(whole.as_bytes()).unwrap())
        };
        assert_eq!(check(r#"{"b":[{"d":1}]}"#, r#"{"a":1,"b":[2,{"c":1,"d":1}]}"#), Ok(()));
        assert!(check(r#"{"b":1,"a":1}"#, r#"{"a":1,"b":1}"#).is_err());
        assert!(check("[2,1]", "[1,2]").is_err());
        assert!(check(r#"{"a":2}"#, r#"{"a":1}"#).is_err());
        assert!(check("{}", "[]").is_err());
    }
}
