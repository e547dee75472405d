//! What stands around the servers of a process: spaces, snapshots and the control routes.
//!
//! A space is a server of its own ([`App`]): its state, its clock, its ids. The host finds the space
//! that a request is meant for and hands it on as if there were no other; Elasticsearch's part of
//! the code knows nothing of spaces, and nothing of `/_mock`.

mod clock;
mod control;
pub(crate) mod delivery;
mod description;
pub(crate) mod faults;
mod guard;
mod journal;
mod page;
mod routes;
mod snapshots;
mod space;
mod spaces;
mod state;
mod worker;

use std::sync::Arc;

use api_types::error::ErrorType;
use bytes::Bytes;
use http::Response;

pub use self::journal::{
    Expectation, JournalCount, JournalSize, Received, ReceivedRequests, Sender, Verdict,
};
pub use self::worker::{Worker, WorkerError, WorkerJob};
pub(crate) use self::{
    clock::{
        of_command_line as clock_of_command_line, read as read_clock, written as written_clock,
    },
    guard::Guard,
    journal::{Bounds, Subscription, bytes},
    state::text as state_text,
};
use self::{
    control::{Asked, Control},
    faults::{Faults, Rule},
    guard::Denied,
    journal::Journal,
    routes::Found,
    snapshots::Snapshots,
    space::{Beside, Space},
    spaces::{Named, Spaces},
};
use crate::{
    app::{App, Settings},
    error::ApiError,
    reply::Reply,
    request::RawRequest,
    router::Router,
    seed::Seed,
    sources::Clock,
};

/// How many spaces there may be, unless the user says otherwise.
pub(crate) const MAX_SPACES: usize = 10_000;

/// What a host is made with.
#[derive(Clone, Debug)]
pub(crate) struct HostSettings {
    /// What each space is made with.
    pub(crate) server: Settings,
    /// How many spaces there may be beside the first one.
    pub(crate) max_spaces: usize,
    /// Who may use the control routes.
    pub(crate) guard: Guard,
    /// What every space begins with.
    pub(crate) seed: Option<Seed>,
    /// The fault rules that each space begins with.
    pub(crate) faults: Vec<Rule>,
    /// How much the journal keeps; `None` if there is none.
    pub(crate) journal: Option<Bounds>,
    /// What plays the connector service in each space.
    pub(crate) worker: Option<Arc<Worker>>,
    /// The ways in which the servers are wrong.
    #[cfg(feature = "planted-faults")]
    pub(crate) planted: Vec<crate::Fault>,
}

impl From<Settings> for HostSettings {
    fn from(server: Settings) -> Self {
        Self {
            server,
            max_spaces: MAX_SPACES,
            guard: Guard::default(),
            seed: None,
            faults: Vec::new(),
            journal: Some(Bounds::default()),
            worker: None,
            #[cfg(feature = "planted-faults")]
            planted: Vec::new(),
        }
    }
}

impl HostSettings {
    fn app(&self, settings: Settings, router: &Arc<Router>) -> App {
        let app = App::new(settings, Arc::clone(router));
        #[cfg(feature = "planted-faults")]
        let app = app.with_faults(self.planted.clone());
        app
    }
}

/// All servers of a process.
#[derive(Debug)]
pub(crate) struct Host {
    settings: HostSettings,
    router: Arc<Router>,
    /// The space of requests that name none.
    first: Arc<Space>,
    spaces: Spaces,
    snapshots: Snapshots,
    /// What the fault rules of all spaces have in common.
    faults: Arc<faults::Start>,
    journal: Arc<Journal>,
}

/// What a connection gets.
pub(crate) enum Answer {
    Whole(Response<Bytes>),
    /// Events, for as long as the client listens.
    Events(Subscription),
}

impl Host {
    pub(crate) fn new(settings: HostSettings) -> Self {
        let router = settings.server.router();
        let app = settings.app(settings.server.clone(), &router);
        let app = match &settings.seed {
            Some(seed) => app.seeded(seed),
            None => app,
        };
        let faults = faults::Start::new(settings.faults.clone(), settings.server.ids.seed());
        let of_first = Faults::new(Arc::clone(&faults));
        let version = settings.server.version;
        let journal = Arc::new(Journal::new(settings.journal, Arc::clone(&router), version));
        let first = spaces::FIRST.to_owned();
        let of_first = Beside {
            faults: of_first,
            journal: journal.open(spaces::FIRST),
            worker: worker::Place::new(settings.worker.clone()),
        };
        let first = Arc::new(Space::new(first, app, of_first));
        let spaces = Spaces::new(settings.max_spaces);
        Self { settings, router, first, spaces, snapshots: Snapshots::default(), faults, journal }
    }

    /// The space of requests that name none.
    pub(crate) fn first(&self) -> &Space {
        &self.first
    }

