//! `cargo xtask conformance`: the official clients judged by the kit, through the drivers of
//! `drivers/`.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::Context as _;

use super::{
    client::{Client, Language},
    command::ready,
    plan,
    report::Report,
};
use crate::{
    build::{build, find},
    cli::{ConformanceArgs, UNMET},
    workspace,
};

/// Does what `args` ask for.
pub(crate) fn run(args: &ConformanceArgs) -> anyhow::Result<ExitCode> {
    let mut skipped = Report::default();
    let clients = ready(&args.only, &mut skipped)?;
    let built = build(&["-p", "conformance", "--bin", "connector-conformance"])?;
    let kit = find(&built, "connector-conformance")?;
    let reports = plan::installed().join("reports");
    std::fs::create_dir_all(&reports).context("cannot make the directory of the reports")?;
    let (mut ran, mut wrong) = (0, 0);
    for (client, program) in &clients {
        for driven in driven(*client) {
            let page = reports.join(format!("{}.html", driven.name));
            println!("\n--- {}", driven.name);
            let mut command = command(&kit, program, *client, &driven, &page);
            let status = command.status().context("cannot start connector-conformance")?;
            println!("the report as a page: {}", page.display());
            ran += 1;
            wrong += usize::from(!status.success());
        }
    }
    print!("\n{}", skipped.reasons());
    println!("{} passed, {wrong} failed", ran - wrong);
    let is_met = ran > 0 && wrong == 0 && skipped.failed() == 0;
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// A driver and the argument that says which client it drives.
struct Driven {
    name: String,
    file: &'static str,
    argument: String,
    known: &'static str,
}

fn driven(client: Client) -> Vec<Driven> {
    let major = client.major();
    match client.language() {
        Language::Python => ["sync", "async"]
            .map(|kind| Driven {
                name: format!("python-{major}-{kind}"),
                file: "drivers/python/driver.py",
                argument: kind.to_owned(),
                known: "drivers/python/known.yml",
            })
            .into(),
        Language::Node => vec![Driven {
            name: format!("node-{major}"),
            file: "drivers/node/driver.mjs",
            argument: format!("es{major}"),
            known: "drivers/node/known.yml",
        }],
    }
}

fn command(kit: &Path, program: &Path, client: Client, driven: &Driven, page: &Path) -> Command {
    let root = workspace::root();
    let mut command = Command::new(kit);
    command.arg("client").arg("--known").arg(root.join(driven.known));
    command.arg("--report").arg(format!("html={}", page.display()));
    command.arg("--").arg(program).arg(root.join(driven.file)).arg(&driven.argument);
    // The server is on this machine.
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    match client.language() {
        Language::Python => command.env_remove("PYTHONPATH"),
        Language::Node => {
            let modules: PathBuf = ["node", "node_modules"].iter().collect();
            command.env("NODE_PATH", plan::installed().join(modules))
        }
    };
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_driver_is_there_with_its_known_failures() {
        for driven in Client::ALL.into_iter().flat_map(driven) {
            for path in [driven.file, driven.known] {
                assert!(workspace::root().join(path).exists(), "{path}");
            }
        }
    }

    /// Drivers are examples to copy (docs/driver-protocol.md).
    #[test]
    fn a_driver_is_short() {
        for driven in Client::ALL.into_iter().flat_map(driven) {
            let text = std::fs::read_to_string(workspace::root().join(driven.file)).unwrap();
            assert!(text.lines().count() < 150, "{}", driven.file);
        }
    }
}
