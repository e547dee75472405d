//! What a message holds, unpacked and read.

use api_types::json::{Json, Reader};

use crate::wire::{Message, PackedError, StartLine};

/// What a message holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Json),
    /// Something that should be JSON and is not.
    NotJson(String),
    /// Something that is not looked into, and why.
    Unread(&'static str),
}

impl Content {
    /// The JSON, if there is some.
    pub(crate) const fn json(&self) -> Option<&Json> {
        match self {
            Self::Json(json) => Some(json),
            Self::Empty | Self::NotJson(_) | Self::Unread(_) => None,
        }
    }
}

/// Reads the body of a message.
pub(crate) fn content(message: &Message) -> Content {
    if message.body.is_empty() && message.omitted == 0 {
        return Content::Empty;
    }
    if message.omitted > 0 {
        return Content::Unread("it is too long");
    }
    let format = message.head.header("content-type").map(str::to_ascii_lowercase);
    if format.is_some_and(|format| ["yaml", "cbor", "smile"].iter().any(|it| format.contains(it))) {
        return Content::Unread("it is in another format than JSON");
    }
    match message.unpacked() {
        Err(PackedError::Unknown) => {
            Content::Unread("it is packed in a way that is not known here")
        }
        Err(PackedError::TooLong) => Content::Unread("it is too long"),
        Err(error @ PackedError::Broken(_)) => Content::NotJson(error.to_string()),
        Ok(body) if body.is_empty() => Content::Empty,
        Ok(body) => read(message, &body),
    }
}

fn read(message: &Message, text: &[u8]) -> Content {
    let read = match message.head.start {
        // What stands behind the body of a request is not looked at (contract RL-5-13).
        StartLine::Request { .. } => {
            let mut reader = Reader::new(text);
            reader.next_token().and_then(|first| reader.value(&first))
        }
        StartLine::Answer { .. } => Json::parse(text),
    };
    read.map_or_else(|error| Content::NotJson(error.to_string()), Content::Json)
}
