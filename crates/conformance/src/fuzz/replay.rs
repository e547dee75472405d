//! Sequences as files: what `--replay` plays, and what a unit test can load.

use api_types::{
    endpoint::Operation,
    json::{Json, Number, Object},
};

use super::step::{Action, Label, Ref, Step, Template};

/// A sequence as a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// What is in front of every name in it.
    pub prefix: String,
    /// The steps.
    pub steps: Vec<Step>,
}

/// Why a file is no sequence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// It is no JSON.
    #[error("line {line}, column {column}: {problem}")]
    Json {
        /// Where.
        line: usize,
        /// Where in the line.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// It is of another kind or a later version.
    #[error(
        "this is no replay file of version 1: its first member has to be \"connector_fuzz\": 1"
    )]
    Version,
    /// Something around the steps is wrong.
    #[error("[{0}] has to be {1}")]
    Member(&'static str, &'static str),
    /// A step is wrong.
    #[error("step {number}: {problem}")]
    Step {
        /// The place of the step, from 1.
        number: usize,
        /// What is wrong.
        problem: String,
    },
}

const VERSION: i64 = 1;

impl Replay {
    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let steps = self.steps.iter().map(|step| Json::Object(written(step))).collect();
        let whole = Object::new()
            .with("connector_fuzz", VERSION)
            .with("prefix", self.prefix.clone())
            .with("steps", Json::Array(steps));
        let mut text = Json::Object(whole).to_pretty();
        text.push('\n');
        text
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it is no sequence.
    pub fn parse(text: &[u8]) -> Result<Self, ReplayError> {
        let whole = Json::parse(text).map_err(|error| ReplayError::Json {
            line: error.position.line,
            column: error.position.column,
            problem: error.to_string(),
        })?;
        if whole.get("connector_fuzz").and_then(Json::as_i64) != Some(VERSION) {
            return Err(ReplayError::Version);
        }
        let prefix = whole.get("prefix").map_or(Some(""), Json::as_str);
        let prefix = prefix.ok_or(ReplayError::Member("prefix", "a text"))?.to_owned();
        let given = whole.get("steps").and_then(Json::as_array);
        let given = given.ok_or(ReplayError::Member("steps", "an array"))?;
        let mut steps: Vec<Step> = Vec::new();
        for (at, step) in given.iter().enumerate() {
            let wrong = |problem: String| ReplayError::Step { number: at + 1, problem };
            let step = read(step).map_err(wrong)?;
            if steps.iter().any(|other| other.label == step.label) {
                return Err(wrong(format!("there are two steps {}", step.label)));
            }
            let unknown = step.refs().find_map(|reference| match reference {
                Ref::Made(label) if !steps.iter().any(|other| other.label == *label) => {
                    Some(*label)
                }
                Ref::Made(_) | Ref::Named(_) => None,
            });
            if let Some(label) = unknown {
                return Err(wrong(format!("no step before it is number {label}")));
            }
            steps.push(step);
        }
        Ok(Self { prefix, steps })
    }
}

fn written(step: &Step) -> Object {
    let object = Object::new().with("step", i64::from(step.label));
    let Action::Call(call) = &step.action else { return object.with("reset", true) };
    let mut object = object.with("call", call.operation.name());
    object.insert_some("index", call.index.clone());
    object.insert_some("id", call.id.as_ref().map(reference));
    object.insert_some("connector", call.connector.as_ref().map(reference));
    if !call.query.is_empty() {
        let query = call.query.iter().map(|(name, value)| (name.clone(), value.clone().into()));
        object.insert("query", Json::Object(query.collect::<Object>()));
    }
    object.insert_some("body", call.body.clone());
    object
}

fn reference(reference: &Ref) -> Json {
    match reference {
        Ref::Named(name) => name.clone().into(),
        Ref::Made(label) => Json::Object(Object::new().with("made_by", i64::from(*label))),
    }
}

