//! Which requests a fixture answers.

use api_types::{
    endpoint::{Endpoint, Method},
    json::Json,
};
use percent_encoding::percent_decode_str;
use wiremock::Match;

use crate::{case::RequestTemplate, client_run::differences, exchange::Request};

/// What a request must be.
#[derive(Clone, Debug)]
pub(super) struct Matching {
    method: String,
    segments: Vec<Segment>,
    /// Names and values, in order of both.
    query: Vec<(String, String)>,
    /// Those that the fixture names.
    headers: Vec<(String, String)>,
    body: Body,
}

#[derive(Clone, Debug)]
enum Segment {
    Any,
    Text(String),
}

#[derive(Clone, Debug)]
enum Body {
    None,
    Json(Json),
    /// No JSON, or not only that.
    Text(String),
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn split(target: &str) -> (&str, &str) {
    target.split_once('?').unwrap_or((target, ""))
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " ")))
    });
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort();
    pairs
}

impl Matching {
    /// What the request of a template is; `$name` in a segment stands for any id.
    pub(super) fn new(template: &RequestTemplate, request: &Request) -> Self {
        let (path, query) = split(&request.target);
        let templates = split(&template.target).0.split('/');
        let segment = |(template, given): (&str, &str)| {
            if template.contains('$') { Segment::Any } else { Segment::Text(decoded(given)) }
        };
        let body = match &request.body {
            None => Body::None,
            Some(text) => {
                Json::parse(text.as_bytes()).map_or_else(|_| Body::Text(text.clone()), Body::Json)
            }
        };
        let named = |name: &str| template.headers.iter().any(|(given, _)| given == name);
        let headers = request.headers.iter().filter(|(name, _)| named(name));
        Self {
            method: request.method.clone(),
            segments: templates.zip(path.split('/')).map(segment).collect(),
            query: pairs(query),
            headers: headers.cloned().collect(),
            body,
        }
    }

    /// Lets every parameter of the path be anything.
    pub(super) fn allow_any_id(&mut self, request: &Request) {
        let (path, _) = split(&request.target);
        let method = Method::from_name(&request.method);
        let Some(row) = method.and_then(|method| Endpoint::find(method, path)) else { return };
        for (segment, wanted) in self.segments.iter_mut().zip(row.path.split('/')) {
            if wanted.starts_with('{') {
                *segment = Segment::Any;
            }
        }
    }

    fn path_fits(&self, path: &str) -> bool {
        let given: Vec<&str> = path.split('/').collect();
        let fits = |(segment, given): (&Segment, &&str)| match segment {
            Segment::Any => !given.is_empty(),
            Segment::Text(text) => *text == decoded(given),
        };
        given.len() == self.segments.len() && self.segments.iter().zip(&given).all(fits)
    }

    fn body_fits(&self, body: &[u8]) -> bool {
        match &self.body {
            Body::None => body.is_empty(),
            Body::Text(text) => text.as_bytes() == body,
            Body::Json(wanted) => {
                Json::parse(body).is_ok_and(|given| differences(wanted, &given).is_empty())
            }
        }
    }
}

impl Match for Matching {
    fn matches(&self, request: &wiremock::Request) -> bool {
        let has = |(name, value): &(String, String)| {
            request.headers.get(name.as_str()).is_some_and(|given| given == value.as_str())
        };
        request.method.as_str() == self.method
            && self.path_fits(request.url.path())
            && pairs(request.url.query().unwrap_or_default()) == self.query
            && self.headers.iter().all(has)
            && self.body_fits(&request.body)
    }
}
