//! The steps of a sequence and how they are made up.

use proptest::{collection::vec, prelude::*};

/// One call. Connectors are numbered by name, jobs by the order of their creation; a number beyond
/// the last one stands for a job that never was.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    PutConnector { connector: usize, is_native: bool, ready: bool },
    DeleteConnector { connector: usize, hard: bool },
    CheckInConnector { connector: usize },
    SetConnectorError { connector: usize, error: Option<&'static str> },
    SetConnectorStatus { connector: usize, status: &'static str },
    PostJob { connector: usize },
    DeleteJob { job: usize },
    CheckInJob { job: usize },
    CancelJob { job: usize },
    ClaimJob { job: usize, host: &'static str },
    SetJobError { job: usize, error: &'static str },
    UpdateStats { job: usize, count: i64, last_seen: Option<&'static str> },
}

pub(crate) const CONNECTORS: usize = 3;
const JOBS: usize = 5;
const MOST_STEPS: usize = 30;

const STATUSES: &[&str] = &["created", "needs_configuration", "configured", "connected", "error"];
const ERRORS: &[Option<&str>] = &[None, Some(""), Some("bad"), Some("worse")];
const TIMES: &[Option<&str>] = &[None, None, Some("2024-01-01T00:00:00Z")];

/// A sequence; it begins with a connector that can have jobs, so that few are about nothing.
pub(crate) fn sequence() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..MOST_STEPS).prop_map(|steps| {
        let first = Step::PutConnector { connector: 0, is_native: false, ready: true };
        std::iter::once(first).chain(steps).collect()
    })
}

fn step() -> impl Strategy<Value = Step> {
    let connector = || 0..CONNECTORS;
    let job = || 0..JOBS;
    prop_oneof![
        2 => (connector(), any::<bool>(), prop::bool::weighted(0.8))
            .prop_map(|(connector, is_native, ready)| Step::PutConnector { connector, is_native, ready }),
        1 => (connector(), any::<bool>())
            .prop_map(|(connector, hard)| Step::DeleteConnector { connector, hard }),
        1 => connector().prop_map(|connector| Step::CheckInConnector { connector }),
        2 => (connector(), prop::sample::select(ERRORS))
            .prop_map(|(connector, error)| Step::SetConnectorError { connector, error }),
        4 => (connector(), prop::sample::select(STATUSES))
            .prop_map(|(connector, status)| Step::SetConnectorStatus { connector, status }),
        4 => connector().prop_map(|connector| Step::PostJob { connector }),
        1 => job().prop_map(|job| Step::DeleteJob { job }),
        2 => job().prop_map(|job| Step::CheckInJob { job }),
        4 => job().prop_map(|job| Step::CancelJob { job }),
        4 => (job(), prop::sample::select(&["", "host"][..]))
            .prop_map(|(job, host)| Step::ClaimJob { job, host }),
        3 => (job(), prop::sample::select(&["", "bad"][..]))
            .prop_map(|(job, error)| Step::SetJobError { job, error }),
        2 => (job(), -1..3_i64, prop::sample::select(TIMES))
            .prop_map(|(job, count, last_seen)| Step::UpdateStats { job, count, last_seen }),
    ]
}
