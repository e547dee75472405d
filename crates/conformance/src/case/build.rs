//! From a file's members to cases: names are looked up, short forms written out, everything that
//! can be wrong before a request is sent is found here.

use std::collections::BTreeMap;

use api_types::{
    Version,
    endpoint::{Method, Operation},
    json::Json,
};
use serde_saphyr::Spanned;

use super::{
    BodyTemplate, Case, CaseError, CaseKind, ExpectedAnswer, ExpectedBody, Needs, Place,
    RequestTemplate, Step, check,
    check::Known,
    error_envelope,
    file::{CaseFile, ExampleNote, PreconditionFile, RawCase, RawPrecondition, RawStep},
};
use crate::{
    fixture::{ExampleFixture, short_name},
    suggest::did_you_mean,
    suite::example_id,
};

/// The named preconditions.
#[derive(Debug, Default)]
pub(crate) struct Preconditions {
    file: String,
    named: BTreeMap<String, RawPrecondition>,
}

/// Preconditions may rest on others, but not endlessly.
const DEPTH: usize = 10;

impl Preconditions {
    /// The preconditions of a file.
    pub(crate) fn new(file: &str, parsed: PreconditionFile) -> Self {
        let named =
            parsed.preconditions.into_iter().map(|one| (one.name.value.clone(), one)).collect();
        Self { file: file.to_owned(), named }
    }

    /// The steps of a precondition, those it rests on first. `file` is the one that names it.
    pub(super) fn steps(
        &self,
        file: &str,
        given: Option<&Spanned<String>>,
    ) -> Result<Vec<Step>, CaseError> {
        let mut chain = Vec::new();
        let mut next = given.map(|given| (file, given));
        while let Some((file, wanted)) = next {
            let Some(found) = self.named.get(&wanted.value) else {
                let names = self.named.keys().map(String::as_str);
                let hint = did_you_mean(&wanted.value, names.clone());
                let allowed: Vec<&str> = names.collect();
                return Err(CaseError::at(
                    file,
                    wanted.referenced,
                    format!(
                        "there is no precondition [{}]{hint}; allowed: {}",
                        wanted.value,
                        allowed.join(", ")
                    ),
                ));
            };
            if chain.len() == DEPTH {
                return Err(CaseError::at(
                    file,
                    wanted.referenced,
                    format!("precondition [{}] rests on itself", wanted.value),
                ));
            }
            chain.push(found);
            next = found.given.as_ref().map(|given| (self.file.as_str(), given));
        }
        let mut steps = Vec::new();
        for precondition in chain.iter().rev() {
            for raw in &precondition.steps {
                steps.push(step(&self.file, raw, Some(&precondition.name.value))?);
            }
        }
        Ok(steps)
    }
}

/// The cases of a file.
pub(crate) fn build_cases(
    file: &str,
    parsed: &CaseFile,
    preconditions: &Preconditions,
    known: &Known,
) -> Result<Vec<Case>, CaseError> {
    let operation = operation(file, &parsed.operation)?;
    let built = parsed.cases.iter().map(|raw| case(file, operation, raw, preconditions, known));
    built.collect()
}

/// The operation of a dotted name.
pub(crate) fn operation(file: &str, name: &Spanned<String>) -> Result<Operation, CaseError> {
    Operation::from_name(&name.value).ok_or_else(|| {
        let names = Operation::ALL.iter().map(|operation| operation.name());
        let hint = did_you_mean(&name.value, names);
        CaseError::at(file, name.referenced, format!("[{}] is no operation{hint}", name.value))
    })
}

fn case(
    file: &str,
    operation: Operation,
    raw: &RawCase,
    preconditions: &Preconditions,
    known: &Known,
) -> Result<Case, CaseError> {
    let slug = slug(&raw.case.value);
    let short = short_name(operation);
    let mut steps = preconditions.steps(file, raw.given.as_ref())?;
    for raw in &raw.steps {
        steps.push(step(file, raw, None)?);
    }
    let needs = match &raw.needs {
        None => Needs::AnyServer,
        Some(needs) if needs.value == "empty server" => Needs::EmptyServer,
        Some(other) => {
            let message = format!("[{}] is not known here; allowed: empty server", other.value);
            return Err(CaseError::at(file, other.referenced, message));
        }
    };
    let case = Case {
        id: format!("{short}/{slug}"),
        name: raw.case.value.clone(),
        kind: CaseKind::Case,
        operation,
        place: Place { file: file.to_owned(), line: raw.case.referenced.line() },
        proves: known.rules(file, raw.case.referenced, &raw.proves)?,
        pages: known.pages(file, &raw.page)?,
        documented: known.divergences(file, &raw.documented)?,
        needs,
        since: since(file, raw.since.as_ref())?,
        connector: format!("conformance-{}-{slug}", short.replace('_', "-")),
        steps,
    };
    check::steps(&case)?;
    Ok(case)
}

