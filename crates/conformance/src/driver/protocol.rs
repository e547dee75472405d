//! The lines that go between this program and a driver: one JSON object each.

use api_types::{
    endpoint::Operation,
    json::{Json, Object},
};

/// The version of the protocol.
pub const VERSION: i64 = 1;

/// What a driver is asked to call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The number that the reply repeats.
    pub id: i64,
    /// The operation.
    pub operation: Operation,
    /// The path parameters, not encoded.
    pub path: Vec<(String, String)>,
    /// The parameters of the query: texts, numbers, booleans, arrays of texts.
    pub query: Object,
    /// The body, if there is to be one.
    pub body: Option<Json>,
}

/// What a driver says of its client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// The library, `elasticsearch-py`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The language and its version, and whatever else tells two drivers apart.
    pub language: String,
}

/// What a client made of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It returned.
    Returned {
        /// What it returned, as JSON.
        body: Json,
    },
    /// It raised.
    Raised(Raised),
    /// It has no such operation or parameter.
    Unsupported(String),
}

/// What a client raised.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Raised {
    /// The class or code of the error, `NotFoundError`.
    pub class: String,
    /// Its text.
    pub message: String,
    /// The status of the answer that it tells, if it tells one.
    pub status: Option<u16>,
    /// The body of the answer that it carries, if it carries one.
    pub body: Option<Json>,
}

/// A line that is not of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// It is no JSON object.
    #[error("the driver wrote a line that is no JSON object: {0}")]
    NoObject(String),
    /// It is not what had to come.
    #[error("the driver wrote {line}, where {wanted} had to come: {problem}")]
    Unexpected {
        /// The line.
        line: String,
        /// What had to come.
        wanted: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// The first line to a driver.
pub(super) fn start(url: &str, timeout_ms: i64) -> Json {
    let mut line = Object::new();
    line.insert("type".to_owned(), Json::from("start"));
    line.insert("protocol".to_owned(), Json::from(VERSION));
    line.insert("url".to_owned(), Json::from(url.to_owned()));
    line.insert("timeout_ms".to_owned(), Json::from(timeout_ms));
    Json::Object(line)
}

impl Call {
    pub(super) fn line(&self) -> Json {
        let path = self.path.iter().map(|(name, value)| (name.clone(), Json::from(value.clone())));
        let mut line = Object::new();
        line.insert("type".to_owned(), Json::from("call"));
        line.insert("id".to_owned(), Json::from(self.id));
        line.insert("operation".to_owned(), Json::from(self.operation.name()));
        line.insert("path".to_owned(), Json::Object(path.collect()));
        line.insert("query".to_owned(), Json::Object(self.query.clone()));
        if let Some(body) = &self.body {
            line.insert("body".to_owned(), body.clone());
        }
        Json::Object(line)
    }
}

/// A line of a driver, and how to complain about it.
struct Line<'a> {
    text: &'a str,
    wanted: &'static str,
    object: Object,
}

impl<'a> Line<'a> {
    fn read(text: &'a str, wanted: &'static str) -> Result<Self, ProtocolError> {
        match Json::parse(text.as_bytes()) {
            Ok(Json::Object(object)) => Ok(Self { text, wanted, object }),
            _ => Err(ProtocolError::NoObject(shortened(text))),
        }
    }

    fn wrong(&self, problem: impl Into<String>) -> ProtocolError {
        ProtocolError::Unexpected {
            line: shortened(self.text),
            wanted: self.wanted,
            problem: problem.into(),
        }
    }

    fn text_of(&self, object: &Object, name: &str) -> Result<String, ProtocolError> {
        match object.get(name) {
            Some(Json::String(text)) => Ok(text.clone().into_owned()),
            Some(_) => Err(self.wrong(format!("[{name}] is no text"))),
            None => Err(self.wrong(format!("[{name}] is missing"))),
        }
    }

    fn number(&self, name: &str) -> Result<i64, ProtocolError> {
        match self.object.get(name) {
            Some(Json::Number(number)) => {
                number.as_i64().ok_or_else(|| self.wrong(format!("[{name}] is no integer")))
            }
            Some(_) => Err(self.wrong(format!("[{name}] is no integer"))),
            None => Err(self.wrong(format!("[{name}] is missing"))),
        }
    }

    fn object_of(&self, name: &str) -> Result<&Object, ProtocolError> {
        match self.object.get(name) {
            Some(Json::Object(object)) => Ok(object),
            Some(_) => Err(self.wrong(format!("[{name}] is no object"))),
            None => Err(self.wrong(format!("[{name}] is missing"))),
        }
    }
}

