//! Who may call, and what they may do (contract RL-13): users, API keys and bearer tokens.
//!
//! Off unless the server is made with a [`Security`].

pub(crate) mod base64;
mod credentials;
mod denial;
mod file;
pub(crate) mod node;
mod privilege;
mod written;

use std::{collections::BTreeMap, fmt};

use api_types::{Timestamp, Version, endpoint::Operation, error::ErrorCause};

pub use self::file::SecurityError;
pub(crate) use self::node::Wrong as SecurityWrong;
pub(crate) use self::{
    base64::encode as base64_encode,
    credentials::Credentials,
    privilege::{Action, ClusterPrivilege, Granted, IndexPrivilege},
};
use crate::{
    error::ApiError,
    sources::{Clock, IdSource},
};

/// Users, API keys and bearer tokens of a server, as `docs/security.md` describes them.
///
/// Passwords and keys never show in `Debug`.
#[derive(Clone, Debug)]
pub struct Security {
    /// Every role but `superuser`, those of single users among them.
    roles: BTreeMap<String, Granted>,
    users: Vec<User>,
    keys: Vec<ApiKey>,
    tokens: Vec<Token>,
}

/// A text that nobody may see.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[derive(Clone, Debug)]
struct User {
    name: String,
    /// Without one, nobody can log in; keys and tokens work.
    password: Option<Secret>,
    /// Sorted.
    roles: Vec<String>,
    granted: Granted,
}

#[derive(Clone, Debug)]
struct ApiKey {
    id: String,
    secret: Secret,
    owner: String,
    /// Each must grant what the key is used for.
    limits: Vec<Granted>,
    expires: Option<Timestamp>,
    invalidated: bool,
}

#[derive(Clone, Debug)]
struct Token {
    token: Secret,
    user: String,
    expires: Option<Timestamp>,
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    user: String,
    roles: Vec<String>,
    /// The id of the key, if it came with one.
    api_key: Option<String>,
    limits: Vec<Granted>,
}

/// A key that was made just now.
pub(crate) struct NewKey {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl NewKey {
    /// An id and a secret.
    pub(crate) fn new(ids: &mut IdSource) -> Self {
        Self { id: ids.document_id(), secret: ids.uuid() }
    }

    /// What goes behind `ApiKey` in the header.
    pub(crate) fn encoded(&self) -> String {
        base64::encode(format!("{}:{}", self.id, self.secret).as_bytes())
    }
}

/// The error of a request without credentials.
pub(crate) fn missing_credentials(version: Version, uri: &str) -> ErrorCause {
    denial::missing(version, uri)
}

/// The error of a caller who lacks the privilege for an operation, whoever it is.
pub(crate) fn not_granted(version: Version, operation: Operation) -> ApiError {
    let caller = Caller {
        user: "connector".to_owned(),
        roles: vec!["viewer".to_owned()],
        api_key: None,
        limits: Vec::new(),
    };
    denial::unauthorized(version, &caller, Action::Operation(operation))
}

impl Caller {
    /// Whether the request came with an API key.
    pub(crate) const fn is_api_key(&self) -> bool {
        self.api_key.is_some()
    }

    /// Refuses what the caller has no privilege for.
    pub(crate) fn authorize(&self, action: Action, version: Version) -> Result<(), ApiError> {
        if action.is_granted_by(&self.limits, version) {
            Ok(())
        } else {
            Err(denial::unauthorized(version, self, action))
        }
    }
}

impl Security {
    /// Says who sent a request, or why it cannot be told. `uri` is shown in the texts.
    pub(crate) fn authenticate(
        &self,
        credentials: &Credentials,
        uri: &str,
        version: Version,
        clock: &Clock,
    ) -> Result<Caller, ErrorCause> {
        match credentials {
            Credentials::Missing => Err(denial::missing(version, uri)),
            Credentials::BadBasic { reason, cause } => {
                Err(denial::bad_basic(version, reason, cause.clone()))
            }
            Credentials::Basic { user, password } => {
                let found =
                    self.user(user).filter(|found| found.password.as_ref() == Some(password));
                let found = found.ok_or_else(|| denial::wrong_password(version, user, uri))?;
                Ok(found.caller())
            }
            Credentials::BadApiKey(why) => Err(denial::refused(version, format!("API key: {why}"))),
            Credentials::ApiKey { id, secret } => self
                .by_key(id, secret, clock)
                .map_err(|why| denial::refused(version, format!("API key: {why}"))),
            Credentials::Bearer(token) => self.by_token(token, version, clock),
        }
    }

    fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    fn by_key(&self, id: &str, secret: &Secret, clock: &Clock) -> Result<Caller, String> {
        let Some(key) = self.keys.iter().find(|key| key.id == id) else {
            return Err(format!("unable to find apikey with id {id}"));
        };
        if key.invalidated {
            return Err(format!("api key [{id}] has been invalidated"));
        }
        if key.secret != *secret {
            return Err(format!("invalid credentials for API key [{id}]"));
        }
        if is_over(key.expires, clock) {
            return Err("api key is expired".to_owned());
        }
        Ok(Caller {
            user: key.owner.clone(),
            roles: Vec::new(),
            api_key: Some(id.to_owned()),
            limits: key.limits.clone(),
        })
    }

    fn by_token(
        &self,
        token: &Secret,
        version: Version,
        clock: &Clock,
    ) -> Result<Caller, ErrorCause> {
        let found = self.tokens.iter().find(|known| known.token == *token);
        let user = found.and_then(|found| self.user(&found.user));
        let (Some(found), Some(user)) = (found, user) else {
            return Err(denial::refused(version, "oauth2 token: invalid token".to_owned()));
        };
        if is_over(found.expires, clock) {
            return Err(denial::expired_token());
        }
        Ok(user.caller())
    }

    /// Makes a key for the caller: it has the caller's privileges, limited by those it is made
    /// with, if there are any (contract RL-13-31).
    pub(crate) fn create_key(
        &mut self,
        caller: &Caller,
        granted: Option<Granted>,
        expires: Option<Timestamp>,
        ids: &mut IdSource,
    ) -> NewKey {
        let new = NewKey::new(ids);
        let mut limits = caller.limits.clone();
        limits.extend(granted);
        self.keys.push(ApiKey {
            id: new.id.clone(),
            secret: Secret(new.secret.clone()),
            owner: caller.user.clone(),
            limits,
            expires,
            invalidated: false,
        });
        new
    }
}

/// The clock is read only if there is a time to compare with.
fn is_over(end: Option<Timestamp>, clock: &Clock) -> bool {
    end.is_some_and(|end| end <= clock.now())
}

impl User {
    fn caller(&self) -> Caller {
        Caller {
            user: self.name.clone(),
            roles: self.roles.clone(),
            api_key: None,
            limits: vec![self.granted.clone()],
        }
    }
}

#[cfg(test)]
mod tests;
