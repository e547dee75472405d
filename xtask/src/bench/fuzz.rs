//! The fuzzer beside schemathesis: requests in a second, one after the other, in rounds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::{pair::median, targets::Target, usage};
use crate::{
    build::{build, find},
    cli::BenchArgs,
    http,
    program::Program,
    schemathesis,
    table::aligned,
};

/// Who sends requests to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// `connector-conformance fuzz`, as many workers as processors.
    InProcess,
    /// `connector-conformance fuzz --url`, one connection.
    Connection,
    /// schemathesis with so many workers.
    Schemathesis(u8),
}

impl Way {
    const ALL: [Self; 4] =
        [Self::InProcess, Self::Connection, Self::Schemathesis(1), Self::Schemathesis(2)];

    fn name(self) -> String {
        match self {
            Self::InProcess => "fuzz, in process".to_owned(),
            Self::Connection => "fuzz, one connection".to_owned(),
            Self::Schemathesis(1) => "schemathesis, 1 worker".to_owned(),
            Self::Schemathesis(workers) => format!("schemathesis, {workers} workers"),
        }
    }
}

/// Schemathesis begins with examples and edge cases; it gets at least so many seconds, to come to
/// random requests and to sequences of them.
const LEAST_SECONDS: u32 = 30;

/// What was measured of a way, a number for each round.
type Series = (Way, Vec<f64>);

/// The programs that are measured.
struct Programs {
    mock: PathBuf,
    conformance: PathBuf,
    /// The program and its version, or why it is not there.
    schemathesis: Result<(PathBuf, String), String>,
    place: PathBuf,
}

/// Measures and makes a text of it; and what is to be reached.
pub(super) fn run(args: &BenchArgs, place: &Path) -> anyhow::Result<(String, [Target; 2])> {
    let arguments = ["--release", "-p", "mock-server", "-p", "conformance", "--bins"];
    let built = build(&arguments)?;
    let schemathesis = schemathesis::found(&args.program).map_err(|error| format!("{error:#}"));
    let programs = Programs {
        mock: find(&built, "connector-mock")?,
        conformance: find(&built, "connector-conformance")?,
        schemathesis,
        place: place.to_owned(),
    };
    schemathesis::write_settings(place)?;
    let before = usage::machine();
    let mut series: Vec<Series> = Way::ALL.map(|way| (way, Vec::new())).into();
    for round in 0..args.rounds {
        eprintln!("round {} of {}", round + 1, args.rounds);
        for (way, rates) in &mut series {
            rates.extend(programs.measure(*way, args.seconds, round)?);
        }
    }
    let note = match &programs.schemathesis {
        Ok((_, version)) => format!(
            "{version}, at least {LEAST_SECONDS} s each time; requests counted by the server, from the first one to the end of the program"
        ),
        Err(why) => format!("no schemathesis: {why}"),
    };
    let BenchArgs { rounds, seconds, .. } = args;
    let table = table(&series);
    let after = usage::machine();
    let text = format!(
        "{before} before the run\n{after} after it\n{rounds} rounds, {seconds} s each; {note}\n\n{table}"
    );
    Ok((text, targets(&series)))
}

/// What the fuzzer is to reach on two processors: medians.
fn targets(series: &[Series]) -> [Target; 2] {
    let median_of = |wanted| {
        let (_, rates) = series.iter().find(|(way, _)| *way == wanted)?;
        median(rates.clone())
    };
    [
        Target::at_least("in process, a second", 100_000.0, median_of(Way::InProcess)),
        Target::at_least("one connection, a second", 10_000.0, median_of(Way::Connection)),
    ]
}

impl Programs {
    /// Requests in a second; none if the program is not there.
    fn measure(&self, way: Way, seconds: u32, round: u32) -> anyhow::Result<Option<f64>> {
        match way {
            Way::InProcess => self.fuzz(None, seconds, round).map(Some),
            Way::Connection => {
                let (_server, url) = self.mock()?;
                self.fuzz(Some(&url), seconds, round).map(Some)
            }
            Way::Schemathesis(workers) => match &self.schemathesis {
                Ok((program, _)) => self.schemathesis(program, workers, seconds, round).map(Some),
                Err(_) => Ok(None),
            },
        }
    }

    fn mock(&self) -> anyhow::Result<(Program, String)> {
        let mut server = Program::start(&self.mock, &["--listen", "127.0.0.1:0"])?;
        let url = server.announced_url()?;
        Ok((server, url))
    }

