//! Filtering: draft and active rules, the advanced snippet, their validation (contract CN-5.5).

use crate::{
    schema::{Absent, EnumType, Field, Kind, Schema},
    wire_enum::wire_enum,
};

wire_enum! {
    /// `policy` of a rule.
    FilteringPolicy as "FilteringPolicy" {
        /// What matches is left out.
        Exclude = "exclude",
        /// What matches is taken.
        Include = "include",
    }
}

wire_enum! {
    /// `state` of a validation.
    FilteringValidationState as "FilteringValidationState" {
        /// Changed since it was validated.
        Edited = "edited",
        /// Refused by the connector service.
        Invalid = "invalid",
        /// Accepted by the connector service.
        Valid = "valid",
    }
}

/// `rule` of a rule; case matters.
pub const CONDITIONS: EnumType = EnumType::exact(
    "FilteringRuleCondition",
    &["contains", "ends_with", "equals", ">", "<", "regex", "starts_with"],
);

/// One rule.
pub const RULE: &Schema = &Schema::nested(
    "connector_filtering_rule",
    &[
        Field::optional("created_at", Kind::Timestamp).or(Absent::Now),
        Field::required("field", Kind::String),
        Field::required("id", Kind::String),
        Field::required("order", Kind::Int),
        Field::required("policy", Kind::Enum(EnumType::of::<FilteringPolicy>())),
        Field::required("rule", Kind::Enum(CONDITIONS)),
        Field::optional("updated_at", Kind::Timestamp).or(Absent::Now),
        Field::required("value", Kind::String),
    ],
);

/// The advanced snippet.
pub const ADVANCED_SNIPPET: &Schema = &Schema::nested(
    "connector_filtering_advanced_snippet",
    &[
        Field::optional("created_at", Kind::Timestamp).or(Absent::Now),
        Field::optional("updated_at", Kind::Timestamp).or(Absent::Now),
        Field::required("value", Kind::AnyObjectOrArray),
    ],
);

const VALIDATION_ERROR: &Schema = &Schema::nested(
    "connector_filtering_validation",
    &[Field::required("ids", Kind::Strings), Field::required("messages", Kind::Strings)],
);

/// The outcome of a validation.
pub const VALIDATION: &Schema = &Schema::nested(
    "filtering_validation_info",
    &[
        Field::required("errors", Kind::Objects(VALIDATION_ERROR)),
        Field::required("state", Kind::Enum(EnumType::of::<FilteringValidationState>())),
    ],
);

/// Rules, snippet and validation: the draft or the active half.
pub const RULES: &Schema = &Schema::nested(
    "connector_filtering_rules",
    &[
        Field::required("advanced_snippet", Kind::Object(ADVANCED_SNIPPET)),
        Field::required("rules", Kind::Objects(RULE)),
        Field::required("validation", Kind::Object(VALIDATION)),
    ],
);

/// An element of `filtering`.
pub const FILTERING: &Schema = &Schema::nested(
    "connector_filtering",
    &[
        Field::required("active", Kind::Object(RULES)),
        Field::required("draft", Kind::Object(RULES)),
    ],
);

/// One rule where its times are required (contract CN-9-15).
const RULE_WITH_TIMES: &Schema = &Schema::nested(
    "connector_filtering_rule",
    &[
        Field::required("created_at", Kind::Timestamp),
        Field::required("field", Kind::String),
        Field::required("id", Kind::String),
        Field::required("order", Kind::Int),
        Field::required("policy", Kind::Enum(EnumType::of::<FilteringPolicy>())),
        Field::required("rule", Kind::Enum(CONDITIONS)),
        Field::required("updated_at", Kind::Timestamp),
        Field::required("value", Kind::String),
    ],
);

const SNIPPET_WITH_TIMES: &Schema = &Schema::nested(
    "connector_filtering_advanced_snippet",
    &[
        Field::required("created_at", Kind::Timestamp),
        Field::required("updated_at", Kind::Timestamp),
        Field::required("value", Kind::AnyObjectOrArray),
    ],
);

const RULES_WITH_TIMES: &Schema = &Schema::nested(
    "connector_filtering_rules",
    &[
        Field::required("advanced_snippet", Kind::Object(SNIPPET_WITH_TIMES)),
        Field::required("rules", Kind::Objects(RULE_WITH_TIMES)),
        Field::required("validation", Kind::Object(VALIDATION)),
    ],
);

/// An element of `filtering` where the times of rules and snippets are required (contract CN-9-15).
pub const FILTERING_WITH_TIMES: &Schema = &Schema::nested(
    "connector_filtering",
    &[
        Field::required("active", Kind::Object(RULES_WITH_TIMES)),
        Field::required("draft", Kind::Object(RULES_WITH_TIMES)),
    ],
);
