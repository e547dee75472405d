//! What the mappings of the indices refuse: numbers that a member cannot hold.

use api_types::json::{Json, Object};

/// A member that is mapped as a number of a limited range.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapped {
    /// Where it is, names joined by dots; arrays on the way do not count.
    path: &'static str,
    width: Width,
}

/// How large a number may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// 16 bits.
    Short,
    /// 32 bits.
    Integer,
}

/// A number that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge {
    /// The path of the member.
    pub(crate) member: String,
    pub(crate) width: Width,
    pub(crate) value: i64,
    /// The byte column, from 1, at which the number starts in the compact text.
    pub(crate) column: usize,
}

impl Mapped {
    pub(super) const fn short(path: &'static str) -> Self {
        Self { path, width: Width::Short }
    }

    pub(super) const fn integer(path: &'static str) -> Self {
        Self { path, width: Width::Integer }
    }

    /// Whether the member is there with a number that does not fit.
    fn is_too_large_in(&self, object: &Object) -> bool {
        let (name, rest) = self.path.split_once('.').unwrap_or((self.path, ""));
        object.get(name).is_some_and(|value| self.is_too_large(value, rest))
    }

    fn is_too_large(&self, value: &Json, rest: &'static str) -> bool {
        match value {
            Json::Array(elements) => {
                elements.iter().any(|element| self.is_too_large(element, rest))
            }
            Json::Object(object) if !rest.is_empty() => {
                Self { path: rest, ..*self }.is_too_large_in(object)
            }
            Json::Number(_) if rest.is_empty() => {
                value.as_i64().is_some_and(|value| !self.width.holds(value))
            }
            _ => false,
        }
    }
}

impl Width {
    fn holds(self, value: i64) -> bool {
        match self {
            Self::Short => i16::try_from(value).is_ok(),
            Self::Integer => i32::try_from(value).is_ok(),
        }
    }
}

/// Whether a patch holds a number that does not fit, wherever it stands.
pub(super) fn is_too_large(patch: &Object, mapping: &[Mapped]) -> bool {
    mapping.iter().any(|mapped| mapped.is_too_large_in(patch))
}

/// The first number in the order of the document that does not fit.
pub(super) fn first_too_large(document: &Object, mapping: &[Mapped]) -> Option<TooLarge> {
    Walk { mapping, text: String::new() }.object(document, "")
}

/// Goes through a document and writes the text up to where it is.
struct Walk<'a> {
    mapping: &'a [Mapped],
    text: String,
}

impl Walk<'_> {
    fn object(&mut self, object: &Object, path: &str) -> Option<TooLarge> {
        let mut separator = '{';
        for (name, value) in object.iter() {
            self.text.push(separator);
            self.text.push_str(&Json::from(name.to_owned()).to_compact());
            self.text.push(':');
            separator = ',';
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            if let Some(found) = self.value(value, &path) {
                return Some(found);
            }
        }
        self.text.push_str(if object.is_empty() { "{}" } else { "}" });
        None
    }

    fn value(&mut self, value: &Json, path: &str) -> Option<TooLarge> {
        match value {
            // What no mapped member is in need not be gone through.
            _ if !self.leads_on(path) => self.text.push_str(&value.to_compact()),
            Json::Object(object) => return self.object(object, path),
            Json::Array(elements) => {
                self.text.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    if let Some(found) = self.value(element, path) {
                        return Some(found);
                    }
                }
                self.text.push(']');
            }
            _ => {
                let mapped = self.mapping.iter().find(|mapped| mapped.path == path);
                if let (Some(mapped), Some(number)) = (mapped, value.as_i64())
                    && !mapped.width.holds(number)
                {
                    return Some(TooLarge {
                        member: path.to_owned(),
                        width: mapped.width,
                        value: number,
                        column: self.text.len() + 1,
                    });
                }
                self.text.push_str(&value.to_compact());
            }
        }
        None
    }

    /// Whether a mapped member is at the path or below it.
    fn leads_on(&self, path: &str) -> bool {
        self.mapping.iter().any(|mapped| {
            mapped
                .path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPPING: [Mapped; 2] = [Mapped::short("a.b.order"), Mapped::integer("count")];

    fn check(document: &str, expected: Option<(&str, i64)>) {
        let Ok(Json::Object(object)) = Json::parse(document.as_bytes()) else {
            panic!("{document}")
        };
        assert_eq!(is_too_large(&object, &MAPPING), expected.is_some(), "{document}");
        let found = first_too_large(&object, &MAPPING);
        let facts = found.as_ref().map(|found| (found.member.as_str(), found.value));
        assert_eq!(facts, expected, "{document}");
        if let Some(TooLarge { value, column, .. }) = found {
            let at = document.find(&value.to_string()).unwrap();
            assert_eq!(column, at + 1, "{document}");
        }
    }

    #[test]
    fn a_number_that_fits_is_not_found() {
        check(r#"{"a":{"b":{"order":32767}},"count":2147483647}"#, None);
        check(r#"{"a":{"b":{"order":-32768}},"count":-2147483648}"#, None);
        check(r#"{"order":40000,"a":{"order":40000,"b":40000},"x":{"count":3000000000}}"#, None);
        check(r#"{"a":{"b":{"order":null}},"count":"3000000000"}"#, None);
    }

    #[test]
    fn the_first_that_does_not_fit_is_found_with_its_column() {
        check(r#"{"é":"\"","a":{"b":{"x":{},"order":32768}}}"#, Some(("a.b.order", 32768)));
        check(
            r#"{"a":[{"c":[],"b":[{"order":1},{"order":-32769}]},{"b":{"order":99999}}]}"#,
            Some(("a.b.order", -32769)),
        );
        check(r#"{"count":2147483648,"a":{"b":{"order":50000}}}"#, Some(("count", 2_147_483_648)));
    }
}
