//! `bulk`: many writes in one request, each with an outcome of its own (contract DO-5.1).

use api_types::{
    Version,
    endpoint::Operation,
    error::{ErrorCause, ErrorType, illegal_argument},
    json::{Json, Layout, Object, Quoted, write},
    ops::UpdateDocument,
};
use bytes::Bytes;

use super::{
    bulk_lines::{Action, Found, Line, Lines, Strictness, Verb, action},
    concurrency::Concurrency,
    quoted, refresh, source,
    update::{Update, through},
    write::{Delete, Index, OpType},
};
use crate::{
    body,
    call::{Call, Context, Input, not_served},
    error::ApiError,
    reply::Reply,
    services::documents::{self, Refresh, Source, Target, Through, Written},
    sources::Clock,
    warnings::Warnings,
};

/// What holds for every action that says nothing else.
struct Defaults {
    index: Option<String>,
    pipeline: Option<String>,
    source: Option<Source>,
    through: Through,
    refresh: Refresh,
    quoted: Quoted,
    strictness: Strictness,
}

/// One write.
#[derive(Debug)]
enum Write {
    Index(Index),
    Update(Box<Update>),
    Delete(Delete),
}

#[derive(Debug)]
struct Item {
    verb: Verb,
    /// The names as they were sent, for the answer of an action that fails.
    index: Option<String>,
    id: Option<String>,
    write: Write,
}

/// Where actions are read from, and what holds for each.
struct Reading<'r> {
    lines: Lines,
    defaults: &'r Defaults,
    clock: &'r Clock,
    version: Version,
    warnings: &'r Warnings,
}

impl Reading<'_> {
    /// The next action that stands for a write; `None` behind the last one.
    fn next(&mut self) -> Result<Option<Item>, ErrorCause> {
        let Defaults { strictness, quoted, .. } = *self.defaults;
        while let Some(line) = self.lines.next()? {
            let action = match action(&line, strictness, quoted, self.version, self.warnings)? {
                Found::Nothing => continue,
                Found::Unknown => {
                    self.lines.next()?;
                    continue;
                }
                Found::Action(action) => action,
            };
            let document = if action.verb == Verb::Delete { None } else { self.lines.next()? };
            if document.is_none() && action.verb != Verb::Delete {
                // An action without its document at the end is passed over.
                break;
            }
            return self.item(&action, document.as_ref()).map(Some);
        }
        Ok(None)
    }
}

/// `bulk`
///
/// The lines are read twice: first to see that all of them can be, then to carry them out one by
/// one. So a request costs its own bytes, what is stored and the text of the answer, and nothing for
/// what lies between.
pub(in crate::operations) struct Bulk {
    body: Bytes,
    defaults: Defaults,
    messages: Vec<String>,
}

impl Call for Bulk {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let params = &input.params;
        let text = |name: &str| params.get(name).map(str::to_owned);
        let defaults = Defaults {
            index: text("index"),
            pipeline: text("pipeline"),
            source: source::in_query(params)?,
            through: through(params)?,
            refresh: refresh(params)?,
            quoted: quoted(params)?,
            strictness: if input.api >= 9 { Strictness::Strict } else { Strictness::Lenient },
        };
        if input.body.is_empty() {
            return Err(ErrorCause::new(ErrorType::Parse, "request body is required"));
        }
        let body = input.body.clone();
        let Input { clock, version, warnings, .. } = *input;
        let lines = Lines::new(body.clone());
        let mut reading = Reading { lines, defaults: &defaults, clock, version, warnings };
        let mut messages = None;
        while let Some(item) = reading.next().map_err(|cause| unread(cause, version))? {
            messages.get_or_insert_with(Vec::new).extend(item.validate());
        }
        let messages = messages.unwrap_or_else(|| vec!["no requests added".to_owned()]);
        Ok(Self { body, defaults, messages })
    }

    fn validate(&self) -> Vec<String> {
        self.messages.clone()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        let Self { body, defaults, .. } = self;
        let lines = Lines::new(body);
        let Context { clock, version, warnings, .. } = *context;
        let mut reading = Reading { lines, defaults: &defaults, clock, version, warnings };
        let mut answer = Answer::new(&defaults);
        while let Some(item) = reading.next()? {
            let verb = item.verb.name();
            answer.add(verb, item.carry_out(context, defaults.refresh));
        }
        Ok(Reply::text(answer.finish()))
    }
}