/// The case of an example of the documentation. `noted` is the file that holds `note`.
pub(crate) fn build_example(
    noted: &str,
    note: &ExampleNote,
    fixture: &ExampleFixture,
    place: Place,
    preconditions: &Preconditions,
    known: &Known,
) -> Result<Case, CaseError> {
    let short = short_name(fixture.operation);
    let id = example_id(fixture.operation, &fixture.name);
    let default = format!("conformance-{}-{}", short.replace('_', "-"), slug(&fixture.name));
    let mut steps = preconditions.steps(noted, note.given.as_ref())?;
    steps.push(Step {
        place: place.clone(),
        precondition: None,
        request: example_request(fixture, note),
        answer: example_answer(noted, note, fixture)?,
    });
    for raw in &note.then {
        steps.push(step(noted, raw, None)?);
    }
    let provenance = &fixture.provenance;
    let mut pages = vec![format!("{}:{}", provenance.document, provenance.line)];
    pages.extend(provenance.response.iter().map(|from| format!("{}:{}", from.document, from.line)));
    let case = Case {
        id,
        name: format!("{} of {}", fixture.name, provenance.document),
        kind: CaseKind::Example,
        operation: fixture.request.endpoint().map_or(fixture.operation, |row| row.operation),
        place,
        proves: known.rules(noted, note.status.referenced, &note.proves)?,
        pages,
        documented: known.divergences(noted, &note.documented)?,
        needs: Needs::AnyServer,
        since: since(noted, note.since.as_ref())?,
        connector: note.connector.clone().unwrap_or(default),
        steps,
    };
    check::steps(&case)?;
    Ok(case)
}

/// The first version that answers so, as it is written.
fn since(file: &str, written: Option<&Spanned<String>>) -> Result<Option<Version>, CaseError> {
    let read = written.map(|since| {
        since.value.parse::<Version>().map_err(|error| {
            CaseError::at(file, since.referenced, format!("[{}]: {error}", since.value))
        })
    });
    read.transpose()
}

fn example_request(fixture: &ExampleFixture, note: &ExampleNote) -> RequestTemplate {
    let request = &fixture.request;
    let segments: Vec<&str> = request
        .path
        .split('/')
        .map(|segment| note.ids.get(segment).map_or(segment, String::as_str))
        .collect();
    let mut target = segments.join("/");
    for (index, pair) in request.query.iter().flatten().enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(&pair.name);
        if let Some(value) = &pair.value {
            target.push('=');
            target.push_str(value);
        }
    }
    RequestTemplate {
        method: request.method.as_str().to_owned(),
        target,
        headers: Vec::new(),
        body: request.body.clone().map_or(BodyTemplate::None, BodyTemplate::Json),
    }
}

/// The documented response; a note may add what the documentation leaves out, but may contradict
/// it only by naming the recorded difference.
fn example_answer(
    noted: &str,
    note: &ExampleNote,
    fixture: &ExampleFixture,
) -> Result<ExpectedAnswer, CaseError> {
    let status = note.status.value;
    let at = |message: &str| CaseError::at(noted, note.status.referenced, message);
    let written = body(noted, note.status.referenced, status, &Forms::of_note(note))?;
    let documented = fixture.response.as_ref();
    let contradicts = documented.is_some_and(|response| {
        let same_body = written
            .as_ref()
            .is_none_or(|written| *written == ExpectedBody::Exactly(response.body.clone()));
        response.status.is_some_and(|documented| documented != status) || !same_body
    });
    if contradicts && note.documented.is_empty() {
        return Err(at(
            "the documentation gives another answer; name the recorded difference with [documented]",
        ));
    }
    let body = match (written, documented) {
        (Some(written), _) => written,
        (None, Some(response)) => ExpectedBody::Exactly(response.body.clone()),
        (None, None) => {
            return Err(at("the documentation gives no answer; write [answer] or [answer_has]"));
        }
    };
    Ok(ExpectedAnswer { status, headers: Vec::new(), body })
}

