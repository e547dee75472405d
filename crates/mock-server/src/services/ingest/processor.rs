//! Reading pipelines: the processors that are served are `remove` and `set` (contract DO-9-4,
//! DO-9-8).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use super::{
    config::{Config, failure, java_class},
    document, not_served,
};

/// What a processor does where it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Fails,
    Ignored,
}

/// One step of a pipeline.
#[derive(Debug)]
pub(super) struct Processor {
    step: Step,
    failure: Failure,
}

#[derive(Debug)]
enum Step {
    Remove { fields: Vec<String>, ignore_missing: bool },
    Set { field: String, value: Json, overrides: bool },
}

/// Members of a document that are not part of what is stored.
const METADATA: [&str; 6] = ["_index", "_id", "_routing", "_version", "_version_type", "_ingest"];

/// The types of processors that a cluster has and this server does not serve.
const UNSERVED: [&str; 45] = [
    "append",
    "attachment",
    "bytes",
    "cef",
    "circle",
    "community_id",
    "convert",
    "csv",
    "date",
    "date_index_name",
    "dissect",
    "dot_expander",
    "drop",
    "enrich",
    "fail",
    "fingerprint",
    "foreach",
    "geo_grid",
    "geoip",
    "grok",
    "gsub",
    "html_strip",
    "inference",
    "ip_location",
    "join",
    "json",
    "kv",
    "lowercase",
    "network_direction",
    "normalize_for_stream",
    "pipeline",
    "redact",
    "registered_domain",
    "rename",
    "reroute",
    "script",
    "set_security_user",
    "sort",
    "split",
    "terminate",
    "trim",
    "uppercase",
    "uri_parts",
    "urldecode",
    "user_agent",
];

const MEDIA_TYPES: [&str; 3] =
    ["application/json", "text/plain", "application/x-www-form-urlencoded"];

/// What is asked for and not served, the first of it. It is told where nothing is wrong.
type Refused = Option<String>;

fn refuse(refused: &mut Refused, what: String) {
    refused.get_or_insert(what);
}

/// Reads a pipeline as Elasticsearch does, which tells what is wrong in this order.
///
/// # Errors
/// If something is wrong, or is not served.
pub(super) fn read(id: &str, given: &Object) -> Result<Vec<Processor>, ErrorCause> {
    let mut refused = None;
    let mut config = Config::new(None, given.clone());
    config.text("description")?;
    config.int("version")?;
    config.map("_meta")?;
    config.boolean("deprecated", false)?;
    let Some(elements) = config.list("processors")? else {
        return Err(config.failure(Some("processors"), "required property is missing"));
    };
    let processors = read_all(&elements, &mut refused)?;
    let on_failure = config.list("on_failure")?;
    if let Some(elements) = &on_failure {
        read_all(elements, &mut refused)?;
        refuse(&mut refused, "the member [on_failure] of a pipeline".to_owned());
    }
    let parse = |reason: String| Err(ErrorCause::new(ErrorType::Parse, reason));
    if config.take("field_access_pattern").is_some() {
        refuse(&mut refused, "the member [field_access_pattern] of a pipeline".to_owned());
    }
    if let Some(rest) = config.rest() {
        let what = "doesn't support one or more provided configuration parameters";
        return parse(format!("pipeline [{id}] {what} {rest}"));
    }
    if on_failure.is_some_and(|elements| elements.is_empty()) {
        return parse(format!("pipeline [{id}] cannot have an empty on_failure option defined"));
    }
    match refused {
        Some(what) => Err(not_served(&what)),
        None => Ok(processors),
    }
}

/// Reads a list of processors. What is wrong with the first is told, and what is wrong with further
/// ones as suppressed by it.
fn read_all(elements: &[Json], refused: &mut Refused) -> Result<Vec<Processor>, ErrorCause> {
    let mut processors = Vec::new();
    let mut wrong: Option<ErrorCause> = None;
    for element in elements {
        let Some(entries) = element.as_object() else {
            refuse(refused, "a processor that is no object".to_owned());
            continue;
        };
        for (kind, config) in entries.clone().in_java_map_order_outside() {
            match read_one(&kind, config, refused) {
                Ok(processor) => processors.extend(processor),
                Err(cause) => {
                    wrong = Some(match wrong {
                        Some(first) => first.suppressing(cause),
                        None => cause,
                    });
                }
            }
        }
    }
    wrong.map_or(Ok(processors), Err)
}