fn read(step: &Json) -> Result<Step, String> {
    const KNOWN: [&str; 8] = ["step", "reset", "call", "index", "id", "connector", "query", "body"];
    let object = step.as_object().ok_or("it is no object")?;
    if let Some((name, _)) = object.iter().find(|(name, _)| !KNOWN.contains(name)) {
        return Err(format!("there is no member [{name}]; there are {}", KNOWN.join(", ")));
    }
    let label = object.get("step").and_then(Json::as_i64).and_then(|it| Label::try_from(it).ok());
    let label = label.ok_or("[step] has to be its number")?;
    if object.get("reset") == Some(&Json::Bool(true)) {
        return Ok(Step { label, action: Action::Reset });
    }
    let name = object.get("call").and_then(Json::as_str).ok_or("[call] has to be an operation")?;
    let operation =
        Operation::from_name(name).ok_or_else(|| format!("there is no operation [{name}]"))?;
    let refers = |name: &str| object.get(name).map(|value| read_reference(name, value)).transpose();
    let mut query = Vec::new();
    let given =
        object.get("query").map(|query| query.as_object().ok_or("[query] has to be an object"));
    for (name, value) in given.transpose()?.into_iter().flat_map(Object::iter) {
        let value = value.as_str().ok_or_else(|| format!("[query.{name}] has to be a text"))?;
        query.push((name.to_owned(), value.to_owned()));
    }
    let index = object.get("index").map(|index| index.as_str().ok_or("[index] has to be a text"));
    let index = index.transpose()?.map(str::to_owned);
    let body = object.get("body").cloned();
    if !body.as_ref().is_none_or(is_kept) {
        return Err("[body] has a number that is too large".to_owned());
    }
    let template = Template {
        operation,
        index,
        id: refers("id")?,
        connector: refers("connector")?,
        query,
        body,
    };
    Ok(Step { label, action: Action::Call(template) })
}

/// Whether the value is written as it was read: infinity has no number.
fn is_kept(value: &Json) -> bool {
    match value {
        Json::Number(Number::Double(number)) => number.is_finite(),
        Json::Array(items) => items.iter().all(is_kept),
        Json::Object(object) => object.iter().all(|(_, value)| is_kept(value)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => true,
    }
}

fn read_reference(name: &str, value: &Json) -> Result<Ref, String> {
    if let Some(text) = value.as_str() {
        return Ok(Ref::Named(text.to_owned()));
    }
    let label = value.get("made_by").and_then(Json::as_i64);
    let label = label.and_then(|label| Label::try_from(label).ok());
    label
        .map(Ref::Made)
        .ok_or_else(|| format!("[{name}] has to be a text or {{\"made_by\": STEP}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let job = Template {
            connector: Some(Ref::Named("p-c0".to_owned())),
            body: Some(Json::Object(Object::new().with("job_type", "full"))),
            ..Template::of(Operation::SyncJobPost, None)
        };
        let get = Template {
            query: vec![("include_deleted".to_owned(), "true".to_owned())],
            ..Template::of(Operation::SyncJobGet, Some(Ref::Made(2)))
        };
        let steps = vec![
            Step { label: 1, action: Action::Reset },
            Step { label: 2, action: Action::Call(job) },
            Step { label: 5, action: Action::Call(get) },
        ];
        let replay = Replay { prefix: "p-".to_owned(), steps };
        assert_eq!(Replay::parse(replay.to_text().as_bytes()), Ok(replay));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_with_its_place() {
        let problem = |text: &str| Replay::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(problem("{\n x").starts_with("line 2, column "), "{}", problem("{\n x"));
        assert!(problem("{}").contains("version 1"));
        assert_eq!(problem(r#"{"connector_fuzz":1}"#), "[steps] has to be an array");
        assert_eq!(problem(r#"{"connector_fuzz":1,"prefix":1}"#), "[prefix] has to be a text");
        let step = |step: &str| problem(&format!(r#"{{"connector_fuzz":1,"steps":[{step}]}}"#));
        assert_eq!(
            step(r#"{"step":1,"call":"connector.gett"}"#),
            "step 1: there is no operation [connector.gett]"
        );
        assert_eq!(
            step(r#"{"step":1,"call":"connector.get","id":{"made_by":7}}"#),
            "step 1: no step before it is number 7"
        );
        assert_eq!(
            step(r#"{"step":1,"call":"connector.put","body":{"a":[1e400]}}"#),
            "step 1: [body] has a number that is too large"
        );
        assert_eq!(
            step(r#"{"step":1,"call":"update","index":1}"#),
            "step 1: [index] has to be a text"
        );
        assert_eq!(
            step(r#"{"step":1,"call":"connector.get","query":[]}"#),
            "step 1: [query] has to be an object"
        );
        assert_eq!(
            step(r#"{"step":1,"call":"connector.get","ID":"c"}"#),
            "step 1: there is no member [ID]; there are step, reset, call, index, id, connector, query, body"
        );
    }
}
