//! Decoding of paths and query strings (contract RL-3, RL-4).

/// Why a text cannot be decoded; displayed as the decoder's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("unterminated escape sequence at end of string: {0}")]
    Unterminated(String),
    #[error("partial escape sequence at end of string: {0}")]
    Partial(String),
    #[error("invalid escape sequence `%{escape}' at index {index} of: {text}")]
    Invalid { escape: String, index: usize, text: String },
}

/// Whether `+` stands for a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plus {
    IsSpace,
    IsPlus,
}

/// Replaces percent escapes; `%%` is a percent sign.
pub(crate) fn decode(text: &str, plus: Plus) -> Result<String, DecodeError> {
    if !text.contains(['%', '+']) {
        return Ok(text.to_owned());
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'+' if plus == Plus::IsSpace => decoded.push(b' '),
            b'%' => {
                let escaped = match (bytes.get(at), bytes.get(at + 1)) {
                    (None, _) => return Err(DecodeError::Unterminated(text.to_owned())),
                    (Some(b'%'), _) => {
                        at += 1;
                        decoded.push(b'%');
                        continue;
                    }
                    (Some(_), None) => return Err(DecodeError::Partial(text.to_owned())),
                    (Some(&high), Some(&low)) => hex(high, low),
                };
                let Some(escaped) = escaped else {
                    let escape = text.chars().skip(text_index(text, at)).take(2).collect();
                    return Err(DecodeError::Invalid {
                        escape,
                        index: at - 1,
                        text: text.to_owned(),
                    });
                };
                decoded.push(escaped);
                at += 2;
            }
            other => decoded.push(other),
        }
    }
    Ok(String::from_utf8_lossy(&decoded).into_owned())
}

fn text_index(text: &str, byte_index: usize) -> usize {
    text.char_indices().take_while(|(index, _)| *index < byte_index).count()
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// The parameters of a query string in order, decoded. A repeated name keeps its last value.
pub(crate) fn parse(query: &str) -> Result<Vec<(String, String)>, DecodeError> {
    let mut parameters: Vec<(String, String)> = Vec::new();
    for pair in query.split(['&', ';']) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if name.is_empty() {
            continue;
        }
        let name = decode(name, Plus::IsSpace)?;
        let value = decode(value, Plus::IsSpace)?;
        match parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => parameters.push((name, value)),
        }
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: contract RL-3 and RL-4.
    // Proves RL-3-18.
    #[test]
    fn escapes_are_decoded_and_bad_ones_named() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let decoded = decode(text, Plus::IsPlus).map_err(|error| error.to_string());
            assert_eq!(decoded.as_deref().map_err(String::as_str), expected, "{text}");
        };
        check("a%2Fb%C3%BC", Ok("a/bü"));
        check("a+b%%", Ok("a+b%"));
        check("a%", Err("unterminated escape sequence at end of string: a%"));
        check("a%4", Err("partial escape sequence at end of string: a%4"));
        check("a%zz", Err("invalid escape sequence `%zz' at index 1 of: a%zz"));
    }

    // Proves RL-4-1, RL-4-2.
    #[test]
    fn both_separators_and_missing_values_are_understood() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            parse("a=1&b;c=x+y%2C&=z&a=2"),
            Ok(vec![pair("a", "2"), pair("b", ""), pair("c", "x y,")])
        );
    }
}
