//! The last step of an answer.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};

use crate::{encode::Coding, request::RawRequest};

/// Adds the body, compressed if the client takes that, and its length. The answer to HEAD has the
/// length and no body.
pub(crate) fn finish(
    request: &RawRequest,
    response: Response<Bytes>,
    body: Bytes,
) -> Response<Bytes> {
    let (mut parts, _) = response.into_parts();
    let is_head = request.method == "HEAD";
    let compress = !is_head && !body.is_empty();
    let coding = Coding::accepted(&request.headers).filter(|_| compress);
    let body = match coding {
        Some(coding) => {
            let name = HeaderValue::from_static(coding.name());
            parts.headers.insert(header::CONTENT_ENCODING, name);
            coding.encode(&body)
        }
        None => body,
    };
    set_length(&mut parts.headers, body.len());
    Response::from_parts(parts, if is_head { Bytes::new() } else { body })
}

fn set_length(headers: &mut HeaderMap, length: usize) {
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
}
