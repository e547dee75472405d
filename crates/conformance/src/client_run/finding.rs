//! What a client does wrong, by name.

use std::fmt;

use crate::{kinds::kinds, wire::Recorded};

/// One thing that a client did wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of mistake it is.
    pub fault: ClientFault,
    /// Where: `path`, `query size`, `body /a/0`, `returned /a/0`, `attempts`.
    pub place: String,
    /// What was expected there.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// The request and the answer, if there were any.
    pub exchange: Option<Box<Recorded>>,
}

kinds! {
    /// A kind of mistake of a client.
    ClientFault:
    /// A valid request never left the client.
    NotSent = "not-sent", "the client did not send a valid request";
    /// What came is no request.
    NotHttp = "not-http", "the client sent something that is no HTTP request";
    /// A request was sent again that must not be.
    SentAgain = "sent-again", "the client sent a request again that must not be repeated";
    /// A request was not sent again that should be.
    NotRetried = "not-retried", "the client gave up where it should try again";
    /// The method.
    WrongMethod = "wrong-method", "the client used the wrong method";
    /// The path.
    WrongPath = "wrong-path", "the client sent the request to the wrong path";
    /// A part of the path is not percent-encoded, or not rightly.
    PathEncoding = "path-encoding", "the client did not percent-encode the id in the path";
    /// A parameter of the query is missing, wrong or too much.
    WrongQuery = "wrong-query", "the client sent other parameters than it was given";
    /// The body was dropped.
    BodyDropped = "body-dropped", "the client dropped the body";
    /// A body that nobody asked for.
    BodyAdded = "body-added", "the client sent a body where there is none";
    /// The body is no JSON.
    BodyNotJson = "body-not-json", "the client sent a body that is not JSON";
    /// The body has other members or values.
    BodyDiffers = "body-differs", "the client sent another body than it was given";
    /// `null` was left out of a body or an answer.
    NullLost = "null-lost", "the client lost a null";
    /// A number was rounded.
    NumberRounded = "number-rounded", "the client rounded a number";
    /// The media type of the request.
    MediaType = "media-type", "the client sent the wrong media type";
    /// An error was returned as if it were a value.
    ErrorSwallowed = "error-swallowed", "the client swallowed an error";
    /// An error was turned into null.
    ErrorToNull = "error-to-null", "the client turned an error into null";
    /// An error was raised although the server answered well.
    RaisedWrongly = "raised-wrongly", "the client raised an error although the answer was good";
    /// The error has another status than the answer, or none.
    StatusLost = "status-lost", "the client's error does not tell the status of the answer";
    /// The error carries another body than the answer.
    ErrorDiffers = "error-differs", "the client's error carries another body than the answer";
    /// A member of the answer was dropped.
    FieldLost = "field-lost", "the client dropped a member of the answer";
    /// The value has other members or values than the answer.
    ValueDiffers = "value-differs", "the client returned another value than the answer";
    /// A connection was not used again.
    NotKeptAlive = "not-kept-alive", "the client opens a connection for every request";
    /// The answer was not what the contract expects, though nothing is wrong with the request.
    AnswerDiffers = "answer-differs", "the call led to another answer than the contract expects";
}

impl fmt::Display for ClientFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl Finding {
    pub(super) fn new(
        fault: ClientFault,
        place: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self {
            fault,
            place: place.into(),
            expected: expected.into(),
            actual: actual.into(),
            exchange: None,
        }
    }
}
