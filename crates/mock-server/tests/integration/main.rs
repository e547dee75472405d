//! The server through its socket: connections, limits, the program and the library.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod connection;
mod control_page;
mod documents;
mod headers;
mod library;
mod limits;
mod program;
mod security;
mod wire;
