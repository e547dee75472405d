//! Text that comes from outside, made fit to be shown.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::model::{Problem, ShownExchange, StepPlace};

/// The text with `\n` as the end of lines and without characters that do something to a terminal
/// or a page: control characters and marks of writing direction are written out, `\u{1b}`.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\t' => shown.push(character),
            _ if is_harmful(character) => {
                let _ = write!(shown, "{}", character.escape_unicode());
            }
            _ => shown.push(character),
        }
    }
    shown
}

/// Control characters, marks of direction, and the characters that XML does not allow.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The same in one line.
pub(crate) fn one_line(text: &str) -> String {
    printable(text).replace('\n', "\\n").replace('\t', "\\t")
}

/// In one line and no longer than people read; the whole is told elsewhere.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    let text = one_line(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A duration for people: `3.2 s`, `12 ms`.
pub(super) fn duration(duration: std::time::Duration) -> String {
    if duration.as_millis() >= 1000 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} ms", duration.as_millis())
    }
}

/// `body /status: expected "canceled", got "error"`; nothing if the problem has no place.
pub(super) fn comparison(problem: &Problem) -> Option<String> {
    let Problem { place, expected, actual, .. } = problem;
    if place.is_empty() && expected.is_empty() && actual.is_empty() {
        return None;
    }
    let place = one_line(place);
    Some(format!("{place}: expected {}, got {}", shortened(expected), shortened(actual)))
}

/// A line of a comparison of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DiffLine {
    /// In both.
    Both(String),
    /// Only expected.
    Expected(String),
    /// Only there.
    Actual(String),
    /// Equal lines that are left out.
    Gap,
}

/// Lines around a difference that are shown.
const CONTEXT: usize = 3;

/// Expected and actual answer line by line. Lines far from a difference are left out.
pub(super) fn diff(expected: &str, actual: &str) -> Vec<DiffLine> {
    let (expected, actual) = (printable(expected), printable(actual));
    let difference = TextDiff::from_lines(&expected, &actual);
    let mut lines = Vec::new();
    for (index, group) in difference.grouped_ops(CONTEXT).iter().enumerate() {
        if index > 0 {
            lines.push(DiffLine::Gap);
        }
        for change in group.iter().flat_map(|operation| difference.iter_changes(operation)) {
            let line = change.value().trim_end_matches('\n').to_owned();
            lines.push(match change.tag() {
                ChangeTag::Delete => DiffLine::Expected(line),
                ChangeTag::Insert => DiffLine::Actual(line),
                ChangeTag::Equal => DiffLine::Both(line),
            });
        }
    }
    lines
}

/// Problems that one exchange shows.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) step: Option<&'a StepPlace>,
    pub(super) exchange: Option<&'a ShownExchange>,
    pub(super) problems: Vec<&'a Problem>,
}

/// The problems, those of one exchange together.
pub(super) fn by_exchange(problems: &[Problem]) -> Vec<Shown<'_>> {
    let mut groups: Vec<Shown<'_>> = Vec::new();
    for problem in problems {
        let (step, exchange) = (problem.step.as_ref(), problem.exchange.as_ref());
        match groups.last_mut() {
            Some(last) if last.exchange == exchange && last.step == step => {
                last.problems.push(problem);
            }
            _ => groups.push(Shown { step, exchange, problems: vec![problem] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_written_out() {
        let shown = printable("a\r\nb\u{1b}[31m\tc\u{0}\u{202e}\u{85}\rd\u{fffd}é");
        assert_eq!(shown, "a\nb\\u{1b}[31m\tc\\u{0}\\u{202e}\\u{85}\\u{d}d\u{fffd}é");
        assert_eq!(one_line("a\nb\tc"), "a\\nb\\tc");
    }

    #[test]
    fn long_values_end_with_an_ellipsis() {
        assert_eq!(shortened(&"é".repeat(200)), "é".repeat(200));
        assert_eq!(shortened(&"é".repeat(201)), format!("{}…", "é".repeat(200)));
    }

    #[test]
    fn lines_far_from_a_difference_are_left_out() {
        let lines: Vec<String> = (0..20).map(|number| format!("{number}\n")).collect();
        let expected = lines.concat();
        let actual = expected.replace("0\n1\n", "x\n1\n").replace("19\n", "");
        let lines = diff(&expected, &actual);
        assert_eq!(lines.iter().filter(|line| **line == DiffLine::Gap).count(), 1);
        assert!(!lines.contains(&DiffLine::Both("8".to_owned())), "{lines:?}");
        assert!(lines.contains(&DiffLine::Expected("19".to_owned())), "{lines:?}");
        assert_eq!(diff("a\n", "a\n"), []);
    }
}
