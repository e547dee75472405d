//! Scripts as they are read and shown.

use api_types::json::Json;

use super::World;
use crate::Worker;

#[test]
fn a_script_is_shown_with_its_defaults_and_can_be_put_again() {
    let shown = |script: &str| {
        let world = World::new(Some(script));
        world.ok("GET", "/_mock/worker", "").get("script").unwrap().to_compact()
    };
    let defaults = r#"{"worker_hostname":"connector-mock","notice_after":"1s","heartbeat":"5m","claim_after":"1s","resume":true,"end":"completed","after":"5s","cancel_after":"1s"}"#;
    assert_eq!(shown("{}"), defaults);
    assert_eq!(shown(""), defaults);
    assert_eq!(shown(r#"{"end":"completed"}"#), defaults);
    let whole = r#"{"connectors":["a"],"service_types":["s"],"worker_hostname":"h","configuration":{"f":{"label":"F","value":"v"}},"notice_after":"250ms","heartbeat":"never","claim_after":"2s","resume":false,"end":"error","error":"E: t","after":"1m","cancel_after":"never","indexed_document_count":3,"stats":[{"after":"10s","indexed_document_count":1,"metadata":{"a":1}}],"jobs":[{"job_type":"full","connector":"a","end":"completed","after":"1m","cancel_after":"never","indexed_document_count":3,"stats":[{"after":"10s","indexed_document_count":1,"metadata":{"a":1}}]}]}"#;
    assert_eq!(shown(whole), whole);
    // An entry of [jobs] is as the rest of the script where it says nothing.
    let entry = shown(r#"{"after":"2s","jobs":[{"error":"E"}]}"#);
    assert!(
        entry.contains(r#""jobs":[{"end":"error","error":"E","after":"2s","cancel_after":"1s"}]"#),
        "{entry}"
    );
}

#[test]
fn mistakes_name_the_member_and_what_may_stand_there() {
    for (script, expected) in [
        (r#"{"ends":"error"}"#, "unknown member [ends]; did you mean [end]?"),
        (
            r#"{"jobs":[{},{"foo":1}]}"#,
            "unknown member [jobs[1].foo]; there are [job_type, connector, end, error, after, cancel_after, stats, deleted_document_count, indexed_document_count, indexed_document_volume, total_document_count]",
        ),
        (
            r#"{"end":"canceled"}"#,
            "[end] has to be one of [completed, error, suspended, never], not [canceled]",
        ),
        (r#"{"end":1}"#, "[end] has to be a text"),
        (r#"{"after":"5"}"#, "[after] has to be a length of time like [1s] or [250ms], not [5]"),
        (r#"{"after":5}"#, "[after] has to be a text"),
        (
            r#"{"heartbeat":"soon"}"#,
            "[heartbeat] has to be a length of time like [1s] or [250ms], or [never], not [soon]",
        ),
        (r#"{"heartbeat":"0s"}"#, "[heartbeat] has to be longer than [0s], or [never]"),
        (r#"{"resume":"no"}"#, "[resume] has to be true or false"),
        (r#"{"connectors":"a"}"#, "[connectors] has to be an array of texts"),
        (r#"{"jobs":[1]}"#, "[jobs[0]] has to be an object"),
        (
            r#"{"jobs":[{"job_type":"partial"}]}"#,
            "[jobs[0].job_type] has to be one of [full, incremental, access_control], not [partial]",
        ),
        (
            r#"{"end":"never","error":"x"}"#,
            "[error] is for a job whose [end] is [error], not [never]",
        ),
        (
            r#"{"indexed_document_count":-1}"#,
            "[indexed_document_count] has to be a number from 0 to 2147483647",
        ),
        (
            r#"{"stats":[{"indexed_document_count":1}]}"#,
            "[stats[0].after] has to be there: a length of time since the claim, like [2s]",
        ),
        (
            r#"{"after":"1s","stats":[{"after":"2s"}]}"#,
            "[stats] has [after] \"2s\", which is later than the end of the job: [after] is \"1s\"",
        ),
        (r#"{"configuration":[]}"#, "[configuration] has to be an object of fields"),
    ] {
        let error = Worker::parse(script).unwrap_err().to_string();
        assert_eq!(error, expected, "{script}");
        let world = World::new(None);
        let (status, answer) = world.answer("PUT", "/_mock/worker", script);
        assert_eq!(status, 400, "{answer}");
        let reason = Json::parse(answer.as_bytes()).unwrap();
        assert_eq!(reason.at("error.reason").unwrap().as_str(), Some(expected));
    }
    let error = Worker::parse("[]").unwrap_err().to_string();
    assert_eq!(error, "a script is a JSON object");
    let error = Worker::parse(r#"{"configuration":{"f":{"value":1,"order":"x"}}}"#).unwrap_err();
    let error = error.to_string();
    assert!(
        error.starts_with("[configuration] has to be what PUT _configuration takes: "),
        "{error}"
    );
}
