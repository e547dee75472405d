//! The page `docs/clients-report.md`: what the kit reports of all clients, without what is other
//! in every run.

use anyhow::Context as _;
use regex::Regex;
use serde::Deserialize;

use crate::docs::markdown::{code, table};

/// The page.
pub(super) const PATH: &str = "docs/clients-report.md";

/// What the kit reports of a driver.
#[derive(Clone, Debug)]
pub(super) struct Run {
    name: String,
    report: KitReport,
}

/// `connector-conformance --report json` (docs/report.schema.json), as far as the page says it.
#[derive(Clone, Debug, Deserialize)]
struct KitReport {
    name: String,
    counterpart: String,
    counts: Counts,
    cases: Vec<Case>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Counts {
    passed: usize,
    failed: usize,
    errored: usize,
    skipped: usize,
    unsupported: usize,
    known_failure: usize,
    unexpected_pass: usize,
}

#[derive(Clone, Debug, Deserialize)]
struct Case {
    id: String,
    outcome: Outcome,
    reason: Option<String>,
    failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Passed,
    Failed,
    Errored,
    Skipped,
    Unsupported,
    KnownFailure,
    UnexpectedPass,
}

#[derive(Clone, Debug, Deserialize)]
struct Failure {
    mismatches: Vec<Mismatch>,
}

#[derive(Clone, Debug, Deserialize)]
struct Mismatch {
    r#where: String,
    expected: String,
    actual: String,
}

impl Run {
    /// Reads what the kit reports of the driver of that name.
    pub(super) fn read(name: &str, json: &[u8]) -> anyhow::Result<Self> {
        let report = serde_json::from_slice(json)
            .with_context(|| format!("the report of {name} cannot be read"))?;
        Ok(Self { name: name.to_owned(), report })
    }

    /// Whether it is the run of that name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    fn row(&self) -> [String; 7] {
        let counts = self.report.counts;
        let mut words = self.report.name.split(' ').map(str::to_owned);
        let mut word = || words.next().unwrap_or_default();
        let numbers = [
            counts.passed + counts.unexpected_pass,
            counts.failed + counts.known_failure,
            counts.unsupported,
            counts.errored + counts.skipped,
        ];
        let [passed, failed, unsupported, unjudged] = numbers.map(|number| number.to_string());
        [self.name.clone(), word(), word(), passed, failed, unsupported, unjudged]
    }

    /// Case, what was expected and what came, of all findings.
    fn findings(&self, plain: &Plain) -> Vec<[String; 3]> {
        let mut findings = Vec::new();
        for case in &self.report.cases {
            for mismatch in case.failure.iter().flat_map(|failure| &failure.mismatches) {
                let place = &mismatch.r#where;
                let expected = format!("{place}: {}", value(&plain.text(&mismatch.expected)));
                findings.push([code(&case.id), expected, value(&plain.text(&mismatch.actual))]);
            }
        }
        findings
    }

    /// Outcome, reason and number of cases, of what was not judged.
    fn unjudged(&self, plain: &Plain) -> Vec<[String; 3]> {
        let mut reasons: Vec<([String; 2], usize)> = Vec::new();
        for case in &self.report.cases {
            let outcome = match case.outcome {
                Outcome::Unsupported => "not supported",
                Outcome::Errored | Outcome::Skipped => "not judged",
                Outcome::Passed
                | Outcome::Failed
                | Outcome::KnownFailure
                | Outcome::UnexpectedPass => continue,
            };
            let reason = plain.text(case.reason.as_deref().unwrap_or_default());
            let key = [outcome.to_owned(), reason];
            match reasons.iter_mut().find(|(known, _)| *known == key) {
                Some((_, times)) => *times += 1,
                None => reasons.push((key, 1)),
            }
        }
        let row =
            |([outcome, reason], times): ([String; 2], usize)| [outcome, reason, times.to_string()];
        reasons.into_iter().map(row).collect()
    }
}

/// What a server or a client sent, which may look like HTML.
fn value(text: &str) -> String {
    code(text.replace('`', "'"))
}

/// Takes out of texts what is other in every run: ports, and what servers make of the time.
struct Plain {
    address: Regex,
    object: Regex,
}

impl Plain {
    fn new() -> anyhow::Result<Self> {
        let expression = |text| Regex::new(text).context("an expression of this program is wrong");
        Ok(Self { address: expression(r"127\.0\.0\.1:\d+")?, object: expression(r"(?s)\{.{60,}")? })
    }

