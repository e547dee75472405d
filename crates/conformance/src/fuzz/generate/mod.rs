//! Makes up steps: invalid ones as often as valid ones, on things that are there, deleted, or never
//! were, and towards pairs that nobody visited yet.

mod bodies;
mod filtering;
mod simple;

use api_types::{
    endpoint::{Family, Operation},
    json::{Json, Object},
};
use fastrand::Rng;

use self::bodies::Bodies;
use super::{
    model::{JOBS, Model},
    step::{Action, Ids, Label, Ref, Step, Template, Thing},
    visits::{self, CONNECTOR_OPERATIONS, JOB_OPERATIONS, Pair, connector_state, job_state},
};

/// What sequences are made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// In front of every id and index name that is made up.
    pub prefix: String,
    /// The longest sequence, in steps.
    pub steps: usize,
    /// The operations that may be called.
    pub operations: Vec<Operation>,
    /// Whether the server may be emptied in between.
    pub resets: bool,
}

impl Plan {
    /// All operations that the model knows.
    #[must_use]
    pub fn all_operations() -> Vec<Operation> {
        let not_modelled = [
            Operation::SecretPost,
            Operation::SecretPut,
            Operation::SecretGet,
            Operation::SecretDelete,
        ];
        let connectors = Operation::of(Family::Connectors);
        let modelled = connectors.filter(|it| !not_modelled.contains(it));
        modelled.chain([Operation::DocumentUpdate]).collect()
    }
}

/// Makes up one sequence.
#[derive(Debug)]
pub struct Generator<'p> {
    plan: &'p Plan,
    rng: Rng,
    wanted: &'p [Pair],
    next: Label,
    /// The steps that are left.
    left: usize,
}

/// How many connectors a sequence names.
const NAMES: usize = 3;

