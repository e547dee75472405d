//! Exchanges as text for reports: without secrets, and not too long.

use api_types::endpoint::Operation;

use crate::{
    report::{self, ShownExchange},
    wire::Recorded,
};

/// The longest text of a request or an answer, in characters.
const LONGEST: usize = 4000;

/// An exchange as text.
pub(crate) fn shown(exchange: &Recorded, operation: Option<Operation>) -> ShownExchange {
    let text = report::shown(exchange);
    let has_secret = operation.is_some_and(has_secret_body);
    let edited = |text: &str| {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let body = if has_secret && !body.is_empty() { "[redacted]" } else { body };
        let head = head.split("\r\n").map(without_credentials).collect::<Vec<_>>().join("\r\n");
        shortened(&format!("{head}\r\n\r\n{body}"))
    };
    let answer = match exchange.answer {
        Some(_) => edited(&text.answer),
        None => text.answer,
    };
    ShownExchange { request: edited(&text.request), answer, ..text }
}

/// Whether the value of the header is nobody's business.
pub(crate) fn is_secret_header(name: &str) -> bool {
    let secret = ["authorization", "cookie", "set-cookie", "es-secondary-authorization"];
    secret.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether the bodies of the operation hold secrets.
pub(crate) const fn has_secret_body(operation: Operation) -> bool {
    matches!(operation, Operation::SecretPost | Operation::SecretPut | Operation::SecretGet)
}

fn without_credentials(line: &str) -> String {
    match line.split_once(':') {
        Some((name, _)) if is_secret_header(name) => format!("{name}: [redacted]"),
        Some(_) | None => line.to_owned(),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A target, not too long.
pub(crate) fn cut(target: &str) -> String {
    match target.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", target.get(..end).unwrap_or_default()),
        None => target.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_shown() {
        assert_eq!(without_credentials("authorization: ApiKey abc"), "authorization: [redacted]");
        assert_eq!(without_credentials("Authorization:Basic x"), "Authorization: [redacted]");
        assert_eq!(without_credentials("accept: */*"), "accept: */*");
    }
}