    /// What the first space received.
    pub(crate) fn received(&self) -> ReceivedRequests<'_> {
        ReceivedRequests::new(self, spaces::FIRST.to_owned())
    }

    /// The clock of the first space.
    pub(crate) fn clock(&self) -> &Clock {
        &self.settings.server.clock
    }

    /// A server as the settings have it, with a clock of its own that shows what the first one
    /// showed at its start.
    fn server(&self) -> App {
        let Settings { version, clock, ids, security, flavor } = &self.settings.server;
        let settings = Settings {
            version: *version,
            clock: clock.another(),
            ids: ids.another(),
            security: security.clone(),
            flavor: *flavor,
        };
        let app = self.settings.app(settings, &self.router);
        if self.settings.seed.is_some() { app.beginning_as(&self.first.app) } else { app }
    }

    fn named(&self, named: &Named) -> Result<Arc<Space>, ApiError> {
        match named {
            Named::Nothing => Ok(Arc::clone(&self.first)),
            Named::Space(name) => self.space(name),
        }
    }

    /// The space of this name, made if it is not there.
    fn space(&self, name: &str) -> Result<Arc<Space>, ApiError> {
        if name == spaces::FIRST {
            return Ok(Arc::clone(&self.first));
        }
        self.spaces.get_or_make(name, |name| {
            let beside = Beside {
                faults: Faults::new(Arc::clone(&self.faults)),
                journal: self.journal.open(&name),
                worker: worker::Place::new(self.settings.worker.clone()),
            };
            Space::new(name, self.server(), beside)
        })
    }

    /// Whether any space has had fault rules.
    pub(crate) fn has_faults(&self) -> bool {
        self.faults.is_used()
    }

    /// Answers a request that came over a connection.
    pub(crate) fn answer(&self, request: RawRequest) -> Answer {
        match self.events(&request) {
            Some(events) => Answer::Events(events),
            None => Answer::Whole(self.handle(request)),
        }
    }

    /// The events, if the request asks for them and may have them.
    fn events(&self, request: &RawRequest) -> Option<Subscription> {
        if !request.split().0.ends_with("/_mock/events") {
            return None;
        }
        let mut request = request.clone();
        let named = spaces::take_name(&mut request).ok()?;
        let found = routes::find(&request.method, request.split().0)?;
        let Found::Control(Control::Events, values) = found else { return None };
        self.settings.guard.check(&request).ok()?;
        let space = self.named(&named).ok()?;
        let asked = Asked { host: self, space: &space, request: &request, values: &values };
        journal::subscribe(&asked).ok()
    }

    /// Answers a request.
    pub(crate) fn handle(&self, mut request: RawRequest) -> Response<Bytes> {
        let named = match spaces::take_name(&mut request) {
            Ok(named) => named,
            Err(refused) => return self.first.app.control(&request, Err(refused)),
        };
        let found = routes::find(&request.method, request.split().0);
        if let Some(found) = found {
            return self.control(&request, &named, found);
        }
        match named {
            Named::Nothing => self.first.handle(&request),
            Named::Space(name) => match self.space(&name) {
                Ok(space) => space.handle(&request),
                Err(refused) => self.first.app.control(&request, Err(refused)),
            },
        }
    }

    fn control(&self, request: &RawRequest, named: &Named, found: Found) -> Response<Bytes> {
        if let Err(denied) = self.settings.guard.check(request) {
            return self.first.app.control(request, Err(denied.into()));
        }
        let is_page = matches!(found, Found::Control(Control::Page, _));
        let outcome = match found {
            Found::Control(control, values) => self.run(request, named, control, &values),
            Found::Method(methods) => Err(ApiError::Plain {
                status: 405,
                text: format!("this control route takes {} only", methods.join(", ")),
                allow: Some(methods.join(",")),
            }),
            Found::Nothing => Err(ApiError::Plain {
                status: 404,
                text: format!(
                    "no such control route [{} {}]; docs/control.md describes them",
                    request.method,
                    request.split().0
                ),
                allow: None,
            }),
        };
        let is_page = is_page && outcome.is_ok();
        let mut response = self.first.app.control(request, outcome);
        if is_page {
            page::add_headers(response.headers_mut());
        }
        response
    }

    fn run(
        &self,
        request: &RawRequest,
        named: &Named,
        control: Control,
        values: &[String],
    ) -> Result<Reply, ApiError> {
        let space = self.named(named)?;
        // What is due is done before anybody looks, and again if the clock was moved.
        space.worker.catch_up(&space.app, &space.journal);
        let outcome = control::run(control, &Asked { host: self, space: &space, request, values });
        space.worker.catch_up(&space.app, &space.journal);
        outcome
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        Self::Plain { status: denied.status, text: denied.text, allow: None }
    }
}

/// 400 with this text, in the envelope of an `illegal_argument_exception`.
fn illegal(reason: impl Into<String>) -> ApiError {
    ApiError::new(ErrorType::IllegalArgument, reason.into())
}

#[cfg(test)]
mod tests;
