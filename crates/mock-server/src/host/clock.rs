//! `/_mock/clock`: the clock of a space, shown and moved; and a clock as JSON.

use std::time::Duration;

use api_types::{
    Timestamp,
    json::{Json, Object},
};

use super::{control::Asked, illegal};
use crate::{
    error::ApiError,
    length_of_time,
    reply::Reply,
    sources::{Clock, ClockMode, ClockState, Kind, TICK},
    suggest,
};

/// `GET /_mock/clock`
pub(super) fn show(asked: &Asked<'_>) -> Reply {
    Reply::value(200, shown(&asked.space.app.settings().clock))
}

fn shown(clock: &Clock) -> Object {
    let mut shown = written(&clock.state());
    shown.insert("now", clock.shown());
    shown
}

/// What a request asks of the clock.
#[derive(Debug, Default, PartialEq, Eq)]
struct Change {
    set: Option<Timestamp>,
    /// Nanoseconds.
    advance: Option<i128>,
    pace: Option<Pace>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    Freeze,
    Resume,
}

const MEMBERS: [&str; 4] = ["set", "advance", "freeze", "resume"];

/// `POST /_mock/clock`: sets first, then advances, then freezes or resumes.
pub(super) fn change(asked: &Asked<'_>) -> Result<Reply, ApiError> {
    let change = Change::read(&asked.body()?).map_err(illegal)?;
    let clock = &asked.space.app.settings().clock;
    if let Some(to) = change.set {
        clock.set(to);
    }
    if let Some(by) = change.advance {
        clock.shift(by);
    }
    match change.pace {
        Some(Pace::Freeze) => clock.freeze(),
        Some(Pace::Resume) => clock.resume(),
        None => {}
    }
    Ok(Reply::value(200, shown(clock)))
}

impl Change {
    fn read(body: &Object) -> Result<Self, String> {
        let mut change = Self::default();
        for (name, value) in body.iter() {
            match name {
                "set" => change.set = Some(instant("set", value)?),
                "advance" => change.advance = Some(length("advance", value)?),
                "freeze" | "resume" if change.pace.is_some() => {
                    return Err("a clock is told to [freeze] or to [resume], not both".to_owned());
                }
                "freeze" | "resume" if *value != Json::Bool(true) => {
                    return Err(format!("[{name}] has to be true"));
                }
                "freeze" => change.pace = Some(Pace::Freeze),
                "resume" => change.pace = Some(Pace::Resume),
                unknown => return Err(unknown_member(unknown, &MEMBERS)),
            }
        }
        if change == Self::default() {
            return Err(format!("nothing is asked of the clock; there are {}", list(&MEMBERS)));
        }
        Ok(change)
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("[{name}]")).collect::<Vec<_>>().join(", ")
}

fn unknown_member(name: &str, known: &[&str]) -> String {
    let near = suggest::nearest(name, known.iter().copied());
    let near = near.first().map(|near| format!(" (did you mean [{near}]?)")).unwrap_or_default();
    format!("unknown member [{name}]{near}; there are {}", list(known))
}

fn instant(name: &str, value: &Json) -> Result<Timestamp, String> {
    let time = value.as_str().and_then(|text| Timestamp::parse(text).ok());
    time.ok_or_else(|| format!("[{name}] has to be a time like 2026-01-01T12:00:00Z"))
}

fn length(name: &str, value: &Json) -> Result<i128, String> {
    let length = value.as_str().and_then(length_of_time::read);
    length.ok_or_else(|| format!("[{name}] has to be {}", length_of_time::HOW))
}

/// A clock as JSON, without the time of one that runs.
pub(crate) fn written(clock: &ClockState) -> Object {
    let written = Object::new().with("mode", clock.mode.name());
    match clock.mode {
        ClockMode::Running { ahead: 0 } => written,
        ClockMode::Running { ahead } => written.with("offset", length_of_time::written(ahead)),
        ClockMode::Standing { next, tick, .. } => {
            let written = written.with("now", next);
            if tick == TICK {
                return written;
            }
            let tick = i128::try_from(tick.as_nanos()).unwrap_or(i128::MAX);
            written.with("tick", length_of_time::written(tick))
        }
    }
}

