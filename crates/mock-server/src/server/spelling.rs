//! How names of headers are spelled on the wire (contract RL-8-6, RL-8-7, DO-4.3-4): a client may
//! not care, a person who looks does.

use std::{
    convert::Infallible,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body_util::Empty;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncWriteExt as _, duplex};

/// The names that have capitals, each with how often an answer may have it. All others are in small
/// letters.
const NAMES: [(&str, usize); 8] = [
    ("X-Opaque-Id", 1),
    ("Allow", 1),
    ("Location", 1),
    ("WWW-Authenticate", 3),
    ("X-elastic-product", 1),
    ("Warning", 32),
    ("Retry-After", 1),
    ("X-Elastic-App-Exception", 1),
];

/// What tells the HTTP library how an answer spells the names of its headers.
///
/// Names are in small letters in a [`http::HeaderMap`]; their spelling is kept beside it, for
/// requests that are passed on, in a form that only the library can make. So it reads a request
/// with all of them.
pub(super) async fn spelling() -> Extensions {
    let names = NAMES.iter().flat_map(|(name, times)| std::iter::repeat_n(name, *times));
    let headers: String = names.map(|name| format!("{name}: x\r\n")).collect();
    let request = format!("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    let read = Mutex::new(Extensions::new());
    let keep = service_fn(async |request: Request<Incoming>| {
        *read.lock().unwrap_or_else(PoisonError::into_inner) = request.into_parts().0.extensions;
        Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
    });
    let (mut client, server) = duplex(2 * request.len());
    // Nothing can break here; if it did, names would be in small letters.
    let _ = client.write_all(request.as_bytes()).await;
    let mut library = http1::Builder::new();
    let _ = library.preserve_header_case(true).serve_connection(TokioIo::new(server), keep).await;
    read.into_inner().unwrap_or_else(PoisonError::into_inner)
}
