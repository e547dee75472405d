//! Which statuses are meant: `404`, `4xx`, `<400`, `>=500`, and several of them with commas.

use std::fmt;

use crate::{error::ApiError, host::illegal};

/// Statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statuses {
    text: String,
    /// The first and the last of each part.
    ranges: Vec<(u16, u16)>,
}

impl Statuses {
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        let ranges: Option<Vec<(u16, u16)>> = text.split(',').map(str::trim).map(range).collect();
        match ranges {
            Some(ranges) => Ok(Self { text: text.to_owned(), ranges }),
            None => Err(illegal(format!(
                "[{text}] is no status; write [404], [4xx], [<400] or [>=500], several with commas"
            ))),
        }
    }

    pub(super) fn has(&self, status: u16) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&status))
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn range(part: &str) -> Option<(u16, u16)> {
    let number = |text: &str| text.parse().ok().filter(|status| (100..1000).contains(status));
    if let Some(class) = part.to_ascii_lowercase().strip_suffix("xx") {
        let hundreds: u16 = number(&format!("{class}00"))?;
        return Some((hundreds, hundreds + 99));
    }
    if let Some(last) = part.strip_prefix("<=") {
        return Some((0, number(last)?));
    }
    if let Some(beyond) = part.strip_prefix('<') {
        return Some((0, number(beyond)? - 1));
    }
    if let Some(first) = part.strip_prefix(">=") {
        return Some((number(first)?, u16::MAX));
    }
    if let Some(below) = part.strip_prefix('>') {
        return Some((number(below)? + 1, u16::MAX));
    }
    number(part).map(|status| (status, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_written_in_several_ways() {
        let check = |text: &str, inside: &[u16], outside: &[u16]| {
            let statuses = Statuses::parse(text).unwrap();
            assert!(inside.iter().all(|status| statuses.has(*status)), "{text}");
            assert!(!outside.iter().any(|status| statuses.has(*status)), "{text}");
        };
        check("404", &[404], &[403, 405]);
        check("4xx", &[400, 499], &[399, 500]);
        check("5XX", &[500, 599], &[499, 600]);
        check("<400", &[100, 399], &[400]);
        check("<=400", &[400], &[401]);
        check(">400", &[401, 503], &[400]);
        check(">=500", &[500, 503], &[499]);
        check("201, 4xx", &[201, 404], &[200, 500]);
        for text in ["", "4x", "x", "<", "99", "200-299", "404,", "+404x"] {
            assert!(Statuses::parse(text).is_err(), "{text}");
        }
    }
}
