//! Plays steps against a target and judges each answer by the model.

use api_types::endpoint::Operation;

use super::{
    invariants,
    model::{Mismatch, Model, Window},
    step::{Action, Ids, Label, Step, Template},
    target::{Answer, Request, Target, TargetError},
    trace::Trace,
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
        format!("{} {} {}", self.rule, self.plain_place(), self.answer.status)
    }

    /// In a line.
    #[must_use]
    pub fn told(&self) -> String {
        let Self { rule, mismatch: Mismatch { place, expected, actual }, request, .. } = self;
        let rule = if rule.is_empty() { String::new() } else { format!(" ({rule})") };
        let Request { method, target, .. } = request;
        format!("{method} {target}: {place}{rule} has to be {expected} and is {actual}")
    }

    /// Whether both are the same mistake, as far as that can be told. A document may be shown alone
    /// or in a list.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let is_same_rule = self.rule == other.rule || self.is_of_document();
        is_same_rule && self.answer.status == other.answer.status && self.member() == other.member()
    }

    fn plain_place(&self) -> String {
        let parts = self.mismatch.place.split('/');
        let parts = parts.filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
        parts.collect::<Vec<_>>().join("/")
    }

    /// Whether the answer has the right status and a member is wrong in it.
    fn is_of_document(&self) -> bool {
        self.answer.status < 300 && self.mismatch.place.starts_with('/')
    }

    /// The place in the document.
    fn member(&self) -> String {
        let place = self.plain_place();
        place.strip_prefix("results/").map_or(place.clone(), str::to_owned)
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
    /// What was said, if that is to be written down.
    pub trace: Option<Trace>,
}

impl<'t, T: Target> Player<'t, T> {
    /// An empty server.
    ///
    /// # Errors
    /// If it cannot be emptied.
    pub fn new(target: &'t mut T) -> Result<Self, TargetError> {
        target.clear()?;
        let model = if target.is_alone() { Model::empty() } else { Model::shared() };
        Ok(Self { target, model, ids: Ids::default(), calls: 0, trace: None })
    }

    /// Plays a step.
    ///
    /// # Errors
    /// If the answer is wrong or there is none.
    pub fn step(&mut self, step: &Step, visits: &mut Visits) -> Result<(), Stop> {
        match &step.action {
            Action::Reset => {
                self.target.clear()?;
                self.trace.iter_mut().for_each(Trace::reset);
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
        self.trace.iter_mut().for_each(|trace| trace.exchange(&request, &answer));
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
                self.trace.iter_mut().for_each(|trace| trace.wrong(rule, &mismatch));
                Err(Stop::Violation(Box::new(Violation { rule, mismatch, request, answer })))
            }
        }
    }

    /// Reads everything there is: the steps that do so.
    #[must_use]
    pub fn looks(&self, first: Label) -> Vec<Step> {
        let connectors = self.ids.in_order(self.model.connectors()).into_iter().map(|id| {
            let mut look = Template::of(Operation::Get, Some(id));
            look.query.push(("include_deleted".to_owned(), "true".to_owned()));
            look
        });
        let jobs = self.ids.in_order(self.model.jobs()).into_iter();
        let jobs = jobs.map(|id| Template::of(Operation::SyncJobGet, Some(id)));
        let lists = [Operation::List, Operation::SyncJobList];
        let lists = lists.map(|operation| Template::of(operation, None));
        connectors
            .chain(jobs)
            .chain(lists)
            .zip(first..)
            .map(|(template, label)| Step { label, action: Action::Call(template) })
            .collect()
    }

    /// Plays a sequence and then reads everything. The steps up to the one that was answered
    /// wrongly, and what was wrong.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn all(&mut self, steps: &[Step]) -> Result<Option<(Vec<Step>, Violation)>, TargetError> {
        let mut visits = Visits::default();
        for (at, step) in steps.iter().enumerate() {
            match self.step(step, &mut visits) {
                Ok(()) => {}
                Err(Stop::NoAnswer(error)) => return Err(error),
                Err(Stop::Violation(violation)) => {
                    let played = steps.iter().take(at + 1).cloned().collect();
                    return Ok(Some((played, *violation)));
                }
            }
        }
        let next = steps.iter().map(|step| step.label + 1).max().unwrap_or_default();
        for look in self.looks(next) {
            match self.step(&look, &mut visits) {
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
    Player::new(target)?.all(steps)
}
