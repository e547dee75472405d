//! Tests of the document engine.

use api_types::json::Json;

use super::*;

fn object(text: &str) -> Object {
    match Json::parse(text.as_bytes()) {
        Ok(Json::Object(object)) => object,
        other => panic!("not an object: {other:?}"),
    }
}

fn store() -> (Store, IdSource) {
    let mut ids = IdSource::seeded(1);
    (Store::new(&mut ids), ids)
}

fn put(store: &mut Store, ids: &mut IdSource, id: &str, source: &str) -> Outcome {
    store.put(CONNECTORS.alias, id, object(source), ids)
}

fn facts(store: &Store, id: &str) -> (u64, u64, String) {
    let document = store.get(CONNECTORS.index, id).unwrap().unwrap();
    let text = String::from_utf8(document.serialised().to_vec()).unwrap();
    (document.version, document.seq_no, text)
}

#[test]
fn an_alias_and_its_index_are_the_same_documents() {
    let (mut store, mut ids) = store();
    assert_eq!(
        store.get(CONNECTORS.alias, "a").unwrap_err(),
        StoreError::IndexNotFound { index: CONNECTORS.alias.to_owned() }
    );
    assert_eq!(put(&mut store, &mut ids, "a", "{}"), Outcome::Created);
    assert!(store.get(CONNECTORS.index, "a").unwrap().is_some());
    assert!(store.get(SYNC_JOBS.index, "a").is_err());
}

#[test]
fn every_write_but_a_noop_has_a_number_of_its_own() {
    let (mut store, mut ids) = store();
    put(&mut store, &mut ids, "a", r#"{"n":1}"#);
    put(&mut store, &mut ids, "b", r#"{"n":1}"#);
    assert_eq!(put(&mut store, &mut ids, "a", r#"{"n":2}"#), Outcome::Updated);
    assert_eq!(facts(&store, "a"), (2, 2, r#"{"n":2}"#.to_owned()));
    let noop =
        store.update(CONNECTORS.index, "a", object(r#"{"n":2}"#), Terms::default(), &mut ids);
    assert_eq!(noop, Ok(Outcome::Noop));
    assert_eq!(facts(&store, "a"), (2, 2, r#"{"n":2}"#.to_owned()));
    let updated =
        store.update(CONNECTORS.index, "a", object(r#"{"m":null}"#), Terms::default(), &mut ids);
    assert_eq!(updated, Ok(Outcome::Updated));
    assert_eq!(facts(&store, "a"), (3, 3, r#"{"n":2,"m":null}"#.to_owned()));
}

#[test]
fn an_update_under_a_stale_condition_changes_nothing() {
    let (mut store, mut ids) = store();
    put(&mut store, &mut ids, "a", r#"{"n":1}"#);
    let condition = store.get(CONNECTORS.index, "a").unwrap().unwrap().condition();
    let under = Terms { condition: Some(condition), ..Terms::default() };
    let first = store.update(CONNECTORS.index, "a", object(r#"{"n":2}"#), under, &mut ids);
    assert_eq!(first, Ok(Outcome::Updated));
    let second = store.update(CONNECTORS.index, "a", object(r#"{"n":3}"#), under, &mut ids);
    assert!(matches!(second, Err(StoreError::VersionConflict { .. })), "{second:?}");
    assert_eq!(facts(&store, "a").2, r#"{"n":2}"#);
}

#[test]
fn an_update_that_changes_nothing_is_written_where_that_is_asked_for() {
    let (mut store, mut ids) = store();
    put(&mut store, &mut ids, "a", r#"{"n":1}"#);
    let terms = Terms { unchanged: Unchanged::Written, ..Terms::default() };
    let same = object(r#"{"n":1}"#);
    assert_eq!(store.update(CONNECTORS.index, "a", same, terms, &mut ids), Ok(Outcome::Updated));
    assert_eq!(facts(&store, "a"), (2, 1, r#"{"n":1}"#.to_owned()));
}

#[test]
fn an_update_of_a_missing_document_creates_the_index_and_nothing_else() {
    let (mut store, mut ids) = store();
    let missing = store.update(SYNC_JOBS.index, "a", Object::new(), Terms::default(), &mut ids);
    assert!(matches!(missing, Err(StoreError::DocumentMissing { .. })), "{missing:?}");
    assert!(store.get(SYNC_JOBS.index, "a").unwrap().is_none());
}

#[test]
fn a_search_filters_sorts_and_pages() {
    let (mut store, mut ids) = store();
    put(&mut store, &mut ids, "1", r#"{"k":"b","s":{"t":"x"}}"#);
    put(&mut store, &mut ids, "2", r#"{"s":{"t":"x"}}"#);
    put(&mut store, &mut ids, "3", r#"{"k":"a","s":{"t":"y"}}"#);
    put(&mut store, &mut ids, "4", r#"{"k":"a","s":{"t":"x"}}"#);
    let found = |query: Query, order, from, size| {
        let sort = Sort { path: "k", values: SortAs::Text, order };
        let search = Search { query, sort, from, size };
        let hits = store.search(CONNECTORS.index, &search).unwrap();
        (hits.total, hits.page.iter().map(|hit| hit.id.as_str()).collect::<String>())
    };
    assert_eq!(found(Query::Every(Vec::new()), Order::Ascending, 0, 10), (4, "3412".to_owned()));
    assert_eq!(found(Query::Every(Vec::new()), Order::Descending, 0, 10), (4, "1342".to_owned()));
    assert_eq!(found(Query::term("s.t", "x"), Order::Ascending, 1, 1), (3, "1".to_owned()));
    assert_eq!(
        found(Query::not(Query::term("k", "a")), Order::Ascending, 0, 9),
        (2, "12".to_owned())
    );
    let either = Query::Any(vec![Query::term("k", "b"), Query::term("s.t", "y")]);
    assert_eq!(found(either, Order::Ascending, 0, 0), (2, String::new()));
}

#[test]
fn a_page_beyond_the_result_window_is_refused() {
    let (mut store, mut ids) = store();
    put(&mut store, &mut ids, "1", "{}");
    let sort = Sort { path: "k", values: SortAs::Text, order: Order::Ascending };
    let search = |from, size| Search { query: Query::Every(Vec::new()), sort, from, size };
    assert!(store.search(CONNECTORS.index, &search(9_900, 100)).is_ok());
    assert_eq!(
        store.search(CONNECTORS.index, &search(9_901, 100)).unwrap_err(),
        StoreError::ResultWindow {
            index: CONNECTORS.index.to_owned(),
            node: store.index(CONNECTORS.index).unwrap().node.clone(),
            asked: 10_001
        }
    );
}
