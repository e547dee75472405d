//! Features and the ingest pipeline of a connector (contract CN-5.4, CN-5.12).

use crate::schema::{Field, Kind, Schema};

const ENABLED: &Schema =
    &Schema::nested("connector_feature_enabled", &[Field::unboxed("enabled", Kind::Boolean)]);

const SYNC_RULES: &Schema = &Schema::nested(
    "sync_rules_features",
    &[
        Field::optional("advanced", Kind::Object(ENABLED)),
        Field::optional("basic", Kind::Object(ENABLED)),
    ],
);

/// `features`
pub const FEATURES: &Schema = &Schema::nested(
    "connector_features",
    &[
        Field::optional("document_level_security", Kind::Object(ENABLED)),
        Field::optional("incremental_sync", Kind::Object(ENABLED)),
        Field::optional("native_connector_api_keys", Kind::Object(ENABLED)),
        Field::optional("sync_rules", Kind::Object(SYNC_RULES)),
    ],
);

/// `pipeline`
pub const PIPELINE: &Schema = &Schema::nested(
    "connector_ingest_pipeline",
    &[
        Field::required("extract_binary_content", Kind::Boolean),
        Field::required("name", Kind::String),
        Field::required("reduce_whitespace", Kind::Boolean),
        Field::required("run_ml_inference", Kind::Boolean),
    ],
);
