//! Failures that are known: a list of ids with reasons, and what becomes of a report by it.
//!
//! A failure that the list has does not count. A pass that the list has does: the list is wrong
//! then, and would hide the failure when it comes back.

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::model::{Entry, EntryVerdict, Report, Subject};
use crate::{
    case::{CaseError, parse},
    suggest::did_you_mean,
};

/// An entry of the list as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKnown {
    case: Spanned<String>,
    because: Spanned<String>,
}

/// A list of known failures.
#[derive(Clone, Debug)]
pub struct KnownFailures {
    file: String,
    entries: Vec<RawKnown>,
}

impl KnownFailures {
    /// Reads the list: YAML, every entry with `case` (an id, in which `*` stands for any text) and
    /// `because`.
    ///
    /// # Errors
    /// If it is no such list, a reason is missing, or an id is there twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, CaseError> {
        let entries: Vec<RawKnown> = parse(file, text)?;
        for (index, entry) in entries.iter().enumerate() {
            if entry.because.value.trim().is_empty() {
                let message = "why is this failure known? [because] is empty";
                return Err(CaseError::at(file, entry.because.referenced, message));
            }
            let before = entries.iter().take(index);
            if before.into_iter().any(|other| other.case.value == entry.case.value) {
                let message = format!("[{}] is there twice", entry.case.value);
                return Err(CaseError::at(file, entry.case.referenced, message));
            }
        }
        Ok(Self { file: file.to_owned(), entries })
    }

    /// Looks whether every entry is about something that there is.
    ///
    /// # Errors
    /// If an entry matches none of the ids; the message says which is nearest.
    pub fn check<'a>(&self, ids: impl Iterator<Item = &'a str> + Clone) -> Result<(), CaseError> {
        for RawKnown { case, .. } in &self.entries {
            if !ids.clone().any(|id| matches(&case.value, id)) {
                let near = did_you_mean(&case.value, ids);
                let message =
                    format!("no case is called [{}]{near}; --list shows them", case.value);
                return Err(CaseError::at(&self.file, case.referenced, message));
            }
        }
        Ok(())
    }

    /// Looks whether every entry can be about something of these forms, in which a `*` at the end
    /// stands for any text.
    ///
    /// # Errors
    /// If an entry matches nothing that has one of the forms; the message says which is nearest.
    pub fn check_forms(&self, forms: &[String]) -> Result<(), CaseError> {
        for RawKnown { case, .. } in &self.entries {
            if !forms.iter().any(|form| may_match(&case.value, form)) {
                let near = did_you_mean(&case.value, forms.iter().map(String::as_str));
                let hint = match near.as_str() {
                    "" => "; write it as the report does, with * for what may differ",
                    near => near,
                };
                let message = format!("no finding is called [{}]{hint}", case.value);
                return Err(CaseError::at(&self.file, case.referenced, message));
            }
        }
        Ok(())
    }

    /// The report with known failures and unexpected passes in it. What was skipped, is not
    /// supported or could not be judged stays what it is. In traffic and in fuzzing there is a
    /// finding or there is none, and what does not occur is only worth a remark: others, or
    /// chance, decide what is sent.
    #[must_use]
    pub fn applied(&self, mut report: Report) -> Report {
        let is_traffic =
            matches!(report.subject, Subject::Suite | Subject::Traffic | Subject::Fuzz);
        for entry in &mut report.entries {
            let known = self.entries.iter().find(|known| matches(&known.case.value, &entry.id));
            let Some(known) = known else { continue };
            let verdict = match entry.verdict {
                EntryVerdict::Failed => EntryVerdict::KnownFailure,
                EntryVerdict::Passed if is_traffic => continue,
                EntryVerdict::Passed => EntryVerdict::UnexpectedPass,
                EntryVerdict::Errored
                | EntryVerdict::Skipped
                | EntryVerdict::Unsupported
                | EntryVerdict::KnownFailure
                | EntryVerdict::UnexpectedPass => continue,
            };
            entry.verdict = verdict;
            entry.reason = Some(known.because.value.clone());
        }
        if is_traffic {
            let unmet = self.entries.iter().filter(|known| !is_met(&known.case.value, &report));
            let unmet: Vec<String> = unmet.map(remark).collect();
            report.notes.extend(unmet);
        }
        report
    }
}

