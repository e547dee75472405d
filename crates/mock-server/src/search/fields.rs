//! Which type a field has, as the mapping of its index says (contract DO-7.2).

use std::collections::BTreeMap;

use api_types::json::{Json, Object};

use super::{dates::DateFormat, state_fields};
use crate::store::{CONNECTORS, SECRETS, SYNC_JOBS};

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text as a whole; longer ones are not indexed.
    Keyword {
        ignore_above: Option<usize>,
    },
    /// The words of a text.
    Text,
    Integer(&'static str),
    Decimal(&'static str),
    Date(DateFormat),
    Boolean,
    Id,
    Index,
    SeqNo,
    /// What this server does not search, in words.
    NotServed(String),
}

impl Kind {
    pub(super) const KEYWORD: Self = Self::Keyword { ignore_above: None };

    /// The name in messages.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Keyword { .. } => "keyword",
            Self::Text => "text",
            Self::Integer(name) | Self::Decimal(name) => name,
            Self::Date(_) => "date",
            Self::Boolean => "boolean",
            Self::Id => "_id",
            Self::Index => "_index",
            Self::SeqNo => "_seq_no",
            Self::NotServed(what) => what,
        }
    }

    /// The type of that name without parameters.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "keyword" => Self::KEYWORD,
            "text" | "match_only_text" => Self::Text,
            "byte" => Self::Integer("byte"),
            "short" => Self::Integer("short"),
            "integer" => Self::Integer("integer"),
            "long" => Self::Integer("long"),
            "double" => Self::Decimal("double"),
            "float" => Self::Decimal("float"),
            "half_float" => Self::Decimal("half_float"),
            "date" => Self::Date(DateFormat::Iso),
            "boolean" => Self::Boolean,
            _ => return None,
        })
    }
}

/// A field and where its values stand in documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Another path than the name for a field within another, `title.keyword`.
    pub(super) source: String,
}

/// What a path of a query stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    Field(Field),
    /// An object: the fields below it that the mapping names, and whether others count.
    Object(Vec<Field>, Others),
    /// Nothing that was ever indexed.
    Unmapped,
}

/// Whether members that a mapping does not name become fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Others {
    Ignored,
    Mapped,
    /// They do, in a way that this server does not follow.
    NotServed(&'static str),
}

/// The fields of an index.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    fields: BTreeMap<String, Field>,
    /// The objects that the mapping names, with what it says of other members; `""` is the whole.
    objects: BTreeMap<String, Others>,
}

impl Fields {
    /// The fields of the index of that name and mapping; the indices of connectors and sync jobs
    /// have their own.
    pub(crate) fn of(index: &str, mappings: &Object) -> Self {
        let mut fields = Self { fields: BTreeMap::new(), objects: BTreeMap::new() };
        let known = if index == CONNECTORS.index {
            state_fields::connectors()
        } else if index == SYNC_JOBS.index {
            state_fields::sync_jobs()
        } else if index == SECRETS.index {
            Vec::new()
        } else {
            fields.read(mappings);
            return fields;
        };
        fields.objects.insert(String::new(), Others::Ignored);
        for (path, kind) in known {
            for (at, _) in path.match_indices('.') {
                let (object, _) = path.split_at(at);
                fields.objects.insert(object.to_owned(), Others::Ignored);
            }
            fields.add(path, kind, path);
        }
        fields
    }

    fn add(&mut self, name: &str, kind: Kind, source: &str) {
        let field = Field { name: name.to_owned(), kind, source: source.to_owned() };
        self.fields.insert(name.to_owned(), field);
    }

    fn read(&mut self, mappings: &Object) {
        let mut others = dynamic(mappings).unwrap_or(Others::Mapped);
        let has_templates = mappings
            .get("dynamic_templates")
            .and_then(Json::as_array)
            .is_some_and(|templates| !templates.is_empty());
        if others == Others::Mapped && has_templates {
            others = Others::NotServed("[dynamic_templates]");
        }
        self.read_object("", mappings, &others);
    }

    fn read_object(&mut self, path: &str, mapping: &Object, others: &Others) {
        self.objects.insert(path.to_owned(), others.clone());
        let Some(properties) = mapping.get("properties").and_then(Json::as_object) else { return };
        for (name, value) in properties.iter() {
            let Some(mapping) = value.as_object() else { continue };
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let kind = mapping.get("type").and_then(Json::as_str).unwrap_or("object");
            if kind != "object" {
                self.read_field(&path, kind, mapping, &path);
            } else if mapping.get("enabled").and_then(truth) == Some(false) {
                self.objects.insert(path, Others::Ignored);
            } else {
                let own = dynamic(mapping).unwrap_or_else(|| others.clone());
                self.read_object(&path, mapping, &own);
            }
        }
    }

