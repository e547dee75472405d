//! Every format of one report that has everything: as snapshots, by its schema, and with texts in
//! it that would be something else if they were not escaped.

use std::collections::BTreeMap;

use api_types::{Version, endpoint::Operation};
use conformance::report::{
    self, Entry, EntryVerdict, JudgedServer, KnownFailures, Report, RunVerdict, Style, Subject,
};
use serde_json::{Value, json};

use crate::sample::{self, entry};

#[test]
fn the_sample_for_people() {
    insta::assert_snapshot!(report::terminal(&sample::report(), Style::Plain));
}

#[test]
fn the_sample_for_programs() {
    insta::assert_snapshot!(report::json(&sample::report()).unwrap());
}

#[test]
fn the_sample_in_the_format_of_junit() {
    insta::assert_snapshot!(report::junit(&sample::report()).unwrap());
}

#[test]
fn the_sample_in_the_format_of_sarif() {
    insta::assert_snapshot!(report::sarif(&sample::report()).unwrap());
}

#[test]
fn the_sample_as_a_summary() {
    insta::assert_snapshot!(report::summary(&sample::report()));
}

/// The page without its style and script, which are files of their own.
pub(crate) fn body(report: &Report) -> String {
    let page = report::html(report);
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, rest) = rest.split_once("<script>").unwrap();
    let (_, after) = rest.split_once("</script>").unwrap();
    format!("{before}{body}{after}")
}

#[test]
fn the_sample_as_a_page() {
    insta::assert_snapshot!(body(&sample::report()));
}

/// The schema, and the same where a member that it does not describe is an error.
fn schema() -> (Value, Value) {
    fn closed(schema: &mut Value) {
        match schema {
            Value::Object(members) => {
                members.values_mut().for_each(closed);
                if members.get("type") == Some(&json!("object")) {
                    members.insert("additionalProperties".to_owned(), json!(false));
                }
            }
            Value::Array(elements) => elements.iter_mut().for_each(closed),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let schema: Value =
        serde_json::from_str(include_str!("../../../../docs/report.schema.json")).unwrap();
    let mut strict = schema.clone();
    closed(&mut strict);
    (schema, strict)
}

/// Checks that the schema describes the report to the last member.
pub(crate) fn check_schema(report: &Report) {
    let (_, strict) = schema();
    let written: Value = serde_json::from_str(&report::json(report).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&strict).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&written)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn the_schema_describes_the_report() {
    check_schema(&sample::report());
    let mut of_a_server = sample::report();
    of_a_server.subject = report::Subject::Server;
    of_a_server.server = Some(JudgedServer {
        url: "http://localhost:9200".to_owned(),
        left_behind: vec!["connector [x]".to_owned()],
        ..JudgedServer::default()
    });
    check_schema(&of_a_server);
}

#[test]
fn the_schema_is_a_schema_and_refuses_other_reports() {
    let (schema, _) = schema();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let right: Value = serde_json::from_str(&report::json(&sample::report()).unwrap()).unwrap();
    assert!(validator.is_valid(&right));
    for (pointer, value) in
        [("/verdict", json!("maybe")), ("/counts/passed", json!(-1)), ("/cases/0/id", json!(null))]
    {
        let mut wrong = right.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&wrong), "{pointer}");
    }
}

/// Puts a text wherever a report has one from outside.
fn filled(text: &str) -> Report {
    filled_in(sample::report(), text)
}

pub(crate) fn filled_in(mut report: Report, text: &str) -> Report {
    let put = |place: &mut String| *place = text.to_owned();
    for place in [&mut report.name, &mut report.counterpart] {
        put(place);
    }
    report.notes.iter_mut().for_each(put);
    for advice in &mut report.advice {
        put(&mut advice.text);
        put(&mut advice.request);
    }
    for divergence in &mut report.documented {
        [&mut divergence.id, &mut divergence.document, &mut divergence.documented]
            .into_iter()
            .for_each(put);
        put(&mut divergence.server);
    }
    for (number, entry) in report.entries.iter_mut().enumerate() {
        entry.id = format!("{number}{text}");
        put(&mut entry.name);
        entry.because.iter_mut().chain(&mut entry.reason).for_each(put);
        entry.proves.iter_mut().chain(&mut entry.pages).for_each(put);
        entry.place.iter_mut().for_each(|place| put(&mut place.file));
        for problem in &mut entry.problems {
            for place in [&mut problem.kind, &mut problem.place, &mut problem.expected] {
                put(place);
            }
            problem.title = format!("{}{text}", problem.title);
            put(&mut problem.actual);
            if let Some(step) = &mut problem.step {
                put(&mut step.place.file);
                step.precondition.iter_mut().for_each(put);
            }
            if let Some(exchange) = &mut problem.exchange {
                put(&mut exchange.request);
                exchange.curl.iter_mut().for_each(put);
                exchange.answer = format!("{text}.");
                exchange.expected.iter_mut().for_each(put);
            }
        }
    }
    report
}

