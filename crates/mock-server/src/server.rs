//! Connections: the only part that waits. Reads whole requests, hands them to the application,
//! sends its answers.

use std::{
    convert::Infallible,
    io::{self, Read as _},
    net::IpAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
    body::{Body, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::{
    host::{Answer, Host, Subscription},
    request::RawRequest,
};

/// `http.max_content_length`
const MAX_BODY: usize = 100 * 1024 * 1024;

/// How long a client may take to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// The pause after an accept that failed, for instance because too many files are open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves until `stop` changes. Open connections finish the request that they are in.
pub(crate) async fn serve(listener: TcpListener, host: Arc<Host>, mut stop: watch::Receiver<()>) {
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    tokio::spawn(serve_connection(stream, peer.ip(), Arc::clone(&host), stop.clone()));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            _ = stop.changed() => return,
        }
    }
}

async fn serve_connection(
    stream: TcpStream,
    peer: IpAddr,
    host: Arc<Host>,
    mut stop: watch::Receiver<()>,
) {
    // Without this an answer may wait for the client's acknowledgement; failing to set it is no
    // reason not to answer.
    let _ = stream.set_nodelay(true);
    let stopped = stop.clone();
    let service = service_fn(move |request| {
        let (host, stop) = (Arc::clone(&host), stopped.clone());
        async move { Ok::<_, Infallible>(answer(&host, peer, request, stop).await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .auto_date_header(false)
        .pipeline_flush(true);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // What a broken connection says is of no use to anybody.
        _ = connection.as_mut() => {}
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn answer(
    host: &Host,
    peer: IpAddr,
    request: Request<Incoming>,
    stop: watch::Receiver<()>,
) -> Response<Sent> {
    let whole = |response: Response<Bytes>| response.map(|body| Sent::Whole(Full::new(body)));
    match read(peer, request).await {
        Ok(request) => match host.answer(request) {
            Answer::Whole(response) => whole(response),
            Answer::Events(subscription) => Events::response(subscription, stop),
        },
        Err(refused) => whole(refused.into_response()),
    }
}

/// The body of an answer.
enum Sent {
    Whole(Full<Bytes>),
    Events(Box<Events>),
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context),
            Self::Events(events) => events.poll(context).map(|text| text.map(Frame::data).map(Ok)),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Events(_) => SizeHint::default(),
        }
    }
}

/// How long a stream of events may be silent; a comment says that the server is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Events, until the client goes or the server stops.
struct Events {
    subscription: Subscription,
    keep_alive: Pin<Box<tokio::time::Sleep>>,
    stopped: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}

impl Events {
    fn response(subscription: Subscription, mut stop: watch::Receiver<()>) -> Response<Sent> {
        let keep_alive = Box::pin(tokio::time::sleep(KEEP_ALIVE));
        let stopped = Box::pin(async move {
            // The sender is gone when the server is.
            let _ = stop.changed().await;
        });
        let body = Self { subscription, keep_alive, stopped };
        let mut response = Response::new(Sent::Events(Box::new(body)));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.stopped.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        if let Poll::Ready(text) = self.subscription.poll_next(context) {
            self.rest();
            return Poll::Ready(Some(text));
        }
        if self.keep_alive.as_mut().poll(context).is_ready() {
            self.rest();
            // Asks to be woken for the next one.
            let _ = self.keep_alive.as_mut().poll(context);
            return Poll::Ready(Some(Bytes::from_static(b": still here\n\n")));
        }
        Poll::Pending
    }

    fn rest(&mut self) {
        self.keep_alive.as_mut().reset(tokio::time::Instant::now() + KEEP_ALIVE);
    }
}

/// Why a request never reached the application.
#[derive(Debug)]
enum Refused {
    TooLarge,
    Expectation,
    /// The body ended early or cannot be decompressed.
    Broken,
}

impl Refused {
    /// Empty, and the connection is closed.
    fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Expectation => StatusCode::EXPECTATION_FAILED,
            Self::Broken => StatusCode::BAD_REQUEST,
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        response
    }
}

async fn read(peer: IpAddr, request: Request<Incoming>) -> Result<RawRequest, Refused> {
    let (parts, body) = request.into_parts();
    check_expectation(&parts.headers)?;
    let declared = parts.headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok());
    if declared.and_then(|text| text.parse::<u64>().ok()).is_some_and(|it| it > MAX_BODY as u64) {
        return Err(Refused::TooLarge);
    }
    let body = Limited::new(body, MAX_BODY).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { Refused::TooLarge } else { Refused::Broken }
    })?;
    let body = decompress(&parts.headers, body.to_bytes())?;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    Ok(RawRequest {
        peer: Some(peer),
        method: parts.method.as_str().to_owned(),
        target: target.to_owned(),
        headers: parts.headers,
        body,
    })
}

fn check_expectation(headers: &HeaderMap) -> Result<(), Refused> {
    match headers.get(header::EXPECT) {
        Some(expected) if !expected.as_bytes().eq_ignore_ascii_case(b"100-continue") => {
            Err(Refused::Expectation)
        }
        _ => Ok(()),
    }
}

fn decompress(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Refused> {
    let is_gzip = headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|coding| coding.as_bytes().eq_ignore_ascii_case(b"gzip"));
    if !is_gzip || body.is_empty() {
        return Ok(body);
    }
    let mut inflated = Vec::new();
    let mut decoder = flate2::read::MultiGzDecoder::new(body.as_ref()).take(MAX_BODY as u64 + 1);
    decoder.read_to_end(&mut inflated).map_err(|_| Refused::Broken)?;
    if inflated.len() > MAX_BODY {
        return Err(Refused::TooLarge);
    }
    Ok(Bytes::from(inflated))
}

/// Makes a listener of the standard library ready for [`serve`].
pub(crate) fn adopt(listener: std::net::TcpListener) -> io::Result<TcpListener> {
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}
