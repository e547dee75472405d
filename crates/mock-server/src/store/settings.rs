//! The settings of an index: what was given, and what every index has beside that.

use api_types::{
    Timestamp,
    json::{Json, Object},
};

/// The settings of an index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Those that were given, by their dotted names below `index.`.
    given: Vec<(String, Json)>,
    created: Option<Timestamp>,
}

/// In a millisecond.
const NANOSECONDS: i128 = 1_000_000;

impl Settings {
    /// These settings with others over them, as a request gives them: nested or dotted, with or
    /// without `index.` in front.
    pub(crate) fn with(mut self, given: &Object) -> Self {
        self.flatten("", given);
        self
    }

    /// When the index was made.
    pub(crate) const fn created(&self) -> Option<Timestamp> {
        self.created
    }

    /// The same settings of an index that was made then.
    pub(super) const fn created_at(mut self, created: Timestamp) -> Self {
        self.created = Some(created);
        self
    }

    /// What has to be given over `base` to get these, as a request gives it.
    pub(crate) fn beyond(&self, base: &Self) -> Object {
        let beyond = self.given.iter().filter(|setting| !base.given.contains(setting));
        let beyond = given(beyond);
        if base.clone().with(&beyond).given == self.given { beyond } else { given(&self.given) }
    }

    fn flatten(&mut self, path: &str, object: &Object) {
        for (name, value) in object.iter() {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            match value {
                Json::Object(nested) => self.flatten(&path, nested),
                Json::Null => {}
                other => {
                    let name = path.strip_prefix("index.").unwrap_or(&path).to_owned();
                    self.given.retain(|(known, _)| *known != name);
                    self.given.push((name, as_setting(other)));
                }
            }
        }
    }

    fn is(&self, name: &str) -> bool {
        self.given.iter().any(|(known, value)| known == name && value.as_str() == Some("true"))
    }

    /// Whether wildcards pass the index by.
    pub(crate) fn is_hidden(&self) -> bool {
        self.is("hidden")
    }

    /// The pipeline that a write goes through which names none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.as_str())
    }

    /// All of them, nested and in the order of a Java map. `index_version` is the number by which
    /// Elasticsearch knows the version that made the index.
    pub(crate) fn shown(&self, name: &str, uuid: &str, index_version: &str) -> Object {
        let mut index = Object::new();
        let created = self.created.map_or(0, |at| at.as_nanoseconds().div_euclid(NANOSECONDS));
        let own = [
            ("routing.allocation.include._tier_preference", "data_content".to_owned()),
            ("number_of_shards", "1".to_owned()),
            ("number_of_replicas", "1".to_owned()),
            ("provided_name", name.to_owned()),
            ("creation_date", created.to_string()),
            ("uuid", uuid.to_owned()),
            ("version.created", index_version.to_owned()),
        ];
        for (name, value) in own {
            insert(&mut index, name, Json::from(value));
        }
        for (name, value) in &self.given {
            insert(&mut index, name, value.clone());
        }
        Object::new().with("index", index.in_java_map_order())
    }
}

/// Settings by their dotted names, nested and in the order of a Java map.
pub(crate) fn nested(flat: Object) -> Object {
    let mut settings = Object::new();
    for (name, value) in flat {
        insert(&mut settings, &name, value);
    }
    settings.in_java_map_order()
}

/// Settings as a request gives them; nothing if there are none.
fn given<'s>(settings: impl IntoIterator<Item = &'s (String, Json)>) -> Object {
    let all: Object = settings.into_iter().cloned().collect();
    if all.is_empty() { all } else { Object::new().with("index", all) }
}

/// Elasticsearch keeps every setting as text.
fn as_setting(value: &Json) -> Json {
    match value {
        Json::Array(elements) => elements.iter().map(as_setting).collect(),
        Json::String(text) => Json::String(text.clone()),
        other => Json::from(other.to_compact()),
    }
}

/// Puts a value at a dotted path.
fn insert(object: &mut Object, path: &str, value: Json) {
    let Some((first, rest)) = path.split_once('.') else {
        return object.insert(path.to_owned(), value);
    };
    let mut nested = match object.get(first) {
        Some(Json::Object(nested)) => nested.clone(),
        _ => Object::new(),
    };
    insert(&mut nested, rest, value);
    object.insert(first.to_owned(), nested);
}
