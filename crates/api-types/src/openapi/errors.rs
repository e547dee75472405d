//! What any request may be answered with: the two forms of errors and their statuses.

use super::{
    array,
    parameters::may_miss_method,
    reference,
    schemas::{open, typed},
    strings,
};
use crate::{
    differences::Difference,
    endpoint::{Body, Endpoint, Method},
    json::{Json, Object},
    version::Version,
};

/// Adds the schemas of errors (contract RL-2), which no parser reads.
pub(super) fn with_schemas(schemas: Object) -> Object {
    let string_or_null = || Object::new().with("type", strings(&["string", "null"]));
    let cause = |description: &'static str| {
        reference("schemas", "ErrorCause").with("description", description)
    };
    let causes = typed("array").with("items", cause("An exception without its cause"));
    let members = Object::new()
        .with("type", typed("string").with("examples", strings(&["resource_not_found_exception"])))
        .with("reason", string_or_null())
        .with("caused_by", cause("The exception behind this one"))
        .with("stack_trace", typed("string"))
        .with("header", open(typed("object")));
    let error_members =
        Object::new().with("root_cause", causes.with("minItems", 1).with("maxItems", 1));
    let error = Object::new().with(
        "allOf",
        array([
            cause("The exception, with its metadata"),
            typed("object")
                .with("properties", error_members)
                .with("required", strings(&["root_cause"])),
        ]),
    );
    schemas
        .with(
            "ErrorCause",
            open(typed("object"))
                .with("description", "An exception; metadata are further members")
                .with("properties", members)
                .with("required", strings(&["type", "reason"])),
        )
        .with("Error", answer(error, &["error", "status"]).with("description", "An exception"))
        .with(
            "SimpleError",
            answer(typed("string"), &["error"])
                .with("description", "A text, without `status` if there is no such path"),
        )
}

fn answer(error: Object, required: &[&'static str]) -> Object {
    let status = typed("integer").with("description", "The status of the answer");
    typed("object")
        .with("properties", Object::new().with("error", error).with("status", status))
        .with("required", strings(required))
        .with("additionalProperties", false)
}

/// A status that is not an operation's own.
struct Failure {
    status: u16,
    name: &'static str,
    description: &'static str,
    body: FailureBody,
}

/// The body of a failure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FailureBody {
    /// No bytes.
    Empty,
    /// The envelope of an exception.
    Error,
    /// A text.
    Simple,
    /// One of both.
    Either,
}

const FAILURES: [Failure; 11] = [
    // Contract RL-2-15; RL-4-16 for the simple form.
    Failure {
        status: 400,
        name: "BadRequest",
        description: "The request is wrong, or the state does not allow it",
        body: FailureBody::Either,
    },
    // Contract RL-13.
    Failure {
        status: 401,
        name: "Unauthorized",
        description: "Security is on, and the credentials are missing or wrong",
        body: FailureBody::Error,
    },
    Failure {
        status: 403,
        name: "Forbidden",
        description: "Security is on, and the privileges do not suffice",
        body: FailureBody::Error,
    },
    // Contract CN-1.6, SJ-5.
    Failure {
        status: 404,
        name: "NotFound",
        description: "What the request is about is not there",
        body: FailureBody::Error,
    },
    // Contract CN-1.1-22, SJ-15-1, SC-7-1.
    Failure {
        status: 405,
        name: "MethodNotAllowed",
        description: "The path is another one, which does not have this method",
        body: FailureBody::Simple,
    },
    // Contract RL-6-1.
    Failure {
        status: 406,
        name: "NotAcceptable",
        description: "There is a body, and its content type is missing or not supported",
        body: FailureBody::Simple,
    },
    // Contract RL-12-1.
    Failure {
        status: 409,
        name: "Conflict",
        description: "Another request wrote in between",
        body: FailureBody::Error,
    },
    // Contract RL-10-1.
    Failure {
        status: 413,
        name: "TooLarge",
        description: "The body is too large",
        body: FailureBody::Empty,
    },
    // Contract RL-10-4.
    Failure {
        status: 417,
        name: "ExpectationFailed",
        description: "`Expect` is not `100-continue`",
        body: FailureBody::Empty,
    },
    // Contract RL-2-15.
    Failure {
        status: 429,
        name: "TooManyRequests",
        description: "The server has too much to do",
        body: FailureBody::Error,
    },
    // Contract CN-5.2-4, CN-5.4-1, CN-5.5-6, SC-3-10.
    Failure {
        status: 500,
        name: "ServerError",
        description: "The server breaks on this request",
        body: FailureBody::Error,
    },
];

