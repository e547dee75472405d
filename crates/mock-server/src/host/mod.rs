//! What stands around the servers of a process: spaces, snapshots and the control routes.
//!
//! A space is a server of its own ([`App`]): its state, its clock, its ids. The host finds the space
//! that a request is meant for and hands it on as if there were no other; Elasticsearch's part of
//! the code knows nothing of spaces, and nothing of `/_mock`.

mod control;
mod guard;
mod page;
mod routes;
mod snapshots;
mod space;
mod spaces;

use std::sync::Arc;

use api_types::error::ErrorType;
use bytes::Bytes;
use http::Response;

pub(crate) use self::guard::Guard;
use self::{
    control::{Asked, Control},
    guard::Denied,
    routes::Found,
    snapshots::Snapshots,
    space::Space,
    spaces::{Named, Spaces},
};
use crate::{
    app::{App, Settings},
    error::ApiError,
    reply::Reply,
    request::RawRequest,
    router::Router,
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
    /// The way in which the servers are wrong.
    #[cfg(feature = "planted-faults")]
    pub(crate) fault: Option<crate::Fault>,
}

impl From<Settings> for HostSettings {
    fn from(server: Settings) -> Self {
        Self {
            server,
            max_spaces: MAX_SPACES,
            guard: Guard::default(),
            #[cfg(feature = "planted-faults")]
            fault: None,
        }
    }
}

impl HostSettings {
    fn app(&self, settings: Settings, router: &Arc<Router>) -> App {
        let app = App::new(settings, Arc::clone(router));
        #[cfg(feature = "planted-faults")]
        let app = app.with_fault(self.fault);
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
}

impl Host {
    pub(crate) fn new(settings: HostSettings) -> Self {
        let router = settings.server.router();
        let app = settings.app(settings.server.clone(), &router);
        let first = Arc::new(Space::new(spaces::FIRST.to_owned(), app));
        let spaces = Spaces::new(settings.max_spaces);
        Self { settings, router, first, spaces, snapshots: Snapshots::default() }
    }

    /// The space of requests that name none.
    pub(crate) fn first(&self) -> &Space {
        &self.first
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
        self.settings.app(settings, &self.router)
    }

    /// The space of this name, made if it is not there.
    fn space(&self, name: &str) -> Result<Arc<Space>, ApiError> {
        if name == spaces::FIRST {
            return Ok(Arc::clone(&self.first));
        }
        self.spaces.get_or_make(name, || self.server())
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
        let space = match named {
            Named::Nothing => Arc::clone(&self.first),
            Named::Space(name) => self.space(name)?,
        };
        control::run(control, &Asked { host: self, space: &space, request, values })
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
