//! What Elasticsearch, and the proxies before it, send with a status.
//!
//! Types, texts and statuses are those of Elasticsearch's exceptions: `IndexingPressure` (429
//! `es_rejected_execution_exception`), the page "Circuit breaker errors" of its documentation (429
//! `circuit_breaking_exception`), `ClusterBlockException` with the blocks of `GatewayService` and of
//! `IndexMetadata` (503, 429, 403), `MasterNotDiscoveredException` and `UnavailableShardsException`
//! (503), contract RL-12-1 (409), RL-13 (401, 403), RL-10-1 (413). It sends no 408, 502 and 504 of
//! its own on these APIs: those come from proxies, and so do their pages, which are nginx's and, for
//! 408, HAProxy's. The limit in the text of the first 429 is called
//! `max_coordinating_and_primary_bytes` by older versions; from when on is not known here.

use api_types::{
    Version,
    json::{Json, Object},
};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use super::{BadFault, apply::Routed, rule::Failure};
use crate::{
    app::App,
    error::{ApiError, ErrorReply},
    request::RawRequest,
    security,
    store::{Condition, Document, PRIMARY_TERM, StoreError},
};

/// A kind of error that Elasticsearch answers by itself, whatever the request was.
struct Known {
    kind: &'static str,
    status: u16,
    /// `{index}` stands for the index that the request is about.
    reason: Option<&'static str>,
    /// The class, where it is a server exception (contract RL-8-7).
    class: Option<&'static str>,
    /// What stands behind the reason.
    more: fn(&mut Object),
}

const fn known(kind: &'static str, status: u16, reason: &'static str) -> Known {
    Known { kind, status, reason: Some(reason), class: None, more: |_| {} }
}

const fn of_class(class: &'static str, row: &Known) -> Known {
    Known { class: Some(class), ..*row }
}

const BLOCK: &str = "ClusterBlockException";

/// The first row with a status is what it means without a type.
const KNOWN: &[Known] = &[
    known(
        "es_rejected_execution_exception",
        429,
        "rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, coordinating_operation_bytes=54215758, max_coordinating_bytes=53687091]",
    ),
    Known {
        more: |error| {
            error.insert("bytes_wanted", 123_848_638);
            error.insert("bytes_limit", 123_273_216);
            error.insert("durability", "TRANSIENT");
        },
        ..known(
            "circuit_breaking_exception",
            429,
            "[parent] Data too large, data for [<http_request>] would be [123848638/118.1mb], which is larger than the limit of [123273216/117.5mb], real usage: [120182112/114.6mb], new bytes reserved: [3666526/3.4mb]",
        )
    },
    of_class(
        BLOCK,
        &known(
            "cluster_block_exception",
            429,
            "index [{index}] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];",
        ),
    ),
    of_class(
        BLOCK,
        &known(
            "cluster_block_exception",
            403,
            "index [{index}] blocked by: [FORBIDDEN/8/index write (api)];",
        ),
    ),
    of_class(
        BLOCK,
        &known(
            "cluster_block_exception",
            503,
            "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];",
        ),
    ),
    Known {
        reason: None,
        ..of_class(
            "MasterNotDiscoveredException",
            &known("master_not_discovered_exception", 503, ""),
        )
    },
    of_class(
        "UnavailableShardsException",
        &known(
            "unavailable_shards_exception",
            503,
            "[{index}][0] primary shard is not active Timeout: [1m], request: [BulkShardRequest [[{index}][0]] containing [1] requests]",
        ),
    ),
    known("illegal_state_exception", 500, "Future got interrupted"),
    known("illegal_argument_exception", 400, "injected by a fault of the mock server"),
    known("resource_not_found_exception", 404, "injected by a fault of the mock server"),
];

/// What any other status is.
const ANY: &str = "status_exception";
const ANY_REASON: &str = "injected by a fault of the mock server";

/// The types that need no reason from the user with this status.
fn of_status(status: u16) -> impl Iterator<Item = &'static Known> {
    KNOWN.iter().filter(move |row| row.status == status)
}

/// Types that are answered in a way of their own, with their statuses.
const OWN: [(&str, u16); 3] = [
    ("security_exception", 401),
    ("security_exception", 403),
    ("version_conflict_engine_exception", 409),
];

fn is_own(kind: &str, status: u16) -> bool {
    OWN.contains(&(kind, status))
}

/// Refuses a type about which nothing is known where there is no reason either.
pub(super) fn check(failure: &Failure) -> Result<(), BadFault> {
    let Failure { status, kind: Some(kind), reason: None } = failure else { return Ok(()) };
    let is_known = of_status(*status).any(|row| row.kind == kind) || is_own(kind, *status);
    if is_known || kind == ANY {
        return Ok(());
    }
    let own = OWN.iter().filter(|(_, own)| own == status).map(|(kind, _)| *kind);
    let mut kinds: Vec<&str> = of_status(*status).map(|row| row.kind).chain(own).collect();
    kinds.push(ANY);
    Err(BadFault(format!(
        "[type] [{kind}] wants a [reason]; without one, [{status}] takes {}",
        kinds.join(", ")
    )))
}

