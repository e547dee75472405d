//! Names of things: connectors, sync jobs, secrets, indices.

use std::fmt;

use crate::json::Json;

/// Declares the id of a resource. Any text is an id; an empty one is refused by each operation
/// with words of its own.
macro_rules! id {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id as it is written in paths (decoded) and in documents.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether nothing stood where the id should.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for Json {
            fn from(id: $name) -> Self {
                Self::from(id.0)
            }
        }
    };
}

id! {
    /// The id of a connector.
    ConnectorId
}
id! {
    /// The id of a sync job.
    SyncJobId
}
id! {
    /// The id of a secret.
    SecretId
}

/// The name of an index as the connector operations accept it (contract CN-6.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexName(String);

/// The first rule that a text breaks; displayed as the server's validation message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "[{name}] org.elasticsearch.indices.InvalidIndexNameException: Invalid index name [{name}], {rule}"
)]
pub struct IndexNameError {
    name: String,
    rule: String,
}

const FORBIDDEN: [char; 10] = ['\\', '/', '*', '?', '"', '<', '>', '|', ' ', ','];
const MAX_BYTES: usize = 255;

impl IndexNameError {
    /// The words of the rule.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl IndexName {
    /// Checks the rules in the server's order.
    ///
    /// # Errors
    /// With the first rule that is broken.
    pub fn parse(name: &str) -> Result<Self, IndexNameError> {
        broken_rule(name).map_or_else(
            || Ok(Self(name.to_owned())),
            |rule| Err(IndexNameError { name: name.to_owned(), rule }),
        )
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn broken_rule(name: &str) -> Option<String> {
    let rule = if name.is_empty() {
        "must not be empty"
    } else if name.contains(FORBIDDEN) {
        r#"must not contain the following characters [' ','"','*',',','/','<','>','?','\','|']"#
    } else if name.contains('#') {
        "must not contain '#'"
    } else if name.contains(':') {
        "must not contain ':'"
    } else if name.starts_with(['_', '-', '+']) {
        "must not start with '_', '-', or '+'"
    } else if name.len() > MAX_BYTES {
        return Some(format!("index name is too long, ({} > {MAX_BYTES})", name.len()));
    } else if matches!(name, "." | "..") {
        "must not be '.' or '..'"
    } else {
        return None;
    };
    Some(rule.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, rule: Option<&str>) {
        let expected = rule.map(|rule| {
            format!("[{name}] org.elasticsearch.indices.InvalidIndexNameException: Invalid index name [{name}], {rule}")
        });
        assert_eq!(IndexName::parse(name).err().map(|error| error.to_string()), expected);
    }

    // Expected values: the list of contract CN-6.1.
    #[test]
    fn index_names_follow_the_seven_rules_in_order() {
        let characters = r#"must not contain the following characters [' ','"','*',',','/','<','>','?','\','|']"#;
        check("", Some("must not be empty"));
        check("a b", Some(characters));
        check("#,", Some(characters));
        check("a#:", Some("must not contain '#'"));
        check("_:", Some("must not contain ':'"));
        check("_a", Some("must not start with '_', '-', or '+'"));
        check("-a", Some("must not start with '_', '-', or '+'"));
        check("+a", Some("must not start with '_', '-', or '+'"));
        check(&"ä".repeat(128), Some("index name is too long, (256 > 255)"));
        check("..", Some("must not be '.' or '..'"));
        check("Search-UPPER.é", None);
        check(&"a".repeat(255), None);
    }
}
