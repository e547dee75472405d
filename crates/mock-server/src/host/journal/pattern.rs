//! Texts with `*`.

use std::fmt;

/// A text in which `*` stands for anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(String);

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(super) fn fits(&self, text: &str) -> bool {
        let Some((start, rest)) = self.0.split_once('*') else { return self.0 == text };
        let Some(mut left) = text.strip_prefix(start) else { return false };
        let (between, end) = rest.rsplit_once('*').unwrap_or(("", rest));
        for part in between.split('*') {
            // The first place is as good as any: what is left over is the longest.
            let Some(found) = left.find(part) else { return false };
            left = left.get(found + part.len()..).unwrap_or_default();
        }
        left.ends_with(end)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        let check = |pattern: &str, text: &str, expected: bool| {
            assert_eq!(Pattern::new(pattern).fits(text), expected, "{pattern} {text}");
        };
        check("a", "a", true);
        check("a", "ab", false);
        check("*", "", true);
        check("*", "anything", true);
        check("connector.sync_job_*", "connector.sync_job_claim", true);
        check("connector.sync_job_*", "connector.get", false);
        check("*_claim", "connector.sync_job_claim", true);
        check("*a*b*", "xxaxxbxx", true);
        check("*a*b", "xxbxxa", false);
        check("ab*ba", "aba", false);
        check("ab*ba", "abba", true);
        check("/_connector/*/_error", "/_connector/a/b/_error", true);
        check("a**b", "ab", true);
    }
}
