//! Plays one case: prepares the mock, has the client called, judges both sides.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use api_types::json::{Json, Object};

use super::{
    ClientOptions, ClientRunError,
    finding::{ClientFault, Finding},
    plan, reply_judge,
    report::{Source, Spent, Verdict},
    wire_judge,
};
use crate::{
    case::{
        Attempts, Case, ClientCase, Expected, Step, VariableError, Variables, WITHIN_REASON,
        expand_json,
    },
    client::Client,
    driver::{Call, ClientInfo, Driver, DriverError, Driving, Reply},
    judge::{self, Framing, Strictness},
    own_mock::OwnMock,
    target::Credentials,
    wire::{Gateway, Message, Recorded},
};

/// What every case needs, and nothing that another lane has too.
pub(super) struct Play {
    mock: OwnMock,
    gateway: Gateway,
    /// Goes to the mock without the gateway.
    direct: Client,
    driving: Driving,
    /// Gone if it broke.
    driver: Option<Driver>,
    /// Whether the driver was asked to call anything since it was started.
    has_called: bool,
    pub(super) spent: Spent,
}

/// A case that was played.
pub(super) struct Played {
    pub(super) verdict: Verdict,
    pub(super) recorded: Vec<Recorded>,
}

/// Why a case is over before its end.
enum Stop {
    Verdict(Verdict),
    Driver(DriverError),
}

impl From<VariableError> for Stop {
    fn from(error: VariableError) -> Self {
        Self::Verdict(Verdict::Skipped(error.to_string()))
    }
}

impl From<DriverError> for Stop {
    fn from(error: DriverError) -> Self {
        Self::Driver(error)
    }
}

/// Longer than the client waits.
const LATE: Duration = Duration::from_millis(1500);

/// How long this program itself waits for its mock.
const OWN_TIMEOUT: Duration = Duration::from_secs(10);

impl Play {
    /// Starts a mock, a gateway and a driver.
    ///
    /// # Errors
    /// If one of them does not start.
    pub(super) async fn start(options: &ClientOptions) -> Result<Self, ClientRunError> {
        let begin = Instant::now();
        let mock = OwnMock::start(options.es_version)?;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let gateway = Gateway::scripted(listen, mock.url().clone()).await?;
        let driving = Driving {
            command: options.command.clone(),
            url: gateway.url(),
            client_timeout: options.client_timeout,
            start_timeout: options.start_timeout,
            call_timeout: options.call_timeout,
        };
        let driver = Some(Driver::start(&driving).await?);
        let direct = Client::new(mock.url().clone(), Credentials::None, OWN_TIMEOUT);
        let spent = Spent { start: begin.elapsed(), ..Spent::default() };
        Ok(Self { mock, gateway, direct, driving, driver, has_called: false, spent })
    }

    /// What the driver says of its client, while it runs.
    pub(super) fn client(&self) -> Option<&ClientInfo> {
        self.driver.as_ref().map(|driver| &driver.client)
    }

    /// Ends the driver.
    pub(super) async fn end(self) -> Spent {
        if let Some(driver) = self.driver {
            driver.end().await;
        }
        self.spent
    }

    pub(super) async fn case(&mut self, source: Source<'_>) -> Played {
        self.mock.reset();
        self.gateway.script(Vec::new());
        let outcome = match source {
            Source::Usual(case) => self.usual(case).await,
            Source::Wire(case) => self.wire(case).await,
        };
        self.gateway.script(Vec::new());
        let verdict = match outcome {
            Ok(()) => Verdict::Passed,
            Err(Stop::Verdict(verdict)) => verdict,
            Err(Stop::Driver(error)) => {
                self.driver = None;
                Verdict::Broken(error.to_string())
            }
        };
        Played { verdict, recorded: self.gateway.recorder().take() }
    }

    async fn usual(&mut self, case: &Case) -> Result<(), Stop> {
        let mut variables = Variables::default();
        variables.keep("connector", case.connector.clone());
        for step in &case.steps {
            if step.precondition.is_none() && plan::is_callable(step) {
                self.through_client(step, &mut variables).await?;
            } else {
                self.prepare(step, &mut variables).await?;
            }
        }
        Ok(())
    }

