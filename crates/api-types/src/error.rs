//! Errors as the API writes them (contract RL-2).

use crate::json::{Json, Object, Text};

/// Declares the error types with their wire name, family and status.
macro_rules! error_types {
    ($($(#[$docs:meta])* $name:ident = $text:literal, $family:ident, $status:literal, $class:literal;)+) => {
        /// The type of an error, in the spelling of the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorType { $($(#[$docs])* $name,)+ }

        impl ErrorType {
            /// `illegal_argument_exception`
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The status of an answer whose outermost error this is.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// The Java class as stack traces name it.
            const fn java_class(self) -> &'static str {
                match self { $(Self::$name => $class,)+ }
            }

            /// Whether it is one of the server's own exceptions, not of Java or a library.
            #[must_use]
            pub const fn is_of_server(self) -> bool {
                matches!(self.family(), Family::Server)
            }

            const fn family(self) -> Family {
                match self { $(Self::$name => Family::$family,)+ }
            }
        }
    };
}

/// What decides how far the root cause is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    /// The server's own exceptions.
    Server,
    /// A body that cannot be parsed.
    Parse,
    /// Java's and libraries' exceptions.
    Other,
}

error_types! {
    /// All messages about a request that is well-formed and makes no sense.
    ActionRequestValidation = "action_request_validation_exception", Other, 400, "org.elasticsearch.action.ActionRequestValidationException";
    /// All messages about settings that make no sense.
    Validation = "validation_exception", Other, 400, "org.elasticsearch.common.ValidationException";
    /// An element that is not there.
    IndexOutOfBounds = "index_out_of_bounds_exception", Other, 500, "java.lang.IndexOutOfBoundsException";
    /// The query string cannot be decoded.
    BadParameter = "bad_parameter_exception", Other, 400, "org.elasticsearch.rest.RestRequest$BadParameterException";
    /// Fewer bytes than are read.
    BufferUnderflow = "buffer_underflow_exception", Other, 500, "java.nio.BufferUnderflowException";
    /// The JSON library: a text that is not in the encoding that it looks like.
    CharConversion = "char_conversion_exception", Other, 500, "java.io.CharConversionException";
    /// A date that the calendar does not have.
    DateTime = "date_time_exception", Other, 500, "java.time.DateTimeException";
    /// A text in none of the date formats.
    DateTimeParse = "date_time_parse_exception", Other, 500, "java.time.format.DateTimeParseException";
    /// A value that does not fit the mapping of the index.
    DocumentParsing = "document_parsing_exception", Server, 400, "org.elasticsearch.index.mapper.DocumentParsingException";
    /// An update of a document that is not there.
    DocumentMissing = "document_missing_exception", Server, 404, "org.elasticsearch.index.engine.DocumentMissingException";
    /// Bytes that end too early.
    Eof = "e_o_f_exception", Other, 500, "java.io.EOFException";
    /// An operation that exists elsewhere.
    ApiNotAvailable = "api_not_available_exception", Server, 410, "org.elasticsearch.rest.ApiNotAvailableException";
    /// The caller is not who it says, or does not say who it is.
    Authentication = "security_exception", Server, 401, "org.elasticsearch.ElasticsearchSecurityException";
    /// The caller may not do this.
    Authorization = "security_exception", Server, 403, "org.elasticsearch.ElasticsearchSecurityException";
    /// A value out of its domain.
    IllegalArgument = "illegal_argument_exception", Other, 400, "java.lang.IllegalArgumentException";
    /// A broken invariant of the server.
    IllegalState = "illegal_state_exception", Other, 500, "java.lang.IllegalStateException";
    /// An index that is not there.
    IndexNotFound = "index_not_found_exception", Server, 404, "org.elasticsearch.index.IndexNotFoundException";
    /// The JSON library: a number that does not fit.
    InputCoercion = "input_coercion_exception", Other, 500, "com.fasterxml.jackson.core.exc.InputCoercionException";
    /// Bytes that cannot be read.
    Io = "i_o_exception", Other, 500, "java.io.IOException";
    /// A connector status that may not follow.
    InvalidConnectorStatus = "connector_invalid_status_transition_exception", Other, 500, "org.elasticsearch.xpack.application.connector.ConnectorInvalidStatusTransitionException";
    /// A sync job status that may not follow.
    InvalidSyncJobStatus = "connector_sync_job_invalid_status_transition_exception", Other, 500, "org.elasticsearch.xpack.application.connector.syncjob.ConnectorSyncJobInvalidStatusTransitionException";
    /// The JSON library: the text ends too early.
    JsonEof = "json_e_o_f_exception", Other, 500, "com.fasterxml.jackson.core.io.JsonEOFException";
    /// The JSON library: a character that may not stand there.
    JsonParse = "json_parse_exception", Other, 500, "com.fasterxml.jackson.core.JsonParseException";
    /// `Accept` or `Content-Type` that cannot be understood.
    MediaTypeHeader = "media_type_header_exception", Other, 400, "org.elasticsearch.rest.RestRequest$MediaTypeHeaderException";
    /// A null where the server did not expect one.
    NullPointer = "null_pointer_exception", Other, 500, "java.lang.NullPointerException";
    /// An alias that is not there.
    AliasesNotFound = "aliases_not_found_exception", Server, 404, "org.elasticsearch.rest.action.admin.indices.AliasesNotFoundException";
    /// A name that an index cannot have.
    InvalidIndexName = "invalid_index_name_exception", Server, 400, "org.elasticsearch.indices.InvalidIndexNameException";
    /// A name that an alias cannot have.
    InvalidAliasName = "invalid_alias_name_exception", Server, 400, "org.elasticsearch.indices.InvalidAliasNameException";
    /// A mapping that cannot be read.
    MapperParsing = "mapper_parsing_exception", Server, 400, "org.elasticsearch.index.mapper.MapperParsingException";
    /// A token that a handler did not expect.
    Parsing = "parsing_exception", Server, 400, "org.elasticsearch.common.ParsingException";
    /// An index that is there already.
    ResourceAlreadyExists = "resource_already_exists_exception", Server, 400, "org.elasticsearch.ResourceAlreadyExistsException";
    /// A text that is no number.
    NumberFormat = "number_format_exception", Other, 400, "java.lang.NumberFormatException";
    /// A name that is none of those that are known in its place.
    NamedObjectNotFound = "named_object_not_found_exception", Parse, 400, "org.elasticsearch.xcontent.NamedObjectNotFoundException";
    /// A body that is required and absent.
    Parse = "parse_exception", Server, 400, "org.elasticsearch.ElasticsearchParseException";
    /// A query that makes no sense in an index.
    QueryShard = "query_shard_exception", Server, 400, "org.elasticsearch.index.query.QueryShardException";
    /// A resource that is not there.
    ResourceNotFound = "resource_not_found_exception", Server, 404, "org.elasticsearch.ResourceNotFoundException";
    /// A scroll that is over, or never was.
    SearchContextMissing = "search_context_missing_exception", Server, 404, "org.elasticsearch.search.SearchContextMissingException";
    /// A search that failed on every shard.
    SearchPhaseExecution = "search_phase_execution_exception", Server, 400, "org.elasticsearch.action.search.SearchPhaseExecutionException";
    /// A rule of the API that the request breaks.
    Status = "status_exception", Server, 400, "org.elasticsearch.ElasticsearchStatusException";
    /// The JSON library: too deep, too long.
    StreamConstraints = "stream_constraints_exception", Other, 500, "com.fasterxml.jackson.core.exc.StreamConstraintsException";
    /// A member that a mapping does not name and does not take.
    StrictDynamicMapping = "strict_dynamic_mapping_exception", Server, 400, "org.elasticsearch.index.mapper.StrictDynamicMappingException";
    /// A character that is not there.
    StringIndexOutOfBounds = "string_index_out_of_bounds_exception", Other, 500, "java.lang.StringIndexOutOfBoundsException";
    /// A part of a date that is not there.
    UnsupportedTemporalType = "unsupported_temporal_type_exception", Other, 500, "java.time.temporal.UnsupportedTemporalTypeException";
    /// The request line is too long.
    TooLongHttpLine = "too_long_http_line_exception", Other, 400, "io.netty.handler.codec.http.TooLongHttpLineException";
    /// The headers are too long.
    TooLongHttpHeader = "too_long_http_header_exception", Other, 400, "io.netty.handler.codec.http.TooLongHttpHeaderException";
    /// More scrolls at a time than are allowed.
    TooManyScrollContexts = "too_many_scroll_contexts_exception", Server, 429, "org.elasticsearch.search.TooManyScrollContextsException";
    /// Somebody else wrote in between.
    VersionConflict = "version_conflict_engine_exception", Server, 409, "org.elasticsearch.index.engine.VersionConflictEngineException";
    /// A JSON text that ends within a value.
    XContentEof = "x_content_e_o_f_exception", Parse, 400, "org.elasticsearch.xcontent.XContentEOFException";
    /// The same where it counts as the server's fault (contract RL-15-10).
    XContentEofInput = "x_content_e_o_f_exception", Other, 500, "org.elasticsearch.xcontent.XContentEOFException";
    /// A body that is not what its parser expects.
    XContentParse = "x_content_parse_exception", Parse, 400, "org.elasticsearch.xcontent.XContentParseException";
}

