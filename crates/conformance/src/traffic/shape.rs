//! The bodies of successes, by operation. Documents are stored by others too, so of them only
//! what every one has is demanded, and that known members have values that clients can read.

use api_types::{
    Version, WireEnum as _,
    connector::ConnectorStatus,
    endpoint::Operation,
    json::{Json, Object},
    sync_job::{SyncJobTriggerMethod, SyncJobType, SyncStatus},
};

use super::body_judge::type_of;

/// Where a body is not as documented.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) pointer: String,
    pub(super) expected: String,
    pub(super) actual: String,
}

/// The rules that the shape of an operation's success rests on.
pub(super) fn rules(operation: Operation) -> &'static [&'static str] {
    use Operation as Op;
    match operation {
        Op::List => &["CN-4.3-8", "CN-2-1", "CL-1-12"],
        Op::Post | Op::Put => &["CN-4.1-11", "CN-9-4"],
        Op::Get => &["CN-2-1", "CN-2.1-1", "CL-1-12"],
        Op::Delete => &["CN-4.4-3"],
        Op::SyncJobPost => &["SJ-6-5"],
        Op::SyncJobList => &["SJ-9-6", "SJ-9-7", "CL-1-12"],
        Op::SyncJobGet => &["SJ-8-1", "SJ-7-1", "CL-1-5", "CL-1-12"],
        Op::SyncJobDelete => &["SJ-10-1"],
        Op::SyncJobCheckIn => &["SJ-11-1"],
        Op::SyncJobCancel => &["SJ-12-5"],
        Op::SyncJobClaim => &["SJ-13-6"],
        Op::SyncJobError => &["SJ-1-8"],
        Op::SyncJobUpdateStats => &["SJ-1-9", "SJ-14-12"],
        Op::SecretPost => &["SC-2-2"],
        Op::SecretPut => &["SC-3-2", "SC-3-3"],
        Op::SecretGet => &["SC-4-1"],
        Op::SecretDelete => &["SC-5-1"],
        update if update.is_connector_update() => &["CN-1.5-1"],
        Op::DocumentUpdate => &["DO-4.1-3"],
        Op::DocumentGet | Op::DocumentExists => &["DO-4.2-1"],
        _ => &["DO-0-2"],
    }
}

/// What is not as documented.
pub(super) fn judge(
    operation: Operation,
    body: &Json,
    status: u16,
    version: Version,
) -> Vec<Problem> {
    use Operation as Op;
    let mut shape = Shape::default();
    let result: &'static [&'static str] = if status == 201 { &["created"] } else { &["updated"] };
    match operation {
        Op::List => shape.list(body, Shape::connector),
        Op::SyncJobList => shape.list(body, Shape::job),
        Op::Get => shape.connector("", body),
        Op::SyncJobGet => shape.job("", body),
        // Before, the two answered differently (contract CN-9-4).
        Op::Post | Op::Put if version < Version::new(8, 15, 0) => {}
        Op::Post | Op::Put => {
            shape.exactly(body, &[("id", Value::Text), ("result", Value::OneOf(result))]);
        }
        Op::SecretPut => shape.exactly(body, &[("result", Value::OneOf(result))]),
        Op::Delete | Op::SyncJobDelete => shape.exactly(body, &[("acknowledged", Value::True)]),
        Op::SecretDelete => shape.exactly(body, &[("deleted", Value::True)]),
        Op::SyncJobPost | Op::SecretPost => shape.exactly(body, &[("id", Value::Text)]),
        Op::SecretGet => shape.exactly(body, &[("id", Value::Text), ("value", Value::Text)]),
        Op::CheckIn
        | Op::SyncJobCheckIn
        | Op::SyncJobCancel
        | Op::SyncJobClaim
        | Op::SyncJobError => shape.exactly(body, &[("result", Value::OneOf(&["updated"]))]),
        update if update.is_connector_update() || update == Op::SyncJobUpdateStats => {
            shape.exactly(body, &[("result", Value::OneOf(&["updated", "noop"]))]);
        }
        // Traffic on documents is not judged.
        _ => {}
    }
    shape.problems
}

/// What a member must be.
#[derive(Clone, Copy)]
enum Value {
    Text,
    True,
    Count,
    List,
    OneOf(&'static [&'static str]),
    Type(&'static str),
}

#[derive(Default)]
struct Shape {
    problems: Vec<Problem>,
}

impl Shape {
    fn found(&mut self, pointer: &str, expected: impl Into<String>, actual: Option<&Json>) {
        let actual = match actual {
            None => "nothing".to_owned(),
            Some(Json::Object(_) | Json::Array(_)) => actual.map_or("", type_of).to_owned(),
            Some(value) => value.to_compact(),
        };
        self.problems.push(Problem {
            pointer: pointer.to_owned(),
            expected: expected.into(),
            actual,
        });
    }