impl<'p> Generator<'p> {
    /// The sequence of this number; `wanted` are pairs to go for.
    #[must_use]
    pub fn new(plan: &'p Plan, seed: u64, case: u64, wanted: &'p [Pair]) -> Self {
        let mut rng = Rng::with_seed(seed ^ case.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let longest = plan.steps.max(1);
        // A few are much longer than the rest.
        let left = if rng.u8(..64) == 0 { longest * 4 } else { rng.usize(1..=longest) };
        Self { plan, rng, wanted, next: 0, left }
    }

    /// The next step, given what the server has now.
    pub fn step(&mut self, model: &Model, ids: &Ids) -> Option<Step> {
        self.left = self.left.checked_sub(1)?;
        let label = self.next;
        self.next += 1;
        if self.plan.resets && self.rng.u16(..400) == 0 {
            return Some(Step { label, action: Action::Reset });
        }
        let template = self.template(model, ids);
        Some(Step { label, action: Action::Call(template) })
    }

    fn template(&mut self, model: &Model, ids: &Ids) -> Template {
        let has_connector = model.connectors().next().is_some();
        let has_job = model.jobs().next().is_some();
        let draw = self.rng.u8(..100);
        if (!has_connector && draw < 70) || draw < 6 {
            return self.creation();
        }
        if (has_connector && !has_job && draw < 40) || draw < 16 {
            return self.job(model, ids);
        }
        if draw < 22 {
            return self.list(model, ids);
        }
        let steered = if draw < 50 { self.steered(model, ids) } else { None };
        steered.unwrap_or_else(|| self.any(model, ids))
    }

    fn allowed(&self, operation: Operation) -> bool {
        self.plan.operations.contains(&operation)
    }

    fn chosen_name(&mut self) -> Ref {
        let prefix = &self.plan.prefix;
        Ref::Named(match self.rng.usize(..NAMES * 4 + 1) {
            0 => format!("{prefix}a/b é"),
            number => format!("{prefix}c{}", number % NAMES),
        })
    }

    fn creation(&mut self) -> Template {
        let operation = if self.rng.u8(..5) == 0 { Operation::Post } else { Operation::Put };
        let id = (operation == Operation::Put && self.rng.u8(..16) > 0).then(|| self.chosen_name());
        let body = self.bodies().creation();
        Template { body, ..Template::of(operation, id) }
    }

    fn job(&mut self, model: &Model, ids: &Ids) -> Template {
        let connector = self.connector(model, ids);
        let body = self.bodies().job();
        Template { connector: Some(connector), body, ..Template::of(Operation::SyncJobPost, None) }
    }

    fn list(&mut self, model: &Model, ids: &Ids) -> Template {
        let is_jobs = self.rng.bool();
        let operation = if is_jobs { Operation::SyncJobList } else { Operation::List };
        let mut template = Template::of(operation, None);
        if is_jobs && self.rng.u8(..3) == 0 {
            template.connector = Some(self.connector(model, ids));
        }
        template.query = self.bodies().list_query(is_jobs);
        template
    }

    /// A connector: mostly one that is there.
    fn connector(&mut self, model: &Model, ids: &Ids) -> Ref {
        let count = model.connectors().count();
        if count > 0 && self.rng.u8(..8) > 0 {
            let chosen = self.rng.usize(..count);
            if let Some(reference) = ids.nth(model.connectors(), chosen) {
                return reference;
            }
        }
        self.chosen_name()
    }

    /// A job: mostly one that is there, sometimes one that was, or a connector's id.
    fn a_job(&mut self, model: &Model, ids: &Ids) -> Ref {
        let count = model.jobs().count();
        if count > 0 && self.rng.u8(..10) > 0 {
            let chosen = self.rng.usize(..count);
            if let Some(reference) = ids.nth(model.jobs(), chosen) {
                return reference;
            }
        }
        let made: Vec<Label> = ids.iter().map(|(label, _)| label).collect();
        match self.rng.usize(..=made.len()) {
            0 => Ref::Named(format!("{}no-job", self.plan.prefix)),
            number => made.get(number - 1).map_or_else(|| self.chosen_name(), |it| Ref::Made(*it)),
        }
    }

    /// A pair that was never visited, if one can be reached now.
    fn steered(&mut self, model: &Model, ids: &Ids) -> Option<Template> {
        if self.wanted.is_empty() {
            return None;
        }
        let (state, name) = *self.wanted.get(self.rng.usize(..self.wanted.len()))?;
        let (operation, status) =
            name.split_once(' ').map_or((name, None), |(name, status)| (name, Some(status)));
        let operation = Operation::from_name(operation).filter(|it| self.allowed(*it))?;
        let is_job = JOB_OPERATIONS.contains(&operation);
        let found = if is_job {
            ids.nth(model.jobs().filter(|id| job_state(model, id) == Some(state)), 0)
        } else {
            ids.nth(model.connectors().filter(|id| connector_state(model, id) == Some(state)), 0)
        };
        let id = match found {
            Some(id) => id,
            None if state == "missing" => Ref::Named(format!("{}never", self.plan.prefix)),
            None => return None,
        };
        if let Some(status) = status {
            let body = Object::new().with("status", status.to_owned());
            let body = Some(Json::Object(body));
            return Some(Template { body, ..Template::of(operation, Some(id)) });
        }
        Some(self.on(operation, id))
    }

    /// Any operation on anything.
    fn any(&mut self, model: &Model, ids: &Ids) -> Template {
        let has_jobs = model.jobs().next().is_some();
        let is_job = if has_jobs { self.rng.u8(..100) < 55 } else { self.rng.u8(..100) < 5 };
        if is_job {
            let operation = self.job_operation();
            let id = self.a_job(model, ids);
            return self.on(operation, id);
        }
        let operation = self.connector_operation();
        let id = self.connector(model, ids);
        self.on(operation, id)
    }

    fn job_operation(&mut self) -> Operation {
        let weighted = [
            (Operation::SyncJobGet, 4),
            (Operation::SyncJobDelete, 1),
            (Operation::SyncJobCheckIn, 2),
            (Operation::SyncJobCancel, 5),
            (Operation::SyncJobClaim, 5),
            (Operation::SyncJobError, 4),
            (Operation::SyncJobUpdateStats, 5),
            (Operation::DocumentUpdate, 3),
        ];
        self.weighted(&weighted)
    }

    fn connector_operation(&mut self) -> Operation {
        let mut weighted: Vec<(Operation, u32)> =
            CONNECTOR_OPERATIONS.iter().map(|operation| (*operation, 2)).collect();
        weighted.push((Operation::UpdateStatus, 8));
        weighted.push((Operation::Get, 3));
        weighted.push((Operation::UpdateFiltering, 2));
        weighted.push((Operation::UpdateActiveFiltering, 2));
        self.weighted(&weighted)
    }

    /// One of those that are allowed; get if none is.
    fn weighted(&mut self, weighted: &[(Operation, u32)]) -> Operation {
        let allowed = |it: &&(Operation, u32)| self.plan.operations.contains(&it.0);
        let total: u32 = weighted.iter().filter(allowed).map(|(_, weight)| weight).sum();
        if total == 0 {
            return Operation::Get;
        }
        let mut draw = self.rng.u32(..total);
        for (operation, weight) in weighted.iter().filter(|it| self.allowed(it.0)) {
            match draw.checked_sub(*weight) {
                Some(left) => draw = left,
                None => return *operation,
            }
        }
        Operation::Get
    }

    /// An operation with a body and parameters that suit it, or nearly.
    fn on(&mut self, operation: Operation, id: Ref) -> Template {
        let body = self.bodies().of(operation);
        let query = self.bodies().query(operation);
        let index = (operation == Operation::DocumentUpdate).then(|| JOBS.to_owned());
        Template { operation, index, id: Some(id), connector: None, query, body }
    }

    /// A call on something that several clients share.
    pub fn shared(&mut self, connectors: &[Ref], jobs: &[Ref]) -> Template {
        let is_job = !jobs.is_empty() && self.rng.u8(..100) < 55;
        let all = if is_job { jobs } else { connectors };
        let chosen = self.rng.usize(..all.len().max(1));
        let Some(id) = all.get(chosen).cloned() else { return self.creation() };
        match self.rng.u8(..12) {
            0 => self.creation(),
            1 => {
                let connector = connectors.first().cloned();
                let body = self.bodies().job();
                Template { connector, body, ..Template::of(Operation::SyncJobPost, None) }
            }
            _ if is_job => {
                let operation = self.job_operation();
                self.on(operation, id)
            }
            _ => {
                let operation = self.connector_operation();
                self.on(operation, id)
            }
        }
    }

    const fn bodies(&mut self) -> Bodies<'_> {
        Bodies { rng: &mut self.rng, plan: self.plan }
    }
}

