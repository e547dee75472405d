//! What is said of documents that are written around the Connector APIs.

use super::{host, received, send, with_a_job};
use crate::host::Host;

/// Sends a request; what is said of it, up to the reasons.
fn told(host: &Host, method: &str, target: &str, body: &str) -> Vec<String> {
    send(host, method, target, body);
    let requests = received(host).requests();
    let advice = requests.last().unwrap().advice.iter();
    advice.map(|text| text.split(". ").next().unwrap().to_owned()).collect()
}

/// Contract DO-4-3, SJ-4-1, CN-3-2: any status is stored, by whatever request.
#[test]
fn a_status_that_is_written_around_the_states_is_told() {
    let host = host();
    let job = with_a_job(&host);
    let jobs = "/.elastic-connectors-sync-jobs";
    let update = format!("{jobs}/_update/{job}");
    let around =
        |from: &str, to: &str| vec![format!("sync job [{job}] was written from {from} to {to}")];
    let status = |status: &str| format!(r#"{{"doc":{{"status":"{status}"}}}}"#);
    assert_eq!(told(&host, "POST", &update, &status("suspended")), [""; 0]);
    assert_eq!(
        told(&host, "POST", &update, &status("completed")),
        around("suspended", "completed")
    );
    assert_eq!(told(&host, "POST", &update, &status("completed")), [""; 0]);
    assert_eq!(
        told(&host, "POST", &update, &status("cancelled")),
        around("completed", "[cancelled], which is no status")
    );
    let null = r#"{"doc":{"status":null}}"#;
    assert_eq!(told(&host, "POST", &update, null), [""; 0]);
    // Whole documents, and many at once.
    let document = format!("{jobs}/_doc/{job}");
    assert_eq!(told(&host, "PUT", &document, r#"{"status":"pending"}"#), [""; 0]);
    assert_eq!(
        told(&host, "PUT", &document, r#"{"status":"canceling"}"#),
        around("pending", "canceling")
    );
    assert_eq!(told(&host, "PUT", &document, "{}"), [""; 0]);
    assert_eq!(told(&host, "PUT", &document, r#"{"status":"in_progress"}"#), [""; 0]);
    let action = format!(r#"{{"update":{{"_id":"{job}"}}}}"#);
    let lines =
        [&action, &status("error"), &action, &status("pending")].map(|line| format!("{line}\n"));
    assert_eq!(
        told(&host, "POST", &format!("{jobs}/_bulk"), &lines.concat()),
        around("error", "pending")
    );
    send(&host, "POST", &update, &status("in_progress"));
    assert_eq!(
        told(&host, "DELETE", &document, ""),
        [format!("sync job [{job}] was deleted while it was in_progress")]
    );
    assert_eq!(told(&host, "PUT", &document, r#"{"status":"completed"}"#), [""; 0]);
    // Of a request that was refused nothing is said.
    let stale = format!("{update}?if_seq_no=0&if_primary_term=1");
    assert_eq!(told(&host, "POST", &stale, &status("pending")), [""; 0]);
}

/// Contract DO-4-3, CN-1.6-1.
#[test]
fn documents_of_other_indices_are_not_taken_for_connectors() {
    let host = host();
    send(&host, "PUT", "/_connector/c", "{}");
    let update = "/.elastic-connectors/_update/c";
    assert_eq!(
        told(&host, "POST", update, r#"{"doc":{"status":"connected"}}"#),
        ["connector [c] was written from created to connected"]
    );
    send(&host, "DELETE", "/_connector/c", "");
    assert_eq!(
        told(&host, "POST", update, r#"{"doc":{"name":"n"}}"#),
        ["connector [c] was deleted and then changed"]
    );
    for target in ["/books/_doc/c", "/books/_create/c2", "/c"] {
        assert_eq!(told(&host, "PUT", target, "{}"), [""; 0], "{target}");
    }
    let update = r#"{"doc":{"status":"configured"}}"#;
    assert_eq!(told(&host, "POST", "/books/_update/c", update), [""; 0]);
    assert_eq!(told(&host, "GET", "/.elastic-connectors/_doc/c", ""), [""; 0]);
}
