//! `GET /_mock/machines`: the two state machines as the server knows them, from the tables that it
//! works with itself.

use std::fmt::{Debug, Display};

use api_types::{
    Effect, Next, WireEnum,
    connector::ConnectorStatus,
    json::{Json, Object},
    sync_job::SyncStatus,
};

use crate::reply::Reply;

/// Statuses with their successors, and what operations do to a status.
pub(in crate::host) fn machines() -> Reply {
    let connector = machine(ConnectorStatus::successors, ConnectorStatus::EFFECTS);
    let sync_job = machine(SyncStatus::successors, SyncStatus::EFFECTS);
    Reply::value(200, Object::new().with("connector", connector).with("sync_job", sync_job))
}

fn machine<S>(successors: fn(S) -> &'static [S], effects: &[Effect<S>]) -> Object
where
    S: WireEnum + Debug + Display,
{
    let statuses: Vec<Json> = S::ALL
        .iter()
        .map(|status| {
            let next: Vec<Json> =
                successors(*status).iter().map(|to| Json::from(to.as_str())).collect();
            Json::Object(Object::new().with("name", status.as_str()).with("successors", next))
        })
        .collect();
    let effects: Vec<Json> = effects.iter().map(|it| Json::Object(effect(it))).collect();
    Object::new().with("statuses", statuses).with("effects", effects)
}

/// What operations do: `new` makes the document with this status, `asked` sets the status that the
/// request names if the machine has the step, `checked` does what `after` says and refuses what it
/// has no status for, `set` does what it says without asking the machine.
fn effect<S>(effect: &Effect<S>) -> Object
where
    S: WireEnum + Debug + Display,
{
    let operations: Vec<Json> =
        effect.operations.iter().map(|operation| Json::from(operation.name())).collect();
    let after = |step: &dyn Fn(S) -> Option<S>| {
        let mut after = Object::new();
        for from in S::ALL {
            after.insert(from.as_str(), step(*from).map_or(Json::Null, |to| to.as_str().into()));
        }
        after
    };
    let object = Object::new()
        .with("operations", operations)
        .with("when", effect.when.map_or(Json::Null, Json::from))
        .with("rule", effect.rule);
    match effect.next {
        Next::New(status) => object.with("kind", "new").with("status", status.as_str()),
        Next::Asked => object.with("kind", "asked"),
        Next::Checked(step) => {
            object.with("kind", "checked").with("after", after(&|from| step(from).ok()))
        }
        Next::Set(step) => {
            object.with("kind", "set").with("after", after(&|from| Some(step(from))))
        }
    }
}
