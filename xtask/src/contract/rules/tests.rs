//! Ids are found where they are given, and told if they are wrong there.

use super::*;
use crate::finding::sample::{files, shown};

/// All files of a contract, `connectors.md` with that text. An id begins with `@` here: one that is
/// written out is taken for one of this repository's contract.
fn contract(connectors: &str, routes: &str) -> Contract {
    let connectors = &written_out(connectors);
    let mut all: Vec<(String, &str)> =
        FILES.iter().map(|(name, _)| (format!("{CONTRACT}{name}"), "")).collect();
    all[0].1 = connectors;
    all.push((format!("{CONTRACT}connectors.routes.json"), routes));
    let all: Vec<(&str, &str)> = all.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    read(&files(&all)).unwrap()
}

fn written_out(text: &str) -> String {
    text.replace('@', "CN-")
}

#[test]
fn ids_are_given_in_rows_items_and_paragraphs() {
    let text = "
# Title
**@0-1** A paragraph.
## 1. First
- **@1-1** An item, see @9-9.
  * **@1-2** Another.
12. **@1-3** A numbered one.
### 1.1 Inside
| @1.1-1 | a row | @1.1-2 |
| id |
See **@1.1-3**.
### Without a number
**@1.1-4** It belongs to the numbered heading.
";
    let Contract { rules, findings } = contract(text, "");
    assert_eq!(shown(&findings), [""; 0]);
    assert_eq!(
        rules.ids.keys().collect::<Vec<_>>(),
        ["@0-1", "@1-1", "@1-2", "@1-3", "@1.1-1", "@1.1-4"]
            .map(written_out)
            .iter()
            .collect::<Vec<_>>()
    );
    let path = "docs/contract/connectors.md".to_owned();
    let rule = |line, text: &str| Rule { path: path.clone(), line, text: text.to_owned() };
    assert_eq!(rules.ids[&written_out("@1-2")], rule(6, "Another."));
    assert_eq!(rules.ids[&written_out("@1.1-1")], rule(9, &written_out("a row | @1.1-2")));
    let sections = ["CL-0", "@0", "@1", "@1.1", "DO-0", "RL-0", "SC-0", "SJ-0"];
    assert_eq!(rules.sections.into_iter().collect::<Vec<_>>(), sections.map(written_out));
}

#[test]
fn an_id_is_given_once_and_in_its_section() {
    let text = "## 1. A\n**@1-1** x\n**@1-1** y\n## 2 B\n| @1-2 | z |\n## 2. C\n**@9-1** w";
    let expected = [
        "docs/contract/connectors.md:3: @1-1 is given to another rule already, docs/contract/connectors.md:2",
        "docs/contract/connectors.md:5: @1-2 stands in section @2",
        "docs/contract/connectors.md:6: section @2 is there already",
        "docs/contract/connectors.md:7: @9-1 stands in section @2",
    ];
    assert_eq!(shown(&contract(text, "").findings), expected.map(written_out));
}

#[test]
fn responses_have_ids_of_their_own() {
    let routes = "\"id\": \"get#1\",\n  \"id\": \"get#2\"\n\"id\": \"get#1\",\n\"id\": \"x\",\n\"id\": \"x\"";
    let expected = "docs/contract/connectors.routes.json:3: get#1 is given to another rule already, docs/contract/connectors.routes.json:1";
    assert_eq!(shown(&contract("", routes).findings), [expected]);
}

#[test]
fn a_missing_file_is_told() {
    let found = shown(&read(&files(&[])).unwrap().findings);
    assert_eq!(found.len(), FILES.len());
    assert_eq!(found[0], "docs/contract/connectors.md: this file is missing");
}
