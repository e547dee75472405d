//! A server as a target, over one connection that is kept.

use std::time::{Duration, Instant};

use api_types::{Timestamp, endpoint::Operation, json::Json};
use bytes::Bytes;
use http::{HeaderValue, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, runtime::Runtime};

use super::{
    awake::Awake,
    model::{Call, Window},
    target::{Answer, Request, Target, TargetError},
};
use crate::{
    run::{NOTHING, RESET, STATE},
    target::{BaseUrl, Credentials},
};

/// How to speak to a server.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The server.
    pub url: BaseUrl,
    /// Who asks.
    pub credentials: Credentials,
    /// How long to wait for an answer.
    pub timeout: Duration,
    /// At most so many requests in a second.
    pub rate: Option<u32>,
    /// In front of everything that is made.
    pub prefix: String,
    /// Whether the server is a mock that can be emptied.
    pub is_mock: bool,
    /// Whether to wait for answers with open eyes for a moment, which takes processor time: for the
    /// only client of a server on this machine, where there is a processor for each of the two.
    pub is_awake: bool,
}

/// A server behind a connection.
#[derive(Debug)]
pub struct HttpTarget {
    options: HttpOptions,
    runtime: Runtime,
    sender: Option<SendRequest<Full<Bytes>>>,
    clock: Option<ServerClock>,
    /// What was made on a server that cannot be emptied.
    made: Made,
    /// Whether the server is a mock that begins with something.
    is_seeded: bool,
    last: Option<Instant>,
}

#[derive(Debug, Default)]
struct Made {
    connectors: Vec<String>,
    jobs: Vec<String>,
}

/// What the server's clock showed at some instant between two of ours.
#[derive(Clone, Copy, Debug)]
struct ServerClock {
    shown: i128,
    before: Instant,
    after: Instant,
}

/// How far two clocks may drift apart while nobody compares them, beside a thousandth of the time.
const SLACK: i128 = 2_000_000;

