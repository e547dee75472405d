//! Writing JSON to the byte as Elasticsearch does.

use std::io::Write as _;

use super::{Json, Object};

/// White space between tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// None.
    Compact,
    /// Two spaces a level, `"name" : value`, `{ }` and `[ ]` when empty.
    Pretty,
}

/// Appends the text of `value` to `out`.
pub fn write(value: &Json, layout: Layout, out: &mut Vec<u8>) {
    Writer { layout, depth: 0, out }.value(value);
}

/// Appends an object of these members to `out`, without white space.
pub fn write_members<'m>(
    members: impl IntoIterator<Item = (&'m str, &'m Json)>,
    out: &mut Vec<u8>,
) {
    Writer { layout: Layout::Compact, depth: 0, out }.members(members);
}

struct Writer<'a> {
    layout: Layout,
    depth: usize,
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn value(&mut self, value: &Json) {
        match value {
            Json::Null => self.out.extend_from_slice(b"null"),
            Json::Bool(true) => self.out.extend_from_slice(b"true"),
            Json::Bool(false) => self.out.extend_from_slice(b"false"),
            Json::Number(number) => {
                // Writing to a `Vec` cannot fail.
                let _ = write!(self.out, "{number}");
            }
            Json::String(text) => self.string(text),
            Json::Array(elements) => self.array(elements),
            Json::Object(object) => self.object(object),
        }
    }

    fn array(&mut self, elements: &[Json]) {
        self.open(b'[');
        for (index, element) in elements.iter().enumerate() {
            self.separate(index);
            self.value(element);
        }
        self.close(b']', elements.is_empty());
    }

    fn object(&mut self, object: &Object) {
        self.members(object.iter());
    }

    fn members<'m>(&mut self, members: impl IntoIterator<Item = (&'m str, &'m Json)>) {
        self.open(b'{');
        let mut is_empty = true;
        for (index, (name, value)) in members.into_iter().enumerate() {
            is_empty = false;
            self.separate(index);
            self.string(name);
            self.out.extend_from_slice(match self.layout {
                Layout::Compact => b":",
                Layout::Pretty => b" : ",
            });
            self.value(value);
        }
        self.close(b'}', is_empty);
    }

    fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.depth += 1;
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.out.push(b',');
        }
        self.line_break();
    }

    fn close(&mut self, bracket: u8, empty: bool) {
        self.depth -= 1;
        match self.layout {
            Layout::Pretty if empty => self.out.push(b' '),
            Layout::Pretty => self.line_break(),
            Layout::Compact => {}
        }
        self.out.push(bracket);
    }

    fn line_break(&mut self) {
        if self.layout == Layout::Pretty {
            self.out.push(b'\n');
            self.out.extend(std::iter::repeat_n(b' ', self.depth * 2));
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        let bytes = text.as_bytes();
        let mut start = 0;
        for (index, &byte) in bytes.iter().enumerate() {
            if byte >= 0x20 && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.out.extend_from_slice(bytes.get(start..index).unwrap_or_default());
            start = index + 1;
            self.escape(byte);
        }
        self.out.extend_from_slice(bytes.get(start..).unwrap_or_default());
        self.out.push(b'"');
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'"' | b'\\' => self.out.extend_from_slice(&[b'\\', byte]),
            0x08 => self.out.extend_from_slice(b"\\b"),
            0x09 => self.out.extend_from_slice(b"\\t"),
            0x0a => self.out.extend_from_slice(b"\\n"),
            0x0c => self.out.extend_from_slice(b"\\f"),
            0x0d => self.out.extend_from_slice(b"\\r"),
            control => {
                let _ = write!(self.out, "\\u{control:04X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::json::Json;

    #[test]
    fn compact_text_has_no_white_space() {
        let text = r#"{"a":[1,{"b":null}],"c":"x\"\\\n\u001F/é"}"#;
        assert_eq!(Json::parse(text.as_bytes()).unwrap().to_compact(), text);
    }

    #[test]
    fn pretty_text_is_laid_out_as_elasticsearch_does() {
        let value = Json::parse(br#"{"a":[1,2],"b":{},"c":[],"d":{"e":null}}"#).unwrap();
        let expected = "{\n  \"a\" : [\n    1,\n    2\n  ],\n  \"b\" : { },\n  \"c\" : [ ],\n  \"d\" : {\n    \"e\" : null\n  }\n}";
        assert_eq!(value.to_pretty(), expected);
    }
}
