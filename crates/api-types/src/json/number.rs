//! JSON numbers as a Java server keeps them: integers of any size, doubles.

use std::fmt;

/// A JSON number. An integer and a double are never equal, as in Java.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// An integer that 64 bits hold.
    Integer(i64),
    /// The decimal digits of a larger integer.
    Big(Box<str>),
    /// A number written with a fraction or an exponent.
    Double(f64),
}

/// The text of a number token that is not a number this type can hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number: {0}")]
pub struct NumberError(String);

impl Number {
    /// Reads the text of a JSON number token.
    ///
    /// # Errors
    /// If the text is not a number.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        if text.contains(['.', 'e', 'E']) {
            return text.parse().map(Self::Double).map_err(|_| NumberError(text.to_owned()));
        }
        if let Ok(value) = text.parse() {
            return Ok(Self::Integer(value));
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError(text.to_owned()));
        }
        Ok(Self::Big(text.into()))
    }

    /// The value, if it is an integer that 64 bits hold.
    #[must_use]
    pub const fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Big(_) | Self::Double(_) => None,
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => write!(f, "{value}"),
            Self::Big(digits) => f.write_str(digits),
            Self::Double(value) if !value.is_finite() => {
                let sign = if *value < 0.0 { "-" } else { "" };
                write!(f, "\"{sign}Infinity\"")
            }
            Self::Double(value) => {
                let magnitude = value.abs();
                if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
                    write!(f, "{value:?}")
                } else {
                    java_scientific(*value, f)
                }
            }
        }
    }
}

/// `1.0E7`, `1.234E-5`: at least one digit after the point, a capital `E`, no plus sign.
fn java_scientific(value: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let fraction = if mantissa.contains('.') { "" } else { ".0" };
    write!(f, "{mantissa}{fraction}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str) {
        let number = Number::parse(input).unwrap();
        assert_eq!(number.to_string(), expected, "{input}");
    }

    #[test]
    fn integers_of_any_size_are_exact() {
        check("0", "0");
        check("-9223372036854775808", "-9223372036854775808");
        check("123456789012345678901234567890", "123456789012345678901234567890");
    }

    // Expected values: the specification of java.lang.Double.toString.
    #[test]
    fn doubles_are_spelled_as_java_spells_them() {
        check("1.0", "1.0");
        check("1e2", "100.0");
        check("0.001", "0.001");
        check("0.0001", "1.0E-4");
        check("9999999.0", "9999999.0");
        check("1e7", "1.0E7");
        check("12345678.9", "1.23456789E7");
        check("-1.5e-10", "-1.5E-10");
        check("0.0", "0.0");
        check("-0.0", "-0.0");
    }
}
