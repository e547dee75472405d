//! The list of operations. Router, conformance coverage and documentation all read this table.

mod action;
mod documents;
mod index_params;
mod method;
mod operation;
mod row;
mod table;

pub use action::Access;
pub use method::Method;
pub use operation::{Family, Operation};
pub use row::{Availability, Body, Endpoint, ParamKind, QueryParam, Stability, Visibility};
pub use table::{ENDPOINTS, GENERIC_PARAMS};
