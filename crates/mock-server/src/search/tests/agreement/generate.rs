//! Documents and searches that are made up.

use serde_json::{Map, Value, json};

/// A document in the order of its writing.
pub(super) struct Made {
    pub(super) id: String,
    pub(super) source: Value,
}

/// The types of the fields, for the half of the cases that does not leave it to the documents.
pub(super) fn mappings() -> Value {
    let word = json!({"type": "keyword"});
    let text =
        json!({"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}});
    json!({
        "dynamic": "false",
        "properties": {
            "k": text, "t": text, "n": {"type": "long"}, "f": {"type": "double"},
            "b": {"type": "boolean"}, "d": {"type": "date"},
            "o": {"properties": {"k": text, "n": {"type": "integer"}}},
            "hidden": {"type": "object", "enabled": false, "properties": {"k": word}}
        }
    })
}

const WORDS: [&str; 6] = ["red", "Red", "green", "dark blue", "Blue-green 7", "re*d"];
const FIELDS: [&str; 9] = ["k.keyword", "t", "n", "f", "b", "d", "o.k.keyword", "o.n", "nothing"];

type Random = fastrand::Rng;

fn pick<'a>(random: &mut Random, from: &[&'a str]) -> &'a str {
    from[random.usize(..from.len())]
}

pub(super) fn documents(random: &mut Random) -> Vec<Made> {
    let mut ids: Vec<usize> = (0..random.usize(1..9)).collect();
    random.shuffle(&mut ids);
    let make = |id: usize| Made { id: format!("i{id}"), source: source(random) };
    ids.into_iter().map(make).collect()
}

fn source(random: &mut Random) -> Value {
    let mut members = Map::new();
    for name in ["k", "t", "n", "f", "b", "d"] {
        if random.u8(..4) > 0 {
            let value = several(random, name);
            members.insert(name.to_owned(), value);
        }
    }
    match random.u8(..5) {
        0 => {}
        1 => {
            members.insert("o.k".to_owned(), several(random, "k"));
            members.insert("o".to_owned(), json!({"n": several(random, "n")}));
        }
        2 => {
            let elements: Vec<Value> = (0..random.usize(0..3)).map(|_| inner(random)).collect();
            members.insert("o".to_owned(), Value::Array(elements));
        }
        _ => {
            members.insert("o".to_owned(), inner(random));
        }
    }
    Value::Object(members)
}

fn inner(random: &mut Random) -> Value {
    let mut members = Map::new();
    for name in ["k", "n"] {
        if random.bool() {
            members.insert(name.to_owned(), several(random, name));
        }
    }
    Value::Object(members)
}

fn several(random: &mut Random, name: &str) -> Value {
    match random.u8(..8) {
        0 => Value::Null,
        1 => Value::Array((0..random.usize(0..4)).map(|_| one(random, name)).collect()),
        2 => json!([one(random, name), null, [one(random, name)]]),
        _ => one(random, name),
    }
}

fn date(random: &mut Random) -> String {
    let day = format!("202{}-02-1{}", random.u8(3..5), random.u8(4..6));
    match random.u8(..3) {
        0 => day,
        1 => format!("{day}T1{}:30:00Z", random.u8(..3)),
        _ => format!("{day}T12:00:0{}.{}00Z", random.u8(..2), random.u8(..2)),
    }
}

fn one(random: &mut Random, name: &str) -> Value {
    match name {
        "k" | "t" => json!(pick(random, &WORDS)),
        "n" => json!(random.i64(-2..5)),
        "f" => json!(f64::from(random.i8(-4..8)) / 2.0 + 0.25),
        "b" => json!(random.bool()),
        _ => json!(date(random)),
    }
}

pub(super) fn search(random: &mut Random) -> Value {
    let mut body = json!({"query": query(random, 2)});
    if random.u8(..4) > 0 {
        let count = random.usize(1..3);
        let mut sorts: Vec<Value> = (0..count).map(|_| sort(random)).collect();
        if random.bool() {
            sorts.push(json!("_doc"));
        }
        body["sort"] = Value::Array(sorts);
    }
    if random.bool() {
        body["from"] = json!(random.u8(..4));
        body["size"] = json!(random.u8(..5));
    }
    body
}

fn sort(random: &mut Random) -> Value {
    let field = pick(random, &["k.keyword", "n", "f", "b", "d", "o.n", "o.k.keyword"]);
    let kind = match field {
        "k.keyword" | "o.k.keyword" => "keyword",
        "f" => "double",
        "b" => "boolean",
        "d" => "date",
        _ => "long",
    };
    let mut options = json!({"order": pick(random, &["asc", "desc"]), "unmapped_type": kind});
    if random.u8(..3) == 0 {
        options["missing"] = json!(pick(random, &["_first", "_last"]));
    }
    if random.u8(..4) == 0 {
        options["mode"] = json!(pick(random, &["min", "max"]));
    }
    json!({field: options})
}

