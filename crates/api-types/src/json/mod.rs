//! JSON as Elasticsearch reads, keeps and writes it.
//!
//! `serde_json::Value` is not used for documents: exact answers need member order, numbers of any
//! size, Java's spelling of doubles and positions of tokens. `serde_json` has features for the
//! first two, but a feature switched on here would change `serde_json` in every program that has
//! this crate in its build, the code under test included.
//!
//! This module knows nothing of endpoints or errors of the API.

mod encoding;
mod java_map;
mod name;
mod number;
mod object;
mod read_error;
mod reader;
mod scan;
mod serde_impl;
mod value;
mod write;

pub use encoding::{EncodingError, to_utf8};
pub use number::{Number, NumberError};
pub use object::Object;
pub use read_error::{Position, ReadError, ReadErrorKind};
pub use reader::{Reader, Token};
pub use scan::Quoted;
pub use value::{Json, Text};
pub use write::{Layout, write, write_members};
