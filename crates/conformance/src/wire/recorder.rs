//! What went over the wire: kept in the order of the requests, or handed on, exchange by exchange.

use std::{
    collections::BTreeMap,
    fmt,
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
    /// Which time between two [`Recorder::take`]s it is of, from 0.
    pub chapter: usize,
    /// When the request was whole, since the gateway's start.
    pub at: Duration,
    /// How long the answer took, if there was one.
    pub took: Option<Duration>,
    /// Whether the gateway answers in the server's place, or breaks off.
    pub is_staged: bool,
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

    /// The answer without the bytes it came in, as it was before it was packed.
    #[must_use]
    pub fn plain_answer(&self) -> Option<Answer> {
        let answer = self.answer.as_ref()?;
        let unpacked = answer.unpacked_body();
        let mut headers = Vec::new();
        for (name, value) in &answer.head.headers {
            let value = match (name.to_ascii_lowercase().as_str(), &unpacked) {
                ("content-encoding", Some(_)) => continue,
                ("content-length", Some(body)) => body.len().to_string(),
                _ => value.clone(),
            };
            headers.push((name.to_ascii_lowercase(), value));
        }
        let body = unpacked.unwrap_or_else(|| answer.body.clone());
        Some(Answer { status: self.status()?, headers, body })
    }
}

/// Writes down exchanges; clones write into the same list.
#[derive(Clone, Debug)]
pub struct Recorder {
    begin: Instant,
    state: Arc<Mutex<State>>,
    /// Where exchanges go that are over; they are kept if there is none.
    sink: Option<Sink>,
}

/// What becomes of an exchange that is over.
#[derive(Clone)]
struct Sink(Arc<Mutex<SinkFunction>>);

type SinkFunction = dyn FnMut(Recorded) + Send;

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}

#[derive(Debug, Default)]
struct State {
    exchanges: Vec<Recorded>,
    /// Exchanges that are not over, if there is a sink.
    open: BTreeMap<usize, Recorded>,
    requests: usize,
    connections: usize,
    chapter: usize,
    problems: Vec<(String, usize)>,
    more_problems: usize,
    /// What was said when the server could not be reached, and how often.
    unreachable: Option<(String, usize)>,
}

/// So many different problems are kept.
const MAX_PROBLEMS: usize = 50;

impl Default for Recorder {
    fn default() -> Self {
        Self { begin: Instant::now(), state: Arc::default(), sink: None }
    }
}

impl Recorder {
    /// A recorder that hands on every exchange when it is over, before the client has the end of
    /// the answer, and keeps none.
    #[must_use]
    pub fn handing_on(sink: impl FnMut(Recorded) + Send + 'static) -> Self {
        Self { sink: Some(Sink(Arc::new(Mutex::new(sink)))), ..Self::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long ago the gateway started.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.begin.elapsed()
    }

    /// How many exchanges are kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.state().exchanges.len()
    }

