//! `GET /`: what the server says it is (contract RL-14).

use api_types::{Version, json::Object};

use crate::{reply::Reply, sources::IdSource};

/// What does not change while a server runs.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) version: Version,
    cluster_uuid: String,
}

const BUILD_HASH: &str = "0a58bc1dc7a4ae5412db66624aab968370bd44ce";
const BUILD_DATE: &str = "2026-08-04T10:26:00.000000000Z";

impl Identity {
    pub(crate) fn new(version: Version, ids: &mut IdSource) -> Self {
        Self { version, cluster_uuid: ids.uuid() }
    }

    pub(crate) fn reply(&self) -> Reply {
        let Lineage { lucene, wire, index } = Lineage::of(self.version);
        let version = Object::new()
            .with("number", self.version.to_string())
            .with("build_flavor", "default")
            .with("build_type", "docker")
            .with("build_hash", BUILD_HASH)
            .with("build_date", BUILD_DATE)
            .with("build_snapshot", false)
            .with("lucene_version", lucene)
            .with("minimum_wire_compatibility_version", wire)
            .with("minimum_index_compatibility_version", index);
        Reply::value(
            200,
            Object::new()
                .with("name", "connector-mock")
                .with("cluster_name", "elasticsearch")
                .with("cluster_uuid", self.cluster_uuid.clone())
                .with("version", version)
                .with("tagline", "You Know, for Search"),
        )
    }
}

/// What a line of versions says of itself.
struct Lineage {
    lucene: &'static str,
    wire: &'static str,
    index: &'static str,
}

impl Lineage {
    const fn of(version: Version) -> Self {
        match (version.major, version.minor) {
            (8, _) => Self { lucene: "9.12.0", wire: "7.17.0", index: "7.0.0" },
            (_, 0) => Self { lucene: "10.1.0", wire: "8.18.0", index: "8.0.0" },
            _ => Self { lucene: "10.3.2", wire: "8.19.0", index: "8.0.0" },
        }
    }
}
