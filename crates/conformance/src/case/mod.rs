//! Cases: requests and the answers that the contract or the documentation expects, as data.
//!
//! A case knows no server and no socket; `run` plays it, `judge` judges the answers.

mod build;
mod check;
mod client_case;
mod client_file;
mod envelope;
mod error;
mod file;
mod placeholder;
mod variables;

use std::fmt;

use api_types::{
    Version,
    endpoint::{Endpoint, Method, Operation},
    json::{Json, Object},
};

pub(crate) use self::{
    build::{Preconditions, build_cases, build_example, operation},
    check::Known,
    client_case::{WITHIN_REASON, Wait, build_client_cases},
    envelope::error_envelope,
    file::{ExampleNote, parse, parse_case_file, parse_example_notes, parse_preconditions},
    placeholder::timestamp,
    variables::expand_json,
};
pub use self::{
    client_case::{Attempts, ClientCase, Event, Expected},
    error::CaseError,
    placeholder::{Placeholder, PlaceholderError, Shape},
    variables::{VariableError, Variables},
};
use crate::exchange::Request;

/// Requests that belong together, with the answers they must get.
#[derive(Clone, Debug)]
pub struct Case {
    /// The unique name, `sync_job_cancel/a-running-job-becomes-canceling`.
    pub id: String,
    /// What the case shows, as a sentence.
    pub name: String,
    /// Whether it is a case file's or an example of the documentation.
    pub kind: CaseKind,
    /// The operation it is about.
    pub operation: Operation,
    /// Where it is written.
    pub place: Place,
    /// The rules of the contract that it proves.
    pub proves: Vec<String>,
    /// Where the documentation says what it expects, `page.asciidoc:26`.
    pub pages: Vec<String>,
    /// The recorded differences between documentation and server that it shows.
    pub documented: Vec<String>,
    /// Which servers it can be played against.
    pub needs: Needs,
    /// The first version that answers so, if that is not the operation's own first version.
    pub since: Option<Version>,
    /// The id that `$connector` stands for.
    pub connector: String,
    /// The requests, those that make the precondition first.
    pub steps: Vec<Step>,
}

/// Where a case comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseKind {
    /// A case file.
    Case,
    /// An example of the documentation.
    Example,
}

/// Which servers a case can be played against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Any, whatever else it holds.
    AnyServer,
    /// One that has never held a connector or a sync job: only a mock can be made so.
    EmptyServer,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, from the repository's root.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// One request and the answer it must get.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it is written.
    pub place: Place,
    /// The precondition it belongs to; `None` for a step of the case itself.
    pub precondition: Option<String>,
    /// The request; `$name` in it stands for a variable.
    pub request: RequestTemplate,
    /// The answer.
    pub answer: ExpectedAnswer,
}

impl Step {
    /// The row of the endpoint table that the request calls.
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static Endpoint> {
        let method = Method::from_name(&self.request.method)?;
        let path = self.request.target.split('?').next().unwrap_or_default();
        Endpoint::find(method, path)
    }
}

impl Step {
    /// The request with its variables filled in.
    ///
    /// # Errors
    /// If a variable has no value yet.
    pub(crate) fn filled(&self, variables: &Variables) -> Result<Request, VariableError> {
        let template = &self.request;
        let target = variables.expand(&template.target)?;
        let mut headers = Vec::new();
        for (name, value) in &template.headers {
            headers.push((name.clone(), variables.expand(value)?));
        }
        let body = match &template.body {
            BodyTemplate::None => None,
            BodyTemplate::Text(text) => Some(variables.expand(text)?),
            BodyTemplate::Json(body) => Some(expand_json(body, variables)?.to_compact()),
        };
        let typed = headers.iter().any(|(name, _)| name == "content-type");
        if body.is_some() && !typed {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        // An empty value says that the header is to be left out.
        headers.retain(|(_, value)| !value.is_empty());
        Ok(Request { method: template.method.clone(), target, headers, body })
    }

    /// The first version that knows the operation and its parameters.
    fn first_version(&self) -> Option<Version> {
        let row = self.endpoint()?;
        let query = self.request.target.split_once('?').map(|(_, query)| query);
        let names = query.unwrap_or_default().split('&').filter_map(|pair| pair.split('=').next());
        let known = names.filter_map(|name| row.query.iter().find(|param| param.name == name));
        known.map(|param| param.since).chain([row.since]).max()
    }
}

/// A request with variables in it.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestTemplate {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: BodyTemplate,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyTemplate {
    /// There is none.
    None,
    /// JSON, sent compact.
    Json(Json),
    /// Text, sent as it is.
    Text(String),
}

/// What an answer must be.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedAnswer {
    /// The status.
    pub status: u16,
    /// Headers beside those that every answer must have.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: ExpectedBody,
}

/// What the body of an answer must be.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpectedBody {
    /// These members and no others.
    Exactly(Json),
    /// At least `has`, in objects inside it too, and none of the dotted paths in `lacks`.
    Members {
        /// What must be there.
        has: Object,
        /// What must not be there.
        lacks: Vec<String>,
    },
    /// No bytes.
    Empty,
}

impl Case {
    /// The step that the case is about: the last one that calls its operation, if there is one
    /// outside the precondition.
    #[must_use]
    pub fn judged_step(&self) -> Option<&Step> {
        let calls =
            |step: &&Step| step.endpoint().is_some_and(|row| row.operation == self.operation);
        let own = |step: &&Step| step.precondition.is_none() && calls(step);
        let steps = &self.steps;
        steps.iter().rfind(own).or_else(|| steps.iter().rfind(calls)).or_else(|| steps.last())
    }

    /// The status that the case is about.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.judged_step().map_or(0, |step| step.answer.status)
    }

    /// The first version that can pass: the latest of the first versions of its operations and
    /// their parameters, and of `since`.
    #[must_use]
    pub fn first_version(&self) -> Version {
        let rows = self.steps.iter().filter_map(Step::first_version);
        rows.chain(self.since).max().unwrap_or(Version::OLDEST)
    }
}