    /// On one line, too.
    fn text(&self, text: &str) -> String {
        let text = self.address.replace_all(text, "127.0.0.1:PORT");
        let text = self.object.replace(&text, "{…}");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The rows of all runs, in the order in which they come first, each with the runs that have it.
fn with_runs(runs: &[Run], rows: impl Fn(&Run) -> Vec<[String; 3]>) -> Vec<[String; 4]> {
    let mut merged: Vec<([String; 3], Vec<String>)> = Vec::new();
    for run in runs {
        for row in rows(run) {
            match merged.iter_mut().find(|(known, _)| *known == row) {
                Some((_, names)) => names.push(run.name.clone()),
                None => merged.push((row, vec![run.name.clone()])),
            }
        }
    }
    let flat = |([one, two, three], names): ([String; 3], Vec<String>)| {
        [one, two, three, names.join(", ")]
    };
    merged.into_iter().map(flat).collect()
}

/// The text of the page.
pub(super) fn text(runs: &[Run]) -> anyhow::Result<String> {
    let plain = Plain::new()?;
    let mut counterparts: Vec<&str> = Vec::new();
    for run in runs {
        if !counterparts.contains(&run.report.counterpart.as_str()) {
            counterparts.push(&run.report.counterpart);
        }
    }
    let counts = ["run", "client", "version", "passed", "failed", "unsupported", "not judged"];
    let findings = ["case", "expected", "came", "runs"];
    let unjudged = ["verdict", "reason", "cases", "runs"];
    Ok(format!(
        "# The official clients, judged\n\n\
        This page is generated from the reports of `connector-conformance`: \
        `cargo xtask conformance --write` writes it, do not edit it.\n\
        [clients.md](clients.md) explains the findings.\n\n\
        The server is {}.\n\n{}\n## Findings\n\n{}\n## Not supported, not judged\n\n{}",
        counterparts.join(", "),
        table(&counts, runs.iter().map(Run::row)),
        table(&findings, with_runs(runs, |run| run.findings(&plain))),
        table(&unjudged, with_runs(runs, |run| run.unjudged(&plain))),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(id: &str, outcome: &str, rest: &str) -> String {
        format!(r#"{{"id":"{id}","outcome":"{outcome}"{rest}}}"#)
    }

    fn run(name: &str, cases: &[String]) -> Run {
        let counts = r#"{"passed":1,"failed":2,"errored":3,"skipped":4,"unsupported":5,"known_failure":6,"unexpected_pass":7}"#;
        let cases = cases.join(",");
        let json = format!(
            r#"{{"name":"lib 9.1 (Lang 3.1, {name})","counterpart":"a mock","counts":{counts},"cases":[{cases}],"time":[]}}"#
        );
        Run::read(name, json.as_bytes()).unwrap()
    }

    fn finding(actual: &str) -> String {
        let mismatch = format!(r#"{{"where":"reply","expected":"an error","actual":"{actual}"}}"#);
        case("c/a", "known_failure", &format!(r#","failure":{{"mismatches":[{mismatch}]}}"#))
    }

    #[test]
    fn the_same_finding_of_two_runs_is_one_row() {
        let lacking = case("c/b", "unsupported", r#","reason":"no method x""#);
        let broken = case("c/c", "errored", r#","reason":"silent\nfor long""#);
        let one = run("one", &[finding("returned 1"), lacking.clone(), lacking.clone()]);
        let two = run("two", &[finding("returned 1"), broken, lacking.clone(), lacking]);
        let expected = "\
# The official clients, judged

This page is generated from the reports of `connector-conformance`: `cargo xtask conformance --write` writes it, do not edit it.
[clients.md](clients.md) explains the findings.

The server is a mock.

| run | client | version | passed | failed | unsupported | not judged |
| --- | --- | --- | --- | --- | --- | --- |
| one | lib | 9.1 | 8 | 8 | 5 | 7 |
| two | lib | 9.1 | 8 | 8 | 5 | 7 |

## Findings

| case | expected | came | runs |
| --- | --- | --- | --- |
| `c/a` | reply: `an error` | `returned 1` | one, two |

## Not supported, not judged

| verdict | reason | cases | runs |
| --- | --- | --- | --- |
| not supported | no method x | 2 | one, two |
| not judged | silent for long | 1 | two |
";
        assert_eq!(text(&[one, two]).unwrap(), expected);
    }

    #[test]
    fn what_is_other_in_every_run_is_left_out() {
        let page = |port: &str, time: &str| {
            let body =
                r#"{\"id\":\"x\",\"created_at\":\"TIME\",\"name\":\"a name that is long enough\"}"#;
            let actual = format!("returned {}", body.replace("TIME", time));
            let other = finding(&format!("no answer of http://127.0.0.1:{port}/x"));
            text(&[run("one", &[finding(&actual), other])]).unwrap()
        };
        let first = page("1024", "2024-01-01T00:00:00Z");
        assert_eq!(first, page("60000", "2024-01-01T00:00:00.001Z"));
        assert!(first.contains("| `returned {…}` | one |"), "{first}");
        assert!(first.contains("http://127.0.0.1:PORT/x"), "{first}");
    }
}
