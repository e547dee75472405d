//! Parameters of paths and query strings.

use super::{
    reference,
    schemas::{enumeration, typed},
};
use crate::{
    endpoint::{Endpoint, Family, GENERIC_PARAMS, ParamKind, QueryParam},
    json::{Json, Object},
    version::Version,
};

/// The parameters of a row: its path's, its own, the generic ones.
pub(super) fn of(row: &Endpoint, version: Version) -> Vec<Json> {
    let path = row.path_params().map(|name| path_parameter(row, name, version));
    let query = row.query.iter().filter(|param| param.since <= version).map(query_parameter);
    let generic = GENERIC_PARAMS.map(|name| reference("parameters", name));
    path.chain(query).chain(generic).map(Json::from).collect()
}

fn path_parameter(row: &Endpoint, name: &'static str, version: Version) -> Object {
    let mut schema = typed("string").with("minLength", 1);
    let taken = taken(row, name, version);
    if !taken.is_empty() {
        schema.insert("not", Object::new().with("enum", taken));
    }
    Object::new()
        .with("name", name)
        .with("in", "path")
        .with("required", true)
        .with("schema", schema)
}

/// Ids that a request to this row cannot name, because the path then is another row's (contract
/// CN-1.1-22, CN-1.1-26, SC-7-3).
fn taken(row: &Endpoint, name: &str, version: Version) -> Vec<Json> {
    let braced = format!("{{{name}}}");
    let Some(place) = row.path.split('/').position(|segment| segment == braced) else {
        return Vec::new();
    };
    let mut taken: Vec<&'static str> = Endpoint::of(Family::Connectors)
        .filter(|other| other.since <= version && other.path != row.path)
        .filter(|other| other.method == row.method || other.path_params().next().is_none())
        .filter(|other| overlap(row.path, other.path))
        .filter_map(|other| other.path.split('/').nth(place))
        .filter(|segment| !is_parameter(segment))
        .collect();
    taken.sort_unstable();
    taken.dedup();
    taken.into_iter().map(Json::from).collect()
}

/// Whether such an id leads to a path that does not have the method (contract CN-1.1-22).
pub(super) fn may_miss_method(row: &Endpoint, version: Version) -> bool {
    let known = Endpoint::of(Family::Connectors).filter(|other| other.since <= version);
    known.clone().any(|other| {
        other.path_params().next().is_none()
            && row.path_params().next().is_some()
            && overlap(row.path, other.path)
            && !known.clone().any(|it| it.path == other.path && it.method == row.method)
    })
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

/// Whether some path is both.
fn overlap(one: &str, other: &str) -> bool {
    let same =
        |(one, other): (&str, &str)| one == other || is_parameter(one) || is_parameter(other);
    one.split('/').count() == other.split('/').count()
        && one.split('/').zip(other.split('/')).all(same)
}

fn query_parameter(param: &QueryParam) -> Object {
    let parameter = Object::new().with("name", param.name).with("in", "query");
    let list = |items: Object| typed("array").with("items", items);
    let (schema, is_list) = match param.kind {
        ParamKind::Boolean => (typed("boolean"), false),
        ParamKind::Int => (typed("integer").with("format", "int32").with("minimum", 0), false),
        ParamKind::Long => (typed("integer").with("format", "int64"), false),
        ParamKind::String | ParamKind::NotServed => (typed("string"), false),
        ParamKind::List => (list(typed("string")), true),
        ParamKind::Enum(values) => (enumeration(values), false),
        ParamKind::EnumList(values) => (list(enumeration(values)), true),
    };
    let parameter = if is_list { parameter.with("explode", false) } else { parameter };
    parameter.with("schema", schema).with("x-since", param.since.to_string())
}

/// The generic parameters as components (contract RL-4-9).
pub(super) fn generic() -> Object {
    GENERIC_PARAMS.into_iter().map(|name| (name, Json::from(generic_parameter(name)))).collect()
}

fn generic_parameter(name: &'static str) -> Object {
    let (schema, description) = match name {
        "filter_path" => (
            typed("array").with("items", typed("string")),
            "Dotted paths of what the answer is to hold, `*` and `**` are wildcards; `-` in front leaves out",
        ),
        "format" => {
            (typed("string"), "The media type of the answer: `json`, `yaml`, `cbor` or `smile`")
        }
        "error_trace" => (typed("boolean"), "Adds `stack_trace` to errors"),
        "pretty" => (typed("boolean"), "Lays the answer out for people"),
        _ => (typed("boolean"), "Has no effect on these operations"),
    };
    let parameter =
        Object::new().with("name", name).with("in", "query").with("description", description);
    let parameter =
        if name == "filter_path" { parameter.with("explode", false) } else { parameter };
    parameter.with("schema", schema)
}
