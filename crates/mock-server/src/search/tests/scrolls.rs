//! Scrolls, counts and deletions.

use api_types::{
    Timestamp, Version,
    endpoint::Operation,
    error::{ErrorCause, Traces},
};

use super::{
    super::{
        ByQuery, Scrolls, Searched,
        answer::{self, Written},
        apply_params, clear_scroll, count_body, find, next_page,
        request::SearchRequest,
        search_body,
    },
    now, params, store_of, text,
};
use crate::{sources::IdSource, store::Store, warnings::Warnings};

struct Scrolling<'a> {
    store: &'a Store,
    scrolls: Scrolls,
    ids: IdSource,
    now: Timestamp,
}

impl<'a> Scrolling<'a> {
    fn of(store: &'a Store) -> Self {
        Self { store, scrolls: Scrolls::default(), ids: IdSource::seeded(7), now: now() }
    }

    fn open(&mut self, query: &str, body: &str) -> Result<(String, String), ErrorCause> {
        let mut request = search_body(body.as_bytes(), Version::NEWEST, &Warnings::default())?;
        apply_params(&mut request, &params(query))?;
        let searched = [Searched::new(self.store.index("content").unwrap())];
        let (id, found) = self.scrolls.open(&request, &searched, self.now, &mut self.ids)?;
        Ok((text(answer::search(&found, Some(&id))), id))
    }

    fn next(&mut self, body: &str) -> Result<String, ErrorCause> {
        let page = next_page(body.as_bytes(), &params(""), Version::NEWEST)?;
        let found = self.scrolls.next(&page, self.now)?;
        Ok(ids(&text(answer::search(&found, Some(&page.scroll_id)))))
    }

    fn clear(&mut self, body: &str) -> Result<(u16, String), ErrorCause> {
        let clear = clear_scroll(body.as_bytes(), &params(""), Version::NEWEST)?;
        let reply = answer::cleared(self.scrolls.clear(&clear, self.now)?);
        Ok((reply.status, text(reply)))
    }

    fn wait(&mut self, seconds: u64) {
        self.now = self.now.after(std::time::Duration::from_secs(seconds));
    }
}

