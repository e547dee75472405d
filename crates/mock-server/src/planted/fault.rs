//! The faults: what they are called, which rule they break, and the shortest way to see it.

use std::{fmt, str::FromStr};

/// Declares the faults: name, rule, who sees it, what is wrong, the shortest requests that show it.
macro_rules! faults {
    ($($fault:ident = $name:literal, $rule:literal, $seen:ident, $summary:literal,
        [$($request:expr),+];)+) => {
        /// A way in which the server can be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Fault { $(#[doc = $summary] $fault,)+ }

        impl Fault {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$fault,)+];

            /// What it is called, `cancel-allows-canceled`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$fault => $name,)+ }
            }

            /// What is wrong, in a sentence.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$fault => $summary,)+ }
            }

            /// The rule of the contract that is broken.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self { $(Self::$fault => $rule,)+ }
            }

            /// The shortest requests that show it to an empty server, as `METHOD TARGET BODY`; the
            /// answer to the last one is wrong. `$job` stands for the id that the last request for
            /// a sync job was answered with.
            ///
            /// Those of a fault that [is concurrent](Self::is_concurrent) need more than this order:
            /// its summary says which of them have to overlap.
            #[must_use]
            pub const fn requests(self) -> &'static [&'static str] {
                match self { $(Self::$fault => &[$($request,)+],)+ }
            }

            const fn seen(self) -> Seen {
                match self { $(Self::$fault => Seen::$seen,)+ }
            }
        }
    };
}

/// Who sees that something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// One client that waits for each answer.
    Sequential,
    /// Clients at the same time.
    Concurrent,
}

const C: &str = r#"PUT /_connector/c {"index_name":"i","service_type":"s"}"#;
const BARE: &str = "PUT /_connector/c";
const NATIVE: &str = r#"PUT /_connector/c {"is_native":true}"#;
const GET_C: &str = "GET /_connector/c";
const LIST: &str = "GET /_connector";
const DELETE_C: &str = "DELETE /_connector/c";
const DELETE_WITH_JOBS: &str = "DELETE /_connector/c?delete_sync_jobs=true";
const NAME: &str = r#"PUT /_connector/c/_name {"name":"n"}"#;
const CHECK_IN: &str = "PUT /_connector/c/_check_in";
const CONNECTED: &str = r#"PUT /_connector/c/_status {"status":"connected"}"#;
const ERROR: &str = r#"PUT /_connector/c/_error {"error":"e"}"#;
const NO_ERROR: &str = r#"PUT /_connector/c/_error {"error":null}"#;
const CONFIGURATION: &str = r#"PUT /_connector/c/_configuration {"configuration":{}}"#;
const SERVICE_TYPE: &str = r#"PUT /_connector/c/_service_type {"service_type":"s"}"#;
const INDEX_NAME: &str = r#"PUT /_connector/c/_index_name {"index_name":"i"}"#;
const RULES: &str = r#"PUT /_connector/c/_filtering {"rules":[{"field":"f","id":"a","order":0,"policy":"include","rule":"equals","value":"v"}]}"#;
const ACTIVATE: &str = "PUT /_connector/c/_filtering/_activate";
const J: &str = r#"POST /_connector/_sync_job {"id":"c"}"#;
const GET_J: &str = "GET /_connector/_sync_job/$job";
const CANCEL: &str = "PUT /_connector/_sync_job/$job/_cancel";
const CLAIM: &str = r#"PUT /_connector/_sync_job/$job/_claim {"worker_hostname":"w"}"#;
const FAIL: &str = r#"PUT /_connector/_sync_job/$job/_error {"error":"e"}"#;
/// A new job is pending, and a pending one cannot fail: this is the one request that takes it there.
const WRITE_ERROR: &str =
    r#"POST /.elastic-connectors-sync-jobs-v1/_update/$job {"doc":{"status":"error"}}"#;
/// A draft with a snippet of its own, and its validation, at once.
const VALID_SNIPPET: &str = r#"PUT /_connector/c/_filtering {"filtering":[{"active":{"advanced_snippet":{"value":{}},"rules":[],"validation":{"errors":[],"state":"valid"}},"draft":{"advanced_snippet":{"value":{"a":1}},"rules":[],"validation":{"errors":[],"state":"valid"}}}]}"#;
const STATS: &str = r#"PUT /_connector/_sync_job/$job/_stats {"deleted_document_count":1,"indexed_document_count":2,"indexed_document_volume":3}"#;

