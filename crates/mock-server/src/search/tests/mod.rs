//! Tests of searches, from the body of a request to the text of the answer.

mod agreement;
mod answers;
mod clauses;
mod refusals;
mod scrolls;

use api_types::{
    Timestamp, Version,
    error::{ErrorCause, Traces},
    json::{Json, Object},
};

use super::{Searched, answer, apply_params, search, search_body};
use crate::{
    params::Params,
    reply::{Reply, ReplyBody},
    services::documents,
    sources::IdSource,
    store::Store,
    warnings::Warnings,
};

/// The index in which tests search if they name none.
const INDEX: &str = "content";

fn object(text: &str) -> Object {
    match Json::parse(text.as_bytes()) {
        Ok(Json::Object(object)) => object,
        other => panic!("not an object: {other:?}"),
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2024-03-15T12:00:00.000Z").unwrap()
}

/// A store with an index of documents, written in this order.
fn store_of(index: &str, documents: &[(&str, &str)]) -> Store {
    let mut ids = IdSource::seeded(1);
    let mut store = Store::new(&mut ids);
    for (id, source) in documents {
        store.put(index, id, object(source), &mut ids);
    }
    documents::add_all(store.index_mut(index).unwrap());
    store
}

fn params(query: &str) -> Params {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.to_owned(), value.to_owned())
    });
    Params::new(pairs.collect())
}

/// One request, with the mappings of its index.
struct Asked<'a> {
    store: &'a Store,
    index: &'a str,
    mappings: Option<Object>,
    query: &'a str,
}

impl<'a> Asked<'a> {
    const fn of(store: &'a Store) -> Self {
        Self { store, index: INDEX, mappings: None, query: "" }
    }

    fn with(self, query: &'a str) -> Self {
        Self { query, ..self }
    }

    fn mapped(self, mappings: &str) -> Self {
        Self { mappings: Some(object(mappings)), ..self }
    }

    fn search(&self, body: &str) -> Result<Reply, ErrorCause> {
        let mut request = search_body(body.as_bytes(), Version::NEWEST, &Warnings::default())?;
        apply_params(&mut request, &params(self.query))?;
        assert_eq!(request.messages(), Vec::<String>::new());
        // As if the documents had been written in their order to an index with this mapping.
        let mut index = self.store.index(self.index).unwrap().clone();
        if let Some(mappings) = &self.mappings {
            index.mappings = mappings.clone();
            documents::add_all(&mut index);
        }
        let searched = [Searched::new(&index)];
        search(&request, &searched, now()).map(|found| answer::search(&found, None))
    }

    /// The ids that are found, in order.
    fn ids(&self, body: &str) -> String {
        let answer = text(self.search(body).unwrap_or_else(|error| panic!("{body}: {error:?}")));
        let answer = Json::parse(answer.as_bytes()).unwrap();
        let hits = answer.at("hits.hits").and_then(Json::as_array).unwrap().to_vec();
        hits.iter().filter_map(|hit| hit.get("_id")?.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The envelope of the error.
    fn error(&self, body: &str) -> String {
        match self.search(body) {
            Ok(reply) => panic!("{body} answers {}", text(reply)),
            Err(cause) => cause.envelope(cause.status(), Traces::Hidden).to_compact(),
        }
    }

    /// The outermost type and reason of the error.
    fn reason(&self, body: &str) -> String {
        let error = Json::parse(self.error(body).as_bytes()).unwrap();
        let text =
            |path: &str| error.at(path).and_then(Json::as_str).unwrap_or_default().to_owned();
        format!("{}: {}", text("error.type"), text("error.reason"))
    }
}

fn text(reply: Reply) -> String {
    match reply.body {
        ReplyBody::Text(text) | ReplyBody::Whole(text) => String::from_utf8(text.to_vec()).unwrap(),
        ReplyBody::Value(value) | ReplyBody::Laid { value, .. } => value.to_compact(),
    }
}
