//! Mappings as Elasticsearch reads them and writes them anew (contract DO-6.6-3, DO-6.6-4).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use crate::java_text::java_text;

/// Members of the root that are no fields.
const OF_ROOT: [&str; 14] = [
    "_data_stream_timestamp",
    "_doc_count",
    "_field_names",
    "_inference_fields",
    "_routing",
    "_size",
    "_source",
    "_tier",
    "_tsid",
    "date_detection",
    "dynamic_date_formats",
    "dynamic_templates",
    "numeric_detection",
    "runtime",
];

/// Members of every object, in the order in which they are written.
const OF_OBJECT: [&str; 5] =
    ["dynamic", "enabled", "subobjects", "store_array_source", "synthetic_source_keep"];

/// Members of the kinds of objects that have more of them.
const OF_NESTED: [&str; 2] = ["include_in_parent", "include_in_root"];
const OF_PASSTHROUGH: [&str; 2] = ["priority", "time_series_dimension"];

const OBJECTS: [&str; 3] = ["object", "nested", "passthrough"];

/// The types of fields beside objects.
const TYPES: [&str; 49] = [
    "aggregate_metric_double",
    "alias",
    "annotated_text",
    "binary",
    "boolean",
    "byte",
    "completion",
    "constant_keyword",
    "counted_keyword",
    "date",
    "date_nanos",
    "date_range",
    "dense_vector",
    "double",
    "double_range",
    "exponential_histogram",
    "flattened",
    "float",
    "float_range",
    "geo_point",
    "geo_shape",
    "half_float",
    "histogram",
    "icu_collation_keyword",
    "integer",
    "integer_range",
    "ip",
    "ip_range",
    "join",
    "keyword",
    "long",
    "long_range",
    "match_only_text",
    "murmur3",
    "pattern_text",
    "percolator",
    "point",
    "rank_feature",
    "rank_features",
    "rank_vectors",
    "scaled_float",
    "search_as_you_type",
    "semantic_text",
    "shape",
    "short",
    "sparse_vector",
    "text",
    "token_count",
    "wildcard",
];
const MORE_TYPES: [&str; 4] = ["patterned_text", "tdigest", "unsigned_long", "version"];

const OF_FIELDS: [&str; 8] =
    ["type", "copy_to", "fields", "meta", "store", "index", "boost", "synthetic_source_keep"];
const OF_TEXT: [&str; 13] = [
    "analyzer",
    "eager_global_ordinals",
    "fielddata",
    "fielddata_frequency_filter",
    "index_options",
    "index_phrases",
    "index_prefixes",
    "norms",
    "position_increment_gap",
    "search_analyzer",
    "search_quote_analyzer",
    "similarity",
    "term_vector",
];
const OF_KEYWORD: [&str; 12] = [
    "doc_values",
    "eager_global_ordinals",
    "ignore_above",
    "index_options",
    "normalizer",
    "norms",
    "null_value",
    "on_script_error",
    "script",
    "similarity",
    "split_queries_on_whitespace",
    "time_series_dimension",
];
const OF_NUMBERS: [&str; 8] = [
    "coerce",
    "doc_values",
    "ignore_malformed",
    "null_value",
    "on_script_error",
    "script",
    "time_series_dimension",
    "time_series_metric",
];
const OF_DATES: [&str; 8] = [
    "doc_values",
    "format",
    "ignore_malformed",
    "locale",
    "null_value",
    "on_script_error",
    "print_format",
    "script",
];
const OF_BOOLEANS: [&str; 6] = [
    "doc_values",
    "ignore_malformed",
    "null_value",
    "on_script_error",
    "script",
    "time_series_dimension",
];

/// The parameters of a type beside those of all fields, where they are known here.
fn parameters(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "text" => Some(&OF_TEXT),
        "keyword" => Some(&OF_KEYWORD),
        "long" | "integer" | "short" | "byte" | "double" | "float" | "half_float" => {
            Some(&OF_NUMBERS)
        }
        "date" => Some(&OF_DATES),
        "boolean" => Some(&OF_BOOLEANS),
        _ => None,
    }
}

fn parsing(reason: String) -> ErrorCause {
    ErrorCause::new(ErrorType::MapperParsing, reason)
}

/// The mapping that a request gives, as it is kept.
pub(super) fn parse(given: &Object) -> Result<Object, ErrorCause> {
    root(given).map_err(|cause| {
        let reason = cause.reason.clone().unwrap_or_default();
        parsing(format!("Failed to parse mapping: {reason}")).caused_by(cause)
    })
}

fn root(given: &Object) -> Result<Object, ErrorCause> {
    let mut given = given.clone().in_java_map_order();
    let properties = take_properties(&mut given)?;
    let mut mapping = taken(&mut given, &OF_OBJECT);
    let meta = given.remove("_meta");
    mapping.insert_some("_meta", meta);
    for (name, value) in taken(&mut given, &OF_ROOT) {
        mapping.insert(name, value);
    }
    given.remove("type");
    check_rest(&given, "Root mapping definition has unsupported parameters: ")?;
    insert_properties(&mut mapping, properties);
    Ok(mapping)
}

