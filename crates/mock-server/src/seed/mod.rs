//! The state of a server as a document: read, checked, put in; written so that reading gives the
//! same state again (`docs/control.md`).
//!
//! `text.rs` reads JSON and YAML and finds places, `check.rs`, `members.rs` and `indices.rs` say what
//! is wrong,
//! `import.rs` makes state of a document, `export.rs` a document of state, `layout.rs` text of that.

mod check;
mod export;
mod import;
mod indices;
mod layout;
mod license;
mod members;
mod text;

use std::{fmt, fs, path::Path, sync::Arc};

use api_types::{
    Timestamp,
    json::{Json, Object},
    ops::PostSyncJob,
};

pub(crate) use self::{export::export, import::import, layout::written};
use crate::{
    security::Security,
    sources::ClockState,
    store::{GivenPipeline, Said},
};

/// The file that `connector-mock init` writes.
pub(crate) const STARTER: &str = include_str!("starter.yml");

/// The state of a server, read from a document in YAML or JSON and checked: what a server begins
/// with, or is given while it runs. `docs/control.md` describes the document.
///
/// ```
/// use mock_server::Seed;
///
/// let text = "connectors: {c: {status: connected}}\nsync_jobs: {j: {status: in_progress}}";
/// assert!(Seed::parse("here", text).is_ok());
/// let text = "connectors: {c: }\nsync_jobs:\n  j: {status: in_progres}";
/// let error = Seed::parse("here", text).unwrap_err().to_string();
/// assert!(error.starts_with("here:3:15: [in_progres] is not a status of a sync job (did you mean [in_progress]?)"));
/// ```
#[derive(Clone)]
pub struct Seed(Arc<Content>);

/// Something in a document of state cannot be used. The text has file, line, column, what is allowed
/// and what may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedError {
    file: String,
    position: Option<(u64, u64)>,
    message: String,
    /// How many mistakes there are beside this one, and where the next one is.
    more: usize,
    next: Option<(u64, u64)>,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.message)?;
        match (self.more, self.next) {
            (0, _) => Ok(()),
            (1, Some((line, column))) => write!(f, " (another mistake is at {line}:{column})"),
            (more, Some((line, column))) => {
                write!(f, " ({more} more mistakes, the next one at {line}:{column})")
            }
            (more, None) => write!(f, " ({more} more mistakes)"),
        }
    }
}

impl std::error::Error for SeedError {}

/// In which language a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Json,
    Yaml,
}

impl Language {
    /// What a document is written in that nobody says it of: JSON begins with a brace.
    pub(crate) fn guess(text: &str) -> Self {
        if text.trim_start().starts_with('{') { Self::Json } else { Self::Yaml }
    }
}

impl Seed {
    /// Reads a file: YAML if its name ends so, otherwise JSON if it begins with a brace.
    ///
    /// # Errors
    /// If the file cannot be read or something in it is not allowed.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, SeedError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| SeedError {
            file: file.clone(),
            position: None,
            message: format!("cannot be read: {error}"),
            more: 0,
            next: None,
        })?;
        let is_yaml = path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml");
        let language = if is_yaml { Language::Yaml } else { Language::guess(&text) };
        Self::understand(&file, &text, language)
    }

    /// Reads the text of a document, JSON if it begins with a brace, otherwise YAML; `file` is what
    /// errors call it.
    ///
    /// # Errors
    /// If something in it is not allowed.
    pub fn parse(file: &str, text: &str) -> Result<Self, SeedError> {
        Self::understand(file, text, Language::guess(text))
    }

    /// Reads the text of a document.
    pub(crate) fn understand(
        file: &str,
        text: &str,
        language: Language,
    ) -> Result<Self, SeedError> {
        let failed = |position, message| SeedError {
            file: file.to_owned(),
            position,
            message,
            more: 0,
            next: None,
        };
        let (document, places) =
            text::read(text, language).map_err(|(position, message)| failed(position, message))?;
        let checked = check::content(document);
        let content = checked.and_then(|(content, sections)| match sections {
            None => Ok(content),
            Some(sections) => {
                let security = text::security(sections, text).map_err(|wrong| vec![wrong.into()]);
                Ok(Content { security: Some(security?), ..content })
            }
        });
        match content {
            Ok(content) => Ok(Self(Arc::new(content))),
            Err(mistakes) => {
                let mut places = mistakes.iter().map(|mistake| mistake.place(&places));
                let position = places.next().flatten();
                let next = places.next().flatten();
                let message = mistakes.first().map(|mistake| mistake.message.clone());
                let more = mistakes.len().saturating_sub(1);
                let failed = failed(position, message.unwrap_or_default());
                Err(SeedError { more, next, ..failed })
            }
        }
    }
}

