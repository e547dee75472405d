//! `connector-conformance client`

use std::time::Duration;

use api_types::Version;

use super::{Output, ProgramError, Reporting, Tell, finish, suite};
use crate::{
    cli::ClientArgs,
    client_run::{self, ClientCaseResult, ClientOptions, Progress},
    report::{self, ProgressLine, Report, Style},
};

/// How long a driver may take until it is ready.
const START_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) fn run(
    arguments: &ClientArgs,
    style: Style,
    tell: Tell<'_>,
) -> Result<Output, ProgramError> {
    let mut suite = suite(&arguments.cases)?;
    let reporting = Reporting::read(&arguments.reporting)?;
    // A list may be kept for several versions, of which some have fewer cases.
    let all = client_run::cases(&suite, Version::NEWEST);
    let reporting = reporting.checked(all.iter().map(|case| case.id))?;
    if let Some(filter) = &arguments.cases.case {
        suite = suite.filtered(filter);
    }
    let cases = client_run::cases(&suite, arguments.es_version);
    if let Some(filter) = arguments.cases.case.as_ref().filter(|_| cases.is_empty()) {
        return Err(ProgramError::NothingSelected(filter.clone()));
    }
    if arguments.cases.list {
        return Ok(Output { stdout: report::listing(&cases), ..Output::default() });
    }
    let options = ClientOptions {
        command: arguments.command.clone(),
        es_version: arguments.es_version,
        client_timeout: arguments.client_timeout,
        start_timeout: START_TIMEOUT,
        call_timeout: arguments.call_timeout,
        jobs: arguments.jobs,
    };
    let mut line = ProgressLine::default();
    let mut progress = |now: Progress<'_>| match now {
        Progress::Ready { cases, .. } => line = ProgressLine::new(cases),
        Progress::Case(ClientCaseResult { id, verdict, .. }) => {
            tell(&line.after(id, verdict.into()));
        }
    };
    let run = client_run::run(&suite, &options, &mut progress)?;
    finish(Report::from(&run), &reporting, style)
}
