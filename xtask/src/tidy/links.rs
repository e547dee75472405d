//! A link in a Markdown file to a place in the repository leads somewhere.

use anyhow::Context as _;
use regex::Regex;

use crate::{finding::Finding, workspace::TextFile};

/// The end of a text and the target of the link behind it, without what follows a `#`.
const LINK: &str = r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)";

pub(super) fn check(files: &[TextFile]) -> anyhow::Result<Vec<Finding>> {
    let link = Regex::new(LINK).context("an expression of this program is wrong")?;
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.has_extension("md")) {
        for (number, line) in file.lines() {
            for target in link.captures_iter(line).filter_map(|found| found.get(1)) {
                let target = target.as_str();
                if !target.contains(':') && !exists(files, &place(&file.path, target)) {
                    let message = format!("the link to {target} leads nowhere");
                    findings.push(Finding::at(&file.path, number, message));
                }
            }
        }
    }
    Ok(findings)
}

/// Where a link leads, from the root.
fn place(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Whether there is a text of that path or below it.
fn exists(files: &[TextFile], place: &str) -> bool {
    files.iter().any(|file| {
        let rest = file.path.strip_prefix(place);
        place.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::{files, shown};

    #[test]
    fn a_link_that_leads_nowhere_is_told() {
        let text = "[a](../b/c.md) and [d](#here), [e](../b#x)\n[f](https://a.b/c)\n[g](c.md), [h](../b/c)\n[i](../../b)";
        let texts =
            files(&[("docs/a.md", text), ("b/c.md", "[j](../docs), [k](./c.md#l), [m](..)")]);
        let expected = [
            "docs/a.md:3: the link to c.md leads nowhere",
            "docs/a.md:3: the link to ../b/c leads nowhere",
        ];
        assert_eq!(shown(&check(&texts).unwrap()), expected);
        assert_eq!(shown(&check(&files(&[("a.rs", "[b](c)")])).unwrap()), [""; 0]);
    }
}
