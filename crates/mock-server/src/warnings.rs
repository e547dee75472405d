//! What a request is warned of beside its answer: the headers `Warning` (contract RL-8-4, RL-8-10).

use std::{cell::RefCell, fmt};

use api_types::json::Position;
use http::{HeaderMap, HeaderName, HeaderValue, header};

const ORIGIN: HeaderName = HeaderName::from_static("x-elastic-product-origin");

/// A use that Elasticsearch advises against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Warning {
    /// `accept_enterprise` (contract DO-8-1).
    AcceptEnterprise,
    /// An action of `_bulk` whose object does not end (contract DO-5.1-7).
    BulkNotClosed,
    /// An action of `_bulk` with a second member.
    BulkSeveral,
    /// An action of `_bulk` with something behind its object.
    BulkTrailing,
    /// An action of `_bulk` that there is not, by its name.
    BulkUnknown(String),
    /// The name of a new index that begins with a dot (contract DO-6.1-11).
    DotName(String),
    /// The same, as the validation of such names says it.
    DotPrefix(String),
    /// `none` beside other values of `expand_wildcards` (contract DO-6-4).
    ExpandNone,
    /// `return_200_for_cluster_health_timeout` (contract DO-8-5).
    HealthTimeout,
    /// `ignore_throttled` (contract DO-6-9).
    IgnoreThrottled,
    /// `local` (contract DO-6-9).
    Local,
    /// `local` of a request for aliases.
    LocalOfAliases(bool),
    /// The name of a pipeline that no index could have (contract DO-9-12).
    PipelineName { name: String, rule: String },
    /// An old name of a member, with the parser of the object and where its value stands.
    Renamed { at: Option<(&'static str, Position)>, used: &'static str, expected: &'static str },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AcceptEnterprise => f.write_str(
                "Including [accept_enterprise] in get license requests is deprecated. The parameter will be removed in the next major version",
            ),
            Self::BulkNotClosed => f.write_str(
                "A bulk action wasn't closed properly with the closing brace. Malformed objects are currently accepted but will be rejected in a future version.",
            ),
            Self::BulkSeveral => f.write_str(
                "A bulk action object contained multiple keys. Additional keys are currently ignored but will be rejected in a future version.",
            ),
            Self::BulkTrailing => f.write_str(
                "A bulk action contained trailing data after the closing brace. This is currently ignored but will be rejected in a future version.",
            ),
            Self::BulkUnknown(name) => write!(
                f,
                "Unsupported action: [{name}]. Supported values are [create], [delete], [index], and [update]. Unsupported actions are currently accepted but will be rejected in a future version."
            ),
            Self::DotName(name) => write!(
                f,
                "index name [{name}] starts with a dot '.', in the next major version, index names starting with a dot are reserved for hidden indices and system indices"
            ),
            Self::DotPrefix(name) => write!(
                f,
                "Index [{name}] name begins with a dot (.), which is deprecated, and will not be allowed in a future Elasticsearch version."
            ),
            Self::ExpandNone => f.write_str(
                "Combining the value 'none' with other options is deprecated because it is order sensitive. Please revise the expression to work without the 'none' option or only use 'none'.",
            ),
            Self::HealthTimeout => f.write_str(
                "the [return_200_for_cluster_health_timeout] parameter is deprecated and will be removed in a future release.",
            ),
            Self::IgnoreThrottled => f.write_str(
                "[ignore_throttled] parameter is deprecated because frozen indices have been deprecated. Consider cold or frozen tiers in place of frozen indices.",
            ),
            Self::Local => f.write_str(
                "the [?local] query parameter to this API has no effect, is now deprecated, and will be removed in a future version",
            ),
            Self::LocalOfAliases(local) => write!(
                f,
                "the [?local={local}] query parameter to get-aliases requests has no effect and will be removed in a future version"
            ),
            Self::PipelineName { name, rule } => write!(
                f,
                "Pipeline name [{name}] will be disallowed in a future version for the following reason: {rule}"
            ),
            Self::Renamed { at, used, expected } => {
                if let Some((parser, place)) = at {
                    write!(f, "[{parser}][{place}] ")?;
                }
                write!(f, "Deprecated field [{used}] used, expected [{expected}] instead")
            }
        }
    }
}

/// What a request is warned of so far.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    /// Whether a product of Elastic says that it sends the request.
    of_product: bool,
    found: RefCell<Vec<Warning>>,
}

impl Warnings {
    /// None so far, of a request with these headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let is_text = |value: &HeaderValue| !value.as_bytes().trim_ascii().is_empty();
        let of_product = headers.get(ORIGIN).is_some_and(is_text);
        Self { of_product, found: RefCell::default() }
    }

    /// Adds a warning. One that was given already is not given again.
    pub(crate) fn add(&self, warning: Warning) {
        // Products of Elastic may have names with a dot.
        if self.of_product && matches!(warning, Warning::DotPrefix(_)) {
            return;
        }
        let mut found = self.found.borrow_mut();
        if !found.contains(&warning) {
            found.push(warning);
        }
    }

    /// Writes the headers. `agent` gives the version and the hash of the server.
    pub(crate) fn write(&self, agent: impl FnOnce() -> String, headers: &mut HeaderMap) {
        let found = self.found.borrow();
        if found.is_empty() {
            return;
        }
        let agent = agent();
        for warning in &*found {
            let mut value = format!("299 Elasticsearch-{agent} \"").into_bytes();
            quote(&warning.to_string(), &mut value);
            value.push(b'"');
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append(header::WARNING, value);
            }
        }
    }
}

/// The text as a quoted string: quotes and backslashes behind a backslash, and characters beyond
/// U+00FF, control characters and `%` as percent escapes. The rest of Latin-1 is a byte each.
fn quote(text: &str, out: &mut Vec<u8>) {
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend([b'\\', character as u8]),
            '\t' | ' '..='$' | '&'..='~' | '\u{80}'..='\u{ff}' => {
                out.extend(u8::try_from(u32::from(character)));
            }
            other => {
                let mut bytes = [0; 4];
                for byte in other.encode_utf8(&mut bytes).bytes() {
                    out.extend(format!("%{byte:02X}").bytes());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        quote(text, &mut out);
        out
    }

    // Proves RL-8-10.
    #[test]
    fn texts_become_quoted_strings() {
        assert_eq!(quoted("a \"b\" \\ c"), br#"a \"b\" \\ c"#);
        assert_eq!(quoted("100% [a]~\t!"), b"100%25 [a]~\t!");
        assert_eq!(quoted("\u{7f}\n"), b"%7F%0A");
        assert_eq!(quoted("\u{e9}\u{80}"), b"\xe9\x80");
        assert_eq!(quoted("\u{20ac}\u{1f600}"), b"%E2%82%AC%F0%9F%98%80");
    }
}
