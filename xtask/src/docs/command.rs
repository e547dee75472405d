//! Writes the pages that differ, or names them.

use std::{fs, path::Path, process::ExitCode};

use anyhow::Context as _;

use super::Page;
use crate::{
    cli::{DIFFERENT, GeneratedArgs},
    workspace,
};

/// Does what `args` ask for.
pub(crate) fn run(pages: &[Page], args: GeneratedArgs) -> anyhow::Result<ExitCode> {
    if args.check {
        let count = check(pages)?;
        println!("{}", summary(pages.len(), count, "different"));
        return Ok(ExitCode::from(if count == 0 { 0 } else { DIFFERENT }));
    }
    let differing = below(&workspace::root(), pages)?;
    for Difference { page, text } in &differing {
        let path = workspace::root().join(page.path);
        fs::write(&path, text).with_context(|| format!("cannot write {}", page.path))?;
        println!("{} written", page.path);
    }
    println!("{}", summary(pages.len(), differing.len(), "written"));
    Ok(ExitCode::SUCCESS)
}

/// A page that is not what would be written.
struct Difference {
    page: Page,
    text: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Page { path, task, .. } = self.page;
        write!(f, "{path} is not what the code says: run `cargo xtask {task}`")
    }
}

/// Names the files that differ, with what to run; returns how many there are.
pub(crate) fn check(pages: &[Page]) -> anyhow::Result<usize> {
    let differing = below(&workspace::root(), pages)?;
    for difference in &differing {
        println!("{difference}");
    }
    Ok(differing.len())
}

fn below(root: &Path, pages: &[Page]) -> anyhow::Result<Vec<Difference>> {
    let mut differing = Vec::new();
    for page in pages {
        let text = (page.render)().with_context(|| format!("cannot make {}", page.path))?;
        let path = root.join(page.path);
        let old = if path.exists() {
            Some(fs::read(&path).with_context(|| format!("cannot read {}", page.path))?)
        } else {
            None
        };
        if old.as_deref() != Some(text.as_bytes()) {
            differing.push(Difference { page: *page, text });
        }
    }
    Ok(differing)
}

fn summary(pages: usize, count: usize, verb: &str) -> String {
    let plural = if pages == 1 { "" } else { "s" };
    format!("{pages} file{plural}, {count} {verb}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page = Page { path: "a.md", task: "docs", render: || Ok("one\n".to_owned()) };

    fn shown(root: &Path) -> Vec<String> {
        below(root, &[PAGE]).unwrap().iter().map(Difference::to_string).collect()
    }

    #[test]
    fn a_page_that_is_missing_or_other_is_told_with_what_to_run() {
        let place = tempfile::tempdir().unwrap();
        let told = ["a.md is not what the code says: run `cargo xtask docs`"];
        assert_eq!(shown(place.path()), told);
        fs::write(place.path().join("a.md"), "one").unwrap();
        assert_eq!(shown(place.path()), told);
        fs::write(place.path().join("a.md"), "one\n").unwrap();
        assert_eq!(shown(place.path()), [""; 0]);
    }
}
