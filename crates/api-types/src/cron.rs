//! Cron expressions as the scheduling of connectors takes them (contract CN-7): which are accepted,
//! and what is said of the others. When they fire is not computed.

use std::fmt;

use crate::json::Json;

/// An accepted cron expression, in upper case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronExpression(String);

/// Why a text is no cron expression. Displayed as the first of the two messages that the server
/// nests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid cron expression [{expression}]")]
pub struct CronError {
    /// The text as it was sent.
    pub expression: String,
    /// The message of the cause.
    pub cause: String,
}

impl CronExpression {
    /// Reads six or seven fields; what follows is ignored.
    ///
    /// # Errors
    /// With the server's messages.
    pub fn parse(text: &str) -> Result<Self, CronError> {
        let upper = text.to_uppercase();
        check(&upper).map_err(|refused| CronError {
            expression: text.to_owned(),
            cause: format!("illegal cron expression format [{refused}]"),
        })?;
        Ok(Self(upper))
    }
}

impl fmt::Display for CronExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<CronExpression> for Json {
    fn from(cron: CronExpression) -> Self {
        Self::from(cron.0)
    }
}

/// What the server's own check says, or what the virtual machine says for it.
enum Refused {
    Message(String),
    NotANumber(String),
    OutOfBounds { index: usize, length: usize },
    OutOfBoundsRange { begin: usize, end: usize, length: usize },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(message) => write!(f, "java.lang.IllegalArgumentException: {message}"),
            Self::NotANumber(text) => {
                write!(f, "java.lang.NumberFormatException: For input string: \"{text}\"")
            }
            Self::OutOfBounds { index, length } => write!(
                f,
                "java.lang.StringIndexOutOfBoundsException: Index {index} out of bounds for length {length}"
            ),
            Self::OutOfBoundsRange { begin, end, length } => write!(
                f,
                "java.lang.StringIndexOutOfBoundsException: begin {begin}, end {end}, length {length}"
            ),
        }
    }
}

fn refuse<T>(message: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Message(message.into()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
    Year,
}

const UNITS: [Unit; 7] = [
    Unit::Second,
    Unit::Minute,
    Unit::Hour,
    Unit::DayOfMonth,
    Unit::Month,
    Unit::DayOfWeek,
    Unit::Year,
];

const REQUIRED_FIELDS: usize = 6;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Unit {
    /// The numbers that it takes, and what is said of others; a year takes all.
    const fn range(self) -> Option<(i64, i64, &'static str)> {
        match self {
            Self::Second | Self::Minute => {
                Some((0, 59, "Minute and Second values must be between 0 and 59"))
            }
            Self::Hour => Some((0, 23, "Hour values must be between 0 and 23")),
            Self::DayOfMonth => Some((1, 31, "Day of month values must be between 1 and 31")),
            Self::Month => Some((1, 12, "Month values must be between 1 and 12")),
            Self::DayOfWeek => Some((1, 7, "Day-of-Week values must be between 1 and 7")),
            Self::Year => None,
        }
    }

    /// The largest increment, and the number that the message names.
    const fn increment(self) -> Option<(i64, i64)> {
        match self {
            Self::Second | Self::Minute => Some((59, 60)),
            Self::Hour => Some((23, 24)),
            Self::DayOfMonth => Some((31, 31)),
            Self::DayOfWeek => Some((7, 7)),
            Self::Month => Some((12, 12)),
            Self::Year => None,
        }
    }

    fn named(self, name: &str) -> bool {
        match self {
            Self::Month => MONTHS.contains(&name),
            Self::DayOfWeek => DAYS.contains(&name),
            Self::Second | Self::Minute | Self::Hour | Self::DayOfMonth | Self::Year => false,
        }
    }
}

fn check(expression: &str) -> Result<(), Refused> {
    let fields: Vec<&str> =
        expression.split([' ', '\t']).filter(|field| !field.is_empty()).take(UNITS.len()).collect();
    let mut unspecified = Vec::new();
    for (unit, field) in UNITS.into_iter().zip(&fields) {
        check_field(unit, field, &mut unspecified)?;
    }
    if fields.len() < REQUIRED_FIELDS {
        let end = expression.encode_utf16().count();
        return refuse(format!("unexpected end of expression at pos [{end}]."));
    }
    if unspecified.is_empty() {
        return refuse(
            "support for specifying both a day-of-week AND a day-of-month parameter is not implemented.",
        );
    }
    Ok(())
}

fn check_field(unit: Unit, field: &str, unspecified: &mut Vec<Unit>) -> Result<(), Refused> {
    let is_list = field.contains(',');
    if unit == Unit::DayOfMonth && field.contains('L') && is_list {
        return refuse(
            "support for specifying 'L' and 'LW' with other days of the month is not implemented",
        );
    }
    if unit == Unit::DayOfWeek && field.contains('L') && is_list {
        return refuse("support for specifying 'L' with other days of the week is not implemented");
    }
    if unit == Unit::DayOfWeek && field.matches('#').count() > 1 {
        return refuse("support for specifying multiple \"nth\" days is not implemented.");
    }
    for element in field.split(',').filter(|element| !element.is_empty()) {
        let text: Vec<char> = element.chars().collect();
        Element { unit, text: &text }.check(unspecified)?;
    }
    Ok(())
}

/// One element of a comma list; positions count its characters from 0.
struct Element<'a> {
    unit: Unit,
    text: &'a [char],
}

