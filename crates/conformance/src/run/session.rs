//! One case being played: its variables, and what it has made on the server.

use std::collections::BTreeSet;

use api_types::{endpoint::Operation, json::Json};

use super::{Existing, Options, cleanup, errored};
use crate::{
    case::{Case, Step, VariableError, Variables},
    client::Client,
    exchange::{Answer, Request},
    judge::{Framing, Judgement, judge},
    outcome::{Failure, Outcome},
};

/// Ids that begin so belong to this program.
const OWN_PREFIX: &str = "conformance-";

/// What a case has made on the server.
#[derive(Debug, Default)]
pub(super) struct Created {
    pub(super) connectors: BTreeSet<String>,
    pub(super) sync_jobs: BTreeSet<String>,
    pub(super) secrets: BTreeSet<String>,
}

/// A case being played.
pub(super) struct Session<'a> {
    case: &'a Case,
    client: &'a Client,
    may_replace: bool,
    options: Options,
    variables: Variables,
    cleared: BTreeSet<String>,
    pub(super) created: Created,
}

/// Why a case ends before its last step.
enum Stop {
    Outcome(Outcome),
    Variable(VariableError),
}

impl From<VariableError> for Stop {
    fn from(error: VariableError) -> Self {
        Self::Variable(error)
    }
}

impl<'a> Session<'a> {
    pub(super) fn new(case: &'a Case, client: &'a Client, is_mock: bool, options: Options) -> Self {
        let mut variables = Variables::default();
        variables.keep("connector", case.connector.clone());
        Self {
            case,
            client,
            may_replace: is_mock || options.existing == Existing::Replace,
            options,
            variables,
            cleared: BTreeSet::new(),
            created: Created::default(),
        }
    }

    /// Plays the steps until one goes wrong.
    pub(super) async fn play(&mut self) -> Outcome {
        let case = self.case;
        for step in &case.steps {
            match self.step(step).await {
                Ok(()) => {}
                Err(Stop::Outcome(outcome)) => return outcome,
                Err(Stop::Variable(error)) => return errored(&step.place, None, error.to_string()),
            }
        }
        Outcome::Passed
    }

    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        let request = step.filled(&self.variables)?;
        let operation = step.endpoint().map(|row| row.operation);
        let named = match operation {
            Some(Operation::Put) => id_below("/_connector/", &request.target),
            Some(Operation::SecretPut) => id_below("/_connector/_secret/", &request.target),
            _ => None,
        };
        if let Some(id) = &named {
            match operation {
                Some(Operation::SecretPut) => self.clear_secret(id).await,
                _ => self.clear(id).await?,
            }
        }
        let answer = match self.client.send(&request).await {
            Ok(answer) => answer,
            Err(error) => {
                let message = error.to_string();
                return Err(Stop::Outcome(errored(&step.place, Some(request), message)));
            }
        };
        self.note(operation, named, &answer);
        let strictness = self.options.strictness;
        let framing = operation.map(Framing::of).unwrap_or_default();
        let judgement = judge(&step.answer, &answer, strictness, framing, &mut self.variables)?;
        if judgement.mismatches.is_empty() {
            return Ok(());
        }
        Err(Stop::Outcome(failed(step, request, answer, judgement)))
    }

    /// Makes sure that a connector the case is about to make is not there from an earlier run.
    async fn clear(&mut self, id: &str) -> Result<(), Stop> {
        if !self.cleared.insert(id.to_owned()) || self.created.connectors.contains(id) {
            return Ok(());
        }
        if !self.may_replace
            && !id.starts_with(OWN_PREFIX)
            && cleanup::exists(self.client, id).await
        {
            let reason = format!(
                "the server already has a connector [{id}]; --replace-existing lets the examples delete it"
            );
            return Err(Stop::Outcome(Outcome::Skipped(reason)));
        }
        cleanup::delete_connector(self.client, id, cleanup::Jobs::Too).await;
        Ok(())
    }

    /// The same for a secret. Secrets that are not this program's are never touched.
    async fn clear_secret(&self, id: &str) {
        if id.starts_with(OWN_PREFIX) && !self.created.secrets.contains(id) {
            cleanup::delete_secret(self.client, id).await;
        }
    }

    /// Remembers what the request made.
    fn note(&mut self, operation: Option<Operation>, named: Option<String>, answer: &Answer) {
        if !matches!(answer.status, 200 | 201) {
            return;
        }
        let body = Json::parse(&answer.body).unwrap_or_default();
        let id = body.get("id").and_then(Json::as_str).map(str::to_owned);
        match operation {
            Some(Operation::Put | Operation::Post) => {
                self.created.connectors.extend(named);
                self.created.connectors.extend(id);
            }
            Some(Operation::SyncJobPost) => self.created.sync_jobs.extend(id),
            Some(Operation::SecretPost) => self.created.secrets.extend(id),
            Some(Operation::SecretPut) => self.created.secrets.extend(named),
            _ => {}
        }
    }
}

fn failed(step: &Step, request: Request, answer: Answer, judgement: Judgement) -> Outcome {
    let (place, precondition) = (step.place.clone(), step.precondition.clone());
    Outcome::Failed(Box::new(Failure { place, precondition, request, answer, judgement }))
}

/// The id in `/_connector/ID` or `/_connector/_secret/ID`.
fn id_below(prefix: &str, target: &str) -> Option<String> {
    let path = target.split('?').next().unwrap_or_default();
    let id = path.strip_prefix(prefix)?.trim_end_matches('/');
    (!id.is_empty()).then(|| id.to_owned())
}
