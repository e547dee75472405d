//! Users, roles, keys and tokens in the form of their file.

use api_types::json::{Json, Object};

use super::{ApiKey, Granted, Security, Token, User};

impl Security {
    /// The sections of a file that is read as this. Passwords and keys are there in clear.
    pub(crate) fn written(&self) -> Object {
        let roles = self.roles.iter();
        let roles = roles.map(|(name, granted)| granted.add_to(named(name)).into());
        let mut sections = Object::new();
        for (name, section) in [
            ("roles", roles.collect::<Vec<Json>>()),
            ("users", self.users.iter().map(User::written).collect()),
            ("api_keys", self.keys.iter().map(ApiKey::written).collect()),
            ("tokens", self.tokens.iter().map(Token::written).collect()),
        ] {
            if !section.is_empty() {
                sections.insert(name, section);
            }
        }
        sections
    }
}

fn named(name: &str) -> Object {
    Object::new().with("name", name.to_owned())
}

fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Json> {
    texts.map(|text| Json::from(text.to_owned())).collect()
}

impl Granted {
    fn add_to(&self, mut object: Object) -> Object {
        let cluster = texts(self.cluster.iter().map(|one| one.name()));
        let indices = texts(self.indices.iter().map(|one| one.name()));
        if !cluster.is_empty() || indices.is_empty() {
            object.insert("privileges", cluster);
        }
        if !indices.is_empty() {
            object.insert("index_privileges", indices);
        }
        object
    }
}

impl User {
    fn written(&self) -> Json {
        let mut user = named(&self.name);
        user.insert_some("password", self.password.as_ref().map(|password| password.0.clone()));
        if !self.roles.is_empty() {
            user.insert("roles", texts(self.roles.iter().map(String::as_str)));
        }
        user.into()
    }
}

impl ApiKey {
    fn written(&self) -> Json {
        let mut key = Object::new()
            .with("id", self.id.clone())
            .with("api_key", self.secret.0.clone())
            .with("owner", self.owner.clone());
        // The first limit is what the owner may do.
        match self.limits.get(1..).unwrap_or_default() {
            [] => {}
            [limit] => key = limit.add_to(key),
            limits => {
                let limits = limits.iter().map(|limit| limit.add_to(Object::new()).into());
                key.insert("limits", limits.collect::<Vec<Json>>());
            }
        }
        key.insert_some("expires", self.expires);
        if self.invalidated {
            key.insert("invalidated", true);
        }
        key.into()
    }
}

impl Token {
    fn written(&self) -> Json {
        let mut token =
            Object::new().with("token", self.token.0.clone()).with("user", self.user.clone());
        token.insert_some("expires", self.expires);
        token.into()
    }
}