impl fmt::Debug for Seed {
    /// Without what is in the documents: there may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed")
            .field("connectors", &self.0.connectors.len())
            .field("sync_jobs", &self.0.jobs.len())
            .finish_non_exhaustive()
    }
}

/// What a document says.
#[derive(Default)]
struct Content {
    clock: Option<ClockState>,
    cluster: Cluster,
    connectors: Vec<Entry<Connector>>,
    jobs: Vec<Entry<Job>>,
    secrets: Vec<Entry<Object>>,
    indices: Vec<Index>,
    /// `None` takes away a pipeline that every cluster has.
    pipelines: Vec<(String, Option<GivenPipeline>)>,
    license: Option<license::Given>,
    security: Option<Security>,
}

/// What makes later answers repeat.
#[derive(Debug, Default)]
struct Cluster {
    uuid: Option<String>,
    node: Option<String>,
    /// Where the source of ids stands.
    ids: Option<u64>,
    /// How many scrolls were opened. All of them are over.
    ended_scrolls: Option<u64>,
}

/// A document with what is kept beside its source.
#[derive(Debug)]
struct Entry<D> {
    id: String,
    version: u64,
    seq_no: u64,
    document: D,
}

#[derive(Debug)]
enum Connector {
    /// The whole source.
    Whole(Object),
    /// Members over what the server would have written at the time.
    Members { created_at: Option<Timestamp>, members: Object },
}

#[derive(Debug)]
enum Job {
    /// The whole source.
    Whole(Object),
    /// Members over what the server would have written at the time.
    Members(JobMembers),
}

#[derive(Debug)]
struct JobMembers {
    body: PostSyncJob,
    /// Members over what the server would have kept of the connector.
    own: Object,
    created_at: Option<Timestamp>,
    members: Object,
}

#[derive(Debug)]
struct Index {
    name: String,
    uuid: Option<String>,
    next_seq_no: Option<u64>,
    said: Said,
    documents: Vec<Entry<Object>>,
    deleted: Vec<Deletion>,
}

/// A deletion whose version goes on if the document is written again in time.
#[derive(Debug)]
struct Deletion {
    id: String,
    version: u64,
    until: Timestamp,
}

/// Which end of a member is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Name,
    Value,
}

/// What is wrong, and where.
#[derive(Debug)]
struct Mistake {
    at: At,
    message: String,
}

#[derive(Debug)]
enum At {
    /// Names of members, and numbers of elements from 0.
    Path(Vec<String>, End),
    Position(Option<(u64, u64)>),
}

impl Mistake {
    fn place(&self, places: &text::Places<'_>) -> Option<(u64, u64)> {
        match &self.at {
            At::Path(path, end) => places.find(path, *end),
            At::Position(position) => *position,
        }
    }
}

impl From<(Option<(u64, u64)>, String)> for Mistake {
    fn from((position, message): (Option<(u64, u64)>, String)) -> Self {
        Self { at: At::Position(position), message }
    }
}

/// A number of writes as JSON.
fn number(count: u64) -> Json {
    Json::from(i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
