//! The file of users, roles, API keys and tokens (`docs/security.md`).

use std::{collections::BTreeMap, fmt, fs, path::Path};

use api_types::Timestamp;
use serde_saphyr::Spanned;

use super::{
    ApiKey, ClusterPrivilege, Granted, IndexPrivilege, Secret, Security, Token, User,
    node::{Members, Node, Wrong, parse, unknown, wrong},
};

/// Something in a security file cannot be used. The text has file, line and column, and never a
/// password or a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityError {
    file: String,
    position: Option<(u64, u64)>,
    message: String,
}

impl fmt::Display for SecurityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl std::error::Error for SecurityError {}

const SECTIONS: [&str; 4] = ["roles", "users", "api_keys", "tokens"];
const ROLE: [&str; 3] = ["name", "privileges", "index_privileges"];
const USER: [&str; 5] = ["name", "password", "roles", "privileges", "index_privileges"];
const API_KEY: [&str; 9] = [
    "id",
    "api_key",
    "owner",
    "name",
    "privileges",
    "index_privileges",
    "limits",
    "expires",
    "invalidated",
];
const LIMIT: [&str; 2] = ["privileges", "index_privileges"];
const TOKEN: [&str; 3] = ["token", "user", "expires"];

/// The role that Elasticsearch has by itself.
const SUPERUSER: &str = "superuser";

impl Security {
    /// Reads a file.
    ///
    /// # Errors
    /// If the file cannot be read or something in it is not allowed.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, SecurityError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(error) => {
                let message = format!("cannot be read: {error}");
                Err(SecurityError { file, position: None, message })
            }
        }
    }

    /// Reads the text of a file; `file` is what errors call it.
    ///
    /// # Errors
    /// If something in it is not allowed.
    ///
    /// ```
    /// use mock_server::Security;
    ///
    /// let text = "users: [{name: ada, password: enigma, privileges: [monitor_connector]}]";
    /// assert!(Security::parse("here", text).is_ok());
    /// let error = Security::parse("here", "user: []").unwrap_err().to_string();
    /// assert!(error.starts_with("here:1:1: [user] is not a member of the file (did you mean [users]?)"));
    /// ```
    pub fn parse(file: &str, text: &str) -> Result<Self, SecurityError> {
        understand(text).map_err(|(position, message)| SecurityError {
            file: file.to_owned(),
            position,
            message,
        })
    }
}

impl Security {
    /// Whether a section of this name is one of users, roles, keys or tokens.
    pub(crate) fn has_section(name: &str) -> bool {
        SECTIONS.contains(&name)
    }

    /// Reads the sections out of a larger document.
    pub(crate) fn of_sections(sections: Spanned<Node>) -> Result<Self, Wrong> {
        read(sections)
    }
}

fn understand(text: &str) -> Result<Security, Wrong> {
    read(parse(text)?)
}

/// Reads the sections of a file, [`SECTIONS`].
fn read(sections: Spanned<Node>) -> Result<Security, Wrong> {
    let mut file = Members::of(sections, "the file", &SECTIONS)?;
    let mut roles = BTreeMap::from([(SUPERUSER.to_owned(), Granted::everything())]);
    for node in file.list("roles")?.unwrap_or_default() {
        let mut role = Members::of(node, "a role", &ROLE)?;
        let name = role.required("name")?;
        let granted = granted(&mut role)?.unwrap_or_default();
        if roles.insert(name.value.clone(), granted).is_some() {
            return Err(twice("role", &name));
        }
    }
    let mut users: Vec<User> = Vec::new();
    let mut own = BTreeMap::new();
    for node in file.list("users")?.unwrap_or_default() {
        users.push(user(node, &mut own, &roles, &users)?);
    }
    roles.extend(own);
    let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
    let mut keys: Vec<ApiKey> = Vec::new();
    for node in file.list("api_keys")?.unwrap_or_default() {
        keys.push(api_key(node, &users, &names, &keys)?);
    }
    let mut tokens = Vec::new();
    for node in file.list("tokens")?.unwrap_or_default() {
        let mut token = Members::of(node, "a token", &TOKEN)?;
        let user = known(token.required("user")?, "user", &names)?;
        let expires = expires(&mut token)?;
        let token = Secret(token.required("token")?.value);
        tokens.push(Token { token, user, expires });
    }
    if users.is_empty() {
        return Err(wrong(file.place, "there are no users; at least one is needed"));
    }
    roles.remove(SUPERUSER);
    Ok(Security { roles, users, keys, tokens })
}