fn read_one(
    kind: &str,
    config: Json,
    refused: &mut Refused,
) -> Result<Option<Processor>, ErrorCause> {
    let members = match config {
        Json::Object(members) => members,
        Json::Null => {
            return Err(failure(None, Some(kind), None, "processor config cannot be [null]"));
        }
        Json::String(_) if kind == "script" => {
            refuse(refused, "a processor of type [script]".to_owned());
            return Ok(None);
        }
        other => {
            let reason = format!("property isn't a map, but of type [{}]", java_class(&other));
            return Err(failure(None, Some(kind), None, &reason));
        }
    };
    let mut config = Config::new(None, members);
    config.tag = config.text("tag")?;
    config.text("description")?;
    if config.take("if").is_some() {
        refuse(refused, format!("[if] of the processor [{kind}]"));
    }
    let is_served = ["remove", "set"].contains(&kind);
    if !is_served && !UNSERVED.contains(&kind) {
        let reason = format!("No processor type exists with name [{kind}]");
        return Err(failure(None, Some(kind), config.tag.as_deref(), &reason));
    }
    let tag = config.tag.take();
    let is_ignored = config.boolean("ignore_failure", false)?;
    let on_failure = config.list("on_failure")?;
    (config.kind, config.tag) = (Some(kind), tag);
    if let Some(elements) = on_failure {
        read_all(&elements, refused)?;
        if elements.is_empty() {
            return Err(config.failure(Some("on_failure"), "processors list cannot be empty"));
        }
        refuse(refused, format!("[on_failure] of the processor [{kind}]"));
    }
    if !is_served {
        refuse(refused, format!("a processor of type [{kind}]"));
        return Ok(None);
    }
    let step =
        if kind == "remove" { remove(&mut config, refused) } else { set(&mut config, refused) }?;
    if let Some(rest) = config.rest() {
        let what = "doesn't support one or more provided configuration parameters";
        return Err(config.failure(None, &format!("processor [{kind}] {what} {rest}")));
    }
    let failure = if is_ignored { Failure::Ignored } else { Failure::Fails };
    Ok(Some(Processor { step, failure }))
}

fn remove(config: &mut Config<'_>, refused: &mut Refused) -> Result<Step, ErrorCause> {
    let mut named = |name: &str| -> Result<Vec<Json>, ErrorCause> {
        if !config.contains(name) {
            return Ok(Vec::new());
        }
        Ok(match config.required(name)? {
            Json::Array(elements) => elements,
            one => vec![one],
        })
    };
    let (fields, kept) = (named("field")?, named("keep")?);
    if fields.is_empty() && kept.is_empty() {
        return Err(config.failure(Some("keep"), "or [field] must be specified"));
    }
    if !fields.is_empty() && !kept.is_empty() {
        let reason = "and [field] cannot both be used in the same processor";
        return Err(config.failure(Some("keep"), reason));
    }
    if !kept.is_empty() {
        refuse(refused, "[keep] of the processor [remove]".to_owned());
    }
    let ignore_missing = config.boolean("ignore_missing", false)?;
    let fields = fields.iter().filter_map(|field| path("remove", field, refused)).collect();
    Ok(Step::Remove { fields, ignore_missing })
}

fn set(config: &mut Config<'_>, refused: &mut Refused) -> Result<Step, ErrorCause> {
    let field = config.required_text("field")?;
    let copy_from = config.text("copy_from")?;
    if let Some(media_type) = config.text("media_type")?
        && !MEDIA_TYPES.contains(&media_type.as_str())
    {
        let reason = format!("property does not contain a supported media type [{media_type}]");
        return Err(config.failure(Some("media_type"), &reason));
    }
    let value = if copy_from.is_some() {
        refuse(refused, "[copy_from] of the processor [set]".to_owned());
        if config.take("value").is_some() {
            let reason = "cannot set both `copy_from` and `value` in the same processor";
            return Err(config.failure(Some("copy_from"), reason));
        }
        Json::Null
    } else {
        config.required("value")?
    };
    if value.to_compact().contains("{{") {
        refuse(refused, "a template in the processor [set]".to_owned());
    }
    let overrides = config.boolean("override", true)?;
    if config.boolean("ignore_empty_value", false)? {
        refuse(refused, "[ignore_empty_value] of the processor [set]".to_owned());
    }
    let field = path("set", &Json::from(field), refused).unwrap_or_default();
    Ok(Step::Set { field, value, overrides })
}

/// The path that is meant; those of metadata and templates are not served.
fn path(kind: &str, field: &Json, refused: &mut Refused) -> Option<String> {
    let Some(text) = field.as_str() else {
        refuse(refused, format!("such a [field] of the processor [{kind}]"));
        return None;
    };
    let first = text.split('.').next().unwrap_or_default();
    if METADATA.contains(&first) || text.contains("{{") || text.is_empty() {
        refuse(refused, format!("the field [{text}] of the processor [{kind}]"));
        return None;
    }
    Some(text.strip_prefix("_source.").unwrap_or(text).to_owned())
}

impl Processor {
    /// Changes a document. One that fails leaves what it had changed before.
    pub(super) fn run(&self, mut members: Object) -> Result<Object, ErrorCause> {
        let outcome = match &self.step {
            Step::Remove { fields, ignore_missing } => fields
                .iter()
                .try_for_each(|field| document::remove(&mut members, field, *ignore_missing)),
            Step::Set { field, value, overrides } => {
                document::set(&mut members, field, value, *overrides)
            }
        };
        match (outcome, self.failure) {
            (Ok(()), _) | (Err(_), Failure::Ignored) => Ok(members),
            (Err(cause), Failure::Fails) => Err(cause),
        }
    }
}