    /// Plays a step without the client.
    async fn prepare(&mut self, step: &Step, variables: &mut Variables) -> Result<(), Stop> {
        let begin = Instant::now();
        let request = step.filled(variables)?;
        let answer = self.direct.send(&request).await;
        self.spent.preparing += begin.elapsed();
        let skipped = |what: String| {
            let reason = format!("{}: the mock cannot be prepared: {what}", step.place);
            Stop::Verdict(Verdict::Skipped(reason))
        };
        let answer = answer.map_err(|error| skipped(error.to_string()))?;
        let judged =
            judge::judge(&step.answer, &answer, Strictness::Usual, Framing::Length, variables)?;
        match judged.mismatches.first() {
            None => Ok(()),
            Some(mismatch) => Err(skipped(mismatch.to_string())),
        }
    }

    /// Plays a step with the client.
    async fn through_client(&mut self, step: &Step, variables: &mut Variables) -> Result<(), Stop> {
        let request = step.filled(variables)?;
        let call = step.endpoint().and_then(|row| plan::call(row, &request));
        let Some(mut call) = call else {
            let reason = format!("{}: no client can send this", step.place);
            return Err(Stop::Verdict(Verdict::Unsupported(reason)));
        };
        let (reply, recorded) = self.call(&mut call).await?;
        let status = step.answer.status;
        let is_valid = status != 400;
        let (Some(exchange), true) = (recorded.last(), recorded.len() == 1) else {
            let several = (recorded.len() > 1).then_some(&recorded);
            return Err(Stop::Verdict(count_verdict(&reply, several, is_valid)));
        };
        let found = wire_judge::judge(&call, exchange);
        stop_at(found, exchange)?;
        let Some(answer) = exchange.plain_answer() else {
            let problem = exchange.problem.clone().unwrap_or_default();
            return Err(Stop::Verdict(Verdict::Skipped(format!("the wire broke: {problem}"))));
        };
        let judged =
            judge::judge(&step.answer, &answer, Strictness::Usual, Framing::Length, variables)?;
        let differs = judged.mismatches.iter().map(|mismatch| {
            let place = format!("answer {}", mismatch.place);
            let (expected, actual) = (&mismatch.expected, &mismatch.actual);
            Finding::new(ClientFault::AnswerDiffers, place, expected, actual)
        });
        let found: Vec<Finding> = differs.chain(reply_judge::judge(&answer, &reply)).collect();
        stop_at(found, exchange)
    }

    /// Has the client called and looks at the wire meanwhile.
    async fn call(&mut self, call: &mut Call) -> Result<(Reply, Vec<Recorded>), Stop> {
        let driver = match &mut self.driver {
            Some(driver) => driver,
            gone => {
                let begin = Instant::now();
                let driver = Driver::start(&self.driving).await;
                self.spent.restarts += begin.elapsed();
                gone.insert(driver?)
            }
        };
        self.has_called = true;
        let recorder = self.gateway.recorder();
        let (before, problems) = (recorder.count(), recorder.problems());
        let begin = Instant::now();
        let reply = driver.call(call).await;
        self.spent.driver += begin.elapsed();
        let recorded = recorder.since(before);
        let reply = match reply? {
            Reply::Unsupported(reason) => return Err(Stop::Verdict(Verdict::Unsupported(reason))),
            reply => reply,
        };
        let now = recorder.problems();
        match now.last() {
            Some(problem) if recorded.is_empty() && now != problems => {
                let (fault, place) = (ClientFault::NotHttp, "request");
                let found = vec![Finding::new(fault, place, "HTTP/1.1", problem)];
                Err(Stop::Verdict(Verdict::Failed(found)))
            }
            Some(_) | None => Ok((reply, recorded)),
        }
    }

