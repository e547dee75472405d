//! A request as it was sent and the answer as it came, byte for byte.

use std::fmt::Write as _;

/// A request with everything filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The headers, beside `host` and `content-length`; no credentials.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers in order, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// How a user of `curl` proves who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CurlCredentials {
    /// Not at all.
    #[default]
    None,
    /// By the variable that `--user` also reads.
    User,
    /// By the variable that `--api-key` also reads.
    ApiKey,
}

impl Request {
    /// A command that sends the request, quoted for `sh`. Secrets are not in it.
    #[must_use]
    pub fn curl(&self, url: &str, credentials: CurlCredentials) -> String {
        let mut command = format!("curl -sS -i -X {}", quoted(&self.method));
        match credentials {
            CurlCredentials::None => {}
            CurlCredentials::User => command.push_str(" -u \"$ES_CONFORMANCE_USER\""),
            CurlCredentials::ApiKey => {
                command.push_str(" -H \"Authorization: ApiKey $ES_CONFORMANCE_API_KEY\"");
            }
        }
        for (name, value) in &self.headers {
            let _ = write!(command, " -H {}", quoted(&format!("{name}: {value}")));
        }
        if let Some(body) = &self.body {
            let _ = write!(command, " --data-binary {}", quoted(body));
            if !self.headers.iter().any(|(name, _)| name == "content-type") {
                // curl would add one of its own.
                command.push_str(" -H 'content-type:'");
            }
        }
        // Dots and brackets of the URL are sent as they are.
        let _ = write!(command, " --path-as-is -g {}", quoted(&format!("{url}{}", self.target)));
        command
    }
}

/// The text as one word for `sh`.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=,@%".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_quoted_for_sh_and_has_no_secrets() {
        let request = Request {
            method: "PUT".to_owned(),
            target: "/_connector/c/_error?pretty&x=1".to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: Some(r#"{"error":"it's broken"}"#.to_owned()),
        };
        assert_eq!(
            request.curl("http://localhost:9200", CurlCredentials::User),
            r#"curl -sS -i -X PUT -u "$ES_CONFORMANCE_USER" -H 'content-type: application/json' --data-binary '{"error":"it'\''s broken"}' --path-as-is -g 'http://localhost:9200/_connector/c/_error?pretty&x=1'"#
        );
    }

    #[test]
    fn a_body_without_type_stays_so() {
        let request = Request {
            method: "GET".to_owned(),
            target: "/".to_owned(),
            headers: Vec::new(),
            body: Some("x".to_owned()),
        };
        assert_eq!(
            request.curl("http://h", CurlCredentials::None),
            "curl -sS -i -X GET --data-binary x -H 'content-type:' --path-as-is -g http://h/"
        );
    }
}
