//! What a document of state says, or what is wrong with it.

use std::collections::BTreeSet;

use api_types::{
    Timestamp, WireEnum,
    answers::{CONNECTOR, SYNC_JOB},
    json::{Json, Object},
    ops::PostSyncJob,
    schema::{Kind, Schema},
    sync_job::{SyncJobTriggerMethod, SyncJobType},
};

use super::{
    Cluster, Connector, Content, Entry, Job, JobMembers, Mistake, indices, license,
    members::{Walk, kind},
};
use crate::{
    host::read_clock,
    security::{Security, node::unknown},
    services::MAX_ID_BYTES,
};

const SECTIONS: [&str; 12] = [
    "clock",
    "cluster",
    "connectors",
    "sync_jobs",
    "secrets",
    "indices",
    "ingest_pipelines",
    "license",
    "roles",
    "users",
    "api_keys",
    "tokens",
];

/// The whole source, as it is.
pub(super) const SOURCE: &str = "_source";
/// How often a document was written.
pub(super) const VERSION: &str = "_version";
/// The number of the last write of a document within its index.
pub(super) const SEQ_NO: &str = "_seq_no";
/// When a connector was created, which is no member of it.
pub(super) const CREATED_AT: &str = "_created_at";

/// Reads a document; the sections of users and the like are given back as they are.
pub(super) fn content(document: Json) -> Result<(Content, Option<Object>), Vec<Mistake>> {
    let mut walk = Walk::default();
    let mut content = Content::default();
    let mut security = Object::new();
    let mut sections = walk.object("the document", document).unwrap_or_default();
    // Jobs are read when it is known which connectors there are.
    if let Some(connectors) = sections.remove("connectors") {
        content.connectors =
            walk.within("connectors", |walk| entries(walk, connectors, Texts::Refused, connector));
    }
    let connectors: BTreeSet<&str> =
        content.connectors.iter().map(|connector| connector.id.as_str()).collect();
    for (name, section) in sections {
        if Security::has_section(&name) {
            security.insert(name, section);
            continue;
        }
        if !SECTIONS.contains(&&*name) {
            walk.unknown(&name, "the document", &SECTIONS);
            continue;
        }
        walk.within(&name, |walk| match &*name {
            "sync_jobs" => {
                content.jobs = entries(walk, section, Texts::Refused, |walk, entry| {
                    job(walk, entry, &connectors)
                });
            }
            "secrets" => content.secrets = entries(walk, section, Texts::Values, secret),
            "indices" => content.indices = indices::all(walk, section),
            "ingest_pipelines" => content.pipelines = indices::pipelines(walk, section),
            "license" => content.license = license::read(walk, section),
            "cluster" => content.cluster = cluster(walk, section),
            _ => {
                let clock = walk.object("[clock]", section).unwrap_or_default();
                match read_clock(&clock) {
                    Ok(clock) => content.clock = Some(clock),
                    Err(message) => walk.wrong(message),
                }
            }
        });
    }
    if walk.mistakes.is_empty() {
        Ok((content, (!security.is_empty()).then_some(security)))
    } else {
        Err(walk.mistakes)
    }
}

/// Whether an entry may be a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    Refused,
    /// It stands for an object with the text as its `value`.
    Values,
}

/// Documents by their ids, numbered in their order.
pub(super) fn entries<D>(
    walk: &mut Walk,
    section: Json,
    texts: Texts,
    mut read: impl FnMut(&mut Walk, Beside) -> Option<D>,
) -> Vec<Entry<D>> {
    let mut next = 0;
    let mut entries = Vec::new();
    for (id, entry) in walk.object("this", section).unwrap_or_default() {
        walk.within(&id, |walk| {
            check_id(walk, &id);
            let members = match entry {
                Json::String(value) if texts == Texts::Values => {
                    Object::new().with("value", Json::String(value))
                }
                Json::Object(members) => members,
                other if texts == Texts::Values => {
                    walk.wrong(format!("{A_SECRET}, this is {}", kind(&other)));
                    return;
                }
                other => match walk.object("an entry", other) {
                    Some(members) => members,
                    None => return,
                },
            };
            let beside = Beside::read(walk, members, &mut next);
            let (version, seq_no) = (beside.version, beside.seq_no);
            if let Some(document) = read(walk, beside) {
                entries.push(Entry { id: id.to_string(), version, seq_no, document });
            }
        });
    }
    entries
}