/// Reads what [`written`] gives.
pub(crate) fn read(clock: &Object) -> Result<ClockState, String> {
    let text = |name: &str| clock.get(name).and_then(Json::as_str);
    let check = |known: &[&str]| match clock.iter().find(|(name, _)| !known.contains(name)) {
        Some((unknown, _)) => Err(unknown_member(unknown, known)),
        None => Ok(()),
    };
    let kind = match text("mode") {
        Some("system") => {
            check(&["mode"])?;
            return Ok(ClockMode::Running { ahead: 0 }.into());
        }
        Some("offset") => {
            check(&["mode", "offset"])?;
            let offset = clock.get("offset").unwrap_or(&Json::Null);
            return Ok(ClockMode::Running { ahead: length("offset", offset)? }.into());
        }
        Some("fixed") => Kind::Fixed,
        Some("manual") => Kind::Manual,
        _ => return Err("[mode] has to be one of system, fixed, manual and offset".to_owned()),
    };
    check(&["mode", "now", "tick"])?;
    let tick = match clock.get("tick") {
        None => TICK,
        Some(tick) => {
            let length = length("tick", tick)?;
            let length = u64::try_from(length).ok().filter(|length| *length > 0);
            Duration::from_nanos(length.ok_or("[tick] has to be longer than nothing")?)
        }
    };
    let next = instant("now", clock.get("now").unwrap_or(&Json::Null))?;
    Ok(ClockMode::Standing { next, tick, kind }.into())
}

/// The clock that `--clock` asks for.
pub(crate) fn of_command_line(text: &str) -> Result<Clock, String> {
    match text {
        "system" => return Ok(Clock::system()),
        "fixed" => return Ok(Clock::fixed()),
        "manual" => return Ok(Clock::stopped()),
        _ => {}
    }
    if let Some(offset) = text.strip_prefix("offset=") {
        let ahead = length_of_time::read(offset);
        let ahead = ahead.ok_or_else(|| format!("an offset is {}", length_of_time::HOW))?;
        return Ok(ClockMode::Running { ahead }.into());
    }
    Timestamp::parse(text).map(|start| Clock::manual(start, TICK)).map_err(|_| {
        "write system, fixed, manual, offset=-3d or a time like 2026-01-01T12:00:00Z".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        match Json::parse(text.as_bytes()) {
            Ok(Json::Object(object)) => object,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_clock_reads_what_it_writes() {
        for text in [
            r#"{"mode":"system"}"#,
            r#"{"mode":"offset","offset":"-3d"}"#,
            r#"{"mode":"offset","offset":"1234567890123456789nanos"}"#,
            r#"{"mode":"fixed","now":"2026-01-01T00:00:00.000001Z"}"#,
            r#"{"mode":"manual","now":"2026-01-01T00:00:00.123456789Z","tick":"1ms"}"#,
        ] {
            assert_eq!(Json::Object(written(&read(&object(text)).unwrap())).to_compact(), text);
        }
    }

    #[test]
    fn what_is_no_clock_is_refused() {
        for (text, expected) in [
            ("{}", "[mode] has to be one of system, fixed, manual and offset"),
            (r#"{"mode":"system","now":"x"}"#, "unknown member [now]; there are [mode]"),
            (
                r#"{"mode":"fixed","nov":"x"}"#,
                "unknown member [nov] (did you mean [now]?); there are [mode], [now], [tick]",
            ),
            (r#"{"mode":"fixed"}"#, "[now] has to be a time like 2026-01-01T12:00:00Z"),
            (
                r#"{"mode":"manual","now":"2026-01-01T00:00:00Z","tick":"0s"}"#,
                "[tick] has to be longer than nothing",
            ),
        ] {
            assert_eq!(read(&object(text)).unwrap_err(), expected, "{text}");
        }
        let refused = read(&object(r#"{"mode":"offset","offset":3}"#)).unwrap_err();
        assert!(refused.starts_with("[offset] has to be a number and a unit"), "{refused}");
    }

    #[test]
    fn the_command_line_names_every_mode() {
        let mode = |text: &str| of_command_line(text).unwrap().state().mode.name();
        assert_eq!(mode("system"), "system");
        assert_eq!(mode("fixed"), "fixed");
        assert_eq!(mode("manual"), "manual");
        assert_eq!(mode("offset=-3d"), "offset");
        assert_eq!(mode("2026-01-01T12:00:00Z"), "fixed");
        for text in ["offset", "offset=", "noon", "2026-01-01"] {
            assert!(of_command_line(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_change_of_the_clock_is_read_whole() {
        let change = Change::read(&object(
            r#"{"resume":true,"advance":"-1.5h","set":"2026-01-01T00:00:00Z"}"#,
        ));
        let expected = Change {
            set: Some(Timestamp::parse("2026-01-01T00:00:00Z").unwrap()),
            advance: Some(-5_400_000_000_000),
            pace: Some(Pace::Resume),
        };
        assert_eq!(change, Ok(expected));
        for text in [
            "{}",
            r#"{"freeze":true,"resume":true}"#,
            r#"{"freeze":false}"#,
            r#"{"set":1}"#,
            r#"{"advance":"soon"}"#,
            r#"{"freze":true}"#,
        ] {
            assert!(Change::read(&object(text)).is_err(), "{text}");
        }
    }
}
