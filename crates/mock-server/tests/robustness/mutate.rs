//! Requests that are wrong in some way: bytes at random, and valid requests that were tampered with.

use std::fmt::Write as _;

use api_types::{endpoint::Endpoint, json::Json};
use fastrand::Rng;

use crate::{
    request::{Format, Request, Route},
    seeds::{NATIVE, Seed, World, path},
    tamper::tamper,
};

/// A request in which something is bytes at random.
pub(crate) fn random(rng: &mut Rng, row: &'static Endpoint, world: &World) -> Request {
    let length = if rng.u8(..) < 200 { rng.usize(1..40) } else { rng.usize(40..2000) };
    let bytes: Vec<u8> = (0..length).map(|_| rng.u8(..)).collect();
    let mut request = Request::new(row, path(row, world), String::new(), Vec::new());
    match rng.u8(..10) {
        0 => set_id(rng, &mut request, row, &bytes),
        1 => {
            request.query = encoded(rng, &bytes[..bytes.len().min(600)]);
            request.format = None;
        }
        2 => {
            let names = ["accept", "content-type", "x-opaque-id", "accept-encoding", "traceparent"];
            request.set_header(rng.choice(names).unwrap(), &header_value(&bytes));
            request.body = b"{}".to_vec();
            request.format = None;
        }
        3 => {
            request.body = bytes;
            let types = ["application/yaml", "application/cbor", "application/smile", "text/plain"];
            request.set_header("content-type", rng.choice(types).unwrap().as_bytes());
            request.format = None;
        }
        _ => request.body = bytes,
    }
    request
}

/// A valid request, tampered with once to four times.
pub(crate) fn mutated(
    rng: &mut Rng,
    row: &'static Endpoint,
    seeds: &[Seed],
    world: &World,
) -> Request {
    let mut request = rng.choice(seeds).unwrap().request(row, world);
    for _ in 0..rng.usize(1..=4) {
        match rng.u8(..20) {
            0 => mutate_method(rng, &mut request),
            1 | 2 => mutate_path(rng, &mut request, row),
            3..=5 => mutate_query(rng, &mut request),
            6 | 7 => mutate_headers(rng, &mut request),
            _ => tamper(rng, &mut request.body),
        }
    }
    request
}

fn mutate_method(rng: &mut Rng, request: &mut Request) {
    let methods =
        ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "get", "FOO"];
    (*rng.choice(&methods).unwrap()).clone_into(&mut request.method);
    request.route = Route::Any;
}

fn mutate_path(rng: &mut Rng, request: &mut Request, row: &'static Endpoint) {
    match rng.u8(..6) {
        0 => {
            let bytes: Vec<u8> = (0..rng.usize(0..600)).map(|_| rng.u8(..)).collect();
            set_id(rng, request, row, &bytes);
        }
        1 => {
            let ids = ["none", NATIVE, "", "_sync_job", "_secret", "%zz", "a%", "%4", "%%", "*"];
            let id = *rng.choice(&ids).unwrap();
            replace_id(request, row, id);
        }
        2 => request.path.push_str(rng.choice(["/", "//", "/x", "/_check_in", "%2F"]).unwrap()),
        3 => request.path.insert(0, '/'),
        4 => request.path = request.path.replace('_', "%5F"),
        _ => {
            let at = rng.usize(1..=request.path.len());
            request.path.truncate(at);
        }
    }
    request.route = Route::Any;
}

fn set_id(rng: &mut Rng, request: &mut Request, row: &'static Endpoint, bytes: &[u8]) {
    let id = encoded(rng, &bytes[..bytes.len().min(600)]);
    replace_id(request, row, &id);
}

/// Puts another id where the row has one.
fn replace_id(request: &mut Request, row: &'static Endpoint, id: &str) {
    let mut path = String::new();
    for segment in row.path.split('/').skip(1) {
        let _ = write!(path, "/{}", if segment.starts_with('{') { id } else { segment });
    }
    request.path = path;
    request.route = Route::Any;
}