/// A role of the user alone goes into `own`; others cannot name it.
fn user(
    node: Spanned<Node>,
    own_roles: &mut BTreeMap<String, Granted>,
    roles: &BTreeMap<String, Granted>,
    others: &[User],
) -> Result<User, Wrong> {
    let mut user = Members::of(node, "a user", &USER)?;
    let name = user.required("name")?;
    if others.iter().any(|other| other.name == name.value) {
        return Err(twice("user", &name));
    }
    let password = user.text("password")?.map(|password| Secret(password.value));
    let mut all = Granted::default();
    let mut names = Vec::new();
    let known_roles: Vec<&str> = roles.keys().map(String::as_str).collect();
    for role in user.texts("roles")?.unwrap_or_default() {
        let role = known(role, "role", &known_roles)?;
        if let Some(granted) = roles.get(&role) {
            all.add(granted);
        }
        names.push(role);
    }
    if let Some(own) = granted(&mut user)? {
        if roles.contains_key(&name.value) {
            let message = format!(
                "the privileges of user [{0}] would be a role of that name, but role [{0}] is there already; name it in [roles]",
                name.value
            );
            return Err(wrong(name.referenced, message));
        }
        all.add(&own);
        names.push(name.value.clone());
        own_roles.insert(name.value.clone(), own);
    }
    names.sort();
    names.dedup();
    Ok(User { name: name.value, password, roles: names, granted: all })
}

fn api_key(
    node: Spanned<Node>,
    users: &[User],
    names: &[&str],
    others: &[ApiKey],
) -> Result<ApiKey, Wrong> {
    let mut key = Members::of(node, "an API key", &API_KEY)?;
    let id = key.required("id")?;
    if others.iter().any(|other| other.id == id.value) {
        return Err(twice("API key", &id));
    }
    if id.value.contains(':') {
        return Err(wrong(id.referenced, "the id of an API key cannot have a colon"));
    }
    let secret = Secret(key.required("api_key")?.value);
    key.text("name")?;
    let owner = known(key.required("owner")?, "user", names)?;
    let of_owner = users.iter().find(|user| user.name == owner).map(|user| user.granted.clone());
    let mut limits: Vec<Granted> = of_owner.into_iter().chain(granted(&mut key)?).collect();
    for node in key.list("limits")?.unwrap_or_default() {
        let mut limit = Members::of(node, "a limit", &LIMIT)?;
        limits.push(granted(&mut limit)?.unwrap_or_default());
    }
    let expires = expires(&mut key)?;
    let invalidated = key.boolean("invalidated")?;
    Ok(ApiKey { id: id.value, secret, owner, limits, expires, invalidated })
}

/// The privileges of a role, a user or a key; `None` if neither kind is mentioned.
fn granted(members: &mut Members) -> Result<Option<Granted>, Wrong> {
    let cluster = members.texts("privileges")?;
    let indices = members.texts("index_privileges")?;
    if cluster.is_none() && indices.is_none() {
        return Ok(None);
    }
    let mut granted = Granted::default();
    let allowed: Vec<&str> = ClusterPrivilege::ALL.iter().map(|one| one.name()).collect();
    for name in cluster.unwrap_or_default() {
        let privilege = ClusterPrivilege::from_name(&name.value);
        let problem = || unknown(&name.value, "is not", "a cluster privilege known here", &allowed);
        granted.cluster.insert(privilege.ok_or_else(|| wrong(name.referenced, problem()))?);
    }
    let allowed: Vec<&str> = IndexPrivilege::ALL.iter().map(|one| one.name()).collect();
    for name in indices.unwrap_or_default() {
        let privilege = IndexPrivilege::from_name(&name.value);
        let problem = || unknown(&name.value, "is not", "an index privilege known here", &allowed);
        granted.indices.insert(privilege.ok_or_else(|| wrong(name.referenced, problem()))?);
    }
    Ok(Some(granted))
}

fn known(name: Spanned<String>, what: &str, allowed: &[&str]) -> Result<String, Wrong> {
    if allowed.contains(&name.value.as_str()) {
        return Ok(name.value);
    }
    let message = unknown(&name.value, "is not", &format!("a {what} of this file"), allowed);
    Err(wrong(name.referenced, message))
}

fn expires(members: &mut Members) -> Result<Option<Timestamp>, Wrong> {
    let Some(text) = members.text("expires")? else { return Ok(None) };
    Timestamp::parse(&text.value)
        .map(Some)
        .map_err(|_| wrong(text.referenced, "[expires] must be a time like 2026-01-01T12:00:00Z"))
}

fn twice(what: &str, name: &Spanned<String>) -> Wrong {
    wrong(name.referenced, format!("{what} [{}] is there twice", name.value))
}
