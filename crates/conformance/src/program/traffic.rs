//! `connector-conformance observe` and `connector-conformance proxy`

use std::io::{self, Write as _};

use super::{Output, ProgramError, Reporting, block_on, finish};
use crate::{
    cli::{self, ObserveArgs, ProxyArgs},
    exit_code,
    observe::{self, CommandEnd, ObserveOptions, Outlets},
    proxy::{self, ProxyOptions},
    report::Style,
};

pub(super) fn observe(arguments: &ObserveArgs, style: Style) -> Result<Output, ProgramError> {
    let reporting = Reporting::read(&arguments.reporting)?.checked_forms(&observe::forms())?;
    let options = ObserveOptions {
        command: arguments.command.clone(),
        env: arguments.env.clone(),
        es_version: arguments.es_version,
        min_coverage: arguments.min_coverage,
        advice: cli::advice(arguments.strict),
    };
    let outlets = Outlets { stdout: Box::new(io::stdout()), stderr: Box::new(io::stderr()) };
    let observed = block_on(observe::observe(&options, outlets))??;
    let mut output = finish(observed.report, &reporting, style)?;
    if output.exit_code == exit_code::PASSED && observed.end != CommandEnd::Succeeded {
        output.exit_code = exit_code::COMMAND_FAILED;
    }
    Ok(output)
}

pub(super) fn proxy(arguments: &ProxyArgs, style: Style) -> Result<Output, ProgramError> {
    let reporting = Reporting::read(&arguments.reporting)?.checked_forms(&proxy::forms())?;
    let options = ProxyOptions {
        upstream: arguments.upstream.clone(),
        listen: arguments.listen,
        es_version: arguments.es_version,
        duration: arguments.duration,
        advice: cli::advice(arguments.strict),
    };
    let ready = |address| {
        let to = &options.upstream;
        // Nobody may be there to read it.
        let _ = writeln!(io::stderr(), "listening on http://{address}, passing on to {to}");
    };
    let report = block_on(proxy::proxy(&options, ready))??;
    finish(report, &reporting, style)
}