fn ids(answer: &str) -> String {
    let parts = answer.split(r#""_id":""#).skip(1);
    parts.filter_map(|part| part.split('"').next()).collect::<Vec<_>>().join(" ")
}

const FIVE: [(&str, &str); 5] = [("e", "{}"), ("d", "{}"), ("c", "{}"), ("b", "{}"), ("a", "{}")];

// Proves DO-7.5-1, DO-7.5-2, DO-7.5-3.
#[test]
fn a_scroll_gives_out_what_was_found_page_by_page() {
    let mut store = store_of("content", &FIVE);
    let before = store_of("content", &FIVE);
    let mut scrolling = Scrolling::of(&before);
    let (first, id) = scrolling.open("scroll=5m", r#"{"size":2,"sort":"_doc"}"#).unwrap();
    let start = format!(
        r#"{{"_scroll_id":"{id}","took":0,"timed_out":false,"_shards":{{"total":1,"successful":1,"skipped":0,"failed":0}},"hits":{{"total":{{"value":5,"relation":"eq"}},"max_score":null,"hits":[{{"_index":"content","_id":"e","_score":null,"_source":{{}},"sort":[0]}},"#
    );
    assert!(first.starts_with(&start), "{first}");
    assert!(id.starts_with("FGluY2x1ZGVfY29udGV4dF91dWlkDXF1ZXJ5QW5kRmV0Y2gB"), "{id}");
    store.delete("content", "c").unwrap();
    let body = format!(r#"{{"scroll_id":"{id}","scroll":"5m"}}"#);
    assert_eq!(scrolling.next(&body).unwrap(), "c b");
    scrolling.wait(299);
    assert_eq!(scrolling.next(&body).unwrap(), "a");
    assert_eq!(scrolling.next(&body).unwrap(), "");
    let cleared = scrolling.clear(&format!(r#"{{"scroll_id":"{id}"}}"#)).unwrap();
    assert_eq!(cleared, (200, r#"{"succeeded":true,"num_freed":1}"#.to_owned()));
    let again = scrolling.clear(&format!(r#"{{"scroll_id":["{id}"]}}"#)).unwrap();
    assert_eq!(again, (404, r#"{"succeeded":true,"num_freed":0}"#.to_owned()));
}

// Proves DO-7.5-4.
#[test]
fn a_scroll_ends_when_nobody_asked_for_so_long() {
    let store = store_of("content", &FIVE);
    let mut scrolling = Scrolling::of(&store);
    let (_, id) = scrolling.open("scroll=1m", r#"{"size":2}"#).unwrap();
    scrolling.wait(61);
    let error = scrolling.next(&format!(r#"{{"scroll_id":"{id}"}}"#)).unwrap_err();
    assert_eq!(
        error.envelope(error.status(), Traces::Hidden).to_compact(),
        r#"{"error":{"root_cause":[{"type":"search_context_missing_exception","reason":"No search context found for id [1]"}],"type":"search_phase_execution_exception","reason":"all shards failed","phase":"query","grouped":true,"failed_shards":[{"shard":-1,"index":null,"reason":{"type":"search_context_missing_exception","reason":"No search context found for id [1]"}}],"caused_by":{"type":"search_context_missing_exception","reason":"No search context found for id [1]"}},"status":404}"#
    );
}

// Proves DO-7-5, DO-7.5-5.
#[test]
fn what_is_no_scroll_is_refused() {
    let store = store_of("content", &FIVE);
    let mut scrolling = Scrolling::of(&store);
    let mut refused = |body: &str| scrolling.next(body).unwrap_err().reason.unwrap();
    assert_eq!(refused(r#"{"scroll_id":"abc"}"#), "Cannot parse scroll id");
    assert_eq!(refused("[]"), "Malformed content, must start with an object");
    assert_eq!(
        refused(r#"{"scroll_id":1}"#),
        "Unknown parameter [scroll_id] in request body or parameter is of the wrong type[VALUE_NUMBER] "
    );
    let empty = next_page(b"{}", &params(""), Version::NEWEST).unwrap();
    assert_eq!(empty.messages(), ["scrollId is missing"]);
    let named = next_page(b"", &params("scroll_id=x"), Version::NEWEST).unwrap();
    assert_eq!(named.scroll_id, "x");
    let none = clear_scroll(b"", &params(""), Version::NEWEST).unwrap();
    assert_eq!(none.messages(), ["no scroll ids specified"]);
    let array = clear_scroll(br#"{"scroll_id":[{}]}"#, &params(""), Version::NEWEST).unwrap_err();
    let expected = "scroll_id array element should only contain scroll_id";
    assert_eq!(array.reason.as_deref(), Some(expected));
    let messages = |query: &str, body: &str| {
        let mut request =
            search_body(body.as_bytes(), Version::NEWEST, &Warnings::default()).unwrap();
        apply_params(&mut request, &params(query)).unwrap();
        request.messages().join("; ")
    };
    assert_eq!(
        messages("scroll=1m", r#"{"from":1,"size":0,"track_total_hits":false}"#),
        "disabling [track_total_hits] is not allowed in a scroll context; using [from] is not allowed in a scroll context; [size] cannot be [0] in a scroll context"
    );
    assert_eq!(
        messages("", r#"{"from":1,"search_after":[1]}"#),
        "[from] parameter must be set to 0 when [search_after] is used"
    );
}

// Proves DO-7.5-6.
#[test]
fn a_scroll_has_its_limits() {
    let store = store_of("content", &FIVE);
    let mut scrolling = Scrolling::of(&store);
    let root = |error: &ErrorCause| error.root().reason.clone().unwrap();
    let long = scrolling.open("scroll=36h", "").unwrap_err();
    assert_eq!(
        root(&long),
        "Keep alive for request (1.5d) is too large. It must be less than (1d). This limit can be set by changing the [search.max_keep_alive] cluster level setting."
    );
    let large = scrolling.open("scroll=1m", r#"{"size":10001}"#).unwrap_err();
    assert!(root(&large).starts_with(
        "Batch size is too large, size must be less than or equal to: [10000] but was [10001]."
    ));
    for _ in 0..500 {
        scrolling.open("scroll=1m", "").unwrap();
    }
    let many = scrolling.open("scroll=1m", "").unwrap_err();
    assert_eq!(many.status(), 429);
    assert_eq!(
        root(&many),
        "Trying to create too many scroll contexts. Must be less than or equal to: [500]. This limit can be set by changing the [search.max_open_scroll_context] setting."
    );
    let all = scrolling.clear(r#"{"scroll_id":"_all"}"#).unwrap();
    assert_eq!(all, (200, r#"{"succeeded":true,"num_freed":500}"#.to_owned()));
}

// Proves DO-7-7.
#[test]
fn documents_are_counted() {
    let store = store_of("content", &[("1", r#"{"a":1}"#), ("2", r#"{"a":2}"#)]);
    let searched = [Searched::new(store.index("content").unwrap())];
    let count = |body: &str| -> Result<String, ErrorCause> {
        let query = count_body(body.as_bytes(), Version::NEWEST, &Warnings::default())?;
        let found = find(&SearchRequest::of(query), &searched, now())?;
        Ok(text(answer::counted(found.len(), searched.len())))
    };
    let shards = r#""_shards":{"total":1,"successful":1,"skipped":0,"failed":0}"#;
    assert_eq!(count("").unwrap(), format!(r#"{{"count":2,{shards}}}"#));
    let one = count(r#"{"query":{"term":{"a":2}}}"#).unwrap();
    assert_eq!(one, format!(r#"{{"count":1,{shards}}}"#));
    let refused = |body: &str| count(body).unwrap_err().reason.unwrap();
    assert_eq!(refused(r#"{"foo":"bar"}"#), "request does not support [foo]");
    assert_eq!(refused("[]"), "Expected [START_OBJECT] but found [START_ARRAY]");
    assert_eq!(refused(r#"{"query":{"term":{}}}"#), "Failed to parse");
}

fn by_query(operation: Operation, query: &str, body: &str) -> Result<ByQuery, ErrorCause> {
    ByQuery::read(body.as_bytes(), &params(query), operation, Version::NEWEST, &Warnings::default())
}

// Proves DO-7-8.
#[test]
fn a_deletion_needs_a_query() {
    let read = |body: &str| by_query(Operation::DeleteByQuery, "", body);
    let query = read(r#"{"query":{"match_all":{}},"conflicts":"abort"}"#).unwrap();
    assert_eq!(query.delete_messages(), Vec::<String>::new());
    assert_eq!(read("").unwrap().delete_messages(), ["query is missing"]);
    let done =
        Written { total: 1_001, updated: None, deleted: 1_001, batches: 2, failures: Vec::new() };
    assert_eq!(
        text(answer::by_query(&done)),
        r#"{"took":0,"timed_out":false,"total":1001,"deleted":1001,"batches":2,"version_conflicts":0,"noops":0,"retries":{"bulk":0,"search":0},"throttled_millis":0,"requests_per_second":-1.0,"throttled_until_millis":0,"failures":[]}"#
    );
}

// Proves DO-7-8, DO-7-11.
#[test]
fn documents_are_taken_in_batches() {
    let sizes = |query: &str, body: &str| -> Vec<usize> {
        let by_query = by_query(Operation::UpdateByQuery, query, body).unwrap();
        by_query.batches(&[(); 2_500]).map(<[()]>::len).collect()
    };
    assert_eq!(sizes("", ""), [1_000, 1_000, 500]);
    assert_eq!(sizes("scroll_size=2000", ""), [2_000, 500]);
    assert_eq!(sizes("", r#"{"size":2400}"#), [2_400, 100]);
    assert_eq!(sizes("scroll_size=2000", r#"{"size":2400}"#), [2_000, 500]);
    assert_eq!(sizes("max_docs=1001", r#"{"max_docs":1001}"#), [1_000, 1]);
    assert_eq!(sizes("", r#"{"max_docs":3000,"conflicts":"proceed"}"#), [1_000, 1_000, 500]);
}

// Proves DO-7-11.
#[test]
fn what_is_not_served_by_query_says_so() {
    for (query, body, what) in [
        ("", r#"{"script":"x"}"#, "[script] in its body"),
        ("", r#"{"_source":false}"#, "[_source] in its body"),
        ("", r#"{"max_docs":"1"}"#, "[max_docs] of this type in its body"),
        ("", r#"{"conflicts":1}"#, "[conflicts] of this type in its body"),
        ("wait_for_completion=false", "", "[wait_for_completion] of [false]"),
    ] {
        let refused = by_query(Operation::UpdateByQuery, query, body).unwrap_err();
        let reason = refused.reason.unwrap();
        let expected = format!("this mock server does not serve a search with {what};");
        assert!(reason.starts_with(&expected), "{reason}");
    }
}
