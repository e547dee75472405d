//! The parameters of a request: path and query, typed, with suggestions for unknown ones
//! (contract RL-4).

use std::str::FromStr;

use api_types::{
    Version,
    endpoint::{Endpoint, GENERIC_PARAMS},
    error::{ErrorCause, ErrorType},
    schema::EnumType,
};

use crate::suggest;

/// The decoded parameters of a request.
#[derive(Debug, Default)]
#[cfg_attr(feature = "planted-faults", derive(Clone))]
pub(crate) struct Params {
    path: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
}

/// `Failed to parse value [x] as only [true] or [false] are allowed.`
pub(crate) fn not_a_boolean(text: &str) -> ErrorCause {
    ErrorCause::new(
        ErrorType::IllegalArgument,
        format!("Failed to parse value [{text}] as only [true] or [false] are allowed."),
    )
}

/// Reads a boolean of the query string; empty means true.
pub(crate) fn parse_boolean(text: &str) -> Result<bool, ErrorCause> {
    match text {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        blank if blank.trim().is_empty() => Ok(false),
        other => Err(not_a_boolean(other)),
    }
}

impl Params {
    pub(crate) const fn new(query: Vec<(String, String)>) -> Self {
        Self { path: Vec::new(), query }
    }

    /// Adds a path parameter; it overrides a query parameter of that name.
    pub(crate) fn add_path(&mut self, name: &'static str, value: String) {
        self.path.push((name, value));
    }

    /// Takes a parameter out of the query.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn remove(&mut self, name: &str) {
        self.query.retain(|(known, _)| known != name);
    }

    /// Puts a parameter into the query.
    #[cfg(feature = "planted-faults")]
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.query.push((name.to_owned(), value.to_owned()));
    }

    /// The text of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let in_path = self.path.iter().find(|(known, _)| *known == name);
        let in_query = || self.query.iter().find(|(known, _)| known == name);
        in_path
            .map(|(_, value)| value.as_str())
            .or_else(|| in_query().map(|(_, value)| value.as_str()))
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<bool, ErrorCause> {
        self.get(name).map_or(Ok(false), parse_boolean)
    }

    /// A 32-bit integer.
    pub(crate) fn int(&self, name: &str, default: i32) -> Result<i32, ErrorCause> {
        self.number("int", name, default)
    }

    /// A 64-bit integer.
    pub(crate) fn long(&self, name: &str, default: i64) -> Result<i64, ErrorCause> {
        self.number("long", name, default)
    }

    fn number<N: FromStr>(&self, kind: &str, name: &str, default: N) -> Result<N, ErrorCause> {
        let Some(text) = self.get(name) else { return Ok(default) };
        text.parse().map_err(|_| {
            let cause =
                ErrorCause::new(ErrorType::NumberFormat, format!("For input string: \"{text}\""));
            ErrorCause::new(
                ErrorType::IllegalArgument,
                format!("Failed to parse {kind} parameter [{name}] with value [{text}]"),
            )
            .caused_by(cause)
        })
    }

    /// `true`, `false` or `wait_for`; an empty text means true (contract RL-13-28, DO-4.1-2).
    pub(crate) fn refresh(&self) -> Result<Option<&str>, ErrorCause> {
        match self.get("refresh") {
            Some("") => Ok(Some("true")),
            None => Ok(None),
            Some(policy) if ["true", "false", "wait_for"].contains(&policy) => Ok(Some(policy)),
            Some(policy) => Err(ErrorCause::new(
                ErrorType::IllegalArgument,
                format!("Unknown value for refresh: [{policy}]."),
            )),
        }
    }

    /// Texts separated by commas: not trimmed, empty ones at the end dropped.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let Some(text) = self.get(name) else { return Vec::new() };
        let mut parts: Vec<String> = text.split(',').map(str::to_owned).collect();
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
        parts
    }

    /// A value of an enumeration.
    pub(crate) fn value(
        &self,
        name: &str,
        kind: EnumType,
    ) -> Result<Option<&'static str>, ErrorCause> {
        self.get(name).map(|text| parse_value(text, kind)).transpose()
    }

    /// Values of an enumeration, separated by commas.
    pub(crate) fn values(
        &self,
        name: &str,
        kind: EnumType,
    ) -> Result<Vec<&'static str>, ErrorCause> {
        self.list(name).iter().map(|text| parse_value(text, kind)).collect()
    }

    /// Refuses parameters that the endpoint does not know in this version, asked for by the API of
    /// this major version. `path` is shown in the message.
    pub(crate) fn check_known(
        &self,
        endpoint: &Endpoint,
        version: Version,
        api: u64,
        path: &str,
    ) -> Result<(), ErrorCause> {
        let query = endpoint.query.iter().filter(|param| {
            let is_older = |gone: Version| u64::from(gone.major) > api;
            param.is_in(version) || param.until.is_some_and(is_older)
        });
        self.check_names(query.map(|param| param.name).chain(endpoint.path_params()), path)
    }

    /// Refuses parameters that are neither generic nor among `own`.
    pub(crate) fn check_names<'n>(
        &self,
        own: impl IntoIterator<Item = &'n str>,
        path: &str,
    ) -> Result<(), ErrorCause> {
        let known: Vec<&str> = own.into_iter().chain(GENERIC_PARAMS).collect();
        let mut unknown: Vec<&str> = self
            .query
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !known.contains(name))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        unknown.sort_unstable();
        let plural = if unknown.len() == 1 { "" } else { "s" };
        let listed: Vec<String> = unknown
            .into_iter()
            .map(|name| {
                let near = suggest::nearest(name, known.iter().copied());
                suggest::sentence(&near)
                    .map_or_else(|| format!("[{name}]"), |did| format!("[{name}] -> {did}"))
            })
            .collect();
        Err(ErrorCause::new(
            ErrorType::IllegalArgument,
            format!(
                "request [{path}] contains unrecognized parameter{plural}: {}",
                listed.join(", ")
            ),
        ))
    }
}

fn parse_value(text: &str, kind: EnumType) -> Result<&'static str, ErrorCause> {
    kind.parse(text)
        .map_err(|unknown| ErrorCause::new(ErrorType::IllegalArgument, unknown.to_string()))
}