fn check_id(walk: &mut Walk, id: &str) {
    if id.is_empty() {
        walk.wrong_name("an id cannot be empty");
    } else if id.len() > MAX_ID_BYTES {
        walk.wrong_name(format!("an id has {MAX_ID_BYTES} bytes at most, this one {}", id.len()));
    }
}

/// An entry, with what is beside its members.
pub(super) struct Beside {
    version: u64,
    seq_no: u64,
    /// The members are nothing but `_source`.
    is_whole: bool,
    members: Object,
}

/// A whole number that is not less than `least`.
pub(super) fn count(walk: &mut Walk, members: &mut Object, name: &str, least: u64) -> Option<u64> {
    let value = members.remove(name)?;
    let count = value.as_i64().and_then(|count| u64::try_from(count).ok());
    let count = count.filter(|count| *count >= least);
    if count.is_none() {
        walk.within(name, |walk| {
            walk.wrong(format!("[{name}] must be a whole number of {least} or more here"));
        });
    }
    count
}

impl Beside {
    /// Takes version and number out of an entry; `next` is the number of an entry that has none.
    fn read(walk: &mut Walk, mut members: Object, next: &mut u64) -> Self {
        let version = count(walk, &mut members, VERSION, 1).unwrap_or(1);
        let seq_no = count(walk, &mut members, SEQ_NO, *next).unwrap_or(*next);
        *next = seq_no + 1;
        let is_whole = members.contains(SOURCE);
        Self { version, seq_no, is_whole, members }
    }

    /// An entry without version and number.
    fn lone(members: Object) -> Self {
        Self { version: 1, seq_no: 0, is_whole: false, members }
    }

    /// The whole source, if it is given; then nothing else may be.
    fn whole(&mut self, walk: &mut Walk) -> Option<Object> {
        let source = self.members.remove(SOURCE)?;
        for (name, _) in self.members.iter() {
            walk.within(name, |walk| {
                walk.wrong_name(format!("[{name}] goes into [{SOURCE}], which is the whole"));
            });
        }
        walk.within(SOURCE, |walk| walk.object("[_source]", source))
    }
}

fn connector(walk: &mut Walk, mut entry: Beside) -> Option<Connector> {
    if entry.is_whole {
        return entry.whole(walk).map(Connector::Whole);
    }
    let created_at = entry.members.remove(CREATED_AT).and_then(|time| {
        let read = time.as_str().and_then(|text| Timestamp::parse(text).ok());
        if read.is_none() {
            walk.within(CREATED_AT, |walk| {
                walk.wrong(format!("[{CREATED_AT}] must be a time like 2026-01-01T12:00:00Z"));
            });
        }
        read
    });
    let members = walk.members(entry.members, CONNECTOR, "a connector", &["id"]);
    Some(Connector::Members { created_at, members })
}

/// The members of a connector as they are read; `None` if something is wrong with them.
pub(super) fn lone_connector(members: Object) -> Option<Object> {
    let mut walk = Walk::default();
    let read = connector(&mut walk, Beside::lone(members))?;
    match read {
        Connector::Members { members, .. } if walk.mistakes.is_empty() => Some(members),
        Connector::Members { .. } | Connector::Whole(_) => None,
    }
}

/// The members of a job as they are read; `None` if something is wrong with them.
pub(super) fn lone_job(members: Object, connectors: &BTreeSet<&str>) -> Option<JobMembers> {
    let mut walk = Walk::default();
    let read = job_members(&mut walk, members, connectors)?;
    walk.mistakes.is_empty().then_some(read)
}

/// What a job keeps of its connector.
fn schema_of_own() -> &'static Schema {
    let field = SYNC_JOB.fields.iter().find(|field| field.name == "connector");
    match field.map(|field| field.kind) {
        Some(Kind::Object(schema)) => schema,
        _ => SYNC_JOB,
    }
}

fn job(walk: &mut Walk, mut entry: Beside, connectors: &BTreeSet<&str>) -> Option<Job> {
    if entry.is_whole {
        return entry.whole(walk).map(Job::Whole);
    }
    job_members(walk, entry.members, connectors).map(Job::Members)
}

