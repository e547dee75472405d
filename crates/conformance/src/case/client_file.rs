//! Cases that only concern clients, as they are written in YAML (`docs/cases.md`): a call, what
//! happens to it on the wire, and what the client must make of it.

use std::collections::BTreeMap;

use api_types::json::{Json, Object};
use serde::Deserialize;
use serde_saphyr::Spanned;

/// `fixtures/client/*.yml`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientCaseFile {
    pub(super) cases: Vec<RawClientCase>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClientCase {
    /// What the case shows, as a sentence.
    pub(super) case: Spanned<String>,
    /// The rules that it rests on.
    #[serde(default)]
    pub(super) proves: Vec<Spanned<String>>,
    /// Why it matters to users of a client.
    pub(super) because: String,
    #[serde(default)]
    pub(super) given: Option<Spanned<String>>,
    /// The operation.
    pub(super) call: Spanned<String>,
    #[serde(default)]
    pub(super) path: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) query: Object,
    #[serde(default)]
    pub(super) body: Option<Spanned<Json>>,
    /// How often the same is called, one after the other.
    #[serde(default)]
    pub(super) repeat: Option<Spanned<u16>>,
    /// What happens on the wire, to one request after the other.
    #[serde(default)]
    pub(super) wire: Vec<Spanned<RawEvent>>,
    /// How many requests may be sent: `1`, `2 or more`, `1 or more`.
    #[serde(default)]
    pub(super) attempts: Option<Spanned<String>>,
    /// What the client must do: `returns`, `raises`, `raises 404`, `either`.
    pub(super) client: Spanned<String>,
    /// Members that the returned value must have.
    #[serde(default)]
    pub(super) returns_has: Option<Object>,
    /// `one`: the requests of all calls come on one connection.
    #[serde(default)]
    pub(super) connections: Option<Spanned<String>>,
    /// `gzip`: the case is about answers that are packed, and only for clients that ask for it.
    #[serde(default)]
    pub(super) packed: Option<Spanned<String>>,
    /// The client has made the same call before, and nothing happened to it on the wire.
    #[serde(default)]
    pub(super) warm: bool,
    /// The client has not talked to the server before.
    #[serde(default)]
    pub(super) fresh: bool,
}

/// What happens to a request: exactly one of `answer`, `reset`, `change`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEvent {
    /// To how many requests; all of them if it is not there.
    #[serde(default)]
    pub(super) times: Option<usize>,
    #[serde(default)]
    pub(super) answer: Option<RawAnswer>,
    #[serde(default)]
    pub(super) reset: Option<bool>,
    #[serde(default)]
    pub(super) change: Option<RawChange>,
}

/// An answer in the server's place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAnswer {
    pub(super) status: u16,
    #[serde(default)]
    pub(super) body: Option<Json>,
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}

/// A change of the server's answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChange {
    /// `later than the client waits`
    #[serde(default)]
    pub(super) delay: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) without: Vec<String>,
    #[serde(default)]
    pub(super) with: BTreeMap<String, String>,
    /// The body as text, in place of the server's.
    #[serde(default)]
    pub(super) text: Option<String>,
    /// `reset` or `close`, in the middle of the body.
    #[serde(default)]
    pub(super) cut: Option<Spanned<String>>,
}
