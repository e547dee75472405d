//! The reader against the JSON library's own answers.
//!
//! `tests/data/json-library.jsonl` holds what the JSON library of the server (2.15) does with each
//! input: the tokens with their positions, then the exception with its position and text, and
//! where the parser stood afterwards. `lazy` marks what shows only when a string is asked for.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Vector {
    input: Option<String>,
    hex: Option<String>,
    #[serde(default)]
    tokens: Vec<String>,
    error: Option<String>,
    lazy: Option<bool>,
    at: Option<String>,
    token_at: Option<String>,
    message: Option<String>,
}

impl Vector {
    fn bytes(&self) -> Vec<u8> {
        match (&self.input, &self.hex) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(hex)) => (0..hex.len() / 2)
                .map(|index| u8::from_str_radix(&hex[index * 2..index * 2 + 2], 16).unwrap())
                .collect(),
            (None, None) => panic!("a vector without input"),
        }
    }
}

/// Reads everything, strings included, as the recorded run did.
fn run(reader: &mut Reader<'_>, tokens: &mut Vec<String>) -> Result<(), (ReadError, bool)> {
    loop {
        let token = reader.next_token().map_err(|error| (error, false))?;
        let name = match token {
            Token::End => "null-token",
            ref other => other.library_name(),
        };
        tokens.push(format!("{name}@{}", reader.position()));
        match token {
            Token::End => return Ok(()),
            Token::String => {
                reader.text().map_err(|error| (error, true))?;
            }
            _ => {}
        }
    }
}

#[test]
fn the_reader_answers_as_the_json_library_does() {
    let mut count = 0;
    for line in include_str!("../../../tests/data/json-library.jsonl").lines() {
        let vector: Vector = serde_json::from_str(line).unwrap();
        let bytes = vector.bytes();
        let mut reader = Reader::new(&bytes);
        let mut tokens = Vec::new();
        let outcome = run(&mut reader, &mut tokens);
        assert_eq!(tokens, vector.tokens, "{line}");
        match (outcome, vector.error) {
            (Ok(()), None) => {}
            (Err((error, lazy)), Some(kind)) => {
                assert_eq!(Some(&error.message), vector.message.as_ref(), "{line}");
                assert_eq!(format!("{:?}", error.kind), kind, "{line}");
                assert_eq!(Some(error.position.to_string()), vector.at, "{line}");
                assert_eq!(Some(reader.position().to_string()), vector.token_at, "{line}");
                assert_eq!(Some(lazy), vector.lazy, "{line}");
            }
            (outcome, expected) => panic!("{outcome:?} instead of {expected:?}: {line}"),
        }
        count += 1;
    }
    assert!(count > 90, "only {count} vectors");
}

#[test]
fn a_message_quotes_the_first_500_bytes_of_the_text() {
    let text = format!("{{\"a\":\"{}\" x}}", "b".repeat(600));
    let error = Json::parse(text.as_bytes()).unwrap_err();
    let quoted = &text[..500];
    assert_eq!(
        error.library_text(),
        format!(
            "Unexpected character ('x' (code 120)): was expecting comma to separate Object entries\n at [Source: (byte[])\"{quoted}\"[truncated {} bytes]; line: 1, column: 610]",
            text.len() - 500
        )
    );
}

#[test]
fn depth_and_number_length_are_limited() {
    let deep = "[".repeat(1001);
    let error = Json::parse(deep.as_bytes()).unwrap_err();
    assert_eq!(
        error.library_text(),
        "Depth (1001) exceeds the maximum allowed nesting depth (1000)"
    );
    let deepest = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    assert!(Json::parse(deepest.as_bytes()).is_ok());
    let error = Json::parse("1".repeat(1100).as_bytes()).unwrap_err();
    assert_eq!(error.library_text(), "Number length (1100) exceeds the maximum length (1000)");
}

#[test]
fn a_value_with_anything_behind_it_is_refused() {
    assert!(Json::parse(b"{} x").is_err());
    assert!(Json::parse(b" ").is_err());
    assert_eq!(Json::parse(b" 1 "), Ok(Json::from(1)));
}

#[test]
fn surrogate_pairs_become_one_character() {
    assert_eq!(Json::parse(br#""\ud83d\ude00""#), Ok(Json::from("\u{1f600}")));
    assert_eq!(Json::parse(br#""\ud83d""#), Ok(Json::from("\u{fffd}")));
}

// Expected values: contract RL-5-33.
#[test]
fn lines_end_at_lf_cr_or_both() {
    for (text, expected) in [
        ("{\n}", "2:1"),
        ("{\r}", "2:1"),
        ("{\r\n}", "2:1"),
        ("{\n\r}", "3:1"),
        ("{/*\r\n*/}", "2:3"),
        ("{//\r}", "2:1"),
    ] {
        let mut reader = Reader::new(text.as_bytes());
        reader.next_token().unwrap();
        assert_eq!(reader.next_token(), Ok(Token::EndObject));
        assert_eq!(reader.position().to_string(), expected, "{text:?}");
    }
}
