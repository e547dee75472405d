//! Agreement with a second implementation: documents and searches are made up, and what the search
//! finds is what a plain reading of the documentation finds, document by document.
//!
//! 10,000 pairs of documents and a search; `SEARCH_CASES=100000` makes it so many.

mod generate;
mod naive;

use api_types::json::{Json, Object};

use super::{Asked, store_of};

/// How many searches are made up for the same documents.
const SEARCHES: usize = 10;

fn cases() -> usize {
    std::env::var("SEARCH_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

// Proves DO-7-9.
#[test]
fn a_search_finds_what_a_plain_reading_finds() {
    let mut random = fastrand::Rng::with_seed(20_240_315);
    let mut found_something = 0;
    for case in 0..cases().div_ceil(SEARCHES) {
        let documents = generate::documents(&mut random);
        let texts: Vec<(String, String)> = documents
            .iter()
            .map(|document| (document.id.clone(), document.source.to_string()))
            .collect();
        let pairs: Vec<(&str, &str)> =
            texts.iter().map(|(id, source)| (id.as_str(), source.as_str())).collect();
        let store = store_of("content", &pairs);
        let mappings = (case % 2 == 0).then(generate::mappings);
        for _ in 0..SEARCHES {
            let body = generate::search(&mut random);
            let expected = naive::search(&body, &documents);
            found_something += usize::from(expected.total > 0);
            let asked = Asked { mappings: mappings.as_ref().map(object), ..Asked::of(&store) };
            let answer = super::text(asked.search(&body.to_string()).unwrap_or_else(|error| {
                panic!("case {case}: {body}: {:?}", error.reason);
            }));
            let answer = Json::parse(answer.as_bytes()).unwrap();
            let hits = answer.at("hits.hits").and_then(Json::as_array).unwrap_or_default();
            let ids: Vec<&str> = hits.iter().filter_map(|hit| hit.get("_id")?.as_str()).collect();
            let total = answer.at("hits.total.value").and_then(Json::as_i64);
            let is_same = ids == expected.ids && total == i64::try_from(expected.total).ok();
            assert!(
                is_same,
                "case {case}, mapped: {}\n{body}\n{texts:#?}\nfound: {ids:?} of {total:?}\nexpected: {:?} of {}",
                mappings.is_some(),
                expected.ids,
                expected.total
            );
        }
    }
    let share = found_something * 100 / cases();
    assert!((25..=95).contains(&share), "{share} percent of the searches find something");
}

fn object(value: &serde_json::Value) -> Object {
    super::object(&value.to_string())
}
