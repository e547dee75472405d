//! The clients that are judged, and what drives them.

use clap::{ValueEnum, builder::PossibleValue};

use crate::clients::client::{Client, Language};

/// A client that has a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// One that plays sessions too.
    Client(Client),
    /// elasticsearch-rs 9, which is judged alone.
    Rust9,
}

impl Judged {
    /// All of them, in the order in which they run.
    pub(super) const ALL: [Self; 5] = [
        Self::Client(Client::ALL[0]),
        Self::Client(Client::ALL[1]),
        Self::Client(Client::ALL[2]),
        Self::Client(Client::ALL[3]),
        Self::Rust9,
    ];

    /// The client that plays sessions too.
    pub(super) const fn client(self) -> Option<Client> {
        match self {
            Self::Client(client) => Some(client),
            Self::Rust9 => None,
        }
    }

    /// What drives it: a run of the kit for each.
    pub(super) fn driven(self) -> Vec<Driven> {
        match self {
            Self::Client(client) => of_client(client),
            Self::Rust9 => vec![Driven {
                name: "rust-9".to_owned(),
                file: "drivers/rust/src/main.rs",
                known: "drivers/rust/known.yml",
                start: Start::Built,
            }],
        }
    }
}

impl ValueEnum for Judged {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Client(client) => client.to_possible_value(),
            Self::Rust9 => Some(PossibleValue::new("rust-9").help(super::rust::TITLE)),
        }
    }
}

/// A driver and what it drives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Driven {
    /// The name of the run.
    pub(super) name: String,
    /// The driver.
    pub(super) file: &'static str,
    /// The list of known failures.
    pub(super) known: &'static str,
    /// How it is started.
    pub(super) start: Start,
}

/// How a driver is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// As a script, with an argument that says which client it drives.
    Script(Language, String),
    /// As the program that came of building it.
    Built,
}

fn of_client(client: Client) -> Vec<Driven> {
    let major = client.major();
    let language = client.language();
    match language {
        Language::Python => ["sync", "async"]
            .map(|kind| Driven {
                name: format!("python-{major}-{kind}"),
                file: "drivers/python/driver.py",
                known: "drivers/python/known.yml",
                start: Start::Script(language, kind.to_owned()),
            })
            .into(),
        Language::Node => vec![Driven {
            name: format!("node-{major}"),
            file: "drivers/node/driver.mjs",
            known: "drivers/node/known.yml",
            start: Start::Script(language, format!("es{major}")),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn all() -> impl Iterator<Item = Driven> {
        Judged::ALL.into_iter().flat_map(Judged::driven)
    }

    #[test]
    fn every_client_is_judged_and_has_a_name_of_its_own() {
        let clients: Vec<Client> = Judged::ALL.into_iter().filter_map(Judged::client).collect();
        assert_eq!(clients, Client::ALL);
        let names = Judged::ALL.map(|one| one.to_possible_value().unwrap().get_name().to_owned());
        assert_eq!(names, ["python-8", "python-9", "node-8", "node-9", "rust-9"]);
    }

    #[test]
    fn every_driver_is_there_with_its_known_failures() {
        for driven in all() {
            for path in [driven.file, driven.known] {
                assert!(workspace::root().join(path).exists(), "{path}");
            }
        }
    }

    /// Drivers are examples to copy (docs/driver-protocol.md).
    #[test]
    fn a_driver_is_short() {
        for driven in all() {
            let text = std::fs::read_to_string(workspace::root().join(driven.file)).unwrap();
            assert!(text.lines().count() < 150, "{}", driven.file);
        }
    }

    /// One file, so that the length of it says how long the driver is.
    #[test]
    fn the_driver_in_rust_is_one_file() {
        let sources = workspace::root().join("drivers/rust/src");
        assert_eq!(std::fs::read_dir(sources).unwrap().count(), 1);
    }
}
