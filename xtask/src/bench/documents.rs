//! Documents: how fast they are indexed by `_bulk` and scrolled back, and what memory that takes, for
//! several numbers of them; and what one large request takes.

use std::{
    fmt::{self, Write as _},
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::{
    connection::Connection,
    content::{self, BATCH, INDEX},
    pair::median,
    targets::Target,
    usage::{self, Memory},
};
use crate::{
    build::{build, find},
    cli::BenchArgs,
    program::Program,
    table::aligned,
};

/// How much of the greatest number each size is.
const PARTS: [u32; 4] = [8, 4, 2, 1];

/// How large the one request is that is looked at alone, in bytes.
const LARGE: usize = 80_000_000;

/// How many documents a page of a scroll has.
const PAGE: usize = 1000;

/// What memory may be of the bytes of the documents, and how far from a line, in parts of the value.
const MOST_FACTOR: f64 = 3.0;
const MOST_DEVIATION: f64 = 0.1;

/// What one large request may take beside itself, in times its length: less than three copies of it
/// are held, the stored documents among them.
const MOST_COPIES: f64 = 3.0;

/// How documents are indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As they are.
    Plain,
    /// Through the pipeline that Elastic's connector service names.
    Pipeline,
}

impl Way {
    const ALL: [Self; 2] = [Self::Plain, Self::Pipeline];

    const fn path(self) -> &'static str {
        match self {
            Self::Plain => "/_bulk",
            Self::Pipeline => "/_bulk?pipeline=search-default-ingestion",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "as they are",
            Self::Pipeline => "search-default-ingestion",
        }
    }
}

/// What was measured of one server.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// The bytes of the documents.
    data: f64,
    indexed: Work,
    scrolled: Work,
    /// The most that was resident less what was at the start, in bytes: after the last document was
    /// indexed, and after all had been scrolled and searched.
    memory: Option<(f64, f64)>,
}

/// How fast documents were dealt with.
#[derive(Clone, Copy, Debug)]
struct Work {
    /// Documents a second.
    rate: f64,
    /// Processor time of the server for a document, in seconds.
    processor_time: Option<f64>,
}

/// The runs of one way with so many documents.
#[derive(Clone, Debug)]
struct Series {
    way: Way,
    documents: u32,
    runs: Vec<Run>,
}

/// What one large request took, in times its length.
#[derive(Clone, Copy, Debug)]
struct Large {
    journal: &'static str,
    copies: Option<f64>,
}

/// Everything that was measured.
#[derive(Debug)]
pub(super) struct Measured {
    series: Vec<Series>,
    large: Vec<Large>,
}

/// Indexes up to `most` documents and scrolls them, in rounds.
pub(super) fn measure(args: &BenchArgs, most: u32) -> anyhow::Result<Measured> {
    let built = build(&["--release", "-p", "mock-server", "--bin", "connector-mock"])?;
    let mock = find(&built, "connector-mock")?;
    let mut series: Vec<Series> = Way::ALL
        .into_iter()
        .flat_map(|way| {
            PARTS.map(|part| Series { way, documents: (most / part).max(1), runs: Vec::new() })
        })
        .collect();
    for round in 0..args.rounds {
        eprintln!("round {} of {}", round + 1, args.rounds);
        for one in &mut series {
            one.runs.push(run(&mock, one.way, one.documents)?);
        }
    }
    let large = ["off", "10000"]
        .into_iter()
        .map(|journal| Ok(Large { journal, copies: large(&mock, journal)? }))
        .collect::<anyhow::Result<_>>()?;
    Ok(Measured { series, large })
}

/// A server that has answered one request.
struct Server {
    program: Program,
    connection: Connection,
    /// What was resident then.
    idle: Option<f64>,
}

impl Server {
    fn start(mock: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut program =
            Program::start(mock, &[&["--listen", "127.0.0.1:0"], arguments].concat())?;
        let mut connection = Connection::open(&program.announced_url()?)?;
        connection.send("GET", "/", "application/json", b"")?;
        let idle = usage::memory(program.id(), Memory::Resident);
        Ok(Self { program, connection, idle })
    }

