//! What Elastic's connector service writes into the index of jobs directly: an update of a document,
//! which consults no state machine. No other call makes a job completed or suspended.

use std::sync::Arc;

use api_types::json::{Json, Object};

use super::{
    Plan, Planned, Planner, Refusal, Stop, Write,
    document::Document,
    expected::{Expected, Reason},
    value::{fields, merge},
};

/// The index of jobs by its own name, which is also made where it is missing (SJ-2-6).
pub(in crate::fuzz) const JOBS: &str = ".elastic-connectors-sync-jobs-v1";

impl Planner<'_> {
    pub(super) fn document_update(&self) -> Planned {
        let id = self.call.id().to_owned();
        let given = self.call.body.as_ref().and_then(|body| body.get("doc"));
        let given = given.and_then(Json::as_object).map(fields).unwrap_or_default();
        let Some(old) = self.model.jobs.get(&id) else {
            let refusal = Refusal {
                rule: "CN-1.3-14",
                status: 404,
                kind: "document_missing_exception",
                reason: Reason::Exactly(format!("[{id}]: document missing")),
            };
            return Err(Stop { refusal, writes: vec![Write::JobsIndex] });
        };
        let mut document = Document::clone(old);
        let is_changed = merge(&mut document.fields, given);
        let result = if is_changed { "updated" } else { "noop" };
        let expected = Expected::Written { index: JOBS.to_owned(), id: id.clone(), result };
        let writes =
            if is_changed { vec![Write::Job(id, Some(Arc::new(document)))] } else { Vec::new() };
        Ok(Plan { rule: "DO-1.2-8", expected, writes })
    }
}

/// A body that sets the status.
pub(in crate::fuzz) fn status(status: &'static str) -> Json {
    let document = Object::new().with("status", status);
    Json::Object(Object::new().with("doc", Json::Object(document)))
}
