//! Bodies that are packed for the way: `content-encoding`.

use std::{
    borrow::Cow,
    io::{self, Read as _},
};

use flate2::read::MultiGzDecoder;

use super::message::Message;

/// Packed bodies are unpacked up to this length, in bytes.
const MOST: u64 = 8 * 1024 * 1024;

/// Why a body cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum PackedError {
    /// Another coding than gzip.
    #[error("it is packed in a way that is not known here")]
    Unknown,
    /// What is in it is too long.
    #[error("it is too long")]
    TooLong,
    /// The bytes are not what the coding says.
    #[error("it cannot be unpacked: {0}")]
    Broken(#[source] io::Error),
}

impl Message {
    /// Whether the body is packed for the way.
    #[must_use]
    pub fn is_packed(&self) -> bool {
        let coding = self.head.header("content-encoding").unwrap_or("identity").trim();
        !coding.eq_ignore_ascii_case("identity") && !self.body.is_empty()
    }

    /// The body as it was before it was packed for the way.
    ///
    /// # Errors
    /// If it is packed otherwise than with gzip, is too long, or is no gzip.
    pub fn unpacked(&self) -> Result<Cow<'_, [u8]>, PackedError> {
        if !self.is_packed() {
            return Ok(Cow::Borrowed(&self.body));
        }
        let coding = self.head.header("content-encoding").unwrap_or_default().trim();
        if !coding.eq_ignore_ascii_case("gzip") {
            return Err(PackedError::Unknown);
        }
        let mut unpacked = Vec::new();
        let mut decoder = MultiGzDecoder::new(self.body.as_slice()).take(MOST + 1);
        decoder.read_to_end(&mut unpacked).map_err(PackedError::Broken)?;
        if unpacked.len() as u64 > MOST {
            return Err(PackedError::TooLong);
        }
        Ok(Cow::Owned(unpacked))
    }

    /// The message as text: the head as it was sent, and the body, unpacked if it can be.
    #[must_use]
    pub fn text(&self) -> String {
        let end = self.raw.windows(4).position(|four| four == b"\r\n\r\n");
        match (self.is_packed().then(|| self.unpacked()), end) {
            (Some(Ok(body)), Some(end)) => {
                let head = self.raw.get(..end + 4).unwrap_or_default();
                format!("{}{}", String::from_utf8_lossy(head), String::from_utf8_lossy(&body))
            }
            _ => String::from_utf8_lossy(&self.raw).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::wire::{MessageReader, Side};

    fn answer(coding: &str, body: &[u8]) -> Message {
        let length = body.len();
        let head =
            format!("HTTP/1.1 200 OK\r\n{coding}content-length: {length}\r\n\r\n").into_bytes();
        let mut reader = MessageReader::new(Side::Answers);
        reader.push(&[head.as_slice(), body].concat());
        reader.next(Some("GET")).unwrap().unwrap()
    }

    fn packed(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_packed_body_is_unpacked_and_another_is_left_as_it_is() {
        let plain = answer("", b"{}");
        assert!(!plain.is_packed());
        assert_eq!(plain.unpacked().unwrap(), &b"{}"[..]);
        let message = answer("Content-Encoding: GZIP\r\n", &packed(b"{\"id\":1}"));
        assert_eq!(message.unpacked().unwrap(), &b"{\"id\":1}"[..]);
        let length = message.body.len();
        let expected = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: GZIP\r\ncontent-length: {length}\r\n\r\n{{\"id\":1}}"
        );
        assert_eq!(message.text(), expected);
        assert!(!answer("content-encoding: gzip\r\n", b"").is_packed());
    }

    #[test]
    fn what_cannot_be_unpacked_is_told() {
        let told =
            |coding: &str, body: &[u8]| answer(coding, body).unpacked().unwrap_err().to_string();
        let unknown = "it is packed in a way that is not known here";
        assert_eq!(told("content-encoding: br\r\n", b"x"), unknown);
        let gzip = "content-encoding: gzip\r\n";
        assert!(told(gzip, b"no gzip at all").starts_with("it cannot be unpacked: "));
        assert_eq!(told(gzip, &packed(&vec![b' '; 8 * 1024 * 1024 + 1])), "it is too long");
    }
}
