//! The statuses of a sync job and the steps between them (contract SJ-4).

use crate::{
    endpoint::Operation,
    transition::{Effect, InvalidTransition, Next},
    wire_enum::wire_enum,
};

wire_enum! {
    /// `status` of a sync job.
    SyncStatus as "ConnectorSyncStatus" {
        /// Somebody asked for a running job to end.
        Canceling = "canceling",
        /// Ended because somebody asked for it.
        Canceled = "canceled",
        /// Ended well.
        Completed = "completed",
        /// Ended with an error.
        Error = "error",
        /// Running.
        InProgress = "in_progress",
        /// Waits for a worker.
        Pending = "pending",
        /// Interrupted; a worker takes it up again.
        Suspended = "suspended",
    }
}

impl SyncStatus {
    /// The statuses that may come next. Only `connector.sync_job_cancel` and
    /// `connector.sync_job_error` ask this table; `connector.sync_job_claim` takes a job of any
    /// status.
    #[must_use]
    pub const fn successors(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::InProgress, Self::Canceled],
            Self::InProgress => &[Self::Canceling, Self::Completed, Self::Suspended, Self::Error],
            Self::Suspended => &[Self::InProgress, Self::Canceled],
            Self::Canceling => &[Self::Canceled, Self::Error],
            Self::Completed | Self::Canceled | Self::Error => &[],
        }
    }

    /// Whether nothing comes after this status.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        self.successors().is_empty()
    }

    /// Steps to `to`.
    ///
    /// # Errors
    /// If `to` is no successor.
    pub fn transition(self, to: Self) -> Result<Self, InvalidTransition<Self>> {
        if self.successors().contains(&to) {
            Ok(to)
        } else {
            Err(InvalidTransition { from: self, to })
        }
    }

    /// The status of a new job.
    pub const NEW: Self = Self::Pending;

    /// The status after `connector.sync_job_claim`, whatever it was before.
    pub const AFTER_CLAIM: Self = Self::InProgress;

    /// Steps as `connector.sync_job_cancel` does: a job that waits has ended, one that runs is
    /// asked to end.
    ///
    /// # Errors
    /// If the job does neither.
    pub fn cancel(self) -> Result<Self, InvalidTransition<Self>> {
        match self {
            Self::Pending | Self::Suspended => self.transition(Self::Canceled),
            Self::InProgress | Self::Canceling | Self::Canceled | Self::Completed | Self::Error => {
                self.transition(Self::Canceling)
            }
        }
    }

    /// Steps as `connector.sync_job_error` does.
    ///
    /// # Errors
    /// If the job does not run.
    pub fn fail(self) -> Result<Self, InvalidTransition<Self>> {
        self.transition(Self::Error)
    }

    /// What operations do to the status (contract SJ-4). Operations that are not listed leave it
    /// as it is.
    pub const EFFECTS: &'static [Effect<Self>] = &[
        effect(&[Operation::SyncJobPost], "SJ-7-1", Next::New(Self::NEW)),
        effect(&[Operation::SyncJobCancel], "SJ-4-9", Next::Checked(Self::cancel)),
        effect(&[Operation::SyncJobError], "SJ-4-10", Next::Checked(Self::fail)),
        effect(&[Operation::SyncJobClaim], "SJ-4-11", Next::Set(|_| Self::AFTER_CLAIM)),
    ];
}

const fn effect(
    operations: &'static [Operation],
    rule: &'static str,
    next: Next<SyncStatus>,
) -> Effect<SyncStatus> {
    Effect { operations, when: None, rule, next }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire_enum::WireEnum as _;

    /// The first table of contract section SJ-4, word for word.
    const TABLE: &str = "\
        pending | in_progress, canceled
        in_progress | canceling, completed, suspended, error
        suspended | in_progress, canceled
        canceling | canceled, error
        completed | none
        canceled | none
        error | none";

    // Proves SJ-4-1, SJ-4-2, SJ-4-3, SJ-4-4, SJ-4-5, SJ-4-6, SJ-4-7, SJ-4-15.
    #[test]
    fn all_49_pairs_agree_with_the_table_of_the_contract() {
        let mut pairs = 0;
        for row in TABLE.lines() {
            let (from, targets) = row.trim().split_once(" | ").unwrap();
            let from = SyncStatus::parse(from).unwrap();
            let targets: Vec<_> = targets.split(", ").collect();
            for &to in SyncStatus::ALL {
                let expected = if targets.contains(&to.to_string().as_str()) {
                    Ok(to)
                } else {
                    Err(InvalidTransition { from, to })
                };
                assert_eq!(from.transition(to), expected, "{from} to {to}");
                pairs += 1;
            }
            assert_eq!(from.is_terminal(), targets == ["none"], "{from}");
        }
        assert_eq!(pairs, 49);
    }

    #[test]
    fn two_l_are_an_unknown_value() {
        assert_eq!(
            SyncStatus::parse("cancelled").unwrap_err().to_string(),
            "Unknown ConnectorSyncStatus [cancelled]."
        );
    }

    /// Rows SJ-4-9 and SJ-4-10 of the second table of contract section SJ-4, a column a status.
    const OPERATIONS: [(&str, &str, &str); 7] = [
        ("pending", "canceled", "400"),
        ("suspended", "canceled", "400"),
        ("in_progress", "canceling", "error"),
        ("canceling", "400", "error"),
        ("canceled", "400", "400"),
        ("completed", "400", "400"),
        ("error", "400", "400"),
    ];

    #[test]
    fn cancel_and_error_agree_with_the_table_of_the_contract() {
        let shown = |next: Result<SyncStatus, InvalidTransition<SyncStatus>>| {
            next.map_or_else(|_| "400".to_owned(), |next| next.to_string())
        };
        for (from, canceled, failed) in OPERATIONS {
            let from = SyncStatus::parse(from).unwrap();
            assert_eq!(shown(from.cancel()), canceled, "cancel from {from}");
            assert_eq!(shown(from.fail()), failed, "error from {from}");
        }
    }
}