    fn object<'j>(&mut self, pointer: &str, body: &'j Json) -> Option<&'j Object> {
        let object = body.as_object();
        if object.is_none() {
            self.found(pointer, "an object", Some(body));
        }
        object
    }

    fn exactly(&mut self, body: &Json, members: &[(&str, Value)]) {
        let Some(object) = self.object("", body) else { return };
        for (name, value) in members {
            self.needed("", object, name, *value);
        }
        for (name, value) in object.iter() {
            if !members.iter().any(|(known, _)| *known == name) {
                self.found(&format!("/{name}"), "nothing", Some(value));
            }
        }
    }

    fn needed(&mut self, pointer: &str, object: &Object, name: &str, wanted: Value) {
        match object.get(name) {
            None => self.found(&format!("{pointer}/{name}"), wanted.told(), None),
            Some(_) => self.known(pointer, object, name, wanted),
        }
    }

    /// Judges a member that may be absent or null.
    fn known(&mut self, pointer: &str, object: &Object, name: &str, wanted: Value) {
        let value = object.get(name);
        if let Some(value) = value.filter(|value| !value.is_null() || wanted.is_never_null())
            && !wanted.fits(value)
        {
            self.found(&format!("{pointer}/{name}"), wanted.told(), Some(value));
        }
    }

    fn list(&mut self, body: &Json, element: fn(&mut Self, &str, &Json)) {
        self.exactly(body, &[("count", Value::Count), ("results", Value::List)]);
        let results = body.get("results").and_then(Json::as_array).unwrap_or_default();
        for (index, result) in results.iter().enumerate() {
            element(self, &format!("/results/{index}"), result);
        }
    }

    fn connector(&mut self, pointer: &str, body: &Json) {
        let Some(object) = self.object(pointer, body) else { return };
        self.needed(pointer, object, "id", Value::Text);
        let members = [
            ("status", Value::OneOf(ConnectorStatus::NAMES)),
            ("last_sync_status", Value::OneOf(SyncStatus::NAMES)),
            ("last_access_control_sync_status", Value::OneOf(SyncStatus::NAMES)),
            ("configuration", Value::Type("object")),
            ("scheduling", Value::Type("object")),
            ("custom_scheduling", Value::Type("object")),
            ("filtering", Value::List),
            ("is_native", Value::Type("boolean")),
            ("deleted", Value::Type("boolean")),
            ("name", Value::Text),
            ("index_name", Value::Text),
            ("service_type", Value::Text),
            ("last_seen", Value::Text),
        ];
        for (name, wanted) in members {
            self.known(pointer, object, name, wanted);
        }
    }

    fn job(&mut self, pointer: &str, body: &Json) {
        let Some(object) = self.object(pointer, body) else { return };
        self.needed(pointer, object, "id", Value::Text);
        let members = [
            ("status", Value::OneOf(SyncStatus::NAMES)),
            ("job_type", Value::OneOf(SyncJobType::NAMES)),
            ("trigger_method", Value::OneOf(SyncJobTriggerMethod::NAMES)),
            ("connector", Value::Type("object")),
            ("metadata", Value::Type("object")),
            ("deleted_document_count", Value::Count),
            ("indexed_document_count", Value::Count),
            ("indexed_document_volume", Value::Count),
            ("total_document_count", Value::Count),
            ("created_at", Value::Text),
            ("last_seen", Value::Text),
        ];
        for (name, wanted) in members {
            self.known(pointer, object, name, wanted);
        }
        // A list here broke the only reader that there is (contract CL-1-5).
        if let Some(Json::Object(connector)) = object.get("connector") {
            let pointer = format!("{pointer}/connector");
            self.known(&pointer, connector, "filtering", Value::Type("object"));
        }
    }
}

impl Value {
    fn fits(self, value: &Json) -> bool {
        match self {
            Self::Text => value.as_str().is_some(),
            Self::True => *value == Json::Bool(true),
            Self::Count => value.as_i64().is_some_and(|count| count >= 0),
            Self::List => value.as_array().is_some(),
            Self::OneOf(values) => value.as_str().is_some_and(|value| values.contains(&value)),
            Self::Type(name) => type_of(value) == name,
        }
    }

    /// Whether null is no value of it even where the member may be absent.
    const fn is_never_null(self) -> bool {
        matches!(self, Self::True)
    }

    fn told(self) -> String {
        match self {
            Self::Text => "a string".to_owned(),
            Self::True => "true".to_owned(),
            Self::Count => "a number that is not negative".to_owned(),
            Self::List => "an array".to_owned(),
            Self::OneOf(values) => values.join(" or "),
            Self::Type(name) => format!("a value of type {name}"),
        }
    }
}
