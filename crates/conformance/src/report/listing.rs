//! The list of what would be played.

use std::fmt::Write as _;

use crate::suite::Suite;

/// One line for each case: its id, the operation, the status, what it proves.
#[must_use]
pub fn listing(suite: &Suite) -> String {
    let mut text = String::new();
    for case in &suite.cases {
        let (operation, status) = (case.operation, case.status());
        let _ = writeln!(text, "{}  {operation} {status}  {}", case.id, case.proves.join(", "));
    }
    text
}
