//! What can go wrong with a request, and the one place where it becomes an answer.

use api_types::{
    InvalidTransition, WireEnum as _,
    connector::ConnectorStatus,
    error::{ErrorCause, ErrorType, Traces},
    json::{Json, Object, Position, Reader},
    sync_job::SyncStatus,
};

use crate::{
    body::read_error,
    store::{Condition, NameError, StoreError, TooLarge, Width},
};

/// Every way a request can fail.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// An exception, in Elasticsearch's object form.
    Exception(Box<ErrorCause>),
    /// A text with its status: routing and media types.
    Plain { status: u16, text: String, allow: Option<String> },
    /// No route: a text without status member.
    NoHandler(String),
    /// An answer that is made already.
    Ready(Box<ErrorReply>),
}

/// A refused request as it goes to the encoder.
#[derive(Debug)]
pub(crate) struct ErrorReply {
    pub(crate) status: u16,
    pub(crate) body: Json,
    pub(crate) allow: Option<String>,
    /// Headers that the exception brings along.
    pub(crate) headers: Vec<(&'static str, Vec<String>)>,
}

impl ApiError {
    pub(crate) fn new(kind: ErrorType, reason: impl Into<String>) -> Self {
        ErrorCause::new(kind, reason).into()
    }

    /// A rule of the API that the request breaks.
    pub(crate) fn status(reason: impl Into<String>) -> Self {
        Self::new(ErrorType::Status, reason)
    }

    pub(crate) fn not_found(reason: impl Into<String>) -> Self {
        Self::new(ErrorType::ResourceNotFound, reason)
    }

    /// `Validation Failed: 1: ...;2: ...;`
    pub(crate) fn validation(messages: &[String]) -> Self {
        let numbered: String = messages
            .iter()
            .enumerate()
            .map(|(index, message)| format!("{}: {message};", index + 1))
            .collect();
        Self::new(ErrorType::ActionRequestValidation, format!("Validation Failed: {numbered}"))
    }

    pub(crate) fn reply(self, traces: Traces) -> ErrorReply {
        match self {
            Self::Exception(cause) => {
                let status = cause.status();
                let traces = if status == 401 { Traces::Hidden } else { traces };
                let body = cause.envelope(status, traces);
                ErrorReply { status, body, allow: None, headers: cause.headers }
            }
            Self::Plain { status, text, allow } => {
                let body = Object::new().with("error", text).with("status", i64::from(status));
                ErrorReply { status, body: body.into(), allow, headers: Vec::new() }
            }
            Self::NoHandler(text) => ErrorReply {
                status: 400,
                body: Object::new().with("error", text).into(),
                allow: None,
                headers: Vec::new(),
            },
            Self::Ready(reply) => *reply,
        }
    }
}

impl From<ErrorCause> for ApiError {
    fn from(cause: ErrorCause) -> Self {
        Self::Exception(Box::new(cause))
    }
}

impl From<InvalidTransition<ConnectorStatus>> for ApiError {
    fn from(InvalidTransition { from, to }: InvalidTransition<ConnectorStatus>) -> Self {
        invalid_transition(from.as_str(), to.as_str(), "status", ErrorType::InvalidConnectorStatus)
    }
}

impl From<InvalidTransition<SyncStatus>> for ApiError {
    fn from(InvalidTransition { from, to }: InvalidTransition<SyncStatus>) -> Self {
        let what = "ConnectorSyncStatus";
        invalid_transition(from.as_str(), to.as_str(), what, ErrorType::InvalidSyncJobStatus)
    }
}

fn invalid_transition(from: &str, to: &str, what: &str, cause: ErrorType) -> ApiError {
    let reason = format!(
        "Invalid transition attempt from [{from}] to [{to}]. Such a {what} transition is not supported by the Connector Protocol."
    );
    let cause = ErrorCause::new(cause, reason.clone());
    ErrorCause::new(ErrorType::Status, reason).caused_by(cause).into()
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::IndexNotFound { index } => index_not_found(&index).into(),
            StoreError::DocumentMissing { id, index, index_uuid } => {
                let reason = format!("[{id}]: document missing");
                in_index(ErrorType::DocumentMissing, reason, index, index_uuid)
            }
            StoreError::VersionConflict { id, index, index_uuid, condition, current } => {
                let reason = conflict_reason(&id, condition, current);
                in_index(ErrorType::VersionConflict, reason, index, index_uuid)
            }
            StoreError::AlreadyThere { id, index, index_uuid, version } => {
                let reason = format!(
                    "[{id}]: version conflict, document already exists (current version [{version}])"
                );
                in_index(ErrorType::VersionConflict, reason, index, index_uuid)
            }
            StoreError::TooLarge { id, number, merged } => too_large(&id, &number, &merged),
            StoreError::ResultWindow { index, node, asked } => result_window(index, node, asked),
        }
    }
}

/// Contract RL-12-3.
pub(crate) fn index_not_found(index: &str) -> ErrorCause {
    not_found_because(index, format!("no such index [{index}]"))
}

/// The same with words of its own.
pub(crate) fn not_found_because(index: &str, reason: String) -> ErrorCause {
    ErrorCause::new(ErrorType::IndexNotFound, reason)
        .with("resource.type", "index_or_alias")
        .with("resource.id", index.to_owned())
        .with("index_uuid", "_na_")
        .with("index", index.to_owned())
}

