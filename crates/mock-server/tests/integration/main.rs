//! The server through its socket: connections, limits, the program and the library.

mod connection;
mod library;
mod program;
mod wire;
