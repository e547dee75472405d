//! Which operations, statuses and changes of status the traffic shows.

use std::collections::{BTreeMap, BTreeSet};

use api_types::{
    Version,
    connector::ConnectorStatus,
    endpoint::{Endpoint, Family, Operation},
    protocol::{AdviceKind, Follower, Step},
    sync_job::SyncStatus,
};

use crate::{report::Advice, traffic::route, watch::seen, wire::Recorded};

/// The changes of status that were seen and how often; from nothing is a creation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transitions {
    /// Of connectors.
    pub connector: BTreeMap<(Option<ConnectorStatus>, ConnectorStatus), usize>,
    /// Of sync jobs.
    pub sync_job: BTreeMap<(Option<SyncStatus>, SyncStatus), usize>,
}

/// Looks at one exchange after the other and remembers what they show.
#[derive(Clone, Debug)]
pub struct Watcher {
    /// What the server has.
    version: Version,
    /// How often each operation was answered with each status.
    pub coverage: BTreeMap<(Operation, u16), usize>,
    /// The changes of status.
    pub transitions: Transitions,
    /// What the server accepted and the Connector Protocol forbids.
    pub advice: Vec<Advice>,
    follower: Follower,
    chapter: usize,
}

impl Watcher {
    /// Nothing has been seen yet; the server is of this version.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self {
            version,
            coverage: BTreeMap::new(),
            transitions: Transitions::default(),
            advice: Vec::new(),
            follower: Follower::default(),
            chapter: 0,
        }
    }

    /// Looks at an exchange: what it covers, what it changes, what is to be said of it.
    pub fn see(&mut self, exchange: &Recorded) {
        let (method, target) = exchange.line();
        let row = route(method, target, self.version).row();
        if let (Some(row), Some(status)) = (row, exchange.status()) {
            *self.coverage.entry((row.operation, status)).or_default() += 1;
        }
        self.follow(exchange);
    }

    /// Looks at an exchange that is not of the Connector APIs: an index may be written directly.
    pub fn follow(&mut self, exchange: &Recorded) {
        if exchange.chapter != self.chapter {
            // The server was emptied in between.
            self.chapter = exchange.chapter;
            self.follower = Follower::default();
        }
        let Some(seen) = seen(exchange) else { return };
        let learned = self.follower.see(&seen);
        for step in learned.steps {
            let times = match step {
                Step::Connector(from, to) => {
                    self.transitions.connector.entry((from, to)).or_default()
                }
                Step::SyncJob(from, to) => self.transitions.sync_job.entry((from, to)).or_default(),
            };
            *times += 1;
        }
        let (method, target) = exchange.line();
        for (kind, what) in learned.advice {
            self.advise(kind, &what, &format!("{method} {target}"));
        }
    }

    /// Writes down what is to be said of a request; what was said before is counted.
    pub(crate) fn advise(&mut self, kind: AdviceKind, what: &str, request: &str) {
        let known = self.advice.iter_mut().find(|known| known.kind == kind.id());
        match known {
            Some(known) => known.times += 1,
            None => self.advice.push(Advice {
                kind: kind.id(),
                text: kind.text(what),
                request: request.to_owned(),
                times: 1,
            }),
        }
    }
}

/// The answers that count for the coverage: every status that the contract has for an operation of
/// the Connector APIs in this version, without the 500s, which come of mistakes of the server.
#[must_use]
pub fn documented(version: Version) -> BTreeSet<(Operation, u16)> {
    let rows = Endpoint::of(Family::Connectors).filter(|row| row.is_in(version));
    rows.flat_map(|row| row.statuses.iter().map(|status| (row.operation, *status)))
        .filter(|(_, status)| *status < 500)
        .collect()
}

/// How much of the documented answers was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// So many were seen.
    pub seen: usize,
    /// So many there are.
    pub all: usize,
}

impl Share {
    /// What the coverage has of the documented answers.
    #[must_use]
    pub fn of(coverage: &BTreeMap<(Operation, u16), usize>, version: Version) -> Self {
        let documented = documented(version);
        let seen = documented.iter().filter(|answer| coverage.contains_key(answer)).count();
        Self { seen, all: documented.len() }
    }

    /// The same in percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        100.0 * number(self.seen) / number(self.all.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contract CN-1.1, SJ-1, SC-1: the statuses of a few operations as they stand there.
    #[test]
    fn documented_answers_are_those_of_the_contract_without_500() {
        let of = |operation: Operation, version: Version| -> Vec<u16> {
            let all = documented(version).into_iter();
            all.filter(|(other, _)| *other == operation).map(|(_, status)| status).collect()
        };
        let newest = Version::NEWEST;
        assert_eq!(of(Operation::SyncJobPost, newest), [201, 400, 404]);
        assert_eq!(of(Operation::Put, newest), [200, 201, 400]);
        assert_eq!(of(Operation::UpdateFeatures, newest), [200, 400, 404]);
        assert_eq!(of(Operation::UpdateFeatures, Version::new(8, 14, 0)), [0; 0]);
    }

    #[test]
    fn a_share_counts_only_what_is_documented() {
        let all = documented(Version::NEWEST).len();
        let coverage = [
            ((Operation::List, 200), 3),
            ((Operation::List, 418), 1),
            ((Operation::UpdateFeatures, 500), 1),
        ];
        let share = Share::of(&coverage.into_iter().collect(), Version::NEWEST);
        assert_eq!(share, Share { seen: 1, all });
        assert_eq!(Share { seen: 1, all: 8 }.percent().to_string(), "12.5");
    }
}