fn is_met(pattern: &str, report: &Report) -> bool {
    let is_known = |entry: &&Entry| entry.verdict == EntryVerdict::KnownFailure;
    report.entries.iter().filter(is_known).any(|entry| matches(pattern, &entry.id))
}

fn remark(RawKnown { case, because }: &RawKnown) -> String {
    format!("known, and not met this time: {} ({})", case.value, because.value)
}

/// Whether something of this form can match the pattern. A `*` takes whatever of the form's
/// beginning the pattern does not have itself.
fn may_match(pattern: &str, form: &str) -> bool {
    let Some(beginning) = form.strip_suffix('*') else { return matches(pattern, form) };
    match pattern.split_once('*') {
        Some((first, _)) => first.starts_with(beginning) || beginning.starts_with(first),
        None => pattern.strip_prefix(beginning).is_some_and(|rest| !rest.is_empty()),
    }
}

/// Whether an id is one of a pattern, in which `*` stands for any text. Takes the first place for
/// every part but the last, which has to be the end.
fn matches(pattern: &str, id: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == id };
    let Some(mut left) = id.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = left.find(part) else { return false };
        left = left.get(at + part.len()..).unwrap_or_default();
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        KnownFailures::parse("known.yml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_star_stands_for_any_text() {
        let check =
            |pattern, id, expected| assert_eq!(matches(pattern, id), expected, "{pattern} {id}");
        check("a/b", "a/b", true);
        check("a/b", "a/bc", false);
        check("a/*", "a/b", true);
        check("a/*", "b/a/", false);
        check("*", "", true);
        check("*/b", "a/b", true);
        check("*/b", "a/bc", false);
        check("a*b*c", "a-b-b-c", true);
        check("a*b*c", "a-c-b", false);
        check("ab*ba", "aba", false);
        check("a**b", "ab", true);
        check("a*b*b", "ab", false);
    }

    #[test]
    fn a_list_that_says_too_little_is_told_with_its_place() {
        assert_eq!(
            error("- case: a\n  becuase: b\n"),
            "known.yml:2:3: [becuase] is not known here (did you mean [because]?); allowed: case, because"
        );
        assert_eq!(error("- case: a\n"), "known.yml:1:3: [because] is missing");
        assert_eq!(
            error("- case: a\n  because: ''\n"),
            "known.yml:2:12: why is this failure known? [because] is empty"
        );
        assert_eq!(
            error("- case: a\n  because: b\n- {case: a, because: c}\n"),
            "known.yml:3:10: [a] is there twice"
        );
    }

    #[test]
    fn a_pattern_may_be_about_what_has_a_form() {
        let check = |pattern, form, expected| {
            assert_eq!(may_match(pattern, form), expected, "{pattern} {form}");
        };
        check("k: connector.get path", "k: connector.get *", true);
        check("k: connector.get ", "k: connector.get *", false);
        check("k: connector.gte path", "k: connector.get *", false);
        check("k: *", "k: connector.get *", true);
        check("*path", "k: connector.get *", true);
        check("k: connector.get body *", "k: connector.get *", true);
        check("j: *", "k: connector.get *", false);
        check("coverage", "coverage", true);
        check("cover*", "coverage", true);
        check("coverages", "coverage", false);
    }

    #[test]
    fn a_file_that_is_no_list_is_told() {
        let told = "known.yml:1:1: a list is expected here, entries that begin with -";
        assert_eq!(error("case: get/one\nbecause: b\n"), told);
    }

    #[test]
    fn an_id_of_nothing_is_told_with_the_nearest_one() {
        let list = |id| format!("- case: {id}\n  because: b\n");
        let check = |id| {
            let known = KnownFailures::parse("known.yml", &list(id)).unwrap();
            known.check(["get/one", "get/two"].into_iter()).map_err(|error| error.to_string())
        };
        assert_eq!(check("get/two"), Ok(()));
        assert_eq!(check("get/*"), Ok(()));
        let told = "known.yml:1:9: no case is called [get/oen] (did you mean [get/one]?); --list shows them";
        assert_eq!(check("get/oen"), Err(told.to_owned()));
        let told = "known.yml:1:9: no case is called [put/nothing/*]; --list shows them";
        assert_eq!(check("put/nothing/*"), Err(told.to_owned()));
    }
}
