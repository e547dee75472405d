//! `Content-Type` and `Accept` of requests (contract RL-6).

use api_types::Version;

use super::fault::{Fault, FaultKind};
use crate::wire::Head;

/// What is wrong with the two headers.
pub(super) fn judge(head: &Head, has_body: bool, version: Version) -> Vec<Fault> {
    let accept = read(head, "accept");
    let content_type = read(head, "content-type");
    let mut faults = Vec::new();
    for (name, header) in [("accept", &accept), ("content-type", &content_type)] {
        if let Header::Broken(raw) = header {
            faults.push(wrong(name, "a media type, application/json", raw, &["RL-6-6"]));
        }
    }
    if has_body {
        match &content_type {
            Header::Absent => {
                faults.push(wrong("content-type", EXPECTED, "nothing", &["RL-6-2"]));
            }
            Header::Is(media) if !media.is_accepted() => {
                let rules: &[&str] = &["RL-6-3", "RL-6-4", "RL-6-5", "RL-6-15"];
                faults.push(wrong("content-type", EXPECTED, &media.raw, rules));
            }
            Header::Is(_) | Header::Broken(_) => {}
        }
    }
    if faults.is_empty() {
        faults.extend(versions(&accept, &content_type, has_body, version));
    }
    faults
}

const EXPECTED: &str = "application/json";

fn wrong(header: &str, expected: &str, actual: &str, rules: &'static [&'static str]) -> Fault {
    Fault::new(FaultKind::MediaType, format!("header {header}"), expected, actual, rules)
}

/// The versions that the headers ask for (contract RL-6-9).
fn versions(
    accept: &Header,
    content_type: &Header,
    has_body: bool,
    version: Version,
) -> Option<Fault> {
    let current = u64::from(version.major);
    let oldest = current - 1;
    let served = oldest..=current;
    let either = format!("compatible-with={current} or {oldest}");
    let (wants, sends) = (accept.version(), content_type.version());
    if wants.is_some_and(|it| !served.contains(&it)) {
        return Some(wrong("accept", &either, accept.raw(), &["RL-6-10"]));
    }
    if !has_body {
        return None;
    }
    if sends.is_some_and(|it| !served.contains(&it)) {
        return Some(wrong("content-type", &either, content_type.raw(), &["RL-6-11"]));
    }
    let differ = wants.unwrap_or(current) != sends.unwrap_or(current);
    if differ || wants.is_some() != sends.is_some() {
        let actual = format!("accept: {}, content-type: {}", accept.raw(), content_type.raw());
        let expected = "the same compatible-with in accept and content-type";
        return Some(wrong("content-type", expected, &actual, &["RL-6-12", "RL-6-13"]));
    }
    None
}

enum Header {
    Absent,
    Is(MediaType),
    Broken(String),
}

struct MediaType {
    raw: String,
    essence: String,
    parameters: Vec<(String, String)>,
}

impl Header {
    fn raw(&self) -> &str {
        match self {
            Self::Absent => "nothing",
            Self::Is(media) => &media.raw,
            Self::Broken(raw) => raw,
        }
    }

    fn version(&self) -> Option<u64> {
        match self {
            Self::Is(media) => media.parameter("compatible-with")?.parse().ok(),
            Self::Absent | Self::Broken(_) => None,
        }
    }
}

/// Reads a header by the grammar of contract RL-6-16 to RL-6-18.
fn read(head: &Head, name: &str) -> Header {
    let mut lines = head.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
    let Some((_, raw)) = lines.next() else { return Header::Absent };
    if lines.next().is_some() {
        return Header::Broken(format!("{raw}, and another line"));
    }
    let value = raw.trim();
    if value.contains(',') || value == "*/*" {
        return Header::Absent;
    }
    parse(value).map_or_else(|| Header::Broken(raw.clone()), Header::Is)
}

fn parse(value: &str) -> Option<MediaType> {
    let lower = value.to_ascii_lowercase();
    let mut parts = lower.split(';').map(str::trim);
    let essence = parts.next()?;
    let essence = essence.strip_suffix('/').unwrap_or(essence);
    let (kind, name) = essence.split_once('/')?;
    let is_word = |word: &str| {
        let fits =
            |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~[]\\".contains(letter);
        !word.is_empty() && word.chars().all(fits)
    };
    let (kind, name) = (kind.trim(), name.trim());
    if !is_word(kind) || !is_word(name) {
        return None;
    }
    let mut parameters = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        let is_spaced =
            name.ends_with(char::is_whitespace) || value.starts_with(char::is_whitespace);
        if is_spaced || value.contains('=') {
            return None;
        }
        parameters.push((name.to_owned(), value.to_owned()));
    }
    Some(MediaType { raw: value.to_owned(), essence: format!("{kind}/{name}"), parameters })
}

impl MediaType {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Contract RL-6-5 and RL-6-15.
    fn is_accepted(&self) -> bool {
        let Some(format) = self.essence.strip_prefix("application/") else { return false };
        if format == "*" {
            return true;
        }
        let format = format.strip_prefix("vnd.elasticsearch+").unwrap_or(format);
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        ["json", "x-ndjson", "smile", "yaml", "cbor"].contains(&format)
            && self.parameter("charset").is_none_or(|charset| charset == "utf-8")
            && self.parameter("compatible-with").is_none_or(is_digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::StartLine;

    fn check(headers: &[(&str, &str)], has_body: bool, expected: &[&str]) {
        let start = StartLine::Request { method: "PUT".to_owned(), target: "/".to_owned() };
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let head = Head { start, headers: headers.collect() };
        let faults = judge(&head, has_body, Version::NEWEST);
        let rules: Vec<&str> =
            faults.iter().filter_map(|fault| fault.rules.first().copied()).collect();
        assert_eq!(rules, expected, "{:?}", head.headers);
    }

    #[test]
    fn the_usual_headers_of_clients_are_right() {
        let vendor = "application/vnd.elasticsearch+json; compatible-with=9";
        check(&[("Accept", vendor), ("Content-Type", vendor)], true, &[]);
        check(&[("content-type", "application/json; charset=UTF-8")], true, &[]);
        check(&[("content-type", "application/octet-stream")], false, &[]);
        let javascript = "application/vnd.elasticsearch+json; compatible-with=9,text/plain";
        check(&[("accept", javascript)], false, &[]);
        check(&[("accept", "text/html")], false, &[]);
        check(&[("accept", "*/*"), ("content-type", "application/json")], true, &[]);
    }

    #[test]
    fn wrong_ones_are_told_with_their_rules() {
        check(&[], true, &["RL-6-2"]);
        check(&[("content-type", "text/plain")], true, &["RL-6-3"]);
        check(&[("content-type", "application/json;charset=utf-16")], true, &["RL-6-3"]);
        check(&[("content-type", "foo")], false, &["RL-6-6"]);
        check(&[("content-type", "application/json; a = b")], true, &["RL-6-6"]);
        let seven = "application/vnd.elasticsearch+json;compatible-with=7";
        let eight = "application/vnd.elasticsearch+json;compatible-with=8";
        check(&[("accept", seven)], false, &["RL-6-10"]);
        check(&[("content-type", seven)], true, &["RL-6-11"]);
        check(&[("content-type", eight)], true, &["RL-6-12"]);
        check(&[("accept", eight), ("content-type", eight)], true, &[]);
    }
}
