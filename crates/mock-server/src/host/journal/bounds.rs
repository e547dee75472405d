//! How much the journal keeps, and how that is written.

use std::str::FromStr;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The most exchanges of one space.
    pub(crate) count: usize,
    /// The most memory of all spaces together, in bytes.
    pub(crate) bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { count: 10_000, bytes: 16 * MEBIBYTE }
    }
}

const KIBIBYTE: usize = 1024;
const MEBIBYTE: usize = 1024 * KIBIBYTE;
const GIBIBYTE: usize = 1024 * MEBIBYTE;

/// How many exchanges of a space the journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalCount {
    /// At most so many.
    Most(usize),
    /// There is no journal.
    Off,
}

/// How much the journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalSize {
    count: JournalCount,
    bytes: usize,
}

impl JournalSize {
    /// So many exchanges of each space, and so many bytes of all spaces together.
    #[must_use]
    pub const fn new(count: JournalCount, bytes: usize) -> Self {
        Self { count, bytes }
    }
}

impl Default for JournalSize {
    fn default() -> Self {
        let Bounds { count, bytes } = Bounds::default();
        Self::new(JournalCount::Most(count), bytes)
    }
}

impl From<JournalSize> for Option<Bounds> {
    fn from(size: JournalSize) -> Self {
        match size.count {
            JournalCount::Most(count) => Some(Bounds { count, bytes: size.bytes }),
            JournalCount::Off => None,
        }
    }
}

impl FromStr for JournalCount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let wrong = || "write a number of exchanges, 10000, or off".to_owned();
        text.parse().map(Self::Most).map_err(|_| wrong())
    }
}

/// A size as Elasticsearch writes it: `16mb`, `512kb`, `1gb`, `1048576b`.
pub(crate) fn bytes(text: &str) -> Result<usize, String> {
    let lower = text.to_ascii_lowercase();
    let units = [("kb", KIBIBYTE), ("mb", MEBIBYTE), ("gb", GIBIBYTE), ("b", 1)];
    let (number, unit) = units
        .into_iter()
        .find_map(|(name, unit)| lower.strip_suffix(name).map(|number| (number, unit)))
        .unwrap_or((&lower, 1));
    let size = number.trim().parse().ok().and_then(|number: usize| number.checked_mul(unit));
    size.ok_or_else(|| format!("[{text}] is no size: write 16mb, 512kb or a number of bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_with_a_unit() {
        assert_eq!(bytes("16mb"), Ok(16_777_216));
        assert_eq!(bytes("512KB"), Ok(524_288));
        assert_eq!(bytes("1 gb"), Ok(1_073_741_824));
        assert_eq!(bytes("7b"), Ok(7));
        assert_eq!(bytes("7"), Ok(7));
        for wrong in ["", "mb", "-1kb", "1.5mb", "16tb", "99999999999gb"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_journal_has_a_number_or_is_off() {
        assert_eq!("10".parse(), Ok(JournalCount::Most(10)));
        assert_eq!("off".parse(), Ok(JournalCount::Off));
        assert!("on".parse::<JournalCount>().is_err());
    }
}