/// The tags of a document with the names of their attributes, nothing else.
pub(crate) fn skeleton(document: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = document;
    while let Some((_, from)) = rest.split_once('<') {
        let (tag, after) = from.split_once('>').unwrap();
        let outside = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
        tags.push(outside);
        rest = after;
    }
    tags
}

pub(crate) const HARMLESS: &str = "abc";
pub(crate) const HARMFUL: [&str; 9] = [
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "</pre></style></script></title><img src=x>",
    "]]><x/>",
    "-->&lt;&amp;&#60;x>",
    "\u{1b}[31m\u{0}\u{7}\u{8}\u{c}\u{9b}",
    "\u{202e}\u{2066}\u{fffe}\u{ffff}",
    "caf\u{e9} \u{fffd} \u{1f600}",
];

/// A page whose text was put in as text has the same tags whatever the text is.
#[test]
fn no_text_becomes_markup() {
    let page = skeleton(&body(&filled(HARMLESS)));
    let junit = skeleton(&report::junit(&filled(HARMLESS)).unwrap());
    let summary = skeleton(&report::summary(&filled(HARMLESS)));
    assert!(page.len() > 300 && junit.len() > 20 && summary.len() > 20);
    for text in HARMFUL {
        let report = filled(text);
        assert_eq!(skeleton(&body(&report)), page, "{text:?}");
        assert_eq!(skeleton(&report::junit(&report).unwrap()), junit, "{text:?}");
        assert_eq!(skeleton(&report::summary(&report)), summary, "{text:?}");
    }
}

#[test]
fn no_text_acts_on_a_terminal_or_breaks_a_document() {
    let fine = |character: char| character == '\n' || !character.is_control();
    let harmful = ['\u{202e}', '\u{2066}', '\u{fffe}', '\u{ffff}'];
    for text in HARMFUL {
        let report = filled(text);
        check_schema(&report);
        let sarif = report::sarif(&report).unwrap();
        assert!(serde_json::from_str::<Value>(&sarif).is_ok());
        for told in [
            report::terminal(&report, Style::Plain),
            report::junit(&report).unwrap(),
            report::summary(&report),
            report::html(&report),
        ] {
            assert!(told.chars().all(fine), "{text:?} in {told}");
            assert!(!told.contains(harmful), "{text:?} in {told}");
        }
    }
}

#[test]
fn the_text_itself_is_in_every_report() {
    let report = filled("caf\u{e9} <&> \u{fffd}");
    assert!(report::terminal(&report, Style::Plain).contains("caf\u{e9} <&> \u{fffd}"));
    assert!(report::html(&report).contains("caf\u{e9} &lt;&amp;&gt; \u{fffd}"));
    assert!(report::junit(&report).unwrap().contains("caf\u{e9} &lt;&amp;&gt; \u{fffd}"));
    assert!(report::summary(&report).contains("caf\u{e9} &lt;&amp;&gt; \u{fffd}"));
    assert!(report::sarif(&report).unwrap().contains("caf\u{e9} <&> \u{fffd}"));
}

