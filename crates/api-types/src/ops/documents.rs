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
    /// Whether a merge that changes nothing writes nothing.
    pub detect_noop: bool,
    /// Whether the answer is to hold the document.
    pub source: Option<bool>,
    /// Whether there is a script.
    pub has_script: bool,
    /// Whether there is a document for the case that none is stored.
    pub has_upsert: bool,
    /// Whether `doc` is to be stored where there is no document.
    pub doc_as_upsert: bool,
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
            Field::optional("_source", Kind::Any),
            Field::optional("if_seq_no", Kind::Long),
            Field::optional("if_primary_term", Kind::Long),
        ],
    );

    fn from_fields(mut fields: Fields) -> Self {
        let has_script = fields.take("script").is_some();
        let has_upsert = fields.take("upsert").is_some();
        let scripted_upsert = fields.boolean("scripted_upsert").unwrap_or(false);
        let doc_as_upsert = fields.boolean("doc_as_upsert").unwrap_or(false);
        let source = fields.take("_source");
        let asked = [
            ("script", has_script),
            ("scripted_upsert", scripted_upsert),
            ("upsert", has_upsert),
            ("doc_as_upsert", doc_as_upsert),
            ("_source", source.as_ref().is_some_and(|source| source.as_bool().is_none())),
            ("if_seq_no", fields.take("if_seq_no").is_some()),
            ("if_primary_term", fields.take("if_primary_term").is_some()),
        ];
        Self {
            doc: fields.object("doc"),
            detect_noop: fields.boolean("detect_noop").unwrap_or(true),
            source: source.as_ref().and_then(Json::as_bool),
            has_script,
            has_upsert,
            doc_as_upsert,
            not_served: asked.into_iter().find(|(_, is_asked)| *is_asked).map(|(name, _)| name),
        }
    }
}