/// The members of these names, in the order of the names.
fn taken(given: &mut Object, names: &[&'static str]) -> Object {
    let members = names.iter().filter_map(|name| Some((*name, given.remove(name)?)));
    members
        .map(|(name, value)| (name, if name == "dynamic" { lower(value) } else { value }))
        .collect()
}

fn lower(value: Json) -> Json {
    match value {
        Json::Bool(value) => Json::from(value.to_string()),
        Json::String(text) => Json::from(text.to_lowercase()),
        other => other,
    }
}

fn insert_properties(mapping: &mut Object, properties: Object) {
    if !properties.is_empty() {
        mapping.insert("properties", sorted(properties));
    }
}

/// Members by name.
pub(super) fn sorted(object: Object) -> Object {
    let mut members: Vec<_> = object.into_iter().collect();
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    members.into_iter().collect()
}

fn take_properties(given: &mut Object) -> Result<Object, ErrorCause> {
    let has_subobjects = given.get("subobjects").is_none_or(is_true);
    match given.remove("properties") {
        None => Ok(Object::new()),
        Some(Json::Array(elements)) if elements.is_empty() => Ok(Object::new()),
        Some(Json::Object(properties)) => fields(properties, has_subobjects),
        Some(_) => Err(ErrorCause::new(ErrorType::Parse, "properties must be a map type")),
    }
}

fn is_true(value: &Json) -> bool {
    value.as_bool() == Some(true) || value.as_str() == Some("true")
}

fn fields(given: Object, has_subobjects: bool) -> Result<Object, ErrorCause> {
    let mut fields = Object::new();
    for (name, value) in given {
        let definition = match value {
            Json::Object(definition) => definition,
            Json::Array(elements) if elements.is_empty() => continue,
            _ => {
                let reason = format!(
                    "Expected map for property [fields] on field [{name}] but got a class java.lang.String"
                );
                return Err(parsing(reason));
            }
        };
        let field = field(&name, definition)?;
        match has_subobjects {
            true => insert_at(&mut fields, &name, field)?,
            false => fields.insert(name, field),
        }
    }
    Ok(fields)
}

/// Puts a field below the objects that its name goes through.
fn insert_at(fields: &mut Object, path: &str, field: Object) -> Result<(), ErrorCause> {
    let illegal = |reason| Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
    if path.trim_end_matches('.').is_empty() && !path.is_empty() {
        return illegal("field name cannot contain only dots");
    }
    let (first, rest) = path.trim_end_matches('.').split_once('.').unwrap_or((path, ""));
    if first.is_empty() {
        return illegal("field name cannot be an empty string");
    }
    if first.trim().is_empty() {
        return illegal("field name cannot contain only whitespaces");
    }
    let before = match fields.remove(first) {
        Some(Json::Object(before)) => before,
        _ => Object::new(),
    };
    let mut object = before;
    if rest.is_empty() {
        object.merge(field);
    } else {
        let mut below = match object.remove("properties") {
            Some(Json::Object(below)) => below,
            _ => Object::new(),
        };
        insert_at(&mut below, rest, field)?;
        if object.get("type").and_then(Json::as_str) == Some("object") {
            object.remove("type");
        }
        object.insert("properties", sorted(below));
    }
    fields.insert(first.to_owned(), object);
    Ok(())
}

/// What a field is as it is written anew.
fn field(name: &str, mut given: Object) -> Result<Object, ErrorCause> {
    let kind = match given.get("type") {
        Some(kind) if !kind.is_null() => java_text(kind),
        _ if given.contains("properties") => "object".to_owned(),
        _ if given.len() == 1 && given.contains("enabled") => "object".to_owned(),
        _ => return Err(parsing(format!("No type specified for field [{name}]"))),
    };
    if OBJECTS.contains(&kind.as_str()) {
        return object(name, &kind, given);
    }
    if !TYPES.contains(&kind.as_str()) && !MORE_TYPES.contains(&kind.as_str()) {
        return Err(parsing(format!(
            "The mapper type [{kind}] declared on field [{name}] does not exist. It might have been created within a future version or requires a plugin to be installed. Check the documentation."
        )));
    }
    given.remove("type");
    if let Some(known) = parameters(&kind) {
        let leaf = name.trim_end_matches('.').rsplit('.').next().unwrap_or(name);
        let is_known = |name: &str| known.contains(&name) || OF_FIELDS.contains(&name);
        if let Some((unknown, _)) = given.iter().find(|(name, _)| !is_known(name)) {
            return Err(parsing(format!(
                "unknown parameter [{unknown}] on mapper [{leaf}] of type [{kind}]"
            )));
        }
    }
    let last = [given.remove("meta"), given.remove("fields"), given.remove("copy_to")];
    let mut field = Object::new().with("type", kind);
    for (name, value) in given {
        field.insert(name, value);
    }
    for (name, value) in ["meta", "fields", "copy_to"].into_iter().zip(last) {
        match value {
            Some(Json::Object(fields)) if name == "fields" => field.insert(name, sorted(fields)),
            value => field.insert_some(name, value),
        }
    }
    Ok(field)
}

fn object(name: &str, kind: &str, mut given: Object) -> Result<Object, ErrorCause> {
    let properties = take_properties(&mut given)?;
    let mut object = Object::new();
    // That it is an object shows in its properties.
    if kind != "object" || properties.is_empty() {
        object.insert("type", kind.to_owned());
    }
    let more: &[&str] = match kind {
        "nested" => &OF_NESTED,
        "passthrough" => &OF_PASSTHROUGH,
        _ => &[],
    };
    for names in [more, &OF_OBJECT] {
        for (name, value) in taken(&mut given, names) {
            object.insert(name, value);
        }
    }
    given.remove("type");
    check_rest(&given, &format!("Mapping definition for [{name}] has unsupported parameters: "))?;
    insert_properties(&mut object, properties);
    Ok(object)
}

fn check_rest(rest: &Object, message: &str) -> Result<(), ErrorCause> {
    if rest.is_empty() {
        return Ok(());
    }
    let listed: String =
        rest.iter().map(|(name, value)| format!(" [{name} : {}]", java_text(value))).collect();
    Err(parsing(format!("{message}{listed}")))
}
