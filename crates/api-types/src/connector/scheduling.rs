//! When a connector syncs (contract CN-5.13).

use crate::schema::{Field, Kind, Schema};

const SCHEDULE: &Schema = &Schema::nested(
    "schedule_config",
    &[Field::required("enabled", Kind::Boolean), Field::required("interval", Kind::Cron)],
);

/// `scheduling`
pub const SCHEDULING: &Schema = &Schema::nested(
    "connector_scheduling",
    &[
        Field::optional("access_control", Kind::Object(SCHEDULE)),
        Field::optional("full", Kind::Object(SCHEDULE)),
        Field::optional("incremental", Kind::Object(SCHEDULE)),
    ],
);