impl HttpTarget {
    /// Connects, and finds out whether the server's clock runs like ours.
    ///
    /// # Errors
    /// If the server does not answer.
    pub fn connect(options: HttpOptions) -> Result<Self, TargetError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| TargetError(format!("cannot start: {error}")))?;
        let mut target = Self {
            options,
            runtime,
            sender: None,
            clock: None,
            made: Made::default(),
            is_seeded: false,
            last: None,
        };
        target.clear()?;
        target.is_seeded = target.looks_seeded()?;
        target.sweep()?;
        target.clock = target.compare_clocks()?;
        target.clear()?;
        Ok(target)
    }

    /// Deletes what a run that was broken off has left behind, with its jobs.
    fn sweep(&mut self) -> Result<(), TargetError> {
        if self.options.is_mock {
            return Ok(());
        }
        // Versions before 9.0 do not know the parameter and have no deleted connectors.
        let lists = ["/_connector?include_deleted=true&size=1000", "/_connector?size=1000"];
        for target in lists {
            let request = Request { method: "GET", target: target.to_owned(), body: None };
            let answer = self.send(&request)?;
            let results = answer.json.as_ref().and_then(|body| body.get("results"));
            let Some(results) = results.and_then(Json::as_array) else { continue };
            let ids = results.iter().filter_map(|one| one.get("id").and_then(Json::as_str));
            for id in ids.filter(|id| id.starts_with(&self.options.prefix)) {
                self.made.connectors.push(id.to_owned());
            }
            return self.clear();
        }
        Ok(())
    }

    /// Reads the server's clock twice, by checking a connector in.
    fn compare_clocks(&mut self) -> Result<Option<ServerClock>, TargetError> {
        let call = |operation| Call {
            operation,
            index: None,
            id: Some(format!("{}clock", self.options.prefix)),
            query: Vec::new(),
            body: None,
        };
        let put = Request::of(&call(Operation::Put));
        let check_in = Request::of(&call(Operation::CheckIn));
        let get = Request::of(&call(Operation::Get));
        self.send(&put)?;
        let mut readings = Vec::new();
        for _ in 0..2 {
            let before = Instant::now();
            self.send(&check_in)?;
            let after = Instant::now();
            let answer = self.send(&get)?;
            let text = answer.json.as_ref().and_then(|body| body.get("last_seen"));
            let shown = text.and_then(Json::as_str).and_then(|text| Timestamp::parse(text).ok());
            let Some(shown) = shown else { return Ok(None) };
            readings.push(ServerClock { shown: shown.as_nanoseconds(), before, after });
            std::thread::sleep(Duration::from_millis(20));
        }
        let [first, second] = readings.as_slice() else { return Ok(None) };
        // A clock that stands still or is set by hand says nothing about when something happened.
        let is_running = first.window(second.before, second.after).holds(second.shown);
        Ok(is_running.then_some(*second))
    }

    fn connected(&mut self) -> Result<&mut SendRequest<Full<Bytes>>, TargetError> {
        let is_open = self.sender.as_ref().is_some_and(|sender| !sender.is_closed());
        if !is_open {
            self.sender = None;
        }
        match &mut self.sender {
            Some(sender) => Ok(sender),
            none => {
                let url = &self.options.url;
                let connected = self.runtime.block_on(async {
                    let stream = TcpStream::connect(url.endpoint()).await?;
                    stream.set_nodelay(true)?;
                    let pair = http1::handshake(TokioIo::new(stream)).await;
                    let (sender, connection) = pair.map_err(std::io::Error::other)?;
                    tokio::spawn(connection);
                    Ok::<_, std::io::Error>(sender)
                });
                let sender = connected
                    .map_err(|error| TargetError(format!("no server answers at {url}: {error}")))?;
                Ok(none.insert(sender))
            }
        }
    }

    fn exchange(&mut self, request: &Request) -> Result<Answer, TargetError> {
        let wrong = |error: &dyn std::fmt::Display| {
            TargetError(format!("{} {}: {error}", request.method, request.target))
        };
        let uri = format!("{}{}", self.options.url.path(), request.target);
        let uri: Uri = uri.parse().map_err(|error| wrong(&error))?;
        let body = request.body.clone().map(Bytes::from).unwrap_or_default();
        let mut built = http::Request::new(Full::new(body));
        *built.uri_mut() = uri;
        *built.method_mut() = request.method.parse().map_err(|error| wrong(&error))?;
        let host = HeaderValue::from_str(&self.options.url.authority());
        let headers = built.headers_mut();
        headers.insert(header::HOST, host.map_err(|error| wrong(&error))?);
        if request.body.is_some() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(credentials) = self.options.credentials.header() {
            headers.insert(header::AUTHORIZATION, credentials);
        }
        let timeout = self.options.timeout;
        self.connected()?;
        let Self { runtime, sender: Some(sender), options, .. } = self else {
            return Err(TargetError("there is no connection".to_owned()));
        };
        let answer = async {
            let answer = async {
                sender.ready().await?;
                let (head, body) = sender.send_request(built).await?.into_parts();
                Ok::<_, hyper::Error>((head, body.collect().await?.to_bytes()))
            };
            tokio::time::timeout(timeout, answer).await
        };
        let answered = match options.is_awake {
            true => runtime.block_on(Awake::new(answer)),
            false => runtime.block_on(answer),
        };
        let (head, body) = match answered {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(wrong(&error)),
            Err(_) => {
                self.sender = None;
                return Err(wrong(&format!("no answer within {} s", timeout.as_secs_f64())));
            }
        };
        let header = |name: &str| {
            let value = head.headers.get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let (product, content_type) = (header("x-elastic-product"), header("content-type"));
        Ok(Answer::new(head.status.as_u16(), product, content_type, body))
    }

    /// Remembers what was made, to be able to delete it.
    fn remember(&mut self, request: &Request, answer: &Answer) {
        if self.options.is_mock || !matches!(answer.status, 200 | 201) {
            return;
        }
        let id = answer.json.as_ref().and_then(|body| body.get("id")).and_then(Json::as_str);
        let Some(id) = id.map(str::to_owned) else { return };
        match request.method {
            "POST" if request.target.starts_with("/_connector/_sync_job") => {
                self.made.jobs.push(id);
            }
            "POST" | "PUT" if !self.made.connectors.contains(&id) => self.made.connectors.push(id),
            _ => {}
        }
    }

    /// Not more requests than were allowed.
    fn wait(&mut self) {
        if let (Some(rate), Some(last)) = (self.options.rate, self.last) {
            let pause = Duration::from_secs(1) / rate.max(1);
            if let Some(left) = pause.checked_sub(last.elapsed()) {
                std::thread::sleep(left);
            }
        }
        self.last = Some(Instant::now());
    }

    /// Asks a mock for what no cluster does.
    fn control(
        &mut self,
        method: &'static str,
        target: &str,
        body: Option<&str>,
    ) -> Result<Answer, TargetError> {
        let body = body.map(str::to_owned);
        let answer = self.exchange(&Request { method, target: target.to_owned(), body })?;
        match answer.status {
            200 => Ok(answer),
            status => Err(TargetError(format!("{method} {target} was answered with {status}"))),
        }
    }

    /// Whether a mock has something even after a reset, because it was started with a seed.
    fn looks_seeded(&mut self) -> Result<bool, TargetError> {
        const WHAT: &str = "?filter_path=connectors,sync_jobs,secrets,indices";
        if !self.options.is_mock {
            return Ok(false);
        }
        let target = format!("{STATE}{WHAT}");
        let answer = self.exchange(&Request { method: "GET", target, body: None })?;
        Ok(answer.status == 200
            && answer.json.as_ref().and_then(Json::as_object).is_some_and(|all| !all.is_empty()))
    }

    fn delete(&mut self, operation: Operation, id: String) -> Result<(), TargetError> {
        let mut call = Call { operation, index: None, id: Some(id), query: Vec::new(), body: None };
        if operation == Operation::Delete {
            call.query.push(("hard".to_owned(), "true".to_owned()));
            call.query.push(("delete_sync_jobs".to_owned(), "true".to_owned()));
        }
        self.wait();
        let answer = self.exchange(&Request::of(&call))?;
        match answer.status {
            200 | 404 => Ok(()),
            status => {
                let id = call.id.unwrap_or_default();
                Err(TargetError(format!("{operation} of [{id}] was answered with {status}")))
            }
        }
    }
}

