//! "Did you mean": the nearest known names (contract CN-1.3, RL-4).

/// A candidate must be nearer than this.
const LEAST_SCORE: f32 = 0.5;

/// The known names that `given` may have been meant for, the best first.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    nearer_than(LEAST_SCORE, given, known)
}

/// The same where candidates must be nearer than `least`, from 0.0 (nothing in common) to 1.0.
pub(crate) fn nearer_than<'a>(
    least: f32,
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let mut scored: Vec<(f32, &str)> = known
        .into_iter()
        .map(|name| (score(given, name), name))
        .filter(|(score, _)| *score > least)
        .collect();
    scored.sort_by(|(left_score, left), (right_score, right)| {
        right_score.total_cmp(left_score).then_with(|| left.cmp(right))
    });
    scored.into_iter().map(|(_, name)| name).collect()
}

/// `did you mean [a]?`, `did you mean any of [a, b]?`, or nothing.
pub(crate) fn sentence(names: &[&str]) -> Option<String> {
    match names {
        [] => None,
        [name] => Some(format!("did you mean [{name}]?")),
        names => Some(format!("did you mean any of [{}]?", names.join(", "))),
    }
}

#[expect(clippy::cast_precision_loss, reason = "names are short")]
fn score(left: &str, right: &str) -> f32 {
    let left: Vec<u16> = left.encode_utf16().collect();
    let right: Vec<u16> = right.encode_utf16().collect();
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    1.0 - distance(&left, &right) as f32 / left.len().max(right.len()) as f32
}

/// How many letters have to be changed, added or taken away to get from one text to the other.
pub(crate) fn edits(left: &str, right: &str) -> usize {
    let [left, right] = [left, right].map(|text| text.encode_utf16().collect::<Vec<u16>>());
    distance(&left, &right)
}

/// The Levenshtein distance.
fn distance(left: &[u16], right: &[u16]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.iter().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        for (to, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let cost = diagonal + usize::from(from != to);
            diagonal = *cell;
            before = cost.min(*cell + 1).min(before + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: contract CN-1.3 and RL-4.
    // Proves RL-4-7.
    #[test]
    fn the_nearest_names_are_suggested_best_first() {
        let suggest =
            |given, known: &[&'static str]| sentence(&nearest(given, known.iter().copied()));
        assert_eq!(
            suggest("indexname", &["index_name", "name"]).as_deref(),
            Some("did you mean [index_name]?")
        );
        assert_eq!(suggest("sise", &["from", "size"]).as_deref(), Some("did you mean [size]?"));
        assert_eq!(suggest("foo", &["id", "job_type"]), None);
        assert_eq!(
            suggest("abcx", &["abcz", "abcy", "abc"]).as_deref(),
            Some("did you mean any of [abc, abcy, abcz]?")
        );
    }

    // Proves RL-4-17.
    #[test]
    fn scores_count_utf16_units_and_no_transpositions() {
        let close = |left: &str, right: &str, expected: f32| {
            assert!((score(left, right) - expected).abs() < 1e-6, "{left} {right}");
        };
        close("form", "from", 0.5);
        close("", "from", 0.0);
        close("from", "", 0.0);
        close("size", "size", 1.0);
        close("\u{1f600}", "\u{1f601}", 0.5);
        assert!(nearest("form", ["from"]).is_empty());
    }

    #[test]
    fn distance_counts_edits() {
        let of = |left: &str, right: &str| {
            distance(
                &left.encode_utf16().collect::<Vec<_>>(),
                &right.encode_utf16().collect::<Vec<_>>(),
            )
        };
        assert_eq!(of("kitten", "sitting"), 3);
        assert_eq!(of("flaw", "lawn"), 2);
        assert_eq!(of("same", "same"), 0);
    }
}
