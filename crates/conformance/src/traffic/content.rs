//! What a message holds, unpacked and read.

use api_types::json::{Json, Reader};

use crate::wire::{Message, StartLine, UnknownPacking, unpacked};

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

/// Packed bodies are unpacked up to this length.
const MOST: u64 = 8 * 1024 * 1024;

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
    let packing = match message.head.packing() {
        Ok(None) => return read(message, &message.body),
        Ok(Some(packing)) => packing,
        Err(UnknownPacking) => {
            return Content::Unread("it is packed in a way that is not known here");
        }
    };
    match unpacked(packing, &message.body, MOST) {
        Err(error) => Content::NotJson(format!("it cannot be unpacked: {error}")),
        Ok(None) => Content::Unread("it is too long"),
        Ok(Some(nothing)) if nothing.is_empty() => Content::Empty,
        Ok(Some(unpacked)) => read(message, &unpacked),
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
