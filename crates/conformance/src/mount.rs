//! Documented answers for a [`wiremock::MockServer`]: the requests of the examples and cases, and
//! what Elasticsearch answers to them, byte for byte.
//!
//! The documentation gives few answers and the cases only what matters of theirs, so each fixture
//! is played against a mock of this crate's own: what it answers is whole, and is judged by the
//! case before it is used.

mod matching;
mod play;

use std::{collections::BTreeSet, sync::OnceLock};

use api_types::endpoint::Operation;
use wiremock::{Mock, MockServer, ResponseTemplate};

pub use self::play::PlayError;
use self::{matching::Matching, play::play};
use crate::{
    case::{Case, Step},
    exchange::{Answer, Request},
    suggest::did_you_mean,
    suite::{Suite, SuiteError},
};

/// What the ids of the examples begin with, beside those of the cases.
const EXAMPLES: &str = "examples/";

/// A request and its answer: an example of the documentation or a case of the contract.
///
/// It answers requests with the same method, path, query, headers of its own, and body as JSON. An
/// id that the server generates may be any id; an id that is written out must be that one, unless
/// [`Fixture::with_any_id`] says otherwise.
#[derive(Clone, Debug)]
pub struct Fixture {
    id: String,
    request: Request,
    answer: Answer,
    matching: Matching,
}

/// Why there is no fixture.
#[derive(Debug, thiserror::Error)]
pub enum FixtureError {
    /// Nothing has the name.
    #[error("no fixture is called [{name}]{hint}; Fixture::names() has all names")]
    Unknown {
        /// The name.
        name: String,
        /// The nearest one.
        hint: String,
    },
    /// There is no such operation.
    #[error("[{name}] is no operation of the Connector APIs{hint}")]
    Operation {
        /// The name.
        name: String,
        /// The nearest one.
        hint: String,
    },
    /// No fixture of the operation has the status.
    #[error("no fixture answers {operation} with {status}; there are fixtures for {statuses}")]
    Status {
        /// The operation.
        operation: Operation,
        /// The status.
        status: u16,
        /// Those that there are.
        statuses: String,
    },
    /// The fixtures cannot be read, which a test excludes.
    #[error("{0}")]
    Suite(&'static SuiteError),
    /// The fixture cannot be played, which a test excludes.
    #[error("the fixture [{id}] cannot be played: {cause}")]
    Play {
        /// The fixture.
        id: String,
        /// What happened.
        #[source]
        cause: PlayError,
    },
}

/// The cases, read once.
fn suite() -> Result<&'static Suite, FixtureError> {
    static SUITE: OnceLock<Result<Suite, SuiteError>> = OnceLock::new();
    SUITE.get_or_init(Suite::embedded).as_ref().map_err(FixtureError::Suite)
}

/// The name of a case: that of an example goes without the directory.
fn name(case: &Case) -> &str {
    case.id.strip_prefix(EXAMPLES).unwrap_or(&case.id)
}

impl Fixture {
    /// The fixture of that name: an example, `sync_job_cancel/docs-1`, or a case,
    /// `sync_job_cancel/a-running-job-becomes-canceling`.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(wanted: &str) -> Result<Self, FixtureError> {
        let suite = suite()?;
        let found = suite.cases.iter().find(|case| case.id == wanted || name(case) == wanted);
        found.map_or_else(
            || {
                let hint = did_you_mean(wanted, suite.cases.iter().map(name));
                Err(FixtureError::Unknown { name: wanted.to_owned(), hint })
            },
            Self::of_case,
        )
    }

    /// The first fixture in which the operation, `connector.get`, is answered with the status;
    /// examples of the documentation come first.
    ///
    /// # Errors
    /// If there is no such operation, or no fixture with that status.
    pub fn of(operation: &str, status: u16) -> Result<Self, FixtureError> {
        let Some(operation) = Operation::from_name(operation) else {
            let hint = did_you_mean(operation, Operation::ALL.iter().map(|one| one.name()));
            return Err(FixtureError::Operation { name: operation.to_owned(), hint });
        };
        let calls = move |case: &&Case| {
            let row = case.judged_step().and_then(Step::endpoint);
            row.is_some_and(|row| row.operation == operation)
        };
        let own = || -> Result<_, FixtureError> { Ok(suite()?.cases.iter().filter(calls)) };
        if let Some(case) = own()?.find(|case| case.status() == status) {
            return Self::of_case(case);
        }
        let statuses: BTreeSet<u16> = own()?.map(Case::status).collect();
        let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
        Err(FixtureError::Status { operation, status, statuses: statuses.join(", ") })
    }

    /// The names of all fixtures.
    ///
    /// # Errors
    /// If the fixtures cannot be read, which a test excludes.
    pub fn names() -> Result<impl Iterator<Item = &'static str>, FixtureError> {
        Ok(suite()?.cases.iter().map(name))
    }

    fn of_case(case: &'static Case) -> Result<Self, FixtureError> {
        let failed = |cause| FixtureError::Play { id: case.id.clone(), cause };
        let (step, request, answer) = play(case).map_err(failed)?;
        let matching = Matching::new(&step.request, &request);
        Ok(Self { id: name(case).to_owned(), request, answer, matching })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.id
    }

    /// The request that is answered.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// The answer.
    #[must_use]
    pub const fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Answers whatever the ids in the path are.
    #[must_use]
    pub fn with_any_id(mut self) -> Self {
        self.matching.allow_any_id(&self.request);
        self
    }

    /// The same for `wiremock`: to be mounted, to be expected so many times, and so on. The status
    /// and the headers are as they came, `x-elastic-product` among them.
    pub fn mock(&self) -> Mock {
        let mut response = ResponseTemplate::new(self.answer.status);
        let mut media_type = "";
        for (name, value) in &self.answer.headers {
            match name.as_str() {
                "content-type" => media_type = value,
                // These are made anew.
                "content-length" | "date" | "connection" => {}
                name => response = response.append_header(name, value.as_str()),
            }
        }
        let response = response.set_body_raw(self.answer.body.clone(), media_type);
        Mock::given(self.matching.clone()).respond_with(response).named(self.id.clone())
    }

    /// Has the server answer so from now on.
    pub async fn mount(&self, server: &MockServer) {
        self.mock().mount(server).await;
    }
}
