//! What the control routes do.

use api_types::{
    Version,
    json::{Json, Object},
    openapi,
};

use super::{
    Host, clock, description, faults::Change, illegal, journal, page, snapshots::Snapshot,
    space::Space, spaces, state, worker,
};
use crate::{
    error::ApiError,
    reply::Reply,
    request::RawRequest,
    store::{CONNECTORS, SYNC_JOBS},
};

/// A control route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Health,
    Reset,
    OpenApi,
    Description,
    StateGet,
    StatePut,
    ClockGet,
    ClockChange,
    SpaceList,
    SpacesDrop,
    SpaceMake,
    SpaceGet,
    SpaceDrop,
    SnapshotList,
    SnapshotSave,
    SnapshotDrop,
    SnapshotRestore,
    FaultList,
    FaultsAdd,
    FaultsReplace,
    FaultsDrop,
    FaultDrop,
    RequestList,
    RequestGet,
    RequestsClear,
    Verify,
    Events,
    WorkerGet,
    WorkerPut,
    WorkerDrop,
    Page,
    Machines,
    Documents,
    Document,
}

/// A request to a control route.
pub(super) struct Asked<'a> {
    pub(super) host: &'a Host,
    /// The space that the request names, or the first one.
    pub(super) space: &'a Space,
    pub(super) request: &'a RawRequest,
    /// What the path has in the place of `{…}`.
    pub(super) values: &'a [String],
}

pub(super) type Answered = Result<Reply, ApiError>;

pub(super) fn run(control: Control, asked: &Asked<'_>) -> Answered {
    match control {
        Control::Health => Ok(asked.health()),
        Control::Reset => {
            asked.space.reset();
            Ok(Reply::acknowledged())
        }
        Control::OpenApi => {
            Ok(Reply::value(200, openapi::document(asked.space.app.settings().version)))
        }
        Control::Description => {
            Ok(Reply::value(200, description::document(asked.space.app.settings().version)))
        }
        Control::StateGet => Ok(state::show(asked)),
        Control::StatePut => state::replace(asked),
        Control::ClockGet => Ok(clock::show(asked)),
        Control::ClockChange => asked.told("clock", clock::change(asked)),
        Control::SpaceList => Ok(asked.space_list()),
        Control::SpacesDrop => {
            let dropped = asked.host.spaces.clear();
            Ok(Reply::value(200, Object::new().with("dropped", count(dropped))))
        }
        Control::SpaceMake => asked.space_make(),
        Control::SpaceGet => asked.space_get(),
        Control::SpaceDrop => asked.space_drop(),
        Control::SnapshotList => Ok(asked.snapshot_list()),
        Control::SnapshotSave => asked.told("snapshots", asked.snapshot_save()),
        Control::SnapshotDrop => asked.told("snapshots", asked.snapshot_drop()),
        Control::SnapshotRestore => asked.snapshot_restore(),
        Control::FaultList => Ok(asked.space.faults.show()),
        Control::FaultsAdd => {
            asked.told("faults", asked.space.faults.change(Change::Add, asked.request))
        }
        Control::FaultsReplace => {
            asked.told("faults", asked.space.faults.change(Change::Replace, asked.request))
        }
        Control::FaultsDrop => asked.told("faults", Ok(asked.space.faults.drop_all())),
        Control::FaultDrop => {
            let id = asked.values.first().map_or("", String::as_str);
            asked.told("faults", asked.space.faults.drop_one(id))
        }
        Control::RequestList => journal::list(asked),
        Control::RequestGet => journal::get(asked),
        Control::RequestsClear => asked.told("requests", journal::clear(asked)),
        Control::Verify => journal::verify(asked),
        // With a connection it has been answered before (`Host::answer`).
        Control::Events => journal::subscribe(asked).and_then(|_| {
            Err(illegal("a stream of events needs a connection; there is none in process"))
        }),
        Control::WorkerGet => Ok(worker::get(asked)),
        Control::WorkerPut => worker::put(asked),
        Control::WorkerDrop => Ok(worker::delete(asked)),
        Control::Page => Ok(page::page()),
        Control::Machines => Ok(page::machines()),
        Control::Documents => page::list(asked),
        Control::Document => page::document(asked),
    }
}

pub(super) fn count(number: usize) -> Json {
    Json::from(i64::try_from(number).unwrap_or(i64::MAX))
}

/// 404 in the envelope of the mock.
pub(super) fn missing(text: String) -> ApiError {
    ApiError::Plain { status: 404, text, allow: None }
}

