//! The one place where an assertion fails.

/// Fails the test that made the assertion, at the line that made it.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion fails the test that makes it")]
pub(crate) fn fail(message: &str) -> ! {
    panic!("{}", message.trim_end())
}
