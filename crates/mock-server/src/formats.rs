//! Bodies in the formats beside JSON: YAML, CBOR and Smile (contract RL-6-5, RL-7-1).
//!
//! A request in one of them becomes JSON text before it is read, so positions in messages are those
//! of that text.

use std::{borrow::Cow, fmt::Write as _};

use api_types::{
    endpoint::Body,
    error::{ErrorCause, ErrorType},
    json::{Json, Layout, Object, to_utf8, write},
};
use bytes::Bytes;

use crate::media_type::Format;

/// The JSON text of a request body.
pub(crate) fn to_json(format: Format, body: &Bytes) -> Result<Bytes, ErrorCause> {
    let read: Result<Json, String> = match format {
        Format::Json => return utf8(body),
        Format::Yaml => from_yaml(body),
        Format::Cbor => ciborium::from_reader(body.as_ref()).map_err(|error| error.to_string()),
        Format::Smile => serde_smile::from_slice(body).map_err(|error| error.to_string()),
    };
    let value =
        read.map_err(|text| ErrorCause::new(ErrorType::XContentParse, format!("[1:1] {text}")))?;
    Ok(value.to_compact().into())
}

/// The body of a request as its operation reads it. One that nobody reads is not looked at (contract
/// RL-1-7, RL-1-9).
pub(crate) fn body(kind: Body, format: Format, body: &Bytes) -> Result<Bytes, ErrorCause> {
    match kind {
        Body::None => Ok(body.clone()),
        Body::Lines => lines(format, body),
        Body::Optional(_) | Body::Required(_) | Body::AnyOptional | Body::AnyRequired => {
            to_json(format, body)
        }
    }
}

/// The lines of a request that has many; they are read where they are.
fn lines(format: Format, body: &Bytes) -> Result<Bytes, ErrorCause> {
    match format {
        Format::Json => Ok(body.clone()),
        Format::Yaml | Format::Cbor | Format::Smile => {
            let reason = "this mock server does not serve [bulk] with a body that is not JSON";
            Err(ErrorCause::new(ErrorType::IllegalArgument, reason))
        }
    }
}

/// The server's YAML library takes `true` and `false` for booleans and leaves `yes`, `on` and `n`
/// strings.
fn from_yaml(body: &[u8]) -> Result<Json, String> {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_slice_with_options(body, options).map_err(|error| error.to_string())
}

/// JSON text in UTF-8, whatever its encoding (contract RL-5-42, RL-5-32).
fn utf8(body: &Bytes) -> Result<Bytes, ErrorCause> {
    match to_utf8(body) {
        Ok(Cow::Borrowed(_)) => Ok(body.clone()),
        Ok(Cow::Owned(text)) => Ok(text.into()),
        Err(error) => {
            let cause = ErrorCause::new(ErrorType::CharConversion, error.to_string());
            Err(ErrorCause::new(ErrorType::XContentParse, error.to_string()).caused_by(cause))
        }
    }
}

/// The bytes of an answer.
pub(crate) fn from_json(format: Format, layout: Layout, value: &Json) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    match format {
        Format::Json => {
            write(value, layout, &mut out);
            if layout == Layout::Pretty {
                out.push(b'\n');
            }
        }
        Format::Yaml => {
            let mut text = String::from("---\n");
            yaml(value, 0, &mut text);
            out = text.into_bytes();
        }
        // Writing to a `Vec` does not fail, and every JSON value has a form in both formats.
        Format::Cbor => {
            let _ = ciborium::into_writer(value, &mut out);
        }
        Format::Smile => out = serde_smile::to_vec(value).unwrap_or_default(),
    }
    out
}

