//! Nothing names the paths of a developer's machine.

use anyhow::Context as _;
use regex::Regex;

use crate::{finding::Finding, workspace::TextFile};

/// Directories that are somebody's own. The expression must not match itself.
const OWN: &str =
    r"(?:^|[^\w.}*-])(/home/\w[\w.-]*|/Users/\w[\w.-]*|/root|/work|[A-Z]:\\+Users\\+\w+)[/\\]";

pub(super) fn check(files: &[TextFile]) -> anyhow::Result<Vec<Finding>> {
    let own = Regex::new(OWN).context("an expression of this program is wrong")?;
    let mut findings = Vec::new();
    for file in files {
        for (number, line) in file.lines() {
            if let Some(path) = own.captures(line).and_then(|found| found.get(1)) {
                let message = format!("names a path of some machine, {}", path.as_str());
                findings.push(Finding::at(&file.path, number, message));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::{files, shown};

    fn check_line(line: &str, expected: Option<&str>) {
        let found = shown(&check(&files(&[("a.md", line)])).unwrap());
        let expected = expected.map(|path| format!("a.md:1: names a path of some machine, {path}"));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{line}");
    }

    #[test]
    fn paths_of_a_machine_are_found_wherever_they_stand() {
        let (home, work) = (concat!("/ho", "me/some.one"), concat!("/wo", "rk"));
        check_line(&format!("see {home}/x"), Some(home));
        check_line(&format!("\"{work}/main\""), Some(work));
        check_line(&format!("{}/.cargo", concat!("/ro", "ot")), Some(concat!("/ro", "ot")));
        check_line(&format!("({}/x)", concat!("/Use", "rs/me")), Some(concat!("/Use", "rs/me")));
        let windows = concat!(r"C:\Use", r"rs\me");
        check_line(&format!(r"{windows}\x"), Some(windows));
    }

    #[test]
    fn other_paths_are_not() {
        let (root, work) = (concat!("/ro", "ot/x"), concat!("/wo", "rk/x"));
        for before in ["crates", "https://a.b", "."] {
            check_line(&format!("{before}{root}"), None);
            check_line(&format!("{before}{work}"), None);
        }
        for line in ["/homes/x", "/workspace/x"] {
            check_line(line, None);
        }
    }
}