/// What a request is told whose lines cannot be read (contract DO-5.1-12).
fn unread(cause: ErrorCause, version: Version) -> ErrorCause {
    use ErrorType as T;
    let is_told = matches!(
        cause.kind,
        T::IllegalArgument | T::NumberFormat | T::XContentParse | T::XContentEof
    );
    if is_told || version < Version::new(8, 16, 0) {
        return cause;
    }
    ErrorCause::new(T::Parse, "could not parse bulk request body").caused_by(cause)
}

/// The text of the answer, which grows with every action.
struct Answer {
    text: Vec<u8>,
    errors: bool,
    is_first: bool,
}

const HEAD: &[u8] = br#"{"errors":"#;
const NONE_FAILED: &[u8] = b"false";
const SOME_FAILED: &[u8] = b"true";

impl Answer {
    fn new(defaults: &Defaults) -> Self {
        let ingest: &[u8] = if defaults.pipeline.is_some() { br#","ingest_took":0"# } else { b"" };
        let text = [HEAD, NONE_FAILED, br#","took":0"#, ingest, br#","items":["#].concat();
        Self { text, errors: false, is_first: true }
    }

    fn add(&mut self, verb: &'static str, outcome: Object) {
        self.errors |= outcome.contains("error");
        if !std::mem::take(&mut self.is_first) {
            self.text.push(b',');
        }
        let item = Json::Object(Object::new().with(verb, outcome));
        write(&item, Layout::Compact, &mut self.text);
    }

    fn finish(mut self) -> Bytes {
        self.text.extend_from_slice(b"]}");
        if self.errors {
            let place = HEAD.len()..HEAD.len() + NONE_FAILED.len();
            self.text.splice(place, SOME_FAILED.iter().copied());
        }
        Bytes::from(self.text)
    }
}

/// Refuses what is known and not served.
fn check_served(action: &Action) -> Result<(), ErrorCause> {
    const UNSERVED: [&str; 6] = [
        "routing",
        "version",
        "version_type",
        "require_data_stream",
        "list_executed_pipelines",
        "dynamic_templates",
    ];
    match UNSERVED.iter().find(|name| action.params.contains(name)) {
        Some(name) => Err(not_served(Operation::Bulk, &format!("[{name}] of an action"))),
        None => Ok(()),
    }
}

impl Reading<'_> {
    /// The write that an action stands for.
    fn item(&self, action: &Action, document: Option<&Line>) -> Result<Item, ErrorCause> {
        let defaults = self.defaults;
        let verb = action.verb;
        if verb == Verb::Update && action.params.contains("version") {
            return Err(illegal_argument("Update requests do not support versioning. Please use `if_seq_no` and `if_primary_term` instead".to_owned()));
        }
        check_served(action)?;
        let index = action.text("_index").or_else(|| defaults.index.clone());
        let id = action.text("_id");
        let target = Target {
            operation: Operation::Bulk,
            index: index.clone().unwrap_or_default(),
            id: id.clone().unwrap_or_default(),
        };
        let concurrency =
            Concurrency::NONE.with(action.long("if_seq_no"), action.long("if_primary_term"))?;
        let through = match action.boolean("require_alias") {
            Some(true) => Through::AliasOnly,
            Some(false) => Through::Anything,
            None => defaults.through,
        };
        let pipeline = action.text("pipeline").or_else(|| defaults.pipeline.clone());
        let refresh = defaults.refresh;
        let write = match (verb, document) {
            (Verb::Index | Verb::Create, Some(document)) => {
                let is_create = verb == Verb::Create
                    || action.text("op_type").is_some_and(|op_type| op_type == "create");
                let op_type = if is_create { OpType::Create } else { OpType::Index };
                let text = document.document();
                let id = id.clone();
                Write::Index(Index {
                    target,
                    id,
                    text,
                    quoted: defaults.quoted,
                    op_type,
                    concurrency,
                    refresh,
                    pipeline,
                    through,
                })
            }
            (Verb::Update, Some(document)) => {
                let update = Updating { target, concurrency, refresh, pipeline, through };
                Write::Update(Box::new(update.read(self, action, document)?))
            }
            (Verb::Delete, _) | (_, None) => Write::Delete(Delete { target, concurrency, refresh }),
        };
        Ok(Item { verb, index, id, write })
    }
}

/// An update whose body is still to be read.
struct Updating {
    target: Target,
    concurrency: Concurrency,
    refresh: Refresh,
    pipeline: Option<String>,
    through: Through,
}

impl Updating {
    fn read(
        self,
        reading: &Reading<'_>,
        action: &Action,
        document: &Line,
    ) -> Result<Update, ErrorCause> {
        let Self { target, concurrency, refresh, pipeline, through } = self;
        let Reading { defaults, clock, version, warnings, .. } = reading;
        let text = document.document();
        let body: UpdateDocument =
            body::read_quoting(&text, defaults.quoted, clock, *version, warnings)?;
        let concurrency = concurrency.with(body.if_seq_no, body.if_primary_term)?;
        let of_action = action.params.get("_source").map(source::in_body);
        let of_body = body.source.as_ref().map(source::in_body);
        let source = of_action.or_else(|| reading.defaults.source.clone()).or(of_body);
        let retries = action.long("retry_on_conflict").unwrap_or(0);
        // The pipeline is that of `upsert`: a `doc` has none but those of its index.
        let pipeline = pipeline.filter(|_| body.upsert.is_some());
        Ok(Update {
            target,
            concurrency,
            refresh,
            retries: i32::try_from(retries).unwrap_or(i32::MAX),
            source: source.unwrap_or(Source::Hidden),
            doc_as_upsert: body.doc_as_upsert.unwrap_or(false),
            body,
            pipeline,
            through,
        })
    }
}

impl Item {
    fn validate(&self) -> Vec<String> {
        let mut messages = Vec::new();
        if self.index.is_none() {
            messages.push("index is missing".to_owned());
        }
        messages.extend(match &self.write {
            Write::Index(index) => index.validate(),
            Write::Update(update) => update.validate(),
            Write::Delete(delete) => delete.validate(),
        });
        messages
    }

