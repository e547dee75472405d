//! Connections: the only part that waits. Reads whole requests, hands them to the application,
//! sends its answers.

mod line;
mod paced;
mod sent;
mod spelling;

use std::{
    io::{self, Read as _},
    net::IpAddr,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{Extensions, HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use self::{
    line::{Ending, Line},
    paced::Paced,
    sent::Sent,
};
use crate::{
    host::{
        Answer, Host,
        delivery::{Delivery, End},
    },
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
    let spelling = Arc::new(spelling::spelling().await);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (host, spelling) = (Arc::clone(&host), Arc::clone(&spelling));
                    tokio::spawn(serve_connection(stream, peer.ip(), host, spelling, stop.clone()));
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
    spelling: Arc<Extensions>,
    mut stop: watch::Receiver<()>,
) {
    // Without this an answer may wait for the client's acknowledgement; failing to set it is no
    // reason not to answer.
    let _ = stream.set_nodelay(true);
    let ending = Ending::new();
    let line = Line::new(stream, Arc::clone(&ending));
    // Answers that are held back for those behind them would not be there where a fault ends the
    // connection.
    let holds_back = !host.has_faults();
    let stopped = stop.clone();
    let service = service_fn(move |request| {
        let (host, ending, stop) = (Arc::clone(&host), Arc::clone(&ending), stopped.clone());
        let spelling = Arc::clone(&spelling);
        async move {
            let mut response = answer(&host, peer, request, &ending, stop).await?;
            response.extensions_mut().extend((*spelling).clone());
            io::Result::Ok(response)
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .auto_date_header(false)
        .pipeline_flush(holds_back);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(line), service));
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
    ending: &Arc<Ending>,
    stop: watch::Receiver<()>,
) -> io::Result<Response<Sent>> {
    let mut response = match read(peer, request).await {
        Ok(request) => match host.answer(request) {
            Answer::Whole(response) => response,
            Answer::Events(subscription) => return Ok(sent::events(subscription, stop)),
        },
        Err(refused) => refused.into_response(),
    };
    match response.extensions_mut().remove::<Delivery>() {
        Some(delivery) => deliver(response, delivery, ending).await,
        None => Ok(response.map(|body| Sent::Whole(Full::new(body)))),
    }
}

/// How many bytes of its head an answer has that breaks off there: the status line and the
/// beginning of a header.
const PART_OF_HEAD: usize = 30;

/// Sends an answer as a fault has it.
async fn deliver(
    response: Response<Bytes>,
    delivery: Delivery,
    ending: &Arc<Ending>,
) -> io::Result<Response<Sent>> {
    let Delivery { delay, pauses, end } = delivery;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let length = response.body().len();
    let (cut, close) = match end {
        End::Whole => (None, None),
        End::Before(close) => {
            ending.end(close);
            tokio::time::sleep(line::PATIENCE).await;
            return Err(line::over());
        }
        End::Headers(close) => {
            ending.end_after(PART_OF_HEAD, close).await;
            (None, None)
        }
        // An answer without body cannot break off in it; it is the last one.
        End::Body(bytes, close) if length > 0 => (Some(bytes.min(length - 1)), Some(close)),
        End::Body(_, close) | End::After(close) => (None, Some(close)),
    };
    if length == 0 {
        close.into_iter().for_each(|close| ending.end(close));
        return Ok(response.map(|body| Sent::Whole(Full::new(body))));
    }
    let paced = |body: Bytes| Paced::new(&body, pauses, cut, close, Arc::clone(ending));
    Ok(response.map(|body| Sent::Paced(paced(body))))
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
    let length = declared.and_then(|text| text.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_BODY) {
        return Err(Refused::TooLarge);
    }
    let body = whole(body, length).await?;
    let body = decompress(&parts.headers, body)?;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    Ok(RawRequest {
        peer: Some(peer),
        method: parts.method.as_str().to_owned(),
        target: target.to_owned(),
        headers: parts.headers,
        body,
    })
}

/// Reads a body into one piece of memory, which has the right size from the start where the client
/// says it: there is never a second copy.
async fn whole(body: Incoming, length: Option<usize>) -> Result<Bytes, Refused> {
    let mut body = pin!(Limited::new(body, MAX_BODY));
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            if error.is::<LengthLimitError>() { Refused::TooLarge } else { Refused::Broken }
        })?;
        let Ok(data) = frame.into_data() else { continue };
        if first.is_empty() && whole.is_empty() {
            first = data;
            continue;
        }
        if whole.is_empty() {
            whole.reserve(length.unwrap_or(0).max(first.len() + data.len()));
            whole.extend_from_slice(&first);
        }
        whole.extend_from_slice(&data);
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}

fn check_expectation(headers: &HeaderMap) -> Result<(), Refused> {
    match headers.get(header::EXPECT) {
        Some(expected) if !expected.as_bytes().eq_ignore_ascii_case(b"100-continue") => {
            Err(Refused::Expectation)
        }
        _ => Ok(()),
    }
}

/// Unpacks a body that was sent compressed (contract RL-9-1, RL-9-5); other codings are left as
/// they are.
fn decompress(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Refused> {
    let coding = headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    let is = |names: [&str; 2]| {
        coding.is_some_and(|it| names.iter().any(|name| it.eq_ignore_ascii_case(name.as_bytes())))
    };
    let mut packed = body.as_ref();
    let unpack: &mut dyn io::Read = if body.is_empty() {
        return Ok(body);
    } else if is(["gzip", "x-gzip"]) {
        &mut flate2::read::MultiGzDecoder::new(&mut packed)
    } else if !is(["deflate", "x-deflate"]) {
        return Ok(body);
    } else if is_zlib(packed) {
        &mut flate2::read::ZlibDecoder::new(&mut packed)
    } else {
        &mut flate2::read::DeflateDecoder::new(&mut packed)
    };
    let mut unpacked = Vec::new();
    unpack.take(MAX_BODY as u64 + 1).read_to_end(&mut unpacked).map_err(|_| Refused::Broken)?;
    if unpacked.len() > MAX_BODY {
        return Err(Refused::TooLarge);
    }
    Ok(Bytes::from(unpacked))
}

/// Whether deflated bytes stand in an envelope: `deflate` is used for both.
fn is_zlib(packed: &[u8]) -> bool {
    match packed {
        [first, second, ..] => {
            first & 0x78 == 0x78 && u16::from_be_bytes([*first, *second]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// Makes a listener of the standard library ready for [`serve`].
pub(crate) fn adopt(listener: std::net::TcpListener) -> io::Result<TcpListener> {
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}
