//! Documents as a connector sends them, made up from their numbers, and the requests that index them.

use serde_json::Value;

/// The index that they go to.
pub(super) const INDEX: &str = "search-bench";

/// As many as Elastic's connector service sends in a request: 500 lines, of which each document has
/// two.
pub(super) const BATCH: u32 = 250;

/// What is in front of the words of a document.
const WORDS: [&str; 32] = [
    "agenda",
    "annual",
    "archive",
    "board",
    "budget",
    "client",
    "contract",
    "customer",
    "delivery",
    "design",
    "draft",
    "estimate",
    "forecast",
    "handbook",
    "invoice",
    "launch",
    "meeting",
    "minutes",
    "offer",
    "onboarding",
    "policy",
    "pricing",
    "project",
    "proposal",
    "quarter",
    "release",
    "report",
    "review",
    "roadmap",
    "summary",
    "team",
    "travel",
];

/// Numbers that look like chance and are the same in every run: the generator splitmix64, in which
/// different seeds give different first numbers.
struct Chance(u64);

impl Chance {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn word(&mut self) -> &'static str {
        let at = usize::try_from(self.next() % 32).unwrap_or_default();
        WORDS.get(at).copied().unwrap_or_default()
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

/// A document: its id, and its text of about 500 bytes.
pub(super) fn document(number: u32) -> (String, String) {
    let mut chance = Chance(u64::from(number));
    let (first, second) = (chance.next(), chance.next());
    let id = format!("{first:016x}-{second:016x}");
    let (title, length) = (chance.words(4), 18 + chance.next() % 12);
    let body = chance.words(length);
    let (author, group) = (chance.word(), chance.word());
    let size = chance.next() % 1_000_000;
    let (day, minute) = (chance.next() % 28 + 1, chance.next() % 60);
    let text = format!(
        r#"{{"id":"{id}","_timestamp":"2026-03-{day:02}T10:{minute:02}:00+00:00","number":{number},"title":"{title}","body":"{body}","url":"https://files.example.com/sites/{group}/{id}","size":{size},"author":{{"name":"{author}","email":"{author}@example.com"}},"_allow_access_control":["user:{author}","group:{group}"]}}"#
    );
    (id, text)
}

/// A `_bulk` request that indexes documents, and how many bytes of it are documents.
pub(super) fn bulk(numbers: impl Iterator<Item = u32>) -> (Vec<u8>, usize) {
    let (mut body, mut data) = (String::new(), 0);
    for number in numbers {
        let (id, text) = document(number);
        for part in [r#"{"index":{"_index":""#, INDEX, r#"","_id":""#, &id, "\"}}\n", &text, "\n"] {
            body.push_str(part);
        }
        data += text.len();
    }
    (body.into_bytes(), data)
}

/// The number of a document that was found, if it is whole.
pub(super) fn number_of(hit: &Value) -> Option<u32> {
    let source = hit.get("_source")?;
    let number = u32::try_from(source.get("number")?.as_u64()?).ok()?;
    let (id, text) = document(number);
    let expected: Value = serde_json::from_str(&text).ok()?;
    let is_whole = *source == expected && hit.get("_id")?.as_str()? == id;
    is_whole.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_about_five_hundred_bytes_and_an_id_of_its_own() {
        let documents: Vec<(String, String)> = (0..1000).map(document).collect();
        let bytes: usize = documents.iter().map(|(_, text)| text.len()).sum();
        assert!((480_000..=540_000).contains(&bytes), "{bytes}");
        let mut ids: Vec<&String> = documents.iter().map(|(id, _)| id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 1000);
    }

    #[test]
    fn a_request_has_two_lines_for_each_document() {
        let (body, data) = bulk(0..3);
        let text = String::from_utf8(body).unwrap();
        assert_eq!(text.lines().count(), 6);
        let documents = text.lines().skip(1).step_by(2);
        assert_eq!(documents.map(str::len).sum::<usize>(), data);
    }

    #[test]
    fn a_document_that_is_not_whole_is_none() {
        let (id, text) = document(7);
        let mut source: Value = serde_json::from_str(&text).unwrap();
        let hit = |source: &Value| serde_json::json!({"_id": id, "_source": source});
        assert_eq!(number_of(&hit(&source)), Some(7));
        *source.pointer_mut("/author/name").unwrap() = "nobody".into();
        assert_eq!(number_of(&hit(&source)), None);
        assert_eq!(number_of(&serde_json::json!({"_id": id})), None);
    }
}
