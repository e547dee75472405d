//! The differences on record: where the documentation and the server differ, and where the mock
//! and Elasticsearch do. `docs/divergences.md` says the same for people.

use api_types::endpoint::Operation;
use serde::Deserialize;

/// The list, `docs/divergences.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergences {
    /// Where the documentation says something else than the server does.
    pub documentation: Vec<DocumentationDivergence>,
    /// Where the mock does something else than Elasticsearch does.
    pub mock: Vec<MockDivergence>,
}

/// A difference between the documentation and the server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentationDivergence {
    /// The name that cases refer to.
    pub id: String,
    /// The dotted name of the operation.
    pub operation: String,
    /// The document.
    pub document: String,
    /// The lines in the document; none if it is about something that the document leaves out.
    pub lines: Vec<usize>,
    /// What the documentation says.
    pub documented: String,
    /// What the server does.
    pub server: String,
    /// The contract's rules about it.
    pub contract: Vec<String>,
}

/// A difference between the mock and Elasticsearch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MockDivergence {
    /// The name.
    pub id: String,
    /// What the mock does.
    pub mock: String,
    /// What Elasticsearch does.
    pub elasticsearch: String,
    /// The contract's rules about it.
    pub contract: Vec<String>,
}

impl Divergences {
    /// The list that this program carries.
    ///
    /// # Errors
    /// If the list is not of the shape above, which a test excludes.
    pub fn embedded() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("../../../docs/divergences.json"))
    }

    /// The difference of that name between documentation and server.
    #[must_use]
    pub fn documented(&self, id: &str) -> Option<&DocumentationDivergence> {
        self.documentation.iter().find(|divergence| divergence.id == id)
    }
}

impl DocumentationDivergence {
    /// `cancel-connector-sync-job-api.asciidoc:18, 19`
    #[must_use]
    pub fn place(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(ToString::to_string).collect();
        if lines.is_empty() {
            self.document.clone()
        } else {
            format!("{}:{}", self.document, lines.join(", "))
        }
    }

    /// The operation, if the table has it.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        Operation::from_name(&self.operation)
    }
}
