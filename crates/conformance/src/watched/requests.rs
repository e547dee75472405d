//! What a test says of the requests of one operation.

use std::fmt::Display;

use api_types::{endpoint::Operation, json::Json};
use serde::Serialize;

use super::{
    Watched, compared,
    told::{MOST, others, told},
};
use crate::{
    fail::fail,
    report::{Problem, shortened},
    suggest::did_you_mean,
    wire::Recorded,
};

/// Requests of an operation that a test has spoken of, one at least.
///
/// Each `with_…` leaves those that are so, and fails if none is. [`Requests::once`] and
/// [`Requests::times`] count what is left, so `saw(…).once().with_path(…)` expects one request that
/// is so, and `saw(…).with_path(…).once()` expects one that is so among any number of others.
#[derive(Clone, Debug)]
pub struct Requests<'w> {
    watched: &'w Watched,
    operation: Operation,
    /// What was said of them: `with the path parameter connector_id [c]`.
    conditions: Vec<String>,
    left: Vec<Recorded>,
}

#[expect(clippy::must_use_candidate, reason = "an assertion may be the last word on a request")]
impl<'w> Requests<'w> {
    pub(super) fn new(watched: &'w Watched, operation: Operation) -> Self {
        let mut left = watched.exchanges();
        left.retain(|one| watched.route(one).row().is_some_and(|row| row.operation == operation));
        Self { watched, operation, conditions: Vec::new(), left }
    }

    /// The exchanges that are left.
    pub fn exchanges(&self) -> &[Recorded] {
        &self.left
    }

    /// Expects one and no more.
    ///
    /// # Panics
    /// If it is otherwise.
    #[track_caller]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Expects so many.
    ///
    /// # Panics
    /// If it is otherwise.
    #[track_caller]
    pub fn times(self, number: usize) -> Self {
        let came = self.left.len();
        if came != number {
            let plural = if number == 1 { "request" } else { "requests" };
            let described = self.described();
            let sentence = format!("expected {number} {plural} of {described}, {came} came");
            self.watched.fail_with(&sentence);
        }
        self
    }

    /// Expects this value of a parameter of the path. It is compared after percent-decoding, so a
    /// client that encodes an id wrongly fails here.
    ///
    /// # Panics
    /// If none is so, or the operation has no such parameter.
    #[track_caller]
    pub fn with_path(self, name: &str, value: &str) -> Self {
        let operation = self.operation;
        let names: Vec<&str> = operation.endpoints().flat_map(|row| row.path_params()).collect();
        if !names.contains(&name) {
            let hint = did_you_mean(name, names.iter().copied());
            let path = operation.endpoints().next().map(|row| row.path).unwrap_or_default();
            fail(&format!(
                "[{name}] is no parameter of the path of {operation}{hint}, which is {path}"
            ));
        }
        let watched = self.watched;
        let condition = format!("with the path parameter {name} [{value}]");
        self.narrowed(condition, |one| compared::path(watched.route(one).row(), one, name, value))
    }

    /// Expects this value of a parameter of the query, after percent-decoding.
    ///
    /// # Panics
    /// If none is so.
    #[track_caller]
    pub fn with_query(self, name: &str, value: impl Display) -> Self {
        let value = value.to_string();
        let condition = format!("with the query parameter {name} [{value}]");
        self.narrowed(condition, |one| compared::query(one, name, &value))
    }

    /// Expects a header of this name, in any case, with this value.
    ///
    /// # Panics
    /// If none is so.
    #[track_caller]
    pub fn with_header(self, name: &str, value: &str) -> Self {
        let condition = format!("with the header {name} [{value}]");
        self.narrowed(condition, |one| compared::header(one, name, value))
    }

    /// Expects this body, all of it. The order of members does not count, and `1` is `1.0`.
    ///
    /// # Panics
    /// If none is so, or the body cannot be made into JSON.
    #[track_caller]
    pub fn with_body(self, body: impl Serialize) -> Self {
        let text = serde_json::to_vec(&body).map_err(|error| error.to_string());
        let body = text.and_then(|text| Json::parse(&text).map_err(|error| error.to_string()));
        let body = match body {
            Ok(body) => body,
            Err(error) => fail(&format!("the expected body cannot be made into JSON: {error}")),
        };
        let operation = self.operation;
        let condition = format!("with the body {}", shortened(&body.to_compact()));
        self.narrowed(condition, |one| compared::body(operation, one, &body))
    }

    /// Expects that there is no body.
    ///
    /// # Panics
    /// If all have one.
    #[track_caller]
    pub fn without_body(self) -> Self {
        let operation = self.operation;
        self.narrowed("without a body".to_owned(), |one| compared::no_body(operation, one))
    }

    /// Expects that the server answered with this status.
    ///
    /// # Panics
    /// If none was answered so.
    #[track_caller]
    pub fn answered(self, status: u16) -> Self {
        self.narrowed(format!("answered with {status}"), |one| compared::answered(one, status))
    }

    /// `connector.get with the path parameter connector_id [c], answered with 200`
    fn described(&self) -> String {
        let operation = self.operation.name();
        if self.conditions.is_empty() {
            return operation.to_owned();
        }
        format!("{operation} {}", self.conditions.join(", "))
    }

    /// Leaves those that have no problem.
    #[track_caller]
    fn narrowed(mut self, condition: String, problems: impl Fn(&Recorded) -> Vec<Problem>) -> Self {
        let before = self.described();
        self.conditions.push(condition);
        let judged: Vec<Vec<Problem>> = self.left.iter().map(problems).collect();
        if !judged.iter().any(Vec::is_empty) {
            let number = self.left.len();
            let came = match number {
                1 => format!("1 request of {before} came, and it is different"),
                _ => format!("{number} requests of {before} came, and all are different"),
            };
            let mut text = format!("expected a request of {}\n{came}\n", self.described());
            for (exchange, problems) in self.left.iter().zip(judged).take(MOST) {
                text.push_str(&told(self.watched, exchange, problems));
            }
            text.push_str(&others(number));
            fail(&text);
        }
        let mut judged = judged.into_iter();
        self.left.retain(|_| judged.next().is_some_and(|problems| problems.is_empty()));
        self
    }
}
