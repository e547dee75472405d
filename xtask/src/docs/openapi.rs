//! `docs/openapi.json`: the description of the newest version.

use api_types::{Version, openapi::document};

/// The text of the file.
pub(super) fn render() -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(&document(Version::NEWEST))?;
    text.push('\n');
    Ok(text)
}
