//! Names of members: bytes that become text only when the whole name has been read.
//!
//! The JSON library keeps a name as words of four bytes. What it says of a bad byte is taken from
//! such a word, with the bytes before it (contract RL-5-111).

use std::borrow::Cow;

use super::{ReadErrorKind, scan::text};

pub(super) const CUT_OFF: &str = "Unexpected end-of-input in field name";

/// The text of a name, or what the JSON library says of its bytes.
pub(super) fn decode(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, (ReadErrorKind, String)> {
    if !bytes.is_ascii() {
        check(&bytes)?;
    }
    Ok(match bytes {
        Cow::Borrowed(bytes) => text(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    })
}

fn check(bytes: &[u8]) -> Result<(), (ReadErrorKind, String)> {
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        at += 1;
        let follow = match first {
            0..0x80 => continue,
            0xc0..0xe0 => 1,
            0xe0..0xf0 => 2,
            0xf0..0xf8 => 3,
            _ => {
                let message = format!("Invalid UTF-8 start byte 0x{first:x}");
                return Err((ReadErrorKind::Malformed, message));
            }
        };
        if at + follow > bytes.len() {
            return Err((ReadErrorKind::UnexpectedEnd, CUT_OFF.to_owned()));
        }
        for number in 1..=follow {
            let byte = bytes.get(at).copied().unwrap_or_default();
            if byte & 0xc0 != 0x80 {
                // The third byte that follows is shown alone.
                let shown = if number == 3 { i32::from(byte) } else { word(bytes, at) };
                let message = format!("Invalid UTF-8 middle byte 0x{shown:x}");
                return Err((ReadErrorKind::Malformed, message));
            }
            at += 1;
        }
    }
    Ok(())
}

/// The bytes of a word up to the one at `at`, as a signed number.
fn word(bytes: &[u8], at: usize) -> i32 {
    let word = bytes.get(at & !3..=at).unwrap_or_default();
    let sign = if word.first().is_some_and(|first| *first >= 0x80) { -1 } else { 0 };
    word.iter().fold(sign, |word, byte| (word << 8) | i32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(bytes: &[u8]) -> String {
        decode(Cow::Borrowed(bytes)).map_or_else(|(_, message)| message, Cow::into_owned)
    }

    // Proves RL-5-106, RL-5-111.
    #[test]
    fn a_bad_byte_is_shown_with_the_bytes_before_it_in_its_word() {
        assert_eq!(says(b"\xc3x"), "Invalid UTF-8 middle byte 0xffffc378");
        assert_eq!(says(b"ab\xc3x"), "Invalid UTF-8 middle byte 0x6162c378");
        assert_eq!(says(b"abc\xc3x"), "Invalid UTF-8 middle byte 0x78");
        assert_eq!(says(b"\xe2\x82x"), "Invalid UTF-8 middle byte 0xffe28278");
        assert_eq!(says(b"\xf0\x9f\x98x"), "Invalid UTF-8 middle byte 0x78");
        assert_eq!(says(b"a\xc3"), CUT_OFF);
        assert_eq!(says("\u{e9}\u{1f600}".as_bytes()), "\u{e9}\u{1f600}");
    }
}
