//! A document while a search looks at it: its members are read once, and not kept beyond that.

use std::{borrow::Cow, cell::OnceCell};

use api_types::json::Object;

use crate::store::Document;

/// A document that is looked at.
#[derive(Debug)]
pub(super) struct View<'d> {
    pub(super) document: &'d Document,
    members: OnceCell<Cow<'d, Object>>,
}

impl<'d> View<'d> {
    pub(super) const fn of(document: &'d Document) -> Self {
        Self { document, members: OnceCell::new() }
    }

    /// The members.
    pub(super) fn source(&self) -> &Object {
        self.members.get_or_init(|| self.document.read())
    }
}