/// The simplest bodies of an operation, for the shrinker: the simplest first.
#[must_use]
pub fn simplest(operation: Operation, prefix: &str) -> Vec<Option<Json>> {
    simple::simplest(operation, prefix)
}

/// Steps that lead far at once, for the shrinker: on the things that a sequence is about, and on a
/// `fresh` connector.
#[must_use]
pub fn shortcuts(steps: &[Step], fresh: &Ref, prefix: &str) -> Vec<Template> {
    let refs = || steps.iter().flat_map(Step::refs).cloned();
    let is_made_job = |reference: &Ref| {
        let mut makers = steps.iter().filter(|step| step.makes() == Some(Thing::Job));
        matches!(reference, Ref::Made(label) if makers.any(|step| step.label == *label))
    };
    let mut connectors: Vec<Ref> = Vec::new();
    for reference in refs().filter(|reference| matches!(reference, Ref::Named(_))) {
        if !connectors.contains(&reference) {
            connectors.push(reference);
        }
    }
    connectors.truncate(2);
    connectors.push(fresh.clone());
    let job = refs().find(is_made_job);
    connectors.iter().flat_map(|it| simple::shortcuts(it, job.as_ref(), prefix)).collect()
}

/// Other values that a parameter may have, for the shrinker, with the place of the parameter.
#[must_use]
pub fn other_values(call: &Template) -> Vec<(usize, String)> {
    let values = |name: &str| match name {
        "status" => ["pending", "in_progress", "canceled", "error"].as_slice(),
        "from" | "size" => ["0", "1", "2"].as_slice(),
        "job_type" => ["full", "incremental", "access_control"].as_slice(),
        _ => [].as_slice(),
    };
    let of = |(place, (name, _)): (usize, &(String, String))| {
        let values = values(name).iter();
        values.map(|value| (place, (*value).to_owned())).collect::<Vec<_>>()
    };
    call.query.iter().enumerate().flat_map(of).collect()
}

/// The pairs that a set of operations can visit.
#[must_use]
pub fn reachable(operations: &[Operation]) -> Vec<Pair> {
    let mut pairs = visits::connector_pairs();
    pairs.extend(visits::job_pairs());
    let is_allowed = |name: &str| {
        let name = name.split(' ').next().unwrap_or(name);
        operations.iter().any(|operation| operation.name() == name)
    };
    pairs.retain(|(_, name)| is_allowed(name));
    pairs
}
