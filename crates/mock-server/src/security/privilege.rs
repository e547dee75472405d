//! Privileges, and which of them grant what (contract RL-13-13, RL-13-20,
//! RL-13-21, DO-4-7).

use std::collections::BTreeSet;

use api_types::{
    Version,
    differences::Difference,
    endpoint::{Access, Operation},
};

/// Declares privileges with their names.
macro_rules! privileges {
    ($(#[$docs:meta])* $kind:ident { $($name:ident = $text:literal,)+ }) => {
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $kind { $($name,)+ }

        impl $kind {
            /// Every privilege that is known here.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            pub(crate) fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|privilege| privilege.name() == name)
            }
        }
    };
}

privileges! {
    /// A privilege on the cluster.
    ClusterPrivilege {
        All = "all",
        Manage = "manage",
        ManageApiKey = "manage_api_key",
        ManageConnector = "manage_connector",
        ManageIngestPipelines = "manage_ingest_pipelines",
        ManageOwnApiKey = "manage_own_api_key",
        ManagePipeline = "manage_pipeline",
        ManageSecurity = "manage_security",
        Monitor = "monitor",
        MonitorConnector = "monitor_connector",
        ReadConnectorSecrets = "read_connector_secrets",
        ReadPipeline = "read_pipeline",
        WriteConnectorSecrets = "write_connector_secrets",
    }
}

privileges! {
    /// A privilege on the indices, whatever their names.
    IndexPrivilege {
        All = "all",
        Create = "create",
        CreateDoc = "create_doc",
        CreateIndex = "create_index",
        Delete = "delete",
        DeleteIndex = "delete_index",
        Index = "index",
        Maintenance = "maintenance",
        Manage = "manage",
        Monitor = "monitor",
        Read = "read",
        ViewIndexMetadata = "view_index_metadata",
        Write = "write",
    }
}

/// What somebody may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) cluster: BTreeSet<ClusterPrivilege>,
    pub(crate) indices: BTreeSet<IndexPrivilege>,
}

impl Granted {
    /// Everything.
    pub(crate) fn everything() -> Self {
        Self {
            cluster: BTreeSet::from([ClusterPrivilege::All]),
            indices: BTreeSet::from([IndexPrivilege::All]),
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.cluster.extend(&other.cluster);
        self.indices.extend(&other.indices);
    }

    /// Whether one of the privileges grants what one of these is needed for.
    fn has_one_of(&self, needed: Needed) -> bool {
        match needed {
            Needed::Cluster(needed) => needed.iter().any(|one| self.cluster.contains(one)),
            Needed::Index(needed) => needed.iter().any(|one| self.indices.contains(one)),
        }
    }
}

/// The privileges that grant an action, from the least to the most.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Needed {
    Cluster(&'static [ClusterPrivilege]),
    Index(&'static [IndexPrivilege]),
}

impl Needed {
    /// The end of the text of a denial.
    pub(crate) fn sentence(self) -> String {
        let (kind, names): (_, Vec<&str>) = match self {
            Self::Cluster(needed) => ("cluster", needed.iter().map(|one| one.name()).collect()),
            Self::Index(needed) => ("index", needed.iter().map(|one| one.name()).collect()),
        };
        format!("this action is granted by the {kind} privileges [{}]", names.join(","))
    }
}

/// What is authorized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// `GET /`
    Main,
    /// `POST /_security/api_key`
    CreateApiKey,
    /// An operation of the endpoint table.
    Operation(Operation),
}

impl Action {
    /// The name of the transport action.
    pub(crate) fn name(self, version: Version) -> String {
        match self {
            Self::Main => "cluster:monitor/main".to_owned(),
            Self::CreateApiKey => "cluster:admin/xpack/security/api_key/create".to_owned(),
            Self::Operation(operation) => operation.action(version),
        }
    }

