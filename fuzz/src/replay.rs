//! Replay files of `connector-conformance fuzz` (`docs/fuzzing.md`).

use conformance::fuzz::{
    replay::{Replay, ReplayError},
    step::{Ref, Step},
};

use crate::{hold, same, seeds};

/// Words of replay files.
pub const WORDS: &[&str] = &[
    r#"{"connector_fuzz":1,"prefix":"fuzz-","steps":["#,
    "]}",
    r#""connector_fuzz":"#,
    r#""prefix":"#,
    r#""steps":["#,
    r#"{"step":1,"reset":true}"#,
    r#"{"step":2,"call":"connector.put","id":"fuzz-c0"}"#,
    r#""step":"#,
    r#""call":"connector.sync_job_post""#,
    r#""call":"connector.sync_job_get""#,
    r#""call":"update""#,
    r#""index":".elastic-connectors-sync-jobs-v1""#,
    r#""id":{"made_by":1}"#,
    r#""connector":"fuzz-c0""#,
    r#""connector":{"made_by":1}"#,
    r#""query":{"include_deleted":"true"}"#,
    r#""body":{}"#,
    "4294967295",
    "4294967296",
    "-1",
    "null",
    "\u{feff}",
];

/// What can be read is written and read again as the same, and written as the same text; its steps
/// have numbers of their own and refer to steps before them. What cannot be read is told with a
/// place in it.
///
/// # Errors
/// With what is wrong.
pub fn check(input: &[u8]) -> Result<(), String> {
    match Replay::parse(input) {
        Ok(replay) => {
            check_steps(&replay.steps)?;
            let text = replay.to_text();
            let again = Replay::parse(text.as_bytes())
                .map_err(|error| format!("{error} in what was written: {text}"))?;
            same("sequence, read again", &again, &replay)?;
            same("text, written again", &again.to_text(), &text)
        }
        Err(error) => {
            same("error, read again", &Replay::parse(input).err(), &Some(error.clone()))?;
            check_error(&error, input)
        }
    }
}

fn check_steps(steps: &[Step]) -> Result<(), String> {
    let mut known = Vec::new();
    for step in steps {
        let label = step.label;
        for reference in step.refs() {
            if let Ref::Made(made_by) = reference {
                hold(known.contains(made_by), || {
                    format!("step {label} refers to {made_by}, which is not before it")
                })?;
            }
        }
        hold(!known.contains(&label), || format!("there are two steps {label}"))?;
        known.push(label);
    }
    Ok(())
}

fn check_error(error: &ReplayError, input: &[u8]) -> Result<(), String> {
    match error {
        ReplayError::Version | ReplayError::Member(..) => Ok(()),
        ReplayError::Step { number, problem } => {
            hold(*number > 0 && !problem.is_empty(), || format!("{error:?} says too little"))
        }
        ReplayError::Json { line, .. } => {
            let breaks = input.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
            hold((1..=breaks + 1).contains(line), || format!("line {line} of {}", breaks + 1))
        }
    }
}

/// None of the fixtures is a sequence; those to start from are in `seeds/replay`.
#[must_use]
pub const fn seeds(_: &seeds::Fixtures) -> Vec<Vec<u8>> {
    Vec::new()
}
