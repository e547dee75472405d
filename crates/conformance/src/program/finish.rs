//! What becomes of a report: known failures are taken into account, reports are written, and what
//! is printed is put together.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use super::{Output, ProgramError, problem_line};
use crate::{
    case::CaseError,
    cli::{ReportFile, ReportFormat, ReportTarget, ReportingArgs},
    report::{self, KnownFailures, Report, Style},
};

/// What to do with the results, with the list of known failures read.
#[derive(Debug)]
pub(super) struct Reporting {
    files: Vec<ReportFile>,
    known: Option<KnownFailures>,
}

impl Reporting {
    /// Reads what the arguments name. Done before a run, so that a mistake does not cost one.
    ///
    /// # Errors
    /// If the list cannot be read or is wrong, two reports are to go to standard output, or there
    /// is no place for a file.
    pub(super) fn read(arguments: &ReportingArgs) -> Result<Self, ProgramError> {
        let files = arguments.report.clone();
        if files.iter().filter(|file| file.target == ReportTarget::Stdout).count() > 1 {
            return Err(ProgramError::TwoOnStdout);
        }
        for file in &files {
            if let ReportTarget::File(path) = &file.target {
                place(path).map_err(|why| ProgramError::NoPlace { path: path.clone(), why })?;
            }
        }
        let read = |path: &std::path::PathBuf| {
            let text = fs::read_to_string(path)
                .map_err(|cause| ProgramError::Read { path: path.clone(), cause })?;
            Ok::<_, ProgramError>(KnownFailures::parse(&path.display().to_string(), &text)?)
        };
        let known = arguments.known.as_ref().map(read).transpose()?;
        Ok(Self { files, known })
    }

    /// Whether one of the reports goes to standard output, and the one for people does not.
    pub(super) fn takes_stdout(&self) -> bool {
        on_stdout(&self.files).is_some()
    }

    /// Compares the list with the ids of everything that there is, played or not.
    ///
    /// # Errors
    /// If an entry of the list is about nothing.
    pub(super) fn checked<'a>(
        self,
        ids: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Self, CaseError> {
        if let Some(known) = &self.known {
            known.check(ids)?;
        }
        Ok(self)
    }

    /// Compares the list with what ids of findings look like, where they are not known before the
    /// run.
    ///
    /// # Errors
    /// If an entry of the list cannot be about a finding.
    pub(super) fn checked_forms(self, forms: &[String]) -> Result<Self, CaseError> {
        if let Some(known) = &self.known {
            known.check_forms(forms)?;
        }
        Ok(self)
    }
}

/// Whether a file can be there, as far as is seen without writing it.
pub(super) fn place(path: &Path) -> Result<(), String> {
    if path.is_dir() {
        return Err("it is a directory".to_owned());
    }
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() && !directory.is_dir() => {
            Err(format!("there is no directory {}", directory.display()))
        }
        _ => Ok(()),
    }
}

/// Writes the reports and gives what is to be printed, with the exit code that the run earns. A
/// file that cannot be written after all is told below the report for people, which is not lost.
///
/// # Errors
/// If a report cannot be made.
pub(super) fn finish(
    report: Report,
    reporting: &Reporting,
    style: Style,
) -> Result<Output, ProgramError> {
    let report = match &reporting.known {
        Some(known) => known.applied(report),
        None => report,
    };
    let mut output = Output { exit_code: report.exit_code(), ..Output::default() };
    let people = report::terminal(&report, style);
    match on_stdout(&reporting.files) {
        Some(format) => {
            output.stdout = rendered(format, &report)?;
            output.stderr = people;
        }
        None => output.stdout = people,
    }
    for file in &reporting.files {
        if let ReportTarget::File(path) = &file.target {
            let text = rendered(file.format, &report)?;
            if let Err(cause) = write(path, file.format, &text) {
                let error = ProgramError::Write { path: path.clone(), cause };
                output.stderr.push_str(&problem_line(&error.to_string()));
                output.exit_code = error.exit_code();
            }
        }
    }
    Ok(output)
}

fn on_stdout(files: &[ReportFile]) -> Option<ReportFormat> {
    files.iter().find(|file| file.target == ReportTarget::Stdout).map(|file| file.format)
}

fn rendered(format: ReportFormat, report: &Report) -> Result<String, ProgramError> {
    let failed = |error: &dyn std::fmt::Display| ProgramError::Render(error.to_string());
    match format {
        ReportFormat::Json => report::json(report).map_err(|error| failed(&error)),
        ReportFormat::Junit => report::junit(report).map_err(|error| failed(&error)),
        ReportFormat::Sarif => report::sarif(report).map_err(|error| failed(&error)),
        ReportFormat::Summary => Ok(report::summary(report)),
        ReportFormat::Html => Ok(report::html(report)),
    }
}

/// A summary goes behind what other steps have written.
fn write(path: &Path, format: ReportFormat, text: &str) -> io::Result<()> {
    match format {
        ReportFormat::Summary => {
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            file.write_all(text.as_bytes())
        }
        ReportFormat::Json | ReportFormat::Junit | ReportFormat::Sarif | ReportFormat::Html => {
            fs::write(path, text)
        }
    }
}
