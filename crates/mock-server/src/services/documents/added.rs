//! What a document adds to the mapping of its index (contract DO-4.3-14, DO-4.3-17, DO-4.3-18).

use std::collections::{BTreeMap, BTreeSet};

use api_types::{
    error::{ErrorCause, illegal_argument},
    json::{Json, Object},
};

use super::detection::Made;
use crate::{services::indices::grown, store::Settings};

/// How far a mapping may grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    fields: usize,
    depth: usize,
}

impl Limits {
    pub(super) fn of(settings: &Settings) -> Self {
        let limit = |name: &str, default| {
            settings.text(name).and_then(|text| text.parse().ok()).unwrap_or(default)
        };
        Self {
            fields: limit("mapping.total_fields.limit", 1000),
            depth: limit("mapping.depth.limit", 20),
        }
    }
}

/// What was added, in the order of the document. A value does not see what another one of the same
/// document has added: that is found out at the end.
pub(super) struct Added<'m> {
    mappings: &'m Object,
    limits: Limits,
    fields: Vec<(String, Addition<'m>)>,
    /// What counts: the paths, and how many fields they are.
    paths: BTreeSet<String>,
    count: usize,
}

#[derive(Clone, Copy, Debug)]
enum Addition<'m> {
    Object,
    Field(Made<'m>),
    Runtime(Made<'m>),
}

impl<'m> Added<'m> {
    pub(super) const fn new(mappings: &'m Object, limits: Limits) -> Self {
        Self { mappings, limits, fields: Vec::new(), paths: BTreeSet::new(), count: 0 }
    }

    pub(super) fn object(&mut self, path: &str) -> Result<(), ErrorCause> {
        let limit = self.limits.depth;
        if path.matches('.').count() + 2 > limit {
            return Err(illegal_argument(format!(
                "Limit of mapping depth [{limit}] has been exceeded due to object field [{path}]"
            )));
        }
        self.add(path, Addition::Object, 1)
    }

    pub(super) fn field(&mut self, path: &str, made: Made<'m>) -> Result<(), ErrorCause> {
        let size = if made == Made::Text { 2 } else { 1 };
        self.add(path, Addition::Field(made), size)
    }

    pub(super) fn runtime(&mut self, path: &str, made: Made<'m>) -> Result<(), ErrorCause> {
        self.add(path, Addition::Runtime(made), 1)
    }

    fn add(&mut self, path: &str, addition: Addition<'m>, size: usize) -> Result<(), ErrorCause> {
        if !self.paths.contains(path) {
            if self.fields.is_empty() {
                self.count = fields_of(self.mappings);
            }
            let (more, limit) = (self.count + size, self.limits.fields);
            if more > limit {
                let more = more - fields_of(self.mappings);
                return Err(illegal_argument(format!(
                    "Limit of total fields [{limit}] has been exceeded while adding new fields [{more}]"
                )));
            }
            self.count = more;
            self.paths.insert(path.to_owned());
        }
        self.fields.push((path.to_owned(), addition));
        Ok(())
    }

    /// The mapping with all of this; `None` if that is nothing.
    ///
    /// # Errors
    /// Where two values of the document make different things of one member.
    pub(super) fn mapping(self) -> Result<Option<Object>, ErrorCause> {
        if self.fields.is_empty() {
            return Ok(None);
        }
        let mut root = BTreeMap::new();
        let mut runtime = Object::new();
        for (path, addition) in &self.fields {
            let parts = path.split('.');
            match addition {
                Addition::Object => put(&mut root, path, parts, None)?,
                Addition::Field(made) => put(&mut root, path, parts, Some(*made))?,
                Addition::Runtime(made) => runtime.insert(path.clone(), made.runtime()),
            }
        }
        let mut more = Object::new();
        if !runtime.is_empty() {
            more.insert("runtime", runtime);
        }
        if !root.is_empty() {
            more.insert("properties", properties(root));
        }
        Ok(Some(grown(self.mappings, more)))
    }
}

/// What is to be at a name.
enum Node<'m> {
    Object(Nodes<'m>),
    Field(Made<'m>),
}

type Nodes<'m> = BTreeMap<String, Node<'m>>;

/// Puts a field, or an object where there is none, at a path.
fn put<'m, 'p>(
    nodes: &mut Nodes<'m>,
    path: &str,
    mut parts: impl Iterator<Item = &'p str>,
    field: Option<Made<'m>>,
) -> Result<(), ErrorCause> {
    let mut nodes = nodes;
    let mut length = 0;
    let mut part = parts.next();
    while let Some(name) = part {
        length += name.len();
        part = parts.next();
        let made = if part.is_none() { field } else { None };
        let node = nodes
            .entry(name.to_owned())
            .or_insert_with(|| made.map_or_else(|| Node::Object(Nodes::new()), Node::Field));
        match (node, made) {
            (Node::Object(within), None) => nodes = within,
            (Node::Field(before), Some(made)) => return check_same(path, *before, made),
            (Node::Object(_), Some(_)) | (Node::Field(_), None) => {
                let path = path.get(..length).unwrap_or(path);
                return Err(illegal_argument(format!(
                    "can't merge a non object mapping [{path}] with an object mapping"
                )));
            }
        }
        length += 1;
    }
    Ok(())
}

/// Refuses two types of one field.
fn check_same(path: &str, before: Made<'_>, now: Made<'_>) -> Result<(), ErrorCause> {
    match (before, now) {
        (Made::Date(before), Made::Date(now)) if before != now => Err(illegal_argument(format!(
            "Mapper for [{path}] conflicts with existing mapper:\n\tCannot update parameter [format] from [{before}] to [{now}]"
        ))),
        _ if before.name() == now.name() => Ok(()),
        _ => {
            let (before, now) = (before.name(), now.name());
            Err(illegal_argument(format!(
                "mapper [{path}] cannot be changed from type [{before}] to [{now}]"
            )))
        }
    }
}

fn properties(nodes: Nodes<'_>) -> Object {
    let mapping = |node| match node {
        Node::Field(made) => made.mapping(),
        Node::Object(within) if within.is_empty() => Object::new().with("type", "object"),
        Node::Object(within) => Object::new().with("properties", properties(within)),
    };
    nodes.into_iter().map(|(name, node)| (name, Json::Object(mapping(node)))).collect()
}

/// How many fields a mapping has: objects and the fields within fields count too.
fn fields_of(mapping: &Object) -> usize {
    let members = |name: &str| mapping.get(name).and_then(Json::as_object).into_iter();
    let runtime = members("runtime").map(Object::len).sum::<usize>();
    let within = members("properties").chain(members("fields"));
    let fields = within.flat_map(Object::iter).filter_map(|(_, field)| field.as_object());
    fields.map(|field| 1 + fields_of(field)).sum::<usize>() + runtime
}
