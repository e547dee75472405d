//! The figures as a table.

use super::{
    figures::Figures,
    pair::{Pair, compare},
};
use crate::table::aligned;

/// A row for each figure: both servers, and the ratio of the two.
pub(super) fn table(figures: &Figures) -> String {
    let head = ["figure", "bare", "mock", "ratio", "least to greatest"].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = [
        row("GET, answers a second", 0, &figures.get_rate),
        row("PUT, answers a second", 0, &figures.put_rate),
        row("GET, p99 in ms", 2, &figures.get_p99),
        row("PUT, p99 in ms", 2, &figures.put_p99),
        row("GET, processor time in µs", 1, &figures.get_processor),
        row("PUT, processor time in µs", 1, &figures.put_processor),
        row("cold start in ms", 2, &figures.cold_start),
        row("idle memory in MB", 2, &figures.idle),
        row("peak memory in MB", 2, &figures.peak),
    ]
    .into();
    with_head(head, rows)
}

/// The rows below their head.
pub(super) fn with_head(head: Vec<String>, rows: Vec<Vec<String>>) -> String {
    aligned(&[vec![head], rows].concat(), &[false, true, true, true, false])
}

/// The row of a figure.
pub(super) fn row(name: &str, places: usize, pairs: &[Pair<f64>]) -> Vec<String> {
    let number = |value: f64| format!("{value:.places$}");
    let cells = match compare(pairs) {
        None => ["n/a", "n/a", "n/a", ""].map(str::to_owned),
        Some(found) => {
            let (least, greatest) = found.ratio_range;
            let range = format!("{least:.2} to {greatest:.2}");
            let Pair { bare, mock } = found.median;
            [number(bare), number(mock), format!("{:.2}", found.ratio), range]
        }
    };
    [vec![name.to_owned()], cells.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::sample;

    #[test]
    fn every_figure_has_a_row_and_one_that_cannot_be_had_says_so() {
        let expected = "\
figure                       bare   mock  ratio  least to greatest
GET, answers a second      100000  90000   0.90  0.90 to 0.90
PUT, answers a second      100000  63000   0.70  0.60 to 0.80
GET, p99 in ms               1.00   1.25   1.25  1.25 to 1.25
PUT, p99 in ms               1.00   1.50   1.50  1.50 to 1.50
GET, processor time in µs    10.0   11.0   1.10  1.10 to 1.10
PUT, processor time in µs    10.0   12.0   1.20  1.20 to 1.20
cold start in ms             1.00   2.00   2.00  2.00 to 2.00
idle memory in MB             n/a    n/a    n/a
peak memory in MB             n/a    n/a    n/a
";
        assert_eq!(table(&sample((1.0, 2.0), None)), expected);
    }
}
