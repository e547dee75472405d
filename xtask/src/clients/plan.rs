//! Which steps the clients do, and against which server.

use std::path::{Path, PathBuf};

use crate::workspace;

/// Steps, and the server that they are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The version of the server, where it is not the newest.
    pub(super) version: Option<&'static str>,
    /// The folders of the steps.
    pub(super) folders: Vec<PathBuf>,
    /// Whether every method of a client has to be called.
    pub(super) methods: Methods,
}

/// What a part says of a client's methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Methods {
    /// Each of the connector name space must succeed once and fail once.
    All,
    /// Some are called.
    Some,
}

/// The folders that need another server than the newest.
const OLD: [(&str, &str); 2] = [("old-server", "8.19.0"), ("first-server", "8.12.0")];

/// The folders that show all methods, together.
const WHOLE: [&str; 5] = ["session", "ids", "bodies", "faults", "worker"];

/// Everything, or the folders that were asked for.
pub(super) fn parts(asked: &[PathBuf]) -> Vec<Part> {
    if asked.is_empty() {
        return whole();
    }
    let part = |folder: &PathBuf| {
        let name = folder.file_name().unwrap_or_default();
        let old = OLD.into_iter().find(|(old, _)| name == *old);
        Part {
            version: old.map(|(_, version)| version),
            folders: vec![folder.clone()],
            methods: Methods::Some,
        }
    };
    asked.iter().map(part).collect()
}

fn whole() -> Vec<Part> {
    let steps = clients().join("steps");
    let newest = Part {
        version: None,
        folders: WHOLE.iter().map(|name| steps.join(name)).collect(),
        methods: Methods::All,
    };
    let old = OLD.into_iter().map(|(name, version)| Part {
        version: Some(version),
        folders: vec![steps.join(name)],
        methods: Methods::Some,
    });
    [newest].into_iter().chain(old).collect()
}

/// Where the steps and the programs that play them are.
pub(super) fn clients() -> PathBuf {
    workspace::root().join("clients")
}

/// Where the clients are installed.
pub(crate) fn installed() -> PathBuf {
    workspace::root().join(Path::new("target").join("clients"))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    #[test]
    fn every_folder_of_steps_is_played() {
        let folders = fs::read_dir(clients().join("steps")).unwrap().map(|it| it.unwrap().path());
        let folders: BTreeSet<PathBuf> = folders.filter(|path| path.is_dir()).collect();
        let played = parts(&[]).into_iter().flat_map(|part| part.folders);
        assert_eq!(played.collect::<BTreeSet<_>>(), folders);
    }

    #[test]
    fn a_folder_that_is_asked_for_gets_its_own_server() {
        let asked = ["x/old-server", "y"].map(PathBuf::from);
        let parts = parts(&asked);
        let versions: Vec<_> = parts.iter().map(|part| part.version).collect();
        assert_eq!(versions, [Some("8.19.0"), None]);
        assert!(parts.iter().all(|part| part.methods == Methods::Some));
    }
}
