//! Files with data can be read.

use serde_json::Value;

use crate::{finding::Finding, workspace::TextFile};

/// Every JSON file below these directories is read.
const DIRECTORIES: [&str; 3] = ["clients/", "docs/", "fixtures/"];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let is_data = |file: &&TextFile| {
        file.has_extension("json") && DIRECTORIES.iter().any(|it| file.path.starts_with(it))
    };
    let finding = |file: &TextFile| {
        let error = serde_json::from_str::<Value>(&file.text).err()?;
        Some(Finding::at(&file.path, error.line(), format!("is no JSON: {error}")))
    };
    files.iter().filter(is_data).filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::{files, shown};

    #[test]
    fn what_is_no_json_is_told_with_its_line() {
        let texts =
            [("fixtures/a.json", "{}"), ("fixtures/b.json", "{\n\"a\":\n}"), ("x.json", "")];
        let expected = "fixtures/b.json:3: is no JSON: expected value at line 3 column 1";
        assert_eq!(shown(&check(&files(&texts))), [expected]);
    }
}
