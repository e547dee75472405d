//! The coverage as a table: a row for each operation, a column for each status.

use std::collections::BTreeSet;

use api_types::{
    Version,
    endpoint::{Endpoint, Family, Operation},
};

use super::model::Report;

/// Operations and statuses, and what was seen of them.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    /// The statuses that the contract has for any operation, in order.
    pub(super) statuses: Vec<u16>,
    /// The operations of the Connector APIs that the version has or that were seen, in the order of
    /// the endpoint table.
    pub(super) rows: Vec<Row>,
}

/// What was seen of an operation.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) operation: Operation,
    /// A cell for each status of the matrix.
    pub(super) cells: Vec<Cell>,
    /// Other statuses that came, and how often.
    pub(super) others: Vec<(u16, usize)>,
}

/// What was seen of an operation and a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// The contract has no such answer, and none came.
    None,
    /// The contract has it, and it came so often.
    Seen(usize),
    /// The contract has it, and it did not come.
    Missing,
    /// The contract does not have it, and it came so often.
    Undocumented(usize),
}

/// The numbers that sum a matrix up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Covered {
    pub(super) operations: usize,
    pub(super) operations_seen: usize,
    pub(super) answers: usize,
    pub(super) answers_seen: usize,
    pub(super) undocumented: usize,
}

/// Every status that the contract of a version has for an operation; none if the version does not
/// have the operation.
pub(super) fn documented(operation: Operation, version: Version) -> BTreeSet<u16> {
    let rows = operation.endpoints().filter(|row| row.is_in(version));
    rows.flat_map(|row| row.statuses.iter().copied()).collect()
}

/// The row of the endpoint table that stands for an operation: the first.
pub(super) fn endpoint(operation: Operation) -> Option<&'static Endpoint> {
    operation.endpoints().next()
}

impl Matrix {
    pub(super) fn of(report: &Report) -> Self {
        let coverage = &report.coverage;
        let documented = |operation: Operation| documented(operation, report.es_version);
        let all = Operation::of(Family::Connectors).flat_map(documented);
        let statuses: BTreeSet<u16> = all.collect();
        let is_there = |operation: &Operation| {
            let is_seen =
                |((seen, _), times): (&(Operation, u16), &usize)| seen == operation && *times > 0;
            !documented(*operation).is_empty() || coverage.iter().any(is_seen)
        };
        let row = |operation: Operation| {
            let documented = documented(operation);
            let cell = |status: &u16| match coverage.get(&(operation, *status)).copied() {
                Some(seen @ 1..) if documented.contains(status) => Cell::Seen(seen),
                Some(seen @ 1..) => Cell::Undocumented(seen),
                Some(0) | None if documented.contains(status) => Cell::Missing,
                Some(0) | None => Cell::None,
            };
            let seen = coverage.iter().filter(|((called, _), _)| *called == operation);
            let others = seen
                .map(|((_, status), times)| (*status, *times))
                .filter(|(status, times)| *times > 0 && !statuses.contains(status));
            let cells = statuses.iter().map(cell).collect();
            Row { operation, cells, others: others.collect() }
        };
        let rows = Operation::of(Family::Connectors).filter(is_there).map(row).collect();
        Self { rows, statuses: statuses.into_iter().collect() }
    }

    pub(super) fn covered(&self) -> Covered {
        let mut covered = Covered { operations: self.rows.len(), ..Covered::default() };
        for row in &self.rows {
            covered.operations_seen += usize::from(row.is_seen());
            covered.undocumented += row.others.len();
            for (cell, status) in row.cells.iter().zip(&self.statuses) {
                match cell {
                    // Mistakes of the server are shown where they occur and are no one's aim;
                    // `--min-coverage` counts in the same way.
                    Cell::Missing | Cell::Seen(_) if *status >= 500 => {}
                    Cell::None => {}
                    Cell::Seen(_) => {
                        covered.answers += 1;
                        covered.answers_seen += 1;
                    }
                    Cell::Missing => covered.answers += 1,
                    Cell::Undocumented(_) => covered.undocumented += 1,
                }
            }
        }
        covered
    }
}

impl Row {
    /// Whether the operation was called at all.
    pub(super) fn is_seen(&self) -> bool {
        let seen = |cell: &Cell| matches!(cell, Cell::Seen(_) | Cell::Undocumented(_));
        !self.others.is_empty() || self.cells.iter().any(seen)
    }
}

impl Covered {
    /// `30 of 34 operations, 70 of 107 documented answers`
    pub(super) fn told(self) -> String {
        let Self { operations, operations_seen, answers, answers_seen, undocumented } = self;
        let undocumented = match undocumented {
            0 => String::new(),
            1 => ", 1 undocumented answer".to_owned(),
            number => format!(", {number} undocumented answers"),
        };
        format!(
            "{operations_seen} of {operations} operations, {answers_seen} of {answers} documented answers{undocumented}"
        )
    }
}
