//! Bodies of operations on documents (contract DO-4).

use super::{Fields, RequestBody};
use crate::{
    json::{Json, Object},
    schema::{Field, Kind, Schema},
};

/// The body of `update` (contract DO-4.1-1).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateDocument {
    /// What is merged into the document.
    pub doc: Option<Object>,
    /// What is stored where there is no document.
    pub upsert: Option<Object>,
    /// Whether `doc` is to be stored where there is no document.
    pub doc_as_upsert: Option<bool>,
    /// Whether a merge that changes nothing writes nothing.
    pub detect_noop: bool,
    /// How much of the document the answer is to hold: `_source`.
    pub source: Option<Json>,
    /// The sequence number that the document must have.
    pub if_seq_no: Option<i64>,
    /// The primary term that the document must have.
    pub if_primary_term: Option<i64>,
    /// Whether there is a script.
    pub has_script: bool,
    /// The member that asks for something that the mock server does not do, if there is one.
    pub not_served: Option<&'static str>,
}

impl RequestBody for UpdateDocument {
    const SCHEMA: &'static Schema = &Schema::body(
        "UpdateRequest",
        &[
            Field::optional("script", Kind::Any),
            Field::optional("scripted_upsert", Kind::Boolean),
            Field::optional("upsert", Kind::AnyObject),
            Field::optional("doc", Kind::AnyObject),
            Field::optional("doc_as_upsert", Kind::Boolean),
            Field::optional("detect_noop", Kind::Boolean),
            Field::optional("_source", Kind::FetchSource),
            Field::optional("if_seq_no", Kind::Long),
            Field::optional("if_primary_term", Kind::Long),
        ],
    );

    fn from_fields(mut fields: Fields) -> Self {
        let has_script = fields.take("script").is_some();
        let scripted_upsert = fields.boolean("scripted_upsert").unwrap_or(false);
        let asked = [("script", has_script), ("scripted_upsert", scripted_upsert)];
        Self {
            doc: fields.object("doc"),
            upsert: fields.object("upsert"),
            doc_as_upsert: fields.boolean("doc_as_upsert"),
            detect_noop: fields.boolean("detect_noop").unwrap_or(true),
            source: fields.take("_source"),
            if_seq_no: fields.long("if_seq_no"),
            if_primary_term: fields.long("if_primary_term"),
            has_script,
            not_served: asked.into_iter().find(|(_, is_asked)| *is_asked).map(|(name, _)| name),
        }
    }
}
