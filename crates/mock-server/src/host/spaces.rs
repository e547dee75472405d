//! The spaces by name, and how a request names one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::space::Space;
use crate::{error::ApiError, host::illegal, request::RawRequest};

/// The name of the space of requests that name none.
pub(super) const FIRST: &str = "default";

/// The base path of a space is this and its name.
const PREFIX: &str = "/_space/";

/// The header that names a space.
const HEADER: &str = "x-mock-space";

/// The longest name of a space, in bytes.
const MAX_NAME: usize = 100;

/// The space that a request names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    Nothing,
    Space(String),
}

/// Takes the name of a space out of a request: what is left is what a server of its own would get.
pub(super) fn take_name(request: &mut RawRequest) -> Result<Named, ApiError> {
    let in_header = match request.headers.remove(HEADER) {
        None => None,
        Some(value) => Some(checked(value.to_str().unwrap_or("?"))?.to_owned()),
    };
    let Some(rest) = request.target.strip_prefix(PREFIX) else {
        return Ok(in_header.map_or(Named::Nothing, Named::Space));
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let name = checked(name)?.to_owned();
    if let Some(other) = in_header.filter(|other| *other != name) {
        return Err(illegal(format!(
            "the path names the space [{name}] and the header X-Mock-Space the space [{other}]; name one"
        )));
    }
    request.target = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    Ok(Named::Space(name))
}

/// The name, if a space can have it.
pub(super) fn checked(name: &str) -> Result<&str, ApiError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(is_plain) {
        return Ok(name);
    }
    Err(illegal(format!(
        "[{name}] is no name of a space or snapshot: write 1 to {MAX_NAME} letters, digits, [-], [_] and [.]"
    )))
}

/// The spaces beside the first one.
#[derive(Debug)]
pub(super) struct Spaces {
    limit: usize,
    all: Mutex<BTreeMap<String, Arc<Space>>>,
}

impl Spaces {
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, all: Mutex::new(BTreeMap::new()) }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Space>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The space of this name, made if it is not there.
    pub(super) fn get_or_make(
        &self,
        name: &str,
        make: impl FnOnce() -> Space,
    ) -> Result<Arc<Space>, ApiError> {
        let mut all = self.all();
        if let Some(space) = all.get(name) {
            return Ok(Arc::clone(space));
        }
        if all.len() >= self.limit {
            return Err(ApiError::Plain {
                status: 429,
                text: format!(
                    "there are {} spaces already, as many as this mock server keeps; drop some with DELETE /_mock/spaces/NAME, or start it with a larger --max-spaces",
                    all.len()
                ),
                allow: None,
            });
        }
        let space = Arc::new(make());
        all.insert(name.to_owned(), Arc::clone(&space));
        Ok(space)
    }

    /// Drops a space; `false` if there was none.
    pub(super) fn remove(&self, name: &str) -> bool {
        let dropped = self.all().remove(name);
        // Its documents are freed after the lock is.
        dropped.is_some()
    }

    /// Drops all spaces and counts them.
    pub(super) fn clear(&self) -> usize {
        let dropped = std::mem::take(&mut *self.all());
        dropped.len()
    }

    /// All spaces, by name.
    pub(super) fn list(&self) -> Vec<Arc<Space>> {
        self.all().values().map(Arc::clone).collect()
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.all().contains_key(name)
    }
}
