//! The gateway: listens, connects to the server for each connection it gets, and passes on bytes.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{
    fault::{Cut, Effect, Fault, Reply, canned},
    message::{Message, MessageError, MessageReader, Side, StartLine},
    recorder::{Recorded, Recorder},
};
use crate::target::BaseUrl;

/// Why there is no gateway.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {cause}{}", hint(cause))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
}

fn hint(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::AddrInUse => {
            "; stop what listens there, or take another port (0 is any that is free)"
        }
        _ => "",
    }
}

/// Stands between a client and a server. Dropping it ends it.
#[derive(Debug)]
pub struct Gateway {
    address: SocketAddr,
    recorder: Recorder,
    faults: Faults,
    task: JoinHandle<()>,
}

/// How bytes are passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passing {
    /// As they come, both ways at once.
    Copy,
    /// Request by request, because some may be answered here.
    Scripted,
}

#[derive(Clone, Debug, Default)]
struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    fn set(&self, faults: Vec<Fault>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// What is to happen to the request; counts it.
    fn effect(&self, request: &Message) -> Option<Effect> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fault =
            faults.iter_mut().find(|fault| fault.times != Some(0) && fault.is_for(request))?;
        fault.times = fault.times.map(|times| times.saturating_sub(1));
        Some(fault.effect.clone())
    }
}

/// What every connection knows.
#[derive(Clone, Debug)]
struct Shared {
    upstream: BaseUrl,
    recorder: Recorder,
    faults: Faults,
    passing: Passing,
}

