//! The configuration of a connector: its fields (contract CN-5.2).

use crate::schema::{Absent, EnumType, Field, Kind, Schema};

const DISPLAYS: EnumType = EnumType::ignoring_case(
    "ConfigurationDisplayType",
    &["text", "textbox", "textarea", "numeric", "toggle", "dropdown"],
);

const TYPES: EnumType = EnumType::exact("ConfigurationFieldType", &["str", "int", "list", "bool"]);

const VALIDATION_TYPES: EnumType = EnumType::ignoring_case(
    "ConfigurationValidationType",
    &["less_than", "greater_than", "list_type", "included_in", "regex"],
);

const DEPENDENCY: &Schema = &Schema::nested(
    "connector_configuration_dependency",
    &[
        Field::required("field", Kind::String),
        Field::required("value", Kind::Scalar).or(Absent::Null),
    ],
);

const OPTION: &Schema = &Schema::nested(
    "connector_configuration_select_option",
    &[Field::required("label", Kind::String), Field::required("value", Kind::StringOrNumber)],
);

const VALIDATION: &Schema = &Schema::nested(
    "connector_configuration_validation",
    &[
        Field::required("constraint", Kind::StringNumberOrArray),
        Field::required("type", Kind::Enum(VALIDATION_TYPES)),
    ],
);

/// One field of a configuration.
pub const CONFIGURATION_FIELD: &Schema = &Schema::nested(
    "connector_configuration",
    &[
        Field::optional("category", Kind::String),
        Field::optional("default_value", Kind::Scalar).or(Absent::Null),
        Field::optional("depends_on", Kind::Objects(DEPENDENCY)),
        Field::optional("display", Kind::Enum(DISPLAYS)),
        Field::required("label", Kind::String),
        Field::optional("options", Kind::Objects(OPTION)),
        Field::optional("order", Kind::Int),
        Field::optional("placeholder", Kind::StringOrNull),
        Field::optional("required", Kind::Boolean).or(Absent::False),
        Field::optional("sensitive", Kind::Boolean).or(Absent::False),
        Field::optional("tooltip", Kind::StringOrNull),
        Field::optional("type", Kind::EnumOrNull(TYPES)),
        Field::optional("ui_restrictions", Kind::Strings),
        Field::optional("validations", Kind::Objects(VALIDATION)),
        Field::optional("value", Kind::AnyButArray).or(Absent::Null),
    ],
);
