//! What went over the wire, in the order of the requests.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::message::{Message, StartLine};
use crate::exchange::Answer;

/// A request and what was answered.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The place in the order of the requests, from 1.
    pub number: usize,
    /// The connection that it came on, from 1.
    pub connection: usize,
    /// When the request was whole, since the gateway's start.
    pub at: Duration,
    /// How long the answer took, if there was one.
    pub took: Option<Duration>,
    /// The request.
    pub request: Message,
    /// The answer as the client got it.
    pub answer: Option<Message>,
    /// Why there is no whole answer.
    pub problem: Option<String>,
}

impl Recorded {
    /// The method and the target.
    #[must_use]
    pub fn line(&self) -> (&str, &str) {
        match &self.request.head.start {
            StartLine::Request { method, target } => (method, target),
            StartLine::Answer { .. } => ("", ""),
        }
    }

    /// The status that was answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.answer.as_ref()?.head.start {
            StartLine::Answer { status } => Some(status),
            StartLine::Request { .. } => None,
        }
    }

    /// The answer without the bytes it came in.
    #[must_use]
    pub fn plain_answer(&self) -> Option<Answer> {
        let answer = self.answer.as_ref()?;
        let lower = |(name, value): &(String, String)| (name.to_ascii_lowercase(), value.clone());
        let headers = answer.head.headers.iter().map(lower).collect();
        Some(Answer { status: self.status()?, headers, body: answer.body.clone() })
    }
}

/// Writes down exchanges; clones write into the same list.
#[derive(Clone, Debug)]
pub struct Recorder {
    begin: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    exchanges: Vec<Recorded>,
    connections: usize,
    problems: Vec<String>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self { begin: Instant::now(), state: Arc::default() }
    }
}

impl Recorder {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long ago the gateway started.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.begin.elapsed()
    }

    /// How many exchanges there are so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.state().exchanges.len()
    }

    /// The exchanges after the first `skipped` ones.
    #[must_use]
    pub fn since(&self, skipped: usize) -> Vec<Recorded> {
        self.state().exchanges.get(skipped..).unwrap_or_default().to_vec()
    }

    /// Takes all exchanges out and forgets them.
    #[must_use]
    pub fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.state().exchanges)
    }

    /// What could not be read as HTTP, or not be forwarded.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        self.state().problems.clone()
    }

    pub(super) fn connection(&self) -> usize {
        let mut state = self.state();
        state.connections += 1;
        state.connections
    }

    /// Writes down a request and gives its place.
    pub(super) fn request(&self, connection: usize, request: Message) -> usize {
        let at = self.now();
        let mut state = self.state();
        let number = state.exchanges.len() + 1;
        let (took, answer, problem) = (None, None, None);
        state.exchanges.push(Recorded { number, connection, at, took, request, answer, problem });
        number
    }

    pub(super) fn answer(&self, number: usize, answer: Message) {
        let now = self.now();
        self.change(number, |exchange| {
            exchange.took = Some(now.saturating_sub(exchange.at));
            exchange.answer = Some(answer);
        });
    }

    pub(super) fn broke(&self, number: usize, problem: String) {
        self.change(number, |exchange| exchange.problem = Some(problem));
    }

    pub(super) fn problem(&self, problem: String) {
        self.state().problems.push(problem);
    }

    fn change(&self, number: usize, change: impl FnOnce(&mut Recorded)) {
        let mut state = self.state();
        let found = number.checked_sub(1).and_then(|index| state.exchanges.get_mut(index));
        // An exchange of a case that is over may have been taken out.
        if let Some(exchange) = found {
            change(exchange);
        }
    }
}
