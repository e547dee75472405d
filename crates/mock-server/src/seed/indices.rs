//! What a document of state says of indices and of ingest pipelines: judged, and written so that the
//! import makes the same of it.

use std::collections::{BTreeMap, BTreeSet};

use api_types::{
    Timestamp,
    ids::IndexName,
    json::{Json, Object},
};

use super::{
    Deletion, Index,
    check::{Texts, VERSION, count, entries, plain, text},
    export::same_object,
    members::{Walk, kind},
    number,
};
use crate::{
    services::{documents, ingest},
    store::{
        self, GivenPipeline, MappedDocuments, Pipeline, Said, Store, TEMPLATES, is_of_template,
    },
};

const MEMBERS: [&str; 9] = [
    "uuid",
    CREATED,
    "settings",
    "mappings",
    DYNAMIC,
    "aliases",
    "next_seq_no",
    "deleted",
    "documents",
];

/// Whether the documents add to the mapping what a cluster would add.
const DYNAMIC: &str = "dynamic_mapping";

/// Until when a deletion is remembered.
const UNTIL: &str = "_until";

/// When an index was made.
const CREATED: &str = "creation_date";

/// What can be said of an alias.
const ALIAS: [&str; 2] = ["is_write_index", "is_hidden"];

/// The section of indices.
pub(super) fn all(walk: &mut Walk, section: Json) -> Vec<Index> {
    let all = walk.object("[indices]", section).unwrap_or_default();
    let names: BTreeSet<String> = all.iter().map(|(name, _)| name.to_owned()).collect();
    let read = all.into_iter().filter_map(|(name, index)| {
        walk.within(&name, |walk| index_of(walk, &name, index, &names))
    });
    read.collect()
}

fn index_of(walk: &mut Walk, name: &str, index: Json, names: &BTreeSet<String>) -> Option<Index> {
    if let Some(template) = TEMPLATES.iter().find(|template| template.alias == name) {
        walk.wrong_name(format!("[{name}] is an alias; its index is [{}]", template.index));
        return None;
    }
    let own = TEMPLATES.iter().any(|template| template.index == name);
    if !own && let Err(error) = IndexName::parse(name) {
        walk.wrong_name(format!("[{name}] is no name of an index: {error}"));
    }
    let mut members = walk.object("an index", index)?;
    let documents = members.remove("documents");
    if own && documents.is_some() {
        walk.within("documents", |walk| {
            walk.wrong_name("the documents of this index have a section of their own");
        });
    }
    let documents = documents.map(|section| {
        walk.within("documents", |walk| entries(walk, section, Texts::Refused, plain))
    });
    let deleted = members.remove("deleted");
    let deleted = deleted.map(|section| walk.within("deleted", |walk| deletions(walk, section)));
    let uuid = text(walk, &mut members, "uuid");
    let next_seq_no = count(walk, &mut members, "next_seq_no", 0);
    let said = Said {
        created: time(walk, &mut members, CREATED),
        settings: part(walk, &mut members, "settings").unwrap_or_default(),
        mappings: part(walk, &mut members, "mappings"),
        mapped: mapped(walk, &mut members),
        aliases: aliases(walk, &mut members, names),
    };
    for (unknown, _) in members.iter() {
        walk.unknown(unknown, "an index", &MEMBERS);
    }
    let documents = documents.unwrap_or_default();
    let deleted = deleted.unwrap_or_default();
    Some(Index { name: name.to_owned(), uuid, next_seq_no, said, documents, deleted })
}

/// A member that is an object, as the body of `PUT /INDEX` has it.
fn part(walk: &mut Walk, members: &mut Object, name: &str) -> Option<Object> {
    let value = members.remove(name)?;
    walk.within(name, |walk| walk.object(&format!("[{name}]"), value))
}

fn mapped(walk: &mut Walk, members: &mut Object) -> MappedDocuments {
    match members.remove(DYNAMIC) {
        None | Some(Json::Bool(true)) => MappedDocuments::All,
        Some(Json::Bool(false)) => MappedDocuments::Some,
        Some(other) => {
            let is = kind(&other);
            walk.within(DYNAMIC, |walk| {
                walk.wrong(format!("[{DYNAMIC}] must be true or false, this is {is}"));
            });
            MappedDocuments::All
        }
    }
}

fn time(walk: &mut Walk, members: &mut Object, name: &str) -> Option<Timestamp> {
    let value = members.remove(name)?;
    let time = value.as_str().and_then(|text| Timestamp::parse(text).ok());
    if time.is_none() {
        walk.within(name, |walk| {
            walk.wrong(format!("[{name}] must be a time like 2026-01-01T12:00:00Z"));
        });
    }
    time
}

/// The aliases of an index, each with what is said of it.
fn aliases(
    walk: &mut Walk,
    members: &mut Object,
    names: &BTreeSet<String>,
) -> Vec<(String, Object)> {
    let Some(section) = members.remove("aliases") else { return Vec::new() };
    walk.within("aliases", |walk| {
        let all = walk.object("[aliases]", section).unwrap_or_default();
        let read = all.into_iter().filter_map(|(name, said)| {
            walk.within(&name, |walk| {
                if names.contains(&*name) {
                    walk.wrong_name(format!("[{name}] is the name of an index here"));
                } else if let Err(error) = IndexName::parse(&name) {
                    walk.wrong_name(format!("[{name}] is no name of an alias: {error}"));
                }
                let said = walk.object("an alias", said)?;
                for (member, value) in said.iter() {
                    if !ALIAS.contains(&member) {
                        walk.unknown(member, "an alias", &ALIAS);
                    } else if value.as_bool().is_none() {
                        let is = kind(value);
                        walk.within(member, |walk| {
                            walk.wrong(format!("[{member}] must be true or false, this is {is}"));
                        });
                    }
                }
                Some((name.to_string(), said))
            })
        });
        read.collect()
    })
}

