//! The kit as a library: tests as an author of a client or a server writes them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod messages;
mod my_client;
mod page;
