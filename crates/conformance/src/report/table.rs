//! The table of a report: a row for each operation and status, in the order of the operations.

use std::{collections::BTreeMap, fmt::Write as _};

use api_types::endpoint::Operation;

use super::Style;
use crate::outcome::{CaseResult, Counts};

const HEADINGS: [&str; 6] = ["operation", "status", "passed", "failed", "errored", "skipped"];

/// The table as text.
pub(super) fn table(results: &[CaseResult], style: Style) -> String {
    let rows = rows(results);
    let names = rows.keys().map(|(operation, _)| operation.name().len());
    let width = names.chain([HEADINGS[0].len()]).max().unwrap_or_default();
    let [operation, numbers @ ..] = HEADINGS;
    let mut text = format!("{operation:<width$}");
    for heading in numbers {
        let _ = write!(text, "  {heading:>7}");
    }
    text = style.bold(&text);
    text.push('\n');
    let mut last = None;
    for ((operation, status), counts) in rows {
        let name = if last == Some(operation) { "" } else { operation.name() };
        last = Some(operation);
        let _ = write!(text, "{name:<width$}  {status:>7}");
        for (number, colour) in [
            (counts.passed, Style::green as fn(Style, &str) -> String),
            (counts.failed, Style::red),
            (counts.errored, Style::red),
            (counts.skipped, Style::yellow),
        ] {
            let cell = if number == 0 { ".".to_owned() } else { number.to_string() };
            let cell = format!("{cell:>7}");
            let cell = if number == 0 { cell } else { colour(style, &cell) };
            let _ = write!(text, "  {cell}");
        }
        text.push('\n');
    }
    text
}

fn rows(results: &[CaseResult]) -> BTreeMap<(Operation, u16), Counts> {
    let mut grouped: BTreeMap<(Operation, u16), Vec<&CaseResult>> = BTreeMap::new();
    for result in results {
        grouped.entry((result.operation, result.status)).or_default().push(result);
    }
    grouped.into_iter().map(|(key, results)| (key, Counts::of(results))).collect()
}
