//! Versions of Elasticsearch.

use std::{fmt, str::FromStr};

/// A version of Elasticsearch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

/// A text that is no version, or one that had no Connector APIs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Not two or three numbers with points between them.
    #[error("[{0}] is not a version; write it like 9.0 or 8.15.3")]
    Syntax(String),
    /// Before the first or after the last known release.
    #[error("version {0} is not known; known are {first} to {last}", first = Version::OLDEST, last = Version::NEWEST)]
    Unknown(Version),
}

impl Version {
    /// The first version that has Connector APIs.
    pub const OLDEST: Self = Self::new(8, 12, 0);

    /// The newest version whose answers are known.
    pub const NEWEST: Self = Self::new(9, 6, 0);

    /// The last minor version of the 8 line.
    const LAST_8: u16 = 19;

    /// The first release of every line, from the oldest to the newest.
    pub const LINES: [Self; 15] = [
        Self::OLDEST,
        Self::new(8, 13, 0),
        Self::new(8, 14, 0),
        Self::new(8, 15, 0),
        Self::new(8, 16, 0),
        Self::new(8, 17, 0),
        Self::new(8, 18, 0),
        Self::new(8, Self::LAST_8, 0),
        Self::new(9, 0, 0),
        Self::new(9, 1, 0),
        Self::new(9, 2, 0),
        Self::new(9, 3, 0),
        Self::new(9, 4, 0),
        Self::new(9, 5, 0),
        Self::NEWEST,
    ];

    /// A version of three numbers.
    #[must_use]
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    fn is_known(self) -> bool {
        let minors = match self.major {
            8 => Self::OLDEST.minor..=Self::LAST_8,
            9 => 0..=Self::NEWEST.minor,
            _ => return false,
        };
        minors.contains(&self.minor)
    }
}

impl FromStr for Version {
    type Err = VersionError;

    /// Reads `9.0` or `8.15.3`.
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let syntax = || VersionError::Syntax(text.to_owned());
        let numbers: Vec<u16> = text
            .split('.')
            .map(|number| number.parse().map_err(|_| syntax()))
            .collect::<Result<_, _>>()?;
        let version = match *numbers.as_slice() {
            [major, minor] => Self::new(major, minor, 0),
            [major, minor, patch] => Self::new(major, minor, patch),
            _ => return Err(syntax()),
        };
        if version.is_known() { Ok(version) } else { Err(VersionError::Unknown(version)) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_with_two_or_three_numbers() {
        assert_eq!("9.0".parse(), Ok(Version::new(9, 0, 0)));
        assert_eq!("8.15.3".parse(), Ok(Version::new(8, 15, 3)));
    }

    #[test]
    fn unknown_versions_are_named_with_the_known_range() {
        let message = "8.11".parse::<Version>().unwrap_err().to_string();
        assert_eq!(message, "version 8.11.0 is not known; known are 8.12.0 to 9.6.0");
        assert!("9".parse::<Version>().is_err());
        assert!("8.20".parse::<Version>().is_err());
        assert!("x.y".parse::<Version>().is_err());
    }
}
