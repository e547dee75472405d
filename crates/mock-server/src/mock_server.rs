//! A server in the process of its user.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
};

use api_types::Version;
use tokio::sync::watch;

use crate::{
    app::{App, Settings},
    in_process::InProcess,
    root::Flavor,
    security::Security,
    server,
    sources::{Clock, IdSource},
};

/// Documents may be nested deeply, and values are dropped recursively.
pub(crate) const STACK_BYTES: usize = 16 * 1024 * 1024;

/// A mock Elasticsearch on a port of its own.
///
/// Every server has a state of its own; any number can run side by side. It answers from a thread
/// of its own, so a client that blocks does not stop it. Dropping it stops it.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let server = mock_server::MockServer::start().await;
/// assert!(server.uri().starts_with("http://127.0.0.1:"));
/// # });
/// ```
#[derive(Debug)]
pub struct MockServer {
    address: SocketAddr,
    app: Arc<App>,
    clock: Clock,
    stop: watch::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

/// What a server is made with.
///
/// ```
/// use mock_server::{Clock, MockServer, Timestamp};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let noon = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
/// let server = MockServer::builder()
///     .es_version("8.19".parse().unwrap())
///     .clock(Clock::manual(noon, std::time::Duration::from_millis(1)))
///     .rng_seed(7)
///     .start()
///     .await
///     .unwrap();
/// # drop(server);
/// # });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct MockServerBuilder {
    listen: SocketAddr,
    settings: Settings,
    #[cfg(feature = "planted-faults")]
    faults: Vec<crate::Fault>,
}

impl MockServer {
    /// Starts a server of the newest version on a free port of the loopback interface.
    ///
    /// # Panics
    /// If there is no free port.
    pub async fn start() -> Self {
        match Self::builder().start().await {
            Ok(server) => server,
            #[expect(clippy::panic, reason = "a test without its server cannot go on")]
            Err(error) => panic!("the mock server cannot listen on 127.0.0.1: {error}"),
        }
    }

    /// A server with other settings.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            settings: Settings {
                version: Version::NEWEST,
                clock: Clock::system(),
                ids: IdSource::random(),
                security: None,
                flavor: Flavor::Stack,
            },
            #[cfg(feature = "planted-faults")]
            faults: Vec::new(),
        }
    }

    /// The base URL, `http://127.0.0.1:49152`.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address that the server listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The clock of the server.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Puts all state and all counters back to the start, as `POST /_mock/reset` does.
    pub fn reset(&self) {
        self.app.reset();
    }
}

impl MockServerBuilder {
    /// Listens on this address instead of a free port of the loopback interface.
    pub const fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Answers as this version of Elasticsearch.
    pub const fn es_version(mut self, version: Version) -> Self {
        self.settings.version = version;
        self
    }

    /// Reads this clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.settings.clock = clock;
        self
    }

    /// Generates ids that repeat with the seed.
    pub fn rng_seed(mut self, seed: u64) -> Self {
        self.settings.ids = IdSource::seeded(seed);
        self
    }

    /// Asks who calls, and lets callers do what they have privileges for. Without this, credentials
    /// are ignored.
    pub fn security(mut self, security: Security) -> Self {
        self.settings.security = Some(security);
        self
    }

    /// Answers as a cluster of one's own, which is the default, or as a serverless project.
    pub const fn flavor(mut self, flavor: Flavor) -> Self {
        self.settings.flavor = flavor;
        self
    }

    /// Makes a server that is wrong in one way, or in one way more.
    #[cfg(feature = "planted-faults")]
    pub fn planted_fault(mut self, fault: crate::Fault) -> Self {
        self.faults.push(fault);
        self
    }

    fn app(self) -> Arc<App> {
        let app = App::new(self.settings);
        #[cfg(feature = "planted-faults")]
        let app = app.with_faults(self.faults);
        Arc::new(app)
    }

    /// Makes the server without a connection; the address is not listened on.
    #[must_use]
    pub fn in_process(self) -> InProcess {
        let clock = self.settings.clock.clone();
        InProcess::new(self.app(), clock)
    }

    /// Starts the server.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    #[expect(clippy::unused_async, reason = "starting may wait one day; callers should not notice")]
    pub async fn start(self) -> io::Result<MockServer> {
        self.start_blocking()
    }

    /// Starts the server, for code that is not asynchronous.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub fn start_blocking(self) -> io::Result<MockServer> {
        let listener = TcpListener::bind(self.listen)?;
        let address = listener.local_addr()?;
        let clock = self.settings.clock.clone();
        let app = self.app();
        let (stop, stopped) = watch::channel(());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _entered = runtime.enter();
            server::adopt(listener)?
        };
        let served = Arc::clone(&app);
        let thread = thread::Builder::new()
            .name(format!("mock-server-{}", address.port()))
            .stack_size(STACK_BYTES)
            .spawn(move || runtime.block_on(server::serve(listener, served, stopped)))?;
        Ok(MockServer { address, app, clock, stop, thread: Some(thread) })
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // The receiver is gone only when the thread has ended already.
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
