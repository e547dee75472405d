//! `if_seq_no` and `if_primary_term` (contract DO-4.1-7, DO-4.1-9, DO-4.1-10).

use api_types::error::{ErrorCause, ErrorType};

use crate::{params::Params, store::Condition};

/// What a write says that does not want to name a sequence number, and a primary term.
const NO_SEQ_NO: i64 = -2;
const NO_PRIMARY_TERM: i64 = 0;

/// The two parameters of optimistic concurrency control.
#[derive(Clone, Copy, Debug)]
pub(super) struct Concurrency {
    seq_no: i64,
    primary_term: i64,
}

impl Concurrency {
    /// Nothing is expected.
    pub(super) const NONE: Self = Self { seq_no: NO_SEQ_NO, primary_term: NO_PRIMARY_TERM };

    pub(super) fn read(params: &Params) -> Result<Self, ErrorCause> {
        let seq_no = params.long("if_seq_no", NO_SEQ_NO)?;
        let primary_term = params.long("if_primary_term", NO_PRIMARY_TERM)?;
        Self::NONE.with(Some(seq_no), Some(primary_term))
    }

    /// The same with what a body says.
    pub(super) fn with(
        self,
        seq_no: Option<i64>,
        primary_term: Option<i64>,
    ) -> Result<Self, ErrorCause> {
        let illegal = |reason: String| Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        let seq_no = seq_no.unwrap_or(self.seq_no);
        if seq_no < 0 && seq_no != NO_SEQ_NO {
            return illegal(format!("sequence numbers must be non negative. got [{seq_no}]."));
        }
        let primary_term = primary_term.unwrap_or(self.primary_term);
        if primary_term < 0 {
            return illegal(format!("primary term must be non negative. got [{primary_term}]"));
        }
        Ok(Self { seq_no, primary_term })
    }

    pub(super) const fn has_seq_no(self) -> bool {
        self.seq_no != NO_SEQ_NO
    }

    /// Whether either is there.
    pub(super) const fn says_something(self) -> bool {
        self.has_seq_no() || self.primary_term != NO_PRIMARY_TERM
    }

    /// What is wrong with the pair.
    pub(super) fn message(self) -> Option<String> {
        let term = self.primary_term;
        match (self.has_seq_no(), term == NO_PRIMARY_TERM) {
            (true, true) => Some("ifSeqNo is set, but primary term is [0]".to_owned()),
            (false, false) => Some(format!("ifSeqNo is unassigned, but primary term is [{term}]")),
            (true, false) | (false, true) => None,
        }
    }

    pub(super) fn condition(self) -> Option<Condition> {
        let seq_no = u64::try_from(self.seq_no).ok()?;
        let primary_term = u64::try_from(self.primary_term).ok()?;
        Some(Condition { seq_no, primary_term })
    }
}
