//! Each fault is real, seen by the requests that it names, and by no fewer of them.

use std::{collections::BTreeSet, fs, path::Path, sync::Barrier, thread, time::Duration};

use api_types::{Timestamp, json::Json};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};

use super::*;
use crate::{Clock, InProcess, MockServer};

/// A server, right or wrong; its clock and its ids are those of every other one.
fn server(fault: Option<Fault>) -> InProcess {
    let start = Timestamp::parse("2026-01-01T12:00:00Z").unwrap();
    let clock = Clock::manual(start, Duration::from_millis(1));
    let builder = MockServer::builder().clock(clock).rng_seed(7);
    match fault {
        Some(fault) => builder.planted_fault(fault).in_process(),
        None => builder.in_process(),
    }
}

/// Sends `METHOD TARGET BODY`; the answer is status and body.
fn send(server: &InProcess, request: &str) -> (u16, String) {
    let mut parts = request.splitn(3, ' ');
    let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = Bytes::from(parts.next().unwrap_or_default().to_owned());
    let response = server.handle(method, target, &headers, body);
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), text)
}

/// The answers to requests; `$job` is the id that the last job got.
fn answers(server: &InProcess, requests: &[&str]) -> Vec<(u16, String)> {
    let mut job = "none".to_owned();
    let mut play = |request: &&str| {
        let answer = send(server, &request.replace("$job", &job));
        if request.starts_with("POST /_connector/_sync_job") {
            let body = Json::parse(answer.1.as_bytes()).unwrap();
            job = body.get("id").and_then(Json::as_str).unwrap_or("none").to_owned();
        }
        answer
    };
    requests.iter().map(&mut play).collect()
}

fn sequential() -> impl Iterator<Item = Fault> {
    Fault::ALL.iter().copied().filter(|fault| !fault.is_concurrent())
}

fn concurrent() -> impl Iterator<Item = Fault> {
    Fault::ALL.iter().copied().filter(|fault| fault.is_concurrent())
}

#[test]
fn there_are_104_faults_for_one_client_and_4_for_several() {
    assert_eq!((sequential().count(), concurrent().count()), (104, 4));
    for fault in Fault::ALL {
        assert_eq!(fault.name().parse(), Ok(*fault));
        let kebab = fault.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(kebab && fault.summary().ends_with('.'), "{fault}");
    }
    let names: BTreeSet<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    assert_eq!(names.len(), Fault::ALL.len());
}

#[test]
fn a_fault_for_one_client_has_a_row_and_the_others_have_none() {
    for fault in Fault::ALL {
        let rows = ROWS.iter().copied().flatten().filter(|(row, _, _)| row == fault).count();
        assert_eq!(rows, usize::from(!fault.is_concurrent()), "{fault}");
    }
}

#[test]
fn a_name_that_no_fault_has_is_answered_with_all_names() {
    let text = "cancel".parse::<Fault>().unwrap_err().to_string();
    let first = "there is no such fault; there are cancel-allows-canceled, cancel-allows-error, ";
    assert!(text.starts_with(first) && text.ends_with(", stale-uniqueness"), "{text}");
}

#[test]
fn every_rule_is_in_the_contract() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/contract");
    let text: String = ["connectors.md", "sync-jobs.md"]
        .map(|file| fs::read_to_string(directory.join(file)).unwrap())
        .concat();
    for fault in Fault::ALL {
        let defined = [format!("**{}**", fault.rule()), format!("| {} |", fault.rule())];
        assert!(defined.iter().any(|id| text.contains(id)), "{fault}: {}", fault.rule());
    }
}

#[test]
fn the_last_answer_is_wrong_and_those_before_are_right() {
    for fault in sequential() {
        let right = answers(&server(None), fault.requests());
        let wrong = answers(&server(Some(fault)), fault.requests());
        let (right_end, right) = right.split_last().unwrap();
        let (wrong_end, wrong) = wrong.split_last().unwrap();
        assert_eq!(right, wrong, "{fault}");
        assert_ne!(right_end, wrong_end, "{fault} is not seen by {:#?}", fault.requests());
    }
}

