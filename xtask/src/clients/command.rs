//! Installs the clients, starts the servers and plays the sessions.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    thread::{self, ScopedJoinHandle},
};

use anyhow::Context as _;

use super::{
    client::{Client, Language},
    install::{self, Installed},
    plan::{self, Part},
    report::Report,
    session,
};
use crate::{
    build::{build, find},
    cli::{ClientsArgs, UNMET},
    program::Program,
};

/// Does what `args` ask for.
pub(crate) fn run(args: &ClientsArgs) -> anyhow::Result<ExitCode> {
    let report = play(args, &["-p", "mock-server", "--bin", "connector-mock"])?;
    println!();
    print!("{}", report.text());
    let is_met = !report.is_empty() && report.failed() == 0;
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// Plays the sessions and shows them. `built` says what cargo builds to get the mock server.
pub(crate) fn play(args: &ClientsArgs, built: &[&str]) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let clients = ready(&args.only, &mut report)?;
    if clients.is_empty() {
        return Ok(report);
    }
    let mock = find(&build(built)?, "connector-mock")?;
    for part in plan::parts(&absolute(&args.steps)?) {
        // What a session takes is mostly waiting: for what comes late, and before the next try.
        let playing = |(client, program): &(Client, PathBuf)| {
            let server = Server::start(&mock, &part)?;
            let played = session::play(*client, program, &server.url, &part)?;
            anyhow::Ok((*client, server.version.clone(), played))
        };
        let players = clients.iter().filter(|(client, _)| part.is_for(*client));
        let all_at_once = thread::scope(|scope| {
            let sessions: Vec<_> = players.map(|it| scope.spawn(|| playing(it))).collect();
            sessions.into_iter().map(ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        for session in all_at_once {
            let (client, version, played) =
                session.map_err(|_| anyhow::anyhow!("a session ended in a panic"))??;
            println!("\n--- {} against {version}", client.title());
            print!("{}", played.text);
            report.add(client, &version, played);
        }
    }
    Ok(report)
}

/// The folders as the programs of the sessions find them, wherever those run.
fn absolute(folders: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let whole = |folder: &PathBuf| {
        folder.canonicalize().with_context(|| format!("there are no steps in {}", folder.display()))
    };
    folders.iter().map(whole).collect()
}

/// The clients that are asked for and can run, with what runs them.
pub(super) fn ready(
    only: &[Client],
    report: &mut Report,
) -> anyhow::Result<Vec<(Client, PathBuf)>> {
    let mut ready = Vec::new();
    // All Node.js clients are installed at once.
    let mut of_node = None;
    for client in Client::ALL {
        if !only.is_empty() && !only.contains(&client) {
            continue;
        }
        let installed = match (client.language(), of_node.clone()) {
            (Language::Node, Some(installed)) => installed,
            (Language::Node, None) => of_node.insert(install::install(client)?).clone(),
            (Language::Python, _) => install::install(client)?,
        };
        match installed {
            Installed::Ready(program) => ready.push((client, program)),
            Installed::Skipped(reason) => report.skip(client.title(), &reason),
            Installed::Failed(reason) => report.fail(client.title(), &reason),
        }
    }
    Ok(ready)
}

/// A mock server that runs until this is dropped.
struct Server {
    _program: Program,
    url: String,
    version: String,
}

impl Server {
    fn start(mock: &Path, part: &Part) -> anyhow::Result<Self> {
        let place = tempfile::tempdir().context("cannot make a directory")?;
        let ready = place.path().join("ready");
        let ready_text = ready.to_string_lossy();
        let mut arguments = vec!["--listen", "127.0.0.1:0", "--ready-file", &*ready_text];
        if let Some(version) = part.version {
            arguments.extend(["--es-version", version]);
        }
        let mut program = Program::start(mock, &arguments)?;
        let url = program.url_in(&ready)?;
        let version = part.version.unwrap_or("newest").to_owned();
        Ok(Self { _program: program, url, version })
    }
}
