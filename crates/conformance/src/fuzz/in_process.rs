//! The mock server as a target, without a socket between.

use std::time::Duration;

use api_types::{Timestamp, Version};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use mock_server::{Clock, InProcess, MockServer};

use super::{
    model::Window,
    target::{Answer, Request, Target, TargetError},
};

/// A mock in this process, with a clock that shows another millisecond each time and ids that
/// repeat: what it answers depends on what it is asked alone.
#[derive(Clone, Debug)]
pub struct InProcessTarget {
    server: InProcess,
    headers: HeaderMap,
}

/// What the clock shows first: 2026-01-01T00:00:00Z.
pub(super) const START: i128 = 1_767_225_600_000_000_000;
pub(super) const TICK: Duration = Duration::from_millis(1);

impl InProcessTarget {
    /// A mock of this version.
    #[must_use]
    pub fn new(version: Version, seed: u64) -> Self {
        let clock = Clock::manual(Timestamp::from_nanoseconds(START), TICK);
        let builder = MockServer::builder().es_version(version).clock(clock).rng_seed(seed);
        Self::over(builder.in_process())
    }

    /// Over a server that was made elsewhere; its clock has to be a manual one.
    #[must_use]
    pub fn over(server: InProcess) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { server, headers }
    }
}

impl Target for InProcessTarget {
    fn send(&mut self, request: &Request) -> Result<Answer, TargetError> {
        let none = HeaderMap::new();
        let (headers, body) = match &request.body {
            Some(body) => (&self.headers, Bytes::copy_from_slice(body.as_bytes())),
            None => (&none, Bytes::new()),
        };
        let response = self.server.handle(request.method, &request.target, headers, body);
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let (product, content_type) = (header("x-elastic-product"), header("content-type"));
        let status = response.status().as_u16();
        Ok(Answer::new(status, product, content_type, response.into_body()))
    }

    fn clear(&mut self) -> Result<(), TargetError> {
        self.server.reset();
        self.server.clock().set(Timestamp::from_nanoseconds(START));
        Ok(())
    }

    fn now(&mut self) -> Window {
        let now = Some(self.server.clock().now().as_nanoseconds());
        Window { from: now, until: now }
    }

    fn is_alone(&self) -> bool {
        true
    }
}
