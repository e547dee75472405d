//! `/_mock/state`: all state of a space as a document.

use api_types::json::Json;
use bytes::Bytes;
use http::header;

use super::{control::Asked, illegal};
use crate::{
    app::App,
    error::ApiError,
    reply::{Reply, ReplyBody},
    seed::{Language, Seed, written},
};

/// `GET /_mock/state`
pub(super) fn show(asked: &Asked<'_>) -> Reply {
    let document = asked.space.app.export();
    let text = Bytes::from(written(&document));
    let body = ReplyBody::Laid { value: Json::Object(document), text };
    Reply { status: 200, location: None, is_laid_out: false, body }
}

/// The text that `GET /_mock/state` answers.
pub(crate) fn text(app: &App) -> String {
    String::from_utf8_lossy(&written(&app.export())).into_owned()
}

/// `PUT /_mock/state`: what the space was is gone.
pub(super) fn replace(asked: &Asked<'_>) -> Result<Reply, ApiError> {
    let body = &asked.request.body;
    let text = std::str::from_utf8(body).map_err(|_| illegal("the body is no UTF-8"))?;
    let content_type = asked.request.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let language = if content_type.contains("yaml") {
        Language::Yaml
    } else if content_type.contains("json") {
        Language::Json
    } else {
        Language::guess(text)
    };
    let seed =
        Seed::understand("body", text, language).map_err(|error| illegal(error.to_string()))?;
    asked.space.begin_anew_with(&seed);
    Ok(Reply::acknowledged())
}
