//! Every crate of the workspace has the lints of the workspace.

use crate::{finding::Finding, workspace::TextFile};

const ROOT: &str = "Cargo.toml";

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let Some(root) = files.iter().find(|file| file.path == ROOT) else {
        return vec![Finding::whole(ROOT, "this file is missing")];
    };
    let members = members(&root.text);
    if members.is_empty() {
        return vec![Finding::whole(ROOT, "expected `members = [\"…\", …]` with a member")];
    }
    let finding = |member: &str| {
        let path = format!("{member}/{ROOT}");
        match files.iter().find(|file| file.path == path) {
            None => Some(Finding::whole(&path, "this file is missing")),
            Some(file) if inherits_lints(&file.text) => None,
            Some(_) => Some(Finding::whole(&path, "expected `[lints]` with `workspace = true`")),
        }
    };
    members.into_iter().filter_map(finding).collect()
}

/// The directories of the workspace's crates.
fn members(manifest: &str) -> Vec<&str> {
    let list = manifest.split_once("\nmembers = [").and_then(|(_, rest)| rest.split_once(']'));
    let entries = list.map(|(list, _)| list.split(',')).into_iter().flatten();
    entries.map(|entry| entry.trim().trim_matches('"')).filter(|entry| !entry.is_empty()).collect()
}

fn inherits_lints(manifest: &str) -> bool {
    let lints = manifest.lines().skip_while(|line| line.trim() != "[lints]").skip(1);
    lints.take_while(|line| !line.starts_with('[')).any(|line| line.trim() == "workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::{files, shown};

    const WORKSPACE: &str =
        "[workspace]\nmembers = [\"a\",\n  \"b/c\"]\ndefault-members = [\"x\"]\n";

    #[test]
    fn a_crate_without_the_lints_of_the_workspace_is_told() {
        let with = "[lints]\nworkspace = true\n";
        let check = |other: &str| {
            let texts =
                [("Cargo.toml", WORKSPACE), ("a/Cargo.toml", with), ("b/c/Cargo.toml", other)];
            shown(&check(&files(&texts)))
        };
        assert_eq!(check(with), [""; 0]);
        let expected = "b/c/Cargo.toml: expected `[lints]` with `workspace = true`";
        assert_eq!(check("[package]\nworkspace = true\n"), [expected]);
        assert_eq!(check("[lints]\n[package]\nworkspace = true\n"), [expected]);
    }

    #[test]
    fn a_manifest_that_is_missing_or_has_no_members_is_told() {
        let check = |texts: &[(&str, &str)]| shown(&check(&files(texts)));
        assert_eq!(check(&[]), ["Cargo.toml: this file is missing"]);
        let expected = "Cargo.toml: expected `members = [\"…\", …]` with a member";
        assert_eq!(check(&[("Cargo.toml", "[workspace]\n")]), [expected]);
        let expected =
            ["a/Cargo.toml: this file is missing", "b/c/Cargo.toml: this file is missing"];
        assert_eq!(check(&[("Cargo.toml", WORKSPACE)]), expected);
    }
}