faults! {
    // Statuses of sync jobs.
    CancelAllowsCanceled = "cancel-allows-canceled", "SJ-4-9", Sequential, "A canceled job can be canceled again and is asked to end.",
        [C, J, CANCEL, CANCEL];
    CancelAllowsError = "cancel-allows-error", "SJ-4-9", Sequential, "A job that failed can be canceled.",
        [C, J, WRITE_ERROR, CANCEL];
    CancelTwiceIsNoop = "cancel-twice-is-noop", "SJ-4-15", Sequential, "A second cancel of a running job is a noop and not refused.",
        [C, J, CLAIM, CANCEL, CANCEL];
    CancelEndsRunning = "cancel-ends-running", "SJ-12-3", Sequential, "A running job that is canceled has ended at once.",
        [C, J, CLAIM, CANCEL, GET_J];
    CancelAsksPending = "cancel-asks-pending", "SJ-12-2", Sequential, "A pending job that is canceled waits for somebody to end it.",
        [C, J, CANCEL, GET_J];
    ErrorAllowsPending = "error-allows-pending", "SJ-4-10", Sequential, "A pending job can fail.",
        [C, J, FAIL];
    ErrorAllowsCanceled = "error-allows-canceled", "SJ-4-10", Sequential, "A canceled job can fail.",
        [C, J, CANCEL, FAIL];
    ErrorTwice = "error-twice", "SJ-4-10", Sequential, "A job that failed can fail again.",
        [C, J, WRITE_ERROR, FAIL];
    ErrorRefusedWhenCanceling = "error-refused-when-canceling", "SJ-4-10", Sequential, "A job that is asked to end cannot fail.",
        [C, J, CLAIM, CANCEL, FAIL];
    ClaimRefusedWhenCanceled = "claim-refused-when-canceled", "SJ-13-5", Sequential, "A canceled job cannot be claimed.",
        [C, J, CANCEL, CLAIM];
    ClaimRefusedWhenRunning = "claim-refused-when-running", "SJ-4-11", Sequential, "A running job cannot be claimed.",
        [C, J, CLAIM, CLAIM];
    ClaimLeavesStatus = "claim-leaves-status", "SJ-13-4", Sequential, "A claim does not change the status.",
        [C, J, CLAIM, GET_J];
    // Times of sync jobs.
    CancelForgetsCompletedAt = "cancel-forgets-completed-at", "SJ-12-2", Sequential, "Cancel of a pending job does not set completed_at.",
        [C, J, CANCEL, GET_J];
    CancelForgetsCanceledAt = "cancel-forgets-canceled-at", "SJ-12-2", Sequential, "Cancel of a pending job does not set canceled_at.",
        [C, J, CANCEL, GET_J];
    CancelOfRunningForgetsTheTime = "cancel-of-running-forgets-the-time", "SJ-12-3", Sequential, "Cancel of a running job does not set cancelation_requested_at.",
        [C, J, CLAIM, CANCEL, GET_J];
    ErrorCompletesTheJob = "error-completes-the-job", "SJ-14-2", Sequential, "The error of a job sets completed_at.",
        [C, J, CLAIM, FAIL, GET_J];
    ClaimForgetsStartedAt = "claim-forgets-started-at", "SJ-13-4", Sequential, "A claim does not set started_at.",
        [C, J, CLAIM, GET_J];
    ClaimForgetsLastSeen = "claim-forgets-last-seen", "SJ-13-4", Sequential, "A claim does not set last_seen.",
        [C, J, CLAIM, GET_J];
    ClaimDropsEnd = "claim-drops-end", "SJ-13-5", Sequential, "A claim of a canceled job drops the times of its end.",
        [C, J, CANCEL, CLAIM, GET_J];
    JobCheckInForgetsTheTime = "job-check-in-forgets-the-time", "SJ-11-1", Sequential, "The check-in of a job does not set last_seen.",
        [C, J, "PUT /_connector/_sync_job/$job/_check_in", GET_J];
    StatsLeaveLastSeen = "stats-leave-last-seen", "SJ-14-9", Sequential, "Stats without last_seen leave it as it is.",
        [C, J, STATS, GET_J];
    StatsIgnoreLastSeen = "stats-ignore-last-seen", "SJ-14-9", Sequential, "Stats take the present in place of the last_seen that was sent.",
        [C, J, r#"PUT /_connector/_sync_job/$job/_stats {"deleted_document_count":0,"indexed_document_count":0,"indexed_document_volume":0,"last_seen":"2023-01-01T00:00:00Z"}"#, GET_J];
    JobCreatedInThePast = "job-created-in-the-past", "SJ-7-12", Sequential, "A new job was created in another year.",
        [C, J, GET_J];
    // Members of sync jobs.
    ClaimDropsError = "claim-drops-error", "SJ-13-5", Sequential, "A claim drops the error of the job.",
        [C, J, CLAIM, FAIL, CLAIM, GET_J];
    ClaimReplacesCursor = "claim-replaces-cursor", "SJ-13-4", Sequential, "The sync_cursor of a claim replaces the one before.",
        [C, J, r#"PUT /_connector/_sync_job/$job/_claim {"worker_hostname":"w","sync_cursor":{"a":1}}"#, r#"PUT /_connector/_sync_job/$job/_claim {"worker_hostname":"w","sync_cursor":{"b":1}}"#, GET_J];
    ClaimDropsCursor = "claim-drops-cursor", "SJ-13-4", Sequential, "A claim without sync_cursor drops the one before.",
        [C, J, r#"PUT /_connector/_sync_job/$job/_claim {"worker_hostname":"w","sync_cursor":{"a":1}}"#, CLAIM, GET_J];
    ClaimConnects = "claim-connects", "SJ-16-2", Sequential, "The connector of a job that is claimed becomes connected.",
        [C, J, CLAIM, GET_C];
    StatsReplaceMetadata = "stats-replace-metadata", "SJ-14-10", Sequential, "The metadata of stats replace those before.",
        [C, J, r#"PUT /_connector/_sync_job/$job/_stats {"deleted_document_count":1,"indexed_document_count":2,"indexed_document_volume":3,"metadata":{"a":1}}"#, r#"PUT /_connector/_sync_job/$job/_stats {"deleted_document_count":1,"indexed_document_count":2,"indexed_document_volume":3,"metadata":{"b":1}}"#, GET_J];
    StatsAddUp = "stats-add-up", "SJ-14-11", Sequential, "Counters of stats are added to those before.",
        [C, J, STATS, STATS, GET_J];
    StatsResetTotal = "stats-reset-total", "SJ-14-8", Sequential, "Stats without total_document_count set it to 0.",
        [C, J, r#"PUT /_connector/_sync_job/$job/_stats {"deleted_document_count":1,"indexed_document_count":2,"indexed_document_volume":3,"total_document_count":5}"#, STATS, GET_J];
    // New sync jobs.
    JobCreatedRunning = "job-created-running", "SJ-7-1", Sequential, "A new job is in progress.",
        [C, J, GET_J];
    JobWithoutIndex = "job-without-index", "SJ-6-16", Sequential, "A job can be made for a connector without an index.",
        [r#"PUT /_connector/c {"service_type":"s"}"#, J];
    JobWithoutServiceType = "job-without-service-type", "SJ-6-17", Sequential, "A job can be made for a connector without a service type.",
        [r#"PUT /_connector/c {"index_name":"i"}"#, J];
    AccessControlWithoutPrefix = "access-control-without-prefix", "SJ-7-5", Sequential, "The index of an access control job is that of the connector.",
        [C, r#"POST /_connector/_sync_job {"id":"c","job_type":"access_control"}"#, GET_J];
    JobIdsRepeat = "job-ids-repeat", "SJ-6-5", Sequential, "A second job of a connector takes id and place of the first.",
        [C, J, J];
    JobPostMarksConnector = "job-post-marks-connector", "SJ-6-27", Sequential, "A new job sets last_sync_status of its connector.",
        [C, J, GET_C];
    JobOfDeletedRefused = "job-of-deleted-refused", "SJ-6-23", Sequential, "No job can be made for a soft-deleted connector.",
        [C, DELETE_C, J];
    // Lists and reads.
    ListShowsDeleted = "list-shows-deleted", "CN-4.4-7", Sequential, "A soft-deleted connector is listed.",
        [BARE, DELETE_C, LIST];
    GetShowsDeleted = "get-shows-deleted", "CN-4.4-7", Sequential, "A soft-deleted connector is found.",
        [BARE, DELETE_C, GET_C];
    ListIgnoresFrom = "list-ignores-from", "CN-4.3-1", Sequential, "The list of connectors always begins with the first.",
        [BARE, "GET /_connector?from=1"];
    ListIgnoresServiceType = "list-ignores-service-type", "CN-4.3-5", Sequential, "The list of connectors is not filtered by service type.",
        [BARE, "GET /_connector?service_type=s"];
    ListCountsThePage = "list-counts-the-page", "CN-4.3-8", Sequential, "The count of the list of connectors is that of the page.",
        [BARE, "GET /_connector?size=0"];
    ListMissesUnattached = "list-misses-unattached", "CN-4.3-13", Sequential, "Connectors without an index are not listed.",
        [BARE, LIST];
    JobListCountsThePage = "job-list-counts-the-page", "SJ-9-8", Sequential, "The count of the list of jobs is that of the page.",
        [C, J, "GET /_connector/_sync_job?size=0"];
    JobListIgnoresStatus = "job-list-ignores-status", "SJ-9-4", Sequential, "The list of jobs is not filtered by status.",
        [C, J, "GET /_connector/_sync_job?status=error"];
    JobListIgnoresType = "job-list-ignores-type", "SJ-9-5", Sequential, "The list of jobs is not filtered by type.",
        [C, J, "GET /_connector/_sync_job?job_type=incremental"];
    JobListIgnoresConnector = "job-list-ignores-connector", "SJ-9-3", Sequential, "The list of jobs is not filtered by connector.",
        [C, J, "GET /_connector/_sync_job?connector_id=d"];
    JobListIsAscending = "job-list-is-ascending", "SJ-9-6", Sequential, "The oldest job of a page comes first.",
        [C, J, J, "GET /_connector/_sync_job"];
    JobShowsPresentIndex = "job-shows-present-index", "SJ-7-2", Sequential, "A job shows the index that its connector has now.",
        [C, J, r#"PUT /_connector/c/_index_name {"index_name":"k"}"#, GET_J];
    // Deletion.
    HardDeleteIsSoft = "hard-delete-is-soft", "CN-4.4-5", Sequential, "A hard deletion marks the connector as deleted.",
        [BARE, "DELETE /_connector/c?hard=true", BARE];
    SoftDeleteRemoves = "soft-delete-removes", "CN-4.4-4", Sequential, "A soft deletion removes the connector.",
        [BARE, DELETE_C, BARE];
    DeleteTwice = "delete-twice", "CN-4.4-4", Sequential, "A soft-deleted connector can be deleted again.",
        [BARE, DELETE_C, DELETE_C];
    DeleteKeepsJobs = "delete-keeps-jobs", "CN-4.4-6", Sequential, "delete_sync_jobs is ignored.",
        [C, J, DELETE_WITH_JOBS, GET_J];
    DeleteTakesAllJobs = "delete-takes-all-jobs", "SJ-16-1", Sequential, "delete_sync_jobs deletes the jobs of all connectors.",
        [BARE, r#"PUT /_connector/d {"index_name":"i","service_type":"s"}"#, r#"POST /_connector/_sync_job {"id":"d"}"#, DELETE_WITH_JOBS, GET_J];
    DeleteTakesJobsUnasked = "delete-takes-jobs-unasked", "CN-4.4-6", Sequential, "The jobs of a connector are deleted with it though nobody asked for it.",
        [C, J, DELETE_C, GET_J];
    DeletedKeepsIndex = "deleted-keeps-index", "CN-4.4-7", Sequential, "The index name of a soft-deleted connector is still used.",
        [r#"PUT /_connector/d {"index_name":"i"}"#, "DELETE /_connector/d", r#"PUT /_connector/c {"index_name":"i"}"#];
    RunningJobIsKept = "running-job-is-kept", "SJ-10-1", Sequential, "A running job cannot be deleted.",
        [C, J, CLAIM, "DELETE /_connector/_sync_job/$job"];
    // What is missing.
    JobCheckInMissingIsShort = "job-check-in-missing-is-short", "SJ-5-2", Sequential, "The check-in of a missing job answers with the bare id.",
        ["PUT /_connector/_sync_job/j/_check_in"];
    JobCancelMissingIsLong = "job-cancel-missing-is-long", "SJ-5-1", Sequential, "The cancel of a missing job answers with a sentence.",
        ["PUT /_connector/_sync_job/j/_check_in", "PUT /_connector/_sync_job/j/_cancel"];
    NameMissingIsResource = "name-missing-is-resource", "CN-1.3-14", Sequential, "_name of a missing connector answers resource_not_found_exception.",
        [NAME];
    StatusMissingIsDocument = "status-missing-is-document", "CN-1.3-13", Sequential, "_status of a missing connector answers document_missing_exception.",
        [r#"PUT /_connector/c/_status {"status":"error"}"#];
    JobOfMissingConnectorIsBadRequest = "job-of-missing-connector-is-bad-request", "SJ-6-15", Sequential, "A job for a missing connector is answered with 400.",
        ["PUT /_connector/d", J];
    // Statuses of connectors.
    StatusCreatedToConnected = "status-created-to-connected", "CN-3-3", Sequential, "_status takes a connector from created to connected.",
        [BARE, CONNECTED];
    StatusNeedsConfigurationToConnected = "status-needs-configuration-to-connected", "CN-3-4", Sequential, "_status takes a connector from needs_configuration to connected.",
        [NATIVE, CONNECTED];
    StatusErrorToCreated = "status-error-to-created", "CN-3-7", Sequential, "_status takes a connector from error to created.",
        [BARE, ERROR, r#"PUT /_connector/c/_status {"status":"created"}"#];
    StatusErrorToNeedsConfiguration = "status-error-to-needs-configuration", "CN-3-7", Sequential, "_status takes a connector from error to needs_configuration.",
        [BARE, ERROR, r#"PUT /_connector/c/_status {"status":"needs_configuration"}"#];
    StatusConfiguredStays = "status-configured-stays", "CN-3-5", Sequential, "_status does not take a connector from configured to needs_configuration.",
        [BARE, CONFIGURATION, r#"PUT /_connector/c/_status {"status":"needs_configuration"}"#];
    StatusConnectedTwiceRefused = "status-connected-twice-refused", "CN-3-8", Sequential, "_status connected of a connected connector is refused.",
        [BARE, NO_ERROR, CONNECTED];
    StatusOfDeletedChanges = "status-of-deleted-changes", "CN-1.6-1", Sequential, "_status works on a soft-deleted connector.",
        [BARE, DELETE_C, r#"PUT /_connector/c/_status {"status":"error"}"#];
    ErrorNullLeavesStatus = "error-null-leaves-status", "CN-3-13", Sequential, "_error without a text leaves the status when it is null.",
        [BARE, NO_ERROR, GET_C];
    ErrorTextLeavesStatus = "error-text-leaves-status", "CN-3-14", Sequential, "_error with a text leaves the status.",
        [BARE, ERROR, GET_C];
    EmptyErrorIsAnError = "empty-error-is-an-error", "CN-3-13", Sequential, "_error with an empty text sets the status error.",
        [BARE, r#"PUT /_connector/c/_error {"error":""}"#, GET_C];
    ConfigurationLeavesStatus = "configuration-leaves-status", "CN-3-12", Sequential, "_configuration leaves the status.",
        [BARE, CONFIGURATION, GET_C];
    ServiceTypeAlwaysResets = "service-type-always-resets", "CN-3-15", Sequential, "_service_type sets needs_configuration on a connector that is created too.",
        [BARE, SERVICE_TYPE, GET_C];
    ServiceTypeLeavesStatus = "service-type-leaves-status", "CN-3-15", Sequential, "_service_type leaves the status.",
        [BARE, NO_ERROR, SERVICE_TYPE, GET_C];
    NativeLeavesConnected = "native-leaves-connected", "CN-3-16", Sequential, "_native leaves a connected connector connected.",
        [BARE, NO_ERROR, r#"PUT /_connector/c/_native {"is_native":false}"#, GET_C];
    CheckInConnects = "check-in-connects", "CN-3-17", Sequential, "The check-in of a connector sets the status connected.",
        [BARE, CHECK_IN, GET_C];
    // Members of connectors.
    CheckInForgetsTheTime = "check-in-forgets-the-time", "CN-5.16-1", Sequential, "The check-in of a connector does not set last_seen.",
        [BARE, CHECK_IN, GET_C];
    NoopIsUpdated = "noop-is-updated", "CN-1.5-2", Sequential, "An update that changes nothing answers updated.",
        [BARE, ACTIVATE];
    NameIsAlwaysNoop = "name-is-always-noop", "CN-1.5-1", Sequential, "_name always answers noop.",
        [BARE, NAME];
    NameClearsDescription = "name-clears-description", "CN-5.10-1", Sequential, "_name without a description removes it.",
        [r#"PUT /_connector/c {"description":"d"}"#, NAME, GET_C];
    NameOfDeletedRefused = "name-of-deleted-refused", "CN-1.6-1", Sequential, "_name does not find a soft-deleted connector.",
        [BARE, DELETE_C, NAME];
    ConfigurationMerges = "configuration-merges", "CN-5.2-3", Sequential, "A full configuration is merged into the one before.",
        [BARE, r#"PUT /_connector/c/_configuration {"configuration":{"a":{"label":"A"}}}"#, CONFIGURATION, GET_C];
    ValuesResetFields = "values-reset-fields", "CN-5.2-4", Sequential, "A value replaces the field that it is for.",
        [BARE, r#"PUT /_connector/c/_configuration {"configuration":{"a":{"label":"A"}}}"#, r#"PUT /_connector/c/_configuration {"values":{"a":1}}"#, GET_C];
    FeaturesReplaced = "features-replaced", "CN-5.4-1", Sequential, "_features replaces the features before.",
        [BARE, r#"PUT /_connector/c/_features {"features":{"incremental_sync":{"enabled":true}}}"#, r#"PUT /_connector/c/_features {"features":{"document_level_security":{"enabled":true}}}"#, GET_C];
    SchedulingReplaced = "scheduling-replaced", "CN-5.13-3", Sequential, "_scheduling replaces the schedules before.",
        [BARE, r#"PUT /_connector/c/_scheduling {"scheduling":{"full":{"enabled":true,"interval":"0 0 0 * * ?"}}}"#, GET_C];
    LastSyncStoresNull = "last-sync-stores-null", "CN-5.9-3", Sequential, "_last_sync with null stores it.",
        [BARE, r#"PUT /_connector/c/_last_sync {"last_sync_error":null}"#, GET_C];
    PutKeepsApiKey = "put-keeps-api-key", "CN-4.1-12", Sequential, "A connector that is put again keeps its api_key_id.",
        [BARE, r#"PUT /_connector/c/_api_key_id {"api_key_id":"k"}"#, BARE, GET_C];
    PutKeepsLastSync = "put-keeps-last-sync", "CN-4.1-12", Sequential, "A connector that is put again keeps how its last sync ended.",
        [BARE, r#"PUT /_connector/c/_last_sync {"last_sync_status":"completed"}"#, BARE, GET_C];
    PutKeepsStatus = "put-keeps-status", "CN-3-11", Sequential, "A connector that is put again keeps its status.",
        [NATIVE, BARE, GET_C];
    PutStaysDeleted = "put-stays-deleted", "CN-4.1-13", Sequential, "A soft-deleted connector that is put again stays deleted.",
        [BARE, DELETE_C, BARE, GET_C];
    // Index names.
    PutTakesUsedIndex = "put-takes-used-index", "CN-6.2-1", Sequential, "A connector can be made with an index name that another has.",
        [r#"PUT /_connector/d {"index_name":"i"}"#, r#"PUT /_connector/c {"index_name":"i"}"#];
    IndexNameTakesUsed = "index-name-takes-used", "CN-6.2-1", Sequential, "_index_name takes a name that another connector has.",
        [r#"PUT /_connector/d {"index_name":"i"}"#, INDEX_NAME];
    OwnIndexNameRefused = "own-index-name-refused", "CN-5.8-1", Sequential, "_index_name refuses the name that the connector has itself.",
        [r#"PUT /_connector/c {"index_name":"i"}"#, INDEX_NAME];
    NullIndexNameIsUsed = "null-index-name-is-used", "CN-6.2-1", Sequential, "_index_name null is refused while another connector has no index.",
        ["PUT /_connector/d", r#"PUT /_connector/c/_index_name {"index_name":null}"#];
    NullIndexNameRemoves = "null-index-name-removes", "CN-5.8-1", Sequential, "_index_name null removes the member.",
        [BARE, r#"PUT /_connector/c/_index_name {"index_name":null}"#, GET_C];
    // Sync rules.
    ActivateLeavesSnippet = "activate-leaves-snippet", "CN-5.7-1", Sequential, "The activation of a draft leaves the advanced snippet behind.",
        [BARE, VALID_SNIPPET, ACTIVATE, GET_C];
    ActivateClearsDraft = "activate-clears-draft", "CN-5.7-1", Sequential, "The activation of a draft empties the rules of the draft.",
        [BARE, ACTIVATE, GET_C];
    ActivateTakesInvalid = "activate-takes-invalid", "CN-5.7-1", Sequential, "A draft that is not valid can be activated.",
        [BARE, RULES, ACTIVATE];
    DraftEditLeavesState = "draft-edit-leaves-state", "CN-5.5-3", Sequential, "A draft that is edited stays valid.",
        [BARE, RULES, ACTIVATE];
    DraftEditIsActive = "draft-edit-is-active", "CN-5.5-3", Sequential, "A draft that is edited becomes active at once.",
        [BARE, RULES, GET_C];
    ValidationIsActive = "validation-is-active", "CN-5.6-1", Sequential, "The validation of a draft is also that of the active rules.",
        [BARE, r#"PUT /_connector/c/_filtering/_validation {"validation":{"state":"invalid","errors":[]}}"#, GET_C];
    DefaultRuleMissing = "default-rule-missing", "CN-5.5-5", Sequential, "The default rule is not appended to the rules of a draft.",
        [BARE, RULES, GET_C];
    RulesUnsorted = "rules-unsorted", "CN-5.5-5", Sequential, "The rules of a draft are not sorted by their order.",
        [BARE, r#"PUT /_connector/c/_filtering {"rules":[{"field":"f","id":"b","order":2,"policy":"include","rule":"equals","value":"v"},{"field":"f","id":"a","order":1,"policy":"include","rule":"equals","value":"v"}]}"#, GET_C];
    // Several clients at once.
    LostUpdateOfConnector = "lost-update-of-connector", "CN-1.5-5", Concurrent, "Of two updates of a connector at once one is lost, though both were answered.",
        [BARE, NAME, CHECK_IN, GET_C];
    LostUpdateOfJob = "lost-update-of-job", "SJ-2-4", Concurrent, "Of two updates of a sync job at once one is lost, though both were answered.",
        [C, J, CLAIM, STATS, GET_J];
    StaleRead = "stale-read", "CN-1.7-1", Concurrent, "A read while another request is under way finds what was there before the last write.",
        [BARE, GET_C, LIST];
    StaleUniqueness = "stale-uniqueness", "CN-6.2-1", Concurrent, "Two connectors that are made at once can have the same index name.",
        [r#"PUT /_connector/d {"index_name":"i"}"#, r#"PUT /_connector/c {"index_name":"i"}"#];
}

impl Fault {
    /// The fault of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
    }

    /// Whether only clients at the same time can see it. Then their requests have to overlap: with
    /// threads that share an [`InProcess`](crate::InProcess), or connections to `connector-mock`; a
    /// [`MockServer`](crate::MockServer) answers one request after the other.
    #[must_use]
    pub const fn is_concurrent(self) -> bool {
        matches!(self.seen(), Seen::Concurrent)
    }

    /// The number of requests that it takes to show it to an empty server, the last one with the
    /// wrong answer.
    #[must_use]
    pub const fn shortest(self) -> usize {
        self.requests().len()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no fault of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such fault; there are {}", names())]
pub struct UnknownFault;

fn names() -> String {
    Fault::ALL.iter().map(|fault| fault.name()).collect::<Vec<_>>().join(", ")
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        Self::from_name(name).ok_or(UnknownFault)
    }
}
