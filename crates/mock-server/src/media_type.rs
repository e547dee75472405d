//! `Accept` and `Content-Type`: parsing, versions, and the media type of the answer
//! (contract RL-6, RL-7).

use api_types::{
    Version,
    differences::Difference,
    error::{ErrorCause, ErrorType},
};
use http::{HeaderMap, HeaderName, header};

/// What the two headers of a request say.
#[derive(Clone, Debug, Default)]
pub(crate) struct MediaTypes {
    pub(crate) accept: Option<MediaType>,
    pub(crate) content_type: Option<MediaType>,
}

/// A parsed header value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaType {
    /// The header as it was sent.
    raw: String,
    /// `application/json`, in lower case.
    essence: String,
    parameters: Vec<(String, String)>,
}

/// The formats of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Yaml,
    Cbor,
    Smile,
}

const VENDOR_PREFIX: &str = "application/vnd.elasticsearch+";
const VERSION: &str = "compatible-with";

impl MediaTypes {
    /// Reads the headers and checks the versions they ask for.
    pub(crate) fn read(
        headers: &HeaderMap,
        has_body: bool,
        server: Version,
    ) -> Result<Self, ErrorCause> {
        let accept = read_header(headers, &header::ACCEPT, "Accept")?;
        let content_type = read_header(headers, &header::CONTENT_TYPE, "Content-Type")?;
        let types = Self { accept, content_type };
        types.check_versions(has_body, server)?;
        Ok(types)
    }

    fn check_versions(&self, has_body: bool, server: Version) -> Result<(), ErrorCause> {
        let current = if server.has(Difference::CompatibleWithNine) { 9 } else { 8 };
        let supported = current - 1..=current;
        let asked = |media: &Option<MediaType>| media.as_ref().and_then(MediaType::version);
        let raw = |media: &Option<MediaType>| {
            media.as_ref().map_or_else(|| "null".to_owned(), |media| media.raw.clone())
        };
        let (accept, content_type) = (asked(&self.accept), asked(&self.content_type));
        let outside = |name: &str, version: u64, raw: &str| {
            format!(
                "{name} version must be either version {current} or {}, but found {version}. {name}={raw}",
                current - 1
            )
        };
        let both =
            format!("Accept={}, Content-Type={}", raw(&self.accept), raw(&self.content_type));
        const REQUIRED: &str = "A compatible version is required on both Content-Type and Accept headers if either one has requested a compatible version";
        let reason = if let Some(version) = accept.filter(|it| !supported.contains(it)) {
            outside("Accept", version, &raw(&self.accept))
        } else if !has_body {
            return Ok(());
        } else if let Some(version) = content_type.filter(|it| !supported.contains(it)) {
            outside("Content-Type", version, &raw(&self.content_type))
        } else if accept.unwrap_or(current) != content_type.unwrap_or(current) {
            format!("{REQUIRED} and the compatible versions must match. {both}")
        } else if accept.is_some() != content_type.is_some() {
            format!("{REQUIRED}. {both}")
        } else {
            return Ok(());
        };
        let cause = ErrorCause::new(ErrorType::Status, reason);
        Err(header_error("Accept, Content-Type").caused_by(cause))
    }

    /// The major version whose API the request asks for: that of the server or the one before.
    pub(crate) fn api(&self, server: Version) -> u64 {
        let current = if server.has(Difference::CompatibleWithNine) { 9 } else { 8 };
        self.accept.as_ref().and_then(MediaType::version).unwrap_or(current)
    }

    /// The format of the body, if there is one that can be read.
    pub(crate) fn body_format(&self) -> Result<Format, String> {
        let Some(content_type) = &self.content_type else {
            return Err("Content-Type header is missing".to_owned());
        };
        content_type
            .body_format()
            .ok_or_else(|| format!("Content-Type header [{}] is not supported", content_type.raw))
    }

    /// The format of the answer and its `Content-Type`. `wanted` is the `format` parameter.
    pub(crate) fn response(&self, wanted: Option<&str>) -> (Format, String) {
        let known =
            |media: &Option<MediaType>| media.as_ref().and_then(MediaType::response_essence);
        let (format, mut header) = wanted
            .and_then(format_of)
            .or_else(|| known(&self.accept))
            .or_else(|| known(&self.content_type))
            .unwrap_or_else(|| (Format::Json, "application/json".to_owned()));
        if let Some(accept) = &self.accept {
            for (name, value) in &accept.parameters {
                header.push(';');
                header.push_str(name);
                header.push('=');
                header.push_str(value);
            }
        }
        (format, header)
    }
}

