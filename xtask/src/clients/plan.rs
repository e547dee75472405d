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

    /// Whether it is for a client: a server refuses clients of a later major version, and the steps
    /// show that, but there is no such service.
    pub(super) fn is_for(&self, client: Client) -> bool {
        let is_refused =
            self.version.is_some_and(|it| it.starts_with('8')) && client.major() != "8";
        self.sessions(client) > 0 && !(matches!(self.play, Play::Service(_)) && is_refused)
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
    let parts = |folder: &PathBuf| {
        if folder.join(SERVICE_PROGRAM).is_file() {
            return services(folder).to_vec();
        }
        let name = folder.file_name().unwrap_or_default();
        let old = OLD.into_iter().find(|(old, _)| name == *old);
        vec![Part {
            version: old.map(|(_, version)| version),
            play: Play::Steps { folders: vec![folder.clone()], methods: Methods::Some },
        }]
    };
    asked.iter().flat_map(parts).collect()
}

/// The connector service with the newest server, and one of 8.19 with its own.
fn services(folder: &Path) -> [Part; 2] {
    [None, Some("8.19.0")].map(|version| Part { version, play: Play::Service(folder.to_owned()) })
}

fn whole() -> Vec<Part> {
    let steps = clients().join("steps");
    let folders = WHOLE.iter().map(|name| steps.join(name)).collect();
    let newest = Part { version: None, play: Play::Steps { folders, methods: Methods::All } };
    let old = OLD.into_iter().map(|(name, version)| Part {
        version: Some(version),
        play: Play::Steps { folders: vec![steps.join(name)], methods: Methods::Some },
    });
    [newest].into_iter().chain(old).chain(services(&clients().join("service"))).collect()
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
        let asked = parts(&[clients().join("service")]);
        assert_eq!(asked, services(&clients().join("service")));
        assert_eq!(parts(&[])[3..], asked);
        assert_eq!(Client::ALL.map(|client| asked[0].sessions(client)), [1, 1, 0, 0]);
        assert_eq!(Client::ALL.map(|client| asked[0].is_for(client)), [true, true, false, false]);
        assert_eq!(Client::ALL.map(|client| asked[1].is_for(client)), [true, false, false, false]);
        assert_eq!(Client::ALL.map(|client| parts(&[])[1].is_for(client)), [true; 4]);
        assert_eq!(Client::ALL.map(|client| parts(&[])[0].sessions(client)), [2, 2, 1, 1]);
    }
}
