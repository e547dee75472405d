//! The examples of `docs/control.md` and `docs/service.md`: what is sent is answered as the page
//! says.
//!
//! A fenced block tagged `console` holds lines `$ curl …` and beneath each the whole answer. Every
//! section (`##`) starts on a server of its own, as the page says: `--rng-seed 1 --clock
//! 2026-01-01T00:00:00Z`.

use std::{fs, path::Path, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_TYPE, HeaderName},
};
use mock_server::{Clock, InProcess, MockServer, Timestamp};

/// A request of the page and the answer that it shows.
#[derive(Debug)]
struct Example {
    line: usize,
    command: String,
    answer: String,
}

/// The examples of each section.
fn sections(page: &str) -> Vec<(String, Vec<Example>)> {
    let mut sections: Vec<(String, Vec<Example>)> = Vec::new();
    let mut is_inside = false;
    for (number, line) in page.lines().enumerate() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push((title.to_owned(), Vec::new()));
        }
        if line.starts_with("```") {
            is_inside = line == "```console";
            continue;
        }
        let Some((_, examples)) = sections.last_mut().filter(|_| is_inside) else { continue };
        if let Some(command) = line.strip_prefix("$ curl ") {
            let (line, command, answer) = (number + 1, command.to_owned(), String::new());
            examples.push(Example { line, command, answer });
        } else if let Some(example) = examples.last_mut() {
            example.answer.push_str(line);
            example.answer.push('\n');
        }
    }
    sections
}

/// The words of a command line: bare, in single quotes, or in `$'…'` with `\n` for a line break.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut has_escapes = false;
    let mut characters = command.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '$' if !is_quoted && characters.peek() == Some(&'\'') => has_escapes = true,
            '\'' => {
                has_escapes &= !is_quoted;
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            '\\' if has_escapes => {
                assert_eq!(characters.next(), Some('n'), "{command}");
                word.get_or_insert_default().push('\n');
            }
            ' ' if !is_quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    assert!(!is_quoted, "a quote is missing: {command}");
    words.extend(word);
    words
}

/// Sends what `curl` with these arguments would send.
fn send(server: &InProcess, example: &Example) -> String {
    let mut headers = HeaderMap::new();
    let mut content_type = "";
    let (mut method, mut target, mut body) = (None, None, Bytes::new());
    let mut words = words(&example.command).into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{example:?}"));
        match word.as_str() {
            "-s" => {}
            "-X" => method = Some(value()),
            "-d" | "--data-binary" => {
                body = Bytes::from(value());
                content_type = "application/x-www-form-urlencoded";
            }
            "--json" => {
                body = Bytes::from(value());
                content_type = "application/json";
            }
            "-H" => {
                let header = value();
                let (name, value) = header.split_once(": ").unwrap();
                let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                headers.append(name, HeaderValue::from_str(value).unwrap());
            }
            url => {
                let rest = url.strip_prefix("localhost:9200");
                target = Some(rest.unwrap_or_else(|| panic!("{example:?}")).to_owned());
            }
        }
    }
    if !content_type.is_empty() && !headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    let default = if body.is_empty() { "GET" } else { "POST" };
    let method = method.as_deref().unwrap_or(default);
    let response = server.handle(method, &target.unwrap(), &headers, body);
    String::from_utf8(response.into_body().to_vec()).unwrap()
}

#[test]
fn every_example_of_the_page_is_answered_as_it_says() {
    check("docs/control.md", 60);
}

#[test]
fn every_example_on_the_connector_service_is_answered_as_it_says() {
    check("docs/service.md", 8);
}

/// A page of which no examples are read shows none, so there are so many at least.
fn check(name: &str, at_least: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    let page = fs::read_to_string(path).unwrap();
    let start = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    let mut examples = 0;
    let mut wrong = Vec::new();
    for (title, section) in sections(&page) {
        let clock = Clock::manual(start, Duration::from_micros(1));
        let server = MockServer::builder().clock(clock).rng_seed(1).in_process();
        for example in section {
            examples += 1;
            let answer = send(&server, &example);
            if answer.trim_end() != example.answer.trim_end() {
                let Example { line, command, answer: expected } = example;
                wrong.push(format!(
                    "{name}:{line} ({title}): curl {command}\nsays   {expected}answers {answer}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples >= at_least, "only {examples} examples were found");
}
