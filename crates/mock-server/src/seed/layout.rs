//! A document of state as JSON text: a line for each document, so that `diff` shows which differ.

use api_types::json::{Json, Layout, Object, write};

/// How many levels of a section stand on lines of their own.
fn levels(section: &str) -> usize {
    match section {
        "connectors" | "sync_jobs" | "secrets" | "ingest_pipelines" | "roles" | "users"
        | "api_keys" | "tokens" => 1,
        // Index, member, document.
        "indices" => 3,
        _ => 0,
    }
}

/// The text of a document.
pub(crate) fn written(document: &Object) -> Vec<u8> {
    let mut out = vec![b'{'];
    for (index, (name, section)) in document.iter().enumerate() {
        separate(index, 1, &mut out);
        named(name, &mut out);
        broken(section, levels(name), 1, &mut out);
    }
    close(b'}', 0, &mut out);
    out.push(b'\n');
    out
}

fn named(name: &str, out: &mut Vec<u8>) {
    write(&Json::from(name.to_owned()), Layout::Compact, out);
    out.extend_from_slice(b": ");
}

fn separate(index: usize, depth: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
    line(depth, out);
}

fn line(depth: usize, out: &mut Vec<u8>) {
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b' ', depth * 2));
}

fn close(bracket: u8, depth: usize, out: &mut Vec<u8>) {
    line(depth, out);
    out.push(bracket);
}

/// Writes a value, so many levels of it on lines of their own.
fn broken(value: &Json, levels: usize, depth: usize, out: &mut Vec<u8>) {
    match value {
        Json::Object(object) if levels > 0 && !object.is_empty() => {
            out.push(b'{');
            for (index, (name, member)) in object.iter().enumerate() {
                separate(index, depth + 1, out);
                named(name, out);
                broken(member, levels - 1, depth + 1, out);
            }
            close(b'}', depth, out);
        }
        Json::Array(elements) if levels > 0 && !elements.is_empty() => {
            out.push(b'[');
            for (index, element) in elements.iter().enumerate() {
                separate(index, depth + 1, out);
                broken(element, levels - 1, depth + 1, out);
            }
            close(b']', depth, out);
        }
        other => write(other, Layout::Compact, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_has_a_line() {
        let text = r#"{"clock":{"mode":"system"},"connectors":{"c":{"a":{"b":1}},"d":{}},"users":[{"name":"u"}],"indices":{"i":{"uuid":"x","documents":{"1":{"t":[1]}}},"j":{}}}"#;
        let Ok(Json::Object(document)) = Json::parse(text.as_bytes()) else { panic!("{text}") };
        let expected = r#"{
  "clock": {"mode":"system"},
  "connectors": {
    "c": {"a":{"b":1}},
    "d": {}
  },
  "users": [
    {"name":"u"}
  ],
  "indices": {
    "i": {
      "uuid": "x",
      "documents": {
        "1": {"t":[1]}
      }
    },
    "j": {}
  }
}
"#;
        assert_eq!(String::from_utf8(written(&document)).unwrap(), expected);
    }
}
