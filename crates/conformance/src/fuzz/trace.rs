//! What was said in a sequence, as text: requests and answers, byte for byte.

use std::fmt::Write as _;

use super::{
    model::Mismatch,
    target::{Answer, Request},
};

/// A sequence as it went, without times: `>` in front of what was sent, `<` in front of what came
/// back, `*` where the server was emptied, `!` in front of what was wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace(String);

impl Trace {
    /// With a line that says what follows.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self(format!("# {title}\n"))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    pub(super) fn exchange(&mut self, request: &Request, answer: &Answer) {
        let _ = writeln!(self.0, "> {} {}", request.method, request.target);
        if let Some(body) = &request.body {
            self.lines('>', body);
        }
        let _ = writeln!(self.0, "< {}", answer.status);
        self.lines('<', &String::from_utf8_lossy(&answer.body));
    }

    pub(super) fn reset(&mut self) {
        self.0.push_str("* the server is emptied\n");
    }

    pub(super) fn wrong(&mut self, rule: &str, mismatch: &Mismatch) {
        let Mismatch { place, expected, actual } = mismatch;
        let rule = if rule.is_empty() { String::new() } else { format!("{rule}, ") };
        self.lines('!', &format!("{rule}{place}: expected {expected}, got {actual}"));
    }

    fn lines(&mut self, mark: char, text: &str) {
        for line in text.lines() {
            let _ = writeln!(self.0, "{mark} {line}");
        }
    }
}
