//! The ids that have no case, and why: `docs/contract/without-case.yml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::{finding::Finding, workspace::TextFile};

/// The file.
pub(super) const PATH: &str = "docs/contract/without-case.yml";

/// Ids with one reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    reason: String,
    /// Ids, or `CN-11-1 to CN-11-14`.
    ids: Vec<Spanned<String>>,
}

/// An id without a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) line: usize,
    pub(super) reason: String,
}

/// The ids of the file, and what is wrong in it.
pub(super) fn read(files: &[TextFile]) -> (BTreeMap<String, Listed>, Vec<Finding>) {
    let mut listed = BTreeMap::new();
    let mut findings = Vec::new();
    let Some(file) = files.iter().find(|file| file.path == PATH) else {
        findings.push(Finding::whole(PATH, "this file is missing"));
        return (listed, findings);
    };
    let groups: Vec<Group> = match serde_saphyr::from_str(&file.text) {
        Ok(groups) => groups,
        Err(error) => {
            findings.push(Finding::whole(PATH, error.to_string()));
            return (listed, findings);
        }
    };
    for Group { reason, ids } in groups {
        for id in ids {
            let line = usize::try_from(id.referenced.line()).unwrap_or_default();
            let Some(ids) = expanded(&id.value) else {
                findings.push(Finding::at(PATH, line, format!("[{}] is no range", id.value)));
                continue;
            };
            for id in ids {
                let entry = Listed { line, reason: reason.clone() };
                if listed.insert(id.clone(), entry).is_some() {
                    findings.push(Finding::at(PATH, line, format!("{id} is there twice")));
                }
            }
        }
    }
    (listed, findings)
}

/// The ids of a range; an id alone is one.
fn expanded(text: &str) -> Option<Vec<String>> {
    let Some((first, last)) = text.split_once(" to ") else { return Some(vec![text.to_owned()]) };
    let ((section, from), (other, to)) = (first.rsplit_once('-')?, last.rsplit_once('-')?);
    let (from, to) = (from.parse::<u32>().ok()?, to.parse::<u32>().ok()?);
    let is_range = section == other && from < to;
    is_range.then(|| (from..=to).map(|ordinal| format!("{section}-{ordinal}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::sample::{files, shown};

    #[test]
    fn ids_stand_alone_or_in_ranges_and_once() {
        let text = "- reason: a\n  ids: [@1-1, @2-1 to @2-3]\n- reason: b\n  ids:\n  - x#1\n  - @2-2\n  - @2-3 to @2-1\n";
        let text = text.replace('@', "ZZ-");
        let (listed, findings) = read(&files(&[(PATH, &text)]));
        let ids: Vec<_> = listed.iter().map(|(id, it)| (&**id, it.line, &*it.reason)).collect();
        let expected = [("ZZ-1-1", 2, "a"), ("ZZ-2-1", 2, "a"), ("ZZ-2-2", 6, "b")];
        assert_eq!(ids[..3], expected);
        assert_eq!(ids[3..], [("ZZ-2-3", 2, "a"), ("x#1", 5, "b")]);
        let expected = [
            "docs/contract/without-case.yml:6: ZZ-2-2 is there twice",
            "docs/contract/without-case.yml:7: [ZZ-2-3 to ZZ-2-1] is no range",
        ];
        assert_eq!(shown(&findings), expected);
    }

    #[test]
    fn a_file_that_is_missing_or_no_list_is_told() {
        assert_eq!(shown(&read(&[]).1), ["docs/contract/without-case.yml: this file is missing"]);
        let (_, findings) = read(&files(&[(PATH, "- reasons: a")]));
        assert!(shown(&findings)[0].contains("reasons"), "{findings:?}");
    }
}
