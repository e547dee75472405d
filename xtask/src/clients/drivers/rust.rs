//! Builds the driver of the client in Rust, which has a workspace of its own.

use std::{path::PathBuf, time::Duration};

use crate::{
    build::cargo,
    clients::{
        install::Installed,
        plan,
        process::{self, End},
    },
};

/// The name of the package and the major version.
pub(super) const TITLE: &str = "elasticsearch-rs 9";

/// How long the build may take; that of the client alone takes a minute or two.
const LIMIT: Duration = Duration::from_secs(900);

/// What cargo writes where it is the machine or its network that is at fault.
const FAULTS: [&str; 6] = [
    "failed to download",
    "Could not resolve host",
    "network failure",
    "--offline",
    "No space left on device",
    "linker `cc` not found",
];

/// Builds the driver into `target/clients/rust`, unless it is there already.
pub(super) fn build() -> anyhow::Result<Installed> {
    let place = plan::installed();
    std::fs::create_dir_all(&place)?;
    println!("building the driver of {TITLE}");
    let target = place.join("rust");
    let mut command = cargo(&["build", "--locked", "--manifest-path", "drivers/rust/Cargo.toml"]);
    command.arg("--target-dir").arg(&target);
    let end = process::run(&mut command, &place.join("rust.log"), LIMIT)?;
    Ok(match end {
        End::Itself(status, _) if status.success() => {
            let program = format!("driver{}", std::env::consts::EXE_SUFFIX);
            Installed::Ready(target.join("debug").join(PathBuf::from(program)))
        }
        End::Itself(_, text) => trouble(&text),
        End::Stopped(_) => {
            Installed::Skipped(format!("its build took over {} seconds", LIMIT.as_secs()))
        }
        End::Missing => Installed::Skipped("cargo is missing".to_owned()),
    })
}

/// What keeps the driver from being built: the machine, or what is built.
fn trouble(text: &str) -> Installed {
    if let Some(fault) = FAULTS.iter().find(|fault| text.contains(**fault)) {
        return Installed::Skipped(format!("its driver cannot be built here: {fault}"));
    }
    let line = text.lines().find(|line| line.starts_with("error")).unwrap_or("no word why");
    Installed::Failed(format!("its driver cannot be built: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_is_no_failure_and_a_driver_that_does_not_compile_is() {
        let offline = "error: failed to get `tokio` as a dependency\n\nCaused by:\n  attempting to \
            make an HTTP request, but --offline was specified\n";
        let reason = "its driver cannot be built here: --offline";
        assert_eq!(trouble(offline), Installed::Skipped(reason.to_owned()));
        let wrong =
            "   Compiling driver\nerror[E0425]: cannot find value `x`\n --> src/main.rs:1:1";
        let reason = "its driver cannot be built: error[E0425]: cannot find value `x`";
        assert_eq!(trouble(wrong), Installed::Failed(reason.to_owned()));
    }
}