/// Block style, two spaces a level, lists not indented, every string in double quotes.
fn yaml(value: &Json, depth: usize, out: &mut String) {
    match value {
        Json::Object(object) if !object.is_empty() => members(object, depth, false, out),
        Json::Array(elements) if !elements.is_empty() => {
            for element in elements {
                indent(depth, out);
                out.push('-');
                match element {
                    Json::Object(object) if !object.is_empty() => {
                        out.push(' ');
                        members(object, depth + 1, true, out);
                    }
                    nested => entry(nested, depth + 1, out),
                }
            }
        }
        Json::String(text) => {
            quote(text, out);
            out.push('\n');
        }
        scalar => {
            out.push_str(&scalar.to_compact());
            out.push('\n');
        }
    }
}

fn members(object: &Object, depth: usize, started: bool, out: &mut String) {
    for (index, (name, value)) in object.iter().enumerate() {
        if index > 0 || !started {
            indent(depth, out);
        }
        out.push_str(&key(name));
        out.push(':');
        let depth = if matches!(value, Json::Array(_)) { depth } else { depth + 1 };
        entry(value, depth, out);
    }
}

/// What stands behind a name or a dash.
fn entry(value: &Json, depth: usize, out: &mut String) {
    let nested = match value {
        Json::Object(object) => !object.is_empty(),
        Json::Array(elements) => !elements.is_empty(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    };
    out.push(if nested { '\n' } else { ' ' });
    yaml(value, depth, out);
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', depth * 2));
}

/// A name that could be taken for something else is quoted.
fn key(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "_.-".contains(character))
        && !matches!(name, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if plain {
        return name.to_owned();
    }
    let mut quoted = String::new();
    quote(name, &mut quoted);
    quoted
}

/// A string in double quotes, with the escapes of the server's YAML library.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let escape = match character {
            '"' | '\\' => character,
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            '\0'..=' ' | '\u{7f}'..='\u{9f}' if character != ' ' => {
                let _ = write!(out, "\\x{:02x}", u32::from(character));
                continue;
            }
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
                continue;
            }
            printable => {
                out.push(printable);
                continue;
            }
        };
        out.extend(['\\', escape]);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"error":{"root_cause":[{"type":"t","reason":"r \"x\""}],"n":null},"list":[1,[2.5],{}],"empty":[],"y":true}"#;

    fn value() -> Json {
        Json::parse(TEXT.as_bytes()).unwrap()
    }

    #[test]
    fn yaml_is_written_in_block_style() {
        let expected = "---\nerror:\n  root_cause:\n  - type: \"t\"\n    reason: \"r \\\"x\\\"\"\n  \"n\": null\nlist:\n- 1\n-\n  - 2.5\n- {}\nempty: []\n\"y\": true\n";
        let written = from_json(Format::Yaml, Layout::Compact, &value());
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn yaml_escapes_what_cannot_be_printed() {
        let text =
            Json::from("\u{0}\u{1}\u{1b}\t\"\\\u{7f}\u{85}\u{a0}\u{2028}\u{e9}\u{1f600}\u{ffff}");
        let written = from_json(Format::Yaml, Layout::Compact, &text);
        let expected = "---\n\"\\0\\x01\\e\\t\\\"\\\\\\x7f\\N\\_\\L\u{e9}\u{1f600}\\uffff\"\n";
        assert_eq!(String::from_utf8(written.clone()).unwrap(), expected);
        assert_eq!(to_json(Format::Yaml, &written.into()).unwrap(), text.to_compact());
    }

    #[test]
    fn every_format_reads_what_it_writes() {
        for format in [Format::Json, Format::Yaml, Format::Cbor, Format::Smile] {
            let written = Bytes::from(from_json(format, Layout::Compact, &value()));
            assert_eq!(to_json(format, &written).unwrap(), TEXT, "{format:?}");
        }
    }

    #[test]
    fn rubbish_is_an_error_in_every_format() {
        for format in [Format::Yaml, Format::Cbor, Format::Smile] {
            let refused = to_json(format, &Bytes::from_static(b"\xff\xfe[{")).unwrap_err();
            assert_eq!(refused.kind, ErrorType::XContentParse, "{format:?}");
        }
    }
}
