//! What several clients do at once.

use api_types::{
    endpoint::Operation,
    json::{Json, Object},
};
use fastrand::Rng;

use crate::fuzz::{
    generate::{Generator, Plan},
    step::{Action, Label, Ref, Step, Template},
};

/// Steps before, and steps of several clients at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// One after the other, before the clients begin.
    pub before: Vec<Step>,
    /// The steps of each client.
    pub clients: Vec<Vec<Step>>,
}

/// The most steps of a client.
const MOST: usize = 4;

impl Scenario {
    /// Makes up the scenario of this number.
    #[must_use]
    pub fn new(plan: &Plan, seed: u64, case: u64, clients: usize) -> Self {
        let mut rng = Rng::with_seed(seed ^ case.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        let mut steps = Vec::new();
        let mut add = |template: Template| {
            let label = Label::try_from(steps.len()).unwrap_or(Label::MAX);
            steps.push(Step { label, action: Action::Call(template) });
            label
        };
        let connectors: Vec<Ref> = (0..1 + rng.usize(..2))
            .map(|number| Ref::Named(format!("{}c{number}", plan.prefix)))
            .collect();
        for (number, connector) in connectors.iter().enumerate() {
            add(connector_put(plan, connector, number));
        }
        let mut jobs = Vec::new();
        for _ in 0..rng.usize(..3) {
            let connector = connectors.get(rng.usize(..connectors.len())).cloned();
            let body = Some(Json::Object(Object::new()));
            let post = Template { connector, body, ..Template::of(Operation::SyncJobPost, None) };
            let job = Ref::Made(add(post));
            if rng.bool() {
                let body = Json::Object(Object::new().with("worker_hostname", "w0"));
                let claim = Template::of(Operation::SyncJobClaim, Some(job.clone()));
                add(Template { body: Some(body), ..claim });
            }
            jobs.push(job);
        }
        let first = Label::try_from(steps.len()).unwrap_or(Label::MAX);
        let mut generator = Generator::new(plan, rng.u64(..), case, &[]);
        let mut next = first;
        let clients = (0..clients)
            .map(|_| {
                let steps = (0..1 + rng.usize(..MOST)).map(|_| {
                    let template = generator.shared(&connectors, &jobs);
                    let label = next;
                    next += 1;
                    Step { label, action: Action::Call(template) }
                });
                steps.collect()
            })
            .collect();
        Self { before: steps, clients }
    }

    /// The same without one step.
    #[must_use]
    pub fn without(&self, label: Label) -> Self {
        let kept = |steps: &Vec<Step>| {
            let is_free = |step: &&Step| {
                step.label != label && !step.refs().any(|it| *it == Ref::Made(label))
            };
            steps.iter().filter(is_free).cloned().collect::<Vec<Step>>()
        };
        let clients = self.clients.iter().map(kept).filter(|steps| !steps.is_empty());
        Self { before: kept(&self.before), clients: clients.collect() }
    }

    /// The numbers of all steps.
    pub fn labels(&self) -> impl Iterator<Item = Label> {
        self.before.iter().chain(self.clients.iter().flatten()).map(|step| step.label)
    }
}

fn connector_put(plan: &Plan, connector: &Ref, number: usize) -> Template {
    let body = Object::new()
        .with("index_name", format!("{}i{number}", plan.prefix))
        .with("service_type", "s3");
    let put = Template::of(Operation::Put, Some(connector.clone()));
    Template { body: Some(Json::Object(body)), ..put }
}
