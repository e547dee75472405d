//! Drivers: programs that call a client library on this program's behalf
//! (`docs/driver-protocol.md`).

mod process;
mod protocol;

pub use self::{
    process::{Driver, DriverError, Driving},
    protocol::{
        Call, ClientInfo, ProtocolError, Raised, Reply, VERSION, ready as read_ready,
        reply as read_reply,
    },
};
