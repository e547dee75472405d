//! Rust files are short, and nothing in them is left for later.

use anyhow::Context as _;
use regex::Regex;

use crate::{finding::Finding, workspace::TextFile};

/// The most lines that a file may have, its tests included.
const MOST_LINES: usize = 500;

/// What is unfinished, as an expression and as a message. An expression must not match itself.
const UNFINISHED: [(&str, &str); 4] = [
    (r"\btodo[!]\s*[(\[{]", "write what is to be done here"),
    (r"\bunimplemented[!]\s*[(\[{]", "implement this"),
    (r"#\[ignore\b", "a test that does not run proves nothing: let it run or remove it"),
    (r"\bFIX[M]E\b", "do it, or say in plain words why it is as it is"),
];

pub(super) fn check(files: &[TextFile]) -> anyhow::Result<Vec<Finding>> {
    let mut rules = Vec::new();
    for (expression, message) in UNFINISHED {
        let expression =
            Regex::new(expression).context("an expression of this program is wrong")?;
        rules.push((expression, message));
    }
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.has_extension("rs")) {
        let count = file.text.lines().count();
        if count > MOST_LINES {
            let message = format!("{count} lines, more than {MOST_LINES}: move a part of it out");
            findings.push(Finding::at(&file.path, MOST_LINES + 1, message));
        }
        for (number, line) in file.lines() {
            let matching = rules.iter().filter(|(expression, _)| expression.is_match(line));
            findings.extend(matching.map(|(_, message)| Finding::at(&file.path, number, *message)));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::{files, shown};

    #[test]
    fn a_file_of_five_hundred_lines_is_not_too_long_and_one_more_is() {
        let (most, more) = ("\n".repeat(500), "\n".repeat(501));
        let texts = files(&[("a.rs", &most), ("b.rs", &more), ("c.md", &more)]);
        let expected = "b.rs:501: 501 lines, more than 500: move a part of it out";
        assert_eq!(shown(&check(&texts).unwrap()), [expected]);
    }

    #[test]
    fn what_is_left_for_later_is_found() {
        let text = [
            concat!("to", "do!()"),
            concat!("    unimplemen", "ted!(\"x\")"),
            concat!("#[ig", "nore = \"slow\"]"),
            concat!("// FIX", "ME: later"),
            "ignored(); todos!(); let todo = prefix;",
        ];
        let found = shown(&check(&files(&[("a.rs", &text.join("\n"))])).unwrap());
        let lines: Vec<&str> = found.iter().map(|it| it.split(": ").next().unwrap()).collect();
        assert_eq!(lines, ["a.rs:1", "a.rs:2", "a.rs:3", "a.rs:4"]);
    }
}
