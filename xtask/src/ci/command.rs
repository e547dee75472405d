//! Runs the gates and tells of each.

use std::{process::ExitCode, time::Instant};

use super::{
    gate::{Gate, Verdict},
    summary::{self, Result},
};
use crate::{
    cli::{CiArgs, UNMET},
    table::aligned,
};

/// Does what `args` ask for.
pub(crate) fn run(args: &CiArgs) -> ExitCode {
    if args.list {
        print!("{}", list());
        return ExitCode::SUCCESS;
    }
    let results: Vec<Result> = Gate::ALL.into_iter().map(|gate| judge(gate, args)).collect();
    println!();
    print!("{}", summary::text(&results));
    if summary::failed(&results) == 0 { ExitCode::SUCCESS } else { ExitCode::from(UNMET) }
}

fn list() -> String {
    let row = |gate: Gate| vec![gate.name().to_owned(), gate.what().to_owned()];
    aligned(&Gate::ALL.map(row), &[])
}

fn judge(gate: Gate, args: &CiArgs) -> Result {
    if args.skip.contains(&gate) {
        return Result { gate, verdict: Verdict::Skipped(String::new()), seconds: 0.0 };
    }
    let name = gate.name();
    println!("\n=== {name}: {}", gate.what());
    let begin = Instant::now();
    let verdict = gate.run(args);
    let seconds = begin.elapsed().as_secs_f64();
    let (word, note) = summary::words(&verdict);
    let note = if note.is_empty() { String::new() } else { format!(": {note}") };
    println!("=== {name} {word} after {seconds:.1} s{note}");
    Result { gate, verdict, seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_a_line_for_each_gate() {
        let list = list();
        assert_eq!(list.lines().count(), Gate::ALL.len());
        assert!(list.starts_with("fmt          cargo fmt --all --check\n"), "{list}");
    }
}