/// How many causes an exception shows (contract RL-2-21).
const MOST_CAUSES: usize = 100;

/// One exception of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorCause {
    /// `type`
    pub kind: ErrorType,
    /// `reason`; `None` is written as `null`.
    pub reason: Option<String>,
    /// Members between `reason` and `caused_by`, such as `index`.
    pub metadata: Vec<(Text, Json)>,
    /// The exception behind this one.
    pub caused_by: Option<Box<Self>>,
    /// Headers of the answer, which it shows as `header` too.
    pub headers: Vec<(&'static str, Vec<String>)>,
    /// What failed a search, where the answer does not show it as the cause.
    pub failed_by: Option<Box<Self>>,
    /// Further exceptions of the same step, which were not thrown.
    pub suppressed: Vec<Self>,
}

/// An `illegal_argument_exception`, the type of most refusals.
#[must_use]
pub fn illegal_argument(reason: impl Into<String>) -> ErrorCause {
    ErrorCause::new(ErrorType::IllegalArgument, reason)
}

impl ErrorCause {
    /// An exception without metadata and cause.
    #[must_use]
    pub fn new(kind: ErrorType, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: Some(reason.into()),
            metadata: Vec::new(),
            caused_by: None,
            headers: Vec::new(),
            failed_by: None,
            suppressed: Vec::new(),
        }
    }

    /// An exception that has no message.
    #[must_use]
    pub const fn without_reason(kind: ErrorType) -> Self {
        Self {
            kind,
            reason: None,
            metadata: Vec::new(),
            caused_by: None,
            headers: Vec::new(),
            failed_by: None,
            suppressed: Vec::new(),
        }
    }

    /// The status of an answer whose outermost error this is; a failed search has that of what
    /// failed it (contract DO-7-6).
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.kind {
            ErrorType::SearchPhaseExecution => self.root().kind.status(),
            kind => kind.status(),
        }
    }

    /// This exception with its causes, as an answer shows it within another.
    #[must_use]
    pub fn nested(&self) -> Object {
        self.chain(Traces::Hidden, 0)
    }

    /// This exception with what failed it and is not shown as its cause.
    #[must_use]
    pub fn failed_by(mut self, cause: Self) -> Self {
        self.failed_by = Some(Box::new(cause));
        self
    }

    /// This exception with a cause.
    #[must_use]
    pub fn caused_by(mut self, cause: Self) -> Self {
        self.caused_by = Some(Box::new(cause));
        self
    }

    /// This exception with one member more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Text>, value: impl Into<Json>) -> Self {
        self.metadata.push((name.into(), value.into()));
        self
    }

    /// This exception with a header of the answer.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, values: Vec<String>) -> Self {
        self.headers.push((name, values));
        self
    }

    /// This exception with one more that was not thrown because of it.
    #[must_use]
    pub fn suppressing(mut self, other: Self) -> Self {
        self.suppressed.push(other);
        self
    }

    /// The exception that `root_cause` shows: causes are followed from server exception to server
    /// exception, from parse exception to either, and from a failed search to what failed it.
    #[must_use]
    pub fn root(&self) -> &Self {
        match self.failed_by.as_ref().or(self.caused_by.as_ref()) {
            Some(cause) if self.leads_to(cause) => cause.root(),
            _ => self,
        }
    }

    fn leads_to(&self, cause: &Self) -> bool {
        if self.kind == ErrorType::SearchPhaseExecution {
            return true;
        }
        match self.kind.family() {
            Family::Server => cause.kind.family() == Family::Server,
            Family::Parse => cause.kind.family() != Family::Other,
            Family::Other => false,
        }
    }

    /// `{"error":{"root_cause":[...],"type":...,"reason":...},"status":...}`
    #[must_use]
    pub fn envelope(&self, status: u16, traces: Traces) -> Json {
        let root = self.root().root_members(traces);
        let mut error = Object::new().with("root_cause", vec![Json::Object(root)]);
        for (name, value) in self.chain(traces, 0) {
            error.insert(name, value);
        }
        Json::Object(Object::new().with("error", error).with("status", i64::from(status)))
    }

    /// The exception with its causes, as it stands in an answer that is none itself.
    #[must_use]
    pub fn element(&self) -> Object {
        self.chain(Traces::Hidden, 0)
    }

    /// The same with its root cause in front.
    #[must_use]
    pub fn element_with_root(&self) -> Object {
        let root = self.root().root_members(Traces::Hidden);
        let mut element = Object::new().with("root_cause", vec![Json::Object(root)]);
        for (name, value) in self.element() {
            element.insert(name, value);
        }
        element
    }

    /// The element of `root_cause`. One that is not a server exception was put into one, which its
    /// stack trace shows (contract RL-2-18).
    fn root_members(&self, traces: Traces) -> Object {
        let mut members = self.members();
        self.insert_headers(&mut members);
        if traces == Traces::Shown {
            let mut trace = self.stack_trace();
            if self.kind.family() != Family::Server {
                let wrapper = self.described_as("org.elasticsearch.ElasticsearchException$1");
                trace = format!("{wrapper}Caused by: {trace}");
            }
            members.insert("stack_trace", trace);
        }
        self.insert_suppressed(&mut members, |other| other.root_members(traces));
        members
    }

    /// `"suppressed":[...]`, at the end (contract RL-2-22).
    fn insert_suppressed(&self, members: &mut Object, shown: impl Fn(&Self) -> Object) {
        if !self.suppressed.is_empty() {
            let shown: Json = self.suppressed.iter().map(|it| Json::Object(shown(it))).collect();
            members.insert("suppressed", shown);
        }
    }

    /// The exception with its causes; `level` of them are above it.
    fn chain(&self, traces: Traces, level: usize) -> Object {
        if level > MOST_CAUSES {
            let reason = "too many nested exceptions";
            return Self::new(ErrorType::IllegalState, reason).members();
        }
        let mut members = self.members();
        let cause = self.caused_by.as_ref().map(|cause| cause.chain(traces, level + 1));
        members.insert_some("caused_by", cause);
        self.insert_headers(&mut members);
        if traces == Traces::Shown {
            members.insert("stack_trace", self.stack_trace());
        }
        self.insert_suppressed(&mut members, |other| other.chain(traces, level + 1));
        members
    }

    fn members(&self) -> Object {
        let mut members =
            Object::new().with("type", self.kind.as_str()).with("reason", self.reason.clone());
        for (name, value) in &self.metadata {
            members.insert(name.clone(), value.clone());
        }
        members
    }

    /// `"header":{"name":"value"}`, an array where there are several values (contract RL-2-9).
    fn insert_headers(&self, members: &mut Object) {
        if self.headers.is_empty() {
            return;
        }
        let mut header = Object::new();
        for (name, values) in &self.headers {
            let value = match values.as_slice() {
                [value] => Json::from(value.clone()),
                values => values.iter().cloned().map(Json::from).collect(),
            };
            header.insert(*name, value);
        }
        members.insert("header", header);
    }

    /// A Java stack trace without its frames: the chain, one line each.
    fn stack_trace(&self) -> String {
        let mut lines = self.described();
        let mut next = self.caused_by.as_deref();
        while let Some(cause) = next {
            lines.push_str("Caused by: ");
            lines.push_str(&cause.described());
            next = cause.caused_by.as_deref();
        }
        lines
    }

    fn described(&self) -> String {
        self.described_as(self.kind.java_class())
    }

    fn described_as(&self, class: &str) -> String {
        let place = self.place();
        self.reason.as_ref().map_or_else(
            || format!("{place}{class}\n"),
            |reason| format!("{place}{class}: {reason}\n"),
        )
    }

    /// The index and the shard that the metadata name, as a stack trace shows them before the class
    /// (contract RL-2-18).
    fn place(&self) -> String {
        let text = |name: &str| {
            let member = self.metadata.iter().find(|(known, _)| *known == name);
            member.and_then(|(_, value)| value.as_str())
        };
        let Some(index) = text("index") else { return String::new() };
        let uuid = text("index_uuid").filter(|uuid| *uuid != UNKNOWN_UUID);
        let uuid = uuid.map_or_else(String::new, |uuid| format!("/{uuid}"));
        let shard = text("shard").map_or_else(String::new, |shard| format!("[[{index}][{shard}]]"));
        format!("[{index}{uuid}]{shard} ")
    }
}

/// What stands for the id of an index that is not there.
const UNKNOWN_UUID: &str = "_na_";

/// Whether `?error_trace` asked for stack traces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Traces {
    /// No `stack_trace` members.
    #[default]
    Hidden,
    /// `stack_trace` in every exception of the answer.
    Shown,
}

#[cfg(test)]
mod tests;
