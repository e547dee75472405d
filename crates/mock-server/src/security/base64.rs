//! Base64 with the messages of Java's decoder (contract RL-13-10 and RL-13-22).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Why a text is not base64; displayed as Java's decoder says it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("Input byte[] should at least have 2 bytes for base64 bytes")]
    TooShort,
    #[error("Illegal base64 character {0}")]
    Character(String),
    #[error("Input byte array has wrong 4-byte ending unit")]
    Ending,
    #[error("Last unit does not have enough valid bits")]
    Bits,
    #[error("Input byte array has incorrect ending byte at {0}")]
    Rest(usize),
}

/// Encodes with padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (index, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = usize::try_from(bits >> shift & 0x3f).unwrap_or_default();
            let letter = ALPHABET.get(digit).copied().unwrap_or(b'=');
            text.push(if index > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

fn digit(byte: u8) -> Option<u32> {
    let index = ALPHABET.iter().position(|letter| *letter == byte)?;
    u32::try_from(index).ok()
}

/// Java's bytes have a sign.
fn signed_hex(byte: u8) -> String {
    let value = byte.cast_signed();
    if value < 0 { format!("-{:x}", value.unsigned_abs()) } else { format!("{value:x}") }
}

/// Decodes; padding may be left out.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, DecodeError> {
    if text.len() == 1 {
        return Err(DecodeError::TooShort);
    }
    let mut decoded = Vec::new();
    let (mut bits, mut digits) = (0_u32, 0);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte == b'=' {
            let is_single = digits == 2 && text.get(at) != Some(&b'=');
            if digits == 0 || is_single {
                return Err(DecodeError::Ending);
            }
            at += usize::from(digits == 2);
            break;
        }
        let Some(value) = digit(byte) else {
            return Err(DecodeError::Character(signed_hex(byte)));
        };
        bits = bits << 6 | value;
        digits += 1;
        if digits == 4 {
            let [_, high, middle, low] = bits.to_be_bytes();
            decoded.extend([high, middle, low]);
            (bits, digits) = (0, 0);
        }
    }
    match digits {
        1 => return Err(DecodeError::Bits),
        2 => decoded.extend((bits << 12).to_be_bytes().get(1)),
        3 => decoded.extend((bits << 6).to_be_bytes().get(1..3).unwrap_or_default()),
        _ => {}
    }
    if at < text.len() { Err(DecodeError::Rest(at + 1)) } else { Ok(decoded) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: RFC 4648, section 10.
    #[test]
    fn the_examples_of_the_standard_go_both_ways() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), encoded);
            assert_eq!(decode(encoded.as_bytes()), Ok(plain.as_bytes().to_vec()));
            let bare = encoded.trim_end_matches('=');
            assert_eq!(decode(bare.as_bytes()), Ok(plain.as_bytes().to_vec()), "{bare}");
        }
    }

    // Expected values: contract RL-13-22.
    #[test]
    fn what_is_no_base64_is_refused_as_java_does() {
        let check = |text: &[u8], expected: &str| {
            assert_eq!(decode(text).unwrap_err().to_string(), expected);
        };
        check(b"a", "Input byte[] should at least have 2 bytes for base64 bytes");
        check(b"a!bc", "Illegal base64 character 21");
        check(b"ab_c", "Illegal base64 character 5f");
        check(b"ab\xc3\x83", "Illegal base64 character -3d");
        check(b"=abc", "Input byte array has wrong 4-byte ending unit");
        check(b"ab=c", "Input byte array has wrong 4-byte ending unit");
        check(b"abcde", "Last unit does not have enough valid bits");
        check(b"a===", "Last unit does not have enough valid bits");
        check(b"abc=d", "Input byte array has incorrect ending byte at 5");
    }
}
