//! The server through its socket: connections, limits, the program and the library.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod connection;
mod library;
mod program;
mod security;
mod wire;
