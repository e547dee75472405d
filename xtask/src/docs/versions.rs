//! `docs/versions.md`: what changed from version to version, from the two tables.

use std::fmt::Write as _;

use api_types::{
    Version,
    differences::{Affected, DIFFERENCES, Entry, Seen},
    endpoint::ENDPOINTS,
};

const HEAD: &str = "# Versions

What Elasticsearch answers differently since which version.
`connector-mock --es-version` serves it; the ids are those of the [contract](contract/README.md).
This page is made from `crates/api-types/src/differences` and `crates/api-types/src/endpoint/table.rs`; do not edit it.

";

/// The page.
pub(crate) fn render() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("## Differences\n\n| since | before | since then | operations | contract |\n| --- | --- | --- | --- | --- |\n");
    for version in Version::LINES {
        for entry in DIFFERENCES.iter().filter(|entry| entry.since == version) {
            row(&mut page, entry);
        }
    }
    page.push_str("\n## Not seen in the answers of a server with its defaults\n\n");
    for entry in DIFFERENCES {
        if let Seen::Elsewhere(reason) = entry.seen {
            line(&mut page, format_args!("- {}: {reason}.", entry.contract));
        }
    }
    page.push_str("\n## Operations and query parameters\n\nThe first version of each; what is not listed is there from the beginning, 8.12.\n\n| since | operation | request |\n| --- | --- | --- |\n");
    for version in Version::LINES.into_iter().skip(1) {
        operations(&mut page, version);
    }
    page
}

fn line(page: &mut String, line: std::fmt::Arguments<'_>) {
    let _ = writeln!(page, "{line}");
}

/// `8.15`
fn short(version: Version) -> String {
    format!("{}.{}", version.major, version.minor)
}

/// A text in a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn row(page: &mut String, entry: &Entry) {
    let operations = match entry.affected {
        Affected::Everything => "all".to_owned(),
        Affected::Bodies => "all with a body".to_owned(),
        Affected::Operations(operations) => {
            operations.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
        }
    };
    line(
        page,
        format_args!(
            "| {} | {} | {} | {operations} | {} |",
            short(entry.since),
            cell(entry.before),
            cell(entry.after),
            entry.contract
        ),
    );
}

fn operations(page: &mut String, version: Version) {
    for row in ENDPOINTS.iter().filter(|row| row.since == version) {
        line(
            page,
            format_args!(
                "| {} | `{}` | `{} {}` |",
                short(version),
                row.operation,
                row.method,
                row.path
            ),
        );
    }
    for row in ENDPOINTS.iter().filter(|row| row.since < version) {
        for param in row.query.iter().filter(|param| param.since == version) {
            line(
                page,
                format_args!(
                    "| {} | `{}` | `{} {}?{}` |",
                    short(version),
                    row.operation,
                    row.method,
                    row.path,
                    param.name
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;

    /// `WRITE_DOCS=1 cargo test -p xtask versions_page` writes the page anew.
    #[test]
    fn the_versions_page_is_that_of_the_tables() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/versions.md");
        if env::var_os("WRITE_DOCS").is_some() {
            fs::write(&path, render()).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == render(),
            "docs/versions.md is not that of the tables; WRITE_DOCS=1 cargo test -p xtask versions_page writes it"
        );
    }

    #[test]
    fn every_difference_and_every_late_row_has_a_line() {
        let page = render();
        for entry in DIFFERENCES {
            assert!(page.contains(&format!("| {} |", entry.contract)), "{}", entry.contract);
        }
        assert!(page.contains("| 8.15 | `connector.sync_job_claim` | `PUT /_connector/_sync_job/{connector_sync_job_id}/_claim` |"));
        assert!(
            page.contains(
                "| 9.0 | `connector.delete` | `DELETE /_connector/{connector_id}?hard` |"
            )
        );
    }
}