fn format_of(wanted: &str) -> Option<(Format, String)> {
    let (format, vendor) = match wanted.to_ascii_lowercase().strip_prefix("vnd_") {
        Some(rest) => (format_named(rest)?, true),
        None => (format_named(&wanted.to_ascii_lowercase())?, false),
    };
    let prefix = if vendor { VENDOR_PREFIX } else { "application/" };
    Some((format, format!("{prefix}{}", format.name())))
}

fn format_named(name: &str) -> Option<Format> {
    [Format::Json, Format::Yaml, Format::Cbor, Format::Smile]
        .into_iter()
        .find(|format| format.name() == name)
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Cbor => "cbor",
            Self::Smile => "smile",
        }
    }
}

impl MediaType {
    fn version(&self) -> Option<u64> {
        self.parameter(VERSION)?.parse().ok()
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn format(&self) -> Option<Format> {
        let kind = self
            .essence
            .strip_prefix(VENDOR_PREFIX)
            .or_else(|| self.essence.strip_prefix("application/"))?;
        match kind {
            "x-ndjson" => Some(Format::Json),
            "*" if self.essence == "application/*" => Some(Format::Json),
            name => format_named(name),
        }
    }

    fn body_format(&self) -> Option<Format> {
        let format = self.format()?;
        let utf8 = self.parameter("charset").is_none_or(|set| set.eq_ignore_ascii_case("utf-8"));
        let versioned = self
            .parameter(VERSION)
            .is_none_or(|version| version.bytes().all(|byte| byte.is_ascii_digit()));
        (utf8 && versioned).then_some(format)
    }

    fn response_essence(&self) -> Option<(Format, String)> {
        let format = self.format()?;
        let vendor = self.essence.starts_with(VENDOR_PREFIX);
        let prefix = if vendor { VENDOR_PREFIX } else { "application/" };
        Some((format, format!("{prefix}{}", format.name())))
    }

    /// Reads a header value; `Ok(None)` for one that says nothing.
    fn parse(raw: &str) -> Result<Option<Self>, String> {
        if raw == "*/*" || raw.contains(',') {
            return Ok(None);
        }
        let lower = raw.to_ascii_lowercase();
        let mut parts = lower.split(';');
        // Java drops empty pieces at the end of what it splits: here slashes, below equals signs.
        let essence = parts.next().unwrap_or_default().trim_end().trim_end_matches('/');
        let is_token = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| {
                    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~[]\\".contains(&byte)
                })
        };
        let (kind, subtype) = essence.split_once('/').unwrap_or_default();
        let (kind, subtype) = (kind.trim(), subtype.trim());
        if !is_token(kind) || !is_token(subtype) {
            return Err(format!("invalid media-type [{raw}]"));
        }
        let mut parameters: Vec<(String, String)> = Vec::new();
        for parameter in parts.map(str::trim).filter(|parameter| !parameter.is_empty()) {
            let mut sides = parameter.trim_end_matches('=').split('=');
            match (sides.next(), sides.next(), sides.next()) {
                (Some(name), Some(value), None)
                    if !name.is_empty()
                        && !value.is_empty()
                        && !name.ends_with(char::is_whitespace)
                        && !value.starts_with(char::is_whitespace) =>
                {
                    parameters.retain(|(known, _)| known != name);
                    parameters.push((name.to_owned(), value.to_owned()));
                }
                _ => return Err(format!("invalid parameters for header [{raw}]")),
            }
        }
        Ok(Some(Self { raw: raw.to_owned(), essence: format!("{kind}/{subtype}"), parameters }))
    }
}

fn header_error(names: &str) -> ErrorCause {
    ErrorCause::new(
        ErrorType::MediaTypeHeader,
        format!("Invalid media-type value on headers [{names}]"),
    )
}

fn read_header(
    headers: &HeaderMap,
    name: &HeaderName,
    spelled: &str,
) -> Result<Option<MediaType>, ErrorCause> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = String::from_utf8_lossy(value.as_bytes());
    let parsed = if values.next().is_some() {
        Err(format!("Incorrect header [{spelled}]. Only one value should be provided"))
    } else if text.trim().is_empty() {
        Err(format!("Header [{spelled}] cannot be empty."))
    } else {
        MediaType::parse(&text)
    };
    parsed.map_err(|reason| {
        header_error(spelled).caused_by(ErrorCause::new(ErrorType::IllegalArgument, reason))
    })
}