    /// The rate that the fuzzer itself reports: the calls of its sequences in the time that they
    /// took, what empties the server in between included in the time and not in the calls.
    fn fuzz(&self, url: Option<&str>, seconds: u32, round: u32) -> anyhow::Result<f64> {
        let file = self.place.join("fuzz.json");
        let mut command = Command::new(&self.conformance);
        command.args(["fuzz", "--seed", &(round + 1).to_string()]);
        command.args(["--time", &format!("{seconds}s")]);
        command.arg("--report").arg(format!("json={}", file.display()));
        command.args(url.iter().flat_map(|url| ["--url", *url]));
        command.env_remove("ES_CONFORMANCE_URL").stdin(Stdio::null());
        let output = command.output().context("cannot start connector-conformance")?;
        ensure!(
            output.status.success(),
            "connector-conformance fuzz failed: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let text = fs::read_to_string(&file).context("cannot read the report of the fuzzer")?;
        rate_in(&text)
    }

    fn schemathesis(
        &self,
        program: &Path,
        workers: u8,
        seconds: u32,
        round: u32,
    ) -> anyhow::Result<f64> {
        let (_server, url) = self.mock()?;
        let mut command = schemathesis::command(program, &self.place, &url);
        command.args(["--max-time", &seconds.max(LEAST_SECONDS).to_string()]);
        command.args(["--workers", &workers.to_string(), "--seed", &(round + 1).to_string()]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot start schemathesis")?;
        let begun = first_request(&mut child, &url)?;
        // It ends with an error if it finds something, which is not what is asked here.
        child.wait().context("cannot wait for schemathesis")?;
        let took = begun.elapsed().as_secs_f64();
        Ok(requests(&url)? / took)
    }
}

/// Waits for the first request. Loading the program and the description does not count.
fn first_request(child: &mut Child, url: &str) -> anyhow::Result<Instant> {
    loop {
        if requests(url)? > 0.0 {
            return Ok(Instant::now());
        }
        if let Some(status) = child.try_wait().context("cannot wait for schemathesis")? {
            bail!("schemathesis ended without a request: {status}");
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// How many requests the server has had; those to `/_mock` do not count.
fn requests(url: &str) -> anyhow::Result<f64> {
    let health = http::expect(200, url, "GET", "/_mock/health", None)?;
    let health: Value = serde_json::from_str(&health).context("the server's health is no JSON")?;
    health.get("requests").and_then(Value::as_f64).context("the server does not count requests")
}

fn rate_in(report: &str) -> anyhow::Result<f64> {
    let report: Value = serde_json::from_str(report).context("the report is no JSON")?;
    let rate = report.pointer("/fuzz/calls_per_second").and_then(Value::as_f64);
    rate.context("the report has no calls_per_second")
}

/// A row for each way: the median, the least and the greatest rate, and how many times the rate of
/// schemathesis with one worker that is, round by round.
fn table(series: &[Series]) -> String {
    let base = series.iter().find(|(way, _)| *way == Way::Schemathesis(1));
    let base = base.map(|(_, rates)| rates.as_slice()).unwrap_or_default();
    let head = ["who asks", "requests a second", "least", "greatest", "times schemathesis"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (way, rates) in series {
        let ratios = rates.iter().zip(base).map(|(rate, base)| rate / base).collect();
        let least = rates.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = rates.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let whole = |value: f64| format!("{value:.0}");
        let cells = match median(rates.clone()) {
            None => ["n/a"; 4].map(str::to_owned),
            Some(middle) => [
                whole(middle),
                whole(least),
                whole(greatest),
                median(ratios).map_or_else(|| "n/a".to_owned(), |ratio| format!("{ratio:.1}")),
            ],
        };
        rows.push([vec![way.name()], cells.to_vec()].concat());
    }
    aligned(&rows, &[false, true, true, true, true])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_compared_with_one_worker_of_schemathesis() {
        let series = [
            (Way::InProcess, vec![100_000.0, 120_000.0, 130_000.0]),
            (Way::Connection, vec![20_000.0, 21_000.0, 19_000.0]),
            (Way::Schemathesis(1), vec![100.0, 200.0, 100.0]),
            (Way::Schemathesis(2), vec![150.0, 200.0, 120.0]),
        ];
        let expected = "\
who asks                 requests a second   least  greatest  times schemathesis
fuzz, in process                    120000  100000    130000              1000.0
fuzz, one connection                 20000   19000     21000               190.0
schemathesis, 1 worker                 100     100       200                 1.0
schemathesis, 2 workers                150     120       200                 1.2
";
        assert_eq!(table(&series), expected);
    }

    #[test]
    fn without_schemathesis_the_others_are_shown() {
        let series = [(Way::InProcess, vec![5.0]), (Way::Schemathesis(1), vec![])];
        let expected = "\
who asks                requests a second  least  greatest  times schemathesis
fuzz, in process                        5      5         5                 n/a
schemathesis, 1 worker                n/a    n/a       n/a                 n/a
";
        assert_eq!(table(&series), expected);
    }

    #[test]
    fn a_median_below_its_bound_is_a_missed_target() {
        let series =
            [(Way::InProcess, vec![99_000.0, 100_000.0, 9e6]), (Way::Connection, vec![9_999.0])];
        let told = targets(&series).map(|target| target.to_string());
        let expected = [
            "in process, a second, at least 100000.00: 100000.00, met",
            "one connection, a second, at least 10000.00: 9999.00, MISSED",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn the_rate_is_that_of_the_report() {
        let report = r#"{"fuzz":{"calls":10,"seconds":2.0,"calls_per_second":5.0}}"#;
        assert!((rate_in(report).unwrap() - 5.0).abs() < 1e-9);
        assert!(rate_in("{}").is_err());
    }
}
