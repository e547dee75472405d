//! `cargo xtask schemathesis`: random requests to a mock server, made from its own description.
//!
//! The program is schemathesis (the PyPI package of that name); it is not installed here. What it
//! is told not to look at is in [`LEFT_OUT`] and [`configuration`], with the reasons.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context as _, bail};
use api_types::endpoint::{ENDPOINTS, Operation};

use crate::{
    build,
    cli::{SchemathesisArgs, UNMET},
    program::Program,
};

/// The checks that are left out. All others of the installed version are on.
///
/// - `negative_data_rejection`: the server takes more than the description says, numbers and
///   booleans as strings, one element for a list, an empty parameter for true (contract CN-1.4-4).
/// - `positive_data_acceptance`: what the state does not allow is a 400, like a request that is
///   wrong, and so is what JSON Schema cannot say (contract CN-1.3-15, CN-6.1).
const LEFT_OUT: &str = "negative_data_rejection,positive_data_acceptance";

/// Requests with an id that the description excludes are other operations' requests, whose answers
/// are not held against this one's (contract CN-1.1-22).
const HOOKS: &str = r#"import schemathesis


@schemathesis.hook
def filter_case(context, case):
    values = case.path_parameters or {}
    for parameter in case.operation.definition.raw.get("parameters", []):
        excluded = parameter.get("schema", {}).get("not", {}).get("enum", [])
        if values.get(parameter.get("name")) in excluded:
            return False
    return True
"#;

/// Runs schemathesis and hands on what it says.
pub(crate) fn run(args: &SchemathesisArgs) -> anyhow::Result<ExitCode> {
    let (program, version) = found(&args.program)?;
    let executables = build::build(&["-p", "mock-server", "--bin", "connector-mock"])?;
    let mock = build::find(&executables, "connector-mock")?;
    let place = tempfile::tempdir().context("cannot make a directory")?;
    write_settings(place.path())?;
    let ready = place.path().join("ready");
    let listen = ["--listen", "127.0.0.1:0", "--ready-file", &ready.to_string_lossy()];
    let mut server = Program::start(&mock, &listen)?;
    let url = server.url_in(&ready)?;
    println!("{version}, {} s against {url}", args.seconds);
    let mut command = command(&program, place.path(), &url);
    command.args(["--max-time", &args.seconds.to_string()]);
    if let Some(seed) = args.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    let status = command.status();
    let status = status.context("cannot run schemathesis")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// The program and its version, if it can be started.
pub(crate) fn found(given: &Path) -> anyhow::Result<(PathBuf, String)> {
    // A path is one from here, wherever the program is started; a name alone is looked up.
    let program = if given.components().count() > 1 {
        std::path::absolute(given).context("cannot tell where --program is")?
    } else {
        given.to_owned()
    };
    let version = Command::new(&program).arg("--version").stdin(Stdio::null()).output();
    let version = match version {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        Ok(output) => bail!("{} --version failed: {}", program.display(), output.status),
        Err(error) => bail!(
            "cannot start {}: {error}; install it (`pip install schemathesis`), or name it with --program",
            program.display()
        ),
    };
    Ok((program, version))
}

/// Writes what schemathesis is told.
pub(crate) fn write_settings(place: &Path) -> anyhow::Result<()> {
    let file = place.join(SETTINGS);
    for (path, text) in [(&file, &configuration()), (&place.join("hooks.py"), &HOOKS.to_owned())] {
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Schemathesis on the description that the mock at `url` has, with its settings in `place`.
pub(crate) fn command(program: &Path, place: &Path, url: &str) -> Command {
    let mut command = Command::new(program);
    command.arg("--config-file").arg(place.join(SETTINGS));
    command.args(["run", &format!("{url}/_mock/openapi.json")]);
    command.args(["--checks", "all", "--exclude-checks", LEFT_OUT, "--no-color"]);
    command.current_dir(place).stdin(Stdio::null());
    command
}

const SETTINGS: &str = "schemathesis.toml";

/// What schemathesis is told of this API:
///
/// - `filter_path` and `format` are fixed: with them an answer is not what its schema says.
/// - A 500 is expected of the operations whose row of the table has it.
/// - A deleted connector is still there for some requests (contract CN-1.6-1, CN-4.2-1), so
///   `use_after_free` looks at sync jobs and secrets alone.
fn configuration() -> String {
    let breakable = ENDPOINTS.iter().filter(|row| row.statuses.contains(&500));
    let names: Vec<String> = breakable
        .map(|row| row.operation)
        .map(Operation::name)
        .map(|name| format!("{name:?}"))
        .collect();
    format!(
        "\
hooks = \"hooks.py\"

[parameters]
\"query.filter_path\" = \"\"
\"query.format\" = \"json\"

[[operations]]
include-operation-id = [{}]
checks.not_a_server_error.expected-statuses = [\"2xx\", \"3xx\", \"4xx\", 500]

[[operations]]
include-tag = \"connector\"
checks.use_after_free.enabled = false
",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: contract CN-5.2-4, CN-5.4-1, CN-5.5-6, SC-3-10.
    #[test]
    fn a_500_is_expected_of_the_operations_that_break() {
        let expected = r#"include-operation-id = ["connector.update_configuration", "connector.update_features", "connector.update_filtering", "connector.update_filtering_validation", "connector.update_active_filtering", "connector.secret_put"]"#;
        assert!(configuration().contains(expected), "{}", configuration());
    }

    #[test]
    fn a_program_that_is_not_there_is_told() {
        let program = PathBuf::from("no-such-program");
        let args = SchemathesisArgs { seconds: 1, seed: None, program };
        let told = run(&args).unwrap_err().to_string();
        assert!(told.starts_with("cannot start no-such-program: "), "{told}");
        assert!(
            told.ends_with("install it (`pip install schemathesis`), or name it with --program")
        );
    }
}
