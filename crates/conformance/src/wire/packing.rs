//! Bodies that are packed: requests may be, answers are if the client asks for it (contract RL-9).

use std::{
    borrow::Cow,
    io::{self, Read as _},
};

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::message::{Head, Message};

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Deflate,
}

impl Head {
    /// What `content-encoding` says; nothing if the body is as it is.
    ///
    /// # Errors
    /// If it names another way of packing.
    pub(crate) fn packing(&self) -> Result<Option<Packing>, UnknownPacking> {
        let coding = self.header("content-encoding").unwrap_or("identity").trim();
        match coding.to_ascii_lowercase().as_str() {
            "identity" => Ok(None),
            "gzip" | "x-gzip" => Ok(Some(Packing::Gzip)),
            "deflate" => Ok(Some(Packing::Deflate)),
            _ => Err(UnknownPacking),
        }
    }
}

/// A way of packing that is not known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnknownPacking;

/// Unpacks a body, if it is not longer than `most` then.
///
/// # Errors
/// If it is not packed in that way.
pub(crate) fn unpacked(packing: Packing, body: &[u8], most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut unpacked = Vec::new();
    match packing {
        Packing::Gzip => MultiGzDecoder::new(body).take(most + 1).read_to_end(&mut unpacked)?,
        Packing::Deflate => ZlibDecoder::new(body).take(most + 1).read_to_end(&mut unpacked)?,
    };
    Ok((unpacked.len() as u64 <= most).then_some(unpacked))
}

/// Longer bodies stay packed.
const MOST: u64 = 64 * 1024 * 1024;

impl Message {
    /// The body as it was before it was packed, if it is packed and can be unpacked.
    #[must_use]
    pub fn unpacked_body(&self) -> Option<Vec<u8>> {
        let packing = self.head.packing().ok()??;
        unpacked(packing, &self.body, MOST).ok()?
    }

    /// The body, unpacked if it is packed.
    #[must_use]
    pub fn plain_body(&self) -> Cow<'_, [u8]> {
        self.unpacked_body().map_or(Cow::Borrowed(&self.body), Cow::Owned)
    }

    /// The message as text, with its body unpacked.
    #[must_use]
    pub fn text(&self) -> String {
        let Some(body) = self.unpacked_body() else {
            return String::from_utf8_lossy(&self.raw).into_owned();
        };
        let end = self.raw.windows(4).position(|four| four == b"\r\n\r\n");
        let head = end.and_then(|end| self.raw.get(..end + 4)).unwrap_or_default();
        format!("{}{}", String::from_utf8_lossy(head), String::from_utf8_lossy(&body))
    }
}

#[cfg(test)]
mod tests {
    use flate2::{
        Compression,
        read::{GzEncoder, ZlibEncoder},
    };

    use super::*;
    use crate::wire::{MessageReader, Side};

    const BODY: &[u8] = br#"{"name":"n"}"#;

    fn request(coding: &str, body: &[u8]) -> Message {
        let mut reader = MessageReader::new(Side::Requests);
        let length = body.len();
        let head = format!(
            "PUT / HTTP/1.1\r\ncontent-encoding: {coding}\r\ncontent-length: {length}\r\n\r\n"
        );
        reader.push(head.as_bytes());
        reader.push(body);
        reader.next(None).unwrap().unwrap()
    }

    fn gzip() -> Vec<u8> {
        let mut packed = Vec::new();
        GzEncoder::new(BODY, Compression::default()).read_to_end(&mut packed).unwrap();
        packed
    }

    #[test]
    fn a_packed_body_comes_out_as_it_went_in() {
        let mut deflate = Vec::new();
        ZlibEncoder::new(BODY, Compression::default()).read_to_end(&mut deflate).unwrap();
        for (coding, packed) in [("gzip", gzip()), (" GZip", gzip()), ("deflate", deflate)] {
            let message = request(coding, &packed);
            assert_eq!(*message.plain_body(), *BODY, "{coding}");
            let text = message.text();
            assert!(text.ends_with("\r\n\r\n{\"name\":\"n\"}"), "{text}");
        }
        assert_eq!(unpacked(Packing::Gzip, &gzip(), BODY.len() as u64 - 1).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_unpacked_stays_as_it_is() {
        for coding in ["identity", "gzip", "br"] {
            let message = request(coding, BODY);
            assert_eq!(message.unpacked_body(), None, "{coding}");
            assert_eq!(*message.plain_body(), *BODY, "{coding}");
        }
        assert_eq!(request("br", BODY).head.packing(), Err(UnknownPacking));
    }
}
