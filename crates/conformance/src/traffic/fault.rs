//! What is wrong with a request or an answer, by name.

use crate::kinds::kinds;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of mistake it is.
    pub kind: FaultKind,
    /// Where: `path`, `query sise`, `header content-type`, `body /a/0`, `answer status`.
    pub place: String,
    /// What the contract has there.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// The rules of the contract.
    pub rules: &'static [&'static str],
}

kinds! {
    /// A kind of mistake.
    FaultKind:
    /// No operation has the path.
    UnknownRoute = "unknown-route", "no operation has this path";
    /// Operations have the path, but not with the method.
    WrongMethod = "wrong-method", "no operation has this method at this path";
    /// A segment of the path is not percent-encoded, or not rightly.
    PathEncoding = "path-encoding", "the path is not percent-encoded";
    /// The place of an id is empty or taken by the next segment.
    IdMissing = "id-missing", "the path lacks an id";
    /// The query string cannot be decoded.
    QueryEncoding = "query-encoding", "the query string is not percent-encoded";
    /// The operation has no such parameter.
    UnknownParameter = "unknown-parameter", "the operation has no such parameter";
    /// `Content-Type` or `Accept`.
    MediaType = "media-type", "the server does not take this media type";
    /// The operation takes no body.
    BodyUnexpected = "body-unexpected", "the operation takes no body";
    /// The operation needs a body.
    BodyMissing = "body-missing", "the operation needs a body";
    /// The body is no JSON.
    BodyNotJson = "body-not-json", "the body is not JSON";
    /// The body is JSON, but no object.
    BodyNotObject = "body-not-object", "the body is not an object";
    /// The body has a member that is not declared.
    UnknownMember = "unknown-member", "the body has a member that the operation does not know";
    /// A member has a value of another JSON type.
    WrongType = "wrong-type", "a member of the body has a value of the wrong JSON type";
    /// The body lacks a member.
    MemberMissing = "member-missing", "the body lacks a required member";
    /// A malformed request was accepted.
    AcceptedWrongly = "accepted-wrongly", "the server accepted a malformed request";
    /// The operation has no such status.
    AnswerStatus = "answer-status", "the operation has no such status";
    /// The product header.
    AnswerProduct = "answer-product", "the answer lacks the product header";
    /// The media type of the answer.
    AnswerMediaType = "answer-media-type", "the answer has the wrong media type";
    /// The answer is no JSON.
    AnswerNotJson = "answer-not-json", "the answer is not JSON";
    /// The error is not in its envelope.
    AnswerEnvelope = "answer-envelope", "the error does not have the shape of an error";
    /// The body of the error tells another status.
    AnswerEnvelopeStatus = "answer-envelope-status", "the body of the error tells another status than HTTP";
    /// The body of a success.
    AnswerShape = "answer-shape", "the answer does not have the documented shape";
}

impl FaultKind {
    /// Whether it is a mistake of the server's.
    #[must_use]
    pub const fn is_of_answers(self) -> bool {
        matches!(
            self,
            Self::AcceptedWrongly
                | Self::AnswerStatus
                | Self::AnswerProduct
                | Self::AnswerMediaType
                | Self::AnswerNotJson
                | Self::AnswerEnvelope
                | Self::AnswerEnvelopeStatus
                | Self::AnswerShape
        )
    }
}

impl Fault {
    pub(crate) fn new(
        kind: FaultKind,
        place: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
        rules: &'static [&'static str],
    ) -> Self {
        Self { kind, place: place.into(), expected: expected.into(), actual: actual.into(), rules }
    }
}
