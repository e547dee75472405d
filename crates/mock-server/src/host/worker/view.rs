//! What the worker sees of the documents that changed since it looked last.

use api_types::{Timestamp, WireEnum as _, json::Json, sync_job::SyncJobType};

use crate::{
    app::App,
    call::Context,
    store::{CONNECTORS, Document, SYNC_JOBS},
};

/// The two kinds of jobs: of each, one of a connector runs at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Full and incremental syncs.
    Content,
    AccessControl,
}

impl Kind {
    pub(super) const fn of(job_type: SyncJobType) -> Self {
        match job_type {
            SyncJobType::Full | SyncJobType::Incremental => Self::Content,
            SyncJobType::AccessControl => Self::AccessControl,
        }
    }

    /// The members of a connector for the status and the error of its last job.
    pub(super) const fn members(self) -> (&'static str, &'static str) {
        match self {
            Self::Content => ("last_sync_status", "last_sync_error"),
            Self::AccessControl => {
                ("last_access_control_sync_status", "last_access_control_sync_error")
            }
        }
    }
}

/// What a connector says.
#[derive(Clone, Debug)]
pub(super) struct SeenConnector {
    pub(super) id: String,
    pub(super) service_type: String,
    pub(super) is_deleted: bool,
    pub(super) is_configured: bool,
    pub(super) has_configuration: bool,
    pub(super) last_seen: Option<Timestamp>,
    content_runs: bool,
    access_control_runs: bool,
}

impl SeenConnector {
    fn of(document: &Document) -> Self {
        let text = |name: &str| text(document, name);
        let runs = |kind: Kind| text(kind.members().0) == Some("in_progress");
        let configuration = document.source().get("configuration").and_then(Json::as_object);
        Self {
            id: document.id.clone(),
            service_type: text("service_type").unwrap_or_default().to_owned(),
            is_deleted: document.source().get("deleted") == Some(&Json::Bool(true)),
            is_configured: text("status") == Some("configured"),
            has_configuration: configuration.is_some_and(|fields| !fields.is_empty()),
            last_seen: instant(document, "last_seen"),
            content_runs: runs(Kind::Content),
            access_control_runs: runs(Kind::AccessControl),
        }
    }

    /// Whether the connector says that such a job runs.
    pub(super) const fn runs(&self, kind: Kind) -> bool {
        match kind {
            Kind::Content => self.content_runs,
            Kind::AccessControl => self.access_control_runs,
        }
    }
}

/// What a job says.
#[derive(Clone, Debug)]
pub(super) struct SeenJob {
    pub(super) id: String,
    pub(super) connector: String,
    pub(super) job_type: SyncJobType,
    /// It may be one that Elasticsearch does not know.
    pub(super) status: String,
    pub(super) worker_hostname: String,
    pub(super) created_at: Option<Timestamp>,
    pub(super) started_at: Option<Timestamp>,
    pub(super) last_seen: Option<Timestamp>,
    pub(super) canceled: Option<Timestamp>,
}

impl SeenJob {
    fn of(document: &Document) -> Option<Self> {
        let text = |name: &str| text(document, name).map(str::to_owned);
        let connector = document.source().get("connector")?.get("id")?.as_str()?.to_owned();
        Some(Self {
            id: document.id.clone(),
            connector,
            job_type: SyncJobType::parse(&text("job_type")?).ok()?,
            status: text("status")?,
            worker_hostname: text("worker_hostname").unwrap_or_default(),
            created_at: instant(document, "created_at"),
            started_at: instant(document, "started_at"),
            last_seen: instant(document, "last_seen"),
            canceled: instant(document, "cancelation_requested_at"),
        })
    }
}

fn text<'d>(document: &'d Document, name: &str) -> Option<&'d str> {
    document.source().get(name).and_then(Json::as_str)
}

fn instant(document: &Document, name: &str) -> Option<Timestamp> {
    text(document, name).and_then(|text| Timestamp::parse(text).ok())
}

/// How far an index has been looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Mark {
    uuid: String,
    next_seq_no: u64,
}

/// How far the documents have been looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    connectors: Mark,
    jobs: Mark,
}

/// What changed.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) connectors: Vec<SeenConnector>,
    pub(super) jobs: Vec<SeenJob>,
    /// The given ids that are no connectors, or no jobs, any more.
    pub(super) gone_connectors: Vec<String>,
    pub(super) gone_jobs: Vec<String>,
}

/// Reads what changed since `marks`; `None` if nothing did. The ids are those that may be gone.
pub(super) fn changes(
    app: &App,
    marks: &mut Marks,
    connectors: &[&str],
    jobs: &[&str],
) -> Option<Changes> {
    app.with_context(|context| {
        let of_connectors = mark(context, CONNECTORS.index);
        let of_jobs = mark(context, SYNC_JOBS.index);
        if of_connectors == marks.connectors && of_jobs == marks.jobs {
            return None;
        }
        let found = Changes {
            connectors: since(context, CONNECTORS.index, &marks.connectors)
                .map(SeenConnector::of)
                .collect(),
            jobs: since(context, SYNC_JOBS.index, &marks.jobs).filter_map(SeenJob::of).collect(),
            gone_connectors: gone(context, CONNECTORS.index, connectors),
            gone_jobs: gone(context, SYNC_JOBS.index, jobs),
        };
        *marks = Marks { connectors: of_connectors, jobs: of_jobs };
        Some(found)
    })
}

fn mark(context: &Context<'_>, index: &str) -> Mark {
    context.store.index(index).map_or_else(
        |_| Mark::default(),
        |index| Mark { uuid: index.uuid.clone(), next_seq_no: index.next_seq_no() },
    )
}

fn since<'a>(
    context: &'a Context<'_>,
    index: &str,
    mark: &Mark,
) -> impl Iterator<Item = &'a Document> {
    let index = context.store.index(index).ok();
    let first = match index {
        Some(index) if index.uuid == mark.uuid => mark.next_seq_no,
        Some(_) | None => 0,
    };
    let documents = index.into_iter().flat_map(|index| index.documents());
    documents.filter(move |document| document.seq_no >= first)
}

fn gone(context: &Context<'_>, index: &str, ids: &[&str]) -> Vec<String> {
    let is_gone = |id: &&&str| !matches!(context.store.get(index, id), Ok(Some(_)));
    ids.iter().filter(is_gone).map(|id| (*id).to_owned()).collect()
}
