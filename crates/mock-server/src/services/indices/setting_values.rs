//! Settings that an index cannot have, and values that its settings do not take (contract DO-6.1-10,
//! DO-6.1-12, DO-6.1-13).

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use api_types::{
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Object},
};

use super::registered::{GROUPS, Kind, REGISTERED};
use crate::{params::not_a_boolean, suggest, time_value};

/// What the name of every setting begins with.
const PREFIX: &str = "index.";

/// A setting whose name is nearer than this to an unknown one may have been meant.
const LEAST_SCORE: f32 = 0.7;

/// Settings by their whole names, each with its value as text; none for a null.
pub(super) struct Given(BTreeMap<String, Option<String>>);

impl Given {
    /// Settings as a request gives them: nested or dotted, with or without `index.` in front.
    pub(super) fn read(given: &Object) -> Self {
        let mut settings = BTreeMap::new();
        flatten("", given, &mut settings);
        Self(settings)
    }

    /// Refuses names that no setting has and values that a setting does not take: the first by name,
    /// with the others as suppressed.
    pub(super) fn check(&self) -> Result<(), ErrorCause> {
        let failures = self.0.iter().filter_map(|(name, value)| {
            let checked = self.check_one(name, value.as_deref());
            checked.err()
        });
        match failures.reduce(ErrorCause::suppressing) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    /// Refuses what the server sets itself, all at once.
    pub(super) fn check_private(&self) -> Result<(), ErrorCause> {
        let is_private = |name: &&String| kind_of(name) == Some(Kind::Private);
        let messages: String = (1..)
            .zip(self.0.keys().filter(is_private))
            .map(|(number, name)| {
                format!("{number}: private index setting [{name}] can not be set explicitly;")
            })
            .collect();
        if messages.is_empty() {
            return Ok(());
        }
        Err(ErrorCause::new(ErrorType::Validation, format!("Validation Failed: {messages}")))
    }

    fn check_one(&self, name: &str, value: Option<&str>) -> Result<(), ErrorCause> {
        let Some(kind) = kind_of(name) else { return Err(unknown(name)) };
        let Some(text) = value else { return Ok(()) };
        check_value(name, text, kind)?;
        if name == "index.number_of_routing_shards" {
            self.check_routing(text)?;
        }
        Ok(())
    }

    /// Whether the shards can be told apart by so many.
    fn check_routing(&self, text: &str) -> Result<(), ErrorCause> {
        let name = "index.number_of_shards";
        let shards = self.0.get(name).and_then(Option::as_deref).unwrap_or("1");
        let shards = number::<i32>(name, shards, 1, 1024)?;
        let routing: i32 = text.parse().unwrap_or_default();
        if routing < shards {
            return Err(illegal_argument(format!(
                "index.number_of_routing_shards [{routing}] must be >= {name} [{shards}]"
            )));
        }
        if routing.checked_rem(shards).is_some_and(|rest| rest != 0) {
            return Err(illegal_argument(format!(
                "the number of source shards [{shards}] must be a factor of [{routing}]"
            )));
        }
        Ok(())
    }
}

fn flatten(path: &str, object: &Object, settings: &mut BTreeMap<String, Option<String>>) {
    for (name, value) in object.iter() {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let value = match value {
            Json::Object(nested) => {
                flatten(&path, nested, settings);
                continue;
            }
            Json::Null => None,
            other => Some(text_of(other)),
        };
        let is_whole = path.starts_with(PREFIX) || path.ends_with('*');
        let name = if is_whole { path } else { format!("{PREFIX}{path}") };
        settings.insert(name, value);
    }
}

/// A value as text: a list as Java writes it.
fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.to_string(),
        Json::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(text_of).collect();
            format!("[{}]", elements.join(", "))
        }
        other => other.to_compact(),
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    let name = name.strip_prefix(PREFIX)?;
    let registered = REGISTERED.iter().find(|(known, _)| *known == name);
    let in_group = || GROUPS.iter().any(|group| name.starts_with(group)).then_some(Kind::Any);
    registered.map(|(_, kind)| *kind).or_else(in_group)
}