impl Asked<'_> {
    /// Tells those who listen that something was changed, if it was.
    fn told(&self, kind: &'static str, outcome: Answered) -> Answered {
        if outcome.is_ok() {
            self.space.notify(kind, Object::new());
        }
        outcome
    }

    /// The name in the path.
    pub(super) fn name(&self) -> Result<&str, ApiError> {
        spaces::checked(self.values.first().map_or("", String::as_str))
    }

    /// The body as a JSON object; empty if there is no body.
    pub(super) fn body(&self) -> Result<Object, ApiError> {
        if self.request.body.is_empty() {
            return Ok(Object::new());
        }
        match Json::parse(&self.request.body) {
            Ok(Json::Object(object)) => Ok(object),
            Ok(_) => Err(illegal("the body has to be a JSON object")),
            Err(error) => Err(illegal(format!("the body is no JSON: {error}"))),
        }
    }

    fn health(&self) -> Reply {
        let app = &self.space.app;
        let version: Version = app.settings().version;
        let counts = counts(self.space);
        let health = Object::new()
            .with("status", "ok")
            .with("es_version", version.to_string())
            .with("requests", i64::try_from(app.requests()).unwrap_or(i64::MAX))
            .with("documents", counts);
        Reply::value(200, health)
    }

    fn space_list(&self) -> Reply {
        let first = std::iter::once(described(&self.host.first));
        let all = self.host.spaces.list();
        let all: Vec<Json> =
            first.chain(all.iter().map(|space| described(space))).map(Json::Object).collect();
        let answer = Object::new()
            .with("count", count(all.len()))
            .with("limit", count(self.host.settings.max_spaces))
            .with("spaces", all);
        Reply::value(200, answer)
    }

    /// Makes a space: empty, or as a snapshot or another space is. What the space was before, if it
    /// was there, is gone.
    fn space_make(&self) -> Answered {
        let name = self.name()?;
        let body = self.body()?;
        let known = ["snapshot", "space"];
        if let Some((unknown, _)) = body.iter().find(|(name, _)| !known.contains(name)) {
            return Err(illegal(format!(
                "unknown member [{unknown}]; there are [snapshot] and [space]"
            )));
        }
        let text = |name: &str| match body.get(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.to_string())),
            Some(_) => Err(illegal(format!("[{name}] has to be a text"))),
        };
        let source = match (text("snapshot")?, text("space")?) {
            (None, None) => None,
            (Some(snapshot), None) => Some(self.snapshot(&snapshot)?),
            (None, Some(space)) => Some(Snapshot::of(&*self.existing(&space)?)),
            (Some(_), Some(_)) => {
                return Err(illegal(
                    "a space is made from a [snapshot] or from a [space], not both",
                ));
            }
        };
        let is_new = name != spaces::FIRST && !self.host.spaces.contains(name);
        let space = self.host.space(name)?;
        match source {
            Some(snapshot) => {
                snapshot.restore(&space);
                space.notify("reset", Object::new());
            }
            None => space.reset(),
        }
        Ok(Reply::value(if is_new { 201 } else { 200 }, described(&space)))
    }

    pub(super) fn existing(&self, name: &str) -> Result<std::sync::Arc<Space>, ApiError> {
        let name = spaces::checked(name)?;
        if name == spaces::FIRST || self.host.spaces.contains(name) {
            return self.host.space(name);
        }
        Err(missing(format!("there is no space [{name}]")))
    }

    fn space_get(&self) -> Answered {
        Ok(Reply::value(200, described(&*self.existing(self.name()?)?)))
    }

    fn space_drop(&self) -> Answered {
        let name = self.name()?;
        if name == spaces::FIRST {
            return Err(illegal(format!(
                "the space [{name}] cannot be dropped; empty it with POST /_mock/reset"
            )));
        }
        if self.host.spaces.remove(name) {
            return Ok(Reply::acknowledged());
        }
        Err(missing(format!("there is no space [{name}]")))
    }

    fn snapshot(&self, name: &str) -> Result<Snapshot, ApiError> {
        let snapshot = self.host.snapshots.get(spaces::checked(name)?);
        snapshot.ok_or_else(|| {
            let names: Vec<String> =
                self.host.snapshots.list().into_iter().map(|(name, ..)| name).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            missing(format!("there is no snapshot [{name}]; there are: {there}"))
        })
    }

    fn snapshot_list(&self) -> Reply {
        let all: Vec<Json> = self
            .host
            .snapshots
            .list()
            .into_iter()
            .map(|(name, space, saved_at)| {
                let object = Object::new().with("name", name.to_owned()).with("space", space);
                Json::Object(object.with("saved_at", saved_at.to_string()))
            })
            .collect();
        Reply::value(200, Object::new().with("count", count(all.len())).with("snapshots", all))
    }

    fn snapshot_save(&self) -> Answered {
        let name = self.name()?;
        let is_new = self.host.snapshots.put(name, Snapshot::of(self.space));
        let answer =
            Object::new().with("name", name.to_owned()).with("space", self.space.name.clone());
        Ok(Reply::value(if is_new { 201 } else { 200 }, answer))
    }

    fn snapshot_drop(&self) -> Answered {
        let name = self.name()?;
        if self.host.snapshots.remove(name) {
            return Ok(Reply::acknowledged());
        }
        self.snapshot(name).map(|_| Reply::acknowledged())
    }

    fn snapshot_restore(&self) -> Answered {
        let name = self.name()?;
        self.snapshot(name)?.restore(self.space);
        self.space.notify("restore", Object::new().with("snapshot", name.to_owned()));
        Ok(Reply::acknowledged())
    }
}

fn counts(space: &Space) -> Object {
    space.app.with_context(|context| {
        Object::new()
            .with("connectors", count(context.store.count(CONNECTORS.index)))
            .with("sync_jobs", count(context.store.count(SYNC_JOBS.index)))
    })
}

/// A space, for people and tools.
fn described(space: &Space) -> Object {
    Object::new()
        .with("name", space.name.clone())
        .with("requests", i64::try_from(space.app.requests()).unwrap_or(i64::MAX))
        .with("documents", counts(space))
}
