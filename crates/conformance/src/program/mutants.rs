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
        mutants::{self, MutantOptions, MutantResult},
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

/// The table, as Markdown.
fn table(results: &[MutantResult], options: &MutantOptions) -> String {
    let mut text = format!(
        "seeds {} to {}, sequences of up to {} steps, at most {} of them\n\n| fault | rule | found | sequences, middle (most) | shortest | shrunk to | shortest reached |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        options.seeds.start,
        options.seeds.end.saturating_sub(1),
        options.steps,
        options.cases
    );
    let (mut runs, mut minimal, mut found) = (0, 0, 0);
    for result in results {
        let cases =
            result.cases().map_or("-".to_owned(), |(middle, most)| format!("{middle} ({most})"));
        let lengths = match result.lengths() {
            Some((least, most)) if least == most => least.to_string(),
            Some((least, most)) => format!("{least} to {most}"),
            None => "-".to_owned(),
        };
        let name = result.fault.name();
        let rule = result.fault.rule();
        let all = result.runs.len();
        found += result.found();
        let shortest = if result.fault.is_concurrent() {
            "at once".to_owned()
        } else {
            runs += result.found();
            minimal += result.minimal();
            result.shortest.to_string()
        };
        let reached = if result.fault.is_concurrent() {
            "-".to_owned()
        } else {
            format!("{} of {all}", result.minimal())
        };
        let _ = writeln!(
            text,
            "| {name} | {rule} | {} of {all} | {cases} | {shortest} | {lengths} | {reached} |",
            result.found()
        );
    }
    let all: usize = results.iter().map(|result| result.runs.len()).sum();
    let _ = writeln!(
        text,
        "\n{} faults, {found} of {all} runs found theirs, {minimal} of {runs} reached the shortest sequence",
        results.len()
    );
    text
}
