//! Ids of scrolls: base64 of how a scroll goes on and of its contexts (contract DO-7.5-5).

use api_types::{
    Version,
    error::{ErrorCause, ErrorType, illegal_argument},
};

use crate::security::base64;

const MARK: &str = "include_context_uuid";
const ONE_SHARD: &str = "queryAndFetch";
const SHARDS: &str = "queryThenFetch";

/// The first version that decodes an id as a whole before it reads it.
const AS_A_WHOLE: Version = Version::new(9, 6, 0);

/// How an id is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reading {
    /// Decoded as far as it is read.
    AsStream,
    /// Decoded, and then read.
    #[default]
    AsWhole,
}

impl Reading {
    pub(super) fn of(version: Version) -> Self {
        if version < AS_A_WHOLE { Self::AsStream } else { Self::AsWhole }
    }
}

/// What an id says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ScrollId {
    kind: String,
    /// The number of the first context.
    pub(super) number: u64,
}

impl ScrollId {
    /// A scroll can only go on as it was begun.
    pub(super) fn check_kind(&self) -> Result<(), ErrorCause> {
        if [ONE_SHARD, SHARDS].contains(&self.kind.as_str()) {
            return Ok(());
        }
        Err(illegal_argument(format!("Scroll id type [{}] unrecognized", self.kind)))
    }
}

/// The id of a scroll has the form of Elasticsearch's: how it goes on, and for each shard the
/// number of its context and its node.
pub(super) fn encode(context: &str, number: u64, node: &str, shards: usize) -> String {
    let mut bytes = Vec::new();
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.push(u8::try_from(text.len()).unwrap_or_default());
        bytes.extend_from_slice(text.as_bytes());
    };
    text(&mut bytes, MARK);
    text(&mut bytes, if shards == 1 { ONE_SHARD } else { SHARDS });
    bytes.push(1);
    text(&mut bytes, context);
    bytes.extend_from_slice(&number.to_be_bytes());
    text(&mut bytes, node);
    base64::encode(&bytes).replace('+', "-").replace('/', "_")
}

/// Reads an id.
///
/// # Errors
/// If the text is none, with what the decoder or the reader says of it.
pub(super) fn decode(id: &str, reading: Reading) -> Result<ScrollId, ErrorCause> {
    read(id, reading).map_err(|cause| illegal_argument("Cannot parse scroll id").caused_by(cause))
}

fn read(id: &str, reading: Reading) -> Result<ScrollId, ErrorCause> {
    // Of a character only what Latin-1 has of it is looked at.
    let characters: Vec<u8> =
        id.chars().map(|character| u8::try_from(character).unwrap_or(b'?')).collect();
    let mut input = match reading {
        Reading::AsStream => Input::Stream(Stream { characters: &characters, ..Stream::default() }),
        Reading::AsWhole => {
            let standard: Vec<u8> = characters.iter().map(|byte| standard(*byte)).collect();
            let decoded = base64::decode(&standard);
            Input::Bytes(decoded.map_err(|error| illegal_argument(error.to_string()))?.into_iter())
        }
    };
    let first = input.text()?;
    let has_context = first == MARK;
    let kind = if has_context { input.text()? } else { first };
    let mut number = None;
    for _ in 0..input.size()? {
        if has_context {
            input.text()?;
        }
        let read = input.long()?;
        number.get_or_insert(read);
        input.text()?;
    }
    if input.has_more() {
        return Err(illegal_argument("Not all bytes were read"));
    }
    Ok(ScrollId { kind, number: number.unwrap_or_default() })
}

/// The letters of URLs for those of the standard alphabet, which is no alphabet here.
const fn standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

fn io(reason: impl Into<String>) -> ErrorCause {
    ErrorCause::new(ErrorType::Io, reason)
}

/// Bytes in the order in which they are read.
enum Input<'a> {
    Stream(Stream<'a>),
    Bytes(std::vec::IntoIter<u8>),
}

