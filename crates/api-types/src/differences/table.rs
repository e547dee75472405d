//! The table itself.

use super::{Affected, Entry, Seen};
use crate::{endpoint::Operation as Op, version::Version};

/// Declares the differences with their rows, in the order of their versions.
macro_rules! differences {
    ($($(#[$docs:meta])* $name:ident = $contract:literal, $since:expr, $affected:expr, $before:literal => $after:literal $(, elsewhere $reason:literal)?;)+) => {
        /// A change of behaviour.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Difference { $($(#[$docs])* $name,)+ }

        /// Every difference, by version.
        pub static DIFFERENCES: &[Entry] = &[$(Entry {
            difference: Difference::$name,
            contract: $contract,
            since: $since,
            affected: $affected,
            before: $before,
            after: $after,
            seen: seen!($($reason)?),
        },)+];

        impl Difference {
            pub(super) fn row(self) -> &'static Entry {
                match self { $(Self::$name => {
                    static ROW: Entry = Entry {
                        difference: Difference::$name,
                        contract: $contract,
                        since: $since,
                        affected: $affected,
                        before: $before,
                        after: $after,
                        seen: seen!($($reason)?),
                    };
                    &ROW
                })+ }
            }
        }
    };
}

macro_rules! seen {
    () => {
        Seen::InAnswers
    };
    ($reason:literal) => {
        Seen::Elsewhere($reason)
    };
}

const V8_13: Version = Version::new(8, 13, 0);
const V8_14: Version = Version::new(8, 14, 0);
const V8_15: Version = Version::new(8, 15, 0);
const V8_16: Version = Version::new(8, 16, 0);
const V8_17: Version = Version::new(8, 17, 0);
const V8_18: Version = Version::new(8, 18, 0);
const V8_19: Version = Version::new(8, 19, 0);
const V9_0: Version = Version::new(9, 0, 0);
const V9_2: Version = Version::new(9, 2, 0);

const CREATION: Affected = Affected::Operations(&[Op::Post, Op::Put]);
const READING: Affected = Affected::Operations(&[Op::Get, Op::List]);
const ERROR: Affected = Affected::Operations(&[Op::UpdateError]);

differences! {
    /// `values` of `_configuration`.
    ConfigurationValues = "CN-9-13", V8_13, Affected::Operations(&[Op::UpdateConfiguration]),
        "`configuration` is the only member; `values` is an unknown field" => "`values` sets values of fields that are there";
    /// A whole `configuration` takes the place of the old one.
    ConfigurationReplaced = "CN-9-29", V8_13, Affected::Operations(&[Op::UpdateConfiguration]),
        "`configuration` is merged into the stored one, written without reading the connector first" => "`configuration` replaces the stored one";
    /// `null` and absence break `_error`.
    ErrorNeedsText = "CN-9-17", V8_13, ERROR,
        "`error` may be null or absent, which stores null" => "null or absent is a 500 (until CN-9-18)";
    /// A missing connector is reported in a sentence.
    NotFoundSentence = "CN-9-23", V8_13,
        Affected::Operations(&[Op::Get, Op::Delete]),
        "404 with the bare id as reason" => "404 `connector [<id>] not found`";
    /// `index_name` may be left out at creation.
    IndexNameOptional = "CN-9-26", V8_13, CREATION,
        "`index_name` is required, not null and not empty" => "`index_name` may be left out";
    /// `index_name` is checked at creation.
    IndexNameChecked = "CN-9-27", V8_13, CREATION,
        "any text is taken as `index_name`, also one that another connector has" => "the name must be valid and free";
    /// GET and LIST show the stored document.
    ReadAsStored = "CN-9-30", V8_13, READING,
        "the document is read and written anew, its members always in the order of creation" => "the document is shown as it is stored";
    /// `api_key_secret_id` is a member of a new connector.
    ApiKeySecretId = "CN-9-31", V8_13, CREATION,
        "a new connector has no `api_key_secret_id`" => "a new connector has `api_key_secret_id` (null, until CN-9-21)";
    /// The message about an empty id.
    EmptyIdText = "CN-9-32", V8_13,
        Affected::Operations(&[
            Op::CheckIn, Op::UpdateConfiguration, Op::UpdateError, Op::UpdateFiltering, Op::LastSync,
            Op::UpdateName, Op::UpdatePipeline, Op::UpdateScheduling,
        ]),
        "`[connector_id] cannot be null or empty.`" => "`[connector_id] cannot be [null] or [\"\"].`";
    /// Connector and sync-job operations are actions on indices.
    ConnectorIndexActions = "RL-13-21", V8_13, Affected::Everything,
        "connector and sync-job operations are cluster actions" => "they are index actions: privileges on the connector indices grant them",
        elsewhere "a 403 needs authorization";
    /// `rules` and `advanced_snippet` of `_filtering`.
    DraftFiltering = "CN-9-14", V8_14, Affected::Operations(&[Op::UpdateFiltering]),
        "`filtering` is the only member and required" => "`rules` and `advanced_snippet` edit the draft";
    /// The times of rules and snippets may be left out.
    OptionalTimes = "CN-9-15", V8_14, Affected::Operations(&[Op::UpdateFiltering]),
        "`created_at` and `updated_at` of rules and snippets are required" => "they may be left out, which means now";
    /// POST and PUT answer with id and result.
    CreationAnswersBoth = "CN-9-10", V8_15, CREATION,
        "POST answers 201 `{\"id\"}` and PUT `{\"result\"}`" => "both answer `{\"id\",\"result\"}`";
    /// A connector can be created without a body.
    CreationWithoutBody = "CN-9-11", V8_15, CREATION,
        "no body is a 500, with a Content-Type a 400" => "no body is the same as `{}`";
    /// An absent body of an update is reported as such.
    BodiesRequired = "CN-9-12", V8_15,
        Affected::Operations(&[
            Op::UpdateApiKeyId, Op::UpdateConfiguration, Op::UpdateError, Op::UpdateFiltering,
            Op::UpdateFilteringValidation, Op::UpdateIndexName, Op::LastSync, Op::UpdateName,
            Op::UpdateNative, Op::UpdatePipeline, Op::UpdateScheduling, Op::UpdateServiceType,
            Op::UpdateStatus,
        ]),
        "no body is a 500, with a Content-Type a 400 about the missing object" => "400 `request body is required`";
    /// `sync_cursor` in `_last_sync`.
    SyncCursorInLastSync = "CN-9-16", V8_15, Affected::Operations(&[Op::LastSync]),
        "`sync_cursor` is an unknown field" => "`sync_cursor` is stored";
    /// `null` clears the error, and the member must be there.
    ErrorNullClears = "CN-9-18", V8_15, ERROR,
        "null or absent is a 500 (CN-9-17)" => "null clears the error, absent is `Required [error]`";
    /// `_error` moves the status.
    ErrorChangesStatus = "CN-9-19", V8_15, ERROR,
        "the status stays" => "the status becomes `error` or `connected`";
    /// A status may follow itself.
    SameStatus = "CN-9-20", V8_15, Affected::Operations(&[Op::UpdateStatus]),
        "no status may follow itself" => "`configured`, `connected` and `error` may follow themselves";
    /// `filter_path` keeps containers that were empty before.
    FilterKeepsEmpty = "RL-15-11", V8_15, Affected::Everything,
        "excludes of `filter_path` drop objects and arrays that were empty before" => "they stay";
    /// The comma in the challenge of Basic authentication.
    BasicChallengeComma = "RL-15-2", V8_15, Affected::Everything,
        "`Basic realm=\"security\" charset=\"UTF-8\"`" => "`Basic realm=\"security\", charset=\"UTF-8\"`",
        elsewhere "401 needs authentication";
    /// Members without value are left out of a new connector.
    NullsLeftOut = "CN-9-21", V8_16, CREATION,
        "a new connector has every member, null where it has no value" => "members without value are left out";
    /// `_last_sync` keeps what is not sent.
    LastSyncKeeps = "CN-9-22", V8_16, Affected::Operations(&[Op::LastSync]),
        "members that are not sent become null" => "members that are not sent stay, null is the same as not sent";
    /// A text that ends within a value is the client's fault.
    EndOfInputIs400 = "RL-15-10", V8_16, Affected::Bodies,
        "`x_content_e_o_f_exception` is a 500 with the JSON library's exception as reason" => "it is a 400 `Unexpected end of file` with a position";
    /// Malformed strings are parse errors of the server.
    MalformedStrings = "RL-15-3", V8_17, Affected::Bodies,
        "the content of a malformed string is reported as `json_parse_exception`" => "`x_content_parse_exception` with a position, caused by it";
    /// An empty index name has a message.
    EmptyIndexName = "CN-9-28", V8_18, Affected::Operations(&[Op::Post, Op::Put, Op::UpdateIndexName, Op::List]),
        "an empty index name is a 500" => "`must not be empty`";
    /// A bad escape in the path is an illegal argument.
    BadPathEscape = "RL-15-6", V8_19, Affected::Everything,
        "a bad percent escape in the path is a 405" => "it is a 400 illegal_argument_exception";
    /// Deleted connectors are kept.
    SoftDeletion = "CN-9-25", V9_0, Affected::Operations(&[Op::Delete, Op::Post, Op::Put]),
        "DELETE removes the document" => "DELETE marks the document as `deleted`, a member of every new connector";
    /// Indices of Elastic-managed connectors have a prefix.
    ManagedPrefix = "CN-9-24", V9_0,
        Affected::Operations(&[Op::Post, Op::Put, Op::UpdateIndexName, Op::UpdateNative]),
        "a native connector may have any index" => "the index of a native connector begins with `content-`";
    /// The text about an empty date.
    EmptyDatetimeText = "CN-9-33", V9_0, Affected::Operations(&[Op::LastSync, Op::UpdateFiltering, Op::SyncJobUpdateStats]),
        "`cannot parse empty date`" => "`cannot parse empty datetime`";
    /// Epoch milliseconds may be negative.
    NegativeEpochMillis = "CN-9-34", V9_0, Affected::Operations(&[Op::LastSync, Op::UpdateFiltering, Op::SyncJobUpdateStats]),
        "negative epoch milliseconds are no date" => "they are before 1970";
    /// The versions of media types.
    CompatibleWithNine = "RL-15-1", V9_0, Affected::Everything,
        "`compatible-with` is 7 or 8" => "it is 8 or 9";
    /// Connector operations have cluster privileges of their own.
    ConnectorPrivileges = "CN-9-6", V9_0, Affected::Everything,
        "privileges on the connector indices grant connector and sync-job operations" => "`monitor_connector`, `manage_connector`, `manage` and `all` grant them",
        elsewhere "a 403 needs authorization";
    /// A text that ends where a name is read has its own exception.
    EndOfInputInNames = "RL-15-7", V9_2, Affected::Bodies,
        "a text that ends in or before a name: `x_content_parse_exception` with the JSON library's text" => "`x_content_e_o_f_exception`, `Unexpected end of file`";
    /// Limits of the JSON library are parse errors.
    LimitsAreParseErrors = "RL-15-8", V9_2, Affected::Bodies,
        "`stream_constraints_exception`, 500 at the top level" => "`x_content_parse_exception`, 400, caused by it";
    /// The header that names the exception of a 5xx.
    ExceptionHeader = "RL-15-9", V9_2, Affected::Everything,
        "a 5xx has no `X-Elastic-App-Exception`, a timeout no `X-Timed-Out`" => "it has",
        elsewhere "only exceptions of the server itself that end in a 5xx carry it";
}
