//! What came of the sessions of all clients.

use super::{
    client::Client,
    session::{Played, Session},
};
use crate::table::aligned;

/// The sessions that were played, and the clients that were not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// The version of the server, and the session.
    sessions: Vec<(String, Session)>,
    broken: Vec<String>,
    skipped: Vec<String>,
}

impl Report {
    /// Adds what a client played against a server.
    pub(super) fn add(&mut self, client: Client, server: &str, played: Played) {
        self.sessions.extend(played.sessions.into_iter().map(|it| (server.to_owned(), it)));
        let reason = |reason| format!("FAILED: {} against {server}: {reason}", client.title());
        self.broken.extend(played.broken.map(reason));
    }

    /// Adds a client that this machine cannot have.
    pub(super) fn skip(&mut self, title: &str, reason: &str) {
        self.skipped.push(format!("SKIPPED: {title} because {reason}"));
    }

    /// Adds a client that it should have had.
    pub(super) fn fail(&mut self, title: &str, reason: &str) {
        self.broken.push(format!("FAILED: {title}: {reason}"));
    }

    /// Whether nothing came of any client.
    pub(crate) const fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.broken.is_empty()
    }

    fn passed(&self) -> usize {
        self.sessions.iter().map(|(_, session)| session.passed).sum()
    }

    /// How many calls failed, and how many sessions broke off or could not begin.
    pub(crate) fn failed(&self) -> usize {
        let calls: usize = self.sessions.iter().map(|(_, session)| session.failed).sum();
        calls + self.broken.len()
    }

    /// The counts and what was skipped, in one line.
    pub(crate) fn note(&self) -> String {
        let sessions = self.sessions.len();
        let (passed, failed) = (self.passed(), self.failed());
        let counts = format!("{sessions} sessions, {passed} calls passed, {failed} failed");
        let parts: Vec<&str> =
            [counts.as_str()].into_iter().chain(self.skipped.iter().map(String::as_str)).collect();
        parts.join("; ")
    }

    /// Why nothing ran, in one line.
    pub(crate) fn reasons(&self) -> String {
        self.skipped.join("; ")
    }

    /// What broke off or was skipped, a line each.
    pub(super) fn unplayed(&self) -> String {
        self.broken.iter().chain(&self.skipped).map(|line| format!("{line}\n")).collect()
    }

    /// A table, what broke off or was skipped, and the counts in the last line.
    pub(crate) fn text(&self) -> String {
        let mut text = if self.sessions.is_empty() { String::new() } else { self.table() + "\n" };
        text.push_str(&self.unplayed());
        text + &format!("{} passed, {} failed\n", self.passed(), self.failed())
    }

    fn table(&self) -> String {
        let titles = ["client", "version", "server", "calls", "passed", "failed", "unsupported"];
        let mut rows = vec![titles.map(str::to_owned).to_vec()];
        for (server, session) in &self.sessions {
            let Session { client, version, calls, passed, failed, unsupported } = session;
            let numbers = [calls, passed, failed, unsupported].map(usize::to_string);
            rows.push(
                [client, version, server].map(Clone::clone).into_iter().chain(numbers).collect(),
            );
        }
        aligned(&rows, &[false, false, false, true, true, true, true])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(failed: usize, broken: Option<&str>) -> Played {
        let session = Session {
            client: "a".to_owned(),
            version: "8.1.2".to_owned(),
            calls: 12,
            passed: 12 - failed,
            failed,
            unsupported: 3,
        };
        Played { sessions: vec![session], text: String::new(), broken: broken.map(str::to_owned) }
    }

    #[test]
    fn the_last_line_counts_calls_and_everything_that_went_wrong() {
        let mut report = Report::default();
        report.add(Client::Node8, "9.5.1", played(0, None));
        report.add(Client::Node9, "9.5.1", played(2, Some("signal: 9")));
        report.fail(Client::Python8.title(), "no such version");
        report.skip(Client::Python9.title(), "python3 is missing");
        let expected = "\
client  version  server  calls  passed  failed  unsupported
a       8.1.2    9.5.1      12      12       0            3
a       8.1.2    9.5.1      12      10       2            3

FAILED: @elastic/elasticsearch 9 against 9.5.1: signal: 9
FAILED: elasticsearch-py 8: no such version
SKIPPED: elasticsearch-py 9 because python3 is missing
22 passed, 4 failed
";
        assert_eq!(report.text(), expected);
        assert_eq!((report.failed(), report.is_empty()), (4, false));
        let note = "2 sessions, 22 calls passed, 4 failed; \
            SKIPPED: elasticsearch-py 9 because python3 is missing";
        assert_eq!(report.note(), note);
    }

    #[test]
    fn a_report_of_skipped_clients_is_empty() {
        let mut report = Report::default();
        report.skip(Client::Node8.title(), "npm is missing");
        assert!(report.is_empty());
        assert_eq!(report.reasons(), "SKIPPED: @elastic/elasticsearch 8 because npm is missing");
        report.fail(Client::Node9.title(), "x");
        assert!(!report.is_empty());
    }
}
