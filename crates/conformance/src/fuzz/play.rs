//! Plays steps against a target and judges each answer by the model.

use api_types::endpoint::Operation;

use super::{
    invariants,
    model::{Mismatch, Model, Window},
    step::{Action, Ids, Label, Step, Template},
    target::{Answer, Request, Target, TargetError},
    visits::{Standing, Visits},
};

/// An answer that is not what the contract says.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The rule of the contract that says what had to come; none for what holds for every answer.
    pub rule: &'static str,
    /// What is wrong.
    pub mismatch: Mismatch,
    /// What was asked.
    pub request: Request,
    /// What came.
    pub answer: Answer,
}

impl Violation {
    /// What tells one fault from another: where the answer is wrong, without names and numbers.
    #[must_use]
    pub fn signature(&self) -> String {
        let place: Vec<&str> = self
            .mismatch
            .place
            .split('/')
            .filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()))
            .collect();
        format!("{} {} {}", self.rule, place.join("/"), self.answer.status)
    }
}

/// Why a sequence is over before its end.
#[derive(Debug)]
pub enum Stop {
    /// The server is wrong.
    Violation(Box<Violation>),
    /// There was no answer.
    NoAnswer(TargetError),
}

impl From<TargetError> for Stop {
    fn from(error: TargetError) -> Self {
        Self::NoAnswer(error)
    }
}

/// A server and what has to be in it.
#[derive(Debug)]
pub struct Player<'t, T> {
    target: &'t mut T,
    /// The state as the contract has it.
    pub model: Model,
    /// What the server made.
    pub ids: Ids,
    /// How many calls were made.
    pub calls: u64,
}

impl<'t, T: Target> Player<'t, T> {
    /// An empty server.
    ///
    /// # Errors
    /// If it cannot be emptied.
    pub fn new(target: &'t mut T) -> Result<Self, TargetError> {
        target.clear()?;
        let model = if target.is_alone() { Model::empty() } else { Model::shared() };
        Ok(Self { target, model, ids: Ids::default(), calls: 0 })
    }

    /// Plays a step.
    ///
    /// # Errors
    /// If the answer is wrong or there is none.
    pub fn step(&mut self, step: &Step, visits: &mut Visits) -> Result<(), Stop> {
        match &step.action {
            Action::Reset => {
                self.target.clear()?;
                self.model = if self.target.is_alone() { Model::empty() } else { Model::shared() };
                Ok(())
            }
            Action::Call(template) => self.call(step.label, template, visits),
        }
    }

    fn call(&mut self, label: Label, template: &Template, visits: &mut Visits) -> Result<(), Stop> {
        let call = template.resolve(&self.ids);
        let request = Request::of(&call);
        let from = self.target.now().from;
        let answer = self.target.send(&request)?;
        let until = self.target.now().until;
        self.calls += 1;
        let window = Window { from, until };
        let prediction = self.model.predict(&call, window);
        visits.note(&self.model, &call, prediction.status(), prediction.error());
        *visits.answers.entry((call.operation, answer.status)).or_default() += 1;
        let before = Standing::of(&self.model, call.operation, call.id.as_deref());
        let rule = prediction.rule;
        let judged = invariants::check(&answer).map_err(|mismatch| ("", mismatch)).and_then(|()| {
            self.model.judge(&prediction, &answer).map_err(|mismatch| (rule, mismatch))
        });
        match judged {
            Ok(judged) => {
                let id = judged.id().or(call.id.as_deref()).map(str::to_owned);
                // An id that the client chose is referred to by its name.
                if let Some(id) = judged.id().filter(|_| call.id.is_none()) {
                    self.ids.keep(label, id);
                }
                self.model.commit(prediction, judged);
                if answer.status < 300 {
                    let after = Standing::of(&self.model, call.operation, id.as_deref());
                    visits.moved(call.operation, before, after);
                }
                Ok(())
            }
            Err((rule, mismatch)) => {
                Err(Stop::Violation(Box::new(Violation { rule, mismatch, request, answer })))
            }
        }
    }

    /// Reads everything there is: the steps that do so.
    #[must_use]
    pub fn looks(&self, first: Label) -> Vec<Step> {
        let connectors = self.model.connectors().map(|id| {
            let mut look = Template::of(Operation::Get, Some(self.ids.reference(id)));
            look.query.push(("include_deleted".to_owned(), "true".to_owned()));
            look
        });
        let jobs = self
            .model
            .jobs()
            .map(|id| Template::of(Operation::SyncJobGet, Some(self.ids.reference(id))));
        let lists = [Operation::List, Operation::SyncJobList];
        let lists = lists.map(|operation| Template::of(operation, None));
        connectors
            .chain(jobs)
            .chain(lists)
            .zip(first..)
            .map(|(template, label)| Step { label, action: Action::Call(template) })
            .collect()
    }
}

/// Plays a sequence on an empty server and then reads everything. The steps up to the one that was
/// answered wrongly, and what was wrong.
///
/// # Errors
/// If there is no answer.
pub fn replay<T: Target>(
    target: &mut T,
    steps: &[Step],
) -> Result<Option<(Vec<Step>, Violation)>, TargetError> {
    let mut player = Player::new(target)?;
    let mut visits = Visits::default();
    for (at, step) in steps.iter().enumerate() {
        match player.step(step, &mut visits) {
            Ok(()) => {}
            Err(Stop::NoAnswer(error)) => return Err(error),
            Err(Stop::Violation(violation)) => {
                let played = steps.iter().take(at + 1).cloned().collect();
                return Ok(Some((played, *violation)));
            }
        }
    }
    let next = steps.iter().map(|step| step.label + 1).max().unwrap_or_default();
    for look in player.looks(next) {
        match player.step(&look, &mut visits) {
            Ok(()) => {}
            Err(Stop::NoAnswer(error)) => return Err(error),
            Err(Stop::Violation(violation)) => {
                let mut played = steps.to_vec();
                played.push(look);
                return Ok(Some((played, *violation)));
            }
        }
    }
    Ok(None)
}
