//! The gate `fixtures`: what is committed can be read, and says what the documents say.

use std::{path::Path, process::ExitCode};

use anyhow::ensure;
use api_types::endpoint::{ENDPOINTS, Operation};
use conformance::fixture::{EndpointFixture, ExampleFixture, ExampleKind, short_name};

use super::gate::Verdict;
use crate::{
    cli::{CiArgs, ExtractArgs},
    workspace::{self, TextFile},
};

/// Where the fixtures are.
const FIXTURES: &str = "fixtures";

pub(super) fn run(args: &CiArgs) -> anyhow::Result<Verdict> {
    let fixtures = workspace::root().join(FIXTURES);
    ensure!(fixtures.is_dir(), "there is no directory {FIXTURES}");
    let files = workspace::texts(&fixtures)?;
    let problems = problems(&files);
    for problem in &problems {
        println!("{FIXTURES}/{problem}");
    }
    if !problems.is_empty() {
        return Ok(Verdict::Failed(format!("fixtures with problems: {}", problems.len())));
    }
    let count = facts(&files).count();
    match (&args.docs, &args.spec_examples) {
        (Some(docs), Some(spec_examples)) => compare(docs, spec_examples, &fixtures, count),
        _ => Ok(Verdict::Passed(format!(
            "{count} files; not compared with documents: give --docs and --spec-examples"
        ))),
    }
}

fn compare(docs: &Path, examples: &Path, out: &Path, count: usize) -> anyhow::Result<Verdict> {
    let (docs, spec_examples) = (docs.to_owned(), examples.to_owned());
    let args = ExtractArgs { docs, spec_examples, out: out.to_owned(), check: true };
    Ok(if crate::fixtures::run(&args)? == ExitCode::SUCCESS {
        Verdict::Passed(format!("{count} files, no difference to the documents"))
    } else {
        Verdict::Failed("the fixtures differ from the documents".to_owned())
    })
}

/// The files with facts: endpoints and examples.
fn facts(files: &[TextFile]) -> impl Iterator<Item = &TextFile> {
    let is_fact = |file: &&TextFile| {
        file.has_extension("json")
            && (file.path.starts_with("endpoints/") || file.path.starts_with("examples/"))
    };
    files.iter().filter(is_fact)
}

fn problems(files: &[TextFile]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in facts(files) {
        let told = if file.path.starts_with("endpoints/") {
            endpoint_problem(file)
        } else {
            example_problem(file)
        };
        problems.extend(told.map(|problem| format!("{}: {problem}", file.path)));
    }
    if facts(files).next().is_none() {
        problems.push("no fixture is there".to_owned());
    }
    problems
}

fn endpoint_problem(file: &TextFile) -> Option<String> {
    let fixture: EndpointFixture = match serde_json::from_str(&file.text) {
        Ok(fixture) => fixture,
        Err(error) => return Some(error.to_string()),
    };
    let (operation, method) = (fixture.operation, fixture.method);
    let is_known = ENDPOINTS
        .iter()
        .any(|row| (row.operation, row.method, row.path) == (operation, method, &*fixture.path));
    if !is_known {
        let call = format!("{} {}", method.as_str(), fixture.path);
        return Some(format!("the endpoint table has no {call} of {}", operation.name()));
    }
    misplaced(file, &format!("endpoints/{}.json", short_name(operation)))
}

fn example_problem(file: &TextFile) -> Option<String> {
    let fixture: ExampleFixture = match serde_json::from_str(&file.text) {
        Ok(fixture) => fixture,
        Err(error) => return Some(error.to_string()),
    };
    let called: Option<Operation> = fixture.request.endpoint().map(|row| row.operation);
    match called {
        None => {
            let call = format!("{} {}", fixture.request.method.as_str(), fixture.request.path);
            return Some(format!("the endpoint table has no {call}"));
        }
        Some(other) if fixture.kind == ExampleKind::Example && other != fixture.operation => {
            let (own, other) = (fixture.operation.name(), other.name());
            return Some(format!("an example of {own} calls {other}"));
        }
        Some(_) => {}
    }
    let operation = short_name(fixture.operation);
    misplaced(file, &format!("examples/{operation}/{}.json", fixture.name))
}

fn misplaced(file: &TextFile, place: &str) -> Option<String> {
    (file.path != place).then(|| format!("the place of this fixture is {place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"{"name":"docs-1","operation":"connector.get","kind":"example","request":{"method":"GET","path":"/_connector/c","query":null},"provenance":{"document":"d","line":1}}"#;
    const ENDPOINT: &str = r#"{"operation":"connector.get","page":"p","line_count":1,"title":"t","title_line":1,"stability":"beta","stability_line":1,"method":"GET","path":"/_connector/{connector_id}","documented_path":"d","request_line":1,"path_params":[],"body_fields":[],"response_fields":[],"statuses":[],"examples":[]}"#;
    const EXAMPLE_PATH: &str = "examples/get/docs-1.json";
    const ENDPOINT_PATH: &str = "endpoints/get.json";

    fn check(path: &str, text: &str, expected: &[&str]) {
        let file = TextFile { path: path.to_owned(), text: text.to_owned() };
        assert_eq!(problems(&[file]), expected);
    }

    #[test]
    fn a_known_fixture_in_its_place_has_no_problem() {
        check(EXAMPLE_PATH, EXAMPLE, &[]);
        check(ENDPOINT_PATH, ENDPOINT, &[]);
    }

    #[test]
    fn an_unknown_operation_path_or_place_is_told() {
        let elsewhere = "endpoints/put.json: the place of this fixture is endpoints/get.json";
        check("endpoints/put.json", ENDPOINT, &[elsewhere]);
        let elsewhere =
            "examples/get/docs-2.json: the place of this fixture is examples/get/docs-1.json";
        check("examples/get/docs-2.json", EXAMPLE, &[elsewhere]);
        let unknown = "endpoints/get.json: the endpoint table has no PUT /_connector/{connector_id} of connector.get";
        check(ENDPOINT_PATH, &ENDPOINT.replace("GET", "PUT"), &[unknown]);
        let unknown = "examples/get/docs-1.json: the endpoint table has no GET /c/d/e/f";
        check(EXAMPLE_PATH, &EXAMPLE.replace("/_connector/c", "/c/d/e/f"), &[unknown]);
        let other = "examples/get/docs-1.json: an example of connector.get calls connector.delete";
        check(EXAMPLE_PATH, &EXAMPLE.replace("GET", "DELETE"), &[other]);
        let setup = EXAMPLE.replace("GET", "DELETE").replace(r#""example""#, r#""setup""#);
        check(EXAMPLE_PATH, &setup, &[]);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_an_empty_directory_too() {
        let unknown = EXAMPLE.replace("connector.get", "connector.gte");
        let file = TextFile { path: EXAMPLE_PATH.to_owned(), text: unknown };
        let told = problems(&[file]);
        assert!(told[0].contains("[connector.gte] is no operation of the table"), "{told:?}");
        let told = problems(&[TextFile { path: ENDPOINT_PATH.to_owned(), text: "{".to_owned() }]);
        assert!(told[0].starts_with("endpoints/get.json: EOF"), "{told:?}");
        check("cases/x.yml", "", &["no fixture is there"]);
    }
}
