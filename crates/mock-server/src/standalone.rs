//! The server as a program: serves until it is told to stop.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use api_types::Version;
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
};

use crate::{
    FaultRule,
    app::Settings,
    host::{Guard, Host, HostSettings, JournalSize, Worker},
    mock_server::STACK_BYTES,
    root::Flavor,
    security::Security,
    seed::Seed,
    server,
    sources::{Clock, IdSource},
};

/// What the program is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The version to answer as.
    pub es_version: Version,
    /// A file that gets the URL once the server answers.
    pub ready_file: Option<PathBuf>,
    /// Ids repeat with the seed.
    pub rng_seed: Option<u64>,
    /// The clock to read.
    pub clock: Clock,
    /// Who may call; `None` if nobody is asked.
    pub security: Option<Security>,
    /// What every space begins with.
    pub seed: Option<Seed>,
    /// The kind of Elasticsearch to answer as.
    pub flavor: Flavor,
    /// How many spaces there may be beside the first one.
    pub max_spaces: usize,
    /// What plays the connector service in each space, if anything does.
    pub worker: Option<Worker>,
    /// What callers of the control routes have to know; `None` if they have to be on this machine.
    pub control_token: Option<String>,
    /// Whether there are no control routes.
    pub no_control: bool,
    /// The fault rules to begin with, in their order.
    pub faults: Vec<FaultRule>,
    /// How much the journal keeps.
    pub journal: JournalSize,
    /// The way in which the server is wrong.
    #[cfg(feature = "planted-faults")]
    pub planted_fault: Option<crate::Fault>,
}

/// Why the program could not serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {cause}{}", hint(cause))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The ready file cannot be written.
    #[error("cannot write the ready file {}: {cause}", path.display())]
    ReadyFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The system refuses threads, signals or the like.
    #[error("cannot start: {0}")]
    Start(#[source] io::Error),
}

fn hint(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::AddrInUse => {
            "; stop what listens there, or take a free port with --listen 127.0.0.1:0"
        }
        _ => "",
    }
}

/// Serves until SIGINT or SIGTERM. `ready` gets the URL as soon as requests are answered.
///
/// # Errors
/// If the server cannot start.
pub fn run(config: &Config, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    // Many connections need many files; where the limit cannot be raised, fewer have to do.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .build()
        .map_err(ServeError::Start)?;
    runtime.block_on(serve(config, ready))
}

async fn serve(config: &Config, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    let failed = |cause| ServeError::Listen { address: config.listen, cause };
    let listener = listen(config.listen).map_err(failed)?;
    let url = format!("http://{}", listener.local_addr().map_err(failed)?);
    let ids = config.rng_seed.map_or_else(IdSource::random, IdSource::seeded);
    let server = Settings {
        version: config.es_version,
        clock: config.clock.clone(),
        ids,
        security: config.security.clone(),
        flavor: config.flavor,
    };
    let guard = match (&config.control_token, config.no_control) {
        (_, true) => Guard::Nobody,
        (Some(token), false) => Guard::Token(token.clone()),
        (None, false) => Guard::Loopback,
    };
    let host = Host::new(HostSettings {
        server,
        max_spaces: config.max_spaces,
        guard,
        seed: config.seed.clone(),
        faults: config.faults.clone(),
        journal: config.journal.into(),
        worker: config.worker.clone().map(Arc::new),
        #[cfg(feature = "planted-faults")]
        planted: config.planted_fault.into_iter().collect(),
    });
    let (stop, stopped) = watch::channel(());
    let signal = stop_signal().map_err(ServeError::Start)?;
    let server = tokio::spawn(server::serve(listener, Arc::new(host), stopped));
    if let Some(path) = &config.ready_file {
        let failed = |cause| ServeError::ReadyFile { path: path.clone(), cause };
        std::fs::write(path, &url).map_err(failed)?;
    }
    ready(&url);
    signal.await;
    let _ = stop.send(());
    let _ = server.await;
    Ok(())
}

/// How many connections may wait to be accepted: as many as Linux allows by itself.
const BACKLOG: u32 = 4096;

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A server that was stopped a moment ago must not keep its port from the next one.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Ends with the first SIGINT or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends with the first Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
