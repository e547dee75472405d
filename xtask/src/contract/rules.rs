//! The contract's own numbering: which rules and sections there are, and that each id is one.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use regex::Regex;

use crate::{finding::Finding, workspace::TextFile};

/// The directory of the contract.
const CONTRACT: &str = "docs/contract/";

/// The files with rules, and what the ids in them begin with.
const FILES: [(&str, &str); 6] = [
    ("connectors.md", "CN"),
    ("sync-jobs.md", "SJ"),
    ("secrets.md", "SC"),
    ("rest-layer.md", "RL"),
    ("documents.md", "DO"),
    ("clients.md", "CL"),
];

/// The ids that can be referred to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// `CN-4.1-3`
    pub(crate) ids: BTreeMap<String, Rule>,
    /// `CN-4.1`
    pub(crate) sections: BTreeSet<String>,
}

/// Where a rule stands and how it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rule {
    /// `docs/contract/connectors.md`
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The text of its first line, without the id.
    pub(crate) text: String,
}

/// What the contract says of itself.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) rules: Rules,
    pub(crate) findings: Vec<Finding>,
}

/// Reads the contract.
pub(crate) fn read(files: &[TextFile]) -> anyhow::Result<Contract> {
    let mut reader = Reader::new()?;
    for (name, prefix) in FILES {
        let path = format!("{CONTRACT}{name}");
        match files.iter().find(|file| file.path == path) {
            Some(file) => reader.rules(file, prefix),
            None => reader.findings.push(Finding::whole(&path, "this file is missing")),
        }
    }
    let routes =
        |file: &&TextFile| file.path.starts_with(CONTRACT) && file.path.ends_with(".routes.json");
    files.iter().filter(routes).for_each(|file| reader.responses(file));
    Ok(Contract { rules: reader.rules, findings: reader.findings })
}

struct Reader {
    /// A numbered heading.
    heading: Regex,
    /// An id where it is given to a rule: the first cell of a row, or the bold start of an item or
    /// paragraph.
    definition: Regex,
    /// The id of a response.
    response: Regex,
    /// Where each id was given.
    places: BTreeMap<String, String>,
    rules: Rules,
    findings: Vec<Finding>,
}

impl Reader {
    fn new() -> anyhow::Result<Self> {
        let regex = |text| Regex::new(text).context("an expression of this program is wrong");
        let id = r"([A-Z]{2}-(\d+(?:\.\d+)*)-\d+)";
        let definition = format!(r"^\s*(?:\| *{id} *\||(?:[-*] |\d+\. )?\s*\*\*{id}\*\*)");
        Ok(Self {
            heading: regex(r"^#{2,} (\d+(?:\.\d+)*)\.? ")?,
            definition: regex(&definition)?,
            response: regex(r#"^\s*"id": "([a-z_]+#\d+)",?$"#)?,
            places: BTreeMap::new(),
            rules: Rules::default(),
            findings: Vec::new(),
        })
    }

    fn rules(&mut self, file: &TextFile, prefix: &str) {
        let mut section = format!("{prefix}-0");
        self.rules.sections.insert(section.clone());
        for (number, line) in file.lines() {
            if let Some(heading) = self.heading.captures(line).and_then(|found| found.get(1)) {
                section = format!("{prefix}-{}", heading.as_str());
                if !self.rules.sections.insert(section.clone()) {
                    let message = format!("section {section} is there already");
                    self.findings.push(Finding::at(&file.path, number, message));
                }
            }
            let found = self.definition.captures(line);
            let Some(id) = found.and_then(|found| Some(found.get(1).or(found.get(3))?.as_str()))
            else {
                continue;
            };
            if id.rsplit_once('-').is_none_or(|(own, _)| own != section) {
                let message = format!("{id} stands in section {section}");
                self.findings.push(Finding::at(&file.path, number, message));
            }
            let rule = Rule { path: file.path.clone(), line: number, text: text(line, id) };
            self.rules.ids.entry(id.to_owned()).or_insert(rule);
            self.given(id, file, number);
        }
    }

    fn responses(&mut self, file: &TextFile) {
        for (number, line) in file.lines() {
            let found = self.response.captures(line);
            if let Some(id) = found.and_then(|found| Some(found.get(1)?.as_str())) {
                self.given(id, file, number);
            }
        }
    }

    fn given(&mut self, id: &str, file: &TextFile, number: usize) {
        let place = format!("{}:{number}", file.path);
        if let Some(other) = self.places.get(id) {
            let message = format!("{id} is given to another rule already, {other}");
            self.findings.push(Finding::at(&file.path, number, message));
        } else {
            self.places.insert(id.to_owned(), place);
        }
    }
}

/// A line without the id, the marks before it and those of a row.
fn text(line: &str, id: &str) -> String {
    let behind = line.split_once(id).map_or(line, |(_, behind)| behind);
    behind.trim_matches(|letter: char| letter.is_whitespace() || "*|".contains(letter)).to_owned()
}

#[cfg(test)]
mod tests;
