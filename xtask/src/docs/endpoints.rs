//! `docs/endpoints.md`: every operation, what it takes, what it answers, and the cases about it.

use std::collections::BTreeMap;

use api_types::{
    Version,
    answers::answer,
    endpoint::{Availability, Body, Endpoint, Family, GENERIC_PARAMS, Operation, ParamKind},
};
use conformance::{case::CaseKind, fixture::short_name, suite::Suite};

use super::{
    fields,
    markdown::{code, notice, table},
};

/// How many cases there are, by operation.
type Cases = BTreeMap<Operation, Count>;

/// The cases of an operation.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    written: usize,
    examples: usize,
}

/// The text of the page.
pub(super) fn render() -> anyhow::Result<String> {
    Ok(page(&cases(&Suite::embedded()?)))
}

fn cases(suite: &Suite) -> Cases {
    let mut cases = Cases::new();
    for case in &suite.cases {
        let count = cases.entry(case.operation).or_default();
        match case.kind {
            CaseKind::Case => count.written += 1,
            CaseKind::Example => count.examples += 1,
        }
    }
    cases
}

fn page(cases: &Cases) -> String {
    let mut text = format!("# Endpoints\n\n{}", notice());
    text.push_str(INTRODUCTION);
    text.push_str(&overview(cases));
    for operation in Operation::ALL {
        text.push('\n');
        text.push_str(&section(*operation, cases));
    }
    text.push('\n');
    text.push_str(&objects());
    text
}

const INTRODUCTION: &str = "\
The table in the code is `ENDPOINTS` (`crates/api-types/src/endpoint/table.rs`); behaviour is in the [contract](contract/README.md).
For programs there is [openapi.json](openapi.json), which describes the Connector APIs alone.
`update`, `get` and `exists` are served for the indices of connectors and sync jobs, and what is not served of them is refused ([contract](contract/documents.md) DO-4-6).

";

fn overview(cases: &Cases) -> String {
    let rows = Operation::ALL.iter().flat_map(|operation| {
        operation.endpoints().map(|row| {
            let name = operation.name();
            let count = cases.get(operation).copied().unwrap_or_default();
            [
                format!("[{name}](#{})", name.replace('.', "")),
                code(format!("{} {}", row.method, row.path)),
                short_version(row.since),
                row.stability.name().to_owned(),
                (count.written + count.examples).to_string(),
            ]
        })
    });
    table(&["operation", "request", "since", "stability", "cases"], rows)
}

fn section(operation: Operation, cases: &Cases) -> String {
    let mut text = format!("## {}\n\n{}.\n\n", operation.name(), operation.summary());
    for row in operation.endpoints() {
        text.push_str(&facts(row));
    }
    text.push_str(&case_line(operation, cases));
    let Some(row) = operation.endpoints().next() else { return text };
    if !row.query.is_empty() || row.path_params().next().is_some() {
        text.push_str("\nParameters:\n\n");
        text.push_str(&parameters(row));
    }
    if let Body::Optional(schema) | Body::Required(schema) = row.body {
        let needed = if matches!(row.body, Body::Required(_)) { "required" } else { "optional" };
        text.push_str(&format_body(needed, schema.parser));
        text.push_str(&fields::members(schema));
    }
    text
}

fn format_body(needed: &str, parser: &str) -> String {
    format!("\nBody, {needed} (parser `{parser}`):\n\n")
}

fn facts(row: &Endpoint) -> String {
    let statuses: Vec<String> = row.statuses.iter().map(u16::to_string).collect();
    let answers = answer(row.operation, Version::NEWEST);
    let members: Vec<String> = answers.fields.iter().map(|field| code(field.name)).collect();
    let is_stored = row.operation.family() == Family::Connectors && members.len() > 4;
    let members = if is_stored {
        format!("the {} document", answers.parser.replace("connector_sync_job", "sync job"))
    } else {
        format!("{{{}}}", members.join(", "))
    };
    format!(
        "- `{} {}`: since {}, {}, {}, {}; statuses {}; answers {members}\n",
        row.method,
        row.path,
        short_version(row.since),
        row.stability.name(),
        row.visibility.name(),
        availability(row.availability),
        statuses.join(", "),
    )
}