impl Element<'_> {
    fn at(&self, index: usize) -> Result<char, Refused> {
        let length = self.text.len();
        self.text.get(index).copied().ok_or(Refused::OutOfBounds { index, length })
    }

    fn check(&self, unspecified: &mut Vec<Unit>) -> Result<(), Refused> {
        match self.at(0)? {
            'A'..='Z' if !self.is_last_day() => self.name(),
            '?' => self.question_mark(unspecified),
            '*' | '/' => self.star(),
            'L' => self.last_day(),
            '0'..='9' => {
                let (value, next) = self.number(0)?;
                self.after_number(value, next)
            }
            other => refuse(format!("Unexpected character [{other}] at pos [0] ")),
        }
    }

    /// `L`, `LW`, `L-3`, `L-3W`
    fn is_last_day(&self) -> bool {
        let text: String = self.text.iter().collect();
        let Some(rest) = text.strip_prefix('L') else { return false };
        match rest.strip_prefix('-') {
            Some(offset) => {
                let digits = offset.strip_suffix('W').unwrap_or(offset);
                digits.bytes().all(|byte| byte.is_ascii_digit())
            }
            None => matches!(rest, "" | "W"),
        }
    }

    fn three_letters(&self, begin: usize) -> Result<String, Refused> {
        let end = begin + 3;
        self.text
            .get(begin..end)
            .map(|letters| letters.iter().collect())
            .ok_or(Refused::OutOfBoundsRange { begin, end, length: self.text.len() })
    }

    /// `MON`, `MON-FRI`, `MON#2`, `MONL`
    fn name(&self) -> Result<(), Refused> {
        self.known_name(0)?;
        match self.text.get(3) {
            Some('-') => self.known_name(4),
            Some('#') if self.unit == Unit::DayOfWeek => self.nth(4),
            _ => Ok(()),
        }
    }

    fn known_name(&self, begin: usize) -> Result<(), Refused> {
        let name = self.three_letters(begin)?;
        let what = match self.unit {
            Unit::Month => "Month",
            Unit::DayOfWeek => "Day-of-Week",
            Unit::Second | Unit::Minute | Unit::Hour | Unit::DayOfMonth | Unit::Year => {
                return refuse(format!("illegal characters [{name}] at pos [{begin}] '"));
            }
        };
        if self.unit.named(&name) {
            return Ok(());
        }
        refuse(format!("invalid {what} value [{name}] at pos [{begin}]"))
    }

    /// The number after `#`.
    fn nth(&self, begin: usize) -> Result<(), Refused> {
        let text: String = self.text.iter().skip(begin).collect();
        match text.parse::<i32>() {
            Ok(1..=5) => Ok(()),
            _ => refuse(format!(
                "a numeric value between 1 and 5 must follow the '#' option at pos [{begin}]"
            )),
        }
    }

    fn question_mark(&self, unspecified: &mut Vec<Unit>) -> Result<(), Refused> {
        if self.text.len() > 2 {
            let after = self.at(1)?;
            return refuse(format!("Illegal character [{after}] after '?' at pos [1]"));
        }
        if !matches!(self.unit, Unit::DayOfMonth | Unit::DayOfWeek) {
            return refuse("'?' can only be specified for Day-of-Month or Day-of-Week. at pos [1]");
        }
        if !unspecified.is_empty() {
            return refuse(
                "'?' can only be specified for Day-of-Month -OR- Day-of-Week. at pos [1]",
            );
        }
        unspecified.push(self.unit);
        Ok(())
    }

    /// `*`, `*/5`, `/5`
    fn star(&self) -> Result<(), Refused> {
        let slash = match self.at(0)? {
            '*' if self.text.len() == 1 => return Ok(()),
            '*' => 1,
            _ if self.text.len() == 1 => {
                return refuse("'/' must be followed by an integer. at pos [0]");
            }
            _ => 0,
        };
        if self.at(slash)? != '/' {
            return Ok(());
        }
        let digits = slash + 1;
        if digits >= self.text.len() {
            return refuse(format!("Unexpected end of string. at pos [{digits}]"));
        }
        let (increment, _) = self.number(digits)?;
        let position = digits + if increment > 10 { 2 } else { 1 };
        match self.unit.increment() {
            Some((most, named)) if increment > most => {
                refuse(format!("increment [{increment}] > {named} at pos [{position}]"))
            }
            _ => Ok(()),
        }
    }

    fn last_day(&self) -> Result<(), Refused> {
        if self.unit != Unit::DayOfMonth || self.text.get(1) != Some(&'-') {
            return Ok(());
        }
        let (offset, _) = if self.text.len() > 2 { self.number(2)? } else { (0, 2) };
        if offset > 30 {
            return refuse("offset from last day must be <= 30 at pos [2]");
        }
        Ok(())
    }

    /// The digits from `start` and where they end; the first must be one.
    fn number(&self, start: usize) -> Result<(i64, usize), Refused> {
        let first = self.at(start)?;
        if !first.is_ascii_digit() {
            return Err(Refused::NotANumber(first.to_string()));
        }
        let digits: String =
            self.text.iter().skip(start).take_while(|digit| digit.is_ascii_digit()).collect();
        let value = digits.parse::<i32>().map_err(|_| Refused::NotANumber(digits.clone()))?;
        Ok((i64::from(value), start + digits.len()))
    }

    /// What may follow a number: a range, an increment, `L`, `W`, `#`.
    fn after_number(&self, value: i64, next: usize) -> Result<(), Refused> {
        let option =
            |name: &str| refuse(format!("'{name}' option is not valid here. at pos [{next}]"));
        match self.text.get(next) {
            None => self.in_range(value, None),
            Some('L') if self.unit == Unit::DayOfWeek => self.in_range(value, None),
            Some('L') => option("L"),
            Some('W') if self.unit == Unit::DayOfMonth && value > 31 => refuse(format!(
                "the 'W' option does not make sense with values larger than 31 (max number of days in a month) at pos [{next}]"
            )),
            Some('W') if self.unit == Unit::DayOfMonth => Ok(()),
            Some('W') => option("W"),
            Some('#') if self.unit == Unit::DayOfWeek => self.nth(next + 1),
            Some('#') => option("#"),
            Some('-') => {
                let (end, next) = self.number(next + 1)?;
                if self.text.get(next) == Some(&'/') {
                    self.number(next + 1)?;
                }
                self.in_range(value, Some(end))
            }
            Some('/') => {
                let (_, end) = self.number(next + 1)?;
                if let Some(after) = self.text.get(end) {
                    return refuse(format!(
                        "Unexpected character [{after}] after '/' at pos [{end}]"
                    ));
                }
                self.in_range(value, None)
            }
            Some(_) => self.in_range(value, None),
        }
    }

    fn in_range(&self, value: i64, end: Option<i64>) -> Result<(), Refused> {
        match self.unit.range() {
            Some((least, most, message)) => {
                if value < least || value > most || end.is_some_and(|end| end > most) {
                    return refuse(message);
                }
            }
            None => {
                if end.is_some_and(|end| end < value) {
                    return refuse("Start year must be less than stop year");
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, message: &str) {
        let error = CronExpression::parse(text).unwrap_err();
        assert_eq!(error.to_string(), format!("invalid cron expression [{text}]"));
        assert_eq!(
            error.cause,
            format!(
                "illegal cron expression format [java.lang.IllegalArgumentException: {message}]"
            ),
            "{text}"
        );
    }

    // Expected values: contract CN-7.
    #[test]
    fn expressions_of_six_or_seven_fields_are_accepted() {
        for text in [
            "0 0 0 * * ?",
            "0 10 0 * * ?",
            "0/5 */15 22-2 ? JAN-MAR,6 MON-FRI",
            "0 0 0 L * ?",
            "0 0 0 LW * ?",
            "0 0 0 L-3 * ?",
            "0 0 0 L-30W * ?",
            "0 0 0 15W * ?",
            "0 0 0 ? * 6L",
            "0 0 0 ? * FRIL",
            "0 0 0 ? * 2#1",
            "0 0 0 ? * MON#5",
            "0 0 0 1,15 * ? 2024-2030",
            "0  0\t0 * * ? * and more",
            "59 59 23 31 12 ?",
            "0 0 0 ? * L",
        ] {
            assert!(CronExpression::parse(text).is_ok(), "{text}");
        }
        let stored = CronExpression::parse("0 0 0 ? * mon-fri").unwrap().to_string();
        assert_eq!(stored, "0 0 0 ? * MON-FRI");
    }

    // Expected values: the table of contract CN-7 and the worked example CN-1.4-11.
    #[test]
    fn others_are_refused_with_the_servers_messages() {
        check("bad", "illegal characters [BAD] at pos [0] '");
        check("0 0 0 * *", "unexpected end of expression at pos [9].");
        check(
            "0 0 0 1 * 1",
            "support for specifying both a day-of-week AND a day-of-month parameter is not implemented.",
        );
        check(
            "0 0 0 ? * ?",
            "'?' can only be specified for Day-of-Month -OR- Day-of-Week. at pos [1]",
        );
        check(
            "? 0 0 * * ?",
            "'?' can only be specified for Day-of-Month or Day-of-Week. at pos [1]",
        );
        check("60 0 0 * * ?", "Minute and Second values must be between 0 and 59");
        check("0 0-60 0 * * ?", "Minute and Second values must be between 0 and 59");
        check("0 0 24 * * ?", "Hour values must be between 0 and 23");
        check("0 0 0 32 * ?", "Day of month values must be between 1 and 31");
        check("0 0 0 * 13 ?", "Month values must be between 1 and 12");
        check("0 0 0 ? * 8", "Day-of-Week values must be between 1 and 7");
        check("0 0 0 * FOO ?", "invalid Month value [FOO] at pos [0]");
        check("0 0 0 ? * MON-FOO", "invalid Day-of-Week value [FOO] at pos [4]");
        check("0 0 0 % * ?", "Unexpected character [%] at pos [0] ");
        check("*/60 0 0 * * ?", "increment [60] > 60 at pos [4]");
        check("0 0 */24 * * ?", "increment [24] > 24 at pos [4]");
        check("/ 0 0 * * ?", "'/' must be followed by an integer. at pos [0]");
        check(
            "0 0 0 L,1 * ?",
            "support for specifying 'L' and 'LW' with other days of the month is not implemented",
        );
        check(
            "0 0 0 ? * 1,6L",
            "support for specifying 'L' with other days of the week is not implemented",
        );
        check(
            "0 0 0 ? * 2#1,3#2",
            "support for specifying multiple \"nth\" days is not implemented.",
        );
        check(
            "0 0 0 ? * 2#6",
            "a numeric value between 1 and 5 must follow the '#' option at pos [2]",
        );
        check("0 0 0 1L * ?", "'L' option is not valid here. at pos [1]");
        check("0 0 1W * * ?", "'W' option is not valid here. at pos [1]");
        check("0 0 1#1 * * ?", "'#' option is not valid here. at pos [1]");
        check("0 0 0 L-31 * ?", "offset from last day must be <= 30 at pos [2]");
        check("0 0 0 * * ? 2030-2024", "Start year must be less than stop year");
    }

    #[test]
    fn no_text_stops_the_reader() {
        for text in
            ["", "A", "0 0 0 ? * M", "1- 0 0 * * ?", "1/ 0 0 * * ?", "é é é é é é", "-", ","]
        {
            assert!(CronExpression::parse(text).is_err(), "{text}");
        }
    }
}
