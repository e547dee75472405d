//! Judges what the client made of the answer.

use api_types::json::Json;

use super::{
    compare::{Difference, Kind, differences},
    finding::{ClientFault, Finding},
};
use crate::{
    driver::{Raised, Reply},
    exchange::Answer,
};

/// What is wrong with the reply to this answer.
pub(super) fn judge(answer: &Answer, reply: &Reply) -> Vec<Finding> {
    match reply {
        Reply::Returned { body } if answer.status < 400 => returned(answer, body),
        Reply::Returned { body } => {
            let fault =
                if body.is_null() { ClientFault::ErrorToNull } else { ClientFault::ErrorSwallowed };
            let expected = format!("an error of status {}", answer.status);
            vec![Finding::new(fault, "reply", expected, format!("returned {body}"))]
        }
        Reply::Raised(error) if answer.status < 400 => {
            let actual = described(error);
            vec![Finding::new(ClientFault::RaisedWrongly, "reply", "the answer's body", actual)]
        }
        Reply::Raised(error) => raised(answer, error),
        Reply::Unsupported(_) => Vec::new(),
    }
}

/// An error as a person would tell it.
pub(super) fn described(error: &Raised) -> String {
    let status = error.status.map(|status| format!(" with status {status}")).unwrap_or_default();
    format!("{}{status}: {}", error.class, error.message)
}

fn returned(answer: &Answer, body: &Json) -> Vec<Finding> {
    let Ok(expected) = Json::parse(&answer.body) else { return Vec::new() };
    differences(&expected, body).iter().map(in_value).collect()
}

fn in_value(difference: &Difference) -> Finding {
    let fault = match difference.kind {
        Kind::NullGone => ClientFault::NullLost,
        Kind::Gone => ClientFault::FieldLost,
        Kind::Rounded => ClientFault::NumberRounded,
        Kind::Added | Kind::Other => ClientFault::ValueDiffers,
    };
    let place = format!("returned {}", difference.pointer);
    Finding::new(fault, place.trim_end(), &difference.expected, &difference.actual)
}

fn raised(answer: &Answer, error: &Raised) -> Vec<Finding> {
    let mut found = Vec::new();
    if error.status != Some(answer.status) {
        let told = error.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        let expected = answer.status.to_string();
        found.push(Finding::new(ClientFault::StatusLost, "error status", expected, told));
    }
    let carried = error.body.as_ref().zip(Json::parse(&answer.body).ok());
    if let Some((carried, expected)) = carried {
        for difference in differences(&expected, carried) {
            let place = format!("error body {}", difference.pointer);
            let (expected, actual) = (difference.expected, difference.actual);
            let fault = ClientFault::ErrorDiffers;
            found.push(Finding::new(fault, place.trim_end(), expected, actual));
        }
    }
    found
}
