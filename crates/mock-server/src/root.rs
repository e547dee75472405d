//! `GET /`: what the server says it is (contract RL-14).

use api_types::{Version, json::Object};

use crate::{reply::Reply, sources::IdSource};

/// The kind of Elasticsearch that a server answers as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Flavor {
    /// A cluster of one's own.
    #[default]
    Stack,
    /// A serverless project: some operations are for its operators alone.
    Serverless,
}

/// What does not change while a server runs.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    version: Version,
    flavor: Flavor,
    cluster_uuid: String,
}

pub(crate) const BUILD_HASH: &str = "0a58bc1dc7a4ae5412db66624aab968370bd44ce";
const BUILD_DATE: &str = "2026-08-04T10:26:00.000000000Z";

impl Identity {
    pub(crate) fn new(version: Version, flavor: Flavor, ids: &mut IdSource) -> Self {
        Self { version, flavor, cluster_uuid: ids.uuid() }
    }

    /// The id of the cluster.
    pub(crate) fn cluster_uuid(&self) -> &str {
        &self.cluster_uuid
    }

    /// Gives the cluster another id.
    pub(crate) fn set_cluster_uuid(&mut self, uuid: String) {
        self.cluster_uuid = uuid;
    }

    pub(crate) fn reply(&self) -> Reply {
        let Build { number, flavor, hash, date, lucene, wire, index } =
            Build::that(self.flavor, self.version);
        let name = match self.flavor {
            Flavor::Stack => "connector-mock",
            Flavor::Serverless => "serverless",
        };
        let version = Object::new()
            .with("number", number)
            .with("build_flavor", flavor)
            .with("build_type", "docker")
            .with("build_hash", hash)
            .with("build_date", date)
            .with("build_snapshot", false)
            .with("lucene_version", lucene)
            .with("minimum_wire_compatibility_version", wire)
            .with("minimum_index_compatibility_version", index);
        Reply::value(
            200,
            Object::new()
                .with("name", name)
                .with("cluster_name", "elasticsearch")
                .with("cluster_uuid", self.cluster_uuid.clone())
                .with("version", version)
                .with("tagline", "You Know, for Search"),
        )
        .laid_out()
    }
}

/// The version and the hash of the build that a server answers as, as warnings have them.
pub(crate) fn agent(flavor: Flavor, version: Version) -> String {
    let build = Build::that(flavor, version);
    format!("{}-{}", build.number, build.hash)
}

/// What a build says of itself.
struct Build {
    number: String,
    flavor: &'static str,
    hash: &'static str,
    date: &'static str,
    lucene: &'static str,
    wire: &'static str,
    index: &'static str,
}

impl Build {
    fn that(flavor: Flavor, version: Version) -> Self {
        match flavor {
            Flavor::Stack => Self::of(version),
            Flavor::Serverless => Self::serverless(),
        }
    }

    fn of(version: Version) -> Self {
        let (lucene, wire, index) = match (version.major, version.minor) {
            (8, _) => ("9.12.0", "7.17.0", "7.0.0"),
            (_, 0) => ("10.1.0", "8.18.0", "8.0.0"),
            _ => ("10.3.2", "8.19.0", "8.0.0"),
        };
        Self {
            number: version.to_string(),
            flavor: "default",
            hash: BUILD_HASH,
            date: BUILD_DATE,
            lucene,
            wire,
            index,
        }
    }

    /// Serverless projects say the same whatever they run (contract RL-14-5).
    fn serverless() -> Self {
        Self {
            number: "8.11.0".to_owned(),
            flavor: "serverless",
            hash: "00000000",
            date: "2023-10-31",
            lucene: "9.7.0",
            wire: "8.11.0",
            index: "8.11.0",
        }
    }
}
