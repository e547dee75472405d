//! The encoding of a JSON text, told from its first bytes (contract RL-5-42).

use std::borrow::Cow;

/// A text that its encoding does not allow, in the words of the JSON library (contract RL-5-32).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// Bytes that come in an order that nothing uses.
    #[error("Unsupported UCS-4 endianness ({0}) detected")]
    Order(&'static str),
    /// Four bytes that are no character.
    #[error(
        "Invalid UTF-32 character 0x{code:x} (above 0x0010ffff) at char #{index}, byte #{byte})"
    )]
    Character {
        /// The bytes as a number.
        code: u32,
        /// The number of characters before.
        index: usize,
        /// The number of the last of the bytes.
        byte: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16(Order),
    Utf32(Order),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Big,
    Little,
}

/// The text in UTF-8: as it is, or from UTF-16 or UTF-32 if its first four bytes look like that.
/// A byte order mark of UTF-8 stays, since it counts in positions.
///
/// # Errors
/// If the text is in UTF-32 and wrong.
pub fn to_utf8(text: &[u8]) -> Result<Cow<'_, [u8]>, EncodingError> {
    let (encoding, mark) = detect(text)?;
    let rest = text.get(mark..).unwrap_or_default();
    let decoded = match encoding {
        Encoding::Utf8 => return Ok(Cow::Borrowed(text)),
        Encoding::Utf16(order) => utf16(rest, order),
        Encoding::Utf32(order) => utf32(rest, order, mark)?,
    };
    Ok(Cow::Owned(decoded.into_bytes()))
}

/// The encoding and the length of the byte order mark.
fn detect(text: &[u8]) -> Result<(Encoding, usize), EncodingError> {
    Ok(match *text {
        [0, 0, 0xfe, 0xff, ..] => (Encoding::Utf32(Order::Big), 4),
        [0xff, 0xfe, 0, 0, ..] => (Encoding::Utf32(Order::Little), 4),
        [0, 0, 0xff, 0xfe, ..] => return Err(EncodingError::Order("2143")),
        [0xfe, 0xff, 0, 0, ..] => return Err(EncodingError::Order("3412")),
        [0xfe, 0xff, _, _, ..] => (Encoding::Utf16(Order::Big), 2),
        [0xff, 0xfe, _, _, ..] => (Encoding::Utf16(Order::Little), 2),
        [0, 0, 0, _, ..] => (Encoding::Utf32(Order::Big), 0),
        [_, 0, 0, 0, ..] => (Encoding::Utf32(Order::Little), 0),
        [0, _, 0, 0, ..] => return Err(EncodingError::Order("3412")),
        [0, 0, _, 0, ..] => return Err(EncodingError::Order("2143")),
        [0, _, _, _, ..] | [0, _] | [0, _, _] => (Encoding::Utf16(Order::Big), 0),
        [_, 0, _, _, ..] | [_, 0] | [_, 0, _] => (Encoding::Utf16(Order::Little), 0),
        _ => (Encoding::Utf8, 0),
    })
}

/// What is no character becomes U+FFFD.
fn utf16(text: &[u8], order: Order) -> String {
    let units = text.chunks(2).map(|pair| match (order, pair) {
        (Order::Big, &[high, low]) => u16::from_be_bytes([high, low]),
        (Order::Little, &[low, high]) => u16::from_le_bytes([low, high]),
        // Half a unit is read as a lone surrogate, which is no character either.
        _ => 0xd800,
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn utf32(text: &[u8], order: Order, mark: usize) -> Result<String, EncodingError> {
    text.as_chunks::<4>()
        .0
        .iter()
        .enumerate()
        .map(|(index, four)| {
            let code = match order {
                Order::Big => u32::from_be_bytes(*four),
                Order::Little => u32::from_le_bytes(*four),
            };
            if code > 0x0010_ffff {
                return Err(EncodingError::Character { code, index, byte: mark + index * 4 + 3 });
            }
            Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"a\":\"\u{e9}\u{1f600}\"}";

    fn encoded(mark: &[u8], unit: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
        [mark, unit(TEXT).as_slice()].concat()
    }

    // Proves RL-5-42.
    #[test]
    fn the_first_bytes_tell_the_encoding() {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| {
            move |text: &str| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
        };
        let utf32 = |bytes: fn(u32) -> [u8; 4]| {
            move |text: &str| {
                text.chars().flat_map(|character| bytes(u32::from(character))).collect::<Vec<u8>>()
            }
        };
        for bytes in [
            encoded(b"", utf16(u16::to_be_bytes)),
            encoded(b"", utf16(u16::to_le_bytes)),
            encoded(b"\xfe\xff", utf16(u16::to_be_bytes)),
            encoded(b"\xff\xfe", utf16(u16::to_le_bytes)),
            encoded(b"", utf32(u32::to_be_bytes)),
            encoded(b"", utf32(u32::to_le_bytes)),
            encoded(b"\0\0\xfe\xff", utf32(u32::to_be_bytes)),
            encoded(b"\xff\xfe\0\0", utf32(u32::to_le_bytes)),
            TEXT.as_bytes().to_vec(),
        ] {
            assert_eq!(to_utf8(&bytes).unwrap(), TEXT.as_bytes(), "{bytes:x?}");
        }
        assert_eq!(to_utf8(b"5").unwrap(), b"5".as_slice());
        assert_eq!(to_utf8(b"5\0").unwrap(), b"5".as_slice());
    }

    // Proves RL-5-32.
    #[test]
    fn bad_utf32_is_refused_in_the_words_of_the_library() {
        let says = |bytes: &[u8]| to_utf8(bytes).unwrap_err().to_string();
        assert_eq!(says(b"\0\0a\0"), "Unsupported UCS-4 endianness (2143) detected");
        assert_eq!(says(b"\0a\0\0"), "Unsupported UCS-4 endianness (3412) detected");
        assert_eq!(
            says(b"\0\0\0{\x01\xcf\xa7\xe2"),
            "Invalid UTF-32 character 0x1cfa7e2 (above 0x0010ffff) at char #1, byte #7)"
        );
    }
}