impl Gateway {
    /// Passes every byte on, unaltered, as it comes. `sink` gets every exchange when it is over;
    /// the client gets the end of the answer after that. No exchange is kept, and of long bodies
    /// only the beginning is read.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub async fn transparent(
        listen: SocketAddr,
        upstream: BaseUrl,
        sink: impl FnMut(Recorded) + Send + 'static,
    ) -> Result<Self, GatewayError> {
        Self::start(listen, upstream, Passing::Copy, Recorder::handing_on(sink)).await
    }

    /// Passes every byte on, unaltered, as it comes, and keeps every exchange.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub async fn recording(listen: SocketAddr, upstream: BaseUrl) -> Result<Self, GatewayError> {
        Self::start(listen, upstream, Passing::Copy, Recorder::default()).await
    }

    /// Passes requests and answers on one by one, and does what [`Gateway::script`] says.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub async fn scripted(listen: SocketAddr, upstream: BaseUrl) -> Result<Self, GatewayError> {
        Self::start(listen, upstream, Passing::Scripted, Recorder::default()).await
    }

    async fn start(
        listen: SocketAddr,
        upstream: BaseUrl,
        passing: Passing,
        recorder: Recorder,
    ) -> Result<Self, GatewayError> {
        let failed = |cause| GatewayError::Listen { address: listen, cause };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let shared = Shared { upstream, recorder, faults: Faults::default(), passing };
        let (recorder, faults) = (shared.recorder.clone(), shared.faults.clone());
        let task = tokio::spawn(accept(listener, shared));
        Ok(Self { address, recorder, faults, task })
    }

    /// Where the gateway listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a URL, `http://127.0.0.1:49152`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What went over the wire.
    #[must_use]
    pub const fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// What is to happen from now on; the first fault that fits a request counts.
    pub fn script(&self, faults: Vec<Fault>) {
        self.faults.set(faults);
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The pause after an accept that failed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

async fn accept(listener: TcpListener, shared: Shared) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else {
                    // Too many files are open, for instance.
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                };
                connections.spawn(serve(client, shared.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(client: TcpStream, shared: Shared) {
    let connection = shared.recorder.connection();
    // Without this small answers wait for acknowledgements; a refusal only costs time.
    let _ = client.set_nodelay(true);
    let server = match TcpStream::connect(shared.upstream.endpoint()).await {
        Ok(server) => server,
        Err(error) => {
            let problem = format!("{} does not answer: {error}", shared.upstream);
            shared.recorder.not_reached(problem);
            return;
        }
    };
    let _ = server.set_nodelay(true);
    match shared.passing {
        Passing::Copy => copy(client, server, &shared.recorder, connection).await,
        Passing::Scripted => scripted(client, server, &shared, connection).await,
    }
}

const CHUNK: usize = 64 * 1024;

/// Copies both ways at once and reads along.
async fn copy(
    mut client: TcpStream,
    mut server: TcpStream,
    recorder: &Recorder,
    connection: usize,
) {
    let tap = Mutex::new(Tap::new(recorder.clone(), connection));
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let requests = pump(&mut from_client, &mut to_server, |bytes| lock(&tap).requests(bytes));
    let answers = pump(&mut from_server, &mut to_client, |bytes| lock(&tap).answers(bytes));
    tokio::join!(requests, answers);
    lock(&tap).end();
}

fn lock(tap: &Mutex<Tap>) -> std::sync::MutexGuard<'_, Tap> {
    tap.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Copies until the end and passes the end on.
async fn pump<R, W>(from: &mut R, to: &mut W, mut read_along: impl FnMut(&[u8]))
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; CHUNK];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let bytes = buffer.get(..length).unwrap_or_default();
        // Written down first, so that who has the answer finds it in the record.
        read_along(bytes);
        if to.write_all(bytes).await.is_err() {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown().await;
}

/// Reads the messages of a connection that is copied.
#[derive(Debug)]
struct Tap {
    recorder: Recorder,
    connection: usize,
    requests: MessageReader,
    answers: MessageReader,
    /// Number and method of the requests that wait for their answers.
    waiting: VecDeque<(usize, String)>,
    /// An answer that came before its request was whole: a body that is too long is refused so.
    early: Option<Message>,
    /// What came was no HTTP; it is still copied.
    lost: bool,
}

impl Tap {
    const fn new(recorder: Recorder, connection: usize) -> Self {
        let limit = recorder.limit();
        Self {
            recorder,
            connection,
            requests: MessageReader::keeping(Side::Requests, limit),
            answers: MessageReader::keeping(Side::Answers, limit),
            waiting: VecDeque::new(),
            early: None,
            lost: false,
        }
    }

    fn requests(&mut self, bytes: &[u8]) {
        if self.lost {
            return;
        }
        self.requests.push(bytes);
        loop {
            match self.requests.next(None) {
                Ok(Some(request)) => {
                    let method = method(&request);
                    let number = self.recorder.request(self.connection, request);
                    match self.early.take() {
                        Some(answer) => self.recorder.answer(number, answer),
                        None => self.waiting.push_back((number, method)),
                    }
                }
                Ok(None) => return,
                Err(error) => return self.lose("a request", &error),
            }
        }
    }

    fn answers(&mut self, bytes: &[u8]) {
        if self.lost {
            return;
        }
        self.answers.push(bytes);
        while self.answers.is_inside() {
            let method = self.waiting.front().map(|(_, method)| method.clone());
            match self.answers.next(method.as_deref()) {
                Ok(Some(answer)) if is_interim(&answer) => {}
                Ok(Some(answer)) => match self.waiting.pop_front() {
                    Some((number, _)) => self.recorder.answer(number, answer),
                    None => self.early = Some(answer),
                },
                Ok(None) => return,
                Err(error) => return self.lose("an answer", &error),
            }
        }
    }

    fn lose(&mut self, what: &str, error: &MessageError) {
        self.lost = true;
        let connection = self.connection;
        self.recorder.problem(format!("{what} on connection {connection}: {error}"));
        if let Some((number, _)) = self.waiting.front() {
            self.recorder.broke(*number, error.to_string());
        }
    }

    fn end(&mut self) {
        match self.answers.end() {
            Ok(Some(answer)) => {
                if let Some((number, _)) = self.waiting.pop_front() {
                    self.recorder.answer(number, answer);
                }
            }
            Ok(None) => {}
            Err(error) => {
                if let Some((number, _)) = self.waiting.pop_front() {
                    self.recorder.broke(number, error.to_string());
                }
            }
        }
        for (number, _) in self.waiting.drain(..) {
            self.recorder.broke(number, "the connection ended without an answer".to_owned());
        }
        if let Err(error) = self.requests.end() {
            let early = self.early.take().map(|answer| match answer.head.start {
                StartLine::Answer { status } => format!(", answered with {status} before"),
                StartLine::Request { .. } => String::new(),
            });
            let error = format!("{error}{}", early.unwrap_or_default());
            let connection = self.connection;
            self.recorder.problem(format!("a request on connection {connection}: {error}"));
        }
    }
}

fn method(request: &Message) -> String {
    match &request.head.start {
        StartLine::Request { method, .. } => method.clone(),
        StartLine::Answer { .. } => String::new(),
    }
}

const fn is_interim(answer: &Message) -> bool {
    matches!(answer.head.start, StartLine::Answer { status: 100..=199 })
}

/// Passes on one request after the other.
async fn scripted(mut client: TcpStream, mut server: TcpStream, shared: &Shared, number: usize) {
    let mut requests = MessageReader::new(Side::Requests);
    loop {
        let request = match receive(&mut client, &mut requests, None).await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(problem) => {
                shared.recorder.problem(format!("a request on connection {number}: {problem}"));
                return;
            }
        };
        let closes = request.head.closes();
        let effect = shared.faults.effect(&request);
        let method = method(&request);
        let place = shared.recorder.request(number, request.clone());
        if matches!(effect, Some(Effect::Answer { .. } | Effect::Reset)) {
            shared.recorder.staged(place);
        }
        let reply = match answer(&request, &method, &mut server, effect).await {
            Ok(reply) => reply,
            Err(problem) => {
                shared.recorder.broke(place, problem);
                return;
            }
        };
        let Some(reply) = reply else {
            shared.recorder.broke(place, "the connection was reset on purpose".to_owned());
            return reset(&client);
        };
        note(&shared.recorder, place, &reply, &method);
        if client.write_all(&reply.bytes).await.is_err() {
            return;
        }
        match reply.end {
            Some(Cut::Reset) => return reset(&client),
            Some(Cut::Close) => return,
            None if closes => return,
            None => {}
        }
    }
}

/// The whole message that comes next, or nothing at the end.
async fn receive(
    stream: &mut TcpStream,
    reader: &mut MessageReader,
    method: Option<&str>,
) -> Result<Option<Message>, String> {
    let mut buffer = vec![0; CHUNK];
    loop {
        if let Some(message) = reader.next(method).map_err(|error| error.to_string())? {
            return Ok(Some(message));
        }
        let length = stream.read(&mut buffer).await.map_err(|error| error.to_string())?;
        if length == 0 {
            return reader.end().map_err(|error| error.to_string());
        }
        reader.push(buffer.get(..length).unwrap_or_default());
    }
}

/// What the client gets; nothing is a reset.
async fn answer(
    request: &Message,
    method: &str,
    server: &mut TcpStream,
    effect: Option<Effect>,
) -> Result<Option<Reply>, String> {
    let change = match effect {
        Some(Effect::Answer { status, headers, body }) => {
            return Ok(Some(Reply { bytes: canned(status, &headers, &body), end: None }));
        }
        Some(Effect::Reset) => return Ok(None),
        Some(Effect::Change(change)) => Some(change),
        None => None,
    };
    let gone = |error: io::Error| format!("the server is gone: {error}");
    server.write_all(&request.raw).await.map_err(gone)?;
    let mut answers = MessageReader::new(Side::Answers);
    let answer = loop {
        match receive(server, &mut answers, Some(method)).await? {
            Some(interim) if is_interim(&interim) => {}
            Some(answer) => break answer,
            None => return Err("the server closed the connection without an answer".to_owned()),
        }
    };
    Ok(Some(match change {
        None => Reply { bytes: answer.raw, end: None },
        Some(change) => {
            tokio::time::sleep(change.delay).await;
            change.apply(&answer)
        }
    }))
}

/// Writes down what the client gets.
fn note(recorder: &Recorder, place: usize, reply: &Reply, method: &str) {
    let mut reader = MessageReader::new(Side::Answers);
    reader.push(&reply.bytes);
    match reader.next(Some(method)).and_then(|answer| match answer {
        None => reader.end(),
        answer => Ok(answer),
    }) {
        Ok(Some(answer)) => recorder.answer(place, answer),
        Ok(None) => recorder.broke(place, "there was no answer".to_owned()),
        Err(error) => recorder.broke(place, error.to_string()),
    }
}

/// Makes the end of the connection a reset instead of an orderly end.
fn reset(client: &TcpStream) {
    // Without it the client sees an orderly end, which is near enough.
    let _ = client.set_zero_linger();
}