/// Bytes as a part of a request target: mostly escaped.
fn encoded(rng: &mut Rng, bytes: &[u8]) -> String {
    let mut text = String::new();
    let is_raw_escape = rng.u8(..8) == 0;
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => text.push(char::from(byte)),
            b'&' | b';' | b'=' | b'+' | b',' | b'*' | b'.' | b'-' | b':' | b'/' if rng.bool() => {
                text.push(char::from(byte));
            }
            b'%' if is_raw_escape => text.push('%'),
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

/// What of the bytes a header may have.
fn header_value(bytes: &[u8]) -> Vec<u8> {
    let allowed = |byte: &u8| (0x20..0x7f).contains(byte) || *byte >= 0x80 || *byte == b'\t';
    bytes.iter().copied().filter(allowed).collect()
}

const PARAMETERS: [&str; 34] = [
    "pretty",
    "pretty=true",
    "pretty=maybe",
    "human",
    "human=x",
    "error_trace",
    "error_trace=true",
    "error_trace=%zz",
    "filter_path=*",
    "filter_path=-*",
    "filter_path=**.id,-results",
    "filter_path=a..b,%5C.,,***",
    "format=json",
    "format=yaml",
    "format=cbor",
    "format=smile",
    "format=vnd_json",
    "format=xml",
    "from=1",
    "from=-1",
    "size=0",
    "size=10001",
    "size=99999999999",
    "size=x",
    "index_name=search-c,,",
    "query=%00",
    "hard=true",
    "delete_sync_jobs=maybe",
    "include_deleted",
    "status=pending",
    "job_type=full,bogus",
    "connector_id=c",
    "operatorRequest=1",
    "%F0%9F%98%80=%FF",
];

fn mutate_query(rng: &mut Rng, request: &mut Request) {
    let separator = if request.query.is_empty() { "" } else { rng.choice(["&", ";"]).unwrap() };
    request.query.push_str(separator);
    if rng.u8(..6) == 0 {
        let bytes: Vec<u8> = (0..rng.usize(0..60)).map(|_| rng.u8(..)).collect();
        let text = encoded(rng, &bytes);
        request.query.push_str(&text);
    } else {
        request.query.push_str(rng.choice(&PARAMETERS).unwrap());
    }
    request.format = None;
}

const TYPES: [&str; 18] = [
    "application/json",
    "application/json; charset=UTF-8",
    "application/json;charset=utf-16",
    "application/x-ndjson",
    "application/*",
    "application/yaml",
    "application/cbor",
    "application/smile",
    "application/vnd.elasticsearch+json",
    "application/vnd.elasticsearch+json;compatible-with=8",
    "application/vnd.elasticsearch+json; compatible-with=9",
    "application/vnd.elasticsearch+cbor;compatible-with=7",
    "text/plain",
    "text/html;charset=utf-8",
    "*/*",
    "foo",
    "a/b;c=d=",
    "application/json,text/html",
];

fn mutate_headers(rng: &mut Rng, request: &mut Request) {
    match rng.u8(..7) {
        0 => {
            request.set_header("content-type", rng.choice(TYPES).unwrap().as_bytes());
            request.format = None;
        }
        1 => {
            request.set_header("accept", rng.choice(TYPES).unwrap().as_bytes());
            request.format = None;
        }
        2 => request.set_header("accept-encoding", b"deflate;q=0.5, gzip"),
        3 => request.set_header("x-opaque-id", b"it is \xe9 me"),
        4 => transcode(rng, request),
        5 => {
            let (name, format) = *rng
                .choice(&[
                    ("application/yaml", Format::Yaml),
                    ("application/cbor", Format::Cbor),
                    ("application/vnd.elasticsearch+smile", Format::Smile),
                ])
                .unwrap();
            request.set_header("accept", name.as_bytes());
            let is_plain = !request.query.contains("format") && request.format.is_some();
            request.format = is_plain.then_some(format);
        }
        _ => request.headers.retain(|(name, _)| *name != "content-type"),
    }
}

/// The same body in another format, where it is JSON.
fn transcode(rng: &mut Rng, request: &mut Request) {
    let Ok(body) = Json::parse(&request.body) else { return };
    request.format = None;
    if rng.bool() {
        request.body.clear();
        ciborium::into_writer(&body, &mut request.body).unwrap();
        request.set_header("content-type", b"application/cbor");
    } else {
        request.body = serde_smile::to_vec(&body).unwrap();
        request.set_header("content-type", b"application/smile");
    }
}
