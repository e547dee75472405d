//! A sequence of calls as data. What one step makes, later ones refer to by that step, so that
//! leaving out a step never changes what the others mean.

use std::collections::BTreeMap;

use api_types::{
    endpoint::Operation,
    json::{Json, Object},
};

use super::model::Call;

/// The number of a step. It stays the same when other steps are left out.
pub type Label = u32;

/// Which connector or job is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ref {
    /// The one of this id, which the client chose.
    Named(String),
    /// The one that a step made, with an id that the server chose.
    Made(Label),
}

/// A call that may refer to what other steps make.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The operation.
    pub operation: Operation,
    /// The index in the path, if the operation has one.
    pub index: Option<String>,
    /// What the path names.
    pub id: Option<Ref>,
    /// The connector that the body (`connector.sync_job_post`) or a parameter
    /// (`connector.sync_job_list`) names.
    pub connector: Option<Ref>,
    /// Other parameters.
    pub query: Vec<(String, String)>,
    /// The body, without what `connector` says.
    pub body: Option<Json>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A call.
    Call(Template),
    /// Empties the server.
    Reset,
}

/// A step of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its number.
    pub label: Label,
    /// What it does.
    pub action: Action,
}

impl Step {
    /// The call, if it is one.
    #[must_use]
    pub const fn call(&self) -> Option<&Template> {
        match &self.action {
            Action::Call(template) => Some(template),
            Action::Reset => None,
        }
    }

    /// What the step refers to.
    pub fn refs(&self) -> impl Iterator<Item = &Ref> {
        self.call().into_iter().flat_map(|call| call.id.iter().chain(&call.connector))
    }

    /// The same, to change it.
    pub fn refs_mut(&mut self) -> impl Iterator<Item = &mut Ref> {
        let call = match &mut self.action {
            Action::Call(template) => Some(template),
            Action::Reset => None,
        };
        call.into_iter().flat_map(|call| call.id.iter_mut().chain(&mut call.connector))
    }

    /// Whether others may refer to what it makes.
    #[must_use]
    pub fn makes(&self) -> Option<Thing> {
        let call = self.call()?;
        match call.operation {
            Operation::Post => Some(Thing::Connector),
            Operation::Put if call.id.is_none() => Some(Thing::Connector),
            Operation::SyncJobPost => Some(Thing::Job),
            _ => None,
        }
    }
}

/// What can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A connector.
    Connector,
    /// A sync job.
    Job,
}

/// The ids that the server chose, by the step that made them.
#[derive(Clone, Debug, Default)]
pub struct Ids(BTreeMap<Label, String>);

impl Ids {
    /// Keeps an id. A server that was emptied may make one again that it has made before; then the
    /// earlier step is not meant any more.
    pub fn keep(&mut self, label: Label, id: &str) {
        self.0.retain(|_, known| known != id);
        self.0.insert(label, id.to_owned());
    }

    /// The step that made the id.
    #[must_use]
    pub fn made_by(&self, id: &str) -> Option<Label> {
        self.0.iter().find(|(_, known)| *known == id).map(|(label, _)| *label)
    }

    /// A reference to what has this id.
    #[must_use]
    pub fn reference(&self, id: &str) -> Ref {
        reference((self.made_by(id), id))
    }

    /// References to what has these ids, in an order that does not depend on the ids that a server
    /// chose.
    #[must_use]
    pub fn in_order<'i>(&self, ids: impl Iterator<Item = &'i str>) -> Vec<Ref> {
        self.sorted(ids).into_iter().map(reference).collect()
    }

    /// The reference in a place of that order, if there are so many.
    #[must_use]
    pub fn nth<'i>(&self, ids: impl Iterator<Item = &'i str>, place: usize) -> Option<Ref> {
        self.sorted(ids).into_iter().nth(place).map(reference)
    }

    /// The names that the client chose, then what the server made, in the order of the steps.
    fn sorted<'i>(&self, ids: impl Iterator<Item = &'i str>) -> Vec<(Option<Label>, &'i str)> {
        let mut all: Vec<(Option<Label>, &str)> = ids.map(|id| (self.made_by(id), id)).collect();
        all.sort_unstable();
        all
    }

    /// The id that is meant. What was never made has one that nothing has.
    #[must_use]
    pub fn resolve(&self, reference: &Ref) -> String {
        match reference {
            Ref::Named(name) => name.clone(),
            Ref::Made(label) => {
                self.0.get(label).cloned().unwrap_or_else(|| format!("never-made-{label}"))
            }
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Label, &str)> {
        self.0.iter().map(|(label, id)| (*label, id.as_str()))
    }
}

fn reference((label, id): (Option<Label>, &str)) -> Ref {
    label.map_or_else(|| Ref::Named(id.to_owned()), Ref::Made)
}

impl Template {
    /// A call without parameters and body.
    #[must_use]
    pub const fn of(operation: Operation, id: Option<Ref>) -> Self {
        Self { operation, index: None, id, connector: None, query: Vec::new(), body: None }
    }

    /// The call with everything filled in.
    #[must_use]
    pub fn resolve(&self, ids: &Ids) -> Call {
        let mut query = self.query.clone();
        let mut body = self.body.clone();
        if let Some(connector) = &self.connector {
            let id = ids.resolve(connector);
            if self.operation == Operation::SyncJobPost {
                let mut whole = Object::new().with("id", id);
                for (name, value) in body.iter().filter_map(Json::as_object).flat_map(Object::iter)
                {
                    whole.insert(name.to_owned(), value.clone());
                }
                body = Some(Json::Object(whole));
            } else {
                query.push(("connector_id".to_owned(), id));
            }
        }
        let id = self.id.as_ref().map(|id| ids.resolve(id));
        Call { operation: self.operation, index: self.index.clone(), id, query, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_made_again_is_that_of_the_later_step() {
        let mut ids = Ids::default();
        ids.keep(1, "a");
        ids.keep(4, "b");
        ids.keep(7, "a");
        assert_eq!(ids.reference("a"), Ref::Made(7));
        assert_eq!(
            ids.in_order(["a", "c", "b"].into_iter()),
            [Ref::Named("c".to_owned()), Ref::Made(4), Ref::Made(7)]
        );
        assert_eq!(ids.resolve(&Ref::Made(1)), "never-made-1");
    }
}
