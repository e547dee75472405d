//! The mock that this program starts for itself: where a client is judged, the server is a means.
//! It is spoken to by its URL, like any other.

use std::io;

use api_types::Version;
use mock_server::{MockServer, MockServerBuilder};

use crate::target::{BaseUrl, BaseUrlError};

/// A mock of this program's own. Dropping it stops it.
#[derive(Debug)]
pub struct OwnMock {
    server: MockServer,
    url: BaseUrl,
}

/// Why there is no mock.
#[derive(Debug, thiserror::Error)]
pub enum OwnMockError {
    /// It cannot listen.
    #[error("a mock server cannot be started: {0}")]
    Start(#[source] io::Error),
    /// Its URL makes no sense.
    #[error(transparent)]
    Url(#[from] BaseUrlError),
}

impl OwnMock {
    /// Starts a mock that answers as this version.
    ///
    /// # Errors
    /// If it cannot listen.
    pub fn start(version: Version) -> Result<Self, OwnMockError> {
        Self::of(MockServer::builder().es_version(version))
    }

    /// Starts a mock of the newest version whose ids and times are the same in every run.
    ///
    /// # Errors
    /// If it cannot listen.
    #[cfg(feature = "wiremock")]
    pub(crate) fn repeating() -> Result<Self, OwnMockError> {
        use std::time::Duration;

        use mock_server::{Clock, Timestamp};

        // 2026-01-01T12:00:00Z
        let noon = Timestamp::from_nanoseconds(1_767_268_800_000_000_000);
        let clock = Clock::manual(noon, Duration::from_millis(1));
        Self::of(MockServer::builder().clock(clock).rng_seed(1))
    }

    fn of(builder: MockServerBuilder) -> Result<Self, OwnMockError> {
        let server = builder.start_blocking().map_err(OwnMockError::Start)?;
        let url = server.uri().parse()?;
        Ok(Self { server, url })
    }

    /// Where it listens.
    #[must_use]
    pub const fn url(&self) -> &BaseUrl {
        &self.url
    }

    /// Empties it.
    pub fn reset(&self) {
        self.server.reset();
    }
}
