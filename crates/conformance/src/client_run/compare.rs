//! What differs between two JSON values, by kind: a null that is gone is another mistake than a
//! number that was rounded.

use api_types::json::{Json, Number};

/// How a value differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A `null` is not there.
    NullGone,
    /// A member is not there.
    Gone,
    /// A member is too much.
    Added,
    /// A number is near the expected one.
    Rounded,
    /// Anything else.
    Other,
}

/// A place where two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) kind: Kind,
    /// The JSON pointer; empty for the whole value.
    pub(crate) pointer: String,
    pub(crate) expected: String,
    pub(crate) actual: String,
}

const ABSENT: &str = "nothing";

/// Everywhere that `actual` differs from `expected`. The order of members does not count, and `1`
/// is `1.0`.
pub(crate) fn differences(expected: &Json, actual: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(expected, actual, "", &mut found);
    found
}

fn compare(expected: &Json, actual: &Json, pointer: &str, found: &mut Vec<Difference>) {
    let mut differs = |kind| {
        let (expected, actual) = (expected.to_compact(), actual.to_compact());
        found.push(Difference { kind, pointer: pointer.to_owned(), expected, actual });
    };
    match (expected, actual) {
        (Json::Object(left), Json::Object(right)) => {
            for (name, value) in left.iter() {
                let place = member(pointer, name);
                match right.get(name) {
                    Some(other) => compare(value, other, &place, found),
                    None => found.push(Difference {
                        kind: if value.is_null() { Kind::NullGone } else { Kind::Gone },
                        pointer: place,
                        expected: value.to_compact(),
                        actual: ABSENT.to_owned(),
                    }),
                }
            }
            for (name, value) in right.iter().filter(|(name, _)| !left.contains(name)) {
                found.push(Difference {
                    kind: Kind::Added,
                    pointer: member(pointer, name),
                    expected: ABSENT.to_owned(),
                    actual: value.to_compact(),
                });
            }
        }
        (Json::Array(left), Json::Array(right)) if left.len() == right.len() => {
            for (index, (value, other)) in left.iter().zip(right).enumerate() {
                compare(value, other, &format!("{pointer}/{index}"), found);
            }
        }
        (Json::Number(left), Json::Number(right)) => match same_number(left, right) {
            Sameness::Same => {}
            Sameness::Near => differs(Kind::Rounded),
            Sameness::Other => differs(Kind::Other),
        },
        (left, right) if left == right => {}
        _ => differs(Kind::Other),
    }
}

fn member(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[derive(Debug, PartialEq, Eq)]
enum Sameness {
    Same,
    Near,
    Other,
}

fn same_number(left: &Number, right: &Number) -> Sameness {
    // What a client that writes 1 for 1.0 makes of a number.
    let plain = |number: &Number| match number {
        Number::Double(value) if value.fract() == 0.0 && value.abs() < 9e15 => {
            format!("{value:.0}").trim_start_matches("-0").to_owned()
        }
        Number::Double(value) => format!("{value:e}"),
        Number::Integer(value) => value.to_string(),
        Number::Big(digits) => digits.to_string(),
    };
    let float = |number: &Number| match number {
        Number::Double(value) => *value,
        Number::Integer(value) => value.to_string().parse().unwrap_or(f64::NAN),
        Number::Big(digits) => digits.parse().unwrap_or(f64::NAN),
    };
    if plain(left) == plain(right) {
        return Sameness::Same;
    }
    let (left, right) = (float(left), float(right));
    let tolerance = left.abs().max(right.abs()) * f64::EPSILON * 2.0;
    if (left - right).abs() <= tolerance { Sameness::Near } else { Sameness::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, actual: &str, differing: &[(Kind, &str)]) {
        let parse = |text: &str| Json::parse(text.as_bytes()).unwrap();
        let found = differences(&parse(expected), &parse(actual));
        let found: Vec<(Kind, &str)> =
            found.iter().map(|one| (one.kind, one.pointer.as_str())).collect();
        assert_eq!(found, differing, "{expected} {actual}");
    }

    #[test]
    fn order_and_spelling_do_not_count() {
        check(r#"{"a":1,"b":[1.0,2]}"#, r#"{"b":[1,2.0],"a":1}"#, &[]);
        check("9223372036854775807", "9223372036854775807", &[]);
        check("18446744073709551616", "18446744073709551616", &[]);
        check("0.1", "1e-1", &[]);
        check("0.0", "0", &[]);
    }

    #[test]
    fn each_kind_is_told_apart() {
        check(r#"{"a":null}"#, "{}", &[(Kind::NullGone, "/a")]);
        check(r#"{"a":{"b/c":1}}"#, r#"{"a":{}}"#, &[(Kind::Gone, "/a/b~1c")]);
        check("{}", r#"{"x":1}"#, &[(Kind::Added, "/x")]);
        check("9223372036854775807", "9223372036854775808", &[(Kind::Rounded, "")]);
        check("9007199254740993", "9007199254740992", &[(Kind::Rounded, "")]);
        check("9223372036854775807", "9.223372036854776e18", &[(Kind::Rounded, "")]);
        check("1", "2", &[(Kind::Other, "")]);
        check("1", r#""1""#, &[(Kind::Other, "")]);
        check("[1]", "[1,2]", &[(Kind::Other, "")]);
        check(r#"{"a":null}"#, r#"{"a":""}"#, &[(Kind::Other, "/a")]);
    }
}
