//! Updates of one part of a connector.

use api_types::json::{Json, Object, Text};

use super::{
    Planned, Planner, Refusal,
    body::{self, Kind, Shape, lenient, malformed, strict, validated},
    document::patch,
    expected::Reason,
    refused,
    value::{Fields, Value, fields, time},
};

/// The steps that `_status` allows (section 3); `noop` where a status follows itself.
const STEPS: [(&str, &[&str]); 5] = [
    ("created", &["needs_configuration", "error"]),
    ("needs_configuration", &["configured", "error"]),
    ("configured", &["needs_configuration", "configured", "connected", "error"]),
    ("connected", &["configured", "connected", "error"]),
    ("error", &["configured", "connected", "error"]),
];

const CURSORS: [&str; 3] = ["full", "incremental", "access_control"];

impl Planner<'_> {
    /// Members that are null are ignored; at least one must not be.
    fn one_of(
        &self,
        rule: &'static str,
        [one, other]: [&'static str; 2],
    ) -> Result<Fields, Refusal> {
        let shape = [(one, Kind::TextOrNull), (other, Kind::TextOrNull)];
        let given = strict(self.call.body.as_ref(), &shape, &[])?;
        let given: Fields =
            fields(given).into_iter().filter(|(_, value)| *value != Value::Null).collect();
        if given.is_empty() {
            let message = format!(
                "[{one}] and [{other}] cannot both be [null]. Please provide a value for at least one of them."
            );
            validated(rule, &[message])?;
        }
        Ok(given)
    }

    pub(super) fn api_key_id(&self) -> Planned {
        let given = self.one_of("CN-5.1-1", ["api_key_id", "api_key_secret_id"])?;
        self.update_connector("CN-5.1-1", &*self.blind_connector()?, given)
    }

    pub(super) fn name(&self) -> Planned {
        let given = self.one_of("CN-5.10-1", ["name", "description"])?;
        self.update_connector("CN-5.10-1", &*self.blind_connector()?, given)
    }

    pub(super) fn error(&self) -> Planned {
        let shape = [("error", Kind::TextOrNull)];
        let given = strict(self.call.body.as_ref(), &shape, &["error"])?;
        let error = given.get("error").map_or(Value::Null, Value::from);
        let is_none = error.as_str().is_none_or(str::is_empty);
        let (rule, status) = if is_none { ("CN-3-13", "connected") } else { ("CN-3-14", "error") };
        let given = patch([("error", error), ("status", Value::text(status))]);
        self.update_connector(rule, &*self.blind_connector()?, given)
    }

    pub(super) fn features(&self) -> Planned {
        let shape = [("features", Kind::Object)];
        let given = strict(self.call.body.as_ref(), &shape, &[])?;
        let Some(features) = given.get("features") else {
            let refusal = Refusal {
                rule: "CN-5.4-1",
                status: 500,
                kind: "null_pointer_exception",
                reason: Reason::Null,
            };
            return Err(refusal.into());
        };
        let features = known_features(features).ok_or(malformed("CN-5.4-1"))?;
        let given = patch([("features", Value::Object(features))]);
        self.update_connector("CN-5.4-1", &*self.blind_connector()?, given)
    }

    pub(super) fn index_name(&self) -> Planned {
        let shape = [("index_name", Kind::TextOrNull)];
        let given = strict(self.call.body.as_ref(), &shape, &["index_name"])?;
        let name = given.get("index_name").and_then(Json::as_str);
        if let Some(message) = name.and_then(body::bad_index_name) {
            validated("CN-6.1-1", &[message])?;
        }
        if let Some(name) = name {
            self.free_index_name(name)?;
        }
        let old = self.read_connector()?;
        if let Some(name) = name.filter(|name| old.is("is_native") && !name.starts_with("content-"))
        {
            let reason = format!(
                "Index attached to an Elastic-managed connector must start with the prefix: [content-]. The index name in the payload [{name}] doesn't comply with this requirement."
            );
            return Err(refused("CN-5.8-1", reason).into());
        }
        self.update_connector("CN-5.8-1", &old, fields(given))
    }

    pub(super) fn last_sync(&self) -> Planned {
        const SHAPE: &Shape = &[
            ("last_access_control_sync_error", Kind::TextOrNull),
            ("last_access_control_sync_scheduled_at", Kind::TextOrNull),
            ("last_access_control_sync_status", Kind::TextOrNull),
            ("last_deleted_document_count", Kind::Integer),
            ("last_incremental_sync_scheduled_at", Kind::TextOrNull),
            ("last_indexed_document_count", Kind::Integer),
            ("last_sync_error", Kind::TextOrNull),
            ("last_sync_scheduled_at", Kind::TextOrNull),
            ("last_sync_status", Kind::TextOrNull),
            ("last_synced", Kind::TextOrNull),
            ("sync_cursor", Kind::ObjectOrNull),
        ];
        let given = strict(self.call.body.as_ref(), SHAPE, &[])?;
        let mut kept = Fields::new();
        for (name, value) in fields(given) {
            let value = match (&*name, value) {
                (_, Value::Null) => continue,
                ("last_synced", value) => time(&value),
                (name, value) if name.ends_with("_at") => time(&value),
                ("last_sync_status" | "last_access_control_sync_status", Value::Text(text)) => {
                    let text = text.to_lowercase();
                    if !super::jobs::STATUSES.contains(&&*text) {
                        return Err(malformed("CN-5.9-2").into());
                    }
                    Value::Text(Text::Owned(text))
                }
                (_, value) => value,
            };
            kept.insert(name, value);
        }
        self.update_connector("CN-5.9-3", &*self.blind_connector()?, kept)
    }

    pub(super) fn native(&self) -> Planned {
        let shape = [("is_native", Kind::Bool)];
        let given = strict(self.call.body.as_ref(), &shape, &["is_native"])?;
        let is_native = given.get("is_native") == Some(&Json::Bool(true));
        let old = self.read_connector()?;
        let name = old.text("index_name").filter(|name| !name.starts_with("content-"));
        if let Some(name) = name.filter(|_| is_native) {
            let reason = format!(
                "The index name [{name}] attached to the connector [{}] must start with the required prefix: [content-] to be Elastic-managed. Please update the attached index first to comply with this requirement.",
                self.call.id()
            );
            return Err(refused("CN-5.11-1", reason).into());
        }
        let mut given = patch([("is_native", Value::Bool(is_native))]);
        if old.status() == "connected" {
            given.insert(Text::Borrowed("status"), Value::text("configured"));
        }
        self.update_connector("CN-3-16", &old, given)
    }

    pub(super) fn pipeline(&self) -> Planned {
        const SHAPE: &Shape = &[
            ("extract_binary_content", Kind::Bool),
            ("name", Kind::Text),
            ("reduce_whitespace", Kind::Bool),
            ("run_ml_inference", Kind::Bool),
        ];
        const ALL: [&str; 4] =
            ["extract_binary_content", "name", "reduce_whitespace", "run_ml_inference"];
        let shape = [("pipeline", Kind::Object)];
        let given = strict(self.call.body.as_ref(), &shape, &["pipeline"])?;
        let pipeline = given.get("pipeline").unwrap_or(&Json::Null);
        if !lenient(pipeline, SHAPE, &ALL) {
            return Err(malformed("CN-5.12-1").into());
        }
        let kept = known(pipeline, &ALL);
        let given = patch([("pipeline", Value::Object(kept))]);
        self.update_connector("CN-5.12-1", &*self.blind_connector()?, given)
    }

    pub(super) fn scheduling(&self) -> Planned {
        const SHAPE: &Shape = &[("enabled", Kind::Bool), ("interval", Kind::Text)];
        let shape = [("scheduling", Kind::Object)];
        let given = strict(self.call.body.as_ref(), &shape, &["scheduling"])?;
        let scheduling = given.get("scheduling").and_then(Json::as_object);
        let scheduling = scheduling.ok_or(malformed("CN-5.13-1"))?;
        let mut kept = Fields::new();
        for name in CURSORS {
            let Some(schedule) = scheduling.get(name) else { continue };
            let interval = schedule.get("interval").and_then(Json::as_str).unwrap_or_default();
            if !lenient(schedule, SHAPE, &["enabled", "interval"]) || !is_plain_cron(interval) {
                return Err(malformed("CN-5.13-1").into());
            }
            let enabled = schedule.get("enabled").map_or(Value::Null, Value::from);
            let interval = Value::Text(Text::Owned(interval.to_uppercase()));
            let schedule = patch([("enabled", enabled), ("interval", interval)]);
            kept.insert(Text::Borrowed(name), Value::Object(schedule));
        }
        if !kept.contains_key("full") && !kept.contains_key("incremental") {
            let message = "[scheduling] object needs to define at least one schedule type: [full | incremental | access_control]";
            validated("CN-5.13-2", &[message.to_owned()])?;
        }
        let given = patch([("scheduling", Value::Object(kept))]);
        self.update_connector("CN-5.13-3", &*self.blind_connector()?, given)
    }

    pub(super) fn service_type(&self) -> Planned {
        let shape = [("service_type", Kind::Text)];
        let given = strict(self.call.body.as_ref(), &shape, &["service_type"])?;
        let service_type = given.get("service_type").map_or(Value::Null, Value::from);
        if service_type.as_str() == Some("") {
            validated("CN-5.14-1", &["[service_type] cannot be [null] or [\"\"].".to_owned()])?;
        }
        let old = self.read_connector()?;
        let status = if old.status() == "created" { "created" } else { "needs_configuration" };
        let given = patch([("service_type", service_type), ("status", Value::text(status))]);
        self.update_connector("CN-3-15", &old, given)
    }

    pub(super) fn status(&self) -> Planned {
        let shape = [("status", Kind::Text)];
        let given = strict(self.call.body.as_ref(), &shape, &[])?;
        let wanted = given.get("status").and_then(Json::as_str).map(str::to_lowercase);
        let known = |wanted: &String| STEPS.iter().any(|(status, _)| status == wanted);
        if wanted.as_ref().is_some_and(|wanted| !known(wanted)) {
            return Err(malformed("CN-5.15-1").into());
        }
        let Some(wanted) = wanted else {
            validated("CN-5.15-1", &["[status] cannot be [null].".to_owned()])?;
            return Err(malformed("CN-5.15-1").into());
        };
        let old = self.read_connector()?;
        let from = old.status();
        let allowed = STEPS.iter().find(|(status, _)| *status == from).map(|(_, next)| *next);
        if !allowed.unwrap_or_default().contains(&&*wanted) {
            let reason = format!(
                "Invalid transition attempt from [{from}] to [{wanted}]. Such a status transition is not supported by the Connector Protocol."
            );
            return Err(refused("CN-3-8", reason).into());
        }
        let given = patch([("status", Value::Text(Text::Owned(wanted)))]);
        self.update_connector("CN-3-2", &old, given)
    }
}