impl Target for HttpTarget {
    fn send(&mut self, request: &Request) -> Result<Answer, TargetError> {
        self.wait();
        let answer = self.exchange(request)?;
        self.remember(request, &answer);
        Ok(answer)
    }

    fn clear(&mut self) -> Result<(), TargetError> {
        if self.options.is_mock {
            self.control("POST", RESET, None)?;
            if self.is_seeded {
                self.control("PUT", STATE, Some(NOTHING))?;
            }
            return Ok(());
        }
        let made = std::mem::take(&mut self.made);
        for job in made.jobs {
            self.delete(Operation::SyncJobDelete, job)?;
        }
        for connector in made.connectors {
            self.delete(Operation::Delete, connector)?;
        }
        Ok(())
    }

    fn leave(&mut self) -> Result<(), TargetError> {
        if self.options.is_mock {
            return self.control("POST", RESET, None).map(drop);
        }
        self.clear()
    }

    fn now(&mut self) -> Window {
        self.clock.map_or_else(Window::default, |clock| {
            let now = Instant::now();
            clock.window(now, now)
        })
    }

    fn is_alone(&self) -> bool {
        self.options.is_mock
    }
}

impl ServerClock {
    /// What the clock may show between two instants.
    fn window(&self, from: Instant, until: Instant) -> Window {
        let since = |later: Instant, earlier: Instant| {
            let passed = later.saturating_duration_since(earlier);
            i128::try_from(passed.as_nanos()).unwrap_or(i128::MAX)
        };
        let drift = |passed: i128| SLACK + passed / 1000;
        let (least, most) = (since(from, self.after), since(until, self.before));
        Window {
            from: Some(self.shown + least - drift(least)),
            until: Some(self.shown + most + drift(most)),
        }
    }
}
