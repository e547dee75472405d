//! A search by the pages of the documentation, read plainly: a document is a list of paths and
//! values, and each is looked at for each clause. It shares nothing with the code under test.

use std::cmp::Ordering;

use serde_json::Value;

use super::generate::Made;

/// What is found.
pub(super) struct Expected {
    pub(super) ids: Vec<String>,
    pub(super) total: usize,
}

/// 2024-03-15T12:00:00Z
const NOW: i64 = 1_710_504_000_000;
const DAY: i64 = 86_400_000;

struct Flat<'a> {
    id: &'a str,
    leaves: Vec<(String, Value)>,
}

fn flatten(prefix: &str, value: &Value, into: &mut Vec<(String, Value)>) {
    match value {
        Value::Null => {}
        Value::Array(elements) => {
            for element in elements {
                flatten(prefix, element, into);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let dot = if prefix.is_empty() { "" } else { "." };
                flatten(&format!("{prefix}{dot}{name}"), member, into);
            }
        }
        leaf => into.push((prefix.to_owned(), leaf.clone())),
    }
}

pub(super) fn search(body: &Value, documents: &[Made]) -> Expected {
    let mut found: Vec<(f64, Flat<'_>, usize)> = Vec::new();
    for (place, document) in documents.iter().enumerate() {
        let mut leaves = Vec::new();
        flatten("", &document.source, &mut leaves);
        let flat = Flat { id: &document.id, leaves };
        if let Some(score) = evaluate(&body["query"], &flat) {
            found.push((score, flat, place));
        }
    }
    let total = found.len();
    // Insertion keeps the order of those that are equal.
    for end in 1..found.len() {
        let mut at = end;
        while at > 0 && stands_before(body, &found[at], &found[at - 1]) {
            found.swap(at, at - 1);
            at -= 1;
        }
    }
    let from = body["from"].as_u64().unwrap_or(0) as usize;
    let size = body["size"].as_u64().unwrap_or(10) as usize;
    let ids = found.iter().skip(from).take(size).map(|(_, flat, _)| flat.id.to_owned()).collect();
    Expected { ids, total }
}

fn stands_before(
    body: &Value,
    left: &(f64, Flat<'_>, usize),
    right: &(f64, Flat<'_>, usize),
) -> bool {
    let Some(sorts) = body["sort"].as_array() else { return left.0 > right.0 };
    for sort in sorts {
        let order = match sort.as_str() {
            Some(_) => left.2.cmp(&right.2),
            None => {
                let (field, options) = sort.as_object().unwrap().iter().next().unwrap();
                compare_by(field, options, &left.1, &right.1)
            }
        };
        if order.is_ne() {
            return order.is_lt();
        }
    }
    false
}

fn compare_by(field: &str, options: &Value, left: &Flat<'_>, right: &Flat<'_>) -> Ordering {
    let is_descending = options["order"] == "desc";
    let takes_greatest = options["mode"].as_str().map_or(is_descending, |mode| mode == "max");
    let key = |flat: &Flat<'_>| {
        let mut values = indexed(field, flat);
        values.sort_by(compare);
        if takes_greatest { values.pop() } else { values.into_iter().next() }
    };
    let is_first = options["missing"] == "_first";
    let without = if is_first { Ordering::Less } else { Ordering::Greater };
    match (key(left), key(right)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => without,
        (Some(_), None) => without.reverse(),
        (Some(left), Some(right)) if is_descending => compare(&right, &left),
        (Some(left), Some(right)) => compare(&left, &right),
    }
}

/// A value as an index knows it.
#[derive(Clone, Debug, PartialEq)]
enum Known {
    Number(f64),
    Text(String),
}

fn compare(left: &Known, right: &Known) -> Ordering {
    match (left, right) {
        (Known::Number(left), Known::Number(right)) => left.partial_cmp(right).unwrap(),
        (Known::Text(left), Known::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
        _ => panic!("{left:?} and {right:?}"),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

/// All that an index knows of a field of a document.
fn indexed(field: &str, flat: &Flat<'_>) -> Vec<Known> {
    let source = field.strip_suffix(".keyword").unwrap_or(field);
    let is_words = ["k", "t", "o.k"].contains(&field);
    let mut all = Vec::new();
    for (_, value) in flat.leaves.iter().filter(|(path, _)| path == source) {
        match source {
            _ if is_words => all.extend(words(&plain(value)).into_iter().map(Known::Text)),
            "n" | "o.n" | "f" => all.push(Known::Number(value.as_f64().unwrap())),
            "b" => all.push(Known::Number(f64::from(u8::from(value == true)))),
            "d" => all.push(Known::Number(milliseconds(&plain(value)).0 as f64)),
            _ => all.push(Known::Text(plain(value))),
        }
    }
    all
}

/// The first millisecond that a date means, and the last.
fn milliseconds(text: &str) -> (i64, i64) {
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().unwrap();
    let mut days = 0;
    for year in 1970..number(0, 4) {
        days += if is_leap(year) { 366 } else { 365 };
    }
    let lengths =
        [31, if is_leap(number(0, 4)) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for month in 1..number(5, 7) {
        days += lengths[month as usize - 1];
    }
    let day = (days + number(8, 10) - 1) * DAY;
    if text.len() == 10 {
        return (day, day + DAY - 1);
    }
    let second =
        day + number(11, 13) * 3_600_000 + number(14, 16) * 60_000 + number(17, 19) * 1_000;
    if text.len() == 20 {
        return (second, second + 999);
    }
    let exact = second + number(20, 23);
    (exact, exact)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && year % 100 != 0 || year % 400 == 0
}

/// The same for a date of a query, with its arithmetic.
fn instants(text: &str) -> (i64, i64) {
    if let Some(rest) = text.strip_prefix("now-") {
        if let Some(hours) = rest.strip_suffix("h/d") {
            let time = NOW - hours.parse::<i64>().unwrap() * 3_600_000;
            return (time - time % DAY, time - time % DAY + DAY - 1);
        }
        let time = NOW - rest.trim_end_matches('d').parse::<i64>().unwrap() * DAY;
        return (time, time);
    }
    if text == "now" {
        return (NOW, NOW);
    }
    match text.split_once("||+") {
        Some((date, days)) => {
            let time =
                milliseconds(date).0 + days.trim_end_matches('d').parse::<i64>().unwrap() * DAY;
            (time, time)
        }
        None => milliseconds(text),
    }
}

/// The least and the greatest value that a value of a query means.
fn meant(field: &str, value: &Value) -> (Known, Known) {
    let same = |known: Known| (known.clone(), known);
    match field {
        "n" | "o.n" | "f" => same(Known::Number(plain(value).parse().unwrap())),
        "b" => same(Known::Number(f64::from(u8::from(plain(value) == "true")))),
        "d" => {
            let (first, last) = instants(&plain(value));
            (Known::Number(first as f64), Known::Number(last as f64))
        }
        _ => same(Known::Text(plain(value))),
    }
}

/// How much a document counts, if it is found.
fn evaluate(query: &Value, flat: &Flat<'_>) -> Option<f64> {
    let (name, inside) = query.as_object().unwrap().iter().next().unwrap();
    let one = |is_found: bool| is_found.then_some(1.0);
    match name.as_str() {
        "match_all" => Some(1.0),
        "ids" => one(inside["values"].as_array().unwrap().iter().any(|id| id == flat.id)),
        "exists" => {
            let field = inside["field"].as_str().unwrap();
            let source = field.strip_suffix(".keyword").unwrap_or(field);
            let below = format!("{source}.");
            let is_there = |path: &str| path == source || path.starts_with(&below);
            one(field == "_id" || flat.leaves.iter().any(|(path, _)| is_there(path)))
        }
        "constant_score" => {
            evaluate(&inside["filter"], flat).map(|_| inside["boost"].as_f64().unwrap_or(1.0))
        }
        "bool" => bool_query(inside, flat),
        _ => {
            let (field, options) = inside.as_object().unwrap().iter().next().unwrap();
            leaf(name, field, options, flat)
        }
    }
}

fn leaf(name: &str, field: &str, options: &Value, flat: &Flat<'_>) -> Option<f64> {
    let values = indexed(field, flat);
    let boost = options["boost"].as_f64().unwrap_or(1.0);
    let one = |is_found: bool| is_found.then_some(boost);
    let is_meant = |wanted: &Value| {
        let (least, most) = meant(field, wanted);
        values.iter().any(|value| compare(value, &least).is_ge() && compare(value, &most).is_le())
    };
    let value = options.get("value").unwrap_or(options);
    let has_text = |test: &dyn Fn(&str) -> bool| {
        let fold = |text: &str| {
            if options["case_insensitive"] == true { text.to_lowercase() } else { text.to_owned() }
        };
        values.iter().any(|value| matches!(value, Known::Text(text) if test(&fold(text))))
    };
    let pattern = || {
        let text = plain(value);
        if options["case_insensitive"] == true { text.to_lowercase() } else { text }
    };
    match name {
        "term" => one(is_meant(value)),
        "terms" if field == "_id" => {
            one(options.as_array().unwrap().iter().any(|id| id == flat.id))
        }
        "terms" => one(options.as_array().unwrap().iter().any(is_meant)),
        "prefix" => one(has_text(&|text| text.starts_with(&pattern()))),
        "wildcard" => one(has_text(&|text| like(&pattern(), text))),
        "range" => one(values.iter().any(|value| in_range(field, options, value))),
        "match" => {
            let wanted = words(&plain(options.get("query").unwrap_or(options)));
            let known = |word: &&String| values.contains(&Known::Text((*word).clone()));
            let found = wanted.iter().filter(known).count();
            let needed = match &options["minimum_should_match"] {
                Value::Number(number) => number.as_u64().unwrap() as usize,
                _ if options["operator"] == "and" => wanted.len(),
                _ => 1,
            };
            (found >= needed).then_some(found as f64)
        }
        other => panic!("{other}"),
    }
}

fn in_range(field: &str, options: &Value, value: &Known) -> bool {
    options.as_object().unwrap().iter().all(|(bound, wanted)| {
        let (least, most) = meant(field, wanted);
        match bound.as_str() {
            "gt" => compare(value, &most).is_gt(),
            "gte" => compare(value, &least).is_ge(),
            "lt" => compare(value, &least).is_lt(),
            _ => compare(value, &most).is_le(),
        }
    })
}

/// A pattern by recursion.
fn like(pattern: &str, text: &str) -> bool {
    let mut letters = pattern.chars();
    let Some(first) = letters.next() else { return text.is_empty() };
    let rest = letters.as_str();
    let mut remaining = text.chars();
    match first {
        '*' => (0..=text.len()).any(|at| like(rest, &text[at..])),
        '?' => remaining.next().is_some() && like(rest, remaining.as_str()),
        '\\' => {
            let escaped = letters.next();
            remaining.next() == escaped && like(letters.as_str(), remaining.as_str())
        }
        letter => remaining.next() == Some(letter) && like(rest, remaining.as_str()),
    }
}

fn clauses<'q>(parts: &'q Value, name: &str) -> Vec<&'q Value> {
    match &parts[name] {
        Value::Null => Vec::new(),
        Value::Array(clauses) => clauses.iter().collect(),
        clause => vec![clause],
    }
}

fn bool_query(parts: &Value, flat: &Flat<'_>) -> Option<f64> {
    let scores = |name: &str| -> Vec<Option<f64>> {
        clauses(parts, name).into_iter().map(|clause| evaluate(clause, flat)).collect()
    };
    let (must, filter, should) = (scores("must"), scores("filter"), scores("should"));
    let must_not = scores("must_not");
    if must.is_empty() && filter.is_empty() && should.is_empty() && must_not.is_empty() {
        return Some(1.0);
    }
    let count = should.len() as i64;
    let mut needed = match &parts["minimum_should_match"] {
        Value::Number(number) => match number.as_i64().unwrap() {
            missing if missing < 0 => (count + missing).max(0),
            found => found,
        },
        Value::String(text) => {
            let percent: i64 = text.trim_end_matches('%').parse().unwrap();
            let share = (percent.abs() * count) / 100;
            if percent < 0 { count - share } else { share }
        }
        _ => 0,
    };
    if needed == 0 && must.is_empty() && filter.is_empty() && !should.is_empty() {
        needed = 1;
    }
    let found = should.iter().flatten().count() as i64;
    let is_found = must.iter().all(Option::is_some)
        && filter.iter().all(Option::is_some)
        && must_not.iter().all(Option::is_none)
        && found >= needed;
    is_found.then(|| must.iter().chain(&should).flatten().sum::<f64>().abs())
}