/// Statuses without which no operation is.
const ALWAYS: [u16; 7] = [400, 401, 403, 406, 413, 417, 429];

/// The failures of a row, by their status.
pub(super) fn of(row: &Endpoint, version: Version) -> impl Iterator<Item = (u16, Object)> {
    let may_miss_method = may_miss_method(row, version);
    // Updates of a part of a document, unlike those that replace it.
    let may_conflict =
        row.method == Method::Put && row.path_params().count() > 0 && !row.path.ends_with('}');
    let has_body = !matches!(row.body, Body::None);
    FAILURES.iter().filter_map(move |failure| {
        let is_own = row.statuses.contains(&failure.status);
        let may_be = match failure.status {
            405 => may_miss_method,
            409 => may_conflict,
            413 => has_body,
            // Contract RL-15-8, RL-15-10, CN-9-11: older servers break on bodies that newer refuse.
            500 => has_body && !version.has(Difference::LimitsAreParseErrors),
            status => ALWAYS.contains(&status),
        };
        (is_own || may_be).then(|| (failure.status, reference("responses", failure.name)))
    })
}

/// The failures as components.
pub(super) fn responses() -> Object {
    FAILURES.iter().map(|failure| (failure.name, Json::from(response(failure)))).collect()
}

fn response(failure: &Failure) -> Object {
    let mut response = Object::new().with("description", failure.description);
    let mut headers = Object::new();
    // Contract RL-8-1.
    if !matches!(failure.status, 401 | 403 | 413 | 417) {
        headers.insert(PRODUCT, reference("headers", PRODUCT));
    }
    let own = match failure.status {
        401 => Some(AUTHENTICATE),
        405 => Some(ALLOW),
        _ => None,
    };
    if let Some(own) = own {
        headers.insert(own, reference("headers", own));
    }
    if !headers.is_empty() {
        response.insert("headers", headers);
    }
    let schema = match failure.body {
        FailureBody::Empty => return response,
        FailureBody::Error => reference("schemas", "Error"),
        FailureBody::Simple => reference("schemas", "SimpleError"),
        FailureBody::Either => {
            let both = ["Error", "SimpleError"].map(|name| reference("schemas", name));
            Object::new().with("anyOf", array(both))
        }
    };
    response.with("content", json_content(schema))
}

/// `{"application/json":{"schema":...}}`
pub(super) fn json_content(schema: Object) -> Object {
    Object::new().with("application/json", Object::new().with("schema", schema))
}

/// The header by which official clients know the server (contract RL-8-1).
pub(super) const PRODUCT: &str = "X-elastic-product";
const AUTHENTICATE: &str = "WWW-Authenticate";
const ALLOW: &str = "Allow";

/// The headers of answers as components.
pub(super) fn headers() -> Object {
    let header = |description: &'static str, schema: Object| {
        Object::new().with("description", description).with("schema", schema)
    };
    let product = typed("string").with("const", "Elasticsearch");
    Object::new()
        .with(PRODUCT, header("What official clients look for", product).with("required", true))
        .with(ALLOW, header("The methods of the path", typed("string")).with("required", true))
        .with(AUTHENTICATE, header("One header for each scheme", typed("string")))
}
