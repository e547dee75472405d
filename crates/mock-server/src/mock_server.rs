//! A server in the process of its user.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
};

use api_types::Version;
use tokio::sync::watch;

use crate::{
    added_fault::AddedFault,
    app::Settings,
    host::{
        Guard, Host, HostSettings, JournalSize, ReceivedRequests as Journal, Worker,
        faults::BadFault, state_text,
    },
    in_process::InProcess,
    root::Flavor,
    security::Security,
    seed::{Seed, SeedError},
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
    host: Arc<Host>,
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
    settings: HostSettings,
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
            settings: HostSettings::from(Settings {
                version: Version::NEWEST,
                clock: Clock::system(),
                ids: IdSource::random(),
                security: None,
                flavor: Flavor::Stack,
            }),
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

    /// What the server received, as `GET /_mock/requests` gives it; judged as `POST /_mock/verify`
    /// does.
    #[must_use]
    pub fn journal(&self) -> Journal<'_> {
        self.host.received()
    }

    /// The clock of the server.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.host.clock()
    }

    /// Makes requests fail, beginning now: adds a rule like `PUT */_claim 503 x2` behind those that
    /// are there. `docs/control.md` describes rules.
    ///
    /// # Errors
    /// If the text is no rule.
    pub fn add_fault(&self, rule: &str) -> Result<AddedFault, BadFault> {
        self.host.add_fault(rule)
    }

    /// Plays Elastic's connector service as the script says, or not at all, as `PUT` and `DELETE
    /// /_mock/worker` do. Spaces that are named have workers of their own.
    pub fn set_worker(&self, script: Option<Worker>) {
        self.host.first().set_worker(script);
    }

    /// Puts all state, all counters, the clock, the faults, the journal and the worker back to the
    /// start, as `POST /_mock/reset` does.
    pub fn reset(&self) {
        self.host.first().reset();
    }

    /// All state as a document, as `GET /_mock/state` answers it.
    #[must_use]
    pub fn state(&self) -> String {
        state_text(&self.host.first().app)
    }

    /// Puts the state of a document in the place of all state, as `PUT /_mock/state` does.
    pub fn set_state(&self, state: &Seed) {
        self.host.first().begin_anew_with(state);
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
        self.settings.server.version = version;
        self
    }

    /// Reads this clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.settings.server.clock = clock;
        self
    }

    /// Generates ids that repeat with the seed.
    pub fn rng_seed(mut self, seed: u64) -> Self {
        self.settings.server.ids = IdSource::seeded(seed);
        self
    }

    /// Asks who calls, and lets callers do what they have privileges for. Without this, credentials
    /// are ignored.
    pub fn security(mut self, security: Security) -> Self {
        self.settings.server.security = Some(security);
        self
    }

    /// Begins with this state, in every space.
    ///
    /// ```
    /// use mock_server::{MockServer, Seed};
    ///
    /// let seed = Seed::parse("seed", "connectors: {c: {status: connected}}").unwrap();
    /// let server = MockServer::builder().seed(seed).in_process();
    /// # assert!(server.state().contains("connected"));
    /// ```
    pub fn seed(mut self, seed: Seed) -> Self {
        self.settings.seed = Some(seed);
        self
    }

    /// Begins with the state that a file says, in every space.
    ///
    /// # Errors
    /// If the file cannot be read or something in it is not allowed.
    pub fn seed_file(self, path: impl AsRef<Path>) -> Result<Self, SeedError> {
        Ok(self.seed(Seed::read(path)?))
    }

    /// Answers as a cluster of one's own, which is the default, or as a serverless project.
    pub const fn flavor(mut self, flavor: Flavor) -> Self {
        self.settings.server.flavor = flavor;
        self
    }

    /// Makes a server that is wrong in one way, or in one way more.
    #[cfg(feature = "planted-faults")]
    pub fn planted_fault(mut self, fault: crate::Fault) -> Self {
        self.settings.planted.push(fault);
        self
    }

    /// How many spaces there may be beside the first one; 10,000 unless this says otherwise.
    pub const fn max_spaces(mut self, limit: usize) -> Self {
        self.settings.max_spaces = limit;
        self
    }

    /// Plays Elastic's connector service as the script says, in every space.
    pub fn worker(mut self, script: Worker) -> Self {
        self.settings.worker = Some(Arc::new(script));
        self
    }

    /// Lets callers of other machines use the control routes if they send this token in the header
    /// `X-Mock-Token`, and callers of this machine only if they do. Without this, every caller of this
    /// machine may use them.
    pub fn control_token(mut self, token: impl Into<String>) -> Self {
        self.settings.guard = Guard::Token(token.into());
        self
    }

    /// Serves no control routes. What this process calls without a connection is served all the same.
    pub fn no_control(mut self) -> Self {
        self.settings.guard = Guard::Nobody;
        self
    }

    /// Makes requests fail by a rule like `PUT */_claim 503 x2`, in every space and after every
    /// reset; several rules are asked in the order in which they are given. `docs/control.md`
    /// describes rules.
    ///
    /// # Errors
    /// If the text is no rule.
    pub fn fault(mut self, rule: &str) -> Result<Self, BadFault> {
        self.settings.faults.push(rule.parse()?);
        Ok(self)
    }

    /// Keeps so much in the journal; 10,000 exchanges of each space and 16 MiB of all spaces together
    /// unless this says otherwise.
    pub fn journal(mut self, size: JournalSize) -> Self {
        self.settings.journal = size.into();
        self
    }

    fn host(self) -> Arc<Host> {
        Arc::new(Host::new(self.settings))
    }

    /// Makes the server without a connection; the address is not listened on.
    #[must_use]
    pub fn in_process(self) -> InProcess {
        InProcess::new(self.host())
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
        let host = self.host();
        let (stop, stopped) = watch::channel(());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _entered = runtime.enter();
            server::adopt(listener)?
        };
        let served = Arc::clone(&host);
        let thread = thread::Builder::new()
            .name(format!("mock-server-{}", address.port()))
            .stack_size(STACK_BYTES)
            .spawn(move || runtime.block_on(server::serve(listener, served, stopped)))?;
        Ok(MockServer { address, host, stop, thread: Some(thread) })
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
