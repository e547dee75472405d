//! Pages that are made from the tables of `api-types`.

pub(crate) mod versions;
