//! The exit codes of `connector-conformance`. They are part of its interface.

/// Every case that was played passed.
pub const PASSED: u8 = 0;
/// At least one case failed: the server answered, and the answer is wrong.
pub const FAILED: u8 = 1;
/// No case failed, but at least one could not be judged: no server, or no valid HTTP.
pub const ERRORED: u8 = 2;
/// Nothing was played: a bad flag, a bad URL, a bad case file, a report that cannot be written.
pub const USAGE: u8 = 3;
/// `observe` alone: everything that the suite sent was right, but its own command failed.
pub const COMMAND_FAILED: u8 = 4;
