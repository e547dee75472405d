//! `docs/statuses.md`: the two state machines and what operations do to them.

use std::fmt::Write as _;

use api_types::{
    Effect, Next, WireEnum, connector::ConnectorStatus, endpoint::Operation, sync_job::SyncStatus,
};

use super::markdown::{code, notice, table};

/// A state machine as the page shows it.
struct Machine<S: Status> {
    title: &'static str,
    rules: &'static str,
    introduction: &'static str,
    effects: &'static [Effect<S>],
}

/// A status with its steps.
trait Status: WireEnum + std::fmt::Debug + std::fmt::Display {
    fn may_become(self, to: Self) -> bool;
}

impl Status for ConnectorStatus {
    fn may_become(self, to: Self) -> bool {
        self.transition(to).is_ok()
    }
}

impl Status for SyncStatus {
    fn may_become(self, to: Self) -> bool {
        self.transition(to).is_ok()
    }
}

const CONNECTOR: Machine<ConnectorStatus> = Machine {
    title: "Connector",
    rules: "CN-3",
    introduction: "The state machine is asked by `connector.update_status` alone.\nA step that it does not allow is a 400; an allowed step to the same status is a `noop`.\n",
    effects: ConnectorStatus::EFFECTS,
};

const SYNC_JOB: Machine<SyncStatus> = Machine {
    title: "Sync job",
    rules: "SJ-4",
    introduction: "The state machine is asked by `connector.sync_job_cancel` and `connector.sync_job_error`.\nA step that it does not allow is a 400, one to the same status too.\nSteps without a name are the connector service's, which writes the document itself.\n",
    effects: SyncStatus::EFFECTS,
};

/// The text of the page.
pub(super) fn render() -> String {
    let mut text = format!("# Statuses\n\n{}\n", notice());
    text.push_str("The tables in the code are `successors` and `EFFECTS` of `ConnectorStatus` and of `SyncStatus` (`crates/api-types/src/connector/status.rs`, `crates/api-types/src/sync_job/status.rs`).\n\n");
    text.push_str(&section(&CONNECTOR));
    text.push('\n');
    text.push_str(&section(&SYNC_JOB));
    text
}

fn section<S: Status>(machine: &Machine<S>) -> String {
    let Machine { title, rules, introduction, effects } = machine;
    let mut text = format!("## {title}\n\nContract section {rules}.\n{introduction}\n");
    text.push_str(&steps_table::<S>());
    let _ = write!(text, "\n{}", diagram(&checked_steps(effects)));
    text.push_str("\n### What operations do\n\nThe status afterwards, by the status before.\nOperations that are not listed leave the status as it is.\n\n");
    text.push_str(&effects_table(effects));
    text.push_str("\nWhat is set without asking the state machine:\n\n");
    text.push_str(&diagram(&free_steps(effects)));
    text
}

/// From × to.
fn steps_table<S: Status>() -> String {
    let mut head = vec!["from \\ to"];
    head.extend(S::NAMES);
    let rows = S::ALL.iter().map(|from| {
        let may = |to: &S| if from.may_become(*to) { "yes" } else { "no" }.to_owned();
        let mut row = vec![code(from)];
        row.extend(S::ALL.iter().map(may));
        row
    });
    table(&head, rows)
}

/// Operation × from.
fn effects_table<S: Status>(effects: &[Effect<S>]) -> String {
    let mut head = vec!["operation", "rule"];
    head.extend(S::NAMES);
    let rows = effects.iter().map(|effect| {
        let mut operation = names(effect.operations, ", ");
        if let Some(when) = effect.when {
            operation = format!("{operation}, {when}");
        }
        let mut row = vec![operation, effect.rule.to_owned()];
        row.extend(S::ALL.iter().map(|from| after(&effect.next, *from)));
        row
    });
    table(&head, rows)
}

fn after<S: Status>(next: &Next<S>, from: S) -> String {
    match next {
        Next::New(to) => format!("{to} (new)"),
        Next::Asked => "as asked, if allowed".to_owned(),
        Next::Checked(step) => step(from).map_or_else(|_| "400".to_owned(), |to| to.to_string()),
        Next::Set(step) if step(from) == from => "same".to_owned(),
        Next::Set(step) => step(from).to_string(),
    }
}

fn names(operations: &[Operation], separator: &str) -> String {
    operations.iter().map(|it| it.name()).collect::<Vec<_>>().join(separator)
}

/// A step of a diagram, with what makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    from: String,
    to: String,
    by: Vec<String>,
}

