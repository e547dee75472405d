//! Each error that the routes files name as a response is provoked by a case that names its id.

use std::collections::BTreeMap;

use anyhow::Context as _;
use api_types::{endpoint::Operation, json::Json};

use super::{
    answer::{Comparison, Exception, errors},
    coverage::Proofs,
    without::{Listed, PATH},
};
use crate::{finding::Finding, workspace::TextFile};

/// An error response of a routes file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    /// `update_error#3`
    pub(super) id: String,
    pub(super) operation: Operation,
    pub(super) status: u16,
    pub(super) errors: Vec<Exception>,
    /// When it is given.
    when: String,
    path: String,
    line: usize,
}

/// The error responses of all routes files.
pub(super) fn read(files: &[TextFile]) -> anyhow::Result<Vec<Response>> {
    let is_routes = |file: &&TextFile| file.path.ends_with(".routes.json");
    let mut responses = Vec::new();
    for file in files.iter().filter(is_routes) {
        let bad = || format!("{} is not what this program reads", file.path);
        let routes = Json::parse(file.text.as_bytes()).ok().with_context(bad)?;
        for route in routes.as_array().with_context(bad)? {
            let name = route.at("api").and_then(Json::as_str).with_context(bad)?;
            let operation = Operation::from_name(name)
                .with_context(|| format!("{}: [{name}] is no operation", file.path))?;
            let answers = route.at("responses").and_then(Json::as_array).with_context(bad)?;
            for answer in answers {
                responses.push(response(answer, operation, file).with_context(bad)?);
            }
        }
    }
    responses.retain(|response| response.status >= 400);
    Ok(responses)
}

fn response(answer: &Json, operation: Operation, file: &TextFile) -> Option<Response> {
    let id = answer.at("id")?.as_str()?;
    let mark = format!("\"id\": \"{id}\"");
    let line = file.lines().find(|(_, text)| text.contains(&mark)).map_or(1, |(line, _)| line);
    Some(Response {
        id: id.to_owned(),
        operation,
        status: u16::try_from(answer.at("status")?.as_i64()?).ok()?,
        errors: answer.at("body_example").map(errors).unwrap_or_default(),
        when: answer.at("when").and_then(Json::as_str).unwrap_or_default().to_owned(),
        path: file.path.clone(),
        line,
    })
}

/// Compares responses and what names them. Gives the number of those that have a case.
pub(super) fn check(
    responses: &[Response],
    proofs: &Proofs<'_>,
    without: &BTreeMap<String, Listed>,
) -> anyhow::Result<(usize, Vec<Finding>)> {
    let comparison = Comparison::new()?;
    let mut shown = 0;
    let mut findings = Vec::new();
    for response in responses {
        let at = |message: String| Finding::at(&response.path, response.line, message);
        let id = &response.id;
        let named = proofs.get(id.as_str());
        if named.is_some()
            && let Some(listed) = without.get(id)
        {
            findings.push(Finding::at(PATH, listed.line, format!("{id} has a case after all")));
        }
        let Some(named) = named else {
            if !without.contains_key(id) {
                let first = response.errors.first().and_then(|error| error.reason.as_deref());
                let reason = first.unwrap_or("null");
                findings.push(at(format!("{id} has no case: {}: {reason}", response.when)));
            }
            continue;
        };
        let mut answers = named.iter().flat_map(|proof| &proof.answers);
        let provokes = answers.any(|answer| {
            (answer.operation, answer.status) == (response.operation, response.status)
                && comparison.same(&response.errors, &answer.errors)
        });
        if provokes {
            shown += 1;
        } else {
            let places: Vec<String> =
                named.iter().map(|proof| format!("{}:{}", proof.path, proof.line)).collect();
            let places = places.join(", ");
            findings.push(at(format!("{id} is another answer than those of {places}")));
        }
    }
    Ok((shown, findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        contract::{
            answer::Answer,
            coverage::by_id,
            proof::{Ids, Kind, Proof},
        },
        finding::sample::{files, shown},
    };

    const ROUTES: &str = r#"[{"api": "connector.get", "responses": [
{"id": "get#1", "status": 200, "body_example": {}},
{"id": "get#2", "status": 404, "when": "absent", "body_example": {"error": {"type": "t", "reason": "no [a]"}}}]}]"#;

    fn proof(status: u16, reason: &str) -> Proof {
        let error = Exception { kind: "t".to_owned(), reason: Some(reason.to_owned()) };
        Proof {
            kind: Kind::Case,
            path: "p".to_owned(),
            line: 3,
            name: String::new(),
            text: "get#2".to_owned(),
            about: None,
            answers: vec![Answer { operation: Operation::Get, status, errors: vec![error] }],
        }
    }

    fn check_proofs(proofs: &[Proof], expected: (usize, &[&str])) {
        let responses = read(&files(&[("a.routes.json", ROUTES)])).unwrap();
        let ids = Ids::new().unwrap();
        let (count, findings) = check(&responses, &by_id(proofs, &ids), &BTreeMap::new()).unwrap();
        assert_eq!(
            (count, &*shown(&findings)),
            (expected.0, &*expected.1.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
        );
    }

    #[test]
    fn a_case_that_names_a_response_provokes_it() {
        check_proofs(&[proof(404, "no [b]")], (1, &[]));
        let other = "a.routes.json:3: get#2 is another answer than those of p:3";
        check_proofs(&[proof(400, "no [b]")], (0, &[other]));
        check_proofs(&[proof(404, "none [b]")], (0, &[other]));
        check_proofs(&[], (0, &["a.routes.json:3: get#2 has no case: absent: no [a]"]));
    }
}