fn query(random: &mut Random, depth: u8) -> Value {
    if depth > 0 && random.u8(..3) > 0 {
        return bool_query(random, depth - 1);
    }
    match random.u8(..12) {
        0 => json!({"match_all": {}}),
        1 => {
            json!({"exists": {"field": pick(random, &["k", "k.keyword", "t", "n", "b", "o", "o.k", "o.n", "d", "_id", "nothing"])}})
        }
        2 => {
            let count = random.usize(0..4);
            let ids: Vec<String> = (0..count).map(|_| format!("i{}", random.u8(..9))).collect();
            if random.bool() {
                json!({"ids": {"values": ids}})
            } else {
                json!({"terms": {"_id": ids}})
            }
        }
        3 | 4 => {
            let field = pick(random, &FIELDS);
            let value = asked(random, field);
            if random.bool() {
                json!({"term": {field: value}})
            } else {
                json!({"term": {field: {"value": value, "boost": random.u8(1..3)}}})
            }
        }
        5 => {
            let field = pick(random, &FIELDS);
            let count = random.usize(0..4);
            let values: Vec<Value> = (0..count).map(|_| asked(random, field)).collect();
            json!({"terms": {field: values}})
        }
        6 => {
            let text = format!("{} {}", pick(random, &WORDS), pick(random, &WORDS));
            match random.u8(..3) {
                0 => json!({"match": {"t": text}}),
                1 => json!({"match": {"t": {"query": text, "operator": "and"}}}),
                _ => {
                    json!({"match": {"t": {"query": text, "minimum_should_match": random.u8(1..4)}}})
                }
            }
        }
        7 => {
            let field = pick(random, &["k.keyword", "t", "nothing"]);
            json!({"prefix": {field: {"value": pick(random, &["r", "R", "dark", "blue", ""]), "case_insensitive": random.bool()}}})
        }
        8 => {
            let field = pick(random, &["k.keyword", "t", "nothing"]);
            json!({"wildcard": {field: {"value": pick(random, &["r*", "*e?", "?lue*", "*", "re\\*d", "*e*e*"]), "case_insensitive": random.bool()}}})
        }
        _ => range(random),
    }
}

/// A value that is looked for.
fn asked(random: &mut Random, field: &str) -> Value {
    match field {
        "k.keyword" | "o.k.keyword" => json!(pick(random, &WORDS)),
        "t" => json!(pick(random, &["red", "Red", "green", "blue", "7"])),
        "n" | "o.n" => match random.u8(..4) {
            0 => json!(random.i64(-2..5).to_string()),
            1 => json!(random.i64(-2..5) as f64 + 0.5),
            _ => json!(random.i64(-2..5)),
        },
        "f" => one(random, "f"),
        "b" => match random.u8(..3) {
            0 => json!(random.bool().to_string()),
            _ => json!(random.bool()),
        },
        "d" => json!(date(random)),
        _ => json!("x"),
    }
}

fn range(random: &mut Random) -> Value {
    let field = if random.u8(..4) == 0 { "d" } else { pick(random, &FIELDS) };
    let mut bounds = Map::new();
    for names in [["gt", "gte"], ["lt", "lte"]] {
        if random.u8(..3) > 0 {
            let value = if field == "d" && random.u8(..3) == 0 {
                json!(math(random))
            } else {
                asked(random, field)
            };
            bounds.insert(pick(random, &names).to_owned(), value);
        }
    }
    json!({"range": {field: bounds}})
}

fn math(random: &mut Random) -> String {
    match random.u8(..4) {
        0 => format!("now-{}d", random.u8(..40)),
        1 => format!("now-{}h/d", random.u8(..99)),
        2 => format!("2024-02-1{}||+{}d", random.u8(4..7), random.u8(..3)),
        _ => "now".to_owned(),
    }
}

fn bool_query(random: &mut Random, depth: u8) -> Value {
    let mut parts = Map::new();
    let mut shoulds = 0;
    for name in ["must", "filter", "should", "must_not"] {
        let most = if name == "should" { 4 } else { 2 };
        let count = random.usize(0..most);
        let clauses: Vec<Value> = (0..count).map(|_| query(random, depth)).collect();
        if name == "should" {
            shoulds = count;
        }
        match clauses.as_slice() {
            [] if random.bool() => {}
            [clause] if random.bool() => {
                parts.insert(name.to_owned(), clause.clone());
            }
            _ => {
                parts.insert(name.to_owned(), Value::Array(clauses));
            }
        }
    }
    if shoulds > 0 && random.u8(..3) == 0 {
        let minimum = match random.u8(..3) {
            0 => json!(random.i8(-3..4)),
            1 => json!(format!("{}%", random.u8(..101))),
            _ => json!(format!("-{}%", random.u8(..101))),
        };
        parts.insert("minimum_should_match".to_owned(), minimum);
    }
    match random.u8(..6) {
        0 => json!({"constant_score": {"filter": {"bool": parts}, "boost": 2}}),
        _ => json!({"bool": parts}),
    }
}