impl Input<'_> {
    fn byte(&mut self) -> Result<u8, ErrorCause> {
        let end = ErrorCause::without_reason(ErrorType::Eof);
        match self {
            Self::Stream(stream) => stream.next()?.ok_or(end),
            Self::Bytes(bytes) => bytes.next().ok_or_else(|| {
                end.caused_by(ErrorCause::without_reason(ErrorType::BufferUnderflow))
            }),
        }
    }

    fn has_more(&self) -> bool {
        match self {
            Self::Stream(stream) => !stream.characters.is_empty(),
            Self::Bytes(bytes) => bytes.len() > 0,
        }
    }

    /// How many there are of what follows. Of bytes that are there it is known that they are less.
    fn size(&mut self) -> Result<u32, ErrorCause> {
        let mut size = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            if shift == 28 && byte >= 0x80 {
                let signed = i32::from(byte.cast_signed());
                return Err(io(format!("Invalid vInt (({signed:x} & 0x7f) << 28) | {size:x}")));
            }
            size |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        match self {
            Self::Bytes(bytes) if usize::try_from(size).is_ok_and(|size| size > bytes.len()) => {
                let left = bytes.len();
                let reason = format!("tried to read: {size} bytes but only {left} remaining");
                Err(ErrorCause::new(ErrorType::Eof, reason))
            }
            _ => Ok(size),
        }
    }

    fn text(&mut self) -> Result<String, ErrorCause> {
        let length = self.size()?;
        let mut bytes = Vec::new();
        for _ in 0..length {
            bytes.push(self.byte()?);
        }
        let mut bytes = bytes.into_iter();
        let mut units: Vec<u16> = Vec::new();
        for _ in 0..length {
            let mut next = || bytes.next().map_or_else(|| self.byte(), Ok).map(u16::from);
            let first = next()?;
            units.push(match first >> 4 {
                0..=7 => first,
                12 | 13 => (first & 0x1f) << 6 | next()? & 0x3f,
                14 => (first & 0x0f) << 12 | (next()? & 0x3f) << 6 | next()? & 0x3f,
                _ => {
                    let shown = format!("{first} hex: {first:x}");
                    return Err(io(format!("Invalid string; unexpected character: {shown}")));
                }
            });
        }
        Ok(String::from_utf16_lossy(&units))
    }

    fn long(&mut self) -> Result<u64, ErrorCause> {
        let mut long = 0;
        for _ in 0..8 {
            long = long << 8 | u64::from(self.byte()?);
        }
        Ok(long)
    }
}

/// Base64 that is decoded four characters at a time, as far as it is read.
#[derive(Default)]
struct Stream<'a> {
    /// Those that were not decoded yet.
    characters: &'a [u8],
    /// The bytes of the last four, the last one first.
    decoded: Vec<u8>,
    is_over: bool,
}

impl Stream<'_> {
    fn next(&mut self) -> Result<Option<u8>, ErrorCause> {
        if self.decoded.is_empty() && !self.is_over {
            self.decode()?;
        }
        Ok(self.decoded.pop())
    }

    fn decode(&mut self) -> Result<(), ErrorCause> {
        let (mut bits, mut digits) = (0_u32, 0_u32);
        while digits < 4 {
            let Some((&character, rest)) = self.characters.split_first() else {
                if digits == 1 {
                    return Err(io("Base64 stream has one un-decoded dangling byte."));
                }
                self.is_over = true;
                break;
            };
            self.characters = rest;
            if character == b'=' {
                let is_pair = digits == 2 && self.characters.first() == Some(&b'=');
                if digits < 2 || digits == 2 && !is_pair {
                    let left = 24 - 6 * digits;
                    return Err(io(format!("Illegal base64 ending sequence:{left}")));
                }
                self.characters = self.characters.get(usize::from(is_pair)..).unwrap_or_default();
                self.is_over = true;
                break;
            }
            let Some(value) = digit(character) else {
                return Err(io(format!("Illegal base64 character 0x{character:x}")));
            };
            bits |= value << (18 - 6 * digits);
            digits += 1;
        }
        let [_, bytes @ ..] = bits.to_be_bytes();
        let count = usize::try_from(digits * 6 / 8).unwrap_or_default();
        self.decoded.extend(bytes.iter().take(count).rev());
        Ok(())
    }
}

/// The value of a letter of the alphabet of URLs.
fn digit(character: u8) -> Option<u32> {
    Some(match character {
        b'A'..=b'Z' => u32::from(character - b'A'),
        b'a'..=b'z' => u32::from(character - b'a') + 26,
        b'0'..=b'9' => u32::from(character - b'0') + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}
