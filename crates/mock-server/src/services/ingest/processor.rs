//! The processors that are served: `remove` and `set` (contract DO-9-4).

use api_types::{
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use super::not_served;

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

fn missing(property: &str, kind: Option<&str>) -> ErrorCause {
    let reason = format!("[{property}] required property is missing");
    let cause = ErrorCause::new(ErrorType::Parse, reason);
    let cause = match kind {
        Some(kind) => cause.with("processor_type", kind.to_owned()),
        None => cause,
    };
    cause.with("property_name", property.to_owned())
}

/// Reads the processors of a pipeline.
///
/// # Errors
/// If one is missing, or is not served.
pub(super) fn read(given: &Object) -> Result<Vec<Processor>, ErrorCause> {
    const KNOWN: [&str; 5] = ["description", "processors", "version", "_meta", "deprecated"];
    if let Some((other, _)) = given.iter().find(|(name, _)| !KNOWN.contains(name)) {
        return Err(not_served(&format!("the member [{other}] of a pipeline")));
    }
    let Some(processors) = given.get("processors") else {
        return Err(missing("processors", None));
    };
    let Some(processors) = processors.as_array() else {
        return Err(not_served("[processors] that are no array"));
    };
    processors
        .iter()
        .flat_map(entries)
        .map(|(kind, config)| Processor::read(kind, config))
        .collect()
}

fn entries(element: &Json) -> Vec<(&str, &Json)> {
    element.as_object().map_or_else(Vec::new, |object| object.iter().collect())
}

impl Processor {
    fn read(kind: &str, config: &Json) -> Result<Self, ErrorCause> {
        let known: &[&str] = match kind {
            "remove" => &["field", "ignore_missing", "ignore_failure", "tag", "description"],
            "set" => &["field", "value", "override", "ignore_failure", "tag", "description"],
            other => return Err(not_served(&format!("a processor of type [{other}]"))),
        };
        let Some(config) = config.as_object() else {
            return Err(not_served(&format!("a processor [{kind}] that is no object")));
        };
        if let Some((other, _)) = config.iter().find(|(name, _)| !known.contains(name)) {
            return Err(not_served(&format!("[{other}] of the processor [{kind}]")));
        }
        let flag =
            |name: &str, default| config.get(name).and_then(Json::as_bool).unwrap_or(default);
        let field = config.get("field").ok_or_else(|| missing("field", Some(kind)))?;
        let fields = paths(kind, field)?;
        let step = if kind == "remove" {
            Step::Remove { fields, ignore_missing: flag("ignore_missing", false) }
        } else {
            let value = config.get("value").ok_or_else(|| missing("value", Some(kind)))?;
            if value.to_compact().contains("{{") {
                return Err(not_served("a template in the processor [set]"));
            }
            let field = fields.into_iter().next().unwrap_or_default();
            Step::Set { field, value: value.clone(), overrides: flag("override", true) }
        };
        let failure = if flag("ignore_failure", false) { Failure::Ignored } else { Failure::Fails };
        Ok(Self { step, failure })
    }

    pub(super) fn run(&self, members: Object) -> Result<Object, ErrorCause> {
        let mut changed = members.clone();
        let outcome = match &self.step {
            Step::Remove { fields, ignore_missing } => {
                fields.iter().try_for_each(|field| remove(&mut changed, field, *ignore_missing))
            }
            Step::Set { field, value, overrides } => set(&mut changed, field, value, *overrides),
        };
        match (outcome, self.failure) {
            (Ok(()), _) => Ok(changed),
            (Err(_), Failure::Ignored) => Ok(members),
            (Err(cause), Failure::Fails) => Err(cause),
        }
    }
}

/// The path or paths of `field`; those of metadata and templates are not served.
fn paths(kind: &str, field: &Json) -> Result<Vec<String>, ErrorCause> {
    let texts: Option<Vec<String>> = match field {
        Json::String(text) => Some(vec![text.to_string()]),
        Json::Array(elements) if kind == "remove" => {
            elements.iter().map(|element| element.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    };
    let Some(texts) = texts else {
        return Err(not_served(&format!("such a [field] of the processor [{kind}]")));
    };
    for text in &texts {
        let first = text.split('.').next().unwrap_or_default();
        if METADATA.contains(&first) || text.contains("{{") || text.is_empty() {
            return Err(not_served(&format!("the field [{text}] of the processor [{kind}]")));
        }
    }
    Ok(texts.iter().map(|text| text.strip_prefix("_source.").unwrap_or(text).to_owned()).collect())
}

fn not_present(name: &str, path: &str) -> ErrorCause {
    let reason = format!("field [{name}] not present as part of path [{path}]");
    ErrorCause::new(ErrorType::IllegalArgument, reason)
}

fn remove(members: &mut Object, path: &str, ignore_missing: bool) -> Result<(), ErrorCause> {
    let outcome = remove_at(members, path, path);
    if ignore_missing { Ok(()) } else { outcome }
}

fn remove_at(members: &mut Object, rest: &str, path: &str) -> Result<(), ErrorCause> {
    let Some((name, rest)) = rest.split_once('.') else {
        return members.remove(rest).map(drop).ok_or_else(|| not_present(rest, path));
    };
    let Some(Json::Object(nested)) = members.get(name) else { return Err(not_present(name, path)) };
    let mut nested = nested.clone();
    remove_at(&mut nested, rest, path)?;
    members.insert(name.to_owned(), nested);
    Ok(())
}

fn set(members: &mut Object, path: &str, value: &Json, overrides: bool) -> Result<(), ErrorCause> {
    if let Some((name, rest)) = path.split_once('.') {
        let mut nested = match members.get(name) {
            Some(Json::Object(nested)) => nested.clone(),
            None => Object::new(),
            Some(_) => {
                return Err(not_served(&format!("the field [{path}] below one that is no object")));
            }
        };
        set(&mut nested, rest, value, overrides)?;
        members.insert(name.to_owned(), nested);
    } else if overrides || members.get(path).is_none_or(Json::is_null) {
        members.insert(path.to_owned(), value.clone());
    }
    *members = std::mem::take(members).in_java_map_order_outside();
    Ok(())
}
