//! Bodies of requests, by the schema of their operation, in every format (contract RL-5, RL-6,
//! CN-1.4). The input is a row of the endpoint table, the formats, a version, and the body.

use api_types::{
    Version,
    endpoint::{Body, ENDPOINTS, Endpoint},
    json::Json,
};

use crate::{
    answer::{self, Format},
    filter_path::is_plain,
    hold, is_finite, same,
    seeds::Fixtures,
    server::{Answer, CONNECTOR, Request, SECRET, Server},
};

/// Words of bodies.
pub const WORDS: &[&str] = &[
    "null",
    "true",
    "false",
    "\"true\"",
    "-1",
    "1.5",
    "1e999",
    "-0",
    "0.1e-7",
    "2147483648",
    "9223372036854775808",
    "99999999999999999999",
    "NaN",
    "{}",
    "[]",
    "[{}]",
    "[null]",
    "{\"a\":",
    "\"a\":1,",
    "\"\"",
    "\\u0000",
    "\\ud800",
    "\\ud83d\\ude00",
    "\u{feff}",
    "/*",
    "//",
    "#",
    "\"id\":",
    "\"value\":",
    "\"name\":",
    "\"index_name\":",
    "\"configuration\":{",
    "\"scheduling\":{",
    "\"filtering\":[{",
    "\"status\":\"error\"",
    "\"interval\":\"0 0 0 * * ?\"",
    "\"enabled\":true",
    "\"2024-02-30T10:00:00Z\"",
    "\"last_synced\":",
    "\"rules\":[",
    "\"order\":1",
    "\"policy\":\"include\"",
    "---\n",
    "- a\n",
    "&a ",
    "*a",
    "!!binary ",
    ": ",
    "|\n",
    "~",
    ":)\n\u{1}",
];

/// The versions whose bodies differ most.
const VERSIONS: [Version; 4] =
    [Version::NEWEST, Version::new(9, 0, 0), Version::new(8, 15, 0), Version::OLDEST];

/// An answer is whole, has a status of its row, and comes again when it is asked again. JSON that
/// can be read is written and read as the same, and says in CBOR and Smile what it says in JSON.
///
/// # Errors
/// With what is wrong.
pub fn check(input: &[u8]) -> Result<(), String> {
    let [row, formats, version, body @ ..] = input else { return Ok(()) };
    let Some(row) = ENDPOINTS.get(usize::from(*row) % ENDPOINTS.len()) else { return Ok(()) };
    let format = |shift: u8| {
        let number = usize::from(formats >> shift) % Format::ALL.len();
        Format::ALL.get(number).copied().unwrap_or(Format::Json)
    };
    let (sent, wanted) = (format(0), format(2));
    let version = usize::from(*version) % VERSIONS.len();
    let version = VERSIONS.get(version).copied().unwrap_or(Version::NEWEST);
    let answer = ask(row, version, sent, wanted, body);
    answer::check(&answer, Some(wanted))?;
    // Any body can be a 500 before 8.16 (contract RL-15-10); of what type, the envelope says.
    let known = row.statuses.contains(&answer.status)
        || [400, 405, 406].contains(&answer.status)
        || (answer.status == 500 && version < Version::new(8, 16, 0));
    hold(known, || format!("status {} of {} {}", answer.status, row.method, row.path))?;
    same("asked again", &ask(row, version, sent, wanted, body), &answer)?;
    let Ok(value) = Json::parse(body) else { return Ok(()) };
    if is_finite(&value) {
        check_json(&value)?;
    }
    // The other formats hold fewer numbers and depths than JSON, and lines are served in JSON alone.
    if is_plain(&value, 100) && !matches!(row.body, Body::Lines) {
        check_formats(row, version, &value)?;
    }
    Ok(())
}

fn ask(row: &Endpoint, version: Version, sent: Format, wanted: Format, body: &[u8]) -> Answer {
    let server = Server::of(version);
    let job = server.furnish();
    let target = row.path.replace("{connector_id}", CONNECTOR).replace("{id}", SECRET);
    let target = target.replace("{connector_sync_job_id}", &job);
    let request = Request {
        accept: Some(wanted.media_type()),
        ..Request::new(row.method.as_str(), &target).body(sent, body.to_vec())
    };
    server.ask(&request)
}

fn check_json(value: &Json) -> Result<(), String> {
    for written in [value.to_compact(), value.to_pretty()] {
        let again = Json::parse(written.as_bytes());
        let again = again.map_err(|error| format!("{error}, having written {written}"))?;
        same("JSON, read again", &again, value)?;
        same("JSON, written again", &again.to_compact(), &value.to_compact())?;
    }
    Ok(())
}

fn check_formats(row: &Endpoint, version: Version, value: &Json) -> Result<(), String> {
    let answer = |format: Format| {
        Ok::<_, String>(ask(row, version, format, Format::Json, &format.write(value)?))
    };
    let json = answer(Format::Json)?;
    for format in [Format::Cbor, Format::Smile] {
        same(&format!("answer to {format:?}"), &answer(format)?, &json)?;
    }
    Ok(())
}

/// The bodies of the fixtures in every format, for the newest version.
#[must_use]
pub fn seeds(fixtures: &Fixtures) -> Vec<Vec<u8>> {
    let mut inputs = Vec::new();
    for seed in fixtures.requests() {
        let Some(row) = seed.row().and_then(|row| u8::try_from(row).ok()) else { continue };
        if seed.body.is_empty() {
            continue;
        }
        inputs.push([&[row, 0, 0], seed.body.as_slice()].concat());
        let Ok(value) = Json::parse(&seed.body) else { continue };
        for (number, format) in (0_u8..).zip(Format::ALL) {
            let written = format.write(&value).unwrap_or_default();
            inputs.push([&[row, number | number << 2, 0], written.as_slice()].concat());
        }
    }
    inputs.sort();
    inputs.dedup();
    inputs
}
