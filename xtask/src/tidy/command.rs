//! Reads the repository, applies every rule and tells what was found.

use std::{fmt, process::ExitCode};

use super::{code, data, links, machine, manifest, references, required};
use crate::{
    cli::UNMET,
    contract::rules,
    finding::Finding,
    workspace::{self, TextFile},
};

/// How much was looked at, and how much of it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Looked {
    files: usize,
    findings: usize,
}

/// The task `tidy`.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let looked = look()?;
    println!("{looked}");
    Ok(if looked.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(UNMET) })
}

/// Applies every rule to the repository and prints what is found.
pub(crate) fn look() -> anyhow::Result<Looked> {
    let files = workspace::texts(&workspace::root())?;
    let findings = findings(&files)?;
    for finding in &findings {
        println!("{finding}");
    }
    Ok(Looked { files: files.len(), findings: findings.len() })
}

impl Looked {
    /// Whether nothing was found.
    pub(crate) const fn is_clean(self) -> bool {
        self.findings == 0
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files, ", self.files)?;
        match self.findings {
            0 => write!(f, "nothing found"),
            1 => write!(f, "1 finding"),
            more => write!(f, "{more} findings"),
        }
    }
}

fn findings(files: &[TextFile]) -> anyhow::Result<Vec<Finding>> {
    let contract = rules::read(files)?;
    let mut findings = contract.findings;
    findings.extend(references::check(files, &contract.rules)?);
    findings.extend(code::check(files)?);
    findings.extend(machine::check(files)?);
    findings.extend(data::check(files));
    findings.extend(links::check(files)?);
    findings.extend(manifest::check(files));
    findings.extend(required::check(files));
    findings.sort();
    Ok(findings)
}
