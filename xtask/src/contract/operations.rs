//! Each operation has cases of every kind, and a case for each of its statuses.

use std::collections::BTreeSet;

use api_types::endpoint::{Body, ENDPOINTS, Method, Operation};

use super::{
    answer::{Answer, Exception},
    proof::{Kind, Proof},
    responses::Response,
};
use crate::finding::Finding;

/// The list of operations.
const TABLE: &str = "crates/api-types/src/endpoint/table.rs";

/// The type of a refused request.
const VALIDATION: &str = "action_request_validation_exception";

/// How many statuses have a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) operations: usize,
    pub(super) complete: usize,
    pub(super) statuses: usize,
    pub(super) shown: usize,
}

/// Looks at each operation of the table.
pub(super) fn check(proofs: &[Proof], responses: &[Response]) -> (Count, Vec<Finding>) {
    let mut count = Count::default();
    let mut findings = Vec::new();
    for operation in Operation::ALL {
        let answers: Vec<&Answer> = answers(proofs, *operation).collect();
        let missing = missing_kinds(*operation, &answers, responses);
        count.operations += 1;
        if missing.is_empty() {
            count.complete += 1;
        }
        for kind in missing {
            findings.push(Finding::whole(TABLE, format!("{operation} has no case of {kind}")));
        }
        for status in statuses(*operation) {
            count.statuses += 1;
            if answers.iter().any(|answer| answer.status == status) {
                count.shown += 1;
            } else {
                let message = format!("{operation} has no case with status {status}");
                findings.push(Finding::whole(TABLE, message));
            }
        }
    }
    (count, findings)
}

/// What the cases of an operation assert of it.
fn answers(proofs: &[Proof], operation: Operation) -> impl Iterator<Item = &Answer> {
    let own = move |proof: &&Proof| proof.kind == Kind::Case && proof.about == Some(operation);
    let answers = proofs.iter().filter(own).flat_map(|proof| &proof.answers);
    answers.filter(move |answer| answer.operation == operation)
}

/// The statuses of all its rows.
fn statuses(operation: Operation) -> BTreeSet<u16> {
    let rows = ENDPOINTS.iter().filter(|row| row.operation == operation);
    rows.flat_map(|row| row.statuses.iter().copied()).collect()
}

fn missing_kinds(
    operation: Operation,
    answers: &[&Answer],
    responses: &[Response],
) -> Vec<&'static str> {
    let has = |is: &dyn Fn(&Answer) -> bool| answers.iter().any(|answer| is(answer));
    let outer = |answer: &Answer, is: &dyn Fn(&Exception) -> bool| {
        answer.status == 400 && answer.errors.first().is_some_and(is)
    };
    // An answer without a body does not say what is wrong.
    let is_told = operation.endpoints().any(|row| row.method != Method::Head);
    let takes_none = operation.endpoints().all(|row| matches!(row.body, Body::None));
    // Where no request can be invalid, a refused parameter is what comes next to it.
    let validates = responses.iter().any(|response| {
        let kind = response.errors.first().map(|error| error.kind.as_str());
        response.operation == operation && kind == Some(VALIDATION)
    });
    let kinds: [(&'static str, bool); 4] = [
        ("success", has(&|answer| (200..300).contains(&answer.status))),
        ("not found", !statuses(operation).contains(&404) || has(&|answer| answer.status == 404)),
        (
            "a bad body",
            !is_told
                || has(&|answer| {
                    outer(answer, &|error| {
                        if takes_none { is_unwanted_body(error) } else { is_bad_body(error) }
                    })
                }),
        ),
        (
            "validation",
            !is_told
                || has(&|answer| {
                    outer(answer, &|error| {
                        if validates {
                            error.kind == VALIDATION
                        } else {
                            is_refused_parameter(error)
                        }
                    })
                }),
        ),
    ];
    kinds.into_iter().filter(|(_, is_there)| !is_there).map(|(kind, _)| kind).collect()
}

fn reason(error: &Exception) -> &str {
    error.reason.as_deref().unwrap_or_default()
}

fn is_unwanted_body(error: &Exception) -> bool {
    reason(error).ends_with("does not support having a body")
}

fn is_bad_body(error: &Exception) -> bool {
    let kinds = [
        "parse_exception",
        "parsing_exception",
        "x_content_parse_exception",
        "x_content_e_o_f_exception",
    ];
    let reason = reason(error);
    kinds.contains(&error.kind.as_str())
        || ["Required [", "Malformed content"].iter().any(|start| reason.starts_with(start))
}

fn is_refused_parameter(error: &Exception) -> bool {
    let reason = reason(error);
    reason.contains("contains unrecognized parameter")
        || reason.starts_with("Failed to parse")
        || reason.starts_with("Parameter [")
        || reason.starts_with("Unknown ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::shown;

    fn proof(operation: Operation, status: u16, kind: &str, reason: &str) -> Proof {
        let error = Exception { kind: kind.to_owned(), reason: Some(reason.to_owned()) };
        Proof {
            kind: Kind::Case,
            path: "p".to_owned(),
            line: 3,
            name: String::new(),
            text: String::new(),
            about: Some(operation),
            answers: vec![Answer { operation, status, errors: vec![error] }],
        }
    }

    fn check_of(operation: Operation, proofs: &[Proof], expected: &[&str]) {
        let findings = check(proofs, &[]).1;
        let name = operation.name();
        let own = shown(&findings).into_iter().filter_map(|finding| {
            let rest = finding.split_once(&format!("{name} has no case "))?.1;
            Some(rest.to_owned())
        });
        assert_eq!(own.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_operation_without_cases_is_told_kind_by_kind_and_status_by_status() {
        let all = [
            "of success",
            "of not found",
            "of a bad body",
            "of validation",
            "with status 200",
            "with status 400",
            "with status 404",
        ];
        check_of(Operation::Get, &[], &all);
        let (count, _) = check(&[], &[]);
        let all = Operation::ALL.len();
        assert_eq!((count.operations, count.complete, count.shown), (all, 0, 0));
    }

    #[test]
    fn a_case_counts_for_its_own_operation_alone() {
        let get = Operation::Get;
        let body = "request [GET /_connector/c] does not support having a body";
        let parameter = "request [/_connector/c] contains unrecognized parameter: [x]";
        let mut proofs = vec![
            proof(get, 200, "", ""),
            proof(get, 404, "t", "r"),
            proof(get, 400, "illegal_argument_exception", body),
            proof(get, 400, "illegal_argument_exception", parameter),
        ];
        check_of(get, &proofs, &[]);
        proofs[2].about = Some(Operation::List);
        check_of(get, &proofs, &["of a bad body"]);
    }
}