#[test]
fn the_page_asks_nobody_for_anything() {
    let page = report::html(&sample::report());
    for forbidden in [" src=", "@import", "<link", "<iframe", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let after = |text: &'static str| page.split(text).skip(1).map(|rest| &rest[..1]);
    assert!(after("href=\"").count() > 5);
    assert!(after("href=\"").chain(after("url(")).all(|first| first == "#"));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn every_link_of_the_page_leads_somewhere() {
    let page = report::html(&sample::report());
    for link in page.split("href=\"#").skip(1) {
        let (target, _) = link.split_once('"').unwrap();
        assert!(page.contains(&format!(" id=\"{target}\"")), "{target}");
    }
}

#[test]
fn the_verdict_is_in_the_first_lines_and_the_counts_in_the_last() {
    let text = report::terminal(&sample::report(), Style::Plain);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("FAILED  elasticsearch-xy"), "{}", lines[0]);
    assert!(lines[1].starts_with("2 passed, 2 failed, 2 skipped, "), "{}", lines[1]);
    assert!(lines.last().unwrap().starts_with("2 passed, 2 failed, 2 skipped, "));
    assert!(!text.contains('\u{1b}'));
    assert!(
        report::terminal(&sample::report(), Style::Colour).contains("\u{1b}[31mFAILED\u{1b}[0m")
    );
}

fn check_verdict(verdicts: &[EntryVerdict], expected: RunVerdict, code: u8) {
    let entries = verdicts.iter().map(|verdict| entry("a/b", *verdict)).collect();
    let report = Report { entries, ..sample::report() };
    assert_eq!((report.verdict(), report.exit_code()), (expected, code), "{verdicts:?}");
}

#[test]
fn the_exit_code_follows_from_the_verdicts() {
    use EntryVerdict as Of;
    check_verdict(&[], RunVerdict::Passed, 0);
    check_verdict(&[Of::Passed, Of::Skipped, Of::Unsupported], RunVerdict::Passed, 0);
    check_verdict(&[Of::Passed, Of::KnownFailure], RunVerdict::Passed, 0);
    check_verdict(&[Of::Passed, Of::Failed], RunVerdict::Failed, 1);
    check_verdict(&[Of::UnexpectedPass], RunVerdict::Failed, 1);
    check_verdict(&[Of::Errored, Of::Failed], RunVerdict::Failed, 1);
    check_verdict(&[Of::Errored, Of::UnexpectedPass], RunVerdict::Failed, 1);
    check_verdict(&[Of::Errored, Of::KnownFailure], RunVerdict::Errored, 2);
}

#[test]
fn known_failures_change_what_failed_and_what_passed_and_nothing_else() {
    use EntryVerdict as Of;
    let list = "- case: a/*\n  because: issue 1\n- case: b\n  because: issue 2\n";
    let known = KnownFailures::parse("known.yml", list).unwrap();
    let check = |id: &str, before: EntryVerdict, after: EntryVerdict, reason: Option<&str>| {
        let report = Report { entries: vec![entry(id, before)], ..sample::report() };
        let Entry { verdict, reason: told, .. } = known.applied(report).entries.remove(0);
        assert_eq!((verdict, told.as_deref()), (after, reason), "{id} {before:?}");
    };
    check("a/x", Of::Failed, Of::KnownFailure, Some("issue 1"));
    check("a/x", Of::Passed, Of::UnexpectedPass, Some("issue 1"));
    check("b", Of::Failed, Of::KnownFailure, Some("issue 2"));
    check("bc", Of::Failed, Of::Failed, None);
    check("a/x", Of::Errored, Of::Errored, None);
    check("a/x", Of::Skipped, Of::Skipped, None);
    check("a/x", Of::Unsupported, Of::Unsupported, None);
}

/// In traffic a pass is no finding, and what does not occur is only worth a remark.
#[test]
fn what_is_known_of_traffic_and_does_not_occur_is_a_remark() {
    let list = "- case: a/*\n  because: issue 1\n- case: a/x*\n  because: issue 2\n- case: b\n  because: issue 3\n";
    let known = KnownFailures::parse("known.yml", list).unwrap();
    for subject in [Subject::Suite, Subject::Traffic] {
        let entries = vec![
            entry("a/x", EntryVerdict::Failed),
            entry("a/y", EntryVerdict::Passed),
            entry("b", EntryVerdict::Passed),
        ];
        let report = Report { subject, entries, notes: Vec::new(), ..sample::report() };
        let report = known.applied(report);
        let verdicts: Vec<EntryVerdict> = report.entries.iter().map(|one| one.verdict).collect();
        let passed = EntryVerdict::Passed;
        assert_eq!(verdicts, [EntryVerdict::KnownFailure, passed, passed]);
        assert_eq!(report.notes, ["known, and not met this time: b (issue 3)"]);
    }
}

/// Contract CN-1.1: `_features` came with 8.15.
#[test]
fn operations_that_the_version_does_not_have_are_not_looked_for() {
    let operations = |version: Version, coverage: BTreeMap<(Operation, u16), usize>| {
        let report = Report { es_version: version, coverage, ..sample::report() };
        let shown: Value = serde_json::from_str(&report::json(&report).unwrap()).unwrap();
        let coverage = &shown["coverage"];
        let rows = coverage["by_operation"].as_array().unwrap();
        assert_eq!(coverage["operations"], rows.len());
        let all: u64 = rows
            .iter()
            .flat_map(|row| row["answers"].as_array().unwrap())
            .filter(|answer| answer["documented"] == true && answer["status"].as_u64() < Some(500))
            .count() as u64;
        assert_eq!(coverage["answers"], all);
        let name = Operation::UpdateFeatures.name();
        let is_row = |row: &&Value| row["operation"] == name;
        (rows.iter().find(is_row).map(|row| row["answers"].clone()), report::html(&report))
    };
    let old = Version::new(8, 14, 0);
    let (none, page) = operations(old, BTreeMap::new());
    assert_eq!(none, None);
    assert!(!page.contains("/_connector/{connector_id}/_features"));
    let (some, page) = operations(Version::NEWEST, BTreeMap::new());
    assert_eq!(some.unwrap().as_array().unwrap().len(), 4);
    assert!(page.contains("/_connector/{connector_id}/_features"));
    // What came all the same is shown.
    let seen = BTreeMap::from([((Operation::UpdateFeatures, 200), 2)]);
    let (some, _) = operations(old, seen);
    assert_eq!(some.unwrap(), json!([{"status": 200, "documented": false, "seen": 2}]));
}
