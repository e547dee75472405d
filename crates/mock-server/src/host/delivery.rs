//! How an answer goes over the connection, where that is not as usual. An extension of the answer,
//! which `server.rs` acts on; without a connection nobody does.

use std::time::Duration;

/// How an answer goes over the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// The pause before it.
    pub(crate) delay: Duration,
    /// The pauses between the pieces of the body, of which there is one more.
    pub(crate) pauses: Vec<Duration>,
    pub(crate) end: End,
}

/// Where the answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Where it should; the connection goes on.
    Whole,
    /// Before its first byte.
    Before(Close),
    /// Within its headers.
    Headers(Close),
    /// Behind so many bytes of the body, before the last one.
    Body(usize, Close),
    /// Where it should, and the connection with it, unannounced.
    After(Close),
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Close {
    /// FIN: the other side reads the end.
    Fin,
    /// RST: the other side reads an error.
    Rst,
}

impl Delivery {
    /// Whether the answer goes over the connection as any other does.
    pub(crate) fn is_usual(&self) -> bool {
        self.delay.is_zero() && self.pauses.is_empty() && self.end == End::Whole
    }
}