/// A step of a file.
pub(crate) fn step(
    file: &str,
    raw: &Spanned<RawStep>,
    precondition: Option<&str>,
) -> Result<Step, CaseError> {
    let (place, raw) = (raw.referenced, &raw.value);
    let at = |message: String| CaseError::at(file, raw.send.referenced, message);
    let (method, target) = raw
        .send
        .value
        .split_once(' ')
        .filter(|(_, target)| target.starts_with('/'))
        .ok_or_else(|| at(format!("[{}] is no request; write [GET /path]", raw.send.value)))?;
    let body_template = match (&raw.body, &raw.text) {
        (None, None) => BodyTemplate::None,
        (Some(body), None) => BodyTemplate::Json(body.value.clone()),
        (None, Some(text)) => BodyTemplate::Text(text.clone()),
        (Some(_), Some(_)) => return Err(at("[body] and [text] are both there".to_owned())),
    };
    let status = raw.status.value;
    let expected = body(file, raw.status.referenced, status, &Forms::of_step(raw))?;
    let Some(expected) = expected else {
        return Err(CaseError::at(
            file,
            raw.status.referenced,
            "what is the answer? write one of [answer], [answer_has], [error], [empty]",
        ));
    };
    if Method::from_name(method).is_none() && method != method.to_ascii_uppercase() {
        return Err(at(format!("[{method}] is no method")));
    }
    let headers = |map: &BTreeMap<String, String>| {
        map.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect()
    };
    Ok(Step {
        place: Place { file: file.to_owned(), line: place.line() },
        precondition: precondition.map(str::to_owned),
        request: RequestTemplate {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers(&raw.headers),
            body: body_template,
        },
        answer: ExpectedAnswer { status, headers: headers(&raw.answer_headers), body: expected },
    })
}

/// The ways to write an expected body.
struct Forms<'a> {
    answer: Option<&'a Spanned<Json>>,
    has: Option<ExpectedBody>,
    error: Option<&'a Spanned<Json>>,
    empty: bool,
}

impl<'a> Forms<'a> {
    fn of_step(raw: &'a RawStep) -> Self {
        let has = (raw.answer_has.is_some() || !raw.answer_lacks.is_empty()).then(|| {
            ExpectedBody::Members {
                has: raw.answer_has.as_ref().map(|has| has.value.clone()).unwrap_or_default(),
                lacks: raw.answer_lacks.clone(),
            }
        });
        Self { answer: raw.answer.as_ref(), has, error: raw.error.as_ref(), empty: raw.empty }
    }

    fn of_note(note: &'a ExampleNote) -> Self {
        let has = note.answer_has.as_ref();
        let has =
            has.map(|has| ExpectedBody::Members { has: has.value.clone(), lacks: Vec::new() });
        Self { answer: note.answer.as_ref(), has, error: note.error.as_ref(), empty: false }
    }
}

/// The expected body, `None` if no form is used.
fn body(
    file: &str,
    place: serde_saphyr::Location,
    status: u16,
    forms: &Forms<'_>,
) -> Result<Option<ExpectedBody>, CaseError> {
    let mut bodies: Vec<ExpectedBody> = Vec::new();
    bodies.extend(forms.answer.map(|answer| ExpectedBody::Exactly(answer.value.clone())));
    bodies.extend(forms.has.clone());
    if let Some(error) = forms.error {
        let envelope = error_envelope(&error.value, status).ok_or_else(|| {
            CaseError::at(
                file,
                error.referenced,
                "an error is a text, or an object with [type] and [reason] and perhaps [root_cause], [caused_by] and metadata",
            )
        })?;
        bodies.push(ExpectedBody::Exactly(envelope));
    }
    if forms.empty {
        bodies.push(ExpectedBody::Empty);
    }
    if bodies.len() > 1 {
        let message = "write only one of [answer], [answer_has], [error], [empty]";
        return Err(CaseError::at(file, place, message));
    }
    Ok(bodies.pop())
}

/// A name made of lower-case letters, digits and hyphens.
pub(super) fn slug(name: &str) -> String {
    let letters = name.to_lowercase();
    let words = letters.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}
