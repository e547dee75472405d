//! What shows that a rule holds: cases, exchanges, tests and client sessions, and the ids they name.

use anyhow::Context as _;
use api_types::{endpoint::Operation, json::Json};
use conformance::{
    case::{Case, ExpectedBody, Step},
    suite::Suite,
};
use regex::Regex;

use super::{
    answer::{Answer, errors},
    exchanges, tests_in_rust,
};
use crate::workspace::TextFile;

/// A rule (`CN-4.1-3`) or a response of a routes file (`update_error#3`).
const ID: &str = r"\b(?:(?:CN|SJ|SC|RL|DO|CL)-\d+(?:\.\d+)*-\d+|[a-z_]+#\d+)\b";

/// Where the sessions of the client libraries are.
const SESSIONS: &str = "clients/steps/";

/// What kind of thing shows it. A rule that several kinds show is counted with the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A case for any server.
    Case,
    /// A byte-exact exchange of the mock server.
    Exchange,
    /// A test in Rust.
    Test,
    /// A step of the client libraries' session.
    Session,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Case, Self::Exchange, Self::Test, Self::Session];

    /// What several of them are called.
    pub(super) const fn plural(self) -> &'static str {
        match self {
            Self::Case => "conformance cases",
            Self::Exchange => "exchanges",
            Self::Test => "tests",
            Self::Session => "client sessions",
        }
    }
}

/// Something that names what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proof {
    pub(super) kind: Kind,
    pub(super) path: String,
    pub(super) line: usize,
    /// What it is called.
    pub(super) name: String,
    /// The text with the ids.
    pub(super) text: String,
    /// The operation that it is about, if it says so.
    pub(super) about: Option<Operation>,
    /// What it asserts of operations.
    pub(super) answers: Vec<Answer>,
}

/// Finds ids in texts.
pub(super) struct Ids(Regex);

impl Ids {
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self(Regex::new(ID).context("an expression of this program is wrong")?))
    }

    pub(super) fn of<'a>(&'a self, proof: &'a Proof) -> impl Iterator<Item = &'a str> {
        self.0.find_iter(&proof.text).map(|found| found.as_str())
    }
}

/// Everything that names ids.
pub(super) fn read(suite: &Suite, files: &[TextFile]) -> anyhow::Result<Vec<Proof>> {
    let mut proofs: Vec<Proof> = suite.cases.iter().map(of_case).collect();
    proofs.extend(exchanges::read(files));
    proofs.extend(tests_in_rust::read(files));
    let is_session =
        |file: &&TextFile| file.path.starts_with(SESSIONS) && file.has_extension("json");
    for file in files.iter().filter(is_session) {
        proofs.extend(of_session(file)?);
    }
    Ok(proofs)
}

fn of_case(case: &Case) -> Proof {
    let own = case.steps.iter().filter(|step| step.precondition.is_none());
    Proof {
        kind: Kind::Case,
        path: case.place.file.clone(),
        line: usize::try_from(case.place.line).unwrap_or_default(),
        name: case.id.clone(),
        text: case.proves.join(" "),
        about: Some(case.operation),
        answers: own.filter_map(of_step).collect(),
    }
}

fn of_step(step: &Step) -> Option<Answer> {
    let errors = match &step.answer.body {
        ExpectedBody::Exactly(body) => errors(body),
        ExpectedBody::Members { has, .. } => errors(&Json::Object(has.clone())),
        ExpectedBody::Empty => Vec::new(),
    };
    let operation = step.endpoint()?.operation;
    Some(Answer { operation, status: step.answer.status, errors })
}

/// The steps of a session. `<at>` and the like in a step do not matter here.
fn of_session(file: &TextFile) -> anyhow::Result<Vec<Proof>> {
    let read = || format!("{} is no JSON", file.path);
    let steps: serde_json::Value = serde_json::from_str(&file.text).with_context(read)?;
    let mut proofs = Vec::new();
    for step in steps.as_array().into_iter().flatten() {
        let member = |name| step.get(name).and_then(serde_json::Value::as_str);
        let Some(name) = member("does") else { continue };
        let proves = step.get("proves").and_then(serde_json::Value::as_array);
        let proves = proves.into_iter().flatten().filter_map(serde_json::Value::as_str);
        let named: Vec<&str> = member("rule").into_iter().chain(proves).collect();
        let mark = format!("\"does\": {}", serde_json::Value::from(name));
        let line = file.lines().find(|(_, text)| text.contains(&mark)).map_or(1, |(line, _)| line);
        proofs.push(Proof {
            kind: Kind::Session,
            path: file.path.clone(),
            line,
            name: name.to_owned(),
            text: named.join(" "),
            about: None,
            answers: Vec::new(),
        });
    }
    Ok(proofs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::files;

    #[test]
    fn ids_of_rules_and_responses_are_found_in_a_text() {
        let ids = Ids::new().unwrap();
        let text = concat!("CN-", "4.1-3, update_error#3: RL-1 x CN-", "4.1-30 #5 XX-1-1");
        let proof = Proof {
            kind: Kind::Test,
            path: String::new(),
            line: 1,
            name: String::new(),
            text: text.to_owned(),
            about: None,
            answers: Vec::new(),
        };
        let expected = [concat!("CN-", "4.1-3"), "update_error#3", concat!("CN-", "4.1-30")];
        assert_eq!(ids.of(&proof).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_step_of_a_session_names_its_rules() {
        let text =
            "[\n{\"does\": \"a \\\"b\\\"\", \"rule\": \"R\", \"proves\": [\"S\"]},\n {\"a\": 1}]";
        let file = &files(&[("clients/steps/a.json", text)])[0];
        let proofs = of_session(file).unwrap();
        let shown: Vec<_> = proofs.iter().map(|it| (it.line, &*it.name, &*it.text)).collect();
        assert_eq!(shown, [(2, "a \"b\"", "R S")]);
    }
}
