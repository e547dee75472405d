//! The texts of the fixtures: those that the program carries, or those of a directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Name below `fixtures/` and text of every file that the program carries.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/fixtures.rs"));

/// A fixture file.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// The name from the root of the repository, `fixtures/cases/get.yml`; for another directory
    /// its path as given and the name in it.
    pub(super) name: String,
    /// The name below the directory, `cases/get.yml`.
    pub(super) path: String,
    /// What is in it.
    pub(super) text: String,
}

impl File {
    /// The name below one of the directories of fixtures: `get.yml` of `cases`.
    pub(super) fn below(&self, directory: &str) -> Option<&str> {
        self.path.strip_prefix(directory)?.strip_prefix('/')
    }
}

/// A directory of fixtures that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {cause}", path.display())]
pub struct FilesError {
    path: PathBuf,
    #[source]
    cause: io::Error,
}

/// The files that the program carries.
pub(super) fn embedded() -> Vec<File> {
    let file = |(path, text): &(&str, &str)| File {
        name: format!("fixtures/{path}"),
        path: (*path).to_owned(),
        text: (*text).to_owned(),
    };
    EMBEDDED.iter().map(file).collect()
}

/// The files of a directory, in the order of their names.
pub(super) fn of_directory(root: &Path) -> Result<Vec<File>, FilesError> {
    let mut files = Vec::new();
    read(root, root, &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn read(root: &Path, directory: &Path, files: &mut Vec<File>) -> Result<(), FilesError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |cause| FilesError { path, cause }
    };
    for entry in fs::read_dir(directory).map_err(failed(directory))? {
        let path = entry.map_err(failed(directory))?.path();
        if path.is_dir() {
            read(root, &path, files)?;
        } else if path.extension().is_some_and(|end| end == "json" || end == "yml") {
            let below = path.strip_prefix(root).unwrap_or(&path);
            files.push(File {
                name: path.display().to_string(),
                path: below.to_string_lossy().replace('\\', "/"),
                text: fs::read_to_string(&path).map_err(failed(&path))?,
            });
        }
    }
    Ok(())
}
