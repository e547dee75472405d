//! Where the workspace is, and the texts in it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// What is built, installed or kept by a tool, and no part of the repository.
const LEFT_OUT: [&str; 5] = [".git", ".venv", "__pycache__", "node_modules", "target"];

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// A text of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextFile {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
}

impl TextFile {
    /// Whether the name ends with `.extension`.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|own| own == extension)
    }

    /// The lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

/// All texts below `root` in the order of their paths. What is not UTF-8 is no text.
pub(crate) fn texts(root: &Path) -> anyhow::Result<Vec<TextFile>> {
    let mut texts = Vec::new();
    let mut waiting = vec![(root.to_owned(), String::new())];
    while let Some((directory, prefix)) = waiting.pop() {
        let shown = || format!("cannot read {}", directory.display());
        for entry in fs::read_dir(&directory).with_context(shown)? {
            let entry = entry.with_context(shown)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if LEFT_OUT.contains(&name.as_str()) {
                continue;
            }
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().with_context(shown)?;
            if kind.is_dir() {
                waiting.push((entry.path(), format!("{path}/")));
            } else if kind.is_file() {
                let bytes =
                    fs::read(entry.path()).with_context(|| format!("cannot read {path}"))?;
                texts.extend(String::from_utf8(bytes).ok().map(|text| TextFile { path, text }));
            }
        }
    }
    texts.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_in_order_without_what_is_built() {
        let place = tempfile::tempdir().unwrap();
        let write = |path: &str, bytes: &[u8]| {
            let path = place.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        write("b/c.rs", b"one\ntwo\n");
        write("b.md", b"prose");
        write(".ci/run", b"script");
        write("target/debug/x.rs", b"built");
        write("clients/node/node_modules/x.js", b"installed");
        write("picture", &[0xff, 0xfe]);
        let texts = texts(place.path()).unwrap();
        let paths: Vec<&str> = texts.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, [".ci/run", "b.md", "b/c.rs"]);
        assert_eq!(texts[2].lines().collect::<Vec<_>>(), [(1, "one"), (2, "two")]);
        assert!(texts[2].has_extension("rs") && !texts[1].has_extension("rs"));
    }
}