/// Every request of a sequence is needed: without one of them all answers are right.
#[test]
fn no_request_can_be_left_out() {
    for fault in sequential() {
        let requests = fault.requests();
        for left_out in 0..requests.len() {
            let mut fewer = requests.to_vec();
            fewer.remove(left_out);
            let right = answers(&server(None), &fewer);
            let wrong = answers(&server(Some(fault)), &fewer);
            assert_eq!(right, wrong, "{fault} is seen without {}", requests[left_out]);
        }
    }
}

#[test]
fn one_client_does_not_see_a_fault_for_several() {
    for fault in concurrent() {
        for requests in sequential().map(Fault::requests).chain([fault.requests()]) {
            let right = answers(&server(None), requests);
            assert_eq!(answers(&server(Some(fault)), requests), right, "{fault}: {requests:#?}");
        }
    }
}

/// Sends two requests at once, after others; the answers to both, and what is read after them.
fn at_once(server: &InProcess, before: &[&str], both: [&str; 2], read: &str) -> [(u16, String); 3] {
    server.reset();
    // The id that was made last; only that of a job is asked for.
    let made = answers(server, before).pop().map(|(_, body)| Json::parse(body.as_bytes()).unwrap());
    let job = made.as_ref().and_then(|made| made.get("id")?.as_str());
    let named = |request: &str| request.replace("$job", job.unwrap_or_default());
    let barrier = Barrier::new(2);
    let answer = |request: &str| {
        barrier.wait();
        send(server, &named(request))
    };
    let [one, other] = both;
    let (one, other) = thread::scope(|scope| {
        let other = scope.spawn(|| answer(other));
        (answer(one), other.join().unwrap())
    });
    [one, other, send(server, &named(read))]
}

/// How often something is seen in so many rounds.
fn seen(fault: Option<Fault>, round: impl Fn(&InProcess) -> bool) -> usize {
    let server = server(fault);
    (0..100).filter(|_| round(&server)).count()
}

#[test]
fn two_updates_of_a_connector_at_once_lose_one() {
    let [made, name, check_in, get] = Fault::LostUpdateOfConnector.requests() else { panic!() };
    let loses = |server: &InProcess| {
        let [one, other, (_, connector)] = at_once(server, &[made], [name, check_in], get);
        assert_eq!((one.0, other.0), (200, 200));
        !(connector.contains(r#""name":"n""#) && connector.contains("last_seen"))
    };
    assert_eq!(seen(None, loses), 0);
    assert!(seen(Some(Fault::LostUpdateOfConnector), loses) > 0);
}

#[test]
fn two_updates_of_a_job_at_once_lose_one() {
    let [connector, made, claim, stats, get] = Fault::LostUpdateOfJob.requests() else { panic!() };
    let loses = |server: &InProcess| {
        let [one, other, (_, job)] = at_once(server, &[connector, made], [claim, stats], get);
        assert_eq!((one.0, other.0), (200, 200), "{one:?} {other:?}");
        !(job.contains("in_progress") && job.contains(r#""indexed_document_count":2"#))
    };
    assert_eq!(seen(None, loses), 0);
    assert!(seen(Some(Fault::LostUpdateOfJob), loses) > 0);
}

#[test]
fn a_read_in_company_finds_what_was_there_before_the_last_write() {
    let [made, get, list] = Fault::StaleRead.requests() else { panic!() };
    let is_stale = |server: &InProcess| {
        let [read, _, again] = at_once(server, &[made], [get, list], get);
        assert_eq!(again.0, 200, "alone again");
        read.0 == 404
    };
    assert_eq!(seen(None, is_stale), 0);
    assert!(seen(Some(Fault::StaleRead), is_stale) > 0);
}

#[test]
fn two_connectors_made_at_once_get_the_same_index() {
    let [one, other] = Fault::StaleUniqueness.requests() else { panic!() };
    let both = |server: &InProcess| {
        let [one, other, _] = at_once(server, &[], [one, other], "GET /_connector");
        (one.0, other.0) == (201, 201)
    };
    assert_eq!(seen(None, both), 0);
    assert!(seen(Some(Fault::StaleUniqueness), both) > 0);
}
