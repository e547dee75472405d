//! `from` and `size`.

use api_types::error::{ErrorCause, ErrorType};

use crate::params::Params;

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) from: u64,
    pub(crate) size: u64,
}

const DEFAULT_SIZE: i32 = 100;

/// The two parameters as they were read; they are checked only after all others were read.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawPage {
    from: i32,
    size: i32,
}

impl RawPage {
    pub(super) fn read(params: &Params) -> Result<Self, ErrorCause> {
        Ok(Self { from: params.int("from", 0)?, size: params.int("size", DEFAULT_SIZE)? })
    }

    pub(super) fn check(self) -> Result<Page, ErrorCause> {
        Ok(Page { from: not_negative("from", self.from)?, size: not_negative("size", self.size)? })
    }
}

fn not_negative(name: &str, value: i32) -> Result<u64, ErrorCause> {
    u64::try_from(value).map_err(|_| {
        ErrorCause::new(ErrorType::IllegalArgument, format!("Parameter [{name}] cannot be < 0"))
    })
}
