//! Root causes, envelopes, statuses.

use super::*;

fn root_of(chain: &[ErrorType]) -> &'static str {
    let mut causes = chain.iter().rev().map(|kind| ErrorCause::new(*kind, kind.as_str()));
    let innermost = causes.next().unwrap();
    let outermost = causes.fold(innermost, |inner, outer| outer.caused_by(inner));
    outermost.root().kind.as_str()
}

// Expected values: contract RL-2, CN-1.3 and SJ-4.
#[test]
fn the_root_cause_is_followed_as_the_contract_says() {
    use ErrorType::{IllegalArgument, InvalidSyncJobStatus, Parse, Status, XContentParse};
    assert_eq!(
        root_of(&[XContentParse, XContentParse, IllegalArgument]),
        "x_content_parse_exception"
    );
    assert_eq!(root_of(&[Status, InvalidSyncJobStatus]), "status_exception");
    assert_eq!(root_of(&[XContentParse, Parse]), "parse_exception");
    assert_eq!(root_of(&[IllegalArgument, XContentParse]), "illegal_argument_exception");
}

// Expected value: contract SJ-5.
#[test]
fn an_envelope_has_its_members_in_order() {
    let cause = ErrorCause::new(ErrorType::ResourceNotFound, "abc");
    assert_eq!(
        cause.envelope(404, Traces::Hidden).to_compact(),
        r#"{"error":{"root_cause":[{"type":"resource_not_found_exception","reason":"abc"}],"type":"resource_not_found_exception","reason":"abc"},"status":404}"#
    );
}

// Proves RL-2-15.
#[test]
fn each_family_of_exceptions_has_its_status() {
    use ErrorType as T;
    for (kind, status) in [
        (T::ResourceNotFound, 404),
        (T::IndexNotFound, 404),
        (T::DocumentMissing, 404),
        (T::Status, 400),
        (T::Parse, 400),
        (T::VersionConflict, 409),
        (T::IllegalArgument, 400),
        (T::NumberFormat, 400),
        (T::XContentParse, 400),
        (T::XContentEof, 400),
        (T::ActionRequestValidation, 400),
        (T::NullPointer, 500),
        (T::IllegalState, 500),
        (T::IndexOutOfBounds, 500),
        (T::JsonParse, 500),
        (T::JsonEof, 500),
        (T::StreamConstraints, 500),
        (T::InputCoercion, 500),
        (T::CharConversion, 500),
    ] {
        assert_eq!(kind.status(), status, "{}", kind.as_str());
    }
}

// Proves RL-2-6, RL-2-20.
#[test]
fn the_root_cause_of_a_failed_search_is_what_failed_it() {
    use ErrorType::{IllegalArgument, IllegalState, SearchPhaseExecution, Status};
    assert_eq!(root_of(&[SearchPhaseExecution, IllegalArgument]), "illegal_argument_exception");
    assert_eq!(root_of(&[Status, IllegalArgument]), "status_exception");
    assert_eq!(root_of(&[Status, Status, IllegalState]), "status_exception");
}

// Proves RL-2-21.
#[test]
fn a_chain_that_is_too_deep_is_cut_off() {
    let deep = (0..150).fold(ErrorCause::new(ErrorType::Status, "end"), |inner, number| {
        ErrorCause::new(ErrorType::Status, number.to_string()).caused_by(inner)
    });
    let envelope = deep.envelope(400, Traces::Hidden);
    let mut level = envelope.get("error");
    for _ in 0..=MOST_CAUSES {
        level = level.and_then(|exception| exception.get("caused_by"));
    }
    let cut = r#"{"type":"illegal_state_exception","reason":"too many nested exceptions"}"#;
    assert_eq!(level.unwrap().to_compact(), cut);
}

// Proves RL-2-18.
#[test]
fn a_stack_trace_names_index_and_shard() {
    let missing = ErrorCause::new(ErrorType::DocumentMissing, "[c]: document missing")
        .with("index_uuid", "u")
        .with("shard", "0")
        .with("index", "i");
    let first = "[i/u][[i][0]] org.elasticsearch.index.engine.DocumentMissingException: [c]: document missing\n";
    let envelope = missing.envelope(404, Traces::Shown);
    assert_eq!(envelope.at("error.stack_trace").and_then(Json::as_str), Some(first));
    let absent = ErrorCause::new(ErrorType::IndexNotFound, "no such index [i]")
        .with("index_uuid", "_na_")
        .with("index", "i");
    let first = "[i] org.elasticsearch.index.IndexNotFoundException: no such index [i]\n";
    assert_eq!(absent.stack_trace(), first);
}
