//! What the clients play, and against which server.

use std::path::{Path, PathBuf};

use super::client::{Client, Language};
use crate::workspace;

/// What is played against a server of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The version of the server, where it is not the newest.
    pub(super) version: Option<&'static str>,
    /// What is played.
    pub(super) play: Play,
}

/// What is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Play {
    /// The steps of these folders.
    Steps {
        /// The folders.
        folders: Vec<PathBuf>,
        /// Whether every method of a client has to be called.
        methods: Methods,
    },
    /// The connector service: the program in this folder. It is written in Python.
    Service(PathBuf),
}

impl Part {
    /// How many sessions a client has of it: the Python clients do steps in their two kinds.
    pub(super) const fn sessions(&self, client: Client) -> usize {
        match (&self.play, client.language()) {
            (Play::Steps { .. }, Language::Python) => 2,
            (Play::Steps { .. }, Language::Node) | (Play::Service(_), Language::Python) => 1,
            (Play::Service(_), Language::Node) => 0,
        }
    }
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

/// What tells the folder of the connector service from one of steps.
const SERVICE_PROGRAM: &str = "__main__.py";

/// Everything, or the folders that were asked for.
pub(super) fn parts(asked: &[PathBuf]) -> Vec<Part> {
    if asked.is_empty() {
        return whole();
    }
    let part = |folder: &PathBuf| {
        if folder.join(SERVICE_PROGRAM).is_file() {
            return Part { version: None, play: Play::Service(folder.clone()) };
        }
        let name = folder.file_name().unwrap_or_default();
        let old = OLD.into_iter().find(|(old, _)| name == *old);
        Part {
            version: old.map(|(_, version)| version),
            play: Play::Steps { folders: vec![folder.clone()], methods: Methods::Some },
        }
    };
    asked.iter().map(part).collect()
}

fn whole() -> Vec<Part> {
    let steps = clients().join("steps");
    let folders = WHOLE.iter().map(|name| steps.join(name)).collect();
    let newest = Part { version: None, play: Play::Steps { folders, methods: Methods::All } };
    let old = OLD.into_iter().map(|(name, version)| Part {
        version: Some(version),
        play: Play::Steps { folders: vec![steps.join(name)], methods: Methods::Some },
    });
    let service = Part { version: None, play: Play::Service(clients().join("service")) };
    [newest].into_iter().chain(old).chain([service]).collect()
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
        let played = parts(&[]).into_iter().flat_map(|part| match part.play {
            Play::Steps { folders, .. } => folders,
            Play::Service(_) => Vec::new(),
        });
        assert_eq!(played.collect::<BTreeSet<_>>(), folders);
    }

    #[test]
    fn a_folder_that_is_asked_for_gets_its_own_server() {
        let asked = ["x/old-server", "y"].map(PathBuf::from);
        let parts = parts(&asked);
        let versions: Vec<_> = parts.iter().map(|part| part.version).collect();
        assert_eq!(versions, [Some("8.19.0"), None]);
        let is_some = |part: &Part| matches!(part.play, Play::Steps { methods: Methods::Some, .. });
        assert!(parts.iter().all(is_some), "{parts:?}");
    }

    #[test]
    fn the_service_is_played_once_by_each_python_client() {
        let service = Part { version: None, play: Play::Service(clients().join("service")) };
        assert_eq!(parts(&[]).last(), Some(&service));
        assert_eq!(parts(&[clients().join("service")]), [service.clone()]);
        assert_eq!(Client::ALL.map(|client| service.sessions(client)), [1, 1, 0, 0]);
        assert_eq!(Client::ALL.map(|client| parts(&[])[0].sessions(client)), [2, 2, 1, 1]);
    }
}