/// The members of these names.
pub(super) fn known(value: &Json, names: &[&str]) -> Fields {
    let empty = Object::new();
    let members = fields(value.as_object().unwrap_or(&empty));
    members.into_iter().filter(|(name, _)| names.contains(&&**name)).collect()
}

/// Features as they are stored; `None` if one is malformed.
fn known_features(given: &Json) -> Option<Fields> {
    const ENABLED: &Shape = &[("enabled", Kind::Bool)];
    let enabled = |value: &Json| {
        lenient(value, ENABLED, &["enabled"]).then(|| Value::Object(known(value, &["enabled"])))
    };
    let mut kept = Fields::new();
    for (name, value) in given.as_object()?.iter() {
        let value = match name {
            "document_level_security" | "incremental_sync" | "native_connector_api_keys" => {
                enabled(value)?
            }
            "sync_rules" => {
                let mut rules = Fields::new();
                for name in ["advanced", "basic"] {
                    if let Some(value) = value.as_object()?.get(name) {
                        rules.insert(Text::Borrowed(name), enabled(value)?);
                    }
                }
                Value::Object(rules)
            }
            _ => continue,
        };
        kept.insert(Text::Owned(name.to_owned()), value);
    }
    Some(kept)
}

/// Whether an interval has the shape of those that are generated: six fields, exactly one of the
/// days a question mark. The rest of section 7 is the business of cases.
fn is_plain_cron(interval: &str) -> bool {
    let fields: Vec<&str> = interval.split_whitespace().collect();
    matches!(fields.as_slice(), [_, _, _, day, _, week] if (*day == "?") != (*week == "?"))
}
