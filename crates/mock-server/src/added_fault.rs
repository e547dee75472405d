//! A fault rule that the process of the server added.

use std::sync::Arc;

use api_types::json::Object;

use crate::host::{Host, faults::BadFault};

/// A fault rule that was added to a server, `docs/control.md` describes them.
///
/// Dropping this does not drop the rule; [`AddedFault::remove`] does, and so does a reset.
///
/// ```
/// use bytes::Bytes;
/// use http::HeaderMap;
/// use mock_server::MockServer;
///
/// let server = MockServer::builder().in_process();
/// let busy = server.add_fault("connector.list 503 x1")?;
/// let list = || server.handle("GET", "/_connector", &HeaderMap::new(), Bytes::new()).status();
/// assert_eq!(list(), 503);
/// assert_eq!(list(), 200);
/// assert_eq!((busy.matched(), busy.hits()), (2, 1));
/// # Ok::<(), mock_server::BadFault>(())
/// ```
#[derive(Clone, Debug)]
pub struct AddedFault {
    host: Arc<Host>,
    id: u64,
}

impl AddedFault {
    /// The id by which `GET /_mock/faults` shows the rule.
    #[must_use]
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// How many requests the rule made fail; 0 if it is gone.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.counts().1
    }

    /// How many requests the rule was for, whether it was its turn or not; 0 if it is gone.
    #[must_use]
    pub fn matched(&self) -> u64 {
        self.counts().0
    }

    /// Drops the rule; `false` if it is gone already.
    #[expect(clippy::must_use_candidate, reason = "most callers want it gone, however it went")]
    pub fn remove(&self) -> bool {
        let space = self.host.first();
        let is_removed = space.faults.remove(self.id);
        if is_removed {
            space.notify("faults", Object::new());
        }
        is_removed
    }

    fn counts(&self) -> (u64, u64) {
        self.host.first().faults.counts(self.id).unwrap_or_default()
    }
}

impl Host {
    /// Adds a fault rule to the first space.
    pub(crate) fn add_fault(self: &Arc<Self>, rule: &str) -> Result<AddedFault, BadFault> {
        let ids = self.first().faults.add(vec![rule.parse()?]);
        let id = ids.first().copied().unwrap_or_default();
        self.first().notify("faults", Object::new());
        Ok(AddedFault { host: Arc::clone(self), id })
    }
}