/// Reads the line that a driver begins with.
///
/// # Errors
/// If it is no such line.
pub fn ready(text: &str) -> Result<ClientInfo, ProtocolError> {
    let line = Line::read(text, r#"a line of type "ready""#)?;
    let kind = line.text_of(&line.object, "type")?;
    if kind != "ready" {
        return Err(line.wrong(format!("its type is [{kind}]")));
    }
    let protocol = line.number("protocol")?;
    if protocol != VERSION {
        return Err(line.wrong(format!("its protocol is {protocol}, this program's is {VERSION}")));
    }
    let client = line.object_of("client")?;
    Ok(ClientInfo {
        name: line.text_of(client, "name")?,
        version: line.text_of(client, "version")?,
        language: line.text_of(client, "language")?,
    })
}

/// Reads the reply to the call of that number.
///
/// # Errors
/// If it is no such line.
pub fn reply(text: &str, id: i64) -> Result<Reply, ProtocolError> {
    const WANTED: &str = r#"the reply to the call ("returned", "raised" or "unsupported")"#;
    let line = Line::read(text, WANTED)?;
    let kind = line.text_of(&line.object, "type")?;
    let reply = match kind.as_str() {
        "returned" => match line.object.get("body") {
            Some(body) => Reply::Returned { body: body.clone() },
            None => return Err(line.wrong("[body] is missing; write null for nothing")),
        },
        "raised" => Reply::Raised(raised(&line)?),
        "unsupported" => Reply::Unsupported(line.text_of(&line.object, "reason")?),
        other => return Err(line.wrong(format!("its type is [{other}]"))),
    };
    let given = line.number("id")?;
    if given != id {
        return Err(line.wrong(format!("its id is {given}, the call's is {id}")));
    }
    Ok(reply)
}

fn raised(line: &Line<'_>) -> Result<Raised, ProtocolError> {
    let error = line.object_of("error")?;
    let status = match error.get("status") {
        None | Some(Json::Null) => None,
        Some(Json::Number(number)) => {
            let status = number.as_i64().and_then(|status| u16::try_from(status).ok());
            Some(status.ok_or_else(|| line.wrong("[status] is no status of HTTP"))?)
        }
        Some(_) => return Err(line.wrong("[status] is no integer")),
    };
    Ok(Raised {
        class: line.text_of(error, "class")?,
        message: line.text_of(error, "message")?,
        status,
        body: error.get("body").filter(|body| **body != Json::Null).cloned(),
    })
}

/// Enough of a line to recognise it.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("[{}…]", text.get(..end).unwrap_or_default()),
        None => format!("[{text}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_one_line_and_a_missing_body_stays_missing() {
        let mut call = Call {
            id: 7,
            operation: Operation::Get,
            path: vec![("connector_id".to_owned(), "a/b".to_owned())],
            query: Object::new(),
            body: None,
        };
        assert_eq!(
            call.line().to_compact(),
            r#"{"type":"call","id":7,"operation":"connector.get","path":{"connector_id":"a/b"},"query":{}}"#
        );
        call.body = Some(Json::Null);
        assert!(call.line().to_compact().ends_with(r#""body":null}"#));
    }

    fn check(text: &str, expected: &str) {
        let found = match reply(text, 3) {
            Ok(reply) => format!("{reply:?}"),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(expected), "{found}");
    }

    #[test]
    fn replies_keep_numbers_as_they_were_written() {
        check(
            r#"{"type":"returned","id":3,"body":9007199254740993}"#,
            "Returned { body: Number(Integer(9007199254740993)) }",
        );
        check(r#"{"type":"returned","id":3,"body":null}"#, "Returned { body: Null }");
        check(
            r#"{"type":"raised","id":3,"error":{"class":"E","message":"m","status":404}}"#,
            "status: Some(404), body: None",
        );
        check(r#"{"type":"unsupported","id":3,"reason":"no such method"}"#, "no such method");
    }

    #[test]
    fn a_line_that_is_not_of_the_protocol_is_told_with_what_is_wrong() {
        check("hello", "a line that is no JSON object: [hello]");
        check("[]", "no JSON object: [[]]");
        check(r#"{"type":"returned","id":3}"#, "[body] is missing; write null for nothing");
        check(r#"{"type":"returned","id":4,"body":1}"#, "its id is 4, the call's is 3");
        check(r#"{"type":"done","id":3}"#, "its type is [done]");
        check(
            r#"{"type":"raised","id":3,"error":{"class":"E","message":"m","status":"x"}}"#,
            "[status] is no integer",
        );
    }
}
