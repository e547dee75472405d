//! The watcher's own thread: a gateway that writes everything down, whatever the thread of the
//! test waits for.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use tokio::sync::oneshot;

use crate::{
    own_mock::OwnMockError,
    target::{BaseUrl, BaseUrlError},
    wire::{Gateway, GatewayError, Recorder},
};

/// Why nothing can be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchedError {
    /// There is no mock.
    #[error(transparent)]
    Mock(#[from] OwnMockError),
    /// There is no gateway.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The URL of the server makes no sense.
    #[error(transparent)]
    Url(#[from] BaseUrlError),
    /// A path before every request's would have to be put into the requests.
    #[error("[{0}] has a path; requests are passed on unaltered, so write http://HOST:PORT")]
    Path(BaseUrl),
    /// There is no thread for the watcher.
    #[error("the watcher cannot be started: {0}")]
    Thread(#[source] io::Error),
}

/// A gateway on a thread of its own. Dropping it ends both.
#[derive(Debug)]
pub(super) struct Station {
    url: String,
    recorder: Recorder,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Station {
    pub(super) fn start(upstream: BaseUrl) -> Result<Self, WatchedError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(WatchedError::Thread)?;
        let (ready, started) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let serve = async move {
            let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            match Gateway::recording(listen, upstream).await {
                Ok(gateway) => {
                    let told = (gateway.url(), gateway.recorder().clone());
                    // Whoever waits for it keeps the sender; when that is gone, all is over.
                    let _ = ready.send(Ok(told));
                    let _ = stopped.await;
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        };
        let thread = thread::Builder::new()
            .name("watched".to_owned())
            .spawn(move || runtime.block_on(serve))
            .map_err(WatchedError::Thread)?;
        let gone = |_| WatchedError::Thread(io::Error::other("its thread ended"));
        let (url, recorder) = started.recv().map_err(gone)??;
        Ok(Self { url, recorder, stop: Some(stop), thread: Some(thread) })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) const fn recorder(&self) -> &Recorder {
        &self.recorder
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only when the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
