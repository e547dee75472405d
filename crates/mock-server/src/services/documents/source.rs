//! How much of a document an answer holds (contract DO-4.2-6).

use api_types::json::{Json, Object};
use bytes::Bytes;

use crate::{filter_path::FilterPath, store::Document};

/// Which part of a document is shown.
#[derive(Clone, Debug, Default)]
pub(crate) enum Source {
    #[default]
    Whole,
    Hidden,
    Part(FilterPath),
}

impl Source {
    /// All of it, or nothing.
    pub(crate) const fn shown(is_shown: bool) -> Self {
        if is_shown { Self::Whole } else { Self::Hidden }
    }

    /// The members that are named, without those that are excluded.
    pub(crate) fn part(includes: &[String], excludes: &[String]) -> Self {
        if includes.is_empty() && excludes.is_empty() {
            return Self::Whole;
        }
        Self::Part(FilterPath::of_lists(includes, excludes))
    }

    /// The text that is shown of a document, if any is.
    pub(crate) fn text(&self, document: &Document) -> Option<Bytes> {
        match self {
            Self::Whole => Some(document.serialised_copy()),
            Self::Hidden => None,
            Self::Part(filter) => {
                let shown = filter.apply(Json::Object(document.read().into_owned()));
                Some(Bytes::from(shown.to_compact()))
            }
        }
    }

    /// The members that are shown of a document, if any are.
    pub(crate) fn members(&self, source: &Object) -> Option<Json> {
        match self {
            Self::Whole => Some(Json::Object(source.clone())),
            Self::Hidden => None,
            Self::Part(filter) => Some(filter.apply(Json::Object(source.clone()))),
        }
    }
}