    /// How many requests there have been.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.state().requests
    }

    /// How many requests wait for an answer that is to be handed on.
    #[must_use]
    pub fn open(&self) -> usize {
        self.state().open.len()
    }

    /// The exchanges after the first `skipped` ones.
    #[must_use]
    pub fn since(&self, skipped: usize) -> Vec<Recorded> {
        self.state().exchanges.get(skipped..).unwrap_or_default().to_vec()
    }

    /// Takes all exchanges out and forgets them.
    #[must_use]
    pub fn take(&self) -> Vec<Recorded> {
        let mut state = self.state();
        state.chapter += 1;
        std::mem::take(&mut state.exchanges)
    }

    /// What could not be read as HTTP, or not be forwarded.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let state = self.state();
        let told = |(problem, times): &(String, usize)| match times {
            1 => problem.clone(),
            times => format!("{problem} ({times} times)"),
        };
        let more = match state.more_problems {
            0 => None,
            more => Some(format!("{more} more problems of the kind")),
        };
        state.problems.iter().map(told).chain(more).collect()
    }

    /// That the server could not be reached, if so.
    #[must_use]
    pub fn unreachable(&self) -> Option<String> {
        let state = self.state();
        let (problem, times) = state.unreachable.as_ref()?;
        Some(format!("{problem} ({times} connections)"))
    }

    pub(super) fn not_reached(&self, problem: String) {
        let mut state = self.state();
        state.unreachable.get_or_insert((problem, 0)).1 += 1;
    }

    pub(super) fn connection(&self) -> usize {
        let mut state = self.state();
        state.connections += 1;
        state.connections
    }

    /// So much of a body is kept.
    pub(super) const fn limit(&self) -> usize {
        if self.sink.is_some() { KEPT_OF_A_BODY } else { usize::MAX }
    }

    /// Writes down a request and gives its place.
    pub(super) fn request(&self, connection: usize, request: Message) -> usize {
        let at = self.now();
        let mut state = self.state();
        state.requests += 1;
        let (number, chapter) = (state.requests, state.chapter);
        let (took, answer, problem) = (None, None, None);
        let is_staged = false;
        let exchange =
            Recorded { number, connection, chapter, at, took, is_staged, request, answer, problem };
        if self.sink.is_some() {
            state.open.insert(number, exchange);
        } else {
            state.exchanges.push(exchange);
        }
        number
    }

    /// The gateway answers that request itself.
    pub(super) fn staged(&self, number: usize) {
        let mut state = self.state();
        let found = state.exchanges.iter_mut().rev().find(|exchange| exchange.number == number);
        if let Some(exchange) = found {
            exchange.is_staged = true;
        }
    }

    pub(super) fn answer(&self, number: usize, answer: Message) {
        let now = self.now();
        self.complete(number, |exchange| {
            exchange.took = Some(now.saturating_sub(exchange.at));
            exchange.answer = Some(answer);
        });
    }

    pub(super) fn broke(&self, number: usize, problem: String) {
        self.complete(number, |exchange| exchange.problem = Some(problem));
    }

    pub(super) fn problem(&self, problem: String) {
        let mut state = self.state();
        let known = state.problems.iter_mut().find(|(known, _)| *known == problem);
        if let Some((_, times)) = known {
            *times += 1;
        } else if state.problems.len() < MAX_PROBLEMS {
            state.problems.push((problem, 1));
        } else {
            state.more_problems += 1;
        }
    }

    fn complete(&self, number: usize, change: impl FnOnce(&mut Recorded)) {
        let Some(Sink(sink)) = &self.sink else {
            let mut state = self.state();
            // An exchange of a case that is over may have been taken out.
            if let Some(exchange) =
                state.exchanges.iter_mut().rev().find(|exchange| exchange.number == number)
            {
                change(exchange);
            }
            return;
        };
        let exchange = self.state().open.remove(&number);
        if let Some(mut exchange) = exchange {
            change(&mut exchange);
            sink.lock().unwrap_or_else(PoisonError::into_inner)(exchange);
        }
    }
}

/// Enough for any body of the Connector APIs; of the documents that go by, no more is needed.
const KEPT_OF_A_BODY: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{MessageReader, Side};

    fn message(side: Side, text: &str) -> Message {
        let mut reader = MessageReader::new(side);
        reader.push(text.as_bytes());
        reader.next(None).unwrap().unwrap()
    }

    fn request() -> Message {
        message(Side::Requests, "GET / HTTP/1.1\r\n\r\n")
    }

    fn answer(status: u16) -> Message {
        message(Side::Answers, &format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n"))
    }

    /// A client that gave up may be answered when the next case has begun.
    #[test]
    fn a_late_answer_is_not_that_of_another_request() {
        let recorder = Recorder::default();
        let first = recorder.request(1, request());
        assert_eq!(recorder.take().len(), 1);
        let second = recorder.request(2, request());
        recorder.answer(second, answer(200));
        recorder.answer(first, answer(201));
        let [exchange] = &recorder.since(0)[..] else { panic!() };
        assert_eq!((exchange.number, exchange.chapter, exchange.status()), (2, 1, Some(200)));
    }

    #[test]
    fn what_is_handed_on_is_not_kept() {
        let seen: Arc<Mutex<Vec<Recorded>>> = Arc::default();
        let sink = Arc::clone(&seen);
        let recorder = Recorder::handing_on(move |one| sink.lock().unwrap().push(one));
        let numbers = [recorder.request(1, request()), recorder.request(2, request())];
        assert_eq!((recorder.open(), seen.lock().unwrap().len()), (2, 0));
        recorder.answer(numbers[1], answer(200));
        recorder.broke(numbers[0], "gone".to_owned());
        recorder.answer(numbers[0], answer(200));
        let told: Vec<_> = seen
            .lock()
            .unwrap()
            .iter()
            .map(|one| (one.number, one.status(), one.problem.clone()))
            .collect();
        assert_eq!(told, [(2, Some(200), None), (1, None, Some("gone".to_owned()))]);
        assert_eq!((recorder.open(), recorder.count(), recorder.requests()), (0, 0, 2));
    }

    #[test]
    fn of_very_many_problems_not_all_are_kept() {
        let recorder = Recorder::default();
        recorder.problem("same".to_owned());
        recorder.problem("same".to_owned());
        (0..100).for_each(|number| recorder.problem(number.to_string()));
        let problems = recorder.problems();
        assert_eq!(problems.len(), MAX_PROBLEMS + 1);
        assert_eq!(problems[0], "same (2 times)");
        assert_eq!(problems[MAX_PROBLEMS], "51 more problems of the kind");
    }
}
