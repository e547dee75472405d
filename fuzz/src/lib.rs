//! What holds for every input of a parser, as functions of bytes.
//!
//! A [`Target`] is a property with what is needed to look for an input that breaks it: inputs to
//! start from, made of `fixtures/` and of `seeds/`, and words of its language. `fuzz_targets/` hands
//! the properties to libFuzzer, [`stable`] tries them without it.

pub mod body;
pub mod cron;
pub mod driver;
pub mod filter_path;
pub mod fixtures;
pub mod path;
pub mod replay;
pub mod seeds;
pub mod stable;

mod answer;
mod mutate;
mod server;

use api_types::json::{Json, Number};

#[cfg(fuzzing)]
pub use libfuzzer_sys;

/// A parser and what holds for it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name, which is that of the program in `fuzz_targets/` too.
    pub name: &'static str,
    /// Says what is wrong; an input that the parser refuses is not wrong.
    pub property: fn(&[u8]) -> Result<(), String>,
    /// Inputs to start from, made of the fixtures.
    pub seeds: fn(&seeds::Fixtures) -> Vec<Vec<u8>>,
    /// Words of the language that it reads.
    pub words: &'static [&'static str],
}

/// Every target.
pub const TARGETS: [Target; 7] = [
    Target { name: "body", property: body::check, seeds: body::seeds, words: body::WORDS },
    Target { name: "cron", property: cron::check, seeds: cron::seeds, words: cron::WORDS },
    Target { name: "path", property: path::check, seeds: path::seeds, words: path::WORDS },
    Target {
        name: "filter_path",
        property: filter_path::check,
        seeds: filter_path::seeds,
        words: filter_path::WORDS,
    },
    Target {
        name: "fixtures",
        property: fixtures::check,
        seeds: fixtures::seeds,
        words: fixtures::WORDS,
    },
    Target { name: "driver", property: driver::check, seeds: driver::seeds, words: driver::WORDS },
    Target { name: "replay", property: replay::check, seeds: replay::seeds, words: replay::WORDS },
];

/// The target of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    const ALL: &[Target] = &TARGETS;
    ALL.iter().find(|target| target.name == name)
}

/// The program of a target: libFuzzer's under cargo-fuzz, one that plays [`stable`] otherwise.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            if let Err(wrong) = $crate::$name::check(input) {
                panic!("{wrong}");
            }
        });

        #[cfg(not(fuzzing))]
        fn main() -> std::process::ExitCode {
            $crate::stable::main_of(stringify!($name))
        }
    };
}

/// Says what is wrong unless something holds.
fn hold(holds: bool, wrong: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(wrong()) }
}

/// Says what differs, unless nothing does.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, left: &T, right: &T) -> Result<(), String> {
    hold(left == right, || format!("{what}: {left:?} is not {right:?}"))
}

/// Whether no number in it is too large for a double: Java writes those as texts.
fn is_finite(value: &Json) -> bool {
    match value {
        Json::Number(Number::Double(number)) => number.is_finite(),
        Json::Array(elements) => elements.iter().all(is_finite),
        Json::Object(object) => object.iter().all(|(_, member)| is_finite(member)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => true,
    }
}
