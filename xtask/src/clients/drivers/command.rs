//! Runs the kit with each driver.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, ensure};

use super::{
    judged::{Driven, Judged, Start},
    page::{self, Run},
    rust,
};
use crate::{
    build::{build, find},
    cli::{ConformanceArgs, UNMET},
    clients::{client::Language, command::ready, install::Installed, plan, report::Report},
    workspace,
};

/// Does what `args` ask for.
pub(crate) fn run(args: &ConformanceArgs) -> anyhow::Result<ExitCode> {
    let mut skipped = Report::default();
    let clients = programs(&args.only, &mut skipped)?;
    let built = build(&["-p", "conformance", "--bin", "connector-conformance"])?;
    let kit = find(&built, "connector-conformance")?;
    let reports = plan::installed().join("reports");
    fs::create_dir_all(&reports).context("cannot make the directory of the reports")?;
    let mut runs = Vec::new();
    let (mut ran, mut wrong) = (0, 0);
    for (judged, program) in &clients {
        for driven in judged.driven() {
            let files =
                ["html", "json"].map(|kind| reports.join(format!("{}.{kind}", driven.name)));
            println!("\n--- {}", driven.name);
            let passed = judge(&kit, program, &driven, &files)?;
            ran += 1;
            wrong += usize::from(!passed);
            let [html, json] = files;
            println!("the report as a page: {}", html.display());
            // There is none if nothing could be judged.
            if let Ok(text) = fs::read(&json) {
                runs.push(Run::read(&driven.name, &text)?);
            }
        }
    }
    print!("\n{}", skipped.unplayed());
    let page = page(args, &runs)?;
    println!("{} passed, {wrong} failed", ran - wrong);
    let is_met = ran > 0 && wrong == 0 && skipped.failed() == 0 && page == Page::AsReported;
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// The clients that are asked for and can run, with what runs them.
fn programs(only: &[Judged], report: &mut Report) -> anyhow::Result<Vec<(Judged, PathBuf)>> {
    let is_asked = |judged: &Judged| only.is_empty() || only.contains(judged);
    let asked: Vec<Judged> = Judged::ALL.into_iter().filter(is_asked).collect();
    let clients: Vec<_> = asked.iter().filter_map(|judged| judged.client()).collect();
    let mut programs = Vec::new();
    if !clients.is_empty() {
        let ready = ready(&clients, report)?.into_iter();
        programs.extend(ready.map(|(client, program)| (Judged::Client(client), program)));
    }
    if asked.contains(&Judged::Rust9) {
        match rust::build()? {
            Installed::Ready(program) => programs.push((Judged::Rust9, program)),
            Installed::Skipped(reason) => report.skip(rust::TITLE, &reason),
            Installed::Failed(reason) => report.fail(rust::TITLE, &reason),
        }
    }
    Ok(programs)
}

/// Runs the kit, which writes the reports `html` and `json`; says whether it is content.
fn judge(
    kit: &Path,
    program: &Path,
    driven: &Driven,
    [html, json]: &[PathBuf; 2],
) -> anyhow::Result<bool> {
    // What a run before has left says nothing of this one.
    let _ = fs::remove_file(json);
    let root = workspace::root();
    let mut command = Command::new(kit);
    command.arg("client").arg("--known").arg(root.join(driven.known));
    command.arg("--report").arg(format!("html={}", html.display()));
    command.arg("--report").arg(format!("json={}", json.display()));
    command.arg("--").arg(program);
    // The server is on this machine.
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    if let Start::Script(language, argument) = &driven.start {
        command.arg(root.join(driven.file)).arg(argument);
        match language {
            Language::Python => command.env_remove("PYTHONPATH"),
            Language::Node => {
                let modules: PathBuf = ["node", "node_modules"].iter().collect();
                command.env("NODE_PATH", plan::installed().join(modules))
            }
        };
    }
    let status = command.status().context("cannot start connector-conformance")?;
    Ok(status.success())
}

/// What there is to say of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// It says what was reported, or not all clients were asked.
    AsReported,
    /// It says something else.
    Stale,
}

/// Writes the page, or compares it.
fn page(args: &ConformanceArgs, runs: &[Run]) -> anyhow::Result<Page> {
    let all = Judged::ALL.into_iter().flat_map(Judged::driven);
    let missing: Vec<String> =
        all.map(|driven| driven.name).filter(|name| !runs.iter().any(|run| run.is(name))).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        ensure!(!args.write, "{} needs a report of {missing}: nothing is written", page::PATH);
        println!("{} is not compared: there is no report of {missing}", page::PATH);
        return Ok(Page::AsReported);
    }
    let path = workspace::root().join(page::PATH);
    let text = page::text(runs)?;
    if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(Page::AsReported);
    }
    if !args.write {
        println!("{} is not what was reported: run `cargo xtask conformance --write`", page::PATH);
        return Ok(Page::Stale);
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", page::PATH))?;
    println!("{} written", page::PATH);
    Ok(Page::AsReported)
}