    /// What becomes of the write: its outcome, or why there is none.
    fn carry_out(self, context: &mut Context<'_>, refresh: Refresh) -> Object {
        let Self { index, id, write, .. } = self;
        let outcome = match write {
            Write::Index(index) => index.write(context),
            Write::Update(update) => update.write(context),
            Write::Delete(delete) => delete.write(context),
        };
        match outcome {
            Ok(written) => outcome_of(&written, refresh),
            Err(error) => {
                let sent = index.unwrap_or_default();
                let index = context.store.write_index(&sent).unwrap_or(sent);
                failure(index, id, error)
            }
        }
    }
}

fn outcome_of(written: &Written, refresh: Refresh) -> Object {
    documents::shown(written, refresh).with("status", i64::from(written.status()))
}

fn failure(index: String, id: Option<String>, error: ApiError) -> Object {
    let (status, error) = match error {
        ApiError::Exception(cause) => (cause.kind.status(), Json::Object(cause.element())),
        ApiError::Plain { status, text, .. } => (status, Json::from(text)),
        ApiError::NoHandler(text) => (400, Json::from(text)),
        ApiError::Ready(reply) => (reply.status, reply.body),
    };
    Object::new()
        .with("_index", index)
        .with("_id", Json::from(id))
        .with("status", i64::from(status))
        .with("error", error)
}
