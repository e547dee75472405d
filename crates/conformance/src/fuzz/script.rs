//! A sequence as a script of `curl` commands that anybody can run against an empty server.

use std::fmt::Write as _;

use super::{
    Context,
    play::Violation,
    step::{Action, Ids, Ref, Step},
    target::Request,
};
use crate::exchange::CurlCredentials;

/// The script. Ids that the server makes are taken out of its answers and carried on.
#[must_use]
pub fn script(steps: &[Step], violation: &Violation, context: &Context) -> String {
    let url = context.server.as_ref().map_or("http://127.0.0.1:9200", |server| &server.url);
    let (needs, who) = match context.credentials {
        CurlCredentials::None => ("", ""),
        CurlCredentials::User => {
            ("\n# ES_CONFORMANCE_USER is USER:PASSWORD", " -u \"$ES_CONFORMANCE_USER\"")
        }
        CurlCredentials::ApiKey => (
            "\n# ES_CONFORMANCE_API_KEY is an encoded API key",
            " -H \"Authorization: ApiKey $ES_CONFORMANCE_API_KEY\"",
        ),
    };
    let mut text = format!(
        "#!/bin/sh\n# Shows what is wrong with a server, from an empty one. Usage: sh FILE [URL]{needs}\nset -eu\nURL=${{1:-{url}}}\n",
    );
    let _ = write!(
        text,
        "send() {{ # METHOD PATH [BODY]\n  if [ $# -gt 2 ]; then\n    curl -sS{who} --path-as-is -g -X \"$1\" -H 'content-type: application/json' --data-binary \"$3\" \"$URL$2\"\n  else\n    curl -sS{who} --path-as-is -g -X \"$1\" \"$URL$2\"\n  fi\n}}\n"
    );
    text.push_str("id_of() { printf '%s' \"$1\" | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/'; }\n");
    let last = steps.len();
    for (at, step) in steps.iter().enumerate() {
        let number = at + 1;
        let Action::Call(call) = &step.action else {
            let _ = writeln!(text, "\necho '{number}. empty the server'");
            text.push_str("curl -sS -X POST \"$URL/_mock/reset\"; echo\n");
            continue;
        };
        let _ = writeln!(text, "\necho '{number}. {}'", call.operation);
        let request = Request::of(&call.resolve(&placeholders(steps)));
        let command = command(&request);
        if step.makes().is_some() {
            let _ = writeln!(text, "answer=$({command}); echo \"$answer\"");
            let _ = writeln!(text, "id{}=$(id_of \"$answer\")", step.label);
        } else {
            let _ = writeln!(text, "{command}; echo");
        }
        if number == last {
            let mismatch = &violation.mismatch;
            let (place, expected) = (comment(&mismatch.place), comment(&mismatch.expected));
            let actual = comment(&mismatch.actual);
            let _ = writeln!(text, "# {place} has to be: {expected}");
            let _ = writeln!(text, "# and was:  {actual}");
            if !violation.rule.is_empty() {
                let _ = writeln!(text, "# (contract {})", violation.rule);
            }
        }
    }
    text
}

/// The sequence as numbered lines.
#[must_use]
pub fn numbered(steps: &[Step]) -> Vec<String> {
    let ids = placeholders(steps);
    steps
        .iter()
        .map(|step| match &step.action {
            Action::Reset => "empty the server".to_owned(),
            Action::Call(call) => {
                let request = Request::of(&call.resolve(&ids));
                let body = request.body.map(|body| format!(" {body}")).unwrap_or_default();
                let text = format!("{} {}{body}", request.method, request.target);
                shown_ids(&text)
            }
        })
        .collect()
}

/// Stands for the id that a step makes; no encoding of a path changes it.
fn placeholder(label: u32) -> String {
    format!("__id{label}__")
}

fn placeholders(steps: &[Step]) -> Ids {
    let mut ids = Ids::default();
    let makers = steps.iter().filter(|step| step.makes().is_some()).map(|step| step.label);
    let named = steps.iter().flat_map(Step::refs).filter_map(|reference| match reference {
        Ref::Made(label) => Some(*label),
        Ref::Named(_) => None,
    });
    for label in makers.chain(named) {
        ids.keep(label, &placeholder(label));
    }
    ids
}

/// `<id of step 2>`
fn shown_ids(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("__id") {
        shown.push_str(before);
        match after.split_once("__") {
            Some((label, after)) if label.bytes().all(|byte| byte.is_ascii_digit()) => {
                let _ = write!(shown, "<id of step {label}>");
                rest = after;
            }
            _ => {
                shown.push_str("__id");
                rest = after;
            }
        }
    }
    shown.push_str(rest);
    shown
}

fn command(request: &Request) -> String {
    let mut command = format!("send {} {}", request.method, word(&request.target));
    if let Some(body) = &request.body {
        let _ = write!(command, " {}", word(body));
    }
    command
}

/// One word for `sh`, with the ids put in.
fn word(text: &str) -> String {
    let mut quoted = format!("'{}'", text.replace('\'', r"'\''"));
    while let Some(start) = quoted.find("__id") {
        let rest = quoted.get(start + 4..).unwrap_or_default();
        let Some((label, after)) = rest.split_once("__") else { break };
        let before = quoted.get(..start).unwrap_or_default();
        quoted = format!("{before}'\"$id{label}\"'{after}");
    }
    quoted
}

fn comment(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