    async fn wire(&mut self, case: &ClientCase) -> Result<(), Stop> {
        let mut variables = Variables::default();
        variables.keep("connector", case.connector.clone());
        for step in &case.given {
            self.prepare(step, &mut variables).await?;
        }
        if case.is_fresh
            && std::mem::take(&mut self.has_called)
            && let Some(driver) = self.driver.take()
        {
            let begin = Instant::now();
            driver.end().await;
            self.spent.restarts += begin.elapsed();
        }
        if case.is_warm {
            self.call(&mut filled(case, &variables)?).await?;
        }
        let late = self.driving.client_timeout + LATE;
        let faults = case.wire.iter().map(|event| event.fault(case.operation, late));
        self.gateway.script(faults.collect());
        let mut all = Vec::new();
        for _ in 0..case.repeat {
            let mut call = filled(case, &variables)?;
            let (reply, recorded) = self.call(&mut call).await?;
            judge_wire_case(case, &call, &reply, &recorded)?;
            all.extend(recorded);
        }
        let packed =
            |one: &Recorded| one.answer.as_ref().and_then(Message::unpacked_body).is_some();
        if case.is_packed && !all.iter().any(packed) {
            let reason = "the client does not ask for packed answers (accept-encoding: gzip)";
            return Err(Stop::Verdict(Verdict::Unsupported(reason.to_owned())));
        }
        one_connection(case, &all)
    }
}

/// The call of a case, its variables filled in.
fn filled(case: &ClientCase, variables: &Variables) -> Result<Call, VariableError> {
    let mut path = Vec::new();
    for (name, value) in &case.path {
        path.push((name.clone(), variables.expand(value)?));
    }
    let body = case.body.as_ref().map(|body| expand_json(body, variables)).transpose()?;
    let query = match expand_json(&Json::Object(case.query.clone()), variables)? {
        Json::Object(query) => query,
        _ => Object::new(),
    };
    Ok(Call { id: 0, operation: case.operation, path, query, body })
}

/// The verdict where not exactly one request was sent.
fn count_verdict(reply: &Reply, several: Option<&Vec<Recorded>>, is_valid: bool) -> Verdict {
    if let Some(recorded) = several {
        let actual = format!("{} requests", recorded.len());
        let finding = Finding::new(ClientFault::SentAgain, "attempts", "1 request", actual);
        return Verdict::Failed(vec![with(finding, recorded.last())]);
    }
    match reply {
        Reply::Raised(error) if !is_valid => {
            let error = reply_judge::described(error);
            Verdict::Unsupported(format!("the client refuses this by itself: {error}"))
        }
        reply => {
            let actual = match reply {
                Reply::Raised(error) => {
                    format!("nothing was sent; raised {}", reply_judge::described(error))
                }
                Reply::Returned { body } => format!("nothing was sent; returned {body}"),
                Reply::Unsupported(reason) => reason.clone(),
            };
            let place = "attempts";
            Verdict::Failed(vec![Finding::new(ClientFault::NotSent, place, "1 request", actual)])
        }
    }
}

fn with(finding: Finding, exchange: Option<&Recorded>) -> Finding {
    Finding { exchange: exchange.cloned().map(Box::new), ..finding }
}

fn stop_at(found: Vec<Finding>, exchange: &Recorded) -> Result<(), Stop> {
    if found.is_empty() {
        return Ok(());
    }
    let found = found.into_iter().map(|finding| with(finding, Some(exchange))).collect();
    Err(Stop::Verdict(Verdict::Failed(found)))
}

