//! `connector-conformance mutants`, in builds with planted faults.

use std::{
    fmt::Write as _,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use mock_server::Fault;

use super::{Output, ProgramError, Tell, fuzz::FuzzError};
use crate::{
    cli::MutantArgs,
    exit_code,
    fuzz::{
        mutants::{self, MutantOptions, MutantResult, MutantRun},
        target::TargetError,
    },
};

/// How many clients look for a fault that one alone cannot see.
const CLIENTS: usize = 3;

pub(super) fn run(arguments: &MutantArgs, tell: Tell<'_>) -> Result<Output, ProgramError> {
    let chosen = |fault: &Fault| arguments.only.iter().any(|text| fault.name().contains(text));
    let faults: Vec<Fault> = Fault::ALL
        .iter()
        .copied()
        .filter(|fault| arguments.only.is_empty() || chosen(fault))
        .collect();
    if faults.is_empty() {
        let names: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        return Err(ProgramError::NoFault(arguments.only.join(","), names.join(", ")));
    }
    let options = MutantOptions {
        seeds: arguments.seed..arguments.seed.saturating_add(arguments.seeds),
        cases: arguments.cases,
        steps: usize::from(arguments.steps),
    };
    let mut results = searched(&faults, &options, tell).map_err(FuzzError::from)?;
    results.sort_by_key(|result| faults.iter().position(|fault| *fault == result.fault));
    let stdout = table(&results, &options);
    let is_proved = results.iter().all(|result| result.found() == result.runs.len());
    let exit_code = if is_proved { exit_code::PASSED } else { exit_code::FAILED };
    Ok(Output { stdout, exit_code, ..Output::default() })
}

/// Looks for each fault, as many at a time as there are processors; the ones that need several
/// clients come last and one at a time.
fn searched(
    faults: &[Fault],
    options: &MutantOptions,
    tell: Tell<'_>,
) -> Result<Vec<MutantResult>, TargetError> {
    let (at_once, alone): (Vec<Fault>, Vec<Fault>) =
        faults.iter().copied().partition(|fault| fault.is_concurrent());
    let next = AtomicUsize::new(0);
    let tell = Mutex::new(tell);
    let work = || {
        let mut results = Vec::new();
        while let Some(fault) = alone.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = mutants::sequential(*fault, options)?;
            tell.lock().unwrap_or_else(PoisonError::into_inner)(fault.name());
            results.push(result);
        }
        Ok::<_, TargetError>(results)
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut results = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for worker in workers {
            let results = worker.join().map_err(|_| TargetError("a worker broke".to_owned()))?;
            all.extend(results?);
        }
        Ok::<_, TargetError>(all)
    })?;
    for fault in at_once {
        results.push(mutants::with_clients(fault, options, CLIENTS)?);
    }
    Ok(results)
}

/// The table, as Markdown, and the runs that did not end with the shortest sequence.
fn table(results: &[MutantResult], options: &MutantOptions) -> String {
    let rows: String = results.iter().map(row).collect();
    let all: usize = results.iter().map(|result| result.runs.len()).sum();
    let found: usize = results.iter().map(MutantResult::found).sum();
    let alone = || results.iter().filter(|result| !result.fault.is_concurrent());
    let runs: usize = alone().map(MutantResult::found).sum();
    let minimal: usize = alone().map(MutantResult::minimal).sum();
    let replays = results.iter().map(|result| result.effort().0).max().unwrap_or_default();
    let took = results.iter().map(|result| result.effort().1).max().unwrap_or_default();
    let odd: String =
        alone().flat_map(|result| result.odd().map(|run| lines(result, run))).collect();
    format!(
        "seeds {} to {}, sequences of up to {} steps, at most {} of them\n\n| fault | rule | found | sequences, middle (most) | shortest | shrunk to | shortest reached |\n| --- | --- | --- | --- | --- | --- | --- |\n{rows}\n{} faults, {found} of {all} runs found theirs, {minimal} of {runs} reached the shortest sequence; at most {replays} replays and {:.1} s to get there\n{odd}",
        options.seeds.start,
        options.seeds.end.saturating_sub(1),
        options.steps,
        options.cases,
        results.len(),
        took.as_secs_f64()
    )
}

fn row(result: &MutantResult) -> String {
    let cases =
        result.cases().map_or("-".to_owned(), |(middle, most)| format!("{middle} ({most})"));
    let lengths = match result.lengths() {
        Some((least, most)) if least == most => least.to_string(),
        Some((least, most)) => format!("{least} to {most}"),
        None => "-".to_owned(),
    };
    let (name, rule, all) = (result.fault.name(), result.fault.rule(), result.runs.len());
    let (shortest, reached) = if result.fault.is_concurrent() {
        ("at once".to_owned(), "-".to_owned())
    } else {
        (result.shortest.to_string(), format!("{} of {all}", result.minimal()))
    };
    format!(
        "| {name} | {rule} | {} of {all} | {cases} | {shortest} | {lengths} | {reached} |\n",
        result.found()
    )
}

/// A sequence that is longer than it has to be, or shorter than anybody thought.
fn lines(result: &MutantResult, run: &MutantRun) -> String {
    let mut text = format!(
        "\n{}, seed {}: {} steps, not {}\n",
        result.fault.name(),
        run.seed,
        run.steps,
        result.shortest
    );
    for line in &run.lines {
        let _ = writeln!(text, "    {line}");
    }
    text
}
