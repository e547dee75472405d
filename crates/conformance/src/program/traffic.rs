//! `connector-conformance observe` and `connector-conformance proxy`

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

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
    // The suite prints where the report for people goes: another report is alone.
    let takes_stdout = reporting.takes_stdout();
    let to: Box<dyn Write + Send> =
        if takes_stdout { Box::new(io::stderr()) } else { Box::new(io::stdout()) };
    let within = Arc::new(AtomicBool::new(false));
    let stdout = Box::new(Followed { to, is_within_a_line: Arc::clone(&within) });
    let outlets = Outlets { stdout, stderr: Box::new(io::stderr()) };
    let observed = block_on(observe::observe(&options, outlets))??;
    let mut output = finish(observed.report, &reporting, style)?;
    if within.load(Ordering::Relaxed) {
        let people = if takes_stdout { &mut output.stderr } else { &mut output.stdout };
        people.insert(0, '\n');
    }
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

/// Output of the suite, of which it is known whether a line has no end yet.
struct Followed {
    to: Box<dyn Write + Send>,
    is_within_a_line: Arc<AtomicBool>,
}

impl Write for Followed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        if let Some(last) = bytes.get(..written).and_then(<[u8]>::last) {
            self.is_within_a_line.store(*last != b'\n', Ordering::Relaxed);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
