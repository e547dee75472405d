//! The files that a repository has to have, and what has to be in them.

use crate::{finding::Finding, workspace::TextFile};

/// The files, and a line that each of them needs.
const FILES: [(&str, Option<&str>); 6] = [
    ("ARCHITECTURE.md", None),
    ("CHANGELOG.md", Some("## [Unreleased]")),
    ("CONTRIBUTING.md", None),
    ("LICENSE-APACHE", None),
    ("LICENSE-MIT", None),
    ("README.md", None),
];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let finding = |(path, line): (&str, Option<&str>)| match (
        files.iter().find(|file| file.path == path),
        line,
    ) {
        (None, _) => Some(Finding::whole(path, "this file is missing")),
        (Some(file), _) if file.text.trim().is_empty() => {
            Some(Finding::whole(path, "this file is empty"))
        }
        (Some(file), Some(line)) if !file.text.lines().any(|own| own.trim_end() == line) => {
            Some(Finding::whole(path, format!("expected a line `{line}`")))
        }
        _ => None,
    };
    FILES.into_iter().filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::{files, shown};

    #[test]
    fn a_file_that_is_missing_empty_or_incomplete_is_told() {
        let all = FILES.map(|(path, line)| (path, line.unwrap_or("prose")));
        assert_eq!(shown(&check(&files(&all))), [""; 0]);
        assert_eq!(shown(&check(&files(&all[1..]))), ["ARCHITECTURE.md: this file is missing"]);
        let mut changed = all;
        changed[1].1 = "## [0.1.0]";
        changed[4].1 = "\n";
        let expected =
            ["CHANGELOG.md: expected a line `## [Unreleased]`", "LICENSE-MIT: this file is empty"];
        assert_eq!(shown(&check(&files(&changed))), expected);
    }
}