/// The same of several names, or of all indices where there is none (contract DO-6-4).
fn none_of(names: &[String]) -> ErrorCause {
    match names {
        [] => none_of(&["_all".to_owned()]),
        [all] if all == "_all" => {
            not_found_because(all, "no such index [_all] and no indices exist".to_owned())
        }
        [name] => index_not_found(name),
        several => ErrorCause::new(ErrorType::IndexNotFound, "no such index [null]")
            .with("resource.type", "index_expression")
            .with("resource.id", several.iter().cloned().map(Json::from).collect::<Json>()),
    }
}

/// A name that no index can have (contract DO-6-2).
pub(crate) fn invalid_index_name(name: &str, rule: &str) -> ErrorCause {
    let reason = format!("Invalid index name [{name}], {rule}");
    ErrorCause::new(ErrorType::InvalidIndexName, reason)
        .with("index_uuid", "_na_")
        .with("index", name.to_owned())
}

impl From<NameError> for ApiError {
    fn from(error: NameError) -> Self {
        let reason = match error {
            NameError::NotFound(name) => return index_not_found(&name).into(),
            NameError::NothingToExclude(name) => {
                let reason = format!(
                    "no such index [{name}] and if you intended to exclude this index, ensure that you use wildcards that include it before explicitly excluding it"
                );
                return not_found_because(&name, reason).into();
            }
            NameError::NoneOf(names) => return none_of(&names).into(),
            NameError::Invalid { name, rule } => return invalid_index_name(&name, rule).into(),
            NameError::IsAlias(name) => format!(
                "The provided expression [{name}] matches an alias, specify the corresponding concrete indices instead."
            ),
            NameError::Several { alias, indices } => format!(
                "alias [{alias}] has more than one index associated with it [{}], can't execute a single index op",
                indices.join(", ")
            ),
            NameError::NoWriteIndex(alias) => format!(
                "no write index is defined for alias [{alias}]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index"
            ),
        };
        Self::new(ErrorType::IllegalArgument, reason)
    }
}

fn in_index(kind: ErrorType, reason: String, index: String, index_uuid: String) -> ApiError {
    ErrorCause::new(kind, reason)
        .with("index_uuid", index_uuid)
        .with("shard", "0")
        .with("index", index)
        .into()
}

fn conflict_reason(id: &str, required: Condition, current: Option<Condition>) -> String {
    let Condition { seq_no, primary_term } = required;
    let found = current.map_or_else(
        || "but no document was found".to_owned(),
        |current| {
            format!(
                "current document has seqNo [{}] and primary term [{}]",
                current.seq_no, current.primary_term
            )
        },
    );
    format!(
        "[{id}]: version conflict, required seqNo [{seq_no}], primary term [{primary_term}]. {found}"
    )
}

/// Contract SJ-14-20, CN-5.5-13.
fn too_large(id: &str, number: &TooLarge, merged: &str) -> ApiError {
    let TooLarge { member, width, value, column } = number;
    let (mapped_as, range) = match width {
        Width::Short => ("short", "Java short"),
        Width::Integer => ("integer", "int (-2147483648 - 2147483647)"),
    };
    let reason = format!(
        "[1:{column}] failed to parse field [{member}] of type [{mapped_as}] in document with id '{id}'. Preview of field's value: '{value}'"
    );
    let value = value.to_string();
    let behind = Position { line: 1, column: column + value.len() };
    let reader = Reader::new(merged.as_bytes());
    let coercion = reader.out_of_range(&value, range).at(behind);
    ErrorCause::new(ErrorType::DocumentParsing, reason).caused_by(read_error(&coercion)).into()
}

fn result_window(index: String, node: String, asked: u64) -> ApiError {
    let cause = ErrorCause::new(
        ErrorType::IllegalArgument,
        format!(
            "Result window is too large, from + size must be less than or equal to: [10000] but was [{asked}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting."
        ),
    );
    all_shards_failed(index, node, cause).into()
}

/// A search that failed on the one shard of an index (contract RL-2-20, DO-7-6).
pub(crate) fn all_shards_failed(index: String, node: String, cause: ErrorCause) -> ErrorCause {
    let shard = Object::new()
        .with("shard", 0)
        .with("index", index)
        .with("node", node)
        .with("reason", cause.nested());
    let failed = ErrorCause::new(ErrorType::SearchPhaseExecution, "all shards failed")
        .with("phase", "query")
        .with("grouped", true)
        .with("failed_shards", vec![Json::Object(shard)]);
    let root = cause.root();
    if !cause.kind.is_of_server() {
        return failed.caused_by(cause.clone().caused_by(cause));
    }
    if std::ptr::eq(root, &raw const cause) {
        return failed.failed_by(cause);
    }
    let root = root.clone();
    failed.caused_by(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Proves RL-12-1.
    #[test]
    fn a_conflict_names_what_was_required_and_what_is_there() {
        let required = Condition { seq_no: 3, primary_term: 1 };
        let conflict = StoreError::VersionConflict {
            id: "c".to_owned(),
            index: ".elastic-connectors-v1".to_owned(),
            index_uuid: "u".to_owned(),
            condition: required,
            current: Some(Condition { seq_no: 4, primary_term: 1 }),
        };
        let reply = ApiError::from(conflict).reply(Traces::Hidden);
        assert_eq!(reply.status, 409);
        assert_eq!(
            reply.body.to_compact(),
            r#"{"error":{"root_cause":[{"type":"version_conflict_engine_exception","reason":"[c]: version conflict, required seqNo [3], primary term [1]. current document has seqNo [4] and primary term [1]","index_uuid":"u","shard":"0","index":".elastic-connectors-v1"}],"type":"version_conflict_engine_exception","reason":"[c]: version conflict, required seqNo [3], primary term [1]. current document has seqNo [4] and primary term [1]","index_uuid":"u","shard":"0","index":".elastic-connectors-v1"},"status":409}"#
        );
    }
}