fn unknown(name: &str) -> ErrorCause {
    let known: Vec<String> =
        REGISTERED.iter().map(|(known, _)| format!("{PREFIX}{known}")).collect();
    let near = suggest::nearer_than(LEAST_SCORE, name, known.iter().map(String::as_str));
    let hint = suggest::sentence(&near).unwrap_or_else(|| {
        "please check that any required plugins are installed, or check the breaking changes documentation for removed settings"
            .to_owned()
    });
    illegal_argument(format!("unknown setting [{name}] {hint}"))
}

fn check_value(name: &str, text: &str, kind: Kind) -> Result<(), ErrorCause> {
    match kind {
        Kind::Any | Kind::Private => Ok(()),
        Kind::Boolean if ["true", "false"].contains(&text) => Ok(()),
        Kind::Boolean => Err(not_a_boolean(text)),
        Kind::Int(least, greatest) => number(name, text, least, greatest).map(drop),
        Kind::Long(least) => number(name, text, least, i64::MAX).map(drop),
        Kind::Time(least) => {
            let nanoseconds = time_value::nanoseconds(name, text)?;
            match least.filter(|(_, least)| nanoseconds < *least) {
                None => Ok(()),
                Some((least, _)) => Err(illegal_argument(format!(
                    "failed to parse value [{text}] for setting [{name}], must be >= [{least}]"
                ))),
            }
        }
        Kind::Enum(class, known) => {
            if known.contains(&text.to_lowercase().as_str()) {
                return Ok(());
            }
            Err(illegal_argument(format!("No enum constant {class}.{}", text.to_uppercase())))
        }
        Kind::Expand => expand(name, text),
        Kind::Codec => one_of(name, text, &["default", "best_compression"], &CODECS),
        Kind::CheckOnStartup => one_of(name, text, &["true", "false", "checksum"], &[]),
    }
}

/// Codecs that are taken and not told.
const CODECS: [&str; 3] = ["lucene_default", "legacy_default", "legacy_best_compression"];

fn one_of(name: &str, text: &str, told: &[&str], others: &[&str]) -> Result<(), ErrorCause> {
    if told.contains(&text) || others.contains(&text) {
        return Ok(());
    }
    let told = told.join(", ");
    Err(illegal_argument(format!(
        "unknown value for [{name}] must be one of [{told}] but was: {text}"
    )))
}

/// The failure of a text that is no number.
fn no_number(text: &str) -> ErrorCause {
    ErrorCause::new(ErrorType::NumberFormat, format!("For input string: \"{text}\""))
}

fn number<N: Copy + FromStr + PartialOrd + Display>(
    name: &str,
    text: &str,
    least: N,
    greatest: N,
) -> Result<N, ErrorCause> {
    let refused = |bound: &str| {
        illegal_argument(format!("Failed to parse value [{text}] for setting [{name}]{bound}"))
    };
    let value: N = text.parse().map_err(|_| refused("").caused_by(no_number(text)))?;
    if value < least {
        return Err(refused(&format!(" must be >= {least}")));
    }
    if value > greatest {
        return Err(refused(&format!(" must be <= {greatest}")));
    }
    Ok(value)
}

/// `false`, or the least and the greatest number of replicas, `0-1` or `0-all`.
fn expand(name: &str, text: &str) -> Result<(), ErrorCause> {
    if text == "false" {
        return Ok(());
    }
    let refused = |dash: i64| {
        illegal_argument(format!("failed to parse [{name}] from value: [{text}] at index {dash}"))
    };
    let Some((least, greatest)) = text.split_once('-') else { return Err(refused(-1)) };
    let dash = i64::try_from(least.encode_utf16().count()).unwrap_or(i64::MAX);
    let number = |part: &str| -> Result<i32, ErrorCause> {
        part.parse().map_err(|_| refused(dash).caused_by(no_number(part)))
    };
    let least = number(least)?;
    let greatest = if greatest == "all" { i32::MAX } else { number(greatest)? };
    if least > greatest {
        return Err(illegal_argument(format!(
            "[{name}] minReplicas must be =< maxReplicas but wasn't {least} > {greatest}"
        )));
    }
    Ok(())
}