fn job_members(
    walk: &mut Walk,
    mut entry: Object,
    connectors: &BTreeSet<&str>,
) -> Option<JobMembers> {
    let mut own = Object::new();
    let given = entry.remove("connector");
    let connector = match given {
        Some(Json::String(connector)) => Some(connector.into_owned()),
        None => None,
        Some(other) => walk.within("connector", |walk| {
            let object = walk.object("[connector]", other)?;
            own = walk.members(object, schema_of_own(), "[connector]", &[]);
            match own.remove("id") {
                Some(Json::String(connector)) => Some(connector.into_owned()),
                _ => None,
            }
        }),
    };
    let connector = match (connector, connectors.len()) {
        (None, 1) => connectors.first().map(|only| (*only).to_owned()),
        (None, count) => {
            walk.wrong(format!("the sync job needs a [connector]; there are {count} here"));
            None
        }
        (Some(connector), _) if connectors.contains(connector.as_str()) => Some(connector),
        (Some(connector), _) => {
            let known: Vec<&str> = connectors.iter().copied().take(10).collect();
            let message = unknown(&connector, "is not", "a connector here", &known);
            walk.within("connector", |walk| {
                walk.wrong(format!(
                    "{message}; a job without its connector is given whole, as [{SOURCE}]"
                ));
            });
            None
        }
    };
    let members = walk.members(entry, SYNC_JOB, "a sync job", &["id", "connector"]);
    let created_at = members.get("created_at").and_then(Json::as_str);
    let created_at = created_at.and_then(|text| Timestamp::parse(text).ok());
    let body = PostSyncJob {
        id: connector?.into(),
        job_type: named(&members, "job_type").unwrap_or(SyncJobType::Full),
        trigger_method: named(&members, "trigger_method").unwrap_or(SyncJobTriggerMethod::OnDemand),
    };
    Some(JobMembers { body, own, created_at, members })
}

fn named<E: WireEnum>(members: &Object, name: &str) -> Option<E> {
    members.get(name).and_then(Json::as_str).and_then(|text| E::parse(text).ok())
}

const A_SECRET: &str = "a secret must be a text, or an object with its text as [value]";

fn secret(walk: &mut Walk, mut entry: Beside) -> Option<Object> {
    match entry.members.remove("value") {
        Some(Json::String(value)) if entry.members.is_empty() => {
            Some(Object::new().with("value", Json::String(value)))
        }
        Some(Json::String(_)) => {
            let names = ["value", VERSION, SEQ_NO];
            for (name, _) in entry.members.iter() {
                walk.unknown(name, "a secret", &names);
            }
            None
        }
        // The message must not show it.
        _ => {
            walk.wrong(A_SECRET);
            None
        }
    }
}

/// A document of another index: its members, or `_source` with what is beside it.
pub(super) fn plain(walk: &mut Walk, mut entry: Beside) -> Option<Object> {
    if entry.is_whole { entry.whole(walk) } else { Some(entry.members) }
}

pub(super) fn text(walk: &mut Walk, members: &mut Object, name: &str) -> Option<String> {
    match members.remove(name)? {
        Json::String(text) => Some(text.into_owned()),
        other => {
            walk.within(name, |walk| {
                walk.wrong(format!("[{name}] must be a text, this is {}", kind(&other)));
            });
            None
        }
    }
}

const CLUSTER: [&str; 4] = ["uuid", "node", "ids", "ended_scrolls"];

fn cluster(walk: &mut Walk, section: Json) -> Cluster {
    let mut members = walk.object("[cluster]", section).unwrap_or_default();
    let (uuid, node) = (text(walk, &mut members, "uuid"), text(walk, &mut members, "node"));
    let ids = text(walk, &mut members, "ids").and_then(|digits| {
        let ids = u64::from_str_radix(&digits, 16).ok();
        if ids.is_none() {
            walk.within("ids", |walk| walk.wrong("[ids] must be up to 16 hexadecimal digits"));
        }
        ids
    });
    let ended_scrolls = count(walk, &mut members, "ended_scrolls", 0);
    for (unknown, _) in members.iter() {
        walk.unknown(unknown, "[cluster]", &CLUSTER);
    }
    Cluster { uuid, node, ids, ended_scrolls }
}
