//! The wire between a client and a server: a gateway that passes bytes on, writes down every
//! exchange and, where a case asks for it, answers or breaks off in the server's place.
//!
//! The gateway copies bytes and reads HTTP beside that; it never makes a request or an answer anew.

mod fault;
mod gateway;
mod message;
mod packing;
mod recorder;

pub use self::{
    fault::{Change, Cut, Effect, Fault},
    gateway::{Gateway, GatewayError},
    message::{Head, Message, MessageError, StartLine},
    recorder::{Recorded, Recorder},
};

#[cfg(test)]
pub(crate) use self::message::{MessageReader, Side};
pub(crate) use self::packing::{UnknownPacking, unpacked};
