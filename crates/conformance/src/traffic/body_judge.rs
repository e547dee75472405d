//! The body of a request against the schema of its operation. What the server's parser refuses is
//! malformed; what it refuses later, values and states, is not looked at here.

use api_types::{
    json::{Json, Object},
    schema::{Kind, Presence, Schema, UnknownFields},
};

use super::fault::{Fault, FaultKind};
use crate::suggest::did_you_mean;

/// What a body shows.
#[derive(Debug, Default)]
pub(super) struct BodyJudgement {
    /// What is wrong with it.
    pub(super) faults: Vec<Fault>,
    /// The members within objects that the server drops without a word (contract CN-1.4-1).
    pub(super) dropped: Vec<String>,
}

/// So many faults of one body are told.
const MOST: usize = 20;

/// Judges a body.
pub(super) fn judge(schema: &Schema, body: &Json) -> BodyJudgement {
    let mut judgement = BodyJudgement::default();
    match body {
        Json::Object(object) => judgement.object(schema, object, ""),
        other => {
            let rules = &["RL-5-6"];
            judgement.found(FaultKind::BodyNotObject, "", "an object", type_of(other), rules);
        }
    }
    judgement
}

impl BodyJudgement {
    fn found(
        &mut self,
        kind: FaultKind,
        pointer: &str,
        expected: impl Into<String>,
        actual: impl Into<String>,
        rules: &'static [&'static str],
    ) {
        if self.faults.len() < MOST {
            let place = format!("body {pointer}");
            self.faults.push(Fault::new(kind, place.trim_end(), expected, actual, rules));
        }
    }

    fn object(&mut self, schema: &Schema, object: &Object, pointer: &str) {
        let place =
            |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        for (name, value) in object.iter() {
            match schema.fields.iter().find(|field| field.name == name) {
                Some(field) => self.value(field.kind, value, &place(name)),
                None => match schema.unknown {
                    UnknownFields::Refused => {
                        let known = schema.fields.iter().map(|field| field.name);
                        let expected = known.clone().collect::<Vec<_>>().join(", ");
                        let actual = format!("{name}{}", did_you_mean(name, known));
                        let rules = &["RL-5-4", "CN-1.3-8"];
                        self.found(FaultKind::UnknownMember, &place(name), expected, actual, rules);
                    }
                    UnknownFields::Dropped if self.dropped.len() < MOST => {
                        self.dropped.push(place(name));
                    }
                    UnknownFields::Dropped | UnknownFields::Kept => {}
                },
            }
        }
        for field in schema.fields.iter().filter(|field| !object.contains(field.name)) {
            let is_needed = match field.presence {
                Presence::Required | Presence::Unboxed => true,
                Presence::Optional => false,
            };
            if is_needed {
                let rules: &[&str] = match schema.unknown {
                    UnknownFields::Refused => &["RL-5-8", "CN-1.3-7"],
                    UnknownFields::Dropped | UnknownFields::Kept => &["CN-1.4-5"],
                };
                let expected = format!("the member {}", field.name);
                let actual = "nothing";
                self.found(FaultKind::MemberMissing, &place(field.name), expected, actual, rules);
            }
        }
    }

    fn value(&mut self, kind: Kind, value: &Json, pointer: &str) {
        let Some(expected) = taken(kind) else { return };
        if !expected.contains(&type_of(value)) {
            let rules = &["RL-5-5", "CN-1.4-4"];
            let expected = expected.join(" or ");
            self.found(FaultKind::WrongType, pointer, expected, type_of(value), rules);
            return;
        }
        match (kind, value) {
            (Kind::Object(schema) | Kind::Objects(schema), Json::Object(object)) => {
                self.object(schema, object, pointer);
            }
            (Kind::Objects(schema), Json::Array(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    self.value(Kind::Object(schema), element, &format!("{pointer}/{index}"));
                }
            }
            (Kind::Map(schema), Json::Object(entries)) => {
                for (name, entry) in entries.iter() {
                    self.value(Kind::Object(schema), entry, &format!("{pointer}/{name}"));
                }
            }
            _ => {}
        }
    }
}

