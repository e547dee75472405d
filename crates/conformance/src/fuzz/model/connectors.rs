//! Connectors come and go: creation, get, deletion.

use std::sync::Arc;

use api_types::{
    endpoint::Operation,
    json::{Json, Object, Text},
};

use super::{
    Plan, Planned, Planner, Presence, Write,
    body::{self, Kind, Shape},
    document::{self, Creation, Document},
    expected::{Expected, Reason, Refusal},
    not_found, refused,
    value::Value,
};

const CREATION: &Shape = &[
    ("description", Kind::Text),
    ("index_name", Kind::TextOrNull),
    ("is_native", Kind::Bool),
    ("language", Kind::Text),
    ("name", Kind::Text),
    ("service_type", Kind::Text),
];

impl Refusal {
    pub(super) const fn not_modelled() -> Self {
        Self { rule: "", status: 0, kind: "", reason: Reason::Any }
    }
}

impl Planner<'_> {
    pub(super) fn create(&mut self) -> Planned {
        let empty = Json::Object(Object::new());
        let given = self.call.body.as_ref().unwrap_or(&empty);
        let given = body::strict(Some(given), CREATION, &[])?;
        let text = |name: &str| match given.get(name) {
            Some(Json::String(text)) => Some(text.clone()),
            _ => None,
        };
        let creation = Creation {
            description: text("description"),
            index_name: text("index_name"),
            is_native: given.get("is_native") == Some(&Json::Bool(true)),
            language: text("language"),
            name: text("name"),
            service_type: text("service_type"),
        };
        body::validated("CN-4.1-8", &creation_messages(&creation))?;
        if let Some(name) = &creation.index_name {
            self.free_index_name(name)?;
        }
        let now = self.now();
        let fields = document::connector(creation, &now);
        let Some(id) = self.call.id.clone().filter(|_| self.call.operation == Operation::Put)
        else {
            let expected = Expected::Connector { status: 201, id: None, result: "created" };
            return Ok(Plan {
                rule: "CN-4.1-14",
                expected,
                writes: vec![Write::NewConnector(fields)],
            });
        };
        let is_there = self.model.connectors.contains_key(&id);
        let (rule, status, result) =
            if is_there { ("CN-4.1-12", 200, "updated") } else { ("CN-4.1-11", 201, "created") };
        let expected = Expected::Connector { status, id: Some(id.clone()), result };
        let document = Arc::new(Document { fields, number: self.model.created + 1 });
        Ok(Plan { rule, expected, writes: vec![Write::Connector(id, Some(document))] })
    }

    /// No other connector may have the name (section 6.2).
    pub(super) fn free_index_name(&self, name: &str) -> Result<(), Refusal> {
        let mut others = self.model.connectors.iter();
        let is_taken = others.any(|(id, document)| {
            *id != self.call.id()
                && !document.is_deleted()
                && document.text("index_name") == Some(name)
        });
        if !is_taken {
            return Ok(());
        }
        let reason = format!("Index name [{name}] is used by another connector.");
        Err(refused("CN-6.2-1", reason))
    }

    pub(super) fn get(&self) -> Planned {
        let id = self.call.id();
        let found = self.model.connectors.get(id);
        let shows_deleted = self.call.is_set("include_deleted");
        let found = found.filter(|document| shows_deleted || !document.is_deleted());
        let document = found
            .cloned()
            .ok_or_else(|| not_found("CN-4.2-1", format!("connector [{id}] not found")))?;
        let expected = Expected::Document { id: id.to_owned(), document };
        Ok(Plan::read("CN-2-1", expected))
    }

    pub(super) fn delete(&self) -> Planned {
        let id = self.call.id();
        let is_hard = self.call.is_set("hard");
        let found = self.model.connectors.get(id);
        let found = found.filter(|document| is_hard || !document.is_deleted());
        let old =
            found.ok_or_else(|| not_found("CN-4.4-4", format!("connector [{id}] not found")))?;
        let (rule, document) = if is_hard {
            ("CN-4.4-5", None)
        } else {
            let mut document = Document::clone(old);
            document.fields.insert(Text::Borrowed("deleted"), Value::Bool(true));
            ("CN-4.4-4", Some(Arc::new(document)))
        };
        let mut writes = vec![Write::Connector(id.to_owned(), document)];
        if self.call.is_set("delete_sync_jobs") {
            let theirs = self.model.jobs.iter().filter(|(_, job)| job_connector(job) == Some(id));
            writes.extend(theirs.map(|(job, _)| Write::Job(job.clone(), None)));
        }
        Ok(Plan { rule, expected: Expected::Acknowledged, writes })
    }

    pub(super) fn check_in(&mut self) -> Planned {
        let old = self.blind_connector()?;
        let now = self.now();
        self.update_connector("CN-5.16-1", &old, document::patch([("last_seen", now)]))
    }

    /// Whether the index of jobs is there; `None` if nobody knows.
    pub(super) const fn has_jobs_index(&self) -> Option<bool> {
        match self.model.jobs_index {
            Presence::Present => Some(true),
            Presence::Absent => Some(false),
            Presence::Unknown => None,
        }
    }
}

/// The id of the connector that a job is of.
pub(super) fn job_connector(job: &Document) -> Option<&str> {
    job.fields.get("connector")?.as_object()?.get("id")?.as_str()
}

fn creation_messages(creation: &Creation) -> Vec<String> {
    let Some(name) = &creation.index_name else { return Vec::new() };
    let mut messages: Vec<String> = body::bad_index_name(name).into_iter().collect();
    if creation.is_native && !name.starts_with("content-") {
        messages.push(format!(
            "Index [{name}] is invalid. Index attached to an Elastic-managed connector must start with the prefix: [content-]"
        ));
    }
    messages
}