/// The answer to a request that fails so. `routed` says what the request is.
pub(super) fn answer(
    app: &App,
    request: &RawRequest,
    routed: &Routed,
    failure: &Failure,
) -> Response<Bytes> {
    let is_plain = failure.kind.is_none() && failure.reason.is_none();
    match failure.status {
        408 | 502 | 504 if is_plain => page(request, failure.status),
        413 if is_plain => too_large(),
        _ => app.instead(request, Err(error(app, request, routed, failure))),
    }
}

fn error(app: &App, request: &RawRequest, routed: &Routed, failure: &Failure) -> ApiError {
    let Failure { status, kind, reason } = failure;
    let is = |own: &str| kind.as_deref().is_none_or(|kind| kind == own);
    let version = app.settings().version;
    match (status, reason) {
        (401, _) if is("security_exception") => {
            let mut cause = security::missing_credentials(version, &request.target);
            if let Some(reason) = reason {
                cause.reason = Some(reason.clone());
            }
            cause.into()
        }
        (403, None) if is("security_exception") => match routed.action() {
            Some(action) => security::not_granted(version, action),
            None => injected(version, routed, failure, Some("security_exception")),
        },
        (403, _) if is("security_exception") => {
            injected(version, routed, failure, Some("security_exception"))
        }
        (409, None) if is("version_conflict_engine_exception") => conflict(app, routed).into(),
        (409, _) => injected(version, routed, failure, Some("version_conflict_engine_exception")),
        _ => injected(version, routed, failure, None),
    }
}

/// The conflict that a write between reading and writing would have made.
fn conflict(app: &App, routed: &Routed) -> StoreError {
    let (index, id) = routed.document();
    app.with_context(|context| {
        let found = context.store.index(index).ok();
        let there = found.and_then(|found| found.get(&id)).map(Document::condition);
        let condition = there.unwrap_or(Condition { seq_no: 0, primary_term: PRIMARY_TERM });
        StoreError::VersionConflict {
            id,
            index: found.map_or_else(|| index.to_owned(), |found| found.name.clone()),
            index_uuid: found.map_or_else(|| "_na_".to_owned(), |found| found.uuid.clone()),
            condition,
            current: there.map(|it| Condition { seq_no: it.seq_no + 1, ..it }),
        }
    })
}

/// The error in the envelope. `usual` is its type unless the failure says another.
fn injected(version: Version, routed: &Routed, failure: &Failure, usual: Option<&str>) -> ApiError {
    let (error, class) = error_object(routed, failure, usual);
    let root = Json::Object(error.clone());
    let mut whole = Object::new().with("root_cause", vec![root]);
    for (name, value) in error.iter() {
        whole.insert(name.to_owned(), value.clone());
    }
    let body = Object::new().with("error", whole).with("status", i64::from(failure.status));
    // Contract RL-8-7, RL-15-9.
    let is_told = failure.status >= 500 && version >= Version::new(9, 2, 0);
    let class = class.filter(|_| is_told);
    let headers = class.map(|class| ("X-Elastic-App-Exception", vec![class.to_owned()]));
    ApiError::Ready(Box::new(ErrorReply {
        status: failure.status,
        body: body.into(),
        allow: None,
        headers: headers.into_iter().collect(),
    }))
}

/// Type, reason and what stands behind them, and the class of a server exception.
pub(super) fn error_object(
    routed: &Routed,
    failure: &Failure,
    usual: Option<&str>,
) -> (Object, Option<&'static str>) {
    let Failure { status, kind, reason } = failure;
    let kind = kind.as_deref().or(usual);
    let row = of_status(*status).find(|row| kind.is_none_or(|kind| kind == row.kind));
    let named = kind.map(str::to_owned);
    let index = routed.document().0;
    let kind = named.unwrap_or_else(|| row.map_or(ANY, |row| row.kind).to_owned());
    let text = match (reason, row) {
        (Some(reason), _) => Some(reason.clone()),
        (None, Some(row)) => row.reason.map(|reason| reason.replace("{index}", index)),
        (None, None) => Some(ANY_REASON.to_owned()),
    };
    let mut error = Object::new().with("type", kind).with("reason", text);
    if let Some(row) = row {
        (row.more)(&mut error);
    }
    (error, row.and_then(|row| row.class))
}

/// What Elasticsearch sends where a body is too large (contract RL-10-1).
fn too_large() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The page of a proxy.
pub(super) fn page(request: &RawRequest, status: u16) -> Response<Bytes> {
    let text = match status {
        200 => SIGN_IN.to_owned(),
        408 => "<html><body><h1>408 Request Time-out</h1>\nYour browser didn't send a complete request in time.\n</body></html>\n".to_owned(),
        _ => nginx(status),
    };
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = response.headers_mut();
    if status == 408 {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    } else {
        headers.insert(header::SERVER, HeaderValue::from_static("nginx"));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
    if request.method != "HEAD" {
        *response.body_mut() = Bytes::from(text);
    }
    response
}

/// What a proxy sends that wants to know first who is there.
const SIGN_IN: &str = "<html>\r\n<head><title>Sign in</title></head>\r\n<body>\r\n<center><h1>Sign in</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

/// nginx's page of a status, with its own names of some.
fn nginx(status: u16) -> String {
    let name = match status {
        401 => "Authorization Required",
        408 => "Request Time-out",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Large",
        416 => "Requested Range Not Satisfiable",
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        other => StatusCode::from_u16(other)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error"),
    };
    format!(
        "<html>\r\n<head><title>{status} {name}</title></head>\r\n<body>\r\n<center><h1>{status} {name}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
}
