//! `cargo xtask fuzz --parsers`: the targets of `fuzz/`, with libFuzzer or without.
//!
//! What holds for the parsers is written in `fuzz/src`; here is only how it is run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Output, Stdio},
};

use anyhow::{Context as _, bail, ensure};

use crate::{
    build::cargo,
    cli::{FuzzArgs, UNMET},
    workspace,
};

const MANIFEST: &str = "fuzz/Cargo.toml";

/// The most bytes of an input.
const MOST_BYTES: u32 = 20_000;

/// Runs the targets, and tells how.
pub(crate) fn run(args: &FuzzArgs) -> anyhow::Result<ExitCode> {
    let missing = if args.stable { Some("--stable asks for that".to_owned()) } else { missing() };
    let held = match missing {
        None => with_cargo_fuzz(args)?,
        Some(why) => {
            println!("without cargo-fuzz ({why}): changes of the fixtures, on this toolchain");
            without_cargo_fuzz(args)?
        }
    };
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// Why libFuzzer cannot look; nothing if it can.
fn missing() -> Option<String> {
    let nightly = nightly(&["--version"]).output();
    if !works(&nightly) {
        return Some("no nightly toolchain: rustup toolchain install nightly".to_owned());
    }
    let cargo_fuzz = nightly_fuzz(&["--version"]).output();
    (!works(&cargo_fuzz)).then(|| "it is not installed: cargo install cargo-fuzz".to_owned())
}

fn works(outcome: &std::io::Result<Output>) -> bool {
    outcome.as_ref().is_ok_and(|output| output.status.success())
}

/// Cargo of the nightly toolchain, started in the root of the workspace.
fn nightly(arguments: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo"]).args(arguments);
    command.current_dir(workspace::root()).stdin(Stdio::null());
    // The toolchain that runs this task is another one.
    for variable in ["CARGO", "RUSTC", "RUSTDOC", "RUSTFLAGS", "LD_LIBRARY_PATH"] {
        command.env_remove(variable);
    }
    command
}

fn nightly_fuzz(arguments: &[&str]) -> Command {
    nightly(&[&["fuzz"], arguments].concat())
}

/// The program that tries the properties on this toolchain.
fn parsers(arguments: &[&str]) -> Command {
    let run = ["run", "--quiet", "--manifest-path", MANIFEST, "--bin", "parsers", "--"];
    cargo(&[&run, arguments].concat())
}

fn without_cargo_fuzz(args: &FuzzArgs) -> anyhow::Result<bool> {
    let seconds = args.seconds.to_string();
    let mut arguments = vec!["run", "--seconds", &seconds];
    for target in &args.only {
        arguments.extend(["--only", target]);
    }
    let status = parsers(&arguments).status().context("cannot start cargo")?;
    match status.code() {
        Some(0) => Ok(true),
        Some(2) => bail!("the properties were not tried: {status}"),
        Some(_) => Ok(false),
        None => {
            println!("{status}; the input is in fuzz/target/artifacts/<target>/running");
            Ok(false)
        }
    }
}

fn with_cargo_fuzz(args: &FuzzArgs) -> anyhow::Result<bool> {
    let work = workspace::root().join("fuzz/target");
    let corpus = work.join("corpus");
    let targets = targets(&corpus, &args.only)?;
    let mut held = true;
    for target in targets {
        println!("{target}: {} s", args.seconds);
        held &= look(&target, &work, args.seconds)?;
    }
    Ok(held)
}

/// Writes what the targets start from, and names those that are asked for.
fn targets(corpus: &Path, only: &[String]) -> anyhow::Result<Vec<String>> {
    let output = parsers(&["corpus", &corpus.to_string_lossy()]).stderr(Stdio::inherit()).output();
    let output = output.context("cannot start cargo")?;
    ensure!(output.status.success(), "cannot write the corpus: {}", output.status);
    wanted(&String::from_utf8_lossy(&output.stdout), only)
}

fn wanted(all: &str, only: &[String]) -> anyhow::Result<Vec<String>> {
    if let Some(unknown) = only.iter().find(|name| !all.lines().any(|known| known == *name)) {
        let known: Vec<&str> = all.lines().collect();
        bail!("there is no target [{unknown}]; there are {}", known.join(", "));
    }
    let is_wanted = |name: &&str| only.is_empty() || only.iter().any(|one| one == name);
    Ok(all.lines().filter(is_wanted).map(str::to_owned).collect())
}

/// Lets libFuzzer look; whether it found nothing.
fn look(target: &str, work: &Path, seconds: u32) -> anyhow::Result<bool> {
    let artifacts = work.join("artifacts").join(target);
    fs::create_dir_all(&artifacts)
        .with_context(|| format!("cannot make {}", artifacts.display()))?;
    let before = files(&artifacts)?;
    let corpus = work.join("corpus").join(target);
    let dictionary = work.join("corpus").join(format!("{target}.dict"));
    // The code under test is safe Rust: a sanitizer would find nothing and make it slow.
    let mut command = nightly_fuzz(&["run", "--sanitizer", "none", target]);
    command.arg(corpus).arg("--");
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-max_len={MOST_BYTES}"));
    command.arg(format!("-dict={}", dictionary.display()));
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.args(["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"]);
    let status = command.status().context("cannot start rustup")?;
    if status.success() {
        return Ok(true);
    }
    let found: Vec<PathBuf> =
        files(&artifacts)?.into_iter().filter(|file| !before.contains(file)).collect();
    ensure!(!found.is_empty(), "{target} could not be tried: {status}");
    for file in found {
        println!("{target}: BROKEN; the input is in {}", file.display());
        let input = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        println!("b\"{}\"", input.escape_ascii());
    }
    Ok(false)
}

fn files(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let shown = || format!("cannot read {}", directory.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).with_context(shown)? {
        files.push(entry.with_context(shown)?.path());
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_by_name_and_unknown_ones_told() {
        let only = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            wanted("body\ncron\npath\n", &names)
        };
        assert_eq!(only(&[]).unwrap(), ["body", "cron", "path"]);
        assert_eq!(only(&["path", "body"]).unwrap(), ["body", "path"]);
        let told = only(&["boddy"]).unwrap_err().to_string();
        assert_eq!(told, "there is no target [boddy]; there are body, cron, path");
    }

    // The targets of cargo-fuzz are programs of the manifest.
    #[test]
    fn every_target_has_its_program() {
        let read = |path: &str| fs::read_to_string(workspace::root().join(path)).unwrap();
        let manifest = read(MANIFEST);
        let lib = read("fuzz/src/lib.rs");
        let names: Vec<&str> =
            lib.split("name: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            let entry = format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"");
            assert!(manifest.contains(&entry), "{name}");
            let program = read(&format!("fuzz/fuzz_targets/{name}.rs"));
            assert!(program.contains(&format!("parser_fuzz::target!({name});")), "{name}");
        }
    }
}
