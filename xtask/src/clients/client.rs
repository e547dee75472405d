//! The clients: what they are called and what runs them.

use clap::ValueEnum;

/// A client of one major version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Client {
    /// elasticsearch-py 8, synchronous and asynchronous
    #[value(name = "python-8")]
    Python8,
    /// elasticsearch-py 9, synchronous and asynchronous
    #[value(name = "python-9")]
    Python9,
    /// @elastic/elasticsearch 8
    #[value(name = "node-8")]
    Node8,
    /// @elastic/elasticsearch 9
    #[value(name = "node-9")]
    Node9,
}

/// What runs a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// With an environment of its own for each major version.
    Python,
    /// With one directory for all major versions.
    Node,
}

impl Client {
    /// All clients, in the order in which they run.
    pub(super) const ALL: [Self; 4] = [Self::Python8, Self::Python9, Self::Node8, Self::Node9];

    /// The name of the package and the major version.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Python8 => "elasticsearch-py 8",
            Self::Python9 => "elasticsearch-py 9",
            Self::Node8 => "@elastic/elasticsearch 8",
            Self::Node9 => "@elastic/elasticsearch 9",
        }
    }

    /// What runs it.
    pub(super) const fn language(self) -> Language {
        match self {
            Self::Python8 | Self::Python9 => Language::Python,
            Self::Node8 | Self::Node9 => Language::Node,
        }
    }

    /// The major version.
    pub(super) const fn major(self) -> &'static str {
        match self {
            Self::Python8 | Self::Node8 => "8",
            Self::Python9 | Self::Node9 => "9",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_has_its_place_in_the_order_and_its_title() {
        assert_eq!(Client::ALL, Client::value_variants());
        for client in Client::ALL {
            assert!(client.title().ends_with(client.major()));
        }
    }
}