fn judge_wire_case(
    case: &ClientCase,
    call: &Call,
    reply: &Reply,
    recorded: &[Recorded],
) -> Result<(), Stop> {
    let Some(last) = recorded.last() else {
        return Err(Stop::Verdict(count_verdict(reply, None, true)));
    };
    for exchange in recorded {
        stop_at(wire_judge::judge(call, exchange), exchange)?;
    }
    stop_at(attempts(case, recorded.len()).into_iter().collect(), last)?;
    let answer = last.plain_answer();
    let found = match (case.expected, reply) {
        (Expected::Either, Reply::Raised(_)) | (_, Reply::Unsupported(_)) => Vec::new(),
        (Expected::Returns, _) if last.status().is_some_and(|status| status >= 400) => {
            let actual = last.status().unwrap_or_default().to_string();
            let place = "answer status";
            vec![Finding::new(ClientFault::AnswerDiffers, place, "a success", actual)]
        }
        (Expected::Returns | Expected::Either, _) => match (&answer, reply) {
            (Some(answer), reply) => {
                let mut found = reply_judge::judge(answer, reply);
                found.extend(lacking(case, reply));
                found
            }
            (None, Reply::Returned { body }) => {
                let actual = format!("returned {body}");
                vec![Finding::new(ClientFault::ErrorSwallowed, "reply", "an error", actual)]
            }
            (None, reply) => vec![must("to return the server's answer", reply)],
        },
        (Expected::Raises(_), Reply::Returned { body }) => {
            let fault =
                if body.is_null() { ClientFault::ErrorToNull } else { ClientFault::ErrorSwallowed };
            let actual = format!("returned {body}");
            vec![Finding::new(fault, "reply", "an error", actual)]
        }
        (Expected::Raises(Some(status)), Reply::Raised(error)) if error.status != Some(status) => {
            let expected = status.to_string();
            let actual = reply_judge::described(error);
            vec![Finding::new(ClientFault::StatusLost, "error status", expected, actual)]
        }
        (Expected::Raises(Some(_)), Reply::Raised(_)) => {
            answer.map(|answer| reply_judge::judge(&answer, reply)).unwrap_or_default()
        }
        (Expected::Raises(None), Reply::Raised(_)) => Vec::new(),
    };
    stop_at(found, last)
}

fn must(what: &str, reply: &Reply) -> Finding {
    let actual = match reply {
        Reply::Raised(error) => reply_judge::described(error),
        Reply::Returned { body } => format!("returned {body}"),
        Reply::Unsupported(reason) => reason.clone(),
    };
    Finding::new(ClientFault::RaisedWrongly, "reply", what, actual)
}

fn attempts(case: &ClientCase, sent: usize) -> Option<Finding> {
    let actual = || if sent == 1 { "1 request".to_owned() } else { format!("{sent} requests") };
    let (fault, expected) = match case.attempts {
        Attempts::One if sent > 1 => (ClientFault::SentAgain, "1 request".to_owned()),
        Attempts::Several if sent < 2 => (ClientFault::NotRetried, "2 requests or more".to_owned()),
        Attempts::Several | Attempts::Any if sent > WITHIN_REASON => {
            (ClientFault::SentAgain, format!("at most {WITHIN_REASON} requests"))
        }
        Attempts::One | Attempts::Several | Attempts::Any => return None,
    };
    Some(Finding::new(fault, "attempts", expected, actual()))
}

/// Members that the returned value lacks.
fn lacking(case: &ClientCase, reply: &Reply) -> Vec<Finding> {
    let (Some(wanted), Reply::Returned { body }) = (&case.returns_has, reply) else {
        return Vec::new();
    };
    let lacks = wanted.iter().filter(|(name, value)| body.get(name) != Some(value));
    lacks
        .map(|(name, value)| {
            let actual = body.get(name).map_or_else(|| "nothing".to_owned(), Json::to_compact);
            let place = format!("returned /{name}");
            Finding::new(ClientFault::ValueDiffers, place, value.to_compact(), actual)
        })
        .collect()
}

fn one_connection(case: &ClientCase, recorded: &[Recorded]) -> Result<(), Stop> {
    let mut connections: Vec<usize> = recorded.iter().map(|one| one.connection).collect();
    connections.dedup();
    if !case.one_connection || connections.len() <= 1 {
        return Ok(());
    }
    let actual = format!("{} connections for {} requests", connections.len(), recorded.len());
    let finding = Finding::new(ClientFault::NotKeptAlive, "connection", "one connection", actual);
    Err(Stop::Verdict(Verdict::Failed(vec![with(finding, recorded.last())])))
}
