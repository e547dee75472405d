//! Everything that can be played: the cases and the examples of the documentation, with what is
//! known about both. Knows files, no servers.

mod files;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use api_types::endpoint::Operation;

use self::files::File;
pub use self::files::FilesError;
use crate::{
    case::{
        Case, CaseError, ClientCase, ExampleNote, Known, Place, Preconditions, build_cases,
        build_client_cases, build_example, operation, parse_case_file, parse_example_notes,
        parse_preconditions,
    },
    divergence::Divergences,
    fixture::{EndpointFixture, ExampleFixture, short_name},
};

/// The file of the preconditions that cases name.
const NAMED: &str = "preconditions/named.yml";

/// Cases, examples and what they rest on.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The cases: examples of the documentation first, then the case files.
    pub cases: Vec<Case>,
    /// The cases that concern clients alone.
    pub client_cases: Vec<ClientCase>,
    /// What the pages of the documentation say.
    pub endpoints: Vec<EndpointFixture>,
    /// The differences on record.
    pub divergences: Divergences,
}

/// The id of the case of an example.
pub(crate) fn example_id(operation: Operation, name: &str) -> String {
    format!("examples/{}/{name}", short_name(operation))
}

/// Why there is no suite.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// The files cannot be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A file is wrong.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// There is nothing to play.
    #[error(
        "{} has no cases; give a directory that is laid out like fixtures/, with cases/NAME.yml (docs/cases.md)",
        .0.display()
    )]
    Empty(PathBuf),
}

impl Suite {
    /// The suite that the program carries.
    ///
    /// # Errors
    /// If a file is wrong, which a test excludes.
    pub fn embedded() -> Result<Self, SuiteError> {
        Ok(Self::build(&files::embedded())?)
    }

    /// The suite of a directory that is laid out like `fixtures/`.
    ///
    /// # Errors
    /// If the directory cannot be read or a file is wrong.
    pub fn of_directory(directory: &Path) -> Result<Self, SuiteError> {
        let suite = Self::build(&files::of_directory(directory)?)?;
        if suite.cases.is_empty() && suite.client_cases.is_empty() {
            return Err(SuiteError::Empty(directory.to_owned()));
        }
        Ok(suite)
    }

    /// The suite of texts that are at hand, each with its name below a directory that is laid out
    /// like `fixtures/`: `cases/get.yml`.
    ///
    /// # Errors
    /// If a text is wrong.
    pub fn of_texts(texts: impl IntoIterator<Item = (String, String)>) -> Result<Self, CaseError> {
        let file = |(path, text): (String, String)| File { name: path.clone(), path, text };
        Self::build(&texts.into_iter().map(file).collect::<Vec<_>>())
    }

    fn build(files: &[File]) -> Result<Self, CaseError> {
        let divergences = Divergences::embedded()
            .map_err(|error| CaseError::in_file("docs/divergences.json", error.to_string()))?;
        let endpoints = endpoints(files)?;
        let known = Known {
            divergences: divergences.documentation.iter().map(|one| one.id.clone()).collect(),
            pages: endpoints.iter().map(|page| (page.page.clone(), page.line_count)).collect(),
        };
        let preconditions = match files.iter().find(|file| file.path == NAMED) {
            Some(file) => {
                Preconditions::new(&file.name, parse_preconditions(&file.name, &file.text)?)
            }
            None => Preconditions::default(),
        };
        let mut cases = examples(files, &preconditions, &known)?;
        for file in files.iter().filter(|file| file.below("cases").is_some()) {
            let parsed = parse_case_file(&file.name, &file.text)?;
            cases.extend(build_cases(&file.name, &parsed, &preconditions, &known)?);
        }
        unique(cases.iter().map(|case| (&case.id, &case.place)))?;
        let mut client_cases = Vec::new();
        for file in files.iter().filter(|file| file.below("client").is_some()) {
            let built = build_client_cases(&file.name, &file.text, &preconditions, &known)?;
            client_cases.extend(built);
        }
        unique(client_cases.iter().map(|case| (&case.id, &case.place)))?;
        Ok(Self { cases, client_cases, endpoints, divergences })
    }

    /// The suite with only those cases whose id contains the text.
    #[must_use]
    pub fn filtered(mut self, text: &str) -> Self {
        self.cases.retain(|case| case.id.contains(text));
        self.client_cases.retain(|case| case.id.contains(text));
        self
    }
}

fn endpoints(files: &[File]) -> Result<Vec<EndpointFixture>, CaseError> {
    let pages = files.iter().filter(|file| file.below("endpoints").is_some());
    pages.map(from_json).collect()
}

fn from_json<T: serde::de::DeserializeOwned>(file: &File) -> Result<T, CaseError> {
    serde_json::from_str(&file.text).map_err(|error| CaseError {
        file: file.name.clone(),
        position: u64::try_from(error.line()).ok().zip(u64::try_from(error.column()).ok()),
        message: error.to_string(),
    })
}

/// What is noted of the examples: by operation and name, with the file that says it.
type Notes<'a> = BTreeMap<(Operation, String), (&'a str, ExampleNote)>;

fn examples(
    files: &[File],
    preconditions: &Preconditions,
    known: &Known,
) -> Result<Vec<Case>, CaseError> {
    let notes = notes(files)?;
    let mut used = BTreeSet::new();
    let mut cases = Vec::new();
    for file in files.iter().filter(|file| file.below("examples").is_some()) {
        let fixture: ExampleFixture = from_json(file)?;
        let key = (fixture.operation, fixture.name.clone());
        let note = notes.get(&key);
        used.insert(key);
        let Some((noted, note)) = note else {
            let message = "no file in preconditions/ says what must be there for this example";
            return Err(CaseError::in_file(&file.name, message));
        };
        let place = Place { file: file.name.clone(), line: 1 };
        cases.push(build_example(noted, note, &fixture, place, preconditions, known)?);
    }
    if let Some(((operation, name), (noted, _))) = notes.iter().find(|(key, _)| !used.contains(key))
    {
        let message = format!("there is no example [{name}] of [{operation}]");
        return Err(CaseError::in_file(noted, message));
    }
    Ok(cases)
}

fn notes(files: &[File]) -> Result<Notes<'_>, CaseError> {
    let mut notes = Notes::new();
    let written = files.iter().filter(|file| file.path != NAMED);
    for file in written.filter(|file| file.below("preconditions").is_some()) {
        let parsed = parse_example_notes(&file.name, &file.text)?;
        let operation = operation(&file.name, &parsed.operation)?;
        for note in parsed.examples {
            for name in &note.names {
                let key = (operation, name.value.clone());
                if notes.insert(key, (file.name.as_str(), note.clone())).is_some() {
                    let message = format!("example [{}] is there twice", name.value);
                    return Err(CaseError::at(&file.name, name.referenced, message));
                }
            }
        }
    }
    Ok(notes)
}

fn unique<'c>(cases: impl Iterator<Item = (&'c String, &'c Place)>) -> Result<(), CaseError> {
    let mut seen = BTreeMap::new();
    for (id, place) in cases {
        if let Some(first) = seen.insert(id, place) {
            return Err(CaseError {
                file: place.file.clone(),
                position: Some((place.line, 1)),
                message: format!("another case is called [{id}] too, at {first}"),
            });
        }
    }
    Ok(())
}