    fn read_field(&mut self, name: &str, kind: &str, mapping: &Object, source: &str) {
        self.add(name, kind_of(kind, mapping), source);
        let Some(within) = mapping.get("fields").and_then(Json::as_object) else { return };
        for (inner, value) in within.iter() {
            let Some(mapping) = value.as_object() else { continue };
            let kind = mapping.get("type").and_then(Json::as_str).unwrap_or("object");
            self.read_field(&format!("{name}.{inner}"), kind, mapping, source);
        }
    }

    /// What a path stands for.
    pub(super) fn resolve(&self, path: &str) -> Resolved {
        let of_all = match path {
            "_id" => Some(Kind::Id),
            "_index" => Some(Kind::Index),
            "_seq_no" => Some(Kind::SeqNo),
            "_doc_count" | "_field_names" | "_ignored" | "_nested_path" | "_routing" | "_size"
            | "_source" | "_tier" | "_version" => Some(Kind::NotServed(path.to_owned())),
            _ => None,
        };
        if let Some(kind) = of_all {
            return field(path, kind, path);
        }
        if let Some(found) = self.fields.get(path) {
            return Resolved::Field(found.clone());
        }
        if let Some(others) = self.objects.get(path) {
            return Resolved::Object(self.below(path), others.clone());
        }
        match self.others(path) {
            Others::Ignored | Others::Mapped => Resolved::Unmapped,
            Others::NotServed(what) => {
                let kind = Kind::NotServed(format!("not mapped, in an index with {what}"));
                field(path, kind, path)
            }
        }
    }

    fn below(&self, path: &str) -> Vec<Field> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        let is_below = |name: &str| name.starts_with(&prefix);
        self.fields.values().filter(|field| is_below(&field.name)).cloned().collect()
    }

    /// What becomes of a member that the mapping does not name.
    fn others(&self, path: &str) -> Others {
        let parents = path.rmatch_indices('.').map(|(at, _)| path.split_at(at).0);
        for parent in parents.chain([""]) {
            if self.fields.contains_key(parent) {
                return Others::Ignored;
            }
            if let Some(others) = self.objects.get(parent) {
                return others.clone();
            }
        }
        Others::Ignored
    }
}

fn field(name: &str, kind: Kind, source: &str) -> Resolved {
    Resolved::Field(Field { name: name.to_owned(), kind, source: source.to_owned() })
}

fn truth(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(value) => Some(*value),
        Json::String(text) => text.parse().ok(),
        Json::Null | Json::Number(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

fn dynamic(mapping: &Object) -> Option<Others> {
    let value = mapping.get("dynamic")?;
    if value.as_str() == Some("runtime") {
        return Some(Others::NotServed("[dynamic] of [runtime]"));
    }
    Some(if truth(value) == Some(true) { Others::Mapped } else { Others::Ignored })
}

/// Parameters that change nothing in what is found.
const WITHOUT_EFFECT: [&str; 14] = [
    "type",
    "fields",
    "store",
    "norms",
    "index_options",
    "index_phrases",
    "index_prefixes",
    "eager_global_ordinals",
    "coerce",
    "ignore_malformed",
    "meta",
    "similarity",
    "term_vector",
    "position_increment_gap",
];

fn kind_of(name: &str, mapping: &Object) -> Kind {
    let Some(kind) = Kind::named(name) else { return Kind::NotServed(name.to_owned()) };
    let is_kept = |(parameter, value): &(&str, &Json)| match *parameter {
        "ignore_above" => matches!(kind, Kind::Keyword { .. }),
        "analyzer" | "search_analyzer" => value.as_str() == Some("standard"),
        "index" | "doc_values" => truth(value) == Some(true),
        "fielddata" => truth(value) == Some(false),
        "format" => value.as_str().is_some_and(|format| DateFormat::named(format).is_some()),
        other => WITHOUT_EFFECT.contains(&other),
    };
    if let Some((parameter, _)) = mapping.iter().find(|parameter| !is_kept(parameter)) {
        return Kind::NotServed(format!("{name} with [{parameter}]"));
    }
    let format = mapping.get("format").and_then(Json::as_str).and_then(DateFormat::named);
    match (kind, mapping.get("ignore_above").and_then(Json::as_i64), format) {
        (Kind::Keyword { .. }, Some(limit), _) => {
            Kind::Keyword { ignore_above: usize::try_from(limit).ok() }
        }
        (Kind::Date(_), _, Some(format)) => Kind::Date(format),
        (kind, _, _) => kind,
    }
}
