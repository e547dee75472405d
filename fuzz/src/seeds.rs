//! The fixtures as inputs to start from.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use api_types::{endpoint::ENDPOINTS, json::Json};

use crate::server::{CONNECTOR, SECRET};

/// The files of `fixtures/`.
#[derive(Clone, Debug, Default)]
pub struct Fixtures {
    /// Names below `fixtures/`, and texts.
    pub files: Vec<(String, String)>,
}

/// A request of the fixtures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The method.
    pub method: String,
    /// Path and query, ids filled in.
    pub target: String,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

/// The directory of this package.
#[must_use]
pub fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Fixtures {
    /// Reads them.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn read() -> io::Result<Self> {
        let root = here().join("../fixtures");
        let mut files = Vec::new();
        for path in below(&root)? {
            let name =
                path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, fs::read_to_string(&path)?));
        }
        Ok(Self { files })
    }

    /// The files of a directory.
    pub fn of<'a>(&'a self, directory: &'a str) -> impl Iterator<Item = &'a (String, String)> {
        self.files.iter().filter(move |(name, _)| name.split('/').next() == Some(directory))
    }

    /// Every request of the examples and of the cases.
    #[must_use]
    pub fn requests(&self) -> Vec<Seed> {
        let mut seeds = Vec::new();
        for (_, text) in self.of("examples") {
            let fixture = Json::parse(text.as_bytes()).unwrap_or_default();
            let Some(request) = fixture.get("request") else { continue };
            let text = |name: &str| request.get(name).and_then(Json::as_str).unwrap_or_default();
            let body = request.get("body").map(Json::to_compact).unwrap_or_default();
            let target = format!("{}{}", text("path"), query(request.get("query")));
            seeds.push(Seed { method: text("method").to_owned(), target, body: body.into() });
        }
        for (_, text) in self.of("cases") {
            let file: Json = serde_saphyr::from_str(text).unwrap_or_default();
            let cases = file.get("cases").and_then(Json::as_array).unwrap_or_default();
            let steps = cases.iter().filter_map(|case| case.get("steps")?.as_array()).flatten();
            seeds.extend(steps.filter_map(step));
        }
        seeds
    }

    /// The bodies of the answers of the examples.
    #[must_use]
    pub fn answers(&self) -> Vec<Json> {
        let body = |(_, text): &(String, String)| {
            Json::parse(text.as_bytes()).ok()?.at("response.body").cloned()
        };
        self.of("examples").filter_map(body).collect()
    }
}

fn query(pairs: Option<&Json>) -> String {
    let text = |pair: &Json| {
        let part = |name: &str| pair.get(name).and_then(Json::as_str).map(str::to_owned);
        Some(format!("{}={}", part("name")?, part("value").unwrap_or_default()))
    };
    let pairs = pairs.and_then(Json::as_array).unwrap_or_default();
    let pairs: Vec<String> = pairs.iter().filter_map(text).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

fn step(step: &Json) -> Option<Seed> {
    let (method, target) = step.get("send")?.as_str()?.split_once(' ')?;
    let text = step.get("text").and_then(Json::as_str).map(str::to_owned);
    let body = text.or_else(|| step.get("body").map(Json::to_compact)).unwrap_or_default();
    let fill = |text: &str| text.replace("$connector", CONNECTOR).replace("$secret", SECRET);
    Some(Seed { method: method.to_owned(), target: fill(target), body: fill(&body).into() })
}

impl Seed {
    /// The number of the row of the endpoint table that the request calls: of those that fit, the
    /// one with the most segments in common.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        let path = self.target.split('?').next().unwrap_or_default();
        let rows = ENDPOINTS.iter().enumerate();
        let rows = rows.filter(|(_, row)| row.method.as_str() == self.method);
        rows.filter_map(|(number, row)| Some((likeness(row.path, path)?, number)))
            .max()
            .map(|(_, number)| number)
    }
}

fn likeness(template: &str, path: &str) -> Option<usize> {
    let (template, path) = (template.split('/'), path.split('/'));
    if template.clone().count() != path.clone().count() {
        return None;
    }
    let mut common = 0;
    for (expected, actual) in template.zip(path) {
        if expected == actual {
            common += 1;
        } else if !expected.starts_with('{') {
            return None;
        }
    }
    Some(common)
}

/// The files below a directory, in the order of their names.
fn below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(below(&path)?);
        } else if path.extension().is_some_and(|end| end == "json" || end == "yml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The inputs in `seeds/` that were written by hand for a target; none if there is no directory.
///
/// # Errors
/// If they cannot be read.
pub fn by_hand(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let directory = here().join("seeds").join(target);
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory)? {
        paths.push(entry?.path());
    }
    paths.sort();
    paths.into_iter().map(fs::read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixtures_have_requests_for_every_row_with_a_body() {
        let requests = Fixtures::read().unwrap().requests();
        for (number, row) in ENDPOINTS.iter().enumerate() {
            let has_body = !matches!(row.body, api_types::endpoint::Body::None);
            let found = requests.iter().any(|seed| seed.row() == Some(number));
            assert!(found || !has_body, "{} {}", row.method, row.path);
        }
    }
}