    /// The most that was resident since the start, less what was then.
    fn taken(&self) -> Option<f64> {
        Some(usage::memory(self.program.id(), Memory::Peak)? - self.idle?)
    }

    /// The processor time so far, in seconds.
    fn processor_time(&self) -> Option<f64> {
        usage::processor_time(self.program.id())
    }

    fn bulk(&mut self, path: &str, body: &[u8]) -> anyhow::Result<Duration> {
        let answer = self.connection.send("PUT", path, "application/x-ndjson", body)?;
        let begins = answer.body.starts_with(br#"{"errors":false,"#);
        ensure!(begins, "a document was not indexed");
        Ok(answer.took)
    }

    /// Sends a search or what goes on with it; its answer, and how long it took.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> anyhow::Result<(Value, Duration)> {
        let answer = self.connection.send(method, path, "application/json", body.as_bytes())?;
        let value = serde_json::from_slice(&answer.body).context("an answer is no JSON")?;
        Ok((value, answer.took))
    }
}

fn run(mock: &Path, way: Way, documents: u32) -> anyhow::Result<Run> {
    let mut server = Server::start(mock, &[])?;
    let at_start = server.processor_time();
    let (mut data, mut took) = (0, Duration::ZERO);
    let mut first = 0;
    while first < documents {
        let end = documents.min(first + BATCH);
        let (body, bytes) = content::bulk(first..end);
        took += server.bulk(way.path(), &body)?;
        data += bytes;
        first = end;
    }
    let (after_indexing, indexed) = (server.processor_time(), server.taken());
    let scrolling = scroll(&mut server, documents)?;
    let after_scrolling = server.processor_time();
    search(&mut server)?;
    let memory = indexed.zip(server.taken());
    let work = |took: Duration, from: Option<f64>, to: Option<f64>| Work {
        rate: f64::from(documents) / took.as_secs_f64(),
        processor_time: from.zip(to).map(|(from, to)| (to - from) / f64::from(documents)),
    };
    Ok(Run {
        data: float(data),
        indexed: work(took, at_start, after_indexing),
        scrolled: work(scrolling, after_indexing, after_scrolling),
        memory,
    })
}

#[expect(clippy::cast_precision_loss, reason = "far less than 2^52 bytes")]
const fn float(bytes: usize) -> f64 {
    bytes as f64
}

