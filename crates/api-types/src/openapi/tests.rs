//! The description as a whole: that nothing is missing, and that what it refers to is there.

use std::collections::BTreeSet;

use super::*;
use crate::endpoint::{ENDPOINTS, Endpoint, Family};

fn pointed<'d>(document: &'d Json, reference: &str) -> Option<&'d Json> {
    let path = reference.strip_prefix("#/")?;
    path.split('/').try_fold(document, |value, name| value.get(name))
}

fn operation<'d>(document: &'d Json, row: &Endpoint) -> Option<&'d Json> {
    let paths = document.get("paths")?;
    paths.get(row.path)?.get(&row.method.as_str().to_ascii_lowercase())
}

fn names(operation: &Json) -> Vec<&str> {
    let parameters = operation.get("parameters").unwrap().as_array().unwrap();
    parameters.iter().filter_map(|one| one.get("name")?.as_str()).collect()
}

/// Every member of that name, with its text, wherever it is.
fn texts<'d>(value: &'d Json, name: &str, found: &mut Vec<&'d str>) {
    match value {
        Json::Object(object) => {
            for (own, value) in object.iter() {
                match value.as_str() {
                    Some(text) if own == name => found.push(text),
                    _ => texts(value, name, found),
                }
            }
        }
        Json::Array(elements) => elements.iter().for_each(|one| texts(one, name, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

#[test]
fn every_row_is_described_with_its_parameters_and_statuses() {
    let document = document(Version::NEWEST);
    for row in Endpoint::of(Family::Connectors) {
        let described = operation(&document, row).unwrap();
        let names = names(described);
        let own = row.path_params().chain(row.query.iter().map(|param| param.name));
        assert_eq!(names, own.collect::<Vec<_>>(), "{} {}", row.method, row.path);
        for status in row.statuses {
            let statuses = described.get("responses").unwrap();
            assert!(statuses.get(&status.to_string()).is_some(), "{status} of {}", row.path);
        }
    }
}

// Expected values: contract CN-9-1 to CN-9-6.
#[test]
fn a_version_has_what_it_has() {
    let has = |version: Version| {
        let document = document(version);
        ENDPOINTS.iter().filter(|row| operation(&document, row).is_some()).count()
    };
    assert_eq!(has(Version::NEWEST), Endpoint::of(Family::Connectors).count());
    let old = document(Version::OLDEST);
    let row = |path: &str| ENDPOINTS.iter().find(|row| row.path == path).unwrap();
    for path in ["/_connector/{connector_id}/_status", "/_connector/_secret"] {
        assert_eq!(operation(&old, row(path)), None);
    }
    assert_eq!(names(operation(&old, row("/_connector")).unwrap()), ["from", "size"]);
    assert!(!old.to_compact().contains("sync_job_claim\""));
}

#[test]
fn operations_have_names_of_their_own_and_links_lead_to_them() {
    for version in [Version::OLDEST, Version::NEWEST] {
        let document = document(version);
        let mut ids = Vec::new();
        for (_, item) in document.get("paths").unwrap().as_object().unwrap().iter() {
            for (_, operation) in item.as_object().unwrap().iter() {
                ids.push(operation.get("operationId").unwrap().as_str().unwrap());
            }
        }
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len());
        let mut linked = Vec::new();
        texts(&document, "operationId", &mut linked);
        assert!(linked.len() > 2 * ids.len(), "{} links", linked.len() - ids.len());
        assert!(linked.iter().all(|id| unique.contains(id)));
    }
}

#[test]
fn references_lead_somewhere() {
    let document = document(Version::NEWEST);
    let mut references = Vec::new();
    texts(&document, "$ref", &mut references);
    assert!(references.len() > 100);
    for reference in references {
        assert!(pointed(&document, reference).is_some(), "{reference}");
    }
}

// Expected values: contract CN-1.1-22, SC-7-3.
#[test]
fn ids_that_lead_elsewhere_are_excluded() {
    let document = document(Version::NEWEST);
    let excluded = |method: &str, path: &str| {
        let row = ENDPOINTS.iter().find(|row| row.method.as_str() == method && row.path == path);
        let operation = operation(&document, row.unwrap()).unwrap();
        let parameters = operation.get("parameters").unwrap().as_array().unwrap();
        parameters[0].at("schema.not.enum").map(Json::to_compact)
    };
    let siblings = Some(r#"["_secret","_sync_job"]"#.to_owned());
    assert_eq!(excluded("DELETE", "/_connector/{connector_id}"), siblings);
    let names = excluded("PUT", "/_connector/_secret/{id}").unwrap();
    assert!(names.contains(r#""_name""#) && names.contains(r#""_error""#), "{names}");
    assert_eq!(excluded("GET", "/_connector/_secret/{id}"), None);
}

// Expected values: contract RL-2-12, CN-1.1-22, SC-3-10.
#[test]
fn statuses_are_those_that_can_be() {
    let document = document(Version::NEWEST);
    let statuses = |method: &str, path: &str| {
        let row = ENDPOINTS.iter().find(|row| row.method.as_str() == method && row.path == path);
        let responses = operation(&document, row.unwrap()).unwrap().get("responses").unwrap();
        responses.as_object().unwrap().iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        statuses("DELETE", "/_connector/{connector_id}"),
        ["200", "400", "401", "403", "404", "405", "406", "417", "429"]
    );
    assert_eq!(
        statuses("PUT", "/_connector/_secret/{id}"),
        ["200", "201", "400", "401", "403", "406", "413", "417", "429", "500"]
    );
}
