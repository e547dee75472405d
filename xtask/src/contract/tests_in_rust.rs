//! Tests in Rust that name the rules they show, for rules that cannot be data: a comment
//! directly above the attribute of the test.

use super::proof::{Kind, Proof};
use crate::workspace::TextFile;

/// How the comment begins.
const MARK: &str = "// Proves ";

/// The attributes of tests.
const ATTRIBUTES: [&str; 2] = ["#[test]", "#[tokio::test"];

/// The tests with such a comment. The crates alone: this program tests nothing of the contract.
pub(super) fn read(files: &[TextFile]) -> Vec<Proof> {
    let is_code = |file: &&TextFile| file.path.starts_with("crates/") && file.has_extension("rs");
    files.iter().filter(is_code).flat_map(of_file).collect()
}

fn of_file(file: &TextFile) -> Vec<Proof> {
    let mut proofs = Vec::new();
    let mut comment: Option<(usize, String)> = None;
    for (number, line) in file.lines() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix(MARK) {
            comment = Some((number, text.to_owned()));
        } else if let (Some((_, text)), Some(more)) = (&mut comment, line.strip_prefix("// ")) {
            text.push(' ');
            text.push_str(more);
        } else if let Some((line_number, text)) = comment.take()
            && ATTRIBUTES.iter().any(|attribute| line.starts_with(attribute))
        {
            let name = file.lines().skip(number).find_map(|(_, line)| function(line));
            proofs.push(Proof {
                kind: Kind::Test,
                path: file.path.clone(),
                line: line_number,
                name: name.unwrap_or_default(),
                text,
                about: None,
                answers: Vec::new(),
            });
        }
    }
    proofs
}

/// The name of the function that a line begins.
fn function(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("async ");
    let name = line.strip_prefix("fn ")?.split('(').next()?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::files;

    #[test]
    fn a_comment_above_a_test_counts_and_no_other() {
        let text = "
// Proves @1-1, @1-2 and
// @1-3.
#[test]
fn one() {}
    // Proves @2-1.
    #[tokio::test(flavor = \"multi_thread\")]
    #[expect(x, reason = \"y\")]
    async fn two() {}
// Proves @3-1.
fn three() {}
// Proves @4-1.

#[test]
fn four() {}
";
        let proofs = read(&files(&[("crates/a/src/b.rs", text), ("xtask/src/b.rs", text)]));
        let shown: Vec<_> =
            proofs.iter().map(|it| (it.line, it.name.as_str(), it.text.as_str())).collect();
        assert_eq!(shown, [(2, "one", "@1-1, @1-2 and @1-3."), (6, "two", "@2-1.")]);
    }
}
