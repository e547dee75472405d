//! Texts in which `*` stands for any characters, none included.

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether a text is as the pattern says, from its beginning to its end.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut pieces = self.0.split('*');
        let Some(rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
        let mut rest = rest;
        let mut last = None;
        for piece in pieces {
            // A piece between two stars may be taken where it comes first.
            if let Some(between) = last.replace(piece) {
                let between: &str = between;
                let Some(at) = rest.find(between) else { return false };
                rest = rest.get(at + between.len()..).unwrap_or_default();
            }
        }
        last.map_or(rest.is_empty(), |piece| rest.ends_with(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        let check = |pattern: &str, text: &str, expected: bool| {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        };
        check("*", "", true);
        check("*", "/a/b", true);
        check("/_connector", "/_connector", true);
        check("/_connector", "/_connector/c", false);
        check("/_connector/*", "/_connector/c/_name", true);
        check("/_connector/*", "/_connector", false);
        check("*/_claim", "/_connector/_sync_job/j/_claim", true);
        check("*/_claim", "/_connector/_sync_job/j/_claim/x", false);
        check("/_connector/*/_name", "/_connector/c/_name", true);
        check("/_connector/*/_name", "/_connector/_name", false);
        check("a*bc*bc", "abcbc", true);
        check("a*bc*bc", "abc", false);
        check("**", "x", true);
        check("connector.*", "connector.get", true);
        check("connector.*", "connectors", false);
        check("", "", true);
        check("", "x", false);
    }
}
