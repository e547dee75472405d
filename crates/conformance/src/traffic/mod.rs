//! Traffic of somebody else, judged as it goes by: requests by the contract alone, answers by the
//! request that they are for.
//!
//! The requests are judged by the endpoint table and the schemas of bodies, not by what was
//! answered, so that a lenient server hides nothing.

mod answer_judge;
mod body_judge;
mod collect;
mod content;
mod fault;
mod media;
mod request_judge;
mod route;
mod shape;
mod shown;

pub use self::{
    collect::{Answers, Traffic},
    fault::{Fault, FaultKind},
};

pub(crate) use self::{
    content::{Content, content},
    request_judge::has_bare_bytes,
    route::{Route, route, split},
    shown::{cut, has_secret_body, is_secret_header, shown},
};