/// Scrolls through all documents and checks that each comes once and whole.
fn scroll(server: &mut Server, documents: u32) -> anyhow::Result<Duration> {
    let mut seen = vec![false; usize::try_from(documents).unwrap_or_default()];
    let body = format!(r#"{{"size":{PAGE},"sort":"_doc"}}"#);
    let (mut page, mut took) = server.ask("POST", &format!("/{INDEX}/_search?scroll=5m"), &body)?;
    let id = page.get("_scroll_id").and_then(Value::as_str).context("no scroll began")?.to_owned();
    let next = format!(r#"{{"scroll_id":"{id}","scroll":"5m"}}"#);
    loop {
        let hits = page.pointer("/hits/hits").and_then(Value::as_array).context("no hits")?;
        if hits.is_empty() {
            break;
        }
        for hit in hits {
            let number = content::number_of(hit);
            let number = number.with_context(|| format!("not as it was indexed: {hit}"))?;
            let place = usize::try_from(number).ok().and_then(|at| seen.get_mut(at));
            let place = place.with_context(|| format!("document {number} was never indexed"))?;
            ensure!(!std::mem::replace(place, true), "document {number} came twice");
        }
        let (answer, time) = server.ask("POST", "/_search/scroll", &next)?;
        page = answer;
        took += time;
    }
    let missing = seen.iter().filter(|seen| !**seen).count();
    ensure!(missing == 0, "{missing} documents did not come back");
    server.ask("DELETE", "/_search/scroll", &format!(r#"{{"scroll_id":"{id}"}}"#))?;
    Ok(took)
}

/// One search that has to look into every document.
fn search(server: &mut Server) -> anyhow::Result<()> {
    let body = r#"{"query":{"term":{"number":0}}}"#;
    let (answer, _) = server.ask("POST", &format!("/{INDEX}/_search"), body)?;
    let total = answer.pointer("/hits/total/value").and_then(Value::as_u64);
    ensure!(total == Some(1), "the search for one document found {total:?}");
    Ok(())
}

/// What one large request takes beside what was resident before it, in times its length.
fn large(mock: &Path, journal: &'static str) -> anyhow::Result<Option<f64>> {
    let mut server = Server::start(mock, &["--journal", journal])?;
    let (mut body, mut first) = (Vec::with_capacity(LARGE + 1_000_000), 0);
    while body.len() < LARGE {
        body.extend(content::bulk(first..first + BATCH).0);
        first += BATCH;
    }
    server.bulk("/_bulk", &body)?;
    Ok(server.taken().map(|taken| taken / float(body.len())))
}

/// A line through points: by how much it rises, where it begins, and how far the farthest point is
/// from it in parts of the point's own value.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    factor: f64,
    constant: f64,
    deviation: f64,
}

/// The line of least squares.
fn fitted(points: &[(f64, f64)]) -> Option<Line> {
    if points.len() < 2 {
        return None;
    }
    let count = float(points.len());
    let mean = |value: fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / count;
    let (middle, height) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|(x, _)| (x - middle).powi(2)).sum();
    let rise: f64 = points.iter().map(|(x, y)| (x - middle) * (y - height)).sum();
    if spread <= 0.0 {
        return None;
    }
    let factor = rise / spread;
    let constant = factor.mul_add(-middle, height);
    let far = |(x, y): &(f64, f64)| ((factor.mul_add(*x, constant) - y) / y).abs();
    let deviation = points.iter().map(far).fold(0.0, f64::max);
    Some(Line { factor, constant, deviation })
}

impl Series {
    fn middle(&self, value: impl Fn(&Run) -> Option<f64>) -> Option<f64> {
        median(self.runs.iter().filter_map(value).collect())
    }

    /// Bytes of documents, and the memory at the end.
    fn point(&self) -> Option<(f64, f64)> {
        let data = self.middle(|run| Some(run.data))?;
        Some((data, self.middle(|run| Some(run.memory?.1))?))
    }

    fn row(&self) -> Vec<String> {
        let cell = |value: Option<f64>, places: usize| {
            value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.places$}"))
        };
        let megabytes = |value: Option<f64>| cell(value.map(|bytes| bytes * 1e-6), 1);
        vec![
            self.way.name().to_owned(),
            self.documents.to_string(),
            megabytes(self.middle(|run| Some(run.data))),
            cell(self.middle(|run| Some(run.indexed.rate)), 0),
            cell(self.middle(|run| Some(run.indexed.processor_time? * 1e6)), 1),
            cell(self.middle(|run| Some(run.scrolled.rate)), 0),
            cell(self.middle(|run| Some(run.scrolled.processor_time? * 1e6)), 1),
            megabytes(self.middle(|run| Some(run.memory?.0))),
            megabytes(self.middle(|run| Some(run.memory?.1))),
        ]
    }
}

impl Measured {
    fn line(&self, way: Way) -> Option<Line> {
        let points = self.series.iter().filter(|series| series.way == way).map(Series::point);
        fitted(&points.collect::<Option<Vec<_>>>()?)
    }

    /// The figures of each number of documents, the line through them, and what the large request
    /// took.
    pub(super) fn text(&self) -> String {
        let head = [
            "indexed",
            "documents",
            "data, MB",
            "indexed/s",
            "µs each",
            "scrolled/s",
            "µs each",
            "memory, MB",
            "after scroll, search",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(self.series.iter().map(Series::row));
        let mut text = aligned(&rows, &[false, true, true, true, true, true, true, true, true]);
        // Writing to a text does not fail.
        let _ = self.write_lines(&mut text);
        text
    }

    fn write_lines(&self, text: &mut String) -> fmt::Result {
        writeln!(text)?;
        for way in Way::ALL {
            let Some(Line { factor, constant, deviation }) = self.line(way) else { continue };
            let (name, constant, percent) = (way.name(), constant * 1e-6, deviation * 100.0);
            writeln!(
                text,
                "{name}: memory = {factor:.2} × data + {constant:.1} MB, at most {percent:.1} % off"
            )?;
        }
        for Large { journal, copies } in &self.large {
            let copies = copies.map_or_else(|| "n/a".to_owned(), |copies| format!("{copies:.2}"));
            let megabytes = LARGE / 1_000_000;
            writeln!(
                text,
                "one request of {megabytes} MB, --journal {journal}: {copies} times its length"
            )?;
        }
        Ok(())
    }

    /// What memory may be.
    pub(super) fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        for (way, names) in Way::ALL.into_iter().zip([
            ["memory to data", "memory, off the line"],
            ["memory to data, pipeline", "memory, off the line, pipeline"],
        ]) {
            let line = self.line(way);
            let [factor, deviation] = names;
            targets.push(Target::at_most(factor, MOST_FACTOR, line.map(|line| line.factor)));
            let off = line.map(|line| line.deviation);
            targets.push(Target::at_most(deviation, MOST_DEVIATION, off));
        }
        for large in &self.large {
            let name = "memory of one large request, to its length";
            targets.push(Target::at_most(name, MOST_COPIES, large.copies));
        }
        targets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(way: Way, documents: u32, memory: f64) -> Series {
        let data = f64::from(documents) * 500.0;
        let work = |rate: f64| Work { rate, processor_time: Some(1.0 / rate) };
        let run = |rate: f64| Run {
            data,
            indexed: work(rate),
            scrolled: work(2.0 * rate),
            memory: Some((memory / 2.0, memory)),
        };
        Series { way, documents, runs: vec![run(90_000.0), run(100_000.0), run(300_000.0)] }
    }

    fn measured(memory: impl Fn(f64) -> f64) -> Measured {
        let one = |way| {
            [1000, 2000, 4000, 8000]
                .map(|documents| series(way, documents, memory(f64::from(documents) * 500.0)))
        };
        let series = Way::ALL.into_iter().flat_map(one).collect();
        let large = |journal, copies| Large { journal, copies };
        Measured { series, large: vec![large("off", Some(2.5)), large("10000", None)] }
    }

    #[test]
    fn the_line_is_that_of_the_points() {
        let line = fitted(&[(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)]).unwrap();
        assert_eq!((line.factor, line.constant, line.deviation), (2.0, 3.0, 0.0));
        assert_eq!(fitted(&[(1.0, 5.0)]), None);
        assert_eq!(fitted(&[(1.0, 5.0), (1.0, 6.0)]), None);
    }

    #[test]
    fn memory_that_grows_with_the_square_is_off_the_line() {
        let linear = measured(|data| 2.0f64.mul_add(data, 1e6));
        assert!(!linear.targets().into_iter().any(Target::is_missed));
        let square = measured(|data| data * data / 1e6);
        let missed: Vec<bool> = square.targets().into_iter().map(Target::is_missed).collect();
        assert_eq!(missed, [true, true, true, true, false, false]);
    }

    #[test]
    fn every_number_of_documents_has_a_row_of_medians() {
        let measured = measured(|data| 2.0f64.mul_add(data, 1e6));
        let expected = "\
indexed                   documents  data, MB  indexed/s  µs each  scrolled/s  µs each  memory, MB  after scroll, search
as they are                    1000       0.5     100000     10.0      200000      5.0         1.0                   2.0
as they are                    2000       1.0     100000     10.0      200000      5.0         1.5                   3.0
as they are                    4000       2.0     100000     10.0      200000      5.0         2.5                   5.0
as they are                    8000       4.0     100000     10.0      200000      5.0         4.5                   9.0
search-default-ingestion       1000       0.5     100000     10.0      200000      5.0         1.0                   2.0
search-default-ingestion       2000       1.0     100000     10.0      200000      5.0         1.5                   3.0
search-default-ingestion       4000       2.0     100000     10.0      200000      5.0         2.5                   5.0
search-default-ingestion       8000       4.0     100000     10.0      200000      5.0         4.5                   9.0

as they are: memory = 2.00 × data + 1.0 MB, at most 0.0 % off
search-default-ingestion: memory = 2.00 × data + 1.0 MB, at most 0.0 % off
one request of 80 MB, --journal off: 2.50 times its length
one request of 80 MB, --journal 10000: n/a times its length
";
        assert_eq!(measured.text(), expected);
    }
}
