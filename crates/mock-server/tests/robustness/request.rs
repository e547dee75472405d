//! A request as bytes, and as a line for a shell.

use std::fmt::Write as _;

use api_types::endpoint::Endpoint;

/// The formats of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Yaml,
    Cbor,
    Smile,
}

/// Where a request may end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Route {
    /// At this row, or at what refuses it before.
    Row(&'static Endpoint),
    /// Method or path have been tampered with.
    Any,
}

/// A request that is HTTP, whatever else it is.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(&'static str, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) route: Route,
    /// The format of the answer; unknown where headers or parameters have been tampered with.
    pub(crate) format: Option<Format>,
}

impl Request {
    pub(crate) fn new(row: &'static Endpoint, path: String, query: String, body: Vec<u8>) -> Self {
        Self {
            method: row.method.as_str().to_owned(),
            path,
            query,
            headers: vec![("content-type", b"application/json".to_vec())],
            body,
            route: Route::Row(row),
            format: Some(Format::Json),
        }
    }

    pub(crate) fn target(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }

    /// Replaces a header or adds it.
    pub(crate) fn set_header(&mut self, name: &'static str, value: &[u8]) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_vec()));
    }

    pub(crate) fn wire(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nhost: x\r\n", self.method, self.target());
        let _ = write!(bytes, "content-length: {}\r\n", self.body.len());
        let mut bytes = bytes.into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// The request as a command of bash.
    pub(crate) fn curl(&self) -> String {
        let mut line = String::new();
        if !self.body.is_empty() {
            let _ = write!(line, "printf '%b' {} | ", quoted(&self.body, Quoting::Printf));
        }
        let _ = write!(line, "curl -sSi --path-as-is -X {}", self.method);
        for (name, value) in &self.headers {
            let header = [name.as_bytes(), b": ", value].concat();
            let _ = write!(line, " -H {}", quoted(&header, Quoting::Bash));
        }
        if !self.body.is_empty() {
            line.push_str(" --data-binary @-");
        }
        let target = quoted(self.target().as_bytes(), Quoting::Bash);
        let _ = write!(line, " \"$URL\"{target}");
        line
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Bash,
    Printf,
}

fn quoted(bytes: &[u8], quoting: Quoting) -> String {
    let mut text = String::from(if quoting == Quoting::Bash { "$'" } else { "'" });
    for &byte in bytes {
        match byte {
            b'\'' | b'\\' | 0..0x20 | 0x7f.. if quoting == Quoting::Printf => {
                let _ = write!(text, "\\0{byte:03o}");
            }
            b'\'' | b'\\' | 0..0x20 | 0x7f.. => {
                let _ = write!(text, "\\x{byte:02x}");
            }
            _ => text.push(char::from(byte)),
        }
    }
    text.push('\'');
    text
}