    /// The privileges that grant it, in the order of the text of a denial.
    pub(crate) fn needed(self, version: Version) -> Needed {
        use ClusterPrivilege as Cluster;
        let has_own_privileges = version.has(Difference::ConnectorPrivileges);
        match self {
            Self::Main => Needed::Cluster(&[Cluster::Monitor, Cluster::Manage, Cluster::All]),
            Self::CreateApiKey => Needed::Cluster(&[
                Cluster::ManageOwnApiKey,
                Cluster::ManageApiKey,
                Cluster::ManageSecurity,
                Cluster::All,
            ]),
            Self::Operation(operation) => match operation.access() {
                Access::ReadConnectors if operation.is_index_action(version) => {
                    Needed::Index(&[IndexPrivilege::Read, IndexPrivilege::All])
                }
                Access::WriteConnectors if operation.is_index_action(version) => {
                    Needed::Index(&[IndexPrivilege::Write, IndexPrivilege::All])
                }
                Access::ReadConnectors if has_own_privileges => Needed::Cluster(&[
                    Cluster::MonitorConnector,
                    Cluster::ManageConnector,
                    Cluster::Manage,
                    Cluster::All,
                ]),
                Access::WriteConnectors if has_own_privileges => {
                    Needed::Cluster(&[Cluster::ManageConnector, Cluster::Manage, Cluster::All])
                }
                Access::ReadConnectors | Access::WriteConnectors => {
                    Needed::Cluster(&[Cluster::Manage, Cluster::All])
                }
                Access::ReadSecrets => {
                    Needed::Cluster(&[Cluster::ReadConnectorSecrets, Cluster::Manage, Cluster::All])
                }
                Access::WriteSecrets => Needed::Cluster(&[
                    Cluster::WriteConnectorSecrets,
                    Cluster::Manage,
                    Cluster::All,
                ]),
                around => of_documents(around),
            },
        }
    }

    /// Whether each of the limits grants it.
    pub(crate) fn is_granted_by(self, limits: &[Granted], version: Version) -> bool {
        let needed = self.needed(version);
        limits.iter().all(|granted| granted.has_one_of(needed))
    }
}

/// The privileges on documents, indices, pipelines and the cluster (contract DO-4-7, DO-4-8).
const fn of_documents(access: Access) -> Needed {
    use ClusterPrivilege as Cluster;
    use IndexPrivilege as Index;
    match access {
        Access::ReadDocuments => Needed::Index(&[Index::Read, Index::All]),
        Access::WriteDocuments => Needed::Index(&[Index::Index, Index::Write, Index::All]),
        Access::DeleteDocuments => Needed::Index(&[Index::Delete, Index::Write, Index::All]),
        Access::BulkDocuments => Needed::Index(&[
            Index::CreateDoc,
            Index::Create,
            Index::Delete,
            Index::Index,
            Index::Write,
            Index::All,
        ]),
        Access::CreateIndex => Needed::Index(&[Index::CreateIndex, Index::Manage, Index::All]),
        Access::DeleteIndex => Needed::Index(&[Index::DeleteIndex, Index::Manage, Index::All]),
        Access::ViewIndex => Needed::Index(&[Index::ViewIndexMetadata, Index::Manage, Index::All]),
        Access::ManageIndex => Needed::Index(&[Index::Manage, Index::All]),
        Access::MaintainIndex => Needed::Index(&[Index::Maintenance, Index::Manage, Index::All]),
        Access::MonitorIndex => Needed::Index(&[Index::Monitor, Index::Manage, Index::All]),
        Access::ReadPipelines => Needed::Cluster(&[
            Cluster::ReadPipeline,
            Cluster::ManageIngestPipelines,
            Cluster::ManagePipeline,
            Cluster::Manage,
            Cluster::All,
        ]),
        Access::ManagePipelines => Needed::Cluster(&[
            Cluster::ManageIngestPipelines,
            Cluster::ManagePipeline,
            Cluster::Manage,
            Cluster::All,
        ]),
        Access::MonitorCluster => {
            Needed::Cluster(&[Cluster::Monitor, Cluster::Manage, Cluster::All])
        }
        Access::ManageLicense => Needed::Cluster(&[Cluster::Manage, Cluster::All]),
        Access::ReadConnectors
        | Access::WriteConnectors
        | Access::ReadSecrets
        | Access::WriteSecrets => Needed::Cluster(&[Cluster::All]),
    }
}
