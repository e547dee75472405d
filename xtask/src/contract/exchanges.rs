//! What the byte-exact exchanges of the mock server assert (`crates/mock-server/tests/exchanges`).

use api_types::{
    endpoint::{Endpoint, Method},
    json::Json,
};

use super::{
    answer::{Answer, errors},
    proof::{Kind, Proof},
};
use crate::workspace::TextFile;

/// Where they are.
const DIRECTORY: &str = "crates/mock-server/tests/exchanges/";

/// One exchange, as it is written.
#[derive(Debug, Default)]
struct Exchange<'a> {
    title: &'a str,
    line: usize,
    request: &'a str,
    status: &'a str,
    /// The body of the answer.
    body: String,
}

/// The exchanges of all files.
pub(super) fn read(files: &[TextFile]) -> Vec<Proof> {
    let is_exchanges =
        |file: &&TextFile| file.path.starts_with(DIRECTORY) && file.has_extension("http");
    files.iter().filter(is_exchanges).flat_map(of_file).collect()
}

fn of_file(file: &TextFile) -> Vec<Proof> {
    let mut exchanges: Vec<Exchange<'_>> = Vec::new();
    for (line, text) in file.lines() {
        if let Some(title) = text.strip_prefix("=== ").or_else(|| text.strip_prefix("== ")) {
            exchanges.push(Exchange { title, line, ..Exchange::default() });
        } else if let Some(exchange) = exchanges.last_mut() {
            exchange.read(text);
        }
    }
    // What has no request is a headline and shows nothing.
    let played = exchanges.iter().filter(|exchange| !exchange.request.is_empty());
    played.map(|exchange| exchange.proof(&file.path)).collect()
}

impl<'a> Exchange<'a> {
    fn read(&mut self, line: &'a str) {
        if let Some(text) = line.strip_prefix("<<") {
            self.body.push_str(text.trim());
        } else if let Some((kind, reason)) =
            line.strip_prefix("<! ").and_then(|text| text.split_once(": "))
        {
            self.body = format!(r#"{{"error":{{"type":"{kind}","reason":"{reason}"}}}}"#);
        } else if let Some(text) = line.strip_prefix("< ") {
            if self.status.is_empty() {
                self.status = text;
            }
        } else if let Some(text) = line.strip_prefix("> ")
            && self.request.is_empty()
        {
            self.request = text;
        }
    }

    fn answer(&self) -> Option<Answer> {
        let (method, target) = self.request.split_once(' ')?;
        let path = target.split('?').next().unwrap_or_default();
        let operation = Endpoint::find(Method::from_name(method)?, path)?.operation;
        let errors = Json::parse(self.body.as_bytes()).map(|body| errors(&body));
        let errors = errors.unwrap_or_default();
        Some(Answer { operation, status: self.status.parse().ok()?, errors })
    }

    fn proof(&self, path: &str) -> Proof {
        Proof {
            kind: Kind::Exchange,
            path: path.to_owned(),
            line: self.line,
            name: self.title.to_owned(),
            text: self.title.to_owned(),
            about: None,
            answers: self.answer().into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use api_types::endpoint::Operation;

    use super::*;
    use crate::finding::sample::files;

    #[test]
    fn an_exchange_has_a_title_an_operation_and_an_answer() {
        let text = "\
A comment
=== @1-1 a headline

== @1-2 get#3 no connector
> GET /_connector/c
< 404
<! t: r \\\"x\\\"

=== @1-3 @1-4 a list
> GET /no/where/at/all
> accept: */*
< 200
< a: b
<< {}
";
        let path = "crates/mock-server/tests/exchanges/a.http";
        let proofs = read(&files(&[(path, text), ("a.http", text)]));
        let shown: Vec<_> = proofs.iter().map(|it| (it.line, it.name.as_str())).collect();
        assert_eq!(shown, [(4, "@1-2 get#3 no connector"), (9, "@1-3 @1-4 a list")]);
        let answer = &proofs[0].answers[0];
        assert_eq!((answer.operation, answer.status), (Operation::Get, 404));
        assert_eq!(answer.errors[0].reason.as_deref(), Some("r \"x\""));
        assert_eq!(proofs[1].answers, []);
    }
}