/// The steps that the state machine allows, with the operations that ask for them; if none does,
/// with those that make them without asking.
fn checked_steps<S: Status>(effects: &[Effect<S>]) -> Vec<Step> {
    let mut steps = Vec::new();
    for from in S::ALL {
        for to in S::ALL.iter().filter(|to| from.may_become(**to)) {
            let labels = |makes: &dyn Fn(&Next<S>) -> bool| -> Vec<String> {
                effects.iter().filter(|effect| makes(&effect.next)).map(label).collect()
            };
            let mut by = labels(&|next| match next {
                Next::New(_) | Next::Set(_) => false,
                Next::Asked => true,
                Next::Checked(step) => step(*from) == Ok(*to),
            });
            if by.is_empty() {
                by = labels(&|next| matches!(next, Next::Set(step) if step(*from) == *to));
            }
            steps.push(Step { from: from.to_string(), to: to.to_string(), by });
        }
    }
    steps
}

/// What is set without asking. Where the status before does not matter, the step is from `any`.
fn free_steps<S: Status>(effects: &[Effect<S>]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut add = |from: String, to: S, by: String| {
        let to = to.to_string();
        match steps.iter_mut().find(|step| (&step.from, &step.to) == (&from, &to)) {
            Some(step) => step.by.push(by),
            None => steps.push(Step { from, to, by: vec![by] }),
        }
    };
    for effect in effects {
        match effect.next {
            Next::New(to) => add("[*]".to_owned(), to, label(effect)),
            Next::Asked | Next::Checked(_) => {}
            Next::Set(step) => {
                let ends: Vec<S> = S::ALL.iter().map(|from| step(*from)).collect();
                match ends.first() {
                    Some(first) if ends.iter().all(|end| end == first) => {
                        add(ANY.to_owned(), *first, label(effect));
                    }
                    _ => {
                        for (from, to) in S::ALL.iter().zip(ends).filter(|(from, to)| *from != to) {
                            add(from.to_string(), to, label(effect));
                        }
                    }
                }
            }
        }
    }
    steps
}

/// The name of the state that stands for all.
const ANY: &str = "any";

/// The operation as a diagram shows it: without the first word of its name.
fn label<S: Status>(effect: &Effect<S>) -> String {
    let name = |it: &Operation| it.name().split_once('.').map_or(it.name(), |(_, rest)| rest);
    let names: Vec<&str> = effect.operations.iter().map(name).collect();
    let when =
        effect.when.map(|when| format!("<br/>{}", when.replace('`', ""))).unwrap_or_default();
    format!("{}{when}", names.join(", "))
}

fn diagram(steps: &[Step]) -> String {
    let mut text = "```mermaid\nstateDiagram-v2\n".to_owned();
    if steps.iter().any(|step| step.from == ANY) {
        let _ = writeln!(text, "    state \"any status\" as {ANY}");
    }
    // A word that is the same everywhere says nothing.
    let says = |by: &[String]| !by.is_empty() && steps.iter().any(|step| step.by != by);
    for Step { from, to, by } in steps {
        let _ = match by.as_slice() {
            by if !says(by) => writeln!(text, "    {from} --> {to}"),
            by => writeln!(text, "    {from} --> {to}: {}", by.join("<br/>")),
        };
    }
    text.push_str("```\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: contract SJ-4.
    #[test]
    fn the_steps_of_a_job_are_labelled_with_the_operations_that_make_them() {
        let expected = "\
```mermaid
stateDiagram-v2
    canceling --> canceled
    canceling --> error: sync_job_error
    in_progress --> canceling: sync_job_cancel
    in_progress --> completed
    in_progress --> error: sync_job_error
    in_progress --> suspended
    pending --> canceled: sync_job_cancel
    pending --> in_progress: sync_job_claim
    suspended --> canceled: sync_job_cancel
    suspended --> in_progress: sync_job_claim
```
";
        assert_eq!(diagram(&checked_steps(SyncStatus::EFFECTS)), expected);
    }

    // Expected values: contract CN-3-10.
    #[test]
    fn what_is_set_freely_is_a_step_from_any_status_where_it_does_not_matter() {
        let expected = "\
```mermaid
stateDiagram-v2
    state \"any status\" as any
    [*] --> created: post, put<br/>is_native is not true
    [*] --> needs_configuration: post, put<br/>is_native is true
    any --> configured: update_configuration
    any --> connected: update_error<br/>error is null or empty
    any --> error: update_error<br/>error is a text
    configured --> needs_configuration: update_service_type
    connected --> needs_configuration: update_service_type
    error --> needs_configuration: update_service_type
    connected --> configured: update_native
```
";
        assert_eq!(diagram(&free_steps(ConnectorStatus::EFFECTS)), expected);
    }

    // Expected values: contract SJ-4-9.
    #[test]
    fn a_row_says_what_an_operation_makes_of_each_status() {
        let row = "| connector.sync_job_cancel | SJ-4-9 | 400 | 400 | 400 | 400 | canceling | canceled | canceled |\n";
        let text = effects_table(SyncStatus::EFFECTS);
        assert!(text.contains(row), "{text}");
    }
}
