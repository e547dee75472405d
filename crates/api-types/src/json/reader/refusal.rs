//! Values that are read and are not what they are asked for as.

use super::Reader;
use crate::json::read_error::{ReadError, ReadErrorKind};

impl Reader<'_> {
    /// The error for a number that is out of a range, `int (-2147483648 - 2147483647)` or the like.
    #[must_use]
    pub fn out_of_range(&self, number: &str, range: &str) -> ReadError {
        let message = format!("Numeric value ({number}) out of range of {range}");
        self.scanner.error(ReadErrorKind::Coercion, message)
    }

    /// The error of a value that is asked for as something that it is not, such as a number.
    #[must_use]
    pub fn mistaken(&self, message: String) -> ReadError {
        self.scanner.error(ReadErrorKind::Malformed, message)
    }
}