fn case_line(operation: Operation, cases: &Cases) -> String {
    let count = cases.get(&operation).copied().unwrap_or_default();
    let name = short_name(operation);
    let mut line = format!("- cases: {}", count.written);
    if count.written > 0 {
        line = format!("{line} in [{name}.yml](../fixtures/cases/{name}.yml)");
    }
    if count.examples > 0 {
        line = format!(
            "{line}, examples: {} in [{name}](../fixtures/examples/{name})",
            count.examples
        );
    }
    line.push('\n');
    line
}

fn parameters(row: &Endpoint) -> String {
    let path = row
        .path_params()
        .map(|name| [code(name), "path".to_owned(), "string".to_owned(), short_version(row.since)]);
    let query = row.query.iter().map(|param| {
        let kind = parameter_kind(param.kind);
        [code(param.name), "query".to_owned(), kind, short_version(param.since)]
    });
    table(&["name", "in", "values", "since"], path.chain(query))
}

fn parameter_kind(kind: ParamKind) -> String {
    match kind {
        ParamKind::Boolean => "`true`, `false`; empty is true".to_owned(),
        ParamKind::Int => "integer, not negative".to_owned(),
        ParamKind::Long => "integer of 64 bits".to_owned(),
        ParamKind::NotServed => "refused by the mock server".to_owned(),
        ParamKind::String => "string".to_owned(),
        ParamKind::List => "strings, separated by commas".to_owned(),
        ParamKind::Enum(values) => fields::one_of(values),
        ParamKind::EnumList(values) => format!("{}, separated by commas", fields::one_of(values)),
    }
}

fn objects() -> String {
    let mut found = BTreeMap::new();
    for row in Operation::ALL.iter().flat_map(|operation| operation.endpoints()) {
        if let Body::Optional(schema) | Body::Required(schema) = row.body {
            fields::nested(schema, &mut found);
        }
    }
    let generic: Vec<String> = GENERIC_PARAMS.iter().map(code).collect();
    let mut text = format!(
        "## Of all operations\n\nEvery operation takes the parameters {}.\nWhat any request may be answered with besides is in the contract's [rest-layer.md](contract/rest-layer.md).\n\n## Objects within bodies\n\nBy the names of their parsers; unknown members are dropped.\n",
        generic.join(", ")
    );
    for (name, schema) in found {
        text.push_str("\n### ");
        text.push_str(name);
        text.push_str("\n\n");
        text.push_str(&fields::members(schema));
    }
    text
}

/// A version without a third number that says nothing.
fn short_version(version: Version) -> String {
    let text = version.to_string();
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

const fn availability(availability: Availability) -> &'static str {
    match availability {
        Availability::StackAndServerless => "stack and serverless",
        Availability::StackOnly => "stack only",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: contract SJ-1-7, SJ-13.
    #[test]
    fn a_section_has_the_facts_of_its_operation() {
        let mut cases = Cases::new();
        cases.insert(Operation::SyncJobClaim, Count { written: 8, examples: 1 });
        let expected = "\
## connector.sync_job_claim

Take up a sync job.

- `PUT /_connector/_sync_job/{connector_sync_job_id}/_claim`: since 8.15, experimental, public, stack and serverless; statuses 200, 400, 404; answers {`result`}
- cases: 8 in [sync_job_claim.yml](../fixtures/cases/sync_job_claim.yml), examples: 1 in [sync_job_claim](../fixtures/examples/sync_job_claim)

Parameters:

| name | in | values | since |
| --- | --- | --- | --- |
| `connector_sync_job_id` | path | string | 8.15 |

Body, required (parser `claim_connector_sync_job`):

| member | required | values |
| --- | --- | --- |
| `worker_hostname` | yes | string |
| `sync_cursor` | no | object |
";
        assert_eq!(section(Operation::SyncJobClaim, &cases), expected);
    }

    #[test]
    fn the_overview_has_a_line_for_each_request() {
        let text = overview(&Cases::new());
        let rows = Operation::ALL.iter().flat_map(|operation| operation.endpoints()).count();
        assert_eq!(text.lines().count(), rows + 2);
        assert!(
            text.contains(
                "| [connector.put](#connectorput) | `PUT /_connector` | 8.15 | beta | 0 |\n"
            ),
            "{text}"
        );
    }
}
