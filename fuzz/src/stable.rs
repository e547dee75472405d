//! Tries properties without libFuzzer: on the inputs to start from and on changed ones.
//!
//! Which inputs are tried follows from the seed and their number alone.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a terminal")]

use std::{
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::{ExitCode, abort},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use crate::{Target, find, mutate, seeds};

/// How many changed inputs are tried, if nothing else is asked for.
pub const CASES: u64 = 3000;

/// Values are written and dropped recursively, and bodies may be a thousand levels deep.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// An input that takes longer is taken for one that never ends.
const LONGEST: Duration = Duration::from_secs(20);

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many changed inputs.
    pub cases: u64,
    /// No further input is tried after so long.
    pub time: Option<Duration>,
    /// Where the random numbers start.
    pub seed: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { cases: CASES, time: None, seed: 0 }
    }
}

/// How a target came off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The property held for so many inputs.
    Held(u64),
    /// It did not.
    Broken {
        /// What is wrong.
        wrong: String,
        /// The file that the input is in.
        file: PathBuf,
    },
}

/// Where the inputs that broke a target are kept.
#[must_use]
pub fn artifacts(target: &str) -> PathBuf {
    seeds::here().join("target/artifacts").join(target)
}

/// The inputs that a target starts from: those made of the fixtures and those written by hand.
///
/// # Errors
/// If files cannot be read.
pub fn corpus(target: &Target) -> io::Result<Vec<Vec<u8>>> {
    let mut corpus = (target.seeds)(&seeds::Fixtures::read()?);
    corpus.extend(seeds::by_hand(target.name)?);
    Ok(corpus)
}

/// Tries a target.
///
/// An input is in the file `running` of [`artifacts`] while it is tried, so that it is there when
/// it ends the program.
///
/// # Errors
/// If files cannot be read or written.
pub fn run(target: &Target, bounds: Bounds) -> io::Result<Outcome> {
    let corpus = corpus(target)?;
    fs::create_dir_all(artifacts(target.name))?;
    let run = || try_all(target, &corpus, bounds);
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run)?;
        thread.join().unwrap_or_else(|_| Err(io::Error::other("the run itself panicked")))
    })
}

fn try_all(target: &Target, corpus: &[Vec<u8>], bounds: Bounds) -> io::Result<Outcome> {
    let begin = Instant::now();
    let running = artifacts(target.name).join("running");
    let count = Arc::new(AtomicU64::new(0));
    watch(&count, &running.display().to_string());
    let unchanged = corpus.iter().cloned();
    let changed = (0..bounds.cases).map(|number| {
        let mut rng = Rng::with_seed(bounds.seed << 32 ^ number);
        mutate::mutated(&mut rng, corpus, target.words)
    });
    for input in unchanged.chain(changed) {
        if bounds.time.is_some_and(|time| begin.elapsed() > time) {
            break;
        }
        fs::write(&running, &input)?;
        if let Err(wrong) = held(target, &input) {
            let file = artifacts(target.name).join(format!("broken-{:016x}", hash(&input)));
            fs::rename(&running, &file)?;
            count.store(u64::MAX, Ordering::Relaxed);
            return Ok(Outcome::Broken { wrong, file });
        }
        count.fetch_add(1, Ordering::Relaxed);
    }
    fs::remove_file(&running).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    Ok(Outcome::Held(count.swap(u64::MAX, Ordering::Relaxed)))
}

/// Whether the property holds; a panic is what is wrong too.
fn held(target: &Target, input: &[u8]) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| (target.property)(input))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("it panics: {}", text.unwrap_or("without a message")))
    })
}

/// Ends the program when an input does not end. `u64::MAX` says that the run is over.
fn watch(count: &Arc<AtomicU64>, running: &str) {
    let (count, running) = (Arc::clone(count), running.to_owned());
    thread::spawn(move || {
        let mut last = (count.load(Ordering::Relaxed), Instant::now());
        while last.0 != u64::MAX {
            thread::sleep(Duration::from_millis(500));
            let now = count.load(Ordering::Relaxed);
            if now != last.0 {
                last = (now, Instant::now());
            } else if last.1.elapsed() > LONGEST {
                let seconds = LONGEST.as_secs();
                eprintln!("error: an input takes more than {seconds} s; it is in {running}");
                abort();
            }
        }
    });
}

/// FNV-1a: the same name for the same input everywhere.
fn hash(input: &[u8]) -> u64 {
    input.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Tries targets and tells how each came off.
pub fn tell(targets: &[&Target], bounds: Bounds) -> ExitCode {
    let mut failed = false;
    for target in targets {
        match run(target, bounds) {
            Ok(Outcome::Held(count)) => println!("{}: held for {count} inputs", target.name),
            Ok(Outcome::Broken { wrong, file }) => {
                failed = true;
                println!("{}: BROKEN: {wrong}", target.name);
                println!("{}", shown(&fs::read(&file).unwrap_or_default()));
                println!("the input is in {}", file.display());
            }
            Err(error) => {
                failed = true;
                eprintln!("error: {}: {error}", target.name);
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// An input as text that one line holds, as far as it is not too long.
#[must_use]
pub fn shown(input: &[u8]) -> String {
    const MOST: usize = 2000;
    let text = input.get(..MOST).unwrap_or(input).escape_ascii().to_string();
    let more = if input.len() > MOST { "…" } else { "" };
    format!("input of {} bytes: b\"{text}\"{more}", input.len())
}

/// The program of one target: tries the files that are named, or else what [`run`] tries.
#[must_use]
pub fn main_of(name: &str) -> ExitCode {
    let Some(target) = find(name) else {
        eprintln!("error: there is no target {name}");
        return ExitCode::FAILURE;
    };
    let files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        return tell(&[target], Bounds::default());
    }
    let mut failed = false;
    for file in files {
        let outcome = fs::read(&file).map_err(|error| error.to_string());
        let outcome = outcome.and_then(|input| held(target, &input));
        match outcome {
            Ok(()) => println!("{}: holds", file.display()),
            Err(wrong) => {
                failed = true;
                println!("{}: BROKEN: {wrong}", file.display());
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TARGETS;

    #[test]
    fn every_property_holds_for_its_inputs_and_some_changed_ones() {
        for target in &TARGETS {
            let outcome = run(target, Bounds { cases: 300, ..Bounds::default() }).unwrap();
            let Outcome::Held(count) = outcome else { panic!("{}: {outcome:?}", target.name) };
            assert!(count > 303, "{} has {count} inputs", target.name);
        }
    }

    fn broken(input: &[u8]) -> Result<(), String> {
        if input.len() > 20 { Err("too long".to_owned()) } else { Ok(()) }
    }

    #[test]
    fn a_broken_property_is_told_with_its_input_kept() {
        let target = Target { name: "broken", property: broken, ..*find("cron").unwrap() };
        let Outcome::Broken { wrong, file } = run(&target, Bounds::default()).unwrap() else {
            panic!("it held");
        };
        assert_eq!(wrong, "too long");
        assert!(fs::read(&file).unwrap().len() > 20);
        fs::remove_file(file).unwrap();
        let panics = |_: &[u8]| -> Result<(), String> { panic!("oh") };
        let target = Target { property: panics, ..target };
        assert_eq!(held(&target, b"x"), Err("it panics: oh".to_owned()));
    }
}
