//! `connector-conformance server`

use super::{Output, ProgramError, Reporting, Tell, block_on, finish, suite};
use crate::{
    cli::ServerArgs,
    client::Client,
    halt::Halt,
    judge::Strictness,
    outcome::CaseResult,
    report::{self, ProgressLine, Report, Style},
    run::{self, Existing, Progress},
};

pub(super) fn run(
    arguments: &ServerArgs,
    style: Style,
    tell: Tell<'_>,
) -> Result<Output, ProgramError> {
    let mut suite = suite(&arguments.cases)?;
    let reporting = Reporting::read(&arguments.reporting)?;
    let reporting = reporting.checked(suite.cases.iter().map(|case| case.id.as_str()))?;
    if let Some(filter) = &arguments.cases.case {
        suite = suite.filtered(filter);
        if suite.cases.is_empty() {
            return Err(ProgramError::NothingSelected(filter.clone()));
        }
    }
    if arguments.cases.list {
        let stdout = report::listing(&report::server_cases(&suite));
        return Ok(Output { stdout, ..Output::default() });
    }
    let url = arguments.url.clone().ok_or(ProgramError::NoUrl)?;
    let client = Client::new(url, arguments.access.credentials(), arguments.access.timeout);
    let options = run::Options {
        strictness: if arguments.strict { Strictness::Order } else { Strictness::Usual },
        halt: Halt::on_signal(),
        existing: if arguments.replace_existing { Existing::Replace } else { Existing::Keep },
    };
    let mut line = ProgressLine::default();
    let mut progress = |now: Progress<'_>| match now {
        Progress::Ready { cases, .. } => line = ProgressLine::new(cases),
        Progress::Case(CaseResult { id, outcome, .. }) => tell(&line.after(id, outcome.into())),
    };
    let run = block_on(run::run(&suite, &client, options, &mut progress))??;
    finish(Report::from(&run), &reporting, style)
}