/// The JSON types that a kind takes (contract CN-1.4-4); nothing if it takes all. An array for
/// `AnyAsObject` breaks the server (contract CN-5.2-4).
const fn taken(kind: Kind) -> Option<&'static [&'static str]> {
    Some(match kind {
        Kind::String | Kind::Timestamp | Kind::Enum(_) | Kind::LateEnum(_) | Kind::Cron => {
            &["string"]
        }
        Kind::StringOrNull | Kind::TimestampOrNull | Kind::EnumOrNull(_) => &["string", "null"],
        Kind::Boolean => &["boolean", "string"],
        Kind::Long | Kind::Int => &["number", "string"],
        Kind::AnyObject | Kind::Object(_) | Kind::Map(_) => &["object"],
        Kind::AnyObjectOrNull => &["object", "null"],
        Kind::AnyObjectOrArray | Kind::Objects(_) => &["object", "array"],
        Kind::FetchSource => &["boolean", "string", "array", "object"],
        Kind::Any => return None,
        Kind::Scalar => &["string", "number", "boolean", "null"],
        Kind::AnyAsObject | Kind::AnyButArray => &["object", "string", "number", "boolean", "null"],
        Kind::StringOrNumber => &["string", "number"],
        Kind::StringNumberOrArray => &["string", "number", "array"],
        Kind::Strings => &["array", "string"],
    })
}

pub(super) const fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use api_types::endpoint::{Body, Operation};

    use super::*;

    fn check(operation: Operation, body: &str, expected: &[&str]) {
        let row = operation.endpoints().next().unwrap();
        let (Body::Required(schema) | Body::Optional(schema)) = row.body else { panic!("{row:?}") };
        let judgement = judge(schema, &Json::parse(body.as_bytes()).unwrap());
        let mut told: Vec<String> = judgement
            .faults
            .iter()
            .map(|fault| format!("{} {}: {}", fault.kind.id(), fault.place, fault.actual))
            .collect();
        told.extend(judgement.dropped.iter().map(|pointer| format!("dropped {pointer}")));
        assert_eq!(told, expected, "{body}");
    }

    #[test]
    fn what_the_parser_refuses_is_told() {
        use Operation as Op;
        check(Op::SyncJobPost, "[]", &["body-not-object body: array"]);
        check(
            Op::SyncJobPost,
            r#"{"id":"c","jobtype":"full"}"#,
            &["unknown-member body /jobtype: jobtype (did you mean [job_type]?)"],
        );
        check(Op::SyncJobPost, "{}", &["member-missing body /id: nothing"]);
        check(Op::UpdateNative, r#"{"is_native":null}"#, &["wrong-type body /is_native: null"]);
        check(
            Op::UpdatePipeline,
            r#"{"pipeline":{"name":5,"extract_binary_content":true,"reduce_whitespace":true}}"#,
            &[
                "wrong-type body /pipeline/name: number",
                "member-missing body /pipeline/run_ml_inference: nothing",
            ],
        );
        check(
            Op::SyncJobUpdateStats,
            r#"{"deleted_document_count":1,"indexed_document_count":"2","indexed_document_volume":3,"metadata":"x"}"#,
            &["wrong-type body /metadata: string"],
        );
        check(
            Op::UpdateConfiguration,
            r#"{"configuration":{"a":{"label":"A"},"b":{}}}"#,
            &["member-missing body /configuration/b/label: nothing"],
        );
    }

    /// Contract CN-5.15-1, CN-5.2-2, SJ-14-14, CN-1.4-9: these are values and validation.
    #[test]
    fn what_is_refused_later_is_not() {
        use Operation as Op;
        check(Op::UpdateStatus, r#"{"status":"bogus"}"#, &[]);
        check(Op::UpdateStatus, "{}", &[]);
        check(Op::UpdateConfiguration, "{}", &[]);
        check(Op::UpdateError, r#"{"error":null}"#, &[]);
        check(Op::SyncJobPost, r#"{"id":"","job_type":"bogus"}"#, &[]);
        let negative = r#"{"deleted_document_count":-1,"indexed_document_count":"x","indexed_document_volume":3}"#;
        check(Op::SyncJobUpdateStats, negative, &[]);
    }

    /// Contract CN-1.4-1.
    #[test]
    fn what_is_dropped_without_a_word_is_told_apart() {
        check(
            Operation::UpdateScheduling,
            r#"{"scheduling":{"full":{"enabled":true,"interval":"0 0 0 * * ?","x":1}}}"#,
            &["dropped /scheduling/full/x"],
        );
    }
}
