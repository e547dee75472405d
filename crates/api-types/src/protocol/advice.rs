//! What the server accepts and the Connector Protocol forbids. The server checks the steps of a
//! sync job in two operations only (contract SJ-4-8) and trusts the connector service otherwise,
//! so a service that does these things goes wrong without an error.

/// A kind of advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdviceKind {
    /// `_claim` of a job that has ended.
    ClaimOfAnEndedJob,
    /// `_claim` of a job that is to be canceled.
    ClaimOfACancelingJob,
    /// `_claim` of a job that another worker runs.
    ClaimOfARunningJob,
    /// `_check_in` of a job that has ended.
    CheckInOfAnEndedJob,
    /// `_check_in` of a job that nobody runs.
    CheckInOfAWaitingJob,
    /// `_stats` of a job that has ended.
    StatsOfAnEndedJob,
    /// `_stats` of a job that nobody runs.
    StatsOfAWaitingJob,
    /// Counters that become smaller.
    StatsGoingBackwards,
    /// `DELETE` of a job that runs.
    DeleteOfARunningJob,
    /// `POST` of a job for a connector that was deleted.
    JobOfADeletedConnector,
    /// `_check_in` of a connector that was deleted.
    CheckInOfADeletedConnector,
    /// Another write to a connector that was deleted.
    WriteToADeletedConnector,
    /// A connector that is connected without having been configured.
    ConnectedWithoutConfiguration,
    /// A status written to the index that cannot come next.
    WriteAroundTheStates,
    /// Members within a body that the server drops.
    MemberDropped,
}

impl AdviceKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::ClaimOfAnEndedJob,
        Self::ClaimOfACancelingJob,
        Self::ClaimOfARunningJob,
        Self::CheckInOfAnEndedJob,
        Self::CheckInOfAWaitingJob,
        Self::StatsOfAnEndedJob,
        Self::StatsOfAWaitingJob,
        Self::StatsGoingBackwards,
        Self::DeleteOfARunningJob,
        Self::JobOfADeletedConnector,
        Self::CheckInOfADeletedConnector,
        Self::WriteToADeletedConnector,
        Self::ConnectedWithoutConfiguration,
        Self::WriteAroundTheStates,
        Self::MemberDropped,
    ];

    /// The name in reports for programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ClaimOfAnEndedJob => "claim-of-an-ended-job",
            Self::ClaimOfACancelingJob => "claim-of-a-canceling-job",
            Self::ClaimOfARunningJob => "claim-of-a-running-job",
            Self::CheckInOfAnEndedJob => "check-in-of-an-ended-job",
            Self::CheckInOfAWaitingJob => "check-in-of-a-waiting-job",
            Self::StatsOfAnEndedJob => "stats-of-an-ended-job",
            Self::StatsOfAWaitingJob => "stats-of-a-waiting-job",
            Self::StatsGoingBackwards => "stats-going-backwards",
            Self::DeleteOfARunningJob => "delete-of-a-running-job",
            Self::JobOfADeletedConnector => "job-of-a-deleted-connector",
            Self::CheckInOfADeletedConnector => "check-in-of-a-deleted-connector",
            Self::WriteToADeletedConnector => "write-to-a-deleted-connector",
            Self::ConnectedWithoutConfiguration => "connected-without-configuration",
            Self::WriteAroundTheStates => "write-around-the-states",
            Self::MemberDropped => "member-dropped",
        }
    }

    /// Why it is wrong.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::ClaimOfAnEndedJob => {
                "An ended job has no next status; the server puts it back to in_progress all the same and keeps completed_at and error, so the job looks both running and ended."
            }
            Self::ClaimOfACancelingJob => {
                "From canceling a job goes to canceled or error; the server puts it back to in_progress, and the request to cancel is lost."
            }
            Self::ClaimOfARunningJob => {
                "A job in_progress belongs to the worker that claimed it; the server takes the new worker_hostname, and two workers sync into one index."
            }
            Self::CheckInOfAnEndedJob => {
                "last_seen tells that a worker is still at the job; of an ended job there is none."
            }
            Self::CheckInOfAWaitingJob => {
                "last_seen tells that a worker is at the job; a worker claims the job first."
            }
            Self::StatsOfAnEndedJob => {
                "The counters of an ended job are its result; the server overwrites them without looking at the status."
            }
            Self::StatsOfAWaitingJob => {
                "Counters are those of a run; a worker claims the job first."
            }
            Self::StatsGoingBackwards => {
                "The counters are totals since the job began and replace what was there; a smaller one means that a worker sent the growth, or that two workers run."
            }
            Self::DeleteOfARunningJob => {
                "The worker finds its job gone and sets the connector to error; a running job is canceled first."
            }
            Self::JobOfADeletedConnector => {
                "The server does not look whether the connector is deleted; no service will run the job."
            }
            Self::CheckInOfADeletedConnector => {
                "The server does not look whether the connector is deleted; a service stops when its connector is gone."
            }
            Self::WriteToADeletedConnector => {
                "The server does not look whether the connector is deleted; the write has no effect that anybody sees."
            }
            Self::ConnectedWithoutConfiguration => {
                "The states lead to connected only over configured; clearing the error skips that check."
            }
            Self::WriteAroundTheStates => {
                "The status was written to the index, where nothing is checked, and it cannot come next."
            }
            Self::MemberDropped => {
                "The server drops members that it does not know within objects of a body, and says nothing."
            }
        }
    }

    /// The rules of the contract.
    #[must_use]
    pub const fn rules(self) -> &'static [&'static str] {
        match self {
            Self::ClaimOfAnEndedJob => {
                &["SJ-13-5", "SJ-4-5", "SJ-4-6", "SJ-4-7", "SJ-16-7", "DO-2-6"]
            }
            Self::ClaimOfACancelingJob => &["SJ-4-4", "SJ-4-11", "DO-3-4"],
            Self::ClaimOfARunningJob => &["SJ-4-2", "SJ-4-11", "SJ-13-4", "DO-2-6"],
            Self::CheckInOfAnEndedJob | Self::CheckInOfAWaitingJob => {
                &["SJ-4-12", "SJ-11-1", "DO-2-8"]
            }
            Self::StatsOfAnEndedJob | Self::StatsOfAWaitingJob => &["SJ-4-13", "SJ-14-12"],
            Self::StatsGoingBackwards => &["SJ-14-11"],
            Self::DeleteOfARunningJob => &["SJ-10-1", "SJ-4-14", "DO-3-7"],
            Self::JobOfADeletedConnector => &["SJ-6-23"],
            Self::CheckInOfADeletedConnector | Self::WriteToADeletedConnector => &["CN-1.6-1"],
            Self::ConnectedWithoutConfiguration => &["CN-3-3", "CN-3-4", "CN-3-13"],
            Self::WriteAroundTheStates => &["SJ-4-1", "SJ-4-8", "CN-3-2", "DO-1.2-8"],
            Self::MemberDropped => &["CN-1.4-1"],
        }
    }

    /// What happened, why it is wrong, and the rules.
    #[must_use]
    pub fn text(self, what: &str) -> String {
        format!("{what}. {} (contract {})", self.reason(), self.rules().join(", "))
    }
}