/// What is remembered of deleted documents, by their ids.
fn deletions(walk: &mut Walk, section: Json) -> Vec<Deletion> {
    let all = walk.object("[deleted]", section).unwrap_or_default();
    let read = all
        .into_iter()
        .filter_map(|(id, deletion)| walk.within(&id, |walk| deletion_of(walk, &id, deletion)));
    read.collect()
}

fn deletion_of(walk: &mut Walk, id: &str, deletion: Json) -> Option<Deletion> {
    let mut members = walk.object("a deletion", deletion)?;
    let version = count(walk, &mut members, VERSION, 1);
    let until = text(walk, &mut members, UNTIL).and_then(|text| Timestamp::parse(&text).ok());
    for (unknown, _) in members.iter() {
        walk.unknown(unknown, "a deletion", &[VERSION, UNTIL]);
    }
    let (Some(version), Some(until)) = (version, until) else {
        walk.wrong(
            "a deletion needs [_version] and, as [_until], a time like 2026-01-01T12:00:00Z",
        );
        return None;
    };
    Some(Deletion { id: id.to_owned(), version, until })
}

/// The section of ingest pipelines: those that are stored, and `None` for those that are not there
/// although every cluster has them.
pub(super) fn pipelines(walk: &mut Walk, section: Json) -> Vec<(String, Option<GivenPipeline>)> {
    let at_start = store::pipelines_at_start();
    let all = walk.object("[ingest_pipelines]", section).unwrap_or_default();
    let read = all.into_iter().filter_map(|(name, given)| {
        walk.within(&name, |walk| match given {
            Json::Null if at_start.contains_key(&*name) => Some((name.to_string(), None)),
            Json::Object(given) => {
                let given = GivenPipeline::read(given);
                match ingest::check(&name, &given.config) {
                    Ok(()) => Some((name.to_string(), Some(given))),
                    Err(cause) => {
                        walk.wrong(cause.reason.unwrap_or_default());
                        None
                    }
                }
            }
            other => {
                let known: Vec<&str> = at_start.keys().map(String::as_str).collect();
                walk.wrong(format!(
                    "an ingest pipeline must be an object, this is {}; nothing can stand for those alone that every cluster has and this one has not: {}",
                    kind(&other),
                    known.join(", ")
                ));
                None
            }
        })
    });
    read.collect()
}

/// Whether an index of which nothing is said has the same mapping with these documents.
fn is_mapped_by_documents(index: &store::Index, bare: &store::Index) -> bool {
    if index.mapped == MappedDocuments::Some || is_of_template(&index.name) {
        return same_object(&index.mappings, &bare.mappings);
    }
    let mut same = index.clone();
    same.mappings = bare.mappings.clone();
    documents::add_all(&mut same);
    same_object(&index.mappings, &same.mappings)
}

/// What is kept of an index beside its documents, as short as it can be.
pub(super) fn written(index: &store::Index) -> Object {
    let bare = store::bare(&index.name);
    let mut written = Object::new().with("uuid", index.uuid.clone());
    written.insert_some(CREATED, index.settings.created());
    let settings = index.settings.beyond(&bare.settings);
    if !settings.is_empty() {
        written.insert("settings", settings);
    }
    if !is_mapped_by_documents(index, &bare) {
        written.insert("mappings", index.mappings.clone());
    }
    if index.mapped == MappedDocuments::Some {
        written.insert(DYNAMIC, false);
    }
    let is_bare = |name: &str, said: &Object| {
        bare.aliases.get(name).is_some_and(|bare| same_object(bare, said))
    };
    let aliases = index.aliases.iter().filter(|(name, said)| !is_bare(name, said));
    let aliases: Object =
        aliases.map(|(name, said)| (name.clone(), Json::Object(said.clone()))).collect();
    if !aliases.is_empty() {
        written.insert("aliases", aliases);
    }
    let next = index.documents().map(|document| document.seq_no + 1).max().unwrap_or(0);
    if index.next_seq_no() != next {
        written.insert("next_seq_no", number(index.next_seq_no()));
    }
    let deleted: Object = index
        .deletions()
        .map(|(id, version, end)| {
            let deletion = Object::new().with(VERSION, number(version)).with(UNTIL, end);
            (id.to_owned(), Json::Object(deletion))
        })
        .collect();
    if !deleted.is_empty() {
        written.insert("deleted", deleted);
    }
    written
}

/// The pipelines, without those that are as every cluster has them.
pub(super) fn written_pipelines(store: &Store) -> Object {
    let gone = store::pipelines_at_start().into_keys().map(|name| (name, Json::Null));
    let mut written: BTreeMap<String, Json> = gone.collect();
    for (name, pipeline) in &store.pipelines {
        match pipeline {
            Pipeline::ForConnectors => written.remove(name),
            Pipeline::Given(given) => written.insert(name.clone(), given.written().into()),
        };
    }
    written.into_iter().collect()
}
